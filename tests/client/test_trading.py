"""Goods at home and trades abroad."""

from __future__ import annotations

import pytest

from tests.client.acting import Actors, reach
from tests.support.bodies import Person
from tests.support.kept import kept
from tests.support.market import (
    ATTEST_HOURS,
    COIN_PRICE,
    DOCUMENT,
    DOCUMENT_KEPT,
    RIVERSIDE,
    SHIPPED_QUANTITY,
    STOCK,
    TOKEN_PRICE,
    Market,
)
from tests.support.plans import COIN, DAY, HOUR
from tests.support.world import PEOPLE
from zonedao.errors import ContractRevert, NotFound, UsageProblem
from zonedao.explain.effects import effects
from zonedao.explain.events import events_in_words
from zonedao.trade.post import TradeState, next_step

ROSA, SVEN, TARA = RIVERSIDE[:3]


@pytest.fixture
def riverside(market: Market, actors: Actors) -> Actors:
    """The zone that sells."""
    actors.book.add_people({person.address: person.name for person in RIVERSIDE}, "riverside")
    return Actors(market.chain, market.seller.address, actors.book, RIVERSIDE)


# --- at home ---


def test_goods(riverside: Actors) -> None:
    stores = riverside.zone().stores
    flour, salt = stores.goods()
    assert (flour.name, salt.name) == ("flour kg", "salt kg")
    assert stores.good("flour kg") == stores.good("FLO") == stores.good(1) == stores.good("1") == flour
    # 300 and 200 listed, of which 20 and 30 were bought, and the 30 have left.
    assert (flour.stock, flour.listed, flour.agreed, flour.shipments) == (STOCK - 30, 450, 20, 1)
    assert flour.surplus == flour.stock - flour.safety - flour.home - flour.listed - flour.agreed
    assert not flour.stale
    for wanted in (0, 3, "3", "oats"):
        with pytest.raises(NotFound, match=f"Riverside has no good {wanted}"):
            stores.good(wanted)


def test_a_name_that_fits_several(riverside: Actors) -> None:
    riverside.decide(riverside.zone().propose_add_good("flour rye kg", 0, 1, title="Rye"))
    stores = riverside.zone().stores
    assert stores.good("flour kg").number == 1
    with pytest.raises(UsageProblem, match=r"Several goods begin with flour. Use a number: 1 flour kg, 2 salt kg, 3 f"):
        stores.good("flour")


def test_an_old_count_is_stale(riverside: Actors, market: Market) -> None:
    stores = riverside.zone().stores
    reported = stores.good(1).reported_at
    reach(market.chain, reported + stores.stale_seconds + 1)
    market.chain.mine()
    assert stores.good(1).stale
    stores.report("flour", 900).transact()
    assert not stores.good(1).stale


def test_orders(riverside: Actors, market: Market) -> None:
    stores, due = riverside.zone(TARA).stores, market.chain.now() + 3 * DAY
    number = stores.order("flour", 12, due).transact().value
    order = stores.order_at(number)
    assert (order.person, order.good, order.left, order.due_at) == (3, 1, 12, due)
    assert stores.orders() == (order,)
    assert stores.entitlement_left("flour", 3) == 50 - 12
    keeper = riverside.zone(ROSA).stores
    keeper.deliver(number, 5, evidence="receipt").transact()
    assert stores.order_at(number).left == 7
    keeper.deliver(number).transact()
    assert stores.orders() == ()
    assert [each.number for each in stores.orders(only_open=False)] == [number]
    with pytest.raises(NotFound, match="Riverside has no order 2"):
        stores.order_at(2)


def test_an_order_whose_day_has_passed(riverside: Actors, market: Market) -> None:
    stores, due = riverside.zone(TARA).stores, market.chain.now() + DAY
    number = stores.order("flour", 12, due).transact().value
    with pytest.raises(ContractRevert, match="Not yet: the order runs until"):
        stores.lapse(number).simulate()
    reach(market.chain, due + 1)
    market.chain.mine()
    with pytest.raises(ContractRevert, match="Too late: the order ran until"):
        riverside.zone(ROSA).stores.deliver(number).simulate()
    stores.lapse(number).transact()
    assert stores.order_at(number).left == 0


def test_refusals_at_home(riverside: Actors, market: Market) -> None:
    tara, soon = riverside.zone(TARA).stores, market.chain.now() + DAY
    for attempt, said in (
        (tara.report("flour", 1), "You are no keeper of these stores"),
        (tara.order("salt", 6, soon), "You may still order 5 units in this epoch, not 6"),
        (tara.order("salt", 1, market.chain.now() + 31 * DAY), "is too far ahead"),
        (tara.order("salt", 1, 5), "is past"),
        (tara.order("salt", 0, soon), "the quantity is zero"),
        (riverside.zone(ROSA).stores.report("flour", 1, shipments=0), "names shipment 0 as the last one it includes"),
        (riverside.zone(PEOPLE[0]).stores.order("salt", 1, soon), "Only members of the zone order"),
    ):
        with pytest.raises(ContractRevert, match=said):
            attempt.simulate()


# --- abroad ---


def test_a_trade_as_both_sides_see_it(riverside: Actors, actors: Actors, market: Market) -> None:
    sell, buy = riverside.zone().require_trade_post(), actors.zone().require_trade_post()
    for post in (sell, buy):
        assert [trade.number for trade in post.trades()] == [market.agreed, market.shipped]
        trade = post.trade(market.shipped)
        assert (trade.seller, trade.buyer, trade.quantity) == (
            market.seller.address,
            market.buyer.address,
            SHIPPED_QUANTITY,
        )
        assert trade.price.amount == SHIPPED_QUANTITY * COIN_PRICE
        assert (trade.state, trade.document) == (TradeState.SHIPPED, "0x" + DOCUMENT_KEPT.hex())
        assert not trade.is_final
    assert sell.keeps_for(trade, ROSA.address) == (market.seller.address,)
    assert sell.keeps_for(trade, PEOPLE[0].address) == (market.buyer.address,)
    assert sell.keeps_for(trade, TARA.address) == ()


def test_ship_attest_settle_withdraw(riverside: Actors, actors: Actors, market: Market) -> None:
    rosa, alice = riverside.zone(ROSA).require_trade_post(), actors.zone(PEOPLE[0]).require_trade_post()
    number = market.agreed
    assert next_step(alice.trade(number), market.chain.now()).verb == "ship"
    rosa.ship(number, "waybill 7").transact()
    shipped_at = market.chain.block().timestamp
    trade = alice.trade(number)
    assert (trade.state, trade.deadline) == (TradeState.SHIPPED, shipped_at + ATTEST_HOURS * HOUR)
    rosa.attest(number, 20).transact()
    step = next_step(alice.trade(number), market.chain.now())
    assert (step.verb, step.sides, step.who) == ("attest", (market.buyer.address,), "a keeper of the buyer")
    alice.attest(number, 20, "waybill 7").transact()
    assert alice.trade(number).state is TradeState.DELIVERED
    alice.settle(number).transact()
    trade = alice.trade(number)
    assert (trade.state, trade.is_final, trade.seller_attested, trade.buyer_attested) == (
        TradeState.SETTLED,
        True,
        20,
        20,
    )
    assert rosa.due(market.seller.address) == trade.price
    assert rosa.withdraw().transact().value == trade.price.amount
    assert riverside.zone().treasury.account("riverside").balance == trade.price
    assert number not in [each.number for each in alice.trades(only_open=True)]


def test_sides(riverside: Actors, actors: Actors, market: Market) -> None:
    post = actors.zone(PEOPLE[0]).require_trade_post()
    with pytest.raises(UsageProblem, match=r"is no side of a trade. Say buyer or seller"):
        post.attest(market.shipped, 1, side="middle")
    with pytest.raises(ContractRevert, match="You are not among the keepers whom this trade began with"):
        post.attest(market.shipped, 1, side="seller").simulate()
    with pytest.raises(ContractRevert, match="neither sells nor buys in this trade"):
        post.attest(market.shipped, 1, side=PEOPLE[0].address).simulate()
    with pytest.raises(ContractRevert, match="You are not among the keepers"):
        actors.zone(PEOPLE[5]).require_trade_post().attest(market.shipped, 1).simulate()
    post.attest(market.shipped, 30, side="buyer").transact()
    with pytest.raises(ContractRevert, match="The side of elmcourt has attested already"):
        post.attest(market.shipped, 30).simulate()


def test_refusals_abroad(riverside: Actors, actors: Actors, market: Market) -> None:
    rosa, alice = riverside.zone(ROSA).require_trade_post(), actors.zone().require_trade_post()
    for attempt, said in (
        (alice.settle(market.agreed), "Not yet: its time runs until"),
        (rosa.ship(market.shipped, "x"), "The trade is shipped; only one that is agreed and not yet shipped can be"),
        (rosa.attest(market.agreed, 1, DOCUMENT), "The trade is agreed; only one that is shipped"),
        (rosa.attest(market.shipped, 31), "31 units are outside what is possible: between 0 and 30"),
        (rosa.attest(market.shipped, 30, "another paper"), "Attest with the document of the shipment"),
        (alice.expire(market.coin_listing), "Not yet: its time runs until"),
        (alice.withdraw(), "Nothing is due to elmcourt in ETH"),
    ):
        with pytest.raises(ContractRevert, match=said):
            attempt.simulate()
    for number in (0, 3):
        with pytest.raises(NotFound, match=f"There is no trade {number}"):
            alice.trade(number)
        with pytest.raises(NotFound, match=f"There is no listing {number}"):
            alice.listing(number)


def test_time_ends_a_trade(riverside: Actors, actors: Actors, market: Market, alice: Person) -> None:
    post = actors.zone(alice).require_trade_post()
    reach(market.chain, post.trade(market.shipped).deadline + 1)
    market.chain.mine()
    step = next_step(post.trade(market.shipped), market.chain.now())
    assert (step.verb, step.who) == ("settle", "anyone")
    assert step.otherwise == f"{SHIPPED_QUANTITY} of {SHIPPED_QUANTITY} units are paid for"
    post.settle(market.agreed).transact()
    assert post.trade(market.agreed).state is TradeState.REFUNDED
    assert post.due(market.buyer.address).amount == 20 * COIN_PRICE


def test_escrow_that_nobody_accepted(actors: Actors, market: Market) -> None:
    zone = actors.zone()
    post = zone.require_trade_post()
    deadline = market.chain.now() + 4 * DAY
    key = post.trade_key(zone.address, market.coin_listing, 5, COIN_PRICE, deadline)
    actors.decide(zone.propose([zone.calls.escrow(77, key)], "Escrow only"))
    assert post.funds(zone.address, key).amount == 77
    with pytest.raises(ContractRevert, match="Not yet: its time runs until"):
        post.reclaim_stray(zone.address, "0x" + "00" * 20, key).simulate()
    reach(market.chain, deadline + 1)
    post.reclaim(zone.address, market.coin_listing, 5, COIN_PRICE, deadline).transact()
    assert (post.funds(zone.address, key).amount, post.due(zone.address).amount) == (0, 77)


@pytest.mark.parametrize("behind", [b"", b"\1" * 32])
def test_what_is_due_after_a_purchase_beside_stray_escrow(actors: Actors, market: Market, behind: bytes) -> None:
    """Anybody may put coins under the key of a purchase that is paid in tokens: they are in escrow still when it is
    made, together with one in coins. What a proposal calls may have bytes behind it that the post does not read."""
    zone, calls = actors.zone(), actors.zone().calls
    post, deadline = zone.require_trade_post(), market.chain.now() + 9 * DAY
    in_coins, in_tokens = (calls.buy(each, 6, deadline) for each in (market.coin_listing, market.token_listing))
    for number in (market.coin_listing, market.token_listing):
        price = post.listing(number).unit_price.amount
        market.fund(market.buyer, post.trade_key(zone.address, number, 6, price, deadline), 7)
    accept = calls.raw(in_tokens[1].target, in_tokens[1].data + behind)
    actors.decide(zone.propose([*in_coins, in_tokens[0], accept], "Flour, twice"))
    with kept(zone) as index:
        told = index.require_trade_post()
        for asset in (COIN, market.token.address):
            assert told.due(zone.address, asset) == post.due(zone.address, asset)
    # What was too much for the purchase in coins.
    assert (post.due(zone.address).amount, post.due(zone.address, market.token.address).amount) == (7, 0)
    key = post.trade_key(zone.address, market.token_listing, 6, TOKEN_PRICE, deadline)
    reach(market.chain, market.chain.now() + 31 * DAY)
    post.reclaim_stray(zone.address, COIN, key).transact()
    with kept(zone) as index:
        assert index.require_trade_post().due(zone.address) == post.due(zone.address)
    assert post.due(zone.address).amount == 14
    zone.audit().require_ok()


def test_a_purchase(actors: Actors, market: Market) -> None:
    zone = actors.zone()
    action = zone.propose_buy(market.coin_listing, 10, market.chain.now() + 5 * DAY, COIN_PRICE, title="Flour")
    escrow, buy = action.explain().call.inside
    assert escrow.sentence == "put 0.01 ETH of elmcourt into escrow for one purchase"
    assert buy.sentence.startswith(f"buy 10 flour kg from “Riverside” ({market.seller.address}) (listing ")
    assert " at 0.001 ETH each at most, until " in buy.sentence
    assert not [said for said in action.explain().warnings if "listing" in said]
    left = zone.require_trade_post().listing(market.coin_listing).left
    for quantity, price, wrong in (
        (left + 1, COIN_PRICE, f"has {left} units left, and {left + 1} are wanted"),
        (10, COIN_PRICE - 1, "asks 0.001 ETH each, which is more than would be paid"),
    ):
        beyond = zone.propose_buy(market.coin_listing, quantity, market.chain.now() + 5 * DAY, price, title="Flour")
        assert [wrong in said for said in beyond.explain().warnings if "listing" in said] == [True]


def test_keepers_of_a_zone_that_is_not_known_here(market: Market, actors: Actors, riverside: Actors) -> None:
    """Whoever keeps the stores of one zone may look at their trade from another: they are "you" all the same."""
    rosa = actors.zone(ROSA)
    outcome = rosa.require_trade_post().ship(market.agreed, "waybill").transact()
    assert outcome.in_words()[-1].startswith(f"You shipped trade {market.agreed} under the document waybill;")
    receipt = outcome.receipt
    told = events_in_words(actors.zone().client.speaker, receipt.events)
    assert told[-1].startswith(f"rosa shipped trade {market.agreed} ")
    actors.book.path.unlink()
    nameless = actors.zone().client.speaker
    assert events_in_words(nameless, receipt.events)[-1].startswith("Keeper 1 of “Riverside” (0x")


def test_what_an_index_tells_of_zones_that_are_not_known_here(
    market: Market, actors: Actors, riverside: Actors
) -> None:
    for zone, other in ((actors.zone(), "“Riverside” (0x"), (riverside.zone(), "“Elmcourt” (0x")):
        post, speaker = zone.require_trade_post(), zone.client.speaker
        with kept(zone) as index:
            told, names = index.require_trade_post(), index.client.speaker
            assert told.listings() == post.listings()
            for offer in post.listings():
                assert (
                    names.good_of(offer.stores, offer.good) == speaker.good_of(offer.stores, offer.good) == "flour kg"
                )
            assert [each.number for each in told.trades()] == [market.agreed, market.shipped]
            for each in post.trades():
                here = told.trade(each.number)
                assert (here.listing, here.price, here.state) == (each.listing, each.price, each.state)
                assert next_step(here, zone.client.now()) == next_step(each, zone.client.now())
                said = [names.name(party) for party in (each.seller, each.buyer)]
                assert said == [speaker.name(party) for party in (each.seller, each.buyer)]
                assert any(str(name).startswith(other) for name in said)


def test_what_an_index_tells_of_listings_that_ended(market: Market, actors: Actors, riverside: Actors) -> None:
    """What was left of them stays told, as the post tells it."""
    sells = riverside.zone()
    riverside.decide(sells.propose_unlist(market.token_listing, title="No more for tokens"))
    post = sells.require_trade_post()
    reach(market.chain, post.listing(market.coin_listing).expires_at + 1)
    post.expire(market.coin_listing).transact()
    found = post.listings(only_open=False)
    assert [(each.state.title, each.left > 0) for each in found] == [("expired", True), ("withdrawn", True)]
    for zone in (sells, actors.zone()):
        with kept(zone) as index:
            told = index.require_trade_post().listings(only_open=False)
        assert [(each.state, each.left) for each in told] == [(each.state, each.left) for each in found]


def test_a_purchase_is_rehearsed_as_a_whole(actors: Actors, market: Market) -> None:
    """Escrow and acceptance belong together: the second call would be refused without the first."""
    buyer = actors.zone()
    post = buyer.require_trade_post()
    listing = post.listing(market.coin_listing)
    calls = buyer.calls.buy(listing.number, 10, buyer.client.now() + 9 * DAY)
    paid = listing.asset.format(listing.unit_price.amount * 10)
    seen = effects(buyer, calls)
    assert seen is not None
    account, escrowed, left, trades = seen.lines
    assert account.startswith("account of elmcourt: ")
    assert account.endswith(f"(−{paid})")
    assert escrowed.startswith("in the trade post: ")
    assert escrowed.endswith(f"(+{paid})")
    assert left == f"left to buy of listing {listing.number}: {listing.left} → {listing.left - 10} (−10)"
    assert trades == "trades in the trade post: 2 → 3 (+1)"
