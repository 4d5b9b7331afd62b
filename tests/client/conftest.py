"""The client against real contracts: on Anvil, or on the embedded EVM where there is none (five times as long).

`nodes/` repeats a little of it on every node.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client.acting import Actors
from tests.support.chain import open_chain, rollback
from tests.support.market import market, market_grounds
from tests.support.world import PEOPLE, World, alice, bob, grace, grounds, world
from zonedao.addressbook import AddressBook
from zonedao.chain.binaries import find_anvil
from zonedao.chain.connection import Connection

__all__ = ["actors", "alice", "bob", "book", "chain", "grace", "grounds", "market", "market_grounds", "node", "world"]


@pytest.fixture(scope="session")
def node() -> Iterator[Connection]:
    """One chain for the whole run."""
    with open_chain("anvil" if find_anvil() is not None else "embedded") as connection:
        yield connection


@pytest.fixture
def chain(node: Connection) -> Iterator[Connection]:
    """The chain, put back afterwards."""
    with rollback(node):
        yield node


@pytest.fixture
def book(tmp_path: Path) -> AddressBook:
    """An address book in which the people of Elmcourt have names."""
    found = AddressBook(tmp_path / "addressbook.toml")
    found.add_people({person.address: person.name for person in PEOPLE}, "elmcourt")
    return found


@pytest.fixture
def actors(world: World, book: AddressBook) -> Actors:
    """Elmcourt through the client, for whoever acts."""
    return Actors(world.chain, world.zone.address, book)
