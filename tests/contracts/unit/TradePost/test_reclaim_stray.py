"""`reclaimStray`: escrow that no purchase took goes back after 30 days, whatever it was meant for.

`reclaim` needs the purchase that a key names. A key may name none, or one in another asset, or one whose deadline never
comes; money under it must not wait for ever either.
"""

from __future__ import annotations

from tests.support.bodies import Person, attempt, call_of, event, now, read, stand_at, transact
from tests.support.chain import reverts
from tests.support.market import COIN_PRICE, Market
from tests.support.plans import COIN, DAY, NOTHING

WAIT = 30 * DAY
KEY = b"\1" * 32  # the hash of no purchase anybody knows


def escrow(market: Market, asset: str, amount: int, key: bytes) -> int:
    """Elmcourt puts money into escrow by vote; when it arrived."""
    buyer = market.buyer
    buyer.body.enact(call_of(buyer.treasury, "escrow", market.post.address, asset, amount, key, NOTHING, NOTHING))
    return now(market.chain)


def test_a_key_that_names_no_purchase(market: Market, stranger: Person) -> None:
    buyer = market.buyer
    arrived = escrow(market, COIN, 500, KEY)
    stand_at(market.chain, arrived + WAIT)
    with reverts("TooEarly", deadline=arrived + WAIT):
        attempt(market.post, "reclaimStray", buyer.address, COIN, KEY)
    stand_at(market.chain, arrived + WAIT + 1)
    receipt = transact(market.post, "reclaimStray", buyer.address, COIN, KEY, by=stranger)
    assert event(receipt, "FundsReclaimed", market.post.address) == {
        "body": buyer.address,
        "tradeKey": KEY,
        "asset": COIN,
        "amount": 500,
    }
    assert (market.funds(buyer, KEY), market.due(buyer)) == (0, 500)
    account = buyer.account()
    transact(market.post, "withdraw", buyer.address, COIN)
    assert buyer.account() == account + 500


def test_another_asset_than_the_listing_asks_for(market: Market) -> None:
    buyer, token = market.buyer, market.token.address
    deadline = now(market.chain) + 3 * DAY
    named = (market.coin_listing, 10, COIN_PRICE, deadline)
    key = market.key(buyer, *named)
    arrived = escrow(market, token, 70, key)
    stand_at(market.chain, arrived + WAIT + 1)
    with reverts("NothingDue", body=buyer.address, asset=COIN):
        attempt(market.post, "reclaim", buyer.address, *named)
    transact(market.post, "reclaimStray", buyer.address, token, key)
    assert market.due(buyer, token) == read(market.post, "booked", token) == market.held(token) == 70


def test_a_deadline_that_never_comes(market: Market) -> None:
    buyer = market.buyer
    named = (market.coin_listing, 10, COIN_PRICE, 2**256 - 1)
    key = market.key(buyer, *named)
    arrived = escrow(market, COIN, 10 * COIN_PRICE, key)
    stand_at(market.chain, arrived + WAIT + 1)
    with reverts("TooEarly", deadline=2**256 - 1):
        attempt(market.post, "reclaim", buyer.address, *named)
    transact(market.post, "reclaimStray", buyer.address, COIN, key)
    assert market.due(buyer) == 10 * COIN_PRICE


def test_adding_a_little_does_not_postpone_it(market: Market) -> None:
    """Anybody can fund any key: the time counts from the first money under it."""
    arrived = escrow(market, COIN, 500, KEY)
    stand_at(market.chain, arrived + WAIT - 1)
    market.fund(market.buyer, KEY, 1)
    stand_at(market.chain, arrived + WAIT + 1)
    transact(market.post, "reclaimStray", market.buyer.address, COIN, KEY)
    assert market.due(market.buyer) == 501


def test_a_key_used_again_waits_again(market: Market) -> None:
    arrived = escrow(market, COIN, 500, KEY)
    stand_at(market.chain, arrived + WAIT + 1)
    transact(market.post, "reclaimStray", market.buyer.address, COIN, KEY)
    market.fund(market.buyer, KEY, 5)
    again = now(market.chain)
    with reverts("TooEarly", deadline=again + WAIT):
        attempt(market.post, "reclaimStray", market.buyer.address, COIN, KEY)


def test_what_was_taken_is_not_given_back(market: Market) -> None:
    buyer, deadline = market.buyer, now(market.chain) + 3 * DAY
    named = (market.coin_listing, 40, COIN_PRICE, deadline)
    key = market.key(buyer, *named)
    market.buy(market.coin_listing, 40, deadline=deadline)
    market.chain.skip(WAIT)
    with reverts("NothingDue", body=buyer.address, asset=COIN):
        attempt(market.post, "reclaimStray", buyer.address, COIN, key)
    for body, asset, other in (
        (market.seller.address, COIN, KEY),
        (buyer.address, market.token.address, KEY),
        (buyer.address, COIN, KEY),
    ):
        with reverts("NothingDue", body=body, asset=asset):
            attempt(market.post, "reclaimStray", body, asset, other)
