"""Over whom quorums count, rebuilt from events: head-counts, who was found active by which votes, and each base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from zonedao.audit.bodies import BodyRecord
from zonedao.audit.chronicle import Chronicle
from zonedao.audit.proposals import ProposalRecord
from zonedao.audit.report import Check, Comparison, Inconsistent, compare
from zonedao.chain.events import Event
from zonedao.governance.activity import MONTH_SECONDS, smallest_base, turnout_needed
from zonedao.governance.laws import law_from
from zonedao.governance.registry import WORD_BITS, indices_in

_COMES = ("MemberAdmitted", "MembersAdmitted", "MemberEnrolled")
_GOES = ("MemberLeft", "MemberRemoved", "MemberPruned", "MembershipEnded")


@dataclass
class _Count:
    """A count of active members that somebody opened: the window, and what it came to so far."""

    at: int
    since: int
    votes: tuple[ProposalRecord, ...]
    oldest: int
    seen: int = 0
    active: int = 0


class Standing(NamedTuple):
    """How it is from a moment on: the members, the base of quorums, and until when that is good (0: nothing was
    counted)."""

    begins: int
    heads: int
    base: int
    until: int


@dataclass
class Quorums:
    """Over whom the quorums of one body count. `course` has every change."""

    body: BodyRecord
    course: list[Standing] = field(default_factory=lambda: [Standing(-1, 0, 0, 0)])
    since: dict[int, list[tuple[int, bool]]] = field(default_factory=dict)  # by person: from when on a member, or not
    check_ins: list[tuple[int, int]] = field(default_factory=list)  # person, unix seconds
    last_votes: int = 0

    def at(self, time: int) -> Standing:
        """How it was at a moment."""
        return next(each for each in reversed(self.course) if each.begins <= time)

    def base_at(self, time: int) -> int:
        """Over how many persons the quorum of a proposal counts whose snapshot this is."""
        then = self.at(time)
        return min(then.heads, then.base) if time < then.until else then.heads

    def belongs(self, person: int, time: int) -> bool:
        """Whether somebody was a member at a moment."""
        return next((there for begin, there in reversed(self.since.get(person, [])) if begin <= time), False)

    def change(self, time: int, people: Sequence[int], comes: bool) -> None:
        """Persons come, who count in the base that is good, or go, who are not taken out of it."""
        _, heads, base, until = self.course[-1]
        for person in people:
            self.since.setdefault(person, []).append((time, comes))
        number = len(people) if comes else -len(people)
        self.course.append(Standing(time, heads + number, base + (number if comes and until else 0), until))


def replay_activity(chronicle: Chronicle, body: BodyRecord, made: Mapping[int, ProposalRecord]) -> Quorums:
    """The head-counts and bases of a body. Raises Inconsistent where a count is not what its votes come to."""
    found = Quorums(body)
    births = {event.tx_hash for event in body.named("GenesisStepDone")}
    open_: dict[str, _Count] = {}
    for event in body.events:
        name, args = event.name, event.args
        if name in _COMES or name in _GOES:
            at = args["at"] if name == "MembershipEnded" else chronicle.time_of(event)
            found.change(0 if event.tx_hash in births else at, _people(event), name in _COMES)
        elif name == "ActivitySet":
            found.last_votes = args["lastVotes"]
            open_.clear()
            now = chronicle.time_of(event)
            before = found.at(now)
            if before.until:
                found.course.append(Standing(now, before.heads, 0, 0))
        elif name == "CheckedIn":
            found.check_ins.append((args["person"], chronicle.time_of(event)))
        elif name == "RecountOpened":
            open_[args["counter"]] = _open(chronicle, found, args, chronicle.time_of(event), made)
        elif name == "ActiveCounted":
            _count(found, open_[args["counter"]], args)
        elif name == "QuorumBaseSet":
            _settle(found, open_.pop(args["counter"]), args, chronicle.time_of(event))
    return found


def _people(event: Event) -> list[int]:
    if event.name == "MembersAdmitted":
        return indices_in(event.args["word"], event.args["mask"])
    return [event.args["index"]]


def _open(chronicle: Chronicle, found: Quorums, args: Any, now: int, made: Mapping[int, ProposalRecord]) -> _Count:
    """A count that begins. Its votes are the newest that count, none left out, and as many as are wanted."""
    at, contract = args["at"], found.body.contract
    few = turnout_needed(found.at(at).heads)
    window: list[ProposalRecord] = []
    begins = [at]
    oldest, enough = 0, False
    for record in sorted(made.values(), key=lambda each: -each.number):
        if enough:
            break
        if (record.extended_to or record.closes_at) > at or record.canceled or sum(record.votes) < few:
            continue
        window.append(record)
        oldest = chronicle.ask(contract, "proposalSnapshot", record.id)
        law = law_from(chronicle.ask(contract, "proposalLaw", record.id))
        begins.append(max(oldest - law.seasoning_seconds, 0))
        enough = len(window) >= found.last_votes > 0 and oldest + MONTH_SECONDS <= at
    votes = [record.id for record in window]
    if not enough or at != now - 1 or list(args["votes"]) != votes or args["since"] != min(begins):
        where = found.body.address
        raise Inconsistent(f"the active members of {where} were counted at {now} by other votes than its last")
    return _Count(at, args["since"], tuple(window), oldest)


def _count(found: Quorums, count: _Count, args: Any) -> None:
    """A word of persons: who voted, checked in, or could not vote in all."""
    here = {person for person, time in found.check_ins if time // MONTH_SECONDS >= count.oldest // MONTH_SECONDS}
    present = [
        person for person in found.since if person // WORD_BITS == args["word"] and found.belongs(person, count.at)
    ]
    active = [
        person
        for person in sorted(present)
        if person in here
        or not found.belongs(person, count.since)
        or any(person in vote.voted or person in vote.followed for vote in count.votes)
    ]
    if active != indices_in(args["word"], args["active"]):
        raise Inconsistent(f"word {args['word']} of {found.body.address} has other active members than were counted")
    count.seen += len(present)
    count.active += len(active)


def _settle(found: Quorums, count: _Count, args: Any, now: int) -> None:
    before = found.at(count.at).heads
    _, heads, _, until = found.course[-1]
    base = min(max(count.active + max(heads - before, 0), smallest_base(heads)), heads)
    told = args["active"], args["base"], args["until"]
    if count.seen != before or told != (count.active, base, count.at + MONTH_SECONDS) or until >= told[2]:
        raise Inconsistent(
            f"the base of the quorums of {found.body.address} that was set at {now} is not what was counted"
        )
    found.course.append(Standing(now, heads, base, told[2]))


def check_activity(
    chronicle: Chronicle, everybody: Sequence[Quorums], made: Mapping[str, Mapping[int, ProposalRecord]]
) -> Check:
    """Bases now and of every proposal against the chain."""

    def comparisons() -> Iterator[Comparison]:
        now = chronicle.now
        for found in everybody:
            address, contract = found.body.address, found.body.contract
            _, _, base, until = found.at(now)
            good = until if now < until else 0
            standing = tuple(chronicle.ask(contract, "activity"))
            yield f"activity of {address}", (found.last_votes, good), standing
            # Who left the zone and is not applied here yet is out of the head-count already.
            heads = chronicle.ask(contract, "headcountAt", now)
            rebuilt = min(heads, base) if good else heads
            yield f"base of the quorums of {address}", rebuilt, chronicle.ask(contract, "quorumBaseAt", now)
            for record in made[address].values():
                snapshot = chronicle.ask(contract, "proposalSnapshot", record.id)
                yield f"over whom the quorum of {record.name} counts", found.base_at(snapshot), record.electorate

    return compare("activity", comparisons)
