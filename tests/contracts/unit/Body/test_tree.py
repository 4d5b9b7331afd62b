"""What a body says of its place: root, parent, treasury, modules, roles."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person
from tests.support.plans import COIN, SELF, STORES, TRADE_POST, TREASURY
from tests.support.world import World

BODIES = ("zone", "food", "bakery")


@pytest.mark.parametrize("depth", range(3))
def test_place(world: World, depth: int) -> None:
    body = getattr(world, BODIES[depth])
    assert body.read("depth") == depth
    assert body.read("root") == world.zone.address
    assert body.read("parent") == (getattr(world, BODIES[depth - 1]).address if depth else COIN)
    assert body.read("registry") == world.registry.address
    assert body.read("treasury") == world.treasury.address
    assert body.read("factory") == world.factory.address


@pytest.mark.parametrize("name", BODIES)
def test_roles(world: World, alice: Person, name: str) -> None:
    body = getattr(world, name)
    roles = {
        body.address: SELF,
        world.treasury.address: TREASURY,
        world.stores.address: STORES,
        world.post.address: TRADE_POST,
        world.registry.address: 0,
        world.factory.address: 0,
        world.token.address: 0,
        alice.address: 0,
        COIN: 0,
    }
    roles |= {getattr(world, other).address: 0 for other in BODIES if other != name}
    assert {address: body.read("roleOf", address) for address in roles} == roles


def test_zones_are_strangers(world: World) -> None:
    other = world.new_zone("Millbrook")
    for address in (other.body.address, other.treasury.address, other.stores.address):
        assert world.zone.read("roleOf", address) == 0
    assert other.body.read("roleOf", world.post.address) == TRADE_POST
    assert other.body.read("root") == other.body.address
