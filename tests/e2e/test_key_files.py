"""Key files go both ways between this package, Foundry's `cast` and Brownie, each run for real."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.brownie import ROOT
from zonedao.chain.accounts import KeyStore

pytestmark = pytest.mark.once
PASSWORD = "a long and simple one"  # of files that this test makes
CAST = shutil.which("cast", path=str(ROOT / "node_modules" / ".bin"))


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "keys")


def cast(*words: str) -> str:
    """What `cast wallet WORDS` prints."""
    assert CAST is not None
    done = subprocess.run([CAST, "wallet", *words], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def brownie(code: str, home: Path) -> str:
    """What a Python program with Brownie prints; `PASSWORD` and `accounts` are there."""
    home.mkdir()
    program = f"import sys; from brownie import accounts; PASSWORD = {PASSWORD!r}; {code}"
    environment = {**os.environ, "HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(CAST is None, reason="npm has no cast for this machine")
def test_cast(store: KeyStore, tmp_path: Path) -> None:
    ours = store.new("ann", PASSWORD)
    assert cast("address", "--keystore", str(ours.path), "--password", PASSWORD).strip() == ours.address

    cast("new", str(tmp_path), "theirs", "--unsafe-password", PASSWORD)
    imported = store.import_file("ben", tmp_path / "theirs", PASSWORD)
    assert store.unlock("ben", PASSWORD).address == imported.address
    assert cast("address", "--keystore", str(tmp_path / "theirs"), "--password", PASSWORD).strip() == imported.address


def test_brownie(store: KeyStore, tmp_path: Path) -> None:
    ours = store.new("ann", PASSWORD)
    theirs = tmp_path / "theirs.json"
    said = brownie(
        f"read = accounts.load({str(ours.path)!r}, PASSWORD).address; made = accounts.add(); "
        f"made.save({str(theirs)!r}, password=PASSWORD); print(read); print(made.address)",
        tmp_path / "home",
    )
    read, made = said.splitlines()[-2:]
    assert read == ours.address
    assert store.import_file("ben", theirs, PASSWORD).address == made
    assert store.unlock("ben", PASSWORD).address == made
    assert json.loads(theirs.read_text())["version"] == 3
