"""What a node is asked while an index is read: logs of any number of blocks, and the heads of blocks.

Nodes differ in how many blocks, how many logs and how many contracts they take in one request. What is refused is asked
for in halves; what was learned is kept for the requests that follow.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zonedao.errors import NodeProblem, NodeRefused, NodeUnreachable

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection

_RANGES_AT_ONCE = 16  # in one message, where the node does not take one range
_MANAGEABLE_BLOCKS = 1_000  # that any node that answers at all manages
_FAR_FEWER = 16
_TRUST_AGAIN = 32  # ranges of the largest size that went well before a larger one is tried again


@dataclass(frozen=True)
class Head:
    """A block as the node has it: `hash` 0x-hex, `time` in unix seconds."""

    number: int
    hash: str
    time: int


@dataclass(frozen=True)
class _Piece:
    addresses: Sequence[str]
    first: int
    last: int

    @property
    def request(self) -> tuple[str, list[Any]]:
        wanted = {"fromBlock": hex(self.first), "toBlock": hex(self.last), "address": list(self.addresses)}
        return "eth_getLogs", [wanted]


class LogReader:
    """Reads from one node."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._most_blocks: int | None = None  # None until a range was refused
        self._most_addresses: int | None = None
        self._went_well = 0

    @property
    def most_blocks(self) -> int | None:
        """How many blocks the node takes in one request as far as is known, None for any number."""
        return self._most_blocks

    def heads(self, numbers: Iterable[int]) -> dict[int, Head | None]:
        """Blocks by number, None for those that the node does not have. Raises NodeRefused, NodeUnreachable."""
        wanted = list(dict.fromkeys(numbers))
        answers = self._connection.batch([_head_request(number) for number in wanted])
        return {number: _head(number, answer) for number, answer in zip(wanted, answers, strict=True)}

    def last(self) -> Head:
        """The last block."""
        block = self._connection.block()
        return Head(block.number, block.hash, block.timestamp)

    def logs(self, addresses: Sequence[str], first: int, last: int) -> list[dict[str, Any]]:
        """Raw logs of some contracts between two blocks, both included, in no certain order.

        Raises NodeRefused when even one block of one contract is refused, NodeProblem when what answers does not have
        the last block, which happens where several nodes answer at one address.
        """
        if not addresses:
            return []
        waiting = deque(self._cut(_Piece(addresses, first, last)))
        found: list[dict[str, Any]] = []
        while waiting:
            some = [waiting.popleft() for _ in range(min(len(waiting), _RANGES_AT_ONCE))]
            # In the same message: a node that has not got so far leaves out what it does not know, without a word.
            try:
                *answers, end = self._connection.batch([*(piece.request for piece in some), _head_request(last)])
            except NodeUnreachable:
                # A node may also fall silent over a range that it cannot manage in time.
                largest = max(piece.last - piece.first + 1 for piece in some)
                if largest < _MANAGEABLE_BLOCKS:
                    raise
                self._most_blocks = largest // _FAR_FEWER
                waiting.extendleft(reversed([less for piece in some for less in self._cut(piece)]))
                continue
            if _head(last, end) is None:
                raise NodeProblem(
                    f"The node that answered does not have block {last} yet. Wait a moment, or use another node: "
                    "--network URL."
                )
            again: list[_Piece] = []
            for piece, answer in zip(some, answers, strict=True):
                if isinstance(answer, NodeRefused):
                    again += self._smaller(piece, answer)
                else:
                    found += _list_of_logs(answer)
                    self._took(piece)
            waiting.extendleft(reversed(again))
        return found

    def _cut(self, piece: _Piece) -> list[_Piece]:
        count = self._most_addresses or len(piece.addresses)
        span = self._most_blocks or piece.last - piece.first + 1
        return [
            _Piece(piece.addresses[at : at + count], first, min(first + span - 1, piece.last))
            for first in range(piece.first, piece.last + 1, span)
            for at in range(0, len(piece.addresses), count)
        ]

    def _smaller(self, piece: _Piece, refusal: NodeRefused) -> list[_Piece]:
        """The same in halves. Raises NodeRefused where there are none."""
        self._went_well = 0
        blocks = piece.last - piece.first + 1
        if blocks > 1:
            self._most_blocks = min(blocks // 2, self._most_blocks or blocks)
        elif len(piece.addresses) > 1:
            self._most_addresses = min(len(piece.addresses) // 2, self._most_addresses or len(piece.addresses))
        else:
            raise refusal
        return self._cut(piece)

    def _took(self, piece: _Piece) -> None:
        if self._most_blocks is None or piece.last - piece.first + 1 < self._most_blocks:
            return
        self._went_well += 1
        if self._went_well >= _TRUST_AGAIN:
            # Where fewer things happened, more blocks fit into the same answer.
            self._went_well = 0
            self._most_blocks += max(self._most_blocks // 2, 1)


def _head_request(number: int) -> tuple[str, list[Any]]:
    return "eth_getBlockByNumber", [hex(number), False]


def _head(number: int, answer: Any) -> Head | None:
    if isinstance(answer, NodeRefused):
        raise answer
    if answer is None:
        return None
    try:
        return Head(number, str(answer["hash"]), int(answer["timestamp"], 16))
    except (KeyError, TypeError, ValueError):
        raise _unusable(answer) from None


def _list_of_logs(answer: Any) -> list[dict[str, Any]]:
    if not isinstance(answer, list):
        raise _unusable(answer)
    return answer


def _unusable(answer: object) -> NodeProblem:
    return NodeProblem(f"The node answered {answer!r:.60}, which no Ethereum node would. Use another: --network URL.")
