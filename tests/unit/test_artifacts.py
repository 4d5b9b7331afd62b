"""Reading the shipped artifacts."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

from zonedao import artifacts
from zonedao.errors import NotFound

HEAVY = ("web3", "eth_account", "eth_abi", "eth_utils", "pydantic", "aiohttp", "rich", "brownie", "click")


def test_names_are_sorted_and_load() -> None:
    names = artifacts.names()
    assert list(names) == sorted(names)
    assert {"Registry", "Treasury", "Zone", "ZoneFactory"} <= set(names)
    for name in names:
        artifact = artifacts.load(name)
        assert artifact.name == name
        assert artifact.kind in {"contract", "interface", "library"}
        assert artifact.source.startswith("contracts/")
        assert (artifact.runtime_bytecode == "0x") == (artifact.kind == "interface")


def test_an_artifact_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        artifacts.load("Zone").name = "Other"  # type: ignore[misc]


@pytest.mark.parametrize("name", ["Nowhere", "manifest", "../errors", ""])
def test_unknown_name(name: str) -> None:
    with pytest.raises(NotFound, match=r"No contract is called .*Those there are: .*Zone"):
        artifacts.load(name)


def test_reading_imports_no_chain_library() -> None:
    program = f"import sys, zonedao.artifacts as a; a.load('Zone'); print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
