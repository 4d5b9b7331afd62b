"""The table of docs/explanation/oversight.md: what is open when a measure of a parent begins, cell by cell."""

from __future__ import annotations

import pytest

from tests.support.bodies import Call, Person, Proposal, State, call_of, event, just_before, now, stand_at, transact
from tests.support.chain import reverts
from tests.support.market import COIN_PRICE, DOCUMENT, Market, TradeState
from tests.support.money import EVIDENCE, LINE, Caller, Vault
from tests.support.plans import COIN, DAY, HOUR
from tests.support.world import PEOPLE, World

ALICE, BOB, CHARLIE, _, _, FRANK = PEOPLE[:6]
WEEK = 7 * DAY
BOUGHT, ARRIVED = 10, 8  # units of flour

# What a passed proposal meets when queued, a queued one when executed, a body below when it draws; "" for nothing.
MEETS = {
    "object": ("ProposalPaused", "ProposalPaused", ""),
    "freeze": ("BodyFrozen", "BodyFrozen", "FrozenAbove"),
    "recall": ("AllowanceExceeded", "", "AllowanceExceeded"),
    "dissolve": ("", "", ""),
}


def calls_of(world: World, measure: str, proposals: list[Proposal]) -> list[Call]:
    """The calls of the parent's proposal: one objection for each proposal of the body, or one call."""
    food = world.food.contract
    if measure == "object":
        return [call_of(food, "object", each.id, WEEK) for each in proposals]
    if measure == "recall":
        return [call_of(world.treasury, "recall", COIN, food.address, LINE, EVIDENCE)]
    return [call_of(food, measure, WEEK) if measure == "freeze" else call_of(food, measure)]


@pytest.mark.once
@pytest.mark.parametrize("measure", MEETS)
def test_what_is_open_when_a_measure_begins(market: Market, vault: Vault, stranger: Person, measure: str) -> None:
    """Proposals in every state, reservations, dues, deposits, trades, draws below, members, petitions."""
    world = market.world
    food, bakery, zone = world.food, world.bakery, world.zone
    expired = food.propose(world.pay(stranger.address, 6)).carry().let_expire()
    food.enact(world.pay(stranger.address, 5))
    market.seller.report(1_000)
    trade = market.buy(market.coin_listing, BOUGHT, food)
    queued, passed, fresh = (
        food.draft(world.pay(stranger.address, amount), by=who) for amount, who in ((7, ALICE), (8, BOB), (9, CHARLIE))
    )
    taken = zone.propose(*calls_of(world, measure, [queued, passed, fresh])).carry()
    just_before(world.chain, max(now(world.chain) + 2, taken.read("proposalEta") - 26 * HOUR))
    below = bakery.propose(world.pay(stranger.address, 10))
    for each in (queued, passed):
        each.make()
    for each in (below.open(), queued, passed):
        each.vote(1, *each.enough())
    for each in (below.close(), queued):
        each.queue()
    if now(world.chain) < taken.read("proposalEta") - 1:
        just_before(world.chain, taken.read("proposalEta") - 1)
    fresh.make()
    taken.execute()
    market.ship(trade)
    at_queue, at_execution, at_draw = MEETS[measure]

    assert [each.state for each in (queued, passed, fresh)] == [State.QUEUED, State.SUCCEEDED, State.PENDING]
    for proposal, verb, met in ((passed, "queue", at_queue), (queued, "execute", at_execution)):
        stand_at(world.chain, max(now(world.chain), queued.read("proposalEta") if not met else 0))
        if met:
            with reverts(met):
                food.attempt(verb, *proposal.hashed)
        else:
            food.attempt(verb, *proposal.hashed)
    if measure == "object":
        with reverts("GovernorUnexpectedProposalState", current=State.EXPIRED):
            food.attempt("object", expired.id, 1, by=Caller(zone.address))
    assert expired.state is State.EXPIRED
    expired.release()

    if at_draw:
        with reverts(at_draw, body=food.address):
            vault.attempt("reserve", COIN, 1, 99, by=Caller(bakery.address))
    else:
        vault.attempt("reserve", COIN, 1, 99, by=Caller(bakery.address))
    reserved = vault.account(zone).reserved
    stand_at(world.chain, max(now(world.chain), below.read("proposalEta")))
    below.execute()
    assert vault.account(zone).reserved == reserved - 10

    assert event(vault.withdraw(stranger), "Withdrawn")["amount"] == 15
    vault.deposit(food, 11)
    assert vault.account(food).balance == 11
    food.send("leave", by=FRANK)
    with reverts("StillInParent", index=ALICE.index):
        bakery.attempt("prune", ALICE.index)
    appeal = call_of(zone.contract, "propose", *zone.draft(world.pay(stranger.address)).whole)
    food.attempt("openPetition", *appeal, by=ALICE)

    market.attest(trade, market.seller, ARRIVED)
    transact(market.post, "attest", trade, food.address, ARRIVED, DOCUMENT, by=market.buyer.keeper)
    market.settle(trade)
    assert market.trade(trade).state == TradeState.SETTLED
    transact(market.post, "withdraw", food.address, COIN)
    assert vault.account(food).balance == 11 + (BOUGHT - ARRIVED) * COIN_PRICE


@pytest.mark.once
def test_votes_sponsors_and_withdrawals_go_on(world: World, stranger: Person) -> None:
    """While a proposal is objected to, its body frozen and about to be dissolved, all at once."""
    food, zone = world.food, world.zone
    fresh = [food.draft(world.pay(stranger.address, amount), by=ALICE) for amount in (1, 2)]
    taken = zone.propose(
        *(call_of(food.contract, "object", each.id, WEEK) for each in fresh),
        call_of(food.contract, "freeze", WEEK),
        call_of(food.contract, "dissolve"),
    ).carry()
    just_before(world.chain, taken.read("proposalEta") - 60)
    for each in fresh:
        each.make()
    taken.execute() if now(world.chain) >= taken.read("proposalEta") else taken.wait_until_due().execute()
    fresh[0].cancel()
    fresh[1].open().vote(1, *fresh[1].enough())
    assert (fresh[0].state, fresh[1].state) == (State.CANCELED, State.ACTIVE)
    fresh[1].close()
    stand_at(world.chain, now(world.chain) + 2)
    with reverts("BodyFrozen"):
        food.attempt("queue", *fresh[1].hashed)


@pytest.mark.once
def test_a_trade_of_a_body_that_ended_goes_on(market: Market, vault: Vault) -> None:
    """Keepers of the zone fulfil it; what comes back goes to the account of the body, and on to the one above."""
    world = market.world
    food, zone = world.food, world.zone
    settled, refunded = (market.buy(market.coin_listing, BOUGHT, food) for _ in range(2))
    market.ship(settled)
    ready = event(zone.enact(call_of(food.contract, "dissolve")), "DissolutionAnnounced")["readyAt"]
    just_before(world.chain, ready)
    food.send("finishDissolution")
    for trade in (settled, refunded):
        stand_at(world.chain, max(now(world.chain), market.trade(trade).deadline + 1))
        market.settle(trade)
    states = [market.trade(trade).state for trade in (settled, refunded)]
    assert states == [TradeState.SETTLED, TradeState.REFUNDED]
    assert market.due(food) == BOUGHT * COIN_PRICE
    transact(market.post, "withdraw", food.address, COIN)
    swept = event(vault.send("sweep", food.address, COIN), "Swept")
    assert (swept["heir"], swept["amount"]) == (zone.address, BOUGHT * COIN_PRICE)
    assert vault.account(food).balance == 0
