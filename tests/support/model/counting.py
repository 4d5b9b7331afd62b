"""Over how many persons the quorums of a body count: all of them, or who was active when somebody counted."""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.model.activity import MONTH, Activity, Vote
from tests.support.model.bodies import Body
from tests.support.model.calls import DAY
from tests.support.model.counts import Count
from tests.support.model.register import Register
from tests.support.rules import require


class Counting(Register):
    """The steps of counting."""

    def check_in(self, body: str, key: str, time: int) -> None:
        here, person = self.bodies[body], self.index.get(key, 0)
        rules = {
            "ActivityOff": not here.counts.last_votes,
            "NotMember": not here.belongs(person, time),
            "AlreadyCheckedIn": (person, time // MONTH) in {(who, at // MONTH) for who, at in here.counts.check_ins},
        }
        require(name for name, broken in rules.items() if broken)
        here.counts.check_ins.append((person, time))

    def open_recount(self, body: str, counter: str, numbers: Sequence[int], words: Sequence[int], time: int) -> None:
        """Proposals named from the newest on, back to the oldest vote of the window at least."""
        here = self.bodies[body]
        rules, at = rules_of(here), time - 1
        newest = len(here.proposals)
        right = next((i for i, number in enumerate(numbers) if number != newest - i), len(numbers))
        window = rules.window(at) if here.counts.last_votes else None
        if window is None or newest - right >= window[-1].number:
            broken = {"NotInOrder"} if right < len(numbers) else {"TooFewVotes"}
            require(broken if here.counts.last_votes else {"ActivityOff"})
        assert window is not None
        self._look(body, counter, Count(at, tuple(each.number for each in window), here.counts.changes), words, time)

    def continue_recount(self, body: str, counter: str, votes: Sequence[int], words: Sequence[int], time: int) -> None:
        counts = self.bodies[body].counts
        count = counts.open.get(counter)
        known = count is not None and count.change == counts.changes and time <= count.at + DAY
        require({"NoRecount"} if not known or count is None else {"OtherVotes"} if count.votes != tuple(votes) else ())
        assert count is not None
        self._look(body, counter, count, words, time)

    def _look(self, body: str, counter: str, count: Count, words: Sequence[int], time: int) -> None:
        """All persons of the tests are in word 0; with it everybody was looked at."""
        here = self.bodies[body]
        rules, seen, active, next_word = rules_of(here), count.seen, count.active, count.next_word
        for word in words:
            require({"WordsNotRising"} if word < next_word else ())
            next_word = word + 1
            if word == 0:
                window = [vote for vote in reversed(rules.votes) if vote.number in count.votes]
                seen, active = len(rules.heads(count.at)), len(rules.active(count.at, window))
        if seen < len(rules.heads(count.at)):
            here.counts.open[counter] = Count(count.at, count.votes, count.change, next_word, seen, active)
            return
        _, _, until = here.counts.settled[-1]
        require({"RecountOutdated"} if until >= count.at + MONTH else ())
        here.counts.settled.append((time, rules.base(count.at, time), count.at + MONTH))
        here.counts.open.pop(counter, None)


def base_of(body: Body, time: int) -> int:
    """Over how many the quorum of a proposal made right after `time` counts: who came since was counted counts too."""
    heads = len(body.members(time))
    since, base, until = [each for each in body.counts.settled if each[0] <= time][-1]
    came = sum(since < begin <= time for spans in body.spans.values() for begin, _ in spans)
    return min(base + came, heads) if time < until else heads


def rules_of(body: Body) -> Activity:
    """What its votes, members and check-ins are to the rules of activity."""
    votes = [
        Vote(
            each.number,
            each.number,
            each.snapshot,
            each.law.seasoning,
            each.end,
            {*each.votes, *each.represented},
            not each.canceled and len(each.sponsors) >= each.sponsors_needed,
        )
        for each in body.proposals
    ]
    members: dict[int, list[tuple[int, bool]]] = {}
    for person, spans in body.spans.items():
        for since, until in spans:
            ends = [] if until is None else [(until, False)]
            members.setdefault(person, []).extend([(since, True), *ends])
    return Activity(body.counts.last_votes, votes, body.counts.check_ins, members)
