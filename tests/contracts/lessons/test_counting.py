"""Lessons of how votes were miscounted elsewhere (LESSONS.md, "Counting and states")."""

from __future__ import annotations

import pytest

from tests.support.bodies import ABSTAIN, AGAINST, FOR, Person, Proposal, State, events, just_before, now, stand_at
from tests.support.chain import reverts, rollback
from tests.support.plans import COIN, CONSTITUTIONAL, DAY, LAWS, SPENDING, TRADE_POST, Law, body_plan
from tests.support.town import Town
from tests.support.world import World


def ended(world: World, alice: Person, state: State) -> Proposal:
    """A payment that ended so."""
    proposal = world.zone.propose(world.pay(alice.address))
    if state == State.CANCELED:
        proposal.cancel()
    elif state == State.DEFEATED:
        proposal.open().vote(FOR, *world.zone.members[:2])
        just_before(world.chain, proposal.read("proposalDeadline") + 2)
    elif state == State.EXPIRED:
        proposal.open().vote(FOR, *world.zone.members[:3])
        just_before(world.chain, proposal.read("proposalExpiry") + 2)
    else:
        proposal.carry().wait_until_due().execute()
    assert proposal.state == state
    return proposal


@pytest.mark.parametrize("state", [State.CANCELED, State.DEFEATED, State.EXPIRED, State.EXECUTED])
def test_the_end_is_the_end(world: World, alice: Person, state: State) -> None:
    """G9 CVE-2022-31198: no later change of laws, members or modules changes how a proposal ended."""
    zone = world.zone
    proposal = ended(world, alice, state)
    easy = Law(*zone.read("bounds", SPENDING)[0])._replace(grace=7 * DAY, quorum_ppm=10_000)
    hard = Law(*zone.read("bounds", SPENDING)[1])
    for law in (easy, hard):
        zone.enact(zone.own("setLaw", SPENDING, law), zone.own("setCap", SPENDING, COIN, 0))
        assert proposal.state == state
    for person in zone.members[8:]:
        zone.send("leave", by=person)
    zone.enact(zone.own("setModule", TRADE_POST, world.token.address))
    assert proposal.state == state
    for function in ("queue", "execute", "cancel"):
        with reverts("GovernorUnexpectedProposalState", current=state):
            zone.attempt(function, *proposal.hashed, by=alice)
    with reverts("GovernorUnexpectedProposalState", current=state):
        zone.attempt("castVote", proposal.id, FOR, by=zone.members[4])


def test_success_does_not_keep(world: World, alice: Person) -> None:
    """G10: a proposal that succeeded expires, before it is queued and after; then `execute` and `queue` revert."""
    zone = world.zone
    proposal = zone.propose(world.pay(alice.address))
    with rollback(world.chain):
        proposal.open().vote(FOR, *zone.members[:3])
        stand_at(world.chain, proposal.read("proposalExpiry") + 1)
        for function in ("queue", "execute"):
            with reverts("GovernorUnexpectedProposalState", current=State.EXPIRED):
                zone.attempt(function, *proposal.hashed)
    proposal.carry()
    stand_at(world.chain, proposal.read("proposalExpiry") + 1)
    for function in ("queue", "execute"):
        with reverts("GovernorUnexpectedProposalState", current=State.EXPIRED):
            zone.attempt(function, *proposal.hashed)


def test_nothing_lives_longer_than_bounds_allow(world: World) -> None:
    """G10: the longest law: 30 + 60 days to the end of the vote, 60 to execution, twice 7 of grace."""
    most = Law(*world.zone.read("bounds", SPENDING)[1])
    life = most.voting_delay + most.voting_period + most.execution_delay + 2 * most.grace
    assert life == 164 * DAY


@pytest.mark.parametrize("class_", range(6))
def test_whatever_needs_queueing_is_executed_only_after_it(world: World, alice: Person, class_: int) -> None:
    """G11 OpenZeppelin#6386: of every class, and however long after success."""
    zone = world.zone
    call = {
        0: zone.own("setCap", SPENDING, COIN, 1),
        1: world.pay(alice.address),
        2: zone.own("admit", ["0x" + "ab" * 20]),
        3: zone.own("remove", 12),
        4: zone.own("found", body_plan("X"), []),
        5: (world.post.address, world.post.encode("unlist", 1)),
    }[class_]
    proposal = zone.propose(call).open()
    proposal.vote(FOR, *proposal.enough())
    assert proposal.read("proposalNeedsQueuing") is True
    for time in (proposal.read("proposalDeadline") + 1, proposal.read("proposalExpiry")):
        stand_at(world.chain, time)
        with reverts("GovernorUnexpectedProposalState", current=State.SUCCEEDED):
            zone.attempt("execute", *proposal.hashed)


@pytest.mark.parametrize("extreme", [0, 1])
def test_no_law_makes_a_vote_revert(world: World, alice: Person, extreme: int) -> None:
    """G12 OpenZeppelin#6644: every field of every law at its least or its most, caps at nothing or everything.

    Sixty sponsors of twelve people, of whom all make the quorum: the eleven others sign, and the vote opens.
    """
    zone = world.zone
    laws = [Law(*zone.read("bounds", class_)[extreme]) for class_ in range(6)]
    calls = [zone.own("setLaw", class_, law) for class_, law in enumerate(laws)]
    zone.enact(*calls, zone.own("setCap", SPENDING, world.token.address, extreme * (2**112 - 1)))
    stand_at(world.chain, now(world.chain) + 100 * DAY)
    ballots = [
        zone.propose(world.pay(alice.address)),
        zone.propose(zone.own("setLaw", CONSTITUTIONAL, LAWS[CONSTITUTIONAL]), zone.own("remove", 3)),
    ]
    for proposal in ballots:
        signed, needed = proposal.read("proposalSponsors")
        assert (signed, needed) == (0, 11 * extreme)
        if needed:
            proposal.sponsor(*[person for person in zone.members if person is not proposal.proposer])
    for proposal in ballots:
        just_before(world.chain, max(now(world.chain) + 2, proposal.read("proposalVoteStart") + 1))
        for support, voter in zip((FOR, AGAINST, ABSTAIN), zone.members, strict=False):
            proposal.vote(support, voter)
        assert proposal.tally == (1, 1, 1)


@pytest.mark.parametrize(("yes", "abstain"), [(0, 3), (2, 0), (3, 0), (4, 1)])
def test_a_vote_against_never_helps(world: World, stranger: Person, yes: int, abstain: int) -> None:
    """G13 The DAO: adding votes against, one by one, never turns a failing proposal into a passing one."""
    zone = world.zone
    proposal = zone.propose(zone.own("admit", [stranger.address])).open()
    members = list(zone.members)
    for support, count in ((FOR, yes), (ABSTAIN, abstain)):
        for _ in range(count):
            proposal.vote(support, members.pop(0))
    outcomes = []
    while True:
        with rollback(world.chain):
            stand_at(world.chain, proposal.read("proposalDeadline") + 1)
            outcomes.append(proposal.state == State.SUCCEEDED)
        if not members:
            break
        proposal.vote(AGAINST, members.pop(0))
    assert outcomes == sorted(outcomes, reverse=True)
    assert not outcomes[-1] or yes > 12 - yes - abstain


def test_a_strangers_vote_reverts(world: World, alice: Person, stranger: Person) -> None:
    """G14: there are no votes of zero weight."""
    proposal = world.zone.propose(world.pay(alice.address)).open()
    proposal.vote(FOR, alice)
    for support in (AGAINST, FOR, ABSTAIN):
        with reverts("NotInElectorate", account=stranger.address):
            world.zone.attempt("castVote", proposal.id, support, by=stranger)


def test_bits_votes_and_events_are_as_many(town: Town, alice: Person) -> None:
    """G14 for direct votes: bits set = votes in the tally = VoteCast events, each of weight 1 and of another voter."""
    zone = town.zone
    proposal = zone.propose((alice.address, b"")).open()
    receipts = [proposal.vote(FOR, *zone.members[:3])]
    receipts.append(town.act(125, 131, zone, "castVote", proposal.id, AGAINST))
    receipts.append(town.act(250, 260, zone, "castVoteWithReason", proposal.id, ABSTAIN, "both sides have a point"))
    cast = zone.contract.logs("VoteCast")
    cast = tuple(found for found in cast if found.args["proposalId"] == proposal.id)
    bits = sum(proposal.read("votedMask", word).bit_count() for word in range(3))
    assert bits == sum(proposal.tally) == len(cast) == len({found.args["voter"] for found in cast}) == 3 + 7 + 11
    assert proposal.tally == (7, 3, 11)
    assert [sum(found.args["support"] == support for found in cast) for support in range(3)] == [7, 3, 11]
    assert {found.args["weight"] for found in cast} == {1}
    assert len(events(receipts[1], "VoteCast", zone.address)) == 7
