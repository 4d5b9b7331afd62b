"""Whose matter an event is, also where many zones have one contract."""

from __future__ import annotations

from dataclasses import replace

from tests.client.acting import Actors
from tests.support.market import RIVERSIDE, Market
from zonedao.chain.events import Event
from zonedao.explain.concerning import Concerned
from zonedao.governance.zone import Zone


def own(zone: Zone, events: tuple[Event, ...]) -> list[str]:
    """Names of the events that are a matter of the zone, all of them of the zone itself."""
    concerned = Concerned(zone)
    found = [(event.name, concerned.by(event)) for event in events]
    assert {branch.address for _, branch in found if branch is not None} <= {zone.address}
    return [name for name, branch in found if branch is not None]


def test_the_trade_post_of_two_zones(actors: Actors, market: Market) -> None:
    elmcourt = actors.zone()
    riverside = Actors(market.chain, market.seller.address, actors.book, RIVERSIDE).zone()
    told = elmcourt.require_trade_post().contract.logs()
    everything = [event.name for event in told]
    assert own(riverside, told) == [name for name in everything if name != "Funded"]
    # What others offer is none of the buyer's business, what it bought is.
    assert own(elmcourt, told) == [name for name in everything if name != "ListingOpened"]
    nowhere = replace(told[-1], args={**told[-1].args, "trade": 99})
    assert told[-1].name == "Shipped"
    assert own(elmcourt, (nowhere,)) == []


def test_the_factory_and_the_stores(actors: Actors, market: Market) -> None:
    elmcourt = actors.zone()
    riverside = Actors(market.chain, market.seller.address, actors.book, RIVERSIDE).zone()
    born = elmcourt.factory.logs("ZoneCreated")
    # The chain may hold further zones, which other tests founded.
    assert {each.args["zone"] for each in born} >= {elmcourt.address, riverside.address}
    assert (len(own(elmcourt, born)), len(own(riverside, born))) == (1, 1)
    counted = riverside.stores.contract.logs("StockReported")
    assert (len(own(riverside, counted)), own(elmcourt, counted)) == (len(counted), [])
