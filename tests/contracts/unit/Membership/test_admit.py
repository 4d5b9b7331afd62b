"""Membership.admit: in a zone new persons by their keys, in an industry members of its parent."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person, call_of, event, events, now, read, stand_at
from tests.support.chain import reverts
from tests.support.plans import COIN
from tests.support.town import Town
from tests.support.world import World

KEYS = ["0x" + f"{number:040x}" for number in range(0xA0, 0xA4)]


# --- a zone ---


def test_new_persons_get_the_next_indices(world: World) -> None:
    zone = world.zone
    receipt = zone.enact(zone.own("admit", KEYS))
    admitted_at = now(world.chain)
    assert [found.args["index"] for found in events(receipt, "MemberAdmitted", zone.address)] == [13, 14, 15, 16]
    assert [found.args["key"] for found in events(receipt, "PersonAdmitted")] == [
        read(world.registry, "person", index).key for index in range(13, 17)
    ]
    assert read(world.registry, "count") == 16
    assert zone.read("membersAt", 0, admitted_at) == (1 << 17) - 2
    assert zone.read("headcountAt", admitted_at) == 16
    assert zone.read("headcountAt", admitted_at - 1) == 12
    assert all(zone.read("isMember", index) for index in range(1, 17))
    assert not zone.read("isMember", 17)


def test_nobody_is_also_admitted(world: World) -> None:
    zone = world.zone
    receipt = zone.enact(zone.own("admit", []))
    assert not events(receipt, "MemberAdmitted")
    assert zone.read("headcountAt", now(world.chain)) == 12


def test_who_returns_gets_the_old_index(world: World, bob: Person) -> None:
    zone = world.zone
    zone.send("leave", by=bob)
    left_at = now(world.chain)
    receipt = zone.enact(zone.own("admit", [KEYS[0], bob.address]))
    returned_at = now(world.chain)
    assert [found.args["index"] for found in events(receipt, "MemberAdmitted")] == [13, bob.index]
    assert event(receipt, "PersonReturned") == {"index": bob.index, "key": bob.address}
    assert tuple(read(world.registry, "person", bob.index)) == (bob.address, returned_at, 0)
    assert [zone.read("headcountAt", time) for time in (left_at - 1, left_at, returned_at)] == [12, 11, 13]


def test_a_member_is_not_admitted_again(world: World, alice: Person) -> None:
    zone = world.zone
    proposal = zone.propose(zone.own("admit", [KEYS[0], alice.address])).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("AlreadyPerson", key=alice.address, index=alice.index):
        zone.attempt("execute", *proposal.hashed)


def test_nobody_is_admitted_twice_at_once(world: World) -> None:
    zone = world.zone
    proposal = zone.propose(zone.own("admit", [KEYS[0], KEYS[1], KEYS[0]])).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("AlreadyPerson", index=13):
        zone.attempt("execute", *proposal.hashed)


def test_the_zero_address_is_nobody(world: World) -> None:
    zone = world.zone
    proposal = zone.propose(zone.own("admit", [COIN])).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("ZeroKey"):
        zone.attempt("execute", *proposal.hashed)


@pytest.mark.parametrize("body", ["zone", "food", "bakery"])
def test_only_by_vote(world: World, alice: Person, body: str) -> None:
    admitting = getattr(world, body)
    with reverts("GovernorOnlyExecutor", account=alice.address):
        admitting.attempt("admit", [KEYS[0]], by=alice)


def test_not_by_the_body_above_or_below(world: World) -> None:
    for caller, target in ((world.zone, world.food), (world.food, world.zone), (world.food, world.bakery)):
        proposal = caller.propose(target.own("admit", [KEYS[0]])).carry()
        stand_at(world.chain, proposal.read("proposalEta"))
        with reverts("GovernorOnlyExecutor", account=caller.address):
            caller.attempt("execute", *proposal.hashed)


def test_over_the_edges_of_words(town: Town) -> None:
    """From 270 to 520 persons in one proposal: three half-words change in one second."""
    keys = ["0x" + f"{number:040x}" for number in range(10**6, 10**6 + 250)]
    town.enact(town.zone.own("admit", keys))
    members = sum(town.zone.read("membersAt", word, now(town.chain)) << (256 * word) for word in range(4))
    assert members == (1 << 521) - 2
    assert town.zone.read("headcountAt", now(town.chain)) == 520
    assert read(town.registry, "count") == 520


def test_in_any_order_of_words(town: Town) -> None:
    """Persons of different half-words mixed: each half is written with all of its own."""
    for index in (13, 250, 262, 14, 251):
        town.act(index, index, town.zone, "leave")
    keys = [read(town.registry, "person", index).key for index in (250, 13, 262, 251, 14)]
    town.enact(town.zone.own("admit", keys))
    members = sum(town.zone.read("membersAt", word, now(town.chain)) << (256 * word) for word in range(2))
    assert members == (1 << 271) - 2
    assert town.zone.read("headcountAt", now(town.chain)) == 270


# --- an industry ---


def test_members_of_the_parent(world: World) -> None:
    food, people = world.food, world.zone.members
    receipt = food.enact(food.own("admit", [people[6].address, people[11].address]))
    assert [found.args["index"] for found in events(receipt, "MemberAdmitted", food.address)] == [7, 12]
    assert food.read("membersAt", 0, now(world.chain)) == 0b1000011111110
    assert food.read("headcountAt", now(world.chain)) == 8
    assert read(world.registry, "count") == 12


def test_not_a_stranger(world: World, stranger: Person) -> None:
    proposal = world.food.propose(world.food.own("admit", [stranger.address])).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("NotMemberOfParent", key=stranger.address, index=0):
        world.food.attempt("execute", *proposal.hashed)


def test_not_who_is_only_higher_up(world: World, grace: Person) -> None:
    """Grace belongs to the zone and not to food, which the bakery is part of."""
    proposal = world.bakery.propose(world.bakery.own("admit", [grace.address])).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("NotMemberOfParent", key=grace.address, index=grace.index):
        world.bakery.attempt("execute", *proposal.hashed)


def test_membership_of_the_parent_is_asked_at_execution(world: World, dave: Person) -> None:
    proposal = world.bakery.propose(world.bakery.own("admit", [dave.address])).carry()
    world.food.send("leave", by=dave)
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("NotMemberOfParent", index=dave.index):
        world.bakery.attempt("execute", *proposal.hashed)


def test_not_who_left_the_zone_although_the_parent_has_not_applied_it(world: World, dave: Person) -> None:
    proposal = world.bakery.propose(world.bakery.own("admit", [dave.address])).carry()
    world.zone.send("leave", by=dave)
    assert world.food.read("departuresSeen") == 0
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("NotMemberOfParent", index=dave.index):
        world.bakery.attempt("execute", *proposal.hashed)


@pytest.mark.parametrize("who", [[0], [6, 7, 6]])
def test_not_who_is_a_member(world: World, who: list[int]) -> None:
    people = world.zone.members
    proposal = world.food.propose(world.food.own("admit", [people[position].address for position in who])).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("AlreadyMember", index=people[who[-1]].index):
        world.food.attempt("execute", *proposal.hashed)


def test_departures_are_applied_before(world: World, alice: Person, grace: Person) -> None:
    proposal = world.food.propose(world.food.own("admit", [grace.address])).carry()
    world.zone.send("leave", by=alice)
    proposal.wait_until_due()
    receipt = proposal.execute()
    assert event(receipt, "MembershipEnded", world.food.address)["index"] == alice.index
    assert world.food.read("membersAt", 0, now(world.chain)) == 0b11111100


def test_not_with_more_than_sixty_four_departures_waiting(town: Town) -> None:
    union = town.union
    town.act(13, 13, union, "leave")
    proposal = union.propose(union.own("admit", [read(town.registry, "person", 13).key])).open()
    town.act(14, 45, union, "castVote", proposal.id, 1)
    proposal.close().queue()
    town.act(100, 164, town.zone, "leave")
    stand_at(town.chain, proposal.read("proposalEta"))
    with reverts("DeparturesPending", pending=1):
        union.attempt("execute", *proposal.hashed)
    union.send("syncDepartures", 64)
    proposal.execute()
    assert union.read("headcountAt", now(town.chain)) == 200 - 65


def test_a_call_to_a_body_is_not_a_body(world: World) -> None:
    """The registry itself takes no admission but the zone's."""
    with reverts("OnlyRoot", caller=world.food.address):
        world.registry.call("admit", [KEYS[0]], sender=world.food.address)
    assert call_of(world.registry, "admit", KEYS)[0] == world.registry.address
