"""`zonedao verify`: does an export add up? No chain is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.options import command
from zonedao.cli.kit.output import BAD, GOOD, style
from zonedao.errors import AuditFailed

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session


@command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def verify(session: Session, file: Path) -> None:
    """Check a FILE of `zonedao export valueflows` without any chain, and name the first thing that is wrong.

    No line was changed, none is missing or told twice, nothing was ever below zero, and what the events add up to is
    what the chain said. Whoever made the whole file up could make it add up as well: compare the digest with that of
    an export of your own, as of the same block.
    """
    from zonedao.export.verifying import verify as check

    verdict = check(file)
    wrong, lines = verdict.difference, sum(verdict.counts.values())
    session.out.show(
        {
            "file": str(file),
            "ok": verdict.ok,
            "zone": verdict.zone,
            "block": verdict.block,
            "block_hash": verdict.block_hash,
            "digest": verdict.digest,
            "lines": lines,
            "counts": verdict.counts,
            "difference": None
            if wrong is None
            else {"line": wrong.line, "what": wrong.what, "block": wrong.block, "transaction": wrong.transaction},
        },
        [
            f"{style('adds up', GOOD)}  {lines} lines about {verdict.zone} as of block {verdict.block}",
            f"Digest: {verdict.digest}. An export of your own as of that block must have the same.",
        ]
        if wrong is None
        else [f"{style('DIFFERS', BAD)}  {wrong}"],
    )
    if wrong is not None:
        raise AuditFailed(
            f"{file} does not add up: {wrong}. Get it again from who made it, or make it yourself: "
            "zonedao export valueflows FILE."
        )
