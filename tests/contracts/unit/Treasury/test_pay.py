"""Treasury.pay: what was reserved for it becomes due to the payee."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person, State, event, events, just_before, transact
from tests.support.chain import deploy, reverts
from tests.support.money import EVIDENCE, LINE, Caller, Vault, call_of, mill, new_token
from tests.support.plans import COIN, ETHER, NOTHING
from tests.support.world import World


def test_the_payee_is_credited_and_the_account_debited(world: World, vault: Vault, alice: Person) -> None:
    before, held, entry = vault.account(world.zone), vault.holdings(), vault.entries
    receipt = world.zone.enact(vault.pay(alice, 2 * ETHER))
    assert event(receipt, "Paid") == {
        "body": world.zone.address,
        "entry": entry + 1,
        "proposal": 1,
        "asset": COIN,
        "to": alice.address,
        "amount": 2 * ETHER,
        "source": world.zone.address,
        "line": LINE,
        "evidence": EVIDENCE,
    }
    assert vault.account(world.zone) == (before.balance - 2 * ETHER, 0)
    assert vault.due(alice) == 2 * ETHER
    assert vault.holdings() == held
    assert vault.entries == entry + 1


def test_tokens(world: World, vault: Vault, bob: Person) -> None:
    before = vault.account(world.zone, world.token)
    receipt = world.zone.enact(vault.pay(bob, 700, world.token))
    assert event(receipt, "Paid")["asset"] == world.token.address
    assert vault.account(world.zone, world.token) == (before.balance - 700, 0)
    assert vault.due(bob, world.token) == 700
    assert vault.due(bob) == 0


def test_through_an_allowance_the_source_is_debited(world: World, vault: Vault, alice: Person) -> None:
    before = vault.account(world.zone)
    receipt = world.bakery.enact(vault.pay(alice, ETHER))
    paid = event(receipt, "Paid")
    assert (paid["body"], paid["source"], paid["proposal"]) == (world.bakery.address, world.zone.address, 1)
    assert vault.account(world.zone) == (before.balance - ETHER, 0)
    assert vault.account(world.food) == (0, 0)
    assert vault.account(world.bakery) == (0, 0)
    assert vault.allowance(world.bakery).outstanding == 0
    assert vault.allowance(world.bakery).used == ETHER
    assert vault.allowance(world.food).used == ETHER
    assert vault.due(alice) == ETHER


def test_several_payments_of_one_proposal(world: World, vault: Vault, alice: Person, bob: Person) -> None:
    """Each from where it was reserved: the first leaves too little in the account for the second."""
    vault.deposit(world.food, ETHER)
    zone = vault.account(world.zone)
    receipt = world.food.enact(
        vault.pay(alice, ETHER // 2), vault.pay(bob, ETHER), vault.pay(alice, ETHER // 4), vault.pay(bob, 0)
    )
    paid = events(receipt, "Paid")
    first = paid[0].args["entry"]
    assert [e.args["entry"] for e in paid] == [first, first + 1, first + 2, first + 3]
    assert [e.args["amount"] for e in paid] == [ETHER // 2, ETHER, ETHER // 4, 0]
    food, above = world.food.address, world.zone.address
    assert [e.args["source"] for e in paid] == [food, above, food, food]
    assert vault.account(world.food) == (ETHER // 4, 0)
    assert vault.account(world.zone) == (zone.balance - ETHER, 0)
    assert vault.due(alice) == 3 * ETHER // 4
    assert vault.due(bob) == ETHER


def test_a_body_can_be_paid(world: World, vault: Vault) -> None:
    world.zone.enact(vault.pay(world.food, 5))
    assert vault.due(world.food) == 5
    assert vault.account(world.food) == (0, 0)


def test_what_is_due_adds_up(world: World, vault: Vault, alice: Person) -> None:
    world.zone.enact(vault.pay(alice, 5))
    world.food.enact(vault.pay(alice, 7))
    assert vault.due(alice) == 12


def test_nobody_is_no_payee(world: World, vault: Vault) -> None:
    """The proposal stays queued, and its money comes back when it expires."""
    before = vault.account(world.zone)
    proposal = world.zone.propose(vault.pay(COIN, 5)).carry().wait_until_due()
    with reverts("ZeroAddress"):
        proposal.execute()
    assert proposal.state == State.QUEUED
    assert vault.account(world.zone) == (before.balance, 5)
    proposal.let_expire().release()
    assert vault.account(world.zone) == before


def test_only_inside_an_executed_proposal(world: World, vault: Vault, alice: Person) -> None:
    for body in (world.zone, world.food):
        with reverts("NotExecuting", body=body.address):
            vault.attempt("pay", COIN, alice.address, 5, NOTHING, NOTHING, by=body)


def test_only_bodies_of_this_zone_pay(world: World, vault: Vault, alice: Person, stranger: Person) -> None:
    for caller in (alice, stranger, world.factory, Caller(vault.address), world.registry):
        with reverts("NotOurBody", body=caller.address):
            vault.attempt("pay", COIN, alice.address, 5, NOTHING, NOTHING, by=caller)


def test_another_zone_pays_nothing_from_here(world: World, vault: Vault, alice: Person) -> None:
    other, _ = mill(world, ETHER)
    proposal = other.propose(vault.pay(alice, 5)).carry().wait_until_due()
    with reverts("NotOurBody", body=other.address):
        proposal.execute()


def test_it_takes_what_was_reserved_and_no_more(world: World, alice: Person) -> None:
    """A real body always has reserved; the check is for what a body might one day get wrong."""
    body = deploy(world.chain, "BodyDouble")
    books = Vault(deploy(world.chain, "Treasury", body.address, world.factory.address, 0, 1))
    books.deposit(body, 10)

    def run(function: str, *args: object) -> None:
        transact(body, "run", *call_of(books.contract, function, *args))

    run("reserve", COIN, 6, 1)
    transact(body, "setExecution", 1, 1, False)
    with reverts("NotReserved", body=body.address, asset=COIN, reserved=6, wanted=7):
        run("pay", COIN, alice.address, 7, NOTHING, NOTHING)
    run("pay", COIN, alice.address, 2, NOTHING, NOTHING)
    with reverts("NotReserved", body=body.address, asset=COIN, reserved=4, wanted=5):
        run("pay", COIN, alice.address, 5, NOTHING, NOTHING)
    transact(body, "setExecution", 1, 1, True)
    with reverts("NotReserved", body=body.address, asset=COIN, reserved=0, wanted=1):
        run("pay", COIN, alice.address, 1, NOTHING, NOTHING)
    assert books.account(body) == (8, 4)
    assert books.due(alice) == 2


def test_an_asset_without_a_cap_is_paid_by_constitutional_vote(world: World, vault: Vault, alice: Person) -> None:
    token = new_token(world)
    vault.give(world.zone, 2**97, token)
    world.zone.enact(vault.pay(alice, 2**96 - 1, token))
    assert vault.due(alice, token) == 2**96 - 1


def test_until_the_last_second(world: World, vault: Vault, alice: Person) -> None:
    proposal = world.zone.propose(vault.pay(alice, 5)).carry()
    just_before(world.chain, proposal.read("proposalExpiry"))
    proposal.execute()
    assert vault.due(alice) == 5


@pytest.mark.parametrize("seconds_late", [1, 1_000])
def test_not_after_it_expired(world: World, vault: Vault, alice: Person, seconds_late: int) -> None:
    proposal = world.zone.propose(vault.pay(alice, 5)).carry()
    just_before(world.chain, proposal.read("proposalExpiry") + seconds_late)
    with reverts("GovernorUnexpectedProposalState", current=State.EXPIRED):
        proposal.execute()
    assert vault.due(alice) == 0
