"""An EIP-712 message as a Ledger takes it piece by piece, so that it can show every field (app-ethereum, EIP-712)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from zonedao.chain.ledger.app import LARGEST_DATA

Step = tuple[int, int, int, bytes]  # instruction, P1, P2, data

_DEFINITION, _VALUE = 0x1A, 0x1C
_STRUCT, _FIELD = 0x00, 0xFF
_MORE = 0x01
_SIZED = 0x40  # bit of a type that has a size
_INT, _UINT, _ADDRESS, _BOOL, _STRING, _FIXED_BYTES, _BYTES = range(1, 8)
_PLAIN = {"address": _ADDRESS, "bool": _BOOL, "string": _STRING, "bytes": _BYTES}
_TYPE = re.compile(r"(u?int|bytes)(\d+)")


def is_flat(message: Mapping[str, Any]) -> bool:
    """Whether all fields of a message are plain values; structs in structs and arrays are told in no steps here."""
    parts = ("EIP712Domain", message["primaryType"])
    return all(_type(field["type"]) is not None for part in parts for field in message["types"][part])


def steps(message: Mapping[str, Any]) -> Iterator[Step]:
    """What tells a flat message: the types of its fields, and then the value of each."""
    primary = message["primaryType"]
    parts = (("EIP712Domain", message["domain"]), (primary, message["message"]))
    for name, _ in parts:
        yield _DEFINITION, 0, _STRUCT, name.encode()
        for field in message["types"][name]:
            yield _DEFINITION, 0, _FIELD, _definition(field["name"], field["type"])
    for name, values in parts:
        yield _VALUE, 0, _STRUCT, name.encode()
        for field in message["types"][name]:
            yield from _value(_bytes_of(field["type"], values[field["name"]]))


def _type(solidity: str) -> tuple[int, int | None] | None:
    """The number of a plain type, and its size in bytes where it has one; None for other types."""
    if solidity in _PLAIN:
        return _PLAIN[solidity], None
    found = _TYPE.fullmatch(solidity)
    if found is None:
        return None
    if found[1] == "bytes":
        return _FIXED_BYTES, int(found[2])
    return _UINT if found[1] == "uint" else _INT, int(found[2]) // 8


def _definition(name: str, solidity: str) -> bytes:
    kind = _type(solidity)
    assert kind is not None, "only flat messages are told"
    number, size = kind
    return (bytes([number]) if size is None else bytes([number | _SIZED, size])) + bytes([len(name)]) + name.encode()


def _bytes_of(solidity: str, value: Any) -> bytes:
    if solidity == "string":
        return str(value).encode()
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return bytes.fromhex(value.removeprefix("0x"))
    number = int(value)
    if number < 0:
        kind = _type(solidity)
        return number.to_bytes((kind[1] if kind is not None else None) or 32, "big", signed=True)
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")


def _value(content: bytes) -> Iterator[Step]:
    told = len(content).to_bytes(2, "big") + content
    for at in range(0, len(told), LARGEST_DATA):
        more = _MORE if at + LARGEST_DATA < len(told) else 0
        yield _VALUE, more, _FIELD, told[at : at + LARGEST_DATA]
