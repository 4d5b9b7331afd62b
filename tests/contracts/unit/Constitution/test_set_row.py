"""Zone.setRow: what a vote makes constitutional, and takes back to what bytecode says, for proposals made later."""

from __future__ import annotations

import pytest

from tests.support.bodies import Body, Call, Person, State, call_of, event, read, stand_at
from tests.support.chain import reverts
from tests.support.plans import (
    CHILD,
    COIN,
    CONSTITUTIONAL,
    ETHER,
    EXPULSION,
    INDUSTRY,
    MEMBERSHIP,
    NOTHING,
    SELF,
    SPENDING,
    STORES,
    TRADE,
    TRADE_POST,
    TREASURY,
    body_plan,
)
from tests.support.world import COIN_CAP, World

KEY = "0x" + "ab" * 20

# Every row there is: role of the target, function, and the class that bytecode gives it in a zone. One of the measures
# that a parent takes stands for all of them; Oversight/ has the others.
ROWS = [
    (TREASURY, "pay", SPENDING),
    (TREASURY, "escrow", SPENDING),
    (TREASURY, "allow", SPENDING),
    (TREASURY, "recall", INDUSTRY),
    (CHILD, "freeze", INDUSTRY),
    (SELF, "admit", MEMBERSHIP),
    (SELF, "admitWords", MEMBERSHIP),
    (SELF, "remove", EXPULSION),
    (SELF, "withdrawExpulsion", EXPULSION),
    (SELF, "found", INDUSTRY),
    (STORES, "addGood", TRADE),
    (STORES, "setGood", TRADE),
    (TRADE_POST, "list", TRADE),
    (TRADE_POST, "unlist", TRADE),
    (TRADE_POST, "accept", TRADE),
]


def call_for(world: World, role: int, function: str) -> Call:
    """A call of that row, as the zone would make it."""
    args = {
        "pay": (COIN, KEY, 1, NOTHING, NOTHING),
        "escrow": (world.post.address, COIN, 1, NOTHING, NOTHING, NOTHING),
        "allow": (COIN, world.food.address, 1, 1, world.zone.address, NOTHING, NOTHING),
        "recall": (COIN, world.food.address, NOTHING, NOTHING),
        "freeze": (60,),
        "admit": ([KEY],),
        "admitWords": ([0], [2]),
        "remove": (12,),
        "withdrawExpulsion": (12,),
        "found": (body_plan("X"), []),
        "addGood": ("grain kg", 0, 0),
        "setGood": (1, 0, 0),
        "list": ((1, 1, 1, COIN, 1, 2**32, 1, 1),),
        "unlist": (1,),
        "accept": (1, 1, 1, 2**32),
    }[function]
    contracts = {CHILD: world.food.contract, TREASURY: world.treasury, STORES: world.stores, TRADE_POST: world.post}
    return call_of(contracts.get(role, world.zone.contract), function, *args)


def set_row(world: World, body: Body, role: int, function: str, strict: bool) -> Call:
    return body.own("setRow", role, call_for(world, role, function)[1][:4], strict)


@pytest.mark.parametrize(("role", "function", "class_"), ROWS)
def test_constitutional_and_back(world: World, role: int, function: str, class_: int) -> None:
    zone, call = world.zone, call_for(world, role, function)
    assert zone.read("classOf", *call) == class_
    for strict in (True, False):
        receipt = zone.enact(set_row(world, zone, role, function, strict))
        assert event(receipt, "RowSet", zone.address) == {"role": role, "selector": call[1][:4], "strict": strict}
        assert zone.read("strictRow", role, call[1][:4]) is strict
        assert zone.read("classOf", *call) == (CONSTITUTIONAL if strict else class_)


def test_it_is_constitutional_itself(world: World) -> None:
    for strict in (True, False):
        assert world.zone.read("classOf", *set_row(world, world.zone, TREASURY, "pay", strict)) == CONSTITUTIONAL


def test_only_by_its_own_vote(world: World, alice: Person) -> None:
    row = (TREASURY, call_for(world, TREASURY, "pay")[1][:4], True)
    with reverts("GovernorOnlyExecutor", account=alice.address):
        world.zone.attempt("setRow", *row, by=alice)
    proposal = world.zone.propose(world.food.own("setRow", *row)).carry()
    stand_at(world.chain, proposal.read("proposalEta"))
    with reverts("GovernorOnlyExecutor", account=world.zone.address):
        world.zone.attempt("execute", *proposal.hashed)


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    ("role", "selector"),
    [
        (0, b"\1\2\3\4"),
        (SELF, bytes(4)),
        (TREASURY, b"\1\2\3\4"),
        (STORES, bytes(4)),
        (TRADE_POST, bytes(4)),
        (255, bytes(4)),
    ],
)
def test_what_has_no_row_is_constitutional_already(world: World, role: int, selector: bytes, strict: bool) -> None:
    with reverts("NoSuchRow", role=role, selector=selector):
        world.zone.contract.call("setRow", role, selector, strict, sender=world.zone.address)


def test_a_row_is_of_one_role(world: World) -> None:
    """`pay` of the treasury, and of nothing else."""
    selector = call_for(world, TREASURY, "pay")[1][:4]
    with reverts("NoSuchRow", role=STORES, selector=selector):
        world.zone.contract.call("setRow", STORES, selector, True, sender=world.zone.address)


def test_said_twice_it_is_taken_back_once(world: World) -> None:
    zone = world.zone
    zone.enact(*[set_row(world, zone, TREASURY, "pay", True)] * 2, set_row(world, zone, SELF, "admit", True))
    zone.enact(*[set_row(world, zone, TREASURY, "pay", False)] * 2)
    assert zone.read("classOf", *call_for(world, TREASURY, "pay")) == SPENDING
    assert zone.read("classOf", *call_for(world, SELF, "admit")) == CONSTITUTIONAL
    zone.enact(set_row(world, zone, SELF, "admit", False))
    assert zone.read("classOf", *call_for(world, SELF, "admit")) == MEMBERSHIP


def test_of_one_body_alone(world: World, alice: Person) -> None:
    call = world.pay(alice.address, 1)
    world.food.enact(set_row(world, world.food, TREASURY, "pay", True))
    assert world.food.read("classOf", *call) == CONSTITUTIONAL
    assert [body.read("classOf", *call) for body in (world.zone, world.bakery)] == [SPENDING, SPENDING]


def test_removal_from_an_industry(world: World) -> None:
    """The same function, another class in bytecode, and constitutional all the same."""
    call = world.food.own("remove", 1)
    assert world.food.read("classOf", *call) == MEMBERSHIP
    world.food.enact(world.food.own("setRow", SELF, call[1][:4], True))
    assert world.food.read("classOf", *call) == CONSTITUTIONAL


def test_a_live_proposal_keeps_its_classes(world: World, alice: Person) -> None:
    """Both ways: what was proposed as spending is judged and charged as such, whatever the row is meanwhile."""
    zone, pay = world.zone, world.pay(alice.address, ETHER)
    stricter = zone.propose(set_row(world, zone, TREASURY, "pay", True)).carry().wait_until_due()
    before = zone.propose(pay, description="before")
    stricter.execute()
    assert before.read("proposalClasses") == 1 << SPENDING
    charged = zone.read("cap", SPENDING, COIN).used
    before.carry()
    assert zone.read("cap", SPENDING, COIN).used == charged + ETHER
    before.wait_until_due().execute()
    assert read(world.treasury, "due", alice.address, COIN) == ETHER

    looser = zone.propose(set_row(world, zone, TREASURY, "pay", False)).carry().wait_until_due()
    during = zone.propose(pay, description="during")
    looser.execute()
    assert zone.read("classOf", *pay) == SPENDING
    assert during.read("proposalClasses") == 1 << CONSTITUTIONAL
    during.carry().wait_until_due().execute()
    assert zone.read("cap", SPENDING, COIN).used == charged + ETHER
    assert during.state == State.EXECUTED


def test_constitutional_money_is_not_charged(world: World, alice: Person) -> None:
    """A vote that may change the cap may pass it; the account is the limit."""
    zone = world.zone
    zone.enact(set_row(world, zone, TREASURY, "pay", True))
    held = read(world.treasury, "account", zone.address, COIN).balance
    assert held > COIN_CAP + 1
    zone.enact(world.pay(alice.address, COIN_CAP + 1))
    assert read(world.treasury, "due", alice.address, COIN) == COIN_CAP + 1
    assert zone.read("cap", SPENDING, COIN).used == 0


def test_of_the_unknown_nothing_is_strict(world: World) -> None:
    assert world.zone.read("strictRow", 0, bytes(4)) is False
    assert world.zone.read("strictRow", TREASURY, call_for(world, TREASURY, "pay")[1][:4]) is False
