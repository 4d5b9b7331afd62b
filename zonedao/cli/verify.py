"""`zonedao verify`: does an export add up? No chain is asked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.options import READS, command
from zonedao.cli.kit.output import BAD, GOOD, style
from zonedao.errors import AuditFailed

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session


@command(uses=READS)
@argument(
    "file",
    "What `zonedao export valueflows` wrote; - is standard input.",
    metavar="FILE",
    type=click.Path(path_type=Path),
)
def verify(session: Session, file: Path) -> None:
    """Check a FILE of `zonedao export valueflows` without any chain, and name the first thing that is wrong.

    No line was changed, none is missing or told twice, nothing was ever below zero, and what the events add up to is
    what the chain said. Whoever made the whole file up could make it add up as well: compare the digest with that of
    an export of your own, as of the same block. The FILE - is standard input.

    Examples:
        zonedao verify corner.jsonl
        gunzip -c corner.jsonl.gz | zonedao verify -
    Exit codes:
        1: something in it is wrong, which is named
    See also:
        zonedao export valueflows: make one
    """
    from zonedao.export.verifying import verify as check
    from zonedao.export.verifying import verify_text

    verdict = verify_text(_standard_input()) if str(file) == "-" else check(file)
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


def _standard_input() -> str:
    # Bytes that are no UTF-8 become half surrogates, which are found in their line.
    return "" if sys.stdin is None else sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
