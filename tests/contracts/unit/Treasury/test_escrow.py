"""Treasury.escrow: money goes into the zone's trade post, and nowhere else."""

from __future__ import annotations

from tests.support.bodies import Person, State, carry_together, event, events, transact
from tests.support.chain import deploy, reverts
from tests.support.money import EVIDENCE, LINE, Caller, Vault, balance_of, mill, new_token
from tests.support.plans import COIN, ETHER, NOTHING, TRADE_POST
from tests.support.world import World

KEY = b"trade".ljust(32, b"\0")


def test_coins(world: World, vault: Vault) -> None:
    before, held, entry = vault.account(world.zone), vault.holdings(), vault.entries
    receipt = world.zone.enact(vault.escrow(world.post, 7, KEY))
    assert event(receipt, "Escrowed") == {
        "body": world.zone.address,
        "entry": entry + 1,
        "proposal": 1,
        "asset": COIN,
        "post": world.post.address,
        "amount": 7,
        "source": world.zone.address,
        "tradeKey": KEY,
        "line": LINE,
        "evidence": EVIDENCE,
    }
    assert event(receipt, "Funded", world.post.address)["amount"] == 7
    assert vault.account(world.zone) == (before.balance - 7, 0)
    assert vault.holdings() == held - 7
    assert balance_of(world.chain, world.post) == 7
    assert world.post.call("funds", world.zone.address, COIN, KEY) == 7
    assert vault.entries == entry + 1


def test_tokens(world: World, vault: Vault) -> None:
    token = world.token
    before, held = vault.account(world.zone, token), vault.holdings(token)
    receipt = world.zone.enact(vault.escrow(world.post, 40, KEY, token))
    assert event(receipt, "Escrowed")["asset"] == token.address
    assert vault.account(world.zone, token) == (before.balance - 40, 0)
    assert vault.holdings(token) == held - 40
    assert balance_of(world.chain, world.post, token) == 40
    assert world.post.call("funds", world.zone.address, token.address, KEY) == 40
    assert token.call("allowance", vault.address, world.post.address) == 0


def test_through_an_allowance(world: World, vault: Vault) -> None:
    before = vault.account(world.zone)
    receipt = world.bakery.enact(vault.escrow(world.post, 7, KEY))
    escrowed = event(receipt, "Escrowed")
    assert (escrowed["body"], escrowed["source"]) == (world.bakery.address, world.zone.address)
    assert vault.account(world.zone) == (before.balance - 7, 0)
    assert vault.allowance(world.bakery)[4:] == (world.zone.address, 0)
    assert vault.allowance(world.food).used == 7
    assert world.post.call("funds", world.bakery.address, COIN, KEY) == 7


def test_a_token_that_takes_a_fee_funds_with_what_arrived(world: World, vault: Vault) -> None:
    token = new_token(world, "FeeToken", 100_000)
    vault.give(world.zone, 1_000, token)
    receipt = world.zone.enact(vault.escrow(world.post, 100, KEY, token))
    assert event(receipt, "Escrowed")["amount"] == 100
    assert event(receipt, "Funded")["amount"] == 90
    assert vault.account(world.zone, token) == (800, 0)
    assert vault.holdings(token) == 800


def test_a_token_that_returns_nothing(world: World, vault: Vault) -> None:
    token = new_token(world, "SilentToken")
    vault.give(world.zone, 50, token)
    world.zone.enact(vault.escrow(world.post, 20, KEY, token))
    assert world.post.call("funds", world.zone.address, token.address, KEY) == 20


def test_only_the_post_that_the_zone_lists(world: World, vault: Vault, alice: Person) -> None:
    before = vault.account(world.zone)
    rival = deploy(world.chain, "TradePost")
    for post in (rival, alice, world.stores, vault.contract, world.zone):
        proposal = world.zone.propose(vault.escrow(post, 7, KEY)).carry().wait_until_due()
        with reverts("UnknownPost", post=post.address):
            proposal.execute()
        assert proposal.state == State.QUEUED
        proposal.let_expire().release()
    assert vault.account(world.zone) == before


def test_the_post_is_the_one_listed_when_it_is_paid(world: World, vault: Vault) -> None:
    """A post replaced meanwhile gets nothing; an industry's post is its zone's."""
    rival = deploy(world.chain, "TradePost")
    replacing = world.zone.propose(world.zone.own("setModule", TRADE_POST, rival.address))
    old = world.food.propose(vault.escrow(world.post, 7, KEY))
    new = world.food.propose(vault.escrow(rival, 7, KEY))
    carry_together(replacing, old, new)
    replacing.wait_until_due().execute()
    with reverts("UnknownPost", post=world.post.address):
        old.execute()
    receipt = new.execute()
    assert event(receipt, "Escrowed")["post"] == rival.address
    assert rival.call("funds", world.food.address, COIN, KEY) == 7


def test_a_zone_without_a_post(world: World) -> None:
    other, books = mill(world, ETHER)
    assert other.read("module", TRADE_POST) == world.post.address
    # A zone that does not trade lists nobody, and nobody has the role of a post there.
    assert world.zone.read("roleOf", COIN) == 0
    with reverts("UnknownPost", post=COIN):
        books.attempt("escrow", COIN, COIN, 5, KEY, NOTHING, NOTHING, by=other)


def test_nothing_is_no_escrow(world: World, vault: Vault) -> None:
    for asset in (COIN, world.token.address):
        with reverts("NothingReceived", asset=asset):
            world.zone.enact(vault.escrow(world.post, 0, KEY, asset))


def test_a_token_that_refuses_leaves_all_as_it_was(world: World, vault: Vault) -> None:
    token = new_token(world, "ClosableToken")
    vault.give(world.zone, 50, token)
    proposal = world.zone.propose(vault.escrow(world.post, 20, KEY, token)).carry().wait_until_due()

    transact(token, "setClosed", True)
    with reverts("SafeERC20FailedOperation", token=token.address):
        proposal.execute()
    assert vault.account(world.zone, token) == (50, 20)
    transact(token, "setClosed", False)
    receipt = proposal.execute()
    assert len(events(receipt, "Escrowed")) == 1


def test_only_inside_an_executed_proposal(world: World, vault: Vault) -> None:
    for body in (world.zone, world.food):
        with reverts("NotExecuting", body=body.address):
            vault.attempt("escrow", world.post.address, COIN, 5, KEY, NOTHING, NOTHING, by=body)


def test_only_bodies_of_this_zone(world: World, vault: Vault, alice: Person, stranger: Person) -> None:
    other, _ = mill(world)
    for caller in (alice, stranger, other, world.factory, world.post, Caller(vault.address)):
        with reverts("NotOurBody", body=caller.address):
            vault.attempt("escrow", world.post.address, COIN, 5, KEY, NOTHING, NOTHING, by=caller)
