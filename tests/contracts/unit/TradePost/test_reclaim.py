"""`reclaim`: escrow that was not accepted by its deadline goes back."""

from __future__ import annotations

from tests.support.bodies import Person, attempt, call_of, event, now, read, stand_at, transact
from tests.support.chain import reverts
from tests.support.market import COIN_PRICE, TOKEN_PRICE, Market, attempt_as
from tests.support.plans import COIN, DAY, NOTHING


def test_after_the_deadline_it_is_due_back(market: Market, stranger: Person) -> None:
    buyer = market.buyer
    deadline = now(market.chain) + 10 * DAY
    named = (market.coin_listing, 40, COIN_PRICE, deadline)
    key = market.key(buyer, *named)
    escrow = (market.post.address, COIN, 40 * COIN_PRICE, key, NOTHING, NOTHING)
    buyer.body.enact(call_of(buyer.treasury, "escrow", *escrow))
    stand_at(market.chain, deadline)
    with reverts("TooEarly", deadline=deadline):
        attempt(market.post, "reclaim", buyer.address, *named)
    stand_at(market.chain, deadline + 1)
    receipt = transact(market.post, "reclaim", buyer.address, *named, by=stranger)
    assert market.funds(buyer, key) == 0
    assert market.due(buyer) == 40 * COIN_PRICE
    assert event(receipt, "FundsReclaimed", market.post.address) == {
        "body": buyer.address,
        "tradeKey": key,
        "asset": COIN,
        "amount": 40 * COIN_PRICE,
    }
    account = buyer.account()
    transact(market.post, "withdraw", buyer.address, COIN)
    assert buyer.account() == account + 40 * COIN_PRICE


def test_tokens_stay_booked_until_they_are_withdrawn(market: Market) -> None:
    buyer, token = market.buyer, market.token.address
    deadline = now(market.chain) + 10 * DAY
    named = (market.token_listing, 10, TOKEN_PRICE, deadline)
    escrow = (market.post.address, token, 10 * TOKEN_PRICE, market.key(buyer, *named), NOTHING, NOTHING)
    buyer.body.enact(call_of(buyer.treasury, "escrow", *escrow))
    stand_at(market.chain, deadline + 1)
    transact(market.post, "reclaim", buyer.address, *named)
    assert market.due(buyer, token) == read(market.post, "booked", token) == market.held(token) == 10 * TOKEN_PRICE


def test_there_is_no_second_in_which_both_or_neither_is_possible(market: Market) -> None:
    buyer, deadline = market.buyer, now(market.chain) + DAY
    named = (market.coin_listing, 40, COIN_PRICE, deadline)
    market.fund(buyer, market.key(buyer, *named), 40 * COIN_PRICE)
    stand_at(market.chain, deadline)
    attempt_as(buyer.address, market.post, "accept", *named)
    stand_at(market.chain, deadline + 1)
    with reverts("TooLate", deadline=deadline):
        attempt_as(buyer.address, market.post, "accept", *named)
    attempt(market.post, "reclaim", buyer.address, *named)


def test_what_was_accepted_is_not_given_back(market: Market) -> None:
    buyer, deadline = market.buyer, now(market.chain) + 3 * DAY
    market.buy(market.coin_listing, 40, deadline=deadline)
    stand_at(market.chain, deadline + 1)
    with reverts("NothingDue", body=buyer.address, asset=COIN):
        attempt(market.post, "reclaim", buyer.address, market.coin_listing, 40, COIN_PRICE, deadline)


def test_once_and_exactly_as_named(market: Market) -> None:
    buyer, deadline = market.buyer, now(market.chain) + DAY
    named = (market.coin_listing, 40, COIN_PRICE, deadline)
    market.fund(buyer, market.key(buyer, *named), 7)
    stand_at(market.chain, deadline + 1)
    for other in (
        (market.token_listing, 40, COIN_PRICE, deadline),
        (market.coin_listing, 41, COIN_PRICE, deadline),
        (market.coin_listing, 40, COIN_PRICE + 1, deadline),
        (market.coin_listing, 40, COIN_PRICE, deadline - 1),
    ):
        with reverts("NothingDue", body=buyer.address):
            attempt(market.post, "reclaim", buyer.address, *other)
    with reverts("NothingDue", body=market.world.food.address):
        attempt(market.post, "reclaim", market.world.food.address, *named)
    transact(market.post, "reclaim", buyer.address, *named)
    with reverts("NothingDue", body=buyer.address, asset=COIN):
        attempt(market.post, "reclaim", buyer.address, *named)


def test_no_such_listing(market: Market) -> None:
    for number in (0, market.token_listing + 1):
        with reverts("NoSuchListing", listing=number):
            attempt(market.post, "reclaim", market.buyer.address, number, 1, 1, 0)
