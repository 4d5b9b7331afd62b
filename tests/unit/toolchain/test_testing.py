"""Artifacts of contracts/testing/: compiled when something changed, and only then."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scripts.toolchain import compiler, testing

pytestmark = pytest.mark.once

HEAD = "// SPDX-License-Identifier: MIT\npragma solidity 0.8.28;\n"
BASE = HEAD + "abstract contract Base { uint256 internal constant START = 1; }\n"
DOUBLE = HEAD + 'import {Base} from "../Base.sol";\ncontract Double is Base { uint256 public n = START; }\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one contract and one double that inherits from it."""
    for name in ("brownie-config.yaml", "package-lock.json"):
        shutil.copy(compiler.ROOT / name, tmp_path)
    shutil.copytree(compiler.ROOT / "scripts/toolchain/solc", tmp_path / "scripts/toolchain/solc")
    (tmp_path / "node_modules").symlink_to(compiler.ROOT / "node_modules")
    (tmp_path / "contracts/testing").mkdir(parents=True)
    (tmp_path / "contracts/Base.sol").write_text(BASE)
    (tmp_path / "contracts/testing/Double.sol").write_text(DOUBLE)
    return tmp_path


def test_load_compiles_once(root: Path) -> None:
    double = testing.load("Double", root)
    assert double.source == "contracts/testing/Double.sol"
    assert double.runtime_bytecode != "0x"
    (root / "node_modules").unlink()  # without a compiler, only what is there can be read
    assert testing.load("Double", root) == double


@pytest.mark.parametrize("changed", ["contracts/testing/Double.sol", "contracts/Base.sol"])
def test_a_changed_source_is_compiled_again(root: Path, changed: str) -> None:
    before = testing.load("Double", root)
    (root / changed).write_text((root / changed).read_text() + "// changed\n")
    assert testing.load("Double", root).build_hash != before.build_hash


def test_a_removed_contract_is_gone(root: Path) -> None:
    testing.load("Double", root)
    (root / "contracts/testing/Other.sol").write_text(HEAD + "contract Other {}")
    (root / "contracts/testing/Double.sol").unlink()
    with pytest.raises(FileNotFoundError, match=r"has no contract Double; it has: Other"):
        testing.load("Double", root)


def test_a_mistake_leaves_nothing_stale_behind(root: Path) -> None:
    testing.load("Double", root)
    (root / "contracts/testing/Double.sol").write_text(DOUBLE.replace("START;", "STOP;"))
    for _ in range(2):
        with pytest.raises(compiler.CompileError, match="Undeclared identifier"):
            testing.load("Double", root)
