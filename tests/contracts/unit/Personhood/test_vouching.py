"""Vouching: members vouch, others may object, and nobody brings in many."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.bodies import Body, Person, attempt, event, events, just_before, now, read, stand_at, transact
from tests.support.chain import at, deploy, reverts
from tests.support.personhood import PERSONHOOD
from tests.support.plans import DAY, EPOCH_SECONDS
from tests.support.world import PEOPLE, STRANGER, World
from zonedao.chain.abi import checksum_address, encode, keccak, parse_type
from zonedao.chain.contract import BoundContract
from zonedao.chain.receipts import Receipt
from zonedao.chain.signers import dev_account

NEW, OTHER, THIRD, FOURTH = (Person(f"new {n}", 12 + n, dev_account(40 + n)) for n in range(1, 5))
ALICE, BOB, CHARLIE, DAVE, ERIN, FRANK, GRACE, HEIDI, IVAN = PEOPLE[:9]
GATHERING, DECIDING, SUSPENSION = 14 * DAY, 30 * DAY, 180 * DAY
SEASONING = 2 * EPOCH_SECONDS
NOTHING = (bytes(32), 0, 0, False, 0, ())


class Door:
    """A vouching module that a zone lists."""

    def __init__(self, world: World, vouchers: int = 3, body: Body | None = None) -> None:
        self.world, self.chain, self.zone = world, world.chain, body or world.zone
        self.module: BoundContract = at(world.chain, "IVouching", deploy(world.chain, "Vouching", vouchers).address)
        self.list_in(self.zone)

    def list_in(self, body: Body) -> None:
        body.enact(body.own("setModule", PERSONHOOD, self.module.address), voters=body.members[:9])

    def fresh(self, who: Person) -> bytes:
        """The nullifier of a new person, told here."""
        pair = parse_type("tuple", [{"type": "address"}, {"type": "address"}])
        return keccak(encode(pair, (self.module.address, who.address)))

    def args(self, who: Person, nullifier: bytes | None = None) -> tuple[Any, ...]:
        return self.zone.address, who.address, self.fresh(who) if nullifier is None else nullifier

    def vouch(self, who: Person, *vouchers: Person, nullifier: bytes | None = None) -> Receipt:
        return [transact(self.module, "vouch", *self.args(who, nullifier), by=each) for each in vouchers][-1]

    def try_vouch(self, who: Person, voucher: Person, nullifier: bytes | None = None) -> None:
        attempt(self.module, "vouch", *self.args(who, nullifier), by=voucher)

    def object(self, who: Person, *challengers: Person) -> Receipt:
        return [transact(self.module, "challenge", self.zone.address, who.address, by=each) for each in challengers][-1]

    def application(self, who: Person) -> tuple[Any, ...]:
        return tuple(read(self.module, "application", self.zone.address, who.address))

    def enroll(self, who: Person, by: Person = STRANGER) -> Receipt:
        return self.zone.send("enroll", who.address, b"", by=by)

    def try_enroll(self, who: Person, by: Person = STRANGER) -> int:
        return int(self.zone.attempt("enroll", who.address, b"", by=by))

    def let_in(self, who: Person, *vouchers: Person) -> None:
        """All of it."""
        self.vouch(who, *vouchers)
        just_before(self.chain, self.application(who)[1])
        self.enroll(who)


@pytest.fixture
def door(world: World) -> Door:
    return Door(world)


def test_the_terms(door: Door) -> None:
    names = ("VOUCHERS", "SEASONING_EPOCHS", "MOST_VOUCHEES", "GATHERING_SECONDS", "DECIDING_SECONDS")
    assert [read(door.module, name) for name in names] == [3, 2, 3, GATHERING, DECIDING]
    assert read(door.module, "SUSPENSION_SECONDS") == SUSPENSION
    assert read(door.module, "kind") == "vouching"
    assert read(door.module, "nullifierOf", NEW.address) == door.fresh(NEW)
    for vouchers in (0, 1, 9):
        with reverts("VouchersOutOfBounds", vouchers=vouchers, least=2, most=8):
            deploy(door.chain, "Vouching", vouchers)


def test_from_the_first_voucher_to_the_seat(door: Door) -> None:
    zone, module, who = door.zone.address, door.module, NEW.address
    assert door.application(NEW) == NOTHING
    receipt = door.vouch(NEW, BOB)
    opened = now(door.chain)
    told = {"zone": zone, "key": who, "nullifier": door.fresh(NEW), "expiresAt": opened + GATHERING}
    assert event(receipt, "VouchingOpened", module.address) == told
    assert event(receipt, "Vouched") == {"zone": zone, "key": who, "voucher": 2, "vouchers": 1}
    assert read(module, "vouchees", zone, 2) == 1
    receipt = door.vouch(NEW, CHARLIE)
    assert not events(receipt, "VouchingOpened")
    with reverts("VouchingNotReady", key=who, readyAt=0):
        door.try_enroll(NEW)
    receipt = door.vouch(NEW, DAVE)
    ready = now(door.chain) + GATHERING
    assert event(receipt, "VouchingReady") == {
        "zone": zone,
        "key": who,
        "readyAt": ready,
        "expiresAt": ready + DECIDING,
    }
    assert door.application(NEW) == (door.fresh(NEW), ready, ready + DECIDING, False, 0, (2, 3, 4))
    door.object(NEW, ERIN, FRANK)
    assert door.application(NEW)[3:5] == (False, 2)
    stand_at(door.chain, ready - 1)
    with reverts("VouchingNotReady", key=who, readyAt=ready):
        door.try_enroll(NEW)
    just_before(door.chain, ready)
    receipt = door.enroll(NEW)
    epoch = read(door.world.treasury, "epochAt", ready)
    told = {"zone": zone, "key": who, "nullifier": door.fresh(NEW), "epoch": epoch}
    assert event(receipt, "VouchingFulfilled") == told
    assert event(receipt, "MemberEnrolled") == {"index": 13}
    assert read(door.world.registry, "personOf", door.fresh(NEW)) == 13
    assert door.application(NEW) == NOTHING
    with reverts("NoVouching", zone=zone, key=who):
        door.try_enroll(NEW)


def test_who_returns_gets_the_old_index(door: Door) -> None:
    """With a new key, as the person whose nullifier it is; and only that key itself walks in."""
    door.let_in(NEW, BOB, CHARLIE, DAVE)
    door.zone.send("leave", by=NEW)
    door.world.next_epoch()
    door.vouch(OTHER, ERIN, FRANK, GRACE, nullifier=door.fresh(NEW))
    with reverts("ClaimedOtherwise", key=OTHER.address, nullifier=door.fresh(NEW)):
        door.try_vouch(OTHER, HEIDI)
    just_before(door.chain, door.application(OTHER)[1])
    with reverts("OnlyReturningKey", caller=STRANGER.address, key=OTHER.address):
        stand_at(door.chain, door.application(OTHER)[1])
        door.try_enroll(OTHER)
    door.enroll(OTHER, by=OTHER)
    assert [read(door.world.registry, "indexOf", who.address) for who in (NEW, OTHER)] == [0, 13]
    assert read(door.world.registry, "count") == 13


# --- against sybils ---


def test_nobody_brings_in_many(door: Door) -> None:
    """A member has three vouchees at a time, each vouched for by two others; the zone takes one of fifty in an epoch;
    who came in vouches for nobody before two epochs have passed."""
    sybils = [Person(f"sybil {n}", 0, dev_account(50 + n)) for n in range(4)]
    for sybil in sybils[:3]:
        door.vouch(sybil, BOB)
    taken_until = now(door.chain) - 2 + 2 * GATHERING + DECIDING + SEASONING
    with reverts("TooManyVouchees", voucher=2, most=3, freeAt=taken_until + 1):
        door.try_vouch(sybils[3], BOB)
    with reverts("AlreadyVouched", voucher=2):
        door.try_vouch(sybils[0], BOB)
    for sybil in sybils[:3]:
        door.vouch(sybil, CHARLIE, DAVE)
    stand_at(door.chain, door.application(sybils[2])[1] + 1)
    door.enroll(sybils[0])
    epoch, admitted, most, next_at = read(door.module, "quota", door.zone.address)
    assert (admitted, most) == (1, 1)
    for sybil in sybils[1:3]:
        with reverts("EpochIsFull", epoch=epoch, most=1, nextAt=next_at):
            door.try_enroll(sybil)
    joined = now(door.chain)
    stand_at(door.chain, joined + SEASONING - 1)
    with reverts("VoucherTooNew", voucher=13, seconds_=SEASONING):
        door.try_vouch(sybils[3], sybils[0])
    stand_at(door.chain, joined + SEASONING)
    door.try_vouch(sybils[3], sybils[0])
    stand_at(door.chain, taken_until)
    with reverts("TooManyVouchees", voucher=2, most=3, freeAt=taken_until + 1):
        door.try_vouch(sybils[3], BOB)
    stand_at(door.chain, taken_until + 1)
    door.try_vouch(sybils[3], BOB)
    assert read(door.module, "vouchees", door.zone.address, 2) == 2


def test_the_next_epoch_takes_the_next(door: Door) -> None:
    door.vouch(NEW, BOB, CHARLIE, DAVE)
    door.vouch(OTHER, BOB, CHARLIE, DAVE)
    stand_at(door.chain, door.application(OTHER)[1])
    door.enroll(NEW)
    door.world.next_epoch()
    door.enroll(OTHER)
    assert read(door.module, "quota", door.zone.address)[1:3] == (1, 1)
    assert door.zone.read("isMember", 14)


def test_shares_of_the_zone(world: World) -> None:
    """One in a hundred objects, three at least; one in fifty comes in, one at least."""
    module = at(world.chain, "IVouching", deploy(world.chain, "Vouching", 3).address)
    double = deploy(world.chain, "BodyDouble")
    for heads, needed in ((1, 3), (300, 3), (301, 4), (10_000, 100), (10_001, 101)):
        transact(double, "setMembers", 0, 0, heads)
        assert read(module, "challengersNeeded", double.address) == needed


# --- objections ---


def test_contested_and_rejected(door: Door) -> None:
    """No vote, no seat; and those who vouched do not vouch for half a year after the time for it."""
    zone = door.zone.address
    door.vouch(NEW, BOB, CHARLIE, DAVE)
    door.vouch(OTHER, BOB, CHARLIE, ERIN)
    door.object(NEW, FRANK, GRACE)
    with reverts("AlreadyChallenged", challenger=6):
        attempt(door.module, "challenge", zone, NEW.address, by=FRANK)
    receipt = door.object(NEW, HEIDI)
    assert event(receipt, "VouchingChallenged") == {"zone": zone, "key": NEW.address, "challenger": 8, "challengers": 3}
    by = now(door.chain) + DECIDING
    assert event(receipt, "VouchingContested") == {"zone": zone, "key": NEW.address, "decideBy": by}
    assert door.application(NEW)[2:] == (by, True, 3, (2, 3, 4))
    barred = by + SUSPENSION
    assert [read(door.module, "suspendedUntil", zone, index) for index in (1, 2, 3, 4, 5)] == [0, *[barred] * 3, 0]
    for function, args, who in (
        ("vouch", door.args(NEW), ERIN),
        ("challenge", (zone, NEW.address), ERIN),
    ):
        with reverts("VouchingIsContested", key=NEW.address, decideBy=by):
            attempt(door.module, function, *args, by=who)
    with reverts("VoucherSuspended", voucher=2, until=barred):
        door.try_vouch(THIRD, BOB)
    stand_at(door.chain, door.application(OTHER)[1])
    with reverts("VoucherSuspended", until=barred):
        door.try_enroll(OTHER)  # they vouched for this one, too
    stand_at(door.chain, by)
    with reverts("VouchingIsContested", key=NEW.address, decideBy=by):
        door.try_enroll(NEW)
    with reverts("NotAdmitted", key=NEW.address):
        attempt(door.module, "clear", zone, NEW.address)
    stand_at(door.chain, by + 1)
    assert door.application(NEW) == NOTHING
    with reverts("NoVouching", zone=zone, key=NEW.address):
        attempt(door.module, "clear", zone, NEW.address)
    # Others may begin again; who objected then may object again.
    door.vouch(NEW, IVAN)
    door.object(NEW, FRANK)
    stand_at(door.chain, barred)
    door.try_vouch(THIRD, BOB)


def test_contested_and_admitted_by_vote(door: Door) -> None:
    """The vouchers were right: what this objection brought on them is lifted, and what another brought stays."""
    zone = door.zone
    door.vouch(NEW, BOB, CHARLIE)
    door.vouch(OTHER, BOB, CHARLIE)
    door.object(NEW, FRANK, GRACE, HEIDI)
    alone = now(door.chain) + DECIDING + SUSPENSION
    door.object(OTHER, FRANK, GRACE, HEIDI)
    both = alone + DECIDING + SUSPENSION
    assert read(door.module, "suspendedUntil", zone.address, 2) == both
    with reverts("NotAdmitted", key=OTHER.address):
        attempt(door.module, "clear", zone.address, OTHER.address)
    zone.enact(zone.own("admit", [OTHER.address]))
    receipt = transact(door.module, "clear", zone.address, OTHER.address, by=STRANGER)
    assert event(receipt, "VouchersCleared") == {"zone": zone.address, "key": OTHER.address}
    assert [read(door.module, "suspendedUntil", zone.address, index) for index in (2, 3, 4)] == [alone, alone, 0]
    assert door.application(OTHER) == NOTHING


# --- what is refused ---


def test_every_revert(door: Door) -> None:
    zone, module, registry = door.zone, door.module, door.world.registry
    with reverts("NotAVoucher", caller=STRANGER.address):
        door.try_vouch(NEW, STRANGER)
    zone.send("leave", by=IVAN)
    for function, args in (("vouch", door.args(NEW)), ("challenge", (zone.address, NEW.address))):
        with reverts("NotAVoucher", caller=IVAN.address):
            attempt(module, function, *args, by=IVAN)
    with reverts("AlreadyIn", index=3):
        door.try_vouch(CHARLIE, BOB)
    with reverts("UnknownNullifier", nullifier=b"\1" * 32):
        door.try_vouch(NEW, BOB, b"\1" * 32)
    with reverts("NoVouching", zone=zone.address, key=NEW.address):
        attempt(module, "challenge", zone.address, NEW.address, by=BOB)
    with reverts("NoVouching", zone=zone.address, key=NEW.address):
        attempt(module, "clear", zone.address, NEW.address)
    door.vouch(NEW, BOB, CHARLIE)
    with reverts("NotContested", key=NEW.address):
        attempt(module, "clear", zone.address, NEW.address)
    door.vouch(NEW, DAVE)
    with reverts("VouchersComplete", key=NEW.address):
        door.try_vouch(NEW, ERIN)
    _, ready, expires, *_ = door.application(NEW)
    zone.send("leave", by=DAVE)
    stand_at(door.chain, ready)
    with reverts("VoucherLeft", voucher=4):
        door.try_enroll(NEW)
    stand_at(door.chain, expires + 1)
    with reverts("NoVouching", zone=zone.address, key=NEW.address):
        door.try_enroll(NEW)
    door.let_in(NEW, ERIN, FRANK, GRACE)
    with reverts("AlreadyIn", index=13):
        door.try_vouch(OTHER, HEIDI, door.fresh(NEW))
    assert read(registry, "count") == 13


def test_vouchers_that_gather_too_slowly(door: Door) -> None:
    door.vouch(NEW, BOB, CHARLIE)
    expires = door.application(NEW)[2]
    just_before(door.chain, expires + 1)
    receipt = door.vouch(NEW, BOB)
    assert event(receipt, "Vouched")["vouchers"] == 1
    assert door.application(NEW)[5] == (2,)


@pytest.mark.parametrize(("heads", "enough"), [(5, False), (6, True)])
def test_a_small_zone_votes(world: World, heads: int, enough: bool) -> None:
    """Fewer than twice the vouchers: they would be a majority of the others."""
    small = world.new_zone("Small", PEOPLE[:heads])
    door = Door(world, 3, small.body)
    if enough:
        door.try_vouch(NEW, BOB)
    else:
        with reverts("TooFewToVouch", members=5, least=6):
            door.try_vouch(NEW, BOB)


def test_another_zone_with_the_same_module(door: Door) -> None:
    """What was said in one zone is nothing in another: applications, vouchees, suspensions, quotas."""
    world = door.world
    other = world.new_zone("Twin").body
    door.list_in(other)
    door.vouch(NEW, BOB, CHARLIE, DAVE)
    stand_at(door.chain, door.application(NEW)[1])
    with reverts("NoVouching", zone=other.address, key=NEW.address):
        other.attempt("enroll", NEW.address, b"")
    with reverts("NoVouching", zone=STRANGER.address, key=NEW.address):
        attempt(door.module, "prove", NEW.address, b"", by=STRANGER)
    assert read(door.module, "vouchees", other.address, 2) == 0
    door.enroll(NEW)
    assert read(door.module, "quota", other.address)[1] == 0
    assert checksum_address(other.address) != door.zone.address
