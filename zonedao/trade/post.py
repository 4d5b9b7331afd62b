"""The trade post: what zones offer each other, and the trades under way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from zonedao.actions import Action, plain
from zonedao.chain.abi import checksum_address
from zonedao.chain.contract import BoundContract
from zonedao.chain.receipts import Receipt
from zonedao.errors import NotFound, UsageProblem
from zonedao.text import label
from zonedao.treasury.assets import COIN_ADDRESS, Asset, Money

if TYPE_CHECKING:
    from zonedao.governance.calls import Label
    from zonedao.governance.zone import Zone


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


class TradePost:
    """The trade post that a zone lists. It serves all zones of the chain."""

    def __init__(self, zone: Zone, address: str) -> None:
        self.zone = zone
        self.client = zone.client
        self.contract: BoundContract = zone.client.bind("ITradePost", address)

    @property
    def address(self) -> str:
        """Where it is."""
        return self.contract.address

    # --- reading ---

    def listing(self, number: int) -> Listing:
        """A listing by number. Raises NotFound."""
        if not 0 < number <= int(self.contract.call("listingCount")):
            raise NotFound(f"There is no listing {number}. `zonedao trade list` shows those there are.")
        found = self.contract.call("listingOf", number)
        return Listing(
            number=number,
            seller=found.seller,
            stores=found.stores,
            good=found.good,
            state=ListingState(found.state),
            left=found.left,
            least=found.least,
            unit_price=Money(found.unitPrice, self.client.asset(found.asset)),
            expires_at=found.expiresAt,
            ship_hours=found.shipHours,
            attest_hours=found.attestHours,
        )

    def listings(self, *, only_open: bool = True, seller: str | None = None) -> tuple[Listing, ...]:
        """Listings of all zones, or of one body: those that are open, or all."""
        # The post may be much older than this zone, so other zones' listings are counted and not searched for.
        numbers = range(1, int(self.contract.call("listingCount")) + 1) if seller is None else self._opened_by(seller)
        found = [self.listing(number) for number in numbers]
        return tuple(each for each in found if each.state is ListingState.OPEN or not only_open)

    def trade(self, number: int) -> Trade:
        """A trade by number. Raises NotFound."""
        if not 0 < number <= int(self.contract.call("tradeCount")):
            raise NotFound(f"There is no trade {number}. `zonedao trade list` shows those there are.")
        found = self.contract.call("tradeOf", number)
        document = bytes(found.document)
        return Trade(
            number=number,
            listing=self.listing(found.listing),
            buyer=found.buyer,
            quantity=found.quantity,
            state=TradeState(found.state),
            deadline=found.deadline,
            seller_attested=found.sellerAttested - 1 if found.sellerAttested else None,
            buyer_attested=found.buyerAttested - 1 if found.buyerAttested else None,
            seller_panel=found.sellerPanel,
            buyer_panel=found.buyerPanel,
            buyer_stores=found.buyerStores,
            document="0x" + document.hex() if any(document) else "",
        )

    def trades(self, *, ours: bool = True, only_open: bool = False) -> tuple[Trade, ...]:
        """Trades by number: those in which a body of this zone sells or buys, or those of everybody."""
        numbers = self._ours() if ours else range(1, int(self.contract.call("tradeCount")) + 1)
        found = [self.trade(number) for number in numbers]
        return tuple(trade for trade in found if not (only_open and trade.is_final))

    def due(self, body: str, asset: str = COIN_ADDRESS) -> Money:
        """Proceeds and refunds of a body that wait to be withdrawn."""
        return Money(int(self.contract.call("due", body, asset)), self.client.asset(asset))

    def funds(self, body: str, trade_key: bytes, asset: str = COIN_ADDRESS) -> Money:
        """What a body escrowed for a purchase not yet accepted."""
        return Money(int(self.contract.call("funds", body, asset, trade_key)), self.client.asset(asset))

    def trade_key(self, buyer: str, listing: int, quantity: int, max_unit_price: int, deadline: int) -> bytes:
        """What names the escrow of one purchase."""
        return bytes(self.contract.call("tradeKeyOf", buyer, listing, quantity, max_unit_price, deadline))

    def keeps_for(self, trade: Trade, address: str) -> tuple[str, ...]:
        """The sides of a trade for which somebody is a keeper: seller, buyer, both or none."""
        panels = (
            (trade.seller, trade.listing.stores, trade.seller_panel),
            (trade.buyer, trade.buyer_stores, trade.buyer_panel),
        )
        return tuple(
            side
            for side, stores, panel in panels
            if int(self.client.bind("IStores", stores).call("keeperIndex", panel, address))
        )

    # --- doing ---

    def ship(self, trade: int, document: Label) -> Action[None]:
        """Say that the goods left, with the hash of a document (a label will do). By a keeper of the seller."""
        data = self.contract.encode("ship", trade, label(document))
        return plain(self.client, self.address, data, f"ship trade {trade}")

    def attest(self, trade: int, quantity: int, document: Label = None, *, side: str | None = None) -> Action[None]:
        """One side's word on how much arrived. By a keeper of that side, once a side.

        `side` is 'buyer', 'seller' or an address: the one for which the signer is a keeper, unless told otherwise.
        `document` is that of the shipment unless given.
        """
        known = self.trade(trade)
        about = label(document) if document is not None else bytes.fromhex(known.document[2:]).ljust(32, b"\0")
        data = self.contract.encode("attest", trade, self._side(known, side), quantity, about)
        return plain(self.client, self.address, data, f"attest {quantity} units of trade {trade}")

    def settle(self, trade: int) -> Action[None]:
        """End a trade that both sides attested, or whose time has passed. Anyone may."""
        return plain(self.client, self.address, self.contract.encode("settle", trade), f"settle trade {trade}")

    def expire(self, listing: int) -> Action[None]:
        """End a listing whose day has passed. Anyone may."""
        return plain(self.client, self.address, self.contract.encode("expire", listing), f"end listing {listing}")

    def reclaim(self, body: str, listing: int, quantity: int, max_unit_price: int, deadline: int) -> Action[None]:
        """Give escrow back that was not accepted by its deadline. Anyone may."""
        data = self.contract.encode("reclaim", body, listing, quantity, max_unit_price, deadline)
        return plain(self.client, self.address, data, f"take back the escrow for listing {listing}")

    def reclaim_stray(self, body: str, asset: str, trade_key: bytes) -> Action[None]:
        """Give escrow back that no purchase took in 30 days, whatever its key was meant to name. Anyone may."""
        known = self.client.asset(asset)
        data = self.contract.encode("reclaimStray", body, known.address, trade_key)
        return plain(self.client, self.address, data, "take back stray escrow")

    def withdraw(self, body: str | None = None, asset: str = COIN_ADDRESS) -> Action[int]:
        """Send what is due to a body (the zone by default) to its treasury; the value is the amount."""
        who = self.zone.address if body is None else self._party(body)
        known = self.client.asset(asset)

        def read(receipt: Receipt) -> int:
            return int(self.contract.events(receipt, "ProceedsWithdrawn")[0].args["amount"])

        data = self.contract.encode("withdraw", who, known.address)
        return Action(self.client, self.address, data, f"collect proceeds in {known.symbol}", read)

    # --- inside ---

    def _opened_by(self, seller: str | list[str]) -> list[int]:
        events = self.contract.logs("ListingOpened", self.zone.deploy_block, seller=seller)
        return [event.args["listing"] for event in events]

    def _ours(self) -> list[int]:
        """Numbers of the trades in which a body of this zone sells or buys."""
        bodies = list(self.zone.tree())
        made = list(self.contract.logs("CommitmentMade", self.zone.deploy_block, buyer=bodies))
        if listings := self._opened_by(bodies):
            made += self.contract.logs("CommitmentMade", self.zone.deploy_block, listing=listings)
        return sorted({event.args["trade"] for event in made})

    def _party(self, body: str) -> str:
        return checksum_address(body) if body.startswith("0x") else self.zone.body(body).address

    def _side(self, trade: Trade, side: str | None) -> str:
        if side is not None:
            named = {"seller": trade.seller, "buyer": trade.buyer}.get(side.lower())
            if named is None and not side.startswith("0x"):
                raise UsageProblem(f"{side!r} is no side of a trade. Say buyer or seller.")
            return named or checksum_address(side)
        sides = self.keeps_for(trade, self.client.require_address())
        said = {trade.seller: trade.seller_attested, trade.buyer: trade.buyer_attested}
        waiting = [each for each in sides if said[each] is None]
        if len(waiting) > 1:
            raise UsageProblem(
                "You are a keeper of both sides. Say for which you attest: --side buyer or --side seller."
            )
        # A stranger's attestation is refused by the post, which says so.
        return (*waiting, *sides, trade.buyer)[0]
