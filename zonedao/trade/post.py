"""The trade post: what zones offer each other, and the trades under way."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

from zonedao.actions import Action, plain
from zonedao.chain.abi import checksum_address
from zonedao.chain.contract import BoundContract
from zonedao.errors import NotFound, UsageProblem
from zonedao.text import label
from zonedao.trade.standing import Listing, ListingState, NextStep, Trade, TradeState, next_step
from zonedao.treasury.assets import COIN_ADDRESS, Money

__all__ = ["Listing", "ListingState", "NextStep", "Trade", "TradePost", "TradeState", "next_step"]

if TYPE_CHECKING:
    from zonedao.chain.receipts import Receipt
    from zonedao.governance.calls import Label
    from zonedao.governance.zone import Zone


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

    def keeps_for(self, trade: Trade, address: str, *, among: Container[str] | None = None) -> tuple[str, ...]:
        """The sides of a trade for which somebody is a keeper: seller, buyer, both or none; of some bodies only, if
        they are given."""
        panels = (
            (trade.seller, trade.listing.stores, trade.seller_panel),
            (trade.buyer, trade.buyer_stores, trade.buyer_panel),
        )
        return tuple(
            side
            for side, stores, panel in panels
            if (among is None or side in among)
            and int(self.client.bind("IStores", stores).call("keeperIndex", panel, address))
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
