"""Lessons of what executed calls did elsewhere (LESSONS.md, "Execution and money")."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.bodies import DEPLOYER, FOR, Person, State, attempt, call_of, now, read, stand_at, transact
from tests.support.chain import deploy, interface, reverts
from tests.support.plans import COIN, CONSTITUTIONAL, ETHER, LAWS, NOTHING, SPENDING, STORES, body_plan
from tests.support.world import FOOD_LIMIT, World
from zonedao.chain.abi import create_address
from zonedao.chain.contract import BoundContract


@pytest.fixture
def probe(world: World) -> BoundContract:
    """A contract beside the zone."""
    return deploy(world.chain, "ChainProbe", 1)


# --- G26 ---


def test_no_call_makes_another_proposal_ready(world: World, alice: Person) -> None:
    """G26 CVE-2021-39167/8: readiness is judged before the first call, and a batch cannot queue and execute at once:
    what its calls queue waits its full delay."""
    zone = world.zone
    relay = deploy(world.chain, "ChainProbeRelay")
    inner = zone.draft(world.pay(alice.address, 5))
    queueing, executing = (
        call_of(relay, "relay", zone.address, zone.contract.encode(function, *inner.hashed))
        for function in ("queue", "execute")
    )
    both, one = zone.propose(queueing, executing), zone.propose(queueing)
    stand_at(world.chain, one.read("proposalVoteStart"))
    for proposal in (both, one):
        proposal.vote(FOR, *proposal.enough())
    one.close()
    for proposal in (both, one):
        proposal.queue()
    inner.make().open().vote(FOR, *zone.members[:3])
    inner.close()
    stand_at(world.chain, one.read("proposalEta"))
    assert inner.state == State.SUCCEEDED
    with reverts("ExecutionRunning", number=both.read("proposalNumber")):
        zone.attempt("execute", *both.hashed)
    one.execute()
    assert inner.state == State.QUEUED
    assert inner.read("proposalEta") == now(world.chain) + LAWS[SPENDING].execution_delay
    with reverts("ProposalNotReady", proposalId=inner.id):
        zone.attempt("execute", *inner.hashed)


def test_a_shorter_delay_does_not_shorten_what_waits(world: World, alice: Person) -> None:
    """G26: the delay is changed through itself only, and for proposals made later."""
    zone, law = world.zone, LAWS[SPENDING]
    change = zone.propose(zone.own("setLaw", SPENDING, law._replace(execution_delay=60))).carry()
    stand_at(world.chain, change.read("proposalEta") - 26 * 3600)
    waiting = zone.propose(world.pay(alice.address)).carry()
    eta = waiting.read("proposalEta")
    change.wait_until_due().execute()
    assert now(world.chain) < eta == waiting.read("proposalEta")
    with reverts("ProposalNotReady", eta=eta):
        zone.attempt("execute", *waiting.hashed)


# --- G27 ---


def test_what_was_voted_on_is_what_runs(world: World) -> None:
    """G27 Tornado Cash: a target whose code came after the proposal was made is not called."""
    nonce = world.chain.nonce(DEPLOYER.address) + 1
    place = BoundContract(world.chain, interface("ChainProbe"), create_address(DEPLOYER.address, nonce))
    proposal = world.zone.propose(call_of(place, "count10")).carry()
    assert deploy(world.chain, "ChainProbe", 1).address == place.address
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("CodeChanged", proposalId=proposal.id):
        world.zone.attempt("execute", *proposal.hashed)
    assert read(place, "count") == 0


def test_a_target_works_on_its_own_storage(world: World, probe: BoundContract) -> None:
    """G27: never a delegatecall: the target's first slots are its own, and the body's are as before."""
    before = [world.chain.storage(world.zone.address, slot) for slot in range(1, 16)]
    world.zone.enact(call_of(probe, "refuseAbove", 9, 5))
    assert read(probe, "count") == 5
    assert [world.chain.storage(world.zone.address, slot) for slot in range(1, 16)] == before


# --- G28 ---


def test_initialize_is_over(world: World) -> None:
    """G28 Audius: it reverts on the implementation, and the second time on every body."""
    implementation = BoundContract(world.chain, "IWholeBody", read(world.factory, "implementation"))
    for body in (implementation, world.zone.contract, world.food.contract, world.bakery.contract):
        for sender in (DEPLOYER.address, world.factory.address, body.address):
            with reverts("AlreadyInitialized"):
                body.call("initialize", COIN, world.registry.address, 0, body_plan("Mine"), [], sender=sender)


# --- G29 ---


@pytest.mark.parametrize("failing", range(4))
def test_all_calls_in_order_or_none(world: World, alice: Person, probe: BoundContract, failing: int) -> None:
    """G29 Sonne: nobody runs half of a proposal, wherever it breaks; afterwards everything is as before."""
    calls = [world.pay(alice.address, 5), call_of(probe, "count10"), world.zone.own("remove", 12)]
    calls.insert(failing, call_of(probe, "refuseAbove", 1, 2))
    proposal = world.zone.propose(*calls).carry().wait_until_due()
    with reverts("ProbeRefused"):
        proposal.execute()
    assert read(probe, "count") == 0
    assert read(world.treasury, "due", alice.address, COIN) == 0
    assert world.zone.read("isMember", 12)
    assert proposal.state == State.QUEUED


def test_in_order(world: World, probe: BoundContract) -> None:
    """G29: the second call sees what the first did."""
    world.zone.enact(call_of(probe, "onlyOnce"), call_of(probe, "count10"), call_of(probe, "count10"))
    assert read(probe, "count") == 21
    proposal = world.zone.propose(call_of(probe, "count10"), call_of(probe, "onlyOnce")).carry().wait_until_due()
    with reverts("ProbeRefused", given=31):
        proposal.execute()


# --- G31 ---

SETTERS: dict[str, tuple[Any, ...]] = {
    "setLaw": (SPENDING, LAWS[SPENDING]),
    "setCap": (SPENDING, COIN, 1),
    "setModule": (STORES, COIN),
    "removeModule": (5,),
    "setRow": (STORES, bytes.fromhex("12345678"), True),
    "setDaoURI": ("https://example.org/dao.json",),
    "admit": (["0x" + "ab" * 20],),
    "admitWords": ([0], [2]),
    "remove": (1,),
    "found": (body_plan("X"), []),
    "allowAtGenesis": (NOTHING, COIN, 1, 1, 0, NOTHING),
}


@pytest.mark.parametrize("setter", SETTERS)
def test_setters_run_inside_an_executed_proposal_of_that_body_only(world: World, alice: Person, setter: str) -> None:
    """G31: no key reaches them: neither a member's nor the parent's, the child's, a module's or the factory's."""
    for body in (world.zone, world.food, world.bakery):
        others = [alice.address, DEPLOYER.address, world.treasury.address, world.stores.address]
        others += [world.post.address, world.factory.address, world.registry.address]
        others += [other.address for other in (world.zone, world.food, world.bakery) if other is not body]
        for caller in others:
            with reverts("GovernorOnlyExecutor", account=caller):
                body.contract.call(setter, *SETTERS[setter], sender=caller)


def test_setters_of_the_right_class(world: World) -> None:
    """G31: parameters are constitutional in every body."""
    for body in (world.zone, world.food, world.bakery):
        for setter in ("setLaw", "setCap", "setRow", "setModule", "removeModule", "setDaoURI", "allowAtGenesis"):
            assert body.read("classOf", *body.own(setter, *SETTERS[setter])) == CONSTITUTIONAL


# --- G32 ---


def test_a_vote_is_about_something(world: World, alice: Person) -> None:
    """G32 DSChief: nobody votes on what does not exist, to have it exist later."""
    draft = world.zone.draft(world.pay(alice.address))
    with reverts("GovernorNonexistentProposal", proposalId=draft.id):
        world.zone.attempt("castVote", draft.id, FOR, by=alice)
    draft.make().open().vote(FOR, alice)
    assert draft.tally == (0, 1, 0)


def test_what_is_due_can_always_be_withdrawn(world: World, alice: Person, stranger: Person) -> None:
    """G32: caps at nothing, modules replaced, everybody gone: what was paid is still handed out."""
    zone = world.zone
    zone.enact(world.pay(stranger.address, 5))
    zone.enact(zone.own("setCap", SPENDING, COIN, 0), zone.own("setModule", STORES, world.token.address))
    for person in zone.members:
        zone.send("leave", by=person)
    before = world.chain.balance(stranger.address)
    transact(world.treasury, "withdraw", COIN, stranger.address, by=alice)
    assert world.chain.balance(stranger.address) == before + 5


# --- G35, G36 ---


def test_no_payee_blocks_another(world: World, alice: Person, bob: Person) -> None:
    """G35 Moloch v2: a payee that takes no coin stops neither the proposal nor the others' withdrawals."""
    stubborn = deploy(world.chain, "TestToken").address
    world.zone.enact(*(world.pay(payee, 5) for payee in (alice.address, stubborn, bob.address)))
    with reverts("CoinNotAccepted", payee=stubborn):
        attempt(world.treasury, "withdraw", COIN, stubborn)
    for person in (alice, bob):
        before = world.chain.balance(person.address)
        transact(world.treasury, "withdraw", COIN, person.address)
        assert world.chain.balance(person.address) == before + 5
    assert read(world.treasury, "due", stubborn, COIN) == 5


def test_reserved_and_due_are_covered(world: World, alice: Person) -> None:
    """G36 aragonOS#520: at every step reserved ≤ balance of the account, balance + due ≤ what the vault holds, and
    reserved + paid ≤ limit of the allowance in each epoch."""

    def check() -> None:
        account = read(world.treasury, "account", world.zone.address, COIN)
        due = read(world.treasury, "due", alice.address, COIN)
        assert account.reserved <= account.balance
        assert account.balance + due == world.chain.balance(world.treasury.address)
        allowance = read(world.treasury, "allowance", world.food.address, COIN)
        assert allowance.outstanding <= allowance.used <= allowance.limit == FOOD_LIMIT

    for _ in range(2):
        first = world.food.propose(world.pay(alice.address, ETHER)).carry()
        check()
        second = world.food.propose(world.pay(alice.address, ETHER)).open()
        second.vote(FOR, *second.enough())
        second.close().queue()
        check()
        third = world.food.propose(world.pay(alice.address, 1)).open()
        third.vote(FOR, *third.enough())
        stand_at(world.chain, third.read("proposalDeadline") + 1)
        with reverts("AllowanceExceeded", body=world.food.address, left=0, wanted=1):
            world.food.attempt("queue", *third.hashed)
        first.execute()
        check()
        second.let_expire().release()
        check()
        transact(world.treasury, "withdraw", COIN, alice.address)
        check()
        world.next_epoch()
