"""Rows say what eth-abi reads from the same log, for every event and for types that no event has yet."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from zonedao.chain.abi import AbiType, encode, parse_type
from zonedao.chain.decoding import MalformedData
from zonedao.chain.interface import Interface
from zonedao.index.decoding import decoder
from zonedao.index.events import restored
from zonedao.index.schema import Column, Table, snake_case, stored_as, tables

# What could come: every kind of type, indexed and not, and arrays of arrays.
FURTHER = Interface(
    "Further",
    [
        {
            "type": "event",
            "name": "Everything",
            "inputs": [
                {"name": "small", "type": "int8", "indexed": True},
                {"name": "hashed", "type": "string", "indexed": True},
                {"name": "word", "type": "bytes4", "indexed": True},
                {"name": "flag", "type": "bool"},
                {"name": "wide", "type": "int256"},
                {"name": "fixed", "type": "uint16[3]"},
                {"name": "lists", "type": "uint256[][]"},
                {"name": "texts", "type": "string[2]"},
                {"name": "pair", "type": "tuple", "components": [
                    {"name": "who", "type": "address"},
                    {"name": "more", "type": "tuple[]", "components": [
                        {"name": "data", "type": "bytes"}, {"name": "yes", "type": "bool"},
                    ]},
                ]},
                {"name": "raw", "type": "bytes"},
            ],
        },
        {
            "type": "event",
            "name": "Still",
            "inputs": [
                {"name": "pair", "type": "tuple[2]", "components": [
                    {"name": "a", "type": "uint64"}, {"name": "b", "type": "bytes32"},
                ]},
                {"name": "last", "type": "uint56"},
            ],
        },
    ],
)  # fmt: skip


def further() -> list[Table]:
    """Tables for those events, by the same rule."""
    found = []
    for event in FURTHER.events.values():
        columns = []
        for name, kind, indexed in zip(event.inputs.names, event.inputs.items, event.indexed, strict=True):
            kept = parse_type("bytes32") if indexed and kind.dynamic else kind
            columns.append(Column(snake_case(name), kept, stored_as(kept)))
        found.append(Table(event.name, "further", "Further", event, tuple(columns)))
    return found


TABLES = [*tables().values(), *further()]
CHOICE = random.Random(20)


def value(kind: AbiType) -> Any:
    """Some value of a type, often at its edges."""
    if kind.kind == "tuple":
        return tuple(value(item) for item in kind.items)
    if kind.kind == "array":
        return [value(kind.items[0]) for _ in range(kind.size if kind.size >= 0 else CHOICE.randrange(4))]
    if kind.kind == "uint":
        return CHOICE.choice([0, 1, 2**kind.size - 1, min(2**63 - 1, 2**kind.size - 1), CHOICE.randrange(2**kind.size)])
    if kind.kind == "int":
        return CHOICE.choice([0, -1, 1, -(2 ** (kind.size - 1)), 2 ** (kind.size - 1) - 1])
    if kind.kind == "bool":
        return CHOICE.random() < 0.5
    if kind.kind == "address":
        return CHOICE.randbytes(20)
    if kind.kind == "fixed":
        return CHOICE.randbytes(kind.size)
    if kind.kind == "bytes":
        return CHOICE.randbytes(CHOICE.choice([0, 1, 31, 32, 33, 100]))
    return CHOICE.choice(["", "a", "ä" * 20, "zero \0 in it", "x" * 64])


def log(table: Table) -> tuple[list[str], str]:
    """Topics and data of such an event."""
    topics, plain, values = ["0x" + table.event.topic.hex()], [], []
    for kind, indexed in zip(table.event.inputs.items, table.event.indexed, strict=True):
        one = value(kind)
        if not indexed:
            plain.append(kind)
            values.append(one)
        elif kind.dynamic:
            topics.append("0x" + CHOICE.randbytes(32).hex())
        else:
            topics.append("0x" + encode(kind, one).hex())
    data = encode(AbiType("tuple", 0, tuple(plain), ("",) * len(plain)), values)
    return topics, "0x" + data.hex()


def as_column(kind: AbiType, decoded: Any) -> Any:
    """What a column must hold, written out a second time."""
    if kind.kind in ("uint", "int"):
        return decoded if -(2**63) <= decoded < 2**63 else f"{decoded:078d}"
    if kind.kind == "bool":
        return int(decoded)
    if kind.kind == "address":
        return decoded.lower()
    if kind.kind in ("array", "tuple"):
        return json.dumps(as_json(kind, decoded), ensure_ascii=False, separators=(",", ":"))
    return decoded


def as_json(kind: AbiType, decoded: Any) -> Any:
    if kind.kind == "tuple":
        return {name: as_json(item, each) for name, item, each in zip(kind.names, kind.items, decoded, strict=True)}
    if kind.kind == "array":
        return [as_json(kind.items[0], each) for each in decoded]
    if kind.kind in ("uint", "int"):
        return decoded if -(2**63) <= decoded < 2**63 else str(decoded)
    if kind.kind == "address":
        return decoded.lower()
    return "0x" + decoded.hex() if isinstance(decoded, bytes) else decoded


def expected(table: Table, topics: list[str], data: str) -> list[Any] | None:
    """What eth-abi reads, None where it refuses."""
    try:
        decoded = table.event.decode([bytes.fromhex(each[2:]) for each in topics], bytes.fromhex(data[2:]))
    except MalformedData:
        return None
    return [as_column(column.type, each) for column, each in zip(table.columns, decoded.values(), strict=True)]


def read(table: Table, topics: list[str], data: str) -> list[Any] | None:
    try:
        return decoder(table)(topics, data)
    except MalformedData:
        return None


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_was_told(table: Table) -> None:
    for _ in range(8):
        topics, data = log(table)
        found = read(table, topics, data)
        assert found is not None
        assert found == expected(table, topics, data)
        values = table.event.decode([bytes.fromhex(each[2:]) for each in topics], bytes.fromhex(data[2:]))
        assert restored(table, found) == list(values.values())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_anybody_may_tell(table: Table) -> None:
    """Data that was cut, or of which a byte is another: both refuse it, or both read the same."""
    for _ in range(25):
        topics, data = log(table)
        raw = bytearray.fromhex(data[2:])
        which = CHOICE.randrange(4)
        if which == 0 and raw:
            del raw[CHOICE.randrange(len(raw)) :]
        elif which == 1 and raw:
            raw[CHOICE.randrange(len(raw))] ^= 1 << CHOICE.randrange(8)
        elif which == 2 and raw:
            # The last byte of a word, which is where lengths and offsets are.
            raw[32 * CHOICE.randrange(len(raw) // 32) + 31] = CHOICE.randrange(256)
        elif len(topics) > 1:
            at = CHOICE.randrange(1, len(topics))
            topics[at] = "0x" + CHOICE.choice([bytes(32), CHOICE.randbytes(32)]).hex()
        assert shown(table, read(table, topics, "0x" + raw.hex())) == expected(table, topics, "0x" + raw.hex())


def shown(table: Table, found: list[Any] | None) -> list[Any] | None:
    """With text that is no UTF-8, which is kept as bytes, as eth-abi shows it."""
    if found is None:
        return None
    return [
        each.decode(errors="replace") if column.type.kind == "string" and isinstance(each, bytes) else each
        for column, each in zip(table.columns, found, strict=True)
    ]


def test_other_numbers_of_indexed_values() -> None:
    table = tables()["body_vote_cast"]
    topics, data = log(table)
    assert read(table, topics[:1], data) is None
    assert read(table, [*topics, topics[0]], data) is None


def test_text_that_is_none() -> None:
    table = tables()["body_vote_cast"]
    topics, data = log(table)
    broken = bytes(31) + b"\x02" + b"\xff\xfe" + bytes(30)
    found = read(table, topics, data[: 2 + 4 * 64] + broken.hex())
    assert found is not None
    assert found[-1] == b"\xff\xfe"
