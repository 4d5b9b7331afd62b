"""The ballot box: ballots are handed in, checked, kept once each, and stay until the chain has counted them.

What is kept is only what was handed in; who is counted is asked of the chain each time. So a crash, a restart, a chain
that was reorganised or another relayer's batch leaves nothing to repair: a ballot is done when its person's bit is
set, by whatever path, and never before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from zonedao.ballots.poll import Poll
from zonedao.ballots.schemes import Claim
from zonedao.ballots.shares import misfits
from zonedao.ballots.signing import SignedBallot, Single
from zonedao.ballots.smart import accepts
from zonedao.ballots.store import Store
from zonedao.ballots.typed import recover
from zonedao.errors import ContractRevert, NotFound
from zonedao.governance.proposals import ProposalState, Support
from zonedao.governance.registry import WORD_BITS

if TYPE_CHECKING:
    from zonedao.ballots.posting import Posted, Tell
    from zonedao.governance.body import Body


@dataclass(frozen=True)
class Verdict:
    """What became of a ballot that was handed in.

    `code` is accepted, held (the same was there), signature-only (accepted, but its share fits no enrolled key), or
    why it was refused: wrong-chain, wrong-body, no-proposal, closed, late, no-elector, voted, bad-signature,
    other-choice; of a smart account also wrong-number. `reason` says it in words.
    """

    ballot: SignedBallot
    code: str
    reason: str

    @property
    def accepted(self) -> bool:
        """Whether the ballot is in the box."""
        return self.code in ("accepted", "held", "signature-only")


@dataclass(frozen=True)
class BoxStatus:
    """How the collecting for one proposal stands: ballots held by choice, of which so many the chain has counted.

    `overruled` are ballots beside these, whose persons are counted with another choice that they cast themselves.
    `with_share` are those of the waiting that an aggregate can count. Times are unix seconds.
    """

    proposal_id: int
    number: int
    held: Counter[Support]
    overruled: int
    counted: int
    waiting: int
    with_share: int
    state: ProposalState
    batch_deadline: int


class BallotBox:
    """The box in one file, for one body; other bodies may keep theirs in the same file."""

    def __init__(self, path: Path, body: Body) -> None:
        self.body = body
        self.store = Store(path)
        self._polls: dict[int, Poll] = {}
        self._accounts: dict[tuple[int, int], dict[int, str]] = {}
        self._choices: dict[int, dict[int, Support]] = {}
        self._seen = ""

    def close(self) -> None:
        """Let go of the file."""
        self.store.close()

    def __enter__(self) -> BallotBox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- handing in ---

    def collect(self, ballots: Iterable[SignedBallot]) -> list[Verdict]:
        """Check ballots and keep those that will count; a verdict for each, in order.

        When this returns, what was accepted is on the disk. A person's first ballot stays; the same one again is
        accepted, another choice is not. A share that fits no enrolled key is dropped, the signature beside it counts.
        """
        sitting = _Sitting(self)
        handed_in = list(ballots)
        verdicts = [Verdict(ballot, *(sitting.objection(ballot) or _ACCEPTED)) for ballot in handed_in]
        good = [position for position, verdict in enumerate(verdicts) if verdict.accepted]
        checked = self._with_good_shares([handed_in[position] for position in good])
        with self.store.writing():
            for position, ballot in zip(good, checked, strict=True):
                answer = _ACCEPTED if ballot == handed_in[position] else _SIGNATURE_ONLY
                before = self.store.ballot(ballot)
                if before is not None and before.share is None and not self.is_signed_by_owner(before):
                    # It can no longer be counted: the person has another key now, or another signature was used up.
                    before = None
                if before is not None and before.support is not ballot.support:
                    answer = _OTHER_CHOICE
                elif before is not None and (before.share is not None or ballot.share is None):
                    answer = _HELD
                else:
                    self.store.keep_ballot(ballot, sitting.now)
                verdicts[position] = Verdict(handed_in[position], *answer)
        return verdicts

    # --- what is in it ---

    def proposals(self) -> list[int]:
        """The ids of the proposals of the body on which there are ballots."""
        return self.store.proposals(self._chain_id, self.body.address)

    def held(self, proposal_id: int) -> list[SignedBallot]:
        """Every ballot in the box on a proposal, by person, counted or not."""
        return self.store.ballots(self._chain_id, self.body.address, proposal_id)

    def waiting(self, proposal_id: int) -> list[SignedBallot]:
        """The ballots whose persons the chain has not counted by now."""
        poll = self.poll(proposal_id)
        ballots = self.held(proposal_id)
        voted = {word: poll.voted(word) for word in {ballot.index // WORD_BITS for ballot in ballots}}
        return [ballot for ballot in ballots if not voted[ballot.index // WORD_BITS] >> ballot.index % WORD_BITS & 1]

    def status(self, proposal_id: int) -> BoxStatus:
        """How the collecting for a proposal stands. Raises NotFound."""
        poll = self.poll(proposal_id)
        held, waiting = self.held(proposal_id), self.waiting(proposal_id)
        still = {ballot.index for ballot in waiting}
        overruled = self._overruled(poll, [ballot for ballot in held if ballot.index not in still])
        return BoxStatus(
            proposal_id=proposal_id,
            number=poll.number,
            held=Counter(ballot.support for ballot in held if ballot.index not in overruled),
            overruled=len(overruled),
            counted=len(held) - len(waiting) - len(overruled),
            waiting=len(waiting),
            with_share=sum(ballot.share is not None for ballot in waiting),
            state=poll.state,
            batch_deadline=poll.batch_deadline,
        )

    def poll(self, proposal_id: int) -> Poll:
        """What the chain says about a vote. Raises NotFound."""
        if proposal_id not in self._polls:
            try:
                self._polls[proposal_id] = Poll(self.body, proposal_id)
            except ContractRevert as problem:
                if problem.name != "GovernorNonexistentProposal":
                    raise
                raise NotFound("The body has no such proposal. Check on which network the ballot was signed.") from None
        return self._polls[proposal_id]

    # --- posting ---

    def post(self, proposal_id: int, tell: Tell | None = None) -> Posted:
        """Have the chain count what waits, in as few and as cheap transactions as there can be; see `posting.py`."""
        from zonedao.ballots.posting import post

        return post(self, proposal_id, tell)

    # --- checking, for posting as well ---

    def is_signed_by_owner(self, ballot: SignedBallot) -> bool:
        """Whether a ballot's signature is by the account that acts for its person now."""
        if ballot.single is not None:
            return self.single_objection(ballot, ballot.single) is None
        poll = self.poll(ballot.proposal_id)
        signer = recover(poll.question.digest(ballot.support), ballot.signature)
        word = ballot.proposal_id, ballot.index // WORD_BITS
        if word not in self._accounts:
            self._accounts[word] = poll.account_keys(word[1])
        accounts = self._accounts[word]
        if ballot.index not in accounts:
            accounts[ballot.index] = poll.account_key(ballot.index)
        return bool(signer) and accounts[ballot.index] == signer

    def single_objection(self, ballot: SignedBallot, single: Single) -> tuple[str, str] | None:
        """Code and reason why the signature of a smart account would not count now, None if it would."""
        poll = self.poll(ballot.proposal_id)
        connection = self.body.client.connection
        if poll.account_key(ballot.index) != single.voter:
            return _BAD_SIGNATURE
        if not connection.code(single.voter):
            return (
                "bad-signature",
                f"{single.voter} is no smart account. Sign an ordinary ballot instead.",
            )
        nonce = poll.nonce(single.voter)
        if nonce != single.nonce:
            return "wrong-number", (
                f"This is signature {single.nonce} of {single.voter} here, and {nonce} is the next that counts. "
                "Sign the ballot again."
            )
        digest = poll.question.single_digest(ballot.support, single.voter, nonce)
        return None if accepts(connection, single.voter, digest, ballot.signature) else _NOT_ACCEPTED

    def look_again(self) -> None:
        """Read the accounts of persons anew if there was a block since they were read: some may have been rotated."""
        head = self.body.client.head().hash
        if head != self._seen:
            self._accounts.clear()
            self._seen = head

    def bad_shares(self, ballots: Sequence[SignedBallot]) -> list[SignedBallot]:
        """Of ballots with shares, those whose share is not the signature of the person's voting key."""
        groups: dict[tuple[int, Support], list[tuple[SignedBallot, Claim]]] = {}
        bad: list[SignedBallot] = []
        for ballot in ballots:
            poll = self.poll(ballot.proposal_id)
            key = poll.voting_key(ballot.index)
            if key is None or ballot.share is None or ballot.share.scheme is not poll.scheme:
                bad.append(ballot)
            else:
                group = groups.setdefault((ballot.proposal_id, ballot.support), [])
                group.append((ballot, Claim(ballot.share, key)))
        for (proposal_id, support), group in groups.items():
            poll = self.poll(proposal_id)
            claims = [claim for _, claim in group]
            found = misfits(self.body.client.connection, poll.scheme, poll.question.digest(support), claims)
            bad += [group[position][0] for position in found]
        return bad

    def _overruled(self, poll: Poll, counted: Sequence[SignedBallot]) -> set[int]:
        """Of ballots whose persons are counted, the persons who are counted with another choice."""
        known = self._choices.setdefault(poll.proposal_id, {})
        new = [ballot.index for ballot in counted if ballot.index not in known]
        if new:
            known.update(poll.choices(new))
        return {each.index for each in counted if known.get(each.index, each.support) is not each.support}

    def _with_good_shares(self, ballots: Sequence[SignedBallot]) -> list[SignedBallot]:
        """The same ballots, without the shares that fit no enrolled key."""
        bad = {id(ballot) for ballot in self.bad_shares([each for each in ballots if each.share is not None])}
        return [replace(ballot, share=None) if id(ballot) in bad else ballot for ballot in ballots]

    @property
    def _chain_id(self) -> int:
        return self.body.client.connection.chain_id


class _Sitting:
    """One look at the chain for all ballots that are handed in together."""

    def __init__(self, box: BallotBox) -> None:
        self.box = box
        self.now = box.body.client.now()
        box.look_again()
        self._open: dict[int, tuple[str, str] | None] = {}
        self._voted: dict[tuple[int, int], int] = {}

    def objection(self, ballot: SignedBallot) -> tuple[str, str] | None:
        """Code and reason why a ballot would not count, None if it would."""
        box = self.box
        if ballot.chain_id != box.body.client.connection.chain_id:
            return "wrong-chain", f"The ballot is for chain {ballot.chain_id}. Hand it in where that chain is counted."
        if ballot.body != box.body.address:
            return "wrong-body", self._other_body(ballot.body)
        if ballot.proposal_id not in self._open:
            self._open[ballot.proposal_id] = self._closed(ballot.proposal_id)
        closed = self._open[ballot.proposal_id]
        if closed is not None and not (ballot.single is not None and closed[0] == "late"):
            return closed
        poll = box.poll(ballot.proposal_id)
        word, bit = divmod(ballot.index, WORD_BITS)
        if not poll.electors(word) >> bit & 1:
            return "no-elector", f"Person {ballot.index} may not vote on this proposal. Nothing can be done about that."
        if (ballot.proposal_id, word) not in self._voted:
            self._voted[ballot.proposal_id, word] = poll.voted(word)
        if self._voted[ballot.proposal_id, word] >> bit & 1:
            return "voted", f"The vote of person {ballot.index} is counted already. Nothing is left to do."
        if ballot.single is not None:
            return box.single_objection(ballot, ballot.single)
        return None if box.is_signed_by_owner(ballot) else _BAD_SIGNATURE

    def _other_body(self, address: str) -> str:
        try:
            path = self.box.body.zone.body_at(address).path
        except NotFound:
            return f"The ballot is for {address}, which is in another zone. Hand it in to who collects there."
        return f"The ballot is for {path}. Hand it in to the box of that body: `zonedao ballot collect --in {path}`."

    def _closed(self, proposal_id: int) -> tuple[str, str] | None:
        try:
            poll = self.box.poll(proposal_id)
        except NotFound as problem:
            return "no-proposal", problem.message
        state = poll.state
        if state not in (ProposalState.PENDING, ProposalState.ACTIVE):
            return "closed", f"The vote is over: the proposal is {state.title}. No ballot counts any more."
        if self.now > poll.batch_deadline:
            return "late", f"Collected ballots no longer count. Vote directly: `zonedao vote {poll.number} CHOICE`."
        return None


_ACCEPTED = "accepted", "The ballot is in the box."
_HELD = "held", "The ballot of this person is in the box already."
_SIGNATURE_ONLY = (
    "signature-only",
    "The ballot is in the box and counts by its signature: its share fits no key that was enrolled in time.",
)
_OTHER_CHOICE = (
    "other-choice",
    "There is a ballot of this person with another choice in the box, which stays. Vote directly to overrule it.",
)
_BAD_SIGNATURE = (
    "bad-signature",
    "This is not signed by the account that the register has for the person now. Sign it again, with that account.",
)
_NOT_ACCEPTED = (
    "bad-signature",
    "The account does not accept this signature (ERC-1271). Sign the ballot again, as the account wants it.",
)
