"""Membership.remove: by vote; from a zone it is expulsion."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person, event, now, read, stand_at
from tests.support.chain import reverts
from tests.support.plans import EXPULSION, MEMBERSHIP
from tests.support.world import World


def test_from_the_zone(world: World, heidi: Person) -> None:
    zone = world.zone
    proposal = zone.propose(zone.own("remove", heidi.index))
    assert proposal.read("proposalClasses") == 1 << EXPULSION
    proposal.carry().wait_until_due()
    receipt = proposal.execute()
    removed_at = now(world.chain)
    assert event(receipt, "MemberRemoved", zone.address) == {"index": heidi.index}
    assert event(receipt, "PersonLeft") == {"index": heidi.index, "departure": 0}
    assert read(world.registry, "person", heidi.index).leftAt == removed_at
    assert not zone.read("isMember", heidi.index)
    assert [zone.read("headcountAt", time) for time in (removed_at - 1, removed_at)] == [12, 11]


def test_from_an_industry(world: World, alice: Person) -> None:
    food = world.food
    proposal = food.propose(food.own("remove", alice.index))
    assert proposal.read("proposalClasses") == 1 << MEMBERSHIP
    proposal.carry().wait_until_due()
    receipt = proposal.execute()
    assert event(receipt, "MemberRemoved") == {"index": alice.index}
    assert food.read("membersAt", 0, now(world.chain)) == 0b1111100
    assert food.read("headcountAt", now(world.chain)) == 5
    assert world.zone.read("isMember", alice.index)
    assert world.bakery.read("isMember", alice.index), "leaving a body between does not cascade"
    assert read(world.registry, "departureCount") == 0


@pytest.mark.parametrize("index", [0, 13, 300, 2**32, 2**255])
def test_who_never_was_a_member(world: World, index: int) -> None:
    proposal = world.zone.propose(world.zone.own("remove", index)).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("NotMember", index=index):
        world.zone.attempt("execute", *proposal.hashed)


def test_who_left_meanwhile(world: World, heidi: Person) -> None:
    proposal = world.zone.propose(world.zone.own("remove", heidi.index)).carry()
    world.zone.send("leave", by=heidi)
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("NotMember", index=heidi.index):
        world.zone.attempt("execute", *proposal.hashed)


def test_who_left_the_zone_is_no_member_to_remove(world: World, alice: Person) -> None:
    """The industry applies the departure first and then finds nobody."""
    proposal = world.food.propose(world.food.own("remove", alice.index)).carry()
    world.zone.send("leave", by=alice)
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("NotMember", index=alice.index):
        world.food.attempt("execute", *proposal.hashed)


def test_not_a_member_of_the_parent_alone(world: World, grace: Person) -> None:
    proposal = world.food.propose(world.food.own("remove", grace.index)).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("NotMember", index=grace.index):
        world.food.attempt("execute", *proposal.hashed)


def test_only_by_vote(world: World, alice: Person) -> None:
    for body in (world.zone, world.food):
        with reverts("GovernorOnlyExecutor", account=alice.address):
            body.attempt("remove", 2, by=alice)
