"""Every test here that takes `world` runs in a world of its own on the embedded EVM, on Anvil and on Ganache."""

from tests.support.market import market, market_grounds
from tests.support.town import town, town_grounds
from tests.support.world import (
    alice,
    bob,
    chain,
    charlie,
    dave,
    erin,
    frank,
    grace,
    grounds,
    heidi,
    node,
    stranger,
    world,
)

__all__ = [
    "alice",
    "bob",
    "chain",
    "charlie",
    "dave",
    "erin",
    "frank",
    "grace",
    "grounds",
    "heidi",
    "market",
    "market_grounds",
    "node",
    "stranger",
    "town",
    "town_grounds",
    "world",
]
