"""A client that knows OpenZeppelin's IGovernor and nothing of us proposes, votes, queues and executes."""

from __future__ import annotations

import pytest

from tests.support.ballots import BALLOT, EXTENDED_BALLOT, domain, message
from tests.support.bodies import AGAINST, FOR, State, event, just_before, read, stand_at, transact
from tests.support.chain import at, reverts
from tests.support.plans import COIN, ETHER
from tests.support.world import PEOPLE, World
from zonedao.chain.abi import keccak

BRAVO = "support=bravo&quorum=for,abstain"


@pytest.mark.parametrize("interface_id", ["65455a86", "01ffc9a7", "da287a1d"])
def test_it_recognizes_a_governor(world: World, interface_id: str) -> None:
    governor = at(world.chain, "GovernorFace", world.zone.address)
    assert read(governor, "supportsInterface", bytes.fromhex(interface_id)) is True
    assert read(governor, "supportsInterface", b"\xff" * 4) is False


def test_a_payment_from_beginning_to_end(world: World) -> None:
    """Every function of the interface, with the meaning it has there."""
    chain, alice, bob, charlie, dave = world.chain, *PEOPLE[:4]
    governor = at(chain, "GovernorFace", world.zone.address)
    target, data = world.pay(alice.address, ETHER)
    text = "Pay Alice"
    calls = [target], [0], [data]

    # What is needed to propose.
    assert read(governor, "CLOCK_MODE") == "mode=timestamp"
    assert read(governor, "COUNTING_MODE") == BRAVO
    assert read(governor, "clock") == chain.block().timestamp
    before = read(governor, "clock") - 1
    assert read(governor, "getVotes", alice.address, before) >= read(governor, "proposalThreshold")
    assert read(governor, "getVotesWithParams", alice.address, before, b"") == 1
    made = event(transact(governor, "propose", *calls, text, by=alice), "ProposalCreated")
    proposal = read(governor, "hashProposal", *calls, keccak(text.encode()))
    assert made["proposalId"] == proposal
    assert read(governor, "proposalProposer", proposal) == alice.address
    assert read(governor, "state", proposal) == State.PENDING
    assert made["voteEnd"] == read(governor, "proposalDeadline", proposal)
    assert made["voteEnd"] - made["voteStart"] == read(governor, "votingPeriod")
    assert read(governor, "votingDelay") == made["voteStart"] - read(governor, "clock")

    # Voting, in each of five ways.
    stand_at(chain, made["voteStart"] + 1)
    assert read(governor, "state", proposal) == State.ACTIVE
    domain_ = domain(read(governor, "name"), chain.chain_id, governor.address)
    assert read(governor, "version") == domain_["version"]
    assert not read(governor, "hasVoted", proposal, alice.address)
    cast = event(transact(governor, "castVote", proposal, FOR, by=alice), "VoteCast")
    assert (cast["voter"], cast["support"], cast["weight"], cast["reason"]) == (alice.address, FOR, 1, "")
    transact(governor, "castVoteWithReason", proposal, FOR, "she earned it", by=bob)
    transact(governor, "castVoteWithReasonAndParams", proposal, AGAINST, "too much", b"", by=charlie)
    ballot = {"proposalId": proposal, "support": FOR, "voter": dave.address, "nonce": 0}
    signature = dave.signer.sign_typed_data(message("Ballot", BALLOT, ballot, domain_))
    transact(governor, "castVoteBySig", proposal, FOR, dave.address, signature)
    erin = PEOPLE[4]
    reasoned = {**ballot, "voter": erin.address, "reason": "yes", "params": b""}
    signature = erin.signer.sign_typed_data(message("ExtendedBallot", EXTENDED_BALLOT, reasoned, domain_))
    told = transact(governor, "castVoteWithReasonAndParamsBySig", proposal, FOR, erin.address, "yes", b"", signature)
    assert event(told, "VoteCast")["voter"] == erin.address
    assert world.zone.read("proposalVotes", proposal) == (1, 4, 0)  # of its counting extension, not of IGovernor
    assert read(governor, "hasVoted", proposal, dave.address)
    with reverts("GovernorAlreadyCastVote", voter=dave.address):
        governor.call("castVote", proposal, FOR, sender=dave.address, block="latest")

    # Queueing and executing.
    snapshot = read(governor, "proposalSnapshot", proposal)
    assert 4 >= read(governor, "quorum", snapshot) == 3
    just_before(chain, made["voteEnd"] + 1)
    assert read(governor, "proposalNeedsQueuing", proposal)
    arguments = (*calls, keccak(text.encode()))
    queued = event(transact(governor, "queue", *arguments), "ProposalQueued")
    assert read(governor, "state", proposal) == State.QUEUED
    assert queued["etaSeconds"] == read(governor, "proposalEta", proposal)
    just_before(chain, queued["etaSeconds"])
    assert event(transact(governor, "execute", *arguments), "ProposalExecuted") == {"proposalId": proposal}
    assert read(governor, "state", proposal) == State.EXECUTED
    assert read(world.treasury, "due", alice.address, COIN) == ETHER


def test_it_cancels_what_it_proposed(world: World) -> None:
    governor, alice = at(world.chain, "GovernorFace", world.food.address), PEOPLE[0]
    target, data = world.pay(alice.address)
    transact(governor, "propose", [target], [0], [data], "Not so", by=alice)
    told = transact(governor, "cancel", [target], [0], [data], keccak(b"Not so"), by=alice)
    proposal = event(told, "ProposalCanceled")["proposalId"]
    assert read(governor, "state", proposal) == State.CANCELED
