"""Every verb that proposes does what it says when it is carried through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.client.acting import Actors, reach
from tests.support.bodies import Person
from tests.support.market import COIN_PRICE, FLOUR, RIVERSIDE, Market
from tests.support.plans import COIN, DAY, ETHER
from tests.support.todos import todo_of
from tests.support.world import PEOPLE, World
from zonedao.chain.signers import dev_account
from zonedao.errors import ContractRevert, NotFound, UsageProblem
from zonedao.governance.founding import address_of_industry, industry_plan
from zonedao.governance.laws import ProposalClass

NEWCOMER = dev_account(30).address
CONSTITUTIONAL = PEOPLE[:9]  # enough for two thirds and a half


def test_pay_in_coin_and_token(actors: Actors, world: World) -> None:
    zone = actors.zone()
    actors.decide(zone.propose_pay("grace", ETHER, line="wages", evidence="paper", title="Wages"))
    actors.decide(zone.propose_pay("grace", 50, world.token.address, title="Tokens"))
    dues = {due.money.asset.symbol: due.money.amount for due in zone.treasury.dues(PEOPLE[6].address)}
    assert dues == {"ETH": ETHER, zone.asset(world.token.address).symbol: 50}
    assert zone.treasury.account(zone).balance.amount == 99 * ETHER
    assert len(zone.treasury.dues()) == 2
    assert zone.treasury.dues("0x" + "12" * 20) == ()


def test_pay_from_an_allowance(actors: Actors) -> None:
    bakery = actors.body("bakery")
    actors.decide(bakery.propose_pay("grace", ETHER // 4, title="Flour"))
    allowance = bakery.zone.treasury.allowance(bakery)
    assert allowance is not None
    assert (allowance.used.amount, allowance.left.amount) == (ETHER // 4, ETHER * 3 // 4)
    assert bakery.zone.treasury.account(bakery.zone).balance.amount == 100 * ETHER - ETHER // 4


def test_allow(actors: Actors) -> None:
    zone = actors.zone()
    actors.decide(zone.propose_allow("food", 3 * ETHER, 2, line="more", title="More"))
    allowance = zone.treasury.allowance("food")
    assert allowance is not None
    assert (allowance.limit.amount, allowance.until_epoch, allowance.source) == (3 * ETHER, 1, zone)
    food = zone.body("food")
    actors.decide(food.propose_allow("bakery", ETHER // 2, 1, source="elmcourt", title="Less"))
    below = zone.treasury.allowance("bakery")
    assert below is not None
    assert (below.limit.amount, below.source) == (ETHER // 2, zone)
    actors.decide(zone.propose_allow("food", 0, 1, title="None"))
    ended = zone.treasury.allowance("food")
    assert ended is not None
    assert ended.left.amount == 0


def test_found_with_members_and_money(actors: Actors) -> None:
    zone = actors.zone()
    plan = industry_plan(zone, "Health", ["grace", 8, PEOPLE[8].address], caps={COIN: ETHER})
    address = address_of_industry(zone, plan)
    outcome = actors.decide(zone.propose_found(plan, allow=ETHER, epochs=3, line="health", title="Health"))
    assert [event.name for event in outcome.events if event.name in ("BodyFounded", "Allowed")] == [
        "BodyFounded",
        "Allowed",
    ]
    health = actors.zone().body("health")
    assert (health.address, health.name, health.live()) == (address, "Health", True)
    assert [member.name for member in health.members()] == ["grace", "heidi", "ivan"]
    assert health.laws == {each: law for each, law in zone.laws.items() if each is not ProposalClass.EXPULSION}
    assert [cap.limit.amount for cap in health.caps] == [ETHER]
    allowance = zone.treasury.allowance("health")
    assert allowance is not None
    assert (allowance.limit.amount, allowance.until_epoch) == (ETHER, 2)


def test_found_below_an_industry_with_other_laws(actors: Actors) -> None:
    food = actors.body("food")
    laws = {each: replace(law, quorum_ppm=500_000) for each, law in food.laws.items()}
    actors.decide(food.propose_found(industry_plan(food, "Kitchen", [2], laws=laws), title="Kitchen"))
    kitchen = actors.body("kitchen")
    assert (kitchen.path, kitchen.depth) == ("elmcourt/food/kitchen", 2)
    assert {law.quorum_ppm for law in kitchen.laws.values()} == {500_000}


def test_admit_and_remove(actors: Actors, world: World, grace: Person) -> None:
    zone = actors.zone()
    actors.decide(zone.propose_admit([NEWCOMER], title="A newcomer"))
    assert zone.registry.person(13).key == NEWCOMER
    food = zone.body("food")
    actors.decide(food.propose_admit(["grace", PEOPLE[7].address], title="Two more"))
    assert [member.index for member in food.members()] == [1, 2, 3, 4, 5, 6, 7, 8]
    actors.decide(food.propose_remove("grace", title="One less"))
    assert not food.is_member("grace")
    assert zone.is_member("grace")
    outcome = actors.decide(zone.propose_remove(grace.address, title="Expulsion"), PEOPLE[:10])
    assert any(
        "grace has notice: anybody can end their membership of elmcourt from" in said for said in outcome.in_words()
    )
    actors.decide(zone.propose_withdraw_expulsion("grace", title="Not so"), PEOPLE[:10])
    assert (zone.is_member("grace"), zone.expulsion("grace")) == (True, None)
    actors.decide(zone.propose_remove(grace.address, title="Expulsion, again"), PEOPLE[:10])
    notice = zone.expulsion("grace")
    assert notice is not None
    (waiting,) = [each for each in todo_of(zone, grace.address) if each.kind == "appeal"]
    assert (waiting.yours, waiting.by, waiting.number) == (True, notice.ready_at, 7)
    assert not [each for each in todo_of(zone, PEOPLE[1].address) if each.kind in ("appeal", "expel")]
    with pytest.raises(ContractRevert, match=r"^Not yet: the notice runs until"):
        zone.finish_expulsion("grace").transact()
    reach(world.chain, notice.ready_at + 1)
    world.chain.mine()
    (waiting,) = [each for each in todo_of(zone, PEOPLE[1].address) if each.kind == "expel"]
    assert waiting.action is not None
    waiting.action.transact()
    assert not zone.is_member("grace")
    assert zone.audit().ok
    with pytest.raises(UsageProblem, match="at least one person"):
        zone.propose_admit([], title="Nobody")
    with pytest.raises(NotFound, match="is no person of this zone"):
        zone.propose_remove("0x" + "12" * 20, title="A stranger")


def test_set_law_and_cap(actors: Actors, world: World) -> None:
    zone = actors.zone()
    before = zone.law("spending")
    actors.decide(zone.propose_set_law("spending", quorum_ppm=250_000, grace_seconds=DAY, title="Law"), CONSTITUTIONAL)
    assert zone.law("spending") == replace(before, quorum_ppm=250_000, grace_seconds=DAY)
    actors.decide(zone.propose_set_cap(7 * ETHER, title="Cap"), CONSTITUTIONAL)
    actors.decide(zone.propose_set_cap(0, world.token.address, title="No cap"), CONSTITUTIONAL)
    assert [str(cap.limit) for cap in zone.caps] == ["7 ETH"]
    with pytest.raises(UsageProblem, match=r"A law has no colour. It has seasoning_seconds, voting_delay_seconds"):
        zone.propose_set_law("spending", colour=1, title="Law")


def test_goods_and_keepers(actors: Actors) -> None:
    zone = actors.zone()
    actors.decide(zone.propose_add_good("bread loaf", 20, 3, title="Bread"))
    actors.decide(zone.propose_set_good("bread", 25, 4, title="More bread"))
    (bread,) = zone.stores.goods()
    assert (bread.number, bread.name, bread.safety, bread.entitlement) == (1, "bread loaf", 25, 4)
    actors.decide(zone.propose_set_keepers(["dave", 5], title="Keepers"), CONSTITUTIONAL)
    assert [keeper.name for keeper in zone.stores.keepers()] == ["dave", "erin"]
    assert zone.stores.is_keeper(PEOPLE[3].address)
    assert not zone.stores.is_keeper(PEOPLE[5].address)
    with pytest.raises(UsageProblem, match="Only the zone decides about goods, not elmcourt/food"):
        zone.body("food").propose_add_good("x", 1, 1, title="x")


def test_set_module(actors: Actors, world: World, market: Market) -> None:
    zone = actors.zone()
    other = market.seller.stores.address
    actors.decide(zone.propose_set_module(3, other, title="Other stores"), CONSTITUTIONAL)
    assert zone.stores.address == other


def test_set_dao_uri(actors: Actors) -> None:
    zone, food = actors.zone(), actors.body("food")
    assert (zone.dao_uri, food.dao_uri) == ("", "")
    outcome = actors.decide(zone.propose_set_dao_uri("ipfs://Qm/dao.json", title="Where to read"), CONSTITUTIONAL)
    assert "The document about elmcourt is at ipfs://Qm/dao.json." in outcome.in_words()
    assert (zone.dao_uri, food.dao_uri) == ("ipfs://Qm/dao.json", "")
    actors.decide(zone.propose_set_dao_uri("", title="Nowhere"), CONSTITUTIONAL)
    assert zone.dao_uri == ""
    zone.audit().require_ok()
    with pytest.raises(UsageProblem, match=r"'dao\.json' is no URI"):
        zone.propose_set_dao_uri("dao.json", title="Where to read")


def test_sell_and_buy_and_unlist(market: Market, actors: Actors) -> None:
    riverside = Actors(market.chain, market.seller.address, actors.book, RIVERSIDE)
    sell, buy = riverside.zone(), actors.zone()
    until = market.chain.now() + 15 * DAY
    outcome = riverside.decide(
        sell.propose_sell("flour", 50, COIN_PRICE, until, least=7, ship_hours=100, attest_hours=90, title="Flour")
    )
    assert "ListingOpened" in [event.name for event in outcome.events]
    listing = sell.require_trade_post().listings(seller=sell.address)[-1]
    assert (listing.good, listing.left, listing.least, listing.unit_price.amount, listing.expires_at) == (
        FLOUR,
        50,
        7,
        COIN_PRICE,
        until,
    )
    assert (listing.ship_hours, listing.attest_hours, listing.seller) == (100, 90, sell.address)

    actors.decide(buy.propose_buy(listing.number, 8, until - DAY, COIN_PRICE + 5, line="flour", title="Buy"))
    post = buy.require_trade_post()
    trade = post.trades()[-1]
    assert (trade.quantity, trade.buyer, trade.listing.number, trade.state.title) == (
        8,
        buy.address,
        listing.number,
        "agreed",
    )
    assert trade.price.amount == 8 * COIN_PRICE
    # What was put up beyond the price comes back.
    assert post.due(buy.address).amount == 8 * 5
    riverside.decide(sell.propose_unlist(listing.number, title="No more"))
    assert post.listing(listing.number).state.title == "withdrawn"
    assert listing.number not in [each.number for each in post.listings()]
    assert listing.number in [each.number for each in post.listings(only_open=False)]


def test_an_industry_buys_too(market: Market, actors: Actors) -> None:
    bakery = actors.body("bakery")
    until = market.chain.now() + 9 * DAY
    actors.decide(bakery.propose_buy(market.coin_listing, 10, until, title="Flour for us"))
    trade = bakery.zone.require_trade_post().trades()[-1]
    assert (trade.buyer, trade.quantity) == (bakery.address, 10)


def test_any_call(actors: Actors, world: World) -> None:
    zone = actors.zone()
    data = world.token.encode("mint", zone.address, 5)
    proposal = zone.propose_call(world.token.address, data, title="Mint").transact().value
    assert proposal.classes == (ProposalClass.CONSTITUTIONAL,)
    assert (proposal.calls[0].target, proposal.calls[0].data) == (world.token.address, data)


def test_leave_and_sync(actors: Actors) -> None:
    actors.zone(PEOPLE[2]).leave().transact()
    food = actors.body("food")
    assert [event.name for event in food.sync_departures().transact().events] == ["MembershipEnded"]
    actors.body("food", PEOPLE[1]).leave().transact()
    assert [member.index for member in food.members()] == [1, 4, 5, 6]
