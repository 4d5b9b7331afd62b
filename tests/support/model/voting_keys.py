"""Voting keys: who signs aggregates with which, as of any second; and the pages in which a verifier keeps them.

Keys are opaque names. Persons are those of one word of 256.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tests.support.rules import require


class Entry(NamedTuple):
    """A key for a person, to which `account` consented; it `replaces` the name of another one, or ''."""

    person: int
    key: str
    account: str
    replaces: str


@dataclass(frozen=True)
class Page:
    """Keys of these persons, some of whom may have a newer one on a newer page."""

    added_at: int
    persons: frozenset[int]


class VotingKeys:
    """All keys that ever counted, and the pages as they were at any time, newest first."""

    def __init__(self) -> None:
        self.enrolled: dict[int, list[tuple[int, str]]] = {}  # by person: since, key
        self.stacks: list[tuple[int, tuple[Page, ...]]] = [(0, ())]  # since, pages

    def key_at(self, person: int, time: int) -> str:
        return next((key for since, key in reversed(self.enrolled.get(person, [])) if since <= time), "")

    def keyed_at(self, time: int) -> frozenset[int]:
        return frozenset(person for person in self.enrolled if self.key_at(person, time))

    def pages_at(self, time: int) -> tuple[Page, ...]:
        return next(pages for since, pages in reversed(self.stacks) if since <= time)

    def enroll(self, entries: Sequence[Entry], accounts: Mapping[int, str], left: Mapping[int, int], time: int) -> None:
        """All of them or none. `accounts` has the account key of everybody who ever was a person."""
        persons = [entry.person for entry in entries]
        rules = {
            "EntriesMalformed": not entries,
            "EntriesNotRising": persons != sorted(set(persons)),
            "NoSuchPerson": not all(person in accounts for person in persons),
            "PersonLeft": bool(left.keys() & set(persons)),
            # What is proved says whose account it is and what it replaces.
            "NoPossession": any(
                accounts.get(entry.person) != entry.account or entry.replaces != self.key_at(entry.person, time)
                for entry in entries
            ),
        }
        require(name for name, broken in rules.items() if broken)
        for entry in entries:
            self.enrolled.setdefault(entry.person, []).append((time, entry.key))
        # What lies on top and is at most twice as large is written again with the new ones.
        gathered = set(persons)
        pages = [*self.pages_at(time)]
        while pages and len(pages[0].persons) <= 2 * len(gathered):
            gathered |= pages.pop(0).persons
        self.stacks.append((time, (Page(time, frozenset(gathered)), *pages)))

    def compact(self, time: int) -> None:
        """One page of everybody, by anyone."""
        pages = self.pages_at(time)
        require({"NothingToCompact"} if len(pages) < 2 else ())
        everybody = frozenset(person for page in pages for person in page.persons)
        self.stacks.append((time, (Page(time, everybody),)))

    def subtracts(self, claims: Mapping[int, int], hint: int, snapshot: int) -> bool:
        """Whether the hinted choice is cheaper to find on some page as everybody but the others."""
        rest = set(claims)
        for page in self.pages_at(snapshot):
            here = rest & page.persons
            rest -= here
            if sum(claims[person] == hint for person in here) > len(page.persons - here) + 1:
                return True
        return False
