"""The list of lessons and the tests that name them fit: none is lost, and none is named that is not in the list."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CONTRACTS = Path(__file__).parents[1]
LISTED = {
    int(number) for number in re.findall(r"^\| G(\d+) \|", (Path(__file__).parent / "README.md").read_text(), re.M)
}


def docstrings() -> Iterator[tuple[str, str]]:
    """Every test below tests/contracts with its docstring."""
    for path in CONTRACTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{path.name}::{node.name}", ast.get_docstring(node) or ""


def test_every_lesson_has_a_test_that_names_it() -> None:
    named: dict[int, list[str]] = {}
    for test, text in docstrings():
        for number in re.findall(r"\bG(\d{1,2})\b", text):
            named.setdefault(int(number), []).append(test)
    lost = sorted(LISTED - named.keys())
    assert not lost, f"no test names {', '.join(f'G{number}' for number in lost)} any longer"
    unknown = {f"G{number}": named[number] for number in sorted(named.keys() - LISTED)}
    assert not unknown, f"not in the list of lessons: {unknown}"
    assert len(LISTED) == 33
