"""The committed artifacts are what the committed contracts compile to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts import export_artifacts
from scripts.toolchain import compiler

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def built() -> dict[str, dict[str, Any]]:
    return export_artifacts.shipped(compiler.ROOT)


def test_committed_artifacts_are_fresh(built: dict[str, dict[str, Any]]) -> None:
    expected = export_artifacts.files(built, compiler.ROOT)
    assert export_artifacts.differences(expected, compiler.ROOT / export_artifacts.ARTIFACTS) == []


def test_no_contract_is_too_large(built: dict[str, dict[str, Any]]) -> None:
    assert export_artifacts.oversized(built) == []


def test_every_transaction_is_documented(built: dict[str, dict[str, Any]]) -> None:
    """Members read the notice before they sign: every function of an interface that changes something has one."""
    bare = []
    for name, artifact in built.items():
        reads = {e["name"] for e in artifact["abi"] if e.get("stateMutability") in {"view", "pure"}}
        noticed = {signature for signature, said in artifact["natspec"]["userdoc"]["methods"].items() if said}
        writes = {s for s in artifact["method_identifiers"] if s.split("(")[0] not in reads}
        if artifact["kind"] == "interface":
            bare += [f"{name}.{signature}" for signature in sorted(writes - noticed)]
    assert bare == []


def test_immutables_are_named(built: dict[str, dict[str, Any]]) -> None:
    for artifact in built.values():
        for variable, places in artifact["immutable_references"].items():
            assert variable.count(".") == 1
            assert places


def test_differences_are_found(tmp_path: Path) -> None:
    expected = {"A.json": "1\n", "B.json": "2\n", "C.json": "3\n"}
    export_artifacts.write(expected, tmp_path)
    assert export_artifacts.differences(expected, tmp_path) == []
    (tmp_path / "A.json").unlink()
    (tmp_path / "B.json").write_text("changed")
    (tmp_path / "D.json").write_text("4\n")
    found = export_artifacts.differences(expected, tmp_path)
    assert found == ["A.json: missing", "D.json: belongs to no contract", "B.json: out of date"]
    export_artifacts.write(expected, tmp_path)
    assert export_artifacts.differences(expected, tmp_path) == []


def test_size_limit_is_exact() -> None:
    limit = compiler.MAX_RUNTIME_BYTES
    fits, too_large = {"runtime_bytecode": "0x" + "00" * limit}, {"runtime_bytecode": "0x" + "00" * (limit + 1)}
    assert export_artifacts.oversized({"Fits": fits}) == []
    assert export_artifacts.oversized({"Fits": fits, "Large": too_large}) == [
        "Large: 20,481 bytes of runtime code, 20,480 allowed"
    ]


def test_settings_are_the_ones_shipped() -> None:
    manifest = json.loads((compiler.ROOT / export_artifacts.ARTIFACTS / export_artifacts.MANIFEST).read_text())
    assert manifest["compiler"] == {"solc": "0.8.28", **compiler.settings()}
    assert manifest["compiler"]["evmVersion"] == "shanghai"
