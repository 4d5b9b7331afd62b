"""`attest`: each side says once how much arrived."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person, attempt, call_of, event, just_before, read, stand_at, transact
from tests.support.chain import reverts
from tests.support.market import ATTEST_HOURS, DOCUMENT, SHIPPED_QUANTITY, Market, Party, TradeState
from tests.support.plans import HOUR
from zonedao.chain.abi import keccak


@pytest.mark.parametrize("side", ["seller", "buyer"])
@pytest.mark.parametrize("quantity", [0, 12, SHIPPED_QUANTITY])
def test_one_side_speaks(market: Market, side: str, quantity: int) -> None:
    party: Party = getattr(market, side)
    before = market.trade(market.shipped)
    receipt = market.attest(market.shipped, party, quantity, by=party.second_keeper)
    assert market.trade(market.shipped) == before._replace(**{f"{side}Attested": quantity + 1})
    assert event(receipt, "Attested", market.post.address) == {
        "trade": market.shipped,
        "side": party.address,
        "keeper": party.second_keeper.index,
        "quantity": quantity,
        "document": DOCUMENT,
    }


@pytest.mark.parametrize("first", ["seller", "buyer"])
@pytest.mark.parametrize("quantity", [0, 12, SHIPPED_QUANTITY])
def test_both_sides_alike_is_delivered(market: Market, first: str, quantity: int) -> None:
    parties = [market.seller, market.buyer]
    for party in parties if first == "seller" else reversed(parties):
        market.attest(market.shipped, party, quantity)
    trade = market.trade(market.shipped)
    assert (trade.state, trade.sellerAttested, trade.buyerAttested) == (
        TradeState.DELIVERED,
        quantity + 1,
        quantity + 1,
    )
    with reverts("WrongState", state=TradeState.DELIVERED):
        market.attest(market.shipped, market.buyer, quantity)


def test_both_sides_differing_is_still_shipped(market: Market) -> None:
    market.attest(market.shipped, market.seller, 30)
    market.attest(market.shipped, market.buyer, 29)
    assert market.trade(market.shipped).state == TradeState.SHIPPED


def test_once_a_side_whichever_keeper(market: Market) -> None:
    for party in (market.seller, market.buyer):
        market.attest(market.shipped, party, 30 if party is market.seller else 10, by=party.keeper)
        for keeper in party.people[:2]:
            with reverts("AlreadyAttested", side=party.address):
                market.attest(market.shipped, party, 20, by=keeper)


def test_a_keeper_speaks_for_its_own_side_only(market: Market, stranger: Person) -> None:
    for party, other in ((market.seller, market.buyer), (market.buyer, market.seller)):
        for caller in (other.keeper, party.people[2], stranger):
            with reverts("NotOnPanel", caller=caller.address):
                market.attest(market.shipped, party, 30, by=caller)


@pytest.mark.parametrize("side", ["seller", "buyer"])
def test_only_the_panel_the_trade_began_with(market: Market, side: str) -> None:
    party: Party = getattr(market, side)
    party.body.enact(call_of(party.stores, "setKeepers", [3]))
    assert read(party.stores, "panel") == 2
    with reverts("NotOnPanel", caller=party.people[2].address):
        market.attest(market.shipped, party, 30, by=party.people[2])
    market.attest(market.shipped, party, 30, by=party.people[0])
    assert getattr(market.trade(market.shipped), f"{side}Attested") == 31


@pytest.mark.parametrize("side", ["seller", "buyer"])
def test_after_the_zone_took_other_stores(market: Market, side: str) -> None:
    party: Party = getattr(market, side)
    other = market.buyer if side == "seller" else market.seller
    party.body.enact(party.body.own("setModule", 3, other.stores.address), voters=party.people)
    market.attest(market.shipped, party, 30)
    assert getattr(market.trade(market.shipped), f"{side}Attested") == 31


def test_who_is_no_party(market: Market) -> None:
    for side in (market.world.food.address, market.buyer.keeper.address, market.post.address):
        with reverts("NotAParty", side=side):
            attempt(market.post, "attest", market.shipped, side, 30, DOCUMENT, by=market.buyer.keeper)


def test_an_industry_is_spoken_for_by_the_keepers_of_its_zone(market: Market) -> None:
    food = market.world.food
    trade = market.buy(market.coin_listing, 10, body=food)
    market.ship(trade)
    with reverts("NotAParty", side=market.buyer.address):
        market.attest(trade, market.buyer, 10)
    transact(market.post, "attest", trade, food.address, 10, DOCUMENT, by=market.buyer.keeper)
    assert market.trade(trade).buyerAttested == 11


def test_no_more_than_was_bought(market: Market) -> None:
    for party in (market.seller, market.buyer):
        for quantity in (SHIPPED_QUANTITY + 1, 2**40 - 1, 2**256 - 1):
            with reverts("QuantityOutOfBounds", quantity=quantity, least=0, most=SHIPPED_QUANTITY):
                market.attest(market.shipped, party, quantity)


def test_the_document_of_the_shipment(market: Market) -> None:
    other = keccak(b"another bill of lading")
    kept = market.trade(market.shipped).document
    with reverts("WrongDocument", expected=kept, given=other):
        attempt(market.post, "attest", market.shipped, market.buyer.address, 30, other, by=market.buyer.keeper)
    for position in (0, 21):
        almost = bytearray(DOCUMENT)
        almost[position] ^= 1
        with reverts("WrongDocument"):
            attempt(
                market.post, "attest", market.shipped, market.buyer.address, 30, bytes(almost), by=market.buyer.keeper
            )


@pytest.mark.parametrize("side", ["seller", "buyer"])
def test_to_the_second(market: Market, side: str) -> None:
    party: Party = getattr(market, side)
    attest_by = market.trade(market.shipped).deadline
    stand_at(market.chain, attest_by + 1)
    with reverts("TooLate", deadline=attest_by):
        market.attest(market.shipped, party, 30)


def test_in_the_last_second(market: Market) -> None:
    just_before(market.chain, market.trade(market.shipped).deadline)
    market.attest(market.shipped, market.buyer, 30)
    assert market.trade(market.shipped).buyerAttested == 31


def test_only_what_is_shipped_and_not_settled(market: Market) -> None:
    with reverts("WrongState", state=TradeState.AGREED):
        market.attest(market.agreed, market.buyer, 10)
    market.let_pass(market.shipped)
    market.settle(market.shipped)
    with reverts("WrongState", state=TradeState.SETTLED):
        market.attest(market.shipped, market.buyer, 10)
    stand_at(market.chain, market.trade(market.agreed).deadline + ATTEST_HOURS * HOUR)
    market.settle(market.agreed)
    with reverts("WrongState", state=TradeState.REFUNDED):
        market.attest(market.agreed, market.buyer, 10)
    for number in (0, market.shipped + 1):
        with reverts("NoSuchTrade", trade=number):
            market.attest(number, market.buyer, 10)
