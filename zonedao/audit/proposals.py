"""Proposals and their tallies, rebuilt from events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zonedao.audit.bodies import BodyRecord, Persons
from zonedao.audit.chronicle import Chronicle
from zonedao.audit.oversight import Stops
from zonedao.audit.report import Check, Comparison, Inconsistent, compare
from zonedao.chain.abi import encode, keccak, parse_type
from zonedao.chain.events import Event
from zonedao.errors import ContractRevert
from zonedao.governance.laws import Law, last_part_seconds, law_from
from zonedao.governance.proposals import ProposalState, counted_in, description_bytes
from zonedao.governance.registry import WORD_BITS, indices_in
from zonedao.governance.standing import Course

_IDENTITY = parse_type(
    "tuple",
    [{"name": name, "type": kind} for name, kind in (("t", "address[]"), ("v", "uint256[]"), ("c", "bytes[]"),
                                                      ("d", "bytes32"))],
)  # fmt: skip


@dataclass
class ProposalRecord:
    """A proposal as its events tell it. `votes` are against, for, abstain; `voted` the indices of who voted, `course`
    what the votes were after each count and in which block; `sponsors` the indices of who signed; `missing` is how
    many more were wanted after the last of them, None before the first. What a body proposed (not `by_person`) wants
    none. `extended_to` is the later end, 0 for none. `representing` are choices of representatives, `followed` the
    representative by who is counted with them now, and `counted` representative, word and mask of every count of
    followers."""

    body: BodyRecord
    number: int
    id: int
    arrays: tuple[Any, ...]
    by_person: bool
    classes: int
    electorate: int
    opens_at: int
    closes_at: int
    votes: list[int] = field(default_factory=lambda: [0, 0, 0])
    voted: set[int] = field(default_factory=set)
    course: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    extended_to: int = 0
    representing: dict[int, int] = field(default_factory=dict)
    followed: dict[int, int] = field(default_factory=dict)
    counted: list[tuple[int, int, int]] = field(default_factory=list)
    sponsors: list[int] = field(default_factory=list)
    missing: int | None = None
    eta: int = 0
    canceled: bool = False
    executed: bool = False
    released: bool = False

    @property
    def name(self) -> str:
        """Number and body."""
        return f"proposal {self.number} of {self.body.address}"


def replay_proposals(body: BodyRecord, persons: Persons) -> dict[int, ProposalRecord]:
    """The proposals of a body by id. Raises Inconsistent."""
    created: dict[int, Event] = {}
    found: dict[int, ProposalRecord] = {}
    for event in body.events:
        args = event.args
        if event.name == "ProposalCreated":
            created[args["proposalId"]] = event
        elif event.name == "ProposalNumbered":
            record = _numbered(body, args, created, len(found) + 1, persons)
            found[record.id] = record
        elif event.name in _AFTERWARDS:
            record_of = found.get(args["proposalId"])
            if record_of is None:
                raise Inconsistent(f"{event.name} of a proposal that was never made: 0x{args['proposalId']:064x}")
            _apply(record_of, event, persons)
    if len(created) != len(found):
        raise Inconsistent(f"{body.address} made {len(created)} proposals and numbered {len(found)}")
    return found


_AFTERWARDS = (
    "ProposalSponsored",
    "VoteCast",
    "BallotsCounted",
    "RepresentativeVoted",
    "FollowersCounted",
    "ProposalExtended",
    "ProposalQueued",
    "ProposalExecuted",
    "ProposalCanceled",
    "ReservationsReleased",
)


def _numbered(
    body: BodyRecord, args: Any, created: dict[int, Event], expected: int, persons: Persons
) -> ProposalRecord:
    number, identity = args["number"], args["proposalId"]
    if number != expected:
        raise Inconsistent(f"proposal {expected} of {body.address} is missing: the next one told is {number}")
    if identity not in created:
        raise Inconsistent(f"proposal {number} of {body.address} is numbered, but nobody made it")
    text = created[identity].args
    by_person = persons.index_of(text["proposer"]) != 0  # otherwise a body directly below proposed it
    arrays = (
        list(text["targets"]),
        list(text["values"]),
        list(text["calldatas"]),
        keccak(description_bytes(created[identity])),
    )
    if int.from_bytes(keccak(encode(_IDENTITY, arrays)), "big") != identity:
        raise Inconsistent(f"proposal {number} of {body.address} is not what its id was made from")
    return ProposalRecord(
        body,
        number,
        identity,
        arrays,
        by_person,
        args["classes"],
        args["electorate"],
        text["voteStart"],
        text["voteEnd"],
    )


def _apply(record: ProposalRecord, event: Event, persons: Persons) -> None:
    name, args = event.name, event.args
    if name == "VoteCast":
        index = persons.index_of(args["voter"])
        if index == 0 or index in record.voted:
            raise Inconsistent(f"{args['voter']} voted on {record.name}, as a stranger or twice")
        if args["support"] > 2 or args["weight"] != 1:
            raise Inconsistent(
                f"a vote on {record.name} is no vote: support {args['support']}, weight {args['weight']}"
            )
        _take_back(record, {index})
        record.voted.add(index)
        record.votes[args["support"]] += 1
        record.course.append((event.block_number, tuple(record.votes)))
    elif name == "BallotsCounted":
        if len(args["words"]) % 4 or not args["words"]:
            raise Inconsistent(f"whose ballots were counted on {record.name} is told by {len(args['words'])} numbers")
        for word, support, bits in counted_in(args["words"]):
            people = set(indices_in(word, bits))
            if 0 in people or people & record.voted:
                raise Inconsistent(f"somebody in word {word} was counted on {record.name} as nobody or twice")
            _take_back(record, people)
            record.voted |= people
            record.votes[support] += len(people)
    elif name == "RepresentativeVoted":
        if args["representative"] not in record.voted or args["representative"] in record.representing:
            raise Inconsistent(f"person {args['representative']} represents on {record.name} without a vote, or twice")
        record.representing[args["representative"]] = args["support"]
    elif name == "FollowersCounted":
        people = set(indices_in(args["word"], args["followers"]))
        choice_of = record.representing.get(args["representative"])
        if choice_of is None or not people or people & (record.voted | set(record.followed)):
            raise Inconsistent(f"somebody in word {args['word']} was counted on {record.name} for nobody or twice")
        record.followed |= dict.fromkeys(people, args["representative"])
        record.votes[choice_of] += len(people)
        record.counted.append((args["representative"], args["word"], args["followers"]))
        record.course.append((event.block_number, tuple(record.votes)))
    elif name == "ProposalExtended":
        if record.extended_to:
            raise Inconsistent(f"the vote on {record.name} was extended twice")
        record.extended_to = args["extendedDeadline"]
    elif name == "ProposalSponsored":
        if args["person"] in record.sponsors:
            raise Inconsistent(f"person {args['person']} signed {record.name} twice")
        if record.missing is not None and args["missing"] != record.missing - 1:
            raise Inconsistent(f"{record.name} misses {args['missing']} sponsors after it missed {record.missing}")
        record.sponsors.append(args["person"])
        record.missing = args["missing"]
    elif name == "ProposalQueued":
        record.eta = args["etaSeconds"]
    elif name == "ProposalExecuted":
        record.executed = True
    elif name == "ProposalCanceled":
        record.canceled = True
    else:
        if args["number"] != record.number:
            raise Inconsistent(f"{record.name} was released under the number {args['number']}")
        record.released = True


def _take_back(record: ProposalRecord, people: set[int]) -> None:
    """What representatives cast for these persons counts no more."""
    for index in people & set(record.followed):
        record.votes[record.representing[record.followed.pop(index)]] -= 1


# --- comparing ---


def check_tallies(chronicle: Chronicle, proposals: Sequence[ProposalRecord]) -> Check:
    """Votes, who voted and who sponsored against the chain."""

    def comparisons() -> Iterator[Comparison]:
        for record in proposals:
            tally = chronicle.ask(record.body.contract, "proposalVotes", record.id)
            yield f"votes on {record.name} (against, for, abstain)", tuple(record.votes), tuple(tally)
            words = {index // WORD_BITS for index in record.voted} | {0}
            for word in sorted(words):
                mask = sum(1 << index % WORD_BITS for index in record.voted if index // WORD_BITS == word)
                actual = chronicle.ask(record.body.contract, "votedMask", record.id, word)
                yield f"who voted on {record.name} (word {word}, as bits)", mask, actual
            yield from _followers(chronicle, record)
            signed, needed = chronicle.ask(record.body.contract, "proposalSponsors", record.id)
            law = law_from(chronicle.ask(record.body.contract, "proposalLaw", record.id))
            expected = (len(record.sponsors), _sponsors_needed(record, law))
            yield f"sponsors of {record.name} (signed, needed)", expected, (signed, needed)
            if record.missing is not None:
                yield f"sponsors missing of {record.name}", record.missing, needed - signed
            for word in sorted({index // WORD_BITS for index in record.sponsors}):
                mask = sum(1 << index % WORD_BITS for index in record.sponsors if index // WORD_BITS == word)
                actual = chronicle.ask(record.body.contract, "sponsoredMask", record.id, word)
                yield f"who sponsored {record.name} (word {word}, as bits)", mask, actual

    return compare("tallies", comparisons)


def _followers(chronicle: Chronicle, record: ProposalRecord) -> Iterator[Comparison]:
    """Who is counted with whom, and that all of them followed at the snapshot."""
    ask, contract = chronicle.ask, record.body.contract
    registry = chronicle.bind("IWholeRegistry", ask(contract, "registry")) if record.counted else None
    for index, support in record.representing.items():
        number = sum(mask.bit_count() for whom, _, mask in record.counted if whom == index)
        found = tuple(ask(contract, "representativeVote", record.id, index))
        yield f"person {index} as a representative on {record.name}", (True, support, number), found
    for index, word, mask in record.counted:
        if registry is not None:
            snapshot = ask(contract, "proposalSnapshot", record.id)
            others = mask & ~ask(registry, "followersAt", index, word, snapshot)
            yield f"who was counted with person {index} on {record.name} without following (as bits)", 0, others
        for support, actual in enumerate(ask(contract, "followedMasks", record.id, word)):
            people = [who for who, whom in record.followed.items() if record.representing[whom] == support]
            bits = sum(1 << who % WORD_BITS for who in people if who // WORD_BITS == word)
            yield f"who is counted with others on {record.name} (word {word}, as bits)", bits, actual


def check_proposals(
    chronicle: Chronicle,
    bodies: Sequence[BodyRecord],
    proposals: Sequence[ProposalRecord],
    stops: Mapping[str, Stops],
) -> Check:
    """Numbers, times, states and releases against the chain."""

    def comparisons() -> Iterator[Comparison]:
        for body in bodies:
            count = sum(1 for record in proposals if record.body is body)
            yield f"proposals of {body.address}", count, chronicle.ask(body.contract, "proposalCount")
        for record in proposals:
            contract, held = record.body.contract, stops[record.body.address]
            law = law_from(chronicle.ask(contract, "proposalLaw", record.id))
            closes_at = _closing(chronicle, record, law)
            since = record.eta - law.execution_delay_seconds if record.eta else closes_at
            eta = held.moved(record.id, record.eta, since, chronicle.now) if record.eta else 0
            expiry = held.moved(record.id, (record.eta or closes_at) + law.grace_seconds, since, chronicle.now)
            for what, function, rebuilt in (
                ("number", "proposalNumber", record.number),
                ("classes", "proposalClasses", record.classes),
                ("electorate", "proposalElectorate", record.electorate),
                ("opening", "proposalVoteStart", record.opens_at),
                ("eta", "proposalEta", eta),
                ("expiry", "proposalExpiry", expiry),
            ):
                yield f"{what} of {record.name}", rebuilt, chronicle.ask(contract, function, record.id)
            told = record.extended_to or record.closes_at
            yield (
                f"closing of {record.name}",
                (closes_at, closes_at),
                (
                    told,
                    chronicle.ask(contract, "proposalDeadline", record.id),
                ),
            )
            state = _course(record, law, closes_at, expiry).state(chronicle.now, held.dissolved_at)
            actual = ProposalState(chronicle.ask(contract, "state", record.id))
            yield f"state of {record.name}", state.title, actual.title
            if state is ProposalState.EXPIRED and record.eta:
                yield f"release of {record.name}", record.released, _is_released(chronicle, record)

    return compare("proposals", comparisons)


def _closing(chronicle: Chronicle, record: ProposalRecord, law: Law) -> int:
    """When the vote closes: later than announced if it turned in its last part (Ballots.sol, `_extendIfTurned`)."""
    part = last_part_seconds(record.closes_at - record.opens_at)
    passed = False
    for block, votes in record.course:
        passes = law.passes(votes, record.electorate)
        if passes != passed and record.closes_at - part < chronicle.time_of_block(block) <= record.closes_at:
            return record.closes_at + part
        passed = passes
    return record.closes_at


def _course(record: ProposalRecord, law: Law, closes_at: int, expiry: int) -> Course:
    """What its events tell, under the law it is judged by."""
    return Course(
        opens_at=record.opens_at,
        closes_at=closes_at,
        expires_at=expiry,
        sponsored=len(record.sponsors) >= _sponsors_needed(record, law),
        passes=law.passes(record.votes, record.electorate),
        queued=bool(record.eta),
        executed=record.executed,
        canceled=record.canceled,
    )


def _sponsors_needed(record: ProposalRecord, law: Law) -> int:
    return law.sponsors_needed(record.electorate) if record.by_person else 0


def _is_released(chronicle: Chronicle, record: ProposalRecord) -> bool:
    """Whether the chain would refuse to release it again; nothing is sent."""
    try:
        chronicle.ask(record.body.contract, "releaseExpired", *record.arrays)
    except ContractRevert as revert:
        if revert.name != "NothingReserved":
            raise
        return True
    return False
