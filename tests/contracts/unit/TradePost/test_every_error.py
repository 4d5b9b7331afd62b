"""Every error that `ITradePost` declares can happen, and is named here with the shortest way to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.bodies import attempt, now, transact
from tests.support.chain import reverts
from tests.support.hostile import Hostile
from tests.support.market import COIN_PRICE, DOCUMENT, Market, attempt_as
from tests.support.plans import COIN
from zonedao.chain.interface import shipped

FAR = 2**40
Way = Callable[[Market], object]


def accept(market: Market, quantity: int = 10, price: int = COIN_PRICE, deadline: int = FAR) -> object:
    return attempt_as(market.buyer.address, market.post, "accept", market.coin_listing, quantity, price, deadline)


def no_such_listing(market: Market) -> object:
    return market.listing(99)


def no_such_trade(market: Market) -> object:
    return market.trade(99)


def wrong_state(market: Market) -> object:
    return market.attest(market.agreed, market.buyer, 1)


def too_late(market: Market) -> object:
    return accept(market, deadline=now(market.chain) - 1)


def too_early(market: Market) -> object:
    return attempt(market.post, "settle", market.agreed)


def only_seller(market: Market) -> object:
    return attempt(market.post, "unlist", market.coin_listing)


def price_out_of_bounds(market: Market) -> object:
    return accept(market, price=COIN_PRICE - 1)


def quantity_out_of_bounds(market: Market) -> object:
    return accept(market, quantity=0)


def bad_terms(market: Market) -> object:
    return attempt_as(market.seller.address, market.post, "list", market.terms(0))


def not_funded(market: Market) -> object:
    return accept(market)


def nothing_received(market: Market) -> object:
    return attempt(market.post, "fund", market.buyer.address, COIN, bytes(32))


def wrong_document(market: Market) -> object:
    return attempt(market.post, "attest", market.shipped, market.buyer.address, 1, bytes(32), by=market.buyer.keeper)


def already_attested(market: Market) -> object:
    market.attest(market.shipped, market.buyer, 1)
    return market.attest(market.shipped, market.buyer, 1)


def not_on_panel(market: Market) -> object:
    return market.attest(market.shipped, market.buyer, 1, by=market.seller.keeper)


def not_a_party(market: Market) -> object:
    return attempt(market.post, "attest", market.shipped, market.post.address, 1, DOCUMENT, by=market.buyer.keeper)


def nothing_due(market: Market) -> object:
    return attempt(market.post, "withdraw", market.buyer.address, COIN)


def not_a_zone(market: Market) -> object:
    return attempt_as(market.world.food.address, market.post, "list", market.terms())


def own_listing(market: Market) -> object:
    return attempt_as(market.seller.address, market.post, "accept", market.coin_listing, 10, COIN_PRICE, FAR)


def locked(market: Market) -> object:
    """Stores that are told of a listing list again."""
    hostile = Hostile(market)
    hostile.call_meanwhile("IStores", "list", market.post, "list", market.terms())
    (refusal,) = hostile.refusals(hostile.act(market.post, "list", market.terms()))
    raise refusal


def not_enough_gas(market: Market) -> object:
    market.let_pass(market.agreed)
    return transact(market.post, "settle", market.agreed, gas_limit=300_000)


WAYS: dict[str, Way] = {
    "NoSuchListing": no_such_listing,
    "NoSuchTrade": no_such_trade,
    "WrongState": wrong_state,
    "TooLate": too_late,
    "TooEarly": too_early,
    "OnlySeller": only_seller,
    "PriceOutOfBounds": price_out_of_bounds,
    "QuantityOutOfBounds": quantity_out_of_bounds,
    "BadTerms": bad_terms,
    "NotFunded": not_funded,
    "NothingReceived": nothing_received,
    "WrongDocument": wrong_document,
    "AlreadyAttested": already_attested,
    "NotOnPanel": not_on_panel,
    "NotAParty": not_a_party,
    "NothingDue": nothing_due,
    "NotAZone": not_a_zone,
    "OwnListing": own_listing,
    "Locked": locked,
    "NotEnoughGas": not_enough_gas,
}


def test_all_are_here() -> None:
    assert {error.name for error in shipped("ITradePost").errors.values()} == WAYS.keys()


@pytest.mark.parametrize("name", WAYS)
def test_it_happens(market: Market, name: str) -> None:
    with reverts(name):
        WAYS[name](market)
