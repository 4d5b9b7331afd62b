"""From the log of a node to the columns of a row, with a decoder that is put together once for each event.

A log stays the hex text that the node sent: a word is a slice of it, and most values are one slice. As strict as the
decoder of everything else (`chain/abi.py`): what that one refuses is no event here either.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from zonedao.chain.abi import AbiType, MalformedData
from zonedao.index.schema import LARGEST_INTEGER, WIDE_DIGITS, Table

Decode = Callable[[Sequence[str], str], list[Any]]
_Read = Callable[[str, int], Any]  # from hex text and a place in it, counted in digits, to a value

_WORD = 64  # hex digits
_TEXT_STARTS = 2  # behind `0x`
_NO_ADDRESS = "0" * 24  # what fills an address up to a word


def decoder(table: Table) -> Decode:
    """Makes the columns of a row out of topics and data, both 0x-hex as nodes send them.

    What it makes raises MalformedData for anything but this event.
    """
    indexed = table.event.indexed
    topic_count = 1 + sum(indexed)
    in_data = [column.type for column, at in zip(table.columns, indexed, strict=True) if not at]
    if any(kind.dynamic for kind in in_data):
        return _with_dynamic_data(table, topic_count, _members(in_data, _column))
    plan: list[tuple[int, int, _Read]] = []  # 0 for the data or the number of a topic, where in it, how it is read
    topic, place = 1, _TEXT_STARTS
    for column, is_topic in zip(table.columns, indexed, strict=True):
        if is_topic:
            plan.append((topic, _TEXT_STARTS, _column(column.type)))
            topic += 1
        else:
            plan.append((0, place, _column(column.type)))
            place += _head_digits(column.type)

    def decode(topics: Sequence[str], data: str) -> list[Any]:
        if len(topics) != topic_count:
            raise MalformedData("other indexed values")
        texts = (data, *topics[1:])
        return [read(texts[which], at) for which, at, read in plan]

    return decode


def _with_dynamic_data(table: Table, topic_count: int, read_data: _Read) -> Decode:
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


def _column(kind: AbiType) -> _Read:
    """Reads a value as its column keeps it; what is dynamic is read where its offset points."""
    if kind.kind in ("uint", "int"):
        return _integer(kind, wide=lambda value: f"{value:0{WIDE_DIGITS}d}")
    if kind.kind == "bool":
        return _bool
    if kind.kind == "address":
        return _address
    if kind.kind == "fixed":
        return _fixed(kind.size, bytes.fromhex)
    if kind.kind == "bytes":
        return lambda text, at: bytes.fromhex(_octets(text, at))
    if kind.kind == "string":
        return _text
    read = _json(kind)
    return lambda text, at: json.dumps(read(text, at), ensure_ascii=False, separators=(",", ":"))


def _text(text: str, at: int) -> str | bytes:
    raw = bytes.fromhex(_octets(text, at))
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def _json(kind: AbiType) -> _Read:
    """Reads a value inside an array or a struct as JSON keeps it."""
    if kind.kind in ("uint", "int"):
        return _integer(kind, wide=str)
    if kind.kind == "bool":
        return lambda text, at: bool(_bool(text, at))
    if kind.kind == "address":
        return _address
    if kind.kind == "fixed":
        return _fixed(kind.size, lambda digits: "0x" + digits)
    if kind.kind == "bytes":
        return lambda text, at: "0x" + _octets(text, at)
    if kind.kind == "string":
        return lambda text, at: bytes.fromhex(_octets(text, at)).decode(errors="replace")
    if kind.kind == "tuple":
        members = _members(kind.items, _json)
        return lambda text, at: dict(zip(kind.names, members(text, at), strict=True))
    return _array(kind)


def _array(kind: AbiType) -> _Read:
    item = kind.items[0]
    if kind.size >= 0:
        return _members([item] * kind.size, _json)
    item_digits = _WORD if item.dynamic else _head_digits(item)
    one = _json(item)

    def read(text: str, at: int) -> list[Any]:
        count = _number(text, at)
        start = at + _WORD
        # Before anything is made of a count that no data could hold.
        if start + count * item_digits > len(text):
            raise MalformedData("a list that ends after the data")
        if not item.dynamic:
            return [one(text, start + each * item_digits) for each in range(count)]
        end = start + count * _WORD
        return [one(text, _target(text, start + each * _WORD, start, end)) for each in range(count)]

    return read


def _members(kinds: Sequence[AbiType], reader: Callable[[AbiType], _Read]) -> _Read:
    """Reads values that stand one after another: the data of an event, a struct, an array of fixed length."""
    plan: list[tuple[int, bool, _Read]] = []
    place = 0
    for kind in kinds:
        plan.append((place, kind.dynamic, reader(kind)))
        place += _WORD if kind.dynamic else _head_digits(kind)
    head = place

    def read(text: str, at: int) -> list[Any]:
        end = at + head
        return [
            one(text, _target(text, at + place, at, end) if dynamic else at + place) for place, dynamic, one in plan
        ]

    return read


# --- words ---


def _integer(kind: AbiType, wide: Callable[[int], str]) -> _Read:
    """`wide` is how a number is kept that is too large for SQLite."""
    bits = kind.size

    def unsigned(text: str, at: int) -> int | str:
        value = _number(text, at)
        if value <= LARGEST_INTEGER and (bits > 62 or value < 1 << bits):
            return value
        if value >= 1 << bits:
            raise MalformedData("a number that is too large")
        return wide(value)

    def signed(text: str, at: int) -> int | str:
        value = _number(text, at)
        value -= (value >> 255) << 256
        if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
            raise MalformedData("a number that is too large")
        return value if -LARGEST_INTEGER - 1 <= value <= LARGEST_INTEGER else wide(value)

    return unsigned if kind.kind == "uint" else signed


def _fixed(size: int, make: Callable[[str], Any]) -> _Read:
    digits = 2 * size
    rest = "0" * (_WORD - digits)

    def read(text: str, at: int) -> Any:
        word = text[at : at + _WORD]
        if len(word) != _WORD or word[digits:] != rest:
            raise MalformedData("bytes that are not filled up with zeros")
        return make(word[:digits])

    return read


def _bool(text: str, at: int) -> int:
    value = _number(text, at)
    if value > 1:
        raise MalformedData("neither true nor false")
    return value


def _address(text: str, at: int) -> str:
    word = text[at : at + _WORD]
    if len(word) != _WORD or not word.startswith(_NO_ADDRESS):
        raise MalformedData("no address")
    return "0x" + word[24:]


def _octets(text: str, at: int) -> str:
    """The digits of bytes whose length is the word at a place."""
    count = _number(text, at)
    start = at + _WORD
    padded = -(-count // 32) * _WORD
    if start + padded > len(text):
        raise MalformedData("bytes that end after the data")
    end = start + 2 * count
    if text[end : start + padded].strip("0"):
        raise MalformedData("bytes that are not filled up with zeros")
    return text[start:end]


def _target(text: str, at: int, start: int, end: int) -> int:
    """Where an offset points, which is behind the head that it stands in."""
    target = start + 2 * _number(text, at)
    if not end <= target < len(text):
        raise MalformedData("an offset that points nowhere")
    return target


def _number(text: str, at: int) -> int:
    word = text[at : at + _WORD]
    if len(word) != _WORD:
        raise MalformedData("too little data")
    return int(word, 16)


def _head_digits(kind: AbiType) -> int:
    """How much of the head a value takes that is not dynamic."""
    if kind.kind == "array":
        return kind.size * _head_digits(kind.items[0])
    return sum(map(_head_digits, kind.items)) if kind.kind == "tuple" else _WORD
