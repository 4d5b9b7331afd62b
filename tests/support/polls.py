"""A zone that decides between options and elects officers, built once a node.

    from tests.support.polls import polls, polls_grounds   # in a conftest.py, beside those of `world`

`polls.zone` is a zone of the twelve `PEOPLE` that listed `elections` (role 7) and `wishes` (role 8) in its genesis. One
executed proposal of it has opened `POLL` and `SECRET` (polls), `APPROVAL` and `STV` (elections of officers), and a
constitutional one the parameter `WAGE`. Elections can be stood in now.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.bodies import Body, Call, Person, attempt, call_of, just_before, read, transact
from tests.support.chain import at, deploy
from tests.support.plans import DAY, own
from tests.support.world import PEOPLE, World
from zonedao.chain.abi import keccak
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.receipts import Receipt

__all__ = ["Polls", "polls", "polls_grounds"]

ELECTIONS, WISHES = 7, 8  # roles
POLL, SECRET, APPROVAL, STV = 1, 2, 3, 4  # elections
KIND_POLL, KIND_APPROVAL, KIND_STV = range(3)
NONE, STANDING, VOTING, REVEALING, COUNTING, DECIDED = range(6)
COUNCIL = b"council".ljust(32, b"\0")
WAGE = b"wage".ljust(32, b"\0")
TERM = 30 * DAY


def word(text: str) -> bytes:
    """A label."""
    return text.encode().ljust(32, b"\0")


def poll_terms(**changes: Any) -> tuple[Any, ...]:
    """Four options of which two cost 50, one 30 and one 70, out of 100."""
    terms = {
        "subject": word("summer"),
        "options": [word(name) for name in ("swings", "benches", "trees", "stage")],
        "costs": [50, 50, 30, 70],
        "budget": 100,
        "most": 3,
        "threshold_ppm": 250_000,
        "quorum_ppm": 250_000,
        "vote_seconds": 2 * DAY,
        "reveal_seconds": 0,
    }
    return tuple({**terms, **changes}.values())


def office_terms(**changes: Any) -> tuple[Any, ...]:
    """A council of two, for thirty days from the end of the vote."""
    terms = {
        "office": COUNCIL,
        "kind": KIND_APPROVAL,
        "seats": 2,
        "quorum_ppm": 0,
        "stand_seconds": DAY,
        "vote_seconds": 2 * DAY,
        "reveal_seconds": 0,
        "term_delay": 0,
        "term_seconds": TERM,
    }
    return tuple({**terms, **changes}.values())


def parameter_terms(**changes: Any) -> tuple[Any, ...]:
    """A wage between 1,000 and 1,500 in steps of 5, 1,050 at first."""
    terms = {
        "name": WAGE,
        "least": 1_000,
        "step": 5,
        "bins": 101,
        "first": 10,
        "move": 8,
        "quorum_ppm": 250_000,
        "epoch_seconds": 7 * DAY,
    }
    return tuple({**terms, **changes}.values())


def choices(*numbers: int) -> int:
    """A ballot that approves of these."""
    return sum(1 << number for number in set(numbers))


class Polls:
    """The zone and its modules."""

    def __init__(self, world: World, zone: Body, elections: BoundContract, wishes: BoundContract) -> None:
        self.world = world
        self.chain: Connection = world.chain
        self.zone = zone
        self.elections = elections
        self.wishes = wishes

    def again(self) -> Polls:
        """The same for a new test."""
        return Polls(self.world, Body(self.chain, self.zone.address, PEOPLE), self.elections, self.wishes)

    # --- opening ---

    def poll(self, **changes: Any) -> Call:
        """A call that opens a poll."""
        return call_of(self.elections, "openPoll", poll_terms(**changes))

    def election(self, **changes: Any) -> Call:
        """A call that opens an election."""
        return call_of(self.elections, "openElection", office_terms(**changes))

    def open(self, *calls: Call) -> int:
        """Vote for these calls; the number of the newest election."""
        self.zone.enact(*calls)
        return int(self.read("electionCount"))

    # --- doing ---

    def send(self, function: str, *args: Any, by: Person = PEOPLE[0]) -> Receipt:
        """One transaction to the elections."""
        return transact(self.elections, function, *args, by=by)

    def attempt(self, function: str, *args: Any, by: Person = PEOPLE[0]) -> Any:
        """Try a call at the present second without mining it."""
        return attempt(self.elections, function, *args, by=by)

    def read(self, function: str, *args: Any) -> Any:
        """What a view says at the present second."""
        return read(self.elections, function, *args)

    def stand(self, election: int, *people: Person) -> None:
        """They stand, in this order."""
        for person in people:
            self.send("stand", election, by=person)

    def vote(self, election: int, *ballots: int, people: Sequence[Person] = PEOPLE) -> None:
        """The people in order cast these ballots."""
        for person, ballot in zip(people, ballots, strict=False):
            self.send("vote", election, ballot, by=person)

    def commitment(self, election: int, person: Person, ballot: int, salt: bytes) -> bytes:
        """What somebody commits to."""
        numbers = (self.chain.chain_id, int(self.elections.address, 16), election, person.index, ballot)
        return keccak(b"".join(number.to_bytes(32, "big") for number in numbers) + salt)

    # --- times ---

    def phase(self, election: int) -> int:
        """Of an election, now."""
        return int(self.read("electionOf", election).phase)

    def until(self, election: int, moment: str) -> None:
        """Let the next transaction run in the first second of what comes then: `voteStart`, `voteEnd`, `revealEnd` …"""
        just_before(self.chain, getattr(self.read("electionOf", election), moment))


def build(world: World) -> Polls:
    """Deploy both, found the zone, open everything."""
    deployed, wishes = deploy(world.chain, "Elections"), deploy(world.chain, "Wishes")
    elections = at(world.chain, "IWholeElections", deployed.address)
    made = world.new_zone(
        "Hillside",
        calls=[own("setModule", ELECTIONS, elections.address), own("setModule", WISHES, wishes.address)],
    )
    found = Polls(world, made.body, elections, wishes)
    made.body.enact(call_of(wishes, "openParameter", parameter_terms()))
    made.body.enact(
        found.poll(),
        found.poll(subject=word("secret"), costs=[], budget=0, most=1, threshold_ppm=0, reveal_seconds=DAY),
        found.election(),
        found.election(kind=KIND_STV, seats=2, term_delay=DAY),
    )
    return found


@pytest.fixture(scope="session")
def polls_grounds(grounds: World) -> Polls:
    """The zone on each node, built once; tests take `polls`."""
    return build(grounds)


@pytest.fixture
def polls(polls_grounds: Polls, chain: Connection) -> Polls:
    """The zone, put back afterwards."""
    return polls_grounds.again()
