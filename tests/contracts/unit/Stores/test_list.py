"""`list`: the trade post puts surplus of the zone up for others."""

from __future__ import annotations

from tests.support.bodies import call_of, event, stand_at
from tests.support.chain import reverts
from tests.support.market import FLOUR, SALT, Market, attempt_as
from tests.support.plans import STALE_SECONDS


def test_what_is_listed_is_no_longer_surplus(market: Market) -> None:
    seller = market.seller
    before, surplus = seller.good(SALT), seller.surplus(SALT)
    receipt = seller.body.enact(call_of(market.post, "list", market.terms(100, good=SALT)))
    assert seller.good(SALT) == before._replace(listed=100, entries=before.entries + 1)
    assert seller.surplus(SALT) == surplus - 100
    assert event(receipt, "ListedChanged", seller.stores.address) == {
        "good": SALT,
        "entry": before.entries + 1,
        "listed": 100,
        "agreed": 0,
    }


def test_the_whole_surplus_and_not_a_unit_more(market: Market) -> None:
    """Surplus = stock − safety − home − listed − agreed."""
    seller, post = market.seller, market.post.address
    seller.order(40)
    good = seller.good()
    surplus = good.stock - good.safety - good.home - good.listed - good.agreed
    assert surplus == seller.surplus() == 360
    attempt_as(post, seller.stores, "list", FLOUR, surplus)
    with reverts("NoSurplus", have=surplus, want=surplus + 1):
        attempt_as(post, seller.stores, "list", FLOUR, surplus + 1)
    with reverts("NoSurplus", have=surplus, want=2**256 - 1):
        attempt_as(post, seller.stores, "list", FLOUR, 2**256 - 1)


def test_listings_of_one_good_share_the_surplus(market: Market) -> None:
    seller = market.seller
    seller.body.enact(call_of(market.post, "list", market.terms(600, good=SALT)))
    with reverts("NoSurplus", have=400, want=401):
        attempt_as(market.post.address, seller.stores, "list", SALT, 401)
    seller.body.enact(call_of(market.post, "list", market.terms(400, good=SALT)))
    assert (seller.good(SALT).listed, seller.surplus(SALT)) == (1000, 0)


def test_nothing_while_short(market: Market) -> None:
    seller = market.seller
    seller.report(0)
    assert seller.surplus() == 0
    with reverts("NoSurplus", have=0, want=1):
        attempt_as(market.post.address, seller.stores, "list", FLOUR, 1)


def test_a_count_goes_stale_to_the_second(market: Market) -> None:
    seller, post = market.seller, market.post.address
    fresh_until = seller.good(SALT).reportedAt + STALE_SECONDS
    stand_at(market.chain, fresh_until)
    attempt_as(post, seller.stores, "list", SALT, 1)
    stand_at(market.chain, fresh_until + 1)
    with reverts("StaleStock", age=STALE_SECONDS + 1):
        attempt_as(post, seller.stores, "list", SALT, 1)
    seller.report(1000, SALT)
    attempt_as(post, seller.stores, "list", SALT, 1)


def test_what_was_never_counted_is_stale(market: Market) -> None:
    seller = market.seller
    seller.body.enact(call_of(seller.stores, "addGood", "oil litre", 0, 0))
    with reverts("StaleStock", age=market.chain.block().timestamp):
        attempt_as(market.post.address, seller.stores, "list", SALT + 1, 0)
