"""Plain tables that fit the terminal: whole where they fit, else with cells of several lines, else row below row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from zonedao.text import printable

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_GAPS = ("  ", " ")  # between columns; the other where it is the only way to fit
_WORD = 15  # columns up to which a word is not broken; an address or a hash in a cell of its own never is
_SHORT = 9  # columns up to which a cell stays in one line, like `66.6666 %` or `3 days`
_MOST_LINES = 6  # that a row of a table takes


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    width: int | None = None,
    quiet: Callable[[str], str] = str,
) -> list[str]:
    """The lines of a table; columns in `right` are right-aligned, and `quiet` is how the head is written.

    With a `width` (columns of a terminal) that is too narrow, cells take several lines, six at most; numbers,
    addresses and hashes stay whole. Where even that does not fit, each row is a list of its own, a line or more for
    each column. A table without rows is no line at all.
    """
    if not rows:
        return []
    titles, body = _cleaned(head), [_cleaned(row) for row in rows]
    widths = [max(columns(row[at]) for row in (titles, *body)) for at in range(len(titles))]
    gap = _GAPS[0]
    if width is not None:
        least = [_least([row[at] for row in body], titles[at], at in right) for at in range(len(titles))]
        fitting = [each for each in _GAPS if sum(least) + len(each) * (len(titles) - 1) <= width]
        if not fitting:
            return _lists(titles, body, width, quiet)
        gap = fitting[0]
        _squeeze(widths, least, width - len(gap) * (len(titles) - 1))
    return [
        *(quiet(line) for line in _row(titles, widths, right, gap)),
        *(line for row in body for line in _row(row, widths, right, gap)),
    ]


def terminal_width() -> int:
    """Columns of the terminal."""
    # It loads what unpacks archives, for which nobody should wait who has no terminal.
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def columns(text: str) -> int:
    """Columns that a text takes on a terminal, which shows nothing of what sets colours."""
    if "\x1b" in text:
        text = _COLOURS.sub("", text)
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def _columns_of(char: str) -> int:
    # Marks stand on the letter before them; so do the vowels and final consonants of Hangul written letter by letter.
    if unicodedata.category(char) in ("Mn", "Me") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def clip(text: str, width: int) -> str:
    """A text shortened to `width` columns, with an ellipsis where something is left out."""
    if columns(text) <= width:
        return text
    return _cut(text, width - 1)[0].rstrip() + "…"


def wrap(text: str, width: int, *, whole: bool = False) -> list[str]:
    """A text in lines of `width` columns at most (at least two), broken at spaces.

    A word that is longer is broken as well, or with `whole` left to the terminal, so that it can be copied.
    """
    if columns(text) <= width:
        return [text]
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if columns(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while columns(word) > width and not whole:
            part, word = _cut(word, width)
            lines.append(part)
        line = word
    return [*lines, line] if line else lines


def _cut(text: str, width: int) -> tuple[str, str]:
    """What fits into `width` columns, a letter of two columns in a single one not, and what is left."""
    taken = 0
    for at, char in enumerate(text):
        taken += _columns_of(char)
        if taken > width:
            return text[:at], text[at:]
    return text, ""


def _cleaned(row: Sequence[str]) -> list[str]:
    return [printable(" ".join(cell.split())) for cell in row]


def _least(cells: Sequence[str], title: str, right: bool) -> int:
    """The fewest columns in which a column can be read."""
    if right:
        return max(*map(columns, cells), *map(columns, title.split()), 0)
    whole = [cell for cell in cells if columns(cell) <= _SHORT or (cell.startswith("0x") and " " not in cell)]
    words = [word for cell in (*cells, title) for word in cell.split()]
    return max([2, *map(columns, whole), *(min(columns(word), _WORD) for word in words)])


def _squeeze(widths: list[int], least: Sequence[int], room: int) -> None:
    """Take from the widest columns what does not fit."""
    while sum(widths) > room:
        at = max((at for at in range(len(widths)) if widths[at] > least[at]), key=lambda at: widths[at])
        widths[at] -= 1


def _row(row: Sequence[str], widths: Sequence[int], right: Sequence[int], gap: str) -> list[str]:
    cells = [_shortened(wrap(cell, width), width) for cell, width in zip(row, widths, strict=True)]
    lines = []
    for line in range(max(map(len, cells))):
        shown = [
            _padded(cell[line] if line < len(cell) else "", width, at in right)
            for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        lines.append(gap.join(shown).rstrip())
    return lines


def _shortened(lines: list[str], width: int) -> list[str]:
    if len(lines) <= _MOST_LINES:
        return lines
    return [*lines[: _MOST_LINES - 1], clip(" ".join(lines[_MOST_LINES - 1 :]), width)]


def _padded(text: str, width: int, right: bool) -> str:
    pad = " " * (width - columns(text))
    return pad + text if right else text + pad


def _lists(titles: Sequence[str], rows: Sequence[Sequence[str]], width: int, quiet: Callable[[str], str]) -> list[str]:
    """Every row as lines of a title and what stands below it in the table, with an empty line between rows."""
    widest = max(map(columns, titles))
    room = max(width - widest - len(_GAPS[0]), _WORD)
    lines: list[str] = []
    for row in rows:
        lines += [""] if lines else []
        for title, cell in zip(titles, row, strict=True):
            first, *others = wrap(cell, room)
            lines += [f"{quiet(_padded(title, widest, False))}{_GAPS[0]}{first}"] if cell else []
            lines += [f"{'':{widest}}{_GAPS[0]}{other}" for other in others]
    return lines
