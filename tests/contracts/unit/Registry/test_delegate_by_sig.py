"""Registry.delegateBySig: as OpenZeppelin's Votes; for persons of the register, once, in time, in this one only."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.ballots import domain, signed_delegation
from tests.support.bodies import Person, attempt, event, now, read, stand_at, transact
from tests.support.chain import reverts
from tests.support.plans import COIN, DAY
from tests.support.registers import somebody
from tests.support.world import World
from zonedao.chain.signers import dev_account

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of secp256k1


@pytest.fixture
def expiry(world: World) -> int:
    return now(world.chain) + DAY


def signed(world: World, who: Person, whom: Person | str, expiry: int, **how: Any) -> tuple[Any, ...]:
    return signed_delegation(world.registry, who, whom if isinstance(whom, str) else whom.address, expiry, **how)


def test_anybody_brings_it(world: World, alice: Person, bob: Person, stranger: Person, expiry: int) -> None:
    stand_at(world.chain, expiry)  # the last second
    receipt = transact(world.registry, "delegateBySig", *signed(world, alice, bob, expiry + 1), by=stranger)
    told = {"delegator": alice.address, "fromDelegate": alice.address, "toDelegate": bob.address}
    assert event(receipt, "DelegateChanged") == told
    assert read(world.registry, "delegates", alice.address) == bob.address
    assert [read(world.registry, "nonces", who.address) for who in (alice, bob, stranger)] == [1, 0, 0]
    # Back to oneself, in the same way.
    transact(world.registry, "delegateBySig", *signed(world, alice, COIN, expiry + DAY), by=stranger)
    assert read(world.registry, "representativeOf", alice.index) == 0
    assert read(world.registry, "nonces", alice.address) == 2


def test_what_is_signed_is_what_counts(
    world: World, alice: Person, bob: Person, charlie: Person, stranger: Person, expiry: int
) -> None:
    """G19, G20: each signature once, until it expires, for this register; nobody signs for another."""
    good = signed(world, alice, bob, expiry)
    # Whatever is changed, somebody else signed it: nobody whom the register knows.
    for position, other in ((0, charlie.address), (2, expiry + 1)):
        with reverts("NoPerson"):
            attempt(world.registry, "delegateBySig", *good[:position], other, *good[position + 1 :])
    for nonce in (1, 2**255):
        with reverts("InvalidAccountNonce", account=alice.address, currentNonce=0):
            attempt(world.registry, "delegateBySig", *signed(world, alice, bob, expiry, nonce=nonce))
    s = (ORDER - int.from_bytes(good[5], "big")).to_bytes(32, "big")
    for wrong in ((55 - good[3], good[4], s), (0, good[4], good[5]), (27, bytes(32), bytes(32))):
        with reverts("ECDSAInvalidSignature"):
            attempt(world.registry, "delegateBySig", *good[:3], *wrong)
    here = domain("Members of Elmcourt", world.chain.chain_id, world.registry.address)
    for change in ({"chainId": 1}, {"name": "Elmcourt"}, {"version": "2"}, {"verifyingContract": world.zone.address}):
        with reverts("NoPerson"):
            elsewhere = signed(world, alice, bob, expiry, domain_={**here, **change})
            attempt(world.registry, "delegateBySig", *elsewhere)
    twin = world.new_zone("Elmcourt", nonce=6)
    with reverts("NoPerson"):
        attempt(twin.registry, "delegateBySig", *good)
    transact(world.registry, "delegateBySig", *good)
    with reverts("InvalidAccountNonce", account=alice.address, currentNonce=1):
        attempt(world.registry, "delegateBySig", *good)
    with reverts("NoPerson", account=stranger.address):
        attempt(world.registry, "delegateBySig", *signed(world, stranger, bob, expiry))
    late = signed(world, charlie, bob, expiry)
    stand_at(world.chain, expiry)
    attempt(world.registry, "delegateBySig", *late)
    stand_at(world.chain, expiry + 1)
    with reverts("VotesExpiredSignature", expiry=expiry):
        attempt(world.registry, "delegateBySig", *late)


def test_the_rules_of_delegating_hold(world: World, alice: Person, bob: Person, charlie: Person, expiry: int) -> None:
    """One level, members only; a key that was rotated signs for nobody any more."""
    transact(world.registry, "delegate", charlie.address, by=bob)
    with reverts("RepresentativeDelegates", index=bob.index, representative=charlie.index):
        attempt(world.registry, "delegateBySig", *signed(world, alice, bob, expiry))
    (unknown,) = somebody(77)
    with reverts("NoPerson", account=unknown):
        attempt(world.registry, "delegateBySig", *signed(world, alice, unknown, expiry))
    before = signed(world, alice, charlie, expiry)
    new = Person("alice", alice.index, dev_account(42))
    transact(world.registry, "rotate", new.address, by=alice)
    with reverts("NoPerson", account=alice.address):
        attempt(world.registry, "delegateBySig", *before)
    transact(world.registry, "delegateBySig", *signed(world, new, charlie, expiry))
    assert read(world.registry, "representativeOf", alice.index) == charlie.index


def test_what_the_register_says_of_its_domain(world: World) -> None:
    said = read(world.registry, "eip712Domain")
    here = (b"\x0f", "Members of Elmcourt", "1", world.chain.chain_id, world.registry.address, bytes(32))
    assert tuple(said)[:6] == here
    typehash = "0xe48329057bfd03d55e49b547132e39cffd9c1820ad7b9d4c5307691425d15adf"  # of OpenZeppelin's Votes
    assert "0x" + read(world.registry, "DELEGATION_TYPEHASH").hex() == typehash
