"""The bodies of a zone as an index tells them."""

from __future__ import annotations

from collections.abc import Mapping

from zonedao.governance.branches import Birth, Branch, grow
from zonedao.index.reading import Index
from zonedao.text import printable, slug

_BIRTHS = """
SELECT born.industry, born.parent, born.block, begun.name
FROM factory_industry_created AS born
JOIN sources ON sources.address = born.industry AND sources.kind = 'body'
JOIN body_body_initialized AS begun ON begun.source = sources.id
ORDER BY born.block, born.log
"""
_MOVES = """
SELECT sources.address, moved."to" FROM (
    SELECT block, log, source, "to" FROM body_body_rehung UNION ALL SELECT block, log, source, "to" FROM body_body_moved
) AS moved JOIN sources ON sources.id = moved.source ORDER BY moved.block, moved.log
"""


def tree(index: Index, called: str = "") -> Mapping[str, Branch]:
    """Every body by address in small letters, the zone first; paths begin with what it is `called`, or its own name."""
    root = index.sources()[0]
    own = index.database.execute("SELECT name FROM body_body_initialized WHERE source = ?", (root.id,)).fetchone()
    name = _text(own[0]) if own is not None else ""
    top = Branch(root.address, name, called or slug(name), 0, None, root.since)
    births = [
        Birth(address, parent, block, _text(name)) for address, parent, block, name in index.database.execute(_BIRTHS)
    ]
    return grow(top, births, dict(index.database.execute(_MOVES).fetchall()))


def _text(stored: str | bytes) -> str:
    """A text of the chain, which may be no UTF-8."""
    return printable(stored if isinstance(stored, str) else stored.decode(errors="replace"))
