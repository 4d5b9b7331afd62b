"""`zonedao audit`: is the chain what its own events say?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.options import READS, command
from zonedao.cli.kit.output import BAD, GOOD, style
from zonedao.cli.kit.progress import ProgressBar

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session
    from zonedao.explain.speaker import Speaker

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{40}\b")


@command(uses=READS)
@in_option
def audit(session: Session, where: str | None) -> None:
    """Rebuild accounts, allowances, stocks, escrow and tallies of a zone from events, and compare with the chain.

    Nothing that this program has written itself is used. A difference ends it with status 1; the block and the
    transaction in which it began are then looked for, which takes a node that keeps older states.

    Examples:
        zonedao audit
        zonedao audit --in corner --json
    Exit codes:
        1: the chain and its own events disagree
    See also:
        zonedao export valueflows: take the books home
    """
    zone = session.body(where).zone
    with ProgressBar(f"Auditing {zone.path}", "answers", even=False) as bar:
        report = zone.audit(bar.show)
    report = zone.locate(report, _narrowed(session))
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
                f"{style('agrees ', GOOD) if each.ok else style('DIFFERS', BAD)}  {each.name}: "
                + _named(zone.client.speaker, each.detail)
                for each in report.checks
            ),
            *([f"{_named(zone.client.speaker, str(origin))}."] if origin is not None else []),
            *([f"{zone.name} is what its events say, up to block {report.block}."] if report.ok else []),
        ],
    )
    report.require_ok()


def _named(speaker: Speaker, detail: str) -> str:
    """The same with the name behind each address that has one; amounts stay as the contracts have them."""
    from zonedao.treasury.assets import COIN, COIN_ADDRESS

    def named(found: re.Match[str]) -> str:
        address = found[0]
        name = f"{COIN.symbol}, in wei" if address == COIN_ADDRESS else speaker.name(address)
        return f"{address} ({name})" if name else address

    return _ADDRESS.sub(named, detail)


def _narrowed(session: Session) -> Callable[[int, int], None]:
    said = False

    def tell(after: int, until: int) -> None:
        nonlocal said
        if not said:
            session.out.note(f"Something differs. Looking for where it began, between blocks {after + 1} and {until} …")
        said = True

    return tell
