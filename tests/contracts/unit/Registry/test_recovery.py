"""Registry.vouchRecovery, vetoRecovery, finishRecovery, recoverByVote and recovery: a lost key."""

from __future__ import annotations

import pytest

from tests.support.bodies import (
    FOR,
    Person,
    attempt,
    call_of,
    event,
    events,
    just_before,
    now,
    read,
    stand_at,
    transact,
)
from tests.support.chain import reverts
from tests.support.plans import COIN, DAY
from tests.support.registers import Register, mask_of
from tests.support.world import PEOPLE, STRANGER, World
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.receipts import Receipt
from zonedao.chain.signers import dev_account

NEW = Person("new", 0, dev_account(41))
OTHER = Person("other", 0, dev_account(42))
ALICE, BOB, CHARLIE, DAVE, ERIN, FRANK, GRACE, HEIDI = PEOPLE[:8]
WAIT = 14 * DAY
NOBODY = (COIN, 0, 0, ())


def vouch(registry: BoundContract, *vouchers: Person, index: int = 1, key: str = NEW.address) -> Receipt:
    """Each vouches; the last receipt."""
    return [transact(registry, "vouchRecovery", index, key, by=voucher) for voucher in vouchers][-1]


def finish(registry: BoundContract, *, at: int) -> Receipt:
    """The new key finishes the recovery of person 1 in that second."""
    just_before(registry.connection, at)
    return transact(registry, "finishRecovery", 1, by=NEW)


def test_the_terms(world: World) -> None:
    assert read(world.registry, "RECOVERY_VOUCHERS") == 3
    assert read(world.registry, "RECOVERY_SECONDS") == WAIT
    assert read(world.registry, "VOUCHER_SEASONING_SECONDS") == 30 * DAY
    assert read(world.registry, "VETO_SECONDS") == 180 * DAY


def test_from_the_first_voucher_to_the_new_key(world: World) -> None:
    registry = world.registry
    assert read(registry, "recovery", 1) == NOBODY
    receipt = vouch(registry, BOB)
    opened = now(world.chain)
    assert event(receipt, "RecoveryOpened") == {"index": 1, "newKey": NEW.address, "expiresAt": opened + WAIT}
    assert event(receipt, "RecoverySupported") == {"index": 1, "voucher": 2, "vouchers": 1}
    assert read(registry, "voucherFreeAt", 2) == opened + 3 * WAIT
    receipt = vouch(registry, CHARLIE)
    assert not events(receipt, "RecoveryOpened")
    assert not events(receipt, "RecoveryReady")
    assert read(registry, "recovery", 1) == (NEW.address, 0, opened + WAIT, (2, 3))
    receipt = vouch(registry, DAVE)
    ready = now(world.chain) + WAIT
    assert event(receipt, "RecoveryReady") == {"index": 1, "readyAt": ready, "expiresAt": ready + WAIT}
    assert read(registry, "recovery", 1) == (NEW.address, ready, ready + WAIT, (2, 3, 4))
    assert read(registry, "indexOf", ALICE.address) == 1
    receipt = finish(registry, at=ready)
    assert event(receipt, "KeyRotated") == {"index": 1, "oldKey": ALICE.address, "newKey": NEW.address}
    assert event(receipt, "Transfer") == {"from": ALICE.address, "to": NEW.address, "tokenId": 1}
    assert [read(registry, "indexOf", who.address) for who in (NEW, ALICE)] == [1, 0]
    assert read(registry, "person", 1).key == NEW.address
    assert read(registry, "recovery", 1) == NOBODY
    with reverts("NoRecovery", index=1):
        attempt(registry, "finishRecovery", 1, by=NEW)


def test_a_recovered_key_cannot_vote_again(world: World) -> None:
    vouch(world.registry, BOB, CHARLIE, DAVE)
    ready = read(world.registry, "recovery", 1)[1]
    stand_at(world.chain, ready - 10_000)
    proposal = world.zone.propose(world.pay(BOB.address), by=BOB).open()
    proposal.vote(FOR, ALICE)
    stand_at(world.chain, max(ready, now(world.chain)))
    transact(world.registry, "finishRecovery", 1, by=NEW)
    assert proposal.read("hasVoted", NEW.address)
    if now(world.chain) < proposal.read("proposalDeadline"):
        with reverts("GovernorAlreadyCastVote", voter=NEW.address):
            world.zone.attempt("castVote", proposal.id, FOR, by=NEW)
    assert proposal.tally == (0, 1, 0)


# --- the old key ---


def test_a_veto_ends_it_and_bars_the_vouchers(world: World) -> None:
    vouch(world.registry, BOB, CHARLIE, DAVE)
    receipt = transact(world.registry, "vetoRecovery", by=ALICE)
    assert event(receipt, "RecoveryVetoed") == {"index": 1, "newKey": NEW.address}
    assert read(world.registry, "recovery", 1) == NOBODY
    barred = now(world.chain) + 180 * DAY
    assert [read(world.registry, "voucherFreeAt", index) for index in (1, 2, 3, 4, 5)] == [0, *[barred] * 3, 0]
    stand_at(world.chain, barred - 1)
    for voucher in (BOB, CHARLIE, DAVE):
        with reverts("VoucherNotFree", voucher=voucher.index, freeAt=barred):
            attempt(world.registry, "vouchRecovery", 1, NEW.address, by=voucher)
    stand_at(world.chain, barred)
    assert vouch(world.registry, BOB).ok


def test_a_veto_in_the_last_second(world: World) -> None:
    vouch(world.registry, BOB, CHARLIE, DAVE)
    expires = read(world.registry, "recovery", 1)[2]
    just_before(world.chain, expires)
    assert transact(world.registry, "vetoRecovery", by=ALICE).ok


def test_a_veto_before_all_vouchers_are_there(world: World) -> None:
    vouch(world.registry, BOB)
    transact(world.registry, "vetoRecovery", by=ALICE)
    barred = now(world.chain) + 180 * DAY
    assert [read(world.registry, "voucherFreeAt", index) for index in (2, 3)] == [barred, 0]


@pytest.mark.parametrize("who", [BOB, NEW, STRANGER])
def test_nobody_else_vetoes(world: World, who: Person) -> None:
    vouch(world.registry, BOB, CHARLIE, DAVE)
    with reverts("NoRecovery" if who is BOB else "NotAPerson"):
        attempt(world.registry, "vetoRecovery", by=who)


def test_nothing_to_veto(world: World) -> None:
    with reverts("NoRecovery", index=1):
        attempt(world.registry, "vetoRecovery", by=ALICE)


def test_rotating_ends_it_without_blame(world: World) -> None:
    vouch(world.registry, BOB, CHARLIE, DAVE)
    free = read(world.registry, "voucherFreeAt", 2)
    receipt = transact(world.registry, "rotate", OTHER.address, by=ALICE)
    assert event(receipt, "RecoveryDropped") == {"index": 1, "newKey": NEW.address}
    assert read(world.registry, "recovery", 1) == NOBODY
    assert read(world.registry, "voucherFreeAt", 2) == free


def test_leaving_ends_it(world: World) -> None:
    vouch(world.registry, BOB, CHARLIE, DAVE)
    receipt = world.zone.send("leave", by=ALICE)
    assert event(receipt, "RecoveryDropped") == {"index": 1, "newKey": NEW.address}
    with reverts("NoRecovery", index=1):
        attempt(world.registry, "finishRecovery", 1, by=NEW)


def test_an_expired_one_is_swept_silently(world: World) -> None:
    vouch(world.registry, BOB)
    just_before(world.chain, now(world.chain) + WAIT + 1)
    assert not events(transact(world.registry, "rotate", OTHER.address, by=ALICE), "RecoveryDropped")


# --- vouchers ---


def test_nobody_for_themself(world: World) -> None:
    with reverts("OwnRecovery", index=1):
        attempt(world.registry, "vouchRecovery", 1, NEW.address, by=ALICE)


def test_no_stranger(world: World) -> None:
    with reverts("NotAPerson", caller=STRANGER.address):
        attempt(world.registry, "vouchRecovery", 1, NEW.address, by=STRANGER)


def test_nobody_who_left(world: World) -> None:
    world.zone.send("leave", by=BOB)
    with reverts("PersonHasLeft", index=2):
        attempt(world.registry, "vouchRecovery", 1, NEW.address, by=BOB)


def test_only_who_is_a_member_for_a_month(world: World) -> None:
    """G2: joining and recovering somebody at once is impossible."""
    world.zone.enact(world.zone.own("admit", [OTHER.address]))
    admitted = now(world.chain)
    stand_at(world.chain, admitted + 30 * DAY - 1)
    with reverts("NotSeasoned", voucher=13, seconds_=30 * DAY):
        attempt(world.registry, "vouchRecovery", 1, NEW.address, by=OTHER)
    stand_at(world.chain, admitted + 30 * DAY)
    assert attempt(world.registry, "vouchRecovery", 1, NEW.address, by=OTHER) is None


def test_one_recovery_at_a_time(world: World) -> None:
    """G19: nobody is counted twice in one recovery, nor is in two."""
    vouch(world.registry, BOB)
    free = now(world.chain) + 3 * WAIT
    with reverts("VoucherNotFree", voucher=2, freeAt=free):
        attempt(world.registry, "vouchRecovery", 1, NEW.address, by=BOB)
    stand_at(world.chain, free - 1)
    with reverts("VoucherNotFree", voucher=2, freeAt=free):
        attempt(world.registry, "vouchRecovery", 5, OTHER.address, by=BOB)
    stand_at(world.chain, free)
    assert attempt(world.registry, "vouchRecovery", 5, OTHER.address, by=BOB) is None


def test_a_fourth_is_not_needed(world: World) -> None:
    vouch(world.registry, BOB, CHARLIE, DAVE)
    with reverts("EnoughVouchers", index=1):
        attempt(world.registry, "vouchRecovery", 1, NEW.address, by=ERIN)


def test_a_voucher_who_left_does_not_count(world: World) -> None:
    vouch(world.registry, BOB, CHARLIE, DAVE)
    ready = read(world.registry, "recovery", 1)[1]
    world.zone.send("leave", by=CHARLIE)
    stand_at(world.chain, ready)
    with reverts("VoucherGone", voucher=3):
        attempt(world.registry, "finishRecovery", 1, by=NEW)


def test_a_voucher_counts_by_person(world: World) -> None:
    """Whoever rotates their own key meanwhile still vouches, once."""
    vouch(world.registry, BOB)
    transact(world.registry, "rotate", OTHER.address, by=BOB)
    with reverts("VoucherNotFree", voucher=2):
        attempt(world.registry, "vouchRecovery", 1, NEW.address, by=OTHER)
    vouch(world.registry, CHARLIE, DAVE)
    finish(world.registry, at=read(world.registry, "recovery", 1)[1])
    assert read(world.registry, "indexOf", NEW.address) == 1


@pytest.mark.parametrize(("heads", "enough"), [(5, False), (6, True)])
def test_a_small_zone_votes(chain: Connection, heads: int, enough: bool) -> None:
    """Fewer than twice the vouchers: three would be a majority of the others."""
    register = Register(chain)
    register.admit([person.address for person in PEOPLE[:heads]])
    transact(register.zone, "setMembers", 0, mask_of(range(1, heads + 1)), heads)
    if enough:
        assert vouch(register.contract, BOB).ok
    else:
        with reverts("TooFewMembers", members=5, least=6):
            attempt(register.contract, "vouchRecovery", 1, NEW.address, by=BOB)


# --- whose, and for which key ---


@pytest.mark.parametrize("index", [0, 13, 2**255])
def test_only_for_a_person(world: World, index: int) -> None:
    with reverts("NoSuchPerson", index=index):
        attempt(world.registry, "vouchRecovery", index, NEW.address, by=BOB)


def test_not_for_who_left(world: World) -> None:
    world.zone.send("leave", by=ALICE)
    with reverts("PersonHasLeft", index=1):
        attempt(world.registry, "vouchRecovery", 1, NEW.address, by=BOB)


def test_not_for_a_key_that_cannot_be(world: World) -> None:
    transact(world.registry, "rotate", OTHER.address, by=HEIDI)
    for key, error in ((COIN, "ZeroKey"), (ERIN.address, "AlreadyPerson"), (HEIDI.address, "RetiredKey")):
        with reverts(error):
            attempt(world.registry, "vouchRecovery", 1, key, by=BOB)


def test_one_open_recovery_a_person(world: World) -> None:
    vouch(world.registry, BOB)
    expires = now(world.chain) + WAIT
    with reverts("RecoveryOpen", index=1, newKey=NEW.address, expiresAt=expires):
        attempt(world.registry, "vouchRecovery", 1, OTHER.address, by=CHARLIE)
    assert attempt(world.registry, "vouchRecovery", 5, OTHER.address, by=CHARLIE) is None


def test_after_an_expired_one_a_new_one(world: World) -> None:
    vouch(world.registry, BOB, CHARLIE)
    expires = read(world.registry, "recovery", 1)[2]
    stand_at(world.chain, expires)
    with reverts("RecoveryOpen"):
        attempt(world.registry, "vouchRecovery", 1, OTHER.address, by=DAVE)
    just_before(world.chain, expires + 1)
    receipt = vouch(world.registry, DAVE, key=OTHER.address)
    assert event(receipt, "RecoverySupported")["vouchers"] == 1
    assert read(world.registry, "recovery", 1) == (OTHER.address, 0, expires + 1 + WAIT, (4,))


# --- finishing ---


def test_only_by_the_new_key(world: World) -> None:
    """So that it is somebody's, and nobody can be given another's place against their will."""
    vouch(world.registry, BOB, CHARLIE, DAVE)
    stand_at(world.chain, read(world.registry, "recovery", 1)[1])
    for caller in (ALICE, BOB, STRANGER):
        with reverts("OnlyNewKey", caller=caller.address, newKey=NEW.address):
            attempt(world.registry, "finishRecovery", 1, by=caller)


def test_not_without_enough_vouchers(world: World) -> None:
    vouch(world.registry, BOB, CHARLIE)
    stand_at(world.chain, read(world.registry, "recovery", 1)[2])
    with reverts("RecoveryNotReady", index=1, readyAt=0):
        attempt(world.registry, "finishRecovery", 1, by=NEW)


def test_not_before_its_time(world: World) -> None:
    vouch(world.registry, BOB, CHARLIE, DAVE)
    ready = read(world.registry, "recovery", 1)[1]
    stand_at(world.chain, ready - 1)
    with reverts("RecoveryNotReady", index=1, readyAt=ready):
        attempt(world.registry, "finishRecovery", 1, by=NEW)


@pytest.mark.parametrize("late", [0, 1])
def test_not_after_its_time(world: World, late: int) -> None:
    vouch(world.registry, BOB, CHARLIE, DAVE)
    expires = read(world.registry, "recovery", 1)[2]
    if late:
        stand_at(world.chain, expires + late)
        with reverts("NoRecovery", index=1):
            attempt(world.registry, "finishRecovery", 1, by=NEW)
        assert read(world.registry, "recovery", 1) == NOBODY
    else:
        assert finish(world.registry, at=expires).ok


def test_not_when_the_key_became_somebodys(world: World) -> None:
    vouch(world.registry, BOB, CHARLIE, DAVE)
    transact(world.registry, "rotate", NEW.address, by=ERIN)
    stand_at(world.chain, read(world.registry, "recovery", 1)[1])
    with reverts("AlreadyPerson", key=NEW.address, index=5):
        attempt(world.registry, "finishRecovery", 1, by=NEW)


def test_the_recovered_key_retires_the_lost_one(world: World) -> None:
    vouch(world.registry, BOB, CHARLIE, DAVE)
    finish(world.registry, at=read(world.registry, "recovery", 1)[1])
    assert read(world.registry, "retiredBy", ALICE.address) == 1
    with reverts("RetiredKey", key=ALICE.address, index=1):
        attempt(world.registry, "rotate", ALICE.address, by=NEW)
    with reverts("NotAPerson", caller=ALICE.address):
        attempt(world.registry, "vetoRecovery", by=ALICE)


# --- by vote ---


def test_by_vote(world: World) -> None:
    """A constitutional vote needs no vouchers and cannot be vetoed: a thief has the old key too."""
    vouch(world.registry, BOB)
    call = call_of(world.registry, "recoverByVote", 1, OTHER.address)
    assert world.zone.read("classOf", *call) == 0
    receipt = world.zone.enact(call, by=BOB, voters=PEOPLE[1:10])
    assert event(receipt, "KeyRotated") == {"index": 1, "oldKey": ALICE.address, "newKey": OTHER.address}
    assert read(world.registry, "indexOf", OTHER.address) == 1


def test_by_vote_for_who_left(world: World) -> None:
    """So that one who lost their key while away returns with the old index. No token is there meanwhile."""
    world.zone.send("leave", by=ALICE)
    call = call_of(world.registry, "recoverByVote", 1, OTHER.address)
    receipt = world.zone.enact(call, by=BOB, voters=PEOPLE[1:10])
    assert not events(receipt, "Transfer")
    receipt = world.zone.enact(world.zone.own("admit", [OTHER.address]), by=BOB)
    assert event(receipt, "PersonReturned") == {"index": 1, "key": OTHER.address}


def test_a_vote_ends_what_vouchers_began(chain: Connection) -> None:
    register = Register(chain)
    register.admit([person.address for person in PEOPLE])
    transact(register.zone, "setMembers", 0, mask_of(range(1, 13)), 12)
    vouch(register.contract, BOB, CHARLIE, DAVE)
    receipt = register.by_zone("recoverByVote", 1, OTHER.address)
    assert event(receipt, "RecoveryDropped") == {"index": 1, "newKey": NEW.address}
    with reverts("NoSuchPerson", index=13):
        register.try_by_zone("recoverByVote", 13, NEW.address)
    with reverts("AlreadyPerson", index=2):
        register.try_by_zone("recoverByVote", 1, BOB.address)


@pytest.mark.parametrize("function", ["admit", "depart", "rotate"])
def test_nothing_else_of_the_register_is_a_votes(world: World, function: str) -> None:
    args = {"admit": ([NEW.address],), "depart": (1,), "rotate": (NEW.address,)}[function]
    with reverts("ForbiddenCall"):
        world.zone.read("classOf", *call_of(world.registry, function, *args))


def test_not_by_vote_of_an_industry(world: World) -> None:
    with reverts("ForbiddenCall"):
        world.food.read("classOf", *call_of(world.registry, "recoverByVote", 1, NEW.address))
    for caller in (ALICE.address, world.food.address, world.factory.address):
        with reverts("OnlyRoot", caller=caller):
            world.registry.call("recoverByVote", 1, NEW.address, sender=caller)
