"""Two zones trade, from the first order at home to the last proceeds in the treasury."""

from __future__ import annotations

import pytest

from tests.support.bodies import DEPLOYER, call_of, event, events, now, read, transact
from tests.support.chain import deploy, reverts
from tests.support.market import (
    DOCUMENT,
    FLOUR,
    STOCK,
    ListingState,
    Market,
    Party,
    TradeState,
)
from tests.support.plans import COIN, DAY, EPOCH_SECONDS, NOTHING, SPENDING, STALE_SECONDS


def wealth(market: Market, asset: str) -> int:
    """What both treasuries and the post hold of an asset, base units."""
    holders = (market.seller.treasury.address, market.buyer.treasury.address, market.post.address)
    if asset == COIN:
        return sum(market.chain.balance(holder) for holder in holders)
    return sum(read(market.token, "balanceOf", holder) for holder in holders)


@pytest.mark.parametrize("money", ["coin", "token"])
def test_a_trade_from_the_first_order_to_the_last_proceeds(market: Market, money: str) -> None:
    """Riverside's people order and get flour; the rest goes to Elmcourt, which gets 3 of 80 units back in money."""
    seller, buyer, post = market.seller, market.buyer, market.post
    asset, price = (COIN, 10**15 + 1) if money == "coin" else (market.token.address, 11)
    before = {"wealth": wealth(market, asset), "seller": seller.account(asset), "buyer": buyer.account(asset)}
    stock = seller.good().stock

    # At home first: two orders, one delivered in parts, one only half.
    first, second = seller.order(30, by=seller.people[2]), seller.order(20, by=seller.people[3])
    for order, quantity in ((first, 10), (first, 20), (second, 10)):
        transact(seller.stores, "deliver", order, quantity, NOTHING, by=seller.keeper)
    assert (seller.good().home, seller.good().stock) == (10, stock - 40)

    # The rest is offered and bought by vote, and paid into escrow in the same execution.
    listing = market.list(100, asset=asset, unit_price=price)
    buying = buyer.body.enact(*market.purchase(buyer.body, listing, 80))
    assert [e.name for e in buying.events if e.address == post.address] == ["Funded", "CommitmentMade"]
    trade = event(buying, "CommitmentMade", post.address)["trade"]
    assert buyer.account(asset) == before["buyer"] - 80 * price

    # Shipped, counted on both sides, settled, withdrawn.
    market.ship(trade)
    for party in (seller, buyer):
        market.attest(trade, party, 77)
    market.settle(trade)
    for party in (seller, buyer):
        transact(post, "withdraw", party.address, asset)
    assert seller.account(asset) == before["seller"] + 77 * price
    assert buyer.account(asset) == before["buyer"] - 77 * price
    assert wealth(market, asset) == before["wealth"]
    assert market.trade(trade).state == TradeState.SETTLED

    # The stores end with what is really there, and the listing with what was not sold.
    good = seller.good()
    assert (good.stock, good.home, good.agreed, good.shipments) == (stock - 40 - 80, 10, 20, 2)
    assert market.listing(listing).left == 20
    seller.report(good.stock)
    seller.body.enact(call_of(post, "unlist", listing))
    assert market.listing(listing).state == ListingState.WITHDRAWN


def test_both_ways_at_once(market: Market) -> None:
    """Elmcourt sells timber for tokens to Riverside while Riverside sells it flour for coin: two trades, two assets."""
    elmcourt, riverside, token = market.buyer, market.seller, market.token
    elmcourt.body.enact(call_of(elmcourt.stores, "addGood", "timber m3", 1, 2))
    transact(token, "mint", DEPLOYER.address, 500)
    transact(token, "approve", riverside.treasury.address, 500)
    transact(riverside.treasury, "deposit", riverside.address, token.address, 500, NOTHING, NOTHING)
    riverside.body.enact(riverside.body.own("setCap", SPENDING, token.address, 500))
    riverside.report(STOCK)
    elmcourt.report(40, 1)
    flour = market.coin_listing
    timber = market.list(30, elmcourt, good=1, asset=token.address, unit_price=10)

    deadline = now(market.chain) + 10 * DAY
    key = market.key(riverside, timber, 30, 10, deadline)
    bought = riverside.body.enact(
        call_of(riverside.treasury, "escrow", market.post.address, token.address, 300, key, NOTHING, NOTHING),
        call_of(market.post, "accept", timber, 30, 10, deadline),
    )
    timber_trade = event(bought, "CommitmentMade", market.post.address)["trade"]
    flour_trade = market.buy(flour, 50)
    accounts = {party.address: (party.account(), party.account(token.address)) for party in (elmcourt, riverside)}

    transact(market.post, "ship", timber_trade, DOCUMENT, by=elmcourt.keeper)
    market.ship(flour_trade)
    for trade, quantity in ((timber_trade, 30), (flour_trade, 50)):
        for party in (elmcourt, riverside):
            market.attest(trade, party, quantity)
        market.settle(trade)
    transact(market.post, "withdraw", elmcourt.address, token.address)
    transact(market.post, "withdraw", riverside.address, COIN)

    price = market.listing(flour).unitPrice
    coins, tokens = accounts[elmcourt.address]
    assert (elmcourt.account(), elmcourt.account(token.address)) == (coins, tokens + 300)
    coins, tokens = accounts[riverside.address]
    assert (riverside.account(), riverside.account(token.address)) == (coins + 50 * price, tokens)
    assert elmcourt.good(1).stock == 10


def test_an_industry_two_levels_down_buys_and_is_refunded(market: Market) -> None:
    """The bakery pays from the zone's money through food, and gets what did not arrive into its own account."""
    buyer, bakery, food = market.buyer, market.world.bakery, market.world.food
    zone = buyer.account()
    trade = market.buy(market.coin_listing, 12, body=bakery)
    price = market.listing(market.coin_listing).unitPrice
    assert buyer.account() == zone - 12 * price
    assert buyer.account(body=bakery) == buyer.account(body=food) == 0
    market.ship(trade)
    for keeper, side in ((market.seller.keeper, market.seller.address), (buyer.keeper, bakery.address)):
        transact(market.post, "attest", trade, side, 9, DOCUMENT, by=keeper)
    market.settle(trade)
    transact(market.post, "withdraw", bakery.address, COIN)
    assert buyer.account(body=bakery) == 3 * price
    assert (buyer.account(), buyer.account(body=food)) == (zone - 12 * price, 0)


def test_a_vote_that_finds_home_demand_risen_buys_nothing(market: Market) -> None:
    """Between the vote to buy and its execution Riverside's people ordered: the whole purchase fails, unharmed."""
    seller, buyer = market.seller, market.buyer
    seller.report(seller.good().safety + seller.good().agreed + 60)
    proposal = buyer.body.propose(*market.purchase(buyer.body, market.coin_listing, 60)).carry()
    seller.order(1)
    proposal.wait_until_due()
    with reverts("NoSurplus", have=59, want=60):
        proposal.execute()
    account, held = buyer.account(), market.held()
    seller.report(seller.good().stock + 1)
    # What home demand took from a listing comes back by a vote of the seller only.
    with reverts("NoSurplus", have=59, want=60):
        proposal.execute()
    market.buy(market.coin_listing, 59)
    assert (seller.good().listed, seller.good().home) == (0, 1)
    assert buyer.account() == account - 59 * market.listing(market.coin_listing).unitPrice
    assert market.held() == held + 59 * market.listing(market.coin_listing).unitPrice


def test_a_zone_that_takes_other_stores_keeps_its_word(market: Market) -> None:
    """Riverside moves to new stores: what it sold goes out of the old ones, what it sells next out of the new."""
    seller = market.seller
    whose = (seller.address, market.riverside.registry.address, market.post.address)
    times = (read(seller.treasury, "epochStart"), EPOCH_SECONDS, STALE_SECONDS)
    stores = deploy(market.chain, "Stores", *whose, *times)
    market.ship(market.agreed)
    seller.body.enact(seller.body.own("setModule", 3, stores.address), voters=seller.people)
    calls = (call_of(stores, "addGood", "flour kg", 0, 5), call_of(stores, "setKeepers", [4, 5]))
    seller.body.enact(*calls, voters=seller.people)
    moved = Party(seller.body, seller.treasury, stores, seller.people)
    moved.report(50, by=seller.people[3])
    listing = market.list(40)
    assert (market.listing(listing).stores, market.listing(listing).seller) == (stores.address, seller.address)
    assert moved.good().listed == 40
    for party in (seller, market.buyer):
        market.attest(market.agreed, party, 20)
    market.settle(market.agreed)
    assert market.due(seller) == 20 * market.listing(market.coin_listing).unitPrice


def test_what_the_logs_say_is_what_happened(market: Market) -> None:
    """From the post's events alone: who is owed what, and what each trade became."""
    seller, buyer, post = market.seller, market.buyer, market.post
    price = market.listing(market.coin_listing).unitPrice
    for party in (seller, buyer):
        market.attest(market.shipped, party, 28)
    market.settle(market.shipped)
    market.let_pass(market.agreed)
    market.settle(market.agreed)
    transact(post, "withdraw", seller.address, COIN)

    logs = post.logs()
    made = {log.args["trade"]: log.args for log in logs if log.name == "CommitmentMade"}
    funded = sum(log.args["amount"] for log in logs if log.name == "Funded" and log.args["asset"] == COIN)
    paid = {log.args["trade"]: log.args["paid"] for log in logs if log.name == "Fulfilled"}
    refunded = {log.args["trade"]: log.args["refunded"] for log in logs if log.name in ("Fulfilled", "Refunded")}
    withdrawn = sum(log.args["amount"] for log in logs if log.name == "ProceedsWithdrawn")
    assert funded == sum(trade["amount"] for trade in made.values()) == 50 * price
    assert paid == {market.shipped: 28 * price}
    assert refunded == {market.shipped: 2 * price, market.agreed: 20 * price}
    assert market.held() == funded - withdrawn == market.due(buyer) == 22 * price
    documents = [log.args["document"] for log in logs if log.name in ("Shipped", "Attested")]
    assert documents == [DOCUMENT] * 3


def test_events_of_a_purchase_name_the_money_and_its_source(market: Market) -> None:
    """The treasury's entry and the post's credit carry the same key: an auditor joins them."""
    food, buyer = market.world.food, market.buyer
    receipt = food.enact(*market.purchase(food, market.coin_listing, 10))
    escrowed = event(receipt, "Escrowed", buyer.treasury.address)
    funded = event(receipt, "Funded", market.post.address)
    assert escrowed["tradeKey"] == funded["tradeKey"]
    assert (escrowed["body"], escrowed["source"]) == (food.address, buyer.address)
    assert (funded["body"], funded["amount"]) == (food.address, escrowed["amount"])
    assert [e.args["good"] for e in events(receipt, "ListedChanged", market.seller.stores.address)] == [FLOUR]
