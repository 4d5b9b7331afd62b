"""Where a reading command reads: in the index of the zone if there is one, else from the node."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from zonedao.errors import NotFound, UsageProblem, ZonedaoError

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection
    from zonedao.cli.kit.session import Session
    from zonedao.index.reading import Index

live_option: Callable[[Any], Any] = click.option(
    "--live", is_flag=True, help="Ask the node, also where there is an index."
)

_NEARLY_BLOCKS = 1_000  # behind; what is more is no matter of a moment


@dataclass(frozen=True)
class IndexedBody:
    """A body in an index that is open: what this user has `called` the zone, the body's `path` as people write it, its
    `address` in small letters, the block up to which everything is known, and the moment that stands for the present
    (unix seconds)."""

    index: Index
    called: str
    path: str
    address: str
    block: int
    now: int


@contextmanager
def indexed(session: Session, where: str | None, live: bool) -> Iterator[IndexedBody | None]:
    """The body that `--in` names, in the index of its zone; None where the node is to be asked.

    That is so where somebody wants it (`live`, or a node that `--network` names), where there is no index, and for
    whatever the index does not know.
    """
    from zonedao.index.reading import Index, path_of

    try:
        entry = session.entry(where) if not live and session.node() is None else None
        index = Index.open(path_of(entry.chain_id, entry.root)) if entry is not None else None
    except (NotFound, UsageProblem):
        entry, index = None, None
    if entry is None or index is None:
        yield None
        return
    with index, index.at_one_moment():
        body = _body(index, entry.name, where)
        if body is not None:
            session.out.note(_as_of(index, body))
        yield body


def refresh(session: Session) -> None:
    """Let the indexes of the zones that a command has acted in know of it, so that what is listed next shows it."""
    for zone in {zone.address: zone for zone in session.zones}.values():
        read_on(zone.connection, zone.address, zone.deploy_block)


def read_on(connection: Connection, root: str, first_block: int) -> None:
    """Bring the index of a zone up to date, or to the chain that there is now.

    Where there is one that is nearly up to date and nobody else writes it; whatever fails is left to `index sync`.
    """
    from zonedao.index.reading import Index, path_of
    from zonedao.index.store import writing
    from zonedao.index.syncing import sync

    path = path_of(connection.chain_id, root)
    if not path.exists():
        return
    with suppress(ZonedaoError, _Busy):
        with Index.open(path) as index:
            position = index.position
        if position is not None and connection.block_number() - position.block <= _NEARLY_BLOCKS:
            with writing(path, _leave):
                sync(connection, path, root, first_block=first_block)


class _Busy(Exception):
    """Another process writes the index."""


def _leave() -> None:
    raise _Busy


def _body(index: Index, called: str, where: str | None) -> IndexedBody | None:
    from zonedao.governance.branches import find_body
    from zonedao.index.bodies import tree

    position = index.position
    if position is None:
        return None
    branches = tree(index, called)
    top = next(iter(branches.values()))
    first, _, rest = (where or "").strip("/").partition("/")
    below = rest if first == called else (where or "").strip("/")
    try:
        if below.startswith("0x"):
            address = branches[below.lower()].address
        else:
            address = find_body(branches, top.name, below) if below else top.address
    except (NotFound, KeyError):
        # It may have been founded since.
        return None
    # A local chain may be ahead of this machine's clock, a public one behind it.
    now = max(int(time.time()) + index.ahead_seconds, position.time)
    return IndexedBody(index, called, branches[address].path, address, position.block, now)


def _as_of(index: Index, body: IndexedBody) -> str:
    from zonedao.times import relative

    now = int(time.time())
    read_at = min(index.read_at or now, now)
    return (
        f"As of block {body.block}, read {relative(read_at, now)}; `zonedao index sync` reads on, --live asks the node."
    )
