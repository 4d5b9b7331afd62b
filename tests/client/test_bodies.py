"""Bodies: where they stand, who belongs to them, and under which law."""

from __future__ import annotations

import pytest

from tests.client.acting import Actors
from tests.support.bodies import Person
from tests.support.plans import ETHER, LAWS
from tests.support.world import ALLOWANCE_EPOCHS, COIN_CAP, FOOD_LIMIT, PEOPLE, STRANGER, TOKEN_CAP, World
from zonedao.chain.abi import keccak
from zonedao.errors import NotFound, UsageProblem
from zonedao.governance.founding import address_of_industry, industry_plan
from zonedao.governance.laws import ProposalClass


def test_the_tree(actors: Actors, world: World) -> None:
    zone = actors.reader()
    assert [body.path for body in zone.bodies()] == ["elmcourt", "elmcourt/food", "elmcourt/food/bakery"]
    food, bakery = zone.body("food"), zone.body("bakery")
    assert (food.name, food.depth, food.parent, food.children) == ("Food", 1, zone, (bakery,))
    assert (bakery.address, bakery.depth, bakery.parent) == (world.bakery.address, 2, food)
    assert (zone.is_zone, zone.parent, zone.depth, food.is_zone) == (True, None, 0, False)
    assert zone.live()
    assert zone.charter_hash == "0x" + keccak(b"Elmcourt").hex()
    assert bakery.charter_hash == "0x" + keccak(b"Bakery").hex()


@pytest.mark.parametrize(
    "wanted", ["elmcourt/food/bakery", "food/bakery", "bakery", "BAKERY", "/elmcourt/Food/bakery/"]
)
def test_a_body_by_path(actors: Actors, world: World, wanted: str) -> None:
    assert actors.reader().body(wanted).address == world.bakery.address


def test_a_body_by_address(actors: Actors, world: World) -> None:
    assert actors.reader().body(world.bakery.address.lower()).path == "elmcourt/food/bakery"
    with pytest.raises(NotFound, match="is no body of Elmcourt"):
        actors.reader().body(world.treasury.address)


def test_no_such_body(actors: Actors) -> None:
    with pytest.raises(NotFound, match=r"no body smithy in Elmcourt. Those there are: elmcourt, elmcourt/food, elm"):
        actors.reader().body("smithy")


def test_names_that_look_alike(actors: Actors) -> None:
    zone = actors.zone()
    for number in range(2):
        plan = industry_plan(zone, "Food!", [1, 2], nonce=number)
        child = address_of_industry(zone, plan)
        actors.decide(zone.propose_found(plan, title=f"Food again {number}"))
        assert actors.reader().body(f"elmcourt/food-{number + 2}").address == child
    assert zone.body("food").address == zone.bodies()[1].address


def test_an_ambiguous_name(actors: Actors) -> None:
    zone = actors.zone()
    actors.decide(zone.propose_found(industry_plan(zone, "Bakery", [1]), title="Another bakery"))
    assert actors.reader().body("bakery").path == "elmcourt/bakery"
    food = zone.body("food")
    actors.decide(food.propose_found(industry_plan(food, "Shop", [1]), title="A shop"))
    actors.decide(
        zone.body("elmcourt/bakery").propose_found(industry_plan(zone.body("elmcourt/bakery"), "Shop"), title="S")
    )
    with pytest.raises(UsageProblem, match="Several bodies are called shop: elmcourt/food/shop, elmcourt/bakery/shop"):
        zone.body("shop")


def test_only_bodies_of_the_factory_count(actors: Actors, world: World) -> None:
    """Anybody can deploy a contract that tells of a birth below us; only our factory's word counts."""
    before = [body.address for body in actors.reader().bodies()]
    world.new_zone("Elsewhere")
    assert [body.address for body in actors.reader().bodies()] == before


def test_members(actors: Actors, world: World, grace: Person) -> None:
    zone = actors.reader()
    assert [str(member) for member in zone.members()] == [person.name for person in PEOPLE]
    assert [member.index for member in zone.body("bakery").members()] == [1, 2, 3]
    assert zone.headcount() == 12
    assert zone.body("food").headcount() == 6
    assert zone.is_member("grace")
    assert zone.is_member(grace.address)
    assert not zone.body("food").is_member(grace.index)
    assert not zone.is_member(world.treasury.address)


def test_members_after_departures(actors: Actors) -> None:
    """Who left the zone is no member of any body, also where nobody has applied it yet."""
    actors.zone(PEOPLE[1]).leave().transact()
    zone = actors.reader()
    assert [member.index for member in zone.body("bakery").members()] == [1, 3]
    assert zone.body("bakery").headcount() == 2
    person = zone.registry.person("bob")
    assert (person.index, person.left_at > 0, str(person)) == (2, True, "bob")
    assert [event.args["index"] for event in zone.registry.departures()] == [2]


def test_persons(actors: Actors) -> None:
    registry = actors.reader().registry
    assert registry.person(3) == registry.person("charlie") == registry.person(PEOPLE[2].address)
    assert registry.count() == 12
    assert registry.keys() == {person.index: person.address for person in PEOPLE}
    for stranger in (0, 13, "0x" + "77" * 20):
        with pytest.raises(NotFound, match="is no person of this zone"):
            registry.person(stranger)
    with pytest.raises(NotFound, match="Nobody in the address book is called zoe"):
        registry.person("zoe")


def test_laws_and_bounds(actors: Actors) -> None:
    zone = actors.reader()
    for each, law in zone.laws.items():
        assert law.as_struct() == tuple(LAWS[each])
    assert ProposalClass.EXPULSION in zone.laws
    assert ProposalClass.EXPULSION not in zone.body("food").laws
    least, most = zone.bounds("constitutional")
    assert (least.threshold_ppm, least.execution_delay_seconds, most.grace_seconds) == (666_666, 86_400, 7 * 86_400)


def test_caps_and_money(actors: Actors, world: World) -> None:
    zone = actors.zone()
    coin, token = zone.caps
    assert (coin.limit.amount, token.limit.amount) == (COIN_CAP, TOKEN_CAP)
    assert token.limit.asset.address == world.token.address
    actors.pass_(zone.propose_pay("bob", 3 * ETHER, title="x").transact().value)
    assert zone.cap().used.amount == 3 * ETHER
    assert str(zone.cap().left) == "7 ETH"
    world.next_epoch()
    assert zone.cap().used.amount == 0
    assert [money.amount for money in zone.money] == [100 * ETHER, 100_000]


def test_judgement_is_what_the_proposal_gets(actors: Actors, world: World) -> None:
    zone = actors.zone()
    calls = [zone.calls.pay("bob", 1), zone.calls.admit([STRANGER.address])]
    judged = zone.judge(calls)
    assert judged.classes == (ProposalClass.SPENDING, ProposalClass.MEMBERSHIP)
    proposal = zone.propose(calls, "Both").transact().value
    status = proposal.status()
    assert (proposal.classes, proposal.electorate, status.quorum, status.law) == (
        judged.classes,
        judged.electorate,
        judged.quorum,
        judged.law,
    )
    # One second or two go by between the question and the transaction.
    assert 0 <= proposal.opens_at - judged.opens_at <= 2
    assert proposal.closes_at - proposal.opens_at == judged.closes_at - judged.opens_at


def test_allowances(actors: Actors, world: World) -> None:
    zone = actors.reader()
    allowance = zone.treasury.allowance("food")
    assert allowance is not None
    assert (allowance.limit.amount, allowance.source, allowance.runs) == (FOOD_LIMIT, zone, True)
    assert allowance.until_epoch == ALLOWANCE_EPOCHS - 1
    assert allowance.left.amount == FOOD_LIMIT
    assert zone.treasury.allowance(zone) is None
    assert [each.body.path for each in zone.treasury.allowances()] == ["elmcourt/food/bakery", "elmcourt/food"]
    for _ in range(ALLOWANCE_EPOCHS):
        world.next_epoch()
    later = zone.treasury.allowance("food")
    assert later is not None
    assert (later.runs, later.left.amount) == (False, 0)
