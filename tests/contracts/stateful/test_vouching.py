"""Vouching against its rules in plain Python: who is in, who vouches and who is suspended, whatever is tried."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.support.bodies import Person, now, read, stand_at, transact
from tests.support.chain import at, deploy, open_chain
from tests.support.personhood import PERSONHOOD
from tests.support.plans import DAY, EPOCH_SECONDS
from tests.support.world import PEOPLE, World, build
from zonedao.chain.signers import dev_account
from zonedao.errors import ContractRevert

pytestmark = pytest.mark.once

NEWCOMERS = tuple(Person(f"newcomer {n}", 0, dev_account(40 + n)) for n in range(3))
EVERYBODY = (*PEOPLE[:8], *NEWCOMERS)
VOUCHERS, PLACES, OBJECTORS = 2, 3, 3
GATHERING, DECIDING, SUSPENSION, SEASONING = 14 * DAY, 30 * DAY, 180 * DAY, 2 * EPOCH_SECONDS


@dataclass
class Claim:
    opened: int
    vouchers: list[str] = field(default_factory=list)
    objectors: set[str] = field(default_factory=set)
    ready: int = 0
    decide_by: int = 0

    @property
    def until(self) -> int:
        return self.decide_by or (self.ready + DECIDING if self.ready else self.opened + GATHERING)


class Refused(Exception):
    """The rules forbid it."""


def require(allowed: bool) -> None:
    if not allowed:
        raise Refused


class Rules:
    """What the contract should do, by addresses; `joined` has who is a member, and since when."""

    def __init__(self, epoch_start: int) -> None:
        self.epoch_start = epoch_start
        self.joined: dict[str, int] = {person.address: 0 for person in PEOPLE}
        self.claims: dict[str, Claim] = {}
        self.places: dict[str, list[int]] = defaultdict(list)  # until when each is taken
        self.suspended: dict[str, int] = defaultdict(int)
        self.taken_in: dict[int, int] = defaultdict(int)  # by epoch

    def epoch(self, time: int) -> int:
        return (time - self.epoch_start) // EPOCH_SECONDS

    def open(self, key: str, time: int) -> Claim | None:
        claim = self.claims.get(key)
        return claim if claim is not None and time <= claim.until else None

    def _seasoned(self, who: str, time: int) -> None:
        require(who in self.joined and self.joined[who] <= time - SEASONING)

    def vouch(self, who: str, key: str, time: int) -> None:
        self._seasoned(who, time)
        require(self.suspended[who] <= time)
        claim = self.open(key, time)
        if claim is None:
            require(key not in self.joined)
            claim = Claim(time)
        else:
            require(not claim.decide_by and not claim.ready and who not in claim.vouchers)
        live = [until for until in self.places[who] if until >= time]
        require(len(live) < PLACES)
        self.places[who] = [*live, time + 2 * GATHERING + DECIDING + SEASONING]
        claim.vouchers.append(who)
        if len(claim.vouchers) == VOUCHERS:
            claim.ready = time + GATHERING
        self.claims[key] = claim

    def challenge(self, who: str, key: str, time: int) -> None:
        self._seasoned(who, time)
        claim = self.open(key, time)
        require(claim is not None and not claim.decide_by and who not in claim.objectors)
        assert claim is not None
        claim.objectors.add(who)
        if len(claim.objectors) == OBJECTORS:
            claim.decide_by = time + DECIDING
            for voucher in claim.vouchers:
                self.suspended[voucher] = max(self.suspended[voucher], time) + DECIDING + SUSPENSION

    def clear(self, key: str, time: int) -> None:
        claim = self.open(key, time)
        require(claim is not None and bool(claim.decide_by) and key in self.joined)
        assert claim is not None
        for voucher in claim.vouchers:
            self.suspended[voucher] -= DECIDING + SUSPENSION
        del self.claims[key]

    def enroll(self, key: str, time: int) -> None:
        claim = self.open(key, time)
        require(claim is not None and not claim.decide_by and bool(claim.ready) and claim.ready <= time)
        assert claim is not None
        require(all(each in self.joined and self.suspended[each] <= time for each in claim.vouchers))
        epoch = self.epoch(time)
        require(self.taken_in[epoch] < 1)
        require(key not in self.joined)
        self.taken_in[epoch] += 1
        self.joined[key] = time
        del self.claims[key]


class Doorkeepers(RuleBasedStateMachine):
    """One history of a zone of twelve that takes in one an epoch."""

    world: ClassVar[World]
    module: ClassVar[Any]
    done: ClassVar[dict[str, int]]

    def __init__(self) -> None:
        super().__init__()
        self.chain, self.zone = self.world.chain, self.world.zone
        self.snapshot = self.chain.snapshot()
        self.rules = Rules(int(read(self.world.treasury, "epochStart")))

    def teardown(self) -> None:
        self.chain.revert(self.snapshot)

    def step(self, name: str, in_rules: Any, on_chain: Any) -> None:
        """Both do it, or both refuse."""
        time, allowed, reverted = now(self.chain) + 1, True, ""
        try:
            in_rules(time)
        except Refused:
            allowed = False
        try:
            on_chain()
        except ContractRevert as revert:
            reverted = revert.name
        assert now(self.chain) == time
        assert allowed == (not reverted), f"{name}: {reverted or 'done'}"
        self.done[name] += allowed

    @initialize(comes_in=st.sampled_from([True, False]), contested=st.sampled_from([True, False]))
    def begin(self, comes_in: bool, contested: bool) -> None:
        """Often with one who comes in, and one whom the zone admits against objections."""
        self.bring(NEWCOMERS[0], 0, comes_in)
        if contested:
            self.contest(NEWCOMERS[1], 2)

    @rule(who=st.sampled_from(EVERYBODY), key=st.sampled_from(NEWCOMERS))
    def vouch(self, who: Person, key: Person) -> None:
        nullifier = read(self.module, "nullifierOf", key.address)
        args = (self.zone.address, key.address, nullifier)
        self.step(
            "vouch",
            lambda time: self.rules.vouch(who.address, key.address, time),
            lambda: transact(self.module, "vouch", *args, by=who),
        )

    @rule(key=st.sampled_from(NEWCOMERS), first=st.integers(0, 3), wait=st.booleans())
    def bring(self, key: Person, first: int, wait: bool) -> None:
        """Two members vouch; now and then nobody objects in time."""
        self.vouch(PEOPLE[first], key)
        self.vouch(PEOPLE[first + 1], key)
        if wait:
            self.enroll(key, True)

    @rule(who=st.sampled_from(EVERYBODY), key=st.sampled_from(NEWCOMERS))
    def challenge(self, who: Person, key: Person) -> None:
        self.step(
            "challenge",
            lambda time: self.rules.challenge(who.address, key.address, time),
            lambda: transact(self.module, "challenge", self.zone.address, key.address, by=who),
        )

    @rule(key=st.sampled_from(NEWCOMERS))
    def everybody_objects(self, key: Person) -> None:
        for who in PEOPLE[5:8]:
            self.challenge(who, key)

    @rule(key=st.sampled_from(NEWCOMERS), first=st.integers(0, 3))
    def contest(self, key: Person, first: int) -> None:
        """Vouched for, objected to, and admitted by vote all the same."""
        self.bring(key, first, False)
        self.everybody_objects(key)
        if key.address not in self.rules.joined:
            self.zone.enact(self.zone.own("admit", [key.address]), by=PEOPLE[8], voters=PEOPLE[8:])
            self.rules.joined[key.address] = now(self.chain)
        self.clear(key)

    @rule(key=st.sampled_from(NEWCOMERS), wait=st.booleans())
    def enroll(self, key: Person, wait: bool) -> None:
        claim = self.rules.open(key.address, now(self.chain))
        if wait and claim is not None and claim.ready > now(self.chain):
            stand_at(self.chain, claim.ready - 1)
        self.step(
            "enroll",
            lambda time: self.rules.enroll(key.address, time),
            lambda: self.zone.send("enroll", key.address, b""),
        )

    @rule(key=st.sampled_from(NEWCOMERS))
    def clear(self, key: Person) -> None:
        self.step(
            "clear",
            lambda time: self.rules.clear(key.address, time),
            lambda: transact(self.module, "clear", self.zone.address, key.address),
        )

    @rule(seconds=st.sampled_from([DAY, GATHERING, DECIDING, EPOCH_SECONDS, SUSPENSION]), late=st.integers(-2, 1))
    def time_passes(self, seconds: int, late: int) -> None:
        stand_at(self.chain, now(self.chain) + seconds + late)

    @invariant()
    def the_chain_says_what_the_rules_say(self) -> None:
        time = now(self.chain)
        index = {person.address: person.index for person in PEOPLE}
        for who in PEOPLE[:8]:
            suspended = read(self.module, "suspendedUntil", self.zone.address, index[who.address])
            assert suspended == self.rules.suspended[who.address]
            live = [until for until in self.rules.places[who.address] if until >= time]
            assert read(self.module, "vouchees", self.zone.address, index[who.address]) == len(live)
        for key in NEWCOMERS:
            claim = self.rules.open(key.address, time)
            found = read(self.module, "application", self.zone.address, key.address)
            assert (found.readyAt, found.expiresAt) == ((claim.ready, claim.until) if claim else (0, 0))
            assert (len(found.vouchers), found.challengers) == (
                (len(claim.vouchers), len(claim.objectors)) if claim else (0, 0)
            )
        assert read(self.zone.contract, "headcountAt", time) == len(self.rules.joined)


def test_the_module_agrees_with_the_rules() -> None:
    with open_chain("embedded") as chain:
        Doorkeepers.world = world = build(chain)
        module = at(chain, "IVouching", deploy(chain, "Vouching", VOUCHERS).address)
        world.zone.enact(world.zone.own("setModule", PERSONHOOD, module.address), voters=PEOPLE[:9])
        Doorkeepers.module, Doorkeepers.done = module, defaultdict(int)
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            Doorkeepers, settings=settings(max_examples=4, stateful_step_count=10, deadline=None, derandomize=True)
        )
    assert {name for name, number in Doorkeepers.done.items() if number} >= {"vouch", "challenge", "enroll", "clear"}
