"""What can be read of the trade post."""

from __future__ import annotations

from eth_utils import keccak as reference_keccak

from tests.support.bodies import read
from tests.support.chain import reverts
from tests.support.market import Market, TradeState
from tests.support.plans import COIN
from zonedao.chain.abi import address_bytes


def test_a_trade_key_is_a_plain_hash(market: Market) -> None:
    """keccak256(abi.encode(buyer, listing, quantity, maxUnitPrice, deadline)), so that any client can make it."""
    buyer, numbers = market.buyer.address, (3, 40, 10**18, 2**200)
    words = address_bytes(buyer).rjust(32, b"\0") + b"".join(number.to_bytes(32, "big") for number in numbers)
    assert read(market.post, "tradeKeyOf", buyer, *numbers) == reference_keccak(words)


def test_numbers_begin_at_one(market: Market) -> None:
    assert (market.coin_listing, market.token_listing) == (1, 2)
    assert (market.agreed, market.shipped) == (1, 2)
    assert (read(market.post, "listingCount"), read(market.post, "tradeCount")) == (2, 2)


def test_what_is_not_there(market: Market) -> None:
    for number in (0, 3, 2**256 - 1):
        with reverts("NoSuchListing", listing=number):
            market.listing(number)
        with reverts("NoSuchTrade", trade=number):
            market.trade(number)


def test_delivered_is_read_from_the_words_of_both_sides(market: Market) -> None:
    market.attest(market.shipped, market.buyer, 5)
    assert market.trade(market.shipped).state == TradeState.SHIPPED
    market.attest(market.shipped, market.seller, 5)
    assert market.trade(market.shipped).state == TradeState.DELIVERED
    market.settle(market.shipped)
    assert market.trade(market.shipped).state == TradeState.SETTLED


def test_coin_is_counted_as_it_comes_and_not_booked(market: Market) -> None:
    assert market.held() > 0
    assert read(market.post, "booked", COIN) == 0
