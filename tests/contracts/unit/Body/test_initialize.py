"""IBody.initialize: once, by the factory."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.bodies import DEPLOYER, event, read, transact
from tests.support.chain import at, reverts, sender
from tests.support.plans import COIN, LAWS, MINUTE, SPENDING, body_plan, genesis, zone_plan
from tests.support.world import PEOPLE, World, create_zone
from zonedao.chain.abi import address_bytes, keccak
from zonedao.chain.contract import BoundContract


def bare_clone(world: World) -> BoundContract:
    """A clone of the implementation that somebody made without the factory."""
    implementation = address_bytes(read(world.factory, "implementation"))
    runtime = bytes.fromhex("363d3d373d3d3d363d73") + implementation + bytes.fromhex("5af43d82803e903d91602b57fd5bf3")
    creation = bytes.fromhex("3d602d80600a3d3981f3") + runtime
    created = sender(world.chain).transact(None, creation, gas_limit=200_000)
    assert created.contract_address is not None
    return at(world.chain, "IWholeBody", created.contract_address)


def birth(world: World, plan: tuple[Any, ...] | None = None) -> tuple[Any, ...]:
    return COIN, world.registry.address, 0, plan or body_plan("Mine"), []


@pytest.mark.parametrize("body", ["zone", "food", "bakery"])
def test_not_twice(world: World, body: str) -> None:
    born = getattr(world, body).contract
    for who in (DEPLOYER.address, world.factory.address, born.address):
        with reverts("AlreadyInitialized"):
            born.call("initialize", *birth(world), sender=who)


def test_only_by_the_factory(world: World) -> None:
    clone = bare_clone(world)
    for who in (DEPLOYER.address, world.zone.address, clone.address):
        with reverts("OnlyFactory", caller=who):
            clone.call("initialize", *birth(world), sender=who)
    clone.call("initialize", *birth(world), sender=world.factory.address)


def test_a_clone_of_nobody_is_nobodys(world: World) -> None:
    """Without the factory it stays dead, and no treasury knows it."""
    clone = bare_clone(world)
    assert not read(clone, "live")
    assert not read(world.factory, "isBody", clone.address)
    with reverts("NotLive"):
        clone.call("propose", [COIN], [0], [b""], "", sender=DEPLOYER.address)
    with reverts("NotLive"):
        clone.call("leave", sender=DEPLOYER.address)
    with reverts("NotOurBody", body=clone.address):
        transact(world.treasury, "deposit", clone.address, COIN, 1, bytes(32), bytes(32), value_wei=1)


def test_what_a_zone_begins_with(world: World) -> None:
    zone = world.zone
    assert zone.read("name") == "Elmcourt"
    assert (zone.read("parent"), zone.read("depth"), zone.read("root")) == (COIN, 0, zone.address)
    assert zone.read("registry") == world.registry.address
    assert zone.read("factory") == world.factory.address
    assert zone.read("proposalCount") == zone.read("departuresSeen") == 0
    assert [zone.law(class_, 0) for class_ in range(6)] == list(LAWS)
    assert [zone.read("module", role) for role in range(6)] == [
        COIN,
        COIN,
        world.treasury.address,
        world.stores.address,
        world.post.address,
        COIN,
    ]


def test_what_an_industry_begins_with(world: World) -> None:
    bakery = world.bakery
    assert bakery.read("name") == "Bakery"
    assert (bakery.read("parent"), bakery.read("depth")) == (world.food.address, 2)
    assert bakery.read("root") == world.zone.address
    assert bakery.read("registry") == world.registry.address
    assert bakery.read("treasury") == world.treasury.address
    assert [bakery.law(class_, 0) for class_ in (0, 1, 2, 4, 5)] == [LAWS[class_] for class_ in (0, 1, 2, 4, 5)]


def test_its_event(world: World) -> None:
    begun = genesis()
    plan = zone_plan(body_plan("Oakridge", begun.commitment), world.post.address)
    receipt = transact(world.factory, "createZone", plan, [])
    zone = event(receipt, "ZoneCreated")
    assert event(receipt, "BodyInitialized", zone["zone"]) == {
        "parent": COIN,
        "registry": zone["registry"],
        "name": "Oakridge",
        "charterHash": keccak(b"Oakridge"),
    }


@pytest.mark.parametrize("class_", range(6))
def test_laws_within_bounds_from_the_beginning(world: World, class_: int) -> None:
    laws = list(LAWS)
    laws[class_] = laws[class_]._replace(voting_delay=MINUTE - 1)
    plan = zone_plan(body_plan("Hasty", laws=laws), world.post.address)
    with reverts("OutOfBounds", field=1, value=MINUTE - 1, **{"class": class_}):
        world.factory.call("createZone", plan, [])


def test_caps_of_spending_only(world: World) -> None:
    plan = zone_plan(body_plan("Odd", caps=[(SPENDING, COIN, 1), (2, COIN, 1)]), world.post.address)
    with reverts("NoSuchClass", **{"class": 2}):
        world.factory.call("createZone", plan, [])


def test_a_trade_post_must_be_a_contract(world: World) -> None:
    plan = zone_plan(body_plan("Lost"), DEPLOYER.address)
    with reverts("ModuleWithoutCode", module=DEPLOYER.address):
        world.factory.call("createZone", plan, [])


def test_a_zone_without_a_trade_post(world: World) -> None:
    zone = create_zone(world.factory, zone_plan(body_plan("Quiet"), COIN), genesis(), PEOPLE).body
    assert zone.read("module", 4) == COIN
    assert zone.read("roleOf", COIN) == 0
