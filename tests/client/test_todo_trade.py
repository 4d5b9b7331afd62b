"""What waits for keepers, and what time brings: apart from test_todo.py, whose proposals are numbered from 1."""

from __future__ import annotations

from tests.client.acting import Actors, reach
from tests.client.test_todo import kinds, todo
from tests.support.market import RIVERSIDE, Market
from tests.support.plans import DAY
from tests.support.world import PEOPLE

ROSA, SVEN, TARA = RIVERSIDE[:3]


def test_keepers(market: Market, actors: Actors) -> None:
    actors.book.add_people({person.address: person.name for person in RIVERSIDE}, "riverside")
    riverside = Actors(market.chain, market.seller.address, actors.book, RIVERSIDE)
    due = market.chain.now() + DAY
    order = riverside.zone(TARA).stores.order("flour", 4, due).transact().value
    assert kinds(riverside, TARA) == []
    found = todo(riverside, ROSA)
    assert [(each.kind, each.number) for each in found] == [
        ("deliver", order),
        ("ship", market.agreed),
        ("attest", market.shipped),
    ]
    assert found[0].text.startswith(f"hand 4 flour kg to tara (order {order}) by ")
    assert "otherwise anyone may settle: the buyer is refunded" in found[1].text
    assert kinds(actors, PEOPLE[0]) == [("attest", "elmcourt", market.shipped)]
    riverside.zone(ROSA).require_trade_post().attest(market.shipped, 30).transact()
    assert ("attest", "riverside", market.shipped) not in kinds(riverside, SVEN)
    reach(market.chain, due + 1)
    assert ("lapse", "riverside", order) in kinds(riverside, SVEN)


def test_what_time_brings(market: Market, actors: Actors) -> None:
    riverside = Actors(market.chain, market.seller.address, actors.book, RIVERSIDE)
    post = actors.zone().require_trade_post()
    reach(market.chain, post.trade(market.shipped).deadline + 1)
    assert {("settle", "elmcourt", market.agreed), ("settle", "elmcourt", market.shipped)} <= set(
        kinds(actors, PEOPLE[9])
    )
    for each in todo(riverside, TARA):
        assert not each.yours
        assert each.action is not None
        each.action.transact()
    assert ("collect", "elmcourt", 0) in kinds(actors, PEOPLE[9])
    assert kinds(riverside, TARA) == [("collect", "riverside", 0)]
    assert {each.kind for each in todo(riverside, ROSA) if each.yours} == {"report"}
    for each in todo(actors, PEOPLE[9]):
        assert each.action is not None
        each.action.transact()
    assert kinds(actors, PEOPLE[9]) == []
