"""Sponsors, live proposals and rows made stricter, as members see them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client.acting import Actors, reach
from tests.support.bodies import Person
from tests.support.plans import ETHER
from tests.support.todos import todo_of
from tests.support.world import PEOPLE, World
from zonedao.actions import Action
from zonedao.errors import ContractRevert, UsageProblem
from zonedao.governance.laws import ProposalClass
from zonedao.governance.proposals import Proposal, ProposalState

ALICE, BOB, CHARLIE = PEOPLE[:3]


@pytest.fixture
def waiting(actors: Actors) -> Proposal:
    """A payment by alice, under a law that wants two others to sign it."""
    actors.decide(actors.zone().propose_set_law(ProposalClass.SPENDING, sponsors=2, title="Two sponsors"))
    return actors.zone().propose_pay("bob", ETHER, title="Wages").transact().value


def refused(action: Action[Any], said: str) -> None:
    with pytest.raises(ContractRevert) as caught:
        action.simulate()
    assert said in caught.value.message, caught.value.message


def test_signed_by_enough(actors: Actors, waiting: Proposal) -> None:
    status = waiting.status()
    assert (status.sponsors, status.sponsors_needed, status.sponsors_missing) == (0, 2, 2)
    first = waiting.acting_as(BOB.signer).sponsor()
    said = first.explain()
    assert said.sentence == "Sponsor proposal 2 of elmcourt, “Wages”."
    assert said.sponsors_missing == 2
    assert "2 more members must sponsor it before the vote opens, or there is none." in said.lines
    outcome = first.transact()
    assert any(line.endswith(": 1 more are needed.") for line in outcome.in_words())
    refused(waiting.acting_as(BOB.signer).sponsor(), "You have proposed or signed this already.")
    refused(waiting.sponsor(), "You have proposed or signed this already.")
    waiting.acting_as(CHARLIE.signer).sponsor().transact()
    assert waiting.sponsors() == (BOB.index, CHARLIE.index)
    refused(waiting.acting_as(PEOPLE[3].signer).sponsor(), "Proposal 2 needs no more sponsors; voting opens")
    actors.pass_(waiting)
    assert waiting.state is ProposalState.QUEUED


def test_too_few(actors: Actors, world: World, waiting: Proposal) -> None:
    waiting.acting_as(BOB.signer).sponsor().transact()
    reach(world.chain, waiting.opens_at + 2)
    assert waiting.state is ProposalState.DEFEATED
    words = "Proposal 2 found 1 of the 2 sponsors that it needed by"
    refused(waiting.vote("for"), words)
    refused(waiting.acting_as(CHARLIE.signer).sponsor(), words)
    refused(waiting.queue(), words)


def test_too_late_to_sign(actors: Actors, world: World, waiting: Proposal) -> None:
    for person in (BOB, CHARLIE):
        waiting.acting_as(person.signer).sponsor().transact()
    reach(world.chain, waiting.opens_at + 2)
    refused(waiting.acting_as(PEOPLE[3].signer).sponsor(), "Too late to sponsor proposal 2: its vote opened")
    refused(waiting.cancel(), "Too late to withdraw proposal 2: voting opened")


def test_it_waits_for_who_may_sign(actors: Actors, waiting: Proposal) -> None:
    def found(person: Person) -> list[str]:
        return [each.text for each in todo_of(actors.zone(person)) if each.kind == "sponsor"]

    assert found(ALICE) == []
    (text,) = found(BOB)
    assert text.startswith("sponsor proposal 2 of elmcourt, “Wages”, if it should be voted on; it needs 2 more by ")
    waiting.acting_as(BOB.signer).sponsor().transact()
    assert found(BOB) == []
    (each,) = (each for each in todo_of(actors.zone(CHARLIE)) if each.kind == "sponsor")
    assert (each.number, each.by, each.yours) == (2, waiting.opens_at, True)
    assert each.action is not None
    each.action.transact()
    assert found(PEOPLE[3]) == []


def test_live_proposals(actors: Actors) -> None:
    zone = actors.zone()
    made = [zone.propose_pay("bob", 1, title=f"Wages {n}").transact().value for n in range(3)]
    for who in (ALICE.address, ALICE.index, "alice"):
        live = zone.live_proposals(who)
        assert (live.count, live.next_at) == (3, made[0].closes_at + 1)
    assert zone.live_proposals("bob").count == 0
    words = "You have 3 proposals in elmcourt whose votes have not ended, as many as one may. The next is possible "
    refused(zone.propose_pay("bob", 1, title="One more"), words)
    made[1].cancel().transact()
    assert (zone.live_proposals("alice").count, zone.live_proposals("alice").next_at) == (2, 0)
    zone.propose_pay("bob", 1, title="One more").transact()


def test_rows(actors: Actors) -> None:
    zone = actors.zone()
    assert not zone.is_strict("pay")
    for strict, words, told in (
        (True, "take a constitutional vote", "are constitutional"),
        (False, "have their ordinary class again", "are of their ordinary class again"),
    ):
        action = zone.propose_set_row("pay", strict, title="Payments")
        assert f"let calls of pay {words} in elmcourt" in "\n".join(action.explain().lines)
        lines = actors.decide(action).in_words()
        assert f"Calls of pay {told} in elmcourt." in lines
        assert zone.is_strict("pay") is strict
    with pytest.raises(UsageProblem, match="No row is about 'mint'"):
        zone.propose_set_row("mint", True, title="Nothing")
