"""Registry against a model in plain Python: pages, who is loose, departures, returns, rotations, compaction.

After every step everybody is read in all ways there are, and what the rules forbid must revert for a reason that they
know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support.bodies import Person, now
from tests.support.histories import open_fastest, run_histories
from tests.support.registers import ZERO, Register, somebody
from zonedao.chain.connection import Connection
from zonedao.chain.receipts import Receipt
from zonedao.chain.signers import dev_account
from zonedao.errors import ContractRevert

WORD = 256
ABLE = tuple(Person(f"able {n}", 0, dev_account(n)) for n in range(1, 39))  # whose keys sign
REACHED = {"admit", "return", "leave", "rotate", "compact", "PageWritten", "rotate: RetiredKey", "admit: AlreadyPerson"}


@dataclass
class Member:
    """What the rules say of somebody."""

    key: str
    admitted_at: int
    left_at: int = 0


@dataclass
class Model:
    """The register: persons from index 1 on, and every key that was left."""

    members: list[Member] = field(default_factory=list)
    retired: dict[str, int] = field(default_factory=dict)
    departures: list[tuple[int, int]] = field(default_factory=list)

    def index_of(self, key: str) -> int:
        return next((index for index, each in enumerate(self.members, 1) if each.key == key), 0)

    def refuses(self, key: str, *, returning: bool) -> str | None:
        """Why a key cannot become somebody's."""
        if key in self.retired:
            return "RetiredKey"
        index = self.index_of(key)
        if index and not (returning and self.members[index - 1].left_at):
            return "AlreadyPerson"
        return None

    def admit(self, keys: list[str], at: int) -> str | None:
        """Admit all or none; why not."""
        for position, key in enumerate(keys):
            refused = "AlreadyPerson" if key in keys[:position] else self.refuses(key, returning=True)
            if refused:
                return refused
        for key in keys:
            index = self.index_of(key)
            if index:
                self.members[index - 1] = Member(key, at)
            else:
                self.members.append(Member(key, at))
        return None


class Life(RuleBasedStateMachine):
    """One history of a register. `chain` and `seen` are set by the test."""

    chain: ClassVar[Connection]
    seen: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.snapshot = self.chain.snapshot()
        self.register = Register(self.chain)
        self.model = Model()
        self.strangers = 0

    def teardown(self) -> None:
        self.chain.revert(self.snapshot)

    def fresh(self, number: int) -> list[str]:
        self.strangers += number
        return somebody(self.strangers - number, number)

    def agree(self, name: str, refused: str | None, step: Callable[[], Receipt]) -> Receipt | None:
        """Take a step that the rules allow, or refuse for this reason; None when it was refused."""
        receipt, reverted = None, None
        try:
            receipt = step()
        except ContractRevert as revert:
            reverted = revert.name
            self.seen[f"{name}: {reverted}"] += 1
        assert reverted == refused, name
        return receipt

    def admit(self, keys: list[str]) -> None:
        returning = any(self.model.index_of(key) for key in keys)
        at = now(self.chain) + 1
        refused = self.model.admit(keys, at)
        receipt = self.agree("admit", refused, lambda: self.register.admit(keys))
        if receipt is not None:
            self.seen["return" if returning else "admit"] += 1
            self.seen.update(event.name for event in receipt.events)

    @initialize(number=st.sampled_from([3, 40, 210, 250]))
    def begin(self, number: int) -> None:
        self.admit([person.address for person in ABLE[:20]] + self.fresh(number))

    @rule(data=st.data(), steps=st.integers(4, 10))
    def time_passes(self, data: st.DataObject, steps: int) -> None:
        """Several steps of any kind."""
        kinds = [self.newcomers, self.admit_anybody, self.leave, self.leave, self.rotate, self.rotate, self.compact]
        for _ in range(steps):
            data.draw(st.sampled_from(kinds), label="step")(data)
            self.everything_agrees()

    def newcomers(self, data: st.DataObject) -> None:
        self.admit(self.fresh(data.draw(st.sampled_from([1, 1, 2, 5, 40, 120]), label="newcomers")))

    def admit_anybody(self, data: st.DataObject) -> None:
        """Who left, who is there, who rotated, and newcomers, in one batch."""
        number = data.draw(st.sampled_from([0, 1, 30]), label="newcomers")
        gone = [each.key for each in self.model.members if each.left_at]
        here = [each.key for each in self.model.members[:3] if not each.left_at]
        likely = [gone, gone, gone, here, here, list(self.model.retired)]
        known = data.draw(st.sampled_from([keys for keys in likely if keys] or [[ABLE[-1].address]]), label="kind")
        keys = data.draw(st.lists(st.sampled_from(known), max_size=3, unique=True), label="keys")
        self.admit([*keys, *self.fresh(number)])

    def leave(self, data: st.DataObject) -> None:
        index = data.draw(st.integers(1, min(len(self.model.members), 30)) | st.just(len(self.model.members)))
        member, at = self.model.members[index - 1], now(self.chain) + 1
        refused = "PersonHasLeft" if member.left_at else None
        if self.agree("leave", refused, lambda: self.register.depart(index)) is None:
            return
        member.left_at = at
        self.model.departures.append((index, at))
        self.seen["leave"] += 1

    def rotate(self, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from(ABLE), label="who")
        retired = [person.address for person in ABLE if person.address in self.model.retired]
        unused = [person.address for person in ABLE[20:]]
        likely = data.draw(st.sampled_from([unused, unused, unused, retired or unused, [who.address]]), label="kind")
        key = data.draw(st.sampled_from(likely), label="key")
        index = self.model.index_of(who.address)
        refused = None
        if not index:
            refused = "NotAPerson"
        elif self.model.members[index - 1].left_at:
            refused = "PersonHasLeft"
        else:
            refused = self.model.refuses(key, returning=False)
        if self.agree("rotate", refused, lambda: self.register.rotate(who, key)) is None:
            return
        self.model.members[index - 1].key = key
        self.model.retired[who.address] = index
        self.seen["rotate"] += 1

    def compact(self, data: st.DataObject) -> None:
        """Only when somebody of the word is not in its page, but for who left."""
        word = data.draw(st.sampled_from([0, 0, 1, 2]), label="word")
        loose = self.register.read("keysOf", word)[1]
        there = range(word * WORD, min((word + 1) * WORD, len(self.model.members) + 1))
        useful = any(
            loose >> index % WORD & 1 and not (index and self.model.members[index - 1].left_at) for index in there
        )
        refused = None if useful else "NothingToCompact"
        if self.agree("compact", refused, lambda: self.register.compact(word)) is None:
            return
        self.seen["compact"] += 1

    @invariant()
    def everything_agrees(self) -> None:
        register, model = self.register, self.model
        assert register.read("count") == len(model.members)
        assert register.read("departureCount") == len(model.departures)
        for position in range(max(len(model.departures) - 2, 0), len(model.departures)):
            assert tuple(register.read("departure", position)) == model.departures[position]
        for word in range(len(model.members) // WORD + 1):
            keys, dates, loose = register.page(word)
            for index in range(max(word * WORD, 1), min((word + 1) * WORD, len(model.members) + 1)):
                member, place = model.members[index - 1], index % WORD
                if not loose >> place & 1:
                    assert (keys[place], dates[place], 0) == (member.key, member.admitted_at, member.left_at)
                if loose >> place & 1 or index % 37 == 0:
                    found = tuple(register.read("person", index))
                    assert found == (member.key, member.admitted_at, member.left_at)
        for person in ABLE[:24:4]:
            assert register.read("indexOf", person.address) == model.index_of(person.address)
            assert register.read("retiredBy", person.address) == model.retired.get(person.address, 0)
            index = model.index_of(person.address)
            member_now = bool(index) and not model.members[index - 1].left_at
            assert register.read("balanceOf", person.address) == register.read("getVotes", person.address) == member_now
        assert register.read("indexOf", ZERO) == 0


@pytest.fixture(scope="module")
def quick() -> Iterator[Connection]:
    """One fast chain for all histories."""
    with open_fastest() as connection:
        yield connection


@pytest.mark.once
def test_any_history(quick: Connection) -> None:
    Life.chain, Life.seen = quick, Counter()
    run_histories(Life, REACHED, examples=12, thorough=200, steps=12)
