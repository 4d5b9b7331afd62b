"""The treasury is born with its zone, its factory and its epochs, and keeps them."""

from __future__ import annotations

from tests.support.chain import deploy, reverts
from tests.support.money import Vault
from tests.support.plans import EPOCH_SECONDS, body_plan, zone_plan
from tests.support.world import World
from zonedao.chain.embedded import GENESIS_TIMESTAMP


def test_what_it_is_born_with(world: World, vault: Vault) -> None:
    assert vault.read("root") == world.zone.address
    assert vault.read("factory") == world.factory.address
    assert vault.read("epochStart") == GENESIS_TIMESTAMP
    assert vault.read("epochSeconds") == EPOCH_SECONDS
    assert world.zone.read("treasury") == vault.address
    assert world.bakery.read("treasury") == vault.address


def test_a_new_treasury_is_empty(world: World) -> None:
    zone = world.new_zone("Empty")
    fresh = Vault(zone.treasury)
    assert fresh.entries == 0
    assert fresh.holdings() == 0
    assert fresh.account(zone.body) == (0, 0)
    assert fresh.allowance(zone.body) == (0, 0, 0, 0, "0x" + "00" * 20, 0)
    assert fresh.due(zone.body) == 0


def test_an_epoch_lasts(world: World) -> None:
    with reverts("ZeroEpoch"):
        deploy(world.chain, "Treasury", world.zone.address, world.factory.address, 0, 0)
    assert deploy(world.chain, "Treasury", world.zone.address, world.factory.address, 0, 1).call("epochSeconds") == 1


def test_no_zone_is_born_with_epochs_of_nothing(world: World) -> None:
    plan = zone_plan(body_plan("Timeless"), epoch_seconds=0)
    with reverts("ZeroEpoch"):
        world.factory.call("createZone", plan, [])
