"""`settle`: every row of the table of states, whoever asks."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person, attempt, event, read, stand_at, transact
from tests.support.chain import reverts
from tests.support.market import (
    AGREED_QUANTITY,
    ATTEST_HOURS,
    COIN_PRICE,
    SHIPPED_QUANTITY,
    TOKEN_PRICE,
    Market,
    TradeState,
)
from tests.support.plans import HOUR

# What the buyer's and the seller's side attested (None: nothing), and what is then paid for after attestBy.
ROWS = [
    (None, None, SHIPPED_QUANTITY),  # nobody spoke: in full
    (12, None, 12),  # only the buyer's side: its word
    (0, None, 0),
    (SHIPPED_QUANTITY, None, SHIPPED_QUANTITY),
    (None, 25, 25),  # only the seller's side: its word
    (None, 0, 0),
    (None, SHIPPED_QUANTITY, SHIPPED_QUANTITY),
    (12, 25, 12),  # they differ: the least
    (25, 12, 12),
    (0, SHIPPED_QUANTITY, 0),
    (SHIPPED_QUANTITY, 0, 0),
]


@pytest.mark.parametrize(("buyer", "seller", "delivered"), ROWS)
def test_after_attest_by(
    market: Market, buyer: int | None, seller: int | None, delivered: int, stranger: Person
) -> None:
    if buyer is not None:
        market.attest(market.shipped, market.buyer, buyer)
    if seller is not None:
        market.attest(market.shipped, market.seller, seller)
    attest_by = market.trade(market.shipped).deadline
    stand_at(market.chain, attest_by)
    with reverts("TooEarly", deadline=attest_by):
        attempt(market.post, "settle", market.shipped)
    market.let_pass(market.shipped)
    receipt = transact(market.post, "settle", market.shipped, by=stranger)
    paid = delivered * COIN_PRICE
    refunded = (SHIPPED_QUANTITY - delivered) * COIN_PRICE
    assert event(receipt, "Fulfilled", market.post.address) == {
        "trade": market.shipped,
        "quantity": delivered,
        "paid": paid,
        "refunded": refunded,
    }
    assert market.trade(market.shipped).state == TradeState.SETTLED
    assert (market.due(market.seller), market.due(market.buyer)) == (paid, refunded)


@pytest.mark.parametrize("quantity", [0, 1, SHIPPED_QUANTITY - 1, SHIPPED_QUANTITY])
def test_delivered_settles_at_once(market: Market, quantity: int) -> None:
    for party in (market.buyer, market.seller):
        market.attest(market.shipped, party, quantity)
    receipt = market.settle(market.shipped)
    fulfilled = event(receipt, "Fulfilled", market.post.address)
    assert (fulfilled["quantity"], fulfilled["paid"], fulfilled["refunded"]) == (
        quantity,
        quantity * COIN_PRICE,
        (SHIPPED_QUANTITY - quantity) * COIN_PRICE,
    )
    assert market.due(market.seller) == quantity * COIN_PRICE
    assert market.due(market.buyer) == (SHIPPED_QUANTITY - quantity) * COIN_PRICE


def test_delivered_settles_later_too(market: Market) -> None:
    for party in (market.buyer, market.seller):
        market.attest(market.shipped, party, 7)
    market.let_pass(market.shipped)
    market.settle(market.shipped)
    assert market.due(market.seller) == 7 * COIN_PRICE


def test_one_word_is_not_enough_before_attest_by(market: Market) -> None:
    market.attest(market.shipped, market.buyer, SHIPPED_QUANTITY)
    deadline = market.trade(market.shipped).deadline
    with reverts("TooEarly", deadline=deadline):
        market.settle(market.shipped)
    market.attest(market.shipped, market.seller, SHIPPED_QUANTITY - 1)
    with reverts("TooEarly", deadline=deadline):
        market.settle(market.shipped)


def test_not_shipped_in_time_is_refunded(market: Market) -> None:
    seller, buyer = market.seller, market.buyer
    ship_by = market.trade(market.agreed).deadline
    good = seller.good()
    stand_at(market.chain, ship_by)
    with reverts("TooEarly", deadline=ship_by):
        attempt(market.post, "settle", market.agreed)
    market.let_pass(market.agreed)
    receipt = market.settle(market.agreed)
    amount = AGREED_QUANTITY * COIN_PRICE
    assert event(receipt, "Refunded", market.post.address) == {"trade": market.agreed, "refunded": amount}
    assert market.trade(market.agreed).state == TradeState.REFUNDED
    assert (market.due(seller), market.due(buyer)) == (0, amount)
    assert seller.good().agreed == good.agreed - AGREED_QUANTITY
    # What was sold in vain is not on sale again: the listing keeps what it had left.
    assert market.listing(market.coin_listing).left == 250


def test_once(market: Market) -> None:
    market.let_pass(market.shipped)
    market.settle(market.shipped)
    with reverts("WrongState", state=TradeState.SETTLED):
        market.settle(market.shipped)
    stand_at(market.chain, market.trade(market.agreed).deadline + ATTEST_HOURS * HOUR)
    market.settle(market.agreed)
    with reverts("WrongState", state=TradeState.REFUNDED):
        market.settle(market.agreed)
    assert market.due(market.seller) + market.due(market.buyer) == market.held()


def test_tokens(market: Market) -> None:
    token = market.token.address
    trade = market.buy(market.token_listing, 50)
    market.ship(trade)
    for party in (market.buyer, market.seller):
        market.attest(trade, party, 45)
    market.settle(trade)
    assert market.due(market.seller, token) == 45 * TOKEN_PRICE
    assert market.due(market.buyer, token) == 5 * TOKEN_PRICE
    assert read(market.post, "booked", token) == market.held(token) == 50 * TOKEN_PRICE


def test_no_such_trade(market: Market) -> None:
    for number in (0, market.shipped + 1):
        with reverts("NoSuchTrade", trade=number):
            market.settle(number)
