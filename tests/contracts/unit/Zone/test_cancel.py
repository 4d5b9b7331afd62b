"""Zone.cancel: the proposer, while Pending, and nobody else ever."""

from __future__ import annotations

import pytest

from tests.support.bodies import FOR, Person, Proposal, State, event, just_before, now, stand_at
from tests.support.chain import reverts
from tests.support.world import World

PENDING_ONLY = (1 << State.PENDING).to_bytes(32, "big")


@pytest.fixture
def proposal(world: World, alice: Person) -> Proposal:
    """A payment, just proposed by alice."""
    return world.zone.propose(world.pay(alice.address), by=alice)


def test_the_proposer_cancels(proposal: Proposal) -> None:
    receipt = proposal.cancel()
    assert event(receipt, "ProposalCanceled") == {"proposalId": proposal.id}
    assert len(receipt.logs) == 1
    assert proposal.state == State.CANCELED


def test_it_returns_the_id(proposal: Proposal, alice: Person) -> None:
    assert proposal.body.attempt("cancel", *proposal.hashed, by=alice) == proposal.id


def test_in_the_last_second_before_the_vote(proposal: Proposal) -> None:
    just_before(proposal.chain, proposal.read("proposalVoteStart"))
    proposal.cancel()
    assert proposal.state == State.CANCELED


def test_not_in_the_first_second_of_the_vote(proposal: Proposal, alice: Person) -> None:
    stand_at(proposal.chain, proposal.read("proposalVoteStart") + 1)
    with reverts(
        "GovernorUnexpectedProposalState",
        proposalId=proposal.id,
        current=State.ACTIVE,
        expectedStates=PENDING_ONLY,
    ):
        proposal.body.attempt("cancel", *proposal.hashed, by=alice)


def test_nobody_else(proposal: Proposal, bob: Person, stranger: Person) -> None:
    for person in (bob, stranger):
        with reverts("GovernorOnlyProposer", account=person.address):
            proposal.body.attempt("cancel", *proposal.hashed, by=person)


def test_a_proposer_who_left_still_cancels(proposal: Proposal, alice: Person) -> None:
    proposal.body.send("leave", by=alice)
    proposal.cancel()
    assert proposal.state == State.CANCELED


def test_an_unknown_proposal(world: World, alice: Person) -> None:
    draft = world.zone.draft(world.pay(alice.address))
    with reverts("GovernorNonexistentProposal", proposalId=draft.id):
        world.zone.attempt("cancel", *draft.hashed, by=alice)


def test_not_in_any_later_state(proposal: Proposal, alice: Person) -> None:
    def still_refused(state: State) -> None:
        assert proposal.state == state
        with reverts("GovernorUnexpectedProposalState", current=state, expectedStates=PENDING_ONLY):
            proposal.body.attempt("cancel", *proposal.hashed, by=alice)

    proposal.open().vote(FOR, *proposal.body.members[:3])
    still_refused(State.ACTIVE)
    stand_at(proposal.chain, proposal.read("proposalDeadline") + 1)
    still_refused(State.SUCCEEDED)
    proposal.queue()
    still_refused(State.QUEUED)
    proposal.wait_until_due().execute()
    still_refused(State.EXECUTED)


def test_not_when_defeated_expired_or_canceled(world: World, alice: Person) -> None:
    zone = world.zone
    canceled, defeated, expired = (zone.propose(world.pay(alice.address)) for _ in range(3))
    canceled.cancel()
    expired.open().vote(FOR, *zone.members[:3])
    stand_at(world.chain, expired.read("proposalExpiry") + 1)
    for proposal, state in ((canceled, State.CANCELED), (defeated, State.DEFEATED), (expired, State.EXPIRED)):
        with reverts("GovernorUnexpectedProposalState", current=state, expectedStates=PENDING_ONLY):
            zone.attempt("cancel", *proposal.hashed, by=alice)


def test_nothing_can_be_done_with_it_any_more(proposal: Proposal, alice: Person, bob: Person) -> None:
    zone = proposal.body
    proposal.cancel()
    for time in (now(proposal.chain), proposal.read("proposalVoteStart") + 1, proposal.read("proposalExpiry") + 1):
        stand_at(proposal.chain, time)
        for function in ("queue", "execute", "cancel", "releaseExpired"):
            with reverts("GovernorUnexpectedProposalState", current=State.CANCELED):
                zone.attempt(function, *proposal.hashed, by=alice)
        with reverts("GovernorUnexpectedProposalState", current=State.CANCELED):
            zone.attempt("castVote", proposal.id, FOR, by=bob)
