"""What a body keeps about its active members: its rule, who checked in, and what was counted."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.support.rules import require

LEAST_VOTES, MOST_VOTES = 2, 16


@dataclass(frozen=True)
class Count:
    """One that somebody began: as of when, over which votes, by the rule of which change, and how far it is."""

    at: int
    votes: tuple[int, ...]  # numbers of proposals, newest first
    change: int
    next_word: int = 0
    seen: int = 0
    active: int = 0

    @property
    def said(self) -> tuple[int, int, int, int]:
        return self.at, self.next_word, self.seen, self.active


@dataclass
class Counts:
    """Of one body."""

    last_votes: int = 0
    changes: int = 0
    check_ins: list[tuple[int, int]] = field(default_factory=list)  # person, when
    settled: list[tuple[int, int, int]] = field(default_factory=lambda: [(0, 0, 0)])  # since, base, good until
    open: dict[str, Count] = field(default_factory=dict)  # by who counts

    def set_activity(self, votes: int, time: int) -> None:
        require({"ActivityOutOfBounds"} if votes and not LEAST_VOTES <= votes <= MOST_VOTES else ())
        self.last_votes, self.changes = votes, self.changes + 1
        self.settled.append((time, 0, 0))

    def good_until(self, time: int) -> int:
        """Of the newest count, 0 if it is no longer good."""
        _, _, until = self.settled[-1]
        return until if time < until else 0
