"""When somebody belonged to the bodies of a zone, and with which keys they acted, as an index tells it."""

from __future__ import annotations

import sqlite3
from collections.abc import Set
from functools import cached_property
from typing import Any

from zonedao.index.tallies import counted_in

_WORD = 256  # persons of a word

_COMES = """
SELECT block, log, tx, source, 1 AS comes, NULL AS at FROM body_member_admitted WHERE "index" = :person
UNION ALL SELECT block, log, tx, source, 1, NULL FROM body_member_enrolled WHERE "index" = :person
UNION ALL SELECT block, log, tx, source, 0, NULL FROM body_member_left WHERE "index" = :person
UNION ALL SELECT block, log, tx, source, 0, NULL FROM body_member_removed WHERE "index" = :person
UNION ALL SELECT block, log, tx, source, 0, NULL FROM body_member_pruned WHERE "index" = :person
UNION ALL SELECT block, log, tx, source, 0, at FROM body_membership_ended WHERE "index" = :person
UNION ALL SELECT block, log, tx, NULL, 0, NULL FROM registry_person_left WHERE "index" = :person
"""
_TOLD = f"""
SELECT told.block, told.log, told.source, comes, coalesce(told.at, blocks.time), genesis.tx IS NOT NULL
FROM ({_COMES}) AS told
JOIN blocks ON blocks.number = told.block
LEFT JOIN body_genesis_step_done AS genesis
  ON genesis.block = told.block AND genesis.tx = told.tx AND genesis.source = told.source
"""
_MANY = """
SELECT told.block, told.log, told.source, told.mask, blocks.time, genesis.tx IS NOT NULL
FROM body_members_admitted AS told
JOIN blocks ON blocks.number = told.block
LEFT JOIN body_genesis_step_done AS genesis
  ON genesis.block = told.block AND genesis.tx = told.tx AND genesis.source = told.source
WHERE told.word = :word
"""
_KEYS = """
SELECT block, log, key FROM registry_person_admitted WHERE "index" = :person
UNION ALL SELECT block, log, key FROM registry_person_returned WHERE "index" = :person
UNION ALL SELECT block, log, new_key FROM registry_key_rotated WHERE "index" = :person
ORDER BY block, log
"""


class Belonging:
    """The memberships of one person (an index, 0 for nobody). Bodies are sources, by id; moments unix seconds."""

    def __init__(self, database: sqlite3.Connection, person: int) -> None:
        self._database = database
        self.person = person
        self._votes: set[tuple[int, Any]] = set()
        self._votes_since = 2**63

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every key that was theirs, in small letters, the newest last."""
        rows = self._database.execute(_KEYS, {"person": self.person})
        return tuple(dict.fromkeys(key for _, _, key in rows))

    def at(self, body: int, moment: int) -> bool:
        """Whether they were a member at a moment."""
        # Who leaves the zone is a member of nothing from then on; bodies below apply it later, dated when it happened.
        return next(
            (comes for where, time, comes in reversed(self._course) if where in (body, None) and time <= moment), False
        )

    def elects(self, body: int, snapshot: int, seasoned_at: int) -> bool:
        """Whether they were a member at both moments, as who votes must have been (Membership.sol, `_isElector`)."""
        return self.at(body, snapshot) and self.at(body, max(seasoned_at, 0))

    def votes(self, since: int) -> Set[tuple[int, Any]]:
        """On which proposals (body, and id as columns keep it) they cast their own vote, directly or by signature:
        all that were made since a moment."""
        if since < self._votes_since:
            where = "block >= (SELECT coalesce(min(number), 0) FROM blocks WHERE time >= ?)"
            marks = ", ".join("?" * len(self.keys))
            query = f"SELECT source, proposal_id FROM body_vote_cast WHERE {where} AND voter IN ({marks})"
            self._votes.update(self._database.execute(query, (since, *self.keys)))
            word, bit = divmod(self.person, _WORD)
            query = f"SELECT source, proposal_id, words FROM body_ballots_counted WHERE {where}"
            for body, proposal, words in self._database.execute(query, (since,)):
                if any(at == word and persons >> bit & 1 for at, _, persons in counted_in(words)):
                    self._votes.add((body, proposal))
            self._votes_since = since
        return self._votes

    @cached_property
    def _course(self) -> list[tuple[int | None, int, bool]]:
        """Body (None: all of them), moment, and whether they came or went, in the order of the chain."""
        if not self.person:
            return []
        word, bit = divmod(self.person, _WORD)
        found = [
            (block, log, body, time, bool(comes), genesis)
            for block, log, body, comes, time, genesis in self._database.execute(_TOLD, {"person": self.person})
        ]
        found += [
            (block, log, body, time, True, genesis)
            for block, log, body, mask, time, genesis in self._database.execute(_MANY, {"word": word})
            if int(mask) >> bit & 1
        ]
        found.sort(key=lambda each: each[:2])
        # What a body was born with, it always had.
        return [(body, 0 if genesis else time, comes) for _, _, body, time, comes, genesis in found]
