"""Zone.releaseExpired: anybody frees what an expired proposal had reserved, once."""

from __future__ import annotations

import pytest

from tests.support.bodies import FOR, Person, Proposal, State, event, events, read, stand_at
from tests.support.chain import reverts
from tests.support.plans import COIN, ETHER, SPENDING
from tests.support.world import World

EXPIRED_ONLY = (1 << State.EXPIRED).to_bytes(32, "big")


@pytest.fixture
def queued(world: World, alice: Person) -> Proposal:
    """Two payments of three and four ether, queued."""
    return world.zone.propose(world.pay(alice.address, 3 * ETHER), world.pay(alice.address, 4 * ETHER)).carry()


def reserved(world: World) -> int:
    return int(read(world.treasury, "account", world.zone.address, COIN).reserved)


def test_it_frees_reservation_and_cap(world: World, queued: Proposal, stranger: Person) -> None:
    assert (reserved(world), world.zone.read("cap", SPENDING, COIN).used) == (7 * ETHER, 7 * ETHER)
    receipt = queued.let_expire().body.send("releaseExpired", *queued.hashed, by=stranger)
    assert (reserved(world), world.zone.read("cap", SPENDING, COIN).used) == (0, 0)
    assert event(receipt, "ReservationsReleased") == {"number": 1, "proposalId": queued.id}
    assert [found.args["amount"] for found in events(receipt, "Released")] == [3 * ETHER, 4 * ETHER]
    assert queued.state == State.EXPIRED


def test_it_returns_the_id(queued: Proposal) -> None:
    stand_at(queued.chain, queued.read("proposalExpiry") + 1)
    assert queued.body.attempt("releaseExpired", *queued.hashed) == queued.id


def test_once(queued: Proposal) -> None:
    queued.let_expire().release()
    with reverts("NothingReserved", proposalId=queued.id):
        queued.body.attempt("releaseExpired", *queued.hashed)


def test_not_what_was_never_queued(world: World, alice: Person) -> None:
    proposal = world.zone.propose(world.pay(alice.address))
    proposal.open().vote(FOR, *world.zone.members[:3])
    stand_at(world.chain, proposal.read("proposalExpiry") + 1)
    assert proposal.state == State.EXPIRED
    with reverts("NothingReserved", proposalId=proposal.id):
        world.zone.attempt("releaseExpired", *proposal.hashed)


def still_refused(proposal: Proposal, state: State) -> None:
    assert proposal.state == state
    with reverts("GovernorUnexpectedProposalState", proposalId=proposal.id, current=state, expectedStates=EXPIRED_ONLY):
        proposal.body.attempt("releaseExpired", *proposal.hashed)


def test_not_before_it_expired(world: World, queued: Proposal) -> None:
    still_refused(queued, State.QUEUED)
    stand_at(world.chain, queued.read("proposalExpiry"))
    still_refused(queued, State.QUEUED)
    stand_at(world.chain, queued.read("proposalExpiry") + 1)
    queued.release()


def test_not_in_any_other_state(world: World, alice: Person) -> None:
    proposal = world.zone.propose(world.pay(alice.address))
    still_refused(proposal, State.PENDING)
    proposal.open().vote(FOR, *world.zone.members[:3])
    still_refused(proposal, State.ACTIVE)
    stand_at(world.chain, proposal.read("proposalDeadline") + 1)
    still_refused(proposal, State.SUCCEEDED)
    proposal.queue()
    proposal.wait_until_due().execute()
    still_refused(proposal, State.EXECUTED)
    assert reserved(world) == 0


def test_an_unknown_proposal(world: World, alice: Person) -> None:
    with reverts("GovernorNonexistentProposal"):
        world.zone.attempt("releaseExpired", *world.zone.draft(world.pay(alice.address)).hashed)


def test_others_keep_what_is_reserved_for_them(world: World, queued: Proposal, alice: Person) -> None:
    queued.let_expire()
    other = world.zone.propose(world.pay(alice.address, ETHER)).carry()
    queued.release()
    assert (reserved(world), world.zone.read("cap", SPENDING, COIN).used) == (ETHER, ETHER)
    other.wait_until_due().execute()
    assert read(world.treasury, "due", alice.address, COIN) == ETHER


def test_what_was_drawn_goes_back_to_every_allowance_between(world: World, alice: Person) -> None:
    proposal = world.bakery.propose(world.pay(alice.address, ETHER)).carry()
    children = [body.address for body in (world.bakery, world.food)]
    assert [read(world.treasury, "allowance", child, COIN).used for child in children] == [ETHER, ETHER]
    receipt = proposal.let_expire().release()
    assert event(receipt, "Released")["source"] == world.zone.address
    assert [read(world.treasury, "allowance", child, COIN).used for child in children] == [0, 0]
    assert read(world.treasury, "allowance", world.bakery.address, COIN).outstanding == 0
    assert reserved(world) == 0


def test_an_expired_allowance_gives_its_cap_back(world: World) -> None:
    proposal = world.zone.propose(world.allow(world.food, ETHER, 3)).carry()
    assert world.zone.read("cap", SPENDING, COIN).used == 3 * ETHER
    proposal.let_expire().release()
    assert world.zone.read("cap", SPENDING, COIN).used == 0


def test_a_constitutional_one_gives_no_cap_back(world: World, alice: Person) -> None:
    """It charged none; what others were charged stays charged."""
    zone = world.zone
    other = zone.propose(world.pay(alice.address, 2 * ETHER))
    proposal = zone.propose(world.pay(alice.address, ETHER), zone.own("setCap", SPENDING, world.token.address, 1))
    other.carry()
    assert zone.read("cap", SPENDING, COIN).used == 2 * ETHER
    proposal.vote(FOR, *zone.members[:4])
    proposal.close().queue()
    assert reserved(world) == 3 * ETHER
    proposal.let_expire().release()
    assert zone.read("cap", SPENDING, COIN).used == 2 * ETHER
    assert reserved(world) == 2 * ETHER
