"""One node for the whole room, a proxy in front of it, and a member of Elmcourt who knows the way through it only."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.chain import KINDS, require_node, rollback
from tests.support.cli import Done
from tests.support.documents import require_foreseen
from tests.support.elmcourt import PASSWORD, ROOT, keep_keys
from tests.support.forks import Run, Start, forge
from tests.support.proxy import PATIENCE_SECONDS, Pause, Proxy, on_the_way
from zonedao import charter
from zonedao.addressbook import AddressBook, ZoneEntry
from zonedao.chain import numbers, rpc, waiting
from zonedao.chain.connection import Connection, connect
from zonedao.chain.journal import Entry, Journal
from zonedao.chain.local import LocalNode
from zonedao.chain.signers import dev_account
from zonedao.cli import main
from zonedao.client import connect as connect_zone
from zonedao.federation import deploy
from zonedao.governance.zone import Zone

CHAIN_ID = 31_415
FOUNDER = 40  # number of the local account that pays for the founding and is nobody there
ADA = dev_account(0)

GIFT = ("deposit", "1 ETH")
VOTE = ("vote", "1", "for")
MOTION = ("propose", "pay", dev_account(1).address, "1 ETH")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.once)
            item.add_marker(
                pytest.mark.skipif("anvil" not in KINDS, reason="Anvil is not among the chains of this run")
            )


@dataclass(frozen=True)
class Place:
    """Elmcourt on a node, with proposal 1, to pay Ben 1 ETH, open for votes; and the way to it."""

    node: Connection
    proxy: Proxy
    zone: Zone

    @property
    def money(self) -> int:
        """ETH in the account of Elmcourt."""
        return self.zone.treasury.account(self.zone).balance.amount // 10**18

    @property
    def votes(self) -> int:
        """Votes for proposal 1."""
        return self.zone.proposal(1).votes.for_

    def mining(self, on: bool) -> None:
        """Whether the node mines what it gets."""
        self.node.request("evm_setAutomine", on)
        if on:
            self.node.mine()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    require_node("anvil")
    folder = tmp_path_factory.mktemp("founder")
    plan = charter.plan(charter.load(ROOT / "examples" / "elmcourt.toml"))
    with LocalNode("anvil", chain_id=CHAIN_ID) as node, connect(node.url) as connection, on_the_way(node.url) as proxy:
        made = deploy(connection, dev_account(FOUNDER), plan, journal=Journal(folder / "journal.jsonl"))
        book = AddressBook(folder / "addressbook.toml")
        zone = connect_zone(connection, made.zone.root, ADA, book=book)
        zone.propose_pay(dev_account(1).address, 10**18, title="Pay Ben").transact()
        connection.skip(zone.proposal(1).opens_at - connection.block().timestamp + 1)
        yield Place(connection, proxy, zone)


@pytest.fixture(scope="session")
def start() -> Iterator[Start]:
    """Starts runs of the command line that may be killed."""
    with forge() as started:
        yield started


@pytest.fixture
def place(founded: Place) -> Iterator[Place]:
    """Elmcourt as it was, and nothing wrong on the way."""
    proxy = founded.proxy
    with rollback(founded.node):
        yield founded
    founded.node.request("evm_setAutomine", True)
    proxy.heal()
    proxy.lead_to(founded.node.url)
    proxy.seen.clear()
    proxy.sent.clear()


@dataclass(frozen=True)
class Member:
    """Ada, who has joined, with a key file and a password file; and what she can do."""

    place: Place
    home: Path
    start: Start
    pytest_output: pytest.CaptureFixture[str]

    @property
    def journal(self) -> Journal:
        return Journal(self.home / "transactions.jsonl")

    @property
    def left_open(self) -> list[Entry]:
        """What the journal knows no end of."""
        return self.journal.open_entries(CHAIN_ID)

    def words(self, *words: str) -> tuple[str, ...]:
        return (*words, "--in", "elmcourt", "--account", "ada", "--yes", "--password-file", str(self.home / "password"))

    def does(self, *words: str) -> Done:
        """A command, in this process."""
        return self.says(*self.words(*words))

    def says(self, *words: str) -> Done:
        """A command line word for word, in this process."""
        self.pytest_output.readouterr()
        code = main(list(words))
        said = self.pytest_output.readouterr()
        require_foreseen(words, said.out)
        return Done(code, said.out, said.err)

    def begins(self, *words: str, room_bytes: int | None = None, plain: bool = False) -> Run:
        """A command, in a process of its own."""
        return self.start(*self.words(*words), home=self.home, room_bytes=room_bytes, plain=plain)

    def is_stopped(
        self, *words: str, number: int = signal.SIGKILL, method: str = "eth_sendRawTransaction", after: bool = True
    ) -> Done:
        """A command in a process of its own that gets a signal when it first asks for `method`, before the node
        answers or `after` it did."""
        pause = Pause(after)
        self.place.proxy.on(method, pause, times=1)
        run = self.begins(*words)
        assert pause.come.wait(PATIENCE_SECONDS), run.end().err
        run.signal(number)
        done = run.end()
        pause.go.set()
        return done


@pytest.fixture
def ada(
    place: Place, tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Member:
    home = tmp_path / "zonedao"
    keep_keys(home / "keys", ("ada",))
    (home / "password").write_text(PASSWORD + "\n")
    (home / "password").chmod(0o600)
    book = AddressBook(home / "addressbook.toml")
    book.add_zone(ZoneEntry("elmcourt", CHAIN_ID, place.zone.address, url=place.proxy.url))
    monkeypatch.setenv("ZONEDAO_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "160")
    return Member(place, home, start, capsys)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made for a busy node, none of them in fact."""
    made: list[float] = []
    monkeypatch.setattr(rpc, "pause", made.append)
    return made


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    """What became of a transaction is asked at once, and often."""
    monkeypatch.setattr(numbers, "LAG_PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(waiting, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(waiting, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(waiting, "LONGEST_PAUSE_SECONDS", 0.02)


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[LocalNode]:
    """A node that was started anew: the same id, nothing on it."""
    with LocalNode("anvil", chain_id=CHAIN_ID) as node:
        yield node
