"""What a person sees while something with a known end goes on: how far it is, how fast, and how long it still takes."""

from __future__ import annotations

import sys
import time

import click

from zonedao.cli.kit.output import terminal
from zonedao.cli.kit.tables import clip, terminal_width
from zonedao.times import duration

_SILENT_SECONDS = 0.5  # what is done sooner needs no bar
_PATIENT_SECONDS = 5.0  # where lines cannot be drawn over, say it once
_BAR = 20  # columns


class ProgressBar:
    """A line on standard error that is drawn over, `Reading [#####     ] 25 %, 31,200 events/s, 4 s left`."""

    def __init__(self, what: str, things: str) -> None:
        self._what = what
        self._things = things
        self._terminal = terminal(sys.stderr)
        self._begun = time.monotonic()
        self._shown = False

    def show(self, share: float, things: int) -> None:
        """`share` is how much is done, from 0 to 1, `things` how many were done by now."""
        elapsed = time.monotonic() - self._begun
        line = self._line(share, things, elapsed)
        if self._terminal and elapsed >= _SILENT_SECONDS:
            # A line that wraps could not be drawn over.
            click.echo(f"\r{clip(line, terminal_width() - 1)}\x1b[K", err=True, nl=False)
            self._shown = True
        elif not self._terminal and elapsed >= _PATIENT_SECONDS and not self._shown:
            click.echo(line, err=True)
            self._shown = True

    def clear(self) -> None:
        """Take the line away again."""
        if self._terminal and self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)
        self._shown = False

    def _line(self, share: float, things: int, elapsed: float) -> str:
        bar = "#" * int(share * _BAR)
        rate = int(things / elapsed) if elapsed else 0
        left = duration(round(elapsed / share - elapsed)) if share else "?"
        return f"{self._what} [{bar:{_BAR}}] {share * 100:.0f} %, {rate:,} {self._things}/s, {left} left"
