"""Properties that OpenZeppelin once proved of its Governor and nobody proves now (LESSONS.md)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.bodies import ABSTAIN, AGAINST, FOR, Person, Proposal, State, call_of, now, stand_at
from tests.support.chain import deploy, reverts, rollback
from tests.support.plans import COIN, LAWS, SPENDING
from tests.support.world import STRANGER, World

FIXED = (
    "proposalSnapshot",
    "proposalVoteStart",
    "proposalDeadline",
    "proposalProposer",
    "proposalNumber",
    "proposalClasses",
    "proposalElectorate",
    "proposalQuorum",
    "proposalLaw",
)
STEPS = ("queue", "execute", "cancel", "releaseExpired")


def fixed(proposal: Proposal) -> list[Any]:
    return [proposal.read(name) for name in FIXED]


def life(proposal: Proposal) -> Iterator[State]:
    """Every state on the way to execution, and long after."""
    yield proposal.state
    proposal.open().vote(FOR, *proposal.enough())
    yield proposal.state
    stand_at(proposal.chain, proposal.read("proposalDeadline") + 1)
    yield proposal.state
    proposal.queue()
    yield proposal.state
    proposal.wait_until_due().execute()
    yield proposal.state
    stand_at(proposal.chain, proposal.read("proposalExpiry") + 10**7)
    yield proposal.state


def test_start_before_end_and_after_creation(world: World, alice: Person) -> None:
    """For the least and the most of every law; nothing starts before it is created."""
    for extreme in range(2):
        laws = [world.zone.read("bounds", class_)[extreme] for class_ in range(6)]
        zone = world.new_zone(f"Extreme {extreme}", laws=laws).body
        stand_at(world.chain, now(world.chain) + 200 * 86_400)
        proposal = zone.propose((alice.address, b""))
        snapshot, start, end = (proposal.read(name) for name in FIXED[:3])
        assert snapshot + 1 == now(world.chain) < start < end


def test_fields_are_as_they_were_at_creation(world: World, alice: Person) -> None:
    """Through every state, and through changes of law and members on the way."""
    zone = world.zone
    change = zone.propose(
        zone.own("setLaw", SPENDING, LAWS[SPENDING]._replace(quorum_ppm=900_000)), zone.own("admit", [STRANGER.address])
    ).carry()
    stand_at(world.chain, change.read("proposalEta") - 10)
    proposal = zone.propose(world.pay(alice.address))
    before = fixed(proposal)
    change.wait_until_due().execute()
    for state in life(proposal):
        assert fixed(proposal) == before, state


def test_the_way_through_the_states(world: World, alice: Person) -> None:
    assert list(life(world.zone.propose(world.pay(alice.address)))) == [
        State.PENDING,
        State.ACTIVE,
        State.SUCCEEDED,
        State.QUEUED,
        State.EXECUTED,
        State.EXECUTED,
    ]


@pytest.mark.parametrize("end", [State.EXECUTED, State.CANCELED])
def test_nothing_works_once_executed_or_canceled(world: World, alice: Person, end: State) -> None:
    """Hence never both."""
    proposal = world.zone.propose(world.pay(alice.address))
    if end == State.CANCELED:
        proposal.cancel()
    else:
        for state in life(proposal):
            if state == end:
                break
    for function in STEPS:
        with reverts("GovernorUnexpectedProposalState", current=end):
            world.zone.attempt(function, *proposal.hashed, by=alice)
    with reverts("GovernorUnexpectedProposalState", current=end):
        world.zone.attempt("propose", *proposal.whole, by=alice)
    for support in (AGAINST, FOR, ABSTAIN):
        with reverts("GovernorUnexpectedProposalState", current=end):
            world.zone.attempt("castVote", proposal.id, support, by=world.zone.members[9])


def test_nothing_but_voting_before_the_deadline(world: World, alice: Person) -> None:
    proposal = world.zone.propose(world.pay(alice.address))
    proposal.open().vote(FOR, *world.zone.members)
    for time in (now(world.chain), proposal.read("proposalDeadline")):
        stand_at(world.chain, time)
        for function in STEPS:
            with reverts("GovernorUnexpectedProposalState", current=State.ACTIVE):
                world.zone.attempt(function, *proposal.hashed, by=alice)


# Constitutional: a quorum of 30 % of twelve, which is four, and two thirds, rounded up, of for + against.
VOTES = [((0, 3, 0), False), ((2, 4, 0), False), ((3, 5, 4), False), ((0, 4, 0), True), ((1, 3, 1), True)]


@pytest.mark.parametrize(("votes", "succeeds"), VOTES)
def test_execution_only_with_quorum_and_success(world: World, votes: tuple[int, int, int], succeeds: bool) -> None:
    """The call has an effect exactly if the vote had both."""
    zone, probe = world.zone, deploy(world.chain, "ChainProbe", 1)
    proposal = zone.propose(call_of(probe, "count10")).open()
    members = list(zone.members)
    for support, count in enumerate(votes):
        for _ in range(count):
            proposal.vote(support, members.pop(0))
    proposal.close()
    if succeeds:
        proposal.queue()
        proposal.wait_until_due().execute()
    else:
        for function in ("queue", "execute"):
            with reverts("GovernorUnexpectedProposalState"):
                zone.send(function, *proposal.hashed)
    assert probe.call("count", block="latest") == 10 * succeeds


def test_each_vote_is_of_one_who_had_power_and_marks_that_one_only(world: World, alice: Person) -> None:
    """No double voting; nobody votes for another; hasVoted goes with the tally; the sum of votes is the sum of the
    power of those who voted."""
    zone = world.zone
    proposal = zone.propose(world.pay(alice.address)).open()
    voted: list[Person] = []
    for position, person in enumerate(zone.members[:6]):
        before, support = proposal.tally, position % 3
        with rollback(world.chain):
            proposal.vote(support, person)
            with reverts("GovernorAlreadyCastVote", voter=person.address):
                zone.attempt("castVote", proposal.id, (support + 1) % 3, by=person)
        assert not proposal.read("hasVoted", person.address)
        proposal.vote(support, person)
        voted.append(person)
        assert [after - earlier for after, earlier in zip(proposal.tally, before, strict=True)] == [
            int(kind == support) for kind in range(3)
        ]
        assert [other for other in zone.members if proposal.read("hasVoted", other.address)] == voted
    snapshot = proposal.read("proposalSnapshot")
    assert sum(proposal.tally) == sum(zone.read("getVotes", person.address, snapshot) for person in voted) == 6


def test_votes_without_power_change_nothing(world: World, alice: Person, stranger: Person) -> None:
    proposal = world.food.propose(world.pay(alice.address)).open()
    proposal.vote(FOR, alice)
    snapshot = proposal.read("proposalSnapshot")
    powerless = [person for person in (*world.zone.members, stranger) if not is_elector(world, person, snapshot)]
    assert len(powerless) == 7
    for person in powerless:
        with reverts("NotInElectorate", account=person.address):
            world.food.attempt("castVote", proposal.id, FOR, by=person)
    assert proposal.tally == (0, 1, 0)
    assert world.food.read("getVotes", COIN, snapshot) == 0


def is_elector(world: World, person: Person, snapshot: int) -> bool:
    return bool(world.food.read("getVotes", person.address, snapshot))
