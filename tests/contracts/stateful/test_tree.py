"""Bodies that end, move and hang elsewhere against the model: any order of steps, legal and illegal, on four levels.

After every step who is above whom, every proposal and every account is compared with the rules; the accounts of all
bodies together are what the treasury holds, each reservation is released or paid once, and of a body that is gone no
contract tells anything but that its members leave and its money goes to the body above.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support.bodies import Person
from tests.support.chain import deploy
from tests.support.grove import Grove, plant
from tests.support.histories import open_fastest, run_histories
from tests.support.lives import Scenes, Which
from tests.support.mirror_tree import TreeMirror
from tests.support.model import (
    NOBODY,
    Admit,
    Allow,
    Call,
    Dissolve,
    Freeze,
    Harmless,
    Hold,
    Object,
    Offer,
    Pay,
    Preserve,
    Recall,
    Take,
    Unfreeze,
)
from tests.support.model.calls import ABSTAIN, ACTIVE, AGAINST, FOR, PENDING, QUEUED, SUCCEEDED
from tests.support.plans import COIN, DAY, EPOCH_SECONDS, ETHER, HOUR, MINUTE
from tests.support.world import PEOPLE

# What the histories lead to: events, and refusals that are not a matter of course.
REACHED = {
    *("DissolutionAnnounced", "DissolutionWithdrawn", "BodyDissolved", "BodyRehung", "Swept"),
    *("MoveOffered", "MoveWithdrawn", "BodyMoved", "MemberPruned", "Recalled", "ReservationsReleased", "Released"),
    *("propose: BeingDissolved", "propose: AlreadyDissolved", "finishDissolution: DissolutionNotReady"),
    *("finishDissolution: NoDissolution", "execute: OnlyParent", "execute: MoveNotReady", "execute: NotOffered"),
    *("execute: WouldBeDeeper", "execute: CannotStandBelow", "execute: BeingDissolved", "execute: AlreadyDissolved"),
    *("queue: FrozenAbove", "queue: AllowanceExceeded", "rehang: NothingToRehang", "sweep: NothingToSweep"),
    "cancel: GovernorUnexpectedProposalState",
}

# With what histories begin: a scene, and which of its draws are settled.
OPENINGS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("end", {"body": 1, "end": "finish"}),
    ("end", {"body": 2, "end": "finish", "executed before": True}),
    ("end", {"body": 4, "end": "finish"}),
    ("end", {"body": 2, "end": "taken back"}),
    ("end", {"body": 1, "end": "lapse"}),
    ("move", {"way": (2, 4), "end": "take", "executed before": False, "amount": ETHER // 2}),
    ("move", {"way": (2, 4), "end": "take", "executed before": False, "executed after": False, "amount": ETHER // 2}),
    ("move", {"way": (3, 0), "end": "take", "executed before": True}),
    ("move", {"way": (2, 0), "end": "withdraw"}),
    ("move", {"way": (3, 1), "end": "lapse"}),
    ("move", {"way": (2, 4), "end": "early", "executed before": False}),
    ("move", {"way": (1, 4)}),
    ("move", {"way": (1, 0)}),
    ("move", {"way": (2, 4), "end": "dissolve"}),
    ("grant", {"what": "recall", "body": 3, "amount": ETHER // 2}),
)

LIVE = (PENDING, ACTIVE, SUCCEEDED, QUEUED)


class Life(Scenes, RuleBasedStateMachine):
    """One history of the grove. `world`, `many` and `seen` are set by the test."""

    world: ClassVar[Grove]
    many: ClassVar[Any]
    seen: ClassVar[Counter[str]]

    opening: ClassVar[tuple[str, Mapping[str, Any]] | None] = None  # else it is drawn

    mirror: TreeMirror

    def __init__(self) -> None:
        super().__init__()
        self.settled = {}
        self.chain = self.world.chain
        self.snapshot = self.chain.snapshot()
        self.mirror = TreeMirror(self.world, self.many)
        self.zone, *self.below = self.mirror.bodies
        self.texts = 0

    def teardown(self) -> None:
        self.seen.update(self.mirror.outcomes)
        self.chain.revert(self.snapshot)

    # --- what there is to choose from ---

    def bodies(self) -> st.SearchStrategy[str]:
        return st.sampled_from(list(self.mirror.bodies))

    def proposals(self, *states: int) -> list[Which]:
        time = self.mirror.now
        return [
            (name, proposal.number)
            for name, body in self.mirror.model.bodies.items()
            for proposal in body.proposals
            if not states or proposal.state(time) in states
        ]

    def gather_sponsors(self, data: Any, which: Which) -> None:
        """No law here wants any."""

    def propose_in(self, data: Any, body: str, by: Person, *, paying: bool = False) -> None:
        self.propose_now(body, self.payment(data, body) if paying else self.call(data, body))

    def parent(self, body: str) -> str:
        return self.mirror.model.parents[body] or NOBODY

    def payment(self, data: Any, body: str) -> Pay:
        """Out of the own account, or more than is in it."""
        free = self.mirror.model.books.accounts[body, COIN].free
        amount = self.draw(data, [ETHER // 8, free + 1, free, ETHER // 2, 0], "amount")
        return Pay(COIN, self.draw(data, [PEOPLE[0].address, body, self.zone], "payee"), amount)

    def call(self, data: Any, body: str) -> Call:
        """A measure about any body, or what it lets that draw."""
        other, to = self.draw(data, self.below, "of"), data.draw(self.bodies(), label="to")
        source = self.draw(data, [self.zone, self.zone, body], "source")
        calls: list[Call] = [
            Allow(COIN, other, ETHER, 2, source),
            Recall(COIN, other),
            Dissolve(other),
            Preserve(other),
            Offer(other, to),
            Hold(other),
            Take(other),
            Freeze(other, 3 * DAY),
            Unfreeze(other),
            Admit((PEOPLE[8].address,)),
            Harmless(),
        ]
        known = self.mirror.model.bodies[other].proposals
        return self.draw(data, [*calls, *(Object(other, each.number, DAY) for each in known[-1:])], "call")

    # --- time ---

    @rule(seconds=st.sampled_from([1, DAY, 13 * DAY, EPOCH_SECONDS]))
    def time_passes(self, seconds: int) -> None:
        self.mirror.wait_until(self.mirror.now + seconds)

    @initialize(data=st.data())
    def begin(self, data: Any) -> None:
        """A scene is played before chance has its way."""
        scene, self.settled = self.opening or data.draw(st.sampled_from(OPENINGS), label="opening")
        getattr(self, scene)(data)
        self.settled = {}

    # --- a body ends ---

    @rule(data=st.data())
    def end(self, data: Any) -> None:
        """It is announced while much is open; it is taken back, lapses, or is finished around the seconds between."""
        body = list(self.mirror.bodies)[self.draw(data, [1, 2, 3, 4], "body")]
        model, above = self.mirror.model, self.parent(body)
        if not self.carry_meanwhile(data, (above, Dissolve(body)), [body]):
            return
        if not any(model.bodies[body].ending(self.mirror.now)):
            return
        ready, expires = model.bodies[body].ending(self.mirror.now)
        open_ = self.proposals(*LIVE)
        self.propose_now(body, Harmless())
        self.vote_on(data, open_, ready)
        self.queue_all(open_, ready)
        end = self.draw(data, ["finish", "finish", "finish", "taken back", "lapse"], "end")
        if end == "taken back":
            self.carry(data, self.propose_now(above, Preserve(body)))
        elif end == "lapse":
            self.mirror.wait_until(expires)
        elif self.draw(data, [False, True], "executed before"):
            self.mirror.wait_until(ready - HOUR)
            self.take_steps(open_, "execute")
        self.mirror.wait_until(ready - 2)
        self.mirror.finish(body)
        self.mirror.wait_until(ready - 1)
        self.mirror.finish(body)
        self.afterwards(data, body, open_)

    def afterwards(self, data: Any, body: str, open_: list[Which]) -> None:
        """What is still done about a body that may be gone, in it, and below it."""
        who = self.people_of(body)[0]
        self.mirror.sweep(body)
        self.take_steps([which for which in open_ if which[0] == body], "vote", "cancel", "queue", "execute", "release")
        self.propose_now(body, Harmless())
        if self.draw(data, [True, False], "money comes in"):
            self.mirror.deposit(body, COIN, ETHER // 4)
            self.mirror.sweep(body)
            self.mirror.sweep(body)
        children = [name for name in self.below if self.parent(name) == body]
        if self.draw(data, [True, False], "drawn below") and children:
            self.carry(data, self.propose_now(children[0], Pay(COIN, PEOPLE[1].address, ETHER // 3)))
        if self.draw(data, [True, False], "measures"):
            above = self.parent(body)
            calls = (Freeze(body, DAY), Dissolve(body), Offer(body, self.zone), Preserve(body))
            self.carry(data, self.propose_now(above, self.draw(data, calls, "measure")))
        for name in [*children, *self.below]:
            if self.draw(data, [True, True, False], "hung elsewhere"):
                self.mirror.rehang(name)
        self.mirror.leave(body, who)
        for name in children:
            for person in sorted(self.mirror.model.bodies[name].members(self.mirror.now))[-1:]:
                self.mirror.prune(name, person)
            self.carry(data, self.propose_now(self.parent(name), Allow(COIN, name, ETHER, 2, self.zone)))
        self.take_steps(open_, "execute", "release")

    # --- a body moves ---

    @rule(data=st.data())
    def move(self, data: Any) -> None:
        """Offered, rightly or not; and taken around the seconds between which it can be, while much is open."""
        names = list(self.mirror.bodies)
        legal = [(2, 4), (2, 0), (3, 1), (3, 4), (3, 0), (2, 1)]
        one, other = self.draw(data, [*legal * 2, (1, 4), (2, 3), (4, 4), (1, 0)], "way")
        body, to, model = names[one], names[other], self.mirror.model
        above = self.parent(body)
        if not self.carry_meanwhile(data, (above, Offer(body, to)), [body, to]):
            return
        offered, ready, expires = model.bodies[body].offered(self.mirror.now)
        if offered != to:
            return
        open_ = self.proposals(*LIVE)
        end = self.draw(data, ["take", "take", "take", "early", "last", "lapse", "withdraw", "dissolve"], "end")
        if end == "withdraw":
            self.carry(data, self.propose_now(above, Hold(body)))
        elif end == "dissolve":
            self.carry(data, self.propose_now(above, Dissolve(body)))
        moment = {"early": ready - 1, "last": expires, "lapse": expires + 1}.get(end, ready)
        self.vote_on(data, open_, moment)
        self.mirror.wait_until(moment - 98 * HOUR - 10 * MINUTE)
        taking = self.propose_now(to, Take(body))
        if taking is not None:
            proposal = self.get(taking)
            self.mirror.wait_until(proposal.start)
            self.vote_together(data, taking, dict.fromkeys(sorted(proposal.electorate), FOR))
            self.mirror.wait_until(proposal.end)
            self.mirror.queue(*taking)
        self.queue_all(open_, moment)
        if self.draw(data, [True, False], "executed before"):
            self.mirror.wait_until(moment - HOUR)
            self.take_steps(open_, "execute")
        if taking is not None:
            self.mirror.wait_until(max(self.get(taking).eta(self.mirror.now), moment) - 1)
            self.mirror.execute(*taking)
        if self.draw(data, [True, True, False], "executed after"):
            self.take_steps(open_, "execute")
        for name in dict.fromkeys([above, self.parent(body)]):
            measure = self.draw(data, [Freeze(body, DAY), Allow(COIN, body, ETHER, 2, self.zone)], "measure")
            self.carry(data, self.propose_now(name, measure))
        for person in sorted(model.bodies[body].members(self.mirror.now))[:1]:
            self.mirror.prune(body, person)
        self.carry(data, self.propose_now(body, Pay(COIN, PEOPLE[1].address, ETHER // 3)))
        self.mirror.wait_until(max([self.get(each).expiry(self.mirror.now) + 1 for each in open_], default=0))
        self.take_steps(open_, "release")

    # --- together ---

    def carry_meanwhile(self, data: Any, what: tuple[str, Call], bodies: list[str]) -> bool:
        """Enact it; and just before, propose in these bodies and below what will be open for long."""
        above, call = what
        which = self.propose_now(above, call) if above != NOBODY else None
        if which is None:
            return False
        proposal = self.get(which)
        self.mirror.wait_until(proposal.start)
        self.vote_together(data, which, dict.fromkeys(sorted(proposal.electorate), FOR))
        self.mirror.wait_until(proposal.end)
        self.mirror.queue(*which)
        self.mirror.wait_until(max(proposal.eta(self.mirror.now) - 30, 0))
        model = self.mirror.model
        children = [name for name in self.below if self.parent(name) in bodies][:1]
        for name in dict.fromkeys([*children, *bodies]):
            self.propose_now(name, self.payment(data, name))
        self.propose_now(bodies[0], Recall(COIN, self.below[0]))
        self.propose_now(bodies[0], Admit(tuple(p.address for p in self.people_of(above)[-1:])))
        if proposal.eta(self.mirror.now):
            self.mirror.wait_until(proposal.eta(self.mirror.now) - 1)
        return self.mirror.execute(*which) and bool(model.bodies)

    def vote_on(self, data: Any, open_: list[Which], until: int) -> None:
        """A day later, on whatever is in its vote then."""
        self.mirror.wait_until(min(self.mirror.now + DAY, until - DAY))
        for which in open_:
            if self.get(which).state(self.mirror.now) == ACTIVE:
                electors = sorted(self.get(which).electorate)
                share = self.draw(data, [len(electors)] * 3 + [1], "voters")
                choice = self.draw(data, [FOR, FOR, FOR, AGAINST, ABSTAIN], "choice")
                self.vote_together(data, which, dict.fromkeys(electors[:share], choice))

    def queue_all(self, open_: list[Which], until: int) -> None:
        """When all have passed that pass before a moment."""
        ends = [self.get(which).end for which in open_ if self.get(which).passes]
        self.mirror.wait_until(max([end for end in ends if end < until], default=0))
        self.take_steps(open_, "queue")

    def take_steps(self, about: list[Which], *steps: str) -> None:
        """Each of these steps with each proposal, whether or not it can be taken."""
        for which in about:
            proposal = self.get(which)
            by = [*self.acting_for({proposal.proposer}), PEOPLE[0]][0]
            for step in steps:
                match step:
                    case "vote":
                        self.mirror.vote(*which, by, FOR)
                    case "cancel":
                        self.mirror.cancel(*which, by)
                    case _:
                        getattr(self.mirror, step)(*which)

    # --- chance ---

    @rule(data=st.data())
    def grant(self, data: Any) -> None:
        """What a parent lets a child draw, or no longer; and the child draws."""
        body = list(self.mirror.bodies)[self.draw(data, [1, 2, 3, 4], "body")]
        above = self.parent(body)
        if self.draw(data, ["allow", "recall"], "what") == "recall":
            call: Call = Recall(COIN, body)
        else:
            source = self.draw(data, [self.zone, self.zone, above], "source")
            call = Allow(COIN, body, self.draw(data, [ETHER, ETHER // 2], "limit"), 2, source)
        self.carry(data, self.propose_now(above, call))
        self.carry(data, self.propose_now(body, self.payment(data, body)))

    @rule(data=st.data())
    def measure(self, data: Any) -> None:
        """Any call of any body about any other, carried to its end, if that can be."""
        body = data.draw(self.bodies(), label="body")
        self.carry(data, self.propose_now(body, self.call(data, body)))

    @rule(data=st.data(), steps=st.integers(2, 6))
    def steps_of_any_kind(self, data: Any, steps: int) -> None:
        for _ in range(steps):
            body = data.draw(self.bodies(), label="body")
            known = self.proposals(*LIVE) or self.proposals()
            match self.draw(data, ["proposal", "tree", "money", "propose", "leave", "prune"], "step"):
                case "proposal" if known:
                    step = self.draw(data, ["vote", "cancel", "queue", "execute", "release"], "which step")
                    self.take_steps([data.draw(st.sampled_from(known), label="proposal")], step)
                case "tree":
                    (self.mirror.finish if self.draw(data, [True, False], "finish") else self.mirror.rehang)(body)
                case "money":
                    owed = [payee for (payee, _), amount in self.mirror.model.books.due.items() if amount]
                    if owed and self.draw(data, [True, False], "withdraw"):
                        self.mirror.withdraw(COIN, owed[0])
                    elif self.draw(data, [True, False], "sweep"):
                        self.mirror.sweep(body)
                    else:
                        self.mirror.deposit(body, COIN, ETHER // 4)
                case "propose":
                    self.propose_in(data, body, PEOPLE[0], paying=self.draw(data, [True, False], "paying"))
                case "leave":
                    self.mirror.leave(body, self.people_of(body)[-1])
                case "prune":
                    members = sorted(self.mirror.model.bodies[body].members(self.mirror.now)) or [1]
                    self.mirror.prune(body, self.draw(data, members, "person"))

    # --- what always holds ---

    @invariant()
    def the_chain_agrees_with_the_rules(self) -> None:
        self.mirror.compare()


@pytest.fixture(scope="module")
def grove() -> Iterator[Grove]:
    """A grove on the fastest chain there is."""
    with open_fastest() as connection:
        yield plant(connection)


def test_the_chain_agrees_with_the_rules(grove: Grove) -> None:
    class LifeHere(Life):
        pass

    LifeHere.world, LifeHere.many, LifeHere.seen = grove, deploy(grove.chain, "ManyReads"), Counter()
    run_histories(LifeHere, REACHED, examples=2, thorough=200, steps=6, openings=OPENINGS)
