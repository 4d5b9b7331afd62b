"""Lessons about money held for others, G32 and G34 to G36, beyond the short ones beside execution."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from tests.support.bodies import FOR, Body, Person, Proposal, just_before, now, stand_at, transact
from tests.support.chain import deploy, reverts, sender
from tests.support.money import Vault, balance_of, mill, new_token, vault
from tests.support.plans import COIN, DAY, ETHER
from tests.support.world import BAKERY_LIMIT, FOOD_LIMIT, World

__all__ = ["vault"]

YEAR = 365 * DAY


# --- G32 ---


def test_what_is_due_waits_for_ever(world: World, vault: Vault, alice: Person) -> None:
    """G32 DSChief: ten years later, when every allowance has lapsed, it is withdrawn as on the first day."""
    world.bakery.enact(vault.pay(alice, 5))
    world.chain.skip(10 * YEAR)
    had = balance_of(world.chain, alice)
    vault.withdraw(alice)
    assert balance_of(world.chain, alice) == had + 5


def test_what_is_reserved_is_paid_to_one_who_was_expelled(world: World, vault: Vault, alice: Person) -> None:
    """G32: money once due depends on no membership."""
    world.zone.enact(vault.pay(alice, 5))
    world.zone.enact(world.zone.own("remove", alice.index), by=world.zone.members[1], voters=world.zone.members[1:8])
    just_before(world.chain, world.zone.read("expulsion", alice.index)[0])
    world.zone.send("finishExpulsion", alice.index)
    vault.withdraw(alice, by=alice)
    assert vault.due(alice) == 0


# --- G34 ---


def test_nobody_takes_what_is_promised_to_another(world: World, alice: Person, bob: Person) -> None:
    """G34 rage-quit: never more than the unreserved money, whichever body of the tree asks."""
    zone, books = mill(world, 5 * ETHER)
    smithy = world.new_industry(zone, "Smithy", zone.members[:4]).body
    zone.enact(books.allow(smithy, 5 * ETHER, 1, zone))
    promised = zone.propose(books.pay(alice, 3 * ETHER)).carry()
    drawn = smithy.propose(books.pay(bob, 2 * ETHER)).carry()
    assert books.account(zone) == (5 * ETHER, 5 * ETHER)
    for body in (zone, smithy):
        with reverts("InsufficientFunds", body=zone.address, available=0, wanted=1):
            body.propose(books.pay(alice, 1)).carry()
    # What lapses is free again, for whoever asks first, and no more than that.
    promised.let_expire().release()
    drawn.let_expire().release()
    with reverts("InsufficientFunds", body=zone.address, available=5 * ETHER, wanted=5 * ETHER + 1):
        zone.propose(books.pay(alice, 5 * ETHER + 1)).carry()
    zone.propose(books.pay(alice, 5 * ETHER)).carry()
    books.check()


def test_what_is_due_is_in_no_account(world: World, alice: Person) -> None:
    """G34: it lies in the vault until it is withdrawn, and no body can spend it a second time."""
    zone, books = mill(world, 5 * ETHER)
    zone.enact(books.pay(alice, 5 * ETHER))
    assert books.holdings() == 5 * ETHER
    with reverts("InsufficientFunds", body=zone.address, available=0, wanted=1):
        zone.propose(books.pay(alice, 1)).carry()
    books.withdraw(alice)
    assert books.holdings() == 0
    books.check()


def test_coins_forced_in_belong_to_nobody(world: World, vault: Vault, alice: Person) -> None:
    """G34: what a dying contract leaves in the vault is in no account, and a deposit credits what it brought."""
    before, held = vault.account(world.zone), vault.holdings()
    dying = bytes.fromhex("73" + vault.address[2:] + "ff")  # creation code: SELFDESTRUCT in favour of the vault
    sender(world.chain).transact(None, dying, ETHER, gas_limit=200_000)
    assert vault.holdings() == held + ETHER
    assert vault.account(world.zone) == before
    vault.deposit(world.zone, 1)
    assert vault.account(world.zone).balance == before.balance + 1


# --- G35 ---


def test_an_asset_that_stops_stops_no_other(world: World, vault: Vault, alice: Person) -> None:
    """G35 Moloch v2: one dead token in a proposal and in the vault; every other asset goes its way."""
    token = new_token(world, "ClosableToken")
    vault.give(world.zone, 50, token)
    world.zone.enact(vault.pay(alice, 20, token), vault.pay(alice, 5), vault.pay(alice, 7, world.token))
    transact(token, "setClosed", True)
    with reverts("SafeERC20FailedOperation", token=token.address):
        vault.withdraw(alice, token)
    vault.withdraw(alice)
    vault.withdraw(alice, world.token)
    world.food.enact(vault.pay(alice, 3))
    vault.deposit(world.food, 4)
    assert vault.due(alice, token) == 20


def test_a_payment_to_one_who_cannot_take_it_is_still_made(world: World, vault: Vault, alice: Person) -> None:
    """G35: an execution asks nothing of payees, so that none of them can stop it."""
    refusing = deploy(world.chain, "RefusingPayee")
    other, _ = mill(world)
    payees = (refusing, world.registry, other, alice)
    world.zone.enact(*(vault.pay(payee, 5) for payee in payees))
    assert [vault.due(payee) for payee in payees] == [5, 5, 5, 5]
    for payee in payees[:2]:
        with reverts("CoinNotAccepted", payee=payee.address):
            vault.withdraw(payee)
    for payee in payees[2:]:
        vault.withdraw(payee)
    assert [vault.due(payee) for payee in payees] == [5, 5, 0, 0]


# --- G36 ---


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_epoch_pays_more_than_its_limit(world: World, vault: Vault, alice: Person, seed: int) -> None:
    """G36 aragonOS#520: reserved + paid ≤ limit in each epoch, of the bakery and of all that came past food, counted
    from events alone: reserved in that epoch and not released, whatever was proposed, paid or left to expire."""
    choice = random.Random(seed)
    for _ in range(3):
        waiting = []
        for _ in range(4):
            body, amount = choice.choice([world.food, world.bakery]), choice.choice([1, 2, 3, 5]) * ETHER // 4
            if proposal := carried(world, vault, body, amount, alice):
                waiting.append(proposal)
        for proposal in waiting:
            pays = choice.random() < 0.5
            due = proposal.read("proposalEta") if pays else proposal.read("proposalExpiry") + 1
            stand_at(world.chain, max(due, now(world.chain)))
            proposal.execute() if pays else proposal.release()
        world.next_epoch()
    assert any(drawn for drawn in counted(world, vault).values())


def carried(world: World, vault: Vault, body: Body, amount: int, to: Person) -> Proposal | None:
    """A payment voted and queued, or None: it is queued exactly when it is within both limits."""
    proposal = body.propose(vault.pay(to, amount)).open()
    proposal.vote(FOR, *proposal.enough())
    proposal.close()
    before, epoch = counted(world, vault), vault.epoch()
    of_bakery, of_food = before[world.bakery.address, epoch], before[world.food.address, epoch]
    baked = of_bakery + amount if body is world.bakery else 0
    if baked <= BAKERY_LIMIT and of_bakery + of_food + amount <= FOOD_LIMIT:
        proposal.queue()
        return proposal
    with reverts("AllowanceExceeded"):
        proposal.queue()
    return None


def counted(world: World, vault: Vault) -> dict[tuple[str, int], int]:
    """Coins that were reserved at the zone and not released, by drawing body and epoch of the reservation."""
    made_in: dict[tuple[str, int], int] = {}  # by body and proposal: the epoch
    found: dict[tuple[str, int], int] = defaultdict(int)
    for event in vault.contract.logs():
        if event.name not in ("Reserved", "Released") or event.args["asset"] != COIN:
            continue
        drawer, proposal = event.args["body"], event.args["proposal"]
        if event.name == "Reserved":
            made_in[drawer, proposal] = vault.read("epochAt", world.chain.block(event.block_number).timestamp)
        sign = 1 if event.name == "Reserved" else -1
        found[drawer, made_in[drawer, proposal]] += sign * event.args["amount"]
    return found
