"""Somebody with a folder of their own who types commands, each of which is a process.

    from tests.support.newcomer import Newcomer, newcomer     # in a test file, to have the fixture

The nodes are found from that folder; the one that was started there is stopped.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.chain import require_node
from tests.support.cli import Done, run
from zonedao.chain import resident
from zonedao.chain.binaries import find_anvil, find_ganache

__all__ = ["PASSWORD", "Newcomer", "newcomer"]

PASSWORD = "not on any command line"


class Newcomer:
    """A folder with a home folder in it, in which commands are typed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        (folder / "password").write_text(PASSWORD + "\n")
        # The node is found from wherever the newcomer is.
        self.environment = {"ZONEDAO_PASSWORD_FILE": str(folder / "password")}
        if (anvil := find_anvil()) is not None:
            self.environment["ZONEDAO_ANVIL"] = str(anvil.absolute())
        if (ganache := find_ganache()) is not None:
            self.environment["ZONEDAO_GANACHE"] = " ".join(ganache)

    def type(self, words: str, code: int = 0, *, as_json: bool = False) -> Done:
        """Type a command as in a shell; it must end with `code`."""
        typed = shlex.split(words) + (["--json"] if as_json else [])
        done = run(*typed, home=self.home, cwd=self.folder, env=self.environment)
        assert done.code == code, f"zonedao {words}\n{done.out}{done.err}"
        assert PASSWORD not in done.out + done.err
        assert "Traceback" not in done.err
        return done

    def ask(self, words: str) -> Any:
        """The document that a command prints."""
        return self.type(words, as_json=True).json


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    """A newcomer in an empty folder; the node that they leave running is stopped."""
    require_node("anvil", "ganache")
    someone = Newcomer(tmp_path)
    yield someone
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZONEDAO_HOME", str(someone.home))
        resident.down()
