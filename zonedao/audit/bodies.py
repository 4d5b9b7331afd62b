"""Persons, bodies and members, rebuilt from events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from zonedao.audit.chronicle import Chronicle, by_address, in_order
from zonedao.audit.report import Check, Comparison, Inconsistent, compare
from zonedao.chain.abi import ZERO_ADDRESS
from zonedao.chain.contract import BoundContract
from zonedao.chain.events import Event
from zonedao.governance.registry import WORD_BITS, indices_in


@dataclass
class Persons:
    """The register: keys by index, who is away, and the log of departures (index, when)."""

    keys: dict[int, str] = field(default_factory=dict)
    admitted_at: dict[int, int] = field(default_factory=dict)
    left_at: dict[int, int] = field(default_factory=dict)
    departures: list[tuple[int, int]] = field(default_factory=list)
    indices: dict[str, int] = field(default_factory=dict)  # by every key that anybody ever had
    nullifiers: dict[bytes, int] = field(default_factory=dict)  # whose each is
    entered: set[tuple[str, int]] = field(default_factory=set)  # transaction and person of each admission

    def index_of(self, key: str) -> int:
        """The index of who acts with a key or ever did, 0 for a stranger. No key is ever two persons'."""
        return self.indices.get(key, 0)


Order = tuple[int, int]  # block and place in it


def order_of(event: Event) -> Order:
    """Where an event stands among all."""
    return event.block_number, event.log_index


@dataclass(frozen=True)
class Hung:
    """A body hangs under another from a moment on."""

    order: Order
    time: int
    parent: str


@dataclass
class BodyRecord:
    """One body of the zone.

    `parent` and `depth` are those of now, `founder` is the first parent, `hung` has the later ones. `applied` is what
    its own events say of its members, `noticed` of expulsions (from, to), `barred` of who returns by vote only (when
    they left).
    """

    address: str
    parent: str | None
    depth: int
    contract: BoundContract
    events: list[Event]
    applied: set[int] = field(default_factory=set)
    noticed: dict[int, tuple[int, int]] = field(default_factory=dict)
    barred: dict[int, int] = field(default_factory=dict)
    hung: list[Hung] = field(default_factory=list)
    founder: str | None = None

    def parent_before(self, event: Event) -> str | None:
        """The body above when something happened."""
        return self._latest(each.parent for each in self.hung if each.order < order_of(event))

    def parent_at(self, time: int) -> str | None:
        """The body above at the end of a second."""
        return self._latest(each.parent for each in self.hung if each.time <= time)

    def _latest(self, parents: Iterator[str]) -> str | None:
        return [self.founder, *parents][-1]

    def named(self, *names: str) -> list[Event]:
        """Its events of these names."""
        return [event for event in self.events if event.name in names]


def replay_persons(chronicle: Chronicle, events: Sequence[Event]) -> Persons:
    """The register as its events tell it. Raises Inconsistent."""
    persons = Persons()
    for event in events:
        if event.name in _OF_PERSONS:
            apply_to_persons(persons, event, chronicle.time_of(event))
    return persons


_OF_PERSONS = ("PersonAdmitted", "PersonReturned", "PersonLeft", "KeyRotated", "NullifierProven")


def apply_to_persons(persons: Persons, event: Event, at: int) -> None:
    """What one event changes. Raises Inconsistent."""
    index = event.args["index"]
    if event.name == "NullifierProven":
        if not 0 < index <= len(persons.keys) + 1 or bytes(event.args["nullifier"]) in persons.nullifiers:
            raise Inconsistent(f"person {index} cannot have proven what is another's")
        persons.nullifiers[bytes(event.args["nullifier"])] = index
        return
    if event.name == "PersonLeft":
        if event.args["departure"] != len(persons.departures) or index not in persons.keys:
            raise Inconsistent(f"departure {event.args['departure'] + 1}, of person {index}, is out of order")
        persons.departures.append((index, at))
        persons.left_at[index] = at
        return
    if event.name == "KeyRotated":
        old, new = event.args["oldKey"], event.args["newKey"]
        if persons.keys.get(index) != old or new in persons.indices:
            raise Inconsistent(f"person {index} cannot have gone from the key {old} to {new}")
        persons.keys[index] = new
        persons.indices[new] = index
        return
    expected = len(persons.keys) + 1 if event.name == "PersonAdmitted" else index
    if index != expected or (event.name == "PersonReturned" and not persons.left_at.get(index)):
        raise Inconsistent(f"person {index} is out of order: {expected} is the next to be admitted")
    if event.name == "PersonReturned" and persons.keys.get(index) != event.args["key"]:
        raise Inconsistent(f"person {index} returned with another key than was theirs")
    persons.keys[index] = event.args["key"]
    persons.indices[event.args["key"]] = index
    persons.admitted_at[index] = at
    persons.left_at[index] = 0
    persons.entered.add((event.tx_hash, index))


def replay_members(body: BodyRecord, persons: Persons, chronicle: Chronicle) -> int:
    """Fill in members and notices that a body's own events tell of, and say how many members. Raises Inconsistent."""
    decided = {event.tx_hash for event in body.named("GenesisStepDone", "ProposalExecuted")}
    finished: set[str] = set()  # transactions in which a notice was carried out
    for event in body.events:
        args = event.args
        if event.name in _OF_NOTICES:
            _notice(body, persons, chronicle, event, finished)
        if event.name in _DECIDED and event.tx_hash not in decided | finished:
            raise Inconsistent(f"{event.name} of {body.address} follows from no proposal and from no birth")
        if event.name == "MemberEnrolled":
            proven = args["index"] in persons.nullifiers.values() and (event.tx_hash, args["index"]) in persons.entered
            if body.parent is not None or not proven:
                raise Inconsistent(
                    f"person {args['index']} was enrolled in {body.address} without having proven anything"
                )
            _join(body, [args["index"]])
        elif event.name == "MemberAdmitted":
            _join(body, [args["index"]])
        elif event.name == "MembersAdmitted":
            _join(body, indices_in(args["word"], args["mask"]))
        elif event.name in _ENDS:
            if args["index"] not in body.applied:
                raise Inconsistent(f"person {args['index']} left {body.address} without being a member")
            if event.name == "MembershipEnded" and (args["index"], args["at"]) not in persons.departures:
                raise Inconsistent(f"person {args['index']} did not leave the zone at {args['at']}")
            body.applied.discard(args["index"])
    return len(body.applied)


def _notice(body: BodyRecord, persons: Persons, chronicle: Chronicle, event: Event, finished: set[str]) -> None:
    """Who is given notice has it for a fixed time, and whatever ends a membership ends it. Raises Inconsistent."""
    index, at = event.args["index"], chronicle.time_of(event)
    ready, expires = body.noticed.get(index, (0, 0))
    if event.name == "ExpulsionNoticed":
        seconds = chronicle.ask(body.contract, "NOTICE_SECONDS")
        due = (at + seconds, at + 2 * seconds)
        departures = [when for who, when in persons.departures if who == index and when <= at]
        if (event.args["readyAt"], event.args["expiresAt"]) == (0, 0) and index not in body.applied and departures:
            body.barred[index] = departures[-1]
            return
        if (event.args["readyAt"], event.args["expiresAt"]) != due or expires >= at or index not in body.applied:
            raise Inconsistent(f"person {index} was given notice by {body.address} amiss")
        body.noticed[index] = due
        return
    if event.name == "ExpulsionWithdrawn" and expires < at:
        raise Inconsistent(f"{body.address} took back a notice that person {index} did not have")
    if event.name == "MemberRemoved" and ready:
        if not ready <= at <= expires:
            raise Inconsistent(f"person {index} was expelled from {body.address} out of time")
        finished.add(event.tx_hash)
    if event.name in _ENDS and expires >= at:
        body.barred[index] = at
    body.noticed.pop(index, None)


_ENDS = ("MemberLeft", "MemberRemoved", "MemberPruned", "MembershipEnded")

_OF_NOTICES = (*_ENDS, "ExpulsionNoticed", "ExpulsionWithdrawn")

# What happens only because a proposal is executed, or at birth.
_DECIDED = (
    "MemberAdmitted",
    "MembersAdmitted",
    "MemberRemoved",
    "ExpulsionNoticed",
    "ExpulsionWithdrawn",
    "BodyFounded",
    "ActivitySet",
)


def _join(body: BodyRecord, indices: Sequence[int]) -> None:
    twice = body.applied.intersection(indices)
    if twice:
        raise Inconsistent(f"person {min(twice)} joined {body.address} twice")
    body.applied.update(indices)


def find_bodies(chronicle: Chronicle, zone: BoundContract, factory: str) -> list[BodyRecord]:
    """Every body of the zone, parents first, with its events. Raises Inconsistent."""
    found = [BodyRecord(zone.address, None, 0, zone, [])]
    level = found[:]
    while level:
        births = [
            event
            for body in level
            for event in chronicle.where("IZoneFactory", factory, "IndustryCreated", parent=body.address)
        ]
        depths = {body.address: body.depth for body in level}
        for event in births:
            if event.args["parent"] not in depths:
                raise Inconsistent(
                    f"{event.args['industry']} was founded below {event.args['parent']}, which is no body"
                )
        level = [
            BodyRecord(
                event.args["industry"],
                event.args["parent"],
                depths[event.args["parent"]] + 1,
                chronicle.bind("IWholeBody", event.args["industry"]),
                [],
                founder=event.args["parent"],
            )
            for event in births
        ]
        found += level
    events = by_address(chronicle.events("IWholeBody", [body.address for body in found]))
    for body in found:
        body.events = list(events.get(body.address, ()))
    _hang(chronicle, found)
    return found


def _hang(chronicle: Chronicle, bodies: Sequence[BodyRecord]) -> None:
    """Give every body the parent of now. What hangs under a dissolved body is hung under the nearest one above that
    goes on; what was offered to another body moves there (see oversight.py). Raises Inconsistent."""
    known = {body.address: body for body in bodies}
    dissolved = {event.address: order_of(event) for body in bodies for event in body.named("BodyDissolved")}
    for event in in_order(event for body in bodies for event in body.named("BodyRehung", "BodyMoved")):
        body, args = known[event.address], event.args
        above = args["to"] if event.name == "BodyMoved" and args["to"] in known else body.parent
        while above is not None and above in dissolved and dissolved[above] < order_of(event):
            above = known[above].parent
        if above is None or (args["from"], args["to"]) != (body.parent, above):
            raise Inconsistent(f"{body.address} was hung under {args['to']}, where it does not belong")
        if args["depth"] != known[above].depth + 1:
            raise Inconsistent(f"{body.address} was hung at depth {args['depth']}")
        if above != body.parent:
            body.hung.append(Hung(order_of(event), chronicle.time_of(event), above))
        body.parent, body.depth = above, args["depth"]


# --- comparing ---


def check_persons(chronicle: Chronicle, registry: BoundContract, persons: Persons) -> Check:
    """The register against the chain."""

    def comparisons() -> Iterator[Comparison]:
        yield "persons", len(persons.keys), chronicle.ask(registry, "count")
        for index, key in persons.keys.items():
            person = chronicle.ask(registry, "person", index)
            yield f"key of person {index}", key, person.key
            yield f"person {index} was admitted at", persons.admitted_at[index], person.admittedAt
            yield f"person {index} left at", persons.left_at[index], person.leftAt
        yield "nullifiers", len(persons.nullifiers), chronicle.ask(registry, "nullifierCount")
        for nullifier, index in persons.nullifiers.items():
            owner = chronicle.ask(registry, "personOf", nullifier)
            yield f"whose nullifier 0x{nullifier.hex()} is", index, owner
        yield "departures", len(persons.departures), chronicle.ask(registry, "departureCount")
        for position, departure in enumerate(persons.departures):
            yield f"departure {position + 1}", departure, tuple(chronicle.ask(registry, "departure", position))

    return compare("persons", comparisons)


def check_bodies(chronicle: Chronicle, bodies: Sequence[BodyRecord], registry: str, factory: BoundContract) -> Check:
    """Births, names, parents and modules against the chain."""

    def comparisons() -> Iterator[Comparison]:
        for body in bodies:
            ask = body.contract
            births = body.named("BodyInitialized")
            yield f"births of {body.address}", 1, len(births)
            born = births[0].args
            yield f"name of {body.address}", born["name"], chronicle.ask(ask, "name")
            yield f"parent of {body.address}", body.parent or ZERO_ADDRESS, chronicle.ask(ask, "parent")
            yield f"founder of {body.address}", body.founder or ZERO_ADDRESS, born["parent"]
            for each in body.hung:
                above = (body.parent_at(each.time - 1), body.parent_at(each.time))
                told = tuple(chronicle.ask(ask, "parentAt", time) for time in (each.time - 1, each.time))
                yield f"parents of {body.address} around {each.time}", above, told
            yield f"register of {body.address}", born["registry"], registry
            yield f"depth of {body.address}", body.depth, chronicle.ask(ask, "depth")
            yield f"{body.address} is of the factory", True, chronicle.ask(factory, "isBody", body.address)
            steps = body.named("GenesisStepDone")
            if steps:
                pending = chronicle.ask(ask, "genesisPending")
                yield f"next step of the birth of {body.address}", steps[-1].args["next"], pending.next
            founded = [event.args["child"] for event in body.named("BodyFounded")]
            children = [other.address for other in bodies if other.founder == body.address]
            yield f"industries below {body.address}", founded, children
        for role in (2, 3, 4, 5, 6, 7, 8):
            listed = [e.args["module"] for e in bodies[0].named("ModuleSet") if e.args["role"] == role]
            module = chronicle.ask(bodies[0].contract, "module", role)
            yield f"module under role {role}", listed[-1] if listed else ZERO_ADDRESS, module

    return compare("bodies", comparisons)


def check_members(chronicle: Chronicle, bodies: Sequence[BodyRecord], persons: Persons) -> Check:
    """Who belongs to what, and the head-counts, against the chain."""

    def comparisons() -> Iterator[Comparison]:
        for body in bodies:
            members = set(body.applied)
            if body.parent is None:
                for index in persons.keys:
                    notice = body.noticed.get(index, (0, 0))
                    told = notice if notice[1] >= chronicle.now else (0, 0)
                    yield f"notice of person {index}", told, tuple(chronicle.ask(body.contract, "expulsion", index))
                    barred = chronicle.ask(body.contract, "barredAt", index)
                    yield f"person {index} is barred since", body.barred.get(index, 0), barred
            else:
                yield from _pruned(chronicle, body)
                seen = chronicle.ask(body.contract, "departuresSeen")
                # What the zone knows and this body has not applied counts as applied already.
                members -= {index for index, _ in persons.departures[seen:]}
            for word in range(max(persons.keys, default=0) // WORD_BITS + 1):
                mask = chronicle.ask(body.contract, "membersAt", word, chronicle.now)
                rebuilt = [index for index in sorted(members) if index // WORD_BITS == word]
                yield f"members of {body.address}", rebuilt, indices_in(word, mask)
            heads = chronicle.ask(body.contract, "headcountAt", chronicle.now)
            yield f"head-count of {body.address}", len(members), heads

    return compare("members", comparisons)


def _pruned(chronicle: Chronicle, body: BodyRecord) -> Iterator[Comparison]:
    """Who was pruned must have been no member of the body above."""
    for event in body.named("MemberPruned"):
        parent = chronicle.bind("IWholeBody", body.parent_before(event) or ZERO_ADDRESS)
        index, at = event.args["index"], chronicle.time_of(event)
        above = chronicle.ask(parent, "membersAt", index // WORD_BITS, at) >> index % WORD_BITS & 1
        yield f"person {index}, pruned from {body.address}, in the body above", 0, above
