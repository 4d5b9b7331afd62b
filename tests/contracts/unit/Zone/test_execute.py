"""Zone.execute: all calls in order or none, when due and not later, once."""

from __future__ import annotations

import pytest

from tests.support.bodies import (
    DEPLOYER,
    FOR,
    Person,
    Proposal,
    State,
    attempt,
    call_of,
    carry_together,
    event,
    events,
    just_before,
    now,
    read,
    stand_at,
    transact,
)
from tests.support.chain import deploy, interface, reverts, sender
from tests.support.plans import COIN, CONSTITUTIONAL, LAWS
from tests.support.world import World
from zonedao.chain.abi import create_address
from zonedao.chain.contract import BoundContract

QUEUED_ONLY = (1 << State.QUEUED).to_bytes(32, "big")
# Whoever calls this contract makes an end of it: CALLER SELFDESTRUCT.
MAYFLY = bytes.fromhex("6133ff6000526002601ef3")


@pytest.fixture
def probe(world: World) -> BoundContract:
    """A contract beside the zone."""
    return deploy(world.chain, "ChainProbe", 1)


@pytest.fixture
def witness(world: World) -> BoundContract:
    """A contract that keeps what a body says of its execution."""
    return deploy(world.chain, "ExecutionWitness")


def due(proposal: Proposal) -> Proposal:
    """Carried, and the present is the first second in which it may be executed."""
    stand_at(proposal.chain, proposal.carry().read("proposalEta"))
    return proposal


# --- what it does ---


def test_it_runs_the_calls(world: World, alice: Person, stranger: Person) -> None:
    proposal = due(world.zone.propose(world.pay(alice.address, 7)))
    receipt = proposal.execute(by=stranger)
    assert event(receipt, "ProposalExecuted") == {"proposalId": proposal.id}
    assert event(receipt, "Paid")["proposal"] == 1
    assert read(world.treasury, "due", alice.address, COIN) == 7
    assert proposal.state == State.EXECUTED


def test_it_returns_the_id(world: World, alice: Person) -> None:
    proposal = due(world.zone.propose(world.pay(alice.address)))
    assert world.zone.attempt("execute", *proposal.hashed) == proposal.id


def test_in_order(world: World, probe: BoundContract) -> None:
    proposal = due(world.zone.propose(*(call_of(probe, "note", number, "x") for number in (3, 1, 2, 9))))
    noted = probe.events(proposal.execute(), "Noted")
    assert [found.args["number"] for found in noted] == [3, 1, 2, 9]
    assert {found.args["who"] for found in noted} == {world.zone.address}


def test_sixteen_calls(world: World, probe: BoundContract) -> None:
    due(world.zone.propose(*[call_of(probe, "count10")] * 16)).execute()
    assert read(probe, "count") == 160


def test_all_or_none(world: World, alice: Person, probe: BoundContract) -> None:
    proposal = due(
        world.zone.propose(
            world.pay(alice.address),
            call_of(probe, "count10"),
            call_of(probe, "refuseAbove", 1, 2),
            description="fails",
        )
    )
    with reverts("ProbeRefused", limit=1, given=2):
        proposal.execute()
    assert read(probe, "count") == 0
    assert read(world.treasury, "due", alice.address, COIN) == 0
    assert tuple(world.zone.read("execution")) == (0, 0, False)
    assert proposal.state == State.QUEUED


def test_what_failed_may_be_tried_again(world: World, probe: BoundContract) -> None:
    law = LAWS[CONSTITUTIONAL]
    opens_at = now(world.chain) + law.voting_delay + law.voting_period + law.execution_delay + law.grace // 2
    proposal = due(world.zone.propose(call_of(probe, "openFrom", opens_at)))
    with reverts("ProbeTooEarly"):
        proposal.execute()
    just_before(world.chain, opens_at)
    proposal.execute()
    assert read(probe, "count") == 1


def test_a_call_without_a_reason_fails_without_one(world: World, probe: BoundContract) -> None:
    proposal = due(world.zone.propose(call_of(probe, "silent")))
    with reverts("Empty"):
        proposal.execute()


def test_what_it_tells_its_modules(world: World, witness: BoundContract) -> None:
    zone = world.zone
    zone.propose((witness.address, b""), description="number 1")
    proposal = due(zone.propose(call_of(witness, "see")))
    queued_at = proposal.read("proposalEta") - LAWS[CONSTITUTIONAL].execution_delay
    proposal.execute()
    seen = [read(witness, name) for name in ("caller", "proposal", "queuedAt", "drawn")]
    assert seen == [zone.address, 2, queued_at, False]
    assert tuple(zone.read("execution")) == (0, 0, False)


def test_each_call_is_told_whether_an_allowance_pays(world: World, alice: Person, witness: BoundContract) -> None:
    """Between two payments that draw, a call that does not."""
    pay, see = world.pay(alice.address), call_of(witness, "see")
    proposal = world.bakery.propose(pay, see, pay)
    due(proposal)
    receipt = proposal.execute()
    assert [paid.args["source"] for paid in events(receipt, "Paid")] == [world.zone.address] * 2
    assert (read(witness, "calls"), read(witness, "drawn")) == (1, False)
    assert tuple(world.bakery.read("execution")) == (0, 0, False)


# --- when ---


def test_not_a_second_early(world: World, alice: Person) -> None:
    proposal = world.zone.propose(world.pay(alice.address)).carry()
    eta = proposal.read("proposalEta")
    for time in (now(world.chain), eta - 1):
        stand_at(world.chain, time)
        with reverts("ProposalNotReady", proposalId=proposal.id, eta=eta):
            world.zone.attempt("execute", *proposal.hashed)
    proposal.execute()  # one second later
    assert now(world.chain) == eta


def test_until_the_last_second(world: World, alice: Person) -> None:
    proposal = world.zone.propose(world.pay(alice.address)).carry()
    just_before(world.chain, proposal.read("proposalExpiry"))
    proposal.execute()
    assert proposal.state == State.EXECUTED


def still_refused(proposal: Proposal, state: State) -> None:
    assert proposal.state == state
    with reverts("GovernorUnexpectedProposalState", proposalId=proposal.id, current=state, expectedStates=QUEUED_ONLY):
        proposal.body.attempt("execute", *proposal.hashed)


def test_not_once_expired(world: World, alice: Person) -> None:
    proposal = world.zone.propose(world.pay(alice.address)).carry()
    stand_at(world.chain, proposal.read("proposalExpiry") + 1)
    still_refused(proposal, State.EXPIRED)


def test_not_twice(world: World, alice: Person) -> None:
    proposal = due(world.zone.propose(world.pay(alice.address)))
    proposal.execute()
    still_refused(proposal, State.EXECUTED)


def test_not_before_it_is_queued(world: World, alice: Person) -> None:
    zone = world.zone
    proposal, defeated, canceled = (zone.propose(world.pay(alice.address)) for _ in range(3))
    canceled.cancel()
    still_refused(proposal, State.PENDING)
    still_refused(canceled, State.CANCELED)
    proposal.open().vote(FOR, *zone.members)
    still_refused(proposal, State.ACTIVE)
    stand_at(world.chain, defeated.read("proposalDeadline") + 1)
    still_refused(proposal, State.SUCCEEDED)
    still_refused(defeated, State.DEFEATED)


def test_an_unknown_proposal(world: World, alice: Person) -> None:
    draft = world.zone.draft(world.pay(alice.address))
    with reverts("GovernorNonexistentProposal", proposalId=draft.id):
        world.zone.attempt("execute", *draft.hashed)


# --- with what ---


def test_coin_is_not_taken(world: World, alice: Person) -> None:
    proposal = due(world.zone.propose(world.pay(alice.address)))
    with reverts("ValueNotZero", position=0):
        attempt(world.zone.contract, "execute", *proposal.hashed, value_wei=1)


def test_code_that_appears_where_there_was_none(world: World) -> None:
    nonce = world.chain.nonce(DEPLOYER.address) + 2  # proposals are queued by the deployer
    place = create_address(DEPLOYER.address, nonce)
    probe = BoundContract(world.chain, interface("ChainProbe"), place)
    proposal = world.zone.propose(call_of(probe, "count10"))
    proposal.carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    # While the place is empty the call reaches nobody and succeeds.
    assert world.zone.attempt("execute", *proposal.hashed) == proposal.id
    while world.chain.nonce(DEPLOYER.address) < nonce:
        world.zone.send("syncDepartures", 0)
    assert deploy(world.chain, "ChainProbe", 1).address == place
    with reverts("CodeChanged", proposalId=proposal.id):
        world.zone.attempt("execute", *proposal.hashed)


def test_code_that_is_gone(world: World, alice: Person) -> None:
    created = sender(world.chain).transact(None, MAYFLY, gas_limit=200_000)
    mayfly = created.contract_address
    assert mayfly is not None
    proposal = due(world.zone.propose(world.pay(alice.address), (mayfly, b"")))
    sender(world.chain).transact(mayfly, b"", gas_limit=200_000)
    assert world.chain.code(mayfly) == b""
    with reverts("CodeChanged", proposalId=proposal.id):
        world.zone.attempt("execute", *proposal.hashed)


def test_code_is_compared_before_the_first_call(world: World) -> None:
    """What the calls themselves change is their own affair: a target may vanish in its own execution."""
    created = sender(world.chain).transact(None, MAYFLY, gas_limit=200_000)
    mayfly = created.contract_address
    assert mayfly is not None
    due(world.zone.propose((mayfly, b""), (mayfly, b""))).execute()
    assert world.chain.code(mayfly) == b""


# --- one at a time ---


@pytest.mark.parametrize("through", ["itself", "another contract"])
def test_no_execution_within_an_execution(world: World, probe: BoundContract, through: str) -> None:
    zone = world.zone
    relay = deploy(world.chain, "ChainProbeRelay")
    inner = zone.draft(call_of(probe, "count10"))
    data = zone.contract.encode("execute", *inner.hashed)
    outer = zone.draft((zone.address, data) if through == "itself" else call_of(relay, "relay", zone.address, data))
    inner.make()
    outer.make()
    carry_together(inner, outer)
    with reverts("ExecutionRunning", number=2):
        outer.execute()
    inner.execute()
    assert inner.state == State.EXECUTED


def test_another_body_may_execute_within(world: World, alice: Person, witness: BoundContract) -> None:
    """Bodies keep their own execution: food's runs inside the zone's and each tells its own number."""
    relay = deploy(world.chain, "ChainProbeRelay")
    world.zone.propose(world.pay(alice.address), description="number 1")
    inner = world.food.draft(world.pay(alice.address, 5), call_of(witness, "see"))
    data = world.food.contract.encode("execute", *inner.hashed)
    outer = world.zone.draft(call_of(relay, "relay", world.food.address, data), call_of(witness, "see"))
    inner.make()
    outer.make()
    carry_together(inner, outer)
    outer.execute()
    assert inner.state == State.EXECUTED
    assert read(world.treasury, "due", alice.address, COIN) == 5
    assert (read(witness, "calls"), read(witness, "caller"), read(witness, "proposal")) == (2, world.zone.address, 2)


def test_calls_run_as_the_body_in_the_targets_own_storage(world: World, probe: BoundContract) -> None:
    before = [world.chain.storage(world.zone.address, slot) for slot in range(16)]
    due(world.zone.propose(call_of(probe, "refuseAbove", 9, 5))).execute()
    assert read(probe, "count") == 5
    after = [world.chain.storage(world.zone.address, slot) for slot in range(16)]
    changed = [slot for slot, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert changed == [0], "only the count of proposals, in the first slot"


def test_no_coin_reaches_a_body(world: World) -> None:
    with reverts("Empty"):
        world.chain.call(world.zone.address, b"", value_wei=1, sender=DEPLOYER.address)
    transact(world.treasury, "deposit", world.zone.address, COIN, 1, bytes(32), bytes(32), value_wei=1)
    assert world.chain.balance(world.zone.address) == 0
