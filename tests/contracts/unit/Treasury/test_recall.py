"""Treasury.recall: a parent ends an allowance; what was reserved through it is paid, and what is due stays due."""

from __future__ import annotations

from tests.support.bodies import Person, call_of, carry_together, event
from tests.support.chain import reverts
from tests.support.money import EVIDENCE, LINE, Caller, Vault
from tests.support.plans import COIN
from tests.support.world import World


def test_what_is_reserved_is_paid_and_nothing_more(world: World, vault: Vault, stranger: Person) -> None:
    payment = world.food.propose(world.pay(stranger.address, 5))
    recall = world.zone.propose(call_of(vault.contract, "recall", COIN, world.food.address, LINE, EVIDENCE))
    carry_together(payment, recall)
    entry, before = vault.entries, vault.allowance(world.food)
    receipt = recall.execute()
    assert event(receipt, "Recalled") == {
        "body": world.zone.address,
        "entry": entry + 1,
        "proposal": 1,
        "asset": COIN,
        "child": world.food.address,
        "outstanding": 5,
        "line": LINE,
        "evidence": EVIDENCE,
    }
    assert vault.allowance(world.food) == before._replace(limit=0)
    assert vault.account(world.zone).reserved == 5
    by = Caller(world.food.address)
    with reverts("AllowanceExceeded", body=world.food.address, left=0):
        vault.attempt("reserve", COIN, 1, 2, by=by)
    payment.execute()
    assert vault.due(stranger) == 5
    assert vault.allowance(world.food).outstanding == 0
    vault.withdraw(stranger)
    with reverts("NoAllowance", body=world.food.address, asset=COIN):
        vault.attempt("recall", COIN, world.food.address, LINE, EVIDENCE, by=Caller(world.zone.address))


def test_whose_it_is(world: World, vault: Vault, stranger: Person) -> None:
    """Only the parent recalls, and only what there is."""
    for body, child in ((world.zone, world.bakery), (world.food, world.food), (world.bakery, world.food)):
        with reverts("NotChild", body=body.address, child=child.address):
            vault.attempt("recall", COIN, child.address, LINE, EVIDENCE, by=Caller(body.address))
    with reverts("NotOurBody"):
        vault.attempt("recall", COIN, world.food.address, LINE, EVIDENCE, by=stranger)
    with reverts("NoAllowance"):
        vault.attempt("recall", world.token.address, world.food.address, LINE, EVIDENCE, by=Caller(world.zone.address))


def test_nothing_is_drawn_through_a_frozen_body(world: World, vault: Vault) -> None:
    """Of the account above it nor of its own; what is its own, and what is above it, is not touched."""
    until = event(world.zone.enact(call_of(world.food.contract, "freeze", 60)), "Frozen")["until"]
    with reverts("FrozenAbove", body=world.food.address, until=until):
        vault.attempt("reserve", COIN, 1, 1, by=Caller(world.bakery.address))
    vault.attempt("reserve", COIN, 1, 1, by=Caller(world.zone.address))
    world.chain.set_time(until)
    vault.attempt("reserve", COIN, 1, 1, by=Caller(world.bakery.address))
