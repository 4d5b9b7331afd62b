"""What held bodies and proposals up, rebuilt from events: freezes and objections, within their bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zonedao.audit.bodies import BodyRecord
from zonedao.audit.chronicle import Chronicle
from zonedao.audit.report import Check, Comparison, Inconsistent, compare
from zonedao.times import DAY

_LONGEST_PAUSE, _LONGEST_FREEZE, _YEAR = 7 * DAY, 30 * DAY, 365 * DAY  # ZoneOversight.sol

Span = tuple[int, int]  # begin and end, unix seconds


@dataclass
class Stops:
    """What stopped one body: its freezes, oldest first and apart, and the pauses of its proposals by id."""

    freezes: list[Span] = field(default_factory=list)
    pauses: dict[int, Span] = field(default_factory=dict)

    def held(self, identity: int, since: int, time: int) -> int:
        """Seconds from `since` to `time` in which a proposal could move on no further."""
        spans = [*self.freezes, *([self.pauses[identity]] if identity in self.pauses else [])]
        seconds, covered = 0, since
        for begin, end in sorted(spans):
            begin, end = max(begin, covered), min(end, time)
            if end > begin:
                seconds += end - begin
                covered = end
        return seconds

    def moved(self, identity: int, moment: int, since: int, now: int) -> int:
        """A moment that counts from `since`, as `proposalEta` and `proposalExpiry` say it at `now`."""
        late = moment + self.held(identity, since, now)
        return late if late < now else moment + self.held(identity, since, 2**63)

    def frozen_within(self, begin: int, end: int) -> int:
        """Seconds of freezes between two moments."""
        return sum(max(min(until, end) - max(since, begin), 0) for since, until in self.freezes)


def replay_stops(chronicle: Chronicle, body: BodyRecord, bodies: Sequence[BodyRecord]) -> Stops:
    """The freezes and objections of a body. Raises Inconsistent where one is out of bounds or nobody's decision."""
    stops = Stops()
    above = next((each for each in bodies if each.address == body.parent), None)
    decided = _decisions(body) | (_decisions(above) if above is not None else set())
    for event in body.named("ProposalObjected", "ProposalResumed", "Frozen", "Unfrozen"):
        now, args = chronicle.time_of(event), event.args
        call = _call(body, event.name, args, now)
        if (event.tx_hash, args["origin"], body.address, call) not in decided:
            raise Inconsistent(f"{event.name} of {body.address} is not what a proposal or a petition decided")
        if event.name == "ProposalObjected":
            begin, end = args["begin"], args["end"]
            if args["proposalId"] in stops.pauses or begin < now or end - begin > _LONGEST_PAUSE:
                raise Inconsistent(f"{body.address} was objected to twice, too early or for too long at {now}")
            stops.pauses[args["proposalId"]] = begin, end
        elif event.name == "ProposalResumed":
            begin, _ = stops.pauses[args["proposalId"]]
            stops.pauses[args["proposalId"]] = begin, max(begin, now)
        elif event.name == "Frozen":
            if stops.freezes and stops.freezes[-1][1] > now:
                raise Inconsistent(f"{body.address} was frozen at {now} while it was frozen")
            stops.freezes.append((now, args["until"]))
            if stops.frozen_within(args["until"] - _YEAR, args["until"]) > _LONGEST_FREEZE:
                raise Inconsistent(f"{body.address} is frozen for more than 30 days of the year until {args['until']}")
        elif not stops.freezes:
            raise Inconsistent(f"the freeze of {body.address} that ended at {now} never began")
        else:
            stops.freezes[-1] = stops.freezes[-1][0], now
    return stops


def _call(body: BodyRecord, name: str, args: Any, now: int) -> bytes:
    """The calldata that leaves an event. Raises Inconsistent for times that run backwards."""
    encode = body.contract.encode
    if name == "ProposalResumed":
        return encode("resume", args["proposalId"])
    if name == "Unfrozen":
        return encode("unfreeze")
    seconds = args["until"] - now if name == "Frozen" else args["end"] - args["begin"]
    if seconds <= 0:
        raise Inconsistent(f"{name} of {body.address} ends before it begins")
    return encode("freeze", seconds) if name == "Frozen" else encode("object", args["proposalId"], seconds)


def _decisions(body: BodyRecord) -> set[tuple[str, int, str, bytes]]:
    """What a body called by decision: transaction, number of the proposal (0 for a petition), target and calldata."""
    made = {event.args["proposalId"]: event.args for event in body.named("ProposalCreated")}
    numbers = {event.args["proposalId"]: event.args["number"] for event in body.named("ProposalNumbered")}
    opened = {event.args["petition"]: event.args for event in body.named("PetitionOpened")}
    found = {
        (event.tx_hash, 0, args["target"], args["data"])
        for event in body.named("PetitionEnacted")
        if (args := opened.get(event.args["petition"])) is not None
    }
    for event in body.named("ProposalExecuted"):
        identity = event.args["proposalId"]
        if identity in made and identity in numbers:
            calls = zip(made[identity]["targets"], made[identity]["calldatas"], strict=False)
            found |= {(event.tx_hash, numbers[identity], target, data) for target, data in calls}
    return found


def check_stops(chronicle: Chronicle, bodies: Sequence[BodyRecord], stops: Mapping[str, Stops]) -> Check:
    """Freezes and pauses against the chain."""

    def comparisons() -> Iterator[Comparison]:
        for body in bodies:
            found, ask = stops[body.address], body.contract
            ends = found.freezes[-1][1] if found.freezes else 0
            until = ends if ends > chronicle.now else 0
            yield f"freeze of {body.address}", until, chronicle.ask(ask, "frozenUntil")
            for moment in (chronicle.now, *(end for _, end in found.freezes)):
                total = found.frozen_within(0, moment)
                yield f"seconds frozen of {body.address}", total, chronicle.ask(ask, "frozenSecondsAt", moment)
            for identity, span in found.pauses.items():
                paused = tuple(chronicle.ask(ask, "pauseOf", identity))
                yield f"pause of proposal 0x{identity:064x} of {body.address}", span, paused

    return compare("oversight", comparisons)
