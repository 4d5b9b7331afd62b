"""Plain tables that fit the terminal."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Sequence

from zonedao.text import printable

_GAP = "  "
_LEAST = 8  # columns that a shortened cell keeps


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), width: int | None = None
) -> list[str]:
    """The lines of a table; columns in `right` are right-aligned.

    With a `width` the widest columns are shortened until the lines fit it. An empty table is no line at all.
    """
    if not rows:
        return []
    cells = [list(head), *[list(row) for row in rows]]
    widths = [max(columns(row[at]) for row in cells) for at in range(len(head))]
    if width is not None:
        _squeeze(widths, width - len(_GAP) * (len(head) - 1))
    lines = []
    for row in cells:
        shown = [_fit(cell, widths[at], right=at in right) for at, cell in enumerate(row)]
        lines.append(_GAP.join(shown).rstrip())
    return lines


def terminal_width() -> int:
    """Columns of the terminal."""
    return shutil.get_terminal_size((100, 24)).columns


def columns(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def clip(text: str, width: int) -> str:
    """A text shortened to `width` columns, with an ellipsis where something is left out."""
    if columns(text) <= width:
        return text
    kept = ""
    for char in text:
        if columns(kept + char) > width - 1:
            break
        kept += char
    return kept.rstrip() + "…"


def _squeeze(widths: list[int], room: int) -> None:
    while sum(widths) > room and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1


def _fit(cell: str, width: int, *, right: bool) -> str:
    text = clip(printable(" ".join(cell.split())), width)
    pad = " " * (width - columns(text))
    return pad + text if right else text + pad
