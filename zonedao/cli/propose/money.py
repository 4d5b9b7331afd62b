"""Payments and allowances."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.amounts import parse_money
from zonedao.cli.kit.bodies import evidence_of, evidence_option
from zonedao.cli.kit.options import command
from zonedao.cli.propose.motion import Motion, propose, proposing

if TYPE_CHECKING:
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Call

DEFAULT_EPOCHS = 12


@command(propose)
@click.argument("who")
@click.argument("amount")
@click.option("--line", default="", metavar="TEXT", help="The line of your plan that it stands for, at most 32 bytes.")
@evidence_option
@proposing
def pay(motion: Motion, who: str, amount: str, line: str, evidence: Path | None) -> None:
    """Pay AMOUNT, like 5 ETH, to WHO: a name, an address or a body.

    Out of the account of the body, or where that has too little out of what it may draw from above; a person withdraws
    it when it is executed. Class: spending, and constitutional beyond the cap or in an asset without one.

    Examples:
        zonedao propose pay ben "5 ETH" --line repairs --evidence bill.pdf
        zonedao propose pay corner/kitchen "12.5 ETH" --title "Flour for April"
    See also:
        zonedao vote: vote on it
        zonedao withdraw: collect what was paid
    """

    def calls(body: Body) -> Sequence[Call]:
        money = parse_money(amount, body.zone)
        payee = motion.session.payee(body.zone, who)
        return [body.calls.pay(payee, money.amount, money.asset.address, line, evidence_of(evidence))]

    motion.put(calls)


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("amount")
@click.option(
    "--epochs",
    metavar="N",
    type=click.IntRange(1),
    default=DEFAULT_EPOCHS,
    show_default=True,
    help="How many epochs, this one included.",
)
@click.option("--from", "source", metavar="BODY", help="Whose account pays; the proposing body's by default.")
@click.option("--line", default="", metavar="TEXT", help="The line of your plan that it stands for, at most 32 bytes.")
@evidence_option
@proposing
def allow(
    motion: Motion, child: str, amount: str, epochs: int, source: str | None, line: str, evidence: Path | None
) -> None:
    """Let the industry BODY draw up to AMOUNT in each epoch. 0 ETH ends an allowance.

    An allowance is a limit, not money: what the industry pays comes out of the account of the body that grants it, or
    of --from, above that. Class: spending; the amount times the epochs counts against the cap.

    Examples:
        zonedao propose allow kitchen "40 ETH" --epochs 3
        zonedao propose allow kitchen/bakery "5 ETH" --in corner/kitchen --from corner
    See also:
        zonedao propose recall: end it before its time
        zonedao treasury: what is drawn and left
    """

    def calls(body: Body) -> Sequence[Call]:
        money = parse_money(amount, body.zone, zero=True)
        paying = motion.address_of(body, source) if source is not None else None
        return [
            body.calls.allow(
                motion.address_of(body, child),
                money.amount,
                epochs,
                money.asset.address,
                paying,
                line,
                evidence_of(evidence),
            )
        ]

    motion.put(calls)


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("asset", default="ETH")
@click.option("--line", default="", metavar="TEXT", help="The line of your plan that it stands for, at most 32 bytes.")
@evidence_option
@proposing
def recall(motion: Motion, child: str, asset: str, line: str, evidence: Path | None) -> None:
    """End the allowance of the industry BODY in ASSET. What is reserved already is still paid.

    Class: industry.

    Examples:
        zonedao propose recall kitchen
        zonedao propose recall kitchen 0x5FbDB2315678afecb367f032d93F642f64180aa3
    See also:
        zonedao propose allow: grant one
        zonedao treasury: which there are
    """

    def calls(body: Body) -> Sequence[Call]:
        wanted = body.zone.asset(asset).address
        return [body.calls.recall(motion.address_of(body, child), wanted, line, evidence_of(evidence))]

    motion.put(calls)
