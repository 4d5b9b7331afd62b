"""What waits around parameters that members set by their wishes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from zonedao.todo.items import Sight, Todo


class Wishing(NamedTuple):
    """A parameter of the body at an address: its label on the chain, its `name`, values in its own unit.

    `wishes` counts those who have one; `open` is whether who looks may have one and has none, `readable` whether the
    wishes can be read now.
    """

    body: str
    where: str
    label: bytes
    name: str
    least: int
    most: int
    value: int
    wishes: int
    open: bool
    readable: bool


class Wishes(Protocol):
    """What is read of wishes; nothing in a zone that lists none."""

    def parameters(self) -> Iterable[Wishing]:
        """Every parameter about which something can wait."""


def waiting(sight: Sight, wishes: Wishes) -> Iterator[Todo]:
    """Numbers to wish for, and to have read."""
    for each in wishes.parameters():
        if each.open:
            text = (
                f"wish for “{each.name}” of {each.where}, from {each.least} to {each.most}; it is {each.value}, and "
                f"{each.wishes} of the members have a wish"
            )
            yield Todo("wish", each.where, 0, text, 0, True, name=each.name, about=each)
        if each.readable:
            text = f"have the wishes for “{each.name}” of {each.where} read, as once an epoch"
            yield Todo("read", each.where, 0, text, 0, False, name=each.name, about=each)
