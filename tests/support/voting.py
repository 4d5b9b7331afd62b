"""A proposal carried through by the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.support.cli import Done
from tests.support.elmcourt import ELMCOURT, Town


def carry(cli: Callable[..., Done], town: Town, number: int, where: str, voters: Sequence[str] = ELMCOURT[:11]) -> Done:
    """Let a proposal of a body be voted for, queued and executed, each step by a command; what the last one said."""
    zone = town.millbrook if where.startswith("millbrook") else town.elmcourt
    proposal = zone.body(where).proposal(number)
    until(town, proposal.opens_at + 1)
    for who in voters:
        succeeded(cli("vote", number, "for", "--in", where, "--account", who, "--yes"))
    until(town, proposal.closes_at + 1)
    succeeded(cli("queue", number, "--in", where, "--account", voters[0], "--yes"))
    until(town, proposal.status().eta)
    return succeeded(cli("execute", number, "--in", where, "--account", voters[0], "--yes"))


def succeeded(done: Done) -> Done:
    """The same, which must have succeeded."""
    assert done.code == 0, done.err
    return done


def until(town: Town, moment: int) -> None:
    """Move the clock to a moment, unless it is there already."""
    if town.connection.block().timestamp < moment:
        town.connection.set_time(moment)
