"""Having the chain count what is in a box: plan, simulate, record, send, wait, look, and again until nothing waits.

Nothing about progress is kept beside the journal of transactions. A run that is killed anywhere is followed by one that
finishes what the journal has open, asks the chain who is counted, and goes on with the rest. A person's bit can be set
once only, so nothing is counted twice; a ballot stays in the box until the bit is set, so none is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zonedao.actions import plain
from zonedao.ballots.plan import MOST_GAS, Kind, Parcel, encode_batch, encode_words, hint, plan
from zonedao.ballots.shares import aggregate_proof
from zonedao.ballots.signing import SignedBallot
from zonedao.chain.journal import Journal
from zonedao.client import Client
from zonedao.disk import locked
from zonedao.errors import ContractRevert, WrongState
from zonedao.governance.proposals import ProposalState, counted_in
from zonedao.governance.registry import WORD_BITS
from zonedao.times import moment

if TYPE_CHECKING:
    from zonedao.actions import Action
    from zonedao.ballots.box import BallotBox
    from zonedao.ballots.poll import Poll
    from zonedao.chain.receipts import Receipt
    from zonedao.explain.description import Description

Tell = Callable[[str], None]

# What asking one smart account may cost whoever posts; wallets take some 10,000, with many owners 100,000.
MOST_SINGLE_GAS = 400_000
UNSIGNED_NOW = "It is not signed by the account that the register has for the person now."
TOO_LATE = "Batches are over. They can still vote directly."
TOO_DEAR = f"To ask the account whether it signed this takes more than {MOST_SINGLE_GAS:,} gas. Let it vote directly."
PASSED_OVER = "The chain passed it over. Hand in the person's ballot anew, or let them vote directly."


@dataclass(frozen=True)
class Transaction:
    """One transaction that counted ballots: `claimed` went in, `counted` were new to the chain."""

    kind: Kind
    claimed: int
    counted: int
    gas_used: int
    tx_hash: str


@dataclass(frozen=True)
class Preview:
    """One transaction that would be sent: ballots or keys in it, and what it does and costs at most."""

    kind: Kind
    claimed: int
    description: Description


@dataclass(frozen=True)
class Posted:
    """What a run did: its transactions, and the ballots that still wait, each with the reason."""

    transactions: tuple[Transaction, ...]
    left: tuple[tuple[SignedBallot, str], ...]

    @property
    def counted(self) -> int:
        """Ballots that the chain counted in this run."""
        return sum(transaction.counted for transaction in self.transactions)


def post(box: BallotBox, proposal_id: int, tell: Tell | None = None) -> Posted:
    """Have the chain count every waiting ballot on a proposal. `tell` is called with a line about each step.

    Another run on the same file waits for this one. Raises WrongState when batches are not open, and what sending
    raises; then the next run goes on.
    """
    say: Tell = tell or (lambda line: None)
    poll = box.poll(proposal_id)
    done: list[Transaction] = []
    left: dict[int, tuple[SignedBallot, str]] = {}
    with locked(box.store.path.with_suffix(".lock")):
        client = posting_client(box)
        finish_earlier(client, box.body.address, say)
        while True:
            box.look_again()
            waiting = [ballot for ballot in box.waiting(proposal_id) if ballot.index not in left]
            usable, unsigned, useless = _sorted_out(box, poll, waiting)
            left.update(useless)
            if not usable:
                break
            parcel = _parcels(client, poll, usable, unsigned)[0]
            try:
                transaction = _send(box, client, poll, parcel, say)
            except _NotPostable as problem:
                left[parcel.ballots[0].index] = parcel.ballots[0], problem.reason
                continue
            if transaction is None:
                continue
            done.append(transaction)
            still = {ballot.index for ballot in box.waiting(proposal_id)}
            left.update({each.index: (each, PASSED_OVER) for each in parcel.ballots if each.index in still})
    return Posted(tuple(done), tuple(left[index] for index in sorted(left)))


def preview(box: BallotBox, proposal_id: int) -> list[Preview]:
    """The transactions that `post` would send now, if nothing changes meanwhile; nothing is sent.

    Each is priced by the node. Raises WrongState when batches are not open, ContractRevert, InsufficientFunds.
    """
    client = box.body.client
    poll = box.poll(proposal_id)
    box.look_again()
    waiting = box.waiting(proposal_id)
    usable, unsigned, _ = _sorted_out(box, poll, waiting)
    return [
        Preview(each.kind, len(each.ballots), _action(client, poll, each).explain(fee=True))
        for each in (_parcels(client, poll, usable, unsigned) if usable else ())
        if each.kind != "single" or box.is_signed_by_owner(each.ballots[0])
    ]


# --- shared with the posting of keys ---


def posting_client(box: BallotBox) -> Client:
    """The body's client, which keeps a journal: its own, else one beside the box."""
    client = box.body.client
    client.require_signer()
    if client.journal is not None:
        return client
    return client.keeping(Journal(box.store.path.with_suffix(".transactions.jsonl")))


def resume(box: BallotBox, to: str, say: Tell) -> None:
    """Finish what an earlier run sent to a contract: nothing can be planned, nor its price be asked, before that.

    Another run on the same file is waited for. Raises Unconfirmed when something is not mined in time.
    """
    with locked(box.store.path.with_suffix(".lock")):
        finish_earlier(posting_client(box), to, say)


def finish_earlier(client: Client, to: str, say: Tell) -> None:
    """What `resume` does, for who has the lock. What went to other contracts is left to whom it concerns."""
    for found in client.sender.look_up():
        if found.entry.to != to or found.running:
            continue
        what = f"“{found.entry.note}” of an earlier run"
        if found.state in ("waiting", "resent", "dropped"):
            say(f"{what} is under way as {found.entry.hash}.")
            try:
                client.sender.wait(found.entry.hash)
            except (ContractRevert, WrongState) as refused:
                say(refused.message)
            continue
        if found.state == "mined":
            say(f"{what} was mined as {found.entry.hash}.")
        client.sender.settle_found(found)


def most_gas(client: Client) -> int:
    """The most that one transaction should take on this chain."""
    return min(MOST_GAS, client.head().gas_limit * 3 // 4)


def send(client: Client, action: Action[None], say: Tell) -> Receipt:
    """Simulate, record, broadcast and wait. Raises ContractRevert in words."""
    journal = client.journal
    assert journal is not None
    with journal.lock():
        tx_hash = action.send(action.prepare())
    say(f"Sent: {action.meaning} ({tx_hash}).")
    return action.wait(tx_hash).receipt


# --- inside ---


class _NotPostable(Exception):
    """The ballot of a smart account is left where it is, for a reason."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def _sorted_out(
    box: BallotBox, poll: Poll, waiting: Sequence[SignedBallot]
) -> tuple[list[SignedBallot], set[int], dict[int, tuple[SignedBallot, str]]]:
    """What can be posted now, the persons whose signature no longer counts, and what cannot be posted, with reasons.

    The signature of a smart account is tried when it is sent. Raises WrongState when nothing can be posted.
    """
    unsigned = {each.index for each in waiting if each.single is None and not box.is_signed_by_owner(each)}
    useless = {each.index: (each, UNSIGNED_NOW) for each in waiting if each.share is None and each.index in unsigned}
    usable = [ballot for ballot in waiting if ballot.index not in useless]
    singles = [ballot for ballot in usable if ballot.single is not None]
    if usable:
        _require_open(poll, only_singles=bool(singles))
    if singles and box.body.client.now() > poll.batch_deadline:
        useless.update({each.index: (each, TOO_LATE) for each in usable if each.single is None})
        usable = singles
    return usable, unsigned, useless


def _parcels(client: Client, poll: Poll, usable: Sequence[SignedBallot], unsigned: set[int]) -> list[Parcel]:
    keyed = {word: len(poll.voting_keys(word)) for word in {each.index // WORD_BITS for each in usable}}
    return plan(usable, keyed.__getitem__, most_gas(client), unsigned=unsigned)


def _action(client: Client, poll: Poll, parcel: Parcel) -> Action[None]:
    return plain(client, poll.body.address, _data(poll, parcel), _meaning(poll, parcel))


def _require_open(poll: Poll, *, only_singles: bool) -> None:
    """Raises WrongState. Single votes count until the end of the vote, batches until theirs."""
    state = poll.state
    now = poll.body.client.now()
    if state is ProposalState.PENDING:
        opens = int(poll.body.contract.call("proposalVoteStart", poll.proposal_id)) + 1
        raise WrongState(f"The vote opens {moment(opens, now)}. Nothing was sent. Post the ballots then.")
    if state is not ProposalState.ACTIVE:
        raise WrongState(f"The vote is over: the proposal is {state.title}. Nothing more can be counted.")
    if now > poll.batch_deadline and not only_singles:
        raise WrongState(
            f"Batches were counted until {moment(poll.batch_deadline, now)}. Whoever is not counted can still vote "
            f"directly: `zonedao vote {poll.number} CHOICE`."
        )


def _send(box: BallotBox, client: Client, poll: Poll, parcel: Parcel, say: Tell) -> Transaction | None:
    """Send a parcel; None when what is in the box changed, so that there must be another plan."""
    if parcel.kind == "single":
        return _send_single(box, client, poll, parcel, say)
    try:
        receipt = send(client, _action(client, poll, parcel), say)
    except ContractRevert as revert:
        if revert.name == "WrongSignature" and parcel.kind == "aggregate":
            bad = box.bad_shares(parcel.ballots)
            if bad:
                say(f"{len(bad)} shares do not fit; these ballots count by their signatures.")
                box.store.drop_shares(bad)
                return None
        if revert.name == "NothingCounted" and _counted_meanwhile(box, parcel):
            return None
        raise
    counted = sum(
        bits.bit_count()
        for event in poll.body.contract.events(receipt, "BallotsCounted")
        for _, _, bits in counted_in(event.args["words"])
    )
    return Transaction(parcel.kind, len(parcel.ballots), counted, receipt.gas_used, receipt.hash)


def _send_single(box: BallotBox, client: Client, poll: Poll, parcel: Parcel, say: Tell) -> Transaction | None:
    """The same for a smart account's ballot, which it may no longer accept. Raises _NotPostable."""
    (ballot,) = parcel.ballots
    assert ballot.single is not None
    objection = box.single_objection(ballot, ballot.single)
    if objection is not None:
        raise _NotPostable(objection[1])
    action = _action(client, poll, parcel)
    try:
        if action.prepare().gas_limit > MOST_SINGLE_GAS:
            raise _NotPostable(TOO_DEAR)
        receipt = send(client, action, say)
    except ContractRevert as revert:
        if _counted_meanwhile(box, parcel):
            return None
        raise _NotPostable(revert.message) from revert
    return Transaction(parcel.kind, 1, 1, receipt.gas_used, receipt.hash)


def _counted_meanwhile(box: BallotBox, parcel: Parcel) -> bool:
    still = {ballot.index for ballot in box.waiting(parcel.ballots[0].proposal_id)}
    return any(ballot.index not in still for ballot in parcel.ballots)


def _data(poll: Poll, parcel: Parcel) -> bytes:
    encode = poll.body.contract.encode
    if parcel.kind == "signed":
        return encode("castBallots", poll.proposal_id, encode_batch(parcel.ballots))
    ballot = parcel.ballots[0]
    if ballot.single is not None:
        return encode("castVoteBySig", poll.proposal_id, int(ballot.support), ballot.single.voter, ballot.signature)
    return aggregate_call(poll, parcel.ballots)


def aggregate_call(poll: Poll, ballots: Sequence[SignedBallot]) -> bytes:
    """The call of `castAggregate` that counts ballots, all with shares."""
    shares = [(ballot.support, ballot.share) for ballot in ballots if ballot.share is not None]
    proof = aggregate_proof(poll.scheme, poll.question, shares)
    return poll.body.contract.encode("castAggregate", poll.proposal_id, hint(ballots), encode_words(ballots), proof)


def _meaning(poll: Poll, parcel: Parcel) -> str:
    if parcel.kind == "single":
        return f"count the ballot of person {parcel.ballots[0].index} on proposal {poll.number}"
    how = "under one aggregate signature" if parcel.kind == "aggregate" else "in a signed batch"
    return f"count {len(parcel.ballots)} ballots on proposal {poll.number} {how}"
