"""Values of the contract ABI out of the hex text in which nodes send them, with a reader put together once for a type.

A word is a slice of the text, and most values are one word. What is filled up must be filled with zeros, no offset may
point into the head that it stands in, and nothing may end after the data: anything else is MalformedData. What becomes
of a value is for whoever puts readers together to say, since an index keeps other forms than a program works with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zonedao.chain.abi import AbiType

Read = Callable[[str, int], Any]  # from hex text and a place in it, counted in digits, to a value

WORD_DIGITS = 64
_NO_ADDRESS = "0" * 24  # what fills an address up to a word


class MalformedData(ValueError):
    """Bytes that are no encoding of the type."""


# --- what consists of others ---


def members(kinds: Sequence[AbiType], reader: Callable[[AbiType], Read]) -> Read:
    """Reads values that stand one after another: arguments, a struct, an array of fixed length."""
    plan: list[tuple[int, bool, Read]] = []
    place = 0
    for kind in kinds:
        plan.append((place, kind.dynamic, reader(kind)))
        place += WORD_DIGITS if kind.dynamic else head_digits(kind)
    head = place

    def read(text: str, at: int) -> list[Any]:
        end = at + head
        return [
            one(text, _target(text, at + place, at, end) if dynamic else at + place) for place, dynamic, one in plan
        ]

    return read


def array(kind: AbiType, reader: Callable[[AbiType], Read]) -> Read:
    """Reads the values of an array as a list."""
    item = kind.items[0]
    if kind.size >= 0:
        return members([item] * kind.size, reader)
    item_digits = WORD_DIGITS if item.dynamic else head_digits(item)
    one = reader(item)

    def read(text: str, at: int) -> list[Any]:
        count = number(text, at)
        start = at + WORD_DIGITS
        # Before anything is made of a count that no data could hold.
        if start + count * item_digits > len(text):
            raise MalformedData("a list that ends after the data")
        if not item.dynamic:
            return [one(text, start + each * item_digits) for each in range(count)]
        end = start + count * WORD_DIGITS
        return [one(text, _target(text, start + each * WORD_DIGITS, start, end)) for each in range(count)]

    return read


def head_digits(kind: AbiType) -> int:
    """How much of the head a value takes that is not dynamic."""
    if kind.kind == "array":
        return kind.size * head_digits(kind.items[0])
    return sum(map(head_digits, kind.items)) if kind.kind == "tuple" else WORD_DIGITS


# --- words ---


def integer(kind: AbiType) -> Read:
    """Reads a number of so many bits, with or without a sign."""
    bits = kind.size

    def unsigned(text: str, at: int) -> int:
        value = number(text, at)
        if value >= 1 << bits:
            raise MalformedData("a number that is too large")
        return value

    def signed(text: str, at: int) -> int:
        value = number(text, at)
        value -= (value >> 255) << 256
        if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
            raise MalformedData("a number that is too large")
        return value

    return unsigned if kind.kind == "uint" else signed


def fixed(size: int, make: Callable[[str], Any]) -> Read:
    """Reads so many bytes, of whose digits a value is made."""
    digits = 2 * size
    rest = "0" * (WORD_DIGITS - digits)

    def read(text: str, at: int) -> Any:
        word = text[at : at + WORD_DIGITS]
        if len(word) != WORD_DIGITS or word[digits:] != rest:
            raise MalformedData("bytes that are not filled up with zeros")
        return make(word[:digits])

    return read


def number(text: str, at: int) -> int:
    """A word as a number without a sign."""
    word = text[at : at + WORD_DIGITS]
    if len(word) != WORD_DIGITS:
        raise MalformedData("too little data")
    return int(word, 16)


def truth(text: str, at: int) -> int:
    """0 or 1."""
    value = number(text, at)
    if value > 1:
        raise MalformedData("neither true nor false")
    return value


def address(text: str, at: int) -> str:
    """An address in the letters of the text, 0x in front."""
    word = text[at : at + WORD_DIGITS]
    if len(word) != WORD_DIGITS or not word.startswith(_NO_ADDRESS):
        raise MalformedData("no address")
    return "0x" + word[24:]


def octets(text: str, at: int) -> str:
    """The digits of bytes whose length is the word at a place."""
    count = number(text, at)
    start = at + WORD_DIGITS
    padded = -(-count // 32) * WORD_DIGITS
    if start + padded > len(text):
        raise MalformedData("bytes that end after the data")
    end = start + 2 * count
    if text[end : start + padded].strip("0"):
        raise MalformedData("bytes that are not filled up with zeros")
    return text[start:end]


def _target(text: str, at: int, start: int, end: int) -> int:
    """Where an offset points, which is behind the head that it stands in."""
    target = start + 2 * number(text, at)
    if not end <= target < len(text):
        raise MalformedData("an offset that points nowhere")
    return target
