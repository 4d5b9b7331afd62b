"""A market for contract tests, built on top of `world` once for each module of tests and put back after each test.

    from tests.support.market import market, market_grounds     # in a conftest.py

What is there (`Market`):

- `seller` Riverside, a zone of five people; its keepers are the first two. It counts FLOUR (safety 100, entitlement
  50) and SALT (safety 0, entitlement 5); 1,000 of each were reported before the listings opened;
- `buyer` Elmcourt, the zone of `world`, with its industries; its keepers are alice and bob;
- two listings of flour by Riverside: `coin_listing` (300 units) and `token_listing` (200 units);
- two trades from the coin listing, bought by Elmcourt: `agreed` (20 units) and `shipped` (30 units, under DOCUMENT).

`market.list` and `market.buy` make more of them by vote; `market.purchase` is what a proposal to buy consists of.
`attempt_as` tries a call in the name of a contract, such as a zone or the trade post, without mining it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import pytest

from tests.support.bodies import Body, Call, Person, call_of, event, just_before, now, read, transact
from tests.support.chain import rollback
from tests.support.plans import COIN, DAY, NOTHING, of_stores
from tests.support.world import PEOPLE, World, Zone
from zonedao.chain.abi import keccak
from zonedao.chain.contract import BoundContract
from zonedao.chain.receipts import Receipt
from zonedao.chain.signers import dev_account

__all__ = ["Market", "Party", "market", "market_grounds"]

RIVERSIDE = tuple(
    Person(name, index, dev_account(20 + index))
    for index, name in enumerate(("rosa", "sven", "tara", "uma", "vera"), 1)
)

FLOUR, SALT = 1, 2
SAFETY, ENTITLEMENT = 100, 50  # of flour, units
SALT_ENTITLEMENT = 5  # units
STOCK = 1_000  # units reported of each good
COIN_PRICE, TOKEN_PRICE = 10**15, 7  # wei and base units of the token, per unit of flour
COIN_QUANTITY, TOKEN_QUANTITY = 300, 200  # units listed
LEAST = 5  # units
AGREED_QUANTITY, SHIPPED_QUANTITY = 20, 30  # units
SHIP_HOURS, ATTEST_HOURS = 120, 240  # one constitutional vote takes less than the first, two less than the second
LISTED_DAYS = 12
DOCUMENT = keccak(b"bill of lading")
DOCUMENT_KEPT = DOCUMENT[:22]
MOST_UNITS = 2**32 - 1


class ListingState(IntEnum):
    """`ITradePost.ListingState`."""

    NONE = 0
    OPEN = 1
    FILLED = 2
    WITHDRAWN = 3
    EXPIRED = 4


class TradeState(IntEnum):
    """`ITradePost.TradeState`."""

    NONE = 0
    AGREED = 1
    SHIPPED = 2
    DELIVERED = 3
    SETTLED = 4
    REFUNDED = 5


@dataclass(frozen=True)
class Party:
    """A zone that trades, and the keepers who speak for it."""

    body: Body
    treasury: BoundContract
    stores: BoundContract
    people: tuple[Person, ...]

    @property
    def address(self) -> str:
        return self.body.address

    @property
    def keeper(self) -> Person:
        """The first keeper."""
        return self.people[0]

    @property
    def second_keeper(self) -> Person:
        return self.people[1]

    def good(self, number: int = FLOUR) -> Any:
        """What the stores say of a good."""
        return read(self.stores, "good", number)

    def surplus(self, number: int = FLOUR) -> int:
        return int(read(self.stores, "surplus", number))

    def report(self, quantity: int, number: int = FLOUR, by: Person | None = None) -> Receipt:
        """A keeper counts."""
        shipments = self.good(number).shipments
        return transact(self.stores, "report", number, quantity, shipments, NOTHING, by=by or self.keeper)

    def order(self, quantity: int, number: int = FLOUR, by: Person | None = None, due: int | None = None) -> int:
        """Somebody orders at home, the third person by default; number of the order."""
        until = now(self.body.chain) + 20 * DAY if due is None else due
        receipt = transact(self.stores, "order", number, quantity, until, by=by or self.people[2])
        return int(event(receipt, "Ordered", self.stores.address)["order"])

    def account(self, asset: str = COIN, body: Body | None = None) -> int:
        """Balance of a body's account, of the zone's own by default, base units of the asset."""
        return int(read(self.treasury, "account", (body or self.body).address, asset).balance)


class Market:
    """Two zones with their stores, and the trade post between them. Holds addresses and numbers only."""

    def __init__(
        self,
        world: World,
        riverside: Zone,
        listings: tuple[int, int] = (0, 0),
        trades: tuple[int, int] = (0, 0),
    ) -> None:
        self.world = world
        self.chain = world.chain
        self.post = world.post
        self.token = world.token
        self.riverside = riverside
        body = Body(self.chain, riverside.body.address, RIVERSIDE)
        self.seller = Party(body, riverside.treasury, riverside.stores, RIVERSIDE)
        self.buyer = Party(world.zone, world.treasury, world.stores, PEOPLE)
        self.coin_listing, self.token_listing = listings
        self.agreed, self.shipped = trades

    def again(self) -> Market:
        """The same market for a new test."""
        return Market(
            self.world.again(),
            self.riverside,
            (self.coin_listing, self.token_listing),
            (self.agreed, self.shipped),
        )

    # --- reads ---

    def listing(self, number: int) -> Any:
        return read(self.post, "listingOf", number)

    def trade(self, number: int) -> Any:
        return read(self.post, "tradeOf", number)

    def due(self, body: Body | Party | BoundContract, asset: str = COIN) -> int:
        """Due to a body at the post, base units of the asset."""
        return int(read(self.post, "due", body.address, asset))

    def funds(self, body: Body | Party | BoundContract, key: bytes, asset: str = COIN) -> int:
        """Escrowed under a key and not yet accepted, base units of the asset."""
        return int(read(self.post, "funds", body.address, asset, key))

    def held(self, asset: str = COIN) -> int:
        """What the post really has of an asset, base units."""
        if asset == COIN:
            return self.chain.balance(self.post.address)
        return int(read(self.token, "balanceOf", self.post.address))

    # --- selling ---

    def terms(
        self,
        quantity: int = COIN_QUANTITY,
        *,
        good: int = FLOUR,
        least: int = LEAST,
        asset: str = COIN,
        unit_price: int = COIN_PRICE,
        expires_at: int | None = None,
        ship_hours: int = SHIP_HOURS,
        attest_hours: int = ATTEST_HOURS,
    ) -> tuple[Any, ...]:
        """`Terms` of a listing that expires in LISTED_DAYS unless told otherwise."""
        until = now(self.chain) + LISTED_DAYS * DAY if expires_at is None else expires_at
        return (good, quantity, least, asset, unit_price, until, ship_hours, attest_hours)

    def list(self, quantity: int = COIN_QUANTITY, party: Party | None = None, **terms: Any) -> int:
        """A zone lists by vote, Riverside by default; number of the listing."""
        by = party or self.seller
        receipt = by.body.enact(call_of(self.post, "list", self.terms(quantity, **terms)))
        return int(event(receipt, "ListingOpened", self.post.address)["listing"])

    # --- buying ---

    def key(self, body: Body | Party | BoundContract, listing: int, quantity: int, price: int, deadline: int) -> bytes:
        """`tradeKeyOf`, asked of the post."""
        return bytes(read(self.post, "tradeKeyOf", body.address, listing, quantity, price, deadline))

    def purchase(
        self,
        body: Body,
        listing: int,
        quantity: int,
        *,
        max_price: int | None = None,
        deadline: int | None = None,
        pay: int | None = None,
        treasury: BoundContract | None = None,
    ) -> Sequence[Call]:
        """The calls of a proposal to buy: escrow of the whole price, or of `pay`, and acceptance."""
        offer = self.listing(listing)
        price = offer.unitPrice if max_price is None else max_price
        until = now(self.chain) + 10 * DAY if deadline is None else deadline
        amount = quantity * offer.unitPrice if pay is None else pay
        key = self.key(body, listing, quantity, price, until)
        escrow = (self.post.address, offer.asset, amount, key, NOTHING, NOTHING)
        return (
            call_of(treasury or self.buyer.treasury, "escrow", *escrow),
            call_of(self.post, "accept", listing, quantity, price, until),
        )

    def buy(self, listing: int, quantity: int, body: Body | None = None, **terms: Any) -> int:
        """A body of Elmcourt buys by vote, the zone by default; number of the trade."""
        by = body or self.buyer.body
        receipt = by.enact(*self.purchase(by, listing, quantity, **terms))
        return int(event(receipt, "CommitmentMade", self.post.address)["trade"])

    def fund(self, body: Body | Party | BoundContract, key: bytes, amount_wei: int) -> Receipt:
        """Somebody puts coin into a body's escrow."""
        return transact(self.post, "fund", body.address, COIN, key, value_wei=amount_wei)

    # --- fulfilling ---

    def ship(self, trade: int, by: Person | None = None, document: bytes = DOCUMENT) -> Receipt:
        """A keeper of Riverside ships."""
        return transact(self.post, "ship", trade, document, by=by or self.seller.keeper)

    def attest(self, trade: int, party: Party, quantity: int, by: Person | None = None) -> Receipt:
        """A keeper of a party attests."""
        return transact(self.post, "attest", trade, party.address, quantity, DOCUMENT, by=by or party.keeper)

    def settle(self, trade: int) -> Receipt:
        """Anyone settles."""
        return transact(self.post, "settle", trade)

    def let_pass(self, trade: int) -> None:
        """Let the next transaction run in the first second after the deadline of the trade's present state."""
        just_before(self.chain, self.trade(trade).deadline + 1)


def attempt_as(address: str, contract: BoundContract, function: str, *args: Any, value_wei: int = 0) -> Any:
    """Try a call in the name of any address at the present second without mining it. Raises ContractRevert."""
    return contract.call(function, *args, block="latest", sender=address, value_wei=value_wei)


def build_market(world: World) -> Market:
    """Found Riverside, name keepers, report, list, agree and ship."""
    riverside = world.new_zone(
        "Riverside",
        RIVERSIDE,
        calls=[
            of_stores("addGood", "flour kg", SAFETY, ENTITLEMENT),
            of_stores("addGood", "salt kg", 0, SALT_ENTITLEMENT),
            of_stores("setKeepers", [1, 2]),
        ],
    )
    market = Market(world, riverside)
    seller, buyer = market.seller, market.buyer
    buyer.body.enact(call_of(buyer.stores, "setKeepers", [1, 2]))
    seller.report(STOCK, FLOUR)
    seller.report(STOCK, SALT)
    in_coin = market.terms(COIN_QUANTITY)
    in_token = market.terms(TOKEN_QUANTITY, asset=world.token.address, unit_price=TOKEN_PRICE)
    receipt = seller.body.enact(call_of(market.post, "list", in_coin), call_of(market.post, "list", in_token))
    opened = [found.args["listing"] for found in receipt.events if found.name == "ListingOpened"]
    market = Market(world, riverside, (opened[0], opened[1]))
    receipt = buyer.body.enact(
        *market.purchase(buyer.body, market.coin_listing, AGREED_QUANTITY),
        *market.purchase(buyer.body, market.coin_listing, SHIPPED_QUANTITY),
    )
    agreed, shipped = (found.args["trade"] for found in receipt.events if found.name == "CommitmentMade")
    market.ship(shipped)
    return Market(world, riverside, (opened[0], opened[1]), (agreed, shipped))


@pytest.fixture(scope="module")
def market_grounds(grounds: World) -> Iterator[Market]:
    """The market on each node, for one module of tests: Elmcourt has no proposals for those that come after it."""
    with rollback(grounds.chain):
        yield build_market(grounds)


@pytest.fixture
def market(market_grounds: Market, world: World) -> Market:
    """The market, put back afterwards."""
    return market_grounds.again()
