"""A node that is away, slow, busy or out of order: reading is patient, sending happens once, and the message says what
happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.conftest import ADA, CHAIN_ID, GIFT, MOTION, VOTE, Member, Place
from tests.support.proxy import Exchange, Fault, Pause, answering, cut, lost, malformed, reset, status
from zonedao.addressbook import AddressBook, ZoneEntry
from zonedao.chain import rpc
from zonedao.chain.local import free_port

LOOK = ("body", "show")
ROUGH = {
    "lost": (lost, "it hung up without an answer"),
    "reset": (reset, "broke off its answer"),
    "cut": (cut, "broke off its answer"),
    "malformed": (malformed, "answered HTTP 200 but no JSON-RPC"),
    "429": (status(429), "cannot answer now (HTTP 429, Too Many Requests)"),
    "429 for an hour": (status(429, Retry_After="3600"), "cannot answer now (HTTP 429, Too Many Requests)"),
    "500": (status(500, arrives=True), "cannot answer now (HTTP 500, Internal Server Error)"),
    "502": (status(502, arrives=True), "cannot answer now (HTTP 502, Bad Gateway)"),
    "404": (status(404), "answered HTTP 404 but no JSON-RPC"),
}
NONSENSE: tuple[Any, ...] = (None, "seven", {}, 7)
OFTEN = answering({"error": {"code": -32005, "message": "daily request count exceeded, request rate limited"}})
PASSING = {name: ROUGH[name][0] for name in ("lost", "reset", "cut", "429", "500", "502")}

each_rough = pytest.mark.parametrize(("fault", "said"), ROUGH.values(), ids=ROUGH)
each_passing = pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pause]:
    """A node that takes its time; patience is short."""
    monkeypatch.setattr(rpc, "TIMEOUT_SECONDS", 0.3)
    pause = Pause(after=True)
    yield pause
    pause.go.set()


# --- reading ---


@pytest.mark.parametrize("words", [LOOK, GIFT], ids=["reading", "sending"])
def test_connection_refused(ada: Member, place: Place, words: tuple[str, ...]) -> None:
    port = free_port()
    book = AddressBook(ada.home / "addressbook.toml")
    book.add_zone(ZoneEntry("elmcourt", CHAIN_ID, place.zone.address, url=f"http://127.0.0.1:{port}"))
    done = ada.does(*words) if words == GIFT else ada.says(*words, "--in", "elmcourt")
    assert (done.code, done.out) == (6, "")
    assert done.error == (
        f"elmcourt: No node answers at http://127.0.0.1:{port} (connection refused). "
        "Start one with `zonedao chain up`, or name another with --network URL."
    )
    assert (place.money, ada.left_open) == (0, [])


@each_passing
def test_reading_is_patient(ada: Member, place: Place, pauses: list[float], fault: Fault) -> None:
    place.proxy.on("eth_call", fault, times=1)
    place.proxy.on("eth_getBlockByNumber", fault, times=1)
    done = ada.says(*LOOK, "--in", "elmcourt")
    assert (done.code, done.err) == (0, "")
    assert "members     14" in done.out
    assert pauses in ([], [0.25, 0.25])


def test_reading_is_as_patient_as_it_is_asked_to_be(ada: Member, place: Place, pauses: list[float]) -> None:
    place.proxy.on("eth_call", status(429, Retry_After="3"), times=2)
    assert ada.says(*LOOK, "--in", "elmcourt").code == 0
    assert pauses == [3, 3]


@each_rough
def test_reading_gives_up(ada: Member, place: Place, pauses: list[float], fault: Fault, said: str) -> None:
    place.proxy.on("eth_call", fault)
    done = ada.says(*LOOK, "--in", "elmcourt")
    assert (done.code, done.out) == (6, "")
    assert said in done.error
    assert place.proxy.seen.count("eth_call") <= 1 + len(rpc.PAUSES_SECONDS)


def test_a_node_that_is_asked_too_often_and_says_so(ada: Member, place: Place, pauses: list[float]) -> None:
    """In an ordinary answer: reading waits, what was sent counts as perhaps sent, and is sent once."""
    place.proxy.on("eth_estimateGas", OFTEN, times=2)
    place.proxy.on("eth_sendRawTransaction", OFTEN, times=1)
    done = ada.does(*GIFT)
    assert (done.code, "did not say whether it took transaction 0x" in done.error) == (9, True)
    assert pauses == [0.25, 0.5]
    settled(ada, place)


def test_reading_from_a_slow_node(ada: Member, place: Place, silent: Pause) -> None:
    place.proxy.on("eth_call", silent)
    done = ada.says(*LOOK, "--in", "elmcourt")
    assert (done.code, "(timed out)" in done.error) == (6, True)
    assert place.proxy.seen.count("eth_call") == 1


# --- sending ---


@pytest.mark.parametrize("method", ["eth_estimateGas", "eth_getTransactionCount", "eth_maxPriorityFeePerGas"])
def test_before_it_is_sent(ada: Member, place: Place, pauses: list[float], method: str) -> None:
    place.proxy.on(method, status(503))
    done = ada.does(*GIFT)
    assert (done.code, done.out) == (6, "")
    assert "HTTP 503" in done.error
    assert (place.money, place.proxy.sent, ada.left_open) == (0, [], [])


@each_rough
def test_while_it_is_sent(ada: Member, place: Place, pauses: list[float], fault: Fault, said: str) -> None:
    """Whether it arrived or not: it is sent once, and the same command again ends in one gift."""
    place.proxy.on("eth_sendRawTransaction", fault)
    done = ada.does(*GIFT)
    assert (done.code, done.out) == (9, "")
    assert "while transaction 0x" in done.error
    assert "it may have arrived. Run the command again when the node is back: nothing will be sent twice." in done.error
    assert place.proxy.seen.count("eth_sendRawTransaction") == 1
    assert pauses == []
    (entry,) = ada.left_open
    assert entry.hash in done.error
    place.proxy.heal()
    settled(ada, place)


@pytest.mark.parametrize("arrives", [True, False])
def test_a_node_that_says_nothing(ada: Member, place: Place, silent: Pause, arrives: bool) -> None:
    silent.after = arrives
    place.proxy.on("eth_sendRawTransaction", silent, times=1)
    done = ada.does(*GIFT)
    assert (done.code, "it may have arrived" in done.error) == (9, True)
    assert (len(place.proxy.sent), len(ada.left_open)) == (arrives, 1)
    settled(ada, place)


@each_passing
def test_while_it_is_waited_for(ada: Member, place: Place, pauses: list[float], fault: Fault) -> None:
    place.proxy.on("eth_getTransactionReceipt", fault, times=1)
    done = ada.does(*GIFT)
    assert (done.code, done.err.count("Error")) == (0, 0)
    assert (place.money, len(place.proxy.sent), ada.left_open) == (1, 1, [])


@pytest.mark.parametrize("words", [MOTION, GIFT], ids=["motion", "gift"])
def test_once_it_is_mined(ada: Member, place: Place, words: tuple[str, ...]) -> None:
    """A node that goes away before it has said what came of it: that it was sent is said all the same."""

    def last(exchange: Exchange) -> None:
        answer = exchange.ask()
        exchange.tell(answer)
        if answer["result"] is not None:
            place.proxy.on("*", status(404))

    place.proxy.on("eth_getTransactionReceipt", last)
    done = ada.does(*words)
    if words == GIFT:
        # Nothing more is asked for.
        assert done.code == 0
        return
    assert (done.code, done.out) == (9, "")
    (entry,) = ada.left_open
    assert f"Transaction {entry.hash} was sent and mined" in done.error
    assert done.error.endswith("Run the same command again: it is looked up, and nothing will be sent twice.")
    place.proxy.heal()
    again = ada.does(*words)
    assert again.code == 0, again.err
    assert "is looked up; nothing is sent again." in again.err
    assert "It is proposal 2 of elmcourt" in again.out
    assert (len(place.proxy.sent), ada.left_open) == (1, [])


@pytest.mark.parametrize("fault", [status(404), answering({"result": None})], ids=["silent", "forgetful"])
def test_a_revert_that_cannot_be_explained(ada: Member, place: Place, fault: Fault) -> None:
    """A vote that is mined when it is too late, and nobody there who knows why it failed."""
    place.mining(False)

    def late(exchange: Exchange) -> None:
        exchange.tell(exchange.ask())
        place.node.request("evm_setNextBlockTimestamp", place.zone.proposal(1).closes_at + 1)
        place.mining(True)
        place.proxy.on("eth_getTransactionByHash", fault)

    place.proxy.on("eth_sendRawTransaction", late, times=1)
    done = ada.does(*VOTE)
    assert (done.code, done.out) == (4, "")
    assert re.search(r"It was mined as 0x[0-9a-f]{64} and changed nothing but the fee", done.error)
    assert (place.votes, len(place.proxy.sent), ada.left_open) == (0, 1, [])


def settled(ada: Member, place: Place) -> None:
    """The same command again is one gift in the end."""
    again = ada.does(*GIFT)
    assert again.code == 0, again.err
    assert "is looked up; nothing is sent again." in again.err
    assert (place.money, len(place.proxy.sent), ada.left_open) == (1, 1, [])


# --- answers of another kind ---


def test_answers_of_another_kind(ada: Member, place: Place) -> None:
    """Whatever a broken node says to whichever request: no crash, and one gift for one that is told to have been."""
    before = place.node.nonce(ADA.address)
    assert ada.does(*GIFT).code == 0
    asked = sorted(set(place.proxy.seen))
    assert len(asked) > 8
    for given, method in enumerate(asked, 1):
        answer = NONSENSE[given % len(NONSENSE)]
        # Without a receipt a sent transaction is waited for long.
        times = 1 if method == "eth_getTransactionReceipt" else None
        place.proxy.on(method, answering({"result": answer}, arrives=True), times=times)
        done = ada.does(*GIFT)
        place.proxy.heal()
        assert done.code in (0, 4, 5, 6, 9), f"{method} {answer!r}: {done.err}"
        assert place.money - given in (0, 1), (method, answer)
        if done.code:
            assert ada.does(*GIFT).code == 0, (method, answer)
        assert (place.money, ada.left_open) == (given + 1, []), (method, answer)
    assert place.node.nonce(ADA.address) - before == 1 + len(asked)
