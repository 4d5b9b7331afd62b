"""`accept`: a body buys from a listing with the money it has in escrow for exactly this purchase."""

from __future__ import annotations

import pytest

from tests.support.bodies import call_of, event, events, just_before, now, read, stand_at
from tests.support.chain import reverts
from tests.support.hostile import Hostile, Manner
from tests.support.market import (
    COIN_PRICE,
    FLOUR,
    LEAST,
    SHIP_HOURS,
    TOKEN_PRICE,
    ListingState,
    Market,
    TradeState,
    attempt_as,
)
from tests.support.plans import COIN, DAY, HOUR, STALE_SECONDS

FAR = 2**40  # a deadline that does not come


def test_a_trade_is_agreed(market: Market) -> None:
    buyer, seller = market.buyer, market.seller
    count, held, account = read(market.post, "tradeCount"), market.held(), buyer.account()
    before = market.listing(market.coin_listing)
    receipt = buyer.body.enact(*market.purchase(buyer.body, market.coin_listing, 40))
    number, present = count + 1, now(market.chain)
    assert read(market.post, "tradeCount") == number
    assert market.trade(number)._asdict() == {
        "buyer": buyer.address,
        "listing": market.coin_listing,
        "quantity": 40,
        "buyerStores": buyer.stores.address,
        "deadline": present + SHIP_HOURS * HOUR,
        "sellerPanel": 1,
        "buyerPanel": 1,
        "state": TradeState.AGREED,
        "document": bytes(22),
        "sellerAttested": 0,
        "buyerAttested": 0,
    }
    assert market.listing(market.coin_listing) == before._replace(left=before.left - 40)
    assert market.held() == held + 40 * COIN_PRICE
    assert buyer.account() == account - 40 * COIN_PRICE
    assert market.due(buyer) == market.due(seller) == 0
    assert event(receipt, "CommitmentMade", market.post.address) == {
        "trade": number,
        "listing": market.coin_listing,
        "buyer": buyer.address,
        "quantity": 40,
        "amount": 40 * COIN_PRICE,
        "shipBy": present + SHIP_HOURS * HOUR,
    }
    assert not events(receipt, "ListingClosed")


def test_the_escrow_of_the_purchase_is_used_up_and_no_other(market: Market) -> None:
    buyer = market.buyer
    deadline = now(market.chain) + 10 * DAY
    key = market.key(buyer, market.coin_listing, 40, COIN_PRICE, deadline)
    other = market.key(buyer, market.coin_listing, 41, COIN_PRICE, deadline)
    market.fund(buyer, other, 41 * COIN_PRICE)
    market.buy(market.coin_listing, 40, deadline=deadline)
    assert (market.funds(buyer, key), market.funds(buyer, other)) == (0, 41 * COIN_PRICE)


def test_with_tokens(market: Market) -> None:
    buyer, token = market.buyer, market.token.address
    account = buyer.account(token)
    trade = market.buy(market.token_listing, 50)
    assert buyer.account(token) == account - 50 * TOKEN_PRICE
    assert market.held(token) == read(market.post, "booked", token) == 50 * TOKEN_PRICE
    assert market.trade(trade).quantity == 50


def test_the_last_units_fill_the_listing(market: Market) -> None:
    left = market.listing(market.coin_listing).left
    receipt = market.buyer.body.enact(*market.purchase(market.buyer.body, market.coin_listing, left))
    assert (market.listing(market.coin_listing).left, market.listing(market.coin_listing).state) == (
        0,
        ListingState.FILLED,
    )
    assert event(receipt, "ListingClosed", market.post.address) == {
        "listing": market.coin_listing,
        "state": ListingState.FILLED,
        "left": 0,
    }
    with reverts("WrongState", state=ListingState.FILLED):
        attempt_as(market.buyer.address, market.post, "accept", market.coin_listing, 1, COIN_PRICE, FAR)


def test_more_escrow_than_the_price_is_due_back_at_once(market: Market) -> None:
    """The bound was above the price: the buyer pays the price."""
    market.buy(market.coin_listing, 40, max_price=2 * COIN_PRICE, pay=80 * COIN_PRICE)
    assert market.due(market.buyer) == 40 * COIN_PRICE


def test_less_escrow_than_the_price(market: Market) -> None:
    buyer = market.buyer
    key = market.key(buyer, market.coin_listing, 40, COIN_PRICE, FAR)
    accept = (market.coin_listing, 40, COIN_PRICE, FAR)
    with reverts("NotFunded", have=0, need=40 * COIN_PRICE):
        attempt_as(buyer.address, market.post, "accept", *accept)
    market.fund(buyer, key, 40 * COIN_PRICE - 1)
    with reverts("NotFunded", have=40 * COIN_PRICE - 1, need=40 * COIN_PRICE):
        attempt_as(buyer.address, market.post, "accept", *accept)
    market.fund(buyer, key, 1)
    attempt_as(buyer.address, market.post, "accept", *accept)


def test_escrow_in_another_asset_does_not_count(market: Market) -> None:
    buyer = market.buyer
    key = market.key(buyer, market.token_listing, 10, TOKEN_PRICE, FAR)
    market.fund(buyer, key, 10**18)
    with reverts("NotFunded", have=0, need=10 * TOKEN_PRICE):
        attempt_as(buyer.address, market.post, "accept", market.token_listing, 10, TOKEN_PRICE, FAR)


@pytest.mark.parametrize(
    "changed",
    [{"quantity": 41}, {"price": COIN_PRICE + 1}, {"deadline": FAR - 1}, {"listing": 2}, {"buyer": "food"}],
)
def test_escrow_is_bound_to_buyer_listing_quantity_bound_and_deadline(
    market: Market, changed: dict[str, int | str]
) -> None:
    named = {"listing": market.coin_listing, "quantity": 40, "price": COIN_PRICE, "deadline": FAR, **changed}
    body = market.world.food if named.pop("buyer", "") == "food" else market.buyer.body
    other = market.key(body, **named)
    market.fund(market.buyer, other, 100 * COIN_PRICE)
    with reverts("NotFunded", have=0, need=40 * COIN_PRICE):
        attempt_as(market.buyer.address, market.post, "accept", market.coin_listing, 40, COIN_PRICE, FAR)


def test_nobody_uses_the_escrow_of_another(market: Market) -> None:
    food, buyer = market.world.food, market.buyer
    key = market.key(buyer, market.coin_listing, 40, COIN_PRICE, FAR)
    market.fund(buyer, key, 40 * COIN_PRICE)
    with reverts("NotFunded", have=0):
        attempt_as(food.address, market.post, "accept", market.coin_listing, 40, COIN_PRICE, FAR)


def test_price_bound(market: Market) -> None:
    accept = (market.coin_listing, 40)
    with reverts("NotFunded"):
        attempt_as(market.buyer.address, market.post, "accept", *accept, COIN_PRICE, FAR)
    with reverts("PriceOutOfBounds", price=COIN_PRICE, bound=COIN_PRICE - 1):
        attempt_as(market.buyer.address, market.post, "accept", *accept, COIN_PRICE - 1, FAR)


def test_deadline_to_the_second(market: Market) -> None:
    deadline = now(market.chain) + DAY
    accept = (market.coin_listing, 40, COIN_PRICE, deadline)
    stand_at(market.chain, deadline)
    with reverts("NotFunded"):
        attempt_as(market.buyer.address, market.post, "accept", *accept)
    stand_at(market.chain, deadline + 1)
    with reverts("TooLate", deadline=deadline):
        attempt_as(market.buyer.address, market.post, "accept", *accept)


def test_quantity_bounds(market: Market) -> None:
    left = market.listing(market.coin_listing).left
    for quantity in (0, LEAST - 1, left + 1, 2**256 - 1):
        with reverts("QuantityOutOfBounds", quantity=quantity, least=LEAST, most=left):
            attempt_as(market.buyer.address, market.post, "accept", market.coin_listing, quantity, COIN_PRICE, FAR)
    for quantity in (LEAST, left):
        with reverts("NotFunded"):
            attempt_as(market.buyer.address, market.post, "accept", market.coin_listing, quantity, COIN_PRICE, FAR)


def test_what_is_left_may_be_less_than_the_least(market: Market) -> None:
    """Otherwise the rest of a listing could not be sold."""
    left = market.listing(market.coin_listing).left
    market.buy(market.coin_listing, left - 3)
    for quantity in (2, 4):
        with reverts("QuantityOutOfBounds", quantity=quantity, least=LEAST, most=3):
            attempt_as(market.buyer.address, market.post, "accept", market.coin_listing, quantity, COIN_PRICE, FAR)
    market.buy(market.coin_listing, 3)
    assert market.listing(market.coin_listing).state == ListingState.FILLED


def test_surplus_is_looked_at_again(market: Market) -> None:
    buyer, seller = market.buyer, market.seller
    market.fund(buyer, market.key(buyer, market.coin_listing, 40, COIN_PRICE, FAR), 40 * COIN_PRICE)
    accept = (market.coin_listing, 40, COIN_PRICE, FAR)
    good = seller.good()
    seller.report(good.safety + good.agreed + 40)
    attempt_as(buyer.address, market.post, "accept", *accept)
    seller.order(1)
    with reverts("NoSurplus", have=39, want=40):
        attempt_as(buyer.address, market.post, "accept", *accept)


def test_the_count_is_looked_at_again(market: Market) -> None:
    buyer = market.buyer
    market.fund(buyer, market.key(buyer, market.coin_listing, 40, COIN_PRICE, FAR), 40 * COIN_PRICE)
    accept = (market.coin_listing, 40, COIN_PRICE, FAR)
    fresh_until = market.seller.good().reportedAt + STALE_SECONDS
    stand_at(market.chain, fresh_until)
    attempt_as(buyer.address, market.post, "accept", *accept)
    stand_at(market.chain, fresh_until + 1)
    with reverts("StaleStock", age=STALE_SECONDS + 1):
        attempt_as(buyer.address, market.post, "accept", *accept)


def test_an_acceptance_that_fails_gives_the_escrow_back_with_the_whole_proposal(market: Market) -> None:
    buyer = market.buyer
    account, held = read(buyer.treasury, "account", buyer.address, COIN), market.held()
    proposal = buyer.body.propose(*market.purchase(buyer.body, market.coin_listing, 40, pay=39 * COIN_PRICE)).carry()
    proposal.wait_until_due()
    with reverts("NotFunded", have=39 * COIN_PRICE, need=40 * COIN_PRICE):
        proposal.execute()
    assert market.held() == held
    after = read(buyer.treasury, "account", buyer.address, COIN)
    assert after == account._replace(reserved=39 * COIN_PRICE)
    proposal.let_expire()
    proposal.release()
    assert read(buyer.treasury, "account", buyer.address, COIN) == account


def test_an_industry_buys_from_its_allowance(market: Market) -> None:
    """Food pays for itself out of what Elmcourt lets it draw; the keepers of Elmcourt speak for it."""
    buyer, food = market.buyer, market.world.food
    account = buyer.account()
    trade = market.buy(market.coin_listing, 40, body=food)
    assert market.trade(trade).buyer == food.address
    assert market.trade(trade).buyerStores == buyer.stores.address
    assert buyer.account() == account - 40 * COIN_PRICE
    assert read(buyer.treasury, "allowance", food.address, COIN).used == 40 * COIN_PRICE


def test_not_from_oneself(market: Market) -> None:
    """Neither the zone nor a body below it: goods of one's own stores are ordered at home."""
    seller = market.seller
    industry = market.world.new_industry(seller.body, "Bakers", seller.people[:2]).body
    for buyer in (seller.body, industry):
        with reverts("OwnListing", seller=buyer.address):
            attempt_as(buyer.address, market.post, "accept", market.coin_listing, 10, COIN_PRICE, FAR)


def test_only_a_body_with_stores(market: Market) -> None:
    bare = Hostile(market)
    bare.behave("IZone", "module", Manner.ZERO)
    with reverts("NotAZone", caller=bare.address):
        attempt_as(bare.address, market.post, "accept", market.coin_listing, 10, COIN_PRICE, FAR)
    with reverts("Empty"):
        attempt_as(market.buyer.keeper.address, market.post, "accept", market.coin_listing, 10, COIN_PRICE, FAR)


def test_no_such_listing(market: Market) -> None:
    for number in (0, market.token_listing + 1):
        with reverts("NoSuchListing", listing=number):
            attempt_as(market.buyer.address, market.post, "accept", number, 10, COIN_PRICE, FAR)


def test_the_panels_of_the_moment_are_kept(market: Market) -> None:
    seller, buyer = market.seller, market.buyer
    seller.body.enact(call_of(seller.stores, "setKeepers", [4]))
    buyer.body.enact(call_of(buyer.stores, "setKeepers", [7, 8]))
    seller.report(seller.good().stock, by=seller.people[3])
    trade = market.buy(market.coin_listing, 10)
    seller.body.enact(call_of(seller.stores, "setKeepers", [5]))
    assert (market.trade(trade).sellerPanel, market.trade(trade).buyerPanel) == (2, 2)


def test_a_gift_needs_no_escrow(market: Market) -> None:
    """A zone may list at no price; then nothing is paid, and nothing is due to anybody."""
    seller, buyer = market.seller, market.buyer
    listing = market.list(50, unit_price=0)
    receipt = buyer.body.enact(call_of(market.post, "accept", listing, 50, 0, now(market.chain) + 10 * DAY))
    trade = event(receipt, "CommitmentMade", market.post.address)["trade"]
    market.ship(trade)
    just_before(market.chain, market.trade(trade).deadline + 1)
    receipt = market.settle(trade)
    fulfilled = event(receipt, "Fulfilled", market.post.address)
    assert (fulfilled["quantity"], fulfilled["paid"], fulfilled["refunded"]) == (50, 0, 0)
    assert market.due(seller) == market.due(buyer) == 0
    assert seller.good(FLOUR).agreed == 20
