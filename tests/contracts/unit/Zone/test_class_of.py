"""Zone.classOf: the class of a call comes from the target's role and the selector, in code that no vote changes."""

from __future__ import annotations

import pytest

from tests.support.bodies import Body, Person, call_of
from tests.support.chain import deploy, reverts
from tests.support.plans import (
    COIN,
    CONSTITUTIONAL,
    EXPULSION,
    INDUSTRY,
    LAWS,
    MEMBERSHIP,
    NOTHING,
    SPENDING,
    TRADE,
    TRADE_POST,
    body_plan,
)
from tests.support.world import World
from zonedao import artifacts
from zonedao.chain.interface import shipped

BODIES = ("zone", "food", "bakery")
KEY = "0x" + "ab" * 20


@pytest.fixture(params=BODIES)
def body(request: pytest.FixtureRequest, world: World) -> Body:
    """A body of each depth."""
    chosen: Body = getattr(world, request.param)
    return chosen


def class_of(body: Body, target: str, data: bytes) -> int:
    return int(body.read("classOf", target, data))


# --- its own functions ---


def test_members_and_industries(world: World, body: Body) -> None:
    for function, arguments in (("admit", ([KEY],)), ("admitWords", ([0], [2]))):
        assert class_of(body, *body.own(function, *arguments)) == MEMBERSHIP
    assert class_of(body, *body.own("found", body_plan("X"), [])) == INDUSTRY
    zone = body.address == world.zone.address
    assert class_of(body, *body.own("remove", 1)) == (EXPULSION if zone else MEMBERSHIP)
    # An industry expels nobody: it has no law for that.
    assert class_of(body, *body.own("withdrawExpulsion", 1)) == (EXPULSION if zone else CONSTITUTIONAL)


def test_everything_else_of_a_body_is_constitutional(body: Body) -> None:
    """Also what it does not have, and also what is no vote's business."""
    chosen = {"admit", "admitWords", "remove", "withdrawExpulsion", "found"}
    for function in shipped("IWholeBody").functions.values():
        if function.name not in chosen:
            assert class_of(body, body.address, function.selector) == CONSTITUTIONAL, function.signature
    for data in (b"", b"\x12", b"\x12\x34\x56", b"\x12\x34\x56\x78", b"\xff" * 100):
        assert class_of(body, body.address, data) == CONSTITUTIONAL


def test_a_body_is_itself_to_itself_only(world: World) -> None:
    """What another body would do for itself is a stranger's call to this one."""
    bodies = [getattr(world, name) for name in BODIES]
    for caller in bodies:
        for target in bodies:
            expected = MEMBERSHIP if caller is target else CONSTITUTIONAL
            assert class_of(caller, *target.own("admit", [KEY])) == expected


# --- the treasury ---


def test_money_within_a_cap_is_spending(world: World) -> None:
    calls = (
        world.pay(KEY),
        world.allow(world.food, 1),
        call_of(world.treasury, "escrow", world.post.address, COIN, 1, NOTHING, NOTHING, NOTHING),
    )
    for call in calls:
        assert class_of(world.zone, *call) == SPENDING


def test_money_without_a_cap_is_constitutional(world: World) -> None:
    other = "0x" + "cc" * 20
    calls = (
        world.pay(KEY, asset=other),
        world.allow(world.food, 1, asset=other),
        call_of(world.treasury, "escrow", world.post.address, other, 1, NOTHING, NOTHING, NOTHING),
    )
    for call in calls:
        assert class_of(world.zone, *call) == CONSTITUTIONAL
    assert class_of(world.zone, *world.pay(KEY, asset=world.token.address)) == SPENDING
    assert class_of(world.food, *world.pay(KEY, asset=world.token.address)) == CONSTITUTIONAL


def test_the_amount_does_not_matter(world: World) -> None:
    """A class is for the kind of a call; how much is for the cap."""
    for amount in (0, 1, 2**256 - 1):
        assert class_of(world.zone, *world.pay(KEY, amount)) == SPENDING


def test_everything_else_of_the_treasury_is_constitutional(world: World, body: Body) -> None:
    for name in ("deposit", "withdraw", "account", "due"):
        function = shipped("Treasury").function(name)
        assert class_of(body, world.treasury.address, function.selector + bytes(200)) == CONSTITUTIONAL
    assert class_of(body, world.treasury.address, b"") == CONSTITUTIONAL


@pytest.mark.parametrize("function", ["reserve", "release"])
def test_reservations_are_the_bodys_own_affair(world: World, body: Body, function: str) -> None:
    selector = shipped("Treasury").function(function).selector
    with reverts("ForbiddenCall", target=world.treasury.address, selector=selector):
        class_of(body, world.treasury.address, selector + bytes(200))


def test_the_treasury_of_another_zone_is_a_stranger(world: World) -> None:
    other = world.new_zone("Millbrook")
    assert class_of(world.zone, other.treasury.address, world.pay(KEY)[1]) == CONSTITUTIONAL
    reserve = shipped("Treasury").function("reserve").selector
    assert class_of(world.zone, other.treasury.address, reserve) == CONSTITUTIONAL


# --- stores and trade post ---


def test_goods_and_listings_are_trade(world: World, body: Body) -> None:
    rows = [(world.stores.address, "Stores", {"addGood", "setGood"})]
    rows += [(world.post.address, "TradePost", {"list", "unlist", "accept"})]
    for target, name, chosen in rows:
        for function in shipped(name).functions.values():
            expected = TRADE if function.name in chosen else CONSTITUTIONAL
            assert class_of(body, target, function.selector) == expected, function.signature


# --- everybody else ---


def test_whoever_is_not_listed_is_constitutional(world: World, body: Body, alice: Person) -> None:
    probe = deploy(world.chain, "ChainProbe", 1)
    for target in (alice.address, probe.address, world.token.address, KEY, COIN):
        for data in (b"", world.pay(KEY)[1], body.own("admit", [KEY])[1]):
            assert class_of(body, target, data) == CONSTITUTIONAL


def test_registry_and_factory_are_not_called(world: World, body: Body) -> None:
    for target in (world.registry.address, world.factory.address):
        for data in (b"", b"\x01\x02\x03\x04"):
            with reverts("ForbiddenCall", target=target, selector=data.ljust(4, b"\0")):
                class_of(body, target, data)


# --- it follows what the zone lists ---


def test_another_trade_post_takes_the_role(world: World) -> None:
    zone = world.zone
    other = deploy(world.chain, "TradePost")
    unlist = call_of(world.post, "unlist", 1)[1]
    zone.enact(zone.own("setModule", TRADE_POST, other.address))
    for asking in (zone, world.food, world.bakery):
        assert class_of(asking, other.address, unlist) == TRADE
        assert class_of(asking, world.post.address, unlist) == CONSTITUTIONAL


def test_a_cap_makes_spending_and_its_end_unmakes_it(world: World) -> None:
    zone = world.zone
    zone.enact(zone.own("setCap", SPENDING, COIN, 0))
    assert class_of(zone, *world.pay(KEY)) == CONSTITUTIONAL
    zone.enact(zone.own("setCap", SPENDING, COIN, 1))
    assert class_of(zone, *world.pay(KEY)) == SPENDING
    assert class_of(world.food, *world.pay(KEY)) == SPENDING, "every body has caps of its own"


# --- mixed proposals ---


@pytest.mark.parametrize(
    "classes",
    [
        (SPENDING, MEMBERSHIP),
        (SPENDING, EXPULSION),
        (MEMBERSHIP, INDUSTRY, TRADE),
        (CONSTITUTIONAL, TRADE),
        (CONSTITUTIONAL, SPENDING, MEMBERSHIP, EXPULSION, INDUSTRY, TRADE),
    ],
)
def test_a_mixed_proposal_has_the_strictest_of_each(world: World, classes: tuple[int, ...]) -> None:
    zone = world.zone
    calls = {
        CONSTITUTIONAL: zone.own("setCap", SPENDING, COIN, 1),
        SPENDING: world.pay(KEY),
        MEMBERSHIP: zone.own("admit", [KEY]),
        EXPULSION: zone.own("remove", 12),
        INDUSTRY: zone.own("found", body_plan("X"), []),
        TRADE: call_of(world.stores, "setGood", 1, 0, 0),
    }
    laws = [LAWS[class_] for class_ in classes]
    proposal = zone.propose(*(calls[class_] for class_ in reversed(classes)))
    assert proposal.read("proposalClasses") == sum(1 << class_ for class_ in classes)
    law = proposal.read("proposalLaw")
    for name, field in zip(laws[0]._fields, law, strict=True):
        strictest = min if name == "grace" else max
        assert field == strictest(getattr(one, name) for one in laws), name


def test_every_row_names_a_function_that_exists() -> None:
    """A renamed function would fall out of its row and become constitutional unnoticed."""
    rows = {
        "IWholeBody": ("admit", "admitWords", "remove", "withdrawExpulsion", "found"),
        "Treasury": ("pay", "escrow", "allow", "reserve", "release"),
        "Stores": ("addGood", "setGood"),
        "TradePost": ("list", "unlist", "accept"),
    }
    for name, functions in rows.items():
        declared = {signature.split("(")[0] for signature in artifacts.load(name).method_identifiers}
        assert declared.issuperset(functions)
