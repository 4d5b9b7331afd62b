"""What columns keep, as programs work with it, and the other way round. `schema.stored_as` says what a column keeps."""

from __future__ import annotations

import json
from typing import Any

from zonedao.chain.abi import AbiType, checksum_address, struct_of
from zonedao.index.chain import NotTold
from zonedao.index.reading import stored_integer


def stored(kind: AbiType, value: Any) -> Any:
    """What the column of a type keeps for a value that is one word."""
    if kind.kind == "address":
        return str(value).lower()
    if kind.kind in ("uint", "int"):
        return stored_integer(int(value))
    return int(value) if kind.kind == "bool" else bytes(value)


def value_of(kind: AbiType, kept: Any) -> Any:
    """The value in a column of a type, as `chain.abi.decode` gives it.

    Raises NotTold for a text that is no UTF-8: what was made of it hangs on its bytes.
    """
    if kind.kind in ("array", "tuple"):
        return _inside(kind, json.loads(kept))
    if kind.kind == "string" and isinstance(kept, bytes):
        raise NotTold
    return bytes(kept) if kind.kind in ("bytes", "fixed") else _inside(kind, kept)


def _inside(kind: AbiType, kept: Any) -> Any:
    """The same of a value as JSON keeps it."""
    match kind.kind:
        case "uint" | "int":
            return int(kept)
        case "bool":
            return bool(kept)
        case "address":
            return checksum_address(kept)
        case "bytes" | "fixed":
            return bytes.fromhex(kept[2:])
        case "array":
            return tuple(_inside(kind.items[0], each) for each in kept)
        case "tuple":
            members = (_inside(item, kept[name]) for name, item in zip(kind.names, kind.items, strict=True))
            return struct_of(kind.names)(*members)
        case _:
            return kept
