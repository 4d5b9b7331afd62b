"""IBody.genesis: committed steps, run by anybody, in order, in thirty days; nothing works before the last."""

from __future__ import annotations

import pytest

from tests.support.bodies import Body, Person, attempt, event, just_before, now, read, stand_at, transact
from tests.support.chain import reverts
from tests.support.plans import (
    COIN,
    CONSTITUTIONAL,
    DAY,
    ETHER,
    LAWS,
    NOTHING,
    SPENDING,
    STORES,
    TREASURY,
    Genesis,
    GenesisCall,
    body_plan,
    genesis,
    of_stores,
    own,
    plan_hash,
    zone_plan,
)
from tests.support.town import PERSONS, UNION, Town
from tests.support.world import World, Zone, create_zone
from zonedao.chain.interface import shipped

BIRTH_SECONDS = 30 * DAY


def begin(world: World, *batches: list[GenesisCall], name: str = "Newborn") -> tuple[Zone, Genesis]:
    """A zone of which no step has been run."""
    begun = genesis(*batches)
    return create_zone(
        world.factory, zone_plan(body_plan(name, begun.commitment), world.post.address), genesis()
    ), begun


def admit(*people: Person) -> GenesisCall:
    return own("admit", [person.address for person in people])


# --- step by step ---


def test_steps_in_order_by_anybody(world: World, alice: Person, bob: Person, stranger: Person) -> None:
    zone, begun = begin(world, [admit(alice)], [admit(bob)], [own("setCap", SPENDING, COIN, 5)])
    born_at = now(world.chain)
    for position, step in enumerate(begun.steps):
        assert not zone.body.read("live")
        assert tuple(zone.body.read("genesisPending")) == (
            begun.commitment if position == 0 else begun.steps[position - 1][1],
            born_at + BIRTH_SECONDS,
        )
        receipt = zone.body.send("genesis", step, by=stranger)
        assert event(receipt, "GenesisStepDone", zone.body.address) == {"next": step[1]}
    assert zone.body.read("live")
    assert tuple(zone.body.read("genesisPending")) == (NOTHING, 0)
    assert zone.body.read("headcountAt", 0) == 2
    assert zone.body.read("cap", SPENDING, COIN).limit == 5


def test_what_happens_in_it_is_dated_zero(world: World, alice: Person) -> None:
    zone, begun = begin(world, [admit(alice)], [])
    stand_at(world.chain, now(world.chain) + DAY)
    for step in begun.steps:
        zone.body.send("genesis", step)
    assert zone.body.read("membersAt", 0, 0) == 0b10
    assert read(zone.registry, "person", 1).admittedAt == now(world.chain) - 1


def test_without_a_genesis_a_body_lives_at_once(world: World) -> None:
    zone, _ = begin(world)
    assert zone.body.read("live")
    assert tuple(zone.body.read("genesisPending")) == (NOTHING, 0)


@pytest.mark.parametrize("wrong", ["second", "changed", "shorter", "other end", "empty"])
def test_only_the_step_that_was_committed_to(world: World, alice: Person, bob: Person, wrong: str) -> None:
    zone, begun = begin(world, [admit(alice), admit(bob)], [own("setCap", SPENDING, COIN, 5)])
    calls, following = begun.steps[0]
    steps = {
        "second": begun.steps[1],
        "changed": ([admit(bob), admit(alice)], following),
        "shorter": (calls[:1], following),
        "other end": (calls, NOTHING),
        "empty": ([], NOTHING),
    }
    with reverts("WrongGenesisStep", expected=begun.commitment):
        zone.body.attempt("genesis", steps[wrong])
    zone.body.send("genesis", begun.steps[0])


def test_no_step_twice_and_none_after_the_last(world: World, alice: Person, bob: Person) -> None:
    zone, begun = begin(world, [admit(alice)], [admit(bob)])
    zone.body.send("genesis", begun.steps[0])
    with reverts("WrongGenesisStep", expected=begun.steps[0][1]):
        zone.body.attempt("genesis", begun.steps[0])
    zone.body.send("genesis", begun.steps[1])
    for step in (*begun.steps, ([], NOTHING)):
        with reverts("WrongGenesisStep", expected=NOTHING):
            zone.body.attempt("genesis", step)


def test_a_failing_call_undoes_its_step(world: World, alice: Person) -> None:
    zone, begun = begin(world, [admit(alice), admit(alice)], [])
    with reverts("AlreadyPerson", key=alice.address):
        zone.body.send("genesis", begun.steps[0])
    assert zone.body.read("genesisPending").next == begun.commitment
    assert zone.body.read("headcountAt", 0) == 0


@pytest.mark.parametrize("role", [0, 4, 5, 255])
def test_every_call_has_a_receiver(world: World, role: int) -> None:
    """A zone without a trade post: a step for a role that nobody has must not pass as done."""
    begun = genesis([(role, b"\x01\x02\x03\x04")])
    zone = create_zone(world.factory, zone_plan(body_plan("Mute", begun.commitment), COIN), genesis()).body
    with reverts("NoSuchModule", role=role):
        zone.attempt("genesis", begun.steps[0])


# --- its time ---


def test_in_the_last_second(world: World, alice: Person) -> None:
    zone, begun = begin(world, [admit(alice)], [])
    deadline = now(world.chain) + BIRTH_SECONDS
    zone.body.send("genesis", begun.steps[0])
    just_before(world.chain, deadline)
    zone.body.send("genesis", begun.steps[1])
    assert zone.body.read("live")


def test_not_a_second_later(world: World, alice: Person) -> None:
    zone, begun = begin(world, [admit(alice)], [])
    deadline = now(world.chain) + BIRTH_SECONDS
    zone.body.send("genesis", begun.steps[0])
    stand_at(world.chain, deadline + 1)
    with reverts("GenesisExpired", deadline=deadline):
        zone.body.attempt("genesis", begun.steps[1])
    assert not zone.body.read("live")
    with reverts("NotLive"):
        zone.body.attempt("propose", [alice.address], [0], [b""], "", by=alice)


# --- nothing works before it is complete ---


def test_nothing_works_before(world: World, alice: Person) -> None:
    zone, begun = begin(world, [admit(alice)], [])
    zone.body.send("genesis", begun.steps[0])
    body = zone.body
    with reverts("NotLive"):
        body.attempt("propose", [alice.address], [0], [b""], "", by=alice)
    with reverts("NotLive"):
        body.attempt("leave", by=alice)
    for function in ("queue", "execute", "cancel", "releaseExpired"):
        with reverts("GovernorNonexistentProposal"):
            body.attempt(function, [alice.address], [0], [b""], NOTHING, by=alice)
    with reverts("GovernorNonexistentProposal"):
        body.attempt("castVote", 1, 1, by=alice)
    for function, arguments in (
        ("setLaw", (CONSTITUTIONAL, LAWS[0])),
        ("setCap", (SPENDING, COIN, 1)),
        ("setModule", (4, world.post.address)),
        ("setDaoURI", ("https://example.org",)),
        ("admit", ([alice.address],)),
        ("remove", (1,)),
        ("found", (body_plan("X"), [])),
        ("allowAtGenesis", (NOTHING, COIN, 1, 1, 0, NOTHING)),
    ):
        with reverts("GovernorOnlyExecutor", account=alice.address):
            body.attempt(function, *arguments, by=alice)


# --- whom it may call ---


def test_the_treasury_and_the_stores(world: World, alice: Person) -> None:
    """Whatever the body itself may call; money needs a proposal."""
    zone, begun = begin(world, [admit(alice), of_stores("addGood", "grain kg", 10, 20), of_stores("setKeepers", [1])])
    receipt = zone.body.send("genesis", begun.steps[0])
    assert event(receipt, "GoodAdded")["name"] == "grain kg"
    assert read(zone.stores, "keeperIndex", 1, alice.address) == 1


def test_no_money_leaves_in_it(world: World, alice: Person) -> None:
    pay = shipped("Treasury").function("pay").encode([COIN, alice.address, 1, NOTHING, NOTHING])
    zone, begun = begin(world, [admit(alice), (TREASURY, pay)])
    transact(zone.treasury, "deposit", zone.body.address, COIN, 5, NOTHING, NOTHING, value_wei=5)
    with reverts("NotExecuting", body=zone.body.address):
        zone.body.attempt("genesis", begun.steps[0])


def test_an_industry_reaches_the_zones_modules(world: World, alice: Person) -> None:
    """By role it finds the zone's stores, which take nothing from an industry."""
    begun = genesis([admit(alice), of_stores("addGood", "grain kg", 0, 0)])
    plan = body_plan("Mill", begun.commitment)
    proposal = world.zone.propose(world.zone.own("found", plan, list(begun.steps))).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    industry = read(world.factory, "industryAddress", world.zone.address, plan_hash(plan))
    with reverts("OnlyZone", caller=industry):
        world.zone.attempt("execute", *proposal.hashed)
    assert begun.steps[0][0][1][0] == STORES


# --- industries and large geneses ---


def test_an_industrys_genesis_may_be_finished_later(world: World, alice: Person, bob: Person, stranger: Person) -> None:
    begun = genesis([admit(alice)], [admit(bob)])
    receipt = world.zone.enact(world.zone.own("found", body_plan("Clinic", begun.commitment), [begun.steps[0]]))
    clinic = Body(world.chain, event(receipt, "BodyFounded")["child"], [alice, bob])
    assert not clinic.read("live")
    with reverts("NotLive"):
        clinic.attempt("propose", [alice.address], [0], [b""], "", by=alice)
    clinic.send("genesis", begun.steps[1], by=stranger)
    assert clinic.read("live")
    assert clinic.read("membersAt", 0, 0) == 0b110
    clinic.propose((alice.address, b""))


def test_hundreds_of_persons_in_batches(town: Town) -> None:
    members = sum(town.zone.read("membersAt", word, 0) << (256 * word) for word in range(2))
    assert members == (1 << (PERSONS + 1)) - 2
    assert town.zone.read("headcountAt", 0) == read(town.registry, "count") == PERSONS
    assert town.union.read("headcountAt", 0) == UNION
    assert town.zone.read("live")
    assert town.union.read("live")


def test_industries_within_industries(world: World) -> None:
    """The whole world of these tests was born in one transaction."""
    (created,) = world.factory.logs("ZoneCreated", zone=world.zone.address)
    founded = [found for found in world.factory.logs("IndustryCreated") if found.tx_hash == created.tx_hash]
    assert [(found.args["industry"], found.args["parent"]) for found in founded] == [
        (world.food.address, world.zone.address),
        (world.bakery.address, world.food.address),
    ]


# --- allowAtGenesis ---


def test_an_allowance_for_a_body_founded_in_it(world: World) -> None:
    granted = read(world.treasury, "allowance", world.food.address, COIN)
    assert (granted.limit, granted.untilEpoch, granted.source) == (2 * ETHER, 11, world.zone.address)
    below = read(world.treasury, "allowance", world.bakery.address, COIN)
    assert (below.limit, below.untilEpoch, below.source) == (1 * ETHER, 11, world.zone.address)


def test_an_allowance_from_its_own_account(world: World) -> None:
    child = body_plan("Child")
    zone, begun = begin(
        world, [own("found", child, []), own("allowAtGenesis", plan_hash(child), COIN, 7, 1, 0, b"\1" * 32)]
    )
    receipt = zone.body.send("genesis", begun.steps[0])
    allowed = event(receipt, "Allowed")
    assert allowed["source"] == allowed["body"] == zone.body.address
    assert allowed["child"] == read(world.factory, "industryAddress", zone.body.address, plan_hash(child))
    assert (allowed["proposal"], allowed["limit"], allowed["line"]) == (0, 7, b"\1" * 32)


def test_not_for_a_body_that_is_not_there(world: World) -> None:
    child = plan_hash(body_plan("Child"))
    zone, begun = begin(world, [own("allowAtGenesis", child, COIN, 7, 1, 0, NOTHING)])
    missing = read(world.factory, "industryAddress", zone.body.address, child)
    with reverts("NotChild", body=zone.body.address, child=missing):
        zone.body.attempt("genesis", begun.steps[0])


@pytest.mark.parametrize("levels", [1, 2, 9])
def test_not_from_above_the_zone(world: World, levels: int) -> None:
    child = body_plan("Child")
    zone, begun = begin(
        world, [own("found", child, []), own("allowAtGenesis", plan_hash(child), COIN, 7, 1, levels, NOTHING)]
    )
    with reverts("NotAncestor" if levels == 1 else "Empty"):
        zone.body.attempt("genesis", begun.steps[0])


def test_afterwards_an_allowance_needs_a_vote_of_spending(world: World, alice: Person) -> None:
    zone = world.zone
    child = plan_hash(world.food_plan)
    proposal = zone.propose(zone.own("allowAtGenesis", child, COIN, 100 * ETHER, 1, 0, NOTHING))
    assert proposal.read("proposalClasses") == 1 << CONSTITUTIONAL
    stand_at(world.chain, proposal.carry().read("proposalEta"))
    with reverts("OnlyGenesis"):
        zone.attempt("execute", *proposal.hashed)
    with reverts("GovernorOnlyExecutor", account=alice.address):
        attempt(zone.contract, "allowAtGenesis", child, COIN, 1, 1, 0, NOTHING, by=alice)
