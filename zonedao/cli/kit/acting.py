"""Doing something on the chain: explain, simulate, ask, sign, send, wait, tell. Nothing is ever sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.ask import confirm

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session

DECLINED = 1


def agree(session: Session, question: str) -> None:
    """Ask before anything is sent, unless --yes; who declines ends the command. Raises UsageProblem."""
    if session.options.yes:
        return
    if not confirm(question):
        session.out.note("Nothing was sent.")
        raise click.exceptions.Exit(DECLINED)
