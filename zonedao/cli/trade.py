"""`zonedao trade`: what zones sell each other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.amounts import parse_quantity
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.bodies import evidence_of, in_option, whom
from zonedao.cli.kit.goods import quantity, unit_of
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.indexed import live_option, read
from zonedao.cli.kit.options import READS, command
from zonedao.cli.kit.output import pairs

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body
    from zonedao.trade.post import Listing, Trade, TradePost

number_argument = argument(
    "number", "The number of a trade; `zonedao trade list` shows them.", metavar="N", type=click.IntRange(1)
)


@click.group(cls=Group)
def trade() -> None:
    """Trades between zones: agreed by vote, shipped and attested by keepers, settled by anyone.

    Zones offer with `zonedao propose sell` and buy with `zonedao propose buy`.
    """


@command(trade, "list", uses=READS)
@in_option
@click.option("--all", "everything", is_flag=True, help="Also what is over, and trades of other zones.")
@live_option
def list_(session: Session, where: str | None, everything: bool, live: bool) -> None:
    """Listings of all zones that are open, and the trades of this zone that are under way.

    Examples:
        zonedao trade list
        zonedao trade list --all --json
    See also:
        zonedao propose buy: buy from a listing
        zonedao propose sell: offer something
    """
    session.out.show(*read(session, where, live, partial(_market, session, everything)))


def _market(session: Session, everything: bool, body: Body, block: int | None) -> tuple[dict[str, Any], list[str]]:
    """Listings and trades as a document and as lines."""
    post = body.zone.require_trade_post()
    listings = post.listings(only_open=not everything)
    trades = post.trades(ours=not everything, only_open=not everything)
    return (
        {
            "zone": body.zone.path,
            "block": block,
            "listings": [_listing(post, each) for each in listings],
            "trades": [_trade(post, each) for each in trades],
        },
        list(_list_lines(session, post, listings, trades, body.client.now())),
    )


@command(trade, uses=READS)
@number_argument
@in_option
@live_option
def show(session: Session, number: int, where: str | None, live: bool) -> None:
    """Everything about trade N, and what it waits for.

    Examples:
        zonedao trade show 2
    See also:
        zonedao trade attest: say what arrived
    """

    def shown(body: Body, block: int | None) -> tuple[dict[str, Any], list[str]]:
        post = body.zone.require_trade_post()
        found = post.trade(number)
        return {"zone": body.zone.path, "block": block, "trade": _trade(post, found)}, _lines(post, found)

    session.out.show(*read(session, where, live, shown))


@command(trade)
@number_argument
@click.option(
    "--document",
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="The waybill; its hash goes on the chain, and attestations are about it.",
)
@in_option
def ship(session: Session, number: int, document: Path, where: str | None) -> None:
    """Say that the goods of trade N left. For keepers of the seller.

    Not shipped in time, the price goes back to the buyer.

    Examples:
        zonedao trade ship 2 --document waybill.pdf
    See also:
        zonedao trade attest: what both sides do then
    """
    session.require_signer()
    zone = session.body(where).zone
    carry_out(session, zone.client, lambda: zone.require_trade_post().ship(number, evidence_of(document)))


@command(trade)
@number_argument
@argument("arrived", 'Whole units, with or without the unit: 98, "98 kg"; 0 where nothing came.', metavar="QUANTITY")
@click.option(
    "--document",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The waybill; that of the shipment by default.",
)
@click.option("--side", type=click.Choice(["buyer", "seller"]), help="For whom, if you keep the stores of both.")
@in_option
def attest(
    session: Session, number: int, arrived: str, document: Path | None, side: str | None, where: str | None
) -> None:
    """Attest how much of trade N arrived. For keepers, once for each side.

    The seller is paid for what both sides attest; where they differ, for the lesser; where one is silent, for what the
    other says.

    Examples:
        zonedao trade attest 2 "98 kg"
        zonedao trade attest 2 98 --document waybill.pdf --side buyer
    See also:
        zonedao trade settle: end it then
    """
    session.require_signer()
    zone = session.body(where).zone

    def make() -> Any:
        post = zone.require_trade_post()
        listing = post.trade(number).listing
        name = zone.client.speaker.good_of(listing.stores, listing.good)
        units = parse_quantity(arrived, unit_of(name), zero=True)
        return post.attest(number, units, evidence_of(document), side=side)

    carry_out(session, zone.client, make)


@command(trade)
@number_argument
@in_option
def settle(session: Session, number: int, where: str | None) -> None:
    """End trade N, which both sides attested or whose time has passed. Anyone may.

    The money then waits for the bodies: zonedao withdraw --in BODY.

    Examples:
        zonedao trade settle 2
    Exit codes:
        4: one side has not attested yet, and its time runs
    See also:
        zonedao trade show: what it waits for
    """
    session.require_signer()
    zone = session.body(where).zone
    carry_out(session, zone.client, lambda: zone.require_trade_post().settle(number))


# --- telling ---


def _good(post: TradePost, listing: Listing) -> str:
    return post.client.speaker.good_of(listing.stores, listing.good)


def _listing(post: TradePost, listing: Listing) -> dict[str, Any]:
    return {
        "number": listing.number,
        "seller": listing.seller,
        "seller_name": post.client.speaker.name(listing.seller),
        "good": _good(post, listing),
        "state": listing.state.title,
        "left": listing.left,
        "least": listing.least,
        "unit_price": str(listing.unit_price.amount),
        "asset": listing.asset.symbol,
        "asset_address": listing.asset.address,
        "expires_at": listing.expires_at,
        "ship_hours": listing.ship_hours,
        "attest_hours": listing.attest_hours,
    }


def _trade(post: TradePost, trade: Trade) -> dict[str, Any]:
    from zonedao.trade.post import next_step

    step = next_step(trade, post.client.now())
    speaker = post.client.speaker
    return {
        "number": trade.number,
        "listing": trade.listing.number,
        "seller": trade.seller,
        "seller_name": speaker.name(trade.seller),
        "buyer": trade.buyer,
        "buyer_name": speaker.name(trade.buyer),
        "good": _good(post, trade.listing),
        "quantity": trade.quantity,
        "price": str(trade.price.amount),
        "asset": trade.price.asset.symbol,
        "asset_address": trade.price.asset.address,
        "state": trade.state.title,
        "deadline": trade.deadline or None,
        "seller_attested": trade.seller_attested,
        "buyer_attested": trade.buyer_attested,
        "next": {"verb": step.verb, "who": step.who, "by": step.by or None, "otherwise": step.otherwise},
    }


def _list_lines(
    session: Session, post: TradePost, listings: tuple[Listing, ...], trades: tuple[Trade, ...], now: int
) -> Iterator[str]:
    from zonedao.times import moment
    from zonedao.trade.post import next_step

    client = post.client
    yield from session.out.table(
        ("LISTING", "SELLER", "GOOD", "LEFT", "PRICE", "STATE", "UNTIL"),
        [
            (
                str(each.number),
                whom(client, each.seller),
                _good(post, each),
                quantity(each.left, _good(post, each)),
                f"{each.unit_price} each",
                each.state.title,
                moment(each.expires_at, now),
            )
            for each in listings
        ],
        right=(0, 3),
        empty="Nobody offers anything at the moment.",
    )
    yield ""
    steps = [(each, next_step(each, now)) for each in trades]
    yield from session.out.table(
        ("TRADE", "SELLER", "BUYER", "WHAT", "PRICE", "STATE", "NEXT"),
        [
            (
                str(each.number),
                whom(client, each.seller),
                whom(client, each.buyer),
                f"{each.quantity:,} {_good(post, each.listing)}",
                str(each.price),
                each.state.title,
                "" if step.verb == "nothing" and not step.by else _step(step.verb, step.who, step.by, now),
            )
            for each, step in steps
        ],
        right=(0,),
        empty=f"{post.zone.name} has no trades under way.",
    )


def _step(verb: str, who: str, by: int, now: int) -> str:
    from zonedao.times import moment

    until = f" by {moment(by, now)}" if by else ""
    return f"{verb}: {who}{until}" if verb != "nothing" else f"wait{until}"


def _lines(post: TradePost, found: Trade) -> list[str]:
    from zonedao.times import moment
    from zonedao.trade.post import next_step

    client, now = post.client, post.client.now()
    good = _good(post, found.listing)
    step = next_step(found, now)
    return pairs(
        [
            ("trade", f"{found.number}, {found.state.title}"),
            ("seller", whom(client, found.seller)),
            ("buyer", whom(client, found.buyer)),
            ("what", f"{found.quantity:,} {good}"),
            ("price", f"{found.price} ({found.listing.unit_price} each)"),
            ("listing", str(found.listing.number)),
            ("seller said", _said(found.seller_attested, good)),
            ("buyer said", _said(found.buyer_attested, good)),
            ("document", found.document),
            ("next", "" if found.is_final else "wait" if step.verb == "nothing" else f"{step.verb}: {step.who}"),
            ("by", moment(step.by, now) if step.by else ""),
            ("otherwise", step.otherwise),
        ]
    )


def _said(attested: int | None, good: str) -> str:
    return "nothing yet" if attested is None else f"{quantity(attested, good)} arrived"
