"""Bodies and their proposals: who belongs when, what the law was when, what a vote says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from tests.support.model.calls import (
    ACTIVE,
    AGAINST,
    CANCELED,
    CONSTITUTIONAL,
    DEFEATED,
    EXECUTED,
    EXPIRED,
    EXPULSION,
    FOR,
    HOUR,
    INDUSTRY,
    MEMBERSHIP,
    MILLION,
    NOBODY,
    NOTICE,
    OFFER,
    PENDING,
    QUEUED,
    SPENDING,
    SUCCEEDED,
    Admit,
    Allow,
    Call,
    Escrow,
    Freeze,
    Hold,
    Keep,
    Law,
    Object,
    Pay,
    Preserve,
    Recall,
    Remove,
    Resume,
    Unfreeze,
)
from tests.support.model.counts import Counts
from tests.support.model.money import Promise


@dataclass
class Proposal:
    number: int
    proposer: int  # person
    calls: tuple[Call, ...]
    description: str
    classes: frozenset[int]
    created_at: int
    law: Law
    electorate: frozenset[int]  # persons
    base: int  # over how many the quorum counts
    sponsors: set[int] = field(default_factory=set)  # persons beside the proposer
    votes: dict[int, int] = field(default_factory=dict)  # by person who cast it
    representing: dict[int, int] = field(default_factory=dict)  # choice of who voted as a representative
    represented: dict[int, int] = field(default_factory=dict)  # by person who is counted by another
    used: Counter[int] = field(default_factory=Counter)  # by representative, how many ever were
    canceled: bool = False
    executed: bool = False
    released: bool = False
    extended: bool = False
    turned_at: list[int] = field(default_factory=list)  # when the outcome turned
    queued_at: int | None = None
    promises: list[Promise | None] = field(default_factory=list)  # one for each call
    freezes: list[tuple[int, int]] = field(default_factory=list)  # of its body: begin, end
    ended: list[int] = field(default_factory=list)  # when its body was dissolved, if it was
    pause: tuple[int, int] | None = None  # begin, end
    charges: list[tuple[str, int]] = field(default_factory=list)  # to the caps, asset and amount

    @property
    def snapshot(self) -> int:
        return self.created_at - 1

    @property
    def start(self) -> int:
        return self.created_at + self.law.voting_delay

    @property
    def announced_end(self) -> int:
        return self.start + self.law.voting_period

    @property
    def last_part(self) -> int:
        """A tenth of the period is left to those who vote themselves; or an hour if that is more, but at most half."""
        period = self.law.voting_period
        return max(period // 10, min(HOUR, period // 2))

    @property
    def end(self) -> int:
        return self.announced_end + self.last_part * self.extended

    @property
    def batches_until(self) -> int:
        return self.announced_end - self.last_part

    def eta(self, time: int) -> int:
        """0 until it is queued; as things are at `time`."""
        if self.queued_at is None:
            return 0
        return self._later(self.queued_at + self.law.execution_delay, self.queued_at, time)

    def expiry(self, time: int) -> int:
        """As things are at `time`."""
        if self.queued_at is None:
            return self._later(self.end + self.law.grace, self.end, time)
        return self._later(self.queued_at + self.law.execution_delay + self.law.grace, self.queued_at, time)

    def _later(self, moment: int, since: int, time: int) -> int:
        """Moved by what held it up; and by what still will, unless it is past. It stands still when the body ends."""
        if self.ended:
            return moment + self._held(since, self.ended[0])
        moved = moment + self._held(since, time)
        return moved if moved < time else moment + self._held(since, 2**40)

    def _held(self, since: int, time: int) -> int:
        """Seconds in which it was held up, each counted once."""
        all_ = [*self.freezes, *([self.pause] if self.pause is not None else [])]
        spans = [(max(begin, since), min(end, time)) for begin, end in all_]
        edges = sorted({edge for begin, end in spans if end > begin for edge in (begin, end)})
        return sum(b - a for a, b in pairwise(edges) if any(begin <= a and b <= end for begin, end in spans))

    def stops(self, time: int) -> set[str]:
        """Why it moves no further now."""
        frozen = any(begin <= time < end for begin, end in self.freezes)
        paused = self.pause is not None and self.pause[0] <= time < self.pause[1]
        return ({"BodyFrozen"} if frozen else set()) | ({"ProposalPaused"} if paused else set())

    @property
    def quorum(self) -> int:
        return -(-self.base * self.law.quorum // MILLION)

    @property
    def sponsors_needed(self) -> int:
        """With the proposer never more than the votes that the quorum asks for."""
        return min(self.law.sponsors, self.quorum - 1)

    def lives(self, time: int) -> bool:
        """Whether it takes one of its proposer's places."""
        return not self.canceled and time <= self.end

    @property
    def tally(self) -> tuple[int, int, int]:
        cast = [*self.votes.values(), *self.represented.values()]
        against, yes = cast.count(AGAINST), cast.count(FOR)
        return against, yes, len(cast) - against - yes

    @property
    def passes(self) -> bool:
        no, yes, abstain = self.tally
        return yes + abstain >= self.quorum and yes > no and yes * MILLION >= (yes + no) * self.law.threshold

    def count(self, votes: dict[int, int], time: int) -> None:
        """Whoever turns the outcome in the last part gives everybody that time again, once."""
        passed = self.passes
        self.votes.update(votes)
        for person in votes:
            self.represented.pop(person, None)
        if self.passes != passed:
            self.turned_at.append(time)
            self.extended |= time > self.batches_until

    def follow(self, representative: int, persons: Iterable[int]) -> None:
        """Count these as their representative voted, which happens before the last part only."""
        found = list(persons)
        self.represented.update(dict.fromkeys(found, self.representing[representative]))
        self.used[representative] += len(found)

    def state(self, time: int) -> int:
        if self.canceled:
            return CANCELED
        if self.executed:
            return EXECUTED
        if not self.ended:
            return self._course(time)
        # What was queued has expired, so that its reservations can be released; whatever else was open is canceled.
        last = self._course(self.ended[0])
        return {PENDING: CANCELED, ACTIVE: CANCELED, SUCCEEDED: CANCELED, QUEUED: EXPIRED}.get(last, last)

    def _course(self, time: int) -> int:
        """As it goes while nobody cancels or executes it."""
        if time <= self.start:
            return PENDING
        if len(self.sponsors) < self.sponsors_needed:
            return DEFEATED
        if time <= self.end:
            return ACTIVE
        if not self.passes:
            return DEFEATED
        if time > self.expiry(time):
            return EXPIRED
        return SUCCEEDED if self.queued_at is None else QUEUED


class Body:
    """A zone or an industry."""

    def __init__(self, parent: str | None, laws: Iterable[Law], caps: dict[str, int]) -> None:
        self.parent = parent
        self.spans: dict[int, list[tuple[int, int | None]]] = defaultdict(list)  # by person: since, until
        self.laws: list[list[tuple[int, Law]]] = [[(0, law)] for law in laws]  # by class: since, law
        self.caps = dict(caps)
        self.charged: dict[tuple[str, int], int] = defaultdict(int)  # by asset and epoch
        self.strict: set[str] = set()  # kinds of calls that are constitutional here only
        self.proposals: list[Proposal] = []
        self.children: set[str] = set()  # that are not gone
        self.freezes: list[tuple[int, int]] = []  # begin, end
        self.depth = 0  # as it was reckoned when it was hung where it is
        self.above: list[tuple[int, str | None]] = [(0, parent)]  # since, parent
        self.announced: int | None = None  # when its end was announced
        self.ended: list[int] = []  # when it was dissolved, if it was
        self.offer: tuple[str, int] | None = None  # to whom, since when
        self.counts = Counts()

    def belongs(self, person: int, time: int) -> bool:
        return any(since <= time and (until is None or time < until) for since, until in self.spans[person])

    def frozen(self, time: int) -> bool:
        return any(begin <= time < end for begin, end in self.freezes)

    def frozen_seconds(self, time: int) -> int:
        """Up to `time`."""
        return sum(max(min(end, time) - begin, 0) for begin, end in self.freezes)

    def ending(self, time: int) -> tuple[int, int]:
        """From when to when anybody can finish its end, zeros unless that is announced."""
        if self.announced is None or self.ended or time > self.announced + 2 * NOTICE:
            return 0, 0
        return self.announced + NOTICE, self.announced + 2 * NOTICE

    def offered(self, time: int) -> tuple[str, int, int]:
        """To whom, and from when to when that can take it; nobody and zeros if it is not offered."""
        if self.offer is None or time > self.offer[1] + OFFER:
            return NOBODY, 0, 0
        to, since = self.offer
        return to, since + NOTICE, since + OFFER

    def closed(self, time: int) -> set[str]:
        """Why nothing new is proposed here."""
        return {"AlreadyDissolved"} if self.ended else {"BeingDissolved"} if any(self.ending(time)) else set()

    def parent_at(self, time: int) -> str | None:
        return [parent for since, parent in self.above if since <= time][-1]

    def members(self, time: int) -> frozenset[int]:
        return frozenset(person for person in list(self.spans) if self.belongs(person, time))

    def begin(self, person: int, time: int) -> None:
        self.spans[person].append((time, None))

    def end(self, person: int, time: int) -> None:
        for since, until in self.spans[person][-1:]:
            if until is None:
                self.spans[person][-1] = (since, time)

    def law(self, class_: int, time: int) -> Law:
        return [law for since, law in self.laws[class_] if since <= time][-1]

    def electorate(self, law: Law, snapshot: int) -> frozenset[int]:
        return self.members(max(snapshot - law.seasoning, 0)) & self.members(snapshot)

    def live_proposals(self, person: int, time: int) -> list[Proposal]:
        return [proposal for proposal in self.proposals if proposal.proposer == person and proposal.lives(time)]

    def class_of(self, call: Call) -> int:
        if type(call).__name__ in self.strict:
            return CONSTITUTIONAL
        match call:
            case Pay() | Escrow() | Allow():
                return SPENDING if self.caps.get(call.asset, 0) else CONSTITUTIONAL
            case Admit():
                return MEMBERSHIP
            case Keep() if self.parent is None:
                return EXPULSION
            case Recall():
                return INDUSTRY
            case Object() | Resume() | Freeze() | Unfreeze() | Preserve() | Hold():
                return INDUSTRY if call.child in self.children else CONSTITUTIONAL
            case Remove():
                return EXPULSION if self.parent is None else MEMBERSHIP
            case _:
                return CONSTITUTIONAL
