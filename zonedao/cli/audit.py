"""`zonedao audit`: is the chain what its own events say?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.options import command
from zonedao.cli.kit.output import BAD, GOOD, style

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session


@command()
@in_option
def audit(session: Session, where: str | None) -> None:
    """Rebuild accounts, allowances, stocks, escrow and tallies of a zone from events, and compare with the chain.

    Nothing that this program has written itself is used. A difference ends it with status 1.
    """
    zone = session.body(where).zone
    report = zone.audit()
    session.out.show(
        {
            "zone": zone.path,
            "address": report.zone,
            "block": report.block,
            "ok": report.ok,
            "checks": [{"name": each.name, "ok": each.ok, "detail": each.detail} for each in report.checks],
        },
        [
            *(
                f"{style('agrees ', GOOD) if each.ok else style('DIFFERS', BAD)}  {each.name}: {each.detail}"
                for each in report.checks
            ),
            *([f"{zone.name} is what its events say, up to block {report.block}."] if report.ok else []),
        ],
    )
    report.require_ok()
