"""Zone.sponsor: electors who sign while Pending, where a law wants them; too few when the vote opens means Defeated."""

from __future__ import annotations

import pytest

from tests.support.bodies import FOR, Person, Proposal, State, event, events, just_before, now, stand_at
from tests.support.chain import reverts
from tests.support.plans import COIN, CONSTITUTIONAL, HOUR, LAWS, SPENDING, Law
from tests.support.world import World, Zone

WANTED = 2  # beside the proposer; the quorum of spending among twelve is three
PENDING_ONLY = (1 << State.PENDING).to_bytes(32, "big")
ACTIVE_ONLY = (1 << State.ACTIVE).to_bytes(32, "big")
NEWCOMER = "0x" + "ab" * 20


def laws(**sponsors: int) -> tuple[Law, ...]:
    """The usual laws; sponsors by name of the class."""
    classes = {"spending": SPENDING, "constitutional": CONSTITUTIONAL}
    found = list(LAWS)
    for name, number in sponsors.items():
        found[classes[name]] = found[classes[name]]._replace(sponsors=number, voting_delay=2 * HOUR)
    return tuple(found)


@pytest.fixture
def watched(world: World) -> Zone:
    """A zone of the same twelve whose spending wants two sponsors."""
    return world.new_zone("Watched", laws=laws(spending=WANTED), funds_wei=10**18)


@pytest.fixture
def proposal(world: World, watched: Zone, alice: Person) -> Proposal:
    """A payment there, just proposed by alice."""
    return watched.body.propose((watched.treasury.address, world.pay(alice.address, 1)[1]), by=alice)


def sponsors(proposal: Proposal) -> tuple[int, int]:
    signed, needed = proposal.read("proposalSponsors")
    return signed, needed


# --- signing ---


def test_enough_open_the_vote(proposal: Proposal, bob: Person, charlie: Person) -> None:
    assert (proposal.state, sponsors(proposal)) == (State.PENDING, (0, WANTED))
    first, second = proposal.sponsor(bob), proposal.sponsor(charlie)
    assert event(first, "ProposalSponsored") == {"proposalId": proposal.id, "person": bob.index, "missing": 1}
    assert event(second, "ProposalSponsored") == {"proposalId": proposal.id, "person": charlie.index, "missing": 0}
    assert [len(receipt.logs) for receipt in (first, second)] == [1, 1]
    assert (proposal.state, sponsors(proposal)) == (State.PENDING, (WANTED, WANTED))
    assert proposal.read("sponsoredMask", 0) == 1 << bob.index | 1 << charlie.index
    assert proposal.read("sponsoredMask", 1) == 0
    proposal.carry().wait_until_due()
    assert proposal.state == State.QUEUED
    assert proposal.read("proposalClasses") == 1 << SPENDING


def test_signing_is_no_vote(proposal: Proposal, bob: Person, charlie: Person) -> None:
    proposal.sponsor(bob, charlie)
    assert proposal.tally == (0, 0, 0)
    assert not proposal.read("hasVoted", bob.address)
    proposal.open().vote(FOR, bob)
    assert proposal.tally == (0, 1, 0)


def test_too_few_when_the_vote_opens(proposal: Proposal, bob: Person, charlie: Person) -> None:
    proposal.sponsor(bob)
    start = proposal.read("proposalVoteStart")
    stand_at(proposal.chain, start)
    assert proposal.state == State.PENDING
    for time in (start + 1, proposal.read("proposalDeadline"), proposal.read("proposalExpiry") + 10**7):
        stand_at(proposal.chain, time)
        assert (proposal.state, sponsors(proposal)) == (State.DEFEATED, (1, WANTED))
        with reverts(
            "GovernorUnexpectedProposalState",
            proposalId=proposal.id,
            current=State.DEFEATED,
            expectedStates=ACTIVE_ONLY,
        ):
            proposal.body.attempt("castVote", proposal.id, FOR, by=bob)
        for function in ("queue", "execute", "releaseExpired", "cancel"):
            with reverts("GovernorUnexpectedProposalState", current=State.DEFEATED):
                proposal.body.attempt(function, *proposal.hashed, by=proposal.proposer)
        with reverts("GovernorUnexpectedProposalState", current=State.DEFEATED, expectedStates=PENDING_ONLY):
            proposal.body.attempt("sponsor", proposal.id, by=charlie)


def test_in_the_last_second_before_the_vote(proposal: Proposal, bob: Person, charlie: Person) -> None:
    proposal.sponsor(bob)
    just_before(proposal.chain, proposal.read("proposalVoteStart"))
    proposal.sponsor(charlie)
    stand_at(proposal.chain, proposal.read("proposalVoteStart") + 1)
    assert proposal.state == State.ACTIVE


def test_canceled_it_takes_no_signature(proposal: Proposal, bob: Person) -> None:
    proposal.cancel()
    assert proposal.state == State.CANCELED
    with reverts("GovernorUnexpectedProposalState", current=State.CANCELED, expectedStates=PENDING_ONLY):
        proposal.body.attempt("sponsor", proposal.id, by=bob)


def test_an_unknown_proposal(watched: Zone, bob: Person) -> None:
    with reverts("GovernorNonexistentProposal", proposalId=7):
        watched.body.attempt("sponsor", 7, by=bob)


# --- who ---


def test_the_proposer_is_none_of_them(proposal: Proposal, alice: Person) -> None:
    with reverts("AlreadySponsor", account=alice.address):
        proposal.body.attempt("sponsor", proposal.id, by=alice)


def test_nobody_twice(proposal: Proposal, bob: Person) -> None:
    proposal.sponsor(bob)
    with reverts("AlreadySponsor", account=bob.address):
        proposal.body.attempt("sponsor", proposal.id, by=bob)


def test_only_electors(proposal: Proposal, watched: Zone, stranger: Person, bob: Person) -> None:
    """As of the snapshot: who came later may not, who left since may."""
    with reverts("NotInElectorate", account=stranger.address, proposalId=proposal.id):
        proposal.body.attempt("sponsor", proposal.id, by=stranger)
    admission = watched.body.propose(watched.body.own("admit", [stranger.address])).carry().wait_until_due()
    young = watched.body.propose((watched.treasury.address, proposal.calldatas[0]), description="young")
    admission.execute()
    with reverts("NotInElectorate", account=stranger.address, proposalId=young.id):
        watched.body.attempt("sponsor", young.id, by=stranger)
    watched.body.send("leave", by=bob)
    young.sponsor(bob)
    assert sponsors(young) == (1, WANTED)


def test_no_more_than_wanted(proposal: Proposal, bob: Person, charlie: Person, dave: Person) -> None:
    proposal.sponsor(bob, charlie)
    for person in (dave, bob):
        with reverts("NoSponsorWanted", proposalId=proposal.id):
            proposal.body.attempt("sponsor", proposal.id, by=person)


def test_none_where_the_law_wants_none(world: World, alice: Person, bob: Person) -> None:
    proposal = world.zone.propose(world.pay(alice.address))
    assert sponsors(proposal) == (0, 0)
    with reverts("NoSponsorWanted", proposalId=proposal.id):
        world.zone.attempt("sponsor", proposal.id, by=bob)


# --- how many ---


def test_the_most_of_its_classes(world: World, alice: Person) -> None:
    zone = world.new_zone("Mixed", laws=laws(spending=1, constitutional=3))
    payment = (zone.treasury.address, world.pay(alice.address, 1)[1])
    change = zone.body.own("setCap", SPENDING, COIN, 1)
    of_each = [zone.body.propose(*calls) for calls in ((payment,), (change,), (payment, change))]
    assert [sponsors(proposal) for proposal in of_each] == [(0, 1), (0, 3), (0, 3)]


@pytest.mark.parametrize(("members", "needed"), [(1, 0), (2, 0), (6, 1), (11, 2), (12, 2)])
def test_with_the_proposer_never_more_than_the_quorum(world: World, members: int, needed: int) -> None:
    """Twenty per cent of the heads: a law that wants sixty sponsors cannot stop a body that can reach its quorum."""
    zone = world.new_zone("Small", world.zone.members[:members], laws=laws(spending=60))
    proposal = zone.body.propose((zone.treasury.address, world.pay(NEWCOMER, 1)[1]))
    assert sponsors(proposal) == (0, needed)
    if needed:
        proposal.sponsor(*zone.body.members[1 : 1 + needed])
    stand_at(world.chain, proposal.read("proposalVoteStart") + 1)
    assert proposal.state == State.ACTIVE


def test_the_law_of_the_snapshot_says_how_many(world: World, watched: Zone, alice: Person, bob: Person) -> None:
    """A later law neither frees a waiting proposal nor asks more of one that waits for nobody."""
    zone = watched.body
    free = LAWS[SPENDING]._replace(voting_delay=2 * HOUR)
    change = zone.propose(zone.own("setLaw", SPENDING, free)).carry().wait_until_due()
    waiting = zone.propose((watched.treasury.address, world.pay(alice.address, 1)[1]))
    change.execute()
    assert sponsors(waiting) == (0, WANTED)
    stand_at(world.chain, now(world.chain) + 1)
    unhindered = zone.propose((watched.treasury.address, world.pay(alice.address, 1)[1]))
    assert sponsors(unhindered) == (0, 0)
    receipt = waiting.sponsor(bob)
    assert [each.args["missing"] for each in events(receipt, "ProposalSponsored")] == [1]
    stand_at(world.chain, unhindered.read("proposalVoteStart") + 1)
    assert (waiting.state, unhindered.state) == (State.DEFEATED, State.ACTIVE)


def test_the_threshold_of_igovernor_stays_one(watched: Zone, stranger: Person, proposal: Proposal) -> None:
    assert watched.body.read("proposalThreshold") == 1
    with reverts("GovernorInsufficientProposerVotes", votes=0, threshold=1):
        watched.body.attempt("propose", *proposal.whole[:3], "another", by=stranger)
