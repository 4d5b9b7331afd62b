"""What a reading command shows from the index, and with `--live` from the node: the same, but for what only a node can
try."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.support.cli import Done
from tests.support.voting import succeeded

TRIED = (
    "Executing it would change",
    "Its money: ",
    "Warning: ",
    "What executing it would change",
    "What it would change",
)
_LENGTH = r"\d+ (?:s|min|h(?: \d+ min)?|days(?: \d+ h)?)"
_FROM_NOW = re.compile(rf"in {_LENGTH}|{_LENGTH} ago|\bnow\b")


def comparable(shown: str) -> list[list[str]]:
    """The paragraphs of what is shown, without those that tell what executing would do.

    How long it is to a moment is left out, and with it the width of columns: it changes while two commands run.
    """
    paragraphs = [each for each in shown.split("\n\n") if not each.startswith(TRIED)]
    return [[" ".join(_FROM_NOW.sub("", line).split()) for line in each.splitlines()] for each in paragraphs]


def require_the_same(cli: Callable[..., Done], *words: str | int) -> Done:
    """Show something from the index and from the node, as text and as a document; what was read in the index."""
    told, asked = succeeded(cli(*words)), succeeded(cli(*words, "--live"))
    assert told.err.startswith("As of block "), told.err
    assert comparable(told.out) == comparable(asked.out), f"{told.out}\n{asked.out}"
    kept, live = succeeded(cli(*words, "--json")).json, succeeded(cli(*words, "--live", "--json")).json
    assert isinstance(kept.pop("block"), int)
    assert live.pop("block") is None
    for only_tried in {"effects", "money", "warnings"} & set(kept):
        assert kept.pop(only_tried) is None
        del live[only_tried]
    assert kept == live, f"{kept}\n{live}"
    return told


def looks(cli: Callable[..., Done], where: str, *each: tuple[str | int, ...]) -> list[Done]:
    """The same of several commands in a body (a path from its zone), with an index that is there only meanwhile."""
    zone = where.partition("/")[0]
    succeeded(cli("index", "sync", "--in", zone))
    told = [require_the_same(cli, *words, "--in", where) for words in each]
    succeeded(cli("index", "reset", "--in", zone, "--yes"))
    return told
