"""Which tests run on every kind of chain, where running each of them everywhere would take half an hour.

What a contract does is its bytecode, and the chains agree about that: on one of them all of its tests run, on the
others every eighth of each file, beginning with the first. Where chains differ (`tests/chain`, `tests/client`,
`tests/e2e`, gas, integration, lessons) nothing is left out, nor anywhere when `ZONEDAO_TEST_CHAINS` names the chains.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.chain import KINDS
from zonedao.chain.binaries import find_anvil

TESTS = Path(__file__).parents[1]
_ROOMS = (TESTS / "contracts" / "unit", TESTS / "ballots")
_EVERY = 8


def apart(items: Sequence[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """The tests to run, and those that are run on the fastest chain only."""
    if "ZONEDAO_TEST_CHAINS" in os.environ:
        return list(items), []
    whole = "anvil" if find_anvil() is not None else KINDS[0]
    seen: dict[Path, dict[str, int]] = defaultdict(dict)
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        kind = _kind(item)
        if kind is None or not any(room in item.path.parents for room in _ROOMS):
            kept.append(item)
            continue
        names = seen[item.path]
        place = names.setdefault(item.nodeid.replace(kind, "", 1), len(names))
        (kept if kind == whole or place % _EVERY == 0 else left).append(item)
    return kept, left


def _kind(item: pytest.Item) -> str | None:
    """The kind of chain that a test is to run on, None if on none or on its own."""
    callspec = getattr(item, "callspec", None)
    found = [each for each in callspec.params.values() if each in KINDS] if callspec is not None else []
    return str(found[0]) if found else None
