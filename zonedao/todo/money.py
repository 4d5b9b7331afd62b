"""What waits in the treasury: money that is due, and allowances that end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from zonedao.times import DAY, moment
from zonedao.todo.items import Sight, Todo
from zonedao.treasury.assets import Money

_TO_VOTE_SECONDS = 14 * DAY  # what a vote on another one takes, with some time to write it


class Due(NamedTuple):
    """Money credited to a payee and not yet withdrawn."""

    payee: str
    money: Money


class Drawing(NamedTuple):
    """What a body of who looks may draw from above in each epoch, until `ends_at` (unix seconds). `above` is the path
    of the body that allowed it."""

    where: str
    above: str
    limit: Money
    ends_at: int


class Purse(Protocol):
    """What is read of the treasury."""

    def dues(self) -> Iterable[Due]:
        """What is due to who looks, and to bodies of the zone."""

    def drawings(self) -> Iterable[Drawing]:
        """Allowances that run, of bodies to which who looks belongs."""


def waiting(sight: Sight, purse: Purse) -> Iterator[Todo]:
    """What can be withdrawn, one's own and what bodies are due; and what soon cannot be drawn any more."""
    for due in purse.dues():
        path, symbol = sight.path_of(due.payee), due.money.asset.argument
        if due.payee == sight.address:
            text = f"withdraw {due.money}, which are due to you"
            yield Todo("withdraw", sight.path, 0, text, 0, True, symbol, about=due)
        elif path is not None:
            text = f"collect {due.money}, which are due to {path}"
            yield Todo("withdraw", path, 0, text, 0, False, symbol, about=due)
    for drawing in purse.drawings():
        if sight.now >= drawing.ends_at - _TO_VOTE_SECONDS:
            text = f"the {drawing.limit} that {drawing.where} may draw in each epoch end "
            text += f"{moment(drawing.ends_at, sight.now)}, unless {drawing.above} allows it more by vote"
            symbol, until = drawing.limit.asset.argument, drawing.ends_at
            yield Todo("renew", drawing.above, 0, text, until, True, symbol, drawing.where, about=drawing)
