"""What waits in elections and recalls, and where terms end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from zonedao.governance.electing import Phase
from zonedao.text import owned
from zonedao.times import DAY, moment
from zonedao.todo.items import Sight, Todo

_TO_ELECT_SECONDS = 30 * DAY  # what it takes to vote on an election, to stand and to vote, with some time to write it


class Running(NamedTuple):
    """An election of the body at an address that is not decided. Times are unix seconds."""

    body: str
    where: str
    number: int
    about: str
    phase: Phase
    choices: int
    opens_at: int
    closes_at: int
    revealed_at: int

    @property
    def secret(self) -> bool:
        """Whether ballots are committed to, and revealed after the vote."""
        return self.revealed_at > self.closes_at


class Recall(NamedTuple):
    """The recall of a person who was elected: `signed` of the `wanted` have asked for a vote on it by `until`, which
    `closes_at` then (0 until enough have). Unix seconds."""

    body: str
    where: str
    petition: int
    election: int
    person: int
    signed: int
    wanted: int
    until: int
    closes_at: int
    closed: bool


class Seat(NamedTuple):
    """An election of officers, of the body at an address, to the office `about`; `filled` where it is decided and
    somebody won. Their term is from `begins_at` to `ends_at`, unix seconds."""

    body: str
    where: str
    election: int
    about: str
    decided: bool
    filled: bool
    begins_at: int
    ends_at: int


class Polls(Protocol):
    """What is read of elections; nothing in a zone that lists none. Who is asked about is who looks."""

    def running(self) -> Iterable[Running]:
        """Elections that are not decided, by number."""

    def may_stand(self, election: Running) -> bool:
        """Whether the chain would take them as a candidate now."""

    def may_vote(self, election: Running) -> bool:
        """Whether the chain would take their ballot, or their commitment to one, now."""

    def hides(self, election: Running) -> bool:
        """Whether they committed to a ballot and have not revealed it."""

    def recalls(self) -> Iterable[Recall]:
        """Recalls that were asked for in elections that are decided."""

    def seats(self) -> Iterable[Seat]:
        """Every election of officers, in bodies to which they belong."""

    def may_ask(self, recall: Recall) -> bool:
        """Whether the chain would take their signature for a recall now."""

    def may_recall(self, recall: Recall) -> bool:
        """Whether the chain would take their vote on a recall now."""


def waiting(sight: Sight, polls: Polls) -> Iterator[Todo]:
    """Elections to stand and vote in, ballots to reveal, counts, recalls."""
    for election in polls.running():
        yield from _election(sight, polls, election)
    for recall in polls.recalls():
        yield from _recall(sight, polls, recall)
    yield from _terms(sight, polls)


def _election(sight: Sight, polls: Polls, election: Running) -> Iterator[Todo]:
    place, now = (election.where, election.number), sight.now
    name = f"election {election.number} of {election.where}, “{election.about}”"
    closes = f"it closes {moment(election.closes_at, now)}"
    if election.phase is Phase.STANDING:
        if polls.may_stand(election):
            until = moment(election.opens_at, now)
            text = f"stand in {name}, if you want the office; it is possible until {until}"
            yield Todo("stand", *place, text, election.opens_at, True, about=election)
    elif election.phase is Phase.VOTING and election.choices:
        if polls.may_vote(election):
            if election.secret:
                text = f"commit to a ballot in {name}; {closes}"
                yield Todo("commit", *place, text, election.closes_at, True, about=election)
            else:
                yield Todo("elect", *place, f"vote in {name}; {closes}", election.closes_at, True, about=election)
    elif election.phase is Phase.REVEALING:
        if polls.hides(election):
            until = moment(election.revealed_at, now)
            text = f"reveal your ballot in {name} by {until}; otherwise it does not count"
            yield Todo("reveal", *place, text, election.revealed_at, True, about=election)
    elif election.phase is Phase.COUNTING:
        yield Todo("count", *place, f"count {name}, whose vote is over", 0, False, about=election)


def _recall(sight: Sight, polls: Polls, recall: Recall) -> Iterator[Todo]:
    place, who = (recall.where, recall.election), str(recall.person)
    name = f"{owned('recall', sight.named(recall.person))}, elected in election {recall.election} of {recall.where}"
    if recall.closes_at and not recall.closed and sight.now >= recall.closes_at:
        yield Todo("close", *place, f"end the vote on {name}", 0, False, name=who, about=recall)
    elif sight.now < recall.closes_at and polls.may_recall(recall):
        text = f"vote on {name}; it closes {moment(recall.closes_at, sight.now)}"
        yield Todo("recall", *place, text, recall.closes_at, True, name=who, about=recall)
    elif not recall.closes_at and sight.now < recall.until and polls.may_ask(recall):
        until = moment(recall.until, sight.now)
        text = f"sign for a vote on {name} by {until}, if you want it ({recall.signed} of {recall.wanted} have)"
        yield Todo("ask", *place, text, recall.until, True, name=who, about=recall)


def _terms(sight: Sight, polls: Polls) -> Iterator[Todo]:
    """Terms that end soon, with nobody elected for afterwards and no election under way."""
    offices: dict[tuple[str, str], list[Seat]] = {}
    for seat in polls.seats():
        offices.setdefault((seat.body, seat.about), []).append(seat)
    for seats in offices.values():
        now = [each for each in seats if each.filled and each.begins_at <= sight.now < each.ends_at]
        if not now:
            continue
        last = max(now, key=lambda each: (each.begins_at, each.election))
        followed = any(not each.decided or (each.filled and each.ends_at > last.ends_at) for each in seats)
        if not followed and sight.now >= last.ends_at - min(_TO_ELECT_SECONDS, (last.ends_at - last.begins_at) // 2):
            text = (
                f"the term of “{last.about}” in {last.where} ends {moment(last.ends_at, sight.now)}, and no election "
            )
            text += "of others is under way"
            yield Todo("succeed", last.where, last.election, text, last.ends_at, True, name=last.about, about=last)
