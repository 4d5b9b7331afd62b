"""Data on standard output, everything else on standard error; colour on terminals only."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from zonedao.cli.kit.tables import columns, table, terminal_width, wrap
from zonedao.errors import OutputProblem
from zonedao.text import reason

GOOD, BAD, DIM, STRONG = "green", "red", "bright_black", "bold"
_LEAST_ROOM = 20  # columns that a value has beside its name
_HANGING = "  "
_STYLED = re.compile(r"((?:\x1b\[[0-9;]*m)*)(.*?)((?:\x1b\[0m)*)", re.DOTALL)
_WHOLE = re.compile(r"^ *zonedao |: zonedao [^”]*$|[\x1b\n]")  # in a line that is not broken
BAR = "│ "  # before each line of what somebody else wrote


class Quoting(str):
    """A line of which somebody else wrote a part: it is broken, whatever colours are in it."""


class ReaderGone(Exception):
    """Whoever read standard output has gone. No OSError, of which click would make exit code 1 (`run.BROKEN_PIPE`)."""


class Output:
    """Where a command's words go. With `as_json` standard output gets JSON and nothing else: one document, or one a
    line for what is told bit by bit."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def show(self, document: Mapping[str, Any] | Sequence[Any], lines: Iterable[str]) -> None:
        """The result of a command: the document with --json, otherwise the lines, which may be a generator."""
        if self.as_json:
            _write([json.dumps(document, indent=2, ensure_ascii=False)])
            return
        # All of them before the first is shown: a node that fails half-way leaves no half result.
        _write([part for line in list(lines) for part in broken(line, sys.stdout)])

    def pour(self, text: str) -> None:
        """A whole file as the result of a command, where it was told to write to `-`."""
        _write([text.removesuffix("\n")])

    def tell(self, document: Mapping[str, Any], line: str) -> None:
        """One of the results of a command that goes on: with --json a document on a line of its own."""
        _write([json.dumps(document, ensure_ascii=False)] if self.as_json else broken(line, sys.stdout))

    def would(self, text: str) -> None:
        """The result of a --dry-run that has nothing to simulate: what would be done, and that it was not."""
        self.show({"done": False, "would": text}, [text])

    def note(self, text: str) -> None:
        """A line for the person in front of the screen."""
        for line in broken(text, sys.stderr):
            click.echo(line, err=True, color=coloured(sys.stderr))

    def fresh_line(self) -> None:
        """Leave the line on a terminal in which the cursor stands behind a question, or behind ^C."""
        if terminal(sys.stderr):
            click.echo(err=True)

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), empty: str = ""
    ) -> list[str]:
        """The lines of a table as wide as the terminal at most; `empty` stands for a table without rows."""
        if not rows:
            return [empty] if empty else []
        width = terminal_width() if terminal(sys.stdout) else None
        return table(head, rows, right=right, width=width, quiet=lambda text: style(text, DIM))


def terminal(stream: Any) -> bool:
    """Whether a stream is a terminal; one that was closed is None."""
    return stream is not None and bool(stream.isatty())


def redraws(stream: Any) -> bool:
    """Whether a stream is a terminal on which a line can be drawn over, and colours shown."""
    return terminal(stream) and os.environ.get("TERM") != "dumb"


def broken(line: str, stream: Any) -> list[str]:
    """A line as a terminal shows it, broken between words below its beginning.

    What is there to be copied stays whole: commands, and what has lines of its own. A line behind a bar becomes
    several, each behind a bar.
    """
    if not terminal(stream):
        return [line]
    styled = _STYLED.fullmatch(line)
    assert styled is not None
    codes, plain, end = styled.groups()
    width = terminal_width()
    if columns(plain) <= width:
        return [line]
    if plain.startswith(BAR):
        return [f"{codes}{BAR}{part}{end}" for part in wrap(plain[len(BAR) :], max(width - len(BAR), _LEAST_ROOM))]
    if isinstance(line, Quoting):
        codes, plain, end = "", str(line), ""
    elif _WHOLE.search(plain):
        return [line]
    text = plain.lstrip(" ")
    indent = " " * (len(plain) - len(text))
    room = max(width - len(indent) - len(_HANGING), _LEAST_ROOM)
    # A command within a sentence is one word.
    joined = re.sub("`[^`]*`", lambda command: command[0].replace(" ", "\0"), text)
    first, *others = (part.replace("\0", " ") for part in wrap(joined, room, whole=True))
    return [f"{codes}{each}{end}" for each in (indent + first, *(indent + _HANGING + other for other in others))]


def _write(lines: Sequence[str]) -> None:
    if sys.stdout is None:
        raise OutputProblem("Standard output is closed. Leave it open, or send it to a file.")
    try:
        for line in lines:
            click.echo(line, color=coloured(sys.stdout))
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
    """`name  value` lines, aligned; rows without a value are left out. A terminal breaks values between words."""
    kept = [(name, value) for name, value in rows if value]
    width = max((len(name) for name, _ in kept), default=0)
    room = max(terminal_width() - width - 2, _LEAST_ROOM) if terminal(sys.stdout) else None
    found = []
    for name, value in kept:
        first, *others = [value] if room is None else wrap(value, room, whole=True)
        found += [f"{style(name.ljust(width), DIM)}  {first}", *(f"{'':{width}}  {other}" for other in others)]
    return found


def coloured(stream: Any) -> bool:
    """Whether colours are shown on a stream."""
    # https://no-color.org: any value but the empty one.
    return redraws(stream) and not os.environ.get("NO_COLOR")
