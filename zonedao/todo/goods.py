"""What waits in the stores for their keepers: orders to be delivered, orders to be ended, goods to be counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from zonedao.times import moment
from zonedao.todo.items import Sight, Todo


class Wanted(NamedTuple):
    """An order of `left` units of a good for a person until `due_at`, unix seconds."""

    number: int
    person: int
    good: int
    left: int
    due_at: int


class Shelf(NamedTuple):
    """A good whose count is too old for exports, or was never made (`reported_at` 0, unix seconds)."""

    good: int
    name: str
    reported_at: int


class Stock(Protocol):
    """What is read of the stores."""

    def is_keeper(self) -> bool:
        """Whether who looks keeps the stores now; false in a zone without stores."""

    def good_names(self) -> Mapping[int, str]:
        """Names of goods by number."""

    def orders(self) -> Iterable[Wanted]:
        """Orders of which something is left."""

    def stale(self) -> Iterable[Shelf]:
        """Goods of which none can be exported until somebody counts them."""


def waiting(sight: Sight, stock: Stock) -> Iterator[Todo]:
    """What waits for a keeper."""
    if not stock.is_keeper():
        return
    now, names = sight.now, stock.good_names()
    for order in stock.orders():
        what = f"{order.left} {names.get(order.good, f'of good {order.good}')}"
        if now > order.due_at:
            text = f"end order {order.number}, whose day has passed with {what} not delivered"
            yield Todo("lapse", sight.path, order.number, text, 0, False, about=order)
        else:
            until = moment(order.due_at, now)
            text = f"hand {what} to {sight.named(order.person)} (order {order.number}) by {until}"
            yield Todo("deliver", sight.path, order.number, text, order.due_at, True, about=order)
    for good in stock.stale():
        counted = f"counted {moment(good.reported_at, now)}, too long ago" if good.reported_at else "never counted"
        text = f"count {good.name}: it was {counted}, so that none can be exported"
        yield Todo("report", sight.path, good.good, text, 0, True, about=good)
