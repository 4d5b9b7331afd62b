"""Every error that the contracts declare is provoked by a test."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from zonedao import artifacts

TESTS = Path(__file__).parent
INTERFACES = [name for name in artifacts.names() if artifacts.load(name).kind == "interface"]
pytestmark = pytest.mark.once


@cache
def provoked() -> frozenset[str]:
    """Names that the contract tests give to `reverts`, which fails unless that error comes."""
    names: set[str] = set()
    for path in TESTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reverts":
                names.update(str(part.value) for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant))
    return frozenset(names)


@pytest.mark.parametrize("interface", INTERFACES)
def test_every_error_is_provoked(interface: str) -> None:
    declared = {entry["name"] for entry in artifacts.load(interface).abi if entry["type"] == "error"}
    assert declared <= provoked(), f"no test provokes {', '.join(sorted(declared - provoked()))}"
