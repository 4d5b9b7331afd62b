"""`zonedao stock`: what is in the stores of a zone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.amounts import parse_quantity
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.bodies import evidence_of, evidence_option, in_option
from zonedao.cli.kit.goods import find_good, unit_of
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.indexed import live_option, read
from zonedao.cli.kit.options import READS, command
from zonedao.cli.kit.output import BAD, style

if TYPE_CHECKING:
    from zonedao.actions import Action
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body
    from zonedao.governance.zone import Zone
    from zonedao.trade.stores import Good, Order


@click.group(cls=Group)
def stock() -> None:
    """What is in the stores of a zone: counted, ordered at home, promised to others, and left over."""


@command(stock, uses=READS)
@click.argument("good", required=False)
@in_option
@live_option
def show(session: Session, good: str | None, where: str | None, live: bool) -> None:
    """All goods, or one, with the orders that wait for a delivery, and who the keepers are.

    Surplus is what is left of the stock after what is kept back, ordered at home, listed and agreed.

    Examples:
        zonedao stock show
        zonedao stock show bread --in corner
    See also:
        zonedao order: order something
    """
    session.out.show(*read(session, where, live, partial(_shown, session, good)))


def _shown(session: Session, good: str | None, body: Body, block: int | None) -> tuple[dict[str, Any], list[str]]:
    """The stores as a document and as lines."""
    zone = body.zone
    goods = (find_good(zone, good),) if good is not None else zone.stores.goods()
    wanted = {each.number for each in goods}
    orders = [order for order in zone.stores.orders() if order.good in wanted]
    keepers = zone.stores.keepers()
    return (
        {
            "zone": zone.path,
            "block": block,
            "goods": [_document(each) for each in goods],
            "orders": [order_document(zone, order) for order in orders],
            "keepers": [{"person": each.index, "address": each.key, "name": each.name or None} for each in keepers],
        },
        [*_lines(session, zone, goods, orders), "", f"Keepers: {', '.join(map(str, keepers)) or 'nobody yet'}."],
    )


@command(stock)
@click.argument("good")
@argument("count", 'Whole units of the good, with or without the unit: 100, "100 kg"; 0 for none.', metavar="QUANTITY")
@click.option(
    "--shipments",
    type=click.IntRange(0),
    metavar="NUMBER",
    help="The last shipment that the count includes; the newest by default.",
)
@evidence_option
@in_option
def report(
    session: Session, good: str, count: str, shipments: int | None, evidence: Path | None, where: str | None
) -> None:
    """Report that QUANTITY of a GOOD was counted. For keepers.

    It replaces the stock. --shipments says which shipments the count includes, where goods left while it was made.

    Examples:
        zonedao stock report flour "120 kg" --evidence count.pdf
        zonedao stock report bread 0
    See also:
        zonedao stock show: the stores
    """
    session.require_signer()
    zone = session.body(where).zone

    def make() -> Action[None]:
        counted = find_good(zone, good)
        units = parse_quantity(count, unit_of(counted.name), zero=True)
        return zone.stores.report(counted.number, units, shipments=shipments, evidence=evidence_of(evidence))

    carry_out(session, zone.client, make)


def order_document(zone: Zone, order: Order) -> dict[str, Any]:
    """A home order in JSON's types."""
    person = zone.registry.person(order.person)
    return {
        "number": order.number,
        "person": order.person,
        "address": person.key,
        "name": person.name or None,
        "good": order.good,
        "left": order.left,
        "due_at": order.due_at,
    }


def _document(good: Good) -> dict[str, Any]:
    return {**good.__dict__, "reported_at": good.reported_at or None}


def _lines(session: Session, zone: Zone, goods: tuple[Good, ...], orders: list[Order]) -> Iterator[str]:
    from zonedao.times import moment, relative

    now = zone.client.now()
    yield from session.out.table(
        ("NO", "GOOD", "STOCK", "KEPT BACK", "ORDERED", "LISTED", "AGREED", "SURPLUS", "PER PERSON", "COUNTED"),
        [
            (
                str(each.number),
                each.name,
                *(f"{n:,}" for n in (each.stock, each.safety, each.home, each.listed, each.agreed, each.surplus)),
                f"{each.entitlement:,}",
                relative(each.reported_at, now) if each.reported_at else "never",
            )
            for each in goods
        ],
        right=(0, 2, 3, 4, 5, 6, 7, 8),
        empty=f"{zone.name} counts no goods yet.",
    )
    for each in goods:
        if each.stale and each.stock:
            yield style(f"The count of {each.name} is too old: none of it can be sold to others.", BAD)
    if orders:
        names = {each.number: each.name for each in goods}
        yield ""
        yield from session.out.table(
            ("ORDER", "WHO", "WHAT", "UNTIL"),
            [
                (
                    str(order.number),
                    str(zone.registry.person(order.person)),
                    f"{order.left:,} {names[order.good]}",
                    moment(order.due_at, now) if order.due_at >= now else f"lapsed {relative(order.due_at, now)}",
                )
                for order in orders
            ],
            right=(0,),
        )
