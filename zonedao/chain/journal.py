"""The journal of transactions: what was signed is on disk before it is broadcast.

One JSON object a line, only ever appended, each flushed to the disk itself: first the whole signed transaction, later
what became of it. A process may be killed at any point: the next one finds what is open and finishes it with the
same signed bytes, which the chain accepts once only.

A number of an account may have several transactions, where one was to replace another. The chain takes one of them at
most, and until it has, any of them may be the one: all are kept, and all are looked up.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from zonedao.disk import LineLog
from zonedao.errors import StorageProblem
from zonedao.home import journal_path

Outcome = Literal["mined", "replaced", "refused"]

_VERSION = 1


@dataclass(frozen=True)
class Entry:
    """A signed transaction. `raw` is 0x-hex and holds no key; `signed_at` in seconds; `note` says what it does.

    `genesis` is the hash of block 0 of its chain, which tells chains of one id apart; empty if unknown. `replaces` is
    the hash of the one whose number it took, `cancels` that it does nothing but that. `owner` is the process that
    sent it.
    """

    chain_id: int
    sender: str
    nonce: int
    hash: str
    raw: str
    to: str | None
    value_wei: int
    data: str
    note: str
    signed_at: int
    genesis: str = ""
    replaces: str = ""
    cancels: bool = False
    owner: str = ""

    @classmethod
    def of(cls, document: dict[str, Any]) -> Entry:
        """An entry as it stands in a line; what a later version added is passed over."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in document.items() if key in known})


@dataclass(frozen=True)
class Record:
    """A transaction and what became of it: `outcome` is None while that is open.

    `block` and `block_hash` are where it was mined (0 and empty if not, or not known), `at` when its end was recorded
    (unix seconds). `file` is where one is kept that was signed and not sent.
    """

    entry: Entry
    outcome: Outcome | None = None
    block: int = 0
    block_hash: str = ""
    at: int = 0
    file: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it was sent and its end is not known."""
        return self.outcome is None and not self.file


Slot = tuple[Entry, ...]  # all transactions with one number of an account; those that are open last, oldest first


class Journal:
    """The journal in one file, shared by all chains and all processes of a user."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._log = LineLog(path, "The journal", "nothing was sent")
        self._read: tuple[tuple[int, int], _Content] | None = None  # at which length it was read last

    @classmethod
    def default(cls) -> Journal:
        """The journal of this user, under the home folder of the package."""
        return cls(journal_path())

    # --- writing ---

    def begin(self, entry: Entry) -> None:
        """Record a transaction that is about to be sent. When this returns it is on the disk. Raises StorageProblem."""
        self._log.append({"v": _VERSION, "signed": asdict(entry)})

    def keep(self, entry: Entry, file: Path) -> None:
        """Record a transaction that was signed into a file and not sent. Raises StorageProblem."""
        self._log.append({"v": _VERSION, "kept": asdict(entry), "file": str(file)})

    def finish(self, tx_hash: str, outcome: Outcome, *, block: int = 0, block_hash: str = "") -> None:
        """Record what became of a transaction: nothing more is to be done about it.

        A disk that is full is no reason to fail: what stays open is looked up once more.
        """
        line: dict[str, Any] = {"v": _VERSION, "finished": tx_hash, "outcome": outcome, "at": int(time.time())}
        if block_hash:
            line |= {"block": block, "block_hash": block_hash}
        with suppress(StorageProblem):
            self._log.append(line)

    def reopen(self, tx_hash: str) -> None:
        """Record that a transaction is not where it was mined any more. Raises StorageProblem."""
        self._log.append({"v": _VERSION, "reopened": tx_hash})

    # --- reading ---

    def records(
        self, chain_id: int | None = None, sender: str | None = None, genesis: str | None = None
    ) -> list[Record]:
        """Every transaction, in the order of signing; of one chain, one sender, one genesis (empty: not known).

        Raises StorageProblem.
        """
        return [
            record
            for record in self._all().records
            if chain_id in (None, record.entry.chain_id)
            and sender in (None, record.entry.sender)
            and (not genesis or record.entry.genesis in ("", genesis))
        ]

    def unreadable(self) -> tuple[int, ...]:
        """Numbers of the lines, from 1, that tell nothing: half written, or damaged. Raises StorageProblem."""
        return self._all().unreadable

    def _all(self) -> _Content:
        # The file only grows: while it is as long as it was, it says what it said.
        try:
            status = self.path.stat()
            length: tuple[int, int] | None = (status.st_ino, status.st_size)
        except OSError:
            length = None
        if self._read is not None and self._read[0] == length:
            return self._read[1]
        found: dict[str, Record] = {}
        unreadable: list[int] = []
        for number, line in self._log.lines():
            try:
                if line is None:
                    raise ValueError("no object")
                _take(found, line)
            except (ValueError, TypeError, KeyError, AttributeError):
                unreadable.append(number)
        content = _Content(tuple(found.values()), tuple(unreadable))
        self._read = (length, content) if length is not None else None
        return content

    def open_entries(self, chain_id: int, sender: str | None = None, genesis: str | None = None) -> list[Entry]:
        """Transactions on a chain of which no end is recorded, by sender and number, oldest first."""
        found = [record.entry for record in self.records(chain_id, sender, genesis) if record.is_open]
        return sorted(found, key=lambda entry: (entry.sender, entry.nonce))

    def slots(self, chain_id: int, sender: str | None = None, genesis: str | None = None) -> list[Slot]:
        """The numbers of which a transaction is open, each with every transaction that may have it. Lowest first."""
        return _slots(self.records(chain_id, sender, genesis))

    def slot_of(self, tx_hash: str) -> Slot:
        """Every transaction that may have the number of one; empty when it is not in the journal."""
        records = self.records()
        own = next((record.entry for record in records if record.entry.hash == tx_hash), None)
        if own is None:
            return ()
        return _slot(records, own)

    def lock(self) -> AbstractContextManager[None]:
        """Keep other processes of this user from choosing a transaction number at the same time."""
        return self._log.lock()


@dataclass(frozen=True)
class _Content:
    """What a journal says, and the numbers of the lines that say nothing."""

    records: tuple[Record, ...]
    unreadable: tuple[int, ...]


def _take(found: dict[str, Record], line: dict[str, Any]) -> None:
    """Add what a line tells to the records by hash. Raises ValueError, TypeError, KeyError for a damaged one."""
    if "signed" in line:
        entry = Entry.of(line["signed"])
        found[entry.hash] = Record(entry)
    elif "kept" in line:
        entry = Entry.of(line["kept"])
        found.setdefault(entry.hash, Record(entry, file=str(line["file"])))
    elif line.get("finished") in found:
        place = {"block": line.get("block", 0), "block_hash": line.get("block_hash", "")}
        found[line["finished"]] = replace(
            found[line["finished"]], outcome=line["outcome"], at=line.get("at", 0), **place
        )
    elif line.get("reopened") in found:
        found[line["reopened"]] = Record(found[line["reopened"]].entry)
    elif not {"finished", "reopened"} & line.keys() and line.get("v", 0) <= _VERSION:
        raise ValueError("a line of no kind")  # that of a later version may tell of what is not known here


def _slots(records: Iterable[Record]) -> list[Slot]:
    known = list(records)
    found: dict[tuple[str, int], Slot] = {}
    for record in known:
        key = (record.entry.sender, record.entry.nonce)
        if record.is_open and key not in found:
            found[key] = _slot(known, record.entry)
    return [found[key] for key in sorted(found)]


def _slot(records: Iterable[Record], entry: Entry) -> Slot:
    rivals = [record for record in records if _rivals(record, entry)]
    # What is open comes last: nothing else is to be sent again.
    return tuple(record.entry for record in sorted(rivals, key=lambda record: record.is_open))


def _rivals(record: Record, entry: Entry) -> bool:
    """Whether a transaction may have the number of another one. Whoever was refused may have reached somebody else."""
    other = record.entry
    return (
        (other.chain_id, other.sender, other.nonce) == (entry.chain_id, entry.sender, entry.nonce)
        and (not other.genesis or not entry.genesis or other.genesis == entry.genesis)
        and not record.file
    )
