"""The whole check on a small project: real compiler, real EVM, real pytest."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.mutants.__main__ import main
from scripts.toolchain import compiler

pytestmark = pytest.mark.once

CONTRACT = """// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {Owned} from "./Owned.sol";

contract Vault is Owned {
    uint256 public sum = 5;

    function add(uint256 n) external onlyOwner {
        if (n > 10) revert TooMuch(n);
        sum += n;
    }

    function take(uint256 n) external {
        if (n > sum) revert TooMuch(n);
        sum -= n;
    }
}
"""
OWNED = """// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

abstract contract Owned {
    error NotOwner(address caller);
    error TooMuch(uint256 amount);

    address public immutable owner = msg.sender;

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        _;
    }
}
"""
SHARED = """
import json
from pathlib import Path
import pytest
from zonedao.chain.connection import connect
from zonedao.chain.contract import BoundContract
from zonedao.chain.interface import Interface
from zonedao.chain.sending import Sender
from zonedao.chain.signers import dev_account

@pytest.fixture(scope="session")
def vault():
    artifact = json.loads(Path("zonedao/artifacts/Vault.json").read_text())
    with connect("embedded", start=True) as chain:
        made = Sender(chain, dev_account(0)).transact(None, bytes.fromhex(artifact["bytecode"][2:]))
        yield BoundContract(chain, Interface("Vault", artifact["abi"]), made.contract_address)
"""
TESTS = """
import pytest
from zonedao.chain.signers import dev_account
from zonedao.errors import ContractRevert

OWNER, OTHER = (dev_account(number).address for number in (0, 1))

def refused(vault, function, amount, sender):
    with pytest.raises(ContractRevert):
        vault.call(function, amount, sender=sender)

def test_only_the_owner_adds(vault):
    vault.call("add", 10, sender=OWNER)
    refused(vault, "add", 1, OTHER)

def test_no_more_than_there_is(vault):
    refused(vault, "take", 6, OTHER)
"""
MISSING = """
def test_not_too_much(vault):
    refused(vault, "add", 11, OWNER)
"""
UNNOTICED = "contracts/Vault.sol Vault.add: if (n > 10) revert TooMuch(n)"
REDUNDANT = "contracts/Vault.sol Vault.take: if (n > sum) revert TooMuch(n)"  # the subtraction would revert as well


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one contract, an artifact of it, and tests that overlook something."""
    root = tmp_path / "project"
    (root / "contracts").mkdir(parents=True)
    (root / "contracts/Vault.sol").write_text(CONTRACT)
    (root / "contracts/Owned.sol").write_text(OWNED)
    shutil.copy(compiler.ROOT / "brownie-config.yaml", root)
    shutil.copy(compiler.ROOT / "package-lock.json", root)
    shutil.copytree(compiler.ROOT / "scripts/toolchain/solc", root / "scripts/toolchain/solc")
    (root / "node_modules").symlink_to((compiler.ROOT / "node_modules").resolve())
    (root / "scripts/mutants").mkdir()
    (root / "scripts/mutants/selection.toml").write_text('[[selection]]\nfiles = ["contracts/*"]\ntests = ["tests"]\n')
    (root / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = ["-p", "no:pytest-brownie"]\n')
    (root / "tests").mkdir()
    (root / "tests/conftest.py").write_text(SHARED)
    (root / "tests/test_vault.py").write_text(TESTS)
    (root / "zonedao/artifacts").mkdir(parents=True)
    units = compiler.sources(root, testing=False)
    artifact = compiler.artifacts(compiler.run_solc(units, root), units)["Vault"]
    (root / "zonedao/artifacts/Vault.json").write_text(compiler.render(artifact))
    return root


def report(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / "build/mutants/report.json").read_text())
    return found


def explain(root: Path, *keys: str) -> None:
    entries = [key.split(" ", 1) for key in keys]
    text = "".join(f'[[explained]]\nfile = "{file}"\nguard = "{guard}"\nreason = "why"\n' for file, guard in entries)
    (root / "scripts/mutants/explained.toml").write_text(text)


def contents(root: Path) -> dict[str, bytes]:
    paths = [path for path in root.rglob("*") if path.is_file() and "build" not in path.relative_to(root).parts]
    return {str(path): path.read_bytes() for path in paths if "node_modules" not in path.parts}


def test_what_no_test_notices(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From a check that fails, by an explanation and by a missing test, to one that passes; known results stay."""
    before = contents(project)
    assert main(["contracts"], project) == 1
    assert contents(project) == before
    said = report(project)
    outcomes = {row["guard"]: (row["outcome"], row["noticed_by"]) for row in said["guards"]}
    adds = ("noticed", "tests/test_vault.py::test_only_the_owner_adds")
    assert outcomes == {
        "Owned.onlyOwner: if (msg.sender != owner) revert NotOwner(msg.sender)": adds,
        "Vault.add: onlyOwner": adds,
        "Vault.add: if (n > 10) revert TooMuch(n)": ("unnoticed", ""),
        "Vault.take: if (n > sum) revert TooMuch(n)": ("unnoticed", ""),
    }
    assert said["unexplained"] == [UNNOTICED, REDUNDANT]
    told = capsys.readouterr()
    assert f"No test notices that this is missing: {UNNOTICED}" in told.err
    assert "contracts/Vault.sol" in told.out

    explain(project, REDUNDANT)
    assert main(["contracts"], project) == 1
    told = capsys.readouterr()
    assert "guards deleted" not in told.err  # nothing is tried again
    assert report(project)["unexplained"] == [UNNOTICED]

    (project / "tests/test_more.py").write_text(TESTS.split("def test")[0] + MISSING)
    assert main(["contracts"], project) == 0
    told = capsys.readouterr()
    assert "2 of 4 are known from before." in told.err
    assert [row["noticed_by"] for row in report(project)["guards"] if row["guard"] in UNNOTICED] == [
        "tests/test_more.py::test_not_too_much"
    ]

    explain(project, REDUNDANT, UNNOTICED, "contracts/Vault.sol Vault.gone: onlyOwner")
    assert main(["contracts"], project) == 1
    told = capsys.readouterr()
    assert f"Explained, but a test notices it: {UNNOTICED}" in told.err
    assert "Explained, but no longer there: contracts/Vault.sol Vault.gone: onlyOwner" in told.err
    # An entry about a file that was not asked for is nobody's business.
    assert main(["--only", "Owned.sol"], project) == 0


def test_a_test_that_fails_anyway_notices_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "tests/test_vault.py").write_text(TESTS.replace('"add", 10', '"add", 11'))
    assert main(["--only", "Owned.sol"], project) == 2
    assert "test_only_the_owner_adds fails with every guard in place" in capsys.readouterr().err
    assert report(project)["not_tried"] == 1


def test_interrupted_it_goes_on_where_it_was(project: Path) -> None:
    code = """
import sys
from pathlib import Path
from scripts.mutants.__main__ import main
sys.exit(main(["contracts"], Path(sys.argv[1])))
"""
    environment = {**os.environ, "PYTHONPATH": str(compiler.ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", code, str(project)], stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("noticed"):
                break
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait() == 130, rest
    assert "the same command goes on from here" in rest
    known = set(json.loads((project / "build/mutants/state.json").read_text())["results"])
    assert 0 < len(known) < 4
    assert report(project)["not_tried"] == 4 - len(known)
    assert main(["contracts", "--jobs", "2"], project) == 1
    assert report(project)["unexplained"] == [UNNOTICED, REDUNDANT]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "Nothing.sol"], "There is no contract file Nothing.sol"),
        (["--state", "pyproject.toml"], "pyproject.toml is not the state of a mutation check"),
    ],
)
def test_what_cannot_be(
    project: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    assert main(words, project) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_file_without_tests_and_an_entry_without_a_reason(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "scripts/mutants/selection.toml").write_text('[[selection]]\nfiles = ["x/*"]\ntests = ["tests"]\n')
    assert main(["contracts"], project) == 2
    assert "No tests are named for contracts/" in capsys.readouterr().err
    (project / "scripts/mutants/explained.toml").write_text('[[explained]]\nfile = "a"\nguard = "b"\nreason = " "\n')
    assert main(["contracts"], project) == 2
    assert "needs file, guard and reason" in capsys.readouterr().err


def test_list(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "Vault.sol", "--list"], project) == 0
    assert [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()] == [
        f"contracts/Vault.sol:{line}" for line in (9, 10, 15)
    ]
    assert not (project / "build").exists()
