"""`agree`: listed goods become agreed ones, when surplus and count still allow it."""

from __future__ import annotations

from tests.support.bodies import call_of, event, stand_at
from tests.support.chain import reverts
from tests.support.market import FLOUR, Market, attempt_as
from tests.support.plans import STALE_SECONDS


def test_listed_goods_become_agreed(market: Market) -> None:
    seller, buyer = market.seller, market.buyer
    before, surplus = seller.good(), seller.surplus()
    receipt = buyer.body.enact(*market.purchase(buyer.body, market.coin_listing, 40))
    assert seller.good() == before._replace(
        listed=before.listed - 40, agreed=before.agreed + 40, entries=before.entries + 1
    )
    assert seller.surplus() == surplus
    assert event(receipt, "ListedChanged", seller.stores.address) == {
        "good": FLOUR,
        "entry": before.entries + 1,
        "listed": before.listed - 40,
        "agreed": before.agreed + 40,
    }


def test_the_present_panel_speaks_for_the_trade(market: Market) -> None:
    seller = market.seller
    assert attempt_as(market.post.address, seller.stores, "agree", FLOUR, 1) == 1
    seller.body.enact(call_of(seller.stores, "setKeepers", [4]))
    assert attempt_as(market.post.address, seller.stores, "agree", FLOUR, 1) == 2


def test_no_more_than_home_demand_left_of_the_listings(market: Market) -> None:
    seller = market.seller
    good = seller.good()
    seller.report(good.safety + good.agreed + 30)
    attempt_as(market.post.address, seller.stores, "agree", FLOUR, 30)
    with reverts("NoSurplus", have=30, want=31):
        attempt_as(market.post.address, seller.stores, "agree", FLOUR, 31)
    with reverts("NoSurplus", have=30, want=2**256 - 1):
        attempt_as(market.post.address, seller.stores, "agree", FLOUR, 2**256 - 1)
    seller.order(30)
    with reverts("NoSurplus", have=0, want=1):
        attempt_as(market.post.address, seller.stores, "agree", FLOUR, 1)


def test_a_count_goes_stale_to_the_second(market: Market) -> None:
    seller, post = market.seller, market.post.address
    fresh_until = seller.good().reportedAt + STALE_SECONDS
    stand_at(market.chain, fresh_until)
    attempt_as(post, seller.stores, "agree", FLOUR, 1)
    stand_at(market.chain, fresh_until + 1)
    with reverts("StaleStock", age=STALE_SECONDS + 1):
        attempt_as(post, seller.stores, "agree", FLOUR, 1)
    seller.report(970)
    attempt_as(post, seller.stores, "agree", FLOUR, 1)
