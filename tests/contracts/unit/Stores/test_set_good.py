"""`setGood`: what is kept back and what a person may order, changed by vote."""

from __future__ import annotations

from tests.support.bodies import call_of, event, events, read
from tests.support.chain import reverts
from tests.support.market import ENTITLEMENT, FLOUR, MOST_UNITS, SALT, Market, attempt_as


def test_safety_and_entitlement_change_and_nothing_else(market: Market) -> None:
    seller = market.seller
    before = seller.good(SALT)
    receipt = seller.body.enact(call_of(seller.stores, "setGood", SALT, 30, 9))
    assert seller.good(SALT) == before._replace(safety=30, entitlement=9, entries=before.entries + 1)
    assert event(receipt, "GoodSet", seller.stores.address) == {
        "good": SALT,
        "entry": before.entries + 1,
        "safety": 30,
        "entitlement": 9,
    }
    assert not events(receipt, "ListedChanged")
    assert not events(receipt, "SurplusShort")


def test_more_safety_shrinks_the_listing_first(market: Market) -> None:
    seller = market.seller
    before = seller.good()
    # 970 in stock and 20 agreed: a safety of 700 leaves 250 to be listed.
    receipt = seller.body.enact(call_of(seller.stores, "setGood", FLOUR, 700, ENTITLEMENT))
    assert seller.good() == before._replace(safety=700, listed=250, entries=before.entries + 2)
    assert event(receipt, "ListedChanged", seller.stores.address) == {
        "good": FLOUR,
        "entry": before.entries + 2,
        "listed": 250,
        "agreed": before.agreed,
    }
    assert not events(receipt, "SurplusShort")


def test_exactly_as_much_safety_as_is_free_leaves_the_listing_alone(market: Market) -> None:
    seller = market.seller
    before = seller.good()
    free = before.stock - before.agreed - before.listed
    seller.body.enact(call_of(seller.stores, "setGood", FLOUR, free, ENTITLEMENT))
    assert (seller.good().listed, seller.surplus()) == (before.listed, 0)
    seller.body.enact(call_of(seller.stores, "setGood", FLOUR, free + 1, ENTITLEMENT))
    assert (seller.good().listed, seller.surplus()) == (before.listed - 1, 0)


def test_safety_beyond_the_stock_is_announced_and_agreed_trades_stay(market: Market) -> None:
    seller = market.seller
    before = seller.good()
    safety = before.stock - before.agreed + 1
    receipt = seller.body.enact(call_of(seller.stores, "setGood", FLOUR, safety, ENTITLEMENT))
    assert (seller.good().listed, seller.good().agreed) == (0, before.agreed)
    assert event(receipt, "SurplusShort", seller.stores.address) == {"good": FLOUR, "by": 1}


def test_less_safety_lists_nothing_by_itself(market: Market) -> None:
    seller = market.seller
    before, surplus = seller.good(), seller.surplus()
    seller.body.enact(call_of(seller.stores, "setGood", FLOUR, 0, ENTITLEMENT))
    assert seller.good().listed == before.listed
    assert seller.surplus() == surplus + before.safety


def test_an_entitlement_below_what_was_ordered_leaves_nothing(market: Market) -> None:
    seller = market.seller
    person = seller.people[2]
    seller.order(10, by=person)
    seller.body.enact(call_of(seller.stores, "setGood", FLOUR, 100, 9))
    assert read(seller.stores, "entitlementLeft", FLOUR, person.index) == 0
    with reverts("EntitlementExceeded", left=0, wanted=1):
        seller.order(1, by=person)


def test_only_the_zone_sets(market: Market) -> None:
    for caller in (market.seller.keeper.address, market.buyer.address, market.post.address):
        with reverts("OnlyZone", caller=caller):
            attempt_as(caller, market.seller.stores, "setGood", FLOUR, 0, 0)


def test_reverts(market: Market) -> None:
    zone, stores = market.seller.address, market.seller.stores
    for number in (0, SALT + 1):
        with reverts("NoSuchGood", good=number):
            attempt_as(zone, stores, "setGood", number, 0, 0)
    attempt_as(zone, stores, "setGood", SALT, MOST_UNITS, MOST_UNITS)
    with reverts("QuantityTooLarge", quantity=MOST_UNITS + 1):
        attempt_as(zone, stores, "setGood", SALT, MOST_UNITS + 1, 0)
    with reverts("QuantityTooLarge", quantity=MOST_UNITS + 1):
        attempt_as(zone, stores, "setGood", SALT, 0, MOST_UNITS + 1)
