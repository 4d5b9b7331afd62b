"""Data on standard output, everything else on standard error; colour on terminals only."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from zonedao.cli.kit.tables import table, terminal_width
from zonedao.errors import OutputProblem
from zonedao.text import reason

GOOD, BAD, DIM, STRONG = "green", "red", "bright_black", "bold"


class ReaderGone(Exception):
    """Whoever read standard output has gone. No OSError, of which click would make exit code 1 (`run.BROKEN_PIPE`)."""


class Output:
    """Where a command's words go. With `as_json` standard output gets one JSON document and nothing else."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def show(self, document: Mapping[str, Any] | Sequence[Any], lines: Iterable[str]) -> None:
        """The result of a command: the document with --json, otherwise the lines, which may be a generator."""
        if self.as_json:
            _write([json.dumps(document, indent=2, ensure_ascii=False)])
            return
        # All of them before the first is shown: a node that fails half-way leaves no half result.
        _write(list(lines))

    def would(self, text: str) -> None:
        """The result of a --dry-run that has nothing to simulate: what would be done, and that it was not."""
        self.show({"done": False, "would": text}, [text])

    def note(self, text: str) -> None:
        """A line for the person in front of the screen."""
        click.echo(text, err=True, color=_colour(sys.stderr))

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), empty: str = ""
    ) -> list[str]:
        """The lines of a table as wide as the terminal at most; `empty` stands for a table without rows."""
        if not rows:
            return [empty] if empty else []
        fitted = table(head, rows, right=right, width=terminal_width() if terminal(sys.stdout) else None)
        return [style(fitted[0], DIM), *fitted[1:]]


def terminal(stream: Any) -> bool:
    """Whether a stream is a terminal; one that was closed is None."""
    return stream is not None and bool(stream.isatty())


def _write(lines: Sequence[str]) -> None:
    if sys.stdout is None:
        raise OutputProblem("Standard output is closed. Leave it open, or send it to a file.")
    try:
        for line in lines:
            click.echo(line, color=_colour(sys.stdout))
    except BrokenPipeError as problem:
        raise ReaderGone from problem
    except OSError as problem:
        raise OutputProblem(
            f"Standard output cannot be written ({reason(problem)}). Send it somewhere else."
        ) from problem


def style(text: str, *how: str) -> str:
    """A text with colours, which are dropped again where the stream is no terminal."""
    for one in how:
        text = click.style(text, bold=True) if one == STRONG else click.style(text, fg=one)
    return text


def pairs(rows: Iterable[tuple[str, str]]) -> list[str]:
    """`name  value` lines, aligned; rows without a value are left out."""
    kept = [(name, value) for name, value in rows if value]
    width = max((len(name) for name, _ in kept), default=0)
    return [f"{style(name.ljust(width), DIM)}  {value}" for name, value in kept]


def _colour(stream: Any) -> bool:
    # https://no-color.org: any value but the empty one.
    return terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
