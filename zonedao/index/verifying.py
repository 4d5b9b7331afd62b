"""Is the index what the chain says? All is read a second time, from the node into a file beside it, and compared.

Nothing that the index holds is used for it but where it begins and up to which block it has read.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zonedao.errors import AuditFailed, NotFound, WrongState
from zonedao.index.logs import LogReader
from zonedao.index.reading import Index, Position, Source
from zonedao.index.schema import WHERE_COLUMNS, Table, tables
from zonedao.index.syncing import Progress, sync

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection


@dataclass(frozen=True)
class Verified:
    """An index that agrees with the chain: up to where, how many events, and its fingerprint (see `Index`)."""

    position: Position
    events: int
    fingerprint: str


def verify(
    connection: Connection, path: Path, root: str, progress: Callable[[Progress], None] | None = None
) -> Verified:
    """Compare the index at a path with the node.

    Raises AuditFailed, naming the first difference; NotFound where there is no index or nothing in it; WrongState where
    the chain has replaced blocks since; NodeProblem, StorageProblem.
    """
    with Index.open(path) as index, index.at_one_moment():
        position = index.position
        if position is None:
            raise NotFound("The index holds nothing yet. Fill it with `zonedao index sync`.")
        head = LogReader(connection).heads([position.block])[position.block]
        if head is None or head.hash != position.hash:
            raise WrongState(
                f"The node has another block {position.block} than the index, or none yet. `zonedao index sync` takes "
                "back what no longer stands; verify then."
            )
        with tempfile.TemporaryDirectory(prefix="verify-", dir=path.parent) as folder:
            again = Path(folder) / path.name
            sync(
                connection,
                again,
                root,
                first_block=index.first_block,
                last_block=position.block,
                progress=progress,
            )
            with Index.open(again) as chain:
                difference = first_difference(index, chain)
        if difference is not None:
            raise AuditFailed(
                f"The index is not what the chain says: {difference}. `zonedao index reset` removes it, `zonedao index "
                "sync` reads it anew."
            )
        return Verified(position, index.event_count(), index.fingerprint())


def first_difference(index: Index, chain: Index) -> str | None:
    """Where an index first differs from another one, in words that call that one the chain; None: nowhere."""
    mine, theirs = index.sources(), chain.sources()
    if mine != theirs:
        one, other = next(pair for pair in zip_longest(mine, theirs) if pair[0] != pair[1])
        told = other or one
        assert told is not None
        return f"it has {_source(one)} where the chain has {_source(other)}, told of in block {told.found}"
    found = [each for table in tables().values() if (each := _of_table(index, chain, table)) is not None]
    if found:
        return min(found)[1]
    query = "SELECT number, hash, time, events FROM blocks WHERE events > 0 ORDER BY number"
    for mine_, theirs_ in zip_longest(index.database.execute(query), chain.database.execute(query)):
        if mine_ != theirs_:
            return f"its block {(mine_ or theirs_)[0]} has another hash, time or number of events"
    query = "SELECT * FROM tallies ORDER BY source, proposal_id"
    for mine_, theirs_ in zip_longest(index.database.execute(query), chain.database.execute(query)):
        if mine_ != theirs_:
            return f"its tally of proposal {int((mine_ or theirs_)[1]):#x} is not what the votes come to"
    return None


def _of_table(index: Index, chain: Index, table: Table) -> tuple[tuple[int, int], str] | None:
    """The first difference in a table: its block and log, and words for it."""
    query = f"SELECT * FROM {table.name} ORDER BY block, log"
    for mine, theirs in zip_longest(index.database.execute(query), chain.database.execute(query)):
        if mine == theirs:
            continue
        if theirs is None or (mine is not None and mine[:2] < theirs[:2]):
            return mine[:2], f"{_event(index, table, mine)} is not on the chain"
        if mine is None or theirs[:2] < mine[:2]:
            return theirs[:2], f"{_event(chain, table, theirs)} is missing"
        names = [*WHERE_COLUMNS, *(column.name for column in table.columns)]
        at = next(place for place, pair in enumerate(zip(mine, theirs, strict=True)) if pair[0] != pair[1])
        said = f"has {names[at]} {_value(mine[at])}, which is {_value(theirs[at])} on the chain"
        return mine[:2], f"{_event(chain, table, theirs)} {said}"
    return None


def _event(index: Index, table: Table, row: Sequence[Any]) -> str:
    block, log, tx, source = row[:4]
    (address,) = index.database.execute("SELECT address FROM sources WHERE id = ?", (source,)).fetchone() or ("",)
    return f"{table.event.name} of {address} in block {block}, log {log} (transaction 0x{tx.hex()})"


def _source(source: Source | None) -> str:
    return f"the {source.kind} {source.address}" if source is not None else "nothing"


def _value(value: Any) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else repr(value)
