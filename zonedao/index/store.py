"""The file of an index: SQLite, which many may read while one writes.

Whatever is added or taken back is added or taken back together with the position that it belongs to, in one
transaction: a process that is killed leaves the file as it was before, or as it is after.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from zonedao.disk import locked
from zonedao.errors import NotFound
from zonedao.home import private_folder
from zonedao.index import tallies
from zonedao.index.constants import modules_known
from zonedao.index.reading import PATIENCE_SECONDS, Index, Position, Source, explained, version
from zonedao.index.schema import create_all, tables

KEPT_HEIGHTS = 1024  # blocks behind the position of which a height without events is remembered
_SIDE_FILES = ("-wal", "-shm")


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


class Busy(Exception):
    """Another process writes the index."""


def leave() -> None:
    """Tells `writing` not to wait for another process. Raises Busy."""
    raise Busy


@contextmanager
def writing(path: Path, busy: Callable[[], None] | None = None) -> Iterator[None]:
    """Keep other writers of an index out of a block; `busy` is called where one has to be waited for.

    Raises StorageProblem.
    """
    private_folder(path.parent)
    with locked(path.with_suffix(".lock"), busy=busy):
        yield


def remove(path: Path) -> bool:
    """Remove an index; whether there was one. Who reads it meanwhile goes on reading what was there.

    Raises StorageProblem.
    """
    with writing(path), explained(path):
        there = path.exists()
        _remove_files(path)
    return there


class Writer(Index):
    """An index to be written by one at a time."""

    @classmethod
    def create(cls, path: Path, chain_id: int, root: str, first_block: int) -> Self:
        """Open the index at a path, made anew where there is none, one of another version, or one that begins too late.

        Raises StorageProblem.
        """
        private_folder(path.parent)
        with explained(path):
            try:
                with Index.open(path) as there:
                    # Of a local chain that began anew, on which the zone was founded earlier than before.
                    usable = there.first_block <= first_block
            except NotFound:
                usable = False
            if not usable:
                _remove_files(path)
            database = sqlite3.connect(path, timeout=PATIENCE_SECONDS, isolation_level=None)
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
                            ("modules", modules_known()),
                        ],
                    )
        return found

    def begin(self, sources: Sequence[Source]) -> None:
        """Enter the sources that are known from the start, unless there are any. Raises StorageProblem."""
        with explained(self.path), self._transaction():
            if not self.database.execute("SELECT 1 FROM sources").fetchone():
                self._add_sources(sources)

    def add(self, step: Step, after: Position | None) -> None:
        """Add what was read from `after` on. Raises Moved, StorageProblem; then nothing was added."""
        with explained(self.path), self._transaction():
            self._require(after)
            self._add_sources(step.sources)
            for name, rows in step.rows.items():
                self.database.executemany(tables()[name].insert, rows)
            self.database.executemany(
                "INSERT INTO blocks VALUES (?, ?, ?, ?) "
                "ON CONFLICT (number) DO UPDATE SET events = events + excluded.events",
                [(number, _raw(row.hash), row.time, row.events) for number, row in step.blocks.items()],
            )
            tallies.add(self.database, step.rows)
            self._set_position(step.position)

    def take_back(self, to: Position | None, from_: Position | None) -> None:
        """Forget everything above a position (None: everything). Raises Moved, StorageProblem."""
        height = -1 if to is None else to.block
        with explained(self.path), self._transaction():
            self._require(from_)
            gone = [
                source
                for source in self.sources()
                if to is None or (source.found is not None and source.found > height)
            ]
            counted = tallies.touched(self.database, height)
            for table in tables().values():
                self.database.execute(f"DELETE FROM {table.name} WHERE block > ?", (height,))
                for source in gone:
                    if source.kind == table.kind:
                        self._forget(table.name, source.id)
            tallies.recount(self.database, counted)
            # Another contract may be where one was.
            self.database.execute("DELETE FROM constants")
            self.database.execute("DELETE FROM blocks WHERE number > ?", (height,))
            self.database.executemany("DELETE FROM sources WHERE id = ?", [(source.id,) for source in gone])
            self.database.execute("DELETE FROM position")
            if to is not None:
                self._set_position(to)

    def caught_up(self, ahead_seconds: int) -> None:
        """Note that there is nothing more to be read now, and by how much the chain's clock is ahead of this one."""
        with explained(self.path):
            self.database.execute("UPDATE position SET read_at = ?, ahead = ?", (int(time.time()), ahead_seconds))

    def learn(self, constants: Iterable[tuple[str, str, str]]) -> None:
        """Keep what contracts say that never changes: address, name and value (JSON) of each. Raises StorageProblem."""
        with explained(self.path), self._transaction():
            self.database.executemany("INSERT OR REPLACE INTO constants VALUES (?, ?, ?)", constants)

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
        self.database.execute("DELETE FROM blocks WHERE events = 0 AND number < ?", (position.block - KEPT_HEIGHTS,))
        (ahead,) = self.database.execute("SELECT coalesce(max(ahead), 0) FROM position").fetchone()
        self.database.execute(
            "INSERT OR REPLACE INTO position VALUES (1, ?, ?, ?, ?, ?)",
            (position.block, raw, position.time, int(time.time()), ahead),
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
