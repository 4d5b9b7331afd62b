"""Membership.remove: by vote; from an industry at once, from a zone by a notice that anybody finishes."""

from __future__ import annotations

import pytest

from tests.support.bodies import FOR, Person, event, events, just_before, now, read, stand_at
from tests.support.chain import reverts
from tests.support.plans import CONSTITUTIONAL, DAY, EXPULSION, MEMBERSHIP, genesis, own
from tests.support.world import STRANGER, World, body_plan, create_zone, zone_plan

NOTICE = 14 * DAY
NONE = (0, 0)


def give_notice(world: World, person: Person) -> int:
    """The zone gives notice now; when it can be finished."""
    world.zone.enact(world.zone.own("remove", person.index), voters=world.zone.members[:7])
    return now(world.chain) + NOTICE


def test_from_the_zone_by_notice(world: World, heidi: Person) -> None:
    zone = world.zone
    assert zone.read("NOTICE_SECONDS") == NOTICE
    proposal = zone.propose(zone.own("remove", heidi.index))
    assert proposal.read("proposalClasses") == 1 << EXPULSION
    receipt = proposal.carry().wait_until_due().execute()
    ready = now(world.chain) + NOTICE
    told = {"index": heidi.index, "readyAt": ready, "expiresAt": ready + NOTICE}
    assert event(receipt, "ExpulsionNoticed", zone.address) == told
    assert not events(receipt, "MemberRemoved")
    assert zone.read("expulsion", heidi.index) == (ready, ready + NOTICE)
    # A member still, who votes and proposes.
    assert zone.read("isMember", heidi.index)
    appeal = zone.propose(zone.own("withdrawExpulsion", heidi.index), by=heidi).open()
    appeal.vote(FOR, heidi)
    assert appeal.read("proposalClasses") == 1 << EXPULSION
    stand_at(world.chain, ready - 1)
    with reverts("NoticeRunning", index=heidi.index, readyAt=ready):
        zone.attempt("finishExpulsion", heidi.index)
    just_before(world.chain, ready)
    receipt = zone.send("finishExpulsion", heidi.index, by=STRANGER)
    assert event(receipt, "MemberRemoved", zone.address) == {"index": heidi.index}
    assert event(receipt, "PersonLeft") == {"index": heidi.index, "departure": 0}
    assert read(world.registry, "person", heidi.index).leftAt == ready
    assert not zone.read("isMember", heidi.index)
    assert [zone.read("headcountAt", time) for time in (ready - 1, ready)] == [12, 11]
    assert zone.read("expulsion", heidi.index) == NONE
    with reverts("NoNotice", index=heidi.index):
        zone.attempt("finishExpulsion", heidi.index)


def test_a_vote_takes_it_back(world: World, heidi: Person) -> None:
    zone = world.zone
    ready = give_notice(world, heidi)
    receipt = zone.enact(zone.own("withdrawExpulsion", heidi.index))
    assert event(receipt, "ExpulsionWithdrawn", zone.address) == {"index": heidi.index}
    assert zone.read("expulsion", heidi.index) == NONE
    stand_at(world.chain, ready)
    with reverts("NoNotice", index=heidi.index):
        zone.attempt("finishExpulsion", heidi.index)


def test_what_nobody_finishes_expires(world: World, heidi: Person) -> None:
    """And only then can another vote begin anew: none prolongs a notice."""
    zone = world.zone
    expires = give_notice(world, heidi) + NOTICE
    stand_at(world.chain, expires - 3 * DAY)
    again = zone.propose(zone.own("remove", heidi.index)).carry()
    stand_at(world.chain, again.read("proposalEta"))
    with reverts("NoticeOpen", index=heidi.index, expiresAt=expires):
        zone.attempt("execute", *again.hashed)
    stand_at(world.chain, expires)
    assert zone.attempt("finishExpulsion", heidi.index) is None
    assert zone.read("expulsion", heidi.index) == (expires - NOTICE, expires)
    stand_at(world.chain, expires + 1)
    assert zone.read("expulsion", heidi.index) == NONE
    for function in ("finishExpulsion", "withdrawExpulsion"):
        with reverts("NoNotice", index=heidi.index):
            zone.contract.call(function, heidi.index, sender=zone.address, block="latest")
    ready = give_notice(world, heidi)
    assert zone.read("expulsion", heidi.index) == (ready, ready + NOTICE)


def test_a_notice_ends_with_the_membership(world: World, heidi: Person) -> None:
    zone = world.zone
    ready = give_notice(world, heidi)
    zone.send("leave", by=heidi)
    assert zone.read("expulsion", heidi.index) == NONE
    zone.enact(zone.own("admit", [heidi.address]))
    stand_at(world.chain, max(ready, now(world.chain)))
    with reverts("NoNotice", index=heidi.index):
        zone.attempt("finishExpulsion", heidi.index)


def test_a_notice_is_about_one_person(world: World, heidi: Person, grace: Person) -> None:
    stand_at(world.chain, give_notice(world, heidi))
    for index in (grace.index, 0, 13, 2**255):
        assert world.zone.read("expulsion", index) == NONE
        with reverts("NoNotice", index=index):
            world.zone.attempt("finishExpulsion", index)
    with reverts("NoNotice", index=heidi.index):
        world.food.attempt("finishExpulsion", heidi.index)


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


def test_an_industry_takes_no_notice_back(world: World, alice: Person) -> None:
    """It has no law for expulsion, so the call is constitutional there, and refused."""
    food = world.food
    proposal = food.propose(food.own("withdrawExpulsion", alice.index))
    assert proposal.read("proposalClasses") == 1 << CONSTITUTIONAL
    proposal.carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("NoNotice", index=alice.index):
        food.attempt("execute", *proposal.hashed)


def test_at_a_birth_at_once(world: World, alice: Person, bob: Person) -> None:
    """Everything in a birth is decided beforehand and dated before it."""
    begun = genesis([own("admit", [alice.address, bob.address]), own("remove", 2)])
    zone = create_zone(world.factory, zone_plan(body_plan("Unborn", begun.commitment)), begun, [alice]).body
    assert (zone.read("membersAt", 0, 0), zone.read("headcountAt", 0), zone.read("live")) == (0b10, 1, True)


@pytest.mark.parametrize("index", [0, 13, 300, 2**32, 2**255])
def test_who_never_was_a_member(world: World, index: int) -> None:
    proposal = world.zone.propose(world.zone.own("remove", index)).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("NoSuchPerson", index=index):
        world.zone.attempt("execute", *proposal.hashed)


def test_who_left_meanwhile(world: World, heidi: Person) -> None:
    """Nobody is given notice; that person returns by vote only."""
    proposal = world.zone.propose(world.zone.own("remove", heidi.index)).carry()
    world.zone.send("leave", by=heidi)
    left_at = now(world.chain)
    receipt = proposal.wait_until_due().execute()
    assert event(receipt, "ExpulsionNoticed") == {"index": heidi.index, "readyAt": 0, "expiresAt": 0}
    assert (world.zone.read("barredAt", heidi.index), world.zone.read("expulsion", heidi.index)) == (left_at, NONE)
    assert read(world.registry, "departureCount") == 1


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
        for function in ("remove", "withdrawExpulsion"):
            with reverts("GovernorOnlyExecutor", account=alice.address):
                body.attempt(function, 2, by=alice)
