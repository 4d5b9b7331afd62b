"""Two zones that trade beside their model: the same steps taken in both, everything read in one call and compared.

Both zones sell and buy, each with an industry that has money of its own; goods are few and laws are quick, so that
limits are met soon.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.beside import Fact, Reader, take
from tests.support.bodies import DEPLOYER, FOR, Body, Call, Person, attempt, call_of, just_before, now, read, transact
from tests.support.chain import deploy
from tests.support.plans import (
    COIN,
    DAY,
    ETHER,
    HOUR,
    MINUTE,
    NOTHING,
    SPENDING,
    Law,
    body_plan,
    genesis,
    of_stores,
    own,
    plan_hash,
    zone_plan,
)
from tests.support.trade_model import Good, Purchase, Terms, TradeModel
from tests.support.trade_model import Zone as ModelZone
from tests.support.world import STRANGER, create_zone, deploy_factory, deposit
from zonedao.chain.abi import keccak
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.embedded import GENESIS_TIMESTAMP
from zonedao.chain.receipts import Receipt
from zonedao.chain.signers import dev_account

ORDINARY = Law(HOUR, MINUTE, HOUR, MINUTE, 7 * DAY, 10_000, 500_000)
GRAVE = Law(HOUR, MINUTE, HOUR, DAY, 7 * DAY, 100_000, 666_666)
QUICK_LAWS = (GRAVE, ORDINARY, ORDINARY, GRAVE, ORDINARY, ORDINARY)
MOST = 2**112 - 1  # a cap that never binds
FUNDS = {"coin": 50 * ETHER, "token": 10**20}
EPOCH, STALE = 6 * DAY, 2 * DAY
GOODS = ((3, 4), (0, 9))  # safety and entitlement


@dataclass(frozen=True)
class Side:
    """A zone of the two, with its industry."""

    zone: Body
    industry: Body
    treasury: BoundContract
    stores: BoundContract
    people: tuple[Person, ...]


class TradeGrounds:
    """What stands on the chain when a history begins."""

    def __init__(self, connection: Connection) -> None:
        self.chain = connection
        self.factory = deploy_factory(connection)
        self.post = deploy(connection, "TradePost")
        self.token = deploy(connection, "TestToken")
        self.many = deploy(connection, "ManyReads")
        self.assets = (COIN, self.token.address)
        self.sides = tuple(self._found(name, 10 + 4 * place) for place, name in enumerate(("Elmcourt", "Riverside")))

    def _found(self, name: str, first: int) -> Side:
        people = tuple(Person(f"{name} {n}", n, dev_account(first + n)) for n in range(1, 4))
        caps = [(SPENDING, asset, MOST) for asset in self.assets]
        mill = body_plan("Mill", _admits(people).commitment, laws=QUICK_LAWS, caps=caps)
        begun = genesis(
            [
                own("admit", [person.address for person in people]),
                own("found", mill, list(_admits(people).steps)),
                *(of_stores("addGood", f"good {number}", *rules) for number, rules in enumerate(GOODS, 1)),
                of_stores("setKeepers", [1, 2]),
            ]
        )
        body = body_plan(name, begun.commitment, laws=QUICK_LAWS, caps=caps)
        plan = zone_plan(body, self.post.address, epoch_seconds=EPOCH, stale_seconds=STALE)
        zone = create_zone(self.factory, plan, begun, people)
        founded = read(self.factory, "industryAddress", zone.body.address, plan_hash(mill))
        industry = Body(self.chain, founded, people)
        for asset, amount in zip(self.assets, FUNDS.values(), strict=True):
            for holder in (zone.body, industry):
                if asset != COIN:
                    transact(self.token, "mint", DEPLOYER.address, amount)
                    transact(self.token, "approve", zone.treasury.address, amount)
                deposit(zone.treasury, holder, asset, amount)
        return Side(zone.body, industry, zone.treasury, zone.stores, people)


def _admits(people: tuple[Person, ...]) -> Any:
    return genesis([own("admit", [person.address for person in people])])


class TradeMirror:
    """The two zones and a model of them, kept in step.

    `outcomes` counts what every step led to: "ship" done, "ship: TooLate" refused. `paid` has what the post's events
    say was paid for each trade.
    """

    def __init__(self, grounds: TradeGrounds) -> None:
        self.grounds = grounds
        self.chain, self.post, self.token = grounds.chain, grounds.post, grounds.token
        self.sides = {side.zone.address: side for side in grounds.sides}
        self.bodies = {
            body.address: Body(self.chain, body.address, side.people)
            for side in grounds.sides
            for body in (side.zone, side.industry)
        }
        self.side_of = {body.address: side for side in grounds.sides for body in (side.zone, side.industry)}
        self.model = TradeModel(
            ModelZone(
                name=side.zone.address,
                bodies=(side.zone.address, side.industry.address),
                members={person.address: person.index for person in side.people},
                goods={number: Good(*rules) for number, rules in enumerate(GOODS, 1)},
                panels=[frozenset(person.address for person in side.people[:2])],
                stale_seconds=STALE,
                epoch_start=GENESIS_TIMESTAMP,
                epoch_seconds=EPOCH,
            )
            for side in grounds.sides
        )
        for body in self.bodies:
            for asset, amount in zip(grounds.assets, FUNDS.values(), strict=True):
                self.model.accounts[body, asset] = amount
        self.reader = Reader(grounds.many)
        self.keys: dict[Any, bytes] = {}
        self.outcomes: Counter[str] = Counter()
        self.paid: dict[int, tuple[int, int]] = {}

    @property
    def now(self) -> int:
        """Time of the last block."""
        return now(self.chain)

    # --- steps ---

    def step(self, name: str, in_model: Callable[[TradeModel, int], object], on_chain: Callable[[], Receipt]) -> bool:
        """Take a step in both. Both must do it, or both refuse and for a reason that the rules know."""
        time = self.now + 1
        after = copy.deepcopy(self.model)
        after.short = []
        receipt = take(name, lambda: in_model(after, time), on_chain, self.outcomes)
        if receipt is None:
            return False
        assert self.now == time
        self.model = after
        self._listen(receipt)
        return True

    def decide(self, body: str, *calls: Call, grave: bool = False) -> Callable[[], Receipt]:
        """Propose, vote and queue; the clock then stands a second before the execution, which is returned."""
        here = self.bodies[body]
        law = GRAVE if grave else ORDINARY
        proposal = here.propose(*calls)
        number = proposal.id
        start = self.now + law.voting_delay
        just_before(self.chain, start + 1)
        here.send("castVote", number, FOR, by=here.members[0])
        just_before(self.chain, start + law.voting_period + 1)
        proposal.queue()
        just_before(self.chain, self.now + law.execution_delay)
        return proposal.execute

    # --- stores ---

    def report(self, zone: str, by: Person, good: int, quantity: int, shipments: int) -> bool:
        args = (good, quantity, shipments, NOTHING)
        return self.step(
            "report",
            lambda model, time: model.report(zone, by.address, good, quantity, shipments, time),
            lambda: transact(self.sides[zone].stores, "report", *args, by=by),
        )

    def order(self, zone: str, by: Person, good: int, quantity: int, due: int) -> bool:
        return self.step(
            "order",
            lambda model, time: model.order(zone, by.address, good, quantity, due, time),
            lambda: transact(self.sides[zone].stores, "order", good, quantity, due, by=by),
        )

    def deliver(self, zone: str, by: Person, order: int, quantity: int) -> bool:
        return self.step(
            "deliver",
            lambda model, time: model.deliver(zone, by.address, order, quantity, time),
            lambda: transact(self.sides[zone].stores, "deliver", order, quantity, NOTHING, by=by),
        )

    def lapse(self, zone: str, order: int) -> bool:
        return self.step(
            "lapse",
            lambda model, time: model.lapse(zone, order, time),
            lambda: transact(self.sides[zone].stores, "lapse", order, by=STRANGER),
        )

    def set_good(self, zone: str, good: int, safety: int, entitlement: int) -> bool:
        execute = self.decide(zone, call_of(self.sides[zone].stores, "setGood", good, safety, entitlement))
        return self.step("set good", lambda model, time: model.set_good(zone, good, safety, entitlement), execute)

    def set_keepers(self, zone: str, keepers: list[Person]) -> bool:
        keys = frozenset(person.address for person in keepers)
        panel = [person.index for person in keepers]
        execute = self.decide(zone, call_of(self.sides[zone].stores, "setKeepers", panel), grave=True)
        return self.step("set keepers", lambda model, time: model.set_keepers(zone, keys), execute)

    # --- listings ---

    def list(self, body: str, terms: Terms) -> bool:
        execute = self.decide(body, call_of(self.post, "list", tuple(terms)))
        return self.step("list", lambda model, time: model.list(body, terms, time), execute)

    def unlist(self, body: str, listing: int) -> bool:
        execute = self.decide(body, call_of(self.post, "unlist", listing))
        return self.step("unlist", lambda model, time: model.unlist(body, listing), execute)

    def expire(self, listing: int) -> bool:
        return self.step(
            "expire",
            lambda model, time: model.expire(listing, time),
            lambda: transact(self.post, "expire", listing, by=STRANGER),
        )

    # --- purchases ---

    def buy(self, what: Purchase, asset: str, amount: int) -> bool:
        """One proposal: escrow of an amount, unless it is 0, and acceptance."""
        key = self.key(what)
        escrow = (self.post.address, asset, amount, key, NOTHING, NOTHING)
        calls = [call_of(self.side_of[what.buyer].treasury, "escrow", *escrow)] if amount else []
        execute = self.decide(what.buyer, *calls, call_of(self.post, "accept", *what[1:]))

        def in_model(model: TradeModel, time: int) -> None:
            if amount:
                model.pay_in(what.buyer, asset, what, amount, time, own=True)
            model.accept(what, time)

        return self.step("buy", in_model, execute)

    def escrow(self, body: str, asset: str, amount: int, key: Any) -> bool:
        """A proposal that pays in and buys nothing."""
        args = (self.post.address, asset, amount, self.key(key), NOTHING, NOTHING)
        execute = self.decide(body, call_of(self.side_of[body].treasury, "escrow", *args))
        return self.step("escrow", lambda model, time: model.pay_in(body, asset, key, amount, time, own=True), execute)

    def fund(self, body: str, amount: int, key: Any) -> bool:
        """Somebody pays coin in for a body."""
        return self.step(
            "fund",
            lambda model, time: model.pay_in(body, COIN, key, amount, time, own=False),
            lambda: transact(self.post, "fund", body, COIN, self.key(key), by=STRANGER, value_wei=amount),
        )

    def reclaim(self, what: Purchase) -> bool:
        return self.step(
            "reclaim",
            lambda model, time: model.reclaim(what, time),
            lambda: transact(self.post, "reclaim", *what, by=STRANGER),
        )

    def reclaim_stray(self, body: str, asset: str, key: Any) -> bool:
        return self.step(
            "reclaim stray",
            lambda model, time: model.reclaim_stray(body, asset, key, time),
            lambda: transact(self.post, "reclaimStray", body, asset, self.key(key), by=STRANGER),
        )

    # --- trades ---

    def ship(self, trade: int, by: Person, document: str) -> bool:
        return self.step(
            "ship",
            lambda model, time: model.ship(trade, by.address, document, time),
            lambda: transact(self.post, "ship", trade, keccak(document.encode()), by=by),
        )

    def attest(self, trade: int, side: str, by: Person, quantity: int, document: str) -> bool:
        args = (trade, side, quantity, keccak(document.encode()))
        return self.step(
            "attest",
            lambda model, time: model.attest(trade, side, by.address, quantity, document, time),
            lambda: transact(self.post, "attest", *args, by=by),
        )

    def settle(self, trade: int) -> bool:
        return self.step(
            "settle",
            lambda model, time: model.settle(trade, time),
            lambda: transact(self.post, "settle", trade, by=STRANGER),
        )

    def withdraw(self, body: str, asset: str) -> bool:
        return self.step(
            "withdraw",
            lambda model, time: model.withdraw(body, asset),
            lambda: transact(self.post, "withdraw", body, asset, by=STRANGER),
        )

    # --- words of the model as data ---

    def key(self, key: Any) -> bytes:
        """The trade key of a purchase, or of a text that names none."""
        if key not in self.keys:
            hashed = isinstance(key, Purchase)
            self.keys[key] = attempt(self.post, "tradeKeyOf", *key) if hashed else keccak(str(key).encode())
        return self.keys[key]

    # --- comparing ---

    def compare(self) -> None:
        """Everything that the chain says is what the rules say, and the laws hold."""
        self.reader.compare(self.facts(self.now))
        self._check_laws()

    def facts(self, time: int) -> Iterator[Fact]:
        for zone, side in self.sides.items():
            yield from self._facts_of_stores(zone, side, time)
        yield from self._facts_of_trade()
        yield from self._facts_of_money()

    def _facts_of_stores(self, zone: str, side: Side, time: int) -> Iterator[Fact]:
        here, stores = self.model.zones[zone], side.stores
        yield Fact(stores, "panel", (), len(here.panels))
        yield Fact(stores, "orderCount", (), len(here.orders))
        for number, order in enumerate(here.orders, 1):
            yield Fact(stores, "orderOf", (number,), (order.person, order.good, order.left, order.due), tuple)
        for number, good in here.goods.items():
            said = (
                good.stock,
                good.safety,
                here.home(number),
                good.listed,
                self.model.agreed(zone, number),
                good.counted_at,
                good.shipments,
                good.entitlement,
            )
            yield Fact(stores, "good", (number,), said, lambda found: tuple(found)[:-1])
            yield Fact(stores, "surplus", (number,), self.model.surplus(zone, number))
            for person in side.people:
                left = here.entitled(number, person.index, time)
                yield Fact(stores, "entitlementLeft", (number, person.index), left)

    def _facts_of_trade(self) -> Iterator[Fact]:
        model, post = self.model, self.post
        yield Fact(post, "listingCount", (), len(model.listings))
        yield Fact(post, "tradeCount", (), len(model.trades))
        for number, listing in enumerate(model.listings, 1):
            terms = listing.terms
            said = (
                listing.seller.lower(),
                terms.good,
                terms.expires,
                listing.state,
                terms.ship_hours,
                self.sides[listing.seller].stores.address,
                listing.left,
                terms.least,
                terms.attest_hours,
                terms.asset,
                terms.price,
            )
            yield Fact(post, "listingOf", (number,), said, lambda found: (found[0].lower(), *found[1:]))
        for number, trade in enumerate(model.trades, 1):
            seller = model.listings[trade.listing - 1].seller
            words = tuple(trade.words.get(side, -1) + 1 for side in (seller, trade.buyer))
            said = (
                trade.buyer,
                trade.listing,
                trade.quantity,
                self.side_of[trade.buyer].stores.address,
                trade.deadline,
                trade.panels[seller],
                trade.panels[trade.buyer],
                trade.shown,
                keccak(trade.document.encode())[:22] if trade.document else bytes(22),
                *words,
            )
            yield Fact(post, "tradeOf", (number,), said, tuple)

    def _facts_of_money(self) -> Iterator[Fact]:
        model, post = self.model, self.post
        for asset in self.grounds.assets:
            for body in self.bodies:
                yield Fact(post, "due", (body, asset), model.due[body, asset])
                account = model.accounts[body, asset]
                treasury = self.side_of[body].treasury
                yield Fact(treasury, "account", (body, asset), account, lambda found: found.balance)
                for key, hashed in self.keys.items():
                    amount, _ = model.escrows.get((body, asset, key), (0, 0))
                    yield Fact(post, "funds", (body, asset, hashed), amount)
        yield Fact(post, "booked", (self.token.address,), model.held[self.token.address])
        yield Fact(self.token, "balanceOf", (post.address,), model.held[self.token.address])

    def _check_laws(self) -> None:
        model = self.model
        assert self.chain.balance(self.post.address) == model.held[COIN]
        for asset, funds in zip(self.grounds.assets, FUNDS.values(), strict=True):
            # Balance ≥ open escrow + due; here nobody sends the post anything else, so they are equal.
            assert model.held[asset] == model.owed(asset)
            if asset != COIN:
                owned = sum(model.accounts[body, asset] for body in self.bodies)
                assert owned + model.held[asset] == funds * len(self.bodies)
        for number, (paid, refunded) in self.paid.items():
            trade = model.trades[number - 1]
            price = model.listings[trade.listing - 1].terms.price
            assert paid + refunded == trade.quantity * price
            assert paid % price == 0

    def _listen(self, receipt: Receipt) -> None:
        """What was announced, and what was paid."""
        announced = []
        for event in receipt.events:
            if event.name == "SurplusShort":
                zone = next(zone for zone, side in self.sides.items() if side.stores.address == event.address)
                announced.append((zone, event.args["good"], event.args["by"]))
            elif event.name == "Fulfilled":
                self.paid[event.args["trade"]] = (event.args["paid"], event.args["refunded"])
            elif event.name == "Refunded":
                self.paid[event.args["trade"]] = (0, event.args["refunded"])
        assert announced == self.model.short
