"""The stores of a zone: goods, its own people's orders, and what is left over for others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from zonedao.actions import Action, plain
from zonedao.chain.contract import BoundContract
from zonedao.errors import NotFound, UsageProblem
from zonedao.text import label, printable

if TYPE_CHECKING:
    from zonedao.chain.receipts import Receipt
    from zonedao.governance.calls import Label
    from zonedao.governance.registry import Person
    from zonedao.governance.zone import Zone


@dataclass(frozen=True)
class Good:
    """Something counted. Quantities are whole units, which the name says.

    `safety` is kept back by vote, `home` ordered by the zone's own people, `listed` offered to others, `agreed` sold
    and not yet shipped. `surplus` is what could be listed now, a stale count aside; the count is `stale` when it is
    too old for exports. `entitlement` is the most that one person may order in an epoch.
    """

    number: int
    name: str
    stock: int
    safety: int
    home: int
    listed: int
    agreed: int
    surplus: int
    entitlement: int
    shipments: int
    reported_at: int
    stale: bool


@dataclass(frozen=True)
class Order:
    """A home order: `left` units of a good not yet delivered to a person, until `due_at` (unix seconds)."""

    number: int
    person: int
    good: int
    left: int
    due_at: int


class Stores:
    """The stores of a zone. Goods are named by number, or by name or its beginning."""

    def __init__(self, zone: Zone, address: str) -> None:
        self.zone = zone
        self.client = zone.client
        self.contract: BoundContract = zone.client.bind("IStores", address)

    @property
    def address(self) -> str:
        """Where they are."""
        return self.contract.address

    @cached_property
    def stale_seconds(self) -> int:
        """Age at which a count no longer allows exports."""
        return int(self.contract.call("staleSeconds"))

    # --- reading ---

    def good_names(self) -> dict[int, str]:
        """The names of all goods, by number."""
        events = self.contract.logs("GoodAdded", self.zone.deploy_block)
        return {event.args["good"]: printable(event.args["name"]) for event in events}

    def goods(self) -> tuple[Good, ...]:
        """All goods, by number."""
        now = self.client.now()
        return tuple(self._good(number, name, now) for number, name in sorted(self.good_names().items()))

    def name_of(self, number: int) -> str:
        """The name of a good. Raises NotFound."""
        if not 0 < number <= int(self.contract.call("goodCount")):
            raise NotFound(f"{self.zone.name} has no good {number}. `zonedao stock show` lists them.")
        return printable(str(self.contract.call("goodName", number)))

    def good(self, wanted: int | str) -> Good:
        """A good by number or name. Raises NotFound, UsageProblem."""
        number = self._number(wanted)
        return self._good(number, self.name_of(number), self.client.now())

    def order_count(self) -> int:
        """The number of the newest order."""
        return int(self.contract.call("orderCount"))

    def order_at(self, number: int) -> Order:
        """An order by number. Raises NotFound."""
        if not 0 < number <= self.order_count():
            raise NotFound(f"{self.zone.name} has no order {number}. `zonedao stock show` lists them.")
        found = self.contract.call("orderOf", number)
        return Order(number, found.person, found.good, found.left, found.due)

    def orders(self, *, only_open: bool = True) -> tuple[Order, ...]:
        """Orders by number; those that wait for a delivery, or all."""
        found = (self.order_at(event.args["order"]) for event in self.contract.logs("Ordered", self.zone.deploy_block))
        return tuple(order for order in found if order.left or not only_open)

    def entitlement_left(self, good: int | str, person: int | str) -> int:
        """Units of a good that somebody may still order in this epoch."""
        index = self.zone.registry.person(person).index
        return int(self.contract.call("entitlementLeft", self._number(good), index))

    def panel(self) -> int:
        """Number of the present panel of keepers, 0 before there was any."""
        return int(self.contract.call("panel"))

    def keepers(self) -> tuple[Person, ...]:
        """Who counts, delivers, ships and attests now."""
        panel = self.panel()
        events = self.contract.logs("KeepersSet", self.zone.deploy_block, panel=panel) if panel else ()
        indices = dict.fromkeys(index for event in events for index in event.args["persons"])
        return tuple(self.zone.registry.person(index) for index in indices)

    def is_keeper(self, address: str, panel: int | None = None) -> bool:
        """Whether somebody is on a panel, the present one by default."""
        number = self.panel() if panel is None else panel
        return number != 0 and int(self.contract.call("keeperIndex", number, address)) != 0

    # --- doing ---

    def report(
        self, good: int | str, quantity: int, *, shipments: int | None = None, evidence: Label = None
    ) -> Action[None]:
        """Report a count. `shipments` is the last shipment it includes: the newest, unless told otherwise."""
        counted = self.good(good)
        last = counted.shipments if shipments is None else shipments
        data = self.contract.encode("report", counted.number, quantity, last, label(evidence))
        return plain(self.client, self.address, data, f"report {quantity} of {counted.name}")

    def order(self, good: int | str, quantity: int, due_at: int) -> Action[int]:
        """Order for oneself until `due_at` (unix seconds, at most one epoch ahead); the value is the order's number."""
        wanted = self.good(good)

        def read(receipt: Receipt) -> int:
            return int(self.contract.events(receipt, "Ordered")[0].args["order"])

        data = self.contract.encode("order", wanted.number, quantity, due_at)
        return Action(self.client, self.address, data, f"order {quantity} of {wanted.name}", read)

    def deliver(self, order: int, quantity: int | None = None, *, evidence: Label = None) -> Action[None]:
        """Record that goods of an order were handed over: all that is left, unless told otherwise."""
        amount = self.order_at(order).left if quantity is None else quantity
        data = self.contract.encode("deliver", order, amount, label(evidence))
        return plain(self.client, self.address, data, f"deliver {amount} of order {order}")

    def lapse(self, order: int) -> Action[None]:
        """End an order whose day has passed. Anyone may."""
        return plain(self.client, self.address, self.contract.encode("lapse", order), f"end order {order}")

    # --- inside ---

    def _good(self, number: int, name: str, now: int) -> Good:
        found = self.contract.call("good", number)
        promised = found.safety + found.home + found.listed + found.agreed
        return Good(
            number=number,
            name=name,
            stock=found.stock,
            safety=found.safety,
            home=found.home,
            listed=found.listed,
            agreed=found.agreed,
            surplus=max(found.stock - promised, 0),
            entitlement=found.entitlement,
            shipments=found.shipments,
            reported_at=found.reportedAt,
            stale=now - found.reportedAt > self.stale_seconds,
        )

    def _number(self, wanted: int | str) -> int:
        if isinstance(wanted, int):
            return wanted
        text = wanted.strip()
        if text.isdigit():
            return int(text)
        names = self.good_names()
        exact = [number for number, name in names.items() if name.lower() == text.lower()]
        found = exact or [number for number, name in names.items() if name.lower().startswith(text.lower())]
        if len(found) == 1:
            return found[0]
        known = ", ".join(f"{number} {name}" for number, name in names.items()) or "none"
        if found:
            raise UsageProblem(f"Several goods begin with {wanted}. Use a number: {known}.")
        raise NotFound(f"{self.zone.name} has no good {wanted}. Those there are: {known}.")
