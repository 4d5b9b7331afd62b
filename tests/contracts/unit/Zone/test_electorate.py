"""Who may vote: members both at the snapshot and one seasoning before it, whatever happens afterwards."""

from __future__ import annotations

import pytest

from tests.support.bodies import AGAINST, FOR, Body, Person, call_of, now, stand_at
from tests.support.chain import reverts
from tests.support.plans import LAWS, SPENDING
from tests.support.town import Town
from tests.support.world import World

SEASONING = LAWS[SPENDING].seasoning


def may_vote(body: Body, proposal: int, person: Person) -> None:
    assert body.attempt("castVote", proposal, FOR, by=person) == 1


def may_not_vote(body: Body, proposal: int, person: Person) -> None:
    with reverts("NotInElectorate", account=person.address, proposalId=proposal):
        body.attempt("castVote", proposal, FOR, by=person)


# --- seasoning ---


@pytest.mark.parametrize(("seconds", "votes"), [(0, False), (1, True)])
def test_seasoning_to_the_second(world: World, alice: Person, stranger: Person, seconds: int, votes: bool) -> None:
    """Admitted at A, a person votes on proposals whose snapshot (creation − 1) is A + seasoning or later."""
    zone = world.zone
    zone.enact(zone.own("admit", [stranger.address]))
    # The proposal is made one second after the present.
    world.chain.set_time(now(world.chain) + SEASONING + seconds - 1)
    proposal = zone.propose(world.pay(alice.address))
    assert proposal.read("proposalElectorate") == 13
    proposal.open().vote(FOR, alice)
    (may_vote if votes else may_not_vote)(zone, proposal.id, stranger)


def test_waiting_does_not_make_an_elector(world: World, alice: Person, stranger: Person) -> None:
    """Seasoning is measured at the snapshot: unseasoned then is unseasoned to the end of the vote."""
    zone = world.zone
    zone.enact(zone.own("admit", [stranger.address]))
    proposal = zone.propose(world.pay(alice.address))
    proposal.open().vote(FOR, alice)
    world.chain.set_time(proposal.read("proposalDeadline"))
    assert now(world.chain) - proposal.read("proposalSnapshot") > SEASONING
    may_not_vote(zone, proposal.id, stranger)


def test_founders_are_seasoned(world: World, alice: Person) -> None:
    fresh = world.new_zone("Fresh")
    proposal = fresh.body.propose((fresh.treasury.address, world.pay(alice.address)[1]))
    assert now(world.chain) - SEASONING < proposal.read("proposalSnapshot") < now(world.chain)
    proposal.open().vote(FOR, *fresh.body.members)
    assert proposal.tally == (0, 12, 0)


def test_a_return_does_not_keep_the_seasoning(world: World, alice: Person, heidi: Person) -> None:
    zone = world.zone
    zone.send("leave", by=heidi)
    zone.enact(zone.own("admit", [heidi.address]))
    returned_at = now(world.chain)
    early = zone.propose(world.pay(alice.address))
    world.chain.set_time(returned_at + SEASONING)
    late = zone.propose(world.pay(alice.address))
    late.open().vote(FOR, alice)
    may_not_vote(zone, early.id, heidi)
    may_vote(zone, late.id, heidi)


# --- after the snapshot ---


def test_who_leaves_after_the_snapshot_still_votes(world: World, alice: Person, heidi: Person) -> None:
    proposal = world.zone.propose(world.pay(alice.address))
    world.zone.send("leave", by=heidi)
    proposal.open().vote(FOR, heidi)
    assert proposal.tally == (0, 1, 0)
    assert proposal.read("proposalElectorate") == 12


def test_who_is_removed_after_the_snapshot_still_votes(world: World, alice: Person, heidi: Person) -> None:
    zone = world.zone
    zone.enact(zone.own("remove", heidi.index))
    stand_at(world.chain, zone.read("expulsion", heidi.index)[0])
    # Made while heidi is a member; its vote opens after she is gone.
    proposal = zone.propose(world.pay(alice.address))
    zone.send("finishExpulsion", heidi.index)
    assert not zone.read("isMember", heidi.index)
    proposal.open().vote(AGAINST, heidi)
    assert proposal.tally == (1, 0, 0)


def test_who_left_before_does_not_vote(world: World, alice: Person, heidi: Person) -> None:
    zone = world.zone
    zone.send("leave", by=heidi)
    left_at = now(world.chain)
    proposal = zone.propose(world.pay(alice.address))
    assert proposal.read("proposalSnapshot") == left_at
    assert proposal.read("proposalElectorate") == 11
    proposal.open().vote(FOR, alice)
    may_not_vote(zone, proposal.id, heidi)


def test_who_joins_after_the_snapshot_does_not_vote(world: World, alice: Person, stranger: Person) -> None:
    zone = world.zone
    admission = zone.propose(zone.own("admit", [stranger.address])).carry().wait_until_due()
    proposal = zone.propose(world.pay(alice.address))
    admission.execute()
    assert zone.read("isMember", 13)
    proposal.open().vote(FOR, alice)
    world.chain.set_time(proposal.read("proposalDeadline"))
    may_not_vote(zone, proposal.id, stranger)


# --- industries ---


def test_leaving_the_zone_after_the_snapshot_keeps_the_vote_in_an_industry(
    world: World, alice: Person, bob: Person
) -> None:
    proposal = world.bakery.propose(world.pay(alice.address))
    world.zone.send("leave", by=bob)
    world.bakery.send("syncDepartures", 64)
    proposal.open().vote(FOR, bob)
    assert proposal.tally == (0, 1, 0)


def test_leaving_the_zone_before_the_snapshot_ends_the_vote_at_every_depth(
    world: World, alice: Person, bob: Person
) -> None:
    world.zone.send("leave", by=bob)
    for body in (world.food, world.bakery):
        proposal = body.propose(world.pay(alice.address))
        proposal.open().vote(FOR, alice)
        may_not_vote(body, proposal.id, bob)


def test_leaving_the_body_between_ends_nothing_below(world: World, alice: Person, bob: Person) -> None:
    world.food.send("leave", by=bob)
    proposal = world.bakery.propose(world.pay(alice.address))
    proposal.open().vote(FOR, bob)
    assert proposal.tally == (0, 1, 0)


# --- many changes at one moment ---


def test_several_changes_in_one_second_leave_one_history(world: World, alice: Person, grace: Person) -> None:
    food, (heidi, ivan) = world.food, world.zone.members[7:9]
    before = food.read("membersAt", 0, now(world.chain))
    food.enact(
        food.own("admit", [grace.address, heidi.address]),
        food.own("remove", heidi.index),
        food.own("admit", [ivan.address]),
        food.own("remove", 3),
        food.own("admit", [heidi.address]),
    )
    changed_at = now(world.chain)
    assert food.read("membersAt", 0, changed_at - 1) == before
    assert food.read("headcountAt", changed_at - 1) == 6
    assert food.read("membersAt", 0, changed_at) == before & ~(1 << 3) | 1 << 7 | 1 << 8 | 1 << 9
    assert food.read("headcountAt", changed_at) == 8
    world.chain.set_time(changed_at + SEASONING)
    proposal = food.propose(world.pay(alice.address))
    assert proposal.read("proposalElectorate") == 8
    proposal.open().vote(FOR, alice, heidi)
    may_not_vote(food, proposal.id, world.zone.members[2])


# --- many persons ---

EDGES = [(127, 129), (255, 257), (269, 270)]


@pytest.mark.parametrize(("first", "last"), EDGES)
def test_persons_on_both_sides_of_a_word_are_counted(town: Town, alice: Person, first: int, last: int) -> None:
    proposal = town.zone.propose((alice.address, b""))
    proposal.open()
    town.act(first, last, town.zone, "castVote", proposal.id, FOR)
    count = last - first + 1
    assert proposal.tally == (0, count, 0)
    voted = proposal.read("votedMask", 0) | proposal.read("votedMask", 1) << 256
    assert voted == (1 << (last + 1)) - (1 << first)
    with reverts("GovernorAlreadyCastVote"):
        town.act(first, first, town.zone, "castVote", proposal.id, FOR)


@pytest.mark.parametrize("index", [127, 128, 129, 255, 256, 257])
def test_one_departure_at_the_edge_of_a_word_ends_one_vote(town: Town, alice: Person, index: int) -> None:
    town.act(index, index, town.zone, "leave")
    proposal = town.zone.propose((alice.address, b""))
    assert proposal.read("proposalElectorate") == 269
    proposal.open()
    town.act(index - 1, index - 1, town.zone, "castVote", proposal.id, FOR)
    town.act(index + 1, index + 1, town.zone, "castVote", proposal.id, FOR)
    with reverts("NotInElectorate"):
        town.act(index, index, town.zone, "castVote", proposal.id, FOR)
    assert proposal.tally == (0, 2, 0)


def test_everybody_votes(town: Town, alice: Person) -> None:
    proposal = town.zone.propose((alice.address, b""))
    proposal.open().vote(FOR, *town.zone.members)
    town.act(13, 135, town.zone, "castVote", proposal.id, FOR)
    town.act(136, 270, town.zone, "castVote", proposal.id, AGAINST)
    assert proposal.tally == (135, 135, 0)
    assert proposal.read("votedMask", 0) == (1 << 256) - 2
    assert proposal.read("votedMask", 1) == (1 << 15) - 1


@pytest.mark.parametrize("body", ["zone", "union"])
def test_who_is_removed_in_the_second_of_the_proposal_still_votes(town: Town, alice: Person, body: str) -> None:
    """One transaction removes person 14 and then lets person 13 propose: the snapshot is the second before it."""
    deciding: Body = getattr(town, body)
    proposal = deciding.draft((alice.address, b""))
    propose = deciding.contract.encode("propose", *proposal.whole)
    town.enact(town.zone.own("remove", 14))
    stand_at(town.chain, town.zone.read("expulsion", 14)[0])
    town.enact(town.zone.own("finishExpulsion", 14), call_of(town.crowd, "act", 0, 1, deciding.address, propose))
    removed_at = now(town.chain)
    assert not deciding.read("isMember", 14)
    assert proposal.read("proposalSnapshot") == removed_at - 1
    assert proposal.read("proposalElectorate") == {"zone": 270, "union": 200}[body]
    proposal.open()
    town.act(14, 14, deciding, "castVote", proposal.id, FOR)
    assert proposal.tally == (0, 1, 0)
