"""Elmcourt on the fastest chain there is, put back after each test, and a place for an index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import cli, files
from tests.client.acting import Actors
from tests.support.chain import rollback
from tests.support.elmcourt import chain_node, founded, town
from tests.support.histories import open_fastest
from tests.support.world import PEOPLE, World, grounds, world
from zonedao.addressbook import AddressBook
from zonedao.chain.connection import Connection

__all__ = ["actors", "chain", "chain_node", "cli", "files", "founded", "grounds", "node", "path", "town", "world"]


@pytest.fixture(scope="session")
def node() -> Iterator[Connection]:
    """One chain for the whole run."""
    with open_fastest() as connection:
        yield connection


@pytest.fixture
def chain(node: Connection) -> Iterator[Connection]:
    """The chain, put back afterwards."""
    with rollback(node):
        yield node


@pytest.fixture
def actors(world: World, tmp_path: Path) -> Actors:
    """Elmcourt through the client, for whoever acts."""
    book = AddressBook(tmp_path / "addressbook.toml")
    book.add_people({person.address: person.name for person in PEOPLE}, "elmcourt")
    return Actors(world.chain, world.zone.address, book)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where an index is to be."""
    return tmp_path / "index" / "one.sqlite"
