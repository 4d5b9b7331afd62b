"""`deliver`: goods of an order were handed over at home."""

from __future__ import annotations

from tests.support.bodies import Person, attempt, event, events, just_before, now, read, stand_at, transact
from tests.support.chain import reverts
from tests.support.market import FLOUR, SALT, Market
from tests.support.plans import DAY, NOTHING
from tests.support.world import EVIDENCE


def test_a_delivery_lowers_stock_and_home_demand_together(market: Market) -> None:
    seller = market.seller
    order = seller.order(15)
    before, surplus = seller.good(), seller.surplus()
    receipt = transact(seller.stores, "deliver", order, 9, EVIDENCE, by=seller.second_keeper)
    assert seller.good() == before._replace(stock=before.stock - 9, home=6, entries=before.entries + 1)
    assert seller.surplus() == surplus
    assert read(seller.stores, "orderOf", order).left == 6
    assert event(receipt, "Delivered", seller.stores.address) == {
        "order": order,
        "entry": before.entries + 1,
        "keeper": seller.second_keeper.index,
        "good": FLOUR,
        "quantity": 9,
        "evidence": EVIDENCE,
    }
    assert not events(receipt, "ListedChanged")


def test_in_parts_until_nothing_is_left(market: Market) -> None:
    seller = market.seller
    order = seller.order(5, SALT)
    for part, left in ((2, 3), (3, 0)):
        transact(seller.stores, "deliver", order, part, NOTHING, by=seller.keeper)
        assert read(seller.stores, "orderOf", order).left == left
    with reverts("TooMuch", left=0, wanted=1):
        attempt(seller.stores, "deliver", order, 1, NOTHING, by=seller.keeper)
    assert (seller.good(SALT).stock, seller.good(SALT).home) == (995, 0)


def test_more_than_is_left_of_the_order(market: Market) -> None:
    seller = market.seller
    order, other = seller.order(5, SALT), seller.order(4, SALT, by=seller.people[3])
    with reverts("TooMuch", left=5, wanted=6):
        attempt(seller.stores, "deliver", order, 6, NOTHING, by=seller.keeper)
    with reverts("TooMuch", left=4, wanted=2**256 - 1):
        attempt(seller.stores, "deliver", other, 2**256 - 1, NOTHING, by=seller.keeper)


def test_more_than_is_in_stock(market: Market) -> None:
    seller = market.seller
    order = seller.order(5, SALT)
    seller.report(4, SALT)
    with reverts("NotEnoughStock", stock=4, wanted=5):
        attempt(seller.stores, "deliver", order, 5, NOTHING, by=seller.keeper)
    transact(seller.stores, "deliver", order, 4, NOTHING, by=seller.keeper)
    assert (seller.good(SALT).stock, seller.good(SALT).home) == (0, 1)


def test_an_agreed_trade_is_honoured_before_later_demand_at_home(market: Market) -> None:
    """What is sold and not yet shipped is not there to be handed out: the shipment would fail for want of it."""
    seller = market.seller
    agreed = seller.good().agreed
    order = seller.order(30)
    seller.report(agreed + 10)
    with reverts("NotEnoughStock", stock=10, wanted=11):
        attempt(seller.stores, "deliver", order, 11, NOTHING, by=seller.keeper)
    transact(seller.stores, "deliver", order, 10, NOTHING, by=seller.keeper)
    market.ship(market.agreed)
    assert (seller.good().stock, seller.good().agreed, seller.good().home) == (0, 0, 20)


def test_while_goods_are_short_each_delivery_says_so(market: Market) -> None:
    seller = market.seller
    order = seller.order(30)
    seller.report(100)
    receipt = transact(seller.stores, "deliver", order, 10, NOTHING, by=seller.keeper)
    # 90 are there, 100 are kept back, 20 still ordered, 20 sold.
    assert event(receipt, "SurplusShort", seller.stores.address) == {"good": FLOUR, "by": 50}


def test_until_the_second_it_is_due(market: Market) -> None:
    seller = market.seller
    due = now(market.chain) + DAY
    order = seller.order(5, SALT, due=due)
    just_before(market.chain, due)
    transact(seller.stores, "deliver", order, 1, NOTHING, by=seller.keeper)
    stand_at(market.chain, due + 1)
    with reverts("OrderLapsedAlready", due=due):
        transact(seller.stores, "deliver", order, 1, NOTHING, by=seller.keeper)
    assert read(seller.stores, "orderOf", order).left == 4


def test_for_somebody_who_left_meanwhile(market: Market) -> None:
    """The order stands until it is due: goods may have been handed over before the person left."""
    seller, person = market.seller, market.seller.people[4]
    order = seller.order(3, SALT, by=person)
    seller.body.send("leave", by=person)
    transact(seller.stores, "deliver", order, 3, NOTHING, by=seller.keeper)
    assert seller.good(SALT).home == 0


def test_reverts(market: Market, stranger: Person) -> None:
    seller, stores = market.seller, market.seller.stores
    order = seller.order(5, SALT)
    for caller in (stranger, market.buyer.keeper, seller.people[2]):
        with reverts("NotKeeper", caller=caller.address):
            attempt(stores, "deliver", order, 1, NOTHING, by=caller)
    for number in (0, order + 1):
        with reverts("NoSuchOrder", order=number):
            attempt(stores, "deliver", number, 1, NOTHING, by=seller.keeper)
    with reverts("ZeroQuantity"):
        attempt(stores, "deliver", order, 0, NOTHING, by=seller.keeper)
