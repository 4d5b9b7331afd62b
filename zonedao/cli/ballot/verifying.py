"""The contract that checks aggregates of ballots, on the chain once for all zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.ballot.box import ballot
from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.options import command

if TYPE_CHECKING:
    from zonedao.actions import Outcome
    from zonedao.cli.kit.session import Session


@command(ballot)
@argument(
    "curve",
    "bn254 runs on every chain; bls12-381 is stronger, and takes a chain with the rules of Prague (2025).",
    type=click.Choice(["bn254", "bls12-381"]),
)
@in_option
def deploy(session: Session, curve: str, where: str | None) -> None:
    """Put the verifier of aggregates on a CURVE, which all zones share, on the chain; a vote then lists it.

    With it, thousands of ballots are counted under one signature. It has no owner; once on a chain is enough.

    Examples:
        zonedao ballot deploy bls12-381 --in corner
    See also:
        zonedao propose set: `set module verifier CURVE` lists it
        zonedao ballot key: what members do then
    """
    from zonedao.federation.modules import put_module, verifier_module

    session.require_signer()
    zone = session.body(where).zone

    def told(outcome: Outcome[None]) -> tuple[Any, list[str]]:
        proposed = f"zonedao propose set module verifier {curve}"
        return {"kind": curve, "address": verifier_module(curve).address}, [f"Have the zone list it: {proposed}"]

    carry_out(session, zone.client, lambda: put_module(zone.client, verifier_module(curve)), told)
