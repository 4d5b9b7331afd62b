"""Elections and wishes, rebuilt from events: who stood, every ballot, every count, who holds what, every histogram."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zonedao.audit.chronicle import Chronicle
from zonedao.audit.report import Check, Comparison, Inconsistent, compare
from zonedao.chain.abi import keccak
from zonedao.governance.elections import Kind
from zonedao.governance.registry import WORD_BITS
from zonedao.governance.stv import Count, count_stv, preferences
from zonedao.times import DAY

if TYPE_CHECKING:
    from zonedao.chain.contract import BoundContract
    from zonedao.chain.events import Event

_PPM = 1_000_000
_NOBODY = "0x" + 40 * "0"
_LONGEST, _REST = 90 * DAY, 365 * DAY  # Seats.sol


@dataclass
class _Replacement:
    """What the events say of officers whom the body above named."""

    by: str
    since: int  # unix seconds
    until: int  # unix seconds
    named: tuple[int, ...]
    persons: list[int]  # of those, 0 for who has left


@dataclass
class _Election:
    """What the events say of one election."""

    number: int
    body: str
    terms: Any
    at: int  # unix seconds of the opening
    snapshot: int
    seasoned_at: int
    persons: dict[int, int] = field(default_factory=dict)  # by number
    commitments: dict[int, bytes] = field(default_factory=dict)  # by person
    ballots: dict[int, int] = field(default_factory=dict)  # by person, in order
    counted: list[int] | None = None  # stages of a single transferable vote, as told
    decided: Event | None = None
    left: set[int] = field(default_factory=set)  # persons
    replaced: list[_Replacement] = field(default_factory=list)  # the newest last

    @property
    def kind(self) -> Kind:
        return Kind(getattr(self.terms, "kind", Kind.POLL))

    @property
    def choices(self) -> int:
        return len(self.terms.options) if self.kind is Kind.POLL else len(self.persons)

    @property
    def times(self) -> tuple[int, ...]:
        """Beginning and end of the vote, end of revealing, beginning and end of the term."""
        opens = self.at + getattr(self.terms, "standSeconds", 0)
        closes = opens + self.terms.voteSeconds
        revealed = closes + self.terms.revealSeconds
        if self.kind is Kind.POLL:
            return opens, closes, revealed, 0, 0
        begins = revealed + self.terms.termDelay
        return opens, closes, revealed, begins, begins + self.terms.termSeconds

    def approvals(self) -> list[int]:
        return [sum(ballot >> number & 1 for ballot in self.ballots.values()) for number in range(1, self.choices + 1)]

    def valid(self, heads: int) -> bool:
        """Whether anybody voted, and as many as must among `heads` members."""
        cast = len(self.ballots)
        return cast != 0 and cast * _PPM >= heads * self.terms.quorumPpm

    def stv(self) -> Count:
        ballots = [preferences(ballot) for ballot in self.ballots.values()]
        return count_stv(ballots, self.choices, self.terms.seats)

    def winners(self, heads: int) -> tuple[int, ...]:
        """Who wins by the rules, among `heads` members."""
        cast = len(self.ballots)
        if not self.valid(heads):
            return ()
        if self.kind is Kind.STV:
            return self.stv().winners
        counts = dict(enumerate(self.approvals(), 1))
        if self.kind is Kind.APPROVAL:
            ranked = sorted((number for number in counts if counts[number]), key=lambda each: (-counts[each], each))
            return tuple(sorted(ranked[: self.terms.seats]))
        costs = dict(enumerate(self.terms.costs or [0] * self.choices, 1))
        enough = [n for n in counts if counts[n] and counts[n] * _PPM >= cast * self.terms.thresholdPpm]
        budget, found = self.terms.budget, list[int]()
        for number in sorted(enough, key=lambda each: (-counts[each], costs[each], each)):
            if len(found) < self.terms.most and costs[number] <= budget:
                budget -= costs[number]
                found.append(number)
        return tuple(sorted(found))


def check_elections(chronicle: Chronicle, address: str, events: Sequence[Event], bodies: Collection[str]) -> Check:
    """The elections of some bodies in the contract they share."""
    contract = chronicle.bind("IWholeElections", address)

    def comparisons() -> Iterator[Comparison]:
        found = _replay(chronicle, events, bodies)
        for number in range(1, chronicle.ask(contract, "electionCount") + 1):
            ours = chronicle.ask(contract, "electionOf", number).body in bodies
            yield f"whether election {number} is one of this zone", number in found, ours
        for election in found.values():
            yield from _one(chronicle, contract, election)
        yield from _replaced(chronicle, contract, list(found.values()))
        yield from _offices(chronicle, contract, list(found.values()))
        yield from _petitions(chronicle, contract, events, found)

    return compare("elections", comparisons)


def _replay(chronicle: Chronicle, events: Sequence[Event], bodies: Collection[str]) -> dict[int, _Election]:
    found: dict[int, _Election] = {}
    for event in events:
        args = event.args
        if event.name in ("PollOpened", "ElectionOpened") and args["body"] in bodies:
            if event.name == "ElectionOpened" and args["terms"].kind == Kind.POLL:
                raise Inconsistent(f"election {args['election']} is no election of officers")
            times = chronicle.time_of(event), args["snapshot"], args["seasonedAt"]
            found[args["election"]] = _Election(args["election"], args["body"], args["terms"], *times)
        election = found.get(args.get("election", 0))
        if election is None:
            continue
        if event.name == "CandidateStood":
            election.persons[args["number"]] = args["person"]
        elif event.name == "BallotCommitted":
            election.commitments[args["person"]] = bytes(args["commitment"])
        elif event.name == "BallotCast":
            election.ballots[args["person"]] = args["ballot"]
        elif event.name == "StvCounted":
            election.counted = list(args["stages"])
        elif event.name == "Decided":
            election.decided = event
        elif event.name == "OfficerLeft":
            election.left.add(args["person"])
            for named in election.replaced[-1:]:
                named.persons = [0 if each == args["person"] else each for each in named.persons]
        elif event.name == "OfficersReplaced":
            now, named_now = chronicle.time_of(event), tuple(args["persons"])
            election.replaced.append(_Replacement(args["by"], now, args["until"], named_now, list(named_now)))
        elif event.name == "OfficersRestored":
            if not election.replaced:
                raise Inconsistent(f"officers of election {election.number} are back who were never replaced")
            election.replaced[-1].until = chronicle.time_of(event)
    return found


def _one(chronicle: Chronicle, contract: BoundContract, election: _Election) -> Iterator[Comparison]:
    number, name = election.number, f"election {election.number}"
    actual = chronicle.ask(contract, "electionOf", number)
    stv = election.kind is Kind.STV
    label = election.terms.subject if election.kind is Kind.POLL else election.terms.office
    seats = 0 if election.kind is Kind.POLL else election.terms.seats
    yield f"body of {name}", election.body, actual.body
    yield (
        f"rules of {name}",
        (election.kind, bytes(label), seats, election.terms.quorumPpm),
        (actual.kind, bytes(actual.label), actual.seats, actual.quorumPpm),
    )
    times = (actual.voteStart, actual.voteEnd, actual.revealEnd, actual.termStart, actual.termEnd)
    yield f"times of {name}", election.times, times
    electorate = (election.snapshot, election.seasoned_at)
    yield f"electorate of {name}", electorate, (actual.snapshot, actual.seasonedAt)
    persons = [election.persons[each] for each in sorted(election.persons)]
    yield f"candidates of {name}", persons, list(chronicle.ask(contract, "candidates", number))
    yield f"ballots of {name}", len(election.ballots), actual.ballots
    for person, ballot in election.ballots.items() if not stv else ():
        if ballot & 1 or ballot >> (election.choices + 1):
            raise Inconsistent(f"the ballot of person {person} in {name} names a choice that is not there")
    approvals = [] if stv else election.approvals()
    yield f"approvals of {name}", approvals, list(chronicle.ask(contract, "approvals", number))
    chain = 0
    for ballot in election.ballots.values() if stv else ():
        chain = int.from_bytes(keccak(chain.to_bytes(32, "big") + ballot.to_bytes(32, "big"))[:28], "big")
    yield f"chained ballots of {name}", chain, chronicle.ask(contract, "ballotsHash", number)
    body = chronicle.bind("IWholeBody", election.body)
    everybody: Iterable[int] = election.ballots
    if election.terms.revealSeconds:  # what is never revealed is in no tally: everybody is asked about
        register = chronicle.bind("IWholeRegistry", chronicle.ask(body, "registry"))
        everybody = range(1, chronicle.ask(register, "count") + 1)
    for person in everybody:
        told = election.commitments.get(person, bytes(32))
        yield f"commitment of person {person} in {name}", told, chronicle.ask(contract, "commitmentOf", number, person)
        voted = person in election.ballots or person in election.commitments
        yield f"ballot of person {person} in {name}", voted, chronicle.ask(contract, "hasVoted", number, person)
    heads = chronicle.ask(body, "headcountAt", election.snapshot)
    winners = sum(1 << each for each in election.winners(heads)) if election.decided is not None else 0
    yield f"winners of {name}", winners, actual.winners
    if election.decided is not None and stv and election.valid(heads):
        yield f"stages of the count of {name}", election.counted, list(election.stv().words)
    if election.decided is not None:
        told_of = election.decided.args
        yield f"the result told of {name}", told_of["winners"], actual.winners
        yield f"ballots told of {name}", told_of["ballots"], actual.ballots
        reached = actual.ballots * _PPM >= heads * actual.quorumPpm and actual.ballots != 0
        yield f"quorum told of {name}", told_of["quorumReached"], reached


def _replaced(chronicle: Chronicle, contract: BoundContract, elections: list[_Election]) -> Iterator[Comparison]:
    """Who was named by the body above, for how long and how often."""
    rests: dict[tuple[str, bytes], int] = {}
    named = [(each, election) for election in elections for each in election.replaced]
    for found, election in sorted(named, key=lambda each: each[0].since):
        name = f"election {election.number}"
        place = (election.body, bytes(election.terms.office))
        if found.until > min(found.since + _LONGEST, election.times[4]):
            raise Inconsistent(f"the officers of {name} were replaced for too long at {found.since}")
        if found.since < rests.get(place, 0):
            raise Inconsistent(f"the officers of {name} were replaced at {found.since}, twice in a year")
        rests[place] = found.since + _REST
        yield from _from_above(chronicle, found, election)
    for election in elections:
        newest = election.replaced[-1] if election.replaced else _Replacement(_NOBODY, 0, 0, (), [])
        actual = chronicle.ask(contract, "replacementOf", election.number)
        told = (newest.by, newest.since, newest.until, tuple(newest.persons))
        yield f"who is named in place of election {election.number}", told, (*actual[:3], tuple(actual[3]))
    for place in sorted({(each.body, bytes(each.terms.office)) for each in elections if each.kind is not Kind.POLL}):
        yield (
            f"rest of an office of {place[0]}",
            rests.get(place, 0),
            chronicle.ask(contract, "officeRestsUntil", *place),
        )


def _from_above(chronicle: Chronicle, found: _Replacement, election: _Election) -> Iterator[Comparison]:
    """Who named others was the body above, and whom it named were members there: in that second or in the one before,
    since what else happened in the same second may have ended that."""
    body, moments = chronicle.bind("IWholeBody", election.body), (found.since - 1, found.since)
    name = f"named in place of election {election.number}"
    if found.by not in [chronicle.ask(body, "parentAt", moment) for moment in moments]:
        raise Inconsistent(f"{found.by}, by whom officers were {name} at {found.since}, was not above")
    above = chronicle.bind("IWholeBody", found.by)
    for person in found.named:
        masks = [chronicle.ask(above, "membersAt", person // WORD_BITS, moment) for moment in moments]
        belonged = any(mask >> person % WORD_BITS & 1 for mask in masks)
        yield f"whether person {person}, {name}, was a member above", True, belonged


def _offices(chronicle: Chronicle, contract: BoundContract, elections: list[_Election]) -> Iterator[Comparison]:
    decided = [each for each in elections if each.kind is not Kind.POLL and each.decided is not None]
    for body, office in sorted({(each.body, bytes(each.terms.office)) for each in decided}):
        own = [each for each in decided if (each.body, bytes(each.terms.office)) == (body, office)]
        order = {each.number: place for place, each in enumerate(sorted(own, key=_decided_at))}
        begun = [each for each in own if each.times[3] <= chronicle.now]
        newest = max(begun, key=lambda each: (each.times[3], order[each.number]), default=None)
        holders: list[int] = []
        if newest is not None and newest.times[4] > chronicle.now:
            heads = chronicle.ask(chronicle.bind("IWholeBody", body), "headcountAt", newest.snapshot)
            seated = [newest.persons[number] for number in newest.winners(heads)]
            seated = [person for person in seated if person not in newest.left]
            members = body
            for named in newest.replaced[-1:]:
                if named.until > chronicle.now:
                    seated, members = named.persons, named.by
            asked = chronicle.bind("IWholeBody", members)
            holders = [person for person in seated if person and chronicle.ask(asked, "isMember", person)]
        yield f"officers of {body}", holders, list(chronicle.ask(contract, "officers", body, office)[1])


def _decided_at(election: _Election) -> tuple[int, int]:
    told = election.decided
    return (told.block_number, told.log_index) if told is not None else (0, 0)


def _petitions(
    chronicle: Chronicle, contract: BoundContract, events: Sequence[Event], elections: dict[int, _Election]
) -> Iterator[Comparison]:
    ours = {
        event.args["petition"]: event
        for event in events
        if event.name == "RecallAsked" and event.args["election"] in elections
    }
    told: dict[int, Counter[str]] = {number: Counter() for number in ours}
    ends: Counter[int] = Counter()
    closed: dict[int, list[Event]] = {number: [] for number in ours}
    recalls: set[tuple[str, int, int]] = set()  # transaction, election and person of those that carried
    for event in events:
        number = event.args.get("petition")
        if number in told:
            side = "" if event.name != "RecallVoteCast" else " for" if event.args["recall"] else " against"
            told[number][event.name + side] += 1
            if event.name == "RecallOpened":
                ends[number] = event.args["voteEnd"]
            elif event.name == "RecallClosed":
                closed[number].append(event)
    for number in range(1, chronicle.ask(contract, "petitionCount") + 1):
        about_ours = chronicle.ask(contract, "petitionOf", number).election in elections
        yield f"whether petition {number} is about an officer of this zone", number in ours, about_ours
    for number, opened in ours.items():
        actual, counts, args = chronicle.ask(contract, "petitionOf", number), told[number], opened.args
        name = f"petition {number}"
        about = (args["election"], args["person"], args["needed"], args["snapshot"], args["seasonedAt"])
        yield name, about, (actual.election, actual.person, actual.needed, actual.snapshot, actual.seasonedAt)
        yield f"signatures of {name}", counts["RecallSigned"], actual.signatures
        votes = (counts["RecallVoteCast for"], counts["RecallVoteCast against"])
        yield f"votes on {name}", votes, (actual.votesFor, actual.votesAgainst)
        yield f"end of {name}", (ends[number], counts["RecallClosed"] == 1), (actual.voteEnd, actual.closed)
        carried = votes[0] > votes[1] and votes[0] >= actual.needed
        for event in closed[number]:
            outcome = (event.args["recalled"], event.args["votesFor"], event.args["votesAgainst"])
            yield f"outcome of {name}", outcome, (carried, *votes)
            if carried:
                recalls.add((event.tx_hash, args["election"], args["person"]))
    for event in events:
        if event.name == "OfficerLeft" and event.args["election"] in elections:
            election, person = event.args["election"], event.args["person"]
            recalled = (event.tx_hash, election, person) in recalls
            yield f"why person {person} left an office by election {election}", event.args["recalled"], recalled


def check_wishes(chronicle: Chronicle, address: str, events: Sequence[Event], bodies: Collection[str]) -> Check:
    """The parameters of some bodies in the contract they share."""
    contract = chronicle.bind("IWishes", address)

    def comparisons() -> Iterator[Comparison]:
        ours = [event for event in events if event.args["body"] in bodies]
        opened = {(event.args["body"], event.args["name"]): event for event in ours if event.name == "ParameterOpened"}
        for event in ours:
            if (event.args["body"], event.args["name"]) not in opened:
                raise Inconsistent(f"{event.args['body']} has wishes for what it never opened")
        for event in opened.values():
            yield from _parameter(chronicle, contract, event, ours)

    return compare("wishes", comparisons)


def _parameter(
    chronicle: Chronicle, contract: BoundContract, opened: Event, events: Sequence[Event]
) -> Iterator[Comparison]:
    place = (opened.args["body"], opened.args["name"])
    terms = opened.args["terms"]
    name = f"the parameter {bytes(place[1]).rstrip(bytes(1))!r} of {place[0]}"
    wishes: dict[int, int] = {}
    state = (0, terms.first, terms.first)
    for event in events:
        if (event.args["body"], event.args["name"]) != place:
            continue
        if event.name == "Wished":
            wishes[event.args["person"]] = event.args["bin"]
        elif event.name == "WishForgotten":
            wishes.pop(event.args["person"], None)
        elif event.name == "WishesRead":
            told = (event.args["median"], event.args["wishes"])
            yield f"the median read of {name} in epoch {event.args['epoch']}", told, (_median(wishes), len(wishes))
            state = (event.args["epoch"], event.args["current"], event.args["following"])
    actual = chronicle.ask(contract, "parameterOf", *place)
    rules = (terms.least, terms.step, terms.bins, terms.move, terms.quorumPpm, terms.epochSeconds)
    kept = (actual.least, actual.step, actual.bins, actual.move, actual.quorumPpm, actual.epochSeconds)
    yield f"rules of {name}", rules, kept
    since = (opened.args["seasoning"], chronicle.time_of(opened))
    yield f"seasoning of {name}", since, (actual.seasoning, actual.openedAt)
    yield f"readings of {name}", state, (actual.epoch, actual.current, actual.following)
    counts = Counter(wishes.values())
    rebuilt = [counts[place] for place in range(terms.bins)]
    yield f"wishes for {name}", rebuilt, list(chronicle.ask(contract, "histogram", *place))
    yield f"how many wish for {name}", len(wishes), actual.wishes
    for person, wanted in wishes.items():
        told = tuple(chronicle.ask(contract, "wishOf", *place, person))
        yield f"the wish of person {person} for {name}", (True, wanted), told


def _median(wishes: dict[int, int]) -> int:
    """The lower one where there are two, 0 where nobody wishes."""
    return sorted(wishes.values())[(len(wishes) - 1) // 2] if wishes else 0
