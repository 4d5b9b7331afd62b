"""Laws and caps of bodies, rebuilt from events. Every charge must follow from the calls of the proposal it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from zonedao.audit.bodies import BodyRecord
from zonedao.audit.chronicle import Chronicle
from zonedao.audit.proposals import ProposalRecord
from zonedao.audit.report import Check, Comparison, Inconsistent, compare
from zonedao.chain.contract import decode_call
from zonedao.chain.interface import shipped
from zonedao.errors import UsageProblem
from zonedao.governance.laws import ROWS, Law, ProposalClass, law_from, row_of

_NO_LAW = Law(0, 0, 0, 0, 0, 0, 0)  # of a class that a body does not have
_UNCOUNTABLE = 2**256 - 1  # an allowance too large to be multiplied (Constitution.sol, `_allowed`)

CapKey = tuple[int, str]  # class and asset


@dataclass
class CapRecord:
    """A cap as IConstitution has it."""

    limit: int = 0
    used: int = 0
    epoch: int = 0


@dataclass
class LawBook:
    """Laws by class with the time from which each holds, caps, and whether a row (role, selector) is stricter here."""

    laws: dict[int, list[tuple[int, Law]]] = field(default_factory=dict)
    caps: dict[CapKey, CapRecord] = field(default_factory=dict)
    rows: dict[tuple[int, bytes], bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Epochs:
    """How the treasury counts time, and where it is."""

    treasury: str
    start: int
    seconds: int

    def at(self, time: int) -> int:
        """Number of the epoch that a moment falls in."""
        return max(time - self.start, 0) // self.seconds


def replay_laws(
    chronicle: Chronicle, body: BodyRecord, proposals: Mapping[int, ProposalRecord], epochs: Epochs
) -> LawBook:
    """Laws and caps as the events of a body tell them. Raises Inconsistent."""
    book = LawBook()
    expected: list[tuple[CapKey, int, int]] = []  # charges that must follow: key, used, epoch
    queued: dict[int, int] = {}  # epoch by proposal
    (birth,) = (event.tx_hash for event in body.named("BodyInitialized"))
    born = False
    for event in body.events:
        args = event.args
        if event.name == "LawSet":
            since = chronicle.time_of(event) if born else 0
            book.laws.setdefault(args["class"], []).append((since, law_from(args["law"])))
        elif event.name == "RowSet":
            book.rows[args["role"], args["selector"]] = args["strict"]
        elif event.name == "CapSet":
            book.caps.setdefault((args["class"], args["asset"]), CapRecord()).limit = args["limit"]
        elif event.name == "BodyInitialized":
            # What was set before this event, in the same transaction, holds from the beginning of time.
            born = event.tx_hash == birth
        elif event.name in ("ProposalQueued", "ReservationsReleased"):
            record = proposals[args["proposalId"]]
            if event.name == "ProposalQueued":
                queued[record.id] = epochs.at(chronicle.time_of(event))
                expected += _charges(book, record, epochs, queued[record.id])
            else:
                expected += _credits(book, record, epochs, queued[record.id])
        elif event.name == "CapCharged":
            told = ((args["class"], args["asset"]), args["used"], args["epoch"])
            if not expected or expected.pop(0) != told:
                raise Inconsistent(
                    f"{body.address} says that {args['used']} of its cap are used in epoch {args['epoch']}, "
                    "which does not follow from its proposals"
                )
            cap = book.caps[told[0]]
            if args["used"] > cap.limit and not _is_credit(cap, args["used"], args["epoch"]):
                raise Inconsistent(f"{body.address} used {args['used']} of a cap of {cap.limit}")
            cap.used, cap.epoch = args["used"], args["epoch"]
    if expected:
        raise Inconsistent(f"{body.address} queued a proposal and charged no cap for it")
    return book


def _is_credit(cap: CapRecord, used: int, epoch: int) -> bool:
    return epoch == cap.epoch and used < cap.used


def _charges(book: LawBook, record: ProposalRecord, epochs: Epochs, epoch: int) -> list[tuple[CapKey, int, int]]:
    """What queueing a proposal adds to the caps, call by call (Zone.sol, `_takeUp`)."""
    found: list[tuple[CapKey, int, int]] = []
    running: dict[CapKey, int] = {}
    for key, amount in _money(record, epochs.treasury):
        cap = book.caps.get(key, CapRecord())
        used = running.get(key, cap.used if cap.epoch == epoch else 0) + amount
        running[key] = used
        found.append((key, used, epoch))
    return found


def _credits(book: LawBook, record: ProposalRecord, epochs: Epochs, epoch: int) -> list[tuple[CapKey, int, int]]:
    """What releasing a proposal gives back, if its epoch is still the one being counted."""
    found: list[tuple[CapKey, int, int]] = []
    running: dict[CapKey, int] = {}
    for key, amount in _money(record, epochs.treasury):
        cap = book.caps.get(key, CapRecord())
        if cap.epoch == epoch:
            running[key] = running.get(key, cap.used) - amount
            found.append((key, running[key], epoch))
    return found


def _money(record: ProposalRecord, treasury: str) -> Iterator[tuple[CapKey, int]]:
    """What each call of a proposal moves, as the constitution reads it; a constitutional proposal charges no cap."""
    if record.classes >> ProposalClass.CONSTITUTIONAL & 1:
        return
    targets, _, calldatas, _ = record.arrays
    for target, data in zip(targets, calldatas, strict=True):
        if target != treasury:
            continue
        try:
            signature, args = decode_call(shipped("ITreasury"), data)
        except UsageProblem:
            continue
        verb, amount = signature.split("(")[0], args.get("maxAmount", 0)
        if verb == "allow":
            epochs = args["epochs"]
            amount = _UNCOUNTABLE if amount >= 2**128 or epochs >= 2**32 else amount * epochs
        if verb in ("pay", "escrow", "allow") and amount:
            yield (int(ProposalClass.SPENDING), args["asset"]), amount


def check_laws(
    chronicle: Chronicle, bodies: Sequence[BodyRecord], books: Mapping[str, LawBook], assets: set[str]
) -> Check:
    """Laws, now and before each change, and caps in these assets and all that have one, against the chain."""
    spending = int(ProposalClass.SPENDING)
    capped = {asset for book in books.values() for _, asset in book.caps}

    def comparisons() -> Iterator[Comparison]:
        for body in bodies:
            book = books[body.address]
            for each in ProposalClass:
                what = f"law of {body.address} for {each.title}"
                known = [(0, _NO_LAW), *book.laws.get(each, [])]
                ends = [since - 1 for since, _ in known[1:]] + [chronicle.now]
                for (since, law), end in zip(known, ends, strict=True):
                    if end >= since:
                        yield f"{what} at {end}", law, law_from(chronicle.ask(body.contract, "lawAt", int(each), end))
            for name in ROWS:
                role, selector = row_of(name)
                strict = book.rows.get((role, selector), False)
                actual = chronicle.ask(body.contract, "strictRow", role, selector)
                yield f"calls of {name} made constitutional in {body.address}", strict, actual
            for asset in sorted(assets | capped):
                cap = book.caps.get((spending, asset), CapRecord())
                found = chronicle.ask(body.contract, "cap", spending, asset)
                what = f"cap of {body.address} in {asset} (limit, used, epoch)"
                yield what, (cap.limit, cap.used, cap.epoch), (found.limit, found.used, found.epoch)

    return compare("laws and caps", comparisons)
