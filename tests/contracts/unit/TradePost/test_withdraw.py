"""`withdraw`: what is due to a body goes to its account in its own treasury, whoever asks."""

from __future__ import annotations

from tests.support.bodies import Person, attempt, event, read, stand_at, transact
from tests.support.chain import reverts
from tests.support.market import AGREED_QUANTITY, COIN_PRICE, SHIPPED_QUANTITY, TOKEN_PRICE, Market
from tests.support.plans import COIN


def test_proceeds(market: Market, stranger: Person) -> None:
    seller = market.seller
    market.let_pass(market.shipped)
    market.settle(market.shipped)
    amount = SHIPPED_QUANTITY * COIN_PRICE
    account, held = seller.account(), market.held()
    coins = market.chain.balance(seller.treasury.address)
    receipt = transact(market.post, "withdraw", seller.address, COIN, by=stranger)
    assert seller.account() == account + amount
    assert market.chain.balance(seller.treasury.address) == coins + amount
    assert market.held() == held - amount
    assert market.due(seller) == 0
    assert event(receipt, "ProceedsWithdrawn", market.post.address) == {
        "body": seller.address,
        "asset": COIN,
        "amount": amount,
    }
    deposited = event(receipt, "Deposited", seller.treasury.address)
    assert (deposited["body"], deposited["from"], deposited["amount"]) == (seller.address, market.post.address, amount)


def test_refund(market: Market) -> None:
    buyer = market.buyer
    stand_at(market.chain, market.trade(market.agreed).deadline + 1)
    market.settle(market.agreed)
    account = buyer.account()
    transact(market.post, "withdraw", buyer.address, COIN)
    assert buyer.account() == account + AGREED_QUANTITY * COIN_PRICE


def test_tokens(market: Market) -> None:
    seller, buyer, token = market.seller, market.buyer, market.token.address
    trade = market.buy(market.token_listing, 50)
    market.ship(trade)
    for party in (buyer, seller):
        market.attest(trade, party, 45)
    market.settle(trade)
    account = buyer.account(token)
    transact(market.post, "withdraw", seller.address, token)
    assert seller.account(token) == 45 * TOKEN_PRICE
    assert read(market.post, "booked", token) == market.held(token) == 5 * TOKEN_PRICE
    transact(market.post, "withdraw", buyer.address, token)
    assert buyer.account(token) == account + 5 * TOKEN_PRICE
    assert read(market.post, "booked", token) == market.held(token) == 0
    for party in (seller, buyer):
        assert read(market.token, "allowance", market.post.address, party.treasury.address) == 0


def test_to_the_account_of_the_industry_that_bought(market: Market) -> None:
    """Not to the zone whose allowance paid: the refund is the industry's own money."""
    buyer, food = market.buyer, market.world.food
    trade = market.buy(market.coin_listing, 10, body=food)
    market.let_pass(trade)
    market.settle(trade)
    zone, own = buyer.account(), buyer.account(body=food)
    transact(market.post, "withdraw", food.address, COIN)
    assert buyer.account(body=food) == own + 10 * COIN_PRICE
    assert buyer.account() == zone


def test_all_that_is_due_and_nothing_twice(market: Market) -> None:
    seller = market.seller
    market.ship(market.agreed)
    stand_at(market.chain, market.trade(market.agreed).deadline + 1)
    for trade in (market.shipped, market.agreed):
        market.settle(trade)
    account = seller.account()
    transact(market.post, "withdraw", seller.address, COIN)
    assert seller.account() == account + (SHIPPED_QUANTITY + AGREED_QUANTITY) * COIN_PRICE
    with reverts("NothingDue", body=seller.address, asset=COIN):
        attempt(market.post, "withdraw", seller.address, COIN)
    assert market.held() == 0


def test_what_is_in_escrow_is_not_due(market: Market) -> None:
    for body in (market.seller, market.buyer):
        with reverts("NothingDue", body=body.address, asset=COIN):
            attempt(market.post, "withdraw", body.address, COIN)
        with reverts("NothingDue", body=body.address, asset=market.token.address):
            attempt(market.post, "withdraw", body.address, market.token.address)


def test_who_is_no_body_has_no_treasury(market: Market, stranger: Person) -> None:
    """Somebody funded a purchase for a mere account; it is due to it, and there is nowhere to send it."""
    deadline = market.chain.block().timestamp + 100
    key = read(market.post, "tradeKeyOf", stranger.address, market.coin_listing, 1, 1, deadline)
    transact(market.post, "fund", stranger.address, COIN, key, value_wei=5)
    stand_at(market.chain, deadline + 1)
    transact(market.post, "reclaim", stranger.address, market.coin_listing, 1, 1, deadline)
    with reverts("Empty"):
        attempt(market.post, "withdraw", stranger.address, COIN)
    assert read(market.post, "due", stranger.address, COIN) == 5
