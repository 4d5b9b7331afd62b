"""`doctor`: what is in order, and what to do where something is not."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.support.cli import Done
from tests.support.elmcourt import Town, keep_keys
from tests.support.voting import succeeded
from zonedao import doctor_files
from zonedao.addressbook import AddressBook
from zonedao.chain.connection import BlockInfo, Connection
from zonedao.chain.journal import Entry, Journal
from zonedao.doctor import Finding, examine_node, examine_program, examine_zone
from zonedao.doctor_files import examine_files
from zonedao.errors import NodeRefused


def found(done: Done, subject: str, about: str = "") -> list[dict[str, Any]]:
    """The findings about a subject."""
    return [each for each in done.json["findings"] if each["subject"] == subject and about in each["about"]]


def only(findings: Iterator[Finding], subject: str) -> Finding:
    (finding,) = (each for each in findings if each.subject == subject)
    return finding


def test_everything_is_in_order(cli: Cli, town: Town, files: Path) -> None:
    done = succeeded(cli("doctor", "--json"))
    assert done.json["ok"] is True
    states = {(each["subject"], each["state"]) for each in done.json["findings"]}
    good = ("program", "home", "disk", "address book", "journal", "node", "clock", "contracts", "history")
    assert states >= {(subject, "good") for subject in good}
    assert all(each["remedy"] for each in done.json["findings"] if each["state"] != "good")
    assert [each["about"] for each in found(done, "contracts")] == ["elmcourt", "millbrook"]
    assert "chain 424242" in found(done, "node")[0]["detail"]
    words = succeeded(cli("doctor", "--network", town.connection.url)).out
    assert "good    contracts: millbrook: the code of 1" in words
    assert list(files.glob(".*.doctor")) == []


def test_a_part_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    program = examine_program()
    assert (program.state, program.detail) == ("wrong", "web3 is not installed")


def test_a_new_user_is_told_how_to_begin(cli: Cli, files: Path) -> None:
    done = succeeded(cli("doctor", "--json"))
    assert done.json["ok"] is True
    remedies = {each["subject"]: each["remedy"] for each in done.json["findings"] if each["state"] == "notice"}
    assert remedies == {
        "address book": "Join one: zonedao join FILE",
        "key": "Make one: zonedao account new NAME",
        "node": "Start one: zonedao chain up",
    }
    assert not files.exists()


def test_what_is_wrong_is_said_with_a_remedy(cli: Cli, town: Town, files: Path) -> None:
    book = AddressBook(files / "addressbook.toml")
    entry = book.zone("millbrook")
    book.forget_zone("millbrook")
    text = book.path.read_text().replace(town.elmcourt.charter_hash, "0x" + 64 * "1")
    book.path.write_text(text)
    done = cli("doctor", "--json")
    assert (done.code, done.json["ok"]) == (1, False)
    (contracts,) = found(done, "contracts")
    assert (contracts["state"], contracts["about"]) == ("wrong", "elmcourt")
    assert "born of another charter" in contracts["detail"]
    assert done.error.startswith("1 thing is wrong, first of all contracts (elmcourt). Ask who gave you")

    # A zone whose address holds something else, on a chain that is not the node's, on a node that is not there.
    wrong = {"address": town.elmcourt.treasury.address, "chain": entry.root, "node": entry.root}
    for name, root in wrong.items():
        other = 1 if name == "chain" else entry.chain_id
        url = "http://127.0.0.1:9" if name == "node" else entry.url
        lines = [f"[zones.{name}]", f"chain_id = {other}", f'root = "{root}"', f'url = "{url}"']
        book.path.write_text("\n".join(lines))
        done = cli("doctor", "--json")
        assert done.code == 1
        subject = "contracts" if name == "address" else "node"
        assert [each["state"] for each in found(done, subject)] == ["wrong"], name
    book.path.write_text("[zones")
    done = cli("doctor", "--json")
    assert done.code == 1
    assert found(done, "address book")[0]["state"] == "wrong"
    assert found(done, "node") == []


def test_the_index(cli: Cli, town: Town, files: Path) -> None:
    def said() -> tuple[str, str]:
        (index,) = found(succeeded(cli("doctor", "--network", "elmcourt", "--json")), "index")
        return index["state"], index["detail"]

    assert said() == ("notice", "there is none yet")
    succeeded(cli("index", "sync", "--in", "elmcourt"))
    head = town.connection.block_number()
    assert said() == ("good", f"it is at block {head}, as the node is")
    here = town.connection.snapshot()
    town.connection.mine(2)
    assert said() == ("notice", f"it is at block {head}, 2 blocks behind the node")
    succeeded(cli("index", "sync", "--in", "elmcourt"))
    town.connection.revert(here)
    assert said() == ("notice", f"it is at block {head + 2}, and the node at {head}")
    town.skip(minutes=5)
    town.connection.mine(1)
    assert said() == ("notice", f"the chain has replaced block {head + 2}, up to which it was read")
    (path,) = (files / "index").glob("*.sqlite")
    path.write_bytes(b"no database at all, but long enough to look at" * 99)
    for other in (files / "index").glob("*.sqlite-*"):
        other.unlink()
    done = cli("doctor", "--network", "elmcourt", "--json")
    assert (done.code, found(done, "index")[0]["remedy"]) == (1, "Begin anew: zonedao index reset --in elmcourt")


def test_the_network_in_use(cli: Cli, town: Town, files: Path) -> None:
    succeeded(cli("network", "add", "home", town.connection.url))
    succeeded(cli("network", "use", "home"))
    done = succeeded(cli("doctor", "--json"))
    assert found(done, "networks")[0]["detail"] == "1 network, home is in use"
    assert [each["about"] for each in found(done, "node")] == ["home"]
    assert [each["about"] for each in found(done, "contracts")] == ["elmcourt", "millbrook"]
    (files / "networks.toml").chmod(0o644)
    assert found(cli("doctor", "--json"), "networks")[0]["state"] == "wrong"
    (files / "networks.toml").write_text("[networks")
    done = cli("doctor", "--json")
    assert (done.code, found(done, "networks")[0]["state"]) == (1, "wrong")


def test_open_transactions_are_told(cli: Cli, town: Town, files: Path) -> None:
    sender = town.address("ada")
    Journal(files / "transactions.jsonl").begin(
        Entry(424_242, sender, 0, "0x" + 64 * "a", "0x02", sender, 0, "0x", "vote for 12", int(time.time()) - 90)
    )
    done = succeeded(cli("doctor", "--json"))
    (journal,) = found(done, "journal")
    assert (journal["state"], journal["about"]) == ("notice", "0x" + 64 * "a")
    assert journal["detail"].startswith(f"vote for 12 of {sender}, signed 1 min ago on chain 424242")
    with (files / "transactions.jsonl").open("a") as file:
        file.write('{"signed": {"cha\n')
    damaged, _ = found(succeeded(cli("doctor", "--json")), "journal")
    assert (damaged["state"], damaged["detail"]) == ("notice", "line 2 cannot be read")
    listed = succeeded(cli("tx", "list", "--json"))
    assert listed.json["unreadable_lines"] == [2]
    assert "transactions.jsonl: line 2 cannot be read, so that something may be missing here." in listed.err


def test_a_node_that_is_away_is_said_once(cli: Cli, files: Path) -> None:
    (node,) = found(succeeded(cli("doctor", "--json")), "node")
    assert (node["detail"], node["remedy"]) == ("No local node is running", "Start one: zonedao chain up")
    (node,) = found(cli("doctor", "--json", "--network", "http://127.0.0.1:9"), "node")
    assert (node["state"], node["detail"]) == ("wrong", "No node answers at http://127.0.0.1:9 (connection refused)")


# --- files ---


def changed(path: Path, **parts: Any) -> None:
    """Write a key file anew with other parts."""
    document = json.loads(path.read_text())
    document["crypto"].update(parts)
    path.write_text(json.dumps(document))


def test_key_files(files: Path) -> None:
    folder = files / "keys"
    files.mkdir(mode=0o700)
    keep_keys(folder, ("ada", "ben", "cleo", "dan", "eva", "finn", "gita", "hugo"))
    folder.chmod(0o700)
    (folder / "ben.json").chmod(0o644)
    changed(folder / "cleo.json", kdf="argon2")
    changed(folder / "dan.json", mac="nothing")
    changed(folder / "eva.json", kdfparams={"n": 2})
    (folder / "finn.json").write_text("{}")
    (folder / "gita.json").write_bytes(b"\xff\xfe")
    (folder / "ines.json").mkdir()
    (folder / "hugo.json").write_text((folder / "ada.json").read_text())
    seen = [each for each in examine_files(files) if each.subject == "key"]
    assert {each.about: each.state for each in seen if each.about != "hugo.json"} == {
        "ada.json": "notice",
        "ben.json": "wrong",
        "cleo.json": "wrong",
        "dan.json": "wrong",
        "eva.json": "wrong",
        "finn.json": "wrong",
        "gita.json": "wrong",
        "ines.json": "wrong",
    }
    details = {each.about: each.detail for each in seen}
    assert details["ada.json"] == "was made so that many passwords can be tried quickly"
    assert details["ben.json"] == "other users of this machine can use it (mode 644)"
    assert details["cleo.json"] == "cannot be opened: its kdf is argon2, and scrypt and pbkdf2 are known"
    assert details["dan.json"] == "cannot be opened: its mac is no hexadecimal text"
    assert details["eva.json"] == "cannot be opened: its kdfparams lack dklen, salt, p, r"
    assert details["ines.json"] == "cannot be read (is a directory)"
    assert details["hugo.json"] == "holds the same key as ada.json"


def test_a_strong_key_file_and_one_without_an_address(files: Path) -> None:
    folder = files / "keys"
    files.mkdir(mode=0o700)
    keep_keys(folder, ("ada", "ben"))
    for name in ("ada", "ben"):
        path = folder / f"{name}.json"
        changed(path, kdfparams={**json.loads(path.read_text())["crypto"]["kdfparams"], "n": 2**18})
    document = json.loads((folder / "ben.json").read_text())
    del document["address"]
    (folder / "ben.json").write_text(json.dumps(document))
    seen = {each.about: (each.state, each.detail) for each in examine_files(files) if each.subject == "key"}
    assert seen["ada.json"] == ("good", "scrypt, aes-128-ctr")
    assert seen["ben.json"] == ("notice", "does not tell its address")


def test_the_home_folder(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.mkdir(mode=0o755)
    files.chmod(0o755)
    seen = [each for each in examine_files(files) if each.subject == "home"]
    assert [(each.state, each.remedy) for each in seen] == [
        ("wrong", f"Keep it to yourself: chmod 700 {files}"),
        ("good", ""),
    ]

    def refused(**_: Any) -> tuple[int, str]:
        raise OSError(30, "Read-only file system")

    files.chmod(0o700)
    monkeypatch.setattr(doctor_files.tempfile, "mkstemp", refused)
    home = only(examine_files(files), "home")
    assert (home.state, home.detail) == ("wrong", "cannot be written (read-only file system)")


@pytest.mark.parametrize(("megabytes", "state"), [(1, "wrong"), (100, "notice"), (1_000, "good")])
def test_room_on_the_disk(files: Path, monkeypatch: pytest.MonkeyPatch, megabytes: int, state: str) -> None:
    usage = doctor_files.shutil.disk_usage(files.parent)
    monkeypatch.setattr(doctor_files.shutil, "disk_usage", lambda _: usage._replace(free=megabytes * 2**20))
    assert only(examine_files(files), "disk").state == state


# --- nodes that are not as they should be ---


class Other(Connection):
    """The node of the tests as if it were a public one, with another clock, behind, or forgetful."""

    def __init__(self, inner: Connection, late: int = 0, syncing: bool = False, forgetful: bool = False) -> None:
        super().__init__(inner.transport, kind="rpc", url=inner.url, name="public")
        self._late, self._syncing, self._forgetful = late, syncing, forgetful

    def block(self, block: Any = "latest") -> BlockInfo:
        head = super().block(block)
        return BlockInfo(head.number, head.hash, int(time.time()) - self._late, None, head.gas_limit)

    def request(self, method: str, *params: Any) -> Any:
        if method == "eth_syncing" and self._syncing:
            return {"currentBlock": "0x1"}
        return super().request(method, *params)

    def code(self, address: str, block: Any = "latest") -> bytes:
        if self._forgetful and block != "latest":
            raise NodeRefused("eth_getCode", -32000, "missing trie node")
        return super().code(address, block)


def test_clocks(town: Town) -> None:
    for late, state in ((0, "good"), (300, "good"), (3_600, "wrong"), (-60, "good"), (-3_600, "wrong")):
        clock = only(examine_node(Other(town.connection, late)), "clock")
        assert clock.state == state, (late, clock)
    ahead = Other(town.connection)
    ahead.clock_lead_seconds = 7_200
    assert only(examine_node(ahead), "clock").detail == "this machine's clock is 2 h ahead of the node's"
    assert "1 h ahead of this machine" in only(examine_node(Other(town.connection, -3_600)), "clock").detail


def test_a_node_that_catches_up_and_one_that_forgets(town: Town, files: Path) -> None:
    node = only(examine_node(Other(town.connection, syncing=True)), "node")
    assert (node.state, node.remedy) == ("wrong", "Wait, or use another: --network URL")
    entry = AddressBook(files / "addressbook.toml").zone("elmcourt")
    history = only(examine_zone(Other(town.connection, forgetful=True), entry), "history")
    assert (history.state, history.detail) == ("notice", "the node does not keep older states")
