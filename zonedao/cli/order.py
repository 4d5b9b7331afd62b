"""`zonedao order`, `deliver`: a zone's own people first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.amounts import parse_quantity
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.bodies import evidence_of, evidence_option, in_option
from zonedao.cli.kit.goods import find_good, unit_of
from zonedao.cli.kit.options import command

if TYPE_CHECKING:
    from zonedao.actions import Action, Outcome
    from zonedao.cli.kit.session import Session

DEFAULT_SECONDS = 7 * 86_400


@command()
@click.argument("good")
@click.argument("quantity")
@click.option(
    "--until",
    metavar="WHEN",
    help="When it lapses: a date or how long from now, at most one epoch; 7 days by default.",
)
@in_option
def order(session: Session, good: str, quantity: str, until: str | None, where: str | None) -> None:
    """Order QUANTITY of a GOOD for yourself, like bread 3 or flour "5 kg". Keepers deliver it.

    You need to be a member of the zone. What a person may order in an epoch is bounded, as `stock show` tells.

    Examples:
        zonedao order bread 3
        zonedao order flour "5 kg" --until "3 days"
    Exit codes:
        4: it is more than your share, or more than there is
    See also:
        zonedao stock show: your order among the others
    """
    from zonedao.cli.kit.times import parse_moment

    session.require_signer()
    zone = session.body(where).zone

    def make() -> Action[int]:
        wanted = find_good(zone, good)
        units = parse_quantity(quantity, unit_of(wanted.name))
        now = zone.client.now()
        due_at = now + min(DEFAULT_SECONDS, zone.treasury.epoch_seconds) if until is None else parse_moment(until, now)
        return zone.stores.order(wanted.number, units, due_at)

    def told(outcome: Outcome[int]) -> tuple[Any, list[str]]:
        return {"order": outcome.value}, [f"It is order {outcome.value}. It lapses when nobody delivers in time."]

    carry_out(session, zone.client, make, told)


@command()
@argument("number", "The number of an order; `zonedao stock show` lists them.", metavar="ORDER", type=click.IntRange(1))
@click.argument("quantity", required=False)
@evidence_option
@in_option
def deliver(session: Session, number: int, quantity: str | None, evidence: Path | None, where: str | None) -> None:
    """Record that ORDER was handed over: all that is left of it, or QUANTITY. For keepers.

    Examples:
        zonedao deliver 4
        zonedao deliver 4 2 --evidence receipt.jpg
    See also:
        zonedao stock show: the orders that wait
    """
    session.require_signer()
    zone = session.body(where).zone

    def make() -> Action[None]:
        units = None
        if quantity is not None:
            units = parse_quantity(quantity, unit_of(zone.stores.good(zone.stores.order_at(number).good).name))
        return zone.stores.deliver(number, units, evidence=evidence_of(evidence))

    carry_out(session, zone.client, make)
