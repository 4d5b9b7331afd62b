"""A vote whose outcome turns in its last part goes on for as long again, once; for every path, in both directions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.ballots import ballot, batch, signed
from tests.support.bodies import AGAINST, FOR, Person, Proposal, State, call_of, event, events, just_before, stand_at
from tests.support.chain import reverts
from tests.support.plans import LAWS, SPENDING
from tests.support.world import World
from zonedao.chain.receipts import Receipt

PART = LAWS[SPENDING].voting_period // 10
GRACE = LAWS[SPENDING].grace

Way = Callable[[Proposal, int, Person], Receipt]

WAYS: dict[str, Way] = {
    "direct": lambda p, support, who: p.vote(support, who),
    "with a reason": lambda p, support, who: p.body.send("castVoteWithReason", p.id, support, "because", by=who),
    "by signature": lambda p, support, who: p.body.send("castVoteBySig", *signed(p, support, who)),
}


@pytest.fixture
def proposal(world: World, alice: Person) -> Proposal:
    """A payment, of whose twelve electors three are a quorum, its vote about to open."""
    return world.zone.propose(world.pay(alice.address), by=alice).open()


def end_of(proposal: Proposal) -> int:
    """When the vote was to end as it was announced."""
    assert proposal.receipt is not None
    return int(event(proposal.receipt, "ProposalCreated")["voteEnd"])


def late(proposal: Proposal, seconds: int = 1) -> int:
    """Let the next transaction run so far into the last part; the announced end."""
    end = end_of(proposal)
    just_before(proposal.chain, end - PART + seconds)
    return end


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("early", "turning"),
    [((FOR, FOR), FOR), ((FOR, FOR, FOR, AGAINST, AGAINST), AGAINST)],
    ids=["it reaches the quorum", "it fails"],
)
def test_a_late_turn_gives_everybody_that_time_again(
    proposal: Proposal, way: str, early: tuple[int, ...], turning: int
) -> None:
    people = proposal.body.members
    for support, who in zip(early, people, strict=False):
        proposal.vote(support, who)
    end = late(proposal)
    receipt = WAYS[way](proposal, turning, people[-1])
    assert event(receipt, "ProposalExtended") == {"proposalId": proposal.id, "extendedDeadline": end + PART}
    assert [each.name for each in receipt.events] == ["ProposalExtended", "VoteCast"]
    assert proposal.read("proposalDeadline") == end + PART
    assert proposal.read("proposalExpiry") == end + PART + GRACE
    assert proposal.read("batchDeadline") == end - PART
    assert proposal.read("proposalClasses") == 1 << SPENDING


def test_turned_in_the_last_second_and_back(world: World, proposal: Proposal, alice: Person, bob: Person) -> None:
    people = proposal.body.members
    proposal.vote(FOR, *people[:3])
    proposal.vote(AGAINST, *people[3:5])
    one_person = batch(ballot(proposal, FOR, people[11]))
    others = [world.zone.propose(world.pay(alice.address), by=alice) for _ in range(2)]
    end = late(proposal, PART)
    assert len(events(proposal.vote(AGAINST, people[5]), "ProposalExtended")) == 1

    stand_at(world.chain, end + 1)
    assert proposal.state == State.ACTIVE
    with reverts("BatchesClosed", proposalId=proposal.id, deadline=end - PART):
        proposal.body.attempt("castBallots", proposal.id, one_person)
    with reverts("GovernorAlreadyCastVote"):
        proposal.body.attempt("castVote", proposal.id, FOR, by=people[0])
    # Its proposer's place is taken until it really ends; the others end in between.
    ends = [other.read("proposalDeadline") for other in others]
    assert tuple(world.zone.read("liveProposals", alice.index)) == (3, ends[0] + 1)
    with reverts("TooManyLiveProposals", nextAt=ends[0] + 1):
        world.zone.attempt("propose", *world.zone.draft(world.pay(bob.address), by=alice).whole, by=alice)
    stand_at(world.chain, ends[1] + 1)
    assert world.zone.read("liveProposals", alice.index).live == 1

    just_before(world.chain, end + PART)
    receipt = proposal.vote(FOR, people[6])  # 4 to 3: it passes again
    assert not events(receipt, "ProposalExtended")
    assert (proposal.state, world.zone.read("liveProposals", alice.index).live) == (State.ACTIVE, 1)
    stand_at(world.chain, end + PART + 1)
    assert (proposal.state, world.zone.read("liveProposals", alice.index).live) == (State.SUCCEEDED, 0)
    with reverts("GovernorUnexpectedProposalState", current=State.SUCCEEDED):
        proposal.body.attempt("castVote", proposal.id, FOR, by=bob)
    stand_at(world.chain, end + PART + GRACE)
    proposal.body.attempt("queue", *proposal.hashed)
    stand_at(world.chain, end + PART + GRACE + 1)
    assert proposal.state == State.EXPIRED


def test_in_the_extension_of_a_vote_nothing_extends_it_again(proposal: Proposal) -> None:
    people = proposal.body.members
    proposal.vote(FOR, *people[:2])
    end = late(proposal)
    assert events(proposal.vote(FOR, people[2]), "ProposalExtended")
    for support, who in ((AGAINST, 3), (AGAINST, 4), (AGAINST, 5), (FOR, 6)):  # fails at the third, passes at the last
        assert not events(proposal.vote(support, people[who]), "ProposalExtended")
    assert proposal.read("proposalDeadline") == end + PART


def test_what_turns_before_the_last_part_or_not_at_all_extends_nothing(proposal: Proposal) -> None:
    people = proposal.body.members
    proposal.vote(FOR, *people[:2])
    end = late(proposal, -1)
    # In the last two seconds for batches: one turns it there, by a batch in the very last.
    proposal.vote(AGAINST, people[2])
    turning = batch(ballot(proposal, FOR, people[3]))
    receipt = proposal.body.send("castBallots", proposal.id, turning)
    assert not events(receipt, "ProposalExtended")
    # Later ones leave it as it is, whether it would pass or not.
    for support, who in ((AGAINST, 4), (FOR, 5)):
        assert not events(proposal.vote(support, people[who]), "ProposalExtended")
    assert proposal.read("proposalDeadline") == end
    stand_at(proposal.chain, end + 1)
    assert proposal.state == State.SUCCEEDED
    with reverts("GovernorUnexpectedProposalState", current=State.SUCCEEDED):
        proposal.body.attempt("castVote", proposal.id, AGAINST, by=people[6])


def test_the_place_of_a_body_is_taken_for_the_extra_time_too(world: World) -> None:
    """What a body below proposed (an appeal) is extended like a person's, and one of that body's places with it."""
    zone, food = world.zone, world.food
    appeals = [zone.draft(world.pay(world.post.address), by=world.zone.members[0]) for _ in range(3)]
    food.enact(*(call_of(zone.contract, "propose", *each.whole) for each in appeals[:2]))
    held = appeals[0].open()
    held.vote(FOR, *zone.members[:2])
    end = held.read("proposalDeadline")
    just_before(world.chain, end - PART + 1)
    assert len(events(held.vote(FOR, zone.members[2]), "ProposalExtended")) == 1
    place = int(food.address, 16)
    assert held.read("proposalProposer") == food.address
    stand_at(world.chain, end + 1)
    assert zone.read("liveProposals", place).live == 1
    stand_at(world.chain, end + PART + 1)
    assert zone.read("liveProposals", place).live == 0
    assert zone.read("liveProposals", 0).live == 0
