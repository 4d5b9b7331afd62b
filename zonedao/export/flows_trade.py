"""A trade post in ValueFlows words, as far as bodies of one zone take part: offers, trades, escrow and proceeds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zonedao.audit.report import Inconsistent
from zonedao.export.scribe import Commitment, Scribe
from zonedao.trade.post import ListingState, TradeState

if TYPE_CHECKING:
    from zonedao.chain.contract import BoundContract
    from zonedao.chain.events import Event
    from zonedao.treasury.assets import Asset

_UNDER_WAY = (TradeState.AGREED, TradeState.SHIPPED, TradeState.DELIVERED)


@dataclass
class _Listing:
    """What a body offers, and what the good is called."""

    seller: str
    terms: Any
    id: str
    kind: str = ""


@dataclass
class _Trade:
    """A trade with its two promises, None where nobody of the zone takes part."""

    listing: _Listing
    buyer: str
    quantity: int
    id: str
    goods: Commitment | None = None
    payment: Commitment | None = None


class TradeFlows:
    """Writes down the events of a trade post, one after the other.

    `bodies` are those of the zone; `person` is who goes by an index there. `of_treasury` and `of_post` are all events
    of both, since money that goes from one to the other is told by each, and is written down once.
    """

    def __init__(
        self,
        scribe: Scribe,
        post: BoundContract | None,
        bodies: Collection[str],
        read_asset: Callable[[str], Asset],
        of_treasury: Sequence[Event],
        of_post: Sequence[Event],
    ) -> None:
        self.scribe = scribe
        self.bodies = bodies
        self.read_asset = read_asset
        self._post = post
        self._listings: dict[int, _Listing] = {}
        self._trades: dict[int, _Trade] = {}
        self._funds: dict[tuple[str, str, bytes], int] = {}
        self._accepting: dict[str, list[bytes]] = {}
        self._shipped: dict[str, list[Event]] = {}
        for event in of_post:
            if event.name == "Shipped":
                self._shipped.setdefault(event.tx_hash, []).append(event)
        self._behind: dict[tuple[int, int], Event] = {}
        self._paired: set[tuple[int, int]] = set()
        self._pair(of_treasury, of_post)

    def tell(self, event: Event) -> None:
        """Write down one event."""
        apply = _APPLY.get(event.name)
        if apply is not None:
            apply(self, event, event.args)

    def executed(self, body: str, keys: list[bytes]) -> None:
        """A body executes a proposal that buys with the escrow of these keys."""
        self._accepting[body] = keys

    # --- what the treasury tells as well ---

    def _pair(self, of_treasury: Sequence[Event], of_post: Sequence[Event]) -> None:
        told: dict[str, list[Event]] = {}
        for event in of_post:
            if event.name in ("Funded", "ProceedsWithdrawn"):
                told.setdefault(event.tx_hash, []).append(event)
        for event in of_treasury:
            for other in told.get(event.tx_hash, ()):
                if _place(other) not in self._paired and _same_money(event, other):
                    self._behind[_place(event)] = other
                    self._paired.add(_place(other))
                    break

    def proceeds_behind(self, deposit: Event) -> Event | None:
        """What the post paid out into this deposit, None for money from elsewhere."""
        return self._behind.get(_place(deposit))

    def funds_behind(self, escrowed: Event) -> Event | None:
        """What arrived in the post of what a treasury put into escrow, None where it went to another one."""
        return self._behind.get(_place(escrowed))

    # --- what there is ---

    @property
    def post(self) -> BoundContract:
        """Where it trades. Events without a post contradict each other."""
        if self._post is None:
            raise Inconsistent("the zone trades, and lists no trade post")
        return self._post

    @property
    def _root(self) -> str:
        return self.scribe.account(self.post.address)

    def due(self, body: str, asset: str) -> str:
        """What a body can take from the post."""

        def state() -> dict[str, int]:
            return {"accountingQuantity": self.scribe.chronicle.ask(self.post, "due", body, asset)}

        name = f"{self._root}/due/{body}/{asset}"
        return self.scribe.resource(name, "proceeds", self.scribe.agent(body), self._money(asset), state)

    def escrow(self, body: str, asset: str, key: bytes) -> str:
        """What a body put up for one purchase."""

        def state() -> dict[str, int]:
            return {"accountingQuantity": self.scribe.chronicle.ask(self.post, "funds", body, asset, key)}

        name = f"{self._root}/escrow/{body}/{asset}/0x{key.hex()}"
        return self.scribe.resource(name, "escrow", self.scribe.agent(body), self._money(asset), state)

    def _held(self, number: int, trade: _Trade) -> str | None:
        """What is held for a trade of ours, None for a foreign buyer's."""
        if trade.buyer not in self.bodies:
            return None

        def state() -> dict[str, int]:
            open_ = TradeState(self.scribe.chronicle.ask(self.post, "tradeOf", number).state) in _UNDER_WAY
            price = int(self.scribe.chronicle.ask(self.post, "listingOf", _number(trade.listing.id)).unitPrice)
            return {"accountingQuantity": trade.quantity * price if open_ else 0}

        asset, agent = trade.listing.terms.asset, self.scribe.agent(trade.buyer)
        return self.scribe.resource(f"{trade.id}/held", "held for a trade", agent, self._money(asset), state)

    def _money(self, asset: str) -> str:
        return self.scribe.asset(self.read_asset(asset))

    def _good(self, listing: _Listing) -> str:
        """The kind of good of a listing. A foreign seller's is asked of its own stores, which no event names."""
        if not listing.kind:
            ask = self.scribe.chronicle.ask
            stores = ask(self.post, "listingOf", _number(listing.id)).stores
            title = ask(self.scribe.chronicle.bind("IStores", stores), "goodName", listing.terms.good)
            listing.kind = self.scribe.good(f"{self.scribe.account(stores)}/good/{listing.terms.good}", str(title))
        return listing.kind

    # --- one for each event of ITradePost ---

    def _opened(self, event: Event, args: Any) -> None:
        number, seller, terms = args["listing"], args["seller"], args["terms"]
        listing = self._listings[number] = _Listing(seller, terms, f"{self._root}/listing/{number}")
        if seller in self.bodies:
            kind, money = self._good(listing), self._money(terms.asset)
            self.scribe.note(
                event, "Proposal", listing.id, name="offer", provider=self.scribe.agent(seller),
                publishes=self.scribe.measure(kind, terms.quantity), least=self.scribe.measure(kind, terms.least),
                unitPrice=self.scribe.measure(money, terms.unitPrice), until=self.scribe.time(terms.expiresAt),
            )  # fmt: skip

    def _closed(self, event: Event, args: Any) -> None:
        listing = self._listings[args["listing"]]
        if listing.seller in self.bodies:
            left = self.scribe.measure(self._good(listing), args["left"])
            state = ListingState(args["state"]).title
            self.scribe.note(event, "zd:Closing", f"{listing.id}/end", ends=listing.id, left=left, state=state)

    def _funded(self, event: Event, args: Any) -> None:
        body, asset, key = args["body"], args["asset"], bytes(args["tradeKey"])
        if body not in self.bodies:
            return
        self._funds[body, asset, key] = self._funds.get((body, asset, key), 0) + args["amount"]
        if _place(event) not in self._paired:
            # Anybody may put money up for a body; the event does not tell who.
            agent, giver = self.scribe.agent(body), self.scribe.agent(self.post.address)
            escrow = self.escrow(body, asset, key)
            self.scribe.event(
                event, "transfer", args["amount"], self._money(asset), provider=giver, receiver=agent, target=escrow
            )

    def _reclaimed(self, event: Event, args: Any) -> None:
        body, asset, key = args["body"], args["asset"], bytes(args["tradeKey"])
        if body in self.bodies:
            self._funds[body, asset, key] = 0
            self._move(event, args["amount"], body, asset, self.escrow(body, asset, key), self.due(body, asset))

    def _committed(self, event: Event, args: Any) -> None:
        number, listing = args["trade"], self._listings[args["listing"]]
        trade = _Trade(listing, args["buyer"], args["quantity"], f"{self._root}/trade/{number}")
        self._trades[number] = trade
        if not {trade.buyer, listing.seller} & set(self.bodies):
            return
        seller, buyer, asset = self.scribe.agent(listing.seller), self.scribe.agent(trade.buyer), listing.terms.asset
        self.scribe.note(event, "Agreement", trade.id, name="trade", listing=listing.id)
        trade.goods = self.scribe.commit(
            event, f"{trade.id}/goods", trade.quantity, self._good(listing), provider=seller, receiver=buyer,
            due=args["shipBy"], under=trade.id,
        )  # fmt: skip
        trade.payment = self.scribe.commit(
            event, f"{trade.id}/payment", args["amount"], self._money(asset), provider=buyer, receiver=seller,
            under=trade.id,
        )  # fmt: skip
        held = self._held(number, trade)
        if held is None:
            return
        keys = self._accepting.get(trade.buyer)
        if not keys:
            raise Inconsistent(f"trade {number} was agreed by {trade.buyer} without an executed proposal")
        key = (trade.buyer, asset, keys.pop(0))
        escrow, rest = self.escrow(*key), self._funds.get(key, 0) - args["amount"]
        self._funds[key] = 0
        self._move(event, args["amount"], trade.buyer, asset, escrow, held, trade.id)
        if rest:
            self._move(event, rest, trade.buyer, asset, escrow, self.due(trade.buyer, asset), trade.id)

    def ship(self, event: Event, kind: str, stock: str, zone: str) -> None:
        """Goods leave the stores of the zone: an event of the stores, whose trade the post tells in the same
        transaction."""
        seller, quantity = self.scribe.agent(zone), event.args["quantity"]
        for told in self._shipped.get(event.tx_hash, []):
            trade = self._trades.get(told.args["trade"])
            if trade is None or trade.listing.seller != zone or trade.listing.kind != kind:
                continue
            self._shipped[event.tx_hash].remove(told)
            self.scribe.event(
                event, "transfer", quantity, kind, provider=seller, receiver=self.scribe.agent(trade.buyer),
                source=stock, fulfills=trade.goods, under=trade.id, document=_text(told.args["document"]),
            )  # fmt: skip
            return
        elsewhere = self.scribe.agent(event.address)
        self.scribe.event(event, "transfer", quantity, kind, provider=seller, receiver=elsewhere, source=stock)

    def _attested(self, event: Event, args: Any) -> None:
        """What arrives from another zone is told by who receives it; the next count of the stores has it."""
        trade = self._trades[args["trade"]]
        received = args["side"] == trade.buyer and trade.buyer in self.bodies
        if received and trade.listing.seller not in self.bodies:
            self.scribe.event(
                event, "transfer", args["quantity"], self._good(trade.listing),
                provider=self.scribe.agent(trade.listing.seller), receiver=self.scribe.agent(trade.buyer),
                fulfills=trade.goods, under=trade.id,
            )  # fmt: skip

    def _fulfilled(self, event: Event, args: Any) -> None:
        trade, seller = self._trades[args["trade"]], self._trades[args["trade"]].listing.seller
        if trade.payment is None or trade.goods is None:
            return
        asset, held = trade.listing.terms.asset, self._held(args["trade"], trade)
        target = self.due(seller, asset) if seller in self.bodies else None
        self.scribe.event(
            event, "transfer", args["paid"], self._money(asset), provider=self.scribe.agent(trade.buyer),
            receiver=self.scribe.agent(seller), source=held, target=target, fulfills=trade.payment, under=trade.id,
        )  # fmt: skip
        self._end(event, trade, held)

    def _refunded(self, event: Event, args: Any) -> None:
        trade = self._trades[args["trade"]]
        self._end(event, trade, self._held(args["trade"], trade))

    def _end(self, event: Event, trade: _Trade, held: str | None) -> None:
        """Nothing more is owed; what was held and not paid goes back."""
        if trade.payment is None or trade.goods is None:
            return
        back, asset = trade.payment.open, trade.listing.terms.asset
        trade.payment.released += back
        trade.goods.released += trade.goods.open
        if back and held is not None:
            self._move(event, back, trade.buyer, asset, held, self.due(trade.buyer, asset), trade.id)

    def _proceeds(self, event: Event, args: Any) -> None:
        body, asset = args["body"], args["asset"]
        if body in self.bodies and _place(event) not in self._paired:
            self._move(event, args["amount"], body, asset, self.due(body, asset), None)

    def _move(
        self,
        event: Event,
        amount: int,
        body: str,
        asset: str,
        source: str,
        target: str | None,
        under: str | None = None,
    ) -> None:
        agent = self.scribe.agent(body)
        self.scribe.event(
            event, "move", amount, self._money(asset), provider=agent, receiver=agent, source=source, target=target,
            under=under,
        )  # fmt: skip


def _same_money(event: Event, other: Event) -> bool:
    """Whether a treasury and a post tell of the same money."""
    mine, theirs = event.args, other.args
    if event.name == "Escrowed" and other.name == "Funded":
        same = mine["post"] == other.address and bytes(mine["tradeKey"]) == bytes(theirs["tradeKey"])
    else:
        pair = (event.name, other.name) == ("Deposited", "ProceedsWithdrawn")
        same = pair and mine["from"] == other.address
    return same and (mine["body"], mine["asset"]) == (theirs["body"], theirs["asset"])


def _place(event: Event) -> tuple[int, int]:
    return event.block_number, event.log_index


def _number(name: str) -> int:
    return int(name.rpartition("/")[2])


def _text(document: bytes) -> str:
    return "0x" + bytes(document).hex()


_APPLY = {
    "ListingOpened": TradeFlows._opened,
    "ListingClosed": TradeFlows._closed,
    "Funded": TradeFlows._funded,
    "FundsReclaimed": TradeFlows._reclaimed,
    "CommitmentMade": TradeFlows._committed,
    "Attested": TradeFlows._attested,
    "Fulfilled": TradeFlows._fulfilled,
    "Refunded": TradeFlows._refunded,
    "ProceedsWithdrawn": TradeFlows._proceeds,
}
