"""The events of an index as they were told: from rows back to what contracts said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from zonedao.chain.abi import checksum_address
from zonedao.chain.events import Event
from zonedao.chain.interface import EventType, argument_names
from zonedao.index.reading import Index
from zonedao.index.schema import WHERE_COLUMNS, Table, tables
from zonedao.index.values import value_of
from zonedao.records import record


@record
class Told:
    """An event, and the time of its block (unix seconds)."""

    event: Event
    at: int

    @property
    def identity(self) -> tuple[Any, ...]:
        """The same wherever in the chain the same transaction tells the same."""
        event = self.event
        return event.tx_hash, event.address, event.signature, tuple(event.args.items())


def events_above(index: Index, block: int) -> list[Told]:
    """Every event in the blocks above one, in the order of the chain. Their `data` is not kept, and empty."""
    emitters = {source.id: checksum_address(source.address) for source in index.sources()}
    rows = index.database.execute("SELECT number, hash, time FROM blocks WHERE number > ?", (block,))
    blocks = {number: (raw, time) for number, raw, time in rows}
    found: list[Told] = []
    for table in tables().values():
        names = argument_names(table.event.inputs)
        for row in index.database.execute(f"SELECT * FROM {table.name} WHERE block > ?", (block,)):
            (number, log, tx, source), values = row[: len(WHERE_COLUMNS)], row[len(WHERE_COLUMNS) :]
            hash_, at = blocks[number]
            args = dict(zip(names, restored(table, values), strict=True))
            event = event_at(table.interface, table.event, emitters[source], (number, log, tx, hash_), args)
            found.append(Told(event, at))
    return sorted(found, key=lambda told: (told.event.block_number, told.event.log_index))


def event_at(
    contract: str, kind: EventType, address: str, place: tuple[int, int, bytes, bytes], args: Mapping[str, Any]
) -> Event:
    """An event of a contract: its place are the number of the block, the log in it, the transaction and the block."""
    number, log, tx, hash_ = place
    return Event(
        contract=contract,
        name=kind.name,
        args=MappingProxyType(args),
        address=address,
        block_number=number,
        block_hash="0x" + hash_.hex(),
        tx_hash="0x" + tx.hex(),
        log_index=log,
        signature=kind.signature,
    )


def restored(table: Table, kept: Sequence[Any]) -> list[Any]:
    """What the columns of a row hold, without the first four, as values in the form that `chain/abi.py` gives them.

    A text that is no UTF-8 is shown as far as it goes.
    """
    return [
        each.decode(errors="replace")
        if column.type.kind == "string" and isinstance(each, bytes)
        else value_of(column.type, each)
        for column, each in zip(table.columns, kept, strict=True)
    ]
