"""Hex.written: an address in small digits."""

from __future__ import annotations

import pytest

from tests.support.bodies import read
from tests.support.chain import deploy
from tests.support.world import PEOPLE
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract


@pytest.fixture(scope="module")
def probe(node: Connection) -> BoundContract:
    return deploy(node, "LibraryProbe")


@pytest.mark.parametrize(
    "address", ["0x" + "00" * 20, "0x" + "ff" * 20, "0x0123456789abcdef0123456789abcdef01234567", PEOPLE[0].address]
)
def test_written(probe: BoundContract, address: str) -> None:
    assert read(probe, "written", address) == address.lower()
