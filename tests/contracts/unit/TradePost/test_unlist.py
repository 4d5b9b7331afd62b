"""`unlist`: a zone takes back what is left of its listing."""

from __future__ import annotations

from tests.support.bodies import call_of, event, read, transact
from tests.support.chain import reverts
from tests.support.market import AGREED_QUANTITY, COIN_QUANTITY, SHIPPED_QUANTITY, ListingState, Market, attempt_as


def test_a_listing_is_withdrawn_by_vote(market: Market) -> None:
    seller = market.seller
    before, good = market.listing(market.coin_listing), seller.good()
    receipt = seller.body.enact(call_of(market.post, "unlist", market.coin_listing))
    left = COIN_QUANTITY - AGREED_QUANTITY - SHIPPED_QUANTITY
    assert market.listing(market.coin_listing) == before._replace(state=ListingState.WITHDRAWN)
    assert event(receipt, "ListingClosed", market.post.address) == {
        "listing": market.coin_listing,
        "state": ListingState.WITHDRAWN,
        "left": left,
    }
    assert seller.good().listed == good.listed - left


def test_nobody_buys_from_it_any_more(market: Market) -> None:
    market.seller.body.enact(call_of(market.post, "unlist", market.coin_listing))
    with reverts("WrongState", state=ListingState.WITHDRAWN):
        attempt_as(market.buyer.address, market.post, "accept", market.coin_listing, 10, 2**95, 2**40)


def test_trades_made_from_it_go_on(market: Market) -> None:
    before = market.trade(market.agreed)
    market.seller.body.enact(call_of(market.post, "unlist", market.coin_listing))
    assert market.trade(market.agreed) == before
    market.ship(market.agreed)
    for party in (market.seller, market.buyer):
        market.attest(market.agreed, party, AGREED_QUANTITY)
    market.settle(market.agreed)
    assert market.due(market.seller) == AGREED_QUANTITY * market.listing(market.coin_listing).unitPrice


def test_with_the_stores_it_was_listed_from(market: Market) -> None:
    """The zone took other stores meanwhile; the old ones get their goods back."""
    seller = market.seller
    good = seller.good()
    seller.body.enact(seller.body.own("setModule", 3, market.buyer.stores.address), voters=seller.people)
    assert read(seller.body.contract, "module", 3) == market.buyer.stores.address
    seller.body.enact(call_of(market.post, "unlist", market.token_listing))
    assert seller.good().listed == good.listed - market.listing(market.token_listing).left


def test_only_the_seller(market: Market) -> None:
    for caller in (market.buyer.address, market.world.food.address, market.seller.keeper.address):
        with reverts("OnlySeller", caller=caller):
            attempt_as(caller, market.post, "unlist", market.coin_listing)


def test_reverts(market: Market) -> None:
    zone = market.seller.address
    for number in (0, market.token_listing + 1):
        with reverts("NoSuchListing", listing=number):
            attempt_as(zone, market.post, "unlist", number)
    market.seller.body.enact(call_of(market.post, "unlist", market.coin_listing))
    with reverts("WrongState", state=ListingState.WITHDRAWN):
        attempt_as(zone, market.post, "unlist", market.coin_listing)
    with reverts("WrongState", state=ListingState.WITHDRAWN):
        transact(market.post, "expire", market.coin_listing)
