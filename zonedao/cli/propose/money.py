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
@click.option("--line", default="", metavar="TEXT", help="Plan line, at most 32 bytes.")
@evidence_option
@proposing
def pay(motion: Motion, who: str, amount: str, line: str, evidence: Path | None) -> None:
    """Pay AMOUNT, like 5 ETH, to WHO: a name, an address or a body."""

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
    type=click.IntRange(1),
    default=DEFAULT_EPOCHS,
    show_default=True,
    help="How many epochs, this one included.",
)
@click.option("--from", "source", metavar="BODY", help="Whose account pays; the proposing body's by default.")
@click.option("--line", default="", metavar="TEXT", help="Plan line, at most 32 bytes.")
@evidence_option
@proposing
def allow(
    motion: Motion, child: str, amount: str, epochs: int, source: str | None, line: str, evidence: Path | None
) -> None:
    """Let the industry BODY draw up to AMOUNT in each epoch. 0 ETH ends an allowance."""

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
@click.option("--line", default="", metavar="TEXT", help="Plan line, at most 32 bytes.")
@evidence_option
@proposing
def recall(motion: Motion, child: str, asset: str, line: str, evidence: Path | None) -> None:
    """End the allowance of the industry BODY in ASSET. What is reserved already is still paid."""

    def calls(body: Body) -> Sequence[Call]:
        wanted = body.zone.asset(asset).address
        return [body.calls.recall(motion.address_of(body, child), wanted, line, evidence_of(evidence))]

    motion.put(calls)
