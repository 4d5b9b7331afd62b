"""What goes wrong on the member's machine: a disk that is full, a home that cannot be written, a clock that is off."""

from __future__ import annotations

import re
import resource
import time

import pytest

from tests.faults.conftest import GIFT, VOTE, Member, Place
from tests.support.proxy import PATIENCE_SECONDS, Pause
from zonedao.disk import append_line

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
