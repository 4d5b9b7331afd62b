"""Goods, home orders and keepers of stores, rebuilt from events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zonedao.audit.chronicle import Chronicle
from zonedao.audit.report import Check, Comparison, Inconsistent, compare
from zonedao.chain.contract import BoundContract
from zonedao.chain.events import Event


@dataclass
class GoodRecord:
    """A good as IStores has it, with its name."""

    name: str
    stock: int = 0
    safety: int = 0
    home: int = 0
    listed: int = 0
    agreed: int = 0
    reportedAt: int = 0
    shipments: int = 0
    entitlement: int = 0
    entries: int = 0
    lost: int = 0  # listed once and taken by home demand since; an event need not tell of it again

    @property
    def free(self) -> int:
        """What may be listed at most."""
        return max(self.stock - self.safety - self.home - self.agreed, 0)

    @property
    def missing(self) -> int:
        """What is promised beyond the stock, listings aside."""
        return max(self.safety + self.home + self.agreed - self.stock, 0)


@dataclass
class OrderRecord:
    """A home order as IStores has it."""

    person: int
    good: int
    left: int
    due: int


@dataclass(frozen=True)
class Order:
    """What the trade post asks of stores: list, agree, unlist, disagree or ship a quantity of a good."""

    verb: str
    good: int
    quantity: int


@dataclass
class Shelf:
    """Stores: goods and orders by number, keepers by panel, and what each person ordered by good and epoch."""

    goods: dict[int, GoodRecord] = field(default_factory=dict)
    orders: dict[int, OrderRecord] = field(default_factory=dict)
    panels: dict[int, set[int]] = field(default_factory=dict)
    ordered: dict[tuple[int, int, int], int] = field(default_factory=dict)
    shortage: dict[int, int] = field(default_factory=dict)  # to be announced next, by good


def replay_stores(chronicle: Chronicle, events: Sequence[Event], orders_of_post: Mapping[str, list[Order]]) -> Shelf:
    """The stores as their events tell them. Raises Inconsistent.

    `orders_of_post` is what the trade post asked of these stores, by transaction: see `asked_by_post`.
    """
    shelf = Shelf()
    asked = {tx_hash: list(orders) for tx_hash, orders in orders_of_post.items()}
    settled = ""  # transaction of the last event after which the stores put themselves right
    for event in events:
        args = event.args
        if event.name == "GoodAdded":
            if args["good"] != len(shelf.goods) + 1:
                raise Inconsistent(f"good {len(shelf.goods) + 1} is missing: the next one told is {args['good']}")
            shelf.goods[args["good"]] = GoodRecord(args["name"])
        elif event.name == "KeepersSet":
            if args["panel"] != len(shelf.panels) + 1:
                raise Inconsistent(f"panel {len(shelf.panels) + 1} is missing: the next one told is {args['panel']}")
            shelf.panels[args["panel"]] = set(args["persons"])
            continue
        if "good" not in args:
            continue
        number = args["good"]
        good = shelf.goods.get(number)
        if good is None:
            raise Inconsistent(f"{event.name} of good {number}, which was never added")
        if event.name == "SurplusShort":
            if shelf.shortage.pop(number, 0) != args["by"]:
                raise Inconsistent(f"good {number} is said to be short by {args['by']}, which does not follow")
            continue
        good.entries += 1
        if args["entry"] != good.entries:
            raise Inconsistent(
                f"entry {good.entries} of good {number} is missing: the next one told is {args['entry']}"
            )
        itself = event.name == "ListedChanged" and settled == event.tx_hash
        if not itself and shelf.shortage.get(number):
            raise Inconsistent(f"good {number} was short by {shelf.shortage[number]}, and nobody said so")
        if not itself and good.listed > good.free:
            raise Inconsistent(f"{good.listed} of good {number} stayed listed where {good.free} were free")
        if event.name == "ListedChanged":
            _relist(good, args, itself, asked.get(event.tx_hash, []))
        elif event.name == "StockShipped":
            _shipped(good, args, asked.get(event.tx_hash, []))
        else:
            _APPLY[event.name](shelf, good, args, chronicle, event)
        if event.name in _SETTLING:
            settled = event.tx_hash
            if good.missing:
                shelf.shortage[number] = good.missing
    for number, missing in shelf.shortage.items():
        raise Inconsistent(f"good {number} was short by {missing}, and nobody said so")
    return shelf


def asked_by_post(seller: str, events: Sequence[Event]) -> dict[str, list[Order]]:
    """What a trade post asked of a zone's stores, by transaction and in order, as the post's own events tell it."""
    opened = [event.args for event in events if event.name == "ListingOpened"]
    goods = {args["listing"]: args["terms"].good for args in opened if args["seller"] == seller}
    found: dict[str, list[Order]] = {}
    listing_of: dict[int, int] = {}
    quantity_of: dict[int, int] = {}
    for event in events:
        args = event.args
        if event.name == "CommitmentMade":
            listing_of[args["trade"]], quantity_of[args["trade"]] = args["listing"], args["quantity"]
        number = args.get("listing", listing_of.get(args.get("trade", 0), 0))
        if number not in goods:
            continue
        good = goods[number]
        if event.name == "ListingOpened":
            order = Order("list", good, args["terms"].quantity)
        elif event.name == "CommitmentMade":
            order = Order("agree", good, args["quantity"])
        elif event.name == "ListingClosed" and args["left"]:
            order = Order("unlist", good, args["left"])
        elif event.name == "Refunded":
            order = Order("disagree", good, quantity_of[args["trade"]])
        elif event.name == "Shipped":
            order = Order("ship", good, quantity_of[args["trade"]])
        else:
            continue
        found.setdefault(event.tx_hash, []).append(order)
    return found


def _relist(good: GoodRecord, args: Any, itself: bool, asked: list[Order]) -> None:
    """A change of what is listed: by the stores themselves, or because the trade post asked."""
    told = (args["listed"], args["agreed"])
    if itself:
        good.lost += good.listed - good.free
        expected = (good.free, good.agreed)
    else:
        order = _next(asked, args["good"], ("list", "agree", "unlist", "disagree"))
        gone = min(order.quantity, good.lost) if order.verb == "unlist" else 0
        good.lost -= gone
        listed, agreed = _EFFECTS[order.verb]
        quantity = order.quantity - gone
        expected = (good.listed + listed * quantity, good.agreed + agreed * quantity)
    if told != expected:
        raise Inconsistent(
            f"good {args['good']} is said to have {told[0]} listed and {told[1]} agreed, where {expected[0]} and "
            f"{expected[1]} follow"
        )
    good.listed, good.agreed = told


_EFFECTS = {"list": (1, 0), "agree": (-1, 1), "unlist": (-1, 0), "disagree": (0, -1)}  # on listed and agreed


def _shipped(good: GoodRecord, args: Any, asked: list[Order]) -> None:
    good.shipments += 1
    order = _next(asked, args["good"], ("ship",))
    if (args["quantity"], args["shipments"]) != (order.quantity, good.shipments):
        raise Inconsistent(f"shipment {good.shipments} of good {args['good']} is not the one that the trade post tells")
    good.stock -= args["quantity"]
    good.agreed -= args["quantity"]


def _next(asked: list[Order], good: int, verbs: Sequence[str]) -> Order:
    for position, order in enumerate(asked):
        if order.good == good and order.verb in verbs:
            return asked.pop(position)
    raise Inconsistent(f"the stores changed good {good} for the trade post, which did not ask for it")


# After these the stores say so when more is promised than there is.
_SETTLING = ("GoodSet", "StockReported", "Ordered", "Delivered", "OrderLapsed")

Apply = Callable[[Shelf, GoodRecord, Any, Chronicle, Event], None]


def _set(shelf: Shelf, good: GoodRecord, args: Any, chronicle: Chronicle, event: Event) -> None:
    good.safety, good.entitlement = args["safety"], args["entitlement"]


def _reported(shelf: Shelf, good: GoodRecord, args: Any, chronicle: Chronicle, event: Event) -> None:
    if args["shipments"] != good.shipments:
        raise Inconsistent(f"a count of good {args['good']} includes {args['shipments']} shipments of {good.shipments}")
    good.stock, good.reportedAt = args["quantity"], chronicle.time_of(event)


def _ordered(shelf: Shelf, good: GoodRecord, args: Any, chronicle: Chronicle, event: Event) -> None:
    if args["order"] != len(shelf.orders) + 1:
        raise Inconsistent(f"order {len(shelf.orders) + 1} is missing: the next one told is {args['order']}")
    shelf.orders[args["order"]] = OrderRecord(args["person"], args["good"], args["quantity"], args["due"])
    good.home += args["quantity"]
    key = (args["good"], args["person"], event.block_number)
    shelf.ordered[key] = shelf.ordered.get(key, 0) + args["quantity"]


def _order(shelf: Shelf, args: Any) -> OrderRecord:
    order = shelf.orders.get(args["order"])
    if order is None or order.good != args["good"]:
        raise Inconsistent(f"order {args['order']} was never made for good {args['good']}")
    return order


def _delivered(shelf: Shelf, good: GoodRecord, args: Any, chronicle: Chronicle, event: Event) -> None:
    _order(shelf, args).left -= args["quantity"]
    good.stock -= args["quantity"]
    good.home -= args["quantity"]


def _lapsed(shelf: Shelf, good: GoodRecord, args: Any, chronicle: Chronicle, event: Event) -> None:
    order = _order(shelf, args)
    if order.left != args["quantity"]:
        raise Inconsistent(f"order {args['order']} ended with {args['quantity']} units left, not {order.left}")
    order.left = 0
    good.home -= args["quantity"]


_APPLY: dict[str, Apply] = {
    "GoodAdded": _set,
    "GoodSet": _set,
    "StockReported": _reported,
    "Ordered": _ordered,
    "Delivered": _delivered,
    "OrderLapsed": _lapsed,
}


# --- comparing ---


def check_goods(chronicle: Chronicle, stores: BoundContract, shelf: Shelf) -> Check:
    """Every field of every good against the chain."""

    def comparisons() -> Iterator[Comparison]:
        yield "goods", len(shelf.goods), chronicle.ask(stores, "goodCount")
        for number, good in shelf.goods.items():
            yield f"name of good {number}", good.name, chronicle.ask(stores, "goodName", number)
            found = chronicle.ask(stores, "good", number)
            for name in found._fields:
                yield f"{name} of good {number}", getattr(good, name), getattr(found, name)

    return compare("goods", comparisons)


def check_orders(chronicle: Chronicle, stores: BoundContract, shelf: Shelf) -> Check:
    """Home orders, and what each person may still order, against the chain."""

    def comparisons() -> Iterator[Comparison]:
        yield "orders", len(shelf.orders), chronicle.ask(stores, "orderCount")
        for number, order in shelf.orders.items():
            found = chronicle.ask(stores, "orderOf", number)
            for name in found._fields:
                yield f"{name} of order {number}", getattr(order, name), getattr(found, name)
        epoch = chronicle.ask(stores, "epochAt", chronicle.now)
        used: dict[tuple[int, int], int] = {}
        for (good, person, block), quantity in shelf.ordered.items():
            then = chronicle.ask(stores, "epochAt", chronicle.time_of_block(block))
            used[good, person] = used.get((good, person), 0) + (quantity if then == epoch else 0)
        for (good, person), quantity in used.items():
            left = max(shelf.goods[good].entitlement - quantity, 0)
            actual = chronicle.ask(stores, "entitlementLeft", good, person)
            yield f"what person {person} may still order of good {good}", left, actual

    return compare("orders", comparisons)


def check_keepers(chronicle: Chronicle, stores: BoundContract, shelf: Shelf, persons: Sequence[int]) -> Check:
    """Who is on which panel against the chain."""

    def comparisons() -> Iterator[Comparison]:
        yield "panels", len(shelf.panels), chronicle.ask(stores, "panel")
        for panel, keepers in shelf.panels.items():
            for person in sorted({*keepers, *persons}):
                actual = chronicle.ask(stores, "isKeeper", panel, person)
                yield f"person {person} is on panel {panel}", person in keepers, actual

    return compare("keepers", comparisons)
