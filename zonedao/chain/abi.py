"""The contract ABI: types, encoding and decoding, selectors and checksummed addresses.

Written from the Contract ABI Specification of the Solidity documentation and EIP-55. It exists because importing
eth_abi costs a third of a second, which a read of one proposal should not; a property test compares the two.

Values are plain: integers, booleans, bytes, text, checksummed address strings, tuples for arrays, and named tuples
for structs.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from zonedao.errors import UsageProblem

WORD = 32

_ELEMENTARY = re.compile(r"^(uint|int|bytes)(\d+)$")
_ARRAY = re.compile(r"^(.*)\[(\d*)\]$")
_ADDRESS = re.compile(r"^0x[0-9a-fA-F]{40}$")


@dataclass(frozen=True)
class AbiType:
    """One ABI type.

    `kind` is uint, int, bool, address, fixed (bytesN), bytes, string, array or tuple; `size` the bits of an integer,
    the bytes of a bytesN, or the length of an array (−1 for any); `items` the element type of an array or the
    member types of a tuple, `names` the members' names.
    """

    kind: str
    size: int = 0
    items: tuple[AbiType, ...] = ()
    names: tuple[str, ...] = ()
    canonical: str = ""
    dynamic: bool = field(init=False, default=False)
    head_bytes: int = field(init=False, default=WORD)

    def __post_init__(self) -> None:
        if self.kind in ("bytes", "string") or (self.kind == "array" and self.size < 0):
            dynamic = True
        else:
            dynamic = any(item.dynamic for item in self.items)
        object.__setattr__(self, "dynamic", dynamic)
        if not dynamic and self.kind == "tuple":
            object.__setattr__(self, "head_bytes", sum(item.head_bytes for item in self.items))
        elif not dynamic and self.kind == "array":
            object.__setattr__(self, "head_bytes", self.size * self.items[0].head_bytes)


def parse_type(name: str, components: Sequence[Mapping[str, Any]] = ()) -> AbiType:
    """The type that a JSON ABI calls `name`. Raises UsageProblem for a type that Solidity does not have."""
    if array := _ARRAY.match(name):
        item = parse_type(array[1], components)
        return AbiType("array", int(array[2]) if array[2] else -1, (item,), canonical=f"{item.canonical}[{array[2]}]")
    if name == "tuple":
        items = tuple(parse_type(part["type"], part.get("components", ())) for part in components)
        names = tuple(str(part.get("name", "")) for part in components)
        return AbiType("tuple", 0, items, names, "(" + ",".join(item.canonical for item in items) + ")")
    if name in ("bool", "address", "bytes", "string"):
        return AbiType(name, canonical=name)
    if found := _ELEMENTARY.match(name):
        kind, size = found[1], int(found[2])
        if kind == "bytes" and 1 <= size <= WORD:
            return AbiType("fixed", size, canonical=name)
        if kind != "bytes" and 8 <= size <= 256 and size % 8 == 0:
            return AbiType(kind, size, canonical=name)
    raise UsageProblem(f"There is no ABI type {name!r}. Check the artifact it comes from.")


def tuple_of(parts: Sequence[Mapping[str, Any]]) -> AbiType:
    """The inputs or outputs of a JSON ABI entry as one tuple type."""
    return parse_type("tuple", parts)


# --- encoding ---


def encode(kind: AbiType, value: Any) -> bytes:
    """The ABI encoding of `value`. Raises UsageProblem, naming the value, when it does not fit the type."""
    if kind.kind == "tuple":
        return _encode_sequence(kind.items, _members(kind, value))
    if kind.kind == "array":
        values = _elements(kind, value)
        body = _encode_sequence(kind.items * len(values), values)
        return body if kind.size >= 0 else len(values).to_bytes(WORD, "big") + body
    if kind.kind in ("bytes", "string"):
        raw = _raw_bytes(kind, value)
        return len(raw).to_bytes(WORD, "big") + raw + bytes(-len(raw) % WORD)
    if kind.kind == "fixed":
        raw = _raw_bytes(kind, value)
        if len(raw) != kind.size:
            raise UsageProblem(f"{kind.canonical} takes {kind.size} bytes, not the {len(raw)} given.")
        return raw + bytes(WORD - len(raw))
    if kind.kind == "address":
        return bytes(12) + address_bytes(value)
    if kind.kind == "bool":
        if not isinstance(value, bool):
            raise UsageProblem(f"bool takes True or False, not {value!r}.")
        return int(value).to_bytes(WORD, "big")
    return _encode_integer(kind, value)


def _encode_integer(kind: AbiType, value: Any) -> bytes:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UsageProblem(f"{kind.canonical} takes an integer, not {value!r}.")
    low, high = (-(1 << (kind.size - 1)), 1 << (kind.size - 1)) if kind.kind == "int" else (0, 1 << kind.size)
    if not low <= value < high:
        raise UsageProblem(f"{value} does not fit {kind.canonical}. The range is {low} to {high - 1}.")
    return value.to_bytes(WORD, "big", signed=kind.kind == "int")


def _encode_sequence(kinds: Sequence[AbiType], values: Sequence[Any]) -> bytes:
    offset = sum(WORD if kind.dynamic else kind.head_bytes for kind in kinds)
    heads: list[bytes] = []
    tails: list[bytes] = []
    for kind, value in zip(kinds, values, strict=True):
        encoded = encode(kind, value)
        if kind.dynamic:
            heads.append(offset.to_bytes(WORD, "big"))
            tails.append(encoded)
            offset += len(encoded)
        else:
            heads.append(encoded)
    return b"".join(heads) + b"".join(tails)


def _members(kind: AbiType, value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        if set(value) != set(kind.names):
            raise UsageProblem(f"The struct has the members {', '.join(kind.names)}, not {', '.join(map(str, value))}.")
        return [value[name] for name in kind.names]
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
        if all(name and hasattr(value, name) for name in kind.names):
            return [getattr(value, name) for name in kind.names]
        raise UsageProblem(f"{kind.canonical} takes a tuple, a mapping or an object with its members, not {value!r}.")
    if len(value) != len(kind.items):
        raise UsageProblem(f"{kind.canonical} takes {len(kind.items)} values, not {len(value)}.")
    return list(value)


def _elements(kind: AbiType, value: Any) -> list[Any]:
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
        raise UsageProblem(f"{kind.canonical} takes a list, not {value!r}.")
    if kind.size >= 0 and len(value) != kind.size:
        raise UsageProblem(f"{kind.canonical} takes {kind.size} values, not {len(value)}.")
    return list(value)


def _raw_bytes(kind: AbiType, value: Any) -> bytes:
    if kind.kind == "string":
        if not isinstance(value, str):
            raise UsageProblem(f"string takes text, not {value!r}.")
        return value.encode()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, str) and value.startswith("0x"):
        try:
            return bytes.fromhex(value[2:])
        except ValueError:
            pass
    raise UsageProblem(f"{kind.canonical} takes bytes or 0x-hex, not {value!r}.")


# --- decoding ---


class MalformedData(ValueError):
    """Bytes that are no encoding of the type."""


def decode(kind: AbiType, data: bytes) -> Any:
    """The value that `data` encodes. Raises MalformedData when the bytes are too short or out of range."""
    return _decode(kind, memoryview(data), 0)


def _decode(kind: AbiType, data: memoryview, at: int) -> Any:
    if kind.kind == "tuple":
        return _struct(kind.names)(*_decode_sequence(kind.items, data, at))
    if kind.kind == "array":
        count = kind.size
        if count < 0:
            count, at = _length(data, at), at + WORD
        return tuple(_decode_sequence(kind.items * count, data, at))
    if kind.kind in ("bytes", "string"):
        size = _length(data, at)
        raw = bytes(_slice(data, at + WORD, size))
        return raw.decode("utf-8", "replace") if kind.kind == "string" else raw
    word = bytes(_slice(data, at, WORD))
    if kind.kind == "fixed":
        return word[: kind.size]
    if kind.kind == "address":
        return checksum_address(word[12:])
    number = int.from_bytes(word, "big", signed=kind.kind == "int")
    if kind.kind == "bool":
        if number > 1:
            raise MalformedData(f"{number} is no bool")
        return bool(number)
    if kind.kind == "uint" and number >> kind.size:
        raise MalformedData(f"{number} does not fit {kind.canonical}")
    if kind.kind == "int" and not -(1 << (kind.size - 1)) <= number < 1 << (kind.size - 1):
        raise MalformedData(f"{number} does not fit {kind.canonical}")
    return number


def _decode_sequence(kinds: Sequence[AbiType], data: memoryview, base: int) -> list[Any]:
    values: list[Any] = []
    at = base
    for kind in kinds:
        if kind.dynamic:
            values.append(_decode(kind, data, base + _length(data, at)))
            at += WORD
        else:
            values.append(_decode(kind, data, at))
            at += kind.head_bytes
    return values


def _length(data: memoryview, at: int) -> int:
    value = int.from_bytes(_slice(data, at, WORD), "big")
    if value > len(data):
        raise MalformedData(f"an offset or length of {value} points outside {len(data)} bytes")
    return value


def _slice(data: memoryview, at: int, size: int) -> memoryview:
    part = data[at : at + size]
    if len(part) != size:
        raise MalformedData(f"{size} bytes wanted at {at}, only {len(part)} are there")
    return part


@cache
def _struct(names: tuple[str, ...]) -> Any:
    return namedtuple("Struct", names, rename=True)


# --- hashes and addresses ---


def keccak(data: bytes) -> bytes:
    """Ethereum's Keccak-256: 32 bytes."""
    from eth_hash.auto import keccak as hasher

    return bytes(hasher(data))


@lru_cache(maxsize=4096)
def checksum_address(value: str | bytes) -> str:
    """An address with EIP-55 capitals. Raises UsageProblem if it is not 20 bytes, or has a wrong checksum."""
    raw = address_bytes(value)
    digits = raw.hex()
    digest = keccak(digits.encode()).hex()
    return "0x" + "".join(c.upper() if d >= "8" else c for c, d in zip(digits, digest, strict=False))


def address_bytes(value: Any) -> bytes:
    """The 20 bytes of an address given as text, bytes or an object with an `address`.

    Text in mixed capitals must carry the EIP-55 checksum, which catches a mistyped digit. Raises UsageProblem.
    """
    if isinstance(value, bytes) and len(value) == 20:
        return value
    if isinstance(value, str) and _ADDRESS.match(value):
        raw = bytes.fromhex(value[2:])
        if value[2:] not in (value[2:].lower(), value[2:].upper()) and checksum_address(raw) != value:
            raise UsageProblem(
                f"{value} is no address: its capitals do not match its digits. Copy it again from its source."
            )
        return raw
    own = getattr(value, "address", None)
    if isinstance(own, str):
        return address_bytes(own)
    raise UsageProblem(f"{value!r} is no address. An address is 0x and 40 hexadecimal digits.")


def create_address(sender: str, nonce: int) -> str:
    """The address of the contract that `sender` creates with its transaction number `nonce` (Yellow Paper, eq. 87)."""
    if nonce == 0:
        number = b"\x80"
    elif nonce < 0x80:
        number = bytes([nonce])
    else:
        digits = nonce.to_bytes((nonce.bit_length() + 7) // 8, "big")
        number = bytes([0x80 + len(digits)]) + digits
    payload = b"\x94" + address_bytes(sender) + number
    return checksum_address(keccak(bytes([0xC0 + len(payload)]) + payload)[12:])
