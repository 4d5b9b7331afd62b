"""Constitution.setLaw: by constitutional vote, inside bounds that are code, for proposals made later."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.bodies import FOR, Person, State, event, now, stand_at
from tests.support.chain import reverts
from tests.support.plans import CONSTITUTIONAL, DAY, EXPULSION, HOUR, INDUSTRY, LAWS, MINUTE, SPENDING, TRADE, Law
from tests.support.world import World

CLASSES = range(6)
STRICT = (CONSTITUTIONAL, EXPULSION)
LEAST_STRICT = Law(HOUR, MINUTE, HOUR, DAY, HOUR, 100_000, 666_666)
LEAST = Law(HOUR, MINUTE, HOUR, MINUTE, HOUR, 10_000, 500_000)
MOST = Law(90 * DAY, 30 * DAY, 60 * DAY, 60 * DAY, 7 * DAY, 1_000_000, 1_000_000, 60)


def least(class_: int) -> Law:
    return LEAST_STRICT if class_ in STRICT else LEAST


def law_event(class_: int, law: Law) -> dict[str, Any]:
    return {"class": class_, "law": law}


# --- bounds ---


@pytest.mark.parametrize("class_", CLASSES)
def test_bounds(world: World, class_: int) -> None:
    low, high = world.zone.read("bounds", class_)
    assert (Law(*low), Law(*high)) == (least(class_), MOST)


@pytest.mark.parametrize("class_", [6, 7, 255])
def test_there_is_no_such_class(world: World, class_: int) -> None:
    with reverts("NoSuchClass", **{"class": class_}):
        world.zone.read("bounds", class_)
    with reverts("NoSuchClass", **{"class": class_}):
        world.zone.read("lawAt", class_, 0)
    with reverts("NoSuchClass", **{"class": class_}):
        world.zone.contract.call("setLaw", class_, MOST, sender=world.zone.address)


def set_by_body(world: World, class_: int, law: Law) -> None:
    """As a call of an executed proposal would be, without being mined."""
    world.zone.contract.call("setLaw", class_, law, sender=world.zone.address)


@pytest.mark.parametrize("class_", CLASSES)
@pytest.mark.parametrize("field", range(8))
def test_to_the_last_unit(world: World, class_: int, field: int) -> None:
    for edge in (least(class_), MOST):
        set_by_body(world, class_, edge)
    outside = [MOST._replace(**{Law._fields[field]: MOST[field] + 1})]
    if least(class_)[field]:
        outside.append(least(class_)._replace(**{Law._fields[field]: least(class_)[field] - 1}))
    for law in outside:
        with reverts(
            "OutOfBounds",
            field=field,
            value=law[field],
            least=least(class_)[field],
            most=MOST[field],
            **{"class": class_},
        ):
            set_by_body(world, class_, law)


@pytest.mark.parametrize("class_", CLASSES)
def test_sponsors_have_an_hour(world: World, class_: int) -> None:
    """A law that wants sponsors must leave them time to sign, or it would stop every proposal of its class."""
    law = least(class_)._replace(voting_delay=HOUR, sponsors=1)
    set_by_body(world, class_, law)
    hasty = law._replace(voting_delay=HOUR - 1)
    with reverts("OutOfBounds", field=1, value=HOUR - 1, least=HOUR, most=MOST.voting_delay, **{"class": class_}):
        set_by_body(world, class_, hasty)
    set_by_body(world, class_, hasty._replace(sponsors=0))


# --- by vote ---


@pytest.mark.parametrize("body", ["zone", "food", "bakery"])
def test_by_constitutional_vote(world: World, body: str) -> None:
    changing = getattr(world, body)
    law = LAWS[TRADE]._replace(voting_period=2 * HOUR)
    proposal = changing.propose(changing.own("setLaw", TRADE, law))
    assert proposal.read("proposalClasses") == 1 << CONSTITUTIONAL
    receipt = proposal.carry().wait_until_due().execute()
    assert event(receipt, "LawSet", changing.address) == law_event(TRADE, law)
    assert changing.law(TRADE) == law
    assert changing.law(TRADE, now(world.chain) - 1) == LAWS[TRADE]
    assert changing.law(SPENDING) == LAWS[SPENDING]


def test_only_by_its_own_vote(world: World, alice: Person) -> None:
    with reverts("GovernorOnlyExecutor", account=alice.address):
        world.zone.attempt("setLaw", SPENDING, LAWS[SPENDING], by=alice)
    for caller, target in ((world.zone, world.food), (world.food, world.zone)):
        proposal = caller.propose(target.own("setLaw", SPENDING, LAWS[SPENDING])).carry()
        stand_at(world.chain, proposal.read("proposalEta"))
        with reverts("GovernorOnlyExecutor", account=caller.address):
            caller.attempt("execute", *proposal.hashed)


def test_bodies_have_laws_of_their_own(world: World) -> None:
    world.zone.enact(world.zone.own("setLaw", SPENDING, MOST))
    assert world.zone.law(SPENDING) == MOST
    assert world.food.law(SPENDING) == LAWS[SPENDING]


def test_history(world: World) -> None:
    zone = world.zone
    laws = [LAWS[INDUSTRY]._replace(quorum_ppm=quorum) for quorum in (100_001, 100_002, 100_003)]
    times = []
    for law in laws:
        zone.enact(zone.own("setLaw", INDUSTRY, law))
        times.append(now(world.chain))
    assert zone.law(INDUSTRY, times[0] - 1) == zone.law(INDUSTRY, 0) == LAWS[INDUSTRY]
    for law, begins, ends in zip(laws, times, [*times[1:], times[2] + 10 * DAY], strict=True):
        assert zone.law(INDUSTRY, begins) == zone.law(INDUSTRY, ends - 1) == law


def test_twice_in_one_second_the_last_holds(world: World) -> None:
    zone = world.zone
    zone.enact(zone.own("setLaw", TRADE, MOST), zone.own("setLaw", TRADE, LEAST))
    assert zone.law(TRADE) == LEAST
    assert zone.law(TRADE, now(world.chain) - 1) == LAWS[TRADE]


# --- law is frozen ---


def test_an_open_vote_keeps_its_law(world: World, alice: Person) -> None:
    """Every field of the law of spending changes while a payment is under way; it is judged by the old one."""
    zone, old = world.zone, LAWS[SPENDING]
    change = zone.propose(zone.own("setLaw", SPENDING, MOST)).carry()
    stand_at(world.chain, change.read("proposalEta") - 10)
    payment = zone.propose(world.pay(alice.address))
    promised = {
        name: payment.read(name)
        for name in ("proposalVoteStart", "proposalDeadline", "proposalExpiry", "proposalQuorum", "proposalLaw")
    }
    change.wait_until_due().execute()
    assert zone.law(SPENDING) == MOST
    assert promised == {name: payment.read(name) for name in promised}
    payment.open().vote(FOR, *zone.members[:3])  # a quorum of 100 % would be twelve
    payment.close().queue()
    queued_at = now(world.chain)
    assert payment.read("proposalEta") == queued_at + old.execution_delay
    assert payment.read("proposalExpiry") == queued_at + old.execution_delay + old.grace
    payment.wait_until_due().execute()
    assert payment.state == State.EXECUTED


def test_the_proposals_made_after_it_have_the_new(world: World, alice: Person) -> None:
    zone = world.zone
    law = Law(2 * HOUR, 2 * MINUTE, 3 * HOUR, 3 * MINUTE, 5 * HOUR, 900_000, 800_000)
    zone.enact(zone.own("setLaw", SPENDING, law))
    proposal = zone.propose(world.pay(alice.address))
    assert proposal.read("proposalSnapshot") == now(world.chain) - 1
    assert Law(*proposal.read("proposalLaw")) == law
    assert proposal.read("proposalQuorum") == 11
