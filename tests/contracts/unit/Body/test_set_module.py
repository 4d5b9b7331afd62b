"""IBody.setModule and IModules.removeModule: which contracts are the stores and the trade post of a zone."""

from __future__ import annotations

import pytest

from tests.support.bodies import DEPLOYER, Person, event, stand_at
from tests.support.chain import deploy, reverts
from tests.support.plans import COIN, CONSTITUTIONAL, STORES, TRADE_POST, TREASURY
from tests.support.world import World
from zonedao.governance.calls import REMOVABLE_ROLES


def as_body(world: World, role: int, module: str) -> None:
    """As a call of an executed proposal would be, without being mined."""
    world.zone.contract.call("setModule", role, module, sender=world.zone.address)


@pytest.mark.parametrize("role", [STORES, TRADE_POST])
def test_by_constitutional_vote(world: World, role: int) -> None:
    zone = world.zone
    before = zone.read("module", role)
    other = deploy(world.chain, "ChainProbe", 1).address
    proposal = zone.propose(zone.own("setModule", role, other))
    assert proposal.read("proposalClasses") == 1 << CONSTITUTIONAL
    receipt = proposal.carry().wait_until_due().execute()
    assert event(receipt, "ModuleSet", zone.address) == {"role": role, "module": other}
    for body in (zone, world.food, world.bakery):
        assert body.read("module", role) == other
        assert (body.read("roleOf", other), body.read("roleOf", before)) == (role, 0)
        assert body.read("roleOf", world.treasury.address) == TREASURY


def test_the_treasury_stays(world: World) -> None:
    with reverts("NoSuchModule", role=TREASURY):
        as_body(world, TREASURY, deploy(world.chain, "ChainProbe", 1).address)


@pytest.mark.parametrize("role", [0, 1, 9, 255])
def test_there_is_no_such_role(world: World, role: int) -> None:
    with reverts("NoSuchModule", role=role):
        as_body(world, role, deploy(world.chain, "ChainProbe", 1).address)


@pytest.mark.parametrize("module", [COIN, DEPLOYER.address])
def test_a_module_is_a_contract(world: World, module: str) -> None:
    with reverts("ModuleWithoutCode", module=module):
        as_body(world, TRADE_POST, module)


@pytest.mark.parametrize("role", [STORES, TRADE_POST])
@pytest.mark.parametrize("what", ["treasury", "stores", "post", "registry", "factory", "zone"])
def test_no_contract_is_two_things(world: World, role: int, what: str) -> None:
    """Else the class of its calls would change with the name it goes by: `reserve` of a treasury listed as stores, or
    `admit` of a registry listed as trade post, would no longer be forbidden."""
    module = getattr(world, what).address
    with reverts("ModuleTaken", module=module):
        as_body(world, role, module)


def test_a_contract_may_come_back_once_it_is_free(world: World) -> None:
    zone = world.zone
    other = deploy(world.chain, "ChainProbe", 1).address
    zone.enact(zone.own("setModule", TRADE_POST, other), zone.own("setModule", TRADE_POST, world.post.address))
    assert zone.read("module", TRADE_POST) == world.post.address
    assert (zone.read("roleOf", world.post.address), zone.read("roleOf", other)) == (TRADE_POST, 0)


@pytest.mark.parametrize("role", [TREASURY, STORES, TRADE_POST])
def test_an_industry_has_no_modules_of_its_own(world: World, role: int) -> None:
    food = world.food
    other = deploy(world.chain, "ChainProbe", 1).address
    proposal = food.propose(food.own("setModule", role, other)).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("NoSuchModule", role=role):
        food.attempt("execute", *proposal.hashed)


def test_only_by_vote(world: World, alice: Person) -> None:
    for body in (world.zone, world.food):
        with reverts("GovernorOnlyExecutor", account=alice.address):
            body.attempt("setModule", STORES, world.post.address, by=alice)


# --- without a module ---


def test_a_zone_can_be_without_what_only_votes_and_admits(world: World) -> None:
    """By constitutional vote. The contract is nothing to the zone any longer, and may be listed as something else."""
    zone = world.zone
    modules = {role: deploy(world.chain, "ChainProbe", role).address for role in REMOVABLE_ROLES}
    listing = [zone.own("setModule", role, module) for role, module in modules.items()]
    zone.enact(*listing)
    proposal = zone.propose(*(zone.own("removeModule", role) for role in modules))
    assert proposal.read("proposalClasses") == 1 << CONSTITUTIONAL
    receipt = proposal.carry().wait_until_due().execute()
    told = [event.args for event in zone.contract.events(receipt, "ModuleSet")]
    assert told == [{"role": role, "module": COIN} for role in modules]
    for body in (zone, world.food):
        assert [body.read("module", role) for role in modules] == [COIN] * len(modules)
        assert {body.read("roleOf", module) for module in modules.values()} == {0}
        assert body.read("verifier")[0] == COIN
    zone.enact(zone.own("setModule", TRADE_POST, modules[REMOVABLE_ROLES[0]]))
    assert zone.read("roleOf", modules[REMOVABLE_ROLES[0]]) == TRADE_POST


@pytest.mark.parametrize("role", [0, 1, TREASURY, STORES, TRADE_POST, 5, 8, 9, 255])
def test_what_has_money_or_goods_is_only_replaced(world: World, role: int) -> None:
    """This world lists no verifier and no wishes: what is not there is not taken away either."""
    with reverts("NoSuchModule", role=role):
        world.zone.contract.call("removeModule", role, sender=world.zone.address)


def test_modules_are_removed_only_by_vote(world: World, alice: Person) -> None:
    with reverts("GovernorOnlyExecutor", account=alice.address):
        world.zone.attempt("removeModule", 5, by=alice)
