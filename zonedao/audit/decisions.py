"""What was decided and what happened: the calls of a proposal must have left their events when it moved on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zonedao.audit.proposals import ProposalRecord
from zonedao.audit.report import Check, Comparison, compare
from zonedao.chain.contract import decode_call
from zonedao.chain.events import Event
from zonedao.chain.interface import shipped
from zonedao.errors import UsageProblem
from zonedao.trade.post import ListingState
from zonedao.treasury.assets import COIN_ADDRESS

Args = Mapping[str, Any]
Deed = tuple[str, dict[str, Any]]  # name of an event, and what it must say
Rule = Callable[[Args, ProposalRecord], list[Deed]]

_QUEUED, _EXECUTED, _RELEASED = "ProposalQueued", "ProposalExecuted", "ReservationsReleased"


@dataclass(frozen=True)
class Places:
    """Where the calls of a zone's proposals go."""

    treasury: str | None
    stores: str | None
    post: str | None
    elections: str | None
    wishes: str | None


def check_decisions(
    places: Places, proposals: Mapping[str, Mapping[int, ProposalRecord]], events: Sequence[Event]
) -> Check:
    """The events of each transaction in which a proposal moved on, against the calls that were voted on.

    `events` are those of the zone's bodies, treasury, stores, trade post, elections and wishes, in the order of the
    chain.
    """

    def comparisons() -> Iterator[Comparison]:
        moved: dict[tuple[str, str], list[Deed]] = {}
        numbers: dict[tuple[str, str], list[int]] = {}
        happened: dict[str, list[Event]] = {}
        sellers: dict[int, str] = {}
        unreadable: set[tuple[str, str]] = set()
        # Anybody finishes an expulsion that the zone decided before, perhaps in a transaction that does more.
        zones = {body for body, found in proposals.items() for each in found.values() if each.body.parent is None}
        for event in events:
            if event.name == "ListingOpened":
                sellers[event.args["listing"]] = event.args["seller"]
            happened.setdefault(event.tx_hash, []).append(event)
            if event.name not in (_QUEUED, _EXECUTED, _RELEASED) or event.address not in proposals:
                continue
            record = proposals[event.address][event.args["proposalId"]]
            key = (event.tx_hash, event.address)
            try:
                moved.setdefault(key, []).extend(_deeds(record, places, event.name))
            except UsageProblem:
                # Contracts read some encodings that we do not; then only the figures can be compared.
                unreadable.add(key)
            numbers.setdefault(key, []).append(record.number)
        for key, deeds in moved.items():
            if key in unreadable:
                continue
            tx_hash, body = key
            told = [event for event in happened[tx_hash] if _is_of(event, body, places, sellers)]
            if body in zones:
                told = [event for event in told if event.name != "MemberRemoved"]
            what = f"what proposal {', '.join(map(str, numbers[key]))} of {body} did in {tx_hash}"
            yield f"{what}: events", [event.name for event in told], [name for name, _ in deeds]
            for event, (name, expected) in zip(told, deeds, strict=True):
                for field, value in expected.items():
                    yield f"{what}: {field} of {name}", event.args[field], value

    return compare("decisions", comparisons)


def _deeds(record: ProposalRecord, places: Places, moment: str) -> Iterator[Deed]:
    """The events that the calls of a proposal leave when it is queued, executed or released. Raises UsageProblem."""
    targets, _, calldatas, _ = record.arrays
    kinds: dict[str | None, tuple[str, Mapping[str, Rule]]] = {
        record.body.address: ("IWholeBody", _OF_BODIES),
        places.treasury: ("ITreasury", _OF_TREASURIES),
        places.stores: ("IStores", _OF_STORES),
        places.post: ("ITradePost", _OF_POSTS),
        places.elections: ("IWholeElections", _OF_ELECTIONS),
        places.wishes: ("IWishes", _OF_WISHES),
    }
    for target, data in zip(targets, calldatas, strict=True):
        if target not in kinds:
            continue
        interface, table = kinds[target]
        if data[:4] not in shipped(interface).by_selector:
            continue
        signature, args = decode_call(shipped(interface), data)
        verb = signature.split("(")[0]
        if moment == _EXECUTED:
            if verb in table:
                yield from table[verb](args, record)
        elif verb in ("pay", "escrow") and target == places.treasury and args["maxAmount"]:
            name = "Reserved" if moment == _QUEUED else "Released"
            yield name, {"proposal": record.number, "asset": args["asset"], "amount": args["maxAmount"]}


def _is_of(event: Event, body: str, places: Places, sellers: Mapping[int, str]) -> bool:
    """Whether an event is one that a proposal of this body leaves."""
    args = event.args
    if event.address == body:
        return event.name in _LEFT_BY_BODIES
    if event.address == places.treasury:
        return event.name in _LEFT_BY_TREASURIES and args["body"] == body
    if event.address == places.stores:
        return event.name in _LEFT_BY_STORES
    if event.address == places.post:
        if event.name == "ListingClosed":
            return args["state"] == ListingState.WITHDRAWN and sellers.get(args["listing"]) == body
        return body in (args.get("seller"), args.get("buyer"))
    if event.address in (places.elections, places.wishes):
        return event.name in _LEFT_BY_ELECTIONS and args["by" if "by" in args else "body"] == body
    return False


def _money(name: str) -> Rule:
    def deed(args: Args, record: ProposalRecord) -> list[Deed]:
        same = ("asset", "to", "post", "tradeKey", "child", "source", "line", "evidence")
        expected = {field: args[field] for field in same if field in args}
        amount = "limit" if name == "Allowed" else "amount"
        return [(name, {**expected, amount: args["maxAmount"], "proposal": record.number})]

    return deed


def _same(name: str, *fields: str, **renamed: str) -> Rule:
    """An event that repeats arguments of the call, some under another name."""

    def deed(args: Args, record: ProposalRecord) -> list[Deed]:
        expected = {field: args[field] for field in fields}
        return [(name, {**expected, **{field: args[source] for field, source in renamed.items()}})]

    return deed


def _accepted(args: Args, record: ProposalRecord) -> list[Deed]:
    return [("CommitmentMade", {"listing": args["listing"], "quantity": args["quantity"]})]


def _listed(args: Args, record: ProposalRecord) -> list[Deed]:
    return [("ListingOpened", {"seller": record.body.address, "terms": args["terms"]})]


def _removed(args: Args, record: ProposalRecord) -> list[Deed]:
    """A zone gives notice, which anybody finishes later."""
    return [("MemberRemoved" if record.body.parent else "ExpulsionNoticed", {"index": args["index"]})]


def _founded(args: Args, record: ProposalRecord) -> list[Deed]:
    return [("BodyFounded", {"name": args["plan"].name, "proposal": record.number})]


def _said_where(args: Args, record: ProposalRecord) -> list[Deed]:
    return [("DAOURIUpdate", {"daoAddress": record.body.address, "daoURI": args["uri"]})]


def _recalled(args: Args, record: ProposalRecord) -> list[Deed]:
    same = {field: args[field] for field in ("asset", "child", "line", "evidence")}
    return [("Recalled", {**same, "proposal": record.number})]


def _opened(name: str) -> Rule:
    return lambda args, record: [(name, {"body": record.body.address, "terms": args["terms"]})]


def _replaced(args: Args, record: ProposalRecord) -> list[Deed]:
    """Until when is not said here: the call says how long, and the term may end before."""
    named = {"election": args["election"], "persons": args["persons"]}
    return [("OfficersReplaced", {**named, "by": record.body.address, "proposal": record.number})]


def _restored(args: Args, record: ProposalRecord) -> list[Deed]:
    return [("OfficersRestored", {"election": args["election"], "proposal": record.number})]


_OF_TREASURIES: dict[str, Rule] = {
    "pay": _money("Paid"),
    "escrow": _money("Escrowed"),
    "allow": _money("Allowed"),
    "recall": _recalled,
}
_OF_BODIES: dict[str, Rule] = {
    "admit": lambda args, record: [("MemberAdmitted", {}) for _ in args["keys"]],
    "remove": _removed,
    "withdrawExpulsion": _same("ExpulsionWithdrawn", "index"),
    "found": _founded,
    "setLaw": _same("LawSet", "class", "law"),
    "setCap": _same("CapSet", "class", "asset", "limit"),
    "setModule": _same("ModuleSet", "role", module="module_"),
    "removeModule": lambda args, record: [("ModuleSet", {"role": args["role"], "module": COIN_ADDRESS})],
    "setRow": _same("RowSet", "role", "selector", "strict"),
    "setDaoURI": _said_where,
    "setActivity": _same("ActivitySet", "lastVotes"),
}
_OF_STORES: dict[str, Rule] = {
    "addGood": _same("GoodAdded", "name", "safety", "entitlement"),
    "setGood": _same("GoodSet", "good", "safety", "entitlement"),
    "setKeepers": _same("KeepersSet", "persons"),
}
_OF_POSTS: dict[str, Rule] = {"list": _listed, "unlist": _same("ListingClosed", "listing"), "accept": _accepted}
_OF_ELECTIONS: dict[str, Rule] = {
    "openPoll": _opened("PollOpened"),
    "openElection": _opened("ElectionOpened"),
    "replaceOfficers": _replaced,
    "restoreOfficers": _restored,
}
_OF_WISHES: dict[str, Rule] = {"openParameter": _opened("ParameterOpened")}

_LEFT_BY_BODIES = {
    *("MemberAdmitted", "MemberRemoved", "ExpulsionNoticed", "ExpulsionWithdrawn", "BodyFounded"),
    *("LawSet", "CapSet", "RowSet", "ModuleSet", "DAOURIUpdate", "ActivitySet"),
}
_LEFT_BY_TREASURIES = {"Paid", "Escrowed", "Allowed", "Recalled", "Reserved", "Released"}
_LEFT_BY_STORES = {"GoodAdded", "GoodSet", "KeepersSet"}
_LEFT_BY_ELECTIONS = {"PollOpened", "ElectionOpened", "OfficersReplaced", "OfficersRestored", "ParameterOpened"}
