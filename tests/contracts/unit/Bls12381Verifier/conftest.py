"""A hall of people with BLS12-381 keys, on chains with Prague's rules: Ganache has none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.support.chain import KINDS, open_chain
from tests.support.verifying import Hall
from zonedao.ballots.schemes import BLS12_381
from zonedao.chain.binaries import find_anvil
from zonedao.chain.connection import Connection

# On the embedded EVM a pairing takes a third of a second for each pair. So whoever tests on it tests on Anvil, too, if
# that is installed, and there only what shows that both do the same.
_KINDS = [kind for kind in ("anvil", "embedded") if kind in KINDS or ("embedded" in KINDS and find_anvil() is not None)]
KEYED = (1, 2, 3, 4, 5, 6, 256, 257)


@pytest.fixture(scope="session", params=_KINDS)
def node(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """One chain of each kind for all tests of this folder."""
    with open_chain(request.param, "prague") as connection:
        yield connection


@pytest.fixture(scope="session")
def hall_grounds(node: Connection) -> Hall:
    """Persons 1 to 511, so that word 0 has 255 and word 1 has 256, and the first keys; built once. On the embedded EVM
    those few whom its tests ask for, unless everything runs there."""
    hall = Hall.open(node, 30 if _does_little(node) else 511, BLS12_381)
    hall.enroll([hall.voter(index) for index in KEYED if index <= len(hall.voters)])
    return hall


@pytest.fixture
def on_python(hall_grounds: Hall, chain: Connection) -> Hall:
    """The hall, put back afterwards; also where a pairing takes Python a third of a second for each pair."""
    return replace(hall_grounds, voters=list(hall_grounds.voters))


@pytest.fixture
def hall(on_python: Hall) -> Hall:
    """The same, on the embedded EVM only if Anvil is not installed."""
    if _does_little(on_python.chain):
        pytest.skip("run on Anvil, where pairings take no time")
    return on_python


def _does_little(chain: Connection) -> bool:
    return chain.kind == "embedded" and find_anvil() is not None
