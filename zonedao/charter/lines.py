"""A TOML file with the line of everything in it, which the standard library's parser does not tell.

The parser judges the file; a scanner then finds the places of keys and values in it. A line that the parser cannot
read is noted and put aside, so that the rest of the file can still be checked.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

KeyPath = tuple[str | int, ...]

# Stands where a value could not be read; no text in a TOML file may hold this character.
BROKEN = "\0broken"
_BROKEN_TOML = '"\\u0000broken"'

_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")
_KEY_VALUE = re.compile(r"^(\s*[A-Za-z0-9_.\-\"' ]+?\s*=)")
_HEADER = re.compile(r"^\s*\[")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TOO_LONG = re.compile(r"(?:\d_?){1000}")
_SCALAR_END = re.compile(r"[,\]}\n#]")


@dataclass(frozen=True)
class SyntaxMistake:
    """A line that is no TOML. `lost` tells that not even the name on it could be read."""

    line: int
    message: str
    hint: str
    lost: bool


_TOO_DEEP = SyntaxMistake(
    1, "The file nests lists or tables too deep to be read.", "No value of a charter holds more than two lists.", True
)


class Source:
    """A TOML file: `document` is what it says (None when too little of it can be read), `syntax` what is no TOML.

    `lost` tells that a name may be on a line that could not be read. Numbers with a point are `Decimal`, so that none
    is rounded.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        try:
            readable, self.document, self.syntax = _parse(text.replace("\r\n", "\n"))
            self._lines: dict[KeyPath, int] = {} if self.document is None else _Scanner(readable).scan()
        except RecursionError:
            self.document, self.syntax, self._lines = None, (_TOO_DEEP,), {}
        self.lost = any(mistake.lost for mistake in self.syntax)

    def line_of(self, where: KeyPath) -> int:
        """The line of a key or a list's element; of what encloses it when it is not there itself."""
        while where:
            if where in self._lines:
                return self._lines[where]
            where = where[:-1]
        return 1


def _parse(text: str) -> tuple[str, dict[str, Any] | None, tuple[SyntaxMistake, ...]]:
    lines = text.split("\n")
    found: dict[int, SyntaxMistake] = {}
    while True:
        try:
            return "\n".join(lines), tomllib.loads("\n".join(lines), parse_float=Decimal), tuple(found.values())
        except tomllib.TOMLDecodeError as problem:
            number, message, repeated = _explain(problem, len(lines))
            if number in found:
                # Putting the line aside did not help: what is wrong began above it.
                return "", None, tuple(found.values())
            line = lines[number - 1]
            lines[number - 1] = _put_aside(line, number, repeated)
            lost = not repeated and _BROKEN_TOML not in lines[number - 1]
            found[number] = SyntaxMistake(number, message, _remedy(line, repeated), lost)
        except ValueError:
            # Python reads no decimal number of more than some thousand digits.
            number = next((at for at, line in enumerate(lines, 1) if _TOO_LONG.search(line)), 1)
            if number in found:
                return "", None, tuple(found.values())
            lines[number - 1] = _put_aside(lines[number - 1], number, False)
            lost = _BROKEN_TOML not in lines[number - 1]
            found[number] = SyntaxMistake(number, "This line has a number of thousands of digits.", "Shorten it.", lost)


def _explain(problem: tomllib.TOMLDecodeError, last_line: int) -> tuple[int, str, bool]:
    said = str(problem)
    place = _AT_LINE.search(said)
    number = int(place[1]) if place and place[1] else last_line
    reason = _AT_LINE.sub("", said).replace("Illegal character '\\n'", "it ends within a text")
    repeated = any(words in reason for words in ("overwrite", "twice", "duplicate", "Duplicate"))
    if repeated:
        return min(number, last_line), "This name is given a second time.", True
    return min(number, last_line), f"This line is no TOML: {reason[:1].lower()}{reason[1:]}.", False


def _remedy(line: str, repeated: bool) -> str:
    if repeated:
        return "Remove one of the two, or give it another name."
    if _HEADER.match(line):
        return "Write the heading of a table as [name] or [name.name]."
    if "=" not in line and line.strip():
        return 'Write name = value; text stands between quotes: name = "text".'
    return 'Write text between quotes ("text"), lists as ["a", "b"], and close every quote and bracket.'


def _put_aside(line: str, number: int, repeated: bool) -> str:
    if _HEADER.match(line):
        return f'["\\u0000broken {number}"]'
    key = _KEY_VALUE.match(line)
    if key is not None and not repeated:
        return f"{key[1]} {_BROKEN_TOML}"
    return ""


class _Scanner:
    """Walks a text that is known to be TOML and notes the line of every key, heading and list element."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._prefix: KeyPath = ()
        self._found: dict[KeyPath, int] = {}
        self._repeated: dict[KeyPath, int] = {}  # number of the last table in each array of tables

    def scan(self) -> dict[KeyPath, int]:
        while True:
            self._skip_blank()
            if self._at >= len(self._text):
                return self._found
            if self._peek("["):
                self._heading()
            else:
                self._pair(self._prefix)

    # --- statements ---

    def _heading(self) -> None:
        array = self._peek("[[")
        self._advance(2 if array else 1)
        line = self._line
        parts = self._key()
        self._advance(2 if array else 1)
        path: KeyPath = ()
        for position, part in enumerate(parts):
            path = (*path, part)
            self._found.setdefault(path, line)
            last = position == len(parts) - 1
            if last and array:
                self._repeated[path] = self._repeated.get(path, -1) + 1
            if path in self._repeated:
                path = (*path, self._repeated[path])
                self._found.setdefault(path, line)
        # A heading says more about a table than a longer heading before it, which merely implied it.
        self._found[path] = line
        self._prefix = path

    def _pair(self, prefix: KeyPath) -> None:
        line = self._line
        path = prefix
        for part in self._key():
            path = (*path, part)
            self._found.setdefault(path, line)
        self._found[path] = line
        self._skip_blank()
        self._advance(1)  # the equals sign
        self._skip_blank()
        self._value(path)

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._skip_spaces()
            if self._peek('"') or self._peek("'"):
                start = self._at
                self._quoted()
                parts.append(tomllib.loads(f"key = {self._text[start : self._at]}")["key"])
            else:
                found = _BARE.match(self._text, self._at)
                assert found is not None, "the parser accepted what is no key"
                parts.append(found[0])
                self._at = found.end()
            self._skip_spaces()
            if not self._peek("."):
                return parts
            self._advance(1)

    # --- values ---

    def _value(self, path: KeyPath) -> None:
        if self._peek('"""') or self._peek("'''"):
            self._long_text()
        elif self._peek('"') or self._peek("'"):
            self._quoted()
        elif self._peek("["):
            self._members("]", lambda position: self._value((*path, position)), path)
        elif self._peek("{"):
            self._members("}", lambda position: self._pair(path), None)
        else:
            end = _SCALAR_END.search(self._text, self._at)
            self._at = end.start() if end else len(self._text)

    def _members(self, closing: str, member: Callable[[int], None], path: KeyPath | None) -> None:
        self._advance(1)
        position = 0
        while True:
            self._skip_blank()
            if self._peek(closing):
                self._advance(1)
                return
            if path is not None:
                self._found[(*path, position)] = self._line
            member(position)
            position += 1
            self._skip_blank()
            if self._peek(","):
                self._advance(1)

    def _quoted(self) -> None:
        quote = self._text[self._at]
        self._at += 1
        while self._text[self._at] != quote:
            self._at += 2 if quote == '"' and self._text[self._at] == "\\" else 1
        self._at += 1

    def _long_text(self) -> None:
        quotes = self._text[self._at : self._at + 3]
        self._at += 3
        while not self._peek(quotes):
            self._advance(2 if quotes[0] == '"' and self._peek("\\") else 1)
        self._at += 3
        # Up to two more quotes belong to the text.
        while self._peek(quotes[0]):
            self._at += 1

    # --- characters ---

    def _peek(self, expected: str) -> bool:
        return self._text.startswith(expected, self._at)

    def _advance(self, count: int) -> None:
        self._line += self._text.count("\n", self._at, self._at + count)
        self._at += count

    def _skip_spaces(self) -> None:
        while self._at < len(self._text) and self._text[self._at] in " \t":
            self._at += 1

    def _skip_blank(self) -> None:
        while self._at < len(self._text):
            if self._text[self._at] == "#":
                end = self._text.find("\n", self._at)
                self._at = end if end >= 0 else len(self._text)
            elif self._text[self._at] in " \t\r\n":
                self._advance(1)
            else:
                return
