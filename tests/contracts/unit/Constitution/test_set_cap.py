"""Constitution.setCap: what a class may spend of an asset in an epoch."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person, event, stand_at
from tests.support.chain import reverts
from tests.support.plans import COIN, CONSTITUTIONAL, ETHER, SPENDING
from tests.support.world import COIN_CAP, FOOD_CAP, TOKEN_CAP, World

MOST = 2**112 - 1


def test_from_the_beginning(world: World) -> None:
    assert tuple(world.zone.read("cap", SPENDING, COIN)) == (COIN_CAP, 0, 0)
    assert world.zone.read("cap", SPENDING, world.token.address).limit == TOKEN_CAP
    assert world.food.read("cap", SPENDING, COIN).limit == FOOD_CAP
    assert world.food.read("cap", SPENDING, world.token.address).limit == 0


@pytest.mark.parametrize("limit", [0, 1, MOST])
def test_by_constitutional_vote(world: World, limit: int) -> None:
    zone = world.zone
    proposal = zone.propose(zone.own("setCap", SPENDING, COIN, limit))
    assert proposal.read("proposalClasses") == 1 << CONSTITUTIONAL
    receipt = proposal.carry().wait_until_due().execute()
    assert event(receipt, "CapSet", zone.address) == {"class": SPENDING, "asset": COIN, "limit": limit}
    assert tuple(zone.read("cap", SPENDING, COIN)) == (limit, 0, 0)
    assert zone.read("cap", SPENDING, world.token.address).limit == TOKEN_CAP
    assert world.food.read("cap", SPENDING, COIN).limit == FOOD_CAP


def test_it_keeps_what_was_charged(world: World, alice: Person) -> None:
    zone = world.zone
    zone.enact(world.pay(alice.address, 3 * ETHER))
    zone.enact(zone.own("setCap", SPENDING, COIN, 4 * ETHER))
    assert tuple(zone.read("cap", SPENDING, COIN)) == (4 * ETHER, 3 * ETHER, 0)


@pytest.mark.parametrize("class_", [0, 2, 3, 4, 5, 6, 255])
def test_only_spending_has_caps(world: World, class_: int) -> None:
    with reverts("NoSuchClass", **{"class": class_}):
        world.zone.contract.call("setCap", class_, COIN, 1, sender=world.zone.address)


def test_only_by_its_own_vote(world: World, alice: Person) -> None:
    with reverts("GovernorOnlyExecutor", account=alice.address):
        world.zone.attempt("setCap", SPENDING, COIN, 1, by=alice)
    proposal = world.zone.propose(world.food.own("setCap", SPENDING, COIN, MOST)).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("GovernorOnlyExecutor", account=world.zone.address):
        world.zone.attempt("execute", *proposal.hashed)
