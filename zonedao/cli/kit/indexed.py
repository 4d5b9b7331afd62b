"""Where a reading command reads: in the index of the zone if there is one, else from the node."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import click

from zonedao.errors import NodeUnreachable, NotFound, UsageProblem, ZonedaoError
from zonedao.records import record

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body
    from zonedao.index.reading import Index

T = TypeVar("T")

live_option: Callable[[Any], Any] = click.option(
    "--live", is_flag=True, help="Ask the node, also where there is an index."
)

_OLD_SECONDS = 3_600  # since an index was read, after which it may hide what waits
_NEARLY_BLOCKS = 1_000  # behind; what is more is no matter of a moment


@record
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
    with _opened(session, where, live) as place:
        if place is not None:
            session.out.note(_as_of(place))
        yield place


def read(
    session: Session, where: str | None, live: bool, show: Callable[[Body, int | None], T], *, several: bool = False
) -> T:
    """What `show` makes of the body that `--in` names, read in the index of its zone, else from the node.

    `show` is told the block up to which the index knows everything, None with a node behind the body. It reads all that
    it needs before it returns, and is called again with a node where the index cannot tell, or does not know what may
    be there since. Of `several` zones it is said which one was read.
    """
    missing: NotFound | None = None
    with _opened(session, where, live) as place:
        if place is not None:
            from zonedao.index.chain import NotTold

            as_of = f"{place.called}: {_as_of(place)}" if several else _as_of(place)
            try:
                found = show(_body_of(session, place), place.block)
                session.out.note(as_of)
                return found
            except NotFound as problem:
                missing = problem
            except NotTold:
                pass
    try:
        return show(session.body(where), None)
    except NodeUnreachable:
        if missing is None:
            raise
        session.out.note(as_of)
        raise missing from None


def ask(session: Session, body: Body, where: str | None, question: Callable[[Body], T]) -> T:
    """The answer to a question about a body, of which no word is said: from the index of its zone if there is one that
    can tell, else from the node behind `body`. `where` is what `--in` names it by."""
    from zonedao.index.chain import NotTold

    with _opened(session, where, False) as place:
        if place is not None:
            with suppress(NotTold, NotFound):
                return question(_body_of(session, place))
    return question(body)


def _body_of(session: Session, place: IndexedBody) -> Body:
    from zonedao.home import journal_path
    from zonedao.index.chain import IndexedChain
    from zonedao.index.client import zone_of

    # Who has sent nothing need not load what reads it.
    journal = session.journal if journal_path().exists() else None
    zone = zone_of(IndexedChain(place.index, place.called, place.now), session.signer, session.book, journal)
    return zone.body_at(place.address)


@contextmanager
def _opened(session: Session, where: str | None, live: bool) -> Iterator[IndexedBody | None]:
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
        yield _body(index, entry.name, where)


def refresh(session: Session) -> None:
    """Let the indexes of the zones that a command has acted in know of it, so that what is listed next shows it."""
    for zone in {zone.address: zone for zone in session.zones}.values():
        read_on(zone.connection, zone.address, zone.deploy_block)


def read_on(connection: Connection, root: str, first_block: int) -> None:
    """Bring the index of a zone up to date, or to the chain that there is now.

    Where there is one that is nearly up to date and nobody else writes it; whatever fails is left to `index sync`.
    """
    from zonedao.index.reading import Index, path_of
    from zonedao.index.store import Busy, leave, writing
    from zonedao.index.syncing import sync

    path = path_of(connection.chain_id, root)
    if not path.exists():
        return
    with suppress(ZonedaoError, Busy):
        with Index.open(path) as index:
            position = index.position
        if position is not None and connection.block_number() - position.block <= _NEARLY_BLOCKS:
            with writing(path, leave):
                sync(connection, path, root, first_block=first_block)


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


def _as_of(place: IndexedBody) -> str:
    from zonedao.times import relative

    now = int(time.time())
    read_at = min(place.index.read_at or now, now)
    as_of = f"As of block {place.block}, read {relative(read_at, now)}"
    if now - read_at > _OLD_SECONDS:
        return f"{as_of}: what has happened since is missing. `zonedao index sync` reads on, --live asks the node."
    return f"{as_of}; `zonedao index sync` reads on, --live asks the node."
