"""How a proposal stands at a moment: plain data and what follows from it, wherever it was read."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from zonedao.governance.laws import Law
from zonedao.records import record
from zonedao.text import inline, printable

PROPOSER_MARK = "#proposer=0x"  # OpenZeppelin Governor 4.9 and later: only this account can propose the text
_MARK_LENGTH = len(PROPOSER_MARK) + 40
_MOST_TITLE = 200  # characters

Span = tuple[int, int]  # begin and end, unix seconds


class ProposalState(IntEnum):
    """OpenZeppelin's states, in its order."""

    PENDING = 0
    ACTIVE = 1
    CANCELED = 2
    DEFEATED = 3
    SUCCEEDED = 4
    QUEUED = 5
    EXPIRED = 6
    EXECUTED = 7

    @property
    def title(self) -> str:
        """Its name in small letters."""
        return self.name.lower()


class Support(IntEnum):
    """A choice, as `castVote` takes it."""

    AGAINST = 0
    FOR = 1
    ABSTAIN = 2

    @property
    def title(self) -> str:
        """Its name in small letters."""
        return self.name.lower()


@record
class Votes:
    """A tally, in persons."""

    against: int
    for_: int
    abstain: int

    @property
    def cast(self) -> int:
        """How many have voted."""
        return self.against + self.for_ + self.abstain

    @property
    def towards_quorum(self) -> int:
        """Votes that count for the quorum: for and abstaining."""
        return self.for_ + self.abstain


@record
class ProposalStatus:
    """How a proposal stands at `read_at`. All times are unix seconds.

    `sponsors` have signed of the `sponsors_needed` before the vote opens (the proposer is not among them).
    `quorum` is the votes for or abstaining that it needs of `electorate` persons. `eta` is the earliest execution, 0
    until it is queued; `expires_at` is when it can no longer be queued, or executed once queued. `held_up_until` is the
    end of the freeze or of the objection that stops it now or will, 0 for none.
    """

    state: ProposalState
    votes: Votes
    quorum: int
    law: Law
    eta: int
    expires_at: int
    sponsors: int
    sponsors_needed: int
    held_up_until: int
    read_at: int

    @property
    def sponsors_missing(self) -> int:
        """How many more must sign."""
        return self.sponsors_needed - self.sponsors


OPEN = (ProposalState.PENDING, ProposalState.ACTIVE, ProposalState.SUCCEEDED, ProposalState.QUEUED)


@record
class Course:
    """What happened to a proposal: when its vote opens and closes and until when it can be queued or executed (unix
    seconds), whether it has the sponsors and the votes it needs, and what was done to it."""

    opens_at: int
    closes_at: int
    expires_at: int
    sponsored: bool
    passes: bool
    queued: bool
    executed: bool
    canceled: bool

    def state(self, now: int, dissolved_at: int = 0) -> ProposalState:
        """The state that follows (Ballots.sol, `_standing`).

        When the body was dissolved its clock stopped: what was open is canceled, but what was queued has expired.
        """
        found = self._state(dissolved_at or now)
        if dissolved_at and found in OPEN:
            return ProposalState.EXPIRED if found is ProposalState.QUEUED else ProposalState.CANCELED
        return found

    def _state(self, now: int) -> ProposalState:
        if self.canceled:
            return ProposalState.CANCELED
        if self.executed:
            return ProposalState.EXECUTED
        if now <= self.opens_at:
            return ProposalState.PENDING
        if not self.sponsored:
            return ProposalState.DEFEATED
        if now <= self.closes_at:
            return ProposalState.ACTIVE
        if not self.passes:
            return ProposalState.DEFEATED
        if now > self.expires_at:
            return ProposalState.EXPIRED
        return ProposalState.QUEUED if self.queued else ProposalState.SUCCEEDED


def held_seconds(spans: Iterable[Span], since: int, time: int) -> int:
    """Seconds from `since` to `time` that lie in any of the spans."""
    seconds, covered = 0, since
    for begin, end in sorted(spans):
        begin, end = max(begin, covered), min(end, time)
        if end > begin:
            seconds += end - begin
            covered = end
    return seconds


def moved(spans: Iterable[Span], moment: int, since: int, now: int, dissolved_at: int = 0) -> int:
    """A moment that counts from `since`, as much later as the spans in which nothing moved on make it, as
    `proposalEta` and `proposalExpiry` say it at `now`."""
    stops, time = list(spans), dissolved_at or now
    late = moment + held_seconds(stops, since, time)
    return late if late < time or dissolved_at else moment + held_seconds(stops, since, 2**63)


def title_of(description: str) -> str:
    """The first line of a description, or the beginning of a very long one, without the mark of a heading."""
    return inline(_heading(description), _MOST_TITLE)


def text_of(description: str) -> str:
    """A description after its title, without the proposer's mark; all of it where its first line is too long."""
    lines = _words(description).strip().splitlines()
    whole = len(inline(_heading(description))) <= _MOST_TITLE
    return "\n".join(lines[1:] if whole else lines).strip()


def _heading(description: str) -> str:
    first = next((line for line in _words(description).splitlines() if line.strip()), "")
    return first.lstrip("# ").strip()


def _words(description: str) -> str:
    mark = description[-_MARK_LENGTH:]
    if mark.startswith(PROPOSER_MARK):
        description = description[:-_MARK_LENGTH]
    return printable(description, lines=True)
