"""What the register keeps beside persons: tokens, code pages and recoveries, rebuilt from events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from zonedao.audit.bodies import Persons, apply_to_persons
from zonedao.audit.chronicle import Chronicle
from zonedao.audit.report import Check, Comparison, Inconsistent, compare
from zonedao.chain.abi import ZERO_ADDRESS, address_bytes, create_address
from zonedao.chain.contract import BoundContract
from zonedao.chain.events import Event
from zonedao.governance.registry import WORD_BITS

EVERYBODY = 2**WORD_BITS - 1


@dataclass
class OpenRecovery:
    """One recovery as its events tell it; times in unix seconds."""

    new_key: str
    expires_at: int
    ready_at: int = 0
    vouchers: list[int] = field(default_factory=list)


@dataclass
class Terms:
    """The constants of a register, in seconds but for the number of vouchers."""

    vouchers: int
    period_seconds: int
    veto_seconds: int


@dataclass
class Shelves:
    """Tokens, pages (address, size, who is loose) by word, recoveries by person, and when vouchers are free."""

    owners: dict[int, str] = field(default_factory=dict)
    unlocked: list[int] = field(default_factory=list)
    pages: dict[int, tuple[str, int, int]] = field(default_factory=dict)
    written: int = 0
    recoveries: dict[int, OpenRecovery] = field(default_factory=dict)
    free_at: dict[int, int] = field(default_factory=dict)
    representatives: dict[int, int] = field(default_factory=dict)  # by follower


def replay_register(chronicle: Chronicle, registry: BoundContract, events: Sequence[Event]) -> Shelves:
    """The rest of the register as its events tell it. Raises Inconsistent."""
    terms = Terms(
        chronicle.ask(registry, "RECOVERY_VOUCHERS"),
        chronicle.ask(registry, "RECOVERY_SECONDS"),
        chronicle.ask(registry, "VETO_SECONDS"),
    )
    shelves, persons = Shelves(), Persons()
    for event in events:
        at = chronicle.time_of(event)
        if event.name in ("Transfer", "Locked"):
            _token(shelves, event)
        elif event.name == "PageWritten":
            _page(chronicle, shelves, persons, event)
        elif event.name == "DelegateChanged":
            _delegated(shelves, persons, event)
        elif event.name.startswith("Recovery"):
            _recovery(shelves, terms, event, at)
        elif event.name == "NullifierProven":
            apply_to_persons(persons, event, at)
        else:
            _changed(shelves, terms, event, at)
            apply_to_persons(persons, event, at)
    if shelves.unlocked:
        raise Inconsistent(f"the token of person {shelves.unlocked[0]} was never locked")
    for index, recovery in shelves.recoveries.items():
        _require_told(index, recovery, terms)
    return shelves


def _token(shelves: Shelves, event: Event) -> None:
    index = event.args["tokenId"]
    if event.name == "Locked":
        if not shelves.unlocked or shelves.unlocked.pop() != index:
            raise Inconsistent(f"the token of person {index} was locked without having begun")
        return
    before, after = event.args["from"], event.args["to"]
    if shelves.owners.get(index, ZERO_ADDRESS) != before or shelves.unlocked:
        raise Inconsistent(f"the token of person {index} did not belong to {before}")
    shelves.owners[index] = after
    if before == ZERO_ADDRESS:
        shelves.unlocked.append(index)


def _delegated(shelves: Shelves, persons: Persons, event: Event) -> None:
    """Who represents themself stands as their own representative in the event."""
    index, before, after = (persons.index_of(event.args[name]) for name in ("delegator", "fromDelegate", "toDelegate"))
    if index == 0 or after == 0 or shelves.representatives.get(index, index) != before or before == after:
        raise Inconsistent(f"{event.args['delegator']} did not delegate from {event.args['fromDelegate']}")
    shelves.representatives[index] = after


# --- pages ---


def _page(chronicle: Chronicle, shelves: Shelves, persons: Persons, event: Event) -> None:
    """A page is the next contract that the register creates, and has exactly the persons of that moment."""
    word, page, size = event.args["word"], event.args["page"], event.args["size"]
    shelves.written += 1
    if page != create_address(event.address, shelves.written):
        raise Inconsistent(f"{page} is not page number {shelves.written} of the register")
    indices = range(word * WORD_BITS, word * WORD_BITS + size)
    loose = sum(1 << index % WORD_BITS for index in indices if persons.left_at.get(index))
    if loose != event.args["loose"]:
        raise Inconsistent(f"page {page} of word {word} tells wrongly who has left")
    keys = b"".join(address_bytes(persons.keys.get(index, ZERO_ADDRESS)) for index in indices)
    dates = b"".join(persons.admitted_at.get(index, 0).to_bytes(5, "big") for index in indices)
    if chronicle.connection.code(page) != b"\0" + keys + dates:
        raise Inconsistent(f"page {page} of word {word} has other persons than the register")
    shelves.pages[word] = (page, size, loose)


def _changed(shelves: Shelves, terms: Terms, event: Event, at: int) -> None:
    """Who leaves, returns or takes another key is loose, and has no open recovery but the one that gave the key."""
    index = event.args["index"]
    page, size, loose = shelves.pages.get(index // WORD_BITS, (ZERO_ADDRESS, 0, 0))
    if index % WORD_BITS < size:
        shelves.pages[index // WORD_BITS] = page, size, loose | 1 << index % WORD_BITS
    recovery = shelves.recoveries.pop(index, None)
    if recovery is None:
        return
    _require_told(index, recovery, terms)
    if recovery.expires_at < at:
        return
    finished = event.name == "KeyRotated" and event.args["newKey"] == recovery.new_key
    if not finished or not 0 < recovery.ready_at <= at:
        raise Inconsistent(f"the recovery of the key of person {index} ended without a word")


# --- recoveries ---


def _recovery(shelves: Shelves, terms: Terms, event: Event, at: int) -> None:
    index, args = event.args["index"], event.args
    recovery = shelves.recoveries.get(index)
    if event.name == "RecoveryOpened":
        if (recovery is not None and recovery.expires_at >= at) or args["expiresAt"] != at + terms.period_seconds:
            raise Inconsistent(f"a recovery of the key of person {index} was opened amiss")
        shelves.recoveries[index] = OpenRecovery(args["newKey"], args["expiresAt"])
        return
    if recovery is None:
        raise Inconsistent(f"{event.name} of person {index} belongs to no recovery")
    if event.name == "RecoverySupported":
        recovery.vouchers.append(args["voucher"])
        shelves.free_at[args["voucher"]] = at + 3 * terms.period_seconds
        if len(recovery.vouchers) != args["vouchers"]:
            raise Inconsistent(f"the vouchers of person {index} are {len(recovery.vouchers)}, not {args['vouchers']}")
    elif event.name == "RecoveryReady":
        recovery.ready_at, recovery.expires_at = at + terms.period_seconds, at + 2 * terms.period_seconds
        if (args["readyAt"], args["expiresAt"]) != (recovery.ready_at, recovery.expires_at):
            raise Inconsistent(f"the recovery of the key of person {index} is ready at another time")
        _require_told(index, recovery, terms)
    else:
        if args["newKey"] != recovery.new_key:
            raise Inconsistent(f"{event.name} of person {index} is about another key")
        _require_told(index, recovery, terms)
        if event.name == "RecoveryVetoed":
            shelves.free_at |= dict.fromkeys(recovery.vouchers, at + terms.veto_seconds)
        del shelves.recoveries[index]


def _require_told(index: int, recovery: OpenRecovery, terms: Terms) -> None:
    if (len(recovery.vouchers) == terms.vouchers) != (recovery.ready_at != 0) or not recovery.vouchers:
        raise Inconsistent(f"the recovery of the key of person {index} is ready without its vouchers, or not with them")


# --- comparing ---


def check_register(chronicle: Chronicle, registry: BoundContract, shelves: Shelves, persons: Persons) -> Check:
    """Tokens, pages and recoveries against the chain, and against the persons."""

    def comparisons() -> Iterator[Comparison]:
        for index, key in persons.keys.items():
            owner = ZERO_ADDRESS if persons.left_at[index] else key
            yield f"owner of token {index}", shelves.owners.get(index, ZERO_ADDRESS), owner
            free_at = chronicle.ask(registry, "voucherFreeAt", index)
            yield f"person {index} may vouch from", shelves.free_at.get(index, 0), free_at
            own = shelves.representatives.get(index, index)
            told_of = own if own != index else 0
            yield f"who represents person {index}", told_of, chronicle.ask(registry, "representativeOf", index)
            followers = [who for who, to in shelves.representatives.items() if to == index != who]
            yield f"followers of person {index}", len(followers), chronicle.ask(registry, "followerCount", index)[0]
            for word in {who // WORD_BITS for who in followers}:
                mask = sum(1 << who % WORD_BITS for who in followers if who // WORD_BITS == word)
                actual = chronicle.ask(registry, "followersAt", index, word, chronicle.now)
                yield f"followers of person {index} (word {word}, as bits)", mask, actual
            recovery, found = shelves.recoveries.get(index), chronicle.ask(registry, "recovery", index)
            told: tuple[str, int, int, tuple[int, ...]] = (ZERO_ADDRESS, 0, 0, ())
            if recovery is not None and recovery.expires_at >= chronicle.now:
                told = (recovery.new_key, recovery.ready_at, recovery.expires_at, tuple(recovery.vouchers))
            yield f"recovery of person {index}", told, tuple(found)
        for word in range(max(persons.keys, default=0) // WORD_BITS + 1):
            page, size, loose = shelves.pages.get(word, (ZERO_ADDRESS, 0, 0))
            outside = EVERYBODY ^ (2**size - 1)
            yield f"page of word {word}", (page, loose | outside), tuple(chronicle.ask(registry, "keysOf", word))

    return compare("register", comparisons)
