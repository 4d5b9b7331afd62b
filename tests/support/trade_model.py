"""The rules of stores and trade in plain Python.

Written from the rules and importing nothing of the package, so that the contracts can be compared with it step by step.
Zones, bodies, keys and assets are opaque names; times are unix seconds; quantities units of a good; amounts base units.
A step that the rules forbid raises `Refused` with the name of every rule it breaks, and changes nothing.

Unlike the contracts the model keeps no totals: home demand is the sum of the open orders, what is promised abroad the
sum of the trades under way, what is offered the sum of the open listings. Only how much of the offered is still listed
has a memory: whatever takes units away from it takes them for good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.support.rules import require

HOUR, DAY = 3_600, 86_400  # seconds
STRAY_SECONDS = 30 * DAY
NOBODY = "0x" + "00" * 20  # as an asset, the chain's coin

OPEN, FILLED, WITHDRAWN, EXPIRED = range(1, 5)
AGREED, SHIPPED, DELIVERED, SETTLED, REFUNDED = range(1, 6)


@dataclass
class Good:
    """What a zone counts. `listed` is what of its open listings is still there for others."""

    safety: int
    entitlement: int
    stock: int = 0
    counted_at: int = 0
    shipments: int = 0
    listed: int = 0


@dataclass
class Order:
    """What a person wants at home."""

    good: int
    person: int
    left: int
    due: int


class Terms(NamedTuple):
    """What a zone offers; times to ship and to attest in hours."""

    good: int
    quantity: int
    least: int
    asset: str
    price: int
    expires: int
    ship_hours: int
    attest_hours: int


@dataclass
class Listing:
    """An offer and what is left of it."""

    seller: str
    terms: Terms
    left: int
    state: int = OPEN


class Purchase(NamedTuple):
    """What an escrow is for; its trade key is a hash of these."""

    buyer: str
    listing: int
    quantity: int
    most: int  # per unit
    deadline: int


@dataclass
class Trade:
    """An agreement. `words` has what each side attested."""

    listing: int
    buyer: str
    quantity: int
    deadline: int
    panels: dict[str, int]  # number of the panel by side
    state: int = AGREED
    document: str = ""
    words: dict[str, int] = field(default_factory=dict)

    @property
    def shown(self) -> int:
        """The state, in which agreeing words are a delivery."""
        words = list(self.words.values())
        return DELIVERED if self.state == SHIPPED and len(words) == 2 and words[0] == words[1] else self.state

    @property
    def delivered(self) -> int:
        """Units that are paid for when the time is over: the least that was attested, or all if nobody spoke."""
        return min(self.words.values(), default=self.quantity)


@dataclass
class Zone:
    """A zone with its stores. `members` are person indices by key; `panels` the keys of each panel of keepers."""

    name: str
    bodies: tuple[str, ...]
    members: dict[str, int]
    goods: dict[int, Good]
    panels: list[frozenset[str]]
    stale_seconds: int
    epoch_start: int
    epoch_seconds: int
    orders: list[Order] = field(default_factory=list)
    ordered: Counter[tuple[int, int, int]] = field(default_factory=Counter)  # by good, person and epoch

    def epoch(self, time: int) -> int:
        return (time - self.epoch_start) // self.epoch_seconds

    def home(self, good: int) -> int:
        """Units ordered at home and not yet delivered."""
        return sum(order.left for order in self.orders if order.good == good)

    def entitled(self, good: int, person: int, time: int) -> int:
        """Units the person may still order in this epoch."""
        return max(0, self.goods[good].entitlement - self.ordered[good, person, self.epoch(time)])

    def is_keeper(self, key: str, panel: int | None = None) -> bool:
        return key in self.panels[(len(self.panels) if panel is None else panel) - 1]


class TradeModel:
    """Zones, their stores, and the trade post between them."""

    def __init__(self, zones: Iterable[Zone]) -> None:
        self.zones = {zone.name: zone for zone in zones}
        self.home_of = {body: zone.name for zone in self.zones.values() for body in zone.bodies}
        self.listings: list[Listing] = []
        self.trades: list[Trade] = []
        # Amount and the second of the first money, by body, asset and key.
        self.escrows: dict[tuple[str, str, object], tuple[int, int]] = {}
        self.due: Counter[tuple[str, str]] = Counter()  # by body and asset
        self.accounts: Counter[tuple[str, str]] = Counter()  # by body and asset
        self.held: Counter[str] = Counter()  # by the post, by asset
        self.short: list[tuple[str, int, int]] = []  # what the last step announced: zone, good, units missing

    # --- sums ---

    def agreed(self, zone: str, good: int) -> int:
        """Units sold and not yet shipped."""
        return sum(
            trade.quantity for trade in self.trades if trade.state == AGREED and self._sells(trade.listing, zone, good)
        )

    def offered(self, zone: str, good: int) -> int:
        """Units left in open listings."""
        return sum(
            listing.left
            for number, listing in enumerate(self.listings, 1)
            if listing.state == OPEN and self._sells(number, zone, good)
        )

    def room(self, zone: str, good: int) -> int:
        """Units that may be listed at all; negative when too much is promised."""
        here = self.zones[zone]
        counted = here.goods[good]
        return counted.stock - counted.safety - here.home(good) - self.agreed(zone, good)

    def surplus(self, zone: str, good: int) -> int:
        """Units that may be listed besides what is."""
        return max(0, self.room(zone, good) - self.zones[zone].goods[good].listed)

    def owed(self, asset: str) -> int:
        """What the post keeps for others, of one asset."""
        escrowed = sum(amount for (_, kind, _), (amount, _) in self.escrows.items() if kind == asset)
        dues = sum(amount for (_, kind), amount in self.due.items() if kind == asset)
        terms = [(trade, self.listings[trade.listing - 1].terms) for trade in self.trades]
        under_way = sum(
            trade.quantity * term.price
            for trade, term in terms
            if trade.state in (AGREED, SHIPPED) and term.asset == asset
        )
        return escrowed + dues + under_way

    # --- stores ---

    def set_good(self, zone: str, good: int, safety: int, entitlement: int) -> None:
        here = self.zones[zone]
        require([good not in here.goods and "NoSuchGood"])
        here.goods[good].safety, here.goods[good].entitlement = safety, entitlement
        self._shrink(zone, good)

    def set_keepers(self, zone: str, keys: frozenset[str]) -> None:
        require([not keys and "NoKeepers"])
        self.zones[zone].panels.append(keys)

    def report(self, zone: str, by: str, good: int, quantity: int, shipments: int, time: int) -> None:
        here = self.zones[zone]
        known = here.goods.get(good)
        require(
            [
                not here.is_keeper(by) and "NotKeeper",
                known is None and "NoSuchGood",
                known is not None and shipments != known.shipments and "StaleReport",
            ]
        )
        here.goods[good].stock, here.goods[good].counted_at = quantity, time
        self._shrink(zone, good)

    def order(self, zone: str, by: str, good: int, quantity: int, due: int, time: int) -> None:
        here = self.zones[zone]
        person = here.members.get(by)
        known = good in here.goods
        left = here.entitled(good, person, time) if person is not None and known else quantity
        require(
            [
                not known and "NoSuchGood",
                quantity == 0 and "ZeroQuantity",
                due <= time and "DueInPast",
                due > time + here.epoch_seconds and "DueTooLate",
                person is None and "NotAMember",
                quantity > left and "EntitlementExceeded",
            ]
        )
        assert person is not None
        here.ordered[good, person, here.epoch(time)] += quantity
        here.orders.append(Order(good, person, quantity, due))
        self._shrink(zone, good)

    def deliver(self, zone: str, by: str, number: int, quantity: int, time: int) -> None:
        here = self.zones[zone]
        found = self._order(zone, number)
        there = self._there(zone, found.good) if found else 0
        require(
            [
                not here.is_keeper(by) and "NotKeeper",
                found is None and "NoSuchOrder",
                quantity == 0 and "ZeroQuantity",
                found is not None and time > found.due and "OrderLapsedAlready",
                found is not None and quantity > found.left and "TooMuch",
                found is not None and quantity > there and "NotEnoughStock",
            ]
        )
        assert found is not None
        found.left -= quantity
        here.goods[found.good].stock -= quantity
        self._shrink(zone, found.good)

    def lapse(self, zone: str, number: int, time: int) -> None:
        found = self._order(zone, number)
        require(
            [
                found is None and "NoSuchOrder",
                found is not None and time <= found.due and "OrderOpen",
                found is not None and found.left == 0 and "ZeroQuantity",
            ]
        )
        assert found is not None
        found.left = 0
        self._shrink(zone, found.good)

    # --- listings ---

    def list(self, body: str, terms: Terms, time: int) -> None:
        here = self.zones.get(body)
        good = here.goods.get(terms.good) if here else None
        require(
            [
                here is None and "NotAZone",
                good is None and "NoSuchGood",
                (
                    terms.good < 1
                    or terms.quantity < 1
                    or terms.least > terms.quantity
                    or terms.expires <= time
                    or min(terms.ship_hours, terms.attest_hours) < 1
                )
                and "BadTerms",
                good is not None and terms.quantity > self.surplus(body, terms.good) and "NoSurplus",
                here is not None and good is not None and self._is_stale(here, good, time) and "StaleStock",
            ]
        )
        assert good is not None
        good.listed += terms.quantity
        self.listings.append(Listing(body, terms, terms.quantity))

    def unlist(self, body: str, number: int) -> None:
        listing = self._listing(number)
        require([*self._not_open(listing), listing is not None and listing.seller != body and "OnlySeller"])
        assert listing is not None
        self._close(number, listing, WITHDRAWN)

    def expire(self, number: int, time: int) -> None:
        listing = self._listing(number)
        early = listing is not None and time <= listing.terms.expires
        require([*self._not_open(listing), early and "TooEarly"])
        assert listing is not None
        self._close(number, listing, EXPIRED)

    # --- purchases ---

    def pay_in(self, body: str, asset: str, key: object, amount: int, time: int, *, own: bool) -> None:
        """Escrow, out of the body's account or given by somebody."""
        require([amount == 0 and "NothingReceived"])
        before, since = self.escrows.get((body, asset, key), (0, time))
        self.escrows[body, asset, key] = (before + amount, since)
        self.held[asset] += amount
        if own:
            self.accounts[body, asset] -= amount

    def accept(self, what: Purchase, time: int) -> None:
        listing = self._listing(what.listing)
        seller = self.zones[listing.seller] if listing else None
        require(self._not_open(listing))
        assert listing is not None
        assert seller is not None
        terms, good = listing.terms, seller.goods[listing.terms.good]
        price = what.quantity * terms.price
        escrow = (what.buyer, terms.asset, what)
        have, _ = self.escrows.get(escrow, (0, 0))
        too_few = what.quantity < terms.least and what.quantity != listing.left
        require(
            [
                time > min(terms.expires, what.deadline) and "TooLate",
                terms.price > what.most and "PriceOutOfBounds",
                self.home_of[what.buyer] == listing.seller and "OwnListing",
                (not 1 <= what.quantity <= listing.left or too_few) and "QuantityOutOfBounds",
                have < price and "NotFunded",
                what.quantity > good.listed and "NoSurplus",
                self._is_stale(seller, good, time) and "StaleStock",
            ]
        )
        self.escrows.pop(escrow, None)
        self.due[what.buyer, terms.asset] += have - price
        listing.left -= what.quantity
        if listing.left == 0:
            listing.state = FILLED
        good.listed -= what.quantity
        buyer = self.zones[self.home_of[what.buyer]]
        panels = {listing.seller: len(seller.panels), what.buyer: len(buyer.panels)}
        ship_by = time + terms.ship_hours * HOUR
        self.trades.append(Trade(what.listing, what.buyer, what.quantity, ship_by, panels))

    def reclaim(self, what: Purchase, time: int) -> None:
        listing = self._listing(what.listing)
        asset = listing.terms.asset if listing else NOBODY
        require(
            [
                listing is None and "NoSuchListing",
                time <= what.deadline and "TooEarly",
                (what.buyer, asset, what) not in self.escrows and "NothingDue",
            ]
        )
        self._give_back(what.buyer, asset, what)

    def reclaim_stray(self, body: str, asset: str, key: object, time: int) -> None:
        found = self.escrows.get((body, asset, key))
        early = found is not None and time <= found[1] + STRAY_SECONDS
        require([found is None and "NothingDue", early and "TooEarly"])
        self._give_back(body, asset, key)

    # --- trades ---

    def ship(self, number: int, by: str, document: str, time: int) -> None:
        trade = self._trade(number)
        require([trade is None and "NoSuchTrade"])
        assert trade is not None
        listing = self.listings[trade.listing - 1]
        seller, good = self.zones[listing.seller], self.zones[listing.seller].goods[listing.terms.good]
        require(
            [
                trade.state != AGREED and "WrongState",
                time > trade.deadline and "TooLate",
                not seller.is_keeper(by, trade.panels[listing.seller]) and "NotKeeper",
                trade.quantity > good.stock and "NotEnoughStock",
            ]
        )
        trade.state, trade.document = SHIPPED, document
        trade.deadline = time + listing.terms.attest_hours * HOUR
        good.stock -= trade.quantity
        good.shipments += 1

    def attest(self, number: int, side: str, by: str, quantity: int, document: str, time: int) -> None:
        trade = self._trade(number)
        require([trade is None and "NoSuchTrade"])
        assert trade is not None
        party = side in trade.panels
        keepers = self.zones[self.home_of[side]] if party else None
        require(
            [
                trade.shown != SHIPPED and "WrongState",
                time > trade.deadline and "TooLate",
                document != trade.document and "WrongDocument",
                quantity > trade.quantity and "QuantityOutOfBounds",
                not party and "NotAParty",
                side in trade.words and "AlreadyAttested",
                keepers is not None and not keepers.is_keeper(by, trade.panels[side]) and "NotOnPanel",
            ]
        )
        trade.words[side] = quantity

    def settle(self, number: int, time: int) -> None:
        trade = self._trade(number)
        require([trade is None and "NoSuchTrade"])
        assert trade is not None
        waiting = trade.shown in (AGREED, SHIPPED) and time <= trade.deadline
        require([trade.state in (SETTLED, REFUNDED) and "WrongState", waiting and "TooEarly"])
        listing = self.listings[trade.listing - 1]
        paid = 0 if trade.state == AGREED else trade.delivered
        trade.state = REFUNDED if trade.state == AGREED else SETTLED
        self.due[listing.seller, listing.terms.asset] += paid * listing.terms.price
        self.due[trade.buyer, listing.terms.asset] += (trade.quantity - paid) * listing.terms.price

    def withdraw(self, body: str, asset: str) -> None:
        require([self.due[body, asset] == 0 and "NothingDue"])
        amount = self.due.pop((body, asset))
        self.accounts[body, asset] += amount
        self.held[asset] -= amount

    # --- inside ---

    def _shrink(self, zone: str, good: int) -> None:
        room = self.room(zone, good)
        counted = self.zones[zone].goods[good]
        counted.listed = min(counted.listed, max(0, room))
        if room < 0:
            self.short.append((zone, good, -room))

    def _close(self, number: int, listing: Listing, state: int) -> None:
        listing.state = state
        good = self.zones[listing.seller].goods[listing.terms.good]
        good.listed = min(good.listed, self.offered(listing.seller, listing.terms.good))

    def _give_back(self, body: str, asset: str, key: object) -> None:
        amount, _ = self.escrows.pop((body, asset, key))
        self.due[body, asset] += amount

    def _sells(self, number: int, zone: str, good: int) -> bool:
        listing = self.listings[number - 1]
        return listing.seller == zone and listing.terms.good == good

    def _there(self, zone: str, good: int) -> int:
        """Units that can be handed out at home."""
        return self.zones[zone].goods[good].stock - self.agreed(zone, good)

    def _is_stale(self, zone: Zone, good: Good, time: int) -> bool:
        return time - good.counted_at > zone.stale_seconds

    def _not_open(self, listing: Listing | None) -> list[str | None]:
        if listing is None:
            return ["NoSuchListing"]
        return ["WrongState" if listing.state != OPEN else None]

    def _order(self, zone: str, number: int) -> Order | None:
        orders = self.zones[zone].orders
        return orders[number - 1] if 1 <= number <= len(orders) else None

    def _listing(self, number: int) -> Listing | None:
        return self.listings[number - 1] if 1 <= number <= len(self.listings) else None

    def _trade(self, number: int) -> Trade | None:
        return self.trades[number - 1] if 1 <= number <= len(self.trades) else None
