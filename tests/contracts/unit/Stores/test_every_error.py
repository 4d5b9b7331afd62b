"""Every error that `IStores` declares can happen, and is named here with the shortest way to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.bodies import attempt, now, stand_at
from tests.support.chain import reverts
from tests.support.market import AGREED_QUANTITY, FLOUR, MOST_UNITS, SALT, SALT_ENTITLEMENT, Market, attempt_as
from tests.support.plans import DAY, EPOCH_SECONDS, NOTHING, STALE_SECONDS
from zonedao.chain.interface import shipped

Way = Callable[[Market], object]


def only_zone(market: Market) -> object:
    return attempt(market.seller.stores, "setKeepers", [1])


def only_trade_post(market: Market) -> object:
    return attempt(market.seller.stores, "list", FLOUR, 1)


def not_keeper(market: Market) -> object:
    return attempt(market.seller.stores, "report", FLOUR, 1, 1, NOTHING)


def no_such_good(market: Market) -> object:
    return market.seller.good(99)


def no_such_order(market: Market) -> object:
    return attempt(market.seller.stores, "lapse", 99)


def not_a_member(market: Market) -> object:
    return attempt(market.seller.stores, "order", FLOUR, 1, now(market.chain) + DAY)


def entitlement_exceeded(market: Market) -> object:
    return market.seller.order(SALT_ENTITLEMENT + 1, SALT)


def no_surplus(market: Market) -> object:
    return attempt_as(market.post.address, market.seller.stores, "list", SALT, 1001)


def stale_stock(market: Market) -> object:
    stand_at(market.chain, market.seller.good().reportedAt + STALE_SECONDS + 1)
    return attempt_as(market.post.address, market.seller.stores, "list", FLOUR, 1)


def stale_report(market: Market) -> object:
    return attempt(market.seller.stores, "report", FLOUR, 1, 0, NOTHING, by=market.seller.keeper)


def not_enough_stock(market: Market) -> object:
    market.seller.report(AGREED_QUANTITY - 1)
    return market.ship(market.agreed)


def too_much(market: Market) -> object:
    return attempt_as(market.post.address, market.seller.stores, "disagree", FLOUR, AGREED_QUANTITY + 1)


def order_open(market: Market) -> object:
    return attempt(market.seller.stores, "lapse", market.seller.order(1))


def order_lapsed_already(market: Market) -> object:
    order = market.seller.order(1, due=now(market.chain) + 100)
    stand_at(market.chain, now(market.chain) + 101)
    return attempt(market.seller.stores, "deliver", order, 1, NOTHING, by=market.seller.keeper)


def due_in_past(market: Market) -> object:
    return market.seller.order(1, due=now(market.chain))


def due_too_late(market: Market) -> object:
    return market.seller.order(1, due=now(market.chain) + 2 * EPOCH_SECONDS)


def quantity_too_large(market: Market) -> object:
    return market.seller.report(MOST_UNITS + 1)


def zero_quantity(market: Market) -> object:
    return market.seller.order(0)


def no_keepers(market: Market) -> object:
    return attempt_as(market.seller.address, market.seller.stores, "setKeepers", [])


WAYS: dict[str, Way] = {
    "OnlyZone": only_zone,
    "OnlyTradePost": only_trade_post,
    "NotKeeper": not_keeper,
    "NoSuchGood": no_such_good,
    "NoSuchOrder": no_such_order,
    "NotAMember": not_a_member,
    "EntitlementExceeded": entitlement_exceeded,
    "NoSurplus": no_surplus,
    "StaleStock": stale_stock,
    "StaleReport": stale_report,
    "NotEnoughStock": not_enough_stock,
    "TooMuch": too_much,
    "OrderOpen": order_open,
    "OrderLapsedAlready": order_lapsed_already,
    "DueInPast": due_in_past,
    "DueTooLate": due_too_late,
    "QuantityTooLarge": quantity_too_large,
    "ZeroQuantity": zero_quantity,
    "NoKeepers": no_keepers,
}


def test_all_are_here() -> None:
    assert {error.name for error in shipped("IStores").errors.values()} == WAYS.keys()


@pytest.mark.parametrize("name", WAYS)
def test_it_happens(market: Market, name: str) -> None:
    with reverts(name):
        WAYS[name](market)
