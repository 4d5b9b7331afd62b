"""`list`: a zone puts surplus up for sale."""

from __future__ import annotations

import pytest

from tests.support.bodies import event, now, read
from tests.support.chain import reverts
from tests.support.hostile import Hostile, Manner
from tests.support.market import (
    ATTEST_HOURS,
    FLOUR,
    LEAST,
    SALT,
    SHIP_HOURS,
    ListingState,
    Market,
    attempt_as,
)
from tests.support.plans import COIN, DAY

GOOD, QUANTITY, LEAST_FIELD, ASSET, UNIT_PRICE, EXPIRES_AT, SHIP, ATTEST = range(8)  # fields of `Terms`


def test_a_listing_is_opened_by_vote(market: Market) -> None:
    count = read(market.post, "listingCount")
    expires_at = now(market.chain) + 20 * DAY
    terms = market.terms(120, good=SALT, least=7, expires_at=expires_at, asset=market.token.address, unit_price=9)
    receipt = market.seller.body.enact((market.post.address, market.post.encode("list", terms)))
    number = count + 1
    assert read(market.post, "listingCount") == number
    listing = market.listing(number)
    assert listing._asdict() == {
        "seller": market.seller.address,
        "good": SALT,
        "expiresAt": expires_at,
        "state": ListingState.OPEN,
        "shipHours": SHIP_HOURS,
        "stores": market.seller.stores.address,
        "left": 120,
        "least": 7,
        "attestHours": ATTEST_HOURS,
        "asset": market.token.address,
        "unitPrice": 9,
    }
    opened = event(receipt, "ListingOpened", market.post.address)
    assert (opened["listing"], opened["seller"], tuple(opened["terms"])) == (number, market.seller.address, terms)


def test_assets_are_kept_apart(market: Market) -> None:
    """Several assets, each used more than once, and the coin between them."""
    assets = [market.token.address, COIN, "0x" + "11" * 20, market.token.address, "0x" + "11" * 20, COIN]
    calls = [
        (market.post.address, market.post.encode("list", market.terms(1, least=0, asset=asset))) for asset in assets
    ]
    first = read(market.post, "listingCount") + 1
    market.seller.body.enact(*calls)
    assert [market.listing(first + i).asset for i in range(len(assets))] == assets
    assert market.listing(market.coin_listing).asset == COIN
    assert market.listing(market.token_listing).asset == market.token.address


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        (GOOD, FLOUR, 0),
        (GOOD, FLOUR, 2**32),
        (QUANTITY, LEAST, 0),
        (QUANTITY, 400, 2**40 - 1),
        (LEAST_FIELD, 300, 301),
        (LEAST_FIELD, 0, 2**256 - 1),
        (UNIT_PRICE, 2**96 - 1, 2**96),
        (UNIT_PRICE, 0, 2**256 - 1),
        (EXPIRES_AT, 2**40 - 1, 2**40),
        (SHIP, 1, 0),
        (SHIP, 2**16 - 1, 2**16),
        (ATTEST, 1, 0),
        (ATTEST, 2**16 - 1, 2**16),
    ],
)
def test_bounds_of_terms(market: Market, field: int, good: int, bad: int) -> None:
    zone = market.seller.address
    terms = list(market.terms())
    terms[field] = good
    attempt_as(zone, market.post, "list", tuple(terms))
    terms[field] = bad
    with reverts("BadTerms", field=field):
        attempt_as(zone, market.post, "list", tuple(terms))


def test_it_must_expire_later(market: Market) -> None:
    zone, present = market.seller.address, now(market.chain)
    attempt_as(zone, market.post, "list", market.terms(expires_at=present + 1))
    for expires_at in (present, 0):
        with reverts("BadTerms", field=EXPIRES_AT):
            attempt_as(zone, market.post, "list", market.terms(expires_at=expires_at))


def test_only_surplus(market: Market) -> None:
    zone, surplus = market.seller.address, market.seller.surplus()
    attempt_as(zone, market.post, "list", market.terms(surplus))
    with reverts("NoSurplus", have=surplus, want=surplus + 1):
        attempt_as(zone, market.post, "list", market.terms(surplus + 1))


def test_only_a_zone_out_of_its_own_stores(market: Market) -> None:
    """An industry finds the stores of its zone above it; the goods in them are not its own."""
    for body in (market.world.food, market.world.bakery):
        with reverts("NotAZone", caller=body.address):
            attempt_as(body.address, market.post, "list", market.terms())


def test_stores_of_another_are_refused(market: Market) -> None:
    thief = Hostile(market)
    thief.behave("IStores", "zone", Manner.ZERO)
    with reverts("NotAZone", caller=thief.address):
        attempt_as(thief.address, market.post, "list", market.terms())


def test_without_stores(market: Market) -> None:
    bare = Hostile(market)
    bare.behave("IZone", "module", Manner.ZERO)
    with reverts("NotAZone", caller=bare.address):
        attempt_as(bare.address, market.post, "list", market.terms())


def test_a_person_sells_nothing(market: Market) -> None:
    with reverts("Empty"):
        attempt_as(market.seller.keeper.address, market.post, "list", market.terms())
