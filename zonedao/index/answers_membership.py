"""What a body would answer about how many it has and over how many quorums count, and the register about who represents
whom."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from zonedao.governance.laws import most_followers
from zonedao.index.chain import NotTold
from zonedao.index.members import members
from zonedao.index.represented import represented

if TYPE_CHECKING:
    from zonedao.index.chain import Answers, IndexedChain
    from zonedao.index.reading import Source

_WORD = 256  # persons of a word

_ACTIVITY = """
SELECT block, log, last_votes, 0 FROM body_activity_set WHERE source = :body
UNION ALL SELECT block, log, NULL, until FROM body_quorum_base_set WHERE source = :body
ORDER BY block, log
"""
_RECOUNT = """
SELECT block, log, counter, "at" FROM body_recount_opened WHERE source = :body
UNION ALL SELECT block, log, counter, 0 FROM body_quorum_base_set WHERE source = :body
UNION ALL SELECT block, log, :counter, 0 FROM body_activity_set WHERE source = :body
ORDER BY block, log
"""
_BASE = """
SELECT block, log, base, until FROM body_quorum_base_set WHERE source = :body
UNION ALL SELECT block, log, 0, 0 FROM body_activity_set WHERE source = :body
ORDER BY block DESC, log DESC LIMIT 1
"""
# Who came since, each once: nobody is admitted who is there.
_CAME = """
SELECT count(*) FROM body_member_admitted WHERE source = :body AND (block, log) > (:block, :log)
UNION ALL SELECT count(*) FROM body_member_enrolled WHERE source = :body AND (block, log) > (:block, :log)
"""
_CAME_TOGETHER = "SELECT mask FROM body_members_admitted WHERE source = :body AND (block, log) > (:block, :log)"
_REPRESENTED = """
WITH keys AS (
    SELECT key, "index" FROM registry_person_admitted
    UNION SELECT key, "index" FROM registry_person_returned
    UNION SELECT new_key, "index" FROM registry_key_rotated
)
SELECT whom."index" FROM registry_delegate_changed AS told
JOIN keys AS who ON who.key = told.delegator JOIN keys AS whom ON whom.key = told.to_delegate
WHERE who."index" = :person ORDER BY told.block DESC, told.log DESC LIMIT 1
"""


# --- a body ---


def _activity(chain: IndexedChain, body: Source) -> tuple[int, int]:
    last_votes, until = 0, 0
    for _, _, votes, good_until in chain.database.execute(_ACTIVITY, {"body": body.id}):
        last_votes, until = (votes, 0) if votes is not None else (last_votes, good_until)
    return last_votes, until if chain.now < until else 0


def _recount(chain: IndexedChain, body: Source, counter: str) -> SimpleNamespace:
    """A count that was opened and is not ended; which words it has seen is in `nextWord`."""
    key, standing = counter.lower(), SimpleNamespace(at=0, nextWord=0, seen=0, active=0)
    opened = 0
    for block, _, who, at in chain.database.execute(_RECOUNT, {"body": body.id, "counter": key}):
        if who == key:
            standing.at, opened = at, block
    if standing.at:
        query = "SELECT max(word) FROM body_active_counted WHERE source = ? AND counter = ? AND block >= ?"
        (word,) = chain.database.execute(query, (body.id, key, opened)).fetchone()
        standing.nextWord = word + 1 if word is not None else 0
    return standing


def _headcount(chain: IndexedChain, body: Source, at: int) -> int:
    """Only of now: membership before is what a node is asked for."""
    if at < chain.position.time:
        raise NotTold
    return len(members(chain.index, body.address))


def _quorum_base(chain: IndexedChain, body: Source, at: int) -> int:
    """Over how many persons quorums count now (Headcounts.sol): who comes counts, who goes is not taken out."""
    heads = _headcount(chain, body, at)
    row = chain.database.execute(_BASE, {"body": body.id}).fetchone()
    if row is None or at >= row[3]:
        return heads
    block, log, base, _ = map(int, row)
    since = {"body": body.id, "block": block, "log": log}
    came = sum(int(number) for (number,) in chain.database.execute(_CAME, since))
    came += sum(int(mask).bit_count() for (mask,) in chain.database.execute(_CAME_TOGETHER, since))
    return min(base + came, heads)


# --- the register ---


def _representative(chain: IndexedChain, _: Source, person: int) -> int:
    """Who represents themself stands as their own representative in the event."""
    row = chain.database.execute(_REPRESENTED, {"person": person}).fetchone()
    return row[0] if row is not None and row[0] != person else 0


def _follower_count(chain: IndexedChain, _: Source, person: int) -> tuple[int, int]:
    number = list(represented(chain, chain.now).values()).count(person)
    heads = len(members(chain.index, chain.zone.address))
    return number, most_followers(heads)


def _followers_at(chain: IndexedChain, _: Source, person: int, word: int, at: int) -> int:
    following = represented(chain, at)
    return sum(1 << each % _WORD for each, to in following.items() if to == person and each // _WORD == word)


ANSWERS: Answers = {
    ("IWholeBody", "headcountAt"): _headcount,
    ("IWholeBody", "activity"): _activity,
    ("IWholeBody", "quorumBaseAt"): _quorum_base,
    ("IWholeBody", "recountOf"): _recount,
    ("IWholeRegistry", "representativeOf"): _representative,
    ("IWholeRegistry", "followerCount"): _follower_count,
    ("IWholeRegistry", "followersAt"): _followers_at,
}
