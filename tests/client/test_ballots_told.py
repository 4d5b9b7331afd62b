"""Ballots that others bring, as a member reads of them before and afterwards."""

from __future__ import annotations

import pytest

from tests.client.acting import Actors, reach
from tests.support.ballots import Subject, ballot, batch, group, signed, signed_with_reason
from tests.support.bodies import ABSTAIN, AGAINST, FOR, Body, transact
from tests.support.world import PEOPLE, World
from zonedao.errors import ContractRevert
from zonedao.explain.calls import explain_call
from zonedao.explain.events import events_in_words
from zonedao.explain.reverts import in_words
from zonedao.governance.proposals import Proposal
from zonedao.governance.zone import Zone


@pytest.fixture
def zone(actors: Actors) -> Zone:
    return actors.zone()


@pytest.fixture
def proposal(zone: Zone, world: World) -> Proposal:
    """In its vote."""
    made = zone.propose_pay("grace", 1, title="Wages").transact().value
    reach(world.chain, made.opens_at + 2)
    world.chain.mine()
    return made


@pytest.fixture
def subject(world: World, proposal: Proposal) -> Subject:
    return Subject(proposal.id, Body(world.chain, world.zone.address, PEOPLE))


def said(zone: Zone, function: str, *arguments: object) -> tuple[str, ...]:
    explained = explain_call(zone.client.speaker, zone.address, zone.contract.encode(function, *arguments), zone)
    return (*explained.lines(), *explained.all_warnings())


def test_single_votes(zone: Zone, subject: Subject) -> None:
    title = "proposal 1 of elmcourt, “Wages”"
    first, inside = said(zone, "castVoteBySig", *signed(subject, FOR, PEOPLE[1]))
    assert first == f"bring the signed ballot of bob: vote for {title}"
    assert inside.startswith("  1. pay 0.000000000000000001 ETH to grace from elmcourt")
    reasoned = signed_with_reason(subject, AGAINST, PEOPLE[1], "too much")
    first = said(zone, "castVoteWithReasonAndParamsBySig", *reasoned)[0]
    assert first == f"bring the signed ballot of bob: vote against {title}, because “too much”"


def test_batches(zone: Zone, subject: Subject) -> None:
    brought = "bring signed ballots on proposal 1 of elmcourt, “Wages”"
    ballots = [ballot(subject, FOR, person) for person in PEOPLE[:3]] + [ballot(subject, ABSTAIN, PEOPLE[3])]
    assert said(zone, "castBallots", subject.id, batch(*ballots))[0] == f"{brought}: 3 for, 1 abstaining"
    assert said(zone, "castBallots", subject.id, b"")[0] == f"{brought}: none"
    for broken in (b"\x00", batch(*ballots)[:-1], group(0, 3, []), group(0, FOR, [], n=9)):
        lines = said(zone, "castBallots", subject.id, broken)
        assert lines[0] == brought
        assert lines[-1] == "The batch is cut short or has ballots of no kind; it will be refused."


def test_aggregates(zone: Zone, subject: Subject) -> None:
    brought = "bring aggregated ballots on proposal 1 of elmcourt, “Wages”"
    words = [0, 0b10, 0b1100, 0, 1, 0, 1, 0]
    assert said(zone, "castAggregate", subject.id, 3, words, [])[0] == f"{brought}: 1 against, 3 for"
    lines = said(zone, "castAggregate", subject.id, 3, words[:-1], [])
    assert lines[-1] == "The words of the aggregate are incomplete; it will be refused."


def test_what_was_counted(zone: Zone, subject: Subject) -> None:
    contract = subject.body.contract
    receipt = transact(contract, "castBallots", subject.id, batch(ballot(subject, FOR, PEOPLE[0])))
    assert events_in_words(zone.client.speaker, receipt.events) == (
        "1 ballot was counted on proposal 1 of elmcourt: 1 for.",
    )
    ballots = [ballot(subject, number % 3, person) for number, person in enumerate(PEOPLE)]
    receipt = transact(contract, "castBallots", subject.id, batch(*ballots))
    assert events_in_words(zone.client.speaker, receipt.events) == (
        "11 ballots were counted on proposal 1 of elmcourt: 3 against, 4 for, 4 abstaining.",
    )


def test_what_is_refused(zone: Zone, subject: Subject, proposal: Proposal) -> None:
    contract = subject.body.contract

    def refusal(function: str, *arguments: object) -> str:
        with pytest.raises(ContractRevert) as caught:
            subject.body.attempt(function, *arguments)
        return in_words(zone.client.speaker, caught.value).message

    assert refusal("castVoteBySig", *signed(subject, FOR, PEOPLE[1], by=PEOPLE[2])).startswith(
        "The signature is not that of bob for this very ballot, or it was used before. Have it signed again."
    )
    assert refusal("castBallots", subject.id, b"").startswith("None of these ballots counts")
    assert refusal("castBallots", subject.id, b"\x00").startswith("The batch is cut short after byte 0.")
    assert refusal("castAggregate", subject.id, 3, [], []).startswith(
        "The zone lists no contract that checks aggregates."
    )
    deadline = contract.call("batchDeadline", subject.id)
    reach(zone.client.connection, deadline + 2)
    zone.client.connection.mine()
    assert refusal("castBallots", subject.id, b"").startswith("Too late for a batch: they were counted until ")
