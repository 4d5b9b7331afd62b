"""`addGood`: a zone begins to count something."""

from __future__ import annotations

from tests.support.bodies import call_of, event, read
from tests.support.chain import reverts
from tests.support.market import MOST_UNITS, SALT, Market, attempt_as


def test_a_good_is_added_by_vote(market: Market) -> None:
    seller = market.seller
    receipt = seller.body.enact(call_of(seller.stores, "addGood", "oil litre", 7, 3))
    number = SALT + 1
    assert read(seller.stores, "goodCount") == number
    assert read(seller.stores, "goodName", number) == "oil litre"
    good = seller.good(number)
    assert (good.safety, good.entitlement, good.entries) == (7, 3, 1)
    assert (good.stock, good.home, good.listed, good.agreed, good.reportedAt, good.shipments) == (0,) * 6
    assert event(receipt, "GoodAdded", seller.stores.address) == {
        "good": number,
        "entry": 1,
        "name": "oil litre",
        "safety": 7,
        "entitlement": 3,
    }


def test_goods_are_numbered_in_order_and_names_may_repeat(market: Market) -> None:
    seller = market.seller
    calls = [call_of(seller.stores, "addGood", "oil litre", 0, 0) for _ in range(2)]
    seller.body.enact(*calls)
    assert read(seller.stores, "goodCount") == SALT + 2
    assert read(seller.stores, "goodName", SALT + 1) == read(seller.stores, "goodName", SALT + 2)


def test_only_the_zone_adds(market: Market) -> None:
    stores = market.seller.stores
    for caller in (market.seller.keeper.address, market.buyer.address, market.post.address):
        with reverts("OnlyZone", caller=caller):
            attempt_as(caller, stores, "addGood", "oil litre", 0, 0)


def test_quantities_fit(market: Market) -> None:
    zone, stores = market.seller.address, market.seller.stores
    assert attempt_as(zone, stores, "addGood", "oil litre", MOST_UNITS, MOST_UNITS) == SALT + 1
    with reverts("QuantityTooLarge", quantity=MOST_UNITS + 1):
        attempt_as(zone, stores, "addGood", "oil litre", MOST_UNITS + 1, 0)
    with reverts("QuantityTooLarge", quantity=2**256 - 1):
        attempt_as(zone, stores, "addGood", "oil litre", 0, 2**256 - 1)
