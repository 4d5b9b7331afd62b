"""G7: representatives beside the model: any order of delegating, rotating, leaving and voting by every path.

After every step the tallies, who is counted by whom, and everything else that the contracts say is what the rules say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support.bodies import Person
from tests.support.chain import deploy
from tests.support.histories import open_fastest, run_histories
from tests.support.mirror import Mirror, prepare
from tests.support.mirror_keys import NewKey
from tests.support.model import NOBODY, Harmless
from tests.support.model.calls import ABSTAIN, ACTIVE, AGAINST, FOR
from tests.support.world import PEOPLE, STRANGER, World, build
from zonedao.chain.signers import dev_account

SPARE = tuple(Person(f"spare {n}", 0, dev_account(50 + n)) for n in range(3))
SOME = PEOPLE[:8]  # the others only belong

REACHED = {
    *("DelegateChanged", "RepresentativeVoted", "FollowersCounted", "KeyRotated", "MemberLeft", "BallotsCounted"),
    *("castVoteBySig", "castBallots", "castAggregate", "dismiss", "delegate: RepresentativeDelegates"),
    *("countFollowers: BatchesClosed", "countFollowers: NoFollowersCounted", "countFollowers: NotRepresenting"),
    "taken back",
}


class Representing(RuleBasedStateMachine):
    """One history. `world`, `many` and `seen` are set by the test."""

    world: ClassVar[World]
    many: ClassVar[Any]
    seen: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.chain = self.world.chain
        self.snapshot = self.chain.snapshot()
        self.mirror = Mirror(self.world.again(), self.many)
        self.zone, self.food, _ = self.mirror.bodies
        self.acting = [*SOME]  # who acts for each of some now
        self.spare = [*SPARE]
        self.texts = 0

    def teardown(self) -> None:
        self.seen.update(self.mirror.outcomes)
        self.chain.revert(self.snapshot)

    def which(self, data: Any) -> tuple[str, int]:
        """A proposal, mostly one that is voted on."""
        model, time = self.mirror.model, self.mirror.now
        known = [(name, p) for name, body in model.bodies.items() for p in body.proposals]
        active = [(name, p.number) for name, p in known if p.state(time) == ACTIVE]
        every = [(name, p.number) for name, p in known]
        return data.draw(st.sampled_from(active * 4 + every if active else every), label="proposal")

    def somebody(self, data: Any, label: str) -> Person:
        return data.draw(st.sampled_from([*self.acting, *self.acting, STRANGER]), label=label)

    @initialize(data=st.data())
    def begin(self, data: Any) -> None:
        """Two representatives with followers, and two proposals voted on."""
        self.mirror.enroll_keys([NewKey(person.index, 0, person) for person in SOME])
        for follower, to in ((1, 0), (2, 0), (4, 3), (5, 3), (6, 1)):
            self.mirror.delegate(SOME[follower], SOME[to].address)
        for body in (self.zone, self.food):
            self.propose_in(body)
        self.mirror.wait_until(self.mirror.model.proposal(self.zone, 1).start)
        for who in (SOME[0], SOME[3]):
            self.mirror.represent(self.zone, 1, who, data.draw(st.sampled_from([FOR, AGAINST]), label="choice"))
        self.mirror.count_followers(self.zone, 1, 1)

    def propose_in(self, body: str) -> None:
        self.texts += 1
        self.mirror.propose(body, self.acting[self.texts % 5], (Harmless(),), f"text {self.texts}")

    @rule(data=st.data(), late=st.sampled_from([-1, 0, 1]))
    def a_moment_comes(self, data: Any, late: int) -> None:
        model = self.mirror.model
        times = [
            moment + late
            for body in model.bodies.values()
            for p in body.proposals
            for moment in (p.start, p.start, p.batches_until, p.end)
        ]
        coming = sorted(moment for moment in times if moment > self.mirror.now)
        if coming:
            self.mirror.wait_until(data.draw(st.sampled_from(coming[:3]), label="moment"))

    @rule(body=st.sampled_from([0, 0, 1]))
    def propose(self, body: int) -> None:
        self.propose_in(list(self.mirror.bodies)[body])
        self.mirror.wait_until(self.mirror.now + 1)

    @rule(data=st.data())
    def delegate(self, data: Any) -> None:
        to = data.draw(st.sampled_from([*(who.address for who in self.acting[:4]), NOBODY]), label="to")
        self.mirror.delegate(self.somebody(data, "who"), to)

    @rule(data=st.data())
    def dismiss(self, data: Any) -> None:
        by, person = data.draw(st.sampled_from(self.acting[:4]), label="by"), data.draw(st.integers(1, 8), label="whom")
        followers = sorted(self.mirror.model.followers(self.mirror.model.index.get(by.address, 0), self.mirror.now))
        self.mirror.dismiss(by, data.draw(st.sampled_from([*followers, person]), label="dismissed"))

    @rule(data=st.data())
    def rotate(self, data: Any) -> None:
        place = data.draw(st.integers(0, len(self.acting) - 1), label="who")
        if self.spare and self.mirror.rotate(self.acting[place], self.spare[-1].address):
            self.acting[place] = self.spare.pop()

    @rule(data=st.data(), body=st.sampled_from([0, 1, 1]))
    def leave(self, data: Any, body: int) -> None:
        if data.draw(st.sampled_from([False, True]), label="really"):
            self.mirror.leave(list(self.mirror.bodies)[body], data.draw(st.sampled_from(self.acting), label="who"))

    @rule(data=st.data(), support=st.sampled_from([FOR, AGAINST, ABSTAIN]))
    def represent(self, data: Any, support: int) -> None:
        self.mirror.represent(*self.which(data), data.draw(st.sampled_from(self.acting[:4]), label="who"), support)

    @rule(data=st.data())
    def count_followers(self, data: Any) -> None:
        self.mirror.count_followers(*self.which(data), data.draw(st.integers(1, 5), label="representative"))

    @rule(data=st.data(), support=st.sampled_from([FOR, AGAINST, ABSTAIN]), way=st.integers(0, 3))
    def vote(self, data: Any, support: int, way: int) -> None:
        """By any path: directly, by signature, in a batch, in an aggregate."""
        which, who = self.which(data), self.somebody(data, "voter")
        proposal, model = self.mirror.model.proposal(*which), self.mirror.model
        before = set(proposal.represented)
        if way == 0:
            self.mirror.vote(*which, who, support)
        elif way == 1:
            self.mirror.vote_signed(*which, who, support, who)
        else:
            others = data.draw(st.lists(st.sampled_from(self.acting), max_size=3), label="with")
            voters = {model.index.get(one.address, 0): one for one in (who, *others)}
            choices = {person: data.draw(st.sampled_from([support, FOR]), label="choice") for person in voters}
            if way == 2:
                self.mirror.bring(
                    *which, [(voters[person], choice, voters[person]) for person, choice in choices.items()]
                )
            else:
                self.mirror.claim(*which, choices, hint=data.draw(st.integers(0, 3), label="hint"))
        if before - set(proposal.represented):
            self.mirror.outcomes["taken back"] += 1

    @invariant()
    def the_chain_agrees_with_the_rules(self) -> None:
        self.mirror.compare()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A world on the fastest chain there is, whose zone lists a verifier."""
    with open_fastest() as connection:
        yield build(connection, deploy(connection, "Bn254Verifier").address)


def test_the_chain_agrees_with_the_rules(world: World) -> None:
    class RepresentingHere(Representing):
        pass

    RepresentingHere.world, RepresentingHere.many, RepresentingHere.seen = world, prepare(world), Counter()
    run_histories(RepresentingHere, REACHED, examples=24, thorough=400, steps=40)
