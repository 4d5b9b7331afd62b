"""What generic clients read of the registry: ERC-721, ERC-5192, ERC-6372, votes."""

from __future__ import annotations

import base64
import json
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.support.bodies import Person, attempt, event, events, now, read, stand_at, transact
from tests.support.chain import at, deploy, reverts
from tests.support.plans import COIN, DAY
from tests.support.registers import Register, somebody
from tests.support.world import PEOPLE, STRANGER, World
from zonedao.chain.connection import Connection
from zonedao.chain.signers import dev_account
from zonedao.errors import ContractRevert

NEW = Person("new", 0, dev_account(41))
ERC165, ERC721, METADATA, ERC5192, ERC6372 = "01ffc9a7", "80ac58cd", "5b5e139f", "b45a3c0e", "da287a1d"
ENUMERABLE, ERC5805, INVALID = "780e9d63", "e90fb3f6", "ffffffff"


@pytest.mark.parametrize("number", [ERC165, ERC721, METADATA, ERC5192, ERC6372])
def test_interfaces(world: World, number: str) -> None:
    assert read(world.registry, "supportsInterface", bytes.fromhex(number))


@pytest.mark.parametrize("number", [ENUMERABLE, ERC5805, INVALID])
def test_not_these(world: World, number: str) -> None:
    """All of ERC-5805 can be called, but delegating moves nobody's votes, so nothing claims it."""
    assert not read(world.registry, "supportsInterface", bytes.fromhex(number))


def test_names(world: World) -> None:
    assert read(world.registry, "name") == "Members of Elmcourt"
    assert read(world.registry, "symbol") == "MEMBER"


def test_owners(world: World, alice: Person) -> None:
    assert [read(world.registry, "ownerOf", person.index) for person in PEOPLE] == [each.address for each in PEOPLE]
    assert read(world.registry, "balanceOf", alice.address) == 1
    assert read(world.registry, "balanceOf", STRANGER.address) == 0
    assert read(world.registry, "locked", 1) is True
    assert read(world.registry, "getApproved", 1) == COIN
    assert read(world.registry, "isApprovedForAll", alice.address, STRANGER.address) is False
    with reverts("ERC721InvalidOwner", owner=COIN):
        read(world.registry, "balanceOf", COIN)


def test_the_token_follows_the_person(world: World, alice: Person) -> None:
    transact(world.registry, "rotate", NEW.address, by=alice)
    assert read(world.registry, "ownerOf", 1) == NEW.address
    assert [read(world.registry, "balanceOf", each.address) for each in (NEW, alice)] == [1, 0]


def test_who_left_has_none(world: World, alice: Person) -> None:
    receipt = world.zone.send("leave", by=alice)
    assert event(receipt, "Transfer") == {"from": alice.address, "to": COIN, "tokenId": 1}
    assert read(world.registry, "balanceOf", alice.address) == 0
    for function in ("ownerOf", "tokenURI", "locked", "getApproved"):
        with reverts("ERC721NonexistentToken", tokenId=1):
            read(world.registry, function, 1)


@pytest.mark.parametrize("token", [0, 13, 2**256 - 1])
def test_no_token_without_a_person(world: World, token: int) -> None:
    for function in ("ownerOf", "tokenURI", "locked", "getApproved"):
        with reverts("ERC721NonexistentToken", tokenId=token):
            read(world.registry, function, token)


def test_minted_at_admission_and_locked(chain: Connection) -> None:
    """In pages, in records, and to who returns."""
    register = Register(chain)
    keys = somebody(1, 6)
    receipt = register.admit(keys)
    minted = [{"from": COIN, "to": key, "tokenId": index} for index, key in enumerate(keys, 1)]
    assert [dict(found.args) for found in events(receipt, "Transfer")] == minted
    assert [found.args["tokenId"] for found in events(receipt, "Locked")] == [1, 2, 3, 4, 5, 6]
    assert [found.args["tokenId"] for found in events(register.admit(somebody(7)), "Locked")] == [7]
    register.depart(3)
    receipt = register.admit([keys[2]])
    assert event(receipt, "Transfer") == {"from": COIN, "to": keys[2], "tokenId": 3}
    assert event(receipt, "Locked") == {"tokenId": 3}


@pytest.mark.parametrize(
    ("function", "args"),
    [
        ("approve", (STRANGER.address, 1)),
        ("setApprovalForAll", (STRANGER.address, True)),
        ("transferFrom", (PEOPLE[0].address, STRANGER.address, 1)),
        ("safeTransferFrom(address,address,uint256)", (PEOPLE[0].address, STRANGER.address, 1)),
        ("safeTransferFrom(address,address,uint256,bytes)", (PEOPLE[0].address, STRANGER.address, 1, b"")),
    ],
)
def test_never_transferred(world: World, alice: Person, function: str, args: tuple[Any, ...]) -> None:
    with reverts("NotTransferable"):
        attempt(world.registry, function, *args, by=alice)


def test_the_document(world: World) -> None:
    """Everything is in it, nothing has to be fetched, and nobody's name is there."""
    uri = read(world.registry, "tokenURI", 7)
    kind, coded = uri.split(",", 1)
    assert kind == "data:application/json;base64"
    document = json.loads(base64.b64decode(coded, validate=True))
    assert document["name"] == "Member 7"
    assert world.zone.address.lower() in document["description"]
    admitted = read(world.registry, "person", 7).admittedAt
    assert document["attributes"] == [{"trait_type": "Admitted", "display_type": "date", "value": admitted}]
    kind, coded = document["image"].split(",", 1)
    assert kind == "data:image/svg+xml;base64"
    picture = ElementTree.fromstring(base64.b64decode(coded, validate=True))
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert [element.text for element in picture if element.tag.endswith("text")] == ["7"]


# --- votes ---


def test_votes_now(world: World, alice: Person, bob: Person) -> None:
    world.zone.send("leave", by=bob)
    transact(world.registry, "rotate", NEW.address, by=alice)
    votes = [read(world.registry, "getVotes", each.address) for each in (NEW, alice, bob, PEOPLE[2], STRANGER)]
    assert votes == [1, 0, 0, 1, 0]


def test_votes_then(world: World, alice: Person, bob: Person) -> None:
    """As the zone itself remembers; by person, whatever key they had."""
    before = now(world.chain)
    stand_at(world.chain, before + DAY)
    world.zone.send("leave", by=bob)
    left = now(world.chain)
    transact(world.registry, "rotate", NEW.address, by=alice)
    stand_at(world.chain, left + DAY)
    past = [
        [read(world.registry, "getPastVotes", who.address, at) for who in (bob, NEW, alice, STRANGER)]
        for at in (before, left)
    ]
    assert past == [[1, 1, 0, 0], [0, 1, 0, 0]]
    assert [read(world.registry, "getPastTotalSupply", at) for at in (before, left)] == [12, 11]


def test_the_future_is_unknown(world: World, alice: Person) -> None:
    time = now(world.chain)
    for function, args in (("getPastVotes", (alice.address, time)), ("getPastTotalSupply", (time,))):
        with reverts("ERC5805FutureLookup", timepoint=time, clock=time):
            read(world.registry, function, *args)


def test_everybody_for_themself(world: World, alice: Person) -> None:
    assert read(world.registry, "delegates", alice.address) == alice.address


def test_one_clock(world: World) -> None:
    """G25: body and registry count time alike."""
    assert read(world.registry, "clock") == now(world.chain) == world.zone.read("clock")
    assert read(world.registry, "CLOCK_MODE") == "mode=timestamp" == world.zone.read("CLOCK_MODE")


def test_the_other_half_alone_is_nobodys_register(chain: Connection) -> None:
    """It has no zone and no persons: whatever would change something reverts (LESSONS G28)."""
    affairs = at(chain, "IWholeRegistry", deploy(chain, "RegistryAffairs").address)
    for function, args in (("rotate", (NEW.address,)), ("recoverByVote", (1, NEW.address)), ("name", ())):
        with pytest.raises(ContractRevert):
            attempt(affairs, function, *args)
    with reverts("NoRecovery", index=1):
        attempt(affairs, "finishRecovery", 1)
    with reverts("NotAPerson"):
        attempt(affairs, "vouchRecovery", 1, NEW.address)
    with reverts("NothingToCompact", word=0):
        attempt(affairs, "compact", 0)
