"""A user with an empty home folder, and the command line in this process."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cli import Done
from zonedao.chain.accounts import KeyStore
from zonedao.cli import main

PASSWORD = "correct horse"
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
    """Runs a command line in this process, without a terminal."""

    def run(*words: str | Path | int) -> Done:
        capsys.readouterr()
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return run


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    """A file whose first line is the password of every key here."""
    path = tmp_path / "password"
    path.write_text(PASSWORD + "\n")
    return path


@pytest.fixture
def keys(files: Path) -> KeyStore:
    """The user's key files. Make them with a small work factor, so that opening one costs nothing."""
    return KeyStore(files / "keys")
