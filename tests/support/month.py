"""The month of docs/a-members-month.md, lived by commands on a node; what comes out is the page.

    with forge() as start:
        assert lived(PAGE.read_text(), "anvil", folder, start) == PAGE.read_text()

Everybody who types has a folder, a key, and a terminal of their own. The machine's clock shows the time of the chain,
as it does in a zone that lives; a heading like `## Monday 2 March, 9:00` says when what follows happens. The node is
met as a public one. What differs from one node to another is left out of what is shown.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shlex
import shutil
import struct
import termios
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.support.elmcourt import PASSWORD, PEOPLE, keep_keys
from tests.support.forks import Start
from tests.support.pages import ROOT, Typed, commands, retold
from tests.support.proxy import Proxy, on_the_way
from zonedao import charter
from zonedao.addressbook import AddressBook, ZoneEntry
from zonedao.chain.connection import Connection, connect
from zonedao.chain.journal import Journal
from zonedao.chain.local import LocalNode, NodeKind
from zonedao.chain.signers import dev_account
from zonedao.client import Client
from zonedao.demo.running import GAS_PRICE_WEI, Silent
from zonedao.demo.stage import FOUNDER, FRIEND, Stage
from zonedao.federation import Deployment, deploy
from zonedao.governance.zone import Zone

PAGE = ROOT / "docs" / "a-members-month.md"
NODE = "http://node.elmcourt.example"  # what the page calls the node
HOME = "/home"  # and the folder in which everybody has theirs
CHAIN_ID = 2026
BIRTH = int(datetime(2026, 2, 25, 12, tzinfo=UTC).timestamp())  # of the chain
BEGINS_AT = 39  # block, however many a node needed before
PAPERS = {"timesheet.txt": "Ben, ovens, 21:00 to 5:00\n", "waybill.txt": "100 kg of grain to Elm Court\n"}
COLUMNS, ROWS = 100, 40
ETHER = 10**18

_CHAPTER = re.compile(r"^(?=## )", re.MULTILINE)
_WHEN = re.compile(r"## \w+ (\d+ \w+), (\d+:\d+)")
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_QUESTION = "[y/N]: "


def lived(page: str, kind: NodeKind, folder: Path, start: Start) -> str:
    """The page as it comes out on a new node of a kind. Raises AssertionError where a command ends otherwise than the
    page says."""
    with (
        LocalNode(kind, chain_id=CHAIN_ID, genesis_timestamp=BIRTH) as node,
        connect(node.url) as connection,
        on_the_way(node.url) as proxy,
    ):
        connection.fixed_clock = True
        found = set_up(connection, folder)
        village = Village(folder, connection, proxy, start)
        for name in sorted({each.who for each in commands(page)}):
            village.settle(name, found)
        return "".join(village.live(chapter) for chapter in _CHAPTER.split(page))


def set_up(connection: Connection, folder: Path) -> dict[str, Deployment]:
    """What was before: two zones of examples/ with some money, goods in their stores, and grain for sale."""
    stage = Stage(
        connection, Client(connection, gas_price_wei=GAS_PRICE_WEI, book=AddressBook(folder / "book")), Silent()
    )
    made: dict[str, Deployment] = {}
    zones: dict[str, Zone] = {}
    for name in ("elmcourt", "millbrook"):
        text = (ROOT / "examples" / f"{name}.toml").read_text(encoding="utf-8")
        file = folder / f"{name}.toml"
        file.write_text(text.replace("\n[members]", "elections = true\n\n[members]", 1), encoding="utf-8")
        journal = Journal(folder / "journal.jsonl")
        plan = charter.plan(charter.load(file))
        made[name] = deploy(connection, dev_account(FOUNDER), plan, journal=journal, gas_price_wei=GAS_PRICE_WEI)
        zones[name] = stage.meet(made[name])
    elmcourt, millbrook = zones.values()
    for zone, gift in ((elmcourt, 60), (millbrook, 25)):
        zone.acting_as(dev_account(FRIEND)).treasury.deposit(gift * ETHER).transact()
    stage.act(elmcourt, "dan", "", lambda zone: zone.stores.report("bread", 64))
    stage.act(elmcourt, "dan", "", lambda zone: zone.stores.report("apples", 120))
    stage.act(millbrook, "rosa", "", lambda zone: zone.stores.report("grain", 1_000))
    stage.decide(
        millbrook,
        millbrook.path,
        "",
        "paul",
        lambda body: body.propose_sell("grain", 500, ETHER // 500, BIRTH + 30 * 86_400, title="Sell 500 kg of grain"),
        in_favour=("paul", "quinn", "rosa", "olga"),
    )
    connection.mine(BEGINS_AT - connection.block_number())
    return made


class Village:
    """Everybody's folders, and the node that they reach at `proxy`."""

    def __init__(self, folder: Path, node: Connection, proxy: Proxy, start: Start) -> None:
        self.folder = folder
        self.node = node
        self.proxy = proxy
        self.start = start

    def settle(self, name: str, zones: dict[str, Deployment]) -> None:
        """Give somebody a folder with their key and the files of their zone, which all but Ben have joined."""
        own = self.folder / name
        keep_keys(own / ".zonedao" / "keys", (name,))
        (own / "password").write_text(PASSWORD + "\n")
        zone = "elmcourt" if PEOPLE.index(name) < 14 else "millbrook"
        made = replace(zones[zone].zone, url=self.proxy.url)
        made.write(own)
        book = AddressBook(own / ".zonedao" / "addressbook.toml")
        for paper, text in PAPERS.items():
            (own / paper).write_text(text)
        shutil.copy(self.folder / f"{zone}.toml", own)
        if name != "ben":
            book.add_people({address: person for person, address in zones[zone].people.items()}, zone)
            book.add_zone(ZoneEntry(zone, made.chain_id, made.root, made.deploy_block, made.charter_hash, made.url))

    def live(self, chapter: str) -> str:
        """A chapter of the page with what is shown in it."""
        if when := _WHEN.match(chapter):
            at = datetime.strptime(f"2026 {when[1]} {when[2]}", "%Y %d %B %H:%M").replace(tzinfo=UTC)
            self.node.set_time(int(at.timestamp()))
        return retold(chapter, self._told)

    def _told(self, typed: Typed) -> str:
        program, *words = shlex.split(typed.text, comments=True)
        assert program == "zonedao", typed.text
        code, shown = self._typed(typed.who, words)
        assert code == typed.code, f"{typed.who}$ {typed.text}\n{shown}"
        return _unchanging(shown.replace(self.proxy.url, NODE).replace(str(self.folder), HOME))

    def _typed(self, who: str, words: list[str]) -> tuple[int, str]:
        """Type a command at somebody's terminal, and say yes; its exit code and what they see."""
        own = self.folder / who
        self.proxy.clock = self.node.block().timestamp
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        run = self.start(
            *words,
            home=own / ".zonedao",
            cwd=own,
            env={
                "ZONEDAO_PASSWORD_FILE": str(own / "password"),
                "HOME": str(own),
                "COLUMNS": str(COLUMNS),
                "NO_COLOR": "1",
                "TZ": "UTC",
            },
            clock=self.proxy.clock,
            terminal=os.ttyname(slave),
        )
        os.close(slave)
        shown = b""
        with suppress(OSError):  # Linux answers EIO when the last one has hung up
            while chunk := os.read(master, 65536):
                shown += chunk
                if shown.endswith(_QUESTION.encode()):
                    os.write(master, b"y\n")
        os.close(master)
        return run.end().code, _seen(shown.decode())


def _seen(printed: str) -> str:
    """What stands on a terminal in the end: lines that were drawn over are gone."""
    lines = _ESCAPE.sub("", printed.replace("\r\n", "\n")).split("\n")
    return "\n".join(line.rpartition("\r")[2] for line in lines)


_UNCHANGING = (
    (r"0x[0-9a-f]{8}$", "0x…"),
    (r"\b(0x)?[0-9a-f]{64}\b", r"\1…"),
    (r"\n +(\(?0x…)", r" \1"),  # a line was broken before the whole of it
    (r"\b([Ff]ee(?: is)?) [\d.]+ ETH", r"\1 … ETH"),
    (r"[\d,]+ MB are free", "… MB are free"),
    (r"(zonedao|Python|web3|eth-account|click|contracts|zonedao:) [\w.]+(?=,|$)", r"\1 …"),
)


def _unchanging(shown: str) -> str:
    """Without what differs from one kind of node to another, and with the versions of what is installed."""
    for pattern, instead in _UNCHANGING:
        shown = re.sub(pattern, instead, shown, flags=re.MULTILINE)
    return shown
