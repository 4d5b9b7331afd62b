"""Ballots against the real contracts: `village` is put back after each test.

On the embedded EVM and on Anvil. Ganache does the same (the verifier's own tests run there) and needs half a minute
for each aggregate.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.chain import KINDS, chain, open_chain
from tests.support.polling import Village, Vote
from zonedao.ballots.box import BallotBox
from zonedao.chain.connection import Connection

__all__ = ["chain"]


@pytest.fixture(scope="session", params=[kind for kind in KINDS if kind != "ganache"])
def node(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """One chain of each kind for the whole run."""
    with open_chain(request.param) as connection:
        yield connection


@pytest.fixture(scope="session")
def village_grounds(node: Connection, tmp_path_factory: pytest.TempPathFactory) -> Village:
    """The village on each chain, founded once."""
    return Village.found(node, tmp_path_factory.mktemp("village"))


@pytest.fixture
def village(village_grounds: Village, chain: Connection) -> Village:
    """The village, put back afterwards."""
    return village_grounds


@pytest.fixture
def vote(village: Village) -> Vote:
    """An open vote."""
    return village.open_vote()


@pytest.fixture
def box(village: Village, tmp_path: Path) -> BallotBox:
    """An empty box; whoever posts from it has coins."""
    return village.box(tmp_path / "box.sqlite")
