"""Nodes that do not agree: one that is behind, one that forgets, one that serves another chain, and a chain that goes
back. Each send is carried to its one end, by the same command or by the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.faults.conftest import CHAIN_ID, GIFT, VOTE, Member, Place
from tests.support.chain import rollback
from tests.support.proxy import (
    Exchange,
    behind,
)
from zonedao.chain.local import LocalNode

pytestmark = pytest.mark.usefixtures("impatient")

LOOKED_UP = "is looked up; nothing is sent again."


def left_under_way(ada: Member, place: Place, *, mined: bool) -> str:
    """A gift whose sender was killed before they heard of it; its hash."""
    place.mining(mined)
    ada.is_stopped(*GIFT)
    (entry,) = ada.left_open
    return entry.hash


def given_once(ada: Member, place: Place, sent: int = 1) -> None:
    assert (place.money, len(set(place.proxy.sent)), ada.left_open) == (1, sent, [])


# --- a node that is behind ---


def test_one_node_shows_the_number_taken_and_the_other_not_by_what(ada: Member, place: Place) -> None:
    """The old way to lose count: a number that is used and no receipt looks like another transaction's."""
    head = place.node.block_number()
    left_under_way(ada, place, mined=True)
    place.proxy.on("eth_getTransactionReceipt", behind(head), times=4)
    place.proxy.on("eth_getTransactionByHash", behind(head), times=4)
    again = ada.does(*GIFT)
    assert again.code == 0, again.err
    assert LOOKED_UP in again.err
    given_once(ada, place)


def test_every_node_is_behind_at_first(ada: Member, place: Place) -> None:
    """The same bytes are sent again; the node that takes them has them already."""
    head = place.node.block_number()
    left_under_way(ada, place, mined=True)
    for method in ("eth_getTransactionReceipt", "eth_getTransactionByHash", "eth_getTransactionCount"):
        place.proxy.on(method, behind(head), times=2)
    again = ada.does(*GIFT)
    assert again.code == 0, again.err
    assert LOOKED_UP in again.err
    given_once(ada, place)


def test_a_number_from_a_node_that_is_behind(ada: Member, place: Place) -> None:
    head = place.node.block_number()
    assert ada.does(*GIFT).code == 0
    place.proxy.on("eth_getTransactionCount", behind(head))
    done = ada.does(*VOTE)
    assert (done.code, done.out) == (6, "")
    assert "the node lags behind. Nothing was sent. Try again in a minute" in done.error
    place.proxy.heal()
    place.proxy.on("eth_getTransactionCount", behind(head), times=2)
    assert ada.does(*VOTE).code == 0
    assert (place.money, place.votes, len(place.proxy.sent)) == (1, 1, 2)


def test_a_node_that_does_not_show_its_first_block(ada: Member, place: Place) -> None:
    """Who cannot tell whether it is the same chain does not pass over what was sent on it."""
    left_under_way(ada, place, mined=True)

    def pruned(exchange: Exchange) -> None:
        refusal = {"error": {"code": -32000, "message": "header not found"}}
        exchange.tell(refusal if exchange.params[0] == "0x0" else exchange.ask())

    place.proxy.on("eth_getBlockByNumber", pruned)
    again = ada.does(*GIFT)
    assert again.code == 0, again.err
    assert LOOKED_UP in again.err
    given_once(ada, place)


# --- a node that forgets ---


def test_forgotten_while_it_is_waited_for(ada: Member, place: Place) -> None:
    place.mining(False)

    def forgets(exchange: Exchange) -> None:
        place.node.request("anvil_dropAllTransactions")
        place.mining(True)
        exchange.tell(exchange.ask())

    place.proxy.on("eth_getTransactionReceipt", forgets, times=1)
    done = ada.does(*GIFT)
    assert done.code == 0, done.err
    assert len(place.proxy.sent) == 2
    given_once(ada, place)


def test_forgotten_between_two_runs(ada: Member, place: Place) -> None:
    left_under_way(ada, place, mined=False)
    place.node.request("anvil_dropAllTransactions")
    place.mining(True)
    again = ada.does(*GIFT)
    assert again.code == 0, again.err
    assert LOOKED_UP in again.err
    assert len(place.proxy.sent) == 2
    given_once(ada, place)


# --- a node of another chain ---


@pytest.fixture
def renumbered(place: Place) -> Iterator[Callable[[], None]]:
    """Makes the node one of another chain, until the test is over."""
    yield lambda: place.node.request("anvil_setChainId", 1_234)
    place.node.request("anvil_setChainId", CHAIN_ID)


def test_another_chain_from_the_beginning(ada: Member, place: Place, renumbered: Callable[[], None]) -> None:
    renumbered()
    done = ada.does(*GIFT)
    assert (done.code, done.out) == (6, "")
    assert "serves chain 1234, but elmcourt lives on chain 31415. Nothing was sent." in done.error
    assert place.proxy.sent == []


def test_another_chain_when_it_is_sent(ada: Member, place: Place, renumbered: Callable[[], None]) -> None:
    def changes(exchange: Exchange) -> None:
        renumbered()
        exchange.tell(exchange.ask())

    place.proxy.on("eth_sendRawTransaction", changes)
    done = ada.does(*GIFT)
    assert (done.code, done.out) == (6, "")
    assert "Nothing was sent." in done.error
    assert (place.money, ada.left_open) == (0, [])


def test_a_new_chain_of_the_same_id(ada: Member, place: Place, elsewhere: LocalNode) -> None:
    """What was signed for the old one is not sent to the new one, where nobody would get it back."""
    left_under_way(ada, place, mined=False)
    place.proxy.lead_to(elsewhere.url)
    done = ada.does(*GIFT)
    assert (done.code, done.out) == (6, "")
    assert "There is no contract at " in done.error
    assert len(place.proxy.sent) == 1
    place.proxy.lead_to(place.node.url)
    place.mining(True)
    assert ada.does(*GIFT).code == 0
    given_once(ada, place)


def test_a_new_chain_while_it_is_waited_for(ada: Member, place: Place, elsewhere: LocalNode) -> None:
    place.mining(False)

    def restarts(exchange: Exchange) -> None:
        place.proxy.lead_to(elsewhere.url)
        exchange.tell(exchange.ask())

    place.proxy.on("eth_getTransactionReceipt", restarts, times=1)
    done = ada.does(*GIFT)
    assert (done.code, done.out) == (6, "")
    assert "has come to serve another chain" in done.error
    assert ada.left_open[0].hash in done.error
    place.proxy.lead_to(place.node.url)
    place.mining(True)
    assert ada.does(*GIFT).code == 0
    given_once(ada, place)


# --- a chain that goes back ---


def test_taken_back_before_anybody_heard_of_it(ada: Member, place: Place) -> None:
    with rollback(place.node):
        left_under_way(ada, place, mined=True)
        assert place.money == 1
    assert place.money == 0
    place.node.mine(2)
    again = ada.does(*GIFT)
    assert again.code == 0, again.err
    assert LOOKED_UP in again.err
    given_once(ada, place)


def test_taken_back_while_it_is_being_confirmed(ada: Member, place: Place) -> None:
    before = place.node.snapshot()
    left = iter([lambda: place.node.revert(before)])

    def goes_back(exchange: Exchange) -> None:
        if place.proxy.sent:
            for back in left:
                back()
            place.node.mine()
        exchange.tell(exchange.ask())

    place.proxy.on("eth_blockNumber", goes_back)
    done = ada.does(*GIFT, "--confirmations", "3")
    assert done.code == 0, done.err
    assert next(left, None) is None
    assert len(place.proxy.sent) == 2
    given_once(ada, place)


def test_taken_back_after_it_was_told(ada: Member, place: Place) -> None:
    with rollback(place.node):
        assert ada.does(*GIFT).code == 0
    place.node.mine(2)
    done = ada.does(*VOTE)
    assert done.code == 0, done.err
    assert "was taken back by a reorganisation of the chain, and has been sent again as it was." in done.err
    assert (place.money, place.votes, len(set(place.proxy.sent))) == (1, 1, 2)
    later = ada.does("order", "bread", "3")
    assert (later.code, "has been mined meanwhile." in later.err) == (0, True)
    assert ada.left_open == []
