"""A zone with bodies on four levels, for what happens to bodies: ends, moves, and what is open meanwhile.

    Elmcourt (1 to 12) ─┬─ Food (1 to 6) ─── Bakery (1 to 4) ─── Oven (1 to 3)
                        └─ Works (3 to 9)

Everybody below draws from the zone, through whatever is between; Food and Bakery have something of their own, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.bodies import Body, Person, read
from tests.support.chain import deploy
from tests.support.plans import (
    COIN,
    DAY,
    ETHER,
    INDUSTRY,
    LAWS,
    MEMBERSHIP,
    NOTHING,
    SPENDING,
    Genesis,
    Law,
    body_plan,
    genesis,
    own,
    plan_hash,
    zone_plan,
)
from tests.support.world import (
    COIN_CAP,
    COIN_FUNDS,
    FOOD_CAP,
    PEOPLE,
    Industry,
    World,
    create_zone,
    deploy_factory,
    deposit,
)
from zonedao.chain.connection import Connection

EPOCHS = 12  # of every allowance


@dataclass(frozen=True)
class Planned:
    """A body that will be: what it may draw from the zone in an epoch, and what it gets at once."""

    name: str
    people: Sequence[Person]
    limit: int = 0  # wei
    funds: int = 0  # wei
    below: tuple[Planned, ...] = ()

    @property
    def cap(self) -> int:
        return FOOD_CAP if self.limit else COIN_CAP


OVEN = Planned("Oven", PEOPLE[:3], ETHER // 2)
BAKERY = Planned("Bakery", PEOPLE[:4], ETHER, ETHER // 4, (OVEN,))
FOOD = Planned("Food", PEOPLE[:6], 2 * ETHER, ETHER // 2, (BAKERY,))
WORKS = Planned("Works", PEOPLE[2:9], 2 * ETHER)
ELMCOURT = Planned("Elmcourt", PEOPLE, 0, COIN_FUNDS, (FOOD, WORKS))

# In industries what was proposed before a notice is open when that ends: a payment queued, an admission in its vote,
# and what is about industries, where there are none, before its vote.
UNHURRIED = list(LAWS)
UNHURRIED[SPENDING] = LAWS[SPENDING]._replace(voting_period=13 * DAY)
UNHURRIED[MEMBERSHIP] = LAWS[MEMBERSHIP]._replace(voting_period=29 * DAY)
SLOW = [*UNHURRIED]
SLOW[INDUSTRY] = LAWS[INDUSTRY]._replace(voting_delay=20 * DAY)


class Grove(World):
    """The world with two more bodies."""

    works: Body
    oven: Body

    @property
    def grown(self) -> tuple[tuple[Planned, Body], ...]:
        """Every body, from the zone down."""
        bodies = (self.zone, self.food, self.bakery, self.oven, self.works)
        return tuple(zip((ELMCOURT, FOOD, BAKERY, OVEN, WORKS), bodies, strict=True))


def laws_of(planned: Planned) -> Sequence[Law]:
    """Of the classes, as it is born with them."""
    return LAWS if planned is ELMCOURT else SLOW if not planned.below else UNHURRIED


def plant(connection: Connection) -> Grove:
    """Everything at once, by the genesis of the zone."""
    factory = deploy_factory(connection)
    post, token = deploy(connection, "TradePost"), deploy(connection, "TestToken")
    body, begun = _plan(ELMCOURT, 0)
    elmcourt = create_zone(factory, zone_plan(body, post.address), begun)

    def grown(planned: Planned, above: Body, levels: int) -> Industry:
        plan, _ = _plan(planned, levels)
        address = read(factory, "industryAddress", above.address, plan_hash(plan))
        return Industry(Body(connection, address, planned.people), plan)

    food = grown(FOOD, elmcourt.body, 1)
    bakery = grown(BAKERY, food.body, 2)
    grove = Grove(connection, factory, post, token, elmcourt, food, bakery)
    grove.works = grown(WORKS, elmcourt.body, 1).body
    grove.oven = grown(OVEN, bakery.body, 3).body
    for planned, body_ in grove.grown:
        if planned.funds:
            deposit(grove.treasury, body_, COIN, planned.funds)
    return grove


def _plan(planned: Planned, levels: int) -> tuple[tuple[Any, ...], Genesis]:
    """The plan of a body so many levels below the zone, and its genesis, which founds what is below it."""
    calls = [own("admit", [person.address for person in planned.people])]
    for child in planned.below:
        plan, begun = _plan(child, levels + 1)
        calls.append(own("found", plan, list(begun.steps)))
        calls.append(own("allowAtGenesis", plan_hash(plan), COIN, child.limit, EPOCHS, levels, NOTHING))
    begun = genesis(calls)
    return body_plan(planned.name, begun.commitment, laws=laws_of(planned), caps=[(SPENDING, COIN, planned.cap)]), begun
