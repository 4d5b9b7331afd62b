"""`fund`: what arrived is credited to one purchase of one body, and nothing else."""

from __future__ import annotations

from tests.support.bodies import DEPLOYER, attempt, call_of, event, read, transact
from tests.support.chain import deploy, reverts
from tests.support.market import COIN_PRICE, Market
from tests.support.plans import COIN, NOTHING, SPENDING

KEY, OTHER_KEY = b"\1" * 32, b"\2" * 32


def test_coin_comes_with_the_call(market: Market) -> None:
    held = market.held()
    receipt = market.fund(market.buyer, KEY, 123)
    assert market.funds(market.buyer, KEY) == 123
    assert market.held() == held + 123
    assert event(receipt, "Funded", market.post.address) == {
        "body": market.buyer.address,
        "tradeKey": KEY,
        "asset": COIN,
        "amount": 123,
    }


def test_escrow_from_a_treasury(market: Market) -> None:
    """The same from a vote: the treasury's account falls by what the post is credited with."""
    buyer, token = market.buyer, market.token.address
    for asset, amount in ((COIN, 5 * COIN_PRICE), (token, 77)):
        account = buyer.account(asset)
        escrow = (market.post.address, asset, amount, KEY, NOTHING, NOTHING)
        receipt = buyer.body.enact(call_of(buyer.treasury, "escrow", *escrow))
        assert event(receipt, "Funded", market.post.address)["amount"] == amount
        assert market.funds(buyer, KEY, asset) == amount
        assert buyer.account(asset) == account - amount


def test_several_fundings_add_up_and_keys_and_bodies_are_kept_apart(market: Market) -> None:
    market.fund(market.buyer, KEY, 1)
    market.fund(market.buyer, KEY, 2)
    market.fund(market.buyer, OTHER_KEY, 4)
    market.fund(market.world.food, KEY, 8)
    assert market.funds(market.buyer, KEY) == 3
    assert market.funds(market.buyer, OTHER_KEY) == 4
    assert market.funds(market.world.food, KEY) == 8
    assert market.funds(market.buyer, KEY, market.token.address) == 0


def test_tokens_are_those_not_yet_booked(market: Market) -> None:
    token = market.token
    transact(token, "mint", market.post.address, 50)
    transact(market.post, "fund", market.buyer.address, token.address, KEY)
    assert market.funds(market.buyer, KEY, token.address) == read(market.post, "booked", token.address) == 50
    with reverts("NothingReceived", asset=token.address):
        attempt(market.post, "fund", market.buyer.address, token.address, OTHER_KEY)
    transact(token, "mint", market.post.address, 7)
    transact(market.post, "fund", market.buyer.address, token.address, OTHER_KEY)
    assert market.funds(market.buyer, OTHER_KEY, token.address) == 7
    assert read(market.post, "booked", token.address) == 57


def test_of_a_token_that_takes_a_fee_what_arrived(market: Market) -> None:
    buyer = market.buyer
    token = deploy(market.chain, "FeeToken", 10_000)  # one in a hundred
    transact(token, "mint", DEPLOYER.address, 10_000)
    transact(token, "approve", buyer.treasury.address, 10_000)
    transact(buyer.treasury, "deposit", buyer.address, token.address, 10_000, NOTHING, NOTHING)
    buyer.body.enact(buyer.body.own("setCap", SPENDING, token.address, 1_000))
    escrow = (market.post.address, token.address, 1_000, KEY, NOTHING, NOTHING)
    buyer.body.enact(call_of(buyer.treasury, "escrow", *escrow))
    assert buyer.account(token.address) == 9_900 - 1_000
    assert market.funds(buyer, KEY, token.address) == 990
    assert read(market.post, "booked", token.address) == read(token, "balanceOf", market.post.address) == 990


def test_nothing_received(market: Market) -> None:
    token = market.token
    with reverts("NothingReceived", asset=COIN):
        attempt(market.post, "fund", market.buyer.address, COIN, KEY)
    with reverts("NothingReceived", asset=token.address):
        attempt(market.post, "fund", market.buyer.address, token.address, KEY)


def test_of_an_absurd_token_no_more_than_is_counted(market: Market) -> None:
    token, most = deploy(market.chain, "TestToken"), 2**216 - 1
    transact(token, "mint", market.post.address, most + 1)
    with reverts("QuantityOutOfBounds", quantity=most + 1, least=1, most=most):
        attempt(market.post, "fund", market.buyer.address, token.address, KEY)
    transact(market.token, "mint", market.post.address, most - 50)
    transact(market.post, "fund", market.buyer.address, market.token.address, KEY)
    assert market.funds(market.buyer, KEY, market.token.address) == most - 50


def test_coin_does_not_come_with_tokens(market: Market) -> None:
    """It would be booked nowhere."""
    token = market.token
    transact(token, "mint", market.post.address, 50)
    with reverts("NothingReceived", asset=token.address):
        attempt(market.post, "fund", market.buyer.address, token.address, KEY, value_wei=1)


def test_coin_is_taken_no_other_way(market: Market) -> None:
    """Coin that merely arrives would belong to nobody."""
    with reverts("Empty"):
        market.chain.call(market.post.address, b"", value_wei=1, sender=DEPLOYER.address, block="latest")
