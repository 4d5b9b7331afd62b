"""From the log of a node to the columns of a row, with a decoder that is put together once for each event.

A log stays the hex text that the node sent, and is read by the readers of `chain/decoding.py`: what is no event
elsewhere is none here either.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from zonedao.chain.abi import AbiType
from zonedao.chain.decoding import (
    MalformedData,
    Read,
    address,
    array,
    fixed,
    head_digits,
    integer,
    members,
    octets,
    truth,
)
from zonedao.index.reading import LARGEST_INTEGER, WIDE_DIGITS
from zonedao.index.schema import Table, stored_as

Decode = Callable[[Sequence[str], str], list[Any]]

_TEXT_STARTS = 2  # behind `0x`


def decoder(table: Table) -> Decode:
    """Makes the columns of a row out of topics and data, both 0x-hex as nodes send them.

    What it makes raises MalformedData for anything but this event.
    """
    indexed = table.event.indexed
    topic_count = 1 + sum(indexed)
    in_data = [column.type for column, at in zip(table.columns, indexed, strict=True) if not at]
    if any(kind.dynamic for kind in in_data):
        return _with_dynamic_data(table, topic_count, members(in_data, _column))
    plan: list[tuple[int, int, Read]] = []  # 0 for the data or the number of a topic, where in it, how it is read
    topic, place = 1, _TEXT_STARTS
    for column, is_topic in zip(table.columns, indexed, strict=True):
        if is_topic:
            plan.append((topic, _TEXT_STARTS, _column(column.type)))
            topic += 1
        else:
            plan.append((0, place, _column(column.type)))
            place += head_digits(column.type)

    def decode(topics: Sequence[str], data: str) -> list[Any]:
        if len(topics) != topic_count:
            raise MalformedData("other indexed values")
        texts = (data, *topics[1:])
        return [read(texts[which], at) for which, at, read in plan]

    return decode


def _with_dynamic_data(table: Table, topic_count: int, read_data: Read) -> Decode:
    readers = [
        _column(column.type) if is_topic else None
        for column, is_topic in zip(table.columns, table.event.indexed, strict=True)
    ]

    def decode(topics: Sequence[str], data: str) -> list[Any]:
        if len(topics) != topic_count:
            raise MalformedData("other indexed values")
        from_data = iter(read_data(data, _TEXT_STARTS))
        from_topics = iter(topics[1:])
        return [next(from_data) if read is None else read(next(from_topics), _TEXT_STARTS) for read in readers]

    return decode


# --- the values of columns ---


def _column(kind: AbiType) -> Read:
    """Reads a value as its column keeps it; what is dynamic is read where its offset points."""
    if kind.kind in ("uint", "int"):
        return _integer(kind, wide=lambda value: f"{value:0{WIDE_DIGITS}d}")
    if kind.kind == "bool":
        return truth
    if kind.kind == "address":
        return address
    if kind.kind == "fixed":
        return fixed(kind.size, bytes.fromhex)
    if kind.kind == "bytes":
        return lambda text, at: bytes.fromhex(octets(text, at))
    if kind.kind == "string":
        return _text
    read = _json(kind)
    return lambda text, at: json.dumps(read(text, at), ensure_ascii=False, separators=(",", ":"))


def _text(text: str, at: int) -> str | bytes:
    raw = bytes.fromhex(octets(text, at))
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def _json(kind: AbiType) -> Read:
    """Reads a value inside an array or a struct as JSON keeps it."""
    if kind.kind in ("uint", "int"):
        return _integer(kind, wide=str)
    if kind.kind == "bool":
        return lambda text, at: bool(truth(text, at))
    if kind.kind == "address":
        return address
    if kind.kind == "fixed":
        return fixed(kind.size, lambda digits: "0x" + digits)
    if kind.kind == "bytes":
        return lambda text, at: "0x" + octets(text, at)
    if kind.kind == "string":
        return lambda text, at: bytes.fromhex(octets(text, at)).decode(errors="replace")
    if kind.kind == "tuple":
        parts = members(kind.items, _json)
        return lambda text, at: dict(zip(kind.names, parts(text, at), strict=True))
    return array(kind, _json)


# --- words ---


def _integer(kind: AbiType, wide: Callable[[int], str]) -> Read:
    """`wide` is how a number is kept that is too large for SQLite."""
    read = integer(kind)

    def kept(text: str, at: int) -> int | str:
        value = read(text, at)
        return value if -LARGEST_INTEGER - 1 <= value <= LARGEST_INTEGER else wide(value)

    # What always fits needs no second look: most words are of this kind, and there are millions.
    return read if stored_as(kind) else kept
