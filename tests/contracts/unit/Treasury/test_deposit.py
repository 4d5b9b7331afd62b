"""Treasury.deposit: money enters the account of a body, as much as arrived."""

from __future__ import annotations

import pytest

from tests.support.bodies import DEPLOYER, Person, event, transact
from tests.support.chain import reverts
from tests.support.money import EVIDENCE, ORIGIN, Vault, mill, new_token
from tests.support.plans import COIN, NOTHING
from tests.support.world import World

MOST = 2**128 - 1  # of one asset in one account


@pytest.mark.parametrize("body", ["zone", "food", "bakery"])
def test_coins_enter_the_account_of_any_body(world: World, vault: Vault, stranger: Person, body: str) -> None:
    into = getattr(world, body)
    before, held, entry = vault.account(into), vault.holdings(), vault.entries
    receipt = vault.deposit(into, 7, by=stranger)
    assert event(receipt, "Deposited") == {
        "body": into.address,
        "entry": entry + 1,
        "origin": ORIGIN,
        "asset": COIN,
        "from": stranger.address,
        "amount": 7,
        "evidence": EVIDENCE,
    }
    assert vault.account(into) == (before.balance + 7, before.reserved)
    assert vault.holdings() == held + 7
    assert vault.entries == entry + 1


def test_tokens_are_pulled_from_the_sender(world: World, vault: Vault) -> None:
    before, held = vault.account(world.zone, world.token), vault.holdings(world.token)
    receipt = vault.give(world.zone, 40, world.token)
    assert event(receipt, "Deposited") == {
        "body": world.zone.address,
        "entry": vault.entries,
        "origin": ORIGIN,
        "asset": world.token.address,
        "from": DEPLOYER.address,
        "amount": 40,
        "evidence": EVIDENCE,
    }
    assert vault.account(world.zone, world.token) == (before.balance + 40, before.reserved)
    assert vault.holdings(world.token) == held + 40
    assert world.token.call("allowance", DEPLOYER.address, vault.address) == 0


def test_what_was_credited_is_returned(world: World, vault: Vault) -> None:
    args = (world.zone.address, COIN, 9, NOTHING, NOTHING)
    assert vault.attempt("deposit", *args, value_wei=9) == 9


def test_a_token_that_takes_a_fee_is_credited_with_what_arrived(world: World, vault: Vault) -> None:
    token = new_token(world, "FeeToken", 100_000)
    receipt = vault.give(world.food, 1_000, token)
    assert event(receipt, "Deposited")["amount"] == 900
    assert vault.account(world.food, token) == (900, 0)
    assert vault.holdings(token) == 900


def test_a_token_that_returns_nothing(world: World, vault: Vault) -> None:
    token = new_token(world, "SilentToken")
    vault.give(world.food, 30, token)
    assert vault.account(world.food, token) == (30, 0)


def test_a_token_that_returns_false_credits_nothing(world: World, vault: Vault) -> None:
    token = new_token(world, "ClosableToken")
    vault.give(world.food, 1, token)
    transact(token, "setClosed", True)
    transact(token, "mint", DEPLOYER.address, 5)
    transact(token, "approve", vault.address, 5)
    with reverts("SafeERC20FailedOperation", token=token.address):
        vault.deposit(world.food, 5, token)
    assert vault.account(world.food, token) == (1, 0)


def test_tokens_that_were_not_approved(world: World, vault: Vault) -> None:
    transact(world.token, "mint", DEPLOYER.address, 5)
    with reverts("ERC20InsufficientAllowance", allowance=0, needed=5):
        vault.deposit(world.zone, 5, world.token)


def test_an_asset_without_code(world: World, vault: Vault, stranger: Person) -> None:
    with reverts("Empty"):
        vault.deposit(world.zone, 5, stranger)


@pytest.mark.parametrize("sent", [0, 4, 6])
def test_coins_sent_must_be_the_amount(world: World, vault: Vault, sent: int) -> None:
    with reverts("WrongValue", sent=sent, amount=5):
        vault.send("deposit", world.zone.address, COIN, 5, NOTHING, NOTHING, value_wei=sent)


def test_no_coins_come_with_tokens(world: World, vault: Vault) -> None:
    transact(world.token, "mint", DEPLOYER.address, 5)
    transact(world.token, "approve", vault.address, 5)
    for sent in (1, 5):
        with reverts("WrongValue", sent=sent, amount=5):
            vault.send("deposit", world.zone.address, world.token.address, 5, NOTHING, NOTHING, value_wei=sent)


def test_nothing_is_no_deposit(world: World, vault: Vault) -> None:
    with reverts("NothingReceived", asset=COIN):
        vault.deposit(world.zone, 0)
    with reverts("NothingReceived", asset=world.token.address):
        vault.deposit(world.zone, 0, world.token)


def test_nothing_arrived(world: World, vault: Vault) -> None:
    token = new_token(world, "FeeToken", 1_000_000)
    with reverts("NothingReceived", asset=token.address):
        vault.give(world.zone, 1_000, token)


def test_only_bodies_of_this_zone_have_accounts(world: World, vault: Vault, alice: Person) -> None:
    other, its_vault = mill(world)
    for body in (alice, COIN, other, world.factory, world.treasury, world.registry):
        address = getattr(body, "address", body)
        with reverts("NotOurBody", body=address):
            vault.deposit(address, 5)
    with reverts("NotOurBody", body=world.food.address):
        its_vault.deposit(world.food, 5)


def test_an_account_holds_no_more_than_it_can_count(world: World, vault: Vault) -> None:
    token = new_token(world)
    vault.give(world.food, MOST - 1, token)
    vault.give(world.food, 1, token)
    assert vault.account(world.food, token) == (MOST, 0)
    with reverts("AmountTooLarge", amount=1, most=0):
        vault.give(world.food, 1, token)
    with reverts("AmountTooLarge", amount=2**128, most=MOST):
        vault.give(world.zone, 2**128, token)


def test_coins_that_were_only_sent_are_refused(world: World, vault: Vault) -> None:
    """Coins without a deposit belong to nobody, so they cannot come in."""
    with reverts("Empty"):
        world.chain.call(vault.address, b"", value_wei=1, sender=DEPLOYER.address, block="latest")


def test_tokens_that_were_only_sent_are_credited_to_nobody(world: World, vault: Vault) -> None:
    before = vault.account(world.zone, world.token)
    transact(world.token, "mint", vault.address, 50)
    vault.give(world.zone, 3, world.token)
    assert vault.account(world.zone, world.token).balance == before.balance + 3
