"""Orders and goods, as the objects of a zone tell them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from zonedao.errors import NotFound
from zonedao.todo.goods import Shelf, Wanted

if TYPE_CHECKING:
    from zonedao.todo.reading.sight import ZoneSight
    from zonedao.trade.stores import Stores


class StockRead:
    """The stores of a zone."""

    def __init__(self, sight: ZoneSight) -> None:
        self._sight = sight
        try:
            self._stores: Stores | None = sight.zone.stores
        except NotFound:
            self._stores = None

    def is_keeper(self) -> bool:
        """Whether who looks keeps the stores now."""
        return self._stores is not None and self._stores.is_keeper(self._sight.address)

    def good_names(self) -> Mapping[int, str]:
        """Names of goods by number."""
        return self._stores.good_names() if self._stores is not None else {}

    def orders(self) -> Iterator[Wanted]:
        """Orders of which something is left."""
        for each in self._stores.orders() if self._stores is not None else ():
            yield Wanted(each.number, each.person, each.good, each.left, each.due_at)

    def stale(self) -> Iterator[Shelf]:
        """Goods of which none can be exported until somebody counts them."""
        for each in self._stores.goods() if self._stores is not None else ():
            if each.stale:
                yield Shelf(each.number, each.name, each.reported_at)
