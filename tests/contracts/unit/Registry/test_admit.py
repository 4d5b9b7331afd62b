"""Registry.admit: one index for life, in the order of the keys."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person, attempt, events, now, read, transact
from tests.support.chain import reverts
from tests.support.plans import COIN
from tests.support.registers import lone_register
from tests.support.world import World
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract

KEYS = ["0x" + f"{number:040x}" for number in range(0xA0, 0xA6)]


@pytest.fixture
def registry(chain: Connection) -> BoundContract:
    """A register whose root is the deployer."""
    return lone_register(chain)


def test_indices_begin_at_one(registry: BoundContract) -> None:
    assert attempt(registry, "admit", KEYS[:3]) == (1, 2, 3)
    receipt = transact(registry, "admit", KEYS[:3])
    assert [dict(found.args) for found in events(receipt, "PersonAdmitted")] == [
        {"index": index, "key": read(registry, "person", index).key} for index in (1, 2, 3)
    ]
    assert read(registry, "count") == 3
    assert [read(registry, "indexOf", key) for key in KEYS[:4]] == [1, 2, 3, 0]
    admitted_at = now(registry.connection)
    assert [tuple(read(registry, "person", index))[1:] for index in (1, 2, 3)] == [(admitted_at, 0)] * 3


def test_and_go_on(registry: BoundContract) -> None:
    transact(registry, "admit", KEYS[:2])
    assert attempt(registry, "admit", KEYS[2:4]) == (3, 4)


def test_nobody(registry: BoundContract) -> None:
    assert attempt(registry, "admit", []) == ()
    assert not transact(registry, "admit", []).logs


def test_who_left_gets_the_old_index(registry: BoundContract) -> None:
    transact(registry, "admit", KEYS[:2])
    transact(registry, "depart", 1)
    assert attempt(registry, "admit", [KEYS[2], KEYS[0], KEYS[3]]) == (3, 1, 4)
    receipt = transact(registry, "admit", [KEYS[2], KEYS[0], KEYS[3]])
    assert [found.args["index"] for found in events(receipt, "PersonReturned")] == [1]
    assert [found.args["index"] for found in events(receipt, "PersonAdmitted")] == [3, 4]
    assert tuple(read(registry, "person", 1))[1:] == (now(registry.connection), 0)
    assert read(registry, "count") == 4


def test_only_who_returns(registry: BoundContract) -> None:
    transact(registry, "admit", KEYS[:2])
    transact(registry, "depart", 2)
    transact(registry, "admit", [KEYS[1]])
    assert read(registry, "count") == 2


@pytest.mark.parametrize("keys", [[KEYS[0]], [KEYS[3], KEYS[1]], [KEYS[4], KEYS[4]]])
def test_not_who_is_there(registry: BoundContract, keys: list[str]) -> None:
    transact(registry, "admit", KEYS[:2])
    with reverts("AlreadyPerson", index=3 if keys[0] == keys[-1] == KEYS[4] else KEYS.index(keys[-1]) + 1):
        attempt(registry, "admit", keys)


def test_not_the_zero_address(registry: BoundContract) -> None:
    with reverts("ZeroKey"):
        attempt(registry, "admit", [KEYS[0], COIN])


def test_only_by_the_root(world: World, alice: Person) -> None:
    for caller in (alice.address, world.food.address, world.factory.address):
        with reverts("OnlyRoot", caller=caller):
            world.registry.call("admit", [KEYS[0]], sender=caller)
    assert world.registry.call("root") == world.zone.address
