"""Membership.enroll: whoever proves to be a person to the module that the zone lists; and whose nullifier is whose."""

from __future__ import annotations

import pytest

from tests.support.bodies import FOR, Person, attempt, event, events, just_before, now, read, stand_at
from tests.support.chain import reverts
from tests.support.personhood import PERSONHOOD, Listed
from tests.support.plans import COIN, CONSTITUTIONAL, HOUR, genesis, own
from tests.support.registers import Register, somebody
from tests.support.world import PEOPLE, STRANGER, World, body_plan, create_zone, zone_plan
from zonedao.chain.connection import Connection
from zonedao.chain.signers import dev_account

NEW, OTHER = Person("new", 13, dev_account(41)), Person("other", 14, dev_account(42))
ALICE, BOB, HEIDI = PEOPLE[0], PEOPLE[1], PEOPLE[7]
ONE, TWO, THREE = (bytes([number]) * 32 for number in (1, 2, 3))


def test_listing_the_module_is_constitutional(world: World, stranger: Person) -> None:
    """G8: changing who decides personhood needs more than a simple majority, and so does what the module is told."""
    zone = world.zone
    module = Listed(world)
    for call in (zone.own("setModule", PERSONHOOD, module.contract.address), module.call("setRoot", ONE, "")):
        proposal = zone.propose(call)
        assert proposal.read("proposalClasses") == 1 << CONSTITUTIONAL
    law = zone.read("bounds", CONSTITUTIONAL)[0]
    assert law.thresholdPpm >= 666_666
    with reverts("NoPersonhood"):
        zone.attempt("enroll", NEW.address, b"")


def test_a_newcomer(world: World) -> None:
    """Whoever carries the proof, the seat is the newcomer's, who votes on what is proposed a seasoning later."""
    zone, module = world.zone, Listed(world).listed([(NEW, ONE), (OTHER, TWO)])
    before = zone.propose(world.pay(BOB.address))
    receipt = zone.send("enroll", NEW.address, module.proof(NEW), by=STRANGER)
    joined = now(world.chain)
    assert event(receipt, "MemberEnrolled", zone.address) == {"index": 13}
    assert event(receipt, "PersonAdmitted", world.registry.address) == {"index": 13, "key": NEW.address}
    assert event(receipt, "NullifierProven", world.registry.address) == {"index": 13, "nullifier": ONE}
    assert event(receipt, "Transfer", world.registry.address) == {"from": COIN, "to": NEW.address, "tokenId": 13}
    assert event(receipt, "Locked", world.registry.address) == {"tokenId": 13}
    assert tuple(read(world.registry, "person", 13)) == (NEW.address, joined, 0)
    assert (read(world.registry, "personOf", ONE), read(world.registry, "personOf", TWO)) == (13, 0)
    assert read(world.registry, "nullifierCount") == 1
    assert [zone.read("headcountAt", time) for time in (joined - 1, joined)] == [12, 13]
    assert zone.read("membersAt", 0, joined) == (1 << 14) - 2
    before.open().vote(FOR, ALICE)
    with reverts("NotInElectorate"):
        zone.attempt("castVote", before.id, FOR, by=NEW)
    zone.send("enroll", OTHER.address, module.proof(OTHER))
    world.chain.set_time(now(world.chain) + 2 * HOUR)
    zone.propose(world.pay(BOB.address), by=NEW).open().vote(FOR, OTHER)
    assert not world.food.read("isMember", 13)


def test_one_nullifier_is_one_person_for_ever(world: World) -> None:
    """With the same key, with another, after a rotation, after leaving: never a second seat, always the old index."""
    zone = world.zone
    module = Listed(world).listed([(NEW, ONE), (OTHER, ONE), (ALICE, ONE)])
    zone.send("enroll", NEW.address, module.proof(NEW))
    with reverts("NullifierTaken", nullifier=ONE, index=13):
        zone.attempt("enroll", NEW.address, module.proof(NEW))
    with reverts("NullifierTaken", nullifier=ONE, index=13):
        zone.attempt("enroll", OTHER.address, module.proof(OTHER))
    with reverts("AlreadyPerson", key=ALICE.address, index=1):
        zone.attempt("enroll", ALICE.address, module.proof(ALICE))
    zone.send("leave", by=NEW)
    # Nobody else brings them back, whether with the old key or with another.
    for who in (NEW, OTHER):
        with reverts("OnlyReturningKey", caller=STRANGER.address, key=who.address):
            zone.attempt("enroll", who.address, module.proof(who), by=STRANGER)
    receipt = zone.send("enroll", OTHER.address, module.proof(OTHER), by=OTHER)
    assert event(receipt, "KeyRotated") == {"index": 13, "oldKey": NEW.address, "newKey": OTHER.address}
    assert event(receipt, "PersonReturned") == {"index": 13, "key": OTHER.address}
    assert event(receipt, "MemberEnrolled") == {"index": 13}
    assert not events(receipt, "NullifierProven")
    assert len(events(receipt, "Transfer")) == 1
    assert read(world.registry, "count") == 13
    assert [read(world.registry, "indexOf", who.address) for who in (NEW, OTHER)] == [0, 13]
    zone.send("leave", by=OTHER)
    with reverts("RetiredKey", key=NEW.address, index=13):
        zone.attempt("enroll", NEW.address, module.proof(NEW), by=NEW)
    zone.send("enroll", OTHER.address, module.proof(OTHER), by=OTHER)
    assert (zone.read("isMember", 13), read(world.registry, "count")) == (True, 13)


def test_who_was_admitted_by_vote_proves_it_later(world: World) -> None:
    """Which changes nothing but that their nullifier is theirs; another proof, of a later module, leads to them too."""
    zone, module = world.zone, Listed(world).listed([(HEIDI, ONE)])
    heads = zone.read("headcountAt", now(world.chain))
    receipt = zone.send("enroll", HEIDI.address, module.proof(HEIDI), by=STRANGER)
    assert event(receipt, "NullifierProven") == {"index": 8, "nullifier": ONE}
    assert len(receipt.logs) == 1
    assert zone.read("headcountAt", now(world.chain)) == heads
    later = Listed(world).listed([(HEIDI, TWO), (NEW, ONE), (OTHER, TWO)])
    zone.send("enroll", HEIDI.address, later.proof(HEIDI))
    for who, number in ((NEW, ONE), (OTHER, TWO)):
        with reverts("NullifierTaken", nullifier=number, index=8):
            zone.attempt("enroll", who.address, later.proof(who))
    zone.send("leave", by=HEIDI)
    zone.send("enroll", HEIDI.address, later.proof(HEIDI), by=HEIDI)
    assert zone.read("isMember", 8)


def test_a_return_with_what_was_never_proven(world: World) -> None:
    zone, module = world.zone, Listed(world).listed([(HEIDI, ONE)])
    zone.send("leave", by=HEIDI)
    receipt = zone.send("enroll", HEIDI.address, module.proof(HEIDI), by=HEIDI)
    assert event(receipt, "NullifierProven") == {"index": 8, "nullifier": ONE}
    assert event(receipt, "PersonReturned") == {"index": 8, "key": HEIDI.address}
    assert zone.read("isMember", 8)


# --- who was expelled ---


@pytest.mark.parametrize("how", ["finished", "left with notice", "left before the vote was executed"])
def test_who_was_expelled_returns_by_vote_only(world: World, how: str) -> None:
    zone, module = world.zone, Listed(world).listed([(HEIDI, ONE)])
    removal = zone.propose(zone.own("remove", 8)).carry().wait_until_due()
    if how == "left before the vote was executed":
        zone.send("leave", by=HEIDI)
        stand_at(world.chain, removal.read("proposalEta"))
        receipt = removal.execute()
        assert event(receipt, "ExpulsionNoticed") == {"index": 8, "readyAt": 0, "expiresAt": 0}
    else:
        removal.execute()
        if how == "finished":
            just_before(world.chain, zone.read("expulsion", 8)[0])
            zone.send("finishExpulsion", 8)
        else:
            zone.send("leave", by=HEIDI)
    assert zone.read("barredAt", 8) == read(world.registry, "person", 8).leftAt
    with reverts("ReturnBarred", index=8):
        zone.attempt("enroll", HEIDI.address, module.proof(HEIDI), by=HEIDI)
    zone.enact(zone.own("admit", [HEIDI.address]), voters=zone.members[:7])
    zone.send("leave", by=HEIDI)
    zone.send("enroll", HEIDI.address, module.proof(HEIDI), by=HEIDI)
    assert zone.read("isMember", 8)


def test_a_notice_that_expired_or_was_taken_back_bars_nobody(world: World) -> None:
    zone, module = world.zone, Listed(world).listed([(HEIDI, ONE)])
    zone.enact(zone.own("remove", 8))
    stand_at(world.chain, zone.read("expulsion", 8)[1])
    zone.send("leave", by=HEIDI)
    assert zone.read("barredAt", 8) == 0
    zone.send("enroll", HEIDI.address, module.proof(HEIDI), by=HEIDI)
    assert zone.read("isMember", 8)


# --- where ---


def test_only_in_a_live_zone(world: World) -> None:
    module = Listed(world).listed([(NEW, ONE)])
    with reverts("NoPersonhood"):
        world.food.attempt("enroll", NEW.address, module.proof(NEW))
    begun = genesis([own("admit", [ALICE.address]), own("setModule", PERSONHOOD, module.contract.address)], [])
    zone = create_zone(world.factory, zone_plan(body_plan("Unborn", begun.commitment)), genesis(), [ALICE]).body
    zone.send("genesis", begun.steps[0])
    with reverts("NotLive"):
        zone.attempt("enroll", NEW.address, module.proof(NEW))
    zone.send("genesis", begun.steps[1])
    with reverts("NotListed", zone=zone.address, key=NEW.address):
        zone.attempt("enroll", NEW.address, module.proof(NEW))


def test_a_birth_lists_and_tells_its_module(world: World) -> None:
    """In the genesis, by role: so a charter can have one."""
    module = Listed(world)
    step = [
        own("admit", [ALICE.address]),
        own("setModule", PERSONHOOD, module.contract.address),
        (PERSONHOOD, module.tree([(NEW, ONE)]).call_data()),
    ]
    begun = genesis(step)
    zone = create_zone(world.factory, zone_plan(body_plan("Born so", begun.commitment)), begun, [ALICE]).body
    zone.send("enroll", NEW.address, module.proof(NEW))
    assert zone.read("headcountAt", now(world.chain)) == 2


# --- the register alone ---


def test_the_register_is_the_zones(chain: Connection) -> None:
    register = Register(chain)
    (key,) = somebody(1)
    with reverts("OnlyRoot", caller=PEOPLE[0].address):
        attempt(register.contract, "enroll", key, ONE, by=PEOPLE[0])
    with reverts("ZeroNullifier"):
        register.try_by_zone("enroll", key, bytes(32))
    with reverts("ZeroKey"):
        register.try_by_zone("enroll", COIN, ONE)
    assert tuple(register.try_by_zone("enroll", key, ONE)) == (1, 0, True)


def test_pages_and_proofs(chain: Connection) -> None:
    """Who is in a page returns as a record; who enrols after a page is not in it; the next page has them."""
    register = Register(chain)
    people = somebody(1, 20)
    register.admit(people)
    register.depart(5)
    (fresh, other) = somebody(100, 2)
    register.by_zone("enroll", other, THREE)  # 21
    register.by_zone("enroll", people[4], ONE)
    register.depart(5)
    register.by_zone("enroll", fresh, ONE)
    assert (register.key_in_words(5), register.key_in_words(21)) == (fresh, other)
    register.compact(0)
    assert (register.key_in_words(5), register.key_in_words(21), register.read("count")) == (fresh, other, 21)
    register.admit(somebody(200, 3))
    assert register.read("indexOf", somebody(202)[0]) == 24
