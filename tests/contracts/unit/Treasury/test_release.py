"""Treasury.release: what an expired proposal had reserved comes back, once, to where and to the epoch it was in."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person, Proposal, State, carry_together, event, events, just_before, now
from tests.support.chain import reverts
from tests.support.money import Caller, Vault, mill
from tests.support.plans import COIN, DAY, EPOCH_SECONDS, ETHER, SPENDING
from tests.support.world import BAKERY_LIMIT, FOOD_LIMIT, World


def carried_late(world: World, proposal: Proposal, before_end_seconds: int = DAY) -> Proposal:
    """The proposal, made and voted so that it is queued shortly before the end of the epoch."""
    law = proposal.body.law(SPENDING)
    epoch_end = (Vault(world.treasury).epoch() + 1) * EPOCH_SECONDS + int(world.treasury.call("epochStart"))
    just_before(world.chain, epoch_end - before_end_seconds - law.voting_delay - law.voting_period)
    return proposal.make().carry()


def test_to_the_own_account(world: World, vault: Vault, alice: Person) -> None:
    before, entries = vault.account(world.zone), vault.entries
    proposal = world.zone.propose(vault.pay(alice, 3)).carry().let_expire()
    assert vault.account(world.zone) == (before.balance, 3)
    receipt = proposal.release()
    assert event(receipt, "Released") == {
        "body": world.zone.address,
        "proposal": 1,
        "asset": COIN,
        "amount": 3,
        "source": world.zone.address,
    }
    assert event(receipt, "ReservationsReleased") == {"number": 1, "proposalId": proposal.id}
    assert vault.account(world.zone) == before
    assert vault.due(alice) == 0
    assert vault.entries == entries


def test_to_the_source_and_to_every_body_between(world: World, vault: Vault, alice: Person) -> None:
    world.food.enact(vault.pay(alice, 10))
    before = vault.account(world.zone)
    proposal = world.bakery.propose(vault.pay(alice, 7)).carry()
    assert vault.allowance(world.food).used == 17
    receipt = proposal.let_expire().release()
    assert event(receipt, "Released") == {
        "body": world.bakery.address,
        "proposal": 1,
        "asset": COIN,
        "amount": 7,
        "source": world.zone.address,
    }
    assert vault.account(world.zone) == before
    bakery, food = vault.allowance(world.bakery), vault.allowance(world.food)
    assert (bakery.used, bakery.outstanding) == (0, 0)
    assert (food.used, food.outstanding) == (10, 0)


def test_each_payment_to_where_it_came_from(world: World, vault: Vault, alice: Person, bob: Person) -> None:
    vault.deposit(world.food, ETHER)
    zone, food = vault.account(world.zone), vault.account(world.food)
    proposal = world.food.propose(vault.pay(alice, ETHER), vault.pay(bob, 5), vault.pay(bob, 0)).carry()
    assert vault.account(world.zone).reserved == 5
    assert vault.account(world.food).reserved == ETHER
    receipt = proposal.let_expire().release()
    assert [(e.args["amount"], e.args["source"]) for e in events(receipt, "Released")] == [
        (ETHER, world.food.address),
        (5, world.zone.address),
    ]
    assert (vault.account(world.zone), vault.account(world.food)) == (zone, food)
    assert vault.allowance(world.food).used == 0


def test_what_came_back_can_be_drawn_again(world: World, vault: Vault, alice: Person) -> None:
    proposal = world.bakery.propose(vault.pay(alice, BAKERY_LIMIT)).carry()
    proposal.let_expire().release()
    world.bakery.enact(vault.pay(alice, BAKERY_LIMIT))
    assert vault.due(alice) == BAKERY_LIMIT


def test_only_once(world: World, vault: Vault, alice: Person) -> None:
    world.zone.propose(vault.pay(alice, 8)).carry()
    proposal = world.zone.propose(vault.pay(alice, 3)).carry().let_expire()
    proposal.release()
    assert vault.account(world.zone).reserved == 8
    with reverts("NothingReserved", proposalId=proposal.id):
        proposal.release()
    assert vault.account(world.zone).reserved == 8


def test_only_when_expired(world: World, vault: Vault, alice: Person) -> None:
    proposal = world.zone.propose(vault.pay(alice, 3)).carry()
    for moment in (now(world.chain) + 1, proposal.read("proposalEta"), proposal.read("proposalExpiry")):
        just_before(world.chain, moment)
        with reverts("GovernorUnexpectedProposalState", current=State.QUEUED):
            proposal.release()
    assert vault.account(world.zone).reserved == 3
    proposal.release()
    assert vault.account(world.zone).reserved == 0


def test_not_when_paid(world: World, vault: Vault, alice: Person) -> None:
    world.zone.propose(vault.pay(alice, 8)).carry()
    proposal = world.zone.propose(vault.pay(alice, 3)).carry().wait_until_due()
    proposal.execute()
    world.chain.skip(30 * DAY)
    with reverts("GovernorUnexpectedProposalState", current=State.EXECUTED):
        proposal.release()
    assert vault.account(world.zone).reserved == 8


def test_not_when_nothing_was_reserved(world: World, vault: Vault, alice: Person) -> None:
    """Succeeded, never queued, expired."""
    proposal = world.zone.propose(vault.pay(alice, 3)).open()
    proposal.vote(1, *world.zone.members)
    proposal.let_expire()
    with reverts("NothingReserved", proposalId=proposal.id):
        proposal.release()


def test_to_the_epoch_in_which_it_was_reserved(world: World, vault: Vault, alice: Person) -> None:
    """What is drawn in the next epoch meanwhile stays counted there."""
    proposal = carried_late(world, world.bakery.draft(vault.pay(alice, 9)))
    queued_in = vault.epoch()
    law = world.food.law(SPENDING)
    just_before(world.chain, proposal.read("proposalExpiry") - law.voting_delay - law.voting_period - 60)
    world.food.propose(vault.pay(alice, FOOD_LIMIT)).carry()
    assert vault.epoch() == queued_in + 1
    proposal.let_expire().release()
    food, bakery = vault.allowance(world.food), vault.allowance(world.bakery)
    assert (food.used, food.used_epoch, food.outstanding) == (FOOD_LIMIT, queued_in + 1, FOOD_LIMIT)
    # Of the bakery nothing was counted in the new epoch, so the old one is still the one on record.
    assert (bakery.used, bakery.used_epoch, bakery.outstanding) == (0, queued_in, 0)
    with reverts("AllowanceExceeded", body=world.food.address, left=0, wanted=1):
        world.food.propose(vault.pay(alice, 1)).carry()


def test_lapse_never_touches_a_reservation(world: World, vault: Vault, alice: Person) -> None:
    """The allowance ends with the epoch in which the money was reserved; it is paid all the same."""
    world.zone.enact(vault.allow(world.food, FOOD_LIMIT, 1, world.zone))
    proposal = carried_late(world, world.food.draft(vault.pay(alice, 9)), 600)
    assert vault.allowance(world.food).until_epoch == vault.epoch()
    proposal.wait_until_due().execute()
    assert vault.epoch() == vault.allowance(world.food).until_epoch + 1
    assert vault.due(alice) == 9


@pytest.mark.parametrize("end", ["paid", "released"])
def test_the_end_of_an_allowance_never_touches_a_reservation(
    world: World, vault: Vault, alice: Person, end: str
) -> None:
    ending = world.zone.propose(vault.allow(world.food, 0, 1, world.zone))
    proposal = world.food.propose(vault.pay(alice, 9))
    carry_together(proposal, ending)
    ending.wait_until_due().execute()
    assert vault.allowance(world.food).limit == 0
    assert vault.allowance(world.food).outstanding == 9
    if end == "paid":
        proposal.execute()
        assert vault.due(alice) == 9
    else:
        proposal.let_expire().release()
        assert vault.due(alice) == 0
    assert vault.allowance(world.food).outstanding == 0
    assert vault.account(world.zone).reserved == 0


def test_no_more_than_was_reserved(world: World, vault: Vault, alice: Person) -> None:
    world.food.propose(vault.pay(alice, 6)).carry()
    queued_at = now(world.chain)
    zone, food = world.zone.address, world.food.address
    with reverts("NotReserved", body=zone, asset=COIN, reserved=6, wanted=7):
        vault.attempt("release", COIN, 7, False, queued_at, 1, by=world.zone)
    with reverts("NotReserved", body=food, asset=COIN, reserved=6, wanted=7):
        vault.attempt("release", COIN, 7, True, queued_at, 1, by=world.food)
    with reverts("NotReserved", body=food, asset=COIN, reserved=0, wanted=1):
        vault.attempt("release", COIN, 1, False, queued_at, 1, by=world.food)
    with reverts("NotReserved", body=world.bakery.address, reserved=0, wanted=1):
        vault.attempt("release", COIN, 1, True, queued_at, 1, by=world.bakery)
    vault.attempt("release", COIN, 6, True, queued_at, 1, by=world.food)


def test_only_bodies_of_this_zone(world: World, vault: Vault, alice: Person, stranger: Person) -> None:
    world.zone.propose(vault.pay(alice, 3)).carry()
    queued_at = now(world.chain)
    other, _ = mill(world)
    for caller in (alice, stranger, other, world.factory, Caller(vault.address)):
        with reverts("NotOurBody", body=caller.address):
            vault.attempt("release", COIN, 3, False, queued_at, 1, by=caller)
    # Another body of the zone reaches its own reservations only, which are none.
    with reverts("NotReserved", body=world.food.address, reserved=0, wanted=3):
        vault.attempt("release", COIN, 3, False, queued_at, 1, by=world.food)
