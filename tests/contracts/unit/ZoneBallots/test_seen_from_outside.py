"""ZoneBallots: domain, type hashes, ids and interfaces as clients of other systems expect them."""

from __future__ import annotations

from functools import reduce

import pytest

from scripts.toolchain import testing
from tests.support.ballots import (
    BALLOT,
    BATCH_BALLOT,
    EXTENDED_BALLOT,
    domain_of,
)
from tests.support.bodies import read
from tests.support.chain import deploy
from tests.support.world import World
from zonedao import artifacts
from zonedao.chain.abi import keccak

INTERFACE_IDS = {
    "01ffc9a7": True,  # ERC-165
    "da287a1d": True,  # ERC-6372
    "7034731b": True,  # ERC-4824
    "65455a86": True,  # IGovernor of OpenZeppelin 5.0 to 5.2
    "cdbdfcee": True,  # IGovernor since OpenZeppelin 5.3
    "ffffffff": False,
    "00000000": False,
    "e90fb3f6": False,  # IVotes
    "4e2312e0": False,  # ERC-1155 receiver: a zone receives nothing
}
CLOCK = {"clock()", "CLOCK_MODE()"}  # of ERC-6372, which IGovernor only inherits


def type_hash(kind: str, fields: dict[str, str]) -> bytes:
    return keccak(f"{kind}({','.join(f'{type_} {name}' for name, type_ in fields.items())})".encode())


def test_type_hashes(world: World) -> None:
    assert world.zone.read("BALLOT_TYPEHASH") == type_hash("Ballot", BALLOT)
    assert world.zone.read("EXTENDED_BALLOT_TYPEHASH") == type_hash("ExtendedBallot", EXTENDED_BALLOT)
    assert world.zone.read("BATCH_BALLOT_TYPEHASH") == type_hash("Ballot", BATCH_BALLOT)


def test_the_domain_says_what_is_signed(world: World) -> None:
    """ERC-5267: name, version, chain and contract are the fields there are."""
    long = world.new_zone("A name of more than thirty-one bytes, ünïcode").body
    for body in (world.zone, world.food, world.bakery, long):
        fields, name, version, chain_id, contract, salt, extensions = body.read("eip712Domain")
        assert fields == b"\x0f"
        assert {"name": name, "version": version, "chainId": chain_id, "verifyingContract": contract} == domain_of(body)
        assert salt == bytes(32)
        assert list(extensions) == []


@pytest.mark.parametrize("interface_id", INTERFACE_IDS)
def test_supports_interface(world: World, interface_id: str) -> None:
    for body in (world.zone, world.bakery):
        assert body.read("supportsInterface", bytes.fromhex(interface_id)) is INTERFACE_IDS[interface_id]


def xor(selectors: list[str]) -> str:
    return f"{reduce(lambda one, other: one ^ int(other, 16), selectors, 0):08x}"


@pytest.mark.once
def test_every_function_of_the_interfaces_claimed_is_there() -> None:
    """What is claimed is the XOR of functions a body has, and OpenZeppelin's IGovernor has no others."""
    ours = artifacts.load("IWholeBody").method_identifiers
    theirs = {name: id_ for name, id_ in testing.load("GovernorFace").method_identifiers.items() if name not in CLOCK}
    theirs.pop("supportsInterface(bytes4)")
    assert theirs.items() <= ours.items()
    assert xor(list(theirs.values())) == "65455a86"
    newer = "getProposalId(address[],uint256[],bytes[],bytes32)"
    assert xor([*theirs.values(), ours[newer]]) == "cdbdfcee"
    assert xor([ours[name] for name in CLOCK]) == "da287a1d"
    assert ours["supportsInterface(bytes4)"] == "01ffc9a7"


def test_openzeppelin_computes_the_same_id(world: World) -> None:
    assert read(deploy(world.chain, "GovernorClient"), "interfaceId").hex() == "65455a86"


def test_the_id_of_a_proposal_by_its_newer_name(world: World) -> None:
    draft = world.zone.draft(world.pay(world.zone.members[0].address), world.pay(world.zone.members[1].address))
    assert world.zone.read("getProposalId", *draft.hashed) == draft.id
    assert world.zone.read("getProposalId", [], [], [], bytes(32)) == world.zone.read(
        "hashProposal", [], [], [], bytes(32)
    )
