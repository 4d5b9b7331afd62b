"""Registry.rotate and retiredBy: another key for the same person."""

from __future__ import annotations

import pytest

from tests.support.bodies import FOR, Person, attempt, event, events, read, transact
from tests.support.chain import reverts
from tests.support.plans import COIN
from tests.support.registers import Register
from tests.support.world import PEOPLE, STRANGER, World
from zonedao.chain.connection import Connection
from zonedao.chain.signers import dev_account

NEW = Person("new", 0, dev_account(41))
NEWER = Person("newer", 0, dev_account(42))


def test_at_once(world: World, alice: Person) -> None:
    before = read(world.registry, "person", 1)
    receipt = transact(world.registry, "rotate", NEW.address, by=alice)
    assert event(receipt, "KeyRotated") == {"index": 1, "oldKey": alice.address, "newKey": NEW.address}
    assert event(receipt, "Transfer") == {"from": alice.address, "to": NEW.address, "tokenId": 1}
    assert tuple(read(world.registry, "person", 1)) == (NEW.address, before.admittedAt, 0)
    assert (read(world.registry, "indexOf", NEW.address), read(world.registry, "indexOf", alice.address)) == (1, 0)
    assert read(world.registry, "retiredBy", alice.address) == 1
    assert read(world.registry, "retiredBy", NEW.address) == 0
    assert read(world.registry, "count") == 12


def test_who_voted_cannot_vote_again(world: World, alice: Person, bob: Person) -> None:
    """G20: the bit belongs to the person, not to the key."""
    proposal = world.zone.propose(world.pay(bob.address)).open()
    proposal.vote(FOR, alice)
    transact(world.registry, "rotate", NEW.address, by=alice)
    assert proposal.read("hasVoted", NEW.address)
    with reverts("GovernorAlreadyCastVote", voter=NEW.address):
        world.zone.attempt("castVote", proposal.id, FOR, by=NEW)
    with reverts("NotInElectorate", account=alice.address, proposalId=proposal.id):
        world.zone.attempt("castVote", proposal.id, FOR, by=alice)
    assert proposal.tally == (0, 1, 0)


def test_who_did_not_votes_with_the_new_key(world: World, alice: Person, bob: Person) -> None:
    """Also in industries, where membership goes by index, and on proposals that are older than the key."""
    proposal = world.bakery.propose(world.pay(bob.address), by=bob)
    transact(world.registry, "rotate", NEW.address, by=alice)
    proposal.open().vote(FOR, NEW)
    assert proposal.tally == (0, 1, 0)
    assert proposal.read("hasVoted", NEW.address)


def test_the_proposer_is_a_person_too(world: World, alice: Person, bob: Person) -> None:
    proposal = world.zone.propose(world.pay(bob.address), by=alice)
    transact(world.registry, "rotate", NEW.address, by=alice)
    with reverts("GovernorOnlyProposer", account=alice.address):
        world.zone.attempt("cancel", *proposal.hashed, by=alice)
    assert world.zone.send("cancel", *proposal.hashed, by=NEW).ok


def test_dues_stay_with_the_address(world: World, alice: Person) -> None:
    """Money belongs to addresses: the old key withdraws what it was paid."""
    world.zone.enact(world.pay(alice.address, 7))
    transact(world.registry, "rotate", NEW.address, by=alice)
    assert read(world.treasury, "due", alice.address, COIN) == 7
    assert read(world.treasury, "due", NEW.address, COIN) == 0
    assert transact(world.treasury, "withdraw", COIN, alice.address).ok


def test_nobody_else_gets_a_retired_key(world: World, alice: Person, bob: Person) -> None:
    transact(world.registry, "rotate", NEW.address, by=alice)
    with reverts("RetiredKey", key=alice.address, index=1):
        attempt(world.registry, "rotate", alice.address, by=bob)
    with reverts("RetiredKey", key=alice.address, index=1):
        world.registry.call("admit", [alice.address], sender=world.zone.address)


def test_nor_does_its_owner(world: World, alice: Person) -> None:
    """Nothing that the old key signed can come back to life."""
    transact(world.registry, "rotate", NEW.address, by=alice)
    transact(world.registry, "rotate", NEWER.address, by=NEW)
    for key in (alice.address, NEW.address):
        with reverts("RetiredKey", key=key, index=1):
            attempt(world.registry, "rotate", key, by=NEWER)


@pytest.mark.parametrize("key", [PEOPLE[0].address, PEOPLE[1].address])
def test_not_to_somebodys_key(world: World, alice: Person, key: str) -> None:
    """One's own neither."""
    with reverts("AlreadyPerson", key=key, index=1 if key == alice.address else 2):
        attempt(world.registry, "rotate", key, by=alice)


def test_not_to_the_key_of_who_left(world: World, alice: Person, bob: Person) -> None:
    world.zone.send("leave", by=bob)
    with reverts("AlreadyPerson", key=bob.address, index=2):
        attempt(world.registry, "rotate", bob.address, by=alice)


def test_not_to_the_zero_address(world: World, alice: Person) -> None:
    with reverts("ZeroKey"):
        attempt(world.registry, "rotate", COIN, by=alice)


def test_not_by_a_stranger(world: World) -> None:
    with reverts("NotAPerson", caller=STRANGER.address):
        attempt(world.registry, "rotate", NEW.address, by=STRANGER)


def test_not_by_who_left(world: World, alice: Person) -> None:
    world.zone.send("leave", by=alice)
    with reverts("PersonHasLeft", index=1):
        attempt(world.registry, "rotate", NEW.address, by=alice)


def test_who_rotated_leaves_and_returns_by_the_new_key(world: World, alice: Person) -> None:
    transact(world.registry, "rotate", NEW.address, by=alice)
    world.zone.send("leave", by=NEW)
    assert not world.zone.read("isMember", 1)
    receipt = world.zone.enact(world.zone.own("admit", [NEW.address]), by=PEOPLE[1])
    assert event(receipt, "PersonReturned") == {"index": 1, "key": NEW.address}
    assert world.zone.read("isMember", 1)


def test_not_while_the_zone_is_being_born(chain: Connection, alice: Person) -> None:
    """A founder cannot break the committed steps of a birth, which name keys."""
    register = Register(chain)
    register.admit([alice.address])
    transact(register.zone, "setLive", False)
    with reverts("NotLive"):
        attempt(register.contract, "rotate", NEW.address, by=alice)
    transact(register.zone, "setLive", True)
    assert events(register.rotate(alice, NEW.address), "KeyRotated")
