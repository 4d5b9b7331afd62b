"""`expire`: anyone ends a listing whose day has passed."""

from __future__ import annotations

from tests.support.bodies import Person, attempt, event, stand_at, transact
from tests.support.chain import reverts
from tests.support.market import ListingState, Market, attempt_as


def test_goods_go_back(market: Market, stranger: Person) -> None:
    seller = market.seller
    before, good, surplus = market.listing(market.coin_listing), seller.good(), seller.surplus()
    stand_at(market.chain, before.expiresAt + 1)
    receipt = transact(market.post, "expire", market.coin_listing, by=stranger)
    assert market.listing(market.coin_listing) == before._replace(state=ListingState.EXPIRED)
    assert event(receipt, "ListingClosed", market.post.address) == {
        "listing": market.coin_listing,
        "state": ListingState.EXPIRED,
        "left": before.left,
    }
    assert seller.good() == good._replace(listed=good.listed - before.left, entries=good.entries + 1)
    assert seller.surplus() == surplus + before.left


def test_to_the_second(market: Market) -> None:
    """There is no second in which a listing can both be bought from and expired, and none in which neither."""
    expires_at = market.listing(market.coin_listing).expiresAt
    stand_at(market.chain, expires_at)
    with reverts("TooEarly", deadline=expires_at):
        attempt(market.post, "expire", market.coin_listing)
    accept = (market.coin_listing, 10, 2**95, 2**40)
    with reverts("NotFunded"):
        attempt_as(market.buyer.address, market.post, "accept", *accept)
    stand_at(market.chain, expires_at + 1)
    attempt(market.post, "expire", market.coin_listing)
    with reverts("TooLate", deadline=expires_at):
        attempt_as(market.buyer.address, market.post, "accept", *accept)


def test_reverts(market: Market) -> None:
    stand_at(market.chain, market.listing(market.coin_listing).expiresAt + 1)
    transact(market.post, "expire", market.coin_listing)
    with reverts("WrongState", state=ListingState.EXPIRED):
        attempt(market.post, "expire", market.coin_listing)
    for number in (0, market.token_listing + 1):
        with reverts("NoSuchListing", listing=number):
            attempt(market.post, "expire", number)


def test_a_filled_listing_is_closed_already(market: Market) -> None:
    listing = market.list(30)
    market.buy(listing, 30)
    stand_at(market.chain, market.listing(listing).expiresAt + 1)
    with reverts("WrongState", state=ListingState.FILLED):
        attempt(market.post, "expire", listing)
