"""The same world on the embedded EVM, on Anvil and on Ganache."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.acting import Actors
from tests.support.chain import chain, node
from tests.support.market import market, market_grounds
from tests.support.world import PEOPLE, World, grounds, world
from zonedao.addressbook import AddressBook

__all__ = ["actors", "chain", "grounds", "market", "market_grounds", "node", "world"]


@pytest.fixture
def actors(world: World, tmp_path: Path) -> Actors:
    """Elmcourt through the client, for whoever acts."""
    book = AddressBook(tmp_path / "addressbook.toml")
    book.add_people({person.address: person.name for person in PEOPLE}, "elmcourt")
    return Actors(world.chain, world.zone.address, book)
