"""The wheel, in an environment that has nothing else: no Brownie, no compiler, no checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from zonedao import artifacts

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    """Standard output of a command that must succeed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SOLCX", "ZONEDAO"))}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that holds the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder, cwd=folder)
    run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return folder / "bin"


def test_holds_artifacts_types_and_licence(wheel: Path) -> None:
    inside = zipfile.ZipFile(wheel).namelist()
    assert {f"zonedao/artifacts/{name}.json" for name in artifacts.names()} < set(inside)
    assert {"zonedao/artifacts/manifest.json", "zonedao/py.typed"} < set(inside)
    assert any(name.endswith("licenses/LICENSE") for name in inside)


def test_holds_nothing_but_the_package(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"zonedao"}


def test_has_no_compiler_beside_it(installed: Path, tmp_path: Path) -> None:
    listed = json.loads(run(installed / "python", "-m", "pip", "list", "--format=json", cwd=tmp_path))
    names = {package["name"].lower() for package in listed}
    assert "web3" in names
    assert not names & {"eth-brownie", "py-solc-x", "eth-tester", "py-evm", "pytest", "hypothesis"}


def test_command_line_answers(installed: Path, tmp_path: Path) -> None:
    assert "Usage: zonedao" in run(installed / "zonedao", "--help", cwd=tmp_path)


def test_artifacts_load(installed: Path, tmp_path: Path) -> None:
    program = "from zonedao import artifacts as a; print(a.build_hash(), *(a.load(n).name for n in a.names()))"
    answer = run(installed / "python", "-c", program, cwd=tmp_path).split()
    assert answer == [artifacts.build_hash(), *artifacts.names()]
