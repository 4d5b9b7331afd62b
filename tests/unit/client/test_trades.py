"""What a trade waits for: the table of states in TRADE."""

from __future__ import annotations

import pytest

from zonedao.trade.post import Listing, ListingState, Trade, TradeState, next_step
from zonedao.treasury.assets import COIN, Money

SELLER, BUYER = "0x" + "51" * 20, "0x" + "b1" * 20
LISTING = Listing(3, SELLER, "0x" + "57" * 20, 1, ListingState.OPEN, 10, 1, Money(7, COIN), 99, 72, 72)
DEADLINE = 1_000


def trade(state: TradeState, seller: int | None = None, buyer: int | None = None) -> Trade:
    return Trade(1, LISTING, BUYER, 100, state, DEADLINE, seller, buyer, 1, 1, "0x" + "58" * 20, "")


@pytest.mark.parametrize(
    ("given_trade", "now", "verb", "sides"),
    [
        (trade(TradeState.AGREED), DEADLINE, "ship", (SELLER,)),
        (trade(TradeState.AGREED), DEADLINE + 1, "settle", ()),
        (trade(TradeState.SHIPPED), DEADLINE, "attest", (SELLER, BUYER)),
        (trade(TradeState.SHIPPED, seller=90), DEADLINE, "attest", (BUYER,)),
        (trade(TradeState.SHIPPED, buyer=90), DEADLINE, "attest", (SELLER,)),
        (trade(TradeState.SHIPPED, 90, 80), DEADLINE, "nothing", ()),
        (trade(TradeState.SHIPPED, 90, 80), DEADLINE + 1, "settle", ()),
        (trade(TradeState.DELIVERED, 90, 90), 0, "settle", ()),
        (trade(TradeState.SETTLED, 90, 90), DEADLINE + 1, "nothing", ()),
        (trade(TradeState.REFUNDED), DEADLINE + 1, "nothing", ()),
    ],
)
def test_next_step(given_trade: Trade, now: int, verb: str, sides: tuple[str, ...]) -> None:
    step = next_step(given_trade, now)
    assert (step.verb, step.sides) == (verb, sides)
    assert step.by == (0 if verb == "settle" or given_trade.is_final else DEADLINE)


@pytest.mark.parametrize(
    ("given_trade", "units"),
    [
        (trade(TradeState.AGREED), 0),
        (trade(TradeState.SHIPPED), 100),
        (trade(TradeState.SHIPPED, seller=90), 90),
        (trade(TradeState.SHIPPED, buyer=70), 70),
        (trade(TradeState.SHIPPED, 90, 70), 70),
        (trade(TradeState.SHIPPED, 0, None), 0),
    ],
)
def test_at_what_it_settles(given_trade: Trade, units: int) -> None:
    assert given_trade.settles_at() == units


def test_price_is_for_the_whole_quantity() -> None:
    assert trade(TradeState.AGREED).price == Money(700, COIN)
