"""The names that `zonedao` itself offers."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import zonedao


def test_all_is_complete_and_loads() -> None:
    assert list(zonedao.__all__) == sorted(zonedao.__all__)
    for name in zonedao.__all__:
        assert getattr(zonedao, name) is not None


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(zonedao.__file__).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    typed = {
        alias.asname or alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == zonedao._HOMES
    assert {*typed, "__version__"} == set(zonedao.__all__)


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="module 'zonedao' has no attribute 'nothing'"):
        _ = zonedao.nothing


def test_version_is_the_installed_one() -> None:
    assert zonedao.__version__ == version("zonedao")


def test_import_loads_nothing() -> None:
    program = "import sys, zonedao; print(sorted(m for m in sys.modules if m.startswith('zonedao')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "['zonedao']\n"
