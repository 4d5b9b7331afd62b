"""What a how-to page tells people to type does what it says; here in one process, which costs little."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import Town
from tests.support.pages import ROOT, commands_of, unrolled
from zonedao.cli.kit.times import parse_duration


@pytest.mark.usefixtures("password")
def test_an_election_is_held(cli: Cli, town: Town) -> None:
    printed: dict[str, str] = {}
    for typed in commands_of(ROOT / "docs" / "how-to" / "hold-an-election.md"):
        for program, *words in unrolled(typed.text):
            assert program == "zonedao", typed.text
            if words[:2] == ["chain", "skip"]:
                town.skip(seconds=parse_duration(words[2]))
                continue
            done = cli(*words)
            assert done.code == typed.code, f"{typed.text}: {done.out}{done.err}"
            printed.setdefault(" ".join(words), "")
            printed[" ".join(words)] += done.out
    shown = printed["election officers cook --in elmcourt/food"]
    assert re.sub(r" until .*", "", shown) == "dan\neva\ngita\nhugo\nNamed by the body above\ndan\n"
    assert "election stand 1 --in elmcourt/food" in printed["todo --account dan"]
    assert "swings, trees" in printed["election list --in elmcourt"]
    assert "rent: 150, next 175" in printed["wish show --in elmcourt"]


@pytest.mark.usefixtures("password")
def test_figures_are_checked(cli: Cli, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for typed in commands_of(ROOT / "docs" / "how-to" / "check-the-figures.md"):
        words = shlex.split(typed.text, comments=True)[1:]
        # As of which block is the reader's to say; this chain is shorter than theirs.
        words = [str(town.connection.block_number() - 1) if word == "12" else word for word in words]
        done = cli(*words)
        assert done.code == typed.code, f"{typed.text}: {done.out}{done.err}"
        if words[:2] == ["verify", "elmcourt.jsonl"]:
            assert done.out.startswith("adds up")


@pytest.mark.usefixtures("password")
def test_a_zone_is_followed(cli: Cli, town: Town) -> None:
    printed: list[str] = []
    for typed in commands_of(ROOT / "docs" / "how-to" / "follow-a-zone.md"):
        done = cli(*shlex.split(typed.text)[1:])
        assert done.code == typed.code, f"{typed.text}: {done.out}{done.err}"
        printed.append(done.out)
    _, days, _, documents, error, order = printed
    assert days.splitlines()[-1].endswith("  ada deposited 2 ETH for elmcourt.")
    assert len(documents.splitlines()) == len(days.splitlines()) > 50
    assert "millbrook" not in days  # which the same factory made
    assert error.splitlines()[1] == "    ITreasury.Locked: “A token is calling back.”"
    assert "  bread (loaf) that you may still order in this epoch: 12 → 10 (−2)" in order
