"""Who is active in a body, as the rules say it, beside what its contract counts. Sets of persons, no bitmaps.

rule = Activity(last_votes=2)
rule.votes.append(Vote(1, identity, snapshot, seasoning, end, {1, 2, 3}))
window = rule.window(at, members_now)
rule.active(at, window), rule.base(at, now)
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from tests.support.model.calls import DAY

MONTH = 30 * DAY


@dataclass
class Vote:
    """A proposal of a body: its number and id, when it began and ends, who voted by any way.

    Canceled or without sponsors, it is not `open_to_votes`.
    """

    number: int
    id: int
    snapshot: int
    seasoning: int
    end: int
    voters: set[int] = field(default_factory=set)
    open_to_votes: bool = True


def at_least(heads: int, share: int) -> int:
    """One in `share`, rounded up, but three, or all."""
    return max(-(-heads // share), min(3, heads))


@dataclass
class Activity:
    """A body's votes, check-ins and members: for each person since when, in order, they belonged (True) or not."""

    last_votes: int
    votes: list[Vote] = field(default_factory=list)
    check_ins: list[tuple[int, int]] = field(default_factory=list)  # person, unix seconds
    members: dict[int, list[tuple[int, bool]]] = field(default_factory=dict)

    def belongs(self, person: int, time: int) -> bool:
        """Whether they were a member at a moment."""
        return [belongs for since, belongs in [(-1, False), *self.members.get(person, [])] if since <= time][-1]

    def heads(self, time: int) -> set[int]:
        """All members at a moment."""
        return {person for person in self.members if self.belongs(person, time)}

    def window(self, at: int) -> list[Vote] | None:
        """The votes that decide who is active, newest first; None where there are too few."""
        few = at_least(len(self.heads(at)), 10)
        found: list[Vote] = []
        for vote in reversed(self.votes):
            if vote.open_to_votes and vote.end <= at and len(vote.voters) >= few:
                found.append(vote)
                if len(found) >= self.last_votes and vote.snapshot + MONTH <= at:
                    return found
        return None

    def active(self, at: int, window: Sequence[Vote]) -> set[int]:
        """Who voted in the window, checked in since the month in which it begins, or could not vote in all of it."""
        oldest = window[-1].snapshot
        since = min(max(vote.snapshot - vote.seasoning, 0) for vote in window)
        voted: set[int] = set().union(*(vote.voters for vote in window))
        here = {person for person, time in self.check_ins if time // MONTH >= oldest // MONTH}
        return {person for person in self.heads(at) if person in voted | here or not self.belongs(person, since)}

    def base(self, at: int, now: int) -> int:
        """Over how many the quorum counts once everybody of `at` was looked at, and that is set at `now`."""
        window = self.window(at)
        assert window is not None
        heads, before = len(self.heads(now)), len(self.heads(at))
        count = len(self.active(at, window)) + max(0, heads - before)
        return min(max(count, at_least(heads, 4)), heads)


def mask_in(persons: Collection[int], word: int) -> int:
    """A bit for each of them who is in the word."""
    return sum(1 << (person & 255) for person in persons if person >> 8 == word)
