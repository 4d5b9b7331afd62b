"""The audit agrees with elections and wishes of every kind, and misses every event that is left out."""

from __future__ import annotations

from typing import Any

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
from zonedao.audit import AuditReport, audit
from zonedao.chain.connection import Connection
from zonedao.chain.contract import fetch_logs
from zonedao.chain.events import decode_logs
from zonedao.chain.interface import shipped
from zonedao.governance.stv import count_stv, ranking

__all__ = ["polls", "polls_grounds"]

Logs = list[dict[str, Any]]
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


def run(polls: Polls, without: tuple[str, int] | None = None) -> AuditReport:
    """Audit as if one log were not there."""

    def logs(connection: Connection, addresses: list[str], topics: list[Any], first: int, last: int) -> Logs:
        found = fetch_logs(connection, addresses, topics, first, last)
        return [log for log in found if (log["transactionHash"], log["logIndex"]) != without]

    return audit(polls.chain, polls.zone.address, read_logs=logs)


def test_every_event_counts(polls: Polls) -> None:
    live(polls)
    report = run(polls)
    assert report.ok, report.first_difference
    checks = {check.name: check for check in report.checks}
    assert checks["elections"].detail.endswith("figures agree")
    assert checks["wishes"].detail.endswith("figures agree")

    happened: dict[str, tuple[str, int]] = {}
    for name, contract in (("IWholeElections", polls.elections), ("IWishes", polls.wishes)):
        for log in fetch_logs(polls.chain, [contract.address], []):
            (event,) = decode_logs([log], shipped(name))
            happened[event.name] = (log["transactionHash"], log["logIndex"])
    declared = {event.name for name in ("IWholeElections", "IWishes") for event in shipped(name).events.values()}
    assert happened.keys() == declared
    for name in sorted(declared - UNREMEMBERED):
        found = run(polls, happened[name]).first_difference
        assert found is not None, f"nobody misses {name}"
        assert found.name in ("elections", "wishes"), name
    assert all(run(polls, happened[name]).ok for name in UNREMEMBERED)


def test_a_zone_without_them_is_not_asked(polls: Polls) -> None:
    report = audit(polls.chain, polls.world.zone.address)
    assert not {"elections", "wishes"} & {check.name for check in report.checks}


@pytest.mark.parametrize("changed", ["elections", "wishes"])
def test_nobody_has_used_them_yet(polls: Polls, changed: str) -> None:
    report = audit(polls.chain, polls.zone.address)
    assert next(check for check in report.checks if check.name == changed).ok
