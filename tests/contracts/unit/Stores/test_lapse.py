"""`lapse`: anyone ends an order whose day has passed."""

from __future__ import annotations

from tests.support.bodies import Person, attempt, event, now, read, stand_at, transact
from tests.support.chain import reverts
from tests.support.market import FLOUR, SALT, Market
from tests.support.plans import DAY, NOTHING


def test_home_demand_falls_and_surplus_rises(market: Market, stranger: Person) -> None:
    seller = market.seller
    due = now(market.chain) + DAY
    order = seller.order(40, due=due)
    before, surplus = seller.good(), seller.surplus()
    stand_at(market.chain, due + 1)
    receipt = transact(seller.stores, "lapse", order, by=stranger)
    assert seller.good() == before._replace(home=0, entries=before.entries + 1)
    assert seller.surplus() == surplus + 40
    assert read(seller.stores, "orderOf", order).left == 0
    assert event(receipt, "OrderLapsed", seller.stores.address) == {
        "order": order,
        "entry": before.entries + 1,
        "good": FLOUR,
        "quantity": 40,
    }


def test_only_what_was_not_delivered(market: Market) -> None:
    seller = market.seller
    due = now(market.chain) + DAY
    order = seller.order(5, SALT, due=due)
    other = seller.order(2, SALT, by=seller.people[3])
    transact(seller.stores, "deliver", order, 3, NOTHING, by=seller.keeper)
    stand_at(market.chain, due + 1)
    receipt = transact(seller.stores, "lapse", order)
    assert event(receipt, "OrderLapsed", seller.stores.address)["quantity"] == 2
    assert seller.good(SALT).home == read(seller.stores, "orderOf", other).left == 2


def test_what_home_demand_took_from_a_listing_is_not_listed_again(market: Market) -> None:
    seller = market.seller
    before = seller.good()
    due = now(market.chain) + DAY
    order = seller.order(50, due=due)
    seller.report(before.safety + before.agreed + before.listed)
    assert seller.good().listed == before.listed - 50
    stand_at(market.chain, due + 1)
    transact(seller.stores, "lapse", order)
    assert (seller.good().listed, seller.surplus()) == (before.listed - 50, 50)


def test_not_before_its_day_has_passed(market: Market) -> None:
    seller = market.seller
    due = now(market.chain) + DAY
    order = seller.order(5, SALT, due=due)
    stand_at(market.chain, due)
    with reverts("OrderOpen", due=due):
        attempt(seller.stores, "lapse", order)
    stand_at(market.chain, due + 1)
    attempt(seller.stores, "lapse", order)


def test_reverts(market: Market) -> None:
    seller = market.seller
    due = now(market.chain) + DAY
    delivered, lapsed = seller.order(2, SALT, due=due), seller.order(3, SALT, due=due)
    transact(seller.stores, "deliver", delivered, 2, NOTHING, by=seller.keeper)
    stand_at(market.chain, due + 1)
    transact(seller.stores, "lapse", lapsed)
    for order in (delivered, lapsed):
        with reverts("ZeroQuantity"):
            attempt(seller.stores, "lapse", order)
    for number in (0, lapsed + 1):
        with reverts("NoSuchOrder", order=number):
            attempt(seller.stores, "lapse", number)
