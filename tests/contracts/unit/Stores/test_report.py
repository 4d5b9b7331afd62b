"""`report`: a keeper counts, and says which shipment the count includes."""

from __future__ import annotations

from tests.support.bodies import Person, attempt, event, events, just_before, now, transact
from tests.support.chain import reverts
from tests.support.market import FLOUR, MOST_UNITS, SALT, Market
from tests.support.plans import NOTHING
from tests.support.world import EVIDENCE


def test_a_count_replaces_the_stock(market: Market) -> None:
    seller = market.seller
    before = seller.good(SALT)
    receipt = transact(seller.stores, "report", SALT, 1234, 0, EVIDENCE, by=seller.second_keeper)
    assert seller.good(SALT) == before._replace(stock=1234, reportedAt=now(market.chain), entries=before.entries + 1)
    assert event(receipt, "StockReported", seller.stores.address) == {
        "good": SALT,
        "entry": before.entries + 1,
        "keeper": seller.second_keeper.index,
        "quantity": 1234,
        "shipments": 0,
        "evidence": EVIDENCE,
    }
    assert not events(receipt, "ListedChanged")
    assert not events(receipt, "SurplusShort")


def test_less_stock_shrinks_the_listing_first(market: Market) -> None:
    seller = market.seller
    before = seller.good()
    promised = before.safety + before.agreed
    receipt = seller.report(promised + before.listed)
    assert seller.good().listed == before.listed
    assert not events(receipt, "ListedChanged")
    receipt = seller.report(promised + before.listed - 1)
    assert event(receipt, "ListedChanged", seller.stores.address)["listed"] == before.listed - 1
    assert seller.good().entries == before.entries + 3
    receipt = seller.report(promised)
    assert (seller.good().listed, seller.good().agreed) == (0, before.agreed)
    assert not events(receipt, "SurplusShort")
    receipt = seller.report(promised - 1)
    assert event(receipt, "SurplusShort", seller.stores.address) == {"good": FLOUR, "by": 1}
    assert (seller.good().listed, seller.good().agreed, seller.surplus()) == (0, before.agreed, 0)


def test_an_empty_store_is_short_of_everything_promised(market: Market) -> None:
    seller = market.seller
    seller.order(40)
    before = seller.good()
    receipt = seller.report(0)
    promised = before.safety + before.home + before.agreed
    assert event(receipt, "SurplusShort", seller.stores.address)["by"] == promised == 160


def test_a_count_must_include_the_last_shipment(market: Market) -> None:
    """Flour was shipped once; salt never."""
    seller = market.seller
    assert seller.good().shipments == 1
    for named in (0, 2, 2**256 - 1):
        with reverts("StaleReport", shipments=1, named=named):
            attempt(seller.stores, "report", FLOUR, 1000, named, NOTHING, by=seller.keeper)
    with reverts("StaleReport", shipments=0, named=1):
        attempt(seller.stores, "report", SALT, 1000, 1, NOTHING, by=seller.keeper)
    attempt(seller.stores, "report", FLOUR, 1000, 1, NOTHING, by=seller.keeper)


def test_a_count_taken_before_a_shipment_and_sent_after_it_is_refused(market: Market) -> None:
    seller = market.seller
    counted, shipments = seller.good().stock, seller.good().shipments
    market.ship(market.agreed)
    with reverts("StaleReport", shipments=shipments + 1, named=shipments):
        transact(seller.stores, "report", FLOUR, counted, shipments, NOTHING, by=seller.keeper)
    assert seller.good().stock == counted - 20


def test_the_time_of_the_count_is_kept(market: Market) -> None:
    seller = market.seller
    at = now(market.chain) + 12_345
    just_before(market.chain, at)
    seller.report(7, SALT)
    assert seller.good(SALT).reportedAt == at


def test_reverts(market: Market, stranger: Person, erin: Person) -> None:
    seller, stores = market.seller, market.seller.stores
    strangers = (stranger, erin, market.buyer.keeper, seller.people[2])
    for caller in strangers:
        with reverts("NotKeeper", caller=caller.address):
            attempt(stores, "report", SALT, 1, 0, NOTHING, by=caller)
    for number in (0, SALT + 1):
        with reverts("NoSuchGood", good=number):
            attempt(stores, "report", number, 1, 0, NOTHING, by=seller.keeper)
    attempt(stores, "report", SALT, MOST_UNITS, 0, NOTHING, by=seller.keeper)
    with reverts("QuantityTooLarge", quantity=MOST_UNITS + 1):
        attempt(stores, "report", SALT, MOST_UNITS + 1, 0, NOTHING, by=seller.keeper)
