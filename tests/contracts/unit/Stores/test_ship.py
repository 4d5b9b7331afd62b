"""`ship`: agreed goods leave the stores by the hand of a keeper of the trade's panel."""

from __future__ import annotations

from tests.support.bodies import Person, event, events
from tests.support.chain import reverts
from tests.support.market import AGREED_QUANTITY, FLOUR, SALT, Market, attempt_as


def test_stock_and_promise_fall_together(market: Market) -> None:
    seller = market.seller
    before, surplus = seller.good(), seller.surplus()
    receipt = market.ship(market.agreed)
    assert seller.good() == before._replace(
        stock=before.stock - AGREED_QUANTITY, agreed=0, shipments=before.shipments + 1, entries=before.entries + 1
    )
    assert seller.surplus() == surplus
    assert event(receipt, "StockShipped", seller.stores.address) == {
        "good": FLOUR,
        "entry": before.entries + 1,
        "quantity": AGREED_QUANTITY,
        "shipments": before.shipments + 1,
    }
    assert not events(receipt, "ListedChanged")


def test_who_it_was(market: Market) -> None:
    seller = market.seller
    keeper = seller.second_keeper
    shipped = attempt_as(market.post.address, seller.stores, "ship", FLOUR, 1, 1, keeper.address)
    assert shipped == keeper.index == 2


def test_an_agreed_trade_is_honoured_whatever_home_demand_became(market: Market) -> None:
    seller = market.seller
    for person in seller.people:
        seller.order(50, by=person)
    seller.report(AGREED_QUANTITY)
    assert (seller.good().listed, seller.good().agreed) == (0, AGREED_QUANTITY)
    market.ship(market.agreed)
    assert (seller.good().stock, seller.good().agreed) == (0, 0)


def test_what_is_not_there_cannot_leave(market: Market) -> None:
    seller = market.seller
    seller.report(AGREED_QUANTITY - 1)
    with reverts("NotEnoughStock", stock=AGREED_QUANTITY - 1, wanted=AGREED_QUANTITY):
        market.ship(market.agreed)


def test_only_a_keeper_of_the_panel(market: Market, stranger: Person) -> None:
    seller, post = market.seller, market.post.address
    for account in (stranger, seller.people[2], market.buyer.keeper):
        with reverts("NotKeeper", caller=account.address):
            attempt_as(post, seller.stores, "ship", FLOUR, 1, 1, account.address)
    for panel in (0, 2):
        with reverts("NotKeeper", caller=seller.keeper.address):
            attempt_as(post, seller.stores, "ship", FLOUR, 1, panel, seller.keeper.address)


def test_reverts(market: Market) -> None:
    seller, post, keeper = market.seller, market.post.address, market.seller.keeper.address
    with reverts("TooMuch", left=AGREED_QUANTITY, wanted=AGREED_QUANTITY + 1):
        attempt_as(post, seller.stores, "ship", FLOUR, AGREED_QUANTITY + 1, 1, keeper)
    with reverts("TooMuch", left=0, wanted=1):
        attempt_as(post, seller.stores, "ship", SALT, 1, 1, keeper)
