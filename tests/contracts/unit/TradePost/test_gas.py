"""Who settles or closes chooses the gas; it must not be a way to leave the stores without their notice."""

from __future__ import annotations

from typing import Any

from tests.support.bodies import transact
from tests.support.chain import reverts, rollback
from tests.support.market import AGREED_QUANTITY, COIN_PRICE, ListingState, Market, TradeState
from zonedao.errors import ContractRevert

NEEDED = 300_000  # left when the notice is sent


def goes_through(market: Market, gas_limit: int, *call: Any) -> bool:
    """Whether the transaction succeeds with that gas; it may fail for want of gas only."""
    try:
        transact(market.post, *call, gas_limit=gas_limit)
    except ContractRevert as revert:
        if revert.name not in ("NotEnoughGas", "Empty"):
            raise
        return False
    return True


def test_no_amount_of_gas_refunds_without_telling_the_stores(market: Market) -> None:
    """For every gas limit: either everything happened, the goods being free again, or nothing did."""
    market.let_pass(market.agreed)
    market.chain.mine()
    outcomes = set()
    for gas_limit in range(60_000, 560_000, 20_000):
        with rollback(market.chain):
            told = goes_through(market, gas_limit, "settle", market.agreed)
            outcomes.add(told)
            assert market.trade(market.agreed).state == (TradeState.REFUNDED if told else TradeState.AGREED)
            assert market.seller.good().agreed == (0 if told else AGREED_QUANTITY)
            assert market.due(market.buyer) == (AGREED_QUANTITY * COIN_PRICE if told else 0)
    assert outcomes == {True, False}


def test_no_amount_of_gas_expires_without_telling_the_stores(market: Market) -> None:
    listing = market.listing(market.coin_listing)
    listed = market.seller.good().listed
    market.chain.set_time(listing.expiresAt + 1)
    outcomes = set()
    for gas_limit in range(60_000, 560_000, 20_000):
        with rollback(market.chain):
            told = goes_through(market, gas_limit, "expire", market.coin_listing)
            outcomes.add(told)
            state = market.listing(market.coin_listing).state
            assert state == (ListingState.EXPIRED if told else ListingState.OPEN)
            assert market.seller.good().listed == (listed - listing.left if told else listed)
    assert outcomes == {True, False}


def test_it_says_how_much_is_needed(market: Market) -> None:
    market.let_pass(market.agreed)
    with reverts("NotEnoughGas", need=NEEDED):
        transact(market.post, "settle", market.agreed, gas_limit=NEEDED)
    transact(market.post, "settle", market.agreed, gas_limit=NEEDED + 120_000)
    assert market.trade(market.agreed).state == TradeState.REFUNDED


def test_a_settlement_that_frees_no_goods_needs_no_more_than_itself(market: Market) -> None:
    for party in (market.seller, market.buyer):
        market.attest(market.shipped, party, 30)
    transact(market.post, "settle", market.shipped, gas_limit=120_000)
    assert market.trade(market.shipped).state == TradeState.SETTLED
