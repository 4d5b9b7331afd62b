"""Typed reading of TOML tables that notes what is wrong and goes on.

A reader returns None for a value that is missing or wrong, after noting why; callers go on with the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from zonedao.chain.abi import checksum_address
from zonedao.charter.lines import BROKEN, KeyPath
from zonedao.charter.mistakes import Collector, instead_of, is_broken, kind_of
from zonedao.charter.values import Unreadable
from zonedao.errors import UsageProblem
from zonedao.text import is_uri

T = TypeVar("T")

MAX_NAME = 64  # characters of what is stored on a chain

_ADDRESS = re.compile(r"^0x[0-9a-fA-F]{40}$")


def dotted(where: KeyPath) -> str:
    """A path of keys as a heading writes it; the line tells which element of a list is meant."""
    return ".".join(part for part in where if isinstance(part, str))


@dataclass(frozen=True)
class Table:
    """A table of the file, where it stands, and where its mistakes go."""

    content: dict[str, Any]
    where: KeyPath
    mistakes: Collector

    @property
    def title(self) -> str:
        """How a heading names this table; empty for the top of the file."""
        return dotted(self.where)

    def at(self, key: str) -> KeyPath:
        """The path of one of its keys."""
        return (*self.where, key)

    def label(self, key: str) -> str:
        """How a mistake names one of its keys."""
        return dotted(self.at(key))

    def require_known(self, *keys: str) -> None:
        """Note every key that is none of these."""
        for key in self.content:
            if key not in keys and not key.startswith(BROKEN):
                place = f"in [{self.title}]" if self.where else "at the top of a charter"
                self.mistakes.note(self.at(key), f"There is no {key} {place}.", instead_of(key, keys))

    def text(self, key: str, example: str, *, optional: bool = False) -> str | None:
        """A text that is not empty."""
        value = self._typed(key, str, "a text", example, optional)
        if value is not None and not value.strip():
            self.mistakes.note(self.at(key), f"{self.label(key)} is empty.", f"Write {key} = {example}.")
            return None
        return value.strip() if value is not None else None

    def uri(self, key: str) -> str:
        """A URI that may be left out, which is the same as empty."""
        example = '"https://example.org/dao.json"'
        uri = self.text(key, example, optional=True) or ""
        if uri and not is_uri(uri):
            self.mistakes.note(self.at(key), f"{uri!r} is no URI.", f"Write {key} = {example}, without spaces.")
        return uri

    def name_text(self, key: str, example: str, default: str | None) -> str:
        """A name that is stored on a chain; `default` where none is written, if it may be left out."""
        written = self.text(key, example, optional=default is not None)
        name = written or default
        if name is None:
            return "zone"
        where = self.at(key) if key in self.content else self.where
        if len(name) > MAX_NAME:
            self.mistakes.note(where, f"The name has {len(name)} characters.", f"Use at most {MAX_NAME}.")
        if written is not None and not any(character.isalnum() for character in name):
            self.mistakes.note(where, f"{name!r} has no letters.", "Give it a name that can be read out.")
        return name

    def integer(self, key: str, example: str, least: int, most: int) -> int | None:
        """A whole number between two bounds, both included."""
        value = self._typed(key, int, "a whole number", example, False)
        if value is None:
            return None
        if least <= value <= most:
            return int(value)
        self.mistakes.note(
            self.at(key),
            f"{self.label(key)} is {value if abs(value) < 2**256 else 'more than a chain can count'}.",
            f"Write a whole number from {least} to {most}.",
        )
        return None

    def parsed(self, key: str, example: str, parse: Callable[[str], T], *, optional: bool = False) -> T | None:
        """A text that `parse` turns into a value, or explains by raising Unreadable."""
        return self._turned(key, self._typed(key, str, "a text", example, optional), parse)

    def amount(self, key: str, example: str, parse: Callable[[Any], T]) -> T | None:
        """A number, or a text that says one, that `parse` turns into base units."""
        return self._turned(key, self._typed(key, (int, Decimal, str), "an amount", example, False), parse)

    def moment(self, key: str, example: str) -> int | None:
        """Unix seconds of a date (its midnight) or a date with a time; without a time zone in UTC."""
        value = self._typed(key, date, "a date", example, False)
        if value is None:
            return None
        if not isinstance(value, datetime):
            value = datetime.combine(value, time())
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return int(moment.timestamp())

    def address(self, key: str, example: str = '"0x…"') -> str | None:
        """An address, checksummed."""
        text = self.text(key, example)
        if text is None:
            return None
        if not _ADDRESS.match(text):
            self.mistakes.note(
                self.at(key), f"{text!r} is no address.", "An address is 0x and 40 hexadecimal digits; copy it whole."
            )
            return None
        try:
            return checksum_address(text)
        except UsageProblem:
            self.mistakes.note(
                self.at(key),
                f"{text} is mistyped: its capitals do not match its digits.",
                "Copy the address again from its source.",
            )
            return None

    def flag(self, key: str) -> bool:
        """A boolean that is false where it is not written."""
        return bool(self._typed(key, bool, "true or false", "true", True))

    def names(self, key: str, example: str) -> list[tuple[str, KeyPath]]:
        """A list of texts, each with its place; the same one twice is a mistake."""
        found: dict[str, KeyPath] = {}
        for position, each in enumerate(self._typed(key, list, "a list", example, False) or ()):
            where = (*self.at(key), position)
            if not isinstance(each, str):
                self.mistakes.note(
                    where, f"{self.label(key)} holds {kind_of(each)}.", f"Write names between quotes: {example}."
                )
            elif each in found:
                self.mistakes.note(where, f"{self.label(key)} names {each} twice.", "Remove one of the two.")
            else:
                found[each] = where
        return list(found.items())

    def table(self, key: str, *, optional: bool = True, example: str = "") -> Table | None:
        """A table inside this one."""
        value = self._typed(key, dict, "a table", example or f"a heading [{self.label(key)}]", optional)
        return Table(value, self.at(key), self.mistakes) if value is not None else None

    def tables(self) -> Iterator[tuple[str, Table]]:
        """All its tables by name; anything else in it is a mistake."""
        for key in self.content:
            if (found := self.table(key)) is not None:
                yield key, found

    def list_of_tables(self, key: str, example: str) -> list[Table]:
        """The tables of a list, which may be absent."""
        value = self._typed(key, list, "a list of tables", example, True) or []
        found: list[Table] = []
        for position, each in enumerate(value):
            where = (*self.at(key), position)
            if isinstance(each, dict):
                found.append(Table(each, where, self.mistakes))
            else:
                self.mistakes.note(where, f"{self.label(key)} holds {kind_of(each)}.", f"Write {key} = {example}.")
        return found

    def _turned(self, key: str, value: Any, parse: Callable[[Any], T]) -> T | None:
        if value is None:
            return None
        try:
            return parse(value)
        except Unreadable as problem:
            self.mistakes.note(self.at(key), f"{self.label(key)}: {problem.message}", problem.hint)
            return None

    def _typed(self, key: str, kind: Any, wanted: str, example: str, optional: bool) -> Any:
        if key not in self.content:
            if not optional:
                place = f" under [{self.title}]" if self.where else " at the top of the file"
                hint = f"Write {example}." if kind is dict else f"Write {key} = {example}{place}."
                self.mistakes.missing(self.where, f"{self.label(key)} is missing.", hint)
            return None
        value = self.content[key]
        if is_broken(value):
            return None
        # A boolean is an integer to Python, not to whoever writes a charter.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            hint = f"Write {example}." if kind is dict else f"Write {key} = {example}."
            self.mistakes.note(self.at(key), f"{self.label(key)} is {kind_of(value)}, not {wanted}.", hint)
            return None
        return value
