"""Membership.leave: by oneself, at once."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person, event, events, now, read
from tests.support.chain import reverts
from tests.support.plans import genesis, own
from tests.support.world import World, body_plan, create_zone, zone_plan


def test_the_zone(world: World, alice: Person) -> None:
    receipt = world.zone.send("leave", by=alice)
    left_at = now(world.chain)
    assert event(receipt, "MemberLeft", world.zone.address) == {"index": alice.index}
    assert event(receipt, "PersonLeft", world.registry.address) == {"index": alice.index, "departure": 0}
    assert read(world.registry, "person", alice.index).leftAt == left_at
    assert tuple(read(world.registry, "departure", 0)) == (alice.index, left_at)
    assert [world.zone.read("headcountAt", time) for time in (left_at - 1, left_at)] == [12, 11]
    assert world.zone.read("membersAt", 0, left_at) == 0b1111111111100


def test_an_industry(world: World, alice: Person) -> None:
    receipt = world.food.send("leave", by=alice)
    assert event(receipt, "MemberLeft", world.food.address) == {"index": alice.index}
    assert not events(receipt, "PersonLeft")
    assert not world.food.read("isMember", alice.index)
    assert world.zone.read("isMember", alice.index)
    assert world.bakery.read("isMember", alice.index)


def test_the_key_stays_the_persons(world: World, alice: Person) -> None:
    world.zone.send("leave", by=alice)
    assert read(world.registry, "indexOf", alice.address) == alice.index
    assert read(world.registry, "person", alice.index).key == alice.address


def test_everybody(world: World) -> None:
    for person in world.zone.members:
        world.zone.send("leave", by=person)
    assert world.zone.read("headcountAt", now(world.chain)) == 0
    assert world.food.read("headcountAt", now(world.chain)) == 0


def test_not_a_stranger(world: World, stranger: Person) -> None:
    with reverts("NotMember", index=0):
        world.zone.attempt("leave", by=stranger)


def test_not_twice(world: World, alice: Person) -> None:
    for body in (world.bakery, world.zone):
        body.send("leave", by=alice)
        with reverts("NotMember", index=alice.index):
            body.attempt("leave", by=alice)


@pytest.mark.parametrize("body", ["food", "bakery"])
def test_not_an_industry_after_the_zone(world: World, alice: Person, body: str) -> None:
    world.zone.send("leave", by=alice)
    with reverts("NotMember", index=alice.index):
        getattr(world, body).attempt("leave", by=alice)


def test_not_before_the_body_is_born(world: World, alice: Person) -> None:
    begun = genesis([own("admit", [alice.address])], [])
    zone = create_zone(world.factory, zone_plan(body_plan("Unborn", begun.commitment)), genesis(), [alice]).body
    zone.send("genesis", begun.steps[0])
    assert zone.read("isMember", 1)
    with reverts("NotLive"):
        zone.attempt("leave", by=alice)
    zone.send("genesis", begun.steps[1])
    zone.send("leave", by=alice)
