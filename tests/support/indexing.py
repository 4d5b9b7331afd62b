"""Indexes of a test: read in one go or in pieces, and compared with what the node tells itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from zonedao.chain.connection import Connection
from zonedao.chain.contract import fetch_logs
from zonedao.chain.events import decode_logs
from zonedao.chain.interface import shipped
from zonedao.errors import NodeRefused
from zonedao.index.reading import Index
from zonedao.index.schema import INTERFACES, tables
from zonedao.index.store import writing
from zonedao.index.syncing import Synced, sync


def index(chain: Connection, path: Path, zone: str) -> Synced:
    """Bring an index up to the last block."""
    with writing(path):
        return sync(chain, path, zone)


def fingerprint(path: Path) -> str:
    """Of everything in an index."""
    with Index.open(path) as found:
        return found.fingerprint()


def in_one_go(chain: Connection, path: Path, zone: str) -> str:
    """The fingerprint of an index that is made now, beside another one."""
    fresh = path.with_name(f"fresh-{len(list(path.parent.glob('fresh-*.sqlite')))}.sqlite")
    index(chain, fresh, zone)
    return fingerprint(fresh)


def told(chain: Connection, path: Path) -> dict[str, list[tuple[int, int]]]:
    """Blocks and places of all events of the contracts in an index, by table, read by the other way to events."""
    names = {table.event.signature: table.name for table in tables().values()}
    found: dict[str, list[tuple[int, int]]] = {}
    with Index.open(path) as kept:
        sources = kept.sources()
    for source in sources:
        for interface in INTERFACES[source.kind]:
            logs = fetch_logs(chain, [source.address], [], source.since)
            for event in decode_logs(logs, shipped(interface)):
                place = event.block_number, event.log_index
                found.setdefault(names[event.signature], []).append(place)
    return {name: sorted(places) for name, places in found.items()}


def kept(path: Path) -> dict[str, list[tuple[int, int]]]:
    """The same of an index."""
    with Index.open(path) as found:
        rows = {
            name: found.database.execute(f"SELECT block, log FROM {name} ORDER BY block, log").fetchall()
            for name in tables()
        }
    return {name: places for name, places in rows.items() if places}


class Between:
    """Stands between a connection and its chain, as a node with rules of its own would.

    `refuse` gives the reason for which a request is refused, None where it is not; `after` is called with each answer
    and gives the one that is passed on.
    """

    def __init__(self, chain: Connection) -> None:
        self.inner = chain.transport
        self.refuse: Callable[[str, Sequence[Any]], str | None] = lambda method, params: None
        self.after: Callable[[str, Sequence[Any], Any], Any] = lambda method, params, answer: answer
        self.asked: list[tuple[str, Sequence[Any]]] = []

    def request(self, method: str, *params: Any) -> Any:
        self.asked.append((method, params))
        reason = self.refuse(method, params)
        if reason is not None:
            raise NodeRefused(method, -32005, reason)
        return self.after(method, params, self.inner.request(method, *params))

    def batch(self, requests: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        from zonedao.chain.rpc import one_by_one

        return one_by_one(self, requests)

    def close(self) -> None:
        """Nothing: the chain is the fixture's."""


def through(chain: Connection, between: Between, kind: Any = None) -> Connection:
    """A connection to a chain through what stands between."""
    return Connection(between, kind=kind or chain.kind, fixed_clock=chain.fixed_clock)
