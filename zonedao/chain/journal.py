"""The journal of transactions: what was signed is on disk before it is broadcast.

One JSON object a line, only ever appended, each flushed to the disk itself: first the whole signed transaction, later
what became of it. A process may be killed at any point: the next one finds what is open and finishes it with the
same signed bytes, which the chain accepts once only.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from zonedao.disk import LineLog
from zonedao.home import home

Outcome = Literal["mined", "replaced", "refused"]

_VERSION = 1


@dataclass(frozen=True)
class Entry:
    """A signed transaction. `raw` is 0x-hex and holds no key; `signed_at` in seconds; `note` says what it does."""

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


class Journal:
    """The journal in one file, shared by all chains and all processes of a user."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._log = LineLog(path, "The journal", "nothing was sent")

    @classmethod
    def default(cls) -> Journal:
        """The journal of this user, under the home folder of the package."""
        return cls(home() / "transactions.jsonl")

    def begin(self, entry: Entry) -> None:
        """Record a signed transaction. When this returns it is on the disk."""
        self._log.append({"v": _VERSION, "signed": asdict(entry)})

    def finish(self, tx_hash: str, outcome: Outcome) -> None:
        """Record what became of a transaction: nothing more is to be done about it."""
        self._log.append({"v": _VERSION, "finished": tx_hash, "outcome": outcome, "at": int(time.time())})

    def open_entries(self, chain_id: int, sender: str | None = None) -> list[Entry]:
        """Transactions on a chain of which no end is recorded, oldest first."""
        found: dict[str, Entry] = {}
        for line in self._log.entries():
            if "signed" in line:
                entry = Entry(**line["signed"])
                if entry.chain_id == chain_id and sender in (None, entry.sender):
                    found[entry.hash] = entry
            elif "finished" in line:
                found.pop(line["finished"], None)
        return sorted(found.values(), key=lambda entry: (entry.sender, entry.nonce))

    def lock(self) -> AbstractContextManager[None]:
        """Keep other processes of this user from choosing a transaction number at the same time."""
        return self._log.lock()
