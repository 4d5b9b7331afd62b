"""The audit agrees with elections and wishes of every kind, and notices every event that is left out or changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.client.test_audit import Cache, named, with_other
from tests.support.bodies import call_of, just_before, transact
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
from zonedao.audit import audit, auditing, bodies, proposals
from zonedao.audit.chronicle import Chronicle
from zonedao.chain.connection import Connection
from zonedao.chain.contract import fetch_logs
from zonedao.chain.events import Event
from zonedao.chain.interface import shipped
from zonedao.governance.stv import count_stv, ranking

__all__ = ["polls", "polls_grounds"]

UNREMEMBERED = {"BallotsReplayed"}  # what it tells is told by the whole count
# What nobody but the event itself remembers: who signed for a recall, and who voted on it.
SECRET_FIELDS = {("RecallSigned", "person"), ("RecallVoteCast", "person")}


def elsewhere(polls: Polls) -> None:
    """An industry elects two officers, whom the zone replaces; one of them comes back."""
    garden = polls.world.new_industry(polls.zone, "Garden", PEOPLE[:6]).body
    garden.enact(*(polls.election(office=word(office), term_seconds=90 * DAY) for office in ("clerk", "cook")))
    newest = int(polls.read("electionCount"))
    for election in (newest - 1, newest):
        polls.stand(election, PEOPLE[0])
    polls.until(newest, "voteStart")
    for election in (newest - 1, newest):
        polls.vote(election, choices(1))
    polls.until(newest, "voteEnd")
    for election in (newest - 1, newest):
        polls.send("decide", election)
    polls.zone.enact(
        *(call_of(polls.elections, "replaceOfficers", each, [2, 9], 30 * DAY) for each in (newest - 1, newest))
    )
    polls.zone.enact(call_of(polls.elections, "restoreOfficers", newest - 1))
    polls.send("resign", newest, by=PEOPLE[8])


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
    elsewhere(polls)


@pytest.mark.once
def test_every_event_counts(polls: Polls) -> None:
    live(polls)
    report = audit(polls.chain, polls.zone.address)
    assert report.ok, report.first_difference
    checks = {check.name: check for check in report.checks}
    assert checks["elections"].detail.endswith("figures agree")
    assert checks["wishes"].detail.endswith("figures agree")

    watcher = Watcher(polls)
    told = {event.name for kind in ("IWholeElections", "IWishes") for event in shipped(kind).events.values()}
    newest: dict[str, dict[str, Any]] = {}
    for log in fetch_logs(polls.chain, [polls.elections.address, polls.wishes.address], []):
        newest[named(log).name] = log
    assert newest.keys() == told
    for name, log in newest.items():
        forgeries = {field: with_other(log, field) for field in named(log).args if (name, field) not in SECRET_FIELDS}
        for what, forged in {"": None, **forgeries}.items():
            assert watcher.agrees(log, forged) == (name in UNREMEMBERED), f"{name} {what}"
    named_above(watcher, newest["OfficersReplaced"])


def named_above(watcher: Watcher, log: dict[str, Any]) -> None:
    """Only members of the body above can have been named, and by that body only."""
    told = named(log)
    for changed, words in (
        ({"persons": (2, 13)}, "person 13"),
        ({"by": watcher.zone}, ""),
        ({"by": PEOPLE[0].address}, f"{PEOPLE[0].address}, by whom"),
    ):
        watcher.audit.of_elections = [
            replace(told, args={**told.args, **changed}) if at_event(each) == at(log) else each
            for each in watcher.heard[0]
        ]
        watcher.audit.checks = []
        watcher.audit._elections()
        (check,) = [each for each in watcher.audit.checks if each.name == "elections"]
        assert check.ok is not bool(words)
        assert words in check.detail


class Watcher:
    """What an audit looks at for elections and wishes, read once, and checked with one log changed."""

    def __init__(self, polls: Polls) -> None:
        self.zone = polls.zone.address
        still = Connection(Cache(polls.chain.transport), kind="embedded", fixed_clock=True)
        chronicle = Chronicle(still, still.block_number(), 0, None)
        self.audit = auditing._Audit(chronicle, polls.zone.address)
        self.heard = self.audit.of_elections, self.audit.of_wishes
        persons = bodies.replay_persons(chronicle, chronicle.events("IWholeRegistry", [polls.zone.registry.address]))
        self.made = {each.address: proposals.replay_proposals(each, persons) for each in self.audit.everybody}

    def agrees(self, log: dict[str, Any], forged: dict[str, Any] | None) -> bool:
        """Whether everything agrees with the chain when `forged` is told in place of `log`, or nothing."""
        changed = [] if forged is None else [named(forged)]
        self.audit.checks = []
        self.audit.of_elections, self.audit.of_wishes = (
            [new for old in heard for new in (changed if at_event(old) == at(log) else [old])] for heard in self.heard
        )
        self.audit._decisions(self.made)
        self.audit._elections()
        return all(check.ok for check in self.audit.checks)


def at_event(event: Event) -> tuple[str, int]:
    """Where an event stands."""
    return event.tx_hash, event.log_index


def at(log: dict[str, Any]) -> tuple[str, int]:
    """Where a log stands, as events say it."""
    return log["transactionHash"], int(log["logIndex"], 16)


def test_a_zone_without_them_is_not_asked(polls: Polls) -> None:
    report = audit(polls.chain, polls.world.zone.address)
    assert not {"elections", "wishes"} & {check.name for check in report.checks}


@pytest.mark.parametrize("changed", ["elections", "wishes"])
def test_nobody_has_used_them_yet(polls: Polls, changed: str) -> None:
    report = audit(polls.chain, polls.zone.address)
    assert next(check for check in report.checks if check.name == changed).ok
