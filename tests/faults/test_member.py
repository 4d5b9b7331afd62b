"""What goes wrong on the member's machine: a disk that is full, a home that cannot be written, a clock that is off."""

from __future__ import annotations

import re
import resource
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.conftest import ADA, GIFT, VOTE, Member, Place
from tests.support.elmcourt import ROOT
from tests.support.proxy import PATIENCE_SECONDS, Pause
from zonedao import charter
from zonedao.chain.journal import Journal
from zonedao.chain.local import free_port
from zonedao.disk import append_line
from zonedao.federation import deploy

DAY_SECONDS = 86_400


# --- files ---


def test_a_full_disk(ada: Member, place: Place) -> None:
    """What cannot be recorded is not sent; and what was half recorded is not sent later."""
    append_line(ada.journal.path, "x" * 100_000)
    size = ada.journal.path.stat().st_size
    for room in (0, 100):
        done = ada.begins(*GIFT, room_bytes=size + room).end()
        assert (done.code, done.out) == (11, "")
        assert f"The journal {ada.journal.path} cannot be written (" in done.error
        assert "), so nothing was sent. Make room or correct its permissions." in done.error
        assert (place.proxy.sent, ada.left_open) == ([], [])
    assert ada.does(*VOTE).code == 0
    assert (place.money, place.votes, ada.left_open) == (0, 1, [])


def test_a_disk_that_fills_up_while_it_is_waited_for(ada: Member, place: Place) -> None:
    """It was sent, and that is what is said; the next run finds that it was mined."""
    assert ada.says("index", "sync", "--in", "elmcourt").code == 0
    pause = Pause(after=True)
    place.proxy.on("eth_getTransactionReceipt", pause, times=1)
    run = ada.begins(*GIFT)
    assert pause.come.wait(PATIENCE_SECONDS)
    resource.prlimit(run.pid, resource.RLIMIT_FSIZE, (ada.journal.path.stat().st_size, resource.RLIM_INFINITY))
    pause.go.set()
    done = run.end()
    assert (done.code, "You deposited 1 ETH for elmcourt." in done.out) == (0, True)
    assert len(ada.left_open) == 1
    later = ada.does(*VOTE)
    assert (later.code, "has been mined meanwhile." in later.err) == (0, True)
    assert (place.money, place.votes, len(place.proxy.sent), ada.left_open) == (1, 1, 2, [])


@pytest.mark.parametrize("what", ["network", "ballot"])
def test_a_full_disk_and_other_files(ada: Member, place: Place, what: str) -> None:
    words, file = {
        "network": (("network", "add", "home", place.proxy.url), "networks.toml"),
        "ballot": (ada.words("ballot", "sign", "1", "for"), "keys/.ballots.jsonl"),
    }[what]
    before = {path: path.read_bytes() for path in ada.home.rglob("*") if path.is_file()}
    done = ada.start(*words, home=ada.home, room_bytes=20).end()
    assert (done.code, done.out) == (11, "")
    assert re.search(rf"{ada.home}/{file} cannot be written \([a-z ]+\)", done.error)
    assert all(path.read_bytes() == content for path, content in before.items())


def test_a_home_that_cannot_be_written(ada: Member, place: Place) -> None:
    ada.home.chmod(0o500)
    try:
        done = ada.begins(*GIFT, plain=True).end()
        assert (done.code, done.out) == (11, "")
        assert done.error == (
            f"{ada.home}/transactions.lock cannot be written (permission denied), so nothing was sent. "
            f"Make the folder {ada.home} writable for you, or choose another with ZONEDAO_HOME."
        )
        read = ada.start("treasury", "--in", "elmcourt", home=ada.home, plain=True).end()
        assert (read.code, read.err) == (0, "")
    finally:
        ada.home.chmod(0o700)
    assert (place.money, place.proxy.sent) == (0, [])


def test_an_index_where_nothing_can_be_written(ada: Member, place: Place) -> None:
    """What was read once can be read again; what is new cannot be kept."""
    in_it = ("--in", "elmcourt")
    assert ada.says("index", "sync", *in_it).code == 0
    folder = ada.home / "index"
    for path in folder.glob("*-*"):
        if path.suffix != ".sqlite":
            path.unlink()
    folder.chmod(0o500)
    try:
        read = ada.start("index", "status", *in_it, home=ada.home, plain=True).end()
        assert (read.code, read.err) == (0, "")
        done = ada.start("index", "sync", *in_it, home=ada.home, plain=True).end()
        assert (done.code, done.out) == (11, "")
        assert f"Make the folder {folder} writable for you" in done.error
    finally:
        folder.chmod(0o700)


@pytest.fixture
def zone_file(place: Place, tmp_path: Path) -> Path:
    """What a newcomer is handed."""
    plan = charter.plan(charter.load(ROOT / "examples" / "elmcourt.toml"))
    # It is all there: nothing is sent.
    made = deploy(place.node, ADA, plan, journal=Journal(tmp_path / "unused.jsonl"))
    return replace(made.zone, url=place.proxy.url).write(tmp_path)


def test_joining_where_nothing_can_be_written(ada: Member, zone_file: Path, tmp_path: Path) -> None:
    """A full disk, then a home of somebody else's; what was there is as it was."""
    home = tmp_path / "newcomer"
    full = ada.start("join", str(zone_file), home=home, room_bytes=20).end()
    assert (full.code, full.out) == (11, "")
    assert f"The address book {home}/addressbook.toml cannot be written (file too large). Make room" in full.error
    home.chmod(0o500)
    (home / "addressbook.lock").unlink()
    try:
        closed = ada.start("join", str(zone_file), home=home, plain=True).end()
    finally:
        home.chmod(0o700)
    assert (closed.code, closed.out) == (11, "")
    assert f"Make the folder {home} writable for you, or choose another with ZONEDAO_HOME." in closed.error
    assert list(home.iterdir()) == []
    assert ada.start("join", str(zone_file), home=home).end().code == 0


@pytest.mark.parametrize("what", ["valueflows", "csv", "daojson"])
def test_an_export_where_nothing_can_be_written(ada: Member, place: Place, tmp_path: Path, what: str) -> None:
    """Before anything is read where that can be known; and no file is there in part."""
    words = ("export", what, "--in", "elmcourt")
    full = ada.start(*words, str(tmp_path / "out"), home=ada.home, room_bytes=20).end()
    assert (full.code, full.out) == (11, "")
    assert re.search(r"cannot be written \(file too large\)\. Make room there, ", full.error)
    assert not list(tmp_path.glob("out*/*"))
    closed = tmp_path / "closed"
    closed.mkdir(0o500)
    place.proxy.seen.clear()
    refused = ada.start(*words, str(closed / "out"), home=ada.home, plain=True).end()
    assert (refused.code, refused.out) == (11, "")
    assert " cannot be written (permission denied). Make room there, " in refused.error
    assert "eth_getLogs" not in place.proxy.seen


def test_a_founding_whose_file_cannot_be_written(ada: Member, place: Place, tmp_path: Path) -> None:
    """It is refused before anything is sent."""
    closed = tmp_path / "closed"
    closed.mkdir(0o500)
    words = ("deploy", str(ROOT / "examples" / "millbrook.toml"), "--out", str(closed), "--network", place.proxy.url)
    options = ("--account", "ada", "--yes", "--password-file", str(ada.home / "password"))
    done = ada.start(*words, *options, home=ada.home, plain=True).end()
    assert (done.code, done.out) == (11, "")
    assert f"{closed} cannot be written (permission denied). " in done.error
    assert place.proxy.sent == []


def test_a_local_node_where_nothing_can_be_written(ada: Member, tmp_path: Path) -> None:
    """None is left running; later one starts."""
    home = tmp_path / "newcomer"
    home.mkdir(0o500)
    up = ("chain", "up", "--node", "anvil", "--port", str(free_port()))
    closed = ada.start(*up, home=home, plain=True).end()
    assert (closed.code, closed.out) == (11, "")
    assert f"Make the folder {home} writable for you, or choose another with ZONEDAO_HOME." in closed.error
    home.chmod(0o700)
    full = ada.start(*up, home=home, room_bytes=20).end()
    assert (full.code, full.out) == (11, "")
    assert (
        full.error == f"{home}/node/node.json cannot be used (file too large). Correct its permissions, or make room."
    )
    try:
        assert ada.start(*up, home=home).end().code == 0
    finally:
        assert "Stopped anvil" in ada.start("chain", "down", home=home).end().out


def test_an_index_on_a_full_disk(ada: Member, place: Place) -> None:
    """What was read stays; with room again it goes on, and holds what one would that had room all the time."""
    in_it = ("--in", "elmcourt")
    for room in (20, 100_000, 500_000):
        full = ada.start("index", "sync", *in_it, home=ada.home, room_bytes=room).end()
        assert (full.code, full.out) == (11, ""), room
        assert "The index " in full.error
        assert full.error.endswith("Make room or correct its permissions.")
    assert ada.says("index", "sync", *in_it).code == 0
    found = ada.says("index", "verify", *in_it)
    assert found.code == 0, found.err


def test_a_journal_that_cannot_be_written(ada: Member, place: Place) -> None:
    ada.journal.path.touch(0o400)
    done = ada.begins(*GIFT, plain=True).end()
    assert (done.code, done.out) == (11, "")
    assert "cannot be written (permission denied), so nothing was sent." in done.error
    ada.journal.path.chmod(0o200)
    done = ada.begins(*GIFT, plain=True).end()
    assert (done.code, done.out) == (11, "")
    assert "cannot be read (permission denied), so nothing was sent." in done.error
    assert (place.money, place.proxy.sent) == (0, [])


# --- the clock ---


@pytest.mark.parametrize("days", [-30, 10])
def test_a_clock_that_is_off(ada: Member, place: Place, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Times are the chain's, and so is what is signed and sent."""
    place.node.mine()
    right = time.time
    shown = ada.says("proposal", "show", "1", "--in", "elmcourt")
    monkeypatch.setattr(time, "time", lambda: right() + days * DAY_SECONDS)
    warning = f"This machine's clock is {abs(days)} days {'ahead of' if days > 0 else 'behind'} the node's."
    told = ada.says("proposal", "show", "1", "--in", "elmcourt")
    assert told.code == 0
    assert lines_with("closes", told.out) == lines_with("closes", shown.out)
    # A clock that is behind the chain is not asked for the time.
    assert (warning in told.err) == (days > 0)

    done = ada.does("order", "bread", "3")
    assert done.code == 0
    due = place.zone.stores.order_at(1).due_at
    assert abs(due - place.node.now() - 7 * DAY_SECONDS) < 600
    assert ada.does(*VOTE).code == 0
    assert ada.does(*GIFT).code == 0
    assert (place.money, place.votes, ada.left_open) == (1, 1, [])


def lines_with(word: str, text: str) -> list[str]:
    return [line.partition(", in ")[0] for line in text.splitlines() if word in line]
