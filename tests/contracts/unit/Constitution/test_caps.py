"""Caps at work: charged when a proposal is queued, per asset and epoch, never passed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.bodies import (
    DEPLOYER,
    FOR,
    Call,
    Person,
    Proposal,
    State,
    call_of,
    events,
    now,
    read,
    stand_at,
    transact,
)
from tests.support.chain import deploy, reverts
from tests.support.plans import COIN, EPOCH_SECONDS, ETHER, NOTHING, SPENDING
from tests.support.world import COIN_CAP, FOOD_CAP, TOKEN_CAP, World, deposit


def used(world: World, asset: str = COIN) -> int:
    return int(world.zone.read("cap", SPENDING, asset).used)


def passed(world: World, *calls: Call) -> Proposal:
    """A proposal that succeeded, at the first second in which it could be queued."""
    proposal = world.zone.propose(*calls).open()
    proposal.vote(FOR, *proposal.enough())
    stand_at(world.chain, proposal.read("proposalDeadline") + 1)
    return proposal


def too_much(proposal: Proposal, left: int, wanted: int, asset: str = COIN) -> None:
    with reverts("CapExceeded", asset=asset, left=left, wanted=wanted, **{"class": SPENDING}):
        proposal.body.attempt("queue", *proposal.hashed)
    assert proposal.state == State.SUCCEEDED


KINDS: dict[str, Callable[[World, int], Call]] = {
    "pay": lambda world, amount: world.pay(world.zone.members[0].address, amount),
    "allow": lambda world, amount: world.allow(world.food, amount),
    "escrow": lambda world, amount: call_of(
        world.treasury, "escrow", world.post.address, COIN, amount, NOTHING, NOTHING, NOTHING
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_exactly_the_cap_and_no_unit_more(world: World, kind: str) -> None:
    too_much(passed(world, KINDS[kind](world, COIN_CAP + 1)), COIN_CAP, COIN_CAP + 1)
    passed(world, KINDS[kind](world, COIN_CAP)).queue()
    assert used(world) == COIN_CAP
    too_much(passed(world, KINDS[kind](world, 1)), 0, 1)


def test_the_calls_of_a_proposal_add_up(world: World, alice: Person) -> None:
    half = world.pay(alice.address, COIN_CAP // 2)
    # Charged call by call; what fails in the end is not charged at all.
    too_much(passed(world, half, half, world.pay(alice.address, 1)), 0, 1)
    assert used(world) == 0
    passed(world, half, half).queue()
    assert used(world) == COIN_CAP


def test_kinds_of_calls_add_up(world: World, alice: Person) -> None:
    passed(world, world.pay(alice.address, 4 * ETHER), world.allow(world.food, 3 * ETHER, 2)).queue()
    assert used(world) == COIN_CAP


def test_proposals_add_up(world: World, alice: Person) -> None:
    passed(world, world.pay(alice.address, 6 * ETHER)).queue()
    too_much(passed(world, world.pay(alice.address, 5 * ETHER)), 4 * ETHER, 5 * ETHER)
    passed(world, world.pay(alice.address, 4 * ETHER)).queue()


def test_assets_do_not_add_up(world: World, alice: Person) -> None:
    token = world.token.address
    passed(world, world.pay(alice.address, COIN_CAP), world.pay(alice.address, TOKEN_CAP, token)).queue()
    assert (used(world), used(world, token)) == (COIN_CAP, TOKEN_CAP)
    too_much(passed(world, world.pay(alice.address, 1, token)), 0, 1, token)


def test_bodies_do_not_add_up(world: World, alice: Person) -> None:
    passed(world, world.pay(alice.address, COIN_CAP)).queue()
    world.food.propose(world.pay(alice.address, ETHER)).carry()
    assert tuple(world.food.read("cap", SPENDING, COIN)) == (FOOD_CAP, ETHER, 0)


def test_execution_charges_nothing_more(world: World, alice: Person) -> None:
    proposal = passed(world, world.pay(alice.address, COIN_CAP))
    proposal.queue()
    receipt = proposal.wait_until_due().execute()
    assert not events(receipt, "CapCharged")
    assert used(world) == COIN_CAP


# --- epochs ---


def test_a_new_epoch_begins_at_nothing(world: World, alice: Person) -> None:
    passed(world, world.pay(alice.address, COIN_CAP)).queue()
    epoch = world.next_epoch()
    proposal = passed(world, world.pay(alice.address, COIN_CAP - 1))
    proposal.queue()
    assert tuple(world.zone.read("cap", SPENDING, COIN)) == (COIN_CAP, COIN_CAP - 1, epoch)
    too_much(passed(world, world.pay(alice.address, 2)), 1, 2)


@pytest.mark.parametrize(("seconds", "fits"), [(-1, False), (0, True)])
def test_an_epoch_ends_to_the_second(world: World, alice: Person, seconds: int, fits: bool) -> None:
    start = read(world.treasury, "epochStart") + EPOCH_SECONDS
    stand_at(world.chain, start - 60 * 3600)
    passed(world, world.pay(alice.address, COIN_CAP)).queue()
    proposal = world.zone.propose(world.pay(alice.address, COIN_CAP)).open()
    proposal.vote(FOR, *proposal.enough())
    stand_at(world.chain, start + seconds)
    assert proposal.state == State.SUCCEEDED
    if fits:
        assert world.zone.attempt("queue", *proposal.hashed) == proposal.id
    else:
        too_much(proposal, 0, COIN_CAP)


def test_the_epoch_of_queueing_counts(world: World, alice: Person) -> None:
    """Queued before the end of an epoch and executed after it, a payment leaves the new epoch's cap alone."""
    start = read(world.treasury, "epochStart") + EPOCH_SECONDS
    stand_at(world.chain, start - 31 * 3600)
    old = passed(world, world.pay(alice.address, COIN_CAP))
    old.queue()
    assert now(world.chain) < start
    old.wait_until_due().execute()
    assert now(world.chain) > start
    assert tuple(world.zone.read("cap", SPENDING, COIN)) == (COIN_CAP, COIN_CAP, 0)
    passed(world, world.pay(alice.address, COIN_CAP)).queue()
    assert tuple(world.zone.read("cap", SPENDING, COIN)) == (COIN_CAP, COIN_CAP, 1)


def test_a_release_in_a_later_epoch_gives_nothing_back(world: World, alice: Person) -> None:
    old = passed(world, world.pay(alice.address, 7 * ETHER))
    old.queue()
    world.next_epoch()
    young = passed(world, world.pay(alice.address, 2 * ETHER))
    young.queue()
    old.release()
    assert used(world) == 2 * ETHER
    assert read(world.treasury, "account", world.zone.address, COIN).reserved == 2 * ETHER


def test_a_release_in_a_later_epoch_before_anything_was_charged_there(world: World, alice: Person) -> None:
    old = passed(world, world.pay(alice.address, 7 * ETHER))
    old.queue()
    epoch = world.next_epoch()
    old.release()
    passed(world, world.pay(alice.address, COIN_CAP)).queue()
    assert tuple(world.zone.read("cap", SPENDING, COIN)) == (COIN_CAP, COIN_CAP, epoch)


def test_a_release_in_the_same_epoch_makes_room(world: World, alice: Person) -> None:
    stand_at(world.chain, now(world.chain) + 1)
    old = passed(world, world.pay(alice.address, COIN_CAP))
    old.queue()
    old.let_expire()
    waiting = passed(world, world.pay(alice.address, COIN_CAP))
    too_much(waiting, 0, COIN_CAP)
    old.release()
    waiting.queue()
    assert used(world) == COIN_CAP


# --- a cap that changes under a proposal ---


def change_cap(world: World, limit: int) -> Proposal:
    return world.zone.propose(world.zone.own("setCap", SPENDING, COIN, limit)).carry().wait_until_due()


def test_removed_before_queueing(world: World, alice: Person) -> None:
    """Proposed as spending it stays spending, and there is no longer a cap to spend within."""
    change = change_cap(world, 0)
    proposal = world.zone.propose(world.pay(alice.address, 1))
    change.execute()
    proposal.open().vote(FOR, *world.zone.members[:3])
    stand_at(world.chain, proposal.read("proposalDeadline") + 1)
    too_much(proposal, 0, 1)


def test_lowered_below_what_is_used(world: World, alice: Person) -> None:
    passed(world, world.pay(alice.address, 5 * ETHER)).queue()
    world.zone.enact(world.zone.own("setCap", SPENDING, COIN, 3 * ETHER))
    too_much(passed(world, world.pay(alice.address, 1)), 0, 1)


def test_removed_after_queueing(world: World, alice: Person) -> None:
    """What is queued was charged in time and is paid."""
    change = change_cap(world, 0)
    stand_at(world.chain, change.read("proposalExpiry") - 30 * 3600)
    proposal = passed(world, world.pay(alice.address, 5 * ETHER))
    proposal.queue()
    change.execute()
    proposal.wait_until_due().execute()
    assert read(world.treasury, "due", alice.address, COIN) == 5 * ETHER


def test_added_before_queueing(world: World, alice: Person) -> None:
    """Proposed as constitutional it needs no cap, whatever is set meanwhile."""
    zone = world.zone
    token = deploy(world.chain, "TestToken")
    transact(token, "mint", DEPLOYER.address, 100)
    transact(token, "approve", world.treasury.address, 100)
    deposit(world.treasury, zone, token.address, 100)
    change = zone.propose(zone.own("setCap", SPENDING, token.address, 5)).carry().wait_until_due()
    proposal = zone.propose(world.pay(alice.address, 60, token.address))
    change.execute()
    assert zone.read("classOf", *world.pay(alice.address, 60, token.address)) == SPENDING
    receipt = proposal.carry().wait_until_due().execute()
    assert events(receipt, "Paid")
    assert zone.read("cap", SPENDING, token.address).used == 0


# --- allowances ---


@pytest.mark.parametrize(
    ("amount", "epochs", "fits"),
    [
        (COIN_CAP, 1, True),
        (COIN_CAP // 10, 10, True),
        (COIN_CAP // 10, 11, False),
        (COIN_CAP // 10 + 1, 10, False),
        (0, 100, True),
    ],
)
def test_an_allowance_counts_for_each_epoch(world: World, amount: int, epochs: int, fits: bool) -> None:
    proposal = passed(world, world.allow(world.food, amount, epochs))
    if fits:
        proposal.queue()
        assert used(world) == amount * epochs
    else:
        too_much(proposal, COIN_CAP, amount * epochs)


@pytest.mark.parametrize(
    ("amount", "epochs"),
    [(2**128, 1), (1, 2**32), (2**128, 2**128), (2**256 - 1, 2**256 - 1), (2**255, 2)],
)
def test_an_allowance_too_large_to_multiply_passes_no_cap(world: World, amount: int, epochs: int) -> None:
    too_much(passed(world, world.allow(world.food, amount, epochs)), COIN_CAP, 2**256 - 1)


def test_an_amount_too_large_to_add_passes_no_cap(world: World, alice: Person) -> None:
    passed(world, world.pay(alice.address, 1)).queue()
    proposal = passed(world, world.allow(world.food, 2**128 - 1, 2**32 - 1))
    too_much(proposal, COIN_CAP - 1, (2**128 - 1) * (2**32 - 1))
