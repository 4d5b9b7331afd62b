"""What cannot be opened, and calls of the wrong kind; every other error is in its verb's file."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.bodies import event, read, stand_at, transact
from tests.support.chain import deploy, reverts
from tests.support.market import attempt_as
from tests.support.plans import DAY, HOUR, own
from tests.support.polls import (
    APPROVAL,
    KIND_APPROVAL,
    KIND_POLL,
    POLL,
    SECRET,
    STV,
    Polls,
    office_terms,
    poll_terms,
    word,
)
from tests.support.world import PEOPLE

BAD_POLLS: list[tuple[int, dict[str, Any]]] = [
    (1, {"options": [], "costs": []}),
    (1, {"options": [word("x")] * 64, "costs": []}),
    (2, {"costs": [1, 2, 3]}),
    (2, {"costs": [1, 2, 3, 2**128]}),
    (4, {"most": 0}),
    (5, {"threshold_ppm": 1_000_001}),
    (6, {"quorum_ppm": 1_000_001}),
    (7, {"vote_seconds": HOUR - 1}),
    (7, {"vote_seconds": 60 * DAY + 1}),
    (8, {"reveal_seconds": HOUR - 1}),
    (8, {"reveal_seconds": 60 * DAY + 1}),
]
BAD_ELECTIONS: list[tuple[int, dict[str, Any]]] = [
    (1, {"kind": KIND_POLL}),
    (2, {"seats": 0}),
    (2, {"seats": 17}),
    (3, {"quorum_ppm": 1_000_001}),
    (4, {"stand_seconds": HOUR - 1}),
    (4, {"stand_seconds": 60 * DAY + 1}),
    (5, {"vote_seconds": HOUR - 1}),
    (6, {"reveal_seconds": 1}),
    (7, {"term_delay": 365 * DAY + 1}),
    (8, {"term_seconds": DAY - 1}),
    (8, {"term_seconds": 3_653 * DAY + 1}),
]


def test_terms_that_no_body_can_set(polls: Polls) -> None:
    zone = polls.zone.address
    for field, changes in BAD_POLLS:
        with reverts("BadRule", field=field):
            attempt_as(zone, polls.elections, "openPoll", poll_terms(**changes))
    for field, changes in BAD_ELECTIONS:
        with reverts("BadRule", field=field):
            attempt_as(zone, polls.elections, "openElection", office_terms(**changes))
    widest = {"options": [word("x")] * 63, "costs": [2**128 - 1] * 63, "vote_seconds": 60 * DAY, "reveal_seconds": HOUR}
    attempt_as(zone, polls.elections, "openPoll", poll_terms(**widest))
    longest = {"seats": 16, "term_delay": 365 * DAY, "term_seconds": 3_653 * DAY, "reveal_seconds": 60 * DAY}
    attempt_as(zone, polls.elections, "openElection", office_terms(**longest))


@pytest.mark.parametrize("function", ["stand", "decide", "electionOf"])
def test_there_is_no_such_election(polls: Polls, function: str) -> None:
    with reverts("NoSuchElection", election=99):
        polls.attempt(function, 99)


def test_there_is_no_such_petition(polls: Polls) -> None:
    for function, args in (("petitionOf", ()), ("closeRecall", ()), ("voteRecall", (True,))):
        with reverts("NoSuchRecall", petition=1):
            polls.attempt(function, 1, *args)


def test_every_kind_has_its_own_calls(polls: Polls) -> None:
    with reverts("WrongBallot", secret=True):
        polls.attempt("vote", SECRET, 2)
    with reverts("WrongBallot", secret=False):
        polls.attempt("commit", POLL, bytes(31) + b"\1")
    with reverts("WrongReveal", person=1):
        polls.attempt("commit", SECRET, bytes(32))
    polls.stand(STV, PEOPLE[0])
    stand_at(polls.chain, polls.read("electionOf", STV).voteEnd)
    with reverts("WrongKind", kind=KIND_POLL):
        polls.attempt("decide", POLL)
    with reverts("WrongKind", kind=KIND_APPROVAL):
        polls.attempt("decidePoll", APPROVAL, poll_terms())
    with reverts("WrongKind", kind=KIND_APPROVAL):
        polls.attempt("count", APPROVAL, [], [], [])
    with reverts("WrongTerms"):
        polls.attempt("decidePoll", POLL, poll_terms(budget=101))


def test_there_is_room_for_thirty_two_candidates(polls: Polls) -> None:
    crowd = deploy(polls.chain, "Crowd")
    transact(crowd, "grow", 21)
    made = polls.world.new_zone("Crowded", calls=[own("admit", list(read(crowd, "all")))])
    election = event(made.body.enact(polls.election()), "ElectionOpened")["election"]
    transact(crowd, "act", 0, 21, polls.elections.address, polls.elections.encode("stand", election))
    polls.stand(election, *PEOPLE[:11])
    assert len(polls.read("candidates", election)) == 32
    with reverts("TooManyCandidates", most=32):
        polls.attempt("stand", election, by=PEOPLE[11])
