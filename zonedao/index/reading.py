"""An index that is read. Light to import: whoever lists something from it need not wait for what writes it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from zonedao.errors import NotFound, StorageProblem
from zonedao.home import home
from zonedao.records import record
from zonedao.text import reason

VERSION = 3  # of the tables that do not stem from ABIs, and of the rule for those that do
LARGEST_INTEGER = 2**63 - 1  # of SQLite
WIDE_DIGITS = 78  # of the largest uint256
PATIENCE_SECONDS = 30.0  # for another process's transaction
_OTHER_TABLES = ("blocks", "constants", "meta", "position", "sources", "tallies")


@record
class Position:
    """Up to which block an index has read everything: its number, hash (0x-hex) and time, unix seconds."""

    block: int
    hash: str
    time: int


@record
class Source:
    """A contract. `address` in small letters, `kind` one of `schema.INTERFACES`; `since` is the first block that can
    hold events of it that matter here, `found` the block whose events told of it, None for those known from the start.
    """

    id: int
    address: str
    kind: str
    since: int
    found: int | None


def stored_integer(value: int) -> int | str:
    """A number that is not below zero, as a column keeps it that may hold large ones."""
    return value if value <= LARGEST_INTEGER else f"{value:0{WIDE_DIGITS}d}"


def version() -> str:
    """What an index must have been made by to be read: these tables and these contracts."""
    from zonedao import artifacts

    return f"{VERSION}-{artifacts.build_hash()[:16]}"


def path_of(chain_id: int, root: str) -> Path:
    """Where the index of a zone is."""
    return home() / "index" / f"{chain_id}-{root.lower()}.sqlite"


def first_block_of(path: Path) -> int:
    """The first block of which an index knows, 0 where there is no index. Raises StorageProblem."""
    try:
        with Index.open(path) as index:
            return index.first_block
    except NotFound:
        return 0


class Index:
    """An index to be read. Close it, or use it as a context manager, which raises StorageProblem for whatever SQLite
    finds wrong with the file while it is read."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path = path
        self.database = database

    @classmethod
    def open(cls, path: Path) -> Self:
        """Raises NotFound where there is none or one that this version does not read, StorageProblem."""
        if not path.exists():
            raise NotFound("There is no index of this zone yet. Make one with `zonedao index sync`.")
        with explained(path):
            database = sqlite3.connect(
                f"{path.as_uri()}?{_how_to_read(path)}", uri=True, timeout=PATIENCE_SECONDS, isolation_level=None
            )
            found = cls(path, database)
            try:
                made_by = found._meta("version")
            except sqlite3.OperationalError as problem:
                database.close()
                if "no such table" not in str(problem):
                    raise
                made_by = None
        if made_by != version():
            database.close()
            raise NotFound("The index is another version's. `zonedao index sync` makes it anew.")
        return found

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, problem: BaseException | None, __: object) -> None:
        self.close()
        if isinstance(problem, sqlite3.DatabaseError):
            raise _explanation(self.path, problem) from problem

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """Whatever is read in a block is as of one position, also while another process writes."""
        self.database.execute("BEGIN")
        try:
            yield
        finally:
            self.database.execute("ROLLBACK")

    # --- what is there ---

    @property
    def position(self) -> Position | None:
        """Up to where it has read, None before the first step."""
        row = self.database.execute("SELECT block, hash, time FROM position").fetchone()
        return Position(row[0], "0x" + row[1].hex(), row[2]) if row is not None else None

    @property
    def read_at(self) -> int | None:
        """When it last was as far as the node, unix seconds by the clock of this machine."""
        row = self.database.execute("SELECT read_at FROM position").fetchone()
        return int(row[0]) if row is not None else None

    @property
    def ahead_seconds(self) -> int:
        """By how much the clock of a local chain is ahead of this machine's; 0 for any other chain."""
        row = self.database.execute("SELECT ahead FROM position").fetchone()
        return int(row[0]) if row is not None else 0

    @property
    def first_block(self) -> int:
        """The first block that can hold events of the zone."""
        return int(self._meta("first_block"))

    @property
    def chain_id(self) -> int:
        """The chain that was read."""
        return int(self._meta("chain_id"))

    @property
    def modules(self) -> str:
        """The contracts that zones may share, as this version knows them: a JSON object of [title, interface] by
        address."""
        return str(self._meta("modules"))

    def constant(self, address: str, name: str) -> Any:
        """What a contract (small letters) says that never changes, see `constants.py`; None if it was not asked."""
        query = "SELECT value FROM constants WHERE address = ? AND name = ?"
        row = self.database.execute(query, (address, name)).fetchone()
        return json.loads(row[0]) if row is not None else None

    def sources(self) -> list[Source]:
        """The contracts whose events are kept, in the order in which they were found."""
        rows = self.database.execute("SELECT id, address, kind, since, found FROM sources ORDER BY id")
        return [Source(*row) for row in rows]

    def event_count(self) -> int:
        """How many events are kept."""
        return int(self.database.execute("SELECT coalesce(sum(events), 0) FROM blocks").fetchone()[0])

    def fingerprint(self) -> str:
        """SHA-256 (hex) over sources, events and their blocks: the same for whoever read the same chain as far."""
        import hashlib

        digest = hashlib.sha256()
        queries = [
            "SELECT block, hash, time FROM position",
            "SELECT id, address, kind, since, found FROM sources ORDER BY id",
            "SELECT number, hash, time, events FROM blocks WHERE events > 0 ORDER BY number",
            "SELECT * FROM tallies ORDER BY source, proposal_id",
            *(f"SELECT * FROM {name} ORDER BY block, log" for name in self._event_tables()),
        ]
        for query in queries:
            digest.update(query.encode())
            for row in self.database.execute(query):
                digest.update(repr(row).encode())
        return digest.hexdigest()

    def _event_tables(self) -> list[str]:
        rows = self.database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return [name for (name,) in rows if name not in _OTHER_TABLES]

    def _meta(self, key: str) -> Any:
        row = self.database.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row is not None else None


def _how_to_read(path: Path) -> str:
    # SQLite keeps a file beside the database even for those who read. Where none can be made, and none is there in
    # which a writer left something, the database can be read as it stands.
    alone = not path.with_name(path.name + "-wal").exists() and not os.access(path.parent, os.W_OK)
    return "immutable=1" if alone else "mode=ro"


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Raises StorageProblem for what SQLite or the file system has to say."""
    try:
        yield
    except sqlite3.DatabaseError as problem:
        raise _explanation(path, problem) from problem
    except OSError as problem:
        raise StorageProblem(
            f"The index {path} cannot be used ({reason(problem)}). Make room or correct its permissions."
        ) from problem


def _explanation(path: Path, problem: sqlite3.DatabaseError) -> StorageProblem:
    # SQLite tells of a part that is missing in the words it has for a full disk.
    if isinstance(problem, sqlite3.OperationalError) and "no such" not in str(problem):
        advice = "Make room or correct its permissions."
    else:
        advice = "`zonedao index reset` removes it, `zonedao index sync` reads everything again."
    return StorageProblem(f"The index {path} cannot be used ({problem}). {advice}")
