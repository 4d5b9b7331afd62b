"""Treasury.withdraw: a payee is sent what is due; one who cannot take it blocks nobody."""

from __future__ import annotations

from tests.support.bodies import Person, event, events, transact
from tests.support.chain import deploy, reverts
from tests.support.money import Vault, balance_of, mill, new_token
from tests.support.plans import COIN, ETHER, NOTHING
from tests.support.world import PEOPLE, World


def test_coins_to_a_person(world: World, vault: Vault, alice: Person, stranger: Person) -> None:
    """Anybody may call; the money goes to the payee."""
    world.zone.enact(vault.pay(alice, 5))
    had, held, entry = balance_of(world.chain, alice), vault.holdings(), vault.entries
    receipt = vault.withdraw(alice, by=stranger)
    assert event(receipt, "Withdrawn") == {"payee": alice.address, "entry": entry + 1, "asset": COIN, "amount": 5}
    assert balance_of(world.chain, alice) == had + 5
    assert vault.due(alice) == 0
    assert vault.holdings() == held - 5
    assert vault.entries == entry + 1


def test_tokens_to_a_person(world: World, vault: Vault, alice: Person) -> None:
    world.zone.enact(vault.pay(alice, 5, world.token))
    held = vault.holdings(world.token)
    receipt = vault.withdraw(alice, world.token)
    assert event(receipt, "Withdrawn") == {
        "payee": alice.address,
        "entry": vault.entries,
        "asset": world.token.address,
        "amount": 5,
    }
    assert balance_of(world.chain, alice, world.token) == 5
    assert vault.holdings(world.token) == held - 5


def test_all_of_one_asset_and_nothing_of_another(world: World, vault: Vault, alice: Person) -> None:
    world.zone.enact(vault.pay(alice, 5), vault.pay(alice, 6, world.token), vault.pay(alice, 7))
    assert vault.attempt("withdraw", COIN, alice.address) == 12
    vault.withdraw(alice)
    assert vault.due(alice) == 0
    assert vault.due(alice, world.token) == 6


def test_nothing_is_due(world: World, vault: Vault, alice: Person, bob: Person) -> None:
    world.zone.enact(vault.pay(alice, 5))
    with reverts("NothingDue", asset=COIN):
        vault.withdraw(bob)
    with reverts("NothingDue", asset=world.token.address):
        vault.withdraw(alice, world.token)
    vault.withdraw(alice)
    with reverts("NothingDue", asset=COIN):
        vault.withdraw(alice)


def test_a_payee_that_refuses_coins_blocks_nobody(world: World, vault: Vault, alice: Person) -> None:
    payee = deploy(world.chain, "RefusingPayee")
    world.zone.enact(vault.pay(payee, 5), vault.pay(alice, 6))
    with reverts("CoinNotAccepted", payee=payee.address):
        vault.withdraw(payee)
    assert vault.due(payee) == 5
    vault.withdraw(alice)
    assert (vault.due(alice), vault.due(payee)) == (0, 5)
    transact(payee, "setOpen", True)
    vault.withdraw(payee)
    assert balance_of(world.chain, payee) == 5
    assert vault.due(payee) == 0


def test_a_contract_without_a_way_to_take_coins(world: World, vault: Vault) -> None:
    """Also the treasury itself: what is due to it stays due."""
    world.zone.enact(vault.pay(world.registry, 5), vault.pay(vault.contract, 6))
    for payee in (world.registry, vault.contract):
        with reverts("CoinNotAccepted", payee=payee.address):
            vault.withdraw(payee)
    assert (vault.due(world.registry), vault.due(vault.contract)) == (5, 6)


def test_a_token_that_refuses_leaves_it_due(world: World, vault: Vault, alice: Person) -> None:
    token = new_token(world, "ClosableToken")
    vault.give(world.zone, 50, token)
    world.zone.enact(vault.pay(alice, 20, token))
    transact(token, "setClosed", True)
    with reverts("SafeERC20FailedOperation", token=token.address):
        vault.withdraw(alice, token)
    assert vault.due(alice, token) == 20
    transact(token, "setClosed", False)
    vault.withdraw(alice, token)
    assert balance_of(world.chain, alice, token) == 20


def test_a_token_that_returns_nothing(world: World, vault: Vault, alice: Person) -> None:
    token = new_token(world, "SilentToken")
    vault.give(world.zone, 50, token)
    world.zone.enact(vault.pay(alice, 20, token))
    vault.withdraw(alice, token)
    assert balance_of(world.chain, alice, token) == 20


def test_what_is_due_to_a_body_of_this_zone_goes_to_its_account(world: World, vault: Vault, stranger: Person) -> None:
    for number, body in enumerate((world.zone, world.food, world.bakery), 1):
        world.zone.enact(vault.pay(body, number))
        before, held, entry = vault.account(body), vault.holdings(), vault.entries
        receipt = vault.withdraw(body, by=stranger)
        assert event(receipt, "Collected") == {
            "body": body.address,
            "entry": entry + 1,
            "asset": COIN,
            "amount": number,
        }
        assert events(receipt, "Withdrawn") == []
        assert vault.account(body) == (before.balance + number, before.reserved)
        assert vault.due(body) == 0
        assert vault.holdings() == held


def test_what_it_collected_a_body_can_spend(world: World, vault: Vault, alice: Person) -> None:
    world.zone.enact(vault.pay(world.bakery, 9, world.token))
    vault.withdraw(world.bakery, world.token)
    world.bakery.enact(vault.pay(alice, 9, world.token))
    assert vault.account(world.bakery, world.token) == (0, 0)
    assert vault.due(alice, world.token) == 9


def test_coins_due_to_a_body_of_another_zone_go_to_its_treasury(world: World, vault: Vault) -> None:
    other, its_vault = mill(world, ETHER)
    smithy = world.new_industry(other, "Smithy", PEOPLE[:2]).body
    for body in (other, smithy):
        world.zone.enact(vault.pay(body, 5))
        before, held, entry = its_vault.account(body), vault.holdings(), its_vault.entries
        receipt = vault.withdraw(body)
        assert event(receipt, "Withdrawn", vault.address)["amount"] == 5
        assert event(receipt, "Deposited", its_vault.address) == {
            "body": body.address,
            "entry": entry + 1,
            "origin": NOTHING,
            "asset": COIN,
            "from": vault.address,
            "amount": 5,
            "evidence": NOTHING,
        }
        assert its_vault.account(body) == (before.balance + 5, 0)
        assert vault.due(body) == 0
        assert vault.holdings() == held - 5
    its_vault.check()


def test_tokens_due_to_another_zone(world: World, vault: Vault) -> None:
    other, its_vault = mill(world)
    for kind, arrives in (("TestToken", 20), ("SilentToken", 20)):
        token = new_token(world, kind)
        vault.give(world.zone, 50, token)
        world.zone.enact(vault.pay(other, 20, token))
        vault.withdraw(other, token)
        assert its_vault.account(other, token) == (arrives, 0)
        assert token.call("allowance", vault.address, its_vault.address) == 0
        # A second time, as some tokens mind an approval that was left over.
        world.zone.enact(vault.pay(other, 5, token))
        vault.withdraw(other, token)
        assert its_vault.account(other, token) == (arrives + 5, 0)
    its_vault.check()


def test_a_token_that_takes_a_fee_on_the_way_to_another_zone(world: World, vault: Vault) -> None:
    other, its_vault = mill(world)
    token = new_token(world, "FeeToken", 100_000)
    vault.give(world.zone, 1_000, token)
    world.zone.enact(vault.pay(other, 300, token))
    vault.withdraw(other, token)
    assert vault.account(world.zone, token) == (600, 0)
    assert vault.holdings(token) == 600
    assert its_vault.account(other, token) == (270, 0)
    assert its_vault.holdings(token) == 270


def test_another_zone_that_cannot_take_it_keeps_it_due(world: World, vault: Vault, alice: Person) -> None:
    """A token that lets nothing arrive."""
    other, its_vault = mill(world)
    token = new_token(world, "ClosableToken")
    vault.give(world.zone, 50, token)
    world.zone.enact(vault.pay(other, 20, token), vault.pay(alice, 3, token))
    transact(token, "setClosed", True)
    with reverts("SafeERC20FailedOperation"):
        vault.withdraw(other, token)
    assert vault.due(other, token) == 20
    assert its_vault.account(other, token) == (0, 0)


def test_nobody_is_no_payee(world: World, vault: Vault) -> None:
    with reverts("NothingDue", asset=COIN):
        vault.withdraw(COIN)
