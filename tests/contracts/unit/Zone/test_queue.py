"""Zone.queue: from Succeeded only; charges the cap and reserves the money."""

from __future__ import annotations

import pytest

from tests.support.bodies import FOR, Person, Proposal, State, call_of, event, events, just_before, now, read, stand_at
from tests.support.chain import reverts
from tests.support.plans import COIN, ETHER, LAWS, NOTHING, SPENDING
from tests.support.world import COIN_CAP, COIN_FUNDS, World

SUCCEEDED_ONLY = (1 << State.SUCCEEDED).to_bytes(32, "big")


def account(world: World, asset: str = COIN) -> tuple[int, int]:
    """Balance and reserved part of the zone's account."""
    return tuple(read(world.treasury, "account", world.zone.address, asset))


def carried(proposal: Proposal) -> Proposal:
    """Voted and closed, so that the next transaction may queue it."""
    proposal.open().vote(FOR, *proposal.enough())
    return proposal.close()


def test_it_sets_the_time_of_execution(world: World, alice: Person) -> None:
    proposal = carried(world.zone.propose(world.pay(alice.address)))
    receipt = proposal.queue()
    eta = now(world.chain) + LAWS[SPENDING].execution_delay
    assert event(receipt, "ProposalQueued") == {"proposalId": proposal.id, "etaSeconds": eta}
    assert proposal.read("proposalEta") == eta
    assert proposal.state == State.QUEUED


def test_anybody_queues(world: World, alice: Person, stranger: Person) -> None:
    proposal = carried(world.zone.propose(world.pay(alice.address)))
    stand_at(world.chain, proposal.read("proposalDeadline") + 1)
    assert world.zone.attempt("queue", *proposal.hashed, by=stranger) == proposal.id


def test_it_charges_and_reserves(world: World, alice: Person) -> None:
    proposal = carried(world.zone.propose(world.pay(alice.address, 3 * ETHER), world.pay(alice.address, 4 * ETHER)))
    assert account(world) == (COIN_FUNDS, 0)
    receipt = proposal.queue()
    assert account(world) == (COIN_FUNDS, 7 * ETHER)
    assert tuple(world.zone.read("cap", SPENDING, COIN)) == (COIN_CAP, 7 * ETHER, 0)
    assert [dict(reserved.args) for reserved in events(receipt, "Reserved")] == [
        {"body": world.zone.address, "proposal": 1, "asset": COIN, "amount": amount, "source": world.zone.address}
        for amount in (3 * ETHER, 4 * ETHER)
    ]
    assert [charged.args["used"] for charged in events(receipt, "CapCharged")] == [3 * ETHER, 7 * ETHER]


def test_nothing_is_reserved_for_what_moves_no_money(world: World, stranger: Person) -> None:
    receipt = carried(world.zone.propose(world.zone.own("admit", [stranger.address]))).queue()
    assert [found.name for found in receipt.events] == ["ProposalQueued"]


def test_an_allowance_is_charged_and_not_reserved(world: World) -> None:
    receipt = carried(world.zone.propose(world.allow(world.food, ETHER, 3))).queue()
    assert event(receipt, "CapCharged")["used"] == 3 * ETHER
    assert not events(receipt, "Reserved")
    assert account(world) == (COIN_FUNDS, 0)


def test_a_constitutional_proposal_is_reserved_and_not_charged(world: World, alice: Person) -> None:
    """One constitutional call makes the whole proposal need that law, and frees it from the cap."""
    calls = world.pay(alice.address, 11 * ETHER), world.zone.own("setCap", SPENDING, COIN, COIN_CAP)
    receipt = carried(world.zone.propose(*calls)).queue()
    assert not events(receipt, "CapCharged")
    assert account(world) == (COIN_FUNDS, 11 * ETHER)


def test_an_industry_draws_on_its_allowance(world: World, alice: Person) -> None:
    proposal = carried(world.bakery.propose(world.pay(alice.address, ETHER)))
    receipt = proposal.queue()
    assert event(receipt, "Reserved") == {
        "body": world.bakery.address,
        "proposal": 1,
        "asset": COIN,
        "amount": ETHER,
        "source": world.zone.address,
    }
    assert account(world) == (COIN_FUNDS, ETHER)


def test_without_money_it_waits(world: World, alice: Person) -> None:
    """Refused for want of money, a proposal stays Succeeded until money comes or grace is over."""
    zone = world.zone
    everything = zone.own("setCap", SPENDING, COIN, 0)
    proposal = carried(zone.propose(everything, world.pay(alice.address, COIN_FUNDS + 1)))
    stand_at(world.chain, proposal.read("proposalDeadline") + 1)
    with reverts("InsufficientFunds", body=zone.address, asset=COIN, available=COIN_FUNDS, wanted=COIN_FUNDS + 1):
        zone.attempt("queue", *proposal.hashed)
    assert proposal.state == State.SUCCEEDED


# --- states ---


def still_refused(proposal: Proposal, state: State) -> None:
    assert proposal.state == state
    with reverts(
        "GovernorUnexpectedProposalState", proposalId=proposal.id, current=state, expectedStates=SUCCEEDED_ONLY
    ):
        proposal.body.attempt("queue", *proposal.hashed)


def test_an_unknown_proposal(world: World, alice: Person) -> None:
    proposal = world.zone.propose(world.pay(alice.address), description="known")
    with reverts("GovernorNonexistentProposal"):
        world.zone.attempt("queue", proposal.targets, proposal.values, proposal.calldatas, NOTHING)


def test_not_while_pending_or_active(world: World, alice: Person) -> None:
    proposal = world.zone.propose(world.pay(alice.address))
    still_refused(proposal, State.PENDING)
    proposal.open().vote(FOR, *world.zone.members)
    still_refused(proposal, State.ACTIVE)
    stand_at(world.chain, proposal.read("proposalDeadline"))
    still_refused(proposal, State.ACTIVE)


def test_not_when_canceled_or_defeated(world: World, alice: Person) -> None:
    canceled, defeated = world.zone.propose(world.pay(alice.address)), world.zone.propose(world.pay(alice.address))
    canceled.cancel()
    still_refused(canceled, State.CANCELED)
    stand_at(world.chain, defeated.read("proposalDeadline") + 1)
    still_refused(defeated, State.DEFEATED)


def test_not_twice(world: World, alice: Person) -> None:
    proposal = world.zone.propose(world.pay(alice.address)).carry()
    still_refused(proposal, State.QUEUED)
    proposal.wait_until_due().execute()
    still_refused(proposal, State.EXECUTED)


@pytest.mark.parametrize("late", [False, True])
def test_until_grace_is_over(world: World, alice: Person, late: bool) -> None:
    proposal = carried(world.zone.propose(world.pay(alice.address)))
    expiry = proposal.read("proposalDeadline") + LAWS[SPENDING].grace
    just_before(world.chain, expiry + late)
    if late:
        stand_at(world.chain, expiry + 1)
        still_refused(proposal, State.EXPIRED)
    else:
        proposal.queue()
        assert proposal.state == State.QUEUED


def test_a_queued_proposal_that_expired_is_not_queued_again(world: World, alice: Person) -> None:
    proposal = world.zone.propose(world.pay(alice.address)).carry()
    stand_at(world.chain, proposal.read("proposalExpiry") + 1)
    still_refused(proposal, State.EXPIRED)


def test_other_calls_than_were_voted(world: World, alice: Person, bob: Person) -> None:
    proposal = carried(world.zone.propose(world.pay(alice.address)))
    stand_at(world.chain, proposal.read("proposalDeadline") + 1)
    _, other = call_of(world.treasury, "pay", COIN, bob.address, 1, NOTHING, NOTHING)
    with reverts("GovernorNonexistentProposal"):
        world.zone.attempt("queue", proposal.targets, proposal.values, [other], proposal.hashed[3])
