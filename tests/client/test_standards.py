"""Calls of contracts that are not ours but keep a standard: tokens, and OpenZeppelin's Governor, the real one."""

from __future__ import annotations

import pytest

from tests.client.acting import Actors
from tests.support.chain import deploy, send
from tests.support.plans import ETHER
from tests.support.world import PEOPLE, World
from zonedao.chain.abi import checksum_address
from zonedao.chain.contract import BoundContract
from zonedao.chain.interface import Interface
from zonedao.explain.calls import Explained, explain_call
from zonedao.explain.effects import effects
from zonedao.explain.standards import governor
from zonedao.governance.calls import Call
from zonedao.governance.zone import Zone

STRANGE = checksum_address("0x" + "5e" * 20)
EVERYTHING = 2**256 - 1


@pytest.fixture
def peer(world: World) -> BoundContract:
    """A Governor as OpenZeppelin's wizard makes one."""
    return deploy(world.chain, "PeerGovernor", world.token.address, STRANGE, 3600, 86_400, 4)


def said(zone: Zone, contract: BoundContract, function: str, *args: object, by_zone: bool = False) -> Explained:
    """A call in words, made by alice or by the zone."""
    return explain_call(
        zone.client.speaker, contract.address, contract.encode(function, *args), zone if by_zone else None
    )


def test_a_token_of_the_treasury(actors: Actors, world: World) -> None:
    zone, token, bob = actors.zone(), world.token, PEOPLE[1].address
    test = f"TEST ({token.address})"
    words = said(zone, token, "transfer", bob, ETHER, by_zone=True)
    assert words.sentence == f"send 1 {test} to bob from elmcourt’s own address, not from the treasury"
    assert (words.known, words.warnings) == (True, ())
    assert said(zone, token, "transfer", bob, ETHER).sentence == f"send 1 {test} to bob"
    moved = said(zone, token, "transferFrom", bob, PEOPLE[0].address, 5 * ETHER)
    assert moved.sentence == f"send 5 {test} of bob to you"
    assert said(zone, token, "approve", bob, 7 * ETHER).sentence == f"allow bob to take 7 {test} from you"
    assert said(zone, token, "approve", bob, 0).sentence == f"let bob take no {test} from you any more"
    boundless = said(zone, token, "approve", bob, EVERYTHING, by_zone=True)
    assert boundless.sentence == f"allow bob to take any amount of {test} from elmcourt"
    assert boundless.warnings == (
        "There is no bound: bob may take all TEST of elmcourt at any time, also what comes later.",
    )


def test_a_token_that_only_calls_itself_so(actors: Actors, world: World) -> None:
    zone, other = actors.zone(), deploy(world.chain, "TestToken")
    words = said(zone, other, "transfer", STRANGE, ETHER)
    assert (words.sentence, words.known) == (f"send 1 TEST ({other.address}) to {STRANGE}", True)
    assert words.warnings[0].startswith(
        f"No zone of yours ever held the token at {other.address}. TEST is what it calls"
    )
    # What is no token has the same selector, as those of ERC-721 do.
    words = explain_call(zone.client.speaker, STRANGE, other.encode("approve", STRANGE, 1))
    assert not words.known
    assert words.warnings[0].startswith(f"Unknown call: 0x095ea7b3 of {STRANGE}")


def test_what_a_zone_has_itself_is_rehearsed(actors: Actors, world: World) -> None:
    zone, token = actors.zone(), world.token
    send(token, "mint", zone.address, 3 * ETHER)
    calls = [Call(token.address, token.encode("transfer", PEOPLE[1].address, ETHER))]
    calls.append(Call(token.address, token.encode("approve", STRANGE, 2 * ETHER)))
    seen = effects(zone, calls)
    assert seen is not None
    assert seen.lines == (
        "held by elmcourt, outside the treasury: 3 TEST → 2 TEST (−1 TEST)",
        "held by bob, outside the treasury: 0 TEST → 1 TEST (+1 TEST)",
        f"what {STRANGE} may take from elmcourt: 0 TEST → 2 TEST (+2 TEST)",
    )


def test_a_governor(actors: Actors, world: World, peer: BoundContract) -> None:
    zone, name = actors.zone(), f"the governor “Peer” ({peer.address})"
    inside = zone.calls.pay("bob", ETHER)
    targets, datas = [inside.target, STRANGE], [inside.data, b"\xde\xad\xbe\xef"]
    words = said(zone, peer, "propose", targets, [0, ETHER], datas, "# Wages\nand more\x1b")
    assert words.lines() == (
        f"propose in {name}: “Wages”",
        "  1. pay 1 ETH to bob from the calling body",
        f"  2. call 0xdeadbeef of {STRANGE} with 0 bytes, which cannot be read, and send 1 ETH along",
    )
    assert words.known
    assert words.all_warnings()[0].startswith(f"Unknown call: 0xdeadbeef of {STRANGE}")
    for verb in ("queue", "execute", "cancel(address[],uint256[],bytes[],bytes32)"):
        about = said(zone, peer, verb, targets, [0, ETHER], datas, bytes(32))
        assert about.sentence == f"{verb.split('(')[0]} a proposal of {name}"
        assert len(about.inside) == 2
    number = f"proposal 0x{7:064x} of {name}"
    assert said(zone, peer, "castVote", 7, 1).sentence == f"vote for on {number}"
    assert said(zone, peer, "castVoteWithReason", 7, 2, "no\x1bopinion").sentence == (
        f"abstain from {number}, because “noopinion”"
    )
    assert said(zone, peer, "castVote", 7, 9).sentence == f"vote choice 9 on {number}"
    signed = said(zone, peer, "castVoteBySig", 7, 0, PEOPLE[1].address, b"")
    assert signed.sentence == f"vote against on {number} with a signature of another"
    relayed = said(zone, peer, "relay", world.token.address, 0, world.token.encode("transfer", STRANGE, ETHER))
    assert relayed.lines() == (f"let {name} make a call", f"  1. send 1 TEST ({world.token.address}) to {STRANGE}")


def test_a_zone_that_is_not_yours_is_a_governor(actors: Actors, world: World) -> None:
    zone, elsewhere = actors.zone(), world.new_zone("Oakdale").body
    words = said(zone, elsewhere.contract, "castVote", 7, 1)
    assert words.sentence == f"vote for on proposal 0x{7:064x} of “Oakdale” ({elsewhere.address})"


def test_the_interface_is_that_of_openzeppelin(peer: BoundContract) -> None:
    """Both signatures of 4 and 5 are known; those of 5 are compared with the real contract."""
    real: Interface = peer.interface
    missing = {each.signature for each in governor().functions.values()} - set(real.functions)
    assert missing == {"castVoteBySig(uint256,uint8,uint8,bytes32,bytes32)", "cancel(uint256)"}


def test_what_strangers_call_themselves_and_their_goods_is_cut(
    actors: Actors, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands between quotation marks within sentences, and its author writes as much of it as they like."""
    client = actors.zone().client

    class Loud:
        def call(self, name: str, *args: object) -> object:
            return 0 if name == "depth" else "bob” (0xb0b), `zonedao`\n" + "very " * 100

    monkeypatch.setattr(client, "bind", lambda name, address: Loud())
    for told in (client.named_itself(world.token.address), client.good_of(STRANGE, 1)):
        assert told is not None
        assert told.startswith("bob\" (0xb0b), 'zonedao' very ")
        assert len(told) <= 60
