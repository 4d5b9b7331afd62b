"""`zonedao audit`: is the chain what its own events say?"""

from __future__ import annotations

from collections.abc import Callable
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

    Nothing that this program has written itself is used. A difference ends it with status 1; the block and the
    transaction in which it began are then looked for, which takes a node that keeps older states.
    """
    zone = session.body(where).zone
    report = zone.locate(zone.audit(), _narrowed(session))
    origin = report.origin
    session.out.show(
        {
            "zone": zone.path,
            "address": report.zone,
            "block": report.block,
            "ok": report.ok,
            "checks": [{"name": each.name, "ok": each.ok, "detail": each.detail} for each in report.checks],
            "origin": None
            if origin is None
            else {
                "block": origin.block,
                "transactions": list(origin.transactions),
                "check": origin.check.name,
                "detail": origin.check.detail,
                "exact": origin.exact,
            },
        },
        [
            *(
                f"{style('agrees ', GOOD) if each.ok else style('DIFFERS', BAD)}  {each.name}: {each.detail}"
                for each in report.checks
            ),
            *([f"{origin}."] if origin is not None else []),
            *([f"{zone.name} is what its events say, up to block {report.block}."] if report.ok else []),
        ],
    )
    report.require_ok()


def _narrowed(session: Session) -> Callable[[int, int], None]:
    said = False

    def tell(after: int, until: int) -> None:
        nonlocal said
        if not said:
            session.out.note(f"Something differs. Looking for where it began, between blocks {after + 1} and {until} …")
        said = True

    return tell
