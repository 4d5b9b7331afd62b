"""The parts of a body: which answers what, and that the way between them leads nowhere else."""

from __future__ import annotations

import pytest

from tests.support.bodies import DEPLOYER, Person, attempt, now
from tests.support.chain import at, reverts
from tests.support.plans import COIN, CONSTITUTIONAL, LAWS, NOTHING, SPENDING, body_plan
from tests.support.world import World
from zonedao import artifacts
from zonedao.errors import ContractRevert

FRONT, AFFAIRS, BALLOTS, MEMBERS, OVERSIGHT, WHOLE = (
    artifacts.load(name).method_identifiers
    for name in ("Zone", "ZoneAffairs", "ZoneBallots", "ZoneMembers", "ZoneOversight", "IWholeBody")
)
# Each part behind the front, and who keeps its address.
KEEPERS = {
    "_affairsPart": ("Zone", "implementation"),
    "_ballotsPart": ("Zone", "implementation"),
    "_membersPart": ("ZoneAffairs", "_affairsPart"),
    "_oversightPart": ("ZoneMembers", "_membersPart"),
}


@pytest.mark.once
def test_every_function_is_in_exactly_one_part() -> None:
    """What two had, the first would hide."""
    parts = [*FRONT.values(), *AFFAIRS.values(), *BALLOTS.values(), *MEMBERS.values(), *OVERSIGHT.values()]
    assert len(parts) == len(set(parts))
    assert set(parts) == set(WHOLE.values())


def test_every_function_is_answered_by_the_part_that_has_it(world: World) -> None:
    """The body answers all of them, and a part nothing that is not its own."""
    others = ((AFFAIRS, "_ballotsPart"), (MEMBERS, "_ballotsPart"), (OVERSIGHT, "_ballotsPart"))
    for own, other in ((BALLOTS, "_affairsPart"), *others):
        for name, selector in own.items():
            assert answers(world, world.zone.address, selector), name
            assert not answers(world, part_of(world, other), selector), name


def answers(world: World, address: str, selector: str) -> bool:
    """Whether a function is there: given zeros enough it says something, or refuses by an error of its own."""
    try:
        world.chain.call(address, bytes.fromhex(selector) + bytes(80 * 32), block="latest")
    except ContractRevert as revert:
        return bool(revert.data)
    return True


def test_an_unknown_function_is_refused(world: World) -> None:
    for data in (b"\xde\xad\xbe\xef", b"\xde\xad", b"\x00", b"\xde\xad\xbe\xef" + bytes(64)):
        with reverts("Empty"):
            world.chain.call(world.zone.address, data)


def test_coin_is_refused(world: World) -> None:
    for data in (b"", bytes.fromhex(MEMBERS["leave()"])):
        with reverts("Empty"):
            world.chain.call(world.zone.address, data, value_wei=1, sender=DEPLOYER.address)


def test_errors_come_through_whole(world: World) -> None:
    with reverts("GovernorOnlyExecutor", account=DEPLOYER.address):
        world.zone.attempt("setLaw", SPENDING, LAWS[SPENDING])


def test_long_answers_come_through_whole(world: World) -> None:
    assert world.zone.read("name") == "Elmcourt"
    assert world.new_zone("An uncommonly long name " * 20).body.read("name") == "An uncommonly long name " * 20


def test_msg_sender_comes_through(world: World, alice: Person) -> None:
    world.zone.send("leave", by=alice)
    assert not world.zone.read("isMember", alice.index)
    assert world.zone.read("isMember", 2)


@pytest.mark.parametrize("part", ["implementation", "_affairsPart"])
def test_the_code_itself_is_nobodys_body(world: World, alice: Person, part: str) -> None:
    """Neither the implementation nor the parts behind it can be born, joined, or told anything."""
    implementation = world.factory.call("implementation")
    address = implementation if part == "implementation" else part_of(world, part)
    body = at(world.chain, "IWholeBody", address)
    factory = world.factory.address
    for sender in (DEPLOYER.address, factory):
        with reverts("AlreadyInitialized"):
            body.call("initialize", COIN, world.registry.address, 0, body_plan("Mine"), [], sender=sender)
    with reverts("WrongGenesisStep", expected=NOTHING):
        attempt(body, "genesis", ([], NOTHING))
    with reverts("NotLive"):
        attempt(body, "leave", by=alice)
    for function, arguments in (
        ("setLaw", (CONSTITUTIONAL, LAWS[0])),
        ("setCap", (SPENDING, COIN, 1)),
        ("setModule", (4, world.post.address)),
        ("admit", ([alice.address],)),
        ("admitWords", ([0], [2])),
        ("remove", (1,)),
        ("found", (body_plan("X"), [])),
        ("allowAtGenesis", (NOTHING, COIN, 1, 1, 0, NOTHING)),
    ):
        with reverts("GovernorOnlyExecutor", account=DEPLOYER.address):
            attempt(body, function, *arguments)
    before = [world.chain.storage(address, slot) for slot in range(16)]
    body.call("syncDepartures", 64, block="latest")
    assert not body.call("live", block="latest")
    assert before == [world.chain.storage(address, slot) for slot in range(16)]
    assert body.call("headcountAt", now(world.chain), block="latest") == 0


@pytest.mark.parametrize("part", ["implementation", "_ballotsPart"])
def test_nobody_votes_in_the_code_itself(world: World, alice: Person, part: str) -> None:
    address = world.factory.call("implementation") if part == "implementation" else part_of(world, part)
    body = at(world.chain, "IWholeBody", address)
    for function, arguments in (
        ("castBallots", (1, b"")),
        ("castAggregate", (1, 3, [], [])),
        ("batchDeadline", (1,)),
    ):
        with reverts("GovernorNonexistentProposal", proposalId=1):
            attempt(body, function, *arguments)
    with reverts("GovernorInvalidSignature"):
        attempt(body, "castVoteBySig", 1, 1, alice.address, bytes(65))


def part_of(world: World, name: str) -> str:
    """Where another part is: an immutable in the code of the part that passes calls on to it."""
    keeper, where = KEEPERS[name]
    address = world.factory.call(where) if where == "implementation" else part_of(world, where)
    (place,) = artifacts.load(keeper).immutable_references[f"{keeper}.{name}"][:1]
    return "0x" + world.chain.code(address)[place["start"] + 12 : place["start"] + 32].hex()


@pytest.mark.once
def test_the_way_to_the_other_parts_is_the_only_delegatecall() -> None:
    """No opcode 0xf4 beside it: a proposal's target never runs on a body's storage (LESSONS G27)."""
    for name in ("Zone", "ZoneAffairs", "ZoneMembers", "Registry"):
        assert delegatecalls(name) == 1, name
    for name in ("ZoneOversight", "ZoneBallots", "RegistryAffairs", "Treasury", "Stores", "TradePost", "ZoneFactory"):
        assert delegatecalls(name) == 0, name


def delegatecalls(name: str) -> int:
    """Instructions DELEGATECALL and CALLCODE in the runtime code, data of PUSH instructions aside."""
    artifact = artifacts.load(name)
    code = bytearray.fromhex(artifact.runtime_bytecode.removeprefix("0x"))
    # Solidity's metadata is no code; its length is in the last two bytes.
    end = len(code) - int.from_bytes(code[-2:], "big") - 2
    found, at_ = 0, 0
    while at_ < end:
        instruction = code[at_]
        found += instruction in (0xF2, 0xF4)
        at_ += 1 + (instruction - 0x5F if 0x60 <= instruction <= 0x7F else 0)
    return found
