"""The laws of the trade room (TRADE, "Laws of the trade room"), each by its number."""

from __future__ import annotations

import pytest

from tests.support.bodies import (
    DEPLOYER,
    Person,
    attempt,
    call_of,
    event,
    now,
    read,
    stand_at,
    transact,
)
from tests.support.chain import deploy, reverts, sender
from tests.support.hostile import Hostile, Manner
from tests.support.market import (
    AGREED_QUANTITY,
    COIN_PRICE,
    DOCUMENT,
    FLOUR,
    SALT,
    SHIPPED_QUANTITY,
    STOCK,
    ListingState,
    Market,
    Party,
    TradeState,
    attempt_as,
)
from tests.support.plans import COIN, DAY, ETHER, NOTHING, SPENDING, STALE_SECONDS
from zonedao.chain.abi import keccak
from zonedao.errors import NodeRefused

FAR = 2**40


def promised(party: Party, number: int = FLOUR) -> int:
    """Everything a good of the stores is meant for, units."""
    good = party.good(number)
    return int(good.safety + good.home + good.listed + good.agreed)


def test_law_1_no_oversell_at_list_and_accept_and_shortfalls_shrink_listings(market: Market) -> None:
    """Law 1. After `list` and `accept`: promised + home + safety ≤ stock. After anything else listings shrink to it."""
    seller, zone = market.seller, market.seller.body
    seller.order(50)
    zone.enact(call_of(seller.stores, "setGood", SALT, 90, 5))
    seller.order(5, SALT)
    for quantity in (400, 505):
        zone.enact(call_of(market.post, "list", market.terms(quantity, good=SALT)))
        assert promised(seller, SALT) <= seller.good(SALT).stock
    assert promised(seller, SALT) == seller.good(SALT).stock == STOCK
    with reverts("NoSurplus", have=0, want=1):
        attempt_as(seller.address, market.post, "list", market.terms(1, good=SALT, least=0))
    market.buy(market.coin_listing, 250)
    assert promised(seller) <= seller.good().stock

    for stock in (990, 500, 496, 495, 100, 94, 0):
        before = seller.good(SALT)
        seller.report(stock, SALT)
        room = max(0, stock - before.safety - before.home - before.agreed)
        assert seller.good(SALT).listed == min(before.listed, room)
        assert seller.good(SALT).agreed == before.agreed


def test_law_2_stale_stock_cannot_be_listed(market: Market) -> None:
    """Law 2. Nor sold from a listing that is open already."""
    seller, buyer = market.seller, market.buyer
    market.fund(buyer, market.key(buyer, market.coin_listing, 10, COIN_PRICE, FAR), 10 * COIN_PRICE)
    accept = (market.coin_listing, 10, COIN_PRICE, FAR)
    stand_at(market.chain, seller.good().reportedAt + STALE_SECONDS + 1)
    with reverts("StaleStock", age=STALE_SECONDS + 1):
        attempt_as(seller.address, market.post, "list", market.terms(1, least=0))
    with reverts("StaleStock", age=STALE_SECONDS + 1):
        attempt_as(buyer.address, market.post, "accept", *accept)
    seller.report(seller.good().stock)
    attempt_as(seller.address, market.post, "list", market.terms(1, least=0))
    attempt_as(buyer.address, market.post, "accept", *accept)


def test_law_3_rising_home_demand_shrinks_listings_first(market: Market) -> None:
    """Law 3. And never an agreed trade, which is honoured to the last unit."""
    seller = market.seller
    seller.report(promised(seller))
    for person in seller.people:
        before = seller.good()
        seller.order(50, by=person)
        after = seller.good()
        assert (after.listed, after.agreed) == (before.listed - 50, before.agreed)
        assert promised(seller) == after.stock
    seller.report(seller.good().safety + seller.good().home + AGREED_QUANTITY)
    assert (seller.good().listed, seller.good().agreed) == (0, AGREED_QUANTITY)
    market.ship(market.agreed)
    assert seller.good().agreed == 0


def test_law_5_price_paid_is_within_the_bound_and_before_the_deadline(market: Market) -> None:
    """Law 5."""
    buyer = market.buyer
    account, deadline = buyer.account(), now(market.chain) + 2 * DAY
    trade = market.buy(market.coin_listing, 40, max_price=3 * COIN_PRICE, pay=120 * COIN_PRICE, deadline=deadline)
    transact(market.post, "withdraw", buyer.address, COIN)
    paid = account - buyer.account()
    assert paid == 40 * market.listing(market.coin_listing).unitPrice <= 40 * 3 * COIN_PRICE
    assert market.trade(trade).quantity == 40
    for price in (COIN_PRICE - 1, 0):
        with reverts("PriceOutOfBounds", price=COIN_PRICE, bound=price):
            attempt_as(buyer.address, market.post, "accept", market.coin_listing, 40, price, FAR)
    late = now(market.chain) - 1
    with reverts("TooLate", deadline=late):
        attempt_as(buyer.address, market.post, "accept", market.coin_listing, 40, COIN_PRICE, late)


@pytest.mark.parametrize("unit_price", [1, 7, 999_999_999_999_999_989])
def test_law_6_paid_is_exactly_quantity_times_unit_price(market: Market, unit_price: int) -> None:
    """Law 6. For every trade paid = quantity × price, and paid + refunded = what was put in: no rounding, no dust."""
    seller, buyer = market.seller, market.buyer
    listing = market.list(9, good=SALT, least=0, unit_price=unit_price)
    attested = {1: 0, 3: 2, 5: 5}
    trades = {}
    for quantity in attested:
        seller.report(STOCK, SALT)
        trades[quantity] = market.buy(listing, quantity)
        market.ship(trades[quantity])
    for quantity, delivered in attested.items():
        for party in (seller, buyer):
            market.attest(trades[quantity], party, delivered)
        fulfilled = event(market.settle(trades[quantity]), "Fulfilled", market.post.address)
        assert fulfilled["paid"] == delivered * unit_price
        assert fulfilled["paid"] + fulfilled["refunded"] == quantity * unit_price
    assert market.due(seller) == sum(attested.values()) * unit_price
    assert market.due(buyer) == (sum(attested) - sum(attested.values())) * unit_price


@pytest.mark.parametrize("asset", ["coin", "token"])
def test_law_7_balance_covers_open_escrow_and_dues(market: Market, asset: str) -> None:
    """Law 7. Per token, after every step: what the post holds ≥ escrow not accepted + trades under way + dues."""
    seller, buyer = market.seller, market.buyer
    listing = market.coin_listing if asset == "coin" else market.token_listing
    token = COIN if asset == "coin" else market.token.address
    price = market.listing(listing).unitPrice
    deadline = now(market.chain) + 30 * DAY
    key = market.key(buyer, listing, 6, price, deadline)

    def covered() -> None:
        open_trades = [market.trade(number) for number in range(1, read(market.post, "tradeCount") + 1)]
        under_way = sum(
            trade.quantity * market.listing(trade.listing).unitPrice
            for trade in open_trades
            if market.listing(trade.listing).asset == token
            and trade.state in (TradeState.AGREED, TradeState.SHIPPED, TradeState.DELIVERED)
        )
        owed = under_way + market.funds(buyer, key, token) + market.due(seller, token) + market.due(buyer, token)
        assert market.held(token) == owed
        assert token == COIN or read(market.post, "booked", token) == owed

    covered()
    escrow = (market.post.address, token, 6 * price, key, NOTHING, NOTHING)
    buyer.body.enact(call_of(buyer.treasury, "escrow", *escrow))
    covered()
    trade = market.buy(listing, 11)
    covered()
    market.ship(trade)
    market.attest(trade, buyer, 4)
    covered()
    market.attest(trade, seller, 4)
    covered()
    market.settle(trade)
    covered()
    transact(market.post, "withdraw", seller.address, token)
    covered()
    transact(market.post, "withdraw", buyer.address, token)
    covered()
    stand_at(market.chain, deadline + 1)
    transact(market.post, "reclaim", buyer.address, listing, 6, price, deadline)
    covered()
    for waiting in (market.agreed, market.shipped):
        market.settle(waiting)
        covered()
    for party in (seller, buyer):
        if market.due(party, token):
            transact(market.post, "withdraw", party.address, token)
            covered()
    assert market.held(token) == 0


def test_law_9_credited_is_received(market: Market) -> None:
    """Law 9. A token that keeps a part of every transfer is credited with what arrived: that does not pay the price."""
    buyer = market.buyer
    token = deploy(market.chain, "FeeToken", 100_000)  # a tenth
    transact(token, "mint", DEPLOYER.address, 10_000)
    transact(token, "approve", buyer.treasury.address, 10_000)
    transact(buyer.treasury, "deposit", buyer.address, token.address, 10_000, NOTHING, NOTHING)
    buyer.body.enact(buyer.body.own("setCap", SPENDING, token.address, 5_000))
    market.seller.report(STOCK)
    listing = market.list(100, asset=token.address, unit_price=9)
    proposal = buyer.body.propose(*market.purchase(buyer.body, listing, 100)).carry()
    proposal.wait_until_due()
    with reverts("NotFunded", have=810, need=900):
        proposal.execute()
    assert read(market.post, "booked", token.address) == read(token, "balanceOf", market.post.address) == 0

    market.seller.report(STOCK)
    trade = market.buy(listing, 100, pay=1_000)
    assert read(market.post, "booked", token.address) == read(token, "balanceOf", market.post.address) == 900
    market.ship(trade)
    market.let_pass(trade)
    market.settle(trade)
    transact(market.post, "withdraw", market.seller.address, token.address)
    assert market.seller.account(token.address) == 810
    assert read(token, "balanceOf", market.seller.treasury.address) == 810
    assert read(market.post, "booked", token.address) == 0


def test_law_10_state_before_calls_and_pull_payments(market: Market) -> None:
    """Law 10. Whoever is called sees the trade as it is afterwards; money moves when it is pulled, and only then."""
    hostile = Hostile(market)
    listing = hostile.list(100)
    trade = market.buy(listing, 40)
    held = market.held()
    market.let_pass(trade)
    hostile.call_meanwhile("IStores", "disagree", market.post, "settle", trade)
    receipt = market.settle(trade)
    (refusal,) = hostile.refusals(receipt)
    assert (refusal.name, refusal.args_dict["state"]) == ("WrongState", TradeState.REFUNDED)
    assert (market.held(), market.due(market.buyer)) == (held, 40 * COIN_PRICE)
    for party in (market.seller, market.buyer):
        market.attest(market.shipped, party, SHIPPED_QUANTITY)
    market.settle(market.shipped)
    assert market.held() == held
    hostile.call_meanwhile("ITreasury", "deposit", market.post, "withdraw", hostile.address, COIN)
    market.fund(hostile.contract, market.key(hostile.contract, listing, 1, 1, 0), 77)
    transact(market.post, "reclaim", hostile.address, listing, 1, 1, 0)
    receipt = transact(market.post, "withdraw", hostile.address, COIN)
    assert hostile.heard(receipt) == ["Locked"]
    assert market.held() == held


@pytest.mark.parametrize("blocked", ["seller", "buyer"])
def test_law_11_one_partys_reverting_payout_never_blocks_the_other(market: Market, blocked: str) -> None:
    """Law 11."""
    hostile = Hostile(market)
    trade = market.buy(hostile.list(100), 40) if blocked == "seller" else hostile.buy(market.coin_listing, 40)
    honest = market.buyer if blocked == "seller" else market.seller
    transact(market.post, "ship", trade, DOCUMENT, by=market.seller.keeper)
    for side, keeper in ((honest.address, honest.keeper), (hostile.address, DEPLOYER)):
        transact(market.post, "attest", trade, side, 15, DOCUMENT, by=keeper)
    market.settle(trade)
    hostile.behave("ITreasury", "deposit", Manner.REFUSE)
    with reverts("Refused"):
        attempt(market.post, "withdraw", hostile.address, COIN)
    share = 25 if blocked == "seller" else 15
    account = honest.account()
    transact(market.post, "withdraw", honest.address, COIN)
    assert honest.account() == account + share * COIN_PRICE
    assert market.due(hostile.contract) == (40 - share) * COIN_PRICE


def test_law_12_every_state_that_is_not_final_leaves_by_time_alone(market: Market, stranger: Person) -> None:
    """Law 12. Nobody of either zone does anything any more; a stranger ends everything there is."""
    seller, buyer, post = market.seller, market.buyer, market.post
    words = [(None, None), (3, None), (None, 4), (5, 6), (7, 7)]
    trades = []
    for _ in words:
        trades.append(market.buy(market.coin_listing, 10))
        seller.report(seller.good().stock)
        market.ship(trades[-1])
    for trade, (of_buyer, of_seller) in zip(trades, words, strict=True):
        if of_buyer is not None:
            market.attest(trade, buyer, of_buyer)
        if of_seller is not None:
            market.attest(trade, seller, of_seller)
    never = market.buy(market.token_listing, 10)
    deadline = now(market.chain) + 10 * DAY
    unused = (market.coin_listing, 9, COIN_PRICE, deadline)
    market.fund(buyer, market.key(buyer, *unused), 9 * COIN_PRICE)
    stray = b"\7" * 32
    market.fund(buyer, stray, 123)
    order = seller.order(10)

    market.chain.skip(365 * DAY)
    for trade in (*trades, never, market.agreed, market.shipped):
        transact(post, "settle", trade, by=stranger)
        assert market.trade(trade).state in (TradeState.SETTLED, TradeState.REFUNDED)
    for listing in (market.coin_listing, market.token_listing):
        transact(post, "expire", listing, by=stranger)
        assert market.listing(listing).state == ListingState.EXPIRED
    transact(post, "reclaim", buyer.address, *unused, by=stranger)
    transact(post, "reclaimStray", buyer.address, COIN, stray, by=stranger)
    transact(seller.stores, "lapse", order, by=stranger)
    for body in (seller.address, buyer.address):
        transact(post, "withdraw", body, COIN, by=stranger)
    transact(post, "withdraw", buyer.address, market.token.address, by=stranger)

    good = seller.good()
    assert (good.home, good.listed, good.agreed) == (0, 0, 0)
    assert market.held() == market.held(market.token.address) == 0


def test_law_13_payout_only_from_final_states(market: Market) -> None:
    """Law 13."""
    seller, buyer = market.seller, market.buyer

    def nothing_is_due() -> None:
        for party in (seller, buyer):
            with reverts("NothingDue", body=party.address, asset=COIN):
                attempt(market.post, "withdraw", party.address, COIN)

    assert market.trade(market.agreed).state == TradeState.AGREED
    assert market.trade(market.shipped).state == TradeState.SHIPPED
    nothing_is_due()
    market.attest(market.shipped, buyer, 10)
    nothing_is_due()
    market.attest(market.shipped, seller, 10)
    assert market.trade(market.shipped).state == TradeState.DELIVERED
    nothing_is_due()
    market.settle(market.shipped)
    for party in (seller, buyer):
        transact(market.post, "withdraw", party.address, COIN)
    nothing_is_due()


def test_law_14_attestation_needs_both_sides(market: Market) -> None:
    """Law 14. No number of keepers of one side makes a trade Delivered, and no keeper speaks for two sides."""
    market.ship(market.agreed)
    for trade, party, other in (
        (market.shipped, market.seller, market.buyer),
        (market.agreed, market.buyer, market.seller),
    ):
        quantity = market.trade(trade).quantity
        market.attest(trade, party, quantity, by=party.keeper)
        with reverts("AlreadyAttested", side=party.address):
            market.attest(trade, party, quantity, by=party.second_keeper)
        for keeper in party.people[:2]:
            with reverts("NotOnPanel", caller=keeper.address):
                market.attest(trade, other, quantity, by=keeper)
        assert market.trade(trade).state == TradeState.SHIPPED
        market.attest(trade, other, quantity)
        assert market.trade(trade).state == TradeState.DELIVERED


def test_law_15_one_attestation_each_and_the_panel_stays(market: Market) -> None:
    """Law 15. Keepers elected after the agreement have no say in it; those it began with keep theirs."""
    for party in (market.seller, market.buyer):
        party.body.enact(call_of(party.stores, "setKeepers", [4, 5]))
    before = market.trade(market.shipped)
    assert (before.sellerPanel, before.buyerPanel) == (1, 1)
    for party in (market.seller, market.buyer):
        with reverts("NotOnPanel", caller=party.people[3].address):
            market.attest(market.shipped, party, 10, by=party.people[3])
        market.attest(market.shipped, party, 10 if party is market.seller else 11, by=party.people[1])
        with reverts("AlreadyAttested", side=party.address):
            market.attest(market.shipped, party, 12, by=party.people[0])
    after = market.trade(market.shipped)
    assert after == before._replace(sellerAttested=11, buyerAttested=12)


def test_law_16_an_attestation_is_bound_to_chain_contract_trade_quantity_and_document(market: Market) -> None:
    """Law 16. It is a transaction of a keeper: nobody can play it again elsewhere or say something else with it."""
    buyer, chain = market.buyer, market.chain
    market.ship(market.agreed)
    data = market.post.encode("attest", market.shipped, buyer.address, 20, DOCUMENT)
    signing = sender(chain, buyer.keeper.signer)
    fields = signing.prepare(market.post.address, data).fields()
    if chain.kind != "anvil":  # which takes a transaction of any chain, and never mines it
        foreign = buyer.keeper.signer.sign_transaction({**fields, "chainId": chain.chain_id + 1})
        with pytest.raises(NodeRefused):
            chain.request("eth_sendRawTransaction", "0x" + foreign.hex())

    raw = buyer.keeper.signer.sign_transaction(fields)
    signing.wait(chain.request("eth_sendRawTransaction", "0x" + raw.hex()))
    assert market.trade(market.shipped).buyerAttested == 21
    assert market.trade(market.agreed).buyerAttested == 0
    with pytest.raises(NodeRefused):
        chain.request("eth_sendRawTransaction", "0x" + raw.hex())

    other_post = deploy(chain, "TradePost")
    with reverts("NoSuchTrade", trade=market.shipped):
        attempt(other_post, "attest", market.shipped, buyer.address, 20, DOCUMENT, by=buyer.keeper)
    other = keccak(b"another bill of lading")
    with reverts("WrongDocument"):
        attempt(market.post, "attest", market.agreed, buyer.address, 20, other, by=buyer.keeper)
    market.attest(market.shipped, market.seller, 19)
    assert market.trade(market.shipped).state == TradeState.SHIPPED


def test_law_18_no_vote_changes_an_agreed_trade(market: Market) -> None:
    """Law 18. Each zone decides everything it can that touches trade; panel, price, times and stores stay as agreed."""
    seller, buyer = market.seller, market.buyer
    market.ship(market.agreed)
    trades = (market.agreed, market.shipped)
    before = [market.trade(number) for number in trades]
    price = market.listing(market.coin_listing).unitPrice

    seller.body.enact(
        call_of(seller.stores, "setKeepers", [5]),
        call_of(seller.stores, "setGood", FLOUR, 900, 0),
        call_of(market.post, "unlist", market.coin_listing),
        seller.body.own("setModule", 3, buyer.stores.address),
        voters=seller.people,
    )
    new_post = deploy(market.chain, "TradePost")
    buyer.body.enact(
        call_of(buyer.stores, "setKeepers", [5]),
        buyer.body.own("setModule", 3, seller.stores.address),
        buyer.body.own("setModule", 4, new_post.address),
        voters=buyer.people,
    )

    assert [market.trade(number) for number in trades] == before
    assert market.listing(market.coin_listing).unitPrice == price
    for number, trade in zip(trades, before, strict=True):
        for party in (seller, buyer):
            market.attest(number, party, trade.quantity)
        market.settle(number)
    assert market.due(seller) == sum(trade.quantity for trade in before) * price
    transact(market.post, "withdraw", seller.address, COIN)
    assert seller.account() == (AGREED_QUANTITY + SHIPPED_QUANTITY) * COIN_PRICE < ETHER
