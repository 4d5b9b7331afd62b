"""Lessons of bugs that were voted for (README.md, G30)."""

from __future__ import annotations

from tests.support.bodies import Person, State, call_of, now, stand_at
from tests.support.chain import GAS_PRICE_WEI, reverts
from tests.support.money import Caller
from tests.support.plans import COIN, DAY
from tests.support.world import World
from zonedao.client import Client

WEEK = 7 * DAY


def test_what_would_be_refused_is_told_before_it_is_voted_on(world: World, alice: Person, bob: Person) -> None:
    """G30 Compound 62: proposing and voting both simulate the execution, and say what it would fail with."""
    client = Client(world.chain, alice.signer, gas_price_wei=GAS_PRICE_WEI)
    zone = client.zone(world.zone.address)
    sound, broken = zone.propose_pay(bob.address, 1, title="Sound"), zone.propose_admit([bob.address], title="Broken")
    for action, said in ((sound, ()), (broken, ("as things are now, executing it would be refused: ",))):
        assert tuple(warning[: len(said[0])] for warning in action.explain().warnings) == said
        proposal = action.transact().value
        stand_at(world.chain, proposal.opens_at + 1)
        world.chain.mine()
        warnings = proposal.vote("for").explain().warnings
        assert tuple(warning[: len(said[0])] for warning in warnings) == said


def test_a_pause_is_narrow_ends_by_itself_and_moves_no_money(world: World, alice: Person, stranger: Person) -> None:
    """G30 Compound 117: a parent stops one payment of its industry for a week at most and once, and nothing else:
    other proposals go on, no account changes, and the payment is made afterwards as it was voted."""
    food, zone = world.food, world.zone

    def accounts() -> list[object]:
        return [tuple(world.treasury.call("account", body.address, COIN)) for body in (zone, food, world.bakery)]

    payment = food.propose(world.pay(stranger.address, 5)).carry()
    other = food.propose(world.pay(alice.address, 3)).carry()
    with reverts("WrongDuration", seconds_=WEEK + 1, most=WEEK):
        food.attempt("object", payment.id, WEEK + 1, by=Caller(zone.address))
    before = accounts()
    objection = zone.propose(call_of(food.contract, "object", payment.id, WEEK)).carry().wait_until_due()
    objection.execute()
    begun = now(world.chain)
    assert accounts() == before
    other.execute()
    assert other.state is State.EXECUTED
    with reverts("ProposalPaused", proposalId=payment.id, until=begun + WEEK):
        food.attempt("execute", *payment.hashed)
    stand_at(world.chain, begun + WEEK)
    with reverts("AlreadyObjected", proposalId=payment.id):
        food.attempt("object", payment.id, 1, by=Caller(zone.address))
    payment.execute()
    assert world.treasury.call("due", stranger.address, COIN, block="latest") == 5
