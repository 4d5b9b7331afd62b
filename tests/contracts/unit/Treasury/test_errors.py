"""Every error that the treasury declares is provoked by a test of this folder."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from zonedao.chain.interface import shipped

DECLARED = sorted(error.name for error in shipped("ITreasury").errors.values())


def provoked(folder: Path) -> set[str]:
    """Names of errors that tests expect: a block inside `reverts("Name")` fails unless it reverts with just that."""
    found = set()
    for path in folder.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reverts":
                (name,) = node.args
                assert isinstance(name, ast.Constant)
                found.add(name.value)
    return found


@pytest.mark.parametrize("name", DECLARED)
def test_it_is_provoked(name: str) -> None:
    assert name in provoked(Path(__file__).parent)
