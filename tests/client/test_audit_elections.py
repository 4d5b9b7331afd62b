"""The audit agrees with elections and wishes of every kind, and misses every event that is left out."""

from __future__ import annotations

import pytest

from tests.support.bodies import just_before, transact
from tests.support.plans import DAY
from tests.support.polls import (
    APPROVAL,
    POLL,
    SECRET,
    STV,
    WAGE,
    Polls,
    choices,
    poll_terms,
    polls,
    polls_grounds,
    word,
)
from tests.support.world import PEOPLE
from zonedao.audit import audit
from zonedao.audit.chronicle import Chronicle
from zonedao.audit.elections import check_elections, check_wishes
from zonedao.chain.interface import shipped
from zonedao.governance.stv import count_stv, ranking

__all__ = ["polls", "polls_grounds"]

# What they tell is told by what they stand beside; nobody else remembers them.
UNREMEMBERED = {"BallotsReplayed", "StvCounted"}


def live(polls: Polls) -> None:
    """Everything happens once or more."""
    salt = bytes(range(32))
    polls.vote(POLL, choices(1, 2), choices(2), choices(3), 0)
    for person in PEOPLE[:3]:
        polls.send("commit", SECRET, polls.commitment(SECRET, person, choices(1), salt), by=person)
    polls.stand(APPROVAL, *PEOPLE[:3])
    polls.stand(STV, *PEOPLE[:4])
    polls.until(STV, "voteStart")
    polls.vote(APPROVAL, choices(1, 2), choices(1, 3), choices(3))
    ballots = [(2, 1), (2, 3), (3,), (4, 1)]
    polls.vote(STV, *(ranking(ballot) for ballot in ballots))
    polls.until(SECRET, "voteEnd")
    for person in PEOPLE[:2]:
        polls.send("reveal", SECRET, person.index, choices(1), salt)
    polls.send("decidePoll", POLL, poll_terms())
    polls.until(STV, "voteEnd")
    secret = poll_terms(subject=word("secret"), costs=[], budget=0, most=1, threshold_ppm=0, reveal_seconds=DAY)
    polls.send("decidePoll", SECRET, secret)
    polls.send("decide", APPROVAL)
    found, words = count_stv(ballots, 4, 2), [ranking(ballot) for ballot in ballots]
    sums = polls.attempt("count", STV, found.words, [], words[:2])
    polls.send("count", STV, found.words, [], words[:2])
    polls.send("count", STV, found.words, list(sums), words[2:])
    for person in PEOPLE[3:5]:
        polls.send("petition", STV, 2, by=person)
    polls.send("voteRecall", 1, True, by=PEOPLE[3])
    polls.send("voteRecall", 1, True, by=PEOPLE[4])
    polls.send("voteRecall", 1, False, by=PEOPLE[0])
    for person, bin_ in zip(PEOPLE, (5, 6, 7, 7), strict=False):
        transact(polls.wishes, "wish", polls.zone.address, WAGE, bin_, by=person)
    transact(polls.wishes, "wish", polls.zone.address, WAGE, 8, by=PEOPLE[0])
    transact(polls.wishes, "forget", polls.zone.address, WAGE, [2], by=PEOPLE[1])
    just_before(polls.chain, polls.read("petitionOf", 1).voteEnd)
    polls.send("closeRecall", 1)
    transact(polls.wishes, "readWishes", polls.zone.address, WAGE)


def test_every_event_counts(polls: Polls) -> None:
    live(polls)
    report = audit(polls.chain, polls.zone.address)
    assert report.ok, report.first_difference
    checks = {check.name: check for check in report.checks}
    assert checks["elections"].detail.endswith("figures agree")
    assert checks["wishes"].detail.endswith("figures agree")

    chronicle, ours = Chronicle(polls.chain, polls.chain.block_number(), 0, None), [polls.zone.address]
    for kind, contract, check in (
        ("IWholeElections", polls.elections, check_elections),
        ("IWishes", polls.wishes, check_wishes),
    ):
        events = chronicle.events(kind, [contract.address])
        newest = {event.name: event for event in events}
        assert newest.keys() == {event.name for event in shipped(kind).events.values()}
        for name, last in newest.items():
            found = check(chronicle, contract.address, [event for event in events if event is not last], ours)
            assert found.ok == (name in UNREMEMBERED), f"{name}: {found.detail}"


def test_a_zone_without_them_is_not_asked(polls: Polls) -> None:
    report = audit(polls.chain, polls.world.zone.address)
    assert not {"elections", "wishes"} & {check.name for check in report.checks}


@pytest.mark.parametrize("changed", ["elections", "wishes"])
def test_nobody_has_used_them_yet(polls: Polls, changed: str) -> None:
    report = audit(polls.chain, polls.zone.address)
    assert next(check for check in report.checks if check.name == changed).ok
