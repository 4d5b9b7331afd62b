"""What votes cost that somebody else brings: single ones by signature, batches, and a few under one aggregate.

Signatures are other bytes on every chain, so their calldata is counted as if no byte of it were zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.setting import ALICE, PEOPLE, draft
from tests.support.ballots import ballot, batch, signed
from tests.support.bodies import FOR, Call, Proposal, now, stand_at, transact
from tests.support.world import Zone
from zonedao.ballots.keys import Place, derive, encode_enrolments, enrolment
from zonedao.ballots.plan import encode_words, hint
from zonedao.ballots.schemes import BN254
from zonedao.ballots.shares import aggregate_proof
from zonedao.ballots.signing import Question, SignedBallot, sign_ballot
from zonedao.chain.contract import BoundContract
from zonedao.governance.calls import VERIFIER_ROLE
from zonedao.governance.proposals import Support

_ZERO_BYTE, _OTHER_BYTE = 4, 16  # gas of calldata (EIP-2028)
VOTERS = (*PEOPLE[1:5], *PEOPLE[6:10])  # who still is a member, and is not the proposer


def signed_votes(zone: Zone, verifier: BoundContract, payment: Call) -> Iterator[tuple[str, int]]:
    """Name and gas of each way; the zone comes to list the verifier, with which voters enrol."""
    body = zone.body
    body.enact(body.own("setModule", VERIFIER_ROLE, verifier.address))
    _enrol(zone, verifier)

    def opened() -> Proposal:
        return draft(body, payment).make().open()

    def batched(proposal: Proposal, voters: Sequence[Any]) -> int:
        raw = batch(*(ballot(proposal, FOR, voter) for voter in voters))
        return _gas(proposal, raw, "castBallots", raw)

    def alone(proposal: Proposal) -> int:
        _, support, voter, signature = signed(proposal, FOR, ALICE)
        return _gas(proposal, signature, "castVoteBySig", support, voter, signature)

    first = opened()
    yield "vote by signature, a person's first, first of its word", alone(first)
    yield "count 1 signed ballot, further", batched(first, VOTERS[:1])
    first.close()
    second = opened()
    yield "count 1 signed ballot, first of its word", batched(second, VOTERS[:1])
    yield "vote by signature, further", alone(second)
    second.close()
    third = opened()
    yield f"count {len(VOTERS)} signed ballots, first of their word", batched(third, VOTERS)
    third.close()
    fourth = opened()
    yield f"count {len(VOTERS)} ballots under one signature, first of their word", _aggregated(fourth)
    fourth.close()


def _enrol(zone: Zone, verifier: BoundContract) -> None:
    def place(index: int) -> Place:
        return Place(verifier.connection.chain_id, verifier.address, zone.registry.address, index)

    entries = [enrolment(each.signer, derive(each.signer), place(each.index)) for each in VOTERS]
    transact(verifier, "enroll", zone.registry.address, 0, encode_enrolments(entries))
    stand_at(verifier.connection, now(verifier.connection) + 1)


def _aggregated(proposal: Proposal) -> int:
    body = proposal.body
    question = Question(body.chain.chain_id, body.address, str(body.read("name")), proposal.id)
    ballots: list[SignedBallot] = [
        sign_ballot(each.signer, question, each.index, Support.FOR, key=derive(each.signer), record=None)
        for each in VOTERS
    ]
    shares = [(each.support, each.share) for each in ballots if each.share is not None]
    proof = aggregate_proof(BN254, question, shares)
    # Sum, sum of keys on the second curve, counter, y: the counter is small on every chain.
    *points, counter, y = proof
    varying = b"".join(number.to_bytes(32, "big") for number in (*points, y)) + counter.to_bytes(1, "big")
    return _gas(proposal, varying, "castAggregate", hint(ballots), encode_words(ballots), proof)


def _gas(proposal: Proposal, varying: bytes, function: str, *args: Any) -> int:
    receipt = proposal.body.send(function, proposal.id, *args)
    return receipt.gas_used + (_OTHER_BYTE - _ZERO_BYTE) * varying.count(0)
