"""`order`: a member orders at home, within the entitlement of the epoch."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person, attempt, call_of, event, events, just_before, now, read, stand_at, transact
from tests.support.chain import reverts
from tests.support.market import ENTITLEMENT, FLOUR, MOST_UNITS, SALT, SALT_ENTITLEMENT, Market
from tests.support.plans import DAY, EPOCH_SECONDS


def test_an_order_is_home_demand(market: Market) -> None:
    seller, person = market.seller, market.seller.people[3]
    before, surplus = seller.good(), seller.surplus()
    due = now(market.chain) + DAY
    receipt = transact(seller.stores, "order", FLOUR, 15, due, by=person)
    assert seller.good() == before._replace(home=15, entries=before.entries + 1)
    assert seller.surplus() == surplus - 15
    assert read(seller.stores, "orderCount") == 1
    order = read(seller.stores, "orderOf", 1)
    assert (order.person, order.good, order.left, order.due) == (person.index, FLOUR, 15, due)
    assert event(receipt, "Ordered", seller.stores.address) == {
        "order": 1,
        "entry": before.entries + 1,
        "person": person.index,
        "good": FLOUR,
        "quantity": 15,
        "due": due,
    }
    assert not events(receipt, "ListedChanged")


def test_home_demand_takes_free_goods_then_listed_ones_and_never_agreed_ones(market: Market) -> None:
    seller = market.seller
    before = seller.good()
    seller.report(before.safety + before.agreed + before.listed + 30)
    first = transact(seller.stores, "order", FLOUR, 30, now(market.chain) + DAY, by=seller.people[2])
    assert not events(first, "ListedChanged")
    second = transact(seller.stores, "order", FLOUR, 50, now(market.chain) + DAY, by=seller.people[3])
    assert event(second, "ListedChanged", seller.stores.address)["listed"] == before.listed - 50
    assert (seller.good().listed, seller.good().agreed, seller.surplus()) == (before.listed - 50, before.agreed, 0)
    seller.report(before.safety + before.agreed + 80)
    third = transact(seller.stores, "order", FLOUR, 50, now(market.chain) + DAY, by=seller.people[4])
    assert event(third, "SurplusShort", seller.stores.address) == {"good": FLOUR, "by": 50}
    assert (seller.good().listed, seller.good().agreed) == (0, before.agreed)


def test_the_entitlement_is_per_person(market: Market) -> None:
    seller = market.seller
    one, other = seller.people[2], seller.people[3]
    seller.order(SALT_ENTITLEMENT, SALT, by=one)
    with reverts("EntitlementExceeded", left=0, wanted=1):
        seller.order(1, SALT, by=one)
    assert read(seller.stores, "entitlementLeft", SALT, other.index) == SALT_ENTITLEMENT
    with reverts("EntitlementExceeded", left=SALT_ENTITLEMENT, wanted=SALT_ENTITLEMENT + 1):
        seller.order(SALT_ENTITLEMENT + 1, SALT, by=other)
    seller.order(SALT_ENTITLEMENT, SALT, by=other)


def test_the_entitlement_is_per_good(market: Market) -> None:
    seller, person = market.seller, market.seller.people[2]
    seller.order(SALT_ENTITLEMENT, SALT, by=person)
    assert read(seller.stores, "entitlementLeft", FLOUR, person.index) == ENTITLEMENT
    seller.order(ENTITLEMENT, FLOUR, by=person)


def test_the_entitlement_is_per_epoch_to_the_second(market: Market) -> None:
    seller, person = market.seller, market.seller.people[2]
    next_epoch = _start_of_next_epoch(market)
    seller.order(2, SALT, by=person)
    seller.order(SALT_ENTITLEMENT - 2, SALT, by=person)
    stand_at(market.chain, next_epoch - 1)
    due = next_epoch + DAY
    with reverts("EntitlementExceeded", left=0, wanted=1):
        attempt(seller.stores, "order", SALT, 1, due, by=person)
    stand_at(market.chain, next_epoch)
    assert read(seller.stores, "entitlementLeft", SALT, person.index) == SALT_ENTITLEMENT
    seller.order(SALT_ENTITLEMENT, SALT, by=person)
    with reverts("EntitlementExceeded", left=0, wanted=1):
        seller.order(1, SALT, by=person)


def test_what_is_delivered_or_lapses_stays_used(market: Market) -> None:
    """The entitlement limits orders, not what is open: nobody orders, lapses and orders again to block exports."""
    seller, person = market.seller, market.seller.people[2]
    delivered = seller.order(2, SALT, by=person)
    transact(seller.stores, "deliver", delivered, 2, bytes(32), by=seller.keeper)
    due = now(market.chain) + 100
    lapsing = seller.order(SALT_ENTITLEMENT - 2, SALT, by=person, due=due)
    stand_at(market.chain, due + 1)
    transact(seller.stores, "lapse", lapsing)
    with reverts("EntitlementExceeded", left=0, wanted=1):
        seller.order(1, SALT, by=person)


def test_due_is_after_now_and_at_most_an_epoch_ahead(market: Market) -> None:
    seller, person = market.seller, market.seller.people[2]
    present = now(market.chain)
    with reverts("DueInPast", due=present):
        attempt(seller.stores, "order", SALT, 1, present, by=person)
    with reverts("DueInPast", due=0):
        attempt(seller.stores, "order", SALT, 1, 0, by=person)
    assert attempt(seller.stores, "order", SALT, 1, present + 1, by=person) == 1
    latest = present + EPOCH_SECONDS
    assert attempt(seller.stores, "order", SALT, 1, latest, by=person) == 1
    with reverts("DueTooLate", due=latest + 1, latest=latest):
        attempt(seller.stores, "order", SALT, 1, latest + 1, by=person)
    with reverts("DueTooLate", due=2**256 - 1, latest=latest):
        attempt(seller.stores, "order", SALT, 1, 2**256 - 1, by=person)


def test_only_members_order(market: Market, stranger: Person) -> None:
    seller = market.seller
    gone = seller.people[4]
    seller.body.send("leave", by=gone)
    for caller in (stranger, market.buyer.keeper, gone):
        with reverts("NotAMember", caller=caller.address):
            seller.order(1, by=caller)


def test_an_expelled_person_orders_no_more(market: Market) -> None:
    seller, person = market.seller, market.seller.people[4]
    seller.body.enact(seller.body.own("remove", person.index), voters=seller.people[:4])
    assert seller.order(1, by=person)
    just_before(market.chain, seller.body.read("expulsion", person.index)[0])
    seller.body.send("finishExpulsion", person.index)
    with reverts("NotAMember", caller=person.address):
        seller.order(1, by=person)


def test_reverts(market: Market) -> None:
    seller, person = market.seller, market.seller.people[2]
    due = now(market.chain) + DAY
    for number in (0, SALT + 1):
        with reverts("NoSuchGood", good=number):
            attempt(seller.stores, "order", number, 1, due, by=person)
    with reverts("ZeroQuantity"):
        attempt(seller.stores, "order", SALT, 0, due, by=person)


@pytest.mark.parametrize("ordered", [0, 1])
def test_no_quantity_is_too_large_to_be_refused_by_name(market: Market, ordered: int) -> None:
    seller, person = market.seller, market.seller.people[2]
    if ordered:
        seller.order(ordered, SALT, by=person)
    with reverts("EntitlementExceeded", left=SALT_ENTITLEMENT - ordered, wanted=2**256 - 1):
        seller.order(2**256 - 1, SALT, by=person)


def test_home_demand_that_no_longer_fits_is_refused(market: Market) -> None:
    seller = market.seller
    seller.body.enact(call_of(seller.stores, "setGood", SALT, 0, MOST_UNITS))
    seller.order(MOST_UNITS, SALT, by=seller.people[2])
    with reverts("QuantityTooLarge", quantity=MOST_UNITS + 1):
        seller.order(1, SALT, by=seller.people[3])


def _start_of_next_epoch(market: Market) -> int:
    treasury = market.seller.treasury
    number = read(treasury, "epochAt", now(market.chain)) + 1
    return int(read(treasury, "epochStart") + number * EPOCH_SECONDS)
