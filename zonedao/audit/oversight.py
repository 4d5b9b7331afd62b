"""What held bodies and proposals up, ended or moved them, rebuilt from events: freezes, objections, ends, offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zonedao.audit.bodies import BodyRecord
from zonedao.audit.chronicle import Chronicle
from zonedao.audit.report import Check, Comparison, Inconsistent, compare
from zonedao.chain.abi import ZERO_ADDRESS
from zonedao.governance.reading import FOR_EVER
from zonedao.governance.standing import Span, moved
from zonedao.times import DAY

_LONGEST_PAUSE, _LONGEST_FREEZE, _YEAR = 7 * DAY, 30 * DAY, 365 * DAY  # ZoneOversight.sol
_NOTICE = 14 * DAY  # Dissolution.sol, Moving.sol
_OFFER = 60 * DAY  # Moving.sol


@dataclass
class Stops:
    """What stopped one body: its freezes, oldest first and apart, and the pauses of its proposals by id; when its end
    was announced, and when it ended, 0 for never. What is dissolved is frozen for ever."""

    freezes: list[Span] = field(default_factory=list)
    pauses: dict[int, Span] = field(default_factory=dict)
    announced_at: int = 0
    dissolved_at: int = 0
    offered: tuple[str, int] | None = None  # to which body, and when

    def moved(self, identity: int, moment: int, since: int, now: int) -> int:
        """A moment that counts from `since`, as `proposalEta` and `proposalExpiry` say it at `now`."""
        return moved(self._spans(identity), moment, since, now, self.dissolved_at)

    def _spans(self, identity: int) -> list[Span]:
        return [*self.freezes, *([self.pauses[identity]] if identity in self.pauses else [])]

    def announced(self, now: int) -> bool:
        """Whether its end is announced and neither done nor lapsed."""
        return bool(self.announced_at) and not self.dissolved_at and now <= self.announced_at + 2 * _NOTICE

    def offer(self, now: int) -> tuple[str, int, int] | None:
        """To which body it is offered, and from when to when that can take it."""
        if self.offered is None or now > self.offered[1] + _OFFER:
            return None
        return self.offered[0], self.offered[1] + _NOTICE, self.offered[1] + _OFFER

    def frozen_within(self, begin: int, end: int) -> int:
        """Seconds of freezes between two moments."""
        return sum(max(min(until, end) - max(since, begin), 0) for since, until in self.freezes)


def replay_stops(chronicle: Chronicle, body: BodyRecord, bodies: Sequence[BodyRecord]) -> Stops:
    """What stopped or ended a body. Raises Inconsistent where it is out of bounds or nobody's decision."""
    stops = Stops()
    own = _decisions(body)
    others = {each.address: _decisions(each) for each in bodies if each.address in _above(body)}
    for event in body.named(*_MEASURES, "BodyDissolved", "BodyRehung", "BodyMoved"):
        now, args = chronicle.time_of(event), event.args
        above = body.parent_before(event)
        if event.name == "BodyRehung":
            stops.offered = None if args["from"] != args["to"] else stops.offered
            continue
        if stops.dissolved_at:
            raise Inconsistent(f"{event.name} of {body.address} came after its end")
        if event.name == "BodyDissolved":
            _end(stops, body, now, above, args["heir"])
            continue
        if event.name == "BodyMoved":
            offer, taker = stops.offer(now), others.get(args["to"], set())
            call = body.contract.encode("acceptMove")
            if offer is None or args["to"] != offer[0] or now < offer[1]:
                raise Inconsistent(f"{body.address} moved at {now} to where it was not offered")
            if (event.tx_hash, args["origin"], body.address, call) not in taker or args["from"] != above:
                raise Inconsistent(f"{body.address} moved at {now}, as nobody decided")
            stops.offered = None
            continue
        call = _call(body, event.name, args, now)
        if (event.tx_hash, args["origin"], body.address, call) not in own | others.get(above or "", set()):
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
        elif event.name == "MoveOffered":
            if stops.offer(now) or (args["readyAt"], args["expiresAt"]) != (now + _NOTICE, now + _OFFER):
                raise Inconsistent(f"{body.address} was offered twice or amiss at {now}")
            stops.offered = args["to"], now
        elif event.name == "MoveWithdrawn":
            if not stops.offer(now):
                raise Inconsistent(f"the offer of {body.address}, taken back at {now}, was not made")
            stops.offered = None
        elif event.name == "DissolutionAnnounced":
            if stops.announced(now) or (args["readyAt"], args["expiresAt"]) != (now + _NOTICE, now + 2 * _NOTICE):
                raise Inconsistent(f"the end of {body.address} was announced twice or amiss at {now}")
            stops.announced_at = now
        elif event.name == "DissolutionWithdrawn":
            if not stops.announced(now):
                raise Inconsistent(f"the end of {body.address}, taken back at {now}, was not announced")
            stops.announced_at = 0
        elif not stops.freezes:
            raise Inconsistent(f"the freeze of {body.address} that ended at {now} never began")
        else:
            stops.freezes[-1] = stops.freezes[-1][0], now
    return stops


_MEASURES = (
    *("ProposalObjected", "ProposalResumed", "Frozen", "Unfrozen"),
    *("DissolutionAnnounced", "DissolutionWithdrawn", "MoveOffered", "MoveWithdrawn"),
)


def _above(body: BodyRecord) -> set[str | None]:
    """Every body that ever was directly above."""
    return {body.founder, *(each.parent for each in body.hung)}


def _end(stops: Stops, body: BodyRecord, now: int, above: str | None, heir: str) -> None:
    """Two to four weeks after the announcement, and all to the body above. Raises Inconsistent."""
    if not stops.announced(now) or now < stops.announced_at + _NOTICE or heir != above:
        raise Inconsistent(f"{body.address} was dissolved at {now} without notice, or for another than the body above")
    stops.dissolved_at = now
    if stops.freezes and stops.freezes[-1][1] > now:
        stops.freezes[-1] = stops.freezes[-1][0], now
    stops.freezes.append((now, FOR_EVER))


def _call(body: BodyRecord, name: str, args: Any, now: int) -> bytes:
    """The calldata that leaves an event. Raises Inconsistent for times that run backwards."""
    encode = body.contract.encode
    if name == "ProposalResumed":
        return encode("resume", args["proposalId"])
    if name == "MoveOffered":
        return encode("offerMove", args["to"])
    if name in _PLAIN:
        return encode(_PLAIN[name])
    seconds = args["until"] - now if name == "Frozen" else args["end"] - args["begin"]
    if seconds <= 0:
        raise Inconsistent(f"{name} of {body.address} ends before it begins")
    return encode("freeze", seconds) if name == "Frozen" else encode("object", args["proposalId"], seconds)


# What leaves an event and has no arguments.
_PLAIN = {
    "Unfrozen": "unfreeze",
    "DissolutionAnnounced": "dissolve",
    "DissolutionWithdrawn": "withdrawDissolution",
    "MoveWithdrawn": "withdrawMove",
}


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
            since = found.announced_at if found.announced(chronicle.now) else -_NOTICE
            expiry = since + 2 * _NOTICE if found.announced(chronicle.now) else 0
            ending = (since + _NOTICE, expiry, found.dissolved_at)
            yield f"dissolution of {body.address}", ending, tuple(chronicle.ask(ask, "dissolution"))
            offer = found.offer(chronicle.now) or (ZERO_ADDRESS, 0, 0)
            yield f"offer of {body.address}", offer, tuple(chronicle.ask(ask, "moveOffer"))
            for moment in (chronicle.now, *(end for _, end in found.freezes)):
                total = found.frozen_within(0, moment)
                yield f"seconds frozen of {body.address}", total, chronicle.ask(ask, "frozenSecondsAt", moment)
            for identity, span in found.pauses.items():
                paused = tuple(chronicle.ask(ask, "pauseOf", identity))
                yield f"pause of proposal 0x{identity:064x} of {body.address}", span, paused

    return compare("oversight", comparisons)
