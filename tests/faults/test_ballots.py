"""Collecting ballots and having them counted: nobody's is lost or counted twice, whatever goes wrong on the way."""

from __future__ import annotations

import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.conftest import Member, Place
from tests.faults.test_killed import STAGES, Stage
from tests.faults.test_member import DAY_SECONDS
from tests.faults.test_node import ROUGH, silent
from tests.faults.test_whatever import bad_luck
from tests.support.forks import Run
from tests.support.proxy import PATIENCE_SECONDS, Pause, behind, status
from zonedao.ballots.files import append_items
from zonedao.ballots.relay import post_ballot
from zonedao.ballots.signing import SignedBallot, SigningRecord
from zonedao.chain.local import LocalNode, free_port
from zonedao.chain.signers import dev_account
from zonedao.disk import append_line
from zonedao.errors import NodeUnreachable, Refused

__all__ = ["silent"]

VOTERS = (1, 2, 3)  # numbers of the local accounts of Ben, Cleo and Dan
POST = ("ballot", "post", "1")


@pytest.fixture
def signed(place: Place, tmp_path: Path) -> list[SignedBallot]:
    """Three members have signed a ballot for proposal 1."""
    return [
        place.zone.acting_as(dev_account(number))
        .proposal(1)
        .sign_ballot("for", record=SigningRecord(tmp_path / f"{number}.jsonl"))
        for number in VOTERS
    ]


@pytest.fixture
def paper(signed: list[SignedBallot], tmp_path: Path) -> Path:
    """A file with these ballots."""
    path = tmp_path / "ballots.jsonl"
    append_items(path, signed)
    return path


@pytest.fixture
def collected(ada: Member, paper: Path) -> Path:
    """Ada's box, in which they are."""
    assert ada.says("ballot", "collect", str(paper), "--in", "elmcourt").code == 0
    return ada.home / "ballots.sqlite"


def counted_once(ada: Member, place: Place) -> None:
    """All three, by one transaction; and there is nothing left to do."""
    assert (place.votes, len(set(place.proxy.sent)), ada.left_open) == (3, 1, [])
    done = ada.does(*POST)
    assert (done.code, "0 ballots on proposal 1 wait" in done.out) == (0, True), done.err
    assert len(set(place.proxy.sent)) == 1


# --- posting ---


@pytest.mark.usefixtures("collected", "impatient")
@pytest.mark.parametrize("fault", ["lost", "reset", "malformed", "500"])
def test_while_they_are_sent(ada: Member, place: Place, fault: str) -> None:
    place.proxy.on("eth_sendRawTransaction", ROUGH[fault][0])
    done = ada.does(*POST)
    assert (done.code, done.out) == (9, "")
    assert "nothing will be sent twice" in done.error
    place.proxy.heal()
    again = ada.does(*POST)
    assert again.code == 0, again.err
    counted_once(ada, place)


@pytest.mark.usefixtures("collected")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["killed", "stopped"])
@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES.keys())
def test_stopped_while_they_are_posted(ada: Member, place: Place, stage: Stage, number: signal.Signals) -> None:
    place.mining(stage.mining)
    done = ada.is_stopped(*POST, number=number, method=stage.method, after=stage.after)
    assert done.code == (-signal.SIGKILL if number == signal.SIGKILL else 130)
    if number == signal.SIGINT:
        assert done.error.startswith("Stopped. ")
        assert "counted twice" in done.error or "sent twice" in done.error
    place.mining(True)
    again = ada.does(*POST)
    assert again.code == 0, again.err
    counted_once(ada, place)


@pytest.mark.usefixtures("collected", "impatient")
def test_nodes_that_do_whatever_they_like(ada: Member, place: Place) -> None:
    place.proxy.on("*", bad_luck(3, 0.5, (behind(place.node.block_number()),)))
    for attempt in range(12):
        if attempt == 8:
            place.proxy.heal()
        done = ada.does(*POST)
        assert done.code in (0, 4, 6, 9), done.err
        if done.code == 0:
            break
    place.proxy.heal()
    assert ada.does(*POST).code == 0
    counted_once(ada, place)


@pytest.mark.usefixtures("collected", "impatient")
def test_a_reorganisation_that_drops_them(ada: Member, place: Place) -> None:
    """The box keeps what the chain may forget: who is not counted any more is posted again."""
    before = place.node.snapshot()
    assert ada.does(*POST).code == 0
    assert place.votes == 3
    place.node.revert(before)
    place.node.mine(2)
    assert place.votes == 0
    again = ada.does(*POST)
    assert again.code == 0, again.err
    counted_once(ada, place)


@pytest.mark.usefixtures("collected", "impatient")
@pytest.mark.parametrize("how", ["forgotten", "elsewhere"])
def test_nodes_that_do_not_know_them(ada: Member, place: Place, elsewhere: LocalNode, how: str) -> None:
    """One has forgotten what it was sent, another serves a chain on which it was never sent."""
    place.mining(False)
    ada.is_stopped(*POST)
    if how == "forgotten":
        place.node.request("anvil_dropAllTransactions")
    else:
        place.proxy.lead_to(elsewhere.url)
        done = ada.does(*POST)
        assert (done.code, done.out) == (6, "")
        assert len(place.proxy.sent) == 1
        place.proxy.lead_to(place.node.url)
    place.mining(True)
    again = ada.does(*POST)
    assert again.code == 0, again.err
    assert " in a signed batch” of an earlier run " in again.err
    counted_once(ada, place)


@pytest.mark.usefixtures("collected")
@pytest.mark.parametrize("after", [True, False])
def test_a_node_that_takes_its_time(ada: Member, place: Place, silent: Pause, after: bool) -> None:
    silent.after = after
    place.proxy.on("eth_sendRawTransaction", silent, times=1)
    done = ada.does(*POST)
    assert (done.code, "it may have arrived" in done.error) == (9, True)
    assert ada.does(*POST).code == 0
    counted_once(ada, place)


@pytest.mark.usefixtures("collected")
@pytest.mark.parametrize("days", [-30, 10])
def test_a_clock_that_is_off(ada: Member, place: Place, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Until when batches are counted is told by the chain's clock."""
    place.node.mine()
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + days * DAY_SECONDS)
    assert ada.does(*POST).code == 0
    counted_once(ada, place)


# --- collecting ---


def test_a_full_disk_while_they_are_collected(ada: Member, place: Place, paper: Path) -> None:
    """What is not kept is said not to be; the box that was there is as it was."""
    words = ("ballot", "collect", str(paper), "--in", "elmcourt")
    done = ada.start(*words, home=ada.home, room_bytes=4096).end()
    assert (done.code, done.out) == (11, "")
    assert f"The ballot box {ada.home}/ballots.sqlite cannot be " in done.error
    assert ada.says(*words).code == 0
    assert ada.does(*POST).code == 0
    counted_once(ada, place)


@pytest.mark.usefixtures("collected")
def test_a_full_disk_while_they_are_posted(ada: Member, place: Place) -> None:
    """And what could be posted later stands in the index at once."""
    assert ada.says("index", "sync", "--in", "elmcourt").code == 0
    append_line(ada.journal.path, "x" * 100_000)
    for room in (0, 100):
        size = ada.journal.path.stat().st_size
        done = ada.begins(*POST, room_bytes=size + room).end()
        assert (done.code, done.out) == (11, "")
        assert f"The journal {ada.journal.path} cannot be written (" in done.error
        assert "), so nothing was sent. Make room or correct its permissions." in done.error
        assert (place.proxy.sent, ada.left_open) == ([], [])
    assert ada.does(*POST).code == 0
    listed = ada.says("proposal", "list", "--in", "elmcourt", "--json")
    assert "As of block" in listed.err
    assert listed.json["proposals"][0]["votes"]["for"] == 3
    counted_once(ada, place)


def test_a_folder_that_cannot_be_written(ada: Member, place: Place, paper: Path, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(0o500)
    box = str(folder / "box.sqlite")
    for words in (
        ("ballot", "collect", str(paper), "--in", "elmcourt", "--box", box),
        ("ballot", "serve", "--in", "elmcourt", "--box", box),
    ):
        done = ada.start(*words, home=ada.home, plain=True).end()
        assert (done.code, done.out) == (11, "")
        assert f"The ballot box {box} cannot be opened (permission denied)" in done.error


# --- serving ---


@pytest.fixture
def serve(ada: Member) -> Iterator[Callable[..., tuple[Run, str]]]:
    """Starts Ada's relayer; it, and where it serves."""
    started: list[Run] = []

    def begin(**how: int) -> tuple[Run, str]:
        port = free_port()
        words = ("ballot", "serve", "--in", "elmcourt", "--port", str(port))
        run = ada.start(*words, home=ada.home, **how)
        started.append(run)
        return run, f"http://127.0.0.1:{port}"

    yield begin
    for run in started:
        with suppress(ProcessLookupError):
            run.signal(signal.SIGKILL)


def hand_in(url: str, ballot: SignedBallot) -> str:
    """What the relayer says, once it serves."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return post_ballot(url, ballot)
        except NodeUnreachable:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        except Refused as problem:
            return problem.message


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
def test_what_a_relayer_took_is_counted(
    ada: Member,
    place: Place,
    signed: list[SignedBallot],
    serve: Callable[..., tuple[Run, str]],
    number: signal.Signals,
) -> None:
    """Who was told that their ballot is in the box need not hand it in again."""
    run, url = serve()
    assert [hand_in(url, ballot) for ballot in signed] == ["The ballot is in the box."] * 3
    run.signal(number)
    done = run.end()
    assert done.code == (0 if number == signal.SIGTERM else -number)
    assert ada.does(*POST).code == 0
    counted_once(ada, place)


def test_a_relayer_outlives_its_node(
    ada: Member, place: Place, signed: list[SignedBallot], serve: Callable[..., tuple[Run, str]]
) -> None:
    """Members are told what is wrong, and nothing that was not kept is said to be."""
    run, url = serve()
    assert hand_in(url, signed[0]) == "The ballot is in the box."
    place.node.mine()
    place.proxy.on("*", status(404))
    told = hand_in(url, signed[1])
    assert "answered HTTP 404 but no JSON-RPC" in told
    place.proxy.heal()
    assert hand_in(url, signed[1]) == "The ballot is in the box."
    run.signal(signal.SIGINT)
    assert "2 accepted" in run.end().out


def test_a_relayer_whose_disk_fills_up(
    ada: Member, place: Place, signed: list[SignedBallot], serve: Callable[..., tuple[Run, str]]
) -> None:
    run, url = serve()
    assert hand_in(url, signed[0]) == "The ballot is in the box."
    resource.prlimit(run.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    told = hand_in(url, signed[1])
    assert "What was handed in last is not kept: make room, then hand it in again." in told
    resource.prlimit(run.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert [hand_in(url, ballot) for ballot in signed[1:]] == ["The ballot is in the box."] * 2
    run.signal(signal.SIGINT)
    assert run.end().code == 0
    assert ada.does(*POST).code == 0
    counted_once(ada, place)
