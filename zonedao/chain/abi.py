"""The contract ABI: types, encoding and decoding, selectors and checksummed addresses.

What encodes is eth_abi, imported when first needed: a third of a second that a command without a chain need not pay.
What is here is how this package speaks to it: values by name and in any reasonable form, complaints that name the
value. What decodes is `decoding.py`, so that whoever only reads never waits for it.

Values are plain: integers, booleans, bytes, text, checksummed address strings, tuples for arrays, and named tuples
for structs.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from zonedao.chain.decoding import Read, address, array, fixed, integer, members, octets, truth
from zonedao.errors import UsageProblem

ZERO_ADDRESS = "0x" + "00" * 20

_ELEMENTARY = re.compile(r"^(uint|int|bytes)(\d+)$")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_ARRAY = re.compile(r"^(.*)\[(\d*)\]$")

_TAKES = {"uint": "an integer", "int": "an integer", "bool": "True or False", "string": "text"}


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

    def __post_init__(self) -> None:
        if self.kind in ("bytes", "string") or (self.kind == "array" and self.size < 0):
            dynamic = True
        else:
            dynamic = any(item.dynamic for item in self.items)
        object.__setattr__(self, "dynamic", dynamic)
        if self.kind == "tuple":
            object.__setattr__(self, "canonical", "(" + ",".join(item.canonical for item in self.items) + ")")


def parse_type(name: str, components: Sequence[Mapping[str, Any]] = ()) -> AbiType:
    """The type that a JSON ABI calls `name`. Raises UsageProblem for a type that Solidity does not have."""
    if array := _ARRAY.match(name):
        item = parse_type(array[1], components)
        return AbiType("array", int(array[2]) if array[2] else -1, (item,), canonical=f"{item.canonical}[{array[2]}]")
    if name == "tuple":
        items = tuple(parse_type(part["type"], part.get("components", ())) for part in components)
        names = tuple(str(part.get("name", "")) for part in components)
        return AbiType("tuple", 0, items, names)
    if name in ("bool", "address", "bytes", "string"):
        return AbiType(name, canonical=name)
    if found := _ELEMENTARY.match(name):
        kind, size = found[1], int(found[2])
        if kind == "bytes" and 1 <= size <= 32:
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
    checked = _checked(kind, value)
    # eth_abi knows no tuple of nothing, which a function without arguments takes.
    if kind.canonical == "()":
        return b""
    from eth_abi.registry import registry

    return bytes(registry.get_encoder(kind.canonical)(checked))


def _checked(kind: AbiType, value: Any) -> Any:
    """The value as eth_abi takes it."""
    if kind.kind == "tuple":
        return tuple(_checked(item, each) for item, each in zip(kind.items, _members(kind, value), strict=True))
    if kind.kind == "array":
        return tuple(_checked(kind.items[0], each) for each in _elements(kind, value))
    if kind.kind == "address":
        return address_bytes(value)
    if kind.kind in ("bytes", "fixed"):
        raw = _raw_bytes(kind, value)
        # eth_abi would fill up what is too short.
        if kind.kind == "fixed" and len(raw) != kind.size:
            raise UsageProblem(f"{kind.canonical} takes {kind.size} bytes, not the {len(raw)} given.")
        return raw
    from eth_abi.exceptions import EncodingTypeError, ValueOutOfBounds
    from eth_abi.registry import registry

    try:
        registry.get_encoder(kind.canonical).validate_value(value)
    except EncodingTypeError:
        raise UsageProblem(f"{kind.canonical} takes {_TAKES[kind.kind]}, not {value!r}.") from None
    except ValueOutOfBounds:
        low, high = (-(1 << (kind.size - 1)), 1 << (kind.size - 1)) if kind.kind == "int" else (0, 1 << kind.size)
        raise UsageProblem(f"{value} does not fit {kind.canonical}. The range is {low} to {high - 1}.") from None
    return value


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
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, str) and value.startswith("0x"):
        try:
            return bytes.fromhex(value[2:])
        except ValueError:
            pass
    raise UsageProblem(f"{kind.canonical} takes bytes or 0x-hex, not {value!r}.")


# --- decoding ---


def decode(kind: AbiType, data: bytes) -> Any:
    """The value that `data` encodes. Raises MalformedData when the bytes are too short or out of range.

    Strict, as eth_abi is: what is filled up must be filled with zeros, and no offset may point into the head.
    """
    return _reader(kind)(data.hex(), 0)


@cache
def _reader(kind: AbiType) -> Read:
    if kind.kind in ("uint", "int"):
        return integer(kind)
    if kind.kind == "bool":
        return lambda text, at: bool(truth(text, at))
    if kind.kind == "address":
        return lambda text, at: checksum_address(address(text, at))
    if kind.kind == "fixed":
        return fixed(kind.size, bytes.fromhex)
    if kind.kind == "bytes":
        return lambda text, at: bytes.fromhex(octets(text, at))
    if kind.kind == "string":
        # A text that is no UTF-8, which anybody can write into a contract, is shown as far as it goes.
        return lambda text, at: bytes.fromhex(octets(text, at)).decode(errors="replace")
    if kind.kind == "array":
        listed = array(kind, _reader)
        return lambda text, at: tuple(listed(text, at))
    made, parts = struct_of(kind.names), members(kind.items, _reader)
    return lambda text, at: made(*parts(text, at))


@cache
def struct_of(names: tuple[str, ...]) -> Any:
    """The named tuple that a struct with these members is read as."""
    return namedtuple("Struct", names, rename=True)


# --- hashes and addresses ---


def keccak(data: bytes) -> bytes:
    """Ethereum's Keccak-256: 32 bytes."""
    return _hasher()(data)


@cache
def _hasher() -> Callable[[bytes], bytes]:
    """What eth_hash would choose, without the search for it.

    pysha3 before pycryptodome, which takes longer to be loaded than all that a short command does; and of pysha3 the
    compiled half, as the other one loads OpenSSL for the sake of a name in hashlib.
    """
    try:
        from _pysha3 import keccak_256  # type: ignore[import-not-found]
    except ImportError:
        from Crypto.Hash import keccak as hasher

        return lambda data: hasher.new(data=data, digest_bits=256).digest()
    return lambda data: bytes(keccak_256(data).digest())


@lru_cache(maxsize=4096)
def checksum_address(value: str | bytes) -> str:
    """An address with EIP-55 capitals. Raises UsageProblem if it is not 20 bytes, or has a wrong checksum."""
    return _capitalized(address_bytes(value))


@lru_cache(maxsize=4096)
def _capitalized(raw: bytes) -> str:
    digits = raw.hex()
    marks = keccak(digits.encode()).hex()
    return "0x" + "".join(
        digit.upper() if mark > "7" else digit for digit, mark in zip(digits, marks[: len(digits)], strict=True)
    )


def address_bytes(value: Any) -> bytes:
    """The 20 bytes of an address given as text, bytes or an object with an `address`.

    Text in mixed capitals must carry the EIP-55 checksum, which catches a mistyped digit. Raises UsageProblem.
    """
    if isinstance(value, bytes) and len(value) == 20:
        return value
    if isinstance(value, str) and _ADDRESS.fullmatch(value):
        raw = bytes.fromhex(value[2:])
        if value[2:] not in (value[2:].lower(), value[2:].upper()) and _capitalized(raw) != value:
            raise UsageProblem(
                f"{value} is no address: its capitals do not match its digits. Copy it again from its source."
            )
        return raw
    own = getattr(value, "address", None)
    if isinstance(own, str):
        return address_bytes(own)
    raise UsageProblem(f"{value!r} is no address. Write 0x and 40 hexadecimal digits.")


def create_address(sender: str, nonce: int) -> str:
    """The address of the contract that `sender` creates with its transaction number `nonce` (Yellow Paper, eq. 87)."""
    import rlp  # type: ignore[import-untyped]

    return checksum_address(keccak(rlp.encode([address_bytes(sender), nonce]))[12:])
