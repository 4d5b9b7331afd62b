"""`unlist`: what is left of a listing comes back; what home demand took already is not taken twice."""

from __future__ import annotations

from tests.support.bodies import call_of, event, just_before, transact
from tests.support.chain import reverts
from tests.support.market import COIN_PRICE, FLOUR, SALT, TOKEN_QUANTITY, Market, attempt_as


def test_what_is_left_is_surplus_again(market: Market) -> None:
    seller = market.seller
    before, surplus = seller.good(), seller.surplus()
    left = market.listing(market.coin_listing).left
    receipt = seller.body.enact(call_of(market.post, "unlist", market.coin_listing))
    assert seller.good() == before._replace(listed=before.listed - left, entries=before.entries + 1)
    assert seller.surplus() == surplus + left
    assert event(receipt, "ListedChanged", seller.stores.address)["listed"] == TOKEN_QUANTITY


def test_a_shrunk_listing_gives_back_what_home_demand_left_of_it(market: Market) -> None:
    seller = market.seller
    seller.report(50, SALT)
    listing = market.list(40, good=SALT)
    seller.report(30, SALT)
    assert seller.good(SALT).listed == 30
    seller.body.enact(call_of(market.post, "unlist", listing))
    assert (seller.good(SALT).listed, seller.surplus(SALT)) == (0, 30)


def test_what_home_demand_took_from_all_listings_is_not_taken_twice(market: Market) -> None:
    """450 units of flour are offered in two listings; after a bad count 200 of them are left.

    Withdrawing the listing of 250 must leave those 200 to the other one, whose units were never withdrawn.
    """
    seller = market.seller
    good = seller.good()
    seller.report(good.safety + good.agreed + TOKEN_QUANTITY)
    assert seller.good().listed == TOKEN_QUANTITY
    seller.body.enact(call_of(market.post, "unlist", market.coin_listing))
    assert seller.good().listed == TOKEN_QUANTITY
    market.buy(market.token_listing, TOKEN_QUANTITY)
    assert (seller.good().listed, seller.good().agreed) == (0, good.agreed + TOKEN_QUANTITY)


def test_what_home_demand_took_in_part(market: Market) -> None:
    """Of 450 offered units 100 are gone: without the 250 of one listing the 200 of the other are all there."""
    seller = market.seller
    good = seller.good()
    seller.report(good.safety + good.agreed + good.listed - 100)
    seller.body.enact(call_of(market.post, "unlist", market.coin_listing))
    assert seller.good().listed == TOKEN_QUANTITY


def test_an_old_shrunk_listing_that_expires_takes_nothing_from_a_new_one(market: Market) -> None:
    """Anyone may expire a listing: it must not be a way to empty the zone's other listings."""
    seller = market.seller
    seller.report(60, SALT)
    old = market.list(50, good=SALT)
    seller.report(0, SALT)
    seller.report(60, SALT)
    assert seller.good(SALT).listed == 0
    new = market.list(50, good=SALT)
    just_before(market.chain, market.listing(old).expiresAt + 1)
    transact(market.post, "expire", old)
    assert seller.good(SALT).listed == market.listing(new).left == 50


def test_after_part_of_a_shrunk_listing_was_sold(market: Market) -> None:
    seller = market.seller
    seller.report(100, SALT)
    one = market.list(60, good=SALT, unit_price=COIN_PRICE)
    other = market.list(40, good=SALT, unit_price=COIN_PRICE)
    seller.report(70, SALT)
    market.buy(one, 50)
    assert (seller.good(SALT).listed, seller.good(SALT).agreed) == (20, 50)
    # 10 + 40 are still offered and 20 of them there; without the 10, the 40 still share those 20.
    seller.body.enact(call_of(market.post, "unlist", one))
    assert seller.good(SALT).listed == 20
    seller.body.enact(call_of(market.post, "unlist", other))
    assert (seller.good(SALT).listed, seller.surplus(SALT)) == (0, 20)


def test_reverts(market: Market) -> None:
    seller = market.seller
    listed = seller.good().listed
    attempt_as(market.post.address, seller.stores, "unlist", FLOUR, listed)
    for wanted in (listed + 1, 2**256 - 1):
        with reverts("TooMuch", left=listed, wanted=wanted):
            attempt_as(market.post.address, seller.stores, "unlist", FLOUR, wanted)
