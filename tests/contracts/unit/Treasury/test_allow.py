"""Treasury.allow: a body lets a child draw up to a limit in each of some epochs."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person, carry_together, event, events
from tests.support.chain import reverts
from tests.support.money import EVIDENCE, LINE, Caller, Vault, mill, new_token, where
from tests.support.plans import COIN, ETHER, NOTHING, body_plan, genesis, own, plan_hash
from tests.support.world import PEOPLE, World
from zonedao.chain.contract import BoundContract

MOST = 2**96 - 1


@pytest.fixture
def uncapped(world: World) -> BoundContract:
    """An asset that no body has a cap for: it needs a constitutional vote, and no cap stands before the treasury."""
    return new_token(world)


def test_what_it_sets(world: World, vault: Vault) -> None:
    epoch = world.next_epoch()
    before, entry = vault.account(world.zone), vault.entries
    receipt = world.zone.enact(vault.allow(world.food, ETHER, 3, world.zone))
    assert event(receipt, "Allowed") == {
        "body": world.zone.address,
        "entry": entry + 1,
        "proposal": 1,
        "asset": COIN,
        "child": world.food.address,
        "limit": ETHER,
        "untilEpoch": epoch + 2,
        "source": world.zone.address,
        "line": LINE,
        "evidence": EVIDENCE,
    }
    assert vault.allowance(world.food) == (ETHER, 0, 0, epoch + 2, world.zone.address, 0)
    assert vault.account(world.zone) == before
    assert vault.entries == entry + 1


def test_one_epoch_is_the_present_one(world: World, vault: Vault) -> None:
    epoch = world.next_epoch()
    world.zone.enact(vault.allow(world.food, 1, 1, world.zone))
    assert vault.allowance(world.food).until_epoch == epoch


def test_in_the_genesis_it_has_no_proposal(world: World) -> None:
    smithy = body_plan("Smithy")
    zone = world.new_zone(
        "Mill", calls=[own("found", smithy, []), own("allowAtGenesis", plan_hash(smithy), COIN, 7, 2, 0, LINE)]
    )
    (allowed,) = Vault(zone.treasury).contract.logs("Allowed")
    child = world.factory.call("industryAddress", zone.body.address, plan_hash(smithy))
    assert allowed.args == {
        "body": zone.body.address,
        "entry": 1,
        "proposal": 0,
        "asset": COIN,
        "child": child,
        "limit": 7,
        "untilEpoch": 1,
        "source": zone.body.address,
        "line": LINE,
        "evidence": NOTHING,
    }


def test_each_asset_has_its_own(world: World, vault: Vault) -> None:
    before = vault.allowance(world.food)
    world.zone.enact(vault.allow(world.food, 40, 3, world.zone, world.token))
    assert vault.allowance(world.food) == before
    assert vault.allowance(world.food, world.token).limit == 40


def test_the_source_is_the_body_or_one_above(world: World, vault: Vault) -> None:
    for source in (world.food, world.zone):
        world.food.enact(vault.allow(world.bakery, 5, 1, source))
        assert vault.allowance(world.bakery).source == source.address


def test_no_other_source(world: World, vault: Vault, alice: Person, uncapped: BoundContract) -> None:
    sister = world.new_industry(world.zone, "Clinic", PEOPLE[:6]).body
    other, _ = mill(world)
    for source in (world.bakery, sister, other, alice, COIN):
        with reverts("NotAncestor", body=world.food.address, source=where(source)):
            world.food.enact(vault.allow(world.bakery, 5, 1, source, uncapped))
    with reverts("NotAncestor", body=world.zone.address, source=world.food.address):
        world.zone.enact(vault.allow(world.food, 5, 1, world.food, uncapped))


def test_only_for_a_child(world: World, vault: Vault, alice: Person) -> None:
    other, _ = mill(world)
    for child in (world.bakery, world.zone, other, alice, world.factory):
        with reverts("NotChild", body=world.zone.address, child=where(child)):
            world.zone.enact(vault.allow(child, 5, 1, world.zone))
    with reverts("NotChild", body=world.food.address, child=world.zone.address):
        world.food.enact(vault.allow(world.zone, 5, 1, world.zone))


def test_no_epochs(world: World, vault: Vault) -> None:
    with reverts("NoEpochs"):
        world.zone.enact(vault.allow(world.food, 5, 0, world.zone))


def test_the_most_epochs(world: World, vault: Vault, uncapped: BoundContract) -> None:
    with reverts("AmountTooLarge", amount=2**16, most=2**16 - 1):
        world.zone.enact(vault.allow(world.food, 5, 2**16, world.zone, uncapped))
    world.zone.enact(vault.allow(world.food, 5, 2**16 - 1, world.zone, uncapped))
    assert vault.allowance(world.food, uncapped).until_epoch == vault.epoch() + 2**16 - 2


def test_the_most_an_allowance_can_be(world: World, vault: Vault, uncapped: BoundContract) -> None:
    with reverts("AmountTooLarge", amount=MOST + 1, most=MOST):
        world.zone.enact(vault.allow(world.food, MOST + 1, 1, world.zone, uncapped))
    world.zone.enact(vault.allow(world.food, MOST, 1, world.zone, uncapped))
    assert vault.allowance(world.food, uncapped).limit == MOST


# --- changing one ---


def test_raising_it_counts_at_once(world: World, vault: Vault, alice: Person) -> None:
    world.food.enact(vault.pay(alice, 2 * ETHER))
    world.zone.enact(vault.allow(world.food, 3 * ETHER, 2, world.zone))
    food = vault.allowance(world.food)
    assert (food.limit, food.used) == (3 * ETHER, 2 * ETHER)
    with reverts("AllowanceExceeded", left=ETHER, wanted=ETHER + 1):
        world.food.enact(vault.pay(alice, ETHER + 1))
    world.food.enact(vault.pay(alice, ETHER))


def test_shrinking_it_below_what_is_used(world: World, vault: Vault, alice: Person) -> None:
    """Nothing more in this epoch; in the next one the new limit."""
    world.food.enact(vault.pay(alice, 2 * ETHER))
    world.zone.enact(vault.allow(world.food, ETHER, 5, world.zone))
    assert vault.allowance(world.food).used == 2 * ETHER
    with reverts("AllowanceExceeded", body=world.food.address, left=0, wanted=1):
        world.food.enact(vault.pay(alice, 1))
    world.next_epoch()
    with reverts("AllowanceExceeded", left=ETHER, wanted=ETHER + 1):
        world.food.enact(vault.pay(alice, ETHER + 1))
    world.food.enact(vault.pay(alice, ETHER))


def test_zero_ends_it(world: World, vault: Vault, alice: Person) -> None:
    world.zone.enact(vault.allow(world.food, 0, 1, world.zone))
    with reverts("AllowanceExceeded", body=world.food.address, left=0, wanted=1):
        world.food.enact(vault.pay(alice, 1))
    with reverts("AllowanceExceeded", body=world.food.address, left=0, wanted=1):
        world.bakery.enact(vault.pay(alice, 1))


@pytest.mark.parametrize("end", ["paid", "released"])
def test_the_source_stays_while_money_waits(world: World, vault: Vault, alice: Person, end: str) -> None:
    waiting = world.bakery.propose(vault.pay(alice, 9))
    change = world.food.propose(vault.allow(world.bakery, 5, 1, world.food))
    same = world.food.propose(vault.allow(world.bakery, 6, 1, world.zone))
    carry_together(waiting, change, same)
    same.wait_until_due().execute()
    assert vault.allowance(world.bakery).limit == 6
    with reverts("AllowanceInUse", child=world.bakery.address, asset=COIN, outstanding=9):
        change.execute()
    if end == "paid":
        waiting.execute()
    else:
        waiting.let_expire().release()
        change = world.food.propose(vault.allow(world.bakery, 5, 1, world.food)).carry().wait_until_due()
    change.execute()
    assert vault.allowance(world.bakery)[4:] == (world.food.address, 0)


def test_a_change_of_source_keeps_what_is_used(world: World, vault: Vault, alice: Person) -> None:
    world.bakery.enact(vault.pay(alice, ETHER))
    world.food.enact(vault.allow(world.bakery, ETHER, 1, world.food))
    vault.deposit(world.food, 5 * ETHER)
    with reverts("AllowanceExceeded", body=world.bakery.address, left=0, wanted=1):
        world.bakery.enact(vault.pay(alice, 1))


def test_one_proposal_sets_several_in_order(world: World, vault: Vault) -> None:
    receipt = world.zone.enact(
        vault.allow(world.food, 5, 1, world.zone),
        vault.allow(world.food, 6, 2, world.zone),
        vault.allow(world.food, 7, 1, world.zone, world.token),
    )
    assert [e.args["limit"] for e in events(receipt, "Allowed")] == [5, 6, 7]
    assert vault.allowance(world.food).limit == 6


# --- who may ---


def test_only_bodies_of_this_zone(world: World, vault: Vault, alice: Person, stranger: Person) -> None:
    other, _ = mill(world)
    args = (COIN, world.food.address, 5, 1, world.zone.address, NOTHING, NOTHING)
    for caller in (alice, stranger, other, world.factory, Caller(vault.address)):
        with reverts("NotOurBody", body=caller.address):
            vault.attempt("allow", *args, by=caller)


def test_another_zone_allows_nothing_here(world: World, vault: Vault) -> None:
    other, _ = mill(world, ETHER)
    proposal = other.propose(vault.allow(world.food, 5, 1, world.zone)).carry().wait_until_due()
    with reverts("NotOurBody", body=other.address):
        proposal.execute()


def test_a_genesis_is_needed_for_an_allowance_at_genesis(world: World) -> None:
    begun = genesis([own("admit", [])])
    plan = body_plan("Late", begun.commitment)
    args = (plan_hash(plan), COIN, 5, 1, 0, NOTHING)
    with reverts("OnlyGenesis"):
        world.zone.attempt("allowAtGenesis", *args, by=world.zone)
