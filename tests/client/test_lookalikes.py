"""Addresses that begin and end like a known one, made to be mistaken for it, are flagged wherever they are shown."""

from __future__ import annotations

import pytest

from tests.client.acting import Actors
from tests.support.plans import ETHER
from tests.support.world import PEOPLE, World
from zonedao.addressbook import AddressBook
from zonedao.chain.abi import checksum_address
from zonedao.chain.interface import shipped
from zonedao.client import Client
from zonedao.explain.calls import explain_call
from zonedao.explain.lookalikes import DIGITS, addresses_in
from zonedao.governance.calls import Call

BOB = PEOPLE[1].address


def like(address: str, *, first: int = DIGITS, last: int = DIGITS) -> str:
    """Another address with so many of the same digits at its ends."""
    digits = address[2:].lower()
    other = "".join(f"{15 - int(digit, 16):x}" for digit in digits)
    return checksum_address("0x" + digits[:first] + other[first : 40 - last] + digits[40 - last :])


def test_only_what_is_alike_at_both_ends_is_flagged(actors: Actors) -> None:
    speaker = actors.zone().client.speaker
    fake = like(BOB)
    assert speaker.lookalikes.of(fake, BOB, like(BOB, first=DIGITS - 1), like(BOB, last=DIGITS - 1)) == {fake: "bob"}
    assert speaker.who(fake) == f"{fake} (NOT bob: it only begins and ends alike)"
    assert (speaker.who(BOB), speaker.who(like(BOB, last=3))) == ("bob", like(BOB, last=3))
    assert speaker.lookalikes.of("0x" + "00" * 20) == {}


@pytest.mark.parametrize(
    ("known", "name"),
    [
        ("alice", "you"),
        ("food", "elmcourt/food"),
        ("treasury", "the treasury of Elmcourt"),
        ("post", "the trade post"),
        ("grace", "grace"),
    ],
)
def test_what_is_known_for_sure(actors: Actors, world: World, known: str, name: str) -> None:
    addresses = {
        **{person.name: person.address for person in PEOPLE},
        "food": world.food.address,
        "treasury": world.treasury.address,
        "post": world.post.address,
    }
    fake = like(addresses[known])
    assert actors.zone().client.speaker.lookalikes.of(fake) == {fake: name}


def test_tokens_that_a_treasury_held(actors: Actors, world: World) -> None:
    fake = like(world.token.address)
    speaker = actors.zone().client.speaker
    assert speaker.lookalikes.of(fake, world.token.address) == {fake: "a token that elmcourt was given"}


def test_keys_of_persons_without_a_name(world: World) -> None:
    zone = Client(world.chain).zone(world.zone.address)
    fake = like(BOB)
    assert zone.client.speaker.lookalikes.of(fake, BOB) == {fake: "person 2 of elmcourt"}


def test_a_person_may_be_a_lookalike(actors: Actors, book: AddressBook) -> None:
    """Who is let in under an address like another's is flagged as well, unless this user named them."""
    fake = like(BOB)
    zone = actors.zone()
    actors.decide(zone.propose_admit([fake], title="Somebody"))
    assert zone.client.speaker.lookalikes.of(fake, BOB) == {fake: "bob"}
    assert zone.client.speaker.person(13, zone) == f"person 13 ({fake} (NOT bob: it only begins and ends alike))"
    book.add_people({fake: "bobby"}, "elmcourt")
    assert zone.client.speaker.lookalikes.of(fake, BOB) == {}


def test_whoever_signs_is_warned(actors: Actors) -> None:
    zone, fake = actors.zone(), like(BOB)
    warning = (
        f"{fake} is NOT bob: the address only begins and ends alike, as those do that are made to be mistaken. Compare "
        "every digit."
    )
    said = zone.propose_pay(fake, ETHER, title="x").explain()
    assert said.warnings == (warning,)
    assert f"  1. pay 1 ETH to {fake} (NOT bob: it only begins and ends alike) from elmcourt" in said.lines
    assert f"WARNING: {warning}" in said.lines
    # In lists, and where what is called is itself one.
    assert zone.propose_admit([fake], title="x").explain().warnings == (warning,)
    call = Call(like(zone.treasury.address), zone.calls.pay("bob", 1).data)
    unknown, alike = explain_call(zone.client.speaker, call.target, call.data).warnings
    assert unknown.startswith("Unknown call: ")
    assert alike.startswith(f"{call.target} is NOT the treasury of Elmcourt: ")


def test_addresses_are_found_at_any_depth() -> None:
    kind = shipped("IWholeBody").function("admit").inputs
    assert list(addresses_in(kind, ((BOB, BOB),))) == [BOB, BOB]
    post = shipped("ITradePost").function("list").inputs
    assert list(addresses_in(post, ((1, 2, 3, BOB, 5, 6, 7, 8),))) == [BOB]
