"""What a person sees while a transaction is not mined yet."""

from __future__ import annotations

import sys

import click

from zonedao.cli.kit.output import redraws
from zonedao.cli.kit.tables import clip, terminal_width

_SILENT_SECONDS = 1.0  # local chains are faster than this
_PATIENT_SECONDS = 5.0  # where lines cannot be drawn over, say it once


class Waiting:
    """Shows on standard error how long has been waited; called with the seconds, several times a second."""

    def __init__(self, tx_hash: str) -> None:
        self.tx_hash = tx_hash
        self._redraws = redraws(sys.stderr)
        self._shown = -1
        self._confirmed = 0

    def __call__(self, elapsed: float) -> None:
        seconds = int(elapsed)
        if self._redraws:
            if elapsed >= _SILENT_SECONDS and seconds != self._shown:
                self._shown = seconds
                click.echo(f"\r{self._line(seconds)}\x1b[K", err=True, nl=False)
        elif elapsed >= _PATIENT_SECONDS and self._shown < 0:
            self._shown = seconds
            click.echo(self._line(seconds), err=True)

    def confirmed(self, so_far: int, wanted: int) -> None:
        """It is mined; called whenever it was looked how deep."""
        if so_far == self._confirmed:
            return
        self._confirmed = so_far
        self._shown = max(self._shown, 0)
        line = f"Mined as {self._short()}; {so_far} of {wanted} confirmations (Ctrl-C stops waiting)"
        if self._redraws:
            click.echo(f"\r{clip(line, terminal_width() - 1)}\x1b[K", err=True, nl=False)
        elif so_far == 1:
            click.echo(line, err=True)

    def clear(self) -> None:
        """Take the line away again."""
        if self._redraws and self._shown >= 0:
            click.echo("\r\x1b[K", err=True, nl=False)
        self._shown = -1

    def _line(self, seconds: int) -> str:
        line = f"Waiting for {self._short()}, {seconds} s (Ctrl-C stops waiting, not the transaction)"
        # A line that wraps could not be drawn over.
        return clip(line, terminal_width() - 1) if self._redraws else line

    def _short(self) -> str:
        return f"{self.tx_hash[:8]}…{self.tx_hash[-4:]}"
