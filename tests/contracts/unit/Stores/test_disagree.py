"""`disagree`: an agreed sale came to nothing, and its goods are free again."""

from __future__ import annotations

from tests.support.bodies import event
from tests.support.chain import reverts
from tests.support.market import AGREED_QUANTITY, FLOUR, Market, attempt_as


def test_agreed_goods_are_surplus_again_and_not_listed_again(market: Market) -> None:
    seller = market.seller
    before, surplus = seller.good(), seller.surplus()
    market.let_pass(market.agreed)
    receipt = market.settle(market.agreed)
    assert seller.good() == before._replace(agreed=0, entries=before.entries + 1)
    assert seller.surplus() == surplus + AGREED_QUANTITY
    assert event(receipt, "ListedChanged", seller.stores.address) == {
        "good": FLOUR,
        "entry": before.entries + 1,
        "listed": before.listed,
        "agreed": 0,
    }


def test_reverts(market: Market) -> None:
    seller, post = market.seller, market.post.address
    attempt_as(post, seller.stores, "disagree", FLOUR, AGREED_QUANTITY)
    with reverts("TooMuch", left=AGREED_QUANTITY, wanted=AGREED_QUANTITY + 1):
        attempt_as(post, seller.stores, "disagree", FLOUR, AGREED_QUANTITY + 1)
