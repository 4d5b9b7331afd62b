"""The README of every room has a sentence for each of its files, once, and for none that is not there."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.cli.test_program import commands

PACKAGE = Path(__file__).parents[2] / "zonedao"
ROOMS = sorted(path.parent for path in PACKAGE.rglob("README.md"))


def rows(room: Path) -> dict[str, str]:
    """What the tables of a README say, by the files of each row."""
    text = (room / "README.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| ([^|]+) \| (.+) \|$", text, re.MULTILINE))


def described(room: Path) -> list[str]:
    """Files, patterns like `phrases_*.py`, and folders like `chain/`, which stand for all that is in them."""
    names = [name for cell in rows(room) for name in re.findall(r"`([^`]+)`", cell)]
    # The head of a second table names a folder whose files follow.
    return [name for name in names if not any(each.startswith(name) and each != name for each in names)]


def files(room: Path) -> list[str]:
    found = (path.relative_to(room).as_posix() for path in room.rglob("*.py"))
    return [name for name in found if Path(name).name not in ("__init__.py", "__main__.py")]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_file_has_its_sentence(room: Path) -> None:
    said = [(name, f"{name}*" if name.endswith("/") else name) for name in described(room)]
    told = {file: [name for name, pattern in said if fnmatch(file, pattern)] for file in files(room)}
    assert {file: names for file, names in told.items() if len(names) != 1} == {}
    assert all((room / name).exists() or any(fnmatch(file, pattern) for file in told) for name, pattern in said)


def test_rows_of_the_command_line_name_its_commands() -> None:
    by_file: dict[str, list[str]] = {}
    for words, command in commands():
        module = command.callback.__module__.removeprefix("zonedao.cli.")
        by_file.setdefault(module.replace(".", "/") + ".py", []).append(words)
    told = rows(PACKAGE / "cli")
    for file, words in by_file.items():
        # The group is said once in a row.
        said = [words[0], *(each.split()[-1] for each in words[1:])]
        assert told[f"`{file}`"] == ", ".join(f"`{each}`" for each in said)
