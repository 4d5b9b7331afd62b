"""IPetitions: what persons bring about by signing, on the chain or off it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.ballots import domain_of, message
from tests.support.bodies import Body, Call, Person, Proposal, State, call_of, event, events, just_before, now, stand_at
from tests.support.chain import reverts
from tests.support.money import Caller
from tests.support.plans import DAY, INDUSTRY, NOTHING, Law, body_plan, genesis, own, zone_plan
from tests.support.world import PEOPLE, World, create_zone
from zonedao.chain.signers import dev_account

ALICE, BOB, CHARLIE, DAVE, ERIN = PEOPLE[:5]
WEEK, OPEN, REST = 7 * DAY, 14 * DAY, 30 * DAY
FIELDS = {"petition": "uint256", "target": "address", "data": "bytes", "deadline": "uint256"}


def opened(body: Body, call: Call, by: Person = ALICE) -> dict[str, Any]:
    """A new petition of a member, as its event tells it."""
    return event(body.send("openPetition", *call, by=by), "PetitionOpened", body.address)


def signature(body: Body, petition: dict[str, Any], by: Person, **changed: Any) -> bytes:
    """A member's signature of a petition, made by eth-account."""
    values = {**{name: petition[name] for name in FIELDS}, **changed}
    return by.signer.sign_typed_data(message("Petition", FIELDS, values, domain_of(body)))


def payment(world: World, body: Body) -> Proposal:
    return body.propose(world.pay(world.post.address, 5))


def test_an_objection_to_a_child(world: World, stranger: Person) -> None:
    """Three of twelve, one by one or brought together; what it brings about is an objection of the parent."""
    held = payment(world, world.food)
    call = call_of(world.food.contract, "object", held.id, WEEK)
    receipt = world.zone.send("openPetition", *call, by=ALICE)
    begun = now(world.chain)
    petition = event(receipt, "PetitionOpened")
    assert petition == {
        "petition": 1,
        "person": ALICE.index,
        "target": world.food.address,
        "data": call[1],
        "wanted": 3,
        "deadline": begun + OPEN,
    }
    assert event(receipt, "PetitionSigned") == {"petition": 1, "person": ALICE.index, "signed": 1}
    assert world.zone.read("petitionCount") == 1
    world.zone.send("signPetition", 1, by=BOB)
    with reverts("TooFewSigners", signed=2, wanted=3):
        world.zone.attempt("enactPetition", 1, *call)
    for who in (ALICE, BOB):
        with reverts("AlreadySigned", petition=1, person=who.index):
            world.zone.attempt("signPetition", 1, by=who)
    with reverts("NotPetitioner", account=stranger.address):
        world.zone.attempt("signPetition", 1, by=stranger)
    good = [signature(world.zone, petition, who) for who in (BOB, CHARLIE, DAVE)]
    bad = signature(world.zone, petition, ERIN, deadline=begun + OPEN + 1)
    signers = [BOB, CHARLIE, ERIN, stranger, DAVE, DAVE]
    signatures = [good[0], good[1], bad, signature(world.zone, petition, stranger), good[1], good[2]]
    receipt = world.zone.send("signPetitionFor", 1, [who.address for who in signers], signatures)
    told = [(each.args["person"], each.args["signed"]) for each in events(receipt, "PetitionSigned")]
    assert told == [(CHARLIE.index, 3), (DAVE.index, 4)]
    with reverts("NothingSigned", petition=1):
        world.zone.attempt("signPetitionFor", 1, [BOB.address, ERIN.address], [good[0], bad])
    with reverts("UnequalSigners", signers=1, signatures=0):
        world.zone.attempt("signPetitionFor", 1, [BOB.address], [])
    assert world.zone.read("petitionSigners", 1, 0) == 0b11110
    with reverts("OtherPetition", petition=1):
        world.zone.attempt("enactPetition", 1, world.food.address, call[1][:-1] + b"\1")
    with reverts("OtherPetition", petition=1):
        world.zone.attempt("enactPetition", 1, world.bakery.address, call[1])
    receipt = world.zone.send("enactPetition", 1, *call)
    assert event(receipt, "PetitionEnacted") == {"petition": 1}
    assert event(receipt, "ProposalObjected", world.food.address)["origin"] == 0
    pause = held.read("pauseOf")
    assert pause.end - pause.begin == WEEK
    state = world.zone.read("petitionOf", 1)
    assert (state.openedAt, state.deadline, state.opener, state.wanted) == (begun, begun + OPEN, ALICE.index, 3)
    assert (state.signed, state.enacted) == (4, True)
    for verb, args in (("signPetition", (1,)), ("enactPetition", (1, *call)), ("signPetitionFor", (1, [], []))):
        with reverts("PetitionClosed", petition=1):
            world.zone.attempt(verb, *args, by=ERIN)
        with reverts("NoSuchPetition", petition=2):
            world.zone.attempt(verb, 2, *args[1:], by=ERIN)


def test_signatures_are_of_this_body_only(world: World) -> None:
    """The same words for another body count nothing (LESSONS G19)."""
    call = call_of(world.bakery.contract, "freeze", DAY)
    petition = opened(world.food, call)
    assert petition["wanted"] == 3
    foreign = [signature(world.zone, petition, who) for who in (BOB, CHARLIE)]
    with reverts("NothingSigned", petition=1):
        world.food.attempt("signPetitionFor", 1, [BOB.address, CHARLIE.address], foreign)
    own = [signature(world.food, petition, who) for who in (BOB, CHARLIE)]
    world.food.send("signPetitionFor", 1, [BOB.address, CHARLIE.address], own)
    world.food.send("enactPetition", 1, *call)
    assert world.bakery.read("frozenUntil") == now(world.chain) + DAY


def test_its_time_and_the_rest_afterwards(world: World) -> None:
    held, other = payment(world, world.food), payment(world, world.food)
    call = call_of(world.food.contract, "object", held.id, DAY)
    petition, late = opened(world.zone, call), opened(world.zone, call_of(world.food.contract, "object", other.id, DAY))
    for who in (BOB, CHARLIE):
        for number in (1, 2):
            world.zone.send("signPetition", number, by=who)
    with reverts("TooManyPetitions", person=ALICE.index, freeAt=petition["deadline"]):
        world.zone.attempt("openPetition", *call, by=ALICE)
    world.zone.send("enactPetition", 1, *call)
    rests = now(world.chain) + REST
    assert world.zone.read("matterRestsUntil", world.food.address, call[1][:4]) == rests
    with reverts("MatterRests", until=rests):
        world.zone.attempt("enactPetition", 2, late["target"], late["data"])
    with reverts("MatterRests", until=rests):
        world.zone.attempt("openPetition", *call, by=BOB)
    opened(world.zone, call_of(world.food.contract, "freeze", WEEK), by=BOB)  # another matter does not rest
    world.zone.enact(call_of(world.food.contract, "object", other.id, DAY))  # nor does a vote
    stand_at(world.chain, petition["deadline"])
    with reverts("TooManyPetitions", person=ALICE.index, freeAt=petition["deadline"]):
        world.zone.attempt("openPetition", *call_of(world.food.contract, "freeze", 1), by=ALICE)
    world.zone.attempt("signPetition", 3, by=ERIN)
    just_before(world.chain, late["deadline"] + 1)
    third = opened(world.zone, call_of(world.food.contract, "freeze", 1))  # both places are free again
    assert third["petition"] == 4
    with reverts("PetitionClosed", petition=2):
        world.zone.attempt("signPetition", 2, by=ERIN)
    stand_at(world.chain, rests - 1)
    with reverts("MatterRests", until=rests):
        world.zone.attempt("openPetition", *call, by=CHARLIE)
    stand_at(world.chain, rests)
    world.zone.attempt("openPetition", *call, by=CHARLIE)


def test_what_can_be_petitioned(world: World) -> None:
    """The five there are, each of its own bodies; everything else is refused, and who is no member opens nothing."""
    held = payment(world, world.food)
    freeze, object_ = held.body.contract.encode("freeze", WEEK), held.body.contract.encode("object", held.id, 1)
    longer = held.body.contract.encode("freeze", WEEK + 1)
    propose = world.zone.contract.encode("propose", [], [], [], "")
    dissolve, unfreeze = (held.body.contract.encode(name) for name in ("dissolve", "unfreeze"))
    for body, target, data in (
        (world.zone, world.food, freeze),
        (world.zone, world.food, object_),
        (world.zone, world.zone, object_),
        (world.food, world.food, object_),
        (world.food, world.zone, propose),
        (world.zone, world.food, dissolve),
    ):
        assert body.attempt("openPetition", target.address, data, by=ALICE) == 1
    for body, target, data in (
        (world.zone, world.food, longer),
        (world.zone, world.food, freeze[:-1]),
        (world.zone, world.bakery, freeze),
        (world.zone, world.zone, freeze),
        (world.food, world.zone, freeze),
        (world.zone, world.bakery, object_),
        (world.food, world.zone, object_),
        (world.zone, world.food, propose),
        (world.bakery, world.zone, propose),
        (world.zone, world.zone, propose),
        (world.zone, world.bakery, dissolve),
        (world.food, world.food, dissolve),
        (world.zone, world.food, unfreeze),
    ):
        with reverts("NotPetitionable", target=target.address, selector=data[:4]):
            body.attempt("openPetition", target.address, data, by=ALICE)
    with reverts("NotPetitionable", selector=bytes(4)):
        world.zone.attempt("openPetition", world.food.address, b"\1\2\3", by=ALICE)
    for who in (PEOPLE[6], Caller(world.zone.address)):
        with reverts("NotPetitioner", account=who.address):
            world.food.attempt("openPetition", world.bakery.address, freeze, by=who)


def test_how_many_and_for_how_long_members(world: World) -> None:
    """A tenth, a twentieth, a fifth; three at least, or all; members of a moment before it was opened."""
    small = world.new_industry(world.bakery, "Oven", PEOPLE[:2]).body
    stand_at(world.chain, now(world.chain) + DAY)
    oven = small.propose(world.pay(world.post.address, 1), by=ALICE)
    assert opened(small, call_of(small.contract, "object", oven.id, 1))["wanted"] == 2
    world.food.enact(world.food.own("admit", [PEOPLE[7].address]))
    petition = opened(world.food, call_of(world.bakery.contract, "freeze", 1))
    assert petition["wanted"] == 3
    with reverts("NotPetitioner", account=PEOPLE[7].address):
        world.food.attempt("signPetition", 1, by=PEOPLE[7])
    large = world.new_zone("Large", [Person(f"p{i}", i, dev_account(i)) for i in range(60)])
    body = large.body
    mine = body.propose(call_of(large.treasury, "pay", "0x" + "00" * 20, world.post.address, 1, NOTHING, NOTHING))
    by = body.members[0]
    assert opened(body, call_of(body.contract, "object", mine.id, 1), by=by)["wanted"] == 6
    child = world.new_industry(body, "Part", body.members[:30]).body
    assert opened(body, call_of(child.contract, "freeze", 1), by=body.members[1])["wanted"] == 12
    assert opened(body, call_of(child.contract, "object", 1, 1), by=body.members[2])["wanted"] == 3


def test_a_zone_objects_to_itself(world: World) -> None:
    """A tenth of the members hold up their own zone's proposal, once, while it can be voted on."""
    held = payment(world, world.zone)
    call = call_of(world.zone.contract, "object", held.id, WEEK)
    opened(world.zone, call)
    for who in (BOB, CHARLIE):
        world.zone.send("signPetition", 1, by=who)
    held.open()
    world.zone.send("enactPetition", 1, *call)
    held.vote(1, *held.enough())
    held.close()
    stand_at(world.chain, held.read("proposalDeadline") + 1)
    with reverts("ProposalPaused", until=held.read("proposalDeadline") + WEEK):
        world.zone.attempt("queue", *held.hashed)


def test_an_appeal(world: World) -> None:
    """A frozen body's members put it to the parent's, who vote. No sponsors are asked of a body; nobody cancels it."""
    law = Law(*world.zone.read("lawAt", INDUSTRY, now(world.chain)))._replace(sponsors=1, voting_delay=3600)
    world.zone.enact(world.zone.own("setLaw", INDUSTRY, law))
    freeze = world.zone.propose(call_of(world.food.contract, "freeze", 10 * DAY))
    freeze.sponsor(BOB)
    freeze.carry().wait_until_due().execute()
    reversal = Proposal(world.zone, [call_of(world.food.contract, "unfreeze")], "An appeal", ALICE)
    call = call_of(world.zone.contract, "propose", *reversal.whole)
    opened(world.food, call)
    for who in (BOB, CHARLIE):
        world.food.send("signPetition", 1, by=who)
    receipt = world.food.send("enactPetition", 1, *call)
    assert event(receipt, "ProposalCreated", world.zone.address)["proposer"] == world.food.address
    assert event(receipt, "ProposalNumbered", world.zone.address)["classes"] == 1 << INDUSTRY
    assert tuple(reversal.read("proposalSponsors")) == (0, 0)
    assert reversal.read("proposalProposer") == world.food.address
    with reverts("NoSponsorWanted"):
        world.zone.attempt("sponsor", reversal.id, by=BOB)
    for who in (ALICE, Caller(world.food.address)):
        with reverts("GovernorOnlyProposer", account=who.address):
            world.zone.attempt("cancel", *reversal.hashed, by=who)
    reversal.open().vote(1, *reversal.enough())
    assert reversal.state is State.ACTIVE
    reversal.close().queue()
    reversal.wait_until_due().execute()
    assert world.food.read("frozenUntil") == 0


def test_what_one_appeal_is_about_is_no_other_matter(world: World) -> None:
    """Against a freeze, it keeps nobody from appealing against an end, whose notice is shorter than the rest."""
    zone, food = world.zone, world.food
    zone.enact(call_of(food.contract, "freeze", DAY), call_of(food.contract, "dissolve"))

    def appeal(text: str, *calls: Call) -> Call:
        return call_of(zone.contract, "propose", *Proposal(zone, list(calls), text, ALICE).whole)

    unfreeze, preserve = (call_of(food.contract, verb) for verb in ("unfreeze", "withdrawDissolution"))
    first, second = appeal("Thaw", unfreeze), appeal("Go on", preserve)
    for who, call in ((ALICE, first), (BOB, second)):
        number = opened(food, call, by=who)["petition"]
        for other in {ALICE, BOB, CHARLIE} - {who}:
            food.send("signPetition", number, by=other)
    food.send("enactPetition", 1, *first)
    rests = now(world.chain) + REST
    assert food.read("matterRestsUntil", food.address, unfreeze[1][:4]) == rests
    assert food.read("matterRestsUntil", zone.address, first[1][:4]) == 0
    for again in (first, appeal("Thaw, please", unfreeze, preserve)):
        with reverts("MatterRests", until=rests):
            food.attempt("openPetition", *again, by=CHARLIE)
    food.send("enactPetition", 2, *second)
    assert food.read("matterRestsUntil", food.address, preserve[1][:4]) == now(world.chain) + REST


def test_a_child_proposes_like_a_person_and_no_more(world: World) -> None:
    """Three live proposals at a time; a body further below, or of another zone, none."""
    call = world.pay(world.post.address, 1)
    by = Caller(world.food.address)
    inner = [Proposal(world.zone, [call], text, ALICE) for text in "abc"]
    receipt = world.food.enact(*(call_of(world.zone.contract, "propose", *each.whole) for each in inner))
    assert [each.args["proposer"] for each in events(receipt, "ProposalCreated")] == [world.food.address] * 3
    with reverts("TooManyLiveProposals", proposer=world.food.address, most=3):
        world.zone.attempt("propose", *Proposal(world.zone, [call], "d", ALICE).whole, by=by)
    world.zone.attempt("propose", *Proposal(world.zone, [call], "d", ALICE).whole, by=ALICE)
    with reverts("GovernorInsufficientProposerVotes", proposer=world.bakery.address):
        world.zone.attempt("propose", *Proposal(world.zone, [call], "d", ALICE).whole, by=Caller(world.bakery.address))
    inner[0].close()
    stand_at(world.chain, inner[0].read("proposalDeadline") + 1)
    world.zone.attempt("propose", *Proposal(world.zone, [call], "d", ALICE).whole, by=by)


@pytest.mark.once
def test_the_type_hash(world: World) -> None:
    from zonedao.chain.abi import keccak

    wanted = keccak(b"Petition(uint256 petition,address target,bytes data,uint256 deadline)")
    assert bytes(world.zone.read("PETITION_TYPEHASH")) == wanted


def test_not_before_the_body_is_born(world: World) -> None:
    begun = genesis([own("admit", [ALICE.address])], [])
    zone = create_zone(
        world.factory, zone_plan(body_plan("Unborn", begun.commitment), world.post.address), genesis(), [ALICE]
    )
    zone.body.send("genesis", begun.steps[0])
    with reverts("NotLive"):
        zone.body.attempt("openPetition", *call_of(zone.body.contract, "object", 1, 1), by=ALICE)
