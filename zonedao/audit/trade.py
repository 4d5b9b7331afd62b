"""Listings, trades, escrow and dues of a trade post, rebuilt from events, as far as bodies of one zone take part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zonedao.audit.chronicle import Chronicle, in_order
from zonedao.audit.money import holdings
from zonedao.audit.proposals import ProposalRecord
from zonedao.audit.report import Check, Comparison, Inconsistent, compare
from zonedao.chain.abi import encode, keccak, parse_type
from zonedao.chain.contract import BoundContract, decode_call
from zonedao.chain.events import Event
from zonedao.chain.interface import shipped
from zonedao.errors import UsageProblem
from zonedao.times import HOUR
from zonedao.trade.post import ListingState, TradeState
from zonedao.treasury.assets import COIN_ADDRESS

# ITradePost.tradeKeyOf
_TRADE_KEY = parse_type(
    "tuple", [{"name": "b", "type": "address"}, *({"name": name, "type": "uint256"} for name in "lqpd")]
)

_TERMS_KEPT = ("good", "least", "asset", "unitPrice", "expiresAt", "shipHours", "attestHours")

FundKey = tuple[str, str, bytes]  # body, asset, trade key


@dataclass
class ListingRecord:
    """A listing as its events tell it."""

    seller: str
    terms: Any
    left: int
    state: ListingState = ListingState.OPEN


@dataclass
class TradeRecord:
    """A trade as its events tell it."""

    listing: int
    buyer: str
    quantity: int
    deadline: int
    state: TradeState = TradeState.AGREED
    document: bytes = b""
    attested: dict[str, int] = field(default_factory=dict)


@dataclass
class PostRecord:
    """A trade post. `funds` and `dues` are complete for bodies of the zone only; `owed` is everybody's, by asset."""

    listings: dict[int, ListingRecord] = field(default_factory=dict)
    trades: dict[int, TradeRecord] = field(default_factory=dict)
    funds: dict[FundKey, int] = field(default_factory=dict)
    dues: dict[tuple[str, str], int] = field(default_factory=dict)
    owed: dict[str, int] = field(default_factory=dict)

    def owe(self, body: str, asset: str, amount: int) -> None:
        """Add to what is due to a body."""
        self.dues[body, asset] = self.dues.get((body, asset), 0) + amount


def replay_post(
    chronicle: Chronicle,
    post: str,
    events: Sequence[Event],
    executions: Sequence[Event],
    proposals: Mapping[str, Mapping[int, ProposalRecord]],
) -> PostRecord:
    """The post as its events tell it.

    `executions` are the ProposalExecuted events of the zone's bodies and `proposals` their proposals by id: which
    escrow a purchase used is in the calls of the proposal that made it. Raises Inconsistent.
    """
    record = PostRecord()
    accepting: dict[str, list[bytes]] = {}
    for event in in_order([*events, *executions]):
        args = event.args
        if event.name in _DEADLINES:
            _check_deadline(chronicle, record, event)
        if event.name == "ProposalExecuted":
            made = proposals[event.address].get(args["proposalId"])
            accepting[event.address] = trade_keys(post, made) if made is not None else []
        elif event.name == "CommitmentMade":
            _committed(record, args, accepting if args["buyer"] in proposals else None)
        else:
            apply = _APPLY.get(event.name)
            if apply is not None:
                apply(record, args)
    return record


_DEADLINES = {"CommitmentMade": ("shipBy", "shipHours"), "Shipped": ("attestBy", "attestHours")}


def _check_deadline(chronicle: Chronicle, record: PostRecord, event: Event) -> None:
    deadline, hours = _DEADLINES[event.name]
    listing = event.args["listing"] if "listing" in event.args else _trade(record, event.args["trade"]).listing
    expected = chronicle.time_of(event) + getattr(_listing(record, listing).terms, hours) * HOUR
    if event.args[deadline] != expected:
        raise Inconsistent(f"trade {event.args['trade']} has until {event.args[deadline]}, where {expected} follows")


def trade_keys(post: str, proposal: ProposalRecord) -> list[bytes]:
    """The trade keys of the purchases that a proposal makes, in order."""
    found: list[bytes] = []
    targets, _, calldatas, _ = proposal.arrays
    for target, data in zip(targets, calldatas, strict=True):
        if target != post:
            continue
        try:
            signature, args = decode_call(shipped("ITradePost"), data)
        except UsageProblem:
            continue
        if signature.startswith("accept("):
            found.append(keccak(encode(_TRADE_KEY, (proposal.body.address, *args.values()))))
    return found


def _committed(record: PostRecord, args: Any, accepting: dict[str, list[bytes]] | None) -> None:
    number, buyer, amount = args["trade"], args["buyer"], args["amount"]
    if number != len(record.trades) + 1:
        raise Inconsistent(f"trade {len(record.trades) + 1} is missing: the next one told is {number}")
    listing = _listing(record, args["listing"])
    record.trades[number] = TradeRecord(args["listing"], buyer, args["quantity"], args["shipBy"])
    if amount != args["quantity"] * listing.terms.unitPrice:
        raise Inconsistent(f"trade {number} cost {amount}, which is not its quantity times the price")
    listing.left -= args["quantity"]
    if accepting is None:
        return
    keys = accepting.get(buyer)
    if not keys:
        raise Inconsistent(f"trade {number} was agreed by {buyer} without an executed proposal")
    key = (buyer, listing.terms.asset, keys.pop(0))
    spent = record.funds.get(key, 0)
    record.funds[key] = 0
    record.owe(buyer, listing.terms.asset, spent - amount)


def _opened(record: PostRecord, args: Any) -> None:
    if args["listing"] != len(record.listings) + 1:
        raise Inconsistent(f"listing {len(record.listings) + 1} is missing: the next one told is {args['listing']}")
    terms = args["terms"]
    record.listings[args["listing"]] = ListingRecord(args["seller"], terms, terms.quantity)


def _closed(record: PostRecord, args: Any) -> None:
    listing = _listing(record, args["listing"])
    listing.state = ListingState(args["state"])
    # A purchase that takes everything closes the listing just before it is told itself.
    left = 0 if listing.state is ListingState.FILLED else listing.left
    if args["left"] != left:
        raise Inconsistent(f"listing {args['listing']} closed with {args['left']} units left, not {left}")


def _funded(record: PostRecord, args: Any) -> None:
    key = (args["body"], args["asset"], args["tradeKey"])
    record.funds[key] = record.funds.get(key, 0) + args["amount"]
    record.owed[args["asset"]] = record.owed.get(args["asset"], 0) + args["amount"]


def _reclaimed(record: PostRecord, args: Any) -> None:
    key = (args["body"], args["asset"], args["tradeKey"])
    if record.funds.get(key, 0) != args["amount"]:
        raise Inconsistent(
            f"{args['body']} took back {args['amount']} of escrow where it had {record.funds.get(key, 0)}"
        )
    record.funds[key] = 0
    record.owe(args["body"], args["asset"], args["amount"])


def _shipped(record: PostRecord, args: Any) -> None:
    trade = _trade(record, args["trade"])
    trade.state, trade.document, trade.deadline = TradeState.SHIPPED, args["document"], args["attestBy"]


def _attested(record: PostRecord, args: Any) -> None:
    trade = _trade(record, args["trade"])
    if args["side"] in trade.attested:
        raise Inconsistent(f"{args['side']} attested trade {args['trade']} twice")
    if args["document"][:_DOCUMENT_BYTES] != trade.document[:_DOCUMENT_BYTES]:
        raise Inconsistent(f"trade {args['trade']} was attested under another document than it was shipped")
    trade.attested[args["side"]] = args["quantity"]
    if len(trade.attested) == 2 and len(set(trade.attested.values())) == 1:
        trade.state = TradeState.DELIVERED


_DOCUMENT_BYTES = 22  # of a document's hash, which the post keeps


def _fulfilled(record: PostRecord, args: Any) -> None:
    trade = _trade(record, args["trade"])
    terms = _listing(record, trade.listing).terms
    quantity = min(trade.attested.values(), default=trade.quantity)
    paid, back = quantity * terms.unitPrice, (trade.quantity - quantity) * terms.unitPrice
    if (args["quantity"], args["paid"], args["refunded"]) != (quantity, paid, back):
        raise Inconsistent(f"trade {args['trade']} was settled at {args['quantity']} units, where {quantity} were due")
    trade.state = TradeState.SETTLED
    record.owe(_listing(record, trade.listing).seller, terms.asset, paid)
    record.owe(trade.buyer, terms.asset, back)


def _refunded(record: PostRecord, args: Any) -> None:
    trade = _trade(record, args["trade"])
    terms = _listing(record, trade.listing).terms
    if args["refunded"] != trade.quantity * terms.unitPrice:
        raise Inconsistent(f"trade {args['trade']} gave back {args['refunded']}, which is not what it cost")
    trade.state = TradeState.REFUNDED
    record.owe(trade.buyer, terms.asset, args["refunded"])


def _proceeds(record: PostRecord, args: Any) -> None:
    record.owe(args["body"], args["asset"], -args["amount"])
    record.owed[args["asset"]] = record.owed.get(args["asset"], 0) - args["amount"]


def _listing(record: PostRecord, number: int) -> ListingRecord:
    if number not in record.listings:
        raise Inconsistent(f"listing {number} was never opened")
    return record.listings[number]


def _trade(record: PostRecord, number: int) -> TradeRecord:
    if number not in record.trades:
        raise Inconsistent(f"trade {number} was never agreed")
    return record.trades[number]


_APPLY = {
    "ListingOpened": _opened,
    "ListingClosed": _closed,
    "Funded": _funded,
    "FundsReclaimed": _reclaimed,
    "Shipped": _shipped,
    "Attested": _attested,
    "Fulfilled": _fulfilled,
    "Refunded": _refunded,
    "ProceedsWithdrawn": _proceeds,
}


# --- comparing ---


def check_trades(chronicle: Chronicle, post: BoundContract, record: PostRecord, bodies: Sequence[str]) -> Check:
    """Listings and trades of the zone's bodies against the chain."""

    def comparisons() -> Iterator[Comparison]:
        yield "listings", len(record.listings), chronicle.ask(post, "listingCount")
        yield "trades", len(record.trades), chronicle.ask(post, "tradeCount")
        ours = {
            number
            for number, trade in record.trades.items()
            if trade.buyer in bodies or record.listings[trade.listing].seller in bodies
        }
        touched = {record.trades[number].listing for number in ours}
        for number, listing in record.listings.items():
            if listing.seller not in bodies and number not in touched:
                continue
            found = chronicle.ask(post, "listingOf", number)
            yield f"seller of listing {number}", listing.seller, found.seller
            yield f"left of listing {number}", listing.left, found.left
            yield f"state of listing {number}", listing.state.title, ListingState(found.state).title
            for name in _TERMS_KEPT:
                yield f"{name} of listing {number}", getattr(listing.terms, name), getattr(found, name)
        for number in sorted(ours):
            yield from _compare_trade(chronicle, post, record, number)

    return compare("trades", comparisons)


def _compare_trade(chronicle: Chronicle, post: BoundContract, record: PostRecord, number: int) -> Iterator[Comparison]:
    trade = record.trades[number]
    seller = record.listings[trade.listing].seller
    found = chronicle.ask(post, "tradeOf", number)
    kept = bytes(found.document)
    for what, rebuilt, actual in (
        ("buyer", trade.buyer, found.buyer),
        ("listing", trade.listing, found.listing),
        ("quantity", trade.quantity, found.quantity),
        ("state", trade.state.title, TradeState(found.state).title),
        ("deadline", trade.deadline, found.deadline),
        ("document", trade.document[: len(kept)].ljust(len(kept), b"\0"), kept),
        # One more than was attested, 0 while nobody spoke.
        ("seller's attestation", trade.attested.get(seller, -1) + 1, found.sellerAttested),
        ("buyer's attestation", trade.attested.get(trade.buyer, -1) + 1, found.buyerAttested),
    ):
        yield f"{what} of trade {number}", rebuilt, actual


def check_escrow(chronicle: Chronicle, post: BoundContract, record: PostRecord, bodies: Sequence[str]) -> Check:
    """Escrow and dues of the zone's bodies, and that the post holds what it owes to everybody, against the chain."""

    def comparisons() -> Iterator[Comparison]:
        for (body, asset, key), amount in record.funds.items():
            if body in bodies:
                yield f"escrow of {body} in {asset}", amount, chronicle.ask(post, "funds", body, asset, key)
        for (body, asset), amount in record.dues.items():
            if body in bodies:
                yield f"due to {body} in {asset}", amount, chronicle.ask(post, "due", body, asset)
        for asset, amount in record.owed.items():
            if asset != COIN_ADDRESS:
                yield f"booked in {asset}", amount, chronicle.ask(post, "booked", asset)
            held = holdings(chronicle, asset, post.address)
            yield f"the post owes {amount} of {asset} and holds {held}, which is less", False, held < amount

    return compare("escrow", comparisons)
