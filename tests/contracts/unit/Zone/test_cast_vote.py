"""Zone.castVote, castVoteWithReason and castVoteWithReasonAndParams: one person, one vote, once, in time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.bodies import ABSTAIN, AGAINST, FOR, Person, Proposal, State, event, just_before, stand_at
from tests.support.chain import reverts
from tests.support.plans import LAWS, SPENDING
from tests.support.world import World

ACTIVE_ONLY = (1 << State.ACTIVE).to_bytes(32, "big")

WAYS = {
    "castVote": lambda proposal, support: (proposal, support),
    "castVoteWithReason": lambda proposal, support: (proposal, support, "because"),
    "castVoteWithReasonAndParams": lambda proposal, support: (proposal, support, "because", b""),
}


@pytest.fixture
def proposal(world: World, alice: Person) -> Proposal:
    """A payment, its vote about to open."""
    return world.zone.propose(world.pay(alice.address)).open()


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    """Each function that casts a vote."""
    return str(request.param)


def arguments(way: str, proposal: Proposal, support: int) -> tuple[Any, ...]:
    return tuple(WAYS[way](proposal.id, support))


@pytest.mark.parametrize(
    ("support", "tally"),
    [(AGAINST, (1, 0, 0)), (FOR, (0, 1, 0)), (ABSTAIN, (0, 0, 1))],
    ids=["against", "for", "abstain"],
)
def test_it_counts_one(proposal: Proposal, bob: Person, way: str, support: int, tally: tuple[int, int, int]) -> None:
    receipt = proposal.body.send(way, *arguments(way, proposal, support), by=bob)
    assert proposal.tally == tally
    assert proposal.read("hasVoted", bob.address)
    assert proposal.read("votedMask", 0) == 1 << bob.index
    assert event(receipt, "VoteCast") == {
        "voter": bob.address,
        "proposalId": proposal.id,
        "support": support,
        "weight": 1,
        "reason": "" if way == "castVote" else "because",
    }
    assert len(receipt.logs) == 1


def test_it_returns_the_weight(proposal: Proposal, bob: Person, way: str) -> None:
    stand_at(proposal.chain, proposal.read("proposalVoteStart") + 1)
    assert proposal.body.attempt(way, *arguments(way, proposal, FOR), by=bob) == 1


def test_votes_add_up(proposal: Proposal) -> None:
    members = proposal.body.members
    proposal.vote(FOR, *members[:5])
    proposal.vote(AGAINST, *members[5:9])
    proposal.vote(ABSTAIN, *members[9:])
    assert proposal.tally == (4, 5, 3)
    assert proposal.read("votedMask", 0) == 0b1111111111110
    assert proposal.read("votedMask", 1) == 0


def test_proposals_and_bodies_are_counted_apart(world: World, alice: Person, bob: Person) -> None:
    call = world.pay(alice.address)
    one, other = world.zone.propose(call, description="a"), world.zone.propose(call, description="b")
    same_in_food = world.food.propose(call, description="a")
    assert same_in_food.id == one.id
    same_in_food.open().vote(FOR, bob)
    assert (one.tally, other.tally, same_in_food.tally) == ((0, 0, 0), (0, 0, 0), (0, 1, 0))
    assert not one.read("hasVoted", bob.address)
    one.vote(AGAINST, bob)
    assert (one.tally, other.tally, same_in_food.tally) == ((1, 0, 0), (0, 0, 0), (0, 1, 0))


# --- once ---


@pytest.mark.parametrize("second", [AGAINST, FOR, ABSTAIN])
def test_nobody_votes_twice(proposal: Proposal, bob: Person, way: str, second: int) -> None:
    proposal.vote(FOR, bob)
    with reverts("GovernorAlreadyCastVote", voter=bob.address):
        proposal.body.attempt(way, *arguments(way, proposal, second), by=bob)


# --- only what can be voted ---


@pytest.mark.parametrize("support", [3, 4, 255])
def test_there_are_three_kinds_of_vote(proposal: Proposal, bob: Person, way: str, support: int) -> None:
    stand_at(proposal.chain, proposal.read("proposalVoteStart") + 1)
    with reverts("GovernorInvalidVoteType"):
        proposal.body.attempt(way, *arguments(way, proposal, support), by=bob)


def test_a_vote_has_no_parameters(proposal: Proposal, bob: Person) -> None:
    with reverts("GovernorInvalidVoteParams"):
        proposal.body.attempt("castVoteWithReasonAndParams", proposal.id, FOR, "", b"\x00", by=bob)


def test_the_proposal_must_exist(world: World, bob: Person, way: str) -> None:
    with reverts("GovernorNonexistentProposal", proposalId=77):
        world.zone.attempt(way, *WAYS[way](77, FOR), by=bob)


# --- in time ---


def test_not_in_the_second_of_the_start(proposal: Proposal, bob: Person, way: str) -> None:
    start = proposal.read("proposalVoteStart")
    stand_at(proposal.chain, start)
    with reverts(
        "GovernorUnexpectedProposalState",
        proposalId=proposal.id,
        current=State.PENDING,
        expectedStates=ACTIVE_ONLY,
    ):
        proposal.body.attempt(way, *arguments(way, proposal, FOR), by=bob)
    proposal.body.send(way, *arguments(way, proposal, FOR), by=bob)  # one second later
    assert proposal.tally == (0, 1, 0)


def test_until_the_last_second(proposal: Proposal, alice: Person, bob: Person, way: str) -> None:
    just_before(proposal.chain, proposal.read("proposalDeadline"))
    proposal.body.send(way, *arguments(way, proposal, FOR), by=bob)
    assert proposal.tally == (0, 1, 0)
    stand_at(proposal.chain, proposal.read("proposalDeadline") + 1)
    with reverts("GovernorUnexpectedProposalState", current=State.DEFEATED, expectedStates=ACTIVE_ONLY):
        proposal.body.attempt(way, *arguments(way, proposal, FOR), by=alice)


def test_not_on_a_canceled_proposal(world: World, alice: Person, bob: Person, way: str) -> None:
    proposal = world.zone.propose(world.pay(alice.address))
    proposal.cancel()
    stand_at(world.chain, proposal.read("proposalVoteStart") + 1)
    with reverts("GovernorUnexpectedProposalState", current=State.CANCELED):
        world.zone.attempt(way, *arguments(way, proposal, FOR), by=bob)


@pytest.mark.parametrize("state", [State.QUEUED, State.EXECUTED])
def test_not_after_it_went_on(world: World, alice: Person, state: State) -> None:
    late = world.zone.members[-1]
    proposal = world.zone.propose(world.pay(alice.address)).carry()
    if state == State.EXECUTED:
        proposal.wait_until_due().execute()
    assert proposal.state == state
    with reverts("GovernorUnexpectedProposalState", current=state, expectedStates=ACTIVE_ONLY):
        world.zone.attempt("castVote", proposal.id, AGAINST, by=late)


# --- by members ---


def test_not_by_a_stranger(proposal: Proposal, stranger: Person, way: str) -> None:
    stand_at(proposal.chain, proposal.read("proposalVoteStart") + 1)
    with reverts("NotInElectorate", account=stranger.address, proposalId=proposal.id):
        proposal.body.attempt(way, *arguments(way, proposal, FOR), by=stranger)


def test_not_by_members_of_the_parent(world: World, alice: Person, grace: Person) -> None:
    proposal = world.food.propose(world.pay(alice.address)).open()
    proposal.vote(FOR, alice)
    with reverts("NotInElectorate", account=grace.address):
        world.food.attempt("castVote", proposal.id, FOR, by=grace)


def test_not_by_a_body(world: World, alice: Person) -> None:
    """A vote cast by a proposal's call is cast by the body, which is nobody."""
    zone = world.zone
    payment = zone.draft(world.pay(alice.address))
    ballot = zone.propose(zone.own("castVote", payment.id, FOR)).carry()
    stand_at(world.chain, ballot.read("proposalEta") - LAWS[SPENDING].voting_delay)
    payment.make()
    stand_at(world.chain, ballot.read("proposalEta") + 2)
    assert payment.state == State.ACTIVE
    with reverts("NotInElectorate", account=zone.address, proposalId=payment.id):
        zone.attempt("execute", *ballot.hashed)
