"""Every test here that takes `world` runs in a world of its own on the embedded EVM, on Anvil and on Ganache."""

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
    "node",
    "stranger",
    "world",
]
