"""Which compiler answers: a native one of the pinned version where there is one, otherwise npm's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.toolchain import compiler

pytestmark = pytest.mark.once

PINNED = "0.8.28+commit.7893614a"


def program(path: Path, version: str) -> Path:
    """A program that answers like a native solc of some version and says so when it is asked to compile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "Version: {version}.Linux.g++" || echo "native $*"\n')
    path.chmod(0o755)
    return path


def ask(tmp_path: Path, *words: str, node: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the launcher where nothing is in reach but Python, Node if wanted, and what the test puts there."""
    tools = tmp_path / "tools"
    tools.mkdir(exist_ok=True)
    for name, target in {"python3": sys.executable, "node": shutil.which("node") if node else None}.items():
        if target:
            (tools / name).symlink_to(target)
    environment = {"PATH": str(tools), "HOME": str(tmp_path), **variables}
    return subprocess.run(
        [str(compiler.solc_path()), *words], env=environment, capture_output=True, text=True, input="{}", timeout=120
    )


def test_npm_answers_where_nothing_is_native(tmp_path: Path) -> None:
    assert f"Version: {PINNED}.Emscripten.clang" in ask(tmp_path, "--version").stdout


@pytest.mark.parametrize("place", ["tools/solc", ".solcx/solc-v0.8.28"])
def test_native_is_preferred(tmp_path: Path, place: str) -> None:
    program(tmp_path / place, PINNED)
    assert ask(tmp_path, "--version").stdout == f"Version: {PINNED}.Linux.g++\n"


def test_native_is_given_the_same_words(tmp_path: Path) -> None:
    program(tmp_path / ".solcx/solc-v0.8.28", PINNED)
    answer = ask(tmp_path, "--standard-json", "--allow-paths", "/somewhere")
    assert answer.stdout == "native --standard-json --allow-paths /somewhere\n"


def test_a_chosen_compiler_comes_first(tmp_path: Path) -> None:
    program(tmp_path / "tools/solc", PINNED)
    chosen = program(tmp_path / "chosen", PINNED + ".chosen")
    assert ".chosen" in ask(tmp_path, "--version", ZONEDAO_SOLC=str(chosen)).stdout


@pytest.mark.parametrize("version", ["0.8.29+commit.ab55807c", "0.8.28+commit.00000000"])
def test_another_version_is_passed_over(tmp_path: Path, version: str) -> None:
    program(tmp_path / "tools/solc", version)
    assert "Emscripten" in ask(tmp_path, "--version").stdout


def test_nothing_at_all_says_what_to_install(tmp_path: Path) -> None:
    answer = ask(tmp_path, "--version", node=False)
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"No native solc {PINNED} and no node to run the npm one: install Node 20")


def test_npm_refuses_what_it_cannot_answer(tmp_path: Path) -> None:
    answer = ask(tmp_path, "--bin", "A.sol")
    assert answer.returncode == 1
    assert answer.stderr.startswith("Only --version and --standard-json are answered")
