"""The journal of transactions: what was signed is on disk before it is broadcast.

One JSON object a line, only ever appended, each flushed to the disk itself: first the whole signed transaction, later
what became of it. A process may be killed at any point: the next one finds what is open and finishes it with the
same signed bytes, which the chain accepts once only.
"""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from zonedao.errors import StorageProblem
from zonedao.home import home, lock_file, private_folder

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

    @classmethod
    def default(cls) -> Journal:
        """The journal of this user, under the home folder of the package."""
        return cls(home() / "transactions.jsonl")

    def begin(self, entry: Entry) -> None:
        """Record a signed transaction. When this returns it is on the disk."""
        self._append({"v": _VERSION, "signed": asdict(entry)})

    def finish(self, tx_hash: str, outcome: Outcome) -> None:
        """Record what became of a transaction: nothing more is to be done about it."""
        self._append({"v": _VERSION, "finished": tx_hash, "outcome": outcome, "at": int(time.time())})

    def open_entries(self, chain_id: int, sender: str | None = None) -> list[Entry]:
        """Transactions on a chain of which no end is recorded, oldest first."""
        found: dict[str, Entry] = {}
        for line in self._lines():
            if "signed" in line:
                entry = Entry(**line["signed"])
                if entry.chain_id == chain_id and sender in (None, entry.sender):
                    found[entry.hash] = entry
            elif "finished" in line:
                found.pop(line["finished"], None)
        return sorted(found.values(), key=lambda entry: (entry.sender, entry.nonce))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other processes of this user from choosing a transaction number at the same time."""
        private_folder(self.path.parent)
        with locked(self.path.with_suffix(".lock")):
            yield

    def _append(self, line: Mapping[str, Any]) -> None:
        try:
            private_folder(self.path.parent)
            append_line(self.path, json.dumps(line, separators=(",", ":")))
        except OSError as problem:
            reason = (problem.strerror or str(problem)).lower()
            raise StorageProblem(
                f"The journal {self.path} cannot be written ({reason}), so nothing was sent. "
                "Make room or correct its permissions."
            ) from problem

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return
        except OSError as problem:
            # Not to know what is under way is a reason not to send.
            raise StorageProblem(
                f"The journal {self.path} cannot be read ({(problem.strerror or '').lower()}). Correct its permissions."
            ) from problem
        for line in text.splitlines():
            try:
                document = json.loads(line)
            except ValueError:
                # Half a line from a process that was killed: what it described was not broadcast yet.
                continue
            if isinstance(document, dict):
                yield document


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes of this user out of a block, by a file that stays where it is. Raises StorageProblem."""
    with lock_file(path) as handle:
        _lock(handle.fileno())
        yield


def append_line(path: Path, line: str) -> None:
    """Append a line to a file of its owner's only; when this returns it is on the disk. Raises OSError."""
    created = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        text = line + "\n"
        size = os.lseek(descriptor, 0, os.SEEK_END)
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            # A process killed in mid-line left half of one; start on a line of our own.
            text = "\n" + text
        content = text.encode()
        if os.write(descriptor, content) != len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if created:
        _sync_folder(path.parent)


def _lock(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: a single user seldom runs two commands in the same second
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def _sync_folder(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows cannot open folders
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
