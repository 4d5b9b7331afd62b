"""IOversight: a parent objects to a proposal and freezes a body; the time that is lost is given back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.bodies import Body, Call, Person, Proposal, State, call_of, event, just_before, now, stand_at
from tests.support.chain import reverts
from tests.support.money import Caller
from tests.support.plans import CHILD, COIN, CONSTITUTIONAL, DAY, HOUR, INDUSTRY
from tests.support.world import EVIDENCE, LINE, PEOPLE, World

WEEK, MONTH, YEAR = 7 * DAY, 30 * DAY, 365 * DAY
DELAY, GRACE = 12 * HOUR, 72 * HOUR  # of the spending class


def of(child: Body, function: str, *args: Any) -> Call:
    """A call to a child, for a proposal of its parent."""
    return call_of(child.contract, function, *args)


def voted(body: Body, *calls: Call) -> Proposal:
    """A proposal that the next transaction may queue."""
    proposal = body.propose(*calls).open()
    proposal.vote(1, *proposal.enough())
    return proposal.close()


def as_parent(world: World, function: str, *args: Any) -> Any:
    """Try a call of food's parent to food at the present second."""
    return world.food.attempt(function, *args, by=Caller(world.zone.address))


def test_an_objection_to_what_is_due(world: World, stranger: Person) -> None:
    """It is held up for a week and can be executed for as long afterwards as it could have been before."""
    payment = world.food.propose(world.pay(stranger.address, 5)).carry()
    due, expiry = payment.read("proposalEta"), payment.read("proposalExpiry")
    objection = world.zone.propose(of(world.food, "object", payment.id, WEEK)).carry().wait_until_due()
    receipt = objection.execute()
    begun = now(world.chain)
    assert due < begun < expiry
    assert event(receipt, "ProposalObjected") == {
        "proposalId": payment.id,
        "begin": begun,
        "end": begun + WEEK,
        "origin": 1,
    }
    assert tuple(payment.read("pauseOf")) == (begun, begun + WEEK)
    assert (payment.read("proposalEta"), payment.read("proposalExpiry")) == (due, expiry + WEEK)
    with reverts("AlreadyObjected", proposalId=payment.id):
        as_parent(world, "object", payment.id, 1)
    stand_at(world.chain, begun + WEEK - 1)
    assert payment.state is State.QUEUED
    with reverts("ProposalPaused", proposalId=payment.id, until=begun + WEEK):
        world.food.attempt("execute", *payment.hashed)
    with reverts("GovernorUnexpectedProposalState", current=State.QUEUED):
        world.food.attempt("releaseExpired", *payment.hashed)
    stand_at(world.chain, begun + WEEK)
    world.food.attempt("execute", *payment.hashed)
    with reverts("NotPaused", proposalId=payment.id):
        as_parent(world, "resume", payment.id)
    stand_at(world.chain, expiry + WEEK)
    world.food.attempt("execute", *payment.hashed)
    with reverts("AlreadyObjected", proposalId=payment.id):
        as_parent(world, "object", payment.id, 1)
    stand_at(world.chain, expiry + WEEK + 1)
    assert payment.state is State.EXPIRED
    with reverts("GovernorUnexpectedProposalState", current=State.EXPIRED):
        as_parent(world, "object", payment.id, 1)
    payment.release()
    assert world.treasury.call("account", world.zone.address, COIN, block="latest").reserved == 0


def test_an_objection_during_the_vote(world: World, stranger: Person) -> None:
    """It counts from the end of the vote, which goes on. The parent may end it; what was not lost is not given back."""
    payment = world.food.propose(world.pay(stranger.address, 5))
    objection = world.zone.propose(of(world.food, "object", payment.id, WEEK)).carry()
    payment.vote(1, *payment.enough())
    objection.wait_until_due().execute()
    closes = payment.read("proposalDeadline")
    assert now(world.chain) < closes
    assert payment.state is State.ACTIVE
    assert tuple(payment.read("pauseOf")) == (closes, closes + WEEK)
    assert payment.read("proposalExpiry") == closes + WEEK + GRACE
    payment.close()
    stand_at(world.chain, closes + 1)
    assert payment.state is State.SUCCEEDED
    with reverts("ProposalPaused", proposalId=payment.id, until=closes + WEEK):
        world.food.attempt("queue", *payment.hashed)
    resumption = world.zone.propose(of(world.food, "resume", payment.id)).carry().wait_until_due()
    receipt = resumption.execute()
    resumed = now(world.chain)
    assert event(receipt, "ProposalResumed") == {"proposalId": payment.id, "origin": 2}
    assert tuple(payment.read("pauseOf")) == (closes, resumed)
    assert payment.read("proposalExpiry") == resumed + GRACE
    with reverts("NotPaused", proposalId=payment.id):
        as_parent(world, "resume", payment.id)
    just_before(world.chain, resumed + GRACE)
    payment.queue()
    assert payment.read("proposalEta") == resumed + GRACE + DELAY
    payment.wait_until_due().execute()
    with reverts("GovernorUnexpectedProposalState", current=State.EXECUTED):
        as_parent(world, "object", payment.id, 1)


def test_a_freeze(world: World, stranger: Person) -> None:
    """Nothing is queued or executed, votes go on, all deadlines are as much later; what was also paused counts once."""
    early = world.food.propose(world.pay(stranger.address, 1)).carry()
    late = voted(world.food, world.pay(stranger.address, 2))
    late_closes = late.read("proposalDeadline")
    world.zone.enact(of(world.food, "object", late.id, DAY))
    paused_at = now(world.chain)
    receipt = world.zone.enact(of(world.food, "freeze", 5 * DAY))
    frozen_at = now(world.chain)
    assert event(receipt, "Frozen") == {"until": frozen_at + 5 * DAY, "origin": 2}
    assert paused_at + DAY > frozen_at
    assert world.food.read("frozenUntil") == frozen_at + 5 * DAY
    assert world.food.read("freezeLeft") == 0
    assert early.state is State.QUEUED
    assert late.state is State.SUCCEEDED
    held = frozen_at + 5 * DAY - paused_at  # pause and freeze overlap
    assert late.read("proposalExpiry") == late_closes + GRACE + held
    for proposal, verb in ((early, "execute"), (late, "queue")):
        with reverts("BodyFrozen", until=frozen_at + 5 * DAY):
            world.food.attempt(verb, *proposal.hashed)
    with reverts("AlreadyFrozen", until=frozen_at + 5 * DAY):
        as_parent(world, "freeze", 1)
    below = voted(world.bakery, world.pay(stranger.address, 3))
    stand_at(world.chain, now(world.chain) + 1)
    with reverts("FrozenAbove", body=world.food.address, until=frozen_at + 5 * DAY):
        world.bakery.attempt("queue", *below.hashed)
    fresh = voted(world.food, world.pay(stranger.address, 4))  # members propose and vote as ever
    fresh_closes = fresh.read("proposalDeadline")
    assert fresh_closes < frozen_at + 5 * DAY
    world.food.attempt("leave", by=PEOPLE[5])  # and leave at will
    receipt = world.zone.enact(of(world.food, "unfreeze"))
    thawed = now(world.chain)
    assert thawed < frozen_at + 5 * DAY
    assert event(receipt, "Unfrozen") == {"origin": 3}
    assert world.food.read("frozenUntil") == 0
    assert world.food.read("frozenSecondsAt", thawed + YEAR) == thawed - frozen_at
    assert world.food.read("frozenSecondsAt", frozen_at + 7) == 7
    assert world.food.read("frozenSecondsAt", frozen_at - 1) == 0
    with reverts("NotFrozen"):
        as_parent(world, "unfreeze")
    assert fresh.read("proposalExpiry") == thawed + GRACE  # as if the vote had closed now
    assert late.read("proposalExpiry") == late_closes + GRACE + thawed - paused_at
    assert early.read("proposalExpiry") == early.read("proposalEta") + GRACE
    early.execute()
    fresh.queue()
    eta = fresh.read("proposalEta")
    stand_at(world.chain, eta - 1)
    with reverts("ProposalNotReady", eta=eta):
        world.food.attempt("execute", *fresh.hashed)
    stand_at(world.chain, late.read("proposalExpiry"))
    world.food.attempt("queue", *late.hashed)
    stand_at(world.chain, late.read("proposalExpiry") + 1)
    assert late.state is State.EXPIRED


def test_a_freeze_moves_the_delay_and_revives_nothing(world: World, stranger: Person) -> None:
    """Between queueing and execution it counts by the second; what had expired before it stays expired."""
    dead = voted(world.food, world.pay(stranger.address, 1))
    freeze = world.zone.propose(of(world.food, "freeze", DAY)).carry()
    just_before(world.chain, dead.read("proposalExpiry") - 26 * HOUR)
    fresh = voted(world.food, world.pay(stranger.address, 2))
    fresh.queue()
    queued = now(world.chain)
    dead_at = dead.read("proposalExpiry")
    just_before(world.chain, max(dead_at + 1, freeze.read("proposalEta")))
    freeze.execute()
    frozen_at = now(world.chain)
    assert dead.state is State.EXPIRED
    assert dead.read("proposalExpiry") == dead_at
    assert queued < frozen_at < queued + DELAY
    assert fresh.read("proposalEta") == queued + DELAY + DAY
    assert fresh.read("proposalExpiry") == queued + DELAY + DAY + GRACE
    stand_at(world.chain, queued + DELAY + DAY - 1)
    with reverts("ProposalNotReady", eta=queued + DELAY + DAY):
        world.food.attempt("execute", *fresh.hashed)
    fresh.wait_until_due().execute()
    assert dead.state is State.EXPIRED


def test_no_year_has_more_than_thirty_days(world: World) -> None:
    world.zone.enact(of(world.food, "freeze", 20 * DAY))
    first = now(world.chain)
    stand_at(world.chain, first + 20 * DAY - 1)
    assert (world.food.read("freezeLeft"), world.food.read("frozenUntil")) == (0, first + 20 * DAY)
    stand_at(world.chain, first + 20 * DAY)
    assert (world.food.read("freezeLeft"), world.food.read("frozenUntil")) == (10 * DAY, 0)
    as_parent(world, "freeze", 10 * DAY)
    with reverts("FrozenTooLong", wanted=10 * DAY + 1, left=10 * DAY):
        as_parent(world, "freeze", 10 * DAY + 1)
    world.zone.enact(of(world.food, "freeze", 10 * DAY))
    stand_at(world.chain, now(world.chain) + 10 * DAY)
    assert world.food.read("freezeLeft") == 0
    with reverts("FrozenTooLong", wanted=1, left=0):
        as_parent(world, "freeze", 1)
    stand_at(world.chain, first + YEAR)
    assert world.food.read("freezeLeft") == 20 * DAY  # as it goes on, the first one drops out of the year
    as_parent(world, "freeze", 20 * DAY)
    with reverts("FrozenTooLong", wanted=20 * DAY + 1, left=20 * DAY):
        as_parent(world, "freeze", 20 * DAY + 1)


def test_of_which_class_they_are(world: World) -> None:
    """Those of a child have rows; the same calls to anything else are constitutional."""
    class_of = world.zone.contract
    for function, args in (("object", (1, 1)), ("resume", (1,)), ("freeze", (1,)), ("unfreeze", ())):
        data = world.food.contract.encode(function, *args)
        classes = [
            class_of.call("classOf", target.address, data)
            for target in (world.food, world.bakery, world.zone, world.post)
        ]
        assert classes == [INDUSTRY, CONSTITUTIONAL, CONSTITUTIONAL, CONSTITUTIONAL], function
        assert world.food.contract.call("classOf", world.bakery.address, data) == INDUSTRY
    other = world.food.contract.encode("setDaoURI", "x")
    assert class_of.call("classOf", world.food.address, other) == CONSTITUTIONAL
    recall = world.treasury.encode("recall", COIN, world.food.address, LINE, EVIDENCE)
    assert class_of.call("classOf", world.treasury.address, recall) == INDUSTRY
    freeze = world.food.contract.encode("freeze", 1)
    world.zone.enact(world.zone.own("setRow", CHILD, freeze[:4], True))
    assert class_of.call("classOf", world.food.address, freeze, block="latest") == CONSTITUTIONAL


def test_only_the_parent(world: World, alice: Person) -> None:
    """Nobody else, not two levels up, and a zone has nobody above it; a body may object to its own proposal."""
    payment = world.bakery.propose(world.pay(alice.address, 1))
    for who in (alice.address, world.zone.address, world.bakery.address):
        for function, args in (("resume", (payment.id,)), ("freeze", (1,)), ("unfreeze", ())):
            with reverts("OnlyParent", caller=who):
                world.bakery.attempt(function, *args, by=Caller(who))
    for who in (alice.address, world.zone.address):
        with reverts("OnlyParent", caller=who):
            world.bakery.attempt("object", payment.id, 1, by=Caller(who))
    for who in (world.food, world.bakery):
        world.bakery.attempt("object", payment.id, WEEK, by=Caller(who.address))
    with reverts("OnlyParent"):
        world.zone.attempt("freeze", 1, by=Caller(world.zone.address))


@pytest.mark.parametrize(("function", "most"), [("object", WEEK), ("freeze", MONTH)])
def test_how_long(world: World, stranger: Person, function: str, most: int) -> None:
    payment = world.food.propose(world.pay(stranger.address, 5))
    before = (payment.id,) if function == "object" else ()
    as_parent(world, function, *before, 1)
    as_parent(world, function, *before, most)
    for seconds in (0, most + 1):
        with reverts("WrongDuration", seconds_=seconds, most=most):
            as_parent(world, function, *before, seconds)
    if function == "object":
        with reverts("GovernorNonexistentProposal", proposalId=17):
            as_parent(world, "object", 17, 1)
        with reverts("NotPaused", proposalId=payment.id):
            as_parent(world, "resume", payment.id)


def test_recalling_needs_no_cap(world: World) -> None:
    """Whatever the asset; granting it anew does."""
    recall = world.treasury.encode("recall", world.post.address, world.food.address, LINE, EVIDENCE)
    assert world.zone.contract.call("classOf", world.treasury.address, recall) == INDUSTRY
    allow = world.treasury.encode(
        "allow", world.post.address, world.food.address, 1, 1, world.zone.address, LINE, EVIDENCE
    )
    assert world.zone.contract.call("classOf", world.treasury.address, allow) == CONSTITUTIONAL
