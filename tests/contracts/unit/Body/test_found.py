"""IBody.found: an industry below the body that votes for it, down to eight levels."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.bodies import Body, Person, event, now, read, stand_at
from tests.support.chain import reverts
from tests.support.plans import INDUSTRY, LAWS, Genesis, body_plan, genesis, own, plan_hash, zone_plan
from tests.support.world import World, create_zone

MOST_DEPTH = 8


def test_by_vote(world: World, alice: Person, bob: Person) -> None:
    zone = world.zone
    begun = genesis([own("admit", [alice.address, bob.address])])
    plan = body_plan("Health", begun.commitment)
    proposal = zone.propose(zone.own("found", plan, list(begun.steps)))
    assert proposal.read("proposalClasses") == 1 << INDUSTRY
    receipt = proposal.carry().wait_until_due().execute()
    founded = event(receipt, "BodyFounded", zone.address)
    assert (founded["name"], founded["proposal"]) == ("Health", 1)
    health = Body(world.chain, founded["child"], [alice, bob])
    assert health.address == read(world.factory, "industryAddress", zone.address, plan_hash(plan))
    assert event(receipt, "IndustryCreated") == {
        "industry": health.address,
        "parent": zone.address,
        "planHash": plan_hash(plan),
    }
    assert (health.read("parent"), health.read("depth"), health.read("live")) == (zone.address, 1, True)
    assert health.read("membersAt", 0, 0) == 0b110
    assert read(world.factory, "isBody", health.address)


def test_its_members_govern_it_at_once(world: World, alice: Person, charlie: Person) -> None:
    health = world.new_industry(world.zone, "Health", [alice, charlie]).body
    proposal = health.propose(health.own("setLaw", INDUSTRY, LAWS[INDUSTRY]), by=charlie)
    assert proposal.read("proposalElectorate") == 2
    proposal.carry().wait_until_due().execute()


def test_only_members_of_the_parent(world: World, grace: Person) -> None:
    begun = genesis([own("admit", [grace.address])])
    food = world.food
    proposal = food.propose(food.own("found", body_plan("Mill", begun.commitment), list(begun.steps))).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("NotMemberOfParent", key=grace.address, index=grace.index):
        food.attempt("execute", *proposal.hashed)


def test_a_plan_serves_once_below_a_parent(world: World) -> None:
    world.new_industry(world.zone, "Health")
    proposal = world.zone.propose(world.zone.own("found", body_plan("Health", caps=()), []))
    again = world.zone.propose(
        world.zone.own("found", body_plan("Food", world.food_plan[4], caps=world.food_plan[3]), [])
    )
    del proposal
    again.carry()
    stand_at(world.chain, again.read("proposalEta"))
    with reverts("AlreadyCreated", body=world.food.address):
        world.zone.attempt("execute", *again.hashed)


def test_the_same_plan_below_another_parent_is_another_body(world: World) -> None:
    bakery = world.zone.enact(world.zone.own("found", world.bakery_plan, []))
    assert event(bakery, "BodyFounded")["child"] != world.bakery.address


@pytest.mark.parametrize("body", ["zone", "food"])
def test_only_by_its_own_vote(world: World, alice: Person, body: str) -> None:
    founding = getattr(world, body)
    with reverts("GovernorOnlyExecutor", account=alice.address):
        founding.attempt("found", body_plan("X"), [], by=alice)
    other = world.food if body == "zone" else world.zone
    proposal = other.propose(founding.own("found", body_plan("X"), [])).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("GovernorOnlyExecutor", account=other.address):
        other.attempt("execute", *proposal.hashed)


# --- depth ---


def nested(levels: int, people: list[Person]) -> tuple[Any, Genesis]:
    """Plan and genesis of a body with `levels` bodies below it, each in the one before, all of the same people."""
    calls = [own("admit", [person.address for person in people])]
    if levels:
        plan, below = nested(levels - 1, people)
        calls.append(own("found", plan, list(below.steps)))
    begun = genesis(calls)
    return body_plan(f"{levels} below", begun.commitment), begun


def deepest(world: World, people: list[Person]) -> list[Body]:
    """A zone and one industry at each depth."""
    plan, begun = nested(MOST_DEPTH, people)
    bodies = [create_zone(world.factory, zone_plan(plan, world.post.address), begun, people).body]
    for levels in range(MOST_DEPTH - 1, -1, -1):
        child, _ = nested(levels, people)
        address = read(world.factory, "industryAddress", bodies[-1].address, plan_hash(child))
        bodies.append(Body(world.chain, address, people))
    return bodies


def test_eight_levels_and_no_more(world: World, alice: Person, bob: Person) -> None:
    people = [alice, bob]
    bodies = deepest(world, people)
    assert [body.read("depth") for body in bodies] == list(range(9))
    assert {body.read("root") for body in bodies} == {bodies[0].address}
    assert {body.read("treasury") for body in bodies} == {bodies[0].read("treasury")}
    lowest = bodies[-1]
    proposal = lowest.propose(lowest.own("found", body_plan("Too deep"), [])).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("TooDeep", depth=MOST_DEPTH):
        lowest.attempt("execute", *proposal.hashed)


def test_nine_levels_are_not_even_born(world: World, alice: Person) -> None:
    plan, begun = nested(MOST_DEPTH + 1, [alice])
    with reverts("TooDeep", depth=MOST_DEPTH):
        world.factory.call("createZone", zone_plan(plan, world.post.address), list(begun.steps))


def test_leaving_the_zone_is_felt_at_the_bottom(world: World, alice: Person, bob: Person) -> None:
    bodies = deepest(world, [alice, bob])
    bodies[0].send("leave", by=bob)
    for body in bodies:
        assert body.read("membersAt", 0, now(world.chain)) == 0b10
        assert body.read("headcountAt", now(world.chain)) == 1
    proposal = bodies[-1].propose((alice.address, b""))
    assert proposal.read("proposalElectorate") == 1
    proposal.open().vote(1, alice)
    with reverts("NotInElectorate", account=bob.address):
        bodies[-1].attempt("castVote", proposal.id, 1, by=bob)
