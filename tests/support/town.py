"""A zone of two hundred and seventy persons, for whatever depends on more than one 128- or 256-person word.

    from tests.support.town import town, town_grounds   # in a conftest.py, beside those of `world`

Persons 1 to 12 are `PEOPLE` with keys; 13 to 270 are puppets of one contract, whom `town.act(first, last, ...)` lets do
the same in one transaction. `town.union` is an industry of persons 1 to 200, founded in the genesis.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.bodies import FOR, Body, Call, read, transact
from tests.support.chain import deploy
from tests.support.plans import COIN, ETHER, SPENDING, body_plan, genesis, own, plan_hash, zone_plan
from tests.support.world import LARGE_GAS_LIMIT, PEOPLE, World, Zone, create_zone
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.receipts import Receipt

__all__ = ["PERSONS", "UNION", "Town", "town", "town_grounds"]

PERSONS = 270
UNION = 200  # persons 1 to 200
BATCH = 90  # persons admitted in one step of the genesis
_FIRST_PUPPET = len(PEOPLE) + 1


class Town:
    """The zone, its industry and its crowd."""

    def __init__(self, connection: Connection, zone: Zone, crowd: BoundContract, union: str) -> None:
        self.chain = connection
        self.made = zone
        self.crowd = crowd
        self.zone = Body(connection, zone.body.address, PEOPLE)
        self.registry = zone.registry
        self.union = Body(connection, union, PEOPLE)

    def again(self) -> Town:
        """The same town for a new test."""
        return Town(self.chain, self.made, self.crowd, self.union.address)

    def act(self, first: int, last: int, body: Body, function: str, *args: Any) -> Receipt:
        """Persons `first` to `last`, all of them puppets, call the body."""
        data = body.contract.encode(function, *args)
        numbers = first - _FIRST_PUPPET, last - first + 1
        return transact(self.crowd, "act", *numbers, body.address, data, gas_limit=LARGE_GAS_LIMIT)

    def enact(self, *calls: Call) -> Receipt:
        """The town proposes, as many as it takes vote for, from person 20 on, and it executes; that receipt."""
        proposal = self.zone.propose(*calls).open()
        self.act(20, 19 + proposal.read("proposalQuorum"), self.zone, "castVote", proposal.id, FOR)
        proposal.close().queue()
        return proposal.wait_until_due().execute()


def masks(first: int, last: int) -> tuple[list[int], list[int]]:
    """Numbers of the 256-person words and one mask each, for the persons `first` to `last`."""
    whole = (1 << (last + 1)) - (1 << first)
    words = [word for word in range(last // 256 + 1) if (whole >> (256 * word)) % (1 << 256)]
    return words, [(whole >> (256 * word)) % (1 << 256) for word in words]


@pytest.fixture(scope="session")
def town_grounds(grounds: World) -> Town:
    """The town on each node, built once; tests take `town`."""
    crowd = deploy(grounds.chain, "Crowd")
    puppets = PERSONS - len(PEOPLE)
    for count in (puppets // 2, puppets - puppets // 2):
        transact(crowd, "grow", count, gas_limit=LARGE_GAS_LIMIT)
    keys = [person.address for person in PEOPLE] + list(read(crowd, "all"))

    in_union = genesis([own("admitWords", *masks(1, UNION))])
    union_plan = body_plan("Union", in_union.commitment, caps=[(SPENDING, COIN, ETHER)])
    batches = [[own("admit", keys[start : start + BATCH])] for start in range(0, PERSONS, BATCH)]
    in_town = genesis(*batches, [own("found", union_plan, list(in_union.steps))])
    plan = zone_plan(body_plan("Town", in_town.commitment), grounds.post.address)
    zone = create_zone(grounds.factory, plan, genesis())
    for step in in_town.steps:
        transact(zone.body.contract, "genesis", step)
    union = read(grounds.factory, "industryAddress", zone.body.address, plan_hash(union_plan))
    return Town(grounds.chain, zone, crowd, union)


@pytest.fixture
def town(town_grounds: Town, chain: Connection) -> Town:
    """The town, put back afterwards."""
    return town_grounds.again()
