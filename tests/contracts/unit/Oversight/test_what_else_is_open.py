"""The tables of docs/explanation/oversight.md, those cells that test_what_is_open has not: all on the fastest chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.bodies import (
    FOR,
    Body,
    Call,
    Person,
    Proposal,
    State,
    attempt,
    call_of,
    event,
    events,
    just_before,
    now,
    stand_at,
    transact,
)
from tests.support.chain import at, deploy, reverts, rollback
from tests.support.histories import open_fastest
from tests.support.market import COIN_PRICE, DOCUMENT, Market, TradeState, build_market
from tests.support.money import EVIDENCE, LINE, Caller, Vault
from tests.support.plans import COIN, DAY, ETHER, HOUR, LAWS, MEMBERSHIP
from tests.support.polls import COUNCIL, choices, office_terms
from tests.support.world import PEOPLE, STRANGER, World, build
from zonedao.chain.contract import BoundContract

ALICE, BOB, CHARLIE, DAVE, ERIN, FRANK = PEOPLE[:6]
NOTICE = 14 * DAY

BOUGHT, ARRIVED = 10, 8  # units of flour

# What the body meets when it draws, one below it when it draws through it, a petition of the body above for a freeze
# when it takes effect, one of the body itself when it is signed, an appeal of the body when it takes effect, and
# followers when they are counted; "" for nothing.
MEETS = {
    "object": ("", "", "", "", "", ""),
    "freeze": ("", "FrozenAbove", "AlreadyFrozen", "", "", ""),
    "recall": ("AllowanceExceeded", "AllowanceExceeded", "", "", "", ""),
    "replace": ("", "", "", "", "", ""),
    "dissolve": ("", "", "", "", "", ""),
    "finish": ("", "FrozenAbove", *["AlreadyDissolved"] * 3, "GovernorUnexpectedProposalState"),
    "offer": ("", "", "", "", "", ""),
    "take": ("NoAllowance", "NoAllowance", "OnlyParent", "", "GovernorInsufficientProposerVotes", ""),
}


@dataclass(frozen=True)
class Open:
    """What is open in the bakery, below food: addresses and numbers only, so that a rollback restores it."""

    world: World
    works: Body  # beside food
    oven: Body  # below the bakery
    elections: BoundContract
    counted: tuple[int, ...]  # ids of its proposals so far, newest first
    market: Market

    @property
    def bakery(self) -> Body:
        return self.world.bakery

    @property
    def vault(self) -> Vault:
        return Vault(self.world.treasury)

    def again(self) -> Open:
        world = self.world.again()
        market = Market(world, self.market.riverside)
        return Open(world, self.works, self.oven, self.elections, self.counted, market)


@pytest.fixture(scope="module")
def open_grounds() -> Iterator[Open]:
    """The bakery elects, counts its active members, and lets an oven draw; its admissions are voted on for a month.

    On the fastest chain there is: what is open is the contracts' matter, which every chain runs alike.
    """
    with open_fastest() as connection:
        world = build(connection)
        bakery = world.bakery
        works = world.new_industry(world.zone, "Works", PEOPLE[1:6]).body
        oven = world.new_industry(bakery, "Oven", PEOPLE[:2]).body
        elections = at(connection, "IWholeElections", deploy(connection, "Elections").address)
        slow = LAWS[MEMBERSHIP]._replace(voting_period=29 * DAY)
        made = [bakery.propose(bakery.own("setActivity", 2), bakery.own("setLaw", MEMBERSHIP, slow))]
        made[0].carry(PEOPLE[:3]).wait_until_due().execute()
        terms = {"stand_seconds": 2 * DAY, "vote_seconds": 2 * DAY, "term_seconds": 200 * DAY}
        made.append(
            bakery.propose(
                call_of(elections, "openElection", office_terms(**terms)),
                call_of(elections, "openElection", office_terms(**terms | {"stand_seconds": 60 * DAY})),
                call_of(world.treasury, "allow", COIN, oven.address, ETHER, 12, world.zone.address, LINE, EVIDENCE),
            )
        )
        made[1].carry(PEOPLE[:3]).wait_until_due().execute()
        transact(elections, "stand", 1, by=ALICE)
        just_before(connection, elections.call("electionOf", 1).voteStart)
        transact(elections, "vote", 1, choices(1), by=BOB)
        just_before(connection, elections.call("electionOf", 1).voteEnd)
        transact(elections, "decide", 1)
        transact(world.registry, "delegate", ALICE.address, by=BOB)
        market = build_market(world)
        stand_at(connection, max(now(connection), made[0].read("proposalSnapshot") + 31 * DAY))
        yield Open(world, works, oven, elections, (made[1].id, made[0].id), market)


@pytest.fixture
def open_(open_grounds: Open) -> Iterator[Open]:
    """All of it, put back afterwards; the laws of the treasury are checked."""
    with rollback(open_grounds.world.chain):
        found = open_grounds.again()
        yield found
        found.vault.check()


def measures(open_: Open, what: str, proposal: Proposal) -> Call:
    """The call of the body above."""
    bakery = open_.bakery.contract
    calls = {
        "object": lambda: call_of(bakery, "object", proposal.id, 7 * DAY),
        "freeze": lambda: call_of(bakery, "freeze", 30 * DAY),
        "recall": lambda: call_of(open_.world.treasury, "recall", COIN, bakery.address, LINE, EVIDENCE),
        "replace": lambda: call_of(open_.elections, "replaceOfficers", 1, [ERIN.index], 60 * DAY),
        "offer": lambda: call_of(bakery, "offerMove", open_.works.address),
        "dissolve": lambda: call_of(bakery, "dissolve"),
    }
    return calls[{"take": "offer", "finish": "dissolve"}.get(what, what)]()


def take(open_: Open) -> Call:
    """The call of the other body."""
    return call_of(open_.bakery.contract, "acceptMove")


@pytest.mark.once
@pytest.mark.parametrize("what", MEETS)
def test_what_else_is_open(open_: Open, what: str) -> None:
    """Allowances, petitions, elections and recalls, a count under way, representatives."""
    world, vault, elections = open_.world, open_.vault, open_.elections
    bakery, food, oven = open_.bakery, world.food, open_.oven
    at_draw, below, freezing, signing, appealing, following = MEETS[what]
    allowed = vault.allowance(bakery)
    admission = bakery.draft(bakery.own("admit", [DAVE.address]), by=CHARLIE)
    if what == "take":
        food.enact(call_of(elections, "replaceOfficers", 1, [ERIN.index], 60 * DAY))
    measure = food.propose(measures(open_, what, admission)).carry()
    just_before(world.chain, measure.read("proposalEta") - 2 * HOUR)
    admission.make().open()
    ids = [admission.id, *open_.counted]
    taking = None
    if what in ("take", "finish"):
        measure.wait_until_due().execute()
        ready = bakery.read("dissolution").readyAt or bakery.read("moveOffer").readyAt
        if what == "take":
            stand_at(world.chain, ready - 4 * DAY)
            taking = open_.works.propose(take(open_)).carry()
        stand_at(world.chain, ready - HOUR)

    # What is open: a vote of a representative, petitions in both bodies, a recall, a count.
    bakery.send("castVoteAsRepresentative", admission.id, FOR, by=ALICE)
    own, above = call_of(bakery.contract, "object", admission.id, DAY), call_of(bakery.contract, "freeze", DAY)
    bakery.send("openPetition", *own, by=ALICE)
    appeal = call_of(food.contract, "propose", *food.draft(world.pay(STRANGER.address), by=DAVE).whole)
    bakery.send("openPetition", *appeal, by=BOB)
    for who in (ALICE, CHARLIE):
        bakery.send("signPetition", 2, by=who)
    food.send("openPetition", *above, by=DAVE)
    for who in (ERIN, FRANK):
        food.send("signPetition", 1, by=who)
    transact(elections, "petition", 1, ALICE.index, by=CHARLIE)
    opened = event(bakery.send("openRecount", ids, [], by=BOB), "RecountOpened")
    happen(open_, what, measure, taking)

    for drawer, met in ((bakery, at_draw), (oven, below)):
        if met:
            with reverts(met, **({} if met == "NoAllowance" and drawer is oven else {"body": bakery.address})):
                vault.attempt("reserve", COIN, ETHER // 2, 99, by=Caller(drawer.address))
        else:
            vault.attempt("reserve", COIN, ETHER // 2, 99, by=Caller(drawer.address))
    limit = 0 if what in ("recall", "take") else allowed.limit
    assert (vault.allowance(bakery).limit, vault.allowance(oven).limit) == (limit, ETHER)
    steps: list[tuple[Body, str, tuple[Any, ...], Person, str]] = [
        (bakery, "signPetition", (1,), BOB, signing),
        (bakery, "enactPetition", (2, *appeal), BOB, appealing),
        (food, "enactPetition", (1, *above), BOB, freezing),
        (bakery, "countFollowers", (admission.id, ALICE.index, [0]), BOB, following),
        (bakery, "continueRecount", (opened["votes"], [0]), BOB, ""),
    ]
    for body, function, args, by, met in steps:
        if met:
            with reverts(met):
                body.attempt(function, *args, by=by)
        else:
            body.send(function, *args, by=by)
    active, until = bakery.read("activity")
    assert (active, until) == (2, opened["at"] + 30 * DAY)
    assert admission.tally == (0, 1 if following else 2, 0)
    assert admission.state is (State.CANCELED if what == "finish" else State.ACTIVE)

    if what == "take":  # who was named stays, and who is above now can end it
        assert elections.call("officers", bakery.address, COUNCIL) == (1, (ERIN.index,))
        with reverts("NotFromAbove", caller=food.address):
            attempt(elections, "restoreOfficers", 1, by=Caller(food.address))
        attempt(elections, "restoreOfficers", 1, by=Caller(open_.works.address))

    # Elections belong to the members, whatever becomes of the body's own votes.
    transact(elections, "petition", 1, ALICE.index, by=BOB)
    for who in (BOB, CHARLIE):
        transact(elections, "voteRecall", 1, True, by=who)
    transact(elections, "stand", 2, by=CHARLIE)
    just_before(world.chain, elections.call("electionOf", 2).voteStart)
    transact(elections, "vote", 2, choices(1), by=BOB)
    ends = [elections.call("petitionOf", 1).voteEnd, elections.call("electionOf", 2).voteEnd]
    just_before(world.chain, max(ends))
    assert event(transact(elections, "closeRecall", 1), "OfficerLeft")["recalled"]
    transact(elections, "decide", 2)
    assert elections.call("officers", bakery.address, COUNCIL)[1] == (CHARLIE.index,)


@pytest.mark.once
@pytest.mark.parametrize("what", ["replace", "offer", "take"])
def test_what_has_passed_is_paid_and_what_was_bought_arrives(open_: Open, what: str) -> None:
    """Proposals in every state, reservations, dues, a listing and trades, members: as test_what_is_open has it for the
    other measures."""
    world, vault, market = open_.world, open_.vault, open_.market
    bakery, food, oven, zone = open_.bakery, world.food, open_.oven, world.zone
    bakery.enact(world.pay(STRANGER.address, 5))
    expired = bakery.propose(world.pay(STRANGER.address, 6)).carry().let_expire()
    market.seller.report(1_000)
    listing = market.list(expires_at=now(world.chain) + 30 * DAY)
    if what == "take":
        food.enact(measures(open_, what, expired))
        stand_at(world.chain, bakery.read("moveOffer").readyAt - 6 * DAY)
    market.seller.report(1_000)
    purchases = market.purchase(bakery, listing, BOUGHT)
    agreed, shipped = (each.args["trade"] for each in events(bakery.enact(*purchases, *purchases), "CommitmentMade"))
    market.ship(shipped)
    deciding = food.propose(measures(open_, what, expired)) if what != "take" else open_.works.propose(take(open_))
    deciding.carry()
    moment = max(deciding.read("proposalEta"), bakery.read("moveOffer").readyAt)
    stand_at(world.chain, moment - 30 * HOUR)
    below = oven.propose(world.pay(STRANGER.address, 10))
    queued, passed = (bakery.propose(world.pay(STRANGER.address, amount), by=ALICE) for amount in (7, 8))
    for each in (queued.open(), passed, below):
        each.vote(FOR, *each.enough())
    for each in (queued.close(), below):
        each.queue()
    stand_at(world.chain, moment - HOUR // 2)
    fresh = bakery.propose(world.pay(STRANGER.address, 9))
    reserved = vault.account(zone).reserved
    just_before(world.chain, moment)
    deciding.execute()
    market.ship(agreed)
    assert [each.state for each in (queued, passed, fresh)] == [State.QUEUED, State.SUCCEEDED, State.PENDING]
    assert (expired.state, vault.account(zone).reserved) == (State.EXPIRED, reserved)

    if what == "take":
        with reverts("NoAllowance", body=bakery.address):
            bakery.attempt("queue", *passed.hashed)
    else:
        bakery.attempt("queue", *passed.hashed)
    stand_at(world.chain, max(now(world.chain), queued.read("proposalEta"), below.read("proposalEta")))
    queued.execute()
    below.execute()
    expired.release()
    assert vault.account(zone).reserved == reserved - 7 - 10 - 6
    assert event(vault.withdraw(STRANGER), "Withdrawn")["amount"] == 5 + 7 + 10
    vault.deposit(bakery, 11)
    fresh.vote(FOR, BOB) if now(world.chain) > fresh.read("proposalVoteStart") else fresh.open().vote(FOR, BOB)
    bakery.send("leave", by=CHARLIE)
    if what == "take":
        bakery.send("prune", ALICE.index)
    else:
        with reverts("StillInParent", index=ALICE.index):
            bakery.attempt("prune", ALICE.index)

    for trade in (agreed, shipped):
        market.attest(trade, market.seller, ARRIVED)
        transact(market.post, "attest", trade, bakery.address, ARRIVED, DOCUMENT, by=market.buyer.keeper)
        market.settle(trade)
        assert market.trade(trade).state == TradeState.SETTLED
    transact(market.post, "withdraw", bakery.address, COIN)
    assert vault.account(bakery).balance == 11 + 2 * (BOUGHT - ARRIVED) * COIN_PRICE


@pytest.mark.once
def test_a_body_that_comes_back_finds_what_was_granted_there(open_: Open) -> None:
    """Unless taking it recalls that, in the same proposal."""
    world, vault, bakery = open_.world, open_.vault, open_.bakery
    granted = vault.allowance(bakery)
    for above, to in ((world.food, open_.works), (open_.works, world.food)):
        above.enact(call_of(bakery.contract, "offerMove", to.address))
        stand_at(world.chain, bakery.read("moveOffer").readyAt)
        if to is open_.works:
            to.enact(take(open_))
            assert vault.allowance(bakery).limit == 0
    with rollback(world.chain):
        world.food.enact(take(open_))
        assert vault.allowance(bakery) == granted
    world.food.enact(take(open_), measures(open_, "recall", world.food.draft()))
    assert vault.allowance(bakery).limit == 0


def happen(open_: Open, what: str, measure: Proposal, taking: Proposal | None) -> None:
    """It takes effect, or the end comes, or the other body takes what was offered."""
    bakery = open_.bakery
    if taking is not None:
        ready = max(bakery.read("moveOffer").readyAt, taking.read("proposalEta"))
        just_before(bakery.chain, ready)
        taking.execute()
        assert bakery.read("parent") == open_.works.address
    elif what == "finish":
        just_before(bakery.chain, bakery.read("dissolution").readyAt)
        bakery.send("finishDissolution")
        assert bakery.read("dissolvedAt")
    else:
        measure.wait_until_due().execute()
