"""ZoneBallots.castVoteBySig and castVoteWithReasonAndParamsBySig: as in OpenZeppelin's Governor 5."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.ballots import BALLOT, digest_of, domain_of, message, signed, signed_with_reason
from tests.support.bodies import (
    ABSTAIN,
    AGAINST,
    FOR,
    Person,
    Proposal,
    State,
    event,
    just_before,
    stand_at,
    transact,
)
from tests.support.chain import deploy, reverts
from tests.support.plans import ETHER
from tests.support.world import World
from zonedao.chain.signers import dev_account

ACTIVE_ONLY = (1 << State.ACTIVE).to_bytes(32, "big")
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of secp256k1

Signing = Callable[..., tuple[Any, ...]]
WAYS: dict[str, Signing] = {"castVoteBySig": signed, "castVoteWithReasonAndParamsBySig": signed_with_reason}


@pytest.fixture
def proposal(world: World, alice: Person) -> Proposal:
    """A payment, in the first second of its vote."""
    made = world.zone.propose(world.pay(alice.address))
    stand_at(world.chain, made.read("proposalVoteStart") + 1)
    return made


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    """Both functions."""
    return str(request.param)


@pytest.mark.parametrize(
    ("support", "tally"),
    [(AGAINST, (1, 0, 0)), (FOR, (0, 1, 0)), (ABSTAIN, (0, 0, 1))],
    ids=["against", "for", "abstain"],
)
def test_it_counts_the_voter(
    proposal: Proposal, bob: Person, stranger: Person, way: str, support: int, tally: tuple[int, int, int]
) -> None:
    receipt = proposal.body.send(way, *WAYS[way](proposal, support, bob), by=stranger)
    assert proposal.tally == tally
    assert proposal.read("votedMask", 0) == 1 << bob.index
    assert event(receipt, "VoteCast") == {
        "voter": bob.address,
        "proposalId": proposal.id,
        "support": support,
        "weight": 1,
        "reason": "" if way == "castVoteBySig" else "because",
    }
    assert len(receipt.logs) == 1
    assert proposal.body.read("nonces", bob.address) == 1
    assert proposal.body.read("nonces", stranger.address) == 0


def test_it_returns_the_weight(proposal: Proposal, bob: Person, way: str) -> None:
    assert proposal.body.attempt(way, *WAYS[way](proposal, FOR, bob)) == 1


# --- what is signed is what counts ---


def refused(proposal: Proposal, way: str, arguments: tuple[Any, ...]) -> None:
    with reverts("GovernorInvalidSignature", voter=arguments[2]):
        proposal.body.attempt(way, *arguments)


def test_every_argument_is_signed(world: World, proposal: Proposal, bob: Person, erin: Person, way: str) -> None:
    other = world.zone.propose(world.pay(bob.address, 2))
    good = WAYS[way](proposal, FOR, bob)
    changes: dict[int, Any] = {0: other.id, 1: AGAINST, 2: erin.address, 3: "for money", 4: b"\x00"}
    for position in range(len(good) - 1):
        refused(proposal, way, (*good[:position], changes[position], *good[position + 1 :]))
    proposal.body.attempt(way, *good)


@pytest.mark.parametrize("nonce", [1, 2, 2**255])
def test_the_nonce_is_the_next(proposal: Proposal, bob: Person, way: str, nonce: int) -> None:
    refused(proposal, way, WAYS[way](proposal, FOR, bob, nonce=nonce))


def test_each_signature_is_used_up(world: World, proposal: Proposal, bob: Person, way: str) -> None:
    """One made for a later nonce waits for it; one that was used is another's nonce."""
    later = world.zone.propose(world.pay(bob.address, 2))
    stand_at(world.chain, later.read("proposalVoteStart") + 1)
    first, second = WAYS[way](proposal, FOR, bob, nonce=0), WAYS[way](later, FOR, bob, nonce=1)
    refused(later, way, second)
    world.zone.send(way, *first)
    refused(proposal, way, first)
    world.zone.send(way, *second)
    assert world.zone.read("nonces", bob.address) == 2
    assert (proposal.tally, later.tally) == ((0, 1, 0), (0, 1, 0))


def test_nobody_signs_for_another(proposal: Proposal, bob: Person, erin: Person, way: str) -> None:
    refused(proposal, way, WAYS[way](proposal, FOR, bob, by=erin))


def test_the_other_form_of_a_signature_is_refused(proposal: Proposal, bob: Person, way: str) -> None:
    """As in OpenZeppelin: s in the upper half of the curve's order is no signature."""
    *arguments, signature = WAYS[way](proposal, FOR, bob)
    s = ORDER - int.from_bytes(signature[32:64], "big")
    malleated = signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])
    refused(proposal, way, (*arguments, malleated))


@pytest.mark.parametrize("signature", [b"", b"\x00", bytes(64), bytes(65), b"\xff" * 65, bytes(66), bytes(640)])
def test_what_is_no_signature(proposal: Proposal, bob: Person, way: str, signature: bytes) -> None:
    *arguments, good = WAYS[way](proposal, FOR, bob)
    refused(proposal, way, (*arguments, signature))
    refused(proposal, way, (*arguments, good[:64]))
    refused(proposal, way, (*arguments, good + b"\x00"))


def test_nobody_is_no_voter(proposal: Proposal, bob: Person, way: str) -> None:
    """What cannot be recovered is not the zero address's."""
    *arguments, _ = WAYS[way](proposal, FOR, bob)
    arguments[2] = "0x" + "00" * 20
    refused(proposal, way, (*arguments, bytes(65)))


def test_a_refused_vote_uses_no_nonce(proposal: Proposal, bob: Person, way: str) -> None:
    good = WAYS[way](proposal, FOR, bob)
    with reverts("GovernorInvalidSignature"):
        proposal.body.send(way, *good[:-1], bytes(65))
    assert proposal.body.read("nonces", bob.address) == 0
    proposal.body.send(way, *good)


# --- as a direct vote ---


def test_nobody_votes_twice(proposal: Proposal, bob: Person, way: str) -> None:
    """In any order of direct and signed."""
    proposal.body.send(way, *WAYS[way](proposal, FOR, bob))
    for again in WAYS:
        with reverts("GovernorAlreadyCastVote", voter=bob.address):
            proposal.body.attempt(again, *WAYS[again](proposal, AGAINST, bob))
    with reverts("GovernorAlreadyCastVote", voter=bob.address):
        proposal.body.attempt("castVote", proposal.id, AGAINST, by=bob)


def test_not_after_a_direct_vote(proposal: Proposal, bob: Person, way: str) -> None:
    proposal.vote(FOR, bob)
    with reverts("GovernorAlreadyCastVote", voter=bob.address):
        proposal.body.attempt(way, *WAYS[way](proposal, FOR, bob))


def test_not_by_a_stranger(proposal: Proposal, stranger: Person, way: str) -> None:
    with reverts("NotInElectorate", account=stranger.address, proposalId=proposal.id):
        proposal.body.attempt(way, *WAYS[way](proposal, FOR, stranger))


def test_not_by_members_of_the_parent(world: World, alice: Person, grace: Person, way: str) -> None:
    proposal = world.food.propose(world.pay(alice.address))
    stand_at(world.chain, proposal.read("proposalVoteStart") + 1)
    with reverts("NotInElectorate", account=grace.address):
        world.food.attempt(way, *WAYS[way](proposal, FOR, grace))
    world.food.send(way, *WAYS[way](proposal, FOR, alice))
    assert proposal.tally == (0, 1, 0)


@pytest.mark.parametrize("support", [3, 255])
def test_there_are_three_kinds_of_vote(proposal: Proposal, bob: Person, way: str, support: int) -> None:
    with reverts("GovernorInvalidVoteType"):
        proposal.body.attempt(way, *WAYS[way](proposal, support, bob))


def test_a_vote_has_no_parameters(proposal: Proposal, bob: Person) -> None:
    """Signed or not."""
    with reverts("GovernorInvalidVoteParams"):
        proposal.body.attempt(
            "castVoteWithReasonAndParamsBySig", *signed_with_reason(proposal, FOR, bob, params=b"\x00")
        )


def test_the_proposal_must_exist(world: World, bob: Person, way: str) -> None:
    draft = world.zone.draft(world.pay(bob.address))
    with reverts("GovernorNonexistentProposal", proposalId=draft.id):
        world.zone.attempt(way, *WAYS[way](draft, FOR, bob))


def test_from_the_first_second_to_the_last(world: World, alice: Person, bob: Person, way: str) -> None:
    proposal = world.zone.propose(world.pay(alice.address))
    arguments = WAYS[way](proposal, FOR, bob)
    stand_at(world.chain, proposal.read("proposalVoteStart"))
    with reverts("GovernorUnexpectedProposalState", current=State.PENDING, expectedStates=ACTIVE_ONLY):
        world.zone.attempt(way, *arguments)
    just_before(world.chain, proposal.read("proposalDeadline"))
    world.zone.send(way, *arguments)
    assert proposal.tally == (0, 1, 0)
    late = WAYS[way](proposal, FOR, alice)
    stand_at(world.chain, proposal.read("proposalDeadline") + 1)
    with reverts("GovernorUnexpectedProposalState", current=State.DEFEATED, expectedStates=ACTIVE_ONLY):
        world.zone.attempt(way, *late)


# --- accounts that are contracts (ERC-1271) ---


RIGHT, WRONG, TOO_SHORT, PADDED, REVERTS, BURNS = range(6)


def by_contract(world: World) -> tuple[Any, Proposal, tuple[Any, ...]]:
    """A member whose key is a contract, a proposal they may vote on, and a signed vote as the contract approves it."""
    account = deploy(world.chain, "ContractAccount")
    members = [Person("somebody", 1, dev_account(1)), Person("else", 2, dev_account(2))]
    zone = world.new_zone("Contracts", members, funds_wei=ETHER)
    body = zone.body
    body.enact(body.own("admit", [account.address]))
    stand_at(world.chain, world.chain.block().timestamp + 4 * 3600)
    proposal = body.propose(body.own("setCap", 1, "0x" + "00" * 20, 5))
    stand_at(world.chain, proposal.read("proposalVoteStart") + 1)
    values = {"proposalId": proposal.id, "support": FOR, "voter": account.address, "nonce": 0}
    digest = digest_of(message("Ballot", BALLOT, values, domain_of(body)))
    transact(account, "approve", digest, b"as we said")
    return account, proposal, (proposal.id, FOR, account.address, b"as we said")


def test_a_contract_says_what_it_signed(world: World) -> None:
    account, proposal, arguments = by_contract(world)
    assert proposal.read("proposalElectorate") == 3
    with reverts("GovernorInvalidSignature", voter=account.address):
        proposal.body.attempt("castVoteBySig", *arguments[:3], b"as nobody said")
    receipt = proposal.body.send("castVoteBySig", *arguments)
    assert event(receipt, "VoteCast")["voter"] == account.address
    assert proposal.tally == (0, 1, 0)


@pytest.mark.parametrize("answer", [WRONG, TOO_SHORT, PADDED, REVERTS, BURNS])
def test_a_contract_must_say_so_exactly(world: World, answer: int) -> None:
    account, proposal, arguments = by_contract(world)
    transact(account, "answer", answer)
    with reverts("GovernorInvalidSignature", voter=account.address):
        proposal.body.attempt("castVoteBySig", *arguments)
    transact(account, "answer", RIGHT)
    proposal.body.attempt("castVoteBySig", *arguments)
    assert proposal.tally == (0, 0, 0)


def test_a_key_signs_even_with_code_at_its_address(world: World, proposal: Proposal, bob: Person, way: str) -> None:
    """EIP-7702: ECDSA is asked first."""
    if world.chain.kind != "anvil":
        pytest.skip("code can be put at an address on Anvil only")
    arguments = WAYS[way](proposal, FOR, bob)
    world.chain.request("anvil_setCode", bob.address, "0x5f5ffd")
    proposal.body.send(way, *arguments)
    assert proposal.tally == (0, 1, 0)
