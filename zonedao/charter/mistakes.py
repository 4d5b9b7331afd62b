"""Mistakes of a charter file: each with its line and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from zonedao.charter.lines import BROKEN, KeyPath, Source
from zonedao.text import printable


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake. `line` counts from 1; `hint` says what to write instead; `path` is the file as it was named."""

    path: str
    line: int
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message} {self.hint}"

    def to_json(self) -> dict[str, Any]:
        """The mistake in JSON's types."""
        return {"path": self.path, "line": self.line, "message": self.message, "hint": self.hint}


class Collector:
    """Gathers mistakes, each once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._found: dict[Mistake, None] = {}

    def note(self, where: KeyPath, message: str, hint: str) -> None:
        """A mistake in the value, or under the heading, at a path of keys."""
        # Messages quote the file, which anybody may have written, and end on a terminal.
        self._found[Mistake(self.source.path, self.source.line_of(where), printable(message), printable(hint))] = None

    def missing(self, where: KeyPath, message: str, hint: str) -> None:
        """Something that is not there; it may be on a line that could not be read, which is a mistake already."""
        if not self.source.lost:
            self.note(where, message, hint)

    @property
    def mistakes(self) -> list[Mistake]:
        """All of them, in the order of the file."""
        syntax = [
            Mistake(self.source.path, wrong.line, printable(wrong.message), wrong.hint) for wrong in self.source.syntax
        ]
        return sorted({*syntax, *self._found}, key=lambda mistake: mistake.line)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant, None when nothing is near."""
    by_folded = {each.casefold(): each for each in known}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def instead_of(word: str, known: Iterable[str]) -> str:
    """The hint for an unknown word: the one that was likely meant, else all there are."""
    known = list(known)
    close = nearest(word, known)
    if close is not None:
        return f"Did you mean {close}?"
    return f"Those there are: {', '.join(known)}." if known else "There are none yet."


def kind_of(value: Any) -> str:
    """What a TOML value is, in the words of the TOML specification."""
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, int):
        return "a whole number"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, time):
        return "a time of day"
    return "a date" if hasattr(value, "isoformat") else "a number"


def is_broken(value: Any) -> bool:
    """Whether the value stands for one that could not be read, which has been noted already."""
    return isinstance(value, str) and value == BROKEN
