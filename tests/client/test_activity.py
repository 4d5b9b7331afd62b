"""Quorums over the active members, as members see them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client.acting import Actors, reach
from tests.client.test_sponsors import refused
from tests.support.plans import DAY, ETHER
from tests.support.todos import todo_of
from tests.support.world import PEOPLE, STRANGER, World
from zonedao.audit.activity import replay_activity
from zonedao.audit.bodies import find_bodies, replay_persons
from zonedao.audit.chronicle import Chronicle
from zonedao.audit.proposals import replay_proposals
from zonedao.audit.report import Inconsistent
from zonedao.chain.contract import fetch_logs
from zonedao.chain.interface import shipped
from zonedao.errors import Refused, UsageProblem
from zonedao.export.lawpage import law_page
from zonedao.governance.activity import Activity, at_least

ALICE, BOB, CHARLIE, DAVE, ERIN = PEOPLE[:5]
MONTH = 30 * DAY


def vote(actors: Actors, world: World, *voters: object) -> None:
    """A payment on which these vote."""
    made = actors.zone().propose_pay("bob", ETHER, title="Wages").transact().value
    reach(world.chain, made.opens_at + 1)
    for person in PEOPLE:
        if person in voters:
            made.acting_as(person.signer).vote("for").transact()
    reach(world.chain, made.closes_at + 1)


def test_the_whole_story(actors: Actors, world: World) -> None:
    zone = actors.zone()
    refused(zone.check_in(), "Quorums count over all members here")
    with pytest.raises(Refused, match="In elmcourt quorums count over all members"):
        zone.recount()
    for wrong in (1, 17):
        with pytest.raises(UsageProblem, match="Activity goes over 2 to 16 votes"):
            zone.propose_set_activity(wrong, title="No")
    proposal = zone.propose_set_activity(2, title="Active members")
    words = "let quorums in elmcourt count over who was active in its last 2 votes"
    assert words in str(proposal.explain())
    began = world.chain.block().timestamp
    outcome = actors.decide(proposal, PEOPLE[:4])
    assert "once somebody has counted them." in " ".join(outcome.in_words())
    assert zone.activity == Activity(2, 12, 12, 0, 0)
    vote(actors, world, ALICE, BOB, ERIN)
    with pytest.raises(Refused, match="2 votes count in elmcourt: 2 are wanted, in which 3 members or more voted"):
        zone.recount()
    assert not [each for each in todo_of(zone) if each.kind == "recount"]
    check_in = actors.zone(PEOPLE[10]).check_in()
    assert check_in.explain().sentence == "Check in, so that you count as active in elmcourt without a vote."
    assert check_in.transact().in_words() == ("You checked in, as active in elmcourt.",)
    refused(check_in, "checked in already. Again is possible")
    refused(actors.zone(STRANGER).check_in(), "Nobody with this key is a member")
    reach(world.chain, began + MONTH + DAY)
    (waiting,) = [each for each in todo_of(actors.zone(STRANGER), STRANGER.address) if each.kind == "recount"]
    assert (waiting.where, waiting.yours) == ("elmcourt", False)

    counted = actors.zone(STRANGER).recount().transact()
    assert (counted.value.active, counted.value.base) == (6, 6)
    assert "6 members of elmcourt are active: the quorums of new proposals count over 6 persons" in " ".join(
        counted.in_words()
    )
    until = zone.activity.until
    assert zone.activity == Activity(2, 12, 6, 6, until)
    reach(world.chain, world.chain.block().timestamp + 2)
    action = zone.propose_pay("bob", ETHER, title="More")
    assert (action.explain().electorate, action.explain().quorum) == (6, 2)
    made = action.transact().value
    assert (made.electorate, made.status().quorum) == (6, 2)
    head = Chronicle(zone.connection, zone.connection.block().number, 0, None)
    assert "and of a quarter of the members at least: of 6 persons now." in law_page(zone, head, "elmcourt")
    report = zone.audit()
    assert report.ok, report
    assert "activity" in [check.name for check in report.checks]
    tell_otherwise(actors)


def tell_otherwise(actors: Actors) -> None:
    """Each part of a count that is told otherwise than it was is found out."""
    kind, zone = shipped("IWholeBody"), actors.zone()
    head = zone.connection.block().number
    problems = {
        ("RecountOpened", 1, 5): "by other votes than its last",
        ("ActiveCounted", 0, 0b110): "has other active members than were counted",
        ("QuorumBaseSet", 1, 4): "is not what was counted",
        ("ActivitySet", 0, 5): "by other votes than its last",
    }
    for (name, field, value), problem in problems.items():
        topic = "0x" + kind.event(name).topic.hex()

        def read(
            *which: Any, topic: str = topic, begin: int = 64 * field, value: str = f"{value:064x}"
        ) -> list[dict[str, Any]]:
            logs = [dict(entry) for entry in fetch_logs(*which)]
            for entry in logs:
                if entry["topics"][0] == topic:
                    data = entry["data"].removeprefix("0x")
                    entry["data"] = "0x" + data[:begin] + value + data[begin + 64 :]
            return logs

        chronicle = Chronicle(zone.connection, head, 0, read)
        told = chronicle.events("IWholeRegistry", [zone.registry.address])
        persons = replay_persons(chronicle, told)
        (body,) = [
            each
            for each in find_bodies(chronicle, zone.contract, str(zone.contract.call("factory")))
            if each.address == zone.address
        ]
        with pytest.raises(Inconsistent, match=problem):
            replay_activity(chronicle, body, replay_proposals(body, persons))


def test_shares() -> None:
    assert [at_least(heads, 4) for heads in (0, 1, 2, 3, 12, 13, 400)] == [0, 1, 2, 3, 3, 4, 100]
