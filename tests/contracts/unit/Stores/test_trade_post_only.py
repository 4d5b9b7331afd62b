"""`list`, `unlist`, `agree`, `disagree` and `ship`: for the trade post alone, and for goods that there are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.chain import reverts
from tests.support.market import FLOUR, SALT, Market, attempt_as


@pytest.mark.parametrize("function", ["list", "unlist", "agree", "disagree", "ship"])
def test_reverts(market: Market, function: str) -> None:
    seller = market.seller
    more: tuple[Any, ...] = (1, seller.keeper.address) if function == "ship" else ()
    for caller in (seller.address, seller.keeper.address, market.buyer.address):
        with reverts("OnlyTradePost", caller=caller):
            attempt_as(caller, seller.stores, function, FLOUR, 1, *more)
    for number in (0, SALT + 1):
        with reverts("NoSuchGood", good=number):
            attempt_as(market.post.address, seller.stores, function, number, 1, *more)
    attempt_as(market.post.address, seller.stores, function, FLOUR, 1, *more)
