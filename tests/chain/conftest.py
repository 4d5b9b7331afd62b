"""Every test here that takes `chain` runs on the embedded EVM, on Anvil and on Ganache."""

from __future__ import annotations

import pytest

from tests.support.chain import chain, deploy, node
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract

__all__ = ["chain", "node", "probe", "relay"]

SEED = 42


@pytest.fixture
def probe(chain: Connection) -> BoundContract:
    """A contract that reverts in every way."""
    return deploy(chain, "ChainProbe", SEED)


@pytest.fixture
def relay(chain: Connection) -> BoundContract:
    """A contract that lets others' reverts through."""
    return deploy(chain, "ChainProbeRelay")
