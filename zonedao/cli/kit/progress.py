"""What a person sees while something with a known end goes on: how far it is, how fast, and how long it still takes."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

import click

from zonedao.cli.kit.output import redraws
from zonedao.cli.kit.tables import clip, terminal_width
from zonedao.times import duration

if TYPE_CHECKING:
    from zonedao.index.syncing import Progress

_SILENT_SECONDS = 0.5  # what is done sooner needs no bar
_PATIENT_SECONDS = 5.0  # where lines cannot be drawn over, say it once
_REDRAWN_SECONDS = 0.1  # often enough for an eye
_BAR = 20  # columns


class ProgressBar:
    """A line on standard error that is drawn over, `Reading [#####     ] 25 %, 31,200 events/s, 4 s left`, and gone
    when the block that it is for ends. Parts that differ in length (not `even`) tell nothing about the time left.
    """

    def __init__(self, what: str, things: str, *, even: bool = True) -> None:
        self._what = what
        self._things = things
        self._even = even
        self._redraws = redraws(sys.stderr)
        self._begun = time.monotonic()
        self._drawn = 0.0
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def show(self, share: float, things: int) -> None:
        """`share` is how much is done, from 0 to 1, `things` how many were done by now."""
        elapsed = time.monotonic() - self._begun
        if self._redraws and elapsed >= max(_SILENT_SECONDS, self._drawn + _REDRAWN_SECONDS):
            # A line that wraps could not be drawn over.
            line = clip(self._line(share, things, elapsed), terminal_width() - 1)
            click.echo(f"\r{line}\x1b[K", err=True, nl=False)
            self._drawn, self._shown = elapsed, True
        elif not self._redraws and elapsed >= _PATIENT_SECONDS and not self._shown:
            click.echo(self._line(share, things, elapsed), err=True)
            self._shown = True

    def clear(self) -> None:
        """Take the line away again."""
        if self._redraws and self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)
        self._shown = False

    def _line(self, share: float, things: int, elapsed: float) -> str:
        bar = "#" * int(share * _BAR)
        rate = int(things / elapsed) if elapsed else 0
        line = f"{self._what} [{bar:{_BAR}}] {share * 100:.0f} %, {rate:,} {self._things}/s"
        left = duration(round(elapsed / share - elapsed)) if share else "?"
        return f"{line}, {left} left" if self._even else line


class ReadingBar(ProgressBar):
    """Shows how far the events of a zone are read while a block runs."""

    def __init__(self, what: str) -> None:
        super().__init__(what, "events")

    def __call__(self, progress: Progress) -> None:
        share = (progress.done - progress.first + 1) / max(progress.last - progress.first + 1, 1)
        self.show(share, progress.events)
