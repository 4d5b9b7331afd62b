"""What money a proposal can move: through which calls, how much is charged, and that nothing else in a call counts."""

from __future__ import annotations

import pytest

from tests.support.bodies import FOR, Person, State, events, read, stand_at
from tests.support.chain import reverts
from tests.support.plans import (
    COIN,
    CONSTITUTIONAL,
    ETHER,
    INDUSTRY,
    LAWS,
    MEMBERSHIP,
    SPENDING,
    TREASURY,
    body_plan,
    genesis,
    own,
    plan_hash,
)
from tests.support.world import World
from zonedao.chain.interface import shipped
from zonedao.errors import ContractRevert

KEY = "0x" + "ab" * 20
MOVING = {"pay", "escrow", "allow"}
FORBIDDEN = {"reserve", "release"}
OTHERS = {"recall": INDUSTRY}


def used(world: World) -> int:
    return int(world.zone.read("cap", SPENDING, COIN).used)


def test_three_calls_of_the_treasury_and_no_other(world: World) -> None:
    """Every function that writes: spending, forbidden, or constitutional; recalling an allowance moves nothing."""
    treasury = shipped("ITreasury")
    writing = [each for each in treasury.functions.values() if each.mutability in ("nonpayable", "payable")]
    assert {each.name for each in writing} > MOVING | FORBIDDEN
    for function in writing:
        data = function.selector + bytes(32 * 8)
        if function.name in FORBIDDEN:
            with reverts("ForbiddenCall", target=world.treasury.address, selector=function.selector):
                world.zone.read("classOf", world.treasury.address, data)
        else:
            expected = SPENDING if function.name in MOVING else OTHERS.get(function.name, CONSTITUTIONAL)
            assert world.zone.read("classOf", world.treasury.address, data) == expected, function.name


def test_an_industry_is_founded_with_no_more_than_its_parent_was_allowed(world: World, alice: Person) -> None:
    """The genesis of a child of class INDUSTRY passes on an allowance from far above; nothing moves by it."""
    grandchild = body_plan("Grandchild", genesis([own("admitWords", [0], [0b1110])]).commitment)
    inner = genesis([own("admitWords", [0], [0b1110])])
    steps = genesis(
        [
            own("admitWords", [0], [0b1110]),
            own("found", grandchild, list(inner.steps)),
            own("allowAtGenesis", plan_hash(grandchild), COIN, 5 * ETHER, 12, 1, bytes(32)),
        ]
    )
    plan = body_plan("Child", steps.commitment)
    child = read(world.factory, "industryAddress", world.zone.address, plan_hash(plan))
    below = read(world.factory, "industryAddress", child, plan_hash(grandchild))
    before = read(world.treasury, "account", world.zone.address, COIN)
    world.zone.enact(world.zone.own("found", plan, list(steps.steps)))
    assert read(world.treasury, "allowance", below, COIN).source == world.zone.address
    assert read(world.treasury, "account", world.zone.address, COIN) == before
    with reverts("NoAllowance", body=child, asset=COIN):
        world.treasury.call("reserve", COIN, 1, 1, sender=below, block="latest")


@pytest.mark.parametrize("extra", [b"\1", bytes(32), b"\xff" * 320])
def test_what_follows_the_arguments_does_not_count(world: World, alice: Person, extra: bytes) -> None:
    target, data = world.pay(alice.address, 3 * ETHER)
    proposal = world.zone.propose((target, data + extra)).carry()
    assert proposal.read("proposalClasses") == 1 << SPENDING
    assert used(world) == 3 * ETHER
    proposal.wait_until_due().execute()
    assert read(world.treasury, "due", alice.address, COIN) == 3 * ETHER


def test_an_address_with_dirty_bits_pays_nobody(world: World, alice: Person) -> None:
    """Charged as the asset it seems to be, and refused by the treasury: nothing is lost, and it expires."""
    target, data = world.pay(alice.address, ETHER)
    proposal = world.zone.propose((target, data[:4] + b"\1" + data[5:])).carry().wait_until_due()
    assert used(world) == ETHER
    stand_at(world.chain, proposal.read("proposalEta"))
    with pytest.raises(ContractRevert):
        world.zone.attempt("execute", *proposal.hashed)
    proposal.let_expire()
    proposal.release()
    assert used(world) == 0
    assert read(world.treasury, "account", world.zone.address, COIN).reserved == 0


def test_the_strictest_of_each_number_decides(world: World, alice: Person) -> None:
    """Maxima over the calls, and the minimum of the grace: to queue and to execute alike."""
    payment, admission = world.pay(alice.address, ETHER), world.zone.own("admit", [KEY])
    proposal = world.zone.propose(payment, admission)
    assert proposal.read("proposalClasses") == 1 << SPENDING | 1 << MEMBERSHIP
    spending, membership = LAWS[SPENDING], LAWS[MEMBERSHIP]
    grace = min(spending.grace, membership.grace)
    assert grace == membership.grace < spending.grace
    end = proposal.read("proposalDeadline")
    period = max(spending.voting_period, membership.voting_period)
    assert end - proposal.read("proposalVoteStart") == period == spending.voting_period
    assert proposal.read("proposalQuorum") == -(-12 * max(spending.quorum_ppm, membership.quorum_ppm) // 10**6) == 3
    assert proposal.read("proposalExpiry") == end + grace
    proposal.carry()
    eta = proposal.read("proposalEta")
    assert proposal.read("proposalExpiry") == eta + grace
    stand_at(world.chain, eta + grace + 1)
    assert proposal.state == State.EXPIRED
    with reverts("GovernorUnexpectedProposalState", current=State.EXPIRED):
        world.zone.attempt("execute", *proposal.hashed)


def test_a_payment_with_a_constitutional_call_is_charged_to_no_cap(world: World, alice: Person) -> None:
    """What it takes out is reserved all the same, and never more than the account has."""
    row = world.zone.own("setRow", TREASURY, world.pay(alice.address)[1][:4], False)
    proposal = world.zone.propose(world.pay(alice.address, ETHER), row).open()
    proposal.vote(FOR, *proposal.enough())
    proposal.close()
    receipt = proposal.queue()
    assert not events(receipt, "CapCharged")
    assert (used(world), read(world.treasury, "account", world.zone.address, COIN).reserved) == (0, ETHER)
