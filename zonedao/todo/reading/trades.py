"""Trades, listings and proceeds, as the objects of a zone tell them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from zonedao.todo.trades import Offered, Proceeds
from zonedao.trade.standing import Listing, ListingState, Trade

if TYPE_CHECKING:
    from zonedao.todo.reading.sight import ZoneSight


class MarketRead:
    """The trade post that a zone lists, as far as its bodies sell or buy."""

    def __init__(self, sight: ZoneSight) -> None:
        self._sight = sight
        self._zone = sight.zone
        self._post = sight.zone.trade_post

    def trades(self) -> tuple[Trade, ...]:
        """Trades under way in which a body of the zone sells or buys."""
        return self._post.trades(only_open=True) if self._post is not None else ()

    def keeps_for(self, trade: Trade) -> tuple[str, ...]:
        """The bodies of the zone that take part in a trade and of which who looks is a keeper."""
        if self._post is None:
            return ()
        return self._post.keeps_for(trade, self._sight.address, among=self._zone.tree())

    def ended(self) -> Iterator[Offered]:
        """Listings of bodies of the zone that ended and still hold what is left."""
        for where, listing in self._listings:
            if listing.state is ListingState.OPEN and self._sight.now > listing.expires_at:
                yield Offered(where, listing)

    def proceeds(self) -> Iterator[Proceeds]:
        """What waits for bodies of the zone."""
        if self._post is None:
            return
        assets = {asset.address for asset in self._zone.treasury.assets()}
        assets |= {listing.asset.address for _, listing in self._listings}
        for body in self._zone.bodies():
            for asset in sorted(assets):
                due = self._post.due(body.address, asset)
                if due.amount:
                    yield Proceeds(body.address, body.path, due)

    @cached_property
    def _listings(self) -> list[tuple[str, Listing]]:
        """Open listings, each with the path of the body that sells."""
        if self._post is None:
            return []
        bodies = self._zone.bodies()
        return [(body.path, each) for body in bodies for each in self._post.listings(seller=body.address)]
