"""The tally of every proposal, kept beside the events that it follows from: counting a hundred thousand votes anew each
time somebody lists proposals would be slow.

A tally changes in the transaction that adds or takes back its events, and is what counting them anew gives.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_CHOICES = 3  # against, for, abstain
_WORD = 256  # persons of a word
_PROPOSAL_COLUMN = {  # of rows, behind block, log, tx and source
    "body_vote_cast": 5,
    "body_ballots_counted": 4,
    "body_followers_counted": 4,
}
_SUPPORT_COLUMN, _WORDS_COLUMN = 6, 5

Key = tuple[int, Any]  # body (a source) and id of a proposal as columns keep it


def add(database: sqlite3.Connection, rows: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """Count what these rows tell, which were just added."""
    touched = {(row[3], row[at]) for table, at in _PROPOSAL_COLUMN.items() for row in rows.get(table, ())}
    if not touched:
        return
    # Who is counted with a representative may vote later and is then taken back, so that sums are not enough.
    replayed = touched & set(database.execute("SELECT DISTINCT source, proposal_id FROM body_followers_counted"))
    more: Counter[tuple[Key, int]] = Counter()
    for row in rows.get("body_vote_cast", ()):
        more[(row[3], row[5]), row[_SUPPORT_COLUMN]] += 1
    for row in rows.get("body_ballots_counted", ()):
        for choice, count in _ballots(row[_WORDS_COLUMN]):
            more[(row[3], row[4]), choice] += count
    _raise(database, {place: count for place, count in more.items() if place[0] not in replayed})
    for key in replayed:
        _replay(database, key)


def touched(database: sqlite3.Connection, height: int) -> set[Key]:
    """Proposals with a count above a block."""
    found: set[Key] = set()
    for table in _PROPOSAL_COLUMN:
        found |= set(database.execute(f"SELECT DISTINCT source, proposal_id FROM {table} WHERE block > ?", (height,)))
    return found


def recount(database: sqlite3.Connection, proposals: Iterable[Key]) -> None:
    """Count these anew, after rows were taken back."""
    wanted = set(proposals)
    if not wanted:
        return
    replayed = wanted & set(database.execute("SELECT DISTINCT source, proposal_id FROM body_followers_counted"))
    plain = wanted - replayed
    database.executemany("DELETE FROM tallies WHERE source = ? AND proposal_id = ?", wanted)
    more: Counter[tuple[Key, int]] = Counter()
    votes = "SELECT source, proposal_id, support, count(*) FROM body_vote_cast GROUP BY source, proposal_id, support"
    for source, proposal, choice, count in database.execute(votes):
        if (source, proposal) in plain:
            more[(source, proposal), choice] += count
    for source, proposal, words in database.execute("SELECT source, proposal_id, words FROM body_ballots_counted"):
        if (source, proposal) in plain:
            for choice, count in _ballots(words):
                more[(source, proposal), choice] += count
    _raise(database, more)
    for key in replayed:
        _replay(database, key)


def _raise(database: sqlite3.Connection, more: Mapping[tuple[Key, int], int]) -> None:
    database.executemany(
        "INSERT INTO tallies VALUES (?, ?, ?, ?, ?) ON CONFLICT (source, proposal_id) DO UPDATE SET "
        'against = against + excluded.against, "for" = "for" + excluded."for", abstain = abstain + excluded.abstain',
        [
            (*key, *(count if each == choice else 0 for each in range(_CHOICES)))
            for (key, choice), count in more.items()
        ],
    )


def followed(database: sqlite3.Connection, key: Key) -> dict[int, int]:
    """Who is counted with a representative on a proposal, and for what, by the numbers of persons and choices."""
    return _replayed(database, key)[1]


def counted(database: sqlite3.Connection, key: Key) -> set[int]:
    """Who is counted on a proposal with a vote or a ballot of their own, by number."""
    found: set[int] = set()
    for what, values in _events(database, key):
        if what == "vote":
            found.add(_person(database, values[0]))
        elif what == "ballots":
            found.update(person for word, _, mask in counted_in(values[0]) for person in _persons(word, mask))
    return found


def _replay(database: sqlite3.Connection, key: Key) -> None:
    """Set a tally with followers."""
    database.execute("INSERT OR REPLACE INTO tallies VALUES (?, ?, ?, ?, ?)", (*key, *_replayed(database, key)[0]))


def _replayed(database: sqlite3.Connection, key: Key) -> tuple[list[int], dict[int, int]]:
    """A tally with followers, event by event, as the contract counts; who is counted as a follower, and for what."""
    tally = [0] * _CHOICES
    choice_of: dict[int, int] = {}  # by representative
    following: dict[int, int] = {}  # the representative by who is counted with them

    def take_back(person: int) -> None:
        if person in following:
            tally[choice_of[following.pop(person)]] -= 1

    for what, values in _events(database, key):
        if what == "vote":
            voter, choice = values
            take_back(_person(database, voter))
            tally[choice] += 1
        elif what == "ballots":
            for word, choice, mask in counted_in(values[0]):
                for person in _persons(word, mask):
                    take_back(person)
                    tally[choice] += 1
        elif what == "representative":
            choice_of[values[0]] = values[1]
        else:
            representative, word, followers = values
            for person in _persons(word, int(followers)):
                following[person] = representative
                tally[choice_of[representative]] += 1
    return tally, {person: choice_of[representative] for person, representative in following.items()}


def _events(database: sqlite3.Connection, key: Key) -> list[tuple[str, tuple[Any, ...]]]:
    """What counts for a proposal, in the order of the chain."""
    where = "WHERE source = ? AND proposal_id = ?"
    found: list[tuple[int, int, str, tuple[Any, ...]]] = []
    for what, table, columns in (
        ("vote", "body_vote_cast", "voter, support"),
        ("ballots", "body_ballots_counted", "words"),
        ("representative", "body_representative_voted", "representative, support"),
        ("followers", "body_followers_counted", "representative, word, followers"),
    ):
        rows = database.execute(f"SELECT block, log, {columns} FROM {table} {where}", key)
        found += [(row[0], row[1], what, tuple(row[2:])) for row in rows]
    return [(what, values) for _, _, what, values in sorted(found, key=lambda each: each[:2])]


def _person(database: sqlite3.Connection, key: str) -> int:
    """The number of the person who ever had a key, 0 for a stranger; no key is ever two persons'."""
    row = database.execute(
        'SELECT "index" FROM registry_person_admitted WHERE key = ? '
        'UNION ALL SELECT "index" FROM registry_key_rotated WHERE new_key = ?',
        (key, key),
    ).fetchone()
    return int(row[0]) if row is not None else 0


def counted_in(words: str) -> Iterator[tuple[int, int, int]]:
    """What the words of BallotsCounted tell: a word of persons, a choice, and who was counted for it, a bit each."""
    numbers = [int(each) for each in json.loads(words)]
    for at in range(0, len(numbers), 1 + _CHOICES):
        for choice in range(_CHOICES):
            yield numbers[at], choice, numbers[at + 1 + choice]


def _ballots(words: str) -> Iterator[tuple[int, int]]:
    """Choices and how many made them, of the words of BallotsCounted."""
    return ((choice, persons.bit_count()) for _, choice, persons in counted_in(words))


def _persons(word: int, mask: int) -> list[int]:
    return [word * _WORD + bit for bit in range(_WORD) if mask >> bit & 1]
