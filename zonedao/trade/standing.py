"""How listings and trades stand: plain data and what follows from it, wherever it was read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from zonedao.treasury.assets import Asset, Money


class ListingState(IntEnum):
    """States of a listing, as in ITradePost."""

    NONE = 0
    OPEN = 1
    FILLED = 2
    WITHDRAWN = 3
    EXPIRED = 4

    @property
    def title(self) -> str:
        """Its name in small letters."""
        return self.name.lower()


class TradeState(IntEnum):
    """States of a trade, as in ITradePost."""

    NONE = 0
    AGREED = 1
    SHIPPED = 2
    DELIVERED = 3
    SETTLED = 4
    REFUNDED = 5

    @property
    def title(self) -> str:
        """Its name in small letters."""
        return self.name.lower()


@dataclass(frozen=True)
class Listing:
    """Surplus that a zone offers.

    `left` units of good `good` of `stores` are for sale at `unit_price` each until `expires_at` (unix seconds), at
    least `least` at a time unless fewer are left. `ship_hours` and `attest_hours` are the times a trade has.
    """

    number: int
    seller: str
    stores: str
    good: int
    state: ListingState
    left: int
    least: int
    unit_price: Money
    expires_at: int
    ship_hours: int
    attest_hours: int

    @property
    def asset(self) -> Asset:
        """What it is sold for."""
        return self.unit_price.asset


@dataclass(frozen=True)
class Trade:
    """An agreement being fulfilled.

    `deadline` (unix seconds) is when the present state ends by time alone: to be shipped, then to be attested.
    `seller_attested` and `buyer_attested` are units, None while that side has not spoken. `document` is 0x-hex of the
    part of the shipment's document hash that the post keeps, empty before shipment. `price` is what the buyer put up.
    """

    number: int
    listing: Listing
    buyer: str
    quantity: int
    state: TradeState
    deadline: int
    seller_attested: int | None
    buyer_attested: int | None
    seller_panel: int
    buyer_panel: int
    buyer_stores: str
    document: str

    @property
    def seller(self) -> str:
        """Who sells."""
        return self.listing.seller

    @property
    def price(self) -> Money:
        """Price of the whole quantity."""
        return Money(self.quantity * self.listing.unit_price.amount, self.listing.asset)

    @property
    def is_final(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self.state in (TradeState.SETTLED, TradeState.REFUNDED)

    def settles_at(self) -> int:
        """Units paid for if nobody speaks any more (TRADE, table of states); 0 when it was never shipped."""
        if self.state is TradeState.AGREED:
            return 0
        spoken = [each for each in (self.seller_attested, self.buyer_attested) if each is not None]
        return min(spoken, default=self.quantity)


@dataclass(frozen=True)
class NextStep:
    """What a trade waits for.

    `verb` is ship, attest, settle or nothing; `who` may do it in words; `sides` are the bodies whose keepers are meant
    (empty: anyone); until `by` (unix seconds, 0: at any time); `otherwise` is what happens when nobody does.
    """

    verb: str
    who: str
    sides: tuple[str, ...]
    by: int
    otherwise: str


def next_step(trade: Trade, now: int) -> NextStep:
    """What a trade waits for at `now`, and what happens if nobody acts (TRADE, table of states)."""
    if trade.is_final:
        return NextStep("nothing", "nobody", (), 0, "")
    if trade.state is TradeState.DELIVERED or now > trade.deadline:
        if trade.state is TradeState.AGREED:
            return NextStep("settle", "anyone", (), 0, "it was not shipped in time, so the buyer gets the money back")
        return NextStep("settle", "anyone", (), 0, f"{trade.settles_at()} of {trade.quantity} units are paid for")
    if trade.state is TradeState.AGREED:
        return NextStep(
            "ship",
            "a keeper of the seller",
            (trade.seller,),
            trade.deadline,
            "anyone may settle: the buyer is refunded",
        )
    silent = [
        (name, side)
        for name, side, said in (
            ("seller", trade.seller, trade.seller_attested),
            ("buyer", trade.buyer, trade.buyer_attested),
        )
        if said is None
    ]
    if not silent:
        quantity = trade.settles_at()
        return NextStep(
            "nothing", "nobody", (), trade.deadline, f"both attested differently: anyone may settle at {quantity} units"
        )
    names = " and of the ".join(name for name, _ in silent)
    return NextStep(
        "attest",
        f"a keeper of the {names}",
        tuple(side for _, side in silent),
        trade.deadline,
        f"anyone may settle at {trade.settles_at()} units",
    )
