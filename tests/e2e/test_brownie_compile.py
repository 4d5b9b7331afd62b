"""Brownie compiles the contracts to the very bytes that the package ships."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.brownie import copy_project, run_brownie
from zonedao import artifacts

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def brownie_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of Brownie's own artifacts, compiled in an empty home."""
    project = copy_project(tmp_path_factory.mktemp("project"))
    done = run_brownie(project, "compile", home=tmp_path_factory.mktemp("home"))
    assert done.returncode == 0, done.stdout + done.stderr
    return project / "build" / "contracts"


def without_links(code: str, links: Mapping[str, Mapping[str, Sequence[Mapping[str, int]]]]) -> str:
    """Hex code with every link placeholder blanked: Brownie writes its own kind of placeholder."""
    digits = code.removeprefix("0x")
    for libraries in links.values():
        for places in libraries.values():
            for place in places:
                start, length = 2 * place["start"], 2 * place["length"]
                digits = digits[:start] + "_" * length + digits[start + length :]
    return digits


def test_same_bytecode(brownie_build: Path) -> None:
    names = artifacts.names()
    assert names
    for name in names:
        ours = artifacts.load(name)
        theirs: dict[str, Any] = json.loads((brownie_build / f"{name}.json").read_text(encoding="utf-8"))
        creation, runtime = ours.link_references["creation"], ours.link_references["runtime"]
        assert without_links(theirs["bytecode"], creation) == without_links(ours.bytecode, creation), name
        assert without_links(theirs["deployedBytecode"], runtime) == without_links(ours.runtime_bytecode, runtime), name
        assert theirs["abi"] == ours.abi, name
