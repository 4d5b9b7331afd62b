"""The single transferable vote, counted as the chain checks it.

Weighted inclusive Gregory by the rules of The Scottish Local Government Elections Order 2007, schedule 1, 45 to 52, in
integers of 1/100,000 vote. Where those decide by lot, who stood earlier is transferred first and excluded last.
Candidates are numbered from 1; a ballot is a tuple of numbers, the first preference first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zonedao.errors import UsageProblem

VOTE = 100_000
MOST_CANDIDATES = 32

Ballot = tuple[int, ...]


@dataclass(frozen=True)
class Stage:
    """One transfer: of a surplus, of which each paper goes on at `surplus / votes` of its value, or of an exclusion.

    `surplus` and `votes` are 0 for an exclusion. `out` are those who take no more votes, `after` the votes of all
    candidates after it, by number from 1, in 1/100,000.
    """

    candidate: int
    surplus: int
    votes: int
    out: frozenset[int]
    after: tuple[int, ...]

    @property
    def word(self) -> int:
        """The stage as the contract takes it (`IElections.StvCounted`)."""
        out = sum(1 << number for number in self.out)
        return self.candidate | out << 8 | self.surplus << 48 | self.votes << 112


@dataclass(frozen=True)
class Count:
    """A whole count. `quota` and `first` (preferences, by number from 1) are in 1/100,000 vote."""

    quota: int
    first: tuple[int, ...]
    stages: tuple[Stage, ...]
    winners: tuple[int, ...]

    @property
    def words(self) -> list[int]:
        """The stages as the contract takes them."""
        return [stage.word for stage in self.stages]


def ranking(ballot: Iterable[int]) -> int:
    """A ballot as one word: a byte for each preference, the first lowest. Raises UsageProblem."""
    numbers = list(ballot)
    if not numbers or len(set(numbers)) != len(numbers) or not all(0 < each <= MOST_CANDIDATES for each in numbers):
        raise UsageProblem("A ranking names one candidate or more, each once, by numbers from 1 to 32. Write it so.")
    return sum(number << 8 * place for place, number in enumerate(numbers))


def preferences(word: int) -> Ballot:
    """The ballot that a word stands for."""
    return tuple(word.to_bytes(32, "little").rstrip(b"\0"))


def count_stv(ballots: Iterable[Ballot], candidates: int, seats: int) -> Count:
    """Count ballots for so many candidates and seats."""
    piles: dict[int, Counter[tuple[Ballot, int]]] = {number: Counter() for number in range(1, candidates + 1)}
    cast = 0
    for ballot in ballots:
        piles[ballot[0]][ballot, VOTE] += 1
        cast += 1
    quota = (cast // (seats + 1) + 1) * VOTE
    rows = [tuple(VOTE * pile.total() for pile in piles.values())]
    stages: list[Stage] = []
    winners: set[int] = set()
    excluded: set[int] = set()
    pending: set[int] = set()
    while True:
        votes = dict(enumerate(rows[-1], 1))
        reached = {number for number in piles if votes[number] >= quota} - winners - excluded
        winners |= reached
        pending |= {number for number in reached if votes[number] > quota}
        continuing = set(piles) - winners - excluded
        if len(continuing) <= seats - len(winners):
            winners |= continuing
            break
        if len(winners) == seats:
            break
        if pending:
            moved = min(_extreme(rows, pending, most=True))
            pending.remove(moved)
            share = (votes[moved] - quota, votes[moved])
        else:
            moved = max(_extreme(rows, continuing, most=False))
            excluded.add(moved)
            share = (0, 0)
        out = frozenset(winners | excluded)
        votes[moved] = quota if share[1] else 0
        for (ballot, value), papers in piles.pop(moved).items():
            worth = value * share[0] // share[1] if share[1] else value
            later = ballot[ballot.index(moved) + 1 :]
            heir = next((number for number in later if number not in out), None)
            if heir is not None:
                piles[heir][ballot, worth] += papers
                votes[heir] += worth * papers
        piles[moved] = Counter()
        rows.append(tuple(votes[number] for number in range(1, candidates + 1)))
        stages.append(Stage(moved, *share, out, rows[-1]))
    return Count(quota, rows[0], tuple(stages), tuple(sorted(winners)))


def _extreme(rows: Sequence[tuple[int, ...]], numbers: set[int], *, most: bool) -> set[int]:
    """Of some those with most votes or fewest; of equals by the latest stage before at which they are not."""
    for row in reversed(rows):
        best = (max if most else min)(row[number - 1] for number in numbers)
        numbers = {number for number in numbers if row[number - 1] == best}
    return numbers


def received(words: Sequence[int], ballots: Iterable[Ballot], candidates: int) -> list[int]:
    """What ballots bring each candidate at each stage (stage · candidates + number − 1), as the contract sums it up.

    `words` are the stages of a count (`Count.words`). With the first ballots of an election it is what a page of the
    count returned, so that anybody can go on with it.
    """
    sums = [0] * ((len(words) + 1) * candidates)
    stage_of = {word & 0xFF: stage for stage, word in enumerate(words, 1)}
    for ballot in ballots:
        rest, value, stage = iter(ballot), VOTE, 0
        holder: int | None = next(rest)
        while holder is not None:
            sums[stage * candidates + holder - 1] += value
            stage = stage_of.get(holder, 0)
            if stage == 0:
                break
            word = words[stage - 1]
            votes, out = word >> 112, word >> 8 & 0xFF_FFFF_FFFF
            if votes:
                value = value * (word >> 48 & 0xFFFF_FFFF_FFFF_FFFF) // votes
            holder = next((number for number in rest if not out >> number & 1), None)
    return sums
