"""Membership.admitWords: many members of the parent at once."""

from __future__ import annotations

import pytest

from tests.support.bodies import Body, Person, event, events, now, stand_at
from tests.support.chain import reverts
from tests.support.plans import body_plan, genesis, own
from tests.support.town import PERSONS, UNION, Town
from tests.support.world import World

ALL = (1 << 256) - 1


def test_it_admits_those_of_the_mask_who_are_in_the_parent(world: World) -> None:
    food = world.food
    receipt = food.enact(food.own("admitWords", [0], [1 << 8 | 1 << 12 | 1 << 13 | 1 << 200]))
    (admitted,) = events(receipt, "MembersAdmitted", food.address)
    assert dict(admitted.args) == {"word": 0, "mask": 1 << 8 | 1 << 12}
    assert food.read("membersAt", 0, now(world.chain)) == 0b1000101111110
    assert food.read("headcountAt", now(world.chain)) == 8
    assert food.read("headcountAt", now(world.chain) - 1) == 6


def test_who_is_a_member_already_is_not_counted_again(world: World) -> None:
    food = world.food
    receipt = food.enact(food.own("admitWords", [0, 0], [0b11111110, ALL]))
    assert [found.args["mask"] for found in events(receipt, "MembersAdmitted")] == [1 << 7, 0b1111100000000]
    assert food.read("headcountAt", now(world.chain)) == 12


@pytest.mark.parametrize("mask", [0, 1, 0b1111110, 1 << 13, 1 << 255])
def test_nobody_new(world: World, mask: int) -> None:
    food = world.food
    receipt = food.enact(food.own("admitWords", [0, 1, 2**248], [mask, ALL, ALL]))
    assert not events(receipt, "MembersAdmitted")
    assert food.read("headcountAt", now(world.chain)) == 6
    assert food.read("membersAt", 0, now(world.chain)) == 0b1111110


def test_not_who_left_the_zone(world: World, heidi: Person) -> None:
    food = world.food
    world.zone.send("leave", by=heidi)
    food.enact(food.own("admitWords", [0], [ALL]))
    assert food.read("membersAt", 0, now(world.chain)) == 0b1111011111110
    assert food.read("headcountAt", now(world.chain)) == 11


def test_every_word(town: Town) -> None:
    """In the genesis persons 1 to 200; now all the rest: both halves of two words."""
    union = town.union
    assert union.read("membersAt", 0, now(town.chain)) == (1 << (UNION + 1)) - 2
    assert union.read("headcountAt", now(town.chain)) == UNION
    proposal = union.propose(union.own("admitWords", [1, 0, 7], [ALL] * 3)).open()
    town.act(13, 44, union, "castVote", proposal.id, 1)
    proposal.close().queue()
    proposal.wait_until_due().execute()
    members = sum(union.read("membersAt", word, now(town.chain)) << (256 * word) for word in range(3))
    assert members == (1 << (PERSONS + 1)) - 2
    assert union.read("headcountAt", now(town.chain)) == PERSONS


@pytest.mark.parametrize("pattern", [0b10, 0b011, 0b0111, 1 << 7, 0xFF00, 0x0001, 0xFFFF << 16, 1 << 128, ALL], ids=hex)
def test_the_head_count_is_the_number_of_bits(town: Town, pattern: int) -> None:
    width = max(pattern.bit_length(), 2)
    mask = sum(pattern << at for at in range(0, 256, width)) & ALL
    begun = genesis([own("admitWords", [0, 1], [mask, mask])])
    plan = body_plan("Club", begun.commitment)
    founded = event(town.enact(town.zone.own("found", plan, list(begun.steps))), "BodyFounded")
    everybody = (1 << (PERSONS + 1)) - 2
    members = (mask | mask << 256) & everybody
    club = Body(town.chain, founded["child"], ())
    assert club.read("headcountAt", now(town.chain)) == members.bit_count()
    assert club.read("membersAt", 0, now(town.chain)) == members & ALL


def test_one_mask_for_each_word(world: World) -> None:
    food = world.food
    proposal = food.propose(food.own("admitWords", [0, 1], [ALL])).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("Panic", code=0x32):
        food.attempt("execute", *proposal.hashed)


def test_not_in_a_zone(world: World) -> None:
    zone = world.zone
    proposal = zone.propose(zone.own("admitWords", [0], [ALL])).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("OnlyIndustry"):
        zone.attempt("execute", *proposal.hashed)


def test_only_by_vote(world: World, alice: Person) -> None:
    with reverts("GovernorOnlyExecutor", account=alice.address):
        world.food.attempt("admitWords", [0], [ALL], by=alice)
