"""At most three live proposals a person and body: until the vote would end, or until they are canceled."""

from __future__ import annotations

import pytest

from tests.support.bodies import FOR, LIVE_PROPOSALS, Person, Proposal, State, now, stand_at
from tests.support.chain import reverts
from tests.support.plans import HOUR, LAWS, SPENDING
from tests.support.world import World


@pytest.fixture
def three(world: World, alice: Person) -> list[Proposal]:
    """As many of alice's as one may have, an hour between any two."""
    made = []
    for _ in range(LIVE_PROPOSALS):
        made.append(world.zone.propose(world.pay(alice.address), by=alice))
        stand_at(world.chain, now(world.chain) + HOUR)
    return made


def one_more(world: World, by: Person) -> Proposal:
    return world.zone.draft(world.pay(by.address), by=by)


def refused(world: World, by: Person, next_at: int) -> None:
    with reverts("TooManyLiveProposals", proposer=by.address, most=LIVE_PROPOSALS, nextAt=next_at):
        world.zone.attempt("propose", *one_more(world, by).whole, by=by)


def live(world: World, person: Person) -> tuple[int, int]:
    count, next_at = world.zone.read("liveProposals", person.index)
    return count, next_at


def test_three_and_no_more(world: World, alice: Person, three: list[Proposal]) -> None:
    refused(world, alice, three[0].read("proposalDeadline") + 1)
    assert live(world, alice) == (3, three[0].read("proposalDeadline") + 1)


def test_they_are_counted(world: World, alice: Person) -> None:
    for number in range(LIVE_PROPOSALS):
        assert live(world, alice) == (number, 0)
        last = world.zone.propose(world.pay(alice.address), by=alice)
    deadlines = last.read("proposalDeadline") - 2, last.read("proposalDeadline")
    assert live(world, alice)[0] == 3
    assert deadlines[0] <= live(world, alice)[1] - 1 <= deadlines[1]


def test_the_next_when_the_vote_ends(world: World, alice: Person, three: list[Proposal]) -> None:
    end = three[0].read("proposalDeadline")
    stand_at(world.chain, end)
    assert three[0].state == State.ACTIVE
    refused(world, alice, end + 1)
    stand_at(world.chain, end + 1)
    assert live(world, alice) == (2, 0)
    fourth = one_more(world, alice)
    assert world.zone.attempt("propose", *fourth.whole, by=alice) == fourth.id
    fourth.make()
    refused(world, alice, three[1].read("proposalDeadline") + 1)


def test_queued_and_executed_are_not_live(world: World, alice: Person, three: list[Proposal]) -> None:
    """What passed waits for others; its proposer may go on."""
    last = three[-1]
    last.open().vote(FOR, *world.zone.members[:3])
    last.close().queue()
    assert last.state == State.QUEUED
    assert live(world, alice) == (0, 0)


@pytest.mark.parametrize("which", range(LIVE_PROPOSALS))
def test_canceling_frees_a_place(world: World, alice: Person, which: int) -> None:
    made = [world.zone.propose(world.pay(alice.address), by=alice) for _ in range(LIVE_PROPOSALS)]
    made[which].cancel()
    assert live(world, alice) == (2, 0)
    fourth = one_more(world, alice).make()
    left = [proposal for position, proposal in enumerate([*made, fourth]) if position != which]
    refused(world, alice, min(proposal.read("proposalDeadline") for proposal in left) + 1)


def test_canceling_an_older_one_with_places_free(world: World, alice: Person) -> None:
    first, second = (world.zone.propose(world.pay(alice.address), by=alice) for _ in range(2))
    first.cancel()
    assert live(world, alice) == (1, 0)
    second.cancel()
    assert live(world, alice) == (0, 0)


def test_without_sponsors_it_counts_until_its_vote_would_end(world: World, alice: Person) -> None:
    """Defeated when the vote should open; the place is free when it would have closed."""
    watched = tuple(law._replace(sponsors=2, voting_delay=max(law.voting_delay, HOUR)) for law in LAWS)
    zone = world.new_zone("Watched", laws=watched)
    proposal = zone.body.propose((zone.treasury.address, world.pay(alice.address)[1]), by=alice)
    end = proposal.read("proposalVoteStart") + LAWS[SPENDING].voting_period
    for time, count in ((proposal.read("proposalVoteStart") + 1, 1), (end, 1), (end + 1, 0)):
        stand_at(world.chain, time)
        assert proposal.state == State.DEFEATED
        assert zone.body.read("liveProposals", alice.index).live == count


def test_of_each_person_alone(world: World, alice: Person, bob: Person, three: list[Proposal]) -> None:
    assert live(world, bob) == (0, 0)
    draft = one_more(world, bob)
    assert world.zone.attempt("propose", *draft.whole, by=bob) == draft.id


def test_in_each_body_alone(world: World, alice: Person, three: list[Proposal]) -> None:
    draft = world.food.draft(world.pay(alice.address), by=alice)
    assert world.food.attempt("propose", *draft.whole, by=alice) == draft.id


def test_a_proposal_that_reverts_takes_no_place(world: World, alice: Person) -> None:
    proposal = world.zone.propose(world.pay(alice.address), by=alice)
    with reverts("GovernorUnexpectedProposalState", current=State.PENDING):
        world.zone.send("propose", *proposal.whole, by=alice)
    assert live(world, alice) == (1, 0)
