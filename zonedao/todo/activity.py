"""What waits where quorums count over the active members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from zonedao.todo.items import Todo


class Quorum(NamedTuple):
    """A body whose quorums are to count over the active members, which nobody has counted lately."""

    body: str
    where: str


class Quorums(Protocol):
    """What is read of the activity of members."""

    def uncounted(self) -> Iterable[Quorum]:
        """Bodies whose active members are to be counted, and can be."""


def waiting(quorums: Quorums) -> Iterator[Todo]:
    """Counts that anybody may make."""
    for quorum in quorums.uncounted():
        text = f"count the active members of {quorum.where}: quorums count over all members until somebody does"
        yield Todo("recount", quorum.where, 0, text, 0, False, about=quorum)
