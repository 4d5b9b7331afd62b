"""`ship`: a keeper of the seller's panel says that the goods left, under which document."""

from __future__ import annotations

from tests.support.bodies import Person, call_of, event, just_before, now, stand_at, transact
from tests.support.chain import reverts
from tests.support.market import ATTEST_HOURS, DOCUMENT, DOCUMENT_KEPT, Market, TradeState
from tests.support.plans import HOUR


def test_goods_leave_and_the_time_to_attest_begins(market: Market) -> None:
    before = market.trade(market.agreed)
    receipt = market.ship(market.agreed, by=market.seller.second_keeper)
    attest_by = now(market.chain) + ATTEST_HOURS * HOUR
    assert market.trade(market.agreed) == before._replace(
        state=TradeState.SHIPPED, deadline=attest_by, document=DOCUMENT_KEPT
    )
    assert event(receipt, "Shipped", market.post.address) == {
        "trade": market.agreed,
        "keeper": market.seller.second_keeper.index,
        "document": DOCUMENT,
        "attestBy": attest_by,
    }


def test_until_the_last_second(market: Market) -> None:
    ship_by = market.trade(market.agreed).deadline
    stand_at(market.chain, ship_by + 1)
    with reverts("TooLate", deadline=ship_by):
        market.ship(market.agreed)


def test_in_the_last_second(market: Market) -> None:
    just_before(market.chain, market.trade(market.agreed).deadline)
    market.ship(market.agreed)
    assert market.trade(market.agreed).state == TradeState.SHIPPED


def test_only_keepers_of_the_panel_the_trade_began_with(market: Market, stranger: Person) -> None:
    seller = market.seller
    seller.body.enact(call_of(seller.stores, "setKeepers", [3]), voters=seller.people)
    for caller in (seller.people[2], seller.people[3], market.buyer.keeper, stranger):
        with reverts("NotKeeper", caller=caller.address):
            market.ship(market.agreed, by=caller)
    market.ship(market.agreed, by=seller.people[0])


def test_after_the_zone_took_other_stores(market: Market) -> None:
    """The trade goes on with the stores and the panel it began with."""
    seller = market.seller
    good = seller.good()
    seller.body.enact(seller.body.own("setModule", 3, market.buyer.stores.address), voters=seller.people)
    market.ship(market.agreed)
    assert seller.good().stock == good.stock - 20


def test_once(market: Market) -> None:
    with reverts("WrongState", state=TradeState.SHIPPED):
        market.ship(market.shipped)
    for party in (market.seller, market.buyer):
        market.attest(market.shipped, party, 30)
    with reverts("WrongState", state=TradeState.DELIVERED):
        market.ship(market.shipped)
    market.settle(market.shipped)
    with reverts("WrongState", state=TradeState.SETTLED):
        market.ship(market.shipped)


def test_not_after_the_refund(market: Market) -> None:
    market.let_pass(market.agreed)
    market.settle(market.agreed)
    with reverts("WrongState", state=TradeState.REFUNDED):
        market.ship(market.agreed)


def test_no_such_trade(market: Market) -> None:
    for number in (0, market.shipped + 1):
        with reverts("NoSuchTrade", trade=number):
            transact(market.post, "ship", number, DOCUMENT, by=market.seller.keeper)
