"""How every benchmark speaks: tables for people, one JSON document for programs.

report = Report({"network": "anvil"}, [Table("Votes", ("what", "ours"), [("a vote", 48_470)])])
report.show(as_json=False)
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Cell = str | int | float | bool | None

NOTHING = "–"
_GAP = "  "


@dataclass(frozen=True)
class Table:
    """Rows under a title and column names; the first column is text, the others stand to the right.

    A row of a single cell is a heading of those below it.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def render(self) -> str:
        """The table as lines of text."""
        cells = [list(self.columns), *([_text(cell) for cell in row] for row in self.rows)]
        widths = [max(len(row[column]) for row in cells if column < len(row)) for column in range(len(self.columns))]
        lines = [_line(row, widths) if len(row) > 1 else f"\n{row[0]}" for row in cells]
        return "\n".join([self.title, "", *lines])


@dataclass(frozen=True)
class Report:
    """What a benchmark found: `document` for programs, `tables` and `notes` for people."""

    document: Mapping[str, object]
    tables: Sequence[Table]
    notes: Sequence[str] = ()

    def show(self, *, as_json: bool) -> None:
        """Print it to standard output."""
        if as_json:
            print(json.dumps(self.document, indent=2, ensure_ascii=False))
            return
        print("\n\n".join(table.render() for table in self.tables))
        for note in self.notes:
            print(f"\n{note}")


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return _GAP.join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]).rstrip()


def _text(cell: Cell) -> str:
    if cell is None:
        return NOTHING
    if isinstance(cell, bool):
        return "yes" if cell else "NO"
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:,.2f}" if isinstance(cell, float) else cell
