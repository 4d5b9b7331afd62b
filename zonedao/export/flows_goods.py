"""Stores in ValueFlows words: stocks, counts, home orders and what was handed over for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zonedao.export.flows_trade import TradeFlows
from zonedao.export.jsonlines import ENTRIES, Line
from zonedao.export.scribe import Commitment, Scribe

if TYPE_CHECKING:
    from collections.abc import Callable

    from zonedao.chain.contract import BoundContract
    from zonedao.chain.events import Event


class GoodsFlows:
    """Writes down the events of the stores of a zone, one after the other. `person` is who goes by an index."""

    def __init__(
        self, scribe: Scribe, stores: BoundContract, zone: str, person: Callable[[int], str], trades: TradeFlows
    ) -> None:
        self.scribe = scribe
        self.stores = stores
        self.zone = zone
        self.person = person
        self.trades = trades
        self._place = scribe.account(stores.address)
        self._names: dict[int, str] = {}
        self._stock: dict[int, int] = {}
        self._orders: dict[int, Commitment] = {}

    def tell(self, event: Event) -> None:
        """Write down one event."""
        apply = _APPLY.get(event.name)
        if apply is not None:
            apply(self, event, event.args)

    def kind(self, good: int) -> str:
        """What a good is called."""
        return self.scribe.good(f"{self._place}/good/{good}", self._names[good])

    def stock(self, good: int) -> str:
        """What is there of a good."""

        def state() -> dict[str, int]:
            found = self.scribe.chronicle.ask(self.stores, "good", good)
            return {"accountingQuantity": found.stock, ENTRIES: found.entries}

        name = f"{self._place}/stock/{good}"
        return self.scribe.resource(name, "stock", self.scribe.agent(self.zone), self.kind(good), state)

    # --- one for each numbered event of IStores ---

    def _added(self, event: Event, args: Any) -> None:
        self._names[args["good"]] = args["name"]
        self.stock(args["good"])
        self._changed(event, args)

    def _changed(self, event: Event, args: Any) -> None:
        """Moves nothing, but is numbered with the others, so that none of them can be left out."""
        kind = self.kind(args["good"])
        figures = {name: args[name] for name in _FIGURES if name in args}
        measured: Line = {name: self.scribe.measure(kind, value) for name, value in figures.items()}
        self.scribe.note(event, "zd:Change", self.scribe.id_of(event), conforms_to=kind, **measured)

    def _reported(self, event: Event, args: Any) -> None:
        """A count corrects what was believed."""
        good = args["good"]
        change = args["quantity"] - self._stock.get(good, 0)
        self._stock[good] = args["quantity"]
        stock, zone = self.stock(good), self.scribe.agent(self.zone)
        self.scribe.event(
            event, "raise" if change >= 0 else "lower", abs(change), self.kind(good), provider=zone, receiver=zone,
            source=None if change >= 0 else stock, target=stock if change >= 0 else None,
            counted=self.scribe.measure(self.kind(good), args["quantity"]),
            keeper=self.person(args["keeper"]),
        )  # fmt: skip

    def _ordered(self, event: Event, args: Any) -> None:
        good, order = args["good"], args["order"]
        self._orders[order] = self.scribe.commit(
            event, f"{self._place}/order/{order}", args["quantity"], self.kind(good),
            provider=self.scribe.agent(self.zone), receiver=self.person(args["person"]), due=args["due"],
            source=self.stock(good),
        )  # fmt: skip

    def _delivered(self, event: Event, args: Any) -> None:
        good, order = args["good"], self._orders[args["order"]]
        self._stock[good] = self._stock.get(good, 0) - args["quantity"]
        self.scribe.event(
            event, "transfer", args["quantity"], self.kind(good), provider=self.scribe.agent(self.zone),
            receiver=order.line["receiver"], source=self.stock(good), fulfills=order,
            keeper=self.person(args["keeper"]),
        )  # fmt: skip

    def _lapsed(self, event: Event, args: Any) -> None:
        self._orders[args["order"]].released += args["quantity"]
        self._changed(event, args)

    def _shipped(self, event: Event, args: Any) -> None:
        good = args["good"]
        self._stock[good] = self._stock.get(good, 0) - args["quantity"]
        self.trades.ship(event, self.kind(good), self.stock(good), self.zone)


_FIGURES = ("safety", "entitlement", "listed", "agreed", "quantity")

_APPLY = {
    "GoodAdded": GoodsFlows._added,
    "GoodSet": GoodsFlows._changed,
    "ListedChanged": GoodsFlows._changed,
    "StockReported": GoodsFlows._reported,
    "Ordered": GoodsFlows._ordered,
    "Delivered": GoodsFlows._delivered,
    "OrderLapsed": GoodsFlows._lapsed,
    "StockShipped": GoodsFlows._shipped,
}
