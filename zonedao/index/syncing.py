"""Reading the chain into an index: in steps of some blocks, from where it stands up to the last one.

Every step is checked against the chain before it is written: the block that the index stands at and the block that
the step ends at must be the same ones before and after the logs were read, and no two logs may disagree about a block.
If not, blocks were replaced meanwhile; then what no longer stands is taken back and read again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zonedao.chain.decoding import MalformedData
from zonedao.errors import NodeProblem
from zonedao.index.constants import constants
from zonedao.index.decoding import Decode, decoder
from zonedao.index.logs import Head, LogReader
from zonedao.index.reading import Position, Source, first_block_of
from zonedao.index.schema import tables
from zonedao.index.sources import Known, first_sources
from zonedao.index.store import BlockRow, Moved, Step, Writer

if TYPE_CHECKING:
    from pathlib import Path

    from zonedao.chain.connection import Connection

_FIRST_STEP_BLOCKS = 16
_EVENTS_IN_STEP = 10_000  # aimed at: a few megabytes of answers
_GROWTH = 8  # how much more blocks than the last a step has at most
_ATTEMPTS = 10  # to read past a chain that changes while it is read


@dataclass(frozen=True)
class Progress:
    """How far a sync is: blocks, and events read by this run."""

    first: int
    done: int
    last: int
    events: int


@dataclass(frozen=True)
class Synced:
    """What a sync did. `position` None: the node has no block of the zone yet; `taken_back` counts blocks that the
    chain replaced; `behind` says that the node knows fewer blocks than the index, which was left as it is."""

    position: Position | None
    events: int
    taken_back: int
    behind: bool


class _Replaced(Exception):
    """Blocks were replaced while they were read."""


def sync(
    connection: Connection,
    path: Path,
    root: str,
    *,
    first_block: int | None = None,
    last_block: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    sources: list[Source] | None = None,
) -> Synced:
    """Bring the index at a path up to the last block of the node, or to `last_block`.

    `root` is the zone's address, `first_block` the first that can hold its events (by default the one from which on the
    index was read, or block 0); an index that begins later is read anew. `sources` are what a new index begins with
    that is not to know what was before (`sources_at`). The caller keeps other writers out (`store.writing`); if one
    comes nevertheless, nothing is written twice. Raises NodeProblem, CodeMissing, StorageProblem; what was written
    until then stays.
    """
    begins = first_block if first_block is not None else first_block_of(path)
    starting = sources if sources is not None else first_sources(connection, root, begins)
    with Writer.create(path, connection.chain_id, root, begins) as store:
        store.begin(starting)
        return _Run(connection, store, starting, last_block, progress).run()


class _Run:
    def __init__(
        self,
        connection: Connection,
        store: Writer,
        starting: list[Source],
        last_block: int | None,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._connection = connection
        self._store = store
        self._starting = starting
        self._last_block = last_block
        self._progress = progress
        self._node = LogReader(connection)
        self._first_block = store.first_block
        self._pace = _Pace()
        self._events = 0
        self._taken_back = 0

    def run(self) -> Synced:
        failures = 0
        while True:
            before = self._events
            try:
                return self._once()
            except (_Replaced, Moved):
                failures = 0 if self._events > before else failures + 1
                if failures >= _ATTEMPTS:
                    raise NodeProblem(
                        "The node changes its blocks faster than they can be read, or several nodes that disagree "
                        "answer at its address. Wait a moment, or use another: --network URL."
                    ) from None

    def _once(self) -> Synced:
        end = self._node.last()
        if self._last_block is not None and self._last_block < end.number:
            end = self._head(self._last_block)
        behind = self._stand_on_the_chain(end)
        position = self._store.position
        sources = self._store.sources()
        self._known = Known(sources, self._first_block)
        self._decoders = _Decoders(sources)
        started = (position.block if position is not None else self._first_block - 1) + 1
        while not behind and (position is None or position.block < end.number):
            first = position.block + 1 if position is not None else self._first_block
            if first > end.number:
                break
            last = min(first + self._pace.blocks - 1, end.number)
            step = self._read(position, first, end if last == end.number else self._head(last))
            self._store.add(step, position)
            position = step.position
            told = sum(map(len, step.rows.values()))
            self._events += told
            self._pace.saw(last - first + 1, told, self._node.most_blocks)
            if self._progress is not None:
                self._progress(Progress(started, last, end.number, self._events))
        if not behind:
            self._store.learn(constants(self._connection, self._store))
            ahead = self._connection.now() - int(time.time()) if self._connection.is_local else 0
            self._store.caught_up(ahead)
        return Synced(position, self._events, self._taken_back, behind)

    # --- one step ---

    def _read(self, position: Position | None, first: int, end: Head) -> Step:
        """Everything between two blocks, and what contracts found there told before."""
        logs = self._node.logs([source.address for source in self._known.by_address.values()], first, end.number)
        found = self._discover(logs)
        for since in sorted({min(source.since, first) for source in found}):
            some = [source.address for source in found if min(source.since, first) == since]
            logs += self._node.logs(some, since, end.number)
        self._decoders.learn(found)
        readings = self._decoders.by_address
        rows: dict[str, list[list[Any]]] = {}
        hashes: dict[int, str] = {}
        times: dict[int, int] = {}
        counts: Counter[int] = Counter()
        for log in logs:
            address, topics = log["address"], log["topics"]
            source, by_topic = readings.get(address) or readings[address.lower()]
            reading = by_topic.get(topics[0]) if topics else None
            if reading is None:
                continue
            table, decode = reading
            try:
                columns = decode(topics, log["data"])
            except MalformedData:
                # Same signature, other indexed arguments or none: not our event.
                continue
            block = int(log["blockNumber"], 16)
            hash_ = log["blockHash"]
            if hashes.setdefault(block, hash_) != hash_:
                raise _Replaced
            moment = log.get("blockTimestamp")
            if moment is not None:
                times[block] = int(moment, 16)
            counts[block] += 1
            row = [block, int(log["logIndex"], 16), bytes.fromhex(log["transactionHash"][2:]), source, *columns]
            rows.setdefault(table, []).append(row)
        self._require_unchanged(position, end, hashes, times)
        blocks = {number: BlockRow(hashes[number], times[number], count) for number, count in counts.items()}
        return Step(Position(end.number, end.hash, end.time), rows, blocks, found)

    def _discover(self, logs: list[dict[str, Any]]) -> list[Source]:
        """Industries and modules that these logs tell of for the first time."""
        births, listings = self._decoders.births, self._decoders.listings
        telling = [log for log in logs if log["topics"] and log["topics"][0] in (births, listings)]
        telling.sort(key=lambda log: (int(log["blockNumber"], 16), int(log["logIndex"], 16)))
        found: list[Source] = []
        for log in telling:
            teller, block = log["address"].lower(), int(log["blockNumber"], 16)
            kind = self._known.by_address[teller].kind
            first, second = (_address(topic) for topic in log["topics"][1:3])
            if log["topics"][0] == births and kind == "factory":
                new = self._known.founded(first, second, block)
            elif log["topics"][0] == listings and kind == "body":
                new = self._known.listed(teller, int(log["topics"][1], 16), second, block)
            else:
                continue
            found += [new] if new is not None else []
        return found

    def _require_unchanged(
        self, position: Position | None, end: Head, hashes: dict[int, str], times: dict[int, int]
    ) -> None:
        """Look at the chain again after the logs were read, and fill in times. Raises _Replaced."""
        wanted = [number for number in hashes if number not in times]
        stood = {end.number: end.hash, **({position.block: position.hash} if position is not None else {})}
        for number, head in self._node.heads([*stood, *wanted]).items():
            told = {stood.get(number), hashes.get(number), head.hash if head is not None else ""} - {None}
            if head is None or len(told) > 1:
                raise _Replaced
            times[number] = head.time

    # --- where blocks were replaced ---

    def _stand_on_the_chain(self, end: Head) -> bool:
        """Take back what the node no longer has; whether the node is merely behind, and nothing was taken back."""
        position = self._store.position
        if position is None:
            return False
        if position.block == end.number and position.hash == end.hash:
            return False
        if self._stands((position.block, position.hash)):
            return False
        stored = self._store.stored_blocks()
        if position.block > end.number and not self._connection.is_local:
            # A public chain never gets shorter, but a node that answers next may be a little behind the last one.
            below = [block for block in stored if block[0] <= end.number]
            if not below or self._stands(below[0]):
                return True
        common = self._common(stored)
        to = self._store.position_at(stored[common][0]) if common is not None else None
        self._store.take_back(to, position)
        self._store.begin(self._starting)
        self._taken_back += position.block - (to.block if to is not None else self._first_block - 1)
        return False

    def _common(self, stored: list[tuple[int, str]]) -> int | None:
        """Which of the stored blocks, highest first, is the first that the node still has; None: none of them.

        Where a block stands, all below it do, so that few have to be asked for however deep the change goes.
        """
        gone, step = 0, 1
        while gone + step < len(stored) and not self._stands(stored[gone + step]):
            gone += step
            step *= 2
        low, high = gone + 1, min(gone + step, len(stored))
        while low < high:
            middle = (low + high) // 2
            if self._stands(stored[middle]):
                high = middle
            else:
                low = middle + 1
        return low if low < len(stored) else None

    def _stands(self, block: tuple[int, str]) -> bool:
        head = self._node.heads([block[0]])[block[0]]
        return head is not None and head.hash == block[1]

    def _head(self, number: int) -> Head:
        head = self._node.heads([number])[number]
        if head is None:
            raise _Replaced
        return head


class _Pace:
    """How many blocks are read in a step: about as many as hold a certain number of events."""

    def __init__(self) -> None:
        self.blocks = _FIRST_STEP_BLOCKS

    def saw(self, blocks: int, events: int, most_at_once: int | None) -> None:
        """`most_at_once` is what the node takes in a request."""
        fitting = blocks * _EVENTS_IN_STEP // max(events, 1)
        self.blocks = max(1, min(fitting, self.blocks * _GROWTH))
        if most_at_once is not None:
            # Requests go out in messages of several; a step of many messages would only be lost later.
            self.blocks = min(self.blocks, 64 * most_at_once)


class _Decoders:
    """What is done with a log, by its address and its first topic."""

    def __init__(self, sources: list[Source]) -> None:
        by_kind: dict[str, dict[str, tuple[str, Decode]]] = {}
        for table in tables().values():
            by_kind.setdefault(table.kind, {})["0x" + table.event.topic.hex()] = (table.name, decoder(table))
        self._by_kind = by_kind
        self.by_address: dict[str, tuple[int, dict[str, tuple[str, Decode]]]] = {}
        self.births = "0x" + tables()["factory_industry_created"].event.topic.hex()
        self.listings = "0x" + tables()["body_module_set"].event.topic.hex()
        self.learn(sources)

    def learn(self, sources: Sequence[Source]) -> None:
        """What to do with the logs of more contracts."""
        for source in sources:
            self.by_address[source.address] = source.id, self._by_kind[source.kind]


def _address(topic: str) -> str:
    return "0x" + topic[26:]
