"""Zone.state: every state, to the second, and what it takes to succeed."""

from __future__ import annotations

import pytest

from tests.support.bodies import ABSTAIN, AGAINST, FOR, Person, Proposal, State, just_before, stand_at
from tests.support.chain import reverts
from tests.support.plans import DAY, EXPULSION, LAWS, MEMBERSHIP, SPENDING
from tests.support.world import World

YEAR = 365 * DAY


@pytest.fixture
def proposal(world: World, alice: Person) -> Proposal:
    """A payment, just proposed."""
    return world.zone.propose(world.pay(alice.address))


def seen(proposal: Proposal, timestamp: int) -> State:
    stand_at(proposal.chain, timestamp)
    return proposal.state


def test_an_unknown_proposal_has_none(world: World) -> None:
    with reverts("GovernorNonexistentProposal", proposalId=1):
        world.zone.read("state", 1)


def test_pending_active_defeated(proposal: Proposal) -> None:
    start, end = proposal.read("proposalVoteStart"), proposal.read("proposalDeadline")
    assert proposal.state == State.PENDING
    assert seen(proposal, start) == State.PENDING
    assert seen(proposal, start + 1) == State.ACTIVE
    assert seen(proposal, end) == State.ACTIVE
    assert seen(proposal, end + 1) == State.DEFEATED
    assert seen(proposal, end + YEAR) == State.DEFEATED


def test_succeeded_and_never_queued_expires(proposal: Proposal) -> None:
    end = proposal.read("proposalDeadline")
    proposal.open().vote(FOR, *proposal.body.members[:3])
    assert proposal.state == State.ACTIVE
    assert seen(proposal, end + 1) == State.SUCCEEDED
    assert proposal.read("proposalExpiry") == end + LAWS[SPENDING].grace
    assert seen(proposal, end + LAWS[SPENDING].grace) == State.SUCCEEDED
    assert seen(proposal, end + LAWS[SPENDING].grace + 1) == State.EXPIRED
    assert seen(proposal, end + YEAR) == State.EXPIRED


def test_queued_and_never_executed_expires(proposal: Proposal) -> None:
    law = LAWS[SPENDING]
    proposal.carry()
    queued_at = proposal.chain.block().timestamp
    assert proposal.state == State.QUEUED
    assert proposal.read("proposalEta") == queued_at + law.execution_delay
    assert proposal.read("proposalExpiry") == queued_at + law.execution_delay + law.grace
    assert seen(proposal, proposal.read("proposalExpiry")) == State.QUEUED
    assert seen(proposal, proposal.read("proposalExpiry") + 1) == State.EXPIRED
    assert seen(proposal, queued_at + YEAR) == State.EXPIRED


def test_queued_in_the_last_second_it_lives_on(proposal: Proposal) -> None:
    proposal.open().vote(FOR, *proposal.body.members[:3])
    expiry = proposal.read("proposalExpiry")
    just_before(proposal.chain, expiry)
    proposal.queue()
    assert seen(proposal, expiry + LAWS[SPENDING].execution_delay + LAWS[SPENDING].grace) == State.QUEUED


def test_executed_for_ever(proposal: Proposal) -> None:
    proposal.carry().wait_until_due().execute()
    assert proposal.state == State.EXECUTED
    assert seen(proposal, proposal.read("proposalExpiry") + YEAR) == State.EXECUTED


def test_canceled_for_ever(proposal: Proposal) -> None:
    proposal.cancel()
    assert proposal.state == State.CANCELED
    for time in (proposal.read("proposalVoteStart") + 1, proposal.read("proposalDeadline") + YEAR):
        assert seen(proposal, time) == State.CANCELED


# --- what it takes ---


def outcome(proposal: Proposal, against: int, yes: int, abstain: int) -> State:
    """State after a vote of so many members each way."""
    members = list(proposal.body.members)
    proposal.open()
    for support, count in ((AGAINST, against), (FOR, yes), (ABSTAIN, abstain)):
        voters = [members.pop(0) for _ in range(count)]
        if voters:
            proposal.vote(support, *voters)
    return seen(proposal, proposal.read("proposalDeadline") + 1)


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        # Quorum 20 % of 12 = 2.4, hence 3 for or abstaining; more for than against.
        ((0, 3, 0), State.SUCCEEDED),
        ((0, 2, 0), State.DEFEATED),
        ((0, 2, 1), State.SUCCEEDED),
        ((0, 1, 2), State.SUCCEEDED),
        ((0, 0, 3), State.DEFEATED),
        ((1, 2, 0), State.DEFEATED),
        ((1, 2, 1), State.SUCCEEDED),
        ((3, 3, 0), State.DEFEATED),
        ((5, 6, 0), State.SUCCEEDED),
    ],
)
def test_spending(world: World, alice: Person, votes: tuple[int, int, int], expected: State) -> None:
    assert outcome(world.zone.propose(world.pay(alice.address)), *votes) == expected


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        # Quorum 16 % of 12 = 1.92, hence 2; threshold 60 % of for + against.
        ((2, 3, 0), State.SUCCEEDED),
        ((3, 4, 0), State.DEFEATED),
        ((4, 6, 0), State.SUCCEEDED),
        ((5, 7, 0), State.DEFEATED),
        ((0, 1, 0), State.DEFEATED),
        ((0, 1, 1), State.SUCCEEDED),
    ],
)
def test_membership(world: World, stranger: Person, votes: tuple[int, int, int], expected: State) -> None:
    proposal = world.zone.propose(world.zone.own("admit", [stranger.address]))
    assert proposal.read("proposalQuorum") == 2
    assert tuple(proposal.read("proposalLaw")) == LAWS[MEMBERSHIP]
    assert outcome(proposal, *votes) == expected


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        # Quorum 40 % of 12 = 4.8, hence 5; threshold 75 %.
        ((0, 5, 0), State.SUCCEEDED),
        ((1, 3, 2), State.SUCCEEDED),
        ((1, 3, 1), State.DEFEATED),
        ((2, 5, 1), State.DEFEATED),
        ((2, 6, 0), State.SUCCEEDED),
        ((3, 9, 0), State.SUCCEEDED),
        ((4, 8, 0), State.DEFEATED),
    ],
)
def test_expulsion(world: World, heidi: Person, votes: tuple[int, int, int], expected: State) -> None:
    proposal = world.zone.propose(world.zone.own("remove", heidi.index))
    assert proposal.read("proposalClasses") == 1 << EXPULSION
    assert outcome(proposal, *votes) == expected


@pytest.mark.parametrize(("yes", "expected"), [(2, State.DEFEATED), (3, State.SUCCEEDED)])
def test_a_quorum_that_divides_exactly(world: World, alice: Person, yes: int, expected: State) -> None:
    """25 % of twelve persons are three: no rounding."""
    laws = [law._replace(quorum_ppm=250_000) if law is not LAWS[EXPULSION] else law for law in LAWS]
    proposal = world.new_zone("Exact", laws=laws).body.propose((alice.address, b""))
    assert proposal.read("proposalQuorum") == 3
    assert outcome(proposal, 0, yes, 0) == expected


@pytest.mark.parametrize(("threshold_ppm", "expected"), [(666_666, State.SUCCEEDED), (666_667, State.DEFEATED)])
def test_a_threshold_just_met(world: World, alice: Person, threshold_ppm: int, expected: State) -> None:
    """Four of six are 666,666.67 ppm."""
    laws = [LAWS[0]._replace(threshold_ppm=threshold_ppm), *LAWS[1:]]
    proposal = world.new_zone("Exact", laws=laws).body.propose((alice.address, b""))
    assert outcome(proposal, 2, 4, 0) == expected
