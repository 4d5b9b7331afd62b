"""What the stores of a zone would answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from zonedao.index.chain import NotTold

if TYPE_CHECKING:
    from zonedao.index.chain import Answer, Answers, IndexedChain
    from zonedao.index.reading import Source

_ORDER = """
SELECT person, good, due, quantity - coalesce(
    (SELECT sum(quantity) FROM stores_delivered WHERE source = :stores AND "order" = :order), 0
) - coalesce((SELECT sum(quantity) FROM stores_order_lapsed WHERE source = :stores AND "order" = :order), 0)
FROM stores_ordered WHERE source = :stores AND "order" = :order
"""


def _good_name(chain: IndexedChain, stores: Source, good: int) -> str:
    row = chain.database.execute(
        "SELECT name FROM stores_good_added WHERE source = ? AND good = ?", (stores.id, good)
    ).fetchone()
    if row is None:
        raise NotTold
    return row[0] if isinstance(row[0], str) else bytes(row[0]).decode(errors="replace")


def _count(table: str, column: str) -> Answer:
    def answer(chain: IndexedChain, stores: Source) -> int:
        query = f'SELECT coalesce(max("{column}"), 0) FROM {table} WHERE source = ?'
        return int(chain.database.execute(query, (stores.id,)).fetchone()[0])

    return answer


def _order(chain: IndexedChain, stores: Source, number: int) -> SimpleNamespace:
    row = chain.database.execute(_ORDER, {"stores": stores.id, "order": number}).fetchone()
    if row is None:
        raise NotTold
    return SimpleNamespace(person=row[0], good=row[1], due=row[2], left=row[3])


ANSWERS: Answers = {
    ("IStores", "goodCount"): _count("stores_good_added", "good"),
    ("IStores", "goodName"): _good_name,
    ("IStores", "orderCount"): _count("stores_ordered", "order"),
    ("IStores", "orderOf"): _order,
}
