"""What waits at the trade post: goods to be shipped and attested, trades to be settled, listings and money."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from zonedao.times import moment
from zonedao.todo.items import Kind, Sight, Todo
from zonedao.trade.standing import Listing, Trade, next_step
from zonedao.treasury.assets import Money


class Proceeds(NamedTuple):
    """Money that waits at the trade post for a body."""

    body: str
    where: str
    money: Money


class Offered(NamedTuple):
    """A listing of a body whose day has passed."""

    where: str
    listing: Listing


class Market(Protocol):
    """What is read of the trade post; nothing in a zone that does not trade."""

    def trades(self) -> Iterable[Trade]:
        """Trades under way in which a body of the zone sells or buys."""

    def keeps_for(self, trade: Trade) -> Iterable[str]:
        """The bodies of the zone that take part in a trade and of which who looks is a keeper."""

    def ended(self) -> Iterable[Offered]:
        """Listings of bodies of the zone that ended and still hold what is left."""

    def proceeds(self) -> Iterable[Proceeds]:
        """What waits for bodies of the zone."""


_OF_KEEPERS: Mapping[str, tuple[Kind, str]] = {"ship": ("ship", "ship"), "attest": ("attest", "attest what arrived of")}


def waiting(sight: Sight, market: Market) -> Iterator[Todo]:
    """What waits for keepers, and what anyone may do."""
    now = sight.now
    for trade in market.trades():
        step = next_step(trade, now)
        name = f"trade {trade.number} ({trade.price})"
        if step.verb == "settle":
            text = f"settle {name}: {step.otherwise}"
            yield Todo("settle", sight.path, trade.number, text, 0, False, about=trade)
        elif step.verb in _OF_KEEPERS and set(market.keeps_for(trade)) & set(step.sides):
            kind, what = _OF_KEEPERS[step.verb]
            text = f"{what} {name} by {moment(step.by, now)}; otherwise {step.otherwise}"
            yield Todo(kind, sight.path, trade.number, text, step.by, True, about=trade)
    for each in market.ended():
        listing = each.listing
        text = f"end listing {listing.number}, whose day has passed with {listing.left} units left"
        yield Todo("expire", each.where, listing.number, text, 0, False, about=each)
    for due in market.proceeds():
        text = f"collect {due.money} that wait for {due.where} at the trade post"
        yield Todo("collect", due.where, 0, text, 0, False, due.money.asset.argument, about=due)
