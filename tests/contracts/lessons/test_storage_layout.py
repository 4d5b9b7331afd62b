"""G28 Audius 2022: where every stored field lies, and that all parts of a contract agree about it.

python -m tests.contracts.lessons.test_storage_layout      writes the snapshot anew, after a change that was meant
"""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scripts.toolchain import compiler

SNAPSHOT = Path(__file__).with_name("storage_layout.json")
CONTRACTS = (
    *("Zone", "ZoneAffairs", "ZoneBallots", "ZoneMembers", "ZoneOversight"),
    *("Registry", "RegistryAffairs", "ZoneFactory"),
    *("Elections", "Offices"),
)
PARTS = (
    *(("Zone", part) for part in ("ZoneAffairs", "ZoneBallots", "ZoneMembers", "ZoneOversight")),
    ("Registry", "RegistryAffairs"),
    ("Elections", "Offices"),
)
pytestmark = pytest.mark.once


@cache
def layouts() -> dict[str, list[dict[str, Any]]]:
    """Fields of each contract as solc places them: name, slot, offset in bytes and type, structs written out."""
    units = compiler.sources(testing=False)
    request = {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in units.items()},
        "settings": {**compiler.settings(), "outputSelection": {"*": {"*": ["storageLayout"]}}},
    }
    command = [str(compiler.solc_path()), "--standard-json", "--allow-paths", str(compiler.ROOT)]
    done = subprocess.run(
        command, input=json.dumps(request), capture_output=True, text=True, cwd=compiler.ROOT, check=True
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for contracts in json.loads(done.stdout)["contracts"].values():
        for name, output in contracts.items():
            if name in CONTRACTS:
                layout = output["storageLayout"]
                found[name] = [field(entry, layout["types"] or {}) for entry in layout["storage"]]
    return found


def field(entry: dict[str, Any], types: dict[str, Any]) -> dict[str, Any]:
    """One field without the numbers that change with whatever else is compiled."""
    kind = types[entry["type"]]
    placed = {
        "name": entry["label"],
        "slot": int(entry["slot"]),
        "offset": entry["offset"],
        "bytes": int(kind["numberOfBytes"]),
        "type": re.sub(r"\b\w+\.", "", kind["label"]),
    }
    inner = kind
    while "value" in inner:
        inner = types[inner["value"]]
    if "members" in inner:
        placed["members"] = [field(member, types) for member in inner["members"]]
    return placed


@pytest.mark.parametrize(("one", "other"), PARTS)
def test_all_parts_have_one_layout(one: str, other: str) -> None:
    """What one part writes the others read: the same fields at the same places, to the last bit."""
    assert layouts()[one] == layouts()[other]


@pytest.mark.parametrize("name", CONTRACTS)
def test_nothing_has_moved(name: str) -> None:
    """A clone keeps its storage for life; a change here must be meant. Then write the snapshot anew."""
    committed = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    assert layouts()[name] == committed[name]


@pytest.mark.parametrize("name", CONTRACTS)
def test_no_field_lies_on_another(name: str) -> None:
    taken: set[int] = set()
    for entry in layouts()[name]:
        start = 32 * entry["slot"] + entry["offset"]
        place = set(range(start, start + entry["bytes"]))
        assert not taken & place, entry["name"]
        taken |= place


if __name__ == "__main__":
    SNAPSHOT.write_text(compiler.render(layouts()), encoding="utf-8")
