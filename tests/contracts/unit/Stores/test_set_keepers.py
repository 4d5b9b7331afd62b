"""`setKeepers`: who counts, delivers, ships and attests."""

from __future__ import annotations

from tests.support.bodies import Person, attempt, call_of, event, read
from tests.support.chain import reverts
from tests.support.market import FLOUR, STOCK, Market, attempt_as
from tests.support.plans import NOTHING


def test_a_new_panel_takes_over(market: Market) -> None:
    seller = market.seller
    receipt = seller.body.enact(call_of(seller.stores, "setKeepers", [3, 5]))
    assert event(receipt, "KeepersSet", seller.stores.address) == {"panel": 2, "persons": (3, 5)}
    assert read(seller.stores, "panel") == 2
    assert [read(seller.stores, "isKeeper", 2, person) for person in range(7)] == [False] * 3 + [
        True,
        False,
        True,
        False,
    ]
    seller.report(STOCK, by=seller.people[2])
    with reverts("NotKeeper", caller=seller.people[0].address):
        seller.report(STOCK, by=seller.people[0])


def test_the_old_panel_is_kept_for_the_trades_it_began(market: Market) -> None:
    seller = market.seller
    seller.body.enact(call_of(seller.stores, "setKeepers", [3]))
    assert [read(seller.stores, "isKeeper", 1, person) for person in range(4)] == [False, True, True, False]
    assert read(seller.stores, "keeperIndex", 1, seller.people[0].address) == 1
    assert read(seller.stores, "keeperIndex", 2, seller.people[0].address) == 0


def test_persons_of_any_index_and_twice(market: Market) -> None:
    seller = market.seller
    persons = (255, 256, 1, 1, 2**32 - 1)
    seller.body.enact(call_of(seller.stores, "setKeepers", list(persons)))
    assert all(read(seller.stores, "isKeeper", 2, person) for person in persons)
    assert not any(read(seller.stores, "isKeeper", 2, person) for person in (254, 257, 2, 2**32 - 2))


def test_naming_nobody_keeper_makes_no_stranger_one(market: Market, stranger: Person) -> None:
    """Strangers have index 0: a panel with person 0 must not open the stores to all of them."""
    seller = market.seller
    seller.body.enact(call_of(seller.stores, "setKeepers", [0]))
    assert read(seller.stores, "keeperIndex", 2, stranger.address) == 0
    with reverts("NotKeeper", caller=stranger.address):
        attempt(seller.stores, "report", FLOUR, 1, 1, NOTHING, by=stranger)


def test_reverts(market: Market) -> None:
    seller = market.seller
    with reverts("NoKeepers"):
        attempt_as(seller.address, seller.stores, "setKeepers", [])
    for caller in (seller.keeper.address, market.buyer.address, market.post.address):
        with reverts("OnlyZone", caller=caller):
            attempt_as(caller, seller.stores, "setKeepers", [1])
