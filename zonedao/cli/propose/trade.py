"""Selling surplus to other zones, and buying theirs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.amounts import parse_money, parse_quantity
from zonedao.cli.kit.arguments import argument
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
@argument("price", 'An amount for one unit, such as "0.02 ETH".')
@click.option(
    "--least",
    metavar="N",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Fewest units one purchase may take.",
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
    metavar="HOURS",
    type=click.IntRange(1),
    default=DEFAULT_HOURS,
    show_default=True,
    help="Hours from agreement to shipment.",
)
@click.option(
    "--attest-hours",
    metavar="HOURS",
    type=click.IntRange(1),
    default=DEFAULT_HOURS,
    show_default=True,
    help="Hours from shipment until both sides have attested.",
)
@proposing
def sell(
    motion: Motion, good: str, quantity: str, price: str, least: int, until: str, ship_hours: int, attest_hours: int
) -> None:
    """Offer QUANTITY of a GOOD to other zones at PRICE per unit, like 0.02 ETH.

    Only surplus can be listed: what the zone's own people order comes first, also afterwards. Who buys has its price in
    escrow until the goods are attested. Class: trade.

    Examples:
        zonedao propose sell flour "100 kg" "0.02 ETH"
        zonedao propose sell flour 100 "0.02 ETH" --least 10 --until 2026-06-01 --ship-hours 48
    See also:
        zonedao trade list: what is listed
        zonedao stock show: how much surplus there is
    """

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
@argument("listing", "The number of a listing; `zonedao trade list` shows them.", type=click.IntRange(1))
@click.argument("quantity")
@click.option(
    "--max-price", metavar="AMOUNT", help="Most that is paid per unit, like 0.02 ETH; the listing's price by default."
)
@click.option(
    "--until",
    metavar="WHEN",
    help="By when it must be executed: a date or how long from now; the end of the listing by default.",
)
@click.option("--line", default="", metavar="TEXT", help="The line of your plan that it stands for, at most 32 bytes.")
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
    """Buy QUANTITY from LISTING of another zone: the price goes into escrow and comes back if nothing arrives.

    The zone buys, not you. Both calls are in one proposal: the money into escrow, and the listing accepted. Class:
    spending and trade.

    Examples:
        zonedao propose buy 3 "100 kg"
        zonedao propose buy 3 100 --max-price "0.02 ETH" --until "2 weeks"
    See also:
        zonedao trade list: listings, with their numbers
    """

    def calls(body: Body) -> Sequence[Call]:
        offer = body.zone.require_trade_post().listing(listing)
        units = parse_quantity(quantity, unit_of(body.client.speaker.good_of(offer.stores, offer.good)))
        ends = offer.expires_at if until is None else parse_moment(until, body.client.now())
        most = None if max_price is None else parse_money(max_price, body.zone)
        if most is not None and most.asset != offer.asset:
            raise UsageProblem(
                f"Listing {listing} is sold for {offer.asset.symbol}, not {most.asset.symbol}. Say --max-price in it."
            )
        limit = None if most is None else most.amount
        return body.calls.buy(listing, units, ends, limit, line, evidence_of(evidence))

    motion.put(calls)
