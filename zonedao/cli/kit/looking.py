"""Looking again and again, through whatever happens to a node, until Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from zonedao.errors import NodeProblem

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session

T = TypeVar("T")

_LOOK_AGAIN_SECONDS = 2.0
_LOOK_AGAIN_LATER_SECONDS = 15.0  # at most, where the node did not answer


def again(session: Session, look: Callable[[], T]) -> Iterator[T]:
    """What `look` returns, each time after a while; a node that does not answer is asked again until it does."""
    wait = _LOOK_AGAIN_SECONDS
    while True:
        time.sleep(wait)
        try:
            found = look()
        except NodeProblem as problem:
            if wait == _LOOK_AGAIN_SECONDS:
                session.out.note(f"{problem.message} It is asked again until it answers.")
            wait = min(2 * wait, _LOOK_AGAIN_LATER_SECONDS)
            continue
        if wait != _LOOK_AGAIN_SECONDS:
            session.out.note("The node answers again.")
        wait = _LOOK_AGAIN_SECONDS
        yield found
