"""What can be read of stores, and the numbering of their events."""

from __future__ import annotations

from tests.support.bodies import Person, now, read, stand_at, transact
from tests.support.chain import reverts
from tests.support.market import ENTITLEMENT, FLOUR, SALT, SALT_ENTITLEMENT, Market
from tests.support.plans import DAY, EPOCH_SECONDS, NOTHING, STALE_SECONDS


def test_whose_they_are(market: Market) -> None:
    for party in (market.seller, market.buyer):
        assert read(party.stores, "zone") == party.address
        assert read(party.stores, "tradePost") == market.post.address
        assert read(party.stores, "staleSeconds") == STALE_SECONDS
        assert read(party.stores, "panel") == 1


def test_goods(market: Market) -> None:
    stores = market.seller.stores
    assert read(stores, "goodCount") == 2
    assert [read(stores, "goodName", number) for number in range(4)] == ["", "flour kg", "salt kg", ""]
    for number in (0, SALT + 1, 2**256 - 1):
        for function in ("good", "surplus"):
            with reverts("NoSuchGood", good=number):
                read(stores, function, number)
        with reverts("NoSuchGood", good=number):
            read(stores, "entitlementLeft", number, 1)


def test_orders(market: Market) -> None:
    seller = market.seller
    assert read(seller.stores, "orderCount") == 0
    with reverts("NoSuchOrder", order=1):
        read(seller.stores, "orderOf", 1)
    seller.order(1)
    assert read(seller.stores, "orderOf", 1).left == 1
    for number in (0, 2):
        with reverts("NoSuchOrder", order=number):
            read(seller.stores, "orderOf", number)


def test_surplus_is_never_negative(market: Market) -> None:
    seller = market.seller
    for stock in (0, 1, 99, 100, 119, 120, 570, 571):
        seller.report(stock)
        good = seller.good()
        free = stock - good.safety - good.home - good.listed - good.agreed
        assert seller.surplus() == max(0, free)


def test_entitlement_left(market: Market) -> None:
    seller, person = market.seller, market.seller.people[2]
    assert read(seller.stores, "entitlementLeft", FLOUR, person.index) == ENTITLEMENT
    seller.order(20, by=person)
    assert read(seller.stores, "entitlementLeft", FLOUR, person.index) == ENTITLEMENT - 20
    assert read(seller.stores, "entitlementLeft", SALT, person.index) == SALT_ENTITLEMENT
    assert read(seller.stores, "entitlementLeft", FLOUR, person.index + 1) == ENTITLEMENT


def test_epochs_are_those_of_the_treasury(market: Market) -> None:
    seller = market.seller
    start = read(seller.treasury, "epochStart")
    times = [0, start - 1, start, start + EPOCH_SECONDS - 1, start + EPOCH_SECONDS, start + 7 * EPOCH_SECONDS + 5]
    assert [read(seller.stores, "epochAt", time) for time in times] == [0, 0, 0, 0, 1, 7]
    assert [read(seller.treasury, "epochAt", time) for time in times] == [0, 0, 0, 0, 1, 7]


def test_keepers(market: Market, stranger: Person) -> None:
    seller = market.seller
    for number, person in enumerate(seller.people, 1):
        on_panel = number if number <= 2 else 0
        assert read(seller.stores, "keeperIndex", 1, person.address) == on_panel
        assert read(seller.stores, "isKeeper", 1, number) == bool(on_panel)
        assert read(seller.stores, "keeperIndex", 0, person.address) == 0
        assert read(seller.stores, "keeperIndex", 2, person.address) == 0
    assert read(seller.stores, "keeperIndex", 1, stranger.address) == 0
    # alice has index 1 in Elmcourt, and is nobody in Riverside.
    assert read(seller.stores, "keeperIndex", 1, market.buyer.keeper.address) == 0


def test_every_event_about_a_good_has_the_next_number(market: Market) -> None:
    """An auditor sees at once when one is missing."""
    seller = market.seller
    due = now(market.chain) + DAY
    order, lapsing = seller.order(5, due=due), seller.order(40, due=due)
    transact(seller.stores, "deliver", order, 5, NOTHING, by=seller.keeper)
    seller.report(300)
    seller.order(3, SALT)
    market.ship(market.agreed)
    stand_at(market.chain, due + 1)
    transact(seller.stores, "lapse", lapsing)
    for number in (FLOUR, SALT):
        entries = [
            event.args["entry"]
            for event in seller.stores.logs()
            if "entry" in event.args and event.args.get("good") == number
        ]
        assert entries == list(range(1, seller.good(number).entries + 1))
    assert seller.good(FLOUR).entries > 12
