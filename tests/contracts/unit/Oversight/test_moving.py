"""IMoving: a parent offers a body, another body of the zone takes it; all that it has and owes stays with it."""

from __future__ import annotations

from tests.contracts.unit.Oversight.test_dissolution import as_parent, of
from tests.support.bodies import FOR, Person, Proposal, State, call_of, event, now, stand_at
from tests.support.chain import reverts
from tests.support.money import Caller, Vault
from tests.support.plans import COIN, CONSTITUTIONAL, DAY, INDUSTRY
from tests.support.world import PEOPLE, World

ALICE = PEOPLE[0]
NOTICE, OFFER = 14 * DAY, 60 * DAY


def test_offered_and_taken(world: World, vault: Vault, stranger: Person) -> None:
    """What was proposed and reserved goes on below the new body; allowances, measures and pruning follow the parent."""
    zone, food, bakery = world.zone, world.food, world.bakery
    works = world.new_industry(zone, "Works", PEOPLE[1:6]).body
    classes = [
        food.contract.call("classOf", bakery.address, bakery.contract.encode(name, *args))
        for name, args in (("offerMove", (works.address,)), ("withdrawMove", ()))
    ]
    assert classes == [CONSTITUTIONAL, INDUSTRY]
    assert works.contract.call("classOf", bakery.address, bakery.contract.encode("acceptMove")) == CONSTITUTIONAL
    assert tuple(bakery.read("moveOffer")) == (COIN, 0, 0)

    abroad = world.new_zone("Abroad", PEOPLE[:2]).body
    for to in (food, stranger, world.treasury, abroad):
        with reverts("CannotStandBelow", body=to.address):
            bakery.attempt("offerMove", to.address, by=Caller(food.address))
    oven = world.new_industry(bakery, "Oven", PEOPLE[:2]).body
    with reverts("WouldBeDeeper", depth=2, now_=1):
        as_parent(world, food, "offerMove", works.address)
    with reverts("WouldBeDeeper", depth=4, now_=2):  # nor below itself
        bakery.attempt("offerMove", oven.address, by=Caller(food.address))
    for who in (ALICE, Caller(works.address), Caller(bakery.address)):
        for function, args in (("offerMove", (works.address,)), ("withdrawMove", ())):
            with reverts("OnlyParent", caller=who.address):
                bakery.attempt(function, *args, by=who)
    with reverts("OnlyIndustry"):
        zone.attempt("offerMove", works.address, by=Caller(COIN))
    for function, by in (("withdrawMove", Caller(food.address)), ("acceptMove", Caller(works.address))):
        with reverts("NotOffered", caller=by.address):
            bakery.attempt(function, by=by)

    receipt = food.enact(of(bakery, "offerMove", works.address))
    at = now(world.chain)
    offered = {"to": works.address, "readyAt": at + NOTICE, "expiresAt": at + OFFER, "origin": 1}
    assert event(receipt, "MoveOffered") == offered
    assert tuple(bakery.read("moveOffer")) == (works.address, at + NOTICE, at + OFFER)
    with reverts("MoveOpen", expiresAt=at + OFFER):
        bakery.attempt("offerMove", zone.address, by=Caller(food.address))
    with reverts("MoveNotReady", readyAt=at + NOTICE):
        bakery.attempt("acceptMove", by=Caller(works.address))
    with reverts("NotOffered", caller=zone.address):
        bakery.attempt("acceptMove", by=Caller(zone.address))

    stand_at(world.chain, at + NOTICE)
    taking = works.propose(of(bakery, "acceptMove"))
    inside = bakery.propose(call_of(works.contract, "execute", *taking.hashed))
    for each in (taking, inside.open()):
        each.vote(FOR, *each.enough())
    for each in (taking, inside.close()):
        each.queue()
    vault.deposit(bakery, 50)
    own = bakery.propose(world.pay(stranger.address, 5))
    paid, released = (bakery.propose(world.pay(stranger.address, amount), by=PEOPLE[2]) for amount in (60, 70))
    for each in (own, paid, released):
        each.open().vote(FOR, *each.enough())
    for each in (own, paid, released):
        each.close().queue()
    assert vault.contract.call("allowance", bakery.address, COIN).outstanding == 130
    stand_at(world.chain, inside.read("proposalEta"))
    with reverts("ExecutionRunning", number=inside.read("proposalNumber")):
        bakery.attempt("execute", *inside.hashed)
    receipt = taking.execute()
    moved = now(world.chain)
    assert event(receipt, "BodyMoved") == {"from": food.address, "to": works.address, "depth": 2, "origin": 1}
    assert (bakery.read("parent"), bakery.read("depth")) == (works.address, 2)
    assert (bakery.read("parentAt", moved - 1), bakery.read("parentAt", moved)) == (food.address, works.address)
    assert tuple(bakery.read("moveOffer")) == (COIN, 0, 0)
    assert (food.read("isChild", bakery.address), works.read("isChild", bakery.address)) == (False, True)
    assert vault.contract.call("allowance", bakery.address, COIN).limit == 0
    with reverts("OnlyParent"):
        bakery.attempt("freeze", DAY, by=Caller(food.address))
    bakery.attempt("freeze", DAY, by=Caller(works.address))
    assert [each.state for each in (own, paid, released)] == [State.QUEUED] * 3
    own.execute()
    paid.execute()  # what was reserved through the body that it left
    stand_at(world.chain, released.read("proposalExpiry") + 1)
    bakery.send("releaseExpired", *released.hashed)
    assert vault.contract.call("allowance", bakery.address, COIN).outstanding == 0
    assert vault.due(stranger) == 65
    assert oven.read("root") == zone.address
    with reverts("NothingToRehang"):
        oven.attempt("rehang")
    gone = next(who for who in PEOPLE if bakery.read("isMember", who.index) and not works.read("isMember", who.index))
    bakery.send("prune", gone.index)
    assert not bakery.read("isMember", gone.index)


def test_an_offer_ends(world: World) -> None:
    """It is taken back on appeal, or lapses; nobody takes a body that is to be dissolved."""
    zone, food, bakery = world.zone, world.food, world.bakery
    offer = of(bakery, "offerMove", zone.address)
    food.enact(offer)
    reversal = Proposal(food, [of(bakery, "withdrawMove")], "An appeal", ALICE)
    inner = call_of(food.contract, "propose", *reversal.whole)
    members = [who for who in PEOPLE if bakery.read("isMember", who.index)][:3]
    bakery.send("openPetition", *inner, by=members[0])
    for who in members[1:]:
        bakery.send("signPetition", 1, by=who)
    bakery.send("enactPetition", 1, *inner)
    receipt = reversal.carry().wait_until_due().execute()
    assert event(receipt, "MoveWithdrawn") == {"origin": reversal.read("proposalNumber")}
    assert tuple(bakery.read("moveOffer")) == (COIN, 0, 0)

    food.enact(offer)
    at = now(world.chain)
    stand_at(world.chain, at + OFFER)
    bakery.attempt("acceptMove", by=Caller(zone.address))
    stand_at(world.chain, at + OFFER + 1)
    with reverts("NotOffered", caller=zone.address):
        bakery.attempt("acceptMove", by=Caller(zone.address))
    food.enact(offer)
    at = now(world.chain)
    stand_at(world.chain, at + NOTICE)
    ready = int(event(food.enact(of(bakery, "dissolve")), "DissolutionAnnounced")["readyAt"])
    with reverts("BeingDissolved", readyAt=ready):
        bakery.attempt("acceptMove", by=Caller(zone.address))
    stand_at(world.chain, ready)
    bakery.send("finishDissolution")
    ended = now(world.chain)
    for function, args, by in (("acceptMove", (), zone), ("offerMove", (zone.address,), food)):
        with reverts("AlreadyDissolved", at=ended):
            bakery.attempt(function, *args, by=Caller(by.address))


def test_what_ends_takes_nobody_and_offers_nobody(world: World) -> None:
    """A body that was dissolved takes no other one; what it offered itself ends when its body hangs elsewhere."""
    zone, food, bakery = world.zone, world.food, world.bakery
    works, mill = (world.new_industry(zone, name, PEOPLE[:4]).body for name in ("Works", "Mill"))
    food.enact(of(bakery, "offerMove", works.address))
    works_ready, food_ready = (
        int(event(zone.enact(of(body, "dissolve")), "DissolutionAnnounced")["readyAt"]) for body in (works, food)
    )
    stand_at(world.chain, works_ready)
    works.send("finishDissolution")
    for function, args, by in (("acceptMove", (), works), ("offerMove", (works.address,), zone)):
        with reverts("CannotStandBelow", body=works.address):
            (mill if args else bakery).attempt(function, *args, by=Caller(by.address))
    stand_at(world.chain, food_ready)
    food.send("finishDissolution")
    assert bakery.read("moveOffer").to == works.address
    bakery.send("rehang")
    assert tuple(bakery.read("moveOffer")) == (COIN, 0, 0)
