"""The file of an index: SQLite, which many may read while one writes.

Whatever is added or taken back is added or taken back together with the position that it belongs to, in one
transaction: a process that is killed leaves the file as it was before, or as it is after.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from zonedao.disk import locked
from zonedao.errors import NotFound, StorageProblem
from zonedao.home import home, private_folder
from zonedao.index.schema import create_all, tables, version
from zonedao.index.sources import Source

_PATIENCE_SECONDS = 30.0  # for another process's transaction
_KEPT_HEIGHTS = 1024  # blocks behind the position of which a height without events is remembered
_SIDE_FILES = ("-wal", "-shm")


@dataclass(frozen=True)
class Position:
    """Up to which block an index has read everything: its number, hash (0x-hex) and time, unix seconds."""

    block: int
    hash: str
    time: int


@dataclass(frozen=True)
class BlockRow:
    """A block that holds events: its hash (0x-hex), its time (unix seconds), and how many of its events are kept."""

    hash: str
    time: int
    events: int


@dataclass(frozen=True)
class Step:
    """What was read up to a position: rows by table, blocks that hold them, contracts that they told of."""

    position: Position
    rows: Mapping[str, Sequence[Sequence[Any]]]
    blocks: Mapping[int, BlockRow]
    sources: Sequence[Source]


class Moved(Exception):
    """Another process has changed the index meanwhile; nothing was written."""


def path_of(chain_id: int, root: str) -> Path:
    """Where the index of a zone is."""
    return home() / "index" / f"{chain_id}-{root.lower()}.sqlite"


@contextmanager
def writing(path: Path, busy: Callable[[], None] | None = None) -> Iterator[None]:
    """Keep other writers of an index out of a block; `busy` is called where one has to be waited for.

    Raises StorageProblem.
    """
    private_folder(path.parent)
    with locked(path.with_suffix(".lock"), busy):
        yield


def remove(path: Path) -> bool:
    """Remove an index; whether there was one. Who reads it meanwhile goes on reading what was there.

    Raises StorageProblem.
    """
    with writing(path), _explained(path):
        there = path.exists()
        _remove_files(path)
    return there


class Index:
    """An index to be read. Close it, or use it as a context manager."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path = path
        self.database = database

    @classmethod
    def open(cls, path: Path) -> Self:
        """Raises NotFound where there is none or one that this version does not read, StorageProblem."""
        if not path.exists():
            raise NotFound("There is no index of this zone yet. Make one with `zonedao index sync`.")
        with _explained(path):
            database = sqlite3.connect(
                f"{path.as_uri()}?mode=ro", uri=True, timeout=_PATIENCE_SECONDS, isolation_level=None
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

    def __exit__(self, *_: object) -> None:
        self.close()

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
    def first_block(self) -> int:
        """The first block that can hold events of the zone."""
        return int(self._meta("first_block"))

    def sources(self) -> list[Source]:
        """The contracts whose events are kept, in the order in which they were found."""
        rows = self.database.execute("SELECT id, address, kind, since, found FROM sources ORDER BY id")
        return [Source(*row) for row in rows]

    def event_count(self) -> int:
        """How many events are kept."""
        return int(self.database.execute("SELECT coalesce(sum(events), 0) FROM blocks").fetchone()[0])

    def fingerprint(self) -> str:
        """SHA-256 (hex) over sources, events and their blocks: the same for whoever read the same chain as far."""
        digest = hashlib.sha256()
        queries = [
            "SELECT block, hash, time FROM position",
            "SELECT id, address, kind, since, found FROM sources ORDER BY id",
            "SELECT number, hash, time, events FROM blocks WHERE events > 0 ORDER BY number",
            *(f"SELECT * FROM {name} ORDER BY block, log" for name in sorted(tables())),
        ]
        for query in queries:
            digest.update(query.encode())
            for row in self.database.execute(query):
                digest.update(repr(row).encode())
        return digest.hexdigest()

    def _meta(self, key: str) -> Any:
        row = self.database.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row is not None else None


class Writer(Index):
    """An index to be written by one at a time."""

    @classmethod
    def create(cls, path: Path, chain_id: int, root: str, first_block: int) -> Self:
        """Open the index at a path, made anew where there is none or one of another version. Raises StorageProblem."""
        private_folder(path.parent)
        with _explained(path):
            try:
                with Index.open(path):
                    pass
            except NotFound:
                _remove_files(path)
            database = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
            found = cls(path, database)
            path.chmod(0o600)
            database.execute("PRAGMA journal_mode = WAL")
            # A step that a power cut loses is read again; the file stays whole.
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("PRAGMA cache_size = -65536")
            with found._transaction():
                if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                    for statement in create_all().split(";\n"):
                        database.execute(statement)
                    database.executemany(
                        "INSERT INTO meta VALUES (?, ?)",
                        [
                            ("version", version()),
                            ("chain_id", chain_id),
                            ("root", root.lower()),
                            ("first_block", first_block),
                        ],
                    )
        return found

    def begin(self, sources: Sequence[Source]) -> None:
        """Enter the sources that are known from the start, unless there are any. Raises StorageProblem."""
        with _explained(self.path), self._transaction():
            if not self.database.execute("SELECT 1 FROM sources").fetchone():
                self._add_sources(sources)

    def add(self, step: Step, after: Position | None) -> None:
        """Add what was read from `after` on. Raises Moved, StorageProblem; then nothing was added."""
        with _explained(self.path), self._transaction():
            self._require(after)
            self._add_sources(step.sources)
            for name, rows in step.rows.items():
                self.database.executemany(tables()[name].insert, rows)
            self.database.executemany(
                "INSERT INTO blocks VALUES (?, ?, ?, ?) "
                "ON CONFLICT (number) DO UPDATE SET events = events + excluded.events",
                [(number, _raw(row.hash), row.time, row.events) for number, row in step.blocks.items()],
            )
            self._set_position(step.position)

    def take_back(self, to: Position | None, from_: Position | None) -> None:
        """Forget everything above a position (None: everything). Raises Moved, StorageProblem."""
        height = -1 if to is None else to.block
        with _explained(self.path), self._transaction():
            self._require(from_)
            gone = [
                source
                for source in self.sources()
                if to is None or (source.found is not None and source.found > height)
            ]
            for table in tables().values():
                self.database.execute(f"DELETE FROM {table.name} WHERE block > ?", (height,))
                for source in gone:
                    if source.kind == table.kind:
                        self._forget(table.name, source.id)
            self.database.execute("DELETE FROM blocks WHERE number > ?", (height,))
            self.database.executemany("DELETE FROM sources WHERE id = ?", [(source.id,) for source in gone])
            self.database.execute("DELETE FROM position")
            if to is not None:
                self._set_position(to)

    def caught_up(self) -> None:
        """Note that there is nothing more to be read now."""
        with _explained(self.path):
            self.database.execute("UPDATE position SET read_at = ?", (int(time.time()),))

    def stored_blocks(self) -> list[tuple[int, str]]:
        """Numbers and hashes of all blocks that are kept, highest first."""
        rows = self.database.execute("SELECT number, hash FROM blocks ORDER BY number DESC")
        return [(number, "0x" + raw.hex()) for number, raw in rows]

    def position_at(self, number: int) -> Position:
        """The position at a block that is kept."""
        row = self.database.execute("SELECT number, hash, time FROM blocks WHERE number = ?", (number,)).fetchone()
        return Position(row[0], "0x" + row[1].hex(), row[2])

    # --- inside ---

    def _forget(self, table: str, source: int) -> None:
        """Remove what a source told before the zone did, and what its blocks count for it."""
        told = self.database.execute(f"SELECT block, count(*) FROM {table} WHERE source = ? GROUP BY block", (source,))
        self.database.executemany(
            "UPDATE blocks SET events = events - ? WHERE number = ?", [(count, number) for number, count in told]
        )
        self.database.execute(f"DELETE FROM {table} WHERE source = ?", (source,))

    def _add_sources(self, sources: Sequence[Source]) -> None:
        self.database.executemany(
            "INSERT INTO sources VALUES (?, ?, ?, ?, ?)",
            [(each.id, each.address, each.kind, each.since, each.found) for each in sources],
        )

    def _set_position(self, position: Position) -> None:
        raw = _raw(position.hash)
        self.database.execute("INSERT OR IGNORE INTO blocks VALUES (?, ?, ?, 0)", (position.block, raw, position.time))
        self.database.execute("DELETE FROM blocks WHERE events = 0 AND number < ?", (position.block - _KEPT_HEIGHTS,))
        self.database.execute(
            "INSERT OR REPLACE INTO position VALUES (1, ?, ?, ?, ?)",
            (position.block, raw, position.time, int(time.time())),
        )

    def _require(self, position: Position | None) -> None:
        if self.position != position:
            raise Moved

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with suppress(sqlite3.Error):
                self.database.execute("ROLLBACK")
            raise
        self.database.execute("COMMIT")


def _remove_files(path: Path) -> None:
    """Remove an index and what SQLite keeps beside it. Raises OSError."""
    for each in (path, *(path.with_name(path.name + ending) for ending in _SIDE_FILES)):
        each.unlink(missing_ok=True)


def _raw(hash_: str) -> bytes:
    return bytes.fromhex(hash_[2:])


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as problem:
        if isinstance(problem, sqlite3.OperationalError):
            advice = "Make room or correct its permissions."
        else:
            advice = "`zonedao index reset` removes it, `zonedao index sync` reads everything again."
        raise StorageProblem(f"The index {path} cannot be used ({problem}). {advice}") from problem
    except OSError as problem:
        from zonedao.text import reason

        raise StorageProblem(
            f"The index {path} cannot be used ({reason(problem)}). Make room or correct its permissions."
        ) from problem
