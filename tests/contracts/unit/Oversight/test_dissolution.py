"""IDissolution: a parent announces the end of a body, anybody finishes it, nothing that it owned or owed is lost."""

from __future__ import annotations

from typing import Any

from tests.support.ballots import ballot, batch
from tests.support.bodies import (
    AGAINST,
    FOR,
    Body,
    Call,
    Person,
    Proposal,
    State,
    call_of,
    event,
    just_before,
    now,
    stand_at,
)
from tests.support.chain import reverts
from tests.support.money import Caller, Vault
from tests.support.plans import COIN, CONSTITUTIONAL, DAY, ETHER, INDUSTRY, LAWS, MEMBERSHIP, SPENDING
from tests.support.world import PEOPLE, World

ALICE, BOB, CHARLIE, DAVE, ERIN, FRANK = PEOPLE[:6]
NOTICE = 14 * DAY


def of(child: Body, function: str, *args: Any) -> Call:
    """A call to a child, for a proposal of its parent."""
    return call_of(child.contract, function, *args)


def as_parent(world: World, child: Body, function: str, *args: Any) -> Any:
    """Try a call of the zone to a child at the present second."""
    return child.attempt(function, *args, by=Caller(world.zone.address))


def announce(world: World, child: Body) -> int:
    """The zone announces the end of a child; the first second in which it can be finished."""
    return int(event(world.zone.enact(of(child, "dissolve")), "DissolutionAnnounced")["readyAt"])


def finish(child: Body, at: int) -> None:
    """Anybody finishes it in a given second."""
    just_before(child.chain, at)
    child.send("finishDissolution")


def test_announced_and_withdrawn(world: World, stranger: Person) -> None:
    """What was proposed goes on, nothing new is proposed; it is taken back, or expires, and all is as before."""
    food, zone = world.food, world.zone
    classes = [
        zone.contract.call("classOf", food.address, food.contract.encode(name))
        for name in ("dissolve", "withdrawDissolution")
    ]
    assert classes == [CONSTITUTIONAL, INDUSTRY]
    assert tuple(food.read("dissolution")) == (0, 0, 0)
    ending = zone.propose(of(food, "dissolve")).carry()
    just_before(world.chain, ending.read("proposalEta") - DAY)
    payment = food.propose(world.pay(stranger.address, 5))
    receipt = ending.wait_until_due().execute()
    ready = now(world.chain) + NOTICE
    assert event(receipt, "DissolutionAnnounced") == {"readyAt": ready, "expiresAt": ready + NOTICE, "origin": 1}
    assert tuple(food.read("dissolution")) == (ready, ready + NOTICE, 0)
    assert payment.state is State.ACTIVE
    payment.vote(FOR, *payment.enough())
    payment.close().queue()
    payment.wait_until_due().execute()
    fresh = food.draft(world.pay(stranger.address, 6))
    with reverts("BeingDissolved", readyAt=ready):
        food.attempt("propose", *fresh.whole, by=ALICE)
    with reverts("DissolutionOpen", expiresAt=ready + NOTICE):
        as_parent(world, food, "dissolve")
    for who in (ALICE, Caller(food.address), Caller(world.bakery.address)):
        for function in ("dissolve", "withdrawDissolution"):
            with reverts("OnlyParent", caller=who.address):
                food.attempt(function, by=who)
    with reverts("OnlyParent"):
        zone.attempt("dissolve", by=ALICE)
    with reverts("OnlyIndustry"):  # the zero address, which is a zone's parent, calls nobody; nor would it end a zone
        zone.attempt("dissolve", by=Caller(COIN))
    stand_at(world.chain, ready - 1)
    with reverts("DissolutionNotReady", readyAt=ready):
        food.attempt("finishDissolution")
    receipt = zone.enact(of(food, "withdrawDissolution"))
    assert event(receipt, "DissolutionWithdrawn") == {"origin": 2}
    assert tuple(food.read("dissolution")) == (0, 0, 0)
    fresh.make().carry().wait_until_due().execute()
    for function, by in (("finishDissolution", stranger), ("withdrawDissolution", Caller(zone.address))):
        with reverts("NoDissolution"):
            food.attempt(function, by=by)
    ready = announce(world, food)
    stand_at(world.chain, ready)
    food.attempt("finishDissolution")
    stand_at(world.chain, ready + NOTICE)
    food.attempt("finishDissolution")
    with reverts("BeingDissolved", readyAt=ready):
        food.attempt("propose", *food.draft(world.pay(stranger.address)).whole, by=ALICE)
    stand_at(world.chain, ready + NOTICE + 1)
    with reverts("NoDissolution"):
        food.attempt("finishDissolution")
    assert tuple(food.read("dissolution")) == (0, 0, 0)
    as_parent(world, food, "dissolve")
    kept = food.propose(world.pay(stranger.address, 7))
    kept.open().vote(FOR, *kept.enough())
    assert kept.state is State.ACTIVE


def test_an_appeal_and_a_petition(world: World) -> None:
    """Two thirds of the members above announce it by signing; members of the body appeal."""
    food, zone = world.food, world.zone
    call = call_of(food.contract, "dissolve")
    assert event(zone.send("openPetition", *call, by=ALICE), "PetitionOpened")["wanted"] == 9
    for who in PEOPLE[1:9]:
        zone.send("signPetition", 1, by=who)
    receipt = zone.send("enactPetition", 1, *call)
    assert event(receipt, "DissolutionAnnounced")["origin"] == 0
    reversal = Proposal(zone, [call_of(food.contract, "withdrawDissolution")], "An appeal", ALICE)
    inner = call_of(zone.contract, "propose", *reversal.whole)
    food.send("openPetition", *inner, by=ALICE)
    for who in (BOB, CHARLIE):
        food.send("signPetition", 1, by=who)
    food.send("enactPetition", 1, *inner)
    reversal.carry().wait_until_due().execute()
    assert tuple(food.read("dissolution")) == (0, 0, 0)


def slow_works(world: World) -> Body:
    """An industry with money of its own whose votes take longer than a notice."""
    laws = list(LAWS)
    laws[CONSTITUTIONAL] = laws[CONSTITUTIONAL]._replace(voting_period=13 * DAY)
    laws[SPENDING] = laws[SPENDING]._replace(voting_period=15 * DAY)
    laws[MEMBERSHIP] = laws[MEMBERSHIP]._replace(voting_period=29 * DAY)
    laws[INDUSTRY] = laws[INDUSTRY]._replace(voting_delay=30 * DAY)
    works = world.new_industry(world.zone, "Works", PEOPLE[:6], laws=laws).body
    world.zone.enact(world.allow(works, ETHER, 9))
    return works


def test_what_is_open_when_a_body_ends(world: World, vault: Vault, stranger: Person) -> None:
    """Queued proposals expire and are released, others are canceled for good; there is no vote and nothing new."""
    works, zone = slow_works(world), world.zone
    vault.deposit(works, 100)
    ending = zone.propose(of(works, "dissolve")).carry()
    just_before(world.chain, ending.read("proposalEta") - 60)
    own, drawn, passed, failed = (
        works.propose(world.pay(stranger.address, amount), by=who)
        for amount, who in ((5, ALICE), (200, ALICE), (7, BOB), (8, BOB))
    )
    inside = works.propose(works.own("finishDissolution"), by=DAVE)
    open_ = works.propose(works.own("admit", [PEOPLE[6].address]), by=CHARLIE)
    pending = works.propose(call_of(vault.contract, "recall", COIN, world.food.address, bytes(32), bytes(32)), by=ERIN)
    petition = call_of(works.contract, "object", passed.id, DAY)
    ready = int(event(ending.wait_until_due().execute(), "DissolutionAnnounced")["readyAt"])
    stand_at(world.chain, ready - DAY)
    works.send("openPetition", *petition, by=ALICE)
    for each in (own, drawn, passed, inside):
        each.vote(FOR, *each.enough())
    failed.vote(AGAINST, *failed.enough())
    open_.vote(FOR, ALICE)
    late = batch(ballot(open_, FOR, DAVE))
    inside.close().queue()
    failed.close()
    own.queue()
    drawn.queue()
    stand_at(world.chain, inside.read("proposalEta"))
    with reverts("ExecutionRunning"):
        works.attempt("execute", *inside.hashed)
    assert (vault.account(works).reserved, vault.account(zone).reserved) == (5, 200)
    by_child = zone.draft(world.pay(stranger.address, 9))
    zone.attempt("propose", *by_child.whole, by=Caller(works.address))
    receipt = works.send("finishDissolution", by=stranger)
    ended = now(world.chain)
    assert ready < ended
    assert event(receipt, "BodyDissolved") == {"heir": zone.address}
    assert (works.read("dissolvedAt"), tuple(works.read("dissolution"))) == (ended, (0, 0, ended))
    states = [State.EXPIRED, State.EXPIRED, State.CANCELED, State.DEFEATED, State.CANCELED, State.CANCELED]
    everything = (own, drawn, passed, failed, open_, pending)
    assert [each.state for each in everything] == states
    assert not zone.read("isChild", works.address)
    assert works.read("isMember", ALICE.index)

    for vote in (
        ("castVote", open_.id, FOR),
        ("castBallots", open_.id, late),
        ("castVoteAsRepresentative", open_.id, 1),
    ):
        with reverts("GovernorUnexpectedProposalState", current=State.CANCELED):
            works.attempt(*vote, by=BOB)
    with reverts("GovernorUnexpectedProposalState", current=State.CANCELED):
        works.attempt("cancel", *pending.hashed, by=ERIN)
    with reverts("GovernorUnexpectedProposalState", current=State.CANCELED):
        works.attempt("queue", *passed.hashed)
    with reverts("GovernorUnexpectedProposalState", current=State.EXPIRED):
        works.attempt("execute", *own.hashed)
    with reverts("GovernorUnexpectedProposalState", current=State.CANCELED):
        as_parent(world, works, "object", passed.id, DAY)
    with reverts("GovernorUnexpectedProposalState", current=State.CANCELED):
        works.attempt("releaseExpired", *passed.hashed)
    with reverts("AlreadyDissolved", at=ended):
        works.attempt("propose", *works.draft(world.pay(stranger.address), by=ALICE).whole, by=ALICE)
    for function, args in (("dissolve", ()), ("freeze", (1,)), ("unfreeze", ())):
        with reverts("AlreadyDissolved", at=ended):
            as_parent(world, works, function, *args)
    with reverts("NoDissolution"):
        as_parent(world, works, "withdrawDissolution")
    with reverts("NoDissolution"):
        works.attempt("finishDissolution")
    for function, args, who in (
        ("openPetition", petition, BOB),
        ("signPetition", (1,), BOB),
        ("enactPetition", (1, *petition), BOB),
    ):
        with reverts("AlreadyDissolved", at=ended):
            works.attempt(function, *args, by=who)
    with reverts("GovernorInsufficientProposerVotes", proposer=works.address):
        zone.attempt("propose", *by_child.whole, by=Caller(works.address))

    vault.send("sweep", works.address, COIN)
    assert tuple(vault.account(works)) == (5, 5)
    own.release()
    drawn.release()
    assert (vault.account(works), vault.account(zone).reserved) == ((5, 0), 0)
    works.send("leave", by=ALICE)  # members come and go no more by vote, but leave at will
    stand_at(world.chain, ended + 40 * DAY)
    assert [each.state for each in everything] == states  # for good


def test_what_becomes_of_its_money_and_of_those_below(world: World, vault: Vault, stranger: Person) -> None:
    """What it has, and what comes in later, is the parent's; dues are withdrawn; children hang under the parent and
    draw only what that grants."""
    food, bakery, zone = world.food, world.bakery, world.zone
    vault.deposit(food, 50)
    food.enact(world.pay(stranger.address, 5))
    zone.enact(world.pay(food.address, 3))  # due to the body itself
    ready = announce(world, food)
    oven = world.new_industry(bakery, "Oven", PEOPLE[:2]).body
    just_before(world.chain, ready - 2 * DAY)
    first, second = (bakery.propose(world.pay(stranger.address, amount)) for amount in (10, 20))
    for each in (first.open(), second):
        each.vote(FOR, *each.enough())
    for each in (first.close(), second):
        each.queue()
    assert vault.allowance(bakery).outstanding == 30
    with reverts("NothingToRehang", parent=food.address):
        bakery.attempt("rehang")
    finish(food, ready)

    balance = vault.account(zone).balance
    vault.withdraw(food)
    entry = vault.entries
    swept = event(vault.send("sweep", food.address, COIN, by=stranger), "Swept")
    assert swept == {"body": food.address, "entry": entry + 1, "asset": COIN, "heir": zone.address, "amount": 48}
    vault.deposit(food, 7)
    vault.send("sweep", food.address, COIN)
    assert vault.account(zone).balance == balance + 55
    assert tuple(vault.account(food)) == (0, 0)
    vault.withdraw(stranger)

    with reverts("FrozenAbove", body=food.address):
        vault.attempt("reserve", COIN, 1, 9, by=Caller(bakery.address))
    with reverts("StillInParent", index=BOB.index):
        bakery.attempt("prune", BOB.index)
    receipt = bakery.send("rehang", by=stranger)
    hung = now(world.chain)
    assert event(receipt, "BodyRehung") == {"from": food.address, "to": zone.address, "depth": 1}
    assert (bakery.read("parent"), bakery.read("depth"), bakery.read("root")) == (zone.address, 1, zone.address)
    above = [bakery.read("parentAt", at) for at in (0, hung - 1, hung, hung + DAY)]
    assert above == [food.address, food.address, zone.address, zone.address]
    assert food.read("parentAt", hung) == zone.address
    assert zone.read("isChild", bakery.address)
    with reverts("NothingToRehang", parent=zone.address):
        bakery.attempt("rehang")
    with reverts("OnlyIndustry"):
        zone.attempt("rehang")
    assert oven.read("depth") == 3
    assert event(oven.send("rehang"), "BodyRehung") == {"from": bakery.address, "to": bakery.address, "depth": 2}

    assert vault.allowance(bakery)[:4] == (0, 0, 0, 0)
    assert vault.allowance(bakery).outstanding == 30
    with reverts("AllowanceExceeded", body=bakery.address, left=0):
        vault.attempt("reserve", COIN, 1, 9, by=Caller(bakery.address))
    with reverts("NoAllowance"):
        vault.attempt("recall", COIN, bakery.address, bytes(32), bytes(32), by=Caller(zone.address))
    first.execute()  # what was reserved is paid
    zone.enact(world.allow(bakery, ETHER, 3))
    third = bakery.propose(world.pay(stranger.address, 40)).carry()
    assert vault.allowance(bakery).used == 40
    assert second.state is State.EXPIRED
    second.release()  # as the tree was when it was reserved: nothing of the new allowance is given back
    assert vault.allowance(bakery).used == 40
    assert vault.allowance(bakery).outstanding == 40
    third.wait_until_due().execute()
    assert vault.due(stranger) == 50
    assert vault.account(zone).reserved == 0
