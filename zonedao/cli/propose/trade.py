"""Selling surplus to other zones, and buying theirs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.amounts import parse_money, parse_quantity
from zonedao.cli.kit.bodies import evidence_of, evidence_option
from zonedao.cli.kit.goods import find_good, unit_of
from zonedao.cli.kit.options import command
from zonedao.cli.kit.times import parse_moment
from zonedao.cli.propose.motion import Motion, propose, proposing
from zonedao.errors import UsageProblem

if TYPE_CHECKING:
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Call

DEFAULT_SALE = "30 days"
DEFAULT_HOURS = 72


@command(propose)
@click.argument("good")
@click.argument("quantity")
@click.argument("price")
@click.option(
    "--least", type=click.IntRange(1), default=1, show_default=True, help="Fewest units one purchase may take."
)
@click.option(
    "--until",
    metavar="WHEN",
    default=DEFAULT_SALE,
    show_default=True,
    help="When the listing ends: a date or how long from now.",
)
@click.option(
    "--ship-hours",
    type=click.IntRange(1),
    default=DEFAULT_HOURS,
    show_default=True,
    help="Hours from agreement to shipment.",
)
@click.option(
    "--attest-hours",
    type=click.IntRange(1),
    default=DEFAULT_HOURS,
    show_default=True,
    help="Hours from shipment until both sides have attested.",
)
@proposing
def sell(
    motion: Motion, good: str, quantity: str, price: str, least: int, until: str, ship_hours: int, attest_hours: int
) -> None:
    """Offer QUANTITY of a GOOD to other zones at PRICE per unit, like 0.02 ETH."""

    def calls(body: Body) -> Sequence[Call]:
        wanted = find_good(body.zone, good)
        units = parse_quantity(quantity, unit_of(wanted.name))
        money = parse_money(price, body.zone)
        ends = parse_moment(until, body.client.now())
        return [
            body.calls.sell(
                wanted.number, units, money.amount, ends, money.asset.address, least, ship_hours, attest_hours
            )
        ]

    motion.put(calls)


@command(propose)
@click.argument("listing", type=click.IntRange(1))
@click.argument("quantity")
@click.option("--max-price", metavar="AMOUNT", help="Most that is paid per unit; the listing's price by default.")
@click.option("--until", metavar="WHEN", help="By when it must be executed; the end of the listing by default.")
@click.option("--line", default="", metavar="TEXT", help="Plan line, at most 32 bytes.")
@evidence_option
@proposing
def buy(
    motion: Motion,
    listing: int,
    quantity: str,
    max_price: str | None,
    until: str | None,
    line: str,
    evidence: Path | None,
) -> None:
    """Buy QUANTITY from LISTING of another zone: the price goes into escrow and comes back if nothing arrives."""

    def calls(body: Body) -> Sequence[Call]:
        offer = body.zone.require_trade_post().listing(listing)
        units = parse_quantity(quantity, unit_of(body.client.speaker.good_of(offer.stores, offer.good)))
        ends = offer.expires_at if until is None else parse_moment(until, body.client.now())
        most = None if max_price is None else parse_money(max_price, body.zone)
        if most is not None and most.asset != offer.asset:
            raise UsageProblem(f"Listing {listing} is sold for {offer.asset.symbol}, not {most.asset.symbol}.")
        limit = None if most is None else most.amount
        return body.calls.buy(listing, units, ends, limit, line, evidence_of(evidence))

    motion.put(calls)
