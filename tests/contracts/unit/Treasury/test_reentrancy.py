"""While a token or the coin moves, the treasury lets nobody in: not the token, not the payee, and no body they call."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.bodies import FOR, Person, Proposal, call_of, transact
from tests.support.chain import deploy, interface, reverts, rollback
from tests.support.money import Party, Vault, mill, new_token
from tests.support.plans import COIN, ETHER, NOTHING
from tests.support.world import World
from zonedao.chain.contract import BoundContract
from zonedao.chain.reverts import decode_revert

Moving = Callable[[], object]


def assert_locked_out(caller: BoundContract, function: str) -> None:
    """It called, and was answered `Locked`."""
    assert caller.call("called", block="latest"), function
    with reverts("Locked"):
        raise decode_revert(caller.call("answer", block="latest"))


# Every function that changes anything, with arguments that would do if it were not locked.
FUNCTIONS: dict[str, Callable[[World], tuple[object, ...]]] = {
    "deposit": lambda world: (world.zone.address, COIN, 0, NOTHING, NOTHING),
    "pay": lambda world: (COIN, world.zone.address, 1, NOTHING, NOTHING),
    "escrow": lambda world: (world.post.address, COIN, 1, NOTHING, NOTHING, NOTHING),
    "allow": lambda world: (COIN, world.food.address, 1, 1, world.zone.address, NOTHING, NOTHING),
    "recall": lambda world: (COIN, world.food.address, NOTHING, NOTHING),
    "reserve": lambda world: (COIN, 1, 1),
    "release": lambda world: (COIN, 1, False, 1, 1),
    "withdraw": lambda world: (COIN, world.zone.address),
    "sweep": lambda world: (world.food.address, COIN),
}


def test_every_function_is_tried() -> None:
    changing = {f.name for f in interface("Treasury").functions.values() if f.mutability in ("nonpayable", "payable")}
    assert changing == set(FUNCTIONS)


@pytest.fixture
def token(world: World, vault: Vault) -> BoundContract:
    """A token that calls back; the zone has 1,000 of it."""
    found = new_token(world, "CallbackToken")
    vault.give(world.zone, 1_000, found)
    return found


def ready_to_move(world: World, vault: Vault, token: BoundContract, alice: Person, way: str) -> Moving:
    """One of the ways in which the treasury moves the token, with everything before it done."""
    if way == "deposit":
        transact(token, "mint", alice.address, 5)
        transact(token, "approve", vault.address, 5, by=alice)
        return lambda: vault.deposit(world.zone, 5, token, by=alice)
    if way == "escrow":
        return world.zone.propose(vault.escrow(world.post, 30, NOTHING, token)).carry().wait_until_due().execute
    payee: Party = alice if way == "withdraw" else mill(world)[0]
    world.zone.enact(vault.pay(payee, 10, token))
    return lambda: vault.withdraw(payee, token)


@pytest.mark.parametrize("way", ["deposit", "withdraw", "withdraw to another zone", "escrow"])
def test_a_token_that_calls_back(world: World, vault: Vault, token: BoundContract, alice: Person, way: str) -> None:
    move = ready_to_move(world, vault, token, alice, way)
    before = world.chain.block().timestamp
    for function, args in FUNCTIONS.items():
        with rollback(world.chain):
            transact(token, "arm", *call_of(vault.contract, function, *args(world)))
            move()
            assert_locked_out(token, function)
            vault.check()
    assert world.chain.block().timestamp == before
    # The lock comes off again.
    move()
    vault.deposit(world.zone, ETHER)


def ready(proposal: Proposal, what: str) -> str:
    """Bring a proposal to the point where the step can be made; the function that makes it."""
    if what == "queue":
        proposal.open().vote(FOR, *proposal.enough())
        proposal.close()
        return "queue"
    proposal.carry()
    if what == "release":
        proposal.let_expire()
        return "releaseExpired"
    proposal.wait_until_due()
    return "execute"


@pytest.mark.parametrize("what", ["pay", "allow", "escrow", "queue", "release"])
def test_a_body_called_back_in_a_deposit(
    world: World, vault: Vault, token: BoundContract, alice: Person, what: str
) -> None:
    calls = {
        "allow": vault.allow(world.bakery, 1, 1, world.food),
        "escrow": vault.escrow(world.post, 3),
    }
    proposal = world.food.propose(calls.get(what, vault.pay(alice, 3)))
    step = ready(proposal, what)
    transact(token, "mint", alice.address, 5)
    transact(token, "approve", vault.address, 5, by=alice)
    before = (proposal.state, vault.account(world.zone), vault.allowance(world.food), vault.due(alice))
    transact(token, "arm", *call_of(proposal.body.contract, step, *proposal.hashed))
    vault.deposit(world.zone, 5, token, by=alice)
    assert_locked_out(token, step)
    assert (proposal.state, vault.account(world.zone), vault.allowance(world.food), vault.due(alice)) == before
    # And the step can still be made afterwards.
    proposal.body.send(step, *proposal.hashed)


def test_a_payee_called_with_coins(world: World, vault: Vault) -> None:
    payee = deploy(world.chain, "CallingPayee")
    world.zone.enact(vault.pay(payee, 5))
    for function, args in FUNCTIONS.items():
        with rollback(world.chain):
            transact(payee, "arm", *call_of(vault.contract, function, *args(world)))
            vault.withdraw(payee)
            assert_locked_out(payee, function)
            assert vault.due(payee) == 0


def test_a_payee_cannot_withdraw_twice(world: World, vault: Vault) -> None:
    payee = deploy(world.chain, "CallingPayee")
    world.zone.enact(vault.pay(payee, 5))
    held = vault.holdings()
    transact(payee, "arm", *call_of(vault.contract, "withdraw", COIN, payee.address))
    vault.withdraw(payee)
    assert world.chain.balance(payee.address) == 5
    assert vault.holdings() == held - 5
