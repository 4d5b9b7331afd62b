"""Deposits, withdrawals, accounts and assets."""

from __future__ import annotations

import pytest

from tests.client.acting import Actors
from tests.support.bodies import DEPLOYER, transact
from tests.support.plans import COIN, ETHER
from tests.support.world import PEOPLE, World
from zonedao.chain.signers import dev_account
from zonedao.errors import ContractRevert, InsufficientFunds, NotFound, UsageProblem
from zonedao.treasury.assets import COIN as THE_COIN


def test_deposit_coins(actors: Actors) -> None:
    zone = actors.zone()
    outcome = zone.treasury.deposit(ETHER, origin="gift", evidence="letter").transact()
    assert outcome.value == ETHER
    assert zone.treasury.account(zone).balance.amount == 101 * ETHER
    assert outcome.in_words() == ("You deposited 1 ETH for elmcourt (origin gift, evidence letter).",)
    zone.treasury.deposit(5, body="food/bakery").transact()
    assert zone.treasury.account("bakery").balance.amount == 5


def test_deposit_tokens_with_their_approval(actors: Actors, world: World) -> None:
    zone = actors.zone(DEPLOYER)
    transact(world.token, "mint", DEPLOYER.address, 500)
    action = zone.treasury.deposit(300, world.token.address, "food")
    assert [step.meaning for step in action.first] == ["let the treasury take 300 units of TEST"] or len(
        action.first
    ) == 1
    assert action.explain().first[0].startswith("Allow the treasury of Elmcourt to take")
    assert action.transact().value == 300
    assert zone.treasury.account("food", world.token.address).balance.amount == 300
    assert world.token.call("allowance", DEPLOYER.address, zone.treasury.address) == 0
    transact(world.token, "approve", zone.treasury.address, 200)
    assert zone.treasury.deposit(200, world.token.address).first == ()


def test_what_cannot_be_deposited(actors: Actors) -> None:
    zone = actors.zone()
    for amount in (0, -1):
        with pytest.raises(UsageProblem, match="above zero"):
            zone.treasury.deposit(amount)
    with pytest.raises(InsufficientFunds, match="Nothing was sent"):
        zone.treasury.deposit(10**27).transact()


def test_nothing_due(actors: Actors) -> None:
    with pytest.raises(ContractRevert, match=r"Nothing is due to you in ETH\. Nothing was sent\."):
        actors.zone().treasury.withdraw().simulate()
    with pytest.raises(ContractRevert, match="Nothing is due to bob in ETH"):
        actors.zone().treasury.withdraw("bob").simulate()


def test_withdraw_for_another(actors: Actors, world: World) -> None:
    zone = actors.zone()
    payee = dev_account(33).address
    actors.decide(zone.propose_pay(payee, 7, title="x"))
    before = world.chain.balance(payee)
    assert zone.treasury.withdraw(payee).transact().value == 7
    assert world.chain.balance(payee) == before + 7


def test_a_body_collects_into_its_account(actors: Actors) -> None:
    zone = actors.zone()
    bakery = zone.body("bakery")
    actors.decide(zone.propose_pay("bakery", ETHER, title="To the bakery"))
    assert zone.treasury.withdraw(bakery.address).transact().value == ETHER
    assert zone.treasury.account(bakery).balance.amount == ETHER


def test_accounts(actors: Actors, world: World) -> None:
    zone = actors.reader()
    shown = {(account.body.path, str(account.balance)) for account in zone.treasury.accounts()}
    token = zone.asset(world.token.address)
    assert shown == {
        ("elmcourt", "100 ETH"),
        ("elmcourt", token.format(100_000)),
        ("elmcourt/food", "0 ETH"),
        ("elmcourt/food/bakery", "0 ETH"),
    }
    assert [account.body.path for account in zone.treasury.accounts("food")] == ["elmcourt/food"]


def test_epochs(actors: Actors, world: World) -> None:
    treasury = actors.reader().treasury
    assert treasury.epoch() == 0
    number = world.next_epoch()
    assert treasury.epoch() == number == 1
    assert treasury.epoch_ends(0) == treasury.epoch_start + treasury.epoch_seconds
    assert treasury.epoch(treasury.epoch_ends(0) - 1) == 0
    assert treasury.epoch(0) == 0


def test_assets_by_name(actors: Actors, world: World) -> None:
    zone = actors.reader()
    token = zone.asset(world.token.address)
    assert zone.asset(token.symbol.lower()) == token
    assert zone.asset("eth") == zone.asset("coin") == zone.asset(COIN) == THE_COIN
    with pytest.raises(NotFound, match="Elmcourt has no asset GOLD"):
        zone.asset("GOLD")
    with pytest.raises(NotFound, match=f"There is no token at {PEOPLE[0].address}"):
        zone.asset(PEOPLE[0].address)


def test_a_thing_that_is_no_token_is_shown_in_base_units(actors: Actors, world: World) -> None:
    asset = actors.reader().client.asset(world.factory.address)
    assert (asset.answers, asset.decimals, asset.format(5)) == (False, 0, f"5 units of {world.factory.address}")
