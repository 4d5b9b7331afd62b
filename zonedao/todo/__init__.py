"""What waits for somebody: votes, money, goods, trades, elections, and what only needs a push."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zonedao.todo.items import Kind, Todo

if TYPE_CHECKING:
    from zonedao.governance.zone import Zone

__all__ = ["Kind", "Todo", "todo"]


def todo(zone: Zone, person: str) -> tuple[Todo, ...]:
    """What waits for the holder of an address in a zone, asked of the node: their own things first, the most urgent
    ones first."""
    from dataclasses import replace
    from functools import partial

    from zonedao.todo.deeds import action
    from zonedao.todo.reading import sources
    from zonedao.todo.reading.sight import ZoneSight
    from zonedao.todo.reading.votes import VotesRead
    from zonedao.todo.rules import waiting

    sight = ZoneSight(zone, person)
    found = waiting(sources(sight, VotesRead(sight)))
    return tuple(replace(each, doing=partial(action, zone, person)) for each in found)
