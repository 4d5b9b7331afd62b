"""Treasury.sweep: what a dissolved body has goes to the body above it, whoever asks for it and whenever it came."""

from __future__ import annotations

from tests.support.bodies import Person, call_of, carry_together, event, now, stand_at
from tests.support.chain import reverts
from tests.support.money import Vault
from tests.support.plans import COIN, DAY
from tests.support.world import PEOPLE, World

NOTICE = 14 * DAY


def test_ended_bodies_above_are_passed_over(world: World, vault: Vault, stranger: Person) -> None:
    """Below two of them a body hangs under the third. Money goes up step by step, or at once where that is above."""
    food, bakery, zone = world.food, world.bakery, world.zone
    oven = world.new_industry(bakery, "Oven", PEOPLE[:2]).body
    vault.deposit(bakery, 4)
    below, above = food.propose(call_of(bakery.contract, "dissolve")), zone.propose(call_of(food.contract, "dissolve"))
    carry_together(below, above)
    below.execute()
    above.execute()
    stand_at(world.chain, now(world.chain) + NOTICE)
    for body in (zone, food):
        with reverts("NotDissolved", body=body.address):
            vault.attempt("sweep", body.address, COIN)
    with reverts("NotOurBody", body=stranger.address):
        vault.attempt("sweep", stranger.address, COIN)
    food.send("finishDissolution")
    bakery.send("finishDissolution")
    vault.send("sweep", bakery.address, COIN)
    with reverts("NothingToSweep", body=bakery.address, asset=COIN):
        vault.attempt("sweep", bakery.address, COIN)
    assert vault.account(food).balance == 4
    vault.send("sweep", food.address, COIN)
    assert event(oven.send("rehang"), "BodyRehung") == {"from": bakery.address, "to": zone.address, "depth": 1}
    assert event(bakery.send("rehang"), "BodyRehung")["to"] == zone.address
    vault.deposit(bakery, 6)
    assert event(vault.send("sweep", bakery.address, COIN), "Swept")["heir"] == zone.address
