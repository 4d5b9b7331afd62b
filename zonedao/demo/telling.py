"""Tells the story on a terminal: chapters and steps on one stream, a progress display on another."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

import click

from zonedao.cli.kit.output import coloured, redraws
from zonedao.demo.report import DemoReport, Step

if TYPE_CHECKING:
    from rich.progress import Progress

_WIDEST = 110
_GAS_COLUMN = 13
_OPENING = (
    "Two communities on a chain of their own. Each line with a figure is a transaction: what for, by whom, and how "
    "much gas the chain charges for it; below it is what it did."
)


class Teller:
    """Writes the story to `out`, and to `err` how far it is when that is a terminal. Use it as a context manager."""

    def __init__(self, out: IO[str] | None = None, err: IO[str] | None = None) -> None:
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._width = min(shutil.get_terminal_size((100, 24)).columns, _WIDEST)
        self._progress: Progress | None = None
        self._gas = 0
        self._seen: set[str] = set()

    def __enter__(self) -> Teller:
        if redraws(self._err) and not self._out.isatty():
            from rich.console import Console
            from rich.progress import Progress

            self._progress = Progress(console=Console(file=self._err), transient=True)
            self._progress.start()
            self._progress.add_task("The story", total=None)
        self._show(textwrap.fill(_OPENING, self._width))
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def chapter(self, number: int, count: int, title: str) -> None:
        """A heading that says how far the story is."""
        self._show("")
        self._show(click.style(f"{number}/{count}  {title}", bold=True))
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], total=count, completed=number - 1, description=title)

    def step(self, step: Step, words: Sequence[str]) -> None:
        """One line with the gas; what the events say below it, each kind of step once."""
        label = f"  {step.name} ({step.actor})"
        self._show(f"{label:<{self._width - _GAS_COLUMN}}{step.gas:>{_GAS_COLUMN - 4},} gas")
        self._gas += step.gas
        if step.name in self._seen:
            return
        self._seen.add(step.name)
        for sentence in words:
            self.aside(sentence)

    def aside(self, words: str) -> None:
        """A sentence, indented and wrapped."""
        self._show(textwrap.fill(words, self._width, initial_indent="      ", subsequent_indent="      "))

    def end(self, report: DemoReport) -> None:
        """The final accounts and what the audit found."""
        self._show("")
        self._show(click.style("The accounts at the end", bold=True))
        for account in report.accounts:
            if account.balance:
                self._show(f"  {account.body:<40}{account.shown:>24}")
        self._show("")
        self._show(click.style("The audit: every figure rebuilt from events and compared with the chain", bold=True))
        for name, audit in report.audits.items():
            for check in audit.checks:
                mark = "ok" if check.ok else click.style("DIFFERS", fg="red", bold=True)
                self._show(f"  {name:<12}{mark:<9}{check.name}: {check.detail}")
        self._show("")
        place = "the EVM inside this process" if report.network == "embedded" else report.network
        self._show(f"{len(report.steps)} transactions, {report.gas_total:,} gas on {place}.")

    def _show(self, text: str) -> None:
        click.echo(text, file=self._out, color=coloured(self._out))
