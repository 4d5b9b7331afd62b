"""A vote that was extended, as members see it."""

from __future__ import annotations

from tests.client.acting import Actors, reach
from tests.support.plans import ETHER, LAWS, SPENDING
from tests.support.todos import todo_of
from tests.support.world import PEOPLE, World
from zonedao.cli.kit.proposals import document, standing
from zonedao.governance.proposals import ProposalState


def test_a_late_turn(actors: Actors, world: World) -> None:
    """The receipt says so, and everything that tells of the close tells the later one."""
    announced = actors.zone().propose_pay("bob", ETHER, title="Wages").transact().value
    reach(world.chain, announced.closes_at - 60)
    for person in PEOPLE[:2]:
        announced.acting_as(person.signer).vote("for").transact()
    assert not actors.zone().proposal(1).extended
    turning = announced.acting_as(PEOPLE[2].signer).vote("for").transact()
    assert any("The outcome turned near the close: voting on proposal 1" in line for line in turning.in_words())

    closes_at = announced.closes_at + LAWS[SPENDING].voting_period // 10
    (listed,) = actors.zone().proposals()
    for proposal in (actors.zone().proposal(1), actors.zone().proposal(announced.id), listed):
        assert (proposal.extended, proposal.closes_at) == (True, closes_at)
    reach(world.chain, announced.closes_at + 1)
    assert listed.state is ProposalState.ACTIVE
    assert standing(listed, listed.status()).startswith("closes ")
    assert document(listed, listed.status())["extended"] is True
    (waiting,) = todo_of(actors.zone(PEOPLE[3]))
    assert (waiting.kind, waiting.by) == ("vote", closes_at)
    listed.acting_as(PEOPLE[3].signer).vote("for").transact()
    reach(world.chain, closes_at + 2)
    listed.queue().transact()
    assert actors.zone().audit().ok
