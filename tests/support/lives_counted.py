"""Scenes in which a body counts who is active, and proposes over that base."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.support.bodies import DEPLOYER, Person
from tests.support.lives import NEWCOMERS, Scenes, Which
from tests.support.model import Admit, Harmless, SetActivity
from tests.support.model.activity import MONTH
from tests.support.model.calls import ACTIVE, EXECUTED, FOR, SUCCEEDED
from tests.support.model.counting import rules_of
from tests.support.plans import DAY
from tests.support.world import PEOPLE

COUNTER, OTHER = Person("counter", 0, DEPLOYER), PEOPLE[0]


class ActiveMembers(Scenes):
    """Who votes, who checks in, and who counts them, in pages."""

    @rule(data=st.data())
    def count_the_active(self, data: Any) -> None:
        """A rule, votes of a few, check-ins, a month; then a count, rightly or not, and a vote over its base."""
        root = next(iter(self.mirror.bodies))
        body = list(self.mirror.bodies)[self.draw(data, [0, 0, 1], "counted")]
        counts = self.mirror.model.bodies[body].counts
        if not counts.last_votes:
            self.mirror.check_in(body, self.people_of(body)[0])
            if not self.carry_with_few(data, self.propose_now(body, SetActivity(self.draw(data, [2, 3], "votes")))):
                return
        for _ in range(counts.last_votes - 1):
            self.carry_with_few(data, self.propose_now(body, Harmless()))
        self.mirror.wait_until(self.mirror.now + self.draw(data, [MONTH, MONTH, MONTH // 2], "while"))
        for who in self.people_of(body)[-self.draw(data, [1, 2, 0], "check in") :]:
            self.mirror.check_in(body, who)
            if self.draw(data, [True, False], "and once more"):
                self.mirror.check_in(body, who)
        self.count(data, body)
        index = self.mirror.model.index
        outside = [each.address for each in NEWCOMERS if each.address not in index]
        if body != root:
            outside = [key for key, person in index.items() if not self.mirror.model.bodies[body].spans[person]]
        if outside and self.draw(data, [True, False], "somebody comes"):
            self.carry_with_few(data, self.propose_now(body, Admit((outside[0],))))
        self.carry_with_few(data, self.propose_now(body, Harmless()))
        if self.draw(data, [True, False, False], "turned off"):
            self.carry_with_few(data, self.propose_now(body, SetActivity(0)))

    def count(self, data: Any, body: str) -> None:
        """In one page or two; meanwhile somebody leaves, another has counted, or a day passes."""
        here = self.mirror.model.bodies[body]
        newest_first = [each.number for each in reversed(here.proposals)]
        if self.draw(data, [False, True], "with a gap first"):
            self.mirror.open_recount(body, newest_first[1:], [0], COUNTER)
        pages = self.draw(data, ["one", "two", "too few", "other votes", "overtaken", "too late"], "pages")
        if pages == "one":
            self.mirror.open_recount(body, newest_first, self.draw(data, [[0], [0, 0], [1, 0]], "words"), COUNTER)
            return
        if pages == "too few":
            self.mirror.open_recount(body, newest_first[:1], [0], COUNTER)
        self.mirror.open_recount(body, newest_first, [], COUNTER)
        window = [each.number for each in rules_of(here).window(self.mirror.now - 1) or []]
        if self.draw(data, [True, False], "somebody leaves"):
            self.mirror.leave(body, self.people_of(body)[-1])
        match pages:
            case "other votes":
                self.mirror.continue_recount(body, window[1:], [0], COUNTER)
            case "overtaken":
                self.mirror.open_recount(body, newest_first, [0], OTHER)
            case "too late":
                self.mirror.wait_until(self.mirror.now + DAY)
        self.mirror.continue_recount(body, window, [1, 0] if pages == "too few" else [0], COUNTER)
        self.mirror.continue_recount(body, window, [0], COUNTER)

    def carry_with_few(self, data: Any, which: Which | None) -> bool:
        """With as many votes as the quorum asks, and not fewer than make it a vote that counts."""
        if which is None:
            return False
        proposal = self.get(which)
        heads = len(self.mirror.model.bodies[which[0]].members(proposal.snapshot))
        if proposal.base < heads:
            self.mirror.outcomes["a base below the head-count"] += 1
        self.gather_sponsors(data, which)
        self.mirror.wait_until(proposal.start)
        if proposal.state(self.mirror.now + 1) == ACTIVE:
            voters = sorted(proposal.electorate)[: max(proposal.quorum, 3)]
            self.vote_together(data, which, dict.fromkeys(voters, FOR))
        self.mirror.wait_until(proposal.end)
        if proposal.state(self.mirror.now + 1) == SUCCEEDED:
            self.mirror.queue(*which)
            self.mirror.wait_until(proposal.eta(self.mirror.now) - 1)
            self.mirror.execute(*which)
        return proposal.state(self.mirror.now) == EXECUTED
