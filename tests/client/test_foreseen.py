"""What a transaction of one's own would change, told beforehand, and true when it is mined."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client.acting import Actors, happens, reach
from tests.support.bodies import DEPLOYER, transact
from tests.support.market import COIN_PRICE, RIVERSIDE, Market
from tests.support.plans import DAY, ETHER
from tests.support.world import PEOPLE, World
from zonedao.errors import NodeRefused
from zonedao.explain.foreseen import foreseen

ROSA, TARA = RIVERSIDE[0], RIVERSIDE[2]
ALICE, BOB, GRACE = PEOPLE[0], PEOPLE[1], PEOPLE[6]


def test_money(actors: Actors, world: World) -> None:
    zone, token = actors.zone(), world.token.address
    assert happens(zone.treasury.deposit(ETHER)) == ["account of elmcourt: 100 ETH → 101 ETH (+1 ETH)"]
    # The approval comes first, and belongs to it.
    transact(world.token, "mint", DEPLOYER.address, 500)
    deposit = actors.zone(DEPLOYER).treasury.deposit(300, token, "food")
    assert deposit.first
    assert happens(deposit) == ["account of elmcourt/food: 0 TEST → 0.0000000000000003 TEST (+0.0000000000000003 TEST)"]
    actors.decide(zone.propose_pay("grace", ETHER, title="Wages"))
    actors.decide(zone.propose_pay("bakery", 2 * ETHER, title="To the bakery"))
    assert happens(zone.treasury.withdraw(GRACE.address)) == ["the wallet of grace: +1 ETH"]
    collect = zone.treasury.withdraw(zone.body("bakery").address)
    assert happens(collect) == ["account of elmcourt/food/bakery: 0 ETH → 2 ETH (+2 ETH)"]
    actors.decide(zone.propose_pay("alice", ETHER, title="Wages"))
    assert foreseen(zone.treasury.withdraw()) is not None
    assert [str(each) for each in foreseen(zone.treasury.withdraw()) or ()] == ["your wallet: +1 ETH"]


def test_goods(market: Market, actors: Actors) -> None:
    actors.book.add_people({person.address: person.name for person in RIVERSIDE}, "riverside")
    riverside = Actors(market.chain, market.seller.address, actors.book, RIVERSIDE)
    stores, due = riverside.zone(TARA).stores, market.chain.now() + 3 * DAY
    keeper = riverside.zone(ROSA).stores
    assert happens(stores.order("flour", 12, due)) == [
        "flour kg that you may still order in this epoch: 50 → 38 (−12)",
        "flour kg that others may be offered: 400 → 388 (−12)",
    ]
    assert happens(keeper.deliver(1, 5)) == [
        "still to be handed over of order 1: 12 → 7 (−5)",
        "flour kg in the stores of Riverside: 970 → 965 (−5)",
    ]
    assert happens(keeper.report("flour", 900)) == [
        "flour kg in the stores of Riverside: 965 → 900 (−65)",
        "flour kg that others may be offered: 388 → 323 (−65)",
    ]
    reach(market.chain, due + 1)
    market.chain.mine()
    assert happens(stores.lapse(1)) == [
        "still to be handed over of order 1: 7 → 0 (−7)",
        "flour kg that others may be offered: 323 → 330 (+7)",
    ]


def test_trades(market: Market, actors: Actors) -> None:
    actors.book.add_people({person.address: person.name for person in RIVERSIDE}, "riverside")
    riverside = Actors(market.chain, market.seller.address, actors.book, RIVERSIDE)
    rosa, alice = riverside.zone(ROSA).require_trade_post(), actors.zone(ALICE).require_trade_post()
    number, price = market.agreed, 20 * COIN_PRICE
    assert happens(rosa.ship(number, "waybill")) == [
        f"trade {number}: agreed → shipped",
        "flour kg in the stores of Riverside: 970 → 950 (−20)",
    ]
    assert happens(rosa.attest(number, 20)) == []
    assert happens(alice.attest(number, 20, "waybill")) == [f"trade {number}: shipped → delivered"]
    settled = happens(alice.settle(number))
    assert settled[0] == f"trade {number}: delivered → settled"
    assert settled[1].endswith("in the trade post: 0 ETH → 0.02 ETH (+0.02 ETH)")
    assert alice.due(market.seller.address).amount == price
    assert happens(rosa.withdraw()) == ["account of riverside: 0 ETH → 0.02 ETH (+0.02 ETH)"]
    reach(market.chain, alice.listing(market.coin_listing).expires_at + 1)
    market.chain.mine()
    left = alice.listing(market.coin_listing).left
    expired = happens(rosa.expire(market.coin_listing))
    assert expired[0] == f"left to buy of listing {market.coin_listing}: {left} → 0 (−{left})"


def test_members_and_what_says_all_itself(actors: Actors, world: World) -> None:
    zone = actors.zone(BOB)
    assert happens(zone.body("food").leave()) == ["members of elmcourt/food: 6 → 5 (−1)"]
    # Of a proposal its outlook tells, of a vote its sentence.
    proposal = actors.zone().propose_pay("bob", 1, title="Small").transact().value
    reach(world.chain, proposal.opens_at + 1)
    world.chain.mine()
    assert happens(zone.proposal(proposal.number).vote("for")) == []


def test_where_nothing_can_be_said(actors: Actors, monkeypatch: pytest.MonkeyPatch) -> None:
    zone = actors.zone()
    gift = zone.treasury.deposit(ETHER)
    assert foreseen(gift) is not None
    # What would be refused changes nothing, and is said to be refused where it is simulated.
    assert foreseen(zone.treasury.deposit(10**27)) is None
    assert foreseen(zone.treasury.withdraw()) is None
    assert foreseen(actors.reader().treasury.deposit(1)) is None
    ask = zone.connection.transport.request

    def refuse(method: str, *params: Any) -> Any:
        if method == "eth_call" and len(params) > 2:
            raise NodeRefused(method, -32602, "too many arguments, want at most 2")
        return ask(method, *params)

    monkeypatch.setattr(zone.connection.transport, "request", refuse)
    said = gift.explain()
    assert (said.changes, len(said.lines)) == (None, 1)
