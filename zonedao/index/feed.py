"""What is new in a zone, look by look: what was told since the last one, and what the chain took back.

Each look brings an index up to the chain and compares it with what was there before: reading, and whatever may happen
to a chain meanwhile, is the index's. Where there is none, one is made for the purpose that begins a little before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from zonedao.errors import WrongChain
from zonedao.index.events import Told, events_above
from zonedao.index.reading import Index, Position
from zonedao.index.sources import sources_at
from zonedao.index.store import KEPT_HEIGHTS, Busy, leave, writing
from zonedao.index.syncing import Progress, sync

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection
    from zonedao.index.reading import Source

REACH_BLOCKS = 64  # before the first block that is told of: what may still be taken back there


@dataclass(frozen=True)
class News:
    """What a look found, in the order of the chain, and the block up to which everything is known (None: nothing is).

    What was `taken_back` is told no longer by any block; what another block tells instead is in neither list.
    """

    told: tuple[Told, ...] = ()
    taken_back: tuple[Told, ...] = ()
    block: int | None = None


class Feed:
    """What a zone tells from the block `since` on. Get one from `following`."""

    def __init__(
        self,
        connection: Connection,
        path: Path,
        root: str,
        *,
        first_block: int,
        since: int,
        begins: int | None = None,
        sources: list[Source] | None = None,
    ) -> None:
        self._connection = connection
        self._path = path
        self._root = root
        self._first_block = first_block
        self._since = since
        self._begins = first_block if begins is None else begins  # of what is read
        self._sources = sources
        self._position: Position | None = None
        self._known: list[Told] = []  # of the last blocks
        self._stood: dict[int, str] = {}  # those blocks, and those that a look ended at

    def look(self, progress: Callable[[Progress], None] | None = None) -> News:
        """What is new since the last look. Raises NodeProblem, StorageProblem; then the next one finds it."""
        before = self._position
        if before is not None and self._connection.block().hash == before.hash:
            return News(block=before.block)
        self._require_same_chain()
        read = self._read_on(progress)
        if read and self._begins > self._first_block and self._is_empty():
            # A chain that began anew and is not that long yet: all that it tells is new.
            self._begins, self._sources = self._first_block, None
            read = self._read_on(progress)
        with Index.open(self._path) as index, index.at_one_moment():
            position = index.position
            if position is None or not (read or before is None or position.block >= before.block):
                return News(block=before.block if before is not None else None)
            common = self._common(index, position)
            there = events_above(index, common)
        if before is None:
            known = [told for told in there if told.event.block_number < self._since]
        else:
            known = [told for told in self._known if told.event.block_number > common]
        self._remember(common, there, position)
        return News(tuple(_without(there, known)), tuple(_without(known, there)), position.block)

    def _require_same_chain(self) -> None:
        found = int(self._connection.request("eth_chainId"), 16)
        if found != self._connection.chain_id:
            raise WrongChain(
                f"{self._connection.name} serves chain {found} now, and no longer chain {self._connection.chain_id}. "
                "Start the node of that chain again, or name another with --network URL."
            )

    def _read_on(self, progress: Callable[[Progress], None] | None) -> bool:
        """Whether the index is now as far as the node. Another process that writes it is waited for only at first, when
        there may be none yet."""
        with suppress(Busy), writing(self._path, leave if self._position is not None else None):
            sync(
                self._connection,
                self._path,
                self._root,
                first_block=self._begins,
                sources=self._sources,
                progress=progress,
            )
            return True
        return False

    def _is_empty(self) -> bool:
        with Index.open(self._path) as index:
            return index.position is None

    def _common(self, index: Index, position: Position) -> int:
        """The highest block of which the chain still tells what it told."""
        if not self._stood:
            return max(self._since - REACH_BLOCKS, self._begins) - 1
        lowest = min(self._stood)
        rows = index.database.execute("SELECT number, hash FROM blocks WHERE number >= ?", (lowest,))
        standing = [number for number, raw in rows if self._stood.get(number) == "0x" + raw.hex()]
        # Nothing of it stands on a chain that began anew, which may be shorter.
        return max(standing, default=lowest - 1 if position.block >= lowest else self._first_block - 1)

    def _remember(self, common: int, there: list[Told], position: Position) -> None:
        self._position = position
        least = position.block - KEPT_HEIGHTS
        kept = [told for told in self._known if told.event.block_number <= common]
        self._known = [told for told in [*kept, *there] if told.event.block_number >= least]
        stood = {number: hash_ for number, hash_ in self._stood.items() if number <= common}
        stood |= {told.event.block_number: told.event.block_hash for told in there}
        stood[position.block] = position.hash
        self._stood = {number: hash_ for number, hash_ in stood.items() if number >= least}


@contextmanager
def following(
    connection: Connection,
    path: Path,
    root: str,
    *,
    first_block: int,
    since: int | None = None,
) -> Iterator[Feed]:
    """A feed of the zone at `root`, from the block `since` on, by default from the next one.

    `path` is where its index may be; without one, another is kept in a temporary folder while the block lasts.
    `first_block` is the first that can hold events of the zone. Raises NodeProblem, CodeMissing.
    """
    begins = max(since, first_block) if since is not None else connection.block_number() + 1
    if path.exists():
        yield Feed(connection, path, root, first_block=first_block, since=begins)
        return
    start = max(begins - REACH_BLOCKS, first_block)
    sources = sources_at(connection, root, first_block, start - 1)
    with TemporaryDirectory(prefix="zonedao-") as folder:
        own = Path(folder) / "watched.sqlite"
        yield Feed(connection, own, root, first_block=first_block, since=begins, begins=start, sources=sources)


def _without(events: Iterable[Told], others: Iterable[Told]) -> Iterator[Told]:
    """Those that are not among the others: the same transaction may tell the same in another block."""
    left = Counter(each.identity for each in others)
    for each in events:
        if left[each.identity]:
            left[each.identity] -= 1
        else:
            yield each
