"""A user with an empty home folder, and the command line in this process."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cli import Done
from tests.support.documents import require_foreseen
from tests.support.elmcourt import PASSWORD, chain_node, founded, password_file, town
from zonedao.chain.accounts import KeyStore
from zonedao.cli import main

__all__ = ["PASSWORD", "Cli", "chain_node", "cli", "files", "founded", "keys", "password", "password_file", "town"]

Cli = Callable[..., Done]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a new user's files."""
    for name in [name for name in os.environ if name.startswith("ZONEDAO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ZONEDAO_HOME", str(tmp_path / "zonedao"))
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path / "zonedao"


@pytest.fixture
def cli(files: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command line in this process, without a terminal; what it prints with `--json` must be as foreseen."""

    def run(*words: str | Path | int) -> Done:
        capsys.readouterr()
        typed = [str(word) for word in words]
        code = main(typed)
        said = capsys.readouterr()
        require_foreseen(typed, said.out)
        return Done(code, said.out, said.err)

    return run


@pytest.fixture
def keys(files: Path) -> KeyStore:
    """The user's key files. Make them with a small work factor, so that opening one costs nothing."""
    return KeyStore(files / "keys")


@pytest.fixture
def password(files: Path, password_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password file is named in the environment, as in a script."""
    monkeypatch.setenv("ZONEDAO_PASSWORD_FILE", str(password_file))
