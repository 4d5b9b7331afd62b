"""Who belongs to a body, as an index tells it: no node is asked."""

from __future__ import annotations

from zonedao.index.reading import Index

_WORD = 256  # persons of a word

_JOINED = """
SELECT block, log, "index" AS person, NULL AS mask, 1 AS comes FROM body_member_admitted WHERE source = :body
UNION ALL SELECT block, log, "index", NULL, 1 FROM body_member_enrolled WHERE source = :body
UNION ALL SELECT block, log, word, mask, 1 FROM body_members_admitted WHERE source = :body
"""
# Who leaves the zone is a member of nothing from then on; bodies below apply it when they next look.
_LEFT = """
UNION ALL SELECT block, log, "index", NULL, 0 FROM body_member_left WHERE source = :body
UNION ALL SELECT block, log, "index", NULL, 0 FROM body_member_removed WHERE source = :body
UNION ALL SELECT block, log, "index", NULL, 0 FROM body_member_pruned WHERE source = :body
UNION ALL SELECT block, log, "index", NULL, 0 FROM body_membership_ended WHERE source = :body
UNION ALL SELECT block, log, "index", NULL, 0 FROM registry_person_left
"""
_KEYS = """
SELECT "index", key FROM (
    SELECT block, log, "index", key FROM registry_person_admitted
    UNION ALL SELECT block, log, "index", key FROM registry_person_returned
    UNION ALL SELECT block, log, "index", new_key FROM registry_key_rotated
) ORDER BY block, log
"""


def members(index: Index, address: str) -> list[int]:
    """The numbers of the members of the body at an address (small letters), in their order."""
    body = next(source.id for source in index.sources() if source.address == address)
    found: set[int] = set()
    rows = index.database.execute(
        f"SELECT person, mask, comes FROM ({_JOINED}{_LEFT}) ORDER BY block, log", {"body": body}
    )
    for person, mask, comes in rows:
        if mask is not None:
            bits = int(mask)
            found.update(person * _WORD + bit for bit in range(_WORD) if bits >> bit & 1)
        elif comes:
            found.add(person)
        else:
            found.discard(person)
    return sorted(found)


def keys(index: Index) -> dict[int, str]:
    """Everybody's key now, an address in small letters, by number."""
    return dict(index.database.execute(_KEYS).fetchall())
