"""Who is represented by whom, and who of them is not counted yet, as an index tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from zonedao.governance.laws import most_followers
from zonedao.governance.standing import ProposalState
from zonedao.index.belonging import Belonging
from zonedao.index.reading import stored_integer
from zonedao.index.takes import elects, voted
from zonedao.index.tallies import followed

if TYPE_CHECKING:
    from zonedao.index.chain import IndexedChain
    from zonedao.index.reading import Source

_DELEGATED = """
SELECT delegator, to_delegate FROM registry_delegate_changed JOIN blocks ON number = block
WHERE time <= ? ORDER BY block, log
"""
_KEYS = """
SELECT key, "index" FROM registry_person_admitted
UNION SELECT key, "index" FROM registry_person_returned
UNION SELECT new_key, "index" FROM registry_key_rotated
"""


def followers_left(chain: IndexedChain, body: Source, identity: int, person: int) -> bool:
    """Whether somebody voted on a proposal as a representative, and the chain could count one more who followed them.

    Anybody is counted who followed at the snapshot, is an elector, and is counted neither by themself nor with another.
    """
    found, stored = chain.proposals(body).find(identity), stored_integer(identity)
    query = "SELECT 1 FROM body_representative_voted WHERE source = ? AND proposal_id = ? AND representative = ?"
    spoke = chain.database.execute(query, (body.id, stored, person)).fetchone()
    if found is None or found[1].state is not ProposalState.ACTIVE or spoke is None:
        return False
    # A place that was used stays used.
    query = "SELECT followers FROM body_followers_counted WHERE source = ? AND proposal_id = ? AND representative = ?"
    used = chain.database.execute(query, (body.id, stored, person))
    if sum(int(mask).bit_count() for (mask,) in used) >= most_followers(found[0].electorate):
        return False
    made_at, counted = found[0].created_at, followed(chain.database, (body.id, stored))
    followers = (
        Belonging(chain.database, each)
        for each, to in represented(chain, made_at - 1).items()
        if to == person and each not in counted
    )
    return any(elects(chain, body, each, identity) and not voted(body, each, identity, made_at) for each in followers)


def represented(chain: IndexedChain, moment: int) -> Mapping[int, int]:
    """Who is represented at a moment, and by whom."""
    persons: dict[str, int] = dict(chain.database.execute(_KEYS).fetchall())
    changes = chain.database.execute(_DELEGATED, (moment,))
    following = {persons[delegator]: persons[to] for delegator, to in changes}
    return {each: to for each, to in following.items() if to != each}
