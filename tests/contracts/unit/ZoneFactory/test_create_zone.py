"""ZoneFactory.createZone: exactly the body that the plan describes, at the address of its beginning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.bodies import DEPLOYER, Body, Person, attempt, event, read, transact
from tests.support.chain import at, deploy, reverts
from tests.support.plans import (
    COIN,
    CONSTITUTIONAL,
    LAWS,
    NOTHING,
    SPENDING,
    STALE_SECONDS,
    body_plan,
    genesis,
    of_stores,
    own,
    zone_plan,
)
from tests.support.world import LARGE_GAS_LIMIT, PEOPLE, World
from zonedao import artifacts
from zonedao.chain.abi import encode, keccak
from zonedao.chain.code import first_difference, implementation_of
from zonedao.chain.embedded import GENESIS_TIMESTAMP
from zonedao.chain.interface import shipped

MALLORY = Person("mallory", 0, DEPLOYER)


@pytest.fixture
def begun() -> Any:
    """Two steps: the people, then goods and keepers."""
    return genesis(
        [own("admit", [person.address for person in PEOPLE])],
        [of_stores("addGood", "grain kg", 10, 20), of_stores("setKeepers", [1, 2])],
    )


@pytest.fixture
def plan(world: World, begun: Any) -> Any:
    """A zone that nobody has created."""
    body = body_plan("Oakridge", begun.commitment, caps=[(SPENDING, COIN, 5)])
    return zone_plan(body, world.post.address)


def zone_plan_hash(plan: Any) -> bytes:
    return keccak(encode(shipped("ZoneFactory").function("zonePlanHash").inputs, [plan]))


# --- what it makes ---


def test_a_zone_at_its_address(world: World, plan: Any, begun: Any) -> None:
    plan_hash = zone_plan_hash(plan)
    expected = read(world.factory, "zoneAddress", plan_hash)
    assert world.factory.call("createZone", plan, list(begun.steps)) == expected
    receipt = transact(world.factory, "createZone", plan, list(begun.steps), gas_limit=LARGE_GAS_LIMIT)
    created = event(receipt, "ZoneCreated", world.factory.address)
    assert (created["zone"], created["planHash"]) == (expected, plan_hash)
    zone = Body(world.chain, expected, PEOPLE)
    assert (zone.read("registry"), zone.read("treasury")) == (created["registry"], created["treasury"])
    assert (zone.read("module", 3), zone.read("module", 4)) == (created["stores"], world.post.address)
    assert zone.read("live")
    assert read(world.factory, "isBody", expected)


def test_a_clone_of_the_implementation(world: World) -> None:
    implementation = read(world.factory, "implementation")
    for body in (world.zone, world.food, world.bakery):
        assert implementation_of(world.chain.code(body.address)) == implementation
    assert first_difference(world.chain.code(implementation), artifacts.load("Zone")) is None


def test_its_modules_are_what_is_shipped(world: World) -> None:
    for name, contract in (("Registry", world.registry), ("Treasury", world.treasury), ("Stores", world.stores)):
        assert first_difference(world.chain.code(contract.address), artifacts.load(name)) is None


def test_its_modules_belong_to_it(world: World) -> None:
    assert read(world.registry, "root") == world.zone.address
    assert read(world.treasury, "root") == world.zone.address
    assert read(world.treasury, "factory") == world.factory.address
    assert read(world.treasury, "epochStart") == GENESIS_TIMESTAMP
    assert read(world.stores, "zone") == world.zone.address
    assert read(world.stores, "staleSeconds") == STALE_SECONDS


# --- the address covers everything ---


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value inside tuples and lists, with its place."""
    if isinstance(value, (tuple, list)):
        for position, part in enumerate(value):
            yield from leaves(part, (*path, position))
    else:
        yield path, value


def changed(value: Any, path: tuple[Any, ...]) -> Any:
    """The same with one value changed a little."""
    if path:
        parts = list(value)
        parts[path[0]] = changed(parts[path[0]], path[1:])
        return tuple(parts)
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if value.startswith("0x"):
        return "0x" + value[2:-1].lower() + ("1" if value[-1] != "1" else "2")
    return value + " "


def test_whatever_is_changed_is_another_zone(world: World, plan: Any) -> None:
    hashes = {zone_plan_hash(plan)}
    addresses = {read(world.factory, "zoneAddress", zone_plan_hash(plan))}
    places = [path for path, _ in leaves(plan)]
    assert len(places) == 6 * 8 + 3 + 4 + 5
    for path in places:
        plan_hash = read(world.factory, "zonePlanHash", changed(plan, path))
        hashes.add(plan_hash)
        addresses.add(read(world.factory, "zoneAddress", plan_hash))
    assert len(hashes) == len(addresses) == len(places) + 1


def test_so_does_that_of_an_industry(world: World) -> None:
    plan = body_plan("Clinic", b"\1" * 32, caps=[(SPENDING, COIN, 5)])
    places = [path for path, _ in leaves(plan)]
    hashes = [read(world.factory, "planHash", changed(plan, path)) for path in places]
    hashes.append(read(world.factory, "planHash", plan))
    addresses = {
        read(world.factory, "industryAddress", parent.address, plan_hash)
        for plan_hash in hashes
        for parent in (world.zone, world.food)
    }
    assert len(addresses) == 2 * len(hashes) == 2 * (len(places) + 1)


def test_hashes_are_of_the_encoded_plan(world: World, plan: Any) -> None:
    assert read(world.factory, "zonePlanHash", plan) == zone_plan_hash(plan)
    encoded = encode(shipped("ZoneFactory").function("planHash").inputs, [plan[0]])
    assert read(world.factory, "planHash", plan[0]) == keccak(encoded)


def test_a_zone_and_an_industry_of_one_plan_differ(world: World) -> None:
    plan_hash = read(world.factory, "planHash", body_plan("X"))
    assert read(world.factory, "zoneAddress", plan_hash) == read(world.factory, "industryAddress", COIN, plan_hash)
    assert read(world.factory, "industryAddress", world.zone.address, plan_hash) != read(
        world.factory, "zoneAddress", plan_hash
    )


# --- once ---


def test_not_twice(world: World, plan: Any, begun: Any, alice: Person) -> None:
    zone = transact(world.factory, "createZone", plan, [], by=alice)
    address = event(zone, "ZoneCreated")["zone"]
    for steps in ([], list(begun.steps)):
        with reverts("AlreadyCreated", body=address):
            attempt(world.factory, "createZone", plan, steps)


def test_a_wrong_step_undoes_everything(world: World, plan: Any, begun: Any) -> None:
    address = read(world.factory, "zoneAddress", zone_plan_hash(plan))
    with reverts("WrongGenesisStep", expected=begun.commitment):
        transact(world.factory, "createZone", plan, [begun.steps[1]], gas_limit=LARGE_GAS_LIMIT)
    assert world.chain.code(address) == b""
    assert not read(world.factory, "isBody", address)


def test_an_epoch_has_a_length(world: World) -> None:
    with reverts("ZeroEpoch"):
        attempt(world.factory, "createZone", zone_plan(body_plan("Timeless"), epoch_seconds=0), [])


# --- being first gains nothing ---


def test_a_front_run_deployment_is_exactly_our_zone(world: World, plan: Any, begun: Any) -> None:
    """Mallory sees our transaction and creates the zone first, leaving the genesis open. It is our zone, it waits for
    our steps, and it ends as it would have without her."""
    snapshot = world.chain.snapshot()
    ours = event(transact(world.factory, "createZone", plan, list(begun.steps), by=PEOPLE[0]), "ZoneCreated")
    finished = state_of(world, ours["zone"])
    world.chain.revert(snapshot)

    hers = event(transact(world.factory, "createZone", plan, [], by=MALLORY), "ZoneCreated")
    assert hers == ours
    zone = Body(world.chain, hers["zone"], PEOPLE)
    with reverts("AlreadyCreated", body=zone.address):
        attempt(world.factory, "createZone", plan, list(begun.steps), by=PEOPLE[0])
    with reverts("WrongGenesisStep"):
        zone.attempt("genesis", ([own("admit", [MALLORY.address])], NOTHING), by=MALLORY)
    for step in begun.steps:
        zone.send("genesis", step, by=PEOPLE[0])
    assert state_of(world, zone.address) == finished


def state_of(world: World, address: str) -> dict[str, Any]:
    """All that a zone begins with, the dates of admission aside."""
    zone = Body(world.chain, address, PEOPLE)
    registry, stores = (
        at(world.chain, "IWholeRegistry", zone.read("registry")),
        at(world.chain, "Stores", zone.read("module", 3)),
    )
    return {
        "code": [world.chain.code(zone.read("module", role)) for role in (2, 3, 4)],
        "modules": [zone.read("module", role) for role in range(6)],
        "laws": [zone.law(class_, 0) for class_ in range(6)],
        "cap": zone.read("cap", SPENDING, COIN),
        "members": (zone.read("membersAt", 0, 0), zone.read("headcountAt", 0), zone.read("live")),
        "keys": [read(registry, "person", index).key for index in range(1, read(registry, "count") + 1)],
        "goods": [read(stores, "goodName", 1), read(stores, "goodCount"), read(stores, "panel")],
        "names": [zone.read("name"), zone.read("proposalCount"), zone.read("genesisPending")],
    }


def test_nobody_takes_the_address_of_a_module(world: World, plan: Any) -> None:
    """A deployer mixes its caller into the salt: what others create before us is somewhere else."""
    salt = keccak(encode(shipped("ZoneFactory").function("createZone").inputs, [plan, []]))
    zone = read(world.factory, "zoneAddress", zone_plan_hash(plan))
    registries = deploy(world.chain, "RegistryDeployer")
    by_mallory = attempt(registries, "deploy", salt, zone, by=MALLORY)
    by_alice = attempt(registries, "deploy", salt, zone, by=PEOPLE[0])
    assert by_mallory != by_alice
    assert by_mallory == attempt(registries, "deploy", salt, zone, by=MALLORY)


# --- the deployer has no power ---


def test_the_deployer_has_no_power_afterwards(world: World, alice: Person) -> None:
    """Whoever sent `createZone` is a stranger to the zone, its industries, registry, treasury and stores."""
    zone = world.zone
    assert read(world.registry, "indexOf", DEPLOYER.address) == 0
    proposal = zone.propose(world.pay(alice.address)).open()
    proposal.vote(1, alice)
    for body in (zone, world.food, world.bakery):
        for function, arguments in (
            ("setLaw", (CONSTITUTIONAL, LAWS[0])),
            ("setCap", (SPENDING, COIN, 1)),
            ("setModule", (4, world.post.address)),
            ("admit", ([DEPLOYER.address],)),
            ("admitWords", ([0], [2])),
            ("remove", (1,)),
            ("found", (body_plan("X"), [])),
            ("allowAtGenesis", (NOTHING, COIN, 1, 1, 0, NOTHING)),
        ):
            with reverts("GovernorOnlyExecutor", account=DEPLOYER.address):
                body.attempt(function, *arguments)
        with reverts("AlreadyInitialized"):
            body.attempt("initialize", COIN, world.registry.address, 0, body_plan("Mine"), [])
        with reverts("WrongGenesisStep", expected=NOTHING):
            body.attempt("genesis", ([own("admit", [DEPLOYER.address])], NOTHING))
        with reverts("GovernorInsufficientProposerVotes"):
            body.attempt("propose", [COIN], [0], [b""], "")
        with reverts("NotMember", index=0):
            body.attempt("leave")
    with reverts("NotInElectorate"):
        zone.attempt("castVote", proposal.id, 1)
    with reverts("OnlyRoot"):
        attempt(world.registry, "admit", [DEPLOYER.address])
    with reverts("OnlyRoot"):
        attempt(world.registry, "depart", 1)
    for function, arguments in (
        ("pay", (COIN, DEPLOYER.address, 1, NOTHING, NOTHING)),
        ("allow", (COIN, world.food.address, 1, 1, zone.address, NOTHING, NOTHING)),
        ("escrow", (world.post.address, COIN, 1, NOTHING, NOTHING, NOTHING)),
        ("reserve", (COIN, 1, 1)),
        ("release", (COIN, 1, False, 1, 1)),
    ):
        with reverts("NotOurBody", body=DEPLOYER.address):
            attempt(world.treasury, function, *arguments)
    with reverts("NothingDue"):
        attempt(world.treasury, "withdraw", COIN, DEPLOYER.address)
    for function, arguments in (("addGood", ("x", 0, 0)), ("setGood", (1, 0, 0)), ("setKeepers", ([1],))):
        with reverts("OnlyZone", caller=DEPLOYER.address):
            attempt(world.stores, function, *arguments)
    with reverts("NotABody", caller=DEPLOYER.address):
        attempt(world.factory, "createIndustry", body_plan("X"), [])


def test_the_factory_has_none_either(world: World) -> None:
    """It has no function that changes a body, and no owner: these are all that change anything."""
    functions = shipped("ZoneFactory").functions.values()
    assert {function.name for function in functions if function.mutability not in ("view", "pure")} == {
        "createZone",
        "createIndustry",
    }
    with reverts("AlreadyInitialized"):
        world.zone.contract.call("initialize", COIN, COIN, 0, body_plan("Mine"), [], sender=world.factory.address)
