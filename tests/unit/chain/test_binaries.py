"""Where a local node is found."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from zonedao.chain.binaries import find_anvil, find_ganache
from zonedao.errors import UsageProblem

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine that has Node, no local node on PATH, and no choice made."""
    monkeypatch.delenv("ZONEDAO_ANVIL", raising=False)
    monkeypatch.delenv("ZONEDAO_GANACHE", raising=False)
    tools = tmp_path / "tools"
    tools.mkdir()
    node = shutil.which("node")
    assert node is not None
    (tools / "node").symlink_to(node)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.chdir(tmp_path)


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_nothing_anywhere() -> None:
    assert find_anvil() is None
    assert find_ganache() is None


def test_node_modules_above_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    anvil = program(tmp_path / "node_modules/.bin/anvil")
    ganache = program(tmp_path / "node_modules/ganache/dist/node/cli.js")
    (tmp_path / "deep/down").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep/down")
    assert find_anvil() == anvil
    assert find_ganache() == [str(tmp_path / "tools/node"), str(ganache)]


def test_ganache_needs_node(tmp_path: Path) -> None:
    program(tmp_path / "node_modules/ganache/dist/node/cli.js")
    (tmp_path / "tools/node").unlink()
    assert find_ganache() is None


def test_path_comes_before_node_modules(tmp_path: Path) -> None:
    program(tmp_path / "node_modules/.bin/anvil")
    program(tmp_path / "node_modules/ganache/dist/node/cli.js")
    assert find_anvil() != (anvil := program(tmp_path / "tools/anvil"))
    assert find_anvil() == anvil
    assert find_ganache() != [str(ganache := program(tmp_path / "tools/ganache"))]
    assert find_ganache() == [str(ganache)]


def test_the_variable_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "tools/anvil")
    program(tmp_path / "tools/ganache")
    chosen = program(tmp_path / "chosen")
    monkeypatch.setenv("ZONEDAO_ANVIL", str(chosen))
    monkeypatch.setenv("ZONEDAO_GANACHE", f"{chosen} --flavor ethereum")
    assert find_anvil() == chosen
    assert find_ganache() == [str(chosen), "--flavor", "ethereum"]


def test_an_empty_variable_says_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "tools/anvil")
    program(tmp_path / "tools/ganache")
    monkeypatch.setenv("ZONEDAO_ANVIL", "")
    monkeypatch.setenv("ZONEDAO_GANACHE", "")
    assert find_anvil() is None
    assert find_ganache() is None


@pytest.mark.parametrize(("variable", "find"), [("ZONEDAO_ANVIL", find_anvil), ("ZONEDAO_GANACHE", find_ganache)])
def test_a_wrong_variable_is_said(monkeypatch: pytest.MonkeyPatch, variable: str, find: object) -> None:
    monkeypatch.setenv(variable, "/nowhere/node")
    assert callable(find)
    with pytest.raises(UsageProblem, match=rf"{variable} names /nowhere/node, .* Correct the variable or unset it"):
        find()


def test_the_pinned_nodes_are_the_ones_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    ganache = find_ganache()
    assert ganache is not None
    said = subprocess.run([*ganache, "--version"], capture_output=True, text=True, timeout=60, env={**os.environ})
    assert "ganache v7.9.2" in said.stdout
