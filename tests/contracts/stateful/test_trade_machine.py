"""Stores and trade post against the model: any order of steps by two zones, legal and illegal, with every deadline.

After every step everything the contracts say is compared with the rules; what the rules forbid must revert, for a
reason the rules know, and change nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support.bodies import Person, stand_at
from tests.support.histories import open_fastest, run_histories
from tests.support.plans import COIN
from tests.support.trade_mirror import STALE, Side, TradeGrounds, TradeMirror
from tests.support.trade_model import (
    AGREED,
    DAY,
    DELIVERED,
    HOUR,
    OPEN,
    REFUNDED,
    SETTLED,
    SHIPPED,
    STRAY_SECONDS,
    Purchase,
    Terms,
)
from tests.support.world import STRANGER

# A history in which one of these never succeeds would test nothing of what follows it.
AT_HOME = {"report", "order", "deliver", "lapse", "set good", "set keepers"}
ABROAD = {"list", "unlist", "expire", "escrow", "fund", "buy", "ship", "attest", "settle", "withdraw"}
ABROAD |= {"reclaim", "reclaim stray"}
EVERY_STEP = AT_HOME | ABROAD

BILL, OTHER_BILL = "bill of lading", "another bill of lading"
PRICES = (7, 10**12 + 1)
STRAY_KEY = "the hash of nothing"


class Markets(RuleBasedStateMachine):
    """One history of two zones. `grounds` and `seen` are set by the test."""

    grounds: ClassVar[TradeGrounds]
    seen: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.chain = self.grounds.chain
        self.snapshot = self.chain.snapshot()
        self.mirror = TradeMirror(self.grounds)
        self.zones = list(self.mirror.sides)
        self.purchases: list[Purchase] = []

    def teardown(self) -> None:
        self.seen.update(self.mirror.outcomes)
        self.chain.revert(self.snapshot)

    # --- what there is to choose from ---

    @property
    def model(self) -> Any:
        return self.mirror.model

    def side(self, body: str) -> Side:
        return self.mirror.side_of[body]

    def anybody(self, zone: str) -> list[Person]:
        """Keepers first and most often, then others of the zone, of the other zone, and of none."""
        here = self.side(zone).people
        keepers = [person for person in here if self.model.zones[zone].is_keeper(person.address)]
        foreign = next(side for side in self.mirror.sides.values() if side.zone.address != zone).people[0]
        return [*keepers * 4, *here, foreign, STRANGER]

    def listings(self, *states: int) -> list[int]:
        return [n for n, listing in enumerate(self.model.listings, 1) if not states or listing.state in states]

    def trades(self, *states: int) -> list[int]:
        return [n for n, trade in enumerate(self.model.trades, 1) if not states or trade.shown in states]

    def seller(self, trade: int) -> str:
        return str(self.model.listings[self.model.trades[trade - 1].listing - 1].seller)

    def quantities(self, *edges: int) -> st.SearchStrategy[int]:
        """Around what just fits."""
        near = {max(edge + d, 0) for edge in edges for d in (-1, 0, 1)}
        return st.sampled_from([*[max(edge, 0) for edge in edges] * 2, *sorted(near)])

    # --- time ---

    @rule(seconds=st.sampled_from([1, 60, HOUR, 4 * HOUR, DAY]))
    def time_passes(self, seconds: int) -> None:
        stand_at(self.chain, self.mirror.now + seconds)

    @rule(data=st.data(), late=st.sampled_from([-2, -1, 0]))
    def a_moment_comes(self, data: Any, late: int) -> None:
        """The next step happens just before, at, or just after something is due, lapses or goes stale."""
        model = self.model
        moments = [trade.deadline for trade in model.trades if trade.state in (AGREED, SHIPPED)]
        moments += [listing.terms.expires for listing in model.listings if listing.state == OPEN]
        moments += [what.deadline for what in self.purchases]
        moments += [since + STRAY_SECONDS for _, since in model.escrows.values()]
        for zone in model.zones.values():
            moments += [order.due for order in zone.orders if order.left]
            moments += [good.counted_at + STALE for good in zone.goods.values() if good.counted_at]
            moments.append(zone.epoch_start + (zone.epoch(self.mirror.now) + 1) * zone.epoch_seconds - 1)
        if coming := sorted({moment + late for moment in moments if moment + late > self.mirror.now}):
            soon = coming[: len(coming) // 2 + 1]
            stand_at(self.chain, data.draw(st.sampled_from(soon), label="moment"))

    # --- stores ---

    @initialize(data=st.data())
    def begin(self, data: Any) -> None:
        """Everything is counted, most of it offered, and something bought."""
        for zone in self.zones:
            for good in self.model.zones[zone].goods:
                assert self.mirror.report(zone, self.side(zone).people[0], good, 20, 0)
            self.offer_well(data)
        for _ in range(2):
            self.buy_well(data)

    @rule(data=st.data())
    def report(self, data: Any) -> None:
        zone = data.draw(st.sampled_from(self.zones), label="zone")
        number = data.draw(st.sampled_from([1, 1, 1, 2, 2, 2, 3]), label="good")
        good = self.model.zones[zone].goods.get(number)
        by = data.draw(st.sampled_from(self.anybody(zone)), label="by")
        promised = 0 if good is None else good.stock - self.model.room(zone, number)
        listed = 0 if good is None else good.listed
        some = promised + listed // 2
        quantity = data.draw(self.quantities(20, promised, promised + listed, some), label="quantity")
        shipments = 0 if good is None else good.shipments
        named = data.draw(st.sampled_from([shipments] * 5 + [shipments + 1, max(shipments - 1, 0)]), label="shipments")
        self.mirror.report(zone, by, number, quantity, named)

    @rule(data=st.data())
    def order(self, data: Any) -> None:
        zone = data.draw(st.sampled_from(self.zones), label="zone")
        number = data.draw(st.sampled_from([1, 1, 1, 2, 2, 2, 3]), label="good")
        by = data.draw(st.sampled_from([*self.side(zone).people * 3, *self.anybody(zone)]), label="by")
        here = self.model.zones[zone]
        known = number in here.goods and by.address in here.members
        left = here.entitled(number, here.members[by.address], self.mirror.now) if known else 1
        quantity = data.draw(self.quantities(1, left), label="quantity")
        ahead = data.draw(st.sampled_from([0, 1, 2, HOUR, DAY, DAY, here.epoch_seconds + 2]), label="due")
        self.mirror.order(zone, by, number, quantity, self.mirror.now + ahead)

    @rule(data=st.data())
    def serve_at_home(self, data: Any) -> None:
        """Somebody orders what they may, and is given some of it."""
        zone = data.draw(st.sampled_from(self.zones), label="zone")
        here = self.model.zones[zone]
        number = data.draw(st.sampled_from([1, 2]), label="good")
        by = data.draw(st.sampled_from(self.side(zone).people), label="by")
        if left := here.entitled(number, by.index, self.mirror.now):
            quantity = data.draw(st.integers(1, left), label="quantity")
            self.mirror.order(zone, by, number, quantity, self.mirror.now + DAY)
            self.mirror.compare()
            keeper = next(person for person in self.side(zone).people if here.is_keeper(person.address))
            there = self.model.zones[zone].goods[number].stock - self.model.agreed(zone, number)
            given = data.draw(self.quantities(quantity, 1, there), label="given")
            self.mirror.deliver(zone, keeper, len(self.model.zones[zone].orders), given)

    @rule(data=st.data())
    def deliver(self, data: Any) -> None:
        zone = data.draw(st.sampled_from(self.zones), label="zone")
        orders = self.model.zones[zone].orders
        number = data.draw(st.sampled_from([*range(1, len(orders) + 1)] * 3 + [len(orders) + 1]), label="order")
        left = orders[number - 1].left if number <= len(orders) else 1
        by = data.draw(st.sampled_from(self.anybody(zone)), label="by")
        self.mirror.deliver(zone, by, number, data.draw(self.quantities(left), label="quantity"))

    @rule(data=st.data())
    def lapse(self, data: Any) -> None:
        zone = data.draw(st.sampled_from(self.zones), label="zone")
        orders = len(self.model.zones[zone].orders)
        self.mirror.lapse(zone, data.draw(st.sampled_from([*range(1, orders + 1)] * 3 + [orders + 1]), label="order"))

    @rule(data=st.data(), whom=st.sampled_from([False, False, False, True]))
    def vote_on_the_stores(self, data: Any, whom: bool) -> None:
        """On what is kept back, or on the keepers."""
        zone = data.draw(st.sampled_from(self.zones), label="zone")
        if whom:
            people = self.side(zone).people
            chosen = st.lists(st.sampled_from(people), min_size=1, max_size=2, unique_by=lambda person: person.index)
            self.mirror.set_keepers(zone, data.draw(chosen, label="keepers"))
            return
        number = data.draw(st.sampled_from([1, 2]), label="good")
        room = self.model.room(zone, number) + self.model.zones[zone].goods[number].safety
        safety = data.draw(self.quantities(0, 3, room), label="safety")
        self.mirror.set_good(zone, number, safety, data.draw(st.integers(0, 9), label="entitlement"))

    # --- selling ---

    @rule(data=st.data())
    def offer(self, data: Any) -> None:
        """A zone lists by vote; now and then an industry, a good that is not there, or something absurd."""
        zone = data.draw(st.sampled_from(self.zones), label="zone")
        number = data.draw(st.sampled_from([1] * 8 + [2] * 8 + [3]), label="good")
        surplus = self.model.surplus(zone, number) if number in self.model.zones[zone].goods else 1
        body = data.draw(st.sampled_from([zone] * 9 + [self.side(zone).industry.address]), label="body")
        quantity = data.draw(st.one_of(self.quantities(surplus), st.integers(1, 8)), label="quantity")
        terms = Terms(
            good=number,
            quantity=quantity,
            least=data.draw(st.sampled_from([0, 1, 3]), label="least"),
            asset=data.draw(st.sampled_from(self.grounds.assets), label="asset"),
            price=data.draw(st.sampled_from(PRICES), label="price"),
            expires=self.mirror.now + data.draw(st.sampled_from([HOUR, 12 * HOUR, DAY, 4 * DAY]), label="expires in"),
            ship_hours=data.draw(st.sampled_from([1, 2, 6, 30] * 3 + [0]), label="ship hours"),
            attest_hours=data.draw(st.sampled_from([1, 2, 6, 30]), label="attest hours"),
        )
        self.mirror.list(body, terms)

    @rule(data=st.data())
    def offer_well(self, data: Any) -> None:
        """A zone lists what it has, counted anew."""
        zone = data.draw(st.sampled_from(self.zones), label="zone")
        number = data.draw(st.sampled_from([1, 2]), label="good")
        here, good = self.model.zones[zone], self.model.zones[zone].goods[number]
        keeper = next(person for person in self.side(zone).people if here.is_keeper(person.address))
        promised = good.stock - self.model.room(zone, number)
        self.mirror.report(zone, keeper, number, promised + good.listed + 12, good.shipments)
        terms = Terms(
            good=number,
            quantity=data.draw(st.integers(4, 12), label="quantity"),
            least=data.draw(st.sampled_from([0, 3]), label="least"),
            asset=data.draw(st.sampled_from(self.grounds.assets), label="asset"),
            price=data.draw(st.sampled_from(PRICES), label="price"),
            expires=self.mirror.now + data.draw(st.sampled_from([6 * HOUR, 4 * DAY]), label="expires in"),
            ship_hours=data.draw(st.sampled_from([2, 6, 30]), label="ship hours"),
            attest_hours=data.draw(st.sampled_from([2, 6, 30]), label="attest hours"),
        )
        self.mirror.list(zone, terms)

    @rule(data=st.data())
    def take_back(self, data: Any) -> None:
        known = self.listings(OPEN) or self.listings()
        if known:
            listing = data.draw(st.sampled_from(known), label="listing")
            seller = self.model.listings[listing - 1].seller
            self.mirror.unlist(data.draw(st.sampled_from([seller] * 4 + self.zones), label="body"), listing)

    @rule(data=st.data())
    def expire(self, data: Any) -> None:
        if known := self.listings(OPEN) or self.listings():
            self.mirror.expire(data.draw(st.sampled_from(known), label="listing"))

    # --- buying ---

    @rule(data=st.data())
    def buy(self, data: Any) -> None:
        """A body buys by vote, with the right money or not quite."""
        known = self.listings(OPEN) * 3 + self.listings()
        number = data.draw(st.sampled_from(known or [1]), label="listing")
        if number > len(self.model.listings):
            self.mirror.buy(Purchase(self.zones[0], number, 1, 1, self.mirror.now + DAY), self.grounds.assets[0], 0)
            return
        listing = self.model.listings[number - 1]
        terms = listing.terms
        others = [body for body in self.mirror.bodies if self.model.home_of[body] != listing.seller]
        buyer = data.draw(st.sampled_from(others * 4 + list(self.mirror.bodies)), label="buyer")
        there = self.model.zones[listing.seller].goods[terms.good].listed
        quantity = data.draw(
            st.one_of(self.quantities(min(listing.left, there)), self.quantities(listing.left, terms.least)),
            label="quantity",
        )
        over = data.draw(st.sampled_from([0, 0, 0, 1, 5, -1]), label="bound above the price")
        ahead = data.draw(st.sampled_from([DAY, DAY, DAY, 2 * DAY, HOUR]), label="deadline")
        what = Purchase(buyer, number, quantity, max(terms.price + over, 0), self.mirror.now + ahead)
        exact = quantity * terms.price
        amount = data.draw(st.sampled_from([exact] * 6 + [exact + 5, max(exact - 1, 0), 0]), label="escrow")
        asset = data.draw(st.sampled_from([terms.asset] * 9 + list(self.grounds.assets)), label="asset")
        self.purchases.append(what)
        self.mirror.buy(what, asset, amount)

    @rule(data=st.data())
    def buy_well(self, data: Any) -> None:
        """A body buys what is there, with the right money."""
        model = self.model
        there = {
            number: min(listing.left, model.zones[listing.seller].goods[listing.terms.good].listed)
            for number, listing in enumerate(model.listings, 1)
            if listing.state == OPEN
        }
        if good := [number for number, units in there.items() if units]:
            number = data.draw(st.sampled_from(good), label="listing")
            listing = model.listings[number - 1]
            others = [body for body in self.mirror.bodies if model.home_of[body] != listing.seller]
            quantity = data.draw(st.integers(min(max(listing.terms.least, 1), there[number]), there[number]))
            buyer = data.draw(st.sampled_from(others), label="buyer")
            what = Purchase(buyer, number, quantity, listing.terms.price, self.mirror.now + DAY)
            self.purchases.append(what)
            self.mirror.buy(what, listing.terms.asset, quantity * listing.terms.price)

    @rule(data=st.data())
    def pay_in_without_buying(self, data: Any) -> None:
        """For a purchase that may come later, or under a key that names none."""
        body = data.draw(st.sampled_from(list(self.mirror.bodies)), label="body")
        own = [what for what in self.purchases if what.buyer == body]
        key = data.draw(st.sampled_from([*own[-2:], STRAY_KEY]), label="key")
        amount = data.draw(st.sampled_from([1, 5, 0]), label="amount")
        if data.draw(st.booleans(), label="by vote") and amount:
            asset = data.draw(st.sampled_from(self.grounds.assets), label="asset")
            self.mirror.escrow(body, asset, amount, key)
        else:
            self.mirror.fund(body, amount, key)

    @rule(data=st.data())
    def take_escrow_back(self, data: Any) -> None:
        """Money paid in that bought nothing, mostly as soon as it may be."""
        if not self.model.escrows:
            self.pay_in_without_buying(data)
        keys, late = list(self.model.escrows), data.draw(st.sampled_from([1, 1, 0]), label="late")
        waiting = [key for _, _, key in keys if isinstance(key, Purchase)]
        if keys and data.draw(st.booleans(), label="as stray"):
            escrow = data.draw(st.sampled_from(keys), label="escrow")
            self.stand_before(self.model.escrows[escrow][1] + STRAY_SECONDS + late)
            self.mirror.reclaim_stray(*escrow)
        elif self.purchases:
            listings = self.model.listings
            known = [each for each in self.purchases[-3:] if each.listing <= len(listings)]
            for what in [each for each in known if listings[each.listing - 1].terms.asset == COIN][: not waiting]:
                self.mirror.fund(what.buyer, 5, what)
                waiting = [what]
            what = data.draw(st.sampled_from(waiting * 4 + self.purchases[-3:]), label="purchase")
            self.stand_before(what.deadline + late)
            self.mirror.reclaim(what)

    def stand_before(self, moment: int) -> None:
        """So that the next step is taken in that second; nothing if it is past."""
        if moment - 1 > self.mirror.now:
            stand_at(self.chain, moment - 1)

    # --- fulfilling ---

    @rule(data=st.data())
    def ship(self, data: Any) -> None:
        if known := self.trades(AGREED) * 3 + self.trades():
            trade = data.draw(st.sampled_from(known), label="trade")
            by = data.draw(st.sampled_from(self.anybody(self.seller(trade))), label="by")
            self.mirror.ship(trade, by, BILL)

    @rule(data=st.data())
    def attest(self, data: Any) -> None:
        if known := self.trades(SHIPPED) * 3 + self.trades():
            number = data.draw(st.sampled_from(known), label="trade")
            trade = self.model.trades[number - 1]
            sides = [self.seller(number), trade.buyer]
            side = data.draw(st.sampled_from(sides * 4 + self.zones), label="side")
            by = data.draw(st.sampled_from(self.anybody(self.model.home_of[side])), label="by")
            said = [*trade.words.values(), trade.quantity]
            quantity = data.draw(st.one_of(st.sampled_from(said), self.quantities(trade.quantity)), label="quantity")
            bill = data.draw(st.sampled_from([BILL] * 6 + [OTHER_BILL]), label="document")
            self.mirror.attest(number, side, by, quantity, bill)

    @rule(data=st.data())
    def settle(self, data: Any) -> None:
        if known := self.trades(AGREED, SHIPPED, DELIVERED) * 3 + self.trades():
            self.mirror.settle(data.draw(st.sampled_from(known), label="trade"))

    @rule(data=st.data())
    def withdraw(self, data: Any) -> None:
        owed = [key for key, amount in sorted(self.model.due.items()) if amount]
        nobody = (self.zones[0], self.grounds.assets[0])
        self.mirror.withdraw(*data.draw(st.sampled_from(owed * 3 or [nobody]), label="body and asset"))

    @rule(data=st.data(), steps=st.integers(1, 5))
    def go_on(self, data: Any, steps: int) -> None:
        """Several steps in the lives of trades, each as it should be, with the time that some of them wait for."""
        for _ in range(steps):
            if live := self.trades(AGREED, SHIPPED, DELIVERED):
                self.live_on(data, data.draw(st.sampled_from(live), label="trade"))
                self.mirror.compare()

    @rule(data=st.data())
    def bring_one_home(self, data: Any) -> None:
        """The rest of the life of a trade, and its money."""
        if live := self.trades(AGREED, SHIPPED, DELIVERED):
            number = data.draw(st.sampled_from(live), label="trade")
            while self.model.trades[number - 1].state not in (SETTLED, REFUNDED):
                self.live_on(data, number)
                self.mirror.compare()
            self.withdraw(data)

    def live_on(self, data: Any, number: int) -> None:
        trade = self.model.trades[number - 1]
        silent = [side for side in (self.seller(number), trade.buyer) if side not in trade.words]
        left_alone = data.draw(st.sampled_from([False, False, False, True]), label="left to time")
        late = self.mirror.now >= trade.deadline
        if trade.shown == DELIVERED or late:
            self.mirror.settle(number)
        elif left_alone or (trade.state == SHIPPED and not silent):
            stand_at(self.chain, trade.deadline)
            self.mirror.settle(number)
        elif trade.state == AGREED:
            self.mirror.ship(number, self.keeper(trade, self.seller(number)), BILL)
        else:
            side = data.draw(st.sampled_from(silent), label="side")
            said = [*trade.words.values()] * 3 + [trade.quantity, 0, trade.quantity // 2]
            quantity = data.draw(st.sampled_from(said), label="quantity")
            self.mirror.attest(number, side, self.keeper(trade, side), quantity, BILL)

    def keeper(self, trade: Any, side: str) -> Person:
        """Somebody of the panel that the trade began with."""
        zone = self.model.zones[self.model.home_of[side]]
        return next(p for p in self.side(side).people if zone.is_keeper(p.address, trade.panels[side]))

    # --- what always holds ---

    @invariant()
    def the_chain_agrees_with_the_rules(self) -> None:
        self.mirror.compare()

    @invariant()
    def what_is_final_was_paid_out_and_nothing_else(self) -> None:
        assert set(self.trades(SETTLED, REFUNDED)) == self.mirror.paid.keys()


@pytest.fixture(scope="module")
def grounds() -> Iterator[TradeGrounds]:
    """Two zones on the fastest chain there is."""
    with open_fastest() as connection:
        yield TradeGrounds(connection)


def test_the_chain_agrees_with_the_rules(grounds: TradeGrounds) -> None:
    class MarketsHere(Markets):
        pass

    MarketsHere.grounds, MarketsHere.seen = grounds, Counter()
    run_histories(MarketsHere, EVERY_STEP, examples=20, thorough=400, steps=60)
