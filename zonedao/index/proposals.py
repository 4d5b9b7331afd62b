"""The proposals of a body and how they stand, as an index tells them: no node is asked, and no contract.

What contracts compute follows here from what they told: a proposal's law from the laws that were set before its
snapshot, its state from its votes, its times and what held it up. The audit compares the same with the chain.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from zonedao.governance.laws import LAW_FIELDS, Law, ProposalClass, classes_in, strictest
from zonedao.governance.standing import Course, ProposalState, ProposalStatus, Span, Votes, moved, text_of, title_of
from zonedao.index.reading import Index, stored_integer
from zonedao.records import record

FINAL = (ProposalState.CANCELED, ProposalState.DEFEATED, ProposalState.EXPIRED, ProposalState.EXECUTED)
_LARGEST_BLOCK = 2**63 - 1
_AT_ONCE = 64  # proposals that are read together
_FOR_EVER = 2**40 - 1  # until when a dissolved body is frozen (Dissolution.sol)

_MADE = """
SELECT numbered.block, numbered.number, numbered.proposal_id, numbered.classes, numbered.electorate,
       made.proposer, made.vote_start, made.vote_end, made.description, blocks.time
FROM body_proposal_numbered AS numbered
JOIN body_proposal_created AS made
  ON made.block = numbered.block AND made.source = numbered.source AND made.proposal_id = numbered.proposal_id
JOIN blocks ON blocks.number = numbered.block
WHERE numbered.source = ?
"""
_NEWEST = f"{_MADE} ORDER BY numbered.block DESC, numbered.log DESC"
_ONE = f"{_MADE} AND numbered.proposal_id = ?"


@record
class IndexedProposal:
    """A proposal: what never changes of it, and its last moment to vote (unix seconds), which may have moved once.

    `proposer` is an address in small letters, `created_at` unix seconds; the rest is as in `governance.Proposal`.
    """

    number: int
    id: int
    proposer: str
    description: str
    classes: tuple[ProposalClass, ...]
    electorate: int
    created_at: int
    opens_at: int
    closes_at: int
    extended: bool

    @property
    def hex_id(self) -> str:
        """IGovernor's id as 0x-hex."""
        return f"0x{self.id:064x}"

    @cached_property
    def title(self) -> str:
        """The first line of the description, without the mark of a heading."""
        return title_of(self.description)

    @property
    def text(self) -> str:
        """The description after its first line, without the proposer's mark."""
        return text_of(self.description)


class BodyProposals:
    """The proposals of the body at an address (small letters), as they stand at `now` (unix seconds)."""

    def __init__(self, index: Index, address: str, now: int) -> None:
        self._database = index.database
        self._now = now
        sources = index.sources()
        self._body = next(source.id for source in sources if source.address == address)
        self._bodies = {source.address for source in sources if source.kind == "body"}
        self._after = _After(self._database, self._body)
        self._found: dict[int, tuple[IndexedProposal, ProposalStatus] | None] = {}

    def count(self) -> int:
        """How many there are: the number of the newest."""
        query = "SELECT number FROM body_proposal_numbered WHERE source = ? ORDER BY block DESC, log DESC LIMIT 1"
        row = self._database.execute(query, (self._body,)).fetchone()
        return int(row[0]) if row is not None else 0

    def newest(self, only_open: bool = False) -> Iterator[tuple[IndexedProposal, ProposalStatus]]:
        """All or those that can still be voted on, queued or executed, the newest first; read as they are asked for."""
        rows = self._database.execute(_NEWEST, (self._body,))
        while some := rows.fetchmany(_AT_ONCE):
            self._after.reach(some[-1][0])
            for row in some:
                if only_open and row[-1] < self._now - self._longest_life:
                    return
                if only_open and self._after.ended(row[2]):
                    continue
                proposal, status = self._found[int(row[2])] = self._read(row)
                if not only_open or status.state not in FINAL:
                    yield proposal, status

    def find(self, identity: int) -> tuple[IndexedProposal, ProposalStatus] | None:
        """A proposal by IGovernor's id, None where there is none."""
        if identity not in self._found:
            stored = stored_integer(identity)
            row = self._database.execute(_ONE, (self._body, stored)).fetchone()
            if row is not None:
                self._after.learn(stored, row[0])
            self._found[identity] = self._read(row) if row is not None else None
        return self._found[identity]

    def pause_of(self, identity: int) -> Span:
        """When a proposal was held up, by IGovernor's id; zeros for one that never was."""
        return self._pauses.get(stored_integer(identity), (0, 0))

    @property
    def frozen_until(self) -> int:
        """When the freeze ends that stops the body now (unix seconds), 0 if nothing does; never if it was dissolved."""
        until = self._freezes[-1][1] if self._freezes else 0
        return until if until > self._now else 0

    def law_at(self, classes: Sequence[ProposalClass], moment: int) -> Law:
        """The strictest of the laws of some classes at a moment."""
        return strictest(next(law for since, law in reversed(self._laws[each]) if since <= moment) for each in classes)

    # --- one proposal ---

    def _read(self, row: Sequence[Any]) -> tuple[IndexedProposal, ProposalStatus]:
        """A proposal, and how it stands, from a row."""
        _, number, stored, classes, electorate, proposer, opens, closes, text, made = row
        proposal = IndexedProposal(
            number,
            int(stored),
            proposer,
            text if isinstance(text, str) else text.decode(errors="replace"),
            classes_in(classes),
            electorate,
            made,
            opens,
            self._after.extended.get(stored, closes),
            stored in self._after.extended,
        )
        return proposal, self._status(proposal, stored)

    def _status(self, proposal: IndexedProposal, stored: Any) -> ProposalStatus:
        """How a proposal stands, by its id as columns keep it."""
        law = self.law_at(proposal.classes, proposal.created_at - 1)
        votes = self._votes(stored)
        by_person = proposal.proposer not in self._bodies
        needed = law.sponsors_needed(proposal.electorate) if by_person else 0
        sponsors, queued = self._after.sponsors[stored], self._after.queued.get(stored, 0)
        since = queued - law.execution_delay_seconds if queued else proposal.closes_at
        spans = [*self._freezes, *([self._pauses[stored]] if stored in self._pauses else [])]

        def late(moment: int) -> int:
            return moved(spans, moment, since, self._now, self.dissolved_at)

        expires_at = late((queued or proposal.closes_at) + law.grace_seconds)
        course = Course(
            opens_at=proposal.opens_at,
            closes_at=proposal.closes_at,
            expires_at=expires_at,
            sponsored=sponsors >= needed,
            passes=law.passes((votes.against, votes.for_, votes.abstain), proposal.electorate),
            queued=bool(queued),
            executed=stored in self._after.executed,
            canceled=stored in self._after.canceled,
        )
        frozen_until = self._freezes[-1][1] if self._freezes else 0
        held_up_until = max(frozen_until if frozen_until < _FOR_EVER else 0, self._pauses.get(stored, (0, 0))[1])
        return ProposalStatus(
            state=course.state(self._now, self.dissolved_at),
            votes=votes,
            quorum=law.quorum(proposal.electorate),
            law=law,
            eta=late(queued) if queued else 0,
            expires_at=expires_at,
            sponsors=sponsors,
            sponsors_needed=needed,
            held_up_until=held_up_until if held_up_until > self._now else 0,
            read_at=self._now,
        )

    def _votes(self, stored: Any) -> Votes:
        query = 'SELECT against, "for", abstain FROM tallies WHERE source = ? AND proposal_id = ?'
        row = self._database.execute(query, (self._body, stored)).fetchone()
        return Votes(*row) if row is not None else Votes(0, 0, 0)

    # --- what is read once for all of them ---

    @cached_property
    def _laws(self) -> dict[int, list[tuple[int, Law]]]:
        """Laws by class, each with the moment from which it holds; what a body was born with always held."""
        query = "SELECT block, log FROM body_body_initialized WHERE source = ?"
        born = self._database.execute(query, (self._body,)).fetchone()
        found: dict[int, list[tuple[int, Law]]] = {}
        query = "SELECT block, log, time, class, law FROM body_law_set JOIN blocks ON number = block WHERE source = ?"
        for block, log, time, class_, text in self._database.execute(f"{query} ORDER BY block, log", (self._body,)):
            fields = json.loads(text)
            law = Law(*(fields[name] for name in LAW_FIELDS))
            found.setdefault(class_, []).append((0 if (block, log) < born else time, law))
        return found

    @cached_property
    def _freezes(self) -> list[Span]:
        """When the body was frozen, oldest first; without end if it was dissolved."""
        query = """
            SELECT block, log, until FROM body_frozen WHERE source = :body
            UNION ALL SELECT block, log, 0 FROM body_unfrozen WHERE source = :body
        """
        found: list[Span] = []
        query = f"SELECT time, until FROM ({query}) JOIN blocks ON number = block ORDER BY block, log"
        for time, until in self._database.execute(query, {"body": self._body}):
            if until:
                found.append((time, until))
            elif found:
                found[-1] = found[-1][0], time
        if self.dissolved_at:
            found = [(begin, min(end, self.dissolved_at)) for begin, end in found]
            found.append((self.dissolved_at, _FOR_EVER))
        return found

    @cached_property
    def _pauses(self) -> dict[Any, Span]:
        """When single proposals were held up."""
        query = """
            SELECT block, log, proposal_id, "begin", "end" FROM body_proposal_objected WHERE source = :body
            UNION ALL SELECT block, log, proposal_id, NULL, NULL FROM body_proposal_resumed WHERE source = :body
        """
        found: dict[Any, Span] = {}
        query = f'SELECT time, proposal_id, "begin", "end" FROM ({query}) JOIN blocks ON number = block'
        rows = self._database.execute(f"{query} ORDER BY block, log", {"body": self._body})
        for time, stored, begin, end in rows:
            if begin is not None:
                found[stored] = begin, end
            elif stored in found:
                found[stored] = found[stored][0], max(found[stored][0], time)
        return found

    @cached_property
    def dissolved_at(self) -> int:
        """When the body was dissolved, unix seconds; 0 while it goes on."""
        query = "SELECT time FROM body_body_dissolved JOIN blocks ON number = block WHERE source = ?"
        row = self._database.execute(query, (self._body,)).fetchone()
        return int(row[0]) if row is not None else 0

    @cached_property
    def _longest_life(self) -> int:
        """After so many seconds no proposal is open any more, whatever happened to it."""
        laws = [law for each in self._laws.values() for _, law in each]
        if not laws:
            return 0
        # The strictest of several laws may have each of its times from another one.
        delay, period, wait, grace = (
            max(getattr(law, f"{name}_seconds") for law in laws)
            for name in ("voting_delay", "voting_period", "execution_delay", "grace")
        )
        held = sum(end - begin for begin, end in [*self._freezes, *self._pauses.values()])
        # Extended by half of it at most; queued in the last second, executed in the last second.
        return int(3 * held + delay + 2 * period + wait + 2 * grace)


class _After:
    """What happened to proposals of a body after they were made: by id, for all that were made from a block on."""

    def __init__(self, database: sqlite3.Connection, body: int) -> None:
        self._database = database
        self._body = body
        self._from = _LARGEST_BLOCK
        self.executed: set[Any] = set()
        self.canceled: set[Any] = set()
        self.queued: dict[Any, int] = {}
        self.extended: dict[Any, int] = {}
        self.sponsors: Counter[Any] = Counter()

    def reach(self, block: int) -> None:
        """Know everything from this block on."""
        self._know("block >= ? AND block < ?", block, self._from)
        self._from = block

    def ended(self, stored: Any) -> bool:
        """Whether a proposal of which everything is known was executed or canceled, whatever its votes and its law."""
        return stored in self.executed or stored in self.canceled

    def learn(self, stored: Any, block: int) -> None:
        """Know everything of one proposal, which was made in a block."""
        if block < self._from:
            self._know("block >= ? AND block < ? AND proposal_id = ?", block, self._from, stored)

    def _know(self, where: str, *values: Any) -> None:
        def told(what: str, value: str = "NULL") -> list[tuple[Any, int]]:
            query = f"SELECT proposal_id, {value} FROM body_proposal_{what} WHERE source = ? AND {where}"
            return self._database.execute(query, (self._body, *values)).fetchall()

        self.executed.update(stored for stored, _ in told("executed"))
        self.canceled.update(stored for stored, _ in told("canceled"))
        self.queued.update(told("queued", "eta_seconds"))
        self.extended.update(told("extended", "extended_deadline"))
        self.sponsors.update(stored for stored, _ in told("sponsored"))
