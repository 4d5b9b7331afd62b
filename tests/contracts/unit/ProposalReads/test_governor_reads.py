"""What a client written for OpenZeppelin's Governor asks of a body."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person, now, stand_at
from tests.support.chain import reverts
from tests.support.plans import COIN, LAWS, SPENDING
from tests.support.world import World


def test_constants(world: World) -> None:
    zone = world.zone
    assert zone.read("version") == "1"
    assert zone.read("CLOCK_MODE") == "mode=timestamp"
    assert zone.read("COUNTING_MODE") == "support=bravo&quorum=for,abstain"
    assert zone.read("proposalThreshold") == 1
    assert zone.read("proposalNeedsQueuing", 0) is True


def test_names(world: World) -> None:
    assert [body.read("name") for body in (world.zone, world.food, world.bakery)] == ["Elmcourt", "Food", "Bakery"]


def test_clock(world: World) -> None:
    assert world.zone.read("clock") == now(world.chain)
    stand_at(world.chain, now(world.chain) + 1234)
    assert world.zone.read("clock") == now(world.chain)


def test_delay_and_period_are_those_of_spending_now(world: World) -> None:
    zone = world.zone
    assert zone.read("votingDelay") == LAWS[SPENDING].voting_delay
    assert zone.read("votingPeriod") == LAWS[SPENDING].voting_period
    zone.enact(zone.own("setLaw", SPENDING, LAWS[SPENDING]._replace(voting_delay=61, voting_period=7200)))
    assert (zone.read("votingDelay"), zone.read("votingPeriod")) == (61, 7200)


# --- of one proposal ---

OF_A_PROPOSAL = (
    "proposalSnapshot",
    "proposalDeadline",
    "proposalVoteStart",
    "proposalVotes",
    "proposalQuorum",
    "proposalNumber",
    "proposalExpiry",
    "proposalClasses",
    "proposalLaw",
    "proposalElectorate",
    "state",
)


@pytest.mark.parametrize("function", OF_A_PROPOSAL)
def test_an_unknown_proposal_has_nothing_to_say(world: World, function: str) -> None:
    with reverts("GovernorNonexistentProposal", proposalId=5):
        world.zone.read(function, 5)


def test_what_is_zero_for_an_unknown_proposal(world: World, alice: Person) -> None:
    """As in OpenZeppelin's Governor."""
    assert world.zone.read("proposalEta", 5) == 0
    assert world.zone.read("proposalProposer", 5) == COIN
    assert world.zone.read("hasVoted", 5, alice.address) is False
    assert world.zone.read("votedMask", 5, 0) == 0


def test_a_stranger_has_not_voted(world: World, alice: Person, stranger: Person) -> None:
    proposal = world.zone.propose(world.pay(alice.address)).open()
    proposal.vote(1, *world.zone.members)
    assert proposal.read("hasVoted", stranger.address) is False
    assert all(proposal.read("hasVoted", person.address) for person in world.zone.members)


# --- quorum and votes as of a moment ---


def test_quorum_is_what_a_proposal_made_next_would_need(world: World, alice: Person) -> None:
    timepoint = now(world.chain)
    proposal = world.zone.propose(world.pay(alice.address))
    assert proposal.read("proposalSnapshot") == timepoint
    assert world.zone.read("quorum", timepoint) == proposal.read("proposalQuorum") == 3


def test_quorum_follows_members_and_law(world: World) -> None:
    zone = world.zone
    before = now(world.chain)
    for person in zone.members[6:]:
        zone.send("leave", by=person)
    six = now(world.chain)
    zone.enact(zone.own("setLaw", SPENDING, LAWS[SPENDING]._replace(quorum_ppm=1_000_000)))
    changed = now(world.chain)
    stand_at(world.chain, changed + 10)
    assert [zone.read("quorum", time) for time in (before, six, changed - 1, changed)] == [3, 2, 2, 6]


def test_quorum_of_an_industry_counts_departures_not_yet_applied(world: World, alice: Person, bob: Person) -> None:
    before = now(world.chain)
    world.zone.send("leave", by=alice)
    after = now(world.chain)
    stand_at(world.chain, after + 1)
    # 20 % of 6 is 1.2, of 5 exactly 1.
    assert (world.food.read("quorum", before), world.food.read("quorum", after)) == (2, 1)


def test_votes_are_one_for_the_electorate(world: World, stranger: Person, grace: Person) -> None:
    timepoint = now(world.chain)
    stand_at(world.chain, timepoint + 1)
    assert [world.zone.read("getVotes", person.address, timepoint) for person in world.zone.members] == [1] * 12
    assert [world.food.read("getVotes", person.address, timepoint) for person in world.zone.members] == [1] * 6 + [
        0
    ] * 6
    assert world.zone.read("getVotes", stranger.address, timepoint) == 0
    assert world.zone.read("getVotes", COIN, timepoint) == 0
    assert world.zone.read("getVotesWithParams", grace.address, timepoint, b"whatever") == 1


def test_votes_begin_with_seasoning(world: World, stranger: Person) -> None:
    zone = world.zone
    zone.enact(zone.own("admit", [stranger.address]))
    seasoned = now(world.chain) + LAWS[SPENDING].seasoning
    stand_at(world.chain, seasoned + 1)
    assert [zone.read("getVotes", stranger.address, time) for time in (seasoned - 1, seasoned)] == [0, 1]


@pytest.mark.parametrize("body", ["zone", "food", "bakery"])
def test_votes_end_with_departure(world: World, alice: Person, body: str) -> None:
    """In industries as soon, although they have not applied it."""
    before = now(world.chain)
    world.zone.send("leave", by=alice)
    left_at = now(world.chain)
    stand_at(world.chain, left_at + 1)
    asked = getattr(world, body)
    assert [asked.read("getVotes", alice.address, time) for time in (before, left_at)] == [1, 0]


@pytest.mark.parametrize("ahead", [0, 1, 2**48])
def test_the_future_is_unknown(world: World, alice: Person, ahead: int) -> None:
    clock = now(world.chain)
    for function, arguments in (
        ("quorum", ()),
        ("getVotes", (alice.address,)),
    ):
        with reverts("ERC5805FutureLookup", timepoint=clock + ahead, clock=clock):
            world.zone.read(function, *arguments, clock + ahead)
    with reverts("ERC5805FutureLookup", timepoint=clock + ahead):
        world.zone.read("getVotesWithParams", alice.address, clock + ahead, b"")
    world.zone.read("quorum", clock - 1)


def test_a_moment_long_ago(world: World, alice: Person) -> None:
    """Founders belong from the beginning of time."""
    assert world.zone.read("quorum", 0) == 3
    assert world.zone.read("getVotes", alice.address, 1) == 1
