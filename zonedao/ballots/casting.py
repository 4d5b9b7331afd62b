"""A member's own ballot: who they are, whether they may vote, which voting key was theirs at the snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zonedao.ballots.keys import VotingKey, derive
from zonedao.ballots.poll import Poll
from zonedao.ballots.signing import (
    MOST_SIGNATURE_BYTES,
    SignedBallot,
    SigningRecord,
    Single,
    sign_ballot,
    sign_single,
)
from zonedao.ballots.smart import accepts
from zonedao.errors import Refused, WrongState
from zonedao.governance.proposals import Proposal, ProposalState, Support
from zonedao.governance.registry import WORD_BITS

if TYPE_CHECKING:
    from zonedao.chain.signers import Signer

# Voting keys of one account that are tried: one each time a member had to change it.
_NUMBERS = 4


def cast(proposal: Proposal, support: Support, record: SigningRecord | None = None) -> SignedBallot:
    """Sign the ballot of the client's signer. Raises Refused, WrongState, UsageProblem."""
    signer = proposal.body.client.require_signer()
    poll, index = admitted(proposal, support, signer.address)
    return sign_ballot(
        signer,
        poll.question,
        index,
        support,
        key=_enrolled_key(poll, index, signer),
        record=record or SigningRecord.default(),
        number=proposal.number,
    )


def cast_single(
    proposal: Proposal,
    support: Support,
    voter: str,
    signature: bytes | None = None,
    record: SigningRecord | None = None,
) -> SignedBallot:
    """Sign the ballot of a smart account for which the client's signer acts, or take the `signature` it made itself.

    The account is asked whether it accepts it. Raises Refused, WrongState.
    """
    body = proposal.body
    poll, index = admitted(proposal, support, voter, single=True)
    if not body.client.connection.code(voter):
        raise Refused(f"{voter} is no smart account. Nothing was signed. Sign with its own key: --account NAME.")
    if signature is not None and len(signature) > MOST_SIGNATURE_BYTES:
        raise Refused(f"A signature has at most {MOST_SIGNATURE_BYTES} bytes here. Vote directly from the account.")
    single = Single(voter, poll.nonce(voter))
    ballot = sign_single(body.client.require_signer(), poll.question, index, support, single, signature)
    digest = poll.question.single_digest(support, voter, single.nonce)
    if not accepts(body.client.connection, voter, digest, ballot.signature):
        raise Refused(
            f"{voter} does not accept this signature (ERC-1271), so the ballot would not count. Have the account sign "
            "the message that --dry-run shows, and bring what it made with --signature; or vote directly from it."
        )
    (record or SigningRecord.default()).note(poll.question, voter, support, proposal.number)
    return ballot


def single_message(proposal: Proposal, support: Support, voter: str) -> dict[str, Any]:
    """What a smart account signs for such a ballot, as wallets take it (EIP-712). Raises Refused, WrongState."""
    poll, _ = admitted(proposal, support, voter, single=True)
    return poll.question.single_message(support, voter, poll.nonce(voter))


def admitted(proposal: Proposal, support: Support, voter: str, *, single: bool = False) -> tuple[Poll, int]:
    """The poll and the person who acts with an account. Raises Refused, WrongState where the ballot would not count."""
    body = proposal.body
    poll = Poll(body, proposal.id)
    state = poll.state
    if state not in (ProposalState.PENDING, ProposalState.ACTIVE):
        raise WrongState(f"The vote on proposal {proposal.number} is over: it is {state.title}. Nothing was signed.")
    if body.client.now() > poll.batch_deadline and not single:
        raise WrongState(
            "Collected ballots no longer count on this proposal. Nothing was signed. "
            f"Vote directly: `zonedao vote {proposal.number} {support.title}`."
        )
    index = body.zone.registry.index_of(voter)
    word, bit = divmod(index, WORD_BITS)
    if index == 0 or not poll.electors(word) >> bit & 1:
        raise Refused(
            f"{voter} may not vote on proposal {proposal.number}: only who was a member when it was made. Nothing was "
            "signed. Choose the account that was with --account."
        )
    if poll.voted(word) >> bit & 1:
        raise Refused(f"Your vote on proposal {proposal.number} is counted already. Nothing was signed.")
    return poll, index


def _enrolled_key(poll: Poll, index: int, signer: Signer) -> VotingKey | None:
    """The signer's voting key that counts on this proposal, None if there is none that this account can make."""
    enrolled = poll.voting_key(index)
    if enrolled is None:
        return None
    return next(
        (key for number in range(_NUMBERS) if (key := derive(signer, number, poll.scheme)).public == enrolled), None
    )
