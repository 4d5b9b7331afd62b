"""Every event of a zone up to one block, and the chain as it was then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from zonedao.chain.contract import BoundContract, fetch_logs
from zonedao.chain.events import Event, decode_logs
from zonedao.chain.interface import Interface, shipped

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection

# Hears how much is done, from 0 to 1, and how many events and answers have come from the node.
Progress = Callable[[float, int], None]

# Raw logs of some contracts between two blocks, both included, oldest first.
ReadLogs = Callable[["Connection", list[str], list[Any], int, int], list[dict[str, Any]]]


class Chronicle:
    """Events of contracts from `first_block` up to `block`, and what those contracts answer as of `block`.

    All events come through `read_logs`, all answers from the chain; `progress` hears of each.
    """

    def __init__(
        self,
        connection: Connection,
        block: int,
        first_block: int,
        read_logs: ReadLogs | None,
        progress: Progress | None = None,
    ) -> None:
        self.connection = connection
        self.block = block
        self.first_block = first_block
        self._read_logs: ReadLogs = read_logs or fetch_logs
        self._timestamps: dict[int, int] = {}
        self._progress = progress
        self._share = 0.0
        self._received = 0

    @property
    def now(self) -> int:
        """Time of the block, unix seconds."""
        return self.time_of_block(self.block)

    def events(
        self, interface: str | Interface, addresses: Iterable[str], *names: str, first_block: int | None = None
    ) -> list[Event]:
        """Events of some contracts, all or those of these names, oldest first."""
        kind = shipped(interface) if isinstance(interface, str) else interface
        wanted = list(addresses)
        if not wanted:
            return []
        topics = [["0x" + kind.event(name).topic.hex() for name in names]] if names else []
        first = self.first_block if first_block is None else first_block
        raw = self._read_logs(self.connection, wanted, topics, first, self.block)
        found = in_order(decode_logs(raw, kind))
        self._learn_times({event.block_number for event in found})
        self._heard(len(found))
        return found

    def where(self, interface: str, address: str, event: str, **indexed: Any) -> list[Event]:
        """Events of one contract with these values of indexed arguments."""
        kind = shipped(interface)
        topics = kind.event(event).topics(indexed)
        return list(
            decode_logs(self._read_logs(self.connection, [address], topics, self.first_block, self.block), kind)
        )

    def ask(self, contract: BoundContract, function: str, *args: Any) -> Any:
        """What a contract answers as of the block."""
        answer = contract.call(function, *args, block=self.block)
        self._heard(1)
        return answer

    def reach(self, done: int, of: int) -> None:
        """So many parts of what this is read for are done."""
        self._share = done / of if of else 1.0
        self._heard(0)

    def bind(self, interface: str, address: str) -> BoundContract:
        """A contract at an address."""
        return BoundContract(self.connection, interface, address)

    def time_of(self, event: Event) -> int:
        """When an event happened, unix seconds."""
        return self.time_of_block(event.block_number)

    def _heard(self, more: int) -> None:
        self._received += more
        if self._progress is not None:
            self._progress(self._share, self._received)

    def _learn_times(self, blocks: set[int]) -> None:
        """Ask for the times of many blocks at once: a question for each takes longer than all else."""
        unknown = sorted(blocks - set(self._timestamps))
        heads = self.connection.batch([("eth_getBlockByNumber", (hex(number), False)) for number in unknown])
        for number, head in zip(unknown, heads, strict=True):
            if isinstance(head, dict):
                self._timestamps[number] = int(head["timestamp"], 16)

    def time_of_block(self, number: int) -> int:
        """Time of a block, unix seconds."""
        if number not in self._timestamps:
            self._timestamps[number] = self.connection.block(number).timestamp
        return self._timestamps[number]


def in_order(events: Iterable[Event]) -> list[Event]:
    """Events in the order of the chain."""
    return sorted(events, key=lambda event: (event.block_number, event.log_index))


def by_address(events: Iterable[Event]) -> Mapping[str, list[Event]]:
    """Events by the contract that emitted them, in order."""
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.address, []).append(event)
    return found
