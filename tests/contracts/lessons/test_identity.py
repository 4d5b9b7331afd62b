"""Lessons of how one proposal was taken for another elsewhere (LESSONS.md, "Signatures and ids")."""

from __future__ import annotations

import pytest

from tests.support.bodies import FOR, Person, State, just_before, now, read, stand_at
from tests.support.chain import reverts
from tests.support.plans import COIN, ETHER, LAWS, SPENDING
from tests.support.world import World


def test_nobody_occupies_anothers_proposal(world: World, alice: Person, bob: Person) -> None:
    """G21 CVE-2023-34234: with the suffix Mallory cannot propose the same first, in order to cancel it."""
    zone, mallory = world.zone, bob
    text = f"pay the baker\n#proposer={alice.address}"
    draft = zone.draft(world.pay(alice.address), by=alice, description=text)
    with reverts("GovernorRestrictedProposer", proposer=mallory.address):
        zone.attempt("propose", *draft.whole, by=mallory)
    draft.make()
    with reverts("GovernorOnlyProposer", account=mallory.address):
        zone.attempt("cancel", *draft.hashed, by=mallory)
    assert draft.state == State.PENDING


def test_without_the_suffix_the_id_belongs_to_whoever_comes_first(world: World, alice: Person, bob: Person) -> None:
    """G21: why the client always appends it. What is occupied and canceled stays so, and another text is another id."""
    zone = world.zone
    taken = zone.propose(world.pay(alice.address), by=bob, description="pay the baker")
    taken.cancel()
    again = zone.draft(world.pay(alice.address), by=alice, description="pay the baker")
    assert again.id == taken.id
    with reverts("GovernorUnexpectedProposalState", current=State.CANCELED):
        zone.attempt("propose", *again.whole, by=alice)
    other = zone.propose(world.pay(alice.address), by=alice, description=f"pay the baker#proposer={alice.address}")
    assert other.state == State.PENDING


def test_bodies_that_share_a_treasury_do_not_share_proposals(world: World, alice: Person, bob: Person) -> None:
    """G22: the same calls with the same text in two bodies are two proposals: neither cancels, queues, executes or
    releases what is the other's."""
    call = world.pay(bob.address, ETHER)
    ours = world.zone.propose(call, by=alice, description="same")
    with reverts("GovernorNonexistentProposal", proposalId=ours.id):
        world.food.attempt("cancel", *ours.hashed, by=alice)
    theirs = world.food.propose(call, by=alice, description="same")
    assert theirs.id == ours.id
    theirs.cancel()
    assert (ours.state, theirs.state) == (State.PENDING, State.CANCELED)
    ours.carry()
    for function in ("queue", "execute", "releaseExpired"):
        with reverts("GovernorUnexpectedProposalState", current=State.CANCELED):
            world.food.attempt(function, *ours.hashed)
    ours.wait_until_due().execute()
    assert read(world.treasury, "due", bob.address, COIN) == ETHER


def test_bodies_that_share_a_treasury_do_not_share_reservations(world: World, bob: Person) -> None:
    """G22: what the industry releases is its own; what the zone had reserved stays reserved and is paid."""
    theirs = world.food.propose(world.pay(bob.address, ETHER), description="same").carry()
    just_before(world.chain, theirs.read("proposalExpiry") - 30 * 3600)
    ours = world.zone.propose(world.pay(bob.address, ETHER), description="same").carry()
    assert read(world.treasury, "account", world.zone.address, COIN).reserved == 2 * ETHER
    just_before(world.chain, max(theirs.read("proposalExpiry") + 1, ours.read("proposalEta")))
    theirs.release()
    assert read(world.treasury, "account", world.zone.address, COIN).reserved == ETHER
    assert read(world.treasury, "allowance", world.food.address, COIN).outstanding == 0
    ours.execute()
    assert read(world.treasury, "due", bob.address, COIN) == ETHER


@pytest.mark.parametrize("blocks", [0, 40])
def test_durations_do_not_depend_on_blocks(world: World, alice: Person, blocks: int) -> None:
    """G25 ERC-6372: every body counts seconds; blocks may come one a second or none for a day."""
    law = LAWS[SPENDING]
    proposals = [body.propose(world.pay(alice.address)) for body in (world.zone, world.food, world.bakery)]
    world.chain.mine(blocks) if blocks else None
    for body, proposal in zip((world.zone, world.food, world.bakery), proposals, strict=True):
        assert body.read("CLOCK_MODE") == "mode=timestamp"
        assert body.read("clock") == now(world.chain)
        start = proposal.read("proposalVoteStart")
        assert start - proposal.read("proposalSnapshot") == law.voting_delay + 1
        assert proposal.read("proposalDeadline") - start == law.voting_period
        assert proposal.state == State.PENDING
    start = proposals[-1].read("proposalVoteStart")
    stand_at(world.chain, start + 1)
    assert {proposal.state for proposal in proposals} == {State.ACTIVE}
    proposals[0].vote(FOR, alice)
