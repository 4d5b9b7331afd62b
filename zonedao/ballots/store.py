"""The file of a ballot box: SQLite, whole transactions on the disk before anybody is told that something is kept."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zonedao.ballots.schemes import BLS12_381, Share
from zonedao.ballots.signing import SignedBallot, Single
from zonedao.errors import StorageProblem
from zonedao.governance.proposals import Support
from zonedao.home import private_folder
from zonedao.text import reason

_VERSION = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS ballots (
    chain_id INTEGER NOT NULL, body TEXT NOT NULL, proposal TEXT NOT NULL, person INTEGER NOT NULL,
    support INTEGER NOT NULL, signature BLOB NOT NULL, share BLOB, received_at INTEGER NOT NULL,
    voter TEXT, nonce INTEGER,
    PRIMARY KEY (chain_id, body, proposal, person)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS enrolments (
    chain_id INTEGER NOT NULL, verifier TEXT NOT NULL, registry TEXT NOT NULL, person INTEGER NOT NULL,
    document TEXT NOT NULL, received_at INTEGER NOT NULL,
    PRIMARY KEY (chain_id, verifier, registry, person)
) WITHOUT ROWID;
"""
# Boxes of version 1 knew no ballots of smart accounts.
_SINCE_1 = "ALTER TABLE ballots ADD COLUMN voter TEXT; ALTER TABLE ballots ADD COLUMN nonce INTEGER;"
_THIS_BALLOT = "chain_id = ? AND body = ? AND proposal = ? AND person = ?"
_THIS_ENROLMENT = "chain_id = ? AND verifier = ? AND registry = ? AND person = ?"
_BALLOT = "chain_id, body, proposal, person, support, signature, share, voter, nonce"


class Store:
    """The file. One thread at a time uses it. Raises StorageProblem when it cannot be read or written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        private_folder(path.parent)
        try:
            path.touch(mode=0o600)
            # Which thread uses it is the relayer's business.
            self._database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
            if version not in (0, 1, _VERSION):
                raise StorageProblem(f"The ballot box {path} was made by another version of zonedao. Use that one.")
            change = _SINCE_1 if version == 1 else _SCHEMA
            self._database.executescript(f"BEGIN; {change} PRAGMA user_version = {_VERSION}; COMMIT;")
        except (sqlite3.Error, OSError) as problem:
            why = reason(problem) if isinstance(problem, OSError) else problem
            raise StorageProblem(
                f"The ballot box {path} cannot be opened ({why}). Name another file with --box."
            ) from problem

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A block whose changes are all on the disk when it ends, or none of them."""
        self._run("BEGIN IMMEDIATE")
        try:
            yield
            self._run("COMMIT")
        except BaseException:
            # Where the disk is full, SQLite may have taken it back itself.
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    # --- ballots ---

    def ballot(self, like: SignedBallot) -> SignedBallot | None:
        """The ballot of the same person on the same proposal, None if there is none."""
        rows = self._run(f"SELECT {_BALLOT} FROM ballots WHERE {_THIS_BALLOT}", *_place(like))
        return next((_ballot(row) for row in rows), None)

    def ballots(self, chain_id: int, body: str, proposal_id: int) -> list[SignedBallot]:
        """Every ballot on a proposal, by person."""
        where = "chain_id = ? AND body = ? AND proposal = ?"
        rows = self._run(
            f"SELECT {_BALLOT} FROM ballots WHERE {where} ORDER BY person", chain_id, body, _hex(proposal_id)
        )
        return [_ballot(row) for row in rows]

    def proposals(self, chain_id: int, body: str) -> list[int]:
        """The ids of the proposals of a body on which there are ballots."""
        rows = self._run("SELECT DISTINCT proposal FROM ballots WHERE chain_id = ? AND body = ?", chain_id, body)
        return [int(row[0], 16) for row in rows]

    def keep_ballot(self, ballot: SignedBallot, now: int) -> None:
        """Put a ballot in, in place of the person's other one."""
        share = None
        if ballot.share is not None:
            share = ballot.share.scheme.write((*ballot.share.value, *(ballot.share.key2 or ())))
        self._run(
            f"INSERT OR REPLACE INTO ballots ({_BALLOT}, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *_place(ballot), int(ballot.support), ballot.signature, share,
            ballot.single and ballot.single.voter, ballot.single and ballot.single.nonce, now,
        )  # fmt: skip

    def drop_shares(self, ballots: Iterable[SignedBallot]) -> None:
        """Forget the shares of some ballots."""
        with self.writing():
            for ballot in ballots:
                self._run(f"UPDATE ballots SET share = NULL WHERE {_THIS_BALLOT}", *_place(ballot))

    def remove_ballots(self, ballots: Iterable[SignedBallot]) -> None:
        """Take some ballots out."""
        with self.writing():
            for ballot in ballots:
                self._run(f"DELETE FROM ballots WHERE {_THIS_BALLOT}", *_place(ballot))

    # --- enrolments ---

    def enrolments(self, chain_id: int, verifier: str, registry: str) -> list[dict[str, Any]]:
        """The documents of enrolments at a verifier for a registry, by person."""
        where = "chain_id = ? AND verifier = ? AND registry = ?"
        rows = self._run(f"SELECT document FROM enrolments WHERE {where} ORDER BY person", chain_id, verifier, registry)
        return [json.loads(row[0]) for row in rows]

    def keep_enrolment(self, place: tuple[int, str, str, int], document: dict[str, Any], now: int) -> None:
        """Put an enrolment in, in place of the person's other one; `place` is chain, verifier, registry, person."""
        self._run("INSERT OR REPLACE INTO enrolments VALUES (?, ?, ?, ?, ?, ?)", *place, json.dumps(document), now)

    def remove_enrolments(self, places: Iterable[tuple[int, str, str, int]]) -> None:
        """Take some enrolments out."""
        with self.writing():
            for place in places:
                self._run(f"DELETE FROM enrolments WHERE {_THIS_ENROLMENT}", *place)

    # --- inside ---

    def _run(self, statement: str, *values: Any) -> list[Any]:
        try:
            return self._database.execute(statement, values).fetchall()
        except sqlite3.Error as problem:
            raise StorageProblem(
                f"The ballot box {self.path} cannot be used ({problem}). What was handed in last is not kept: "
                "make room, then hand it in again."
            ) from problem


def _hex(proposal_id: int) -> str:
    return f"0x{proposal_id:064x}"


def _place(ballot: SignedBallot) -> tuple[int, str, str, int]:
    return ballot.chain_id, ballot.body, _hex(ballot.proposal_id), ballot.index


def _ballot(row: tuple[int, str, str, int, int, bytes, bytes | None, str | None, int]) -> SignedBallot:
    chain_id, body, proposal, person, support, signature, raw, voter, nonce = row
    share = None
    if raw is not None:
        # 192 bytes are a share on BN254 and the key beside it, 256 a share on BLS12-381.
        size = BLS12_381.coordinate_bytes if len(raw) == 256 else 32
        numbers = [int.from_bytes(raw[start : start + size], "big") for start in range(0, len(raw), size)]
        key2 = (numbers[2], numbers[3], numbers[4], numbers[5]) if len(numbers) == 6 else None
        share = Share(tuple(numbers if key2 is None else numbers[:2]), key2)
    single = Single(voter, nonce) if voter else None
    return SignedBallot(chain_id, body, int(proposal, 16), person, Support(support), signature, share, single)
