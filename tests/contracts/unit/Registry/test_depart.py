"""Registry.depart, departure, departureCount and person."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person, attempt, event, now, read, transact
from tests.support.chain import reverts
from tests.support.registers import lone_register
from tests.support.world import World
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract

KEYS = ["0x" + f"{number:040x}" for number in range(0xA0, 0xA3)]


@pytest.fixture
def registry(chain: Connection) -> BoundContract:
    """A register of three persons whose root is the deployer."""
    made = lone_register(chain)
    transact(made, "admit", KEYS)
    return made


def test_it_is_logged(registry: BoundContract) -> None:
    times = []
    for position, index in enumerate((2, 1)):
        receipt = transact(registry, "depart", index)
        times.append(now(registry.connection))
        assert event(receipt, "PersonLeft") == {"index": index, "departure": position}
        assert read(registry, "person", index).leftAt == times[-1]
        assert read(registry, "departureCount") == position + 1
    assert [tuple(read(registry, "departure", position)) for position in range(2)] == [(2, times[0]), (1, times[1])]
    assert read(registry, "person", 3).leftAt == 0


def test_a_person_keeps_index_and_key(registry: BoundContract) -> None:
    admitted_at = read(registry, "person", 1).admittedAt
    transact(registry, "depart", 1)
    assert read(registry, "indexOf", KEYS[0]) == 1
    assert read(registry, "person", 1).key.lower() == KEYS[0]
    assert read(registry, "person", 1).admittedAt == admitted_at
    assert read(registry, "count") == 3


def test_again_after_a_return(registry: BoundContract) -> None:
    transact(registry, "depart", 1)
    transact(registry, "admit", [KEYS[0]])
    transact(registry, "depart", 1)
    assert read(registry, "departureCount") == 2


@pytest.mark.parametrize("index", [0, 4, 2**32, 2**256 - 1])
def test_nobody_has_this_index(registry: BoundContract, index: int) -> None:
    with reverts("NoSuchPerson", index=index):
        attempt(registry, "depart", index)
    with reverts("NoSuchPerson", index=index):
        read(registry, "person", index)


def test_not_who_left(registry: BoundContract) -> None:
    transact(registry, "depart", 3)
    with reverts("PersonHasLeft", index=3):
        attempt(registry, "depart", 3)


def test_the_log_ends(registry: BoundContract) -> None:
    with reverts("Panic", code=0x32):
        read(registry, "departure", 0)


def test_only_by_the_root(world: World, alice: Person) -> None:
    for caller in (alice.address, world.food.address, world.factory.address):
        with reverts("OnlyRoot", caller=caller):
            world.registry.call("depart", 1, sender=caller)
