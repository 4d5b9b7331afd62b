"""What waits in the journal of transactions: those without an end, and those that were signed and not sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from zonedao.times import duration
from zonedao.todo.items import Sight, Todo


class Pending(NamedTuple):
    """A transaction of who looks that has come to no end, by its hash; `note` says what it does. `file` is where it
    stands if it was signed and not sent."""

    hash: str
    note: str
    seconds_ago: int
    file: str


class Sent(Protocol):
    """What is read of this user's journal."""

    def pending(self) -> Iterable[Pending]:
        """Transactions of who looks on the zone's chain that have come to no end."""


def waiting(sight: Sight, sent: Sent) -> Iterator[Todo]:
    """What became of them is to be looked up, or they are to be sent."""
    for each in sent.pending():
        what, ago = each.note or "a transaction", f"{duration(each.seconds_ago)} ago"
        if each.file:
            text = f"send what you signed into {each.file} {ago}, or remove the file: {what}"
            yield Todo("send", sight.path, 0, text, 0, True, name=each.file, about=each)
        else:
            text = f"look up what became of this, sent {ago}: {what}"
            yield Todo("look", sight.path, 0, text, 0, True, name=each.hash, about=each)
