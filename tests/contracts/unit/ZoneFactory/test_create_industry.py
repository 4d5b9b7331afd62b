"""ZoneFactory.createIndustry: by a body, below itself."""

from __future__ import annotations

from tests.support.bodies import DEPLOYER, read
from tests.support.chain import reverts
from tests.support.plans import body_plan, genesis, own, plan_hash
from tests.support.world import World, deploy_factory


def test_by_a_body(world: World) -> None:
    plan = body_plan("Clinic")
    for body in (world.zone, world.food, world.bakery):
        expected = read(world.factory, "industryAddress", body.address, plan_hash(plan))
        assert world.factory.call("createIndustry", plan, [], sender=body.address) == expected


def test_by_nobody_else(world: World) -> None:
    for caller in (DEPLOYER.address, world.treasury.address, world.registry.address, world.factory.address):
        with reverts("NotABody", caller=caller):
            world.factory.call("createIndustry", body_plan("Clinic"), [], sender=caller)


def test_not_by_a_body_of_another_factory(world: World) -> None:
    other = deploy_factory(world.chain)
    with reverts("NotABody", caller=world.zone.address):
        other.call("createIndustry", body_plan("Clinic"), [], sender=world.zone.address)
    assert not read(other, "isBody", world.zone.address)


def test_not_by_the_implementation(world: World) -> None:
    implementation = read(world.factory, "implementation")
    assert not read(world.factory, "isBody", implementation)
    with reverts("NotABody", caller=implementation):
        world.factory.call("createIndustry", body_plan("Clinic"), [], sender=implementation)


def test_once_a_plan(world: World) -> None:
    with reverts("AlreadyCreated", body=world.food.address):
        world.factory.call("createIndustry", world.food_plan, [], sender=world.zone.address)


def test_with_the_steps_of_its_genesis_only(world: World) -> None:
    begun = genesis([own("admit", [])])
    with reverts("WrongGenesisStep", expected=begun.commitment):
        world.factory.call(
            "createIndustry", body_plan("Clinic", begun.commitment), [([], bytes(32))], sender=world.zone.address
        )


def test_is_body(world: World) -> None:
    bodies = (world.zone, world.food, world.bakery)
    assert all(read(world.factory, "isBody", body.address) for body in bodies)
    others = (
        world.treasury.address,
        world.registry.address,
        world.stores.address,
        world.post.address,
        DEPLOYER.address,
    )
    assert not any(read(world.factory, "isBody", address) for address in others)
