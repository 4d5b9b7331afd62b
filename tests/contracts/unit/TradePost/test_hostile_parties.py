"""Whatever the contracts of one party do, the other one's attestation, refund and proceeds go on."""

from __future__ import annotations

import pytest

from tests.support.bodies import event, read, transact
from tests.support.chain import reverts
from tests.support.hostile import Hostile, Manner
from tests.support.market import COIN_PRICE, DOCUMENT, ListingState, Market, TradeState
from tests.support.plans import COIN
from zonedao.chain.receipts import Receipt
from zonedao.errors import ContractRevert

WORST = [Manner.REFUSE, Manner.BURN, Manner.FLOOD]
FAR = 2**40
# What a member's wallet would send at most for a call that everybody must be able to make.
ORDINARY_GAS = 600_000


@pytest.fixture
def hostile(market: Market) -> Hostile:
    return Hostile(market)


def sold_by(hostile: Hostile) -> int:
    """Elmcourt bought 40 units of a hostile seller; number of the trade."""
    listing = hostile.list(100)
    return hostile.market.buy(listing, 40)


# --- a hostile seller ---


@pytest.mark.parametrize("manner", WORST)
def test_a_seller_cannot_keep_the_refund_of_what_it_did_not_ship(
    market: Market, hostile: Hostile, manner: Manner
) -> None:
    trade = sold_by(hostile)
    hostile.behave("IStores", "disagree", manner)
    market.let_pass(trade)
    receipt = transact(market.post, "settle", trade, gas_limit=ORDINARY_GAS)
    assert event(receipt, "Refunded", market.post.address)["refunded"] == 40 * COIN_PRICE
    account = market.buyer.account()
    transact(market.post, "withdraw", market.buyer.address, COIN)
    assert market.buyer.account() == account + 40 * COIN_PRICE


@pytest.mark.parametrize("manner", WORST)
def test_a_seller_cannot_silence_the_buyer(market: Market, hostile: Hostile, manner: Manner) -> None:
    """From the moment of shipping its contracts refuse everything."""
    trade = sold_by(hostile)
    transact(market.post, "ship", trade, DOCUMENT, gas_limit=ORDINARY_GAS)
    for function in ("keeperIndex", "panel", "zone", "agree", "ship", "disagree", "unlist", "isKeeper"):
        hostile.behave("IStores", function, manner)
    for function in ("module", "treasury"):
        hostile.behave("IZone", function, manner)
    market.attest(trade, market.buyer, 3)
    market.let_pass(trade)
    transact(market.post, "settle", trade, gas_limit=ORDINARY_GAS)
    assert market.due(market.buyer) == 37 * COIN_PRICE
    assert market.due(hostile.contract) == 3 * COIN_PRICE
    account = market.buyer.account()
    transact(market.post, "withdraw", market.buyer.address, COIN)
    assert market.buyer.account() == account + 37 * COIN_PRICE


@pytest.mark.parametrize("manner", WORST)
def test_a_seller_who_refuses_at_acceptance_costs_nothing(market: Market, hostile: Hostile, manner: Manner) -> None:
    listing = hostile.list(100)
    hostile.behave("IStores", "agree", manner)
    held, account = market.held(), market.buyer.account()
    proposal = market.buyer.body.propose(*market.purchase(market.buyer.body, listing, 40)).carry()
    proposal.wait_until_due()
    if manner is Manner.FLOOD:
        proposal.execute()  # what is returned beyond a number is not read
        assert market.trade(read(market.post, "tradeCount")).quantity == 40
        return
    with pytest.raises(ContractRevert):
        proposal.execute()
    assert (market.held(), market.buyer.account()) == (held, account)


@pytest.mark.parametrize("manner", WORST)
def test_a_listing_ends_whatever_its_stores_do(market: Market, hostile: Hostile, manner: Manner) -> None:
    listing = hostile.list(100, expires_at=market.chain.block().timestamp + 1000)
    hostile.behave("IStores", "unlist", manner)
    market.chain.skip(2000)
    transact(market.post, "expire", listing, gas_limit=ORDINARY_GAS)
    assert market.listing(listing).state == ListingState.EXPIRED


def test_a_seller_who_pays_its_proceeds_to_nobody_harms_only_itself(market: Market, hostile: Hostile) -> None:
    trade = sold_by(hostile)
    transact(market.post, "ship", trade, DOCUMENT)
    market.let_pass(trade)
    market.settle(trade)
    market.settle(market.shipped)
    for manner in (Manner.REFUSE, Manner.BURN):
        hostile.behave("ITreasury", "deposit", manner)
        with pytest.raises(ContractRevert):
            transact(market.post, "withdraw", hostile.address, COIN)
    assert market.due(hostile.contract) == 40 * COIN_PRICE
    account = market.seller.account()
    transact(market.post, "withdraw", market.seller.address, COIN)
    assert market.seller.account() == account + 30 * COIN_PRICE
    hostile.behave("ITreasury", "deposit", Manner.ANSWER)
    transact(market.post, "withdraw", hostile.address, COIN)
    assert market.chain.balance(hostile.address) == 40 * COIN_PRICE


def test_a_seller_that_says_anything_is_still_paid_only_what_was_escrowed(market: Market, hostile: Hostile) -> None:
    """Its stores agree to everything and know every keeper; the post's own numbers bind it."""
    trade = sold_by(hostile)
    transact(market.post, "ship", trade, DOCUMENT)
    with reverts("QuantityOutOfBounds", quantity=41, least=0, most=40):
        transact(market.post, "attest", trade, hostile.address, 41, DOCUMENT)
    transact(market.post, "attest", trade, hostile.address, 40, DOCUMENT)
    with reverts("NotOnPanel"):
        transact(market.post, "attest", trade, market.buyer.address, 40, DOCUMENT)
    market.attest(trade, market.buyer, 0)
    market.let_pass(trade)
    market.settle(trade)
    assert (market.due(hostile.contract), market.due(market.buyer)) == (0, 40 * COIN_PRICE)


def test_stores_of_others_are_out_of_reach(market: Market, hostile: Hostile) -> None:
    """A listing of one's own stores never moves anybody else's goods."""
    good = market.seller.good()
    sold_by(hostile)
    assert market.seller.good() == good


# --- a hostile buyer ---


@pytest.mark.parametrize("manner", WORST)
def test_a_buyer_cannot_keep_the_proceeds(market: Market, hostile: Hostile, manner: Manner) -> None:
    trade = hostile.buy(market.coin_listing, 40)
    for function in ("keeperIndex", "panel", "zone"):
        hostile.behave("IStores", function, manner)
    for function in ("module", "treasury"):
        hostile.behave("IZone", function, manner)
    hostile.behave("ITreasury", "deposit", manner)
    market.ship(trade)
    market.attest(trade, market.seller, 33)
    market.let_pass(trade)
    transact(market.post, "settle", trade, gas_limit=ORDINARY_GAS)
    assert (market.due(market.seller), market.due(hostile.contract)) == (33 * COIN_PRICE, 7 * COIN_PRICE)
    account = market.seller.account()
    transact(market.post, "withdraw", market.seller.address, COIN)
    assert market.seller.account() == account + 33 * COIN_PRICE


@pytest.mark.parametrize("manner", WORST)
def test_a_buyer_cannot_keep_the_goods_promised(market: Market, hostile: Hostile, manner: Manner) -> None:
    trade = hostile.buy(market.coin_listing, 40)
    hostile.behave("IZone", "module", manner)
    hostile.behave("IZone", "treasury", manner)
    agreed = market.seller.good().agreed
    market.let_pass(trade)
    market.settle(trade)
    assert market.seller.good().agreed == agreed - 40


def test_a_buyer_without_keepers_is_settled_by_time(market: Market, hostile: Hostile) -> None:
    hostile.behave("IStores", "panel", Manner.ZERO)
    hostile.behave("IStores", "keeperIndex", Manner.ZERO)
    trade = hostile.buy(market.coin_listing, 40)
    market.ship(trade)
    with reverts("NotOnPanel"):
        transact(market.post, "attest", trade, hostile.address, 0, DOCUMENT)
    market.let_pass(trade)
    market.settle(trade)
    assert market.due(market.seller) == 40 * COIN_PRICE


# --- calling back ---


def test_called_back_while_accepting(market: Market, hostile: Hostile) -> None:
    """The seller's stores are asked before the trade is written: nothing that moves money may run then."""
    post = market.post
    listing = hostile.list(100)
    deadline = FAR
    key = market.key(market.buyer, listing, 40, COIN_PRICE, deadline)
    for call in (
        ("accept", listing, 40, COIN_PRICE, deadline),
        ("withdraw", hostile.address, COIN),
        ("fund", hostile.address, market.token.address, key),
        ("reclaim", market.buyer.address, listing, 40, COIN_PRICE, 0),
        ("list", market.terms()),
        ("unlist", listing),
        ("expire", listing),
    ):
        hostile.call_meanwhile("IStores", "agree", post, *call)
        assert hostile.heard(_accept(market, listing, 10)) == ["Locked"]


def test_the_trade_being_made_cannot_be_touched(market: Market, hostile: Hostile) -> None:
    listing = hostile.list(100)
    number = read(market.post, "tradeCount") + 1
    for i, call in enumerate(
        (("settle", number), ("ship", number + 1, DOCUMENT), ("attest", number + 2, hostile.address, 1, DOCUMENT))
    ):
        hostile.call_meanwhile("IStores", "agree", market.post, *call)
        assert hostile.heard(_accept(market, listing, 10)) == ["NoSuchTrade"]
        assert market.trade(number + i).state == TradeState.AGREED


def test_called_back_while_listing_and_unlisting(market: Market, hostile: Hostile) -> None:
    post = market.post
    hostile.call_meanwhile("IStores", "list", post, "list", market.terms())
    receipt = hostile.act(post, "list", market.terms())
    assert hostile.heard(receipt) == ["Locked"]
    listing = event(receipt, "ListingOpened", post.address)["listing"]
    hostile.call_meanwhile("IStores", "unlist", post, "unlist", listing)
    assert hostile.heard(hostile.act(post, "unlist", listing)) == ["Locked"]
    assert market.listing(listing).state == ListingState.WITHDRAWN


@pytest.mark.parametrize(
    ("call", "arguments", "answer"), [("ship", (DOCUMENT,), "WrongState"), ("settle", (), "TooEarly")]
)
def test_called_back_while_shipping(
    market: Market, hostile: Hostile, call: str, arguments: tuple[bytes, ...], answer: str
) -> None:
    trade = sold_by(hostile)
    hostile.call_meanwhile("IStores", "ship", market.post, call, trade, *arguments)
    receipt = transact(market.post, "ship", trade, DOCUMENT)
    assert hostile.heard(receipt) == [answer]
    assert market.trade(trade).state == TradeState.SHIPPED
    assert market.due(hostile.contract) == market.due(market.buyer) == 0


def test_a_seller_whose_stores_refuse_has_not_shipped(market: Market, hostile: Hostile) -> None:
    trade = sold_by(hostile)
    hostile.behave("IStores", "ship", Manner.REFUSE)
    with reverts("Refused"):
        transact(market.post, "ship", trade, DOCUMENT)
    assert market.trade(trade).state == TradeState.AGREED


def test_called_back_while_refunding(market: Market, hostile: Hostile) -> None:
    """The notice to the stores comes last: the trade is final by then."""
    trade = sold_by(hostile)
    hostile.call_meanwhile("IStores", "disagree", market.post, "settle", trade)
    market.let_pass(trade)
    receipt = market.settle(trade)
    assert hostile.heard(receipt) == ["WrongState"]
    assert market.due(market.buyer) == 40 * COIN_PRICE


@pytest.mark.parametrize("call", ["withdraw", "fund", "settle"])
def test_called_back_while_paying_out(market: Market, hostile: Hostile, call: str) -> None:
    trade = sold_by(hostile)
    transact(market.post, "ship", trade, DOCUMENT)
    market.let_pass(trade)
    market.settle(trade)
    held = market.held()
    arguments = {
        "withdraw": (hostile.address, COIN),
        "fund": (hostile.address, market.token.address, bytes(32)),
        "settle": (trade,),
    }[call]
    hostile.call_meanwhile("ITreasury", "deposit", market.post, call, *arguments)
    receipt = transact(market.post, "withdraw", hostile.address, COIN)
    assert hostile.heard(receipt) == ["WrongState" if call == "settle" else "Locked"]
    assert market.held() == held - 40 * COIN_PRICE


def test_tokens_that_a_treasury_leaves_behind_are_nobodys_due(market: Market, hostile: Hostile) -> None:
    """It was allowed to take its proceeds once; the allowance does not stay open."""
    token = market.token
    listing = hostile.list(100, asset=token.address, unit_price=7)
    trade = market.buy(listing, 40)
    transact(market.post, "ship", trade, DOCUMENT)
    market.let_pass(trade)
    market.settle(trade)
    transact(market.post, "withdraw", hostile.address, token.address)
    assert read(token, "allowance", market.post.address, hostile.address) == 0
    assert market.held(token.address) == 40 * 7
    assert read(market.post, "booked", token.address) == 0
    with reverts("ERC20InsufficientAllowance"):
        hostile.act(token, "transferFrom", market.post.address, hostile.address, 1)


def _accept(market: Market, listing: int, quantity: int) -> Receipt:
    """Elmcourt buys by vote; the receipt of the execution."""
    buyer = market.buyer.body
    return buyer.enact(*market.purchase(buyer, listing, quantity))
