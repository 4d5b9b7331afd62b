"""A proposal from its text to its execution, as members read and drive it."""

from __future__ import annotations

import pytest

from tests.client.acting import Actors, reach
from tests.support.ballots import Subject, ballot, batch
from tests.support.bodies import Person
from tests.support.plans import ETHER
from tests.support.world import PEOPLE, World
from zonedao.errors import ContractRevert, NotFound, UsageProblem
from zonedao.governance.laws import ProposalClass
from zonedao.governance.proposals import Proposal, ProposalState, Support, Votes, describe_proposal


def propose(actors: Actors, title: str = "Wages for Bob", text: str = "For May.\nAnd June.") -> Proposal:
    return actors.zone().propose_pay("bob", ETHER, line="wages", title=title, text=text).transact().value


def test_what_is_proposed_is_what_is_read(actors: Actors, world: World, alice: Person) -> None:
    proposal = propose(actors)
    zone = actors.reader()
    for wanted in (1, "1", "#1", proposal.id, proposal.hex_id, str(proposal.id)):
        assert zone.proposal(wanted) == proposal
    assert zone.proposals() == (proposal,)
    assert (proposal.number, proposal.title, proposal.text) == (1, "Wages for Bob", "For May.\nAnd June.")
    assert proposal.description.endswith(f"#proposer={alice.address.lower()}")
    assert (proposal.proposer, proposal.classes, proposal.electorate) == (alice.address, (ProposalClass.SPENDING,), 12)
    assert [call.target for call in proposal.calls] == [world.treasury.address]
    assert proposal.state is ProposalState.PENDING


def test_each_body_has_its_own_numbers(actors: Actors) -> None:
    propose(actors)
    bakery = actors.body("bakery")
    assert bakery.propose_pay("bob", 1, title="Flour").transact().value.number == 1
    assert bakery.propose_pay("bob", 1, title="More flour").transact().value.number == 2
    assert [proposal.title for proposal in bakery.proposals()] == ["Flour", "More flour"]


@pytest.mark.parametrize("wanted", [2, "2", 2**255])
def test_no_such_proposal(actors: Actors, wanted: int | str) -> None:
    with pytest.raises(NotFound, match=f"elmcourt has no proposal {wanted}. It has none yet."):
        actors.zone().proposal(wanted)
    propose(actors)
    with pytest.raises(NotFound, match=f"elmcourt has no proposal {wanted}. It has 1 to 1."):
        actors.zone().proposal(wanted)


@pytest.mark.parametrize("wanted", ["", "one", 0, -1, 2**256])
def test_what_is_no_proposal(actors: Actors, wanted: int | str) -> None:
    with pytest.raises(UsageProblem, match="is no proposal"):
        actors.zone().proposal(wanted)


def test_a_life(actors: Actors, world: World) -> None:
    proposal = propose(actors)
    reach(world.chain, proposal.opens_at + 1)
    proposal.vote("for").transact()
    proposal.acting_as(PEOPLE[1].signer).vote(Support.AGAINST, "too much").transact()
    proposal.acting_as(PEOPLE[2].signer).vote("abstain", "I am\nhis cousin").transact()
    proposal.acting_as(PEOPLE[3].signer).vote(1).transact()
    assert proposal.votes == Votes(against=1, for_=2, abstain=1)
    assert (proposal.votes.cast, proposal.votes.towards_quorum) == (4, 3)
    assert proposal.has_voted("alice")
    assert not proposal.has_voted(PEOPLE[7].address)
    assert [(ballot.voter, ballot.support, ballot.reason) for ballot in proposal.ballots()] == [
        (PEOPLE[0].address, Support.FOR, ""),
        (PEOPLE[1].address, Support.AGAINST, "too much"),
        (PEOPLE[2].address, Support.ABSTAIN, "I am\nhis cousin"),
        (PEOPLE[3].address, Support.FOR, ""),
    ]
    subject = Subject(proposal.id, world.zone)
    brought = batch(ballot(subject, 0, PEOPLE[5]), ballot(subject, 1, PEOPLE[6]), ballot(subject, 1, PEOPLE[0]))
    world.zone.send("castBallots", proposal.id, brought)
    assert [(each.voter, each.support, each.reason) for each in proposal.ballots()[4:]] == [
        (PEOPLE[5].address, Support.AGAINST, ""),
        (PEOPLE[6].address, Support.FOR, ""),
    ]
    assert proposal.votes == Votes(against=2, for_=3, abstain=1)
    status = proposal.status()
    assert (status.state, status.quorum, status.eta, status.votes) == (ProposalState.ACTIVE, 3, 0, proposal.votes)

    reach(world.chain, proposal.closes_at + 1)
    proposal.queue().transact()
    eta = proposal.status().eta
    assert eta == world.chain.block().timestamp + status.law.execution_delay_seconds
    reach(world.chain, eta)
    outcome = proposal.execute().transact()
    assert [event.name for event in outcome.events] == ["ProposalExecuted", "Paid"]
    assert proposal.state is ProposalState.EXECUTED
    assert actors.zone().treasury.due(PEOPLE[1].address).amount == ETHER
    assert actors.zone(PEOPLE[1]).treasury.withdraw().transact().value == ETHER


def test_cancel(actors: Actors) -> None:
    proposal = propose(actors)
    proposal.cancel().transact()
    assert proposal.state is ProposalState.CANCELED
    with pytest.raises(ContractRevert, match="was withdrawn by its proposer"):
        proposal.queue().simulate()


def test_expiry_and_release(actors: Actors, world: World) -> None:
    zone = actors.zone()
    proposal = actors.pass_(propose(actors))
    assert zone.treasury.account(zone).reserved.amount == ETHER
    assert str(zone.treasury.account(zone).free) == "99 ETH"
    expires = proposal.status().expires_at
    with pytest.raises(ContractRevert, match=r"has not expired; it can be executed until .*\. Nothing was sent\."):
        proposal.release_expired().simulate()
    reach(world.chain, expires + 1)
    proposal.release_expired().transact()
    assert zone.treasury.account(zone).reserved.amount == 0


def test_another_cannot_take_the_text(actors: Actors, world: World) -> None:
    """G21: the description carries its proposer, so nobody can occupy the id."""
    data = actors.zone().propose_pay("bob", 1, title="Mine").data
    bob = PEOPLE[1]
    with pytest.raises(ContractRevert) as caught:
        world.chain.call(world.zone.address, data, sender=bob.address)
    assert caught.value.name == "GovernorRestrictedProposer"


def test_a_proposal_of_somebody_elses_client(actors: Actors, world: World) -> None:
    """Any description is read: none of our marks, no heading, control characters, and text that is no UTF-8."""
    pay = actors.zone().calls.pay("bob", 5)
    title = "\x1b[2Jplain\n\n\nmore\x07"
    world.zone.propose((pay.target, pay.data), description=title)
    (proposal,) = actors.reader().proposals()
    assert (proposal.title, proposal.text, proposal.description) == ("[2Jplain", "more", title)

    data = bytearray(world.zone.contract.encode("propose", [pay.target], [0], [pay.data], "QQQQ no text"))
    at = data.index(b"QQQQ")
    data[at : at + 4] = b"\xff\xfe\x80Q"
    from tests.support.chain import sender

    sender(world.chain, PEOPLE[0].signer).transact(world.zone.address, bytes(data))
    strange = actors.zone().proposal(2)
    assert "\ufffd" in strange.title
    assert world.zone.contract.call("hashProposal", *strange.arrays()) == strange.id
    actors.pass_(strange)
    assert strange.state is ProposalState.QUEUED
    assert actors.zone().audit().ok


def test_descriptions() -> None:
    me = "0x" + "Ab" * 20
    mark = "#proposer=0x" + "ab" * 20
    assert describe_proposal(" Roof\n ", "", me) == f"# Roof\n\n{mark}"
    assert describe_proposal("Roof", "It leaks.\n\n", me) == f"# Roof\n\nIt leaks.\n\n{mark}"
    with pytest.raises(UsageProblem, match="needs a title"):
        describe_proposal(" \x07", "text", me)


def test_how_many_calls(actors: Actors) -> None:
    zone = actors.zone()
    for calls in ([], [zone.calls.pay("bob", 1)] * 17):
        with pytest.raises(UsageProblem, match="A proposal has 1 to 16 calls"):
            zone.propose(calls, "Many")
    assert len(zone.propose([zone.calls.pay("bob", 1)] * 16, "Most").transact().value.calls) == 16


@pytest.mark.parametrize("wrong", ["yes", "", 3, -1])
def test_what_is_no_vote(actors: Actors, wrong: str | int) -> None:
    proposal = propose(actors)
    with pytest.raises(UsageProblem, match=r"is no vote\. Vote for, against or abstain"):
        proposal.vote(wrong)
