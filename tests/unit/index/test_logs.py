"""What is asked of nodes that do not take everything at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from zonedao.errors import NodeProblem, NodeRefused, NodeUnreachable
from zonedao.index.logs import Head, LogReader

HEIGHT = 10_000


class Node:
    """Has a log of each of its contracts in every tenth block, and takes so many blocks, contracts and logs at once.

    `silent` is how many blocks make it fall silent. `asked` are the ranges and numbers of contracts of its messages.
    """

    def __init__(self, blocks: int = 10**9, addresses: int = 10**9, logs: int = 10**9, silent: int = 10**9) -> None:
        self.limits = blocks, addresses, logs
        self.silent = silent
        self.asked: list[tuple[int, int, int]] = []
        self.refused = 0

    def batch(self, requests: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        return [self._answer(method, params) for method, params in requests]

    def _answer(self, method: str, params: Sequence[Any]) -> Any:
        if method == "eth_getBlockByNumber":
            number = int(params[0], 16)
            return (
                {"number": params[0], "hash": f"0x{number:064x}", "timestamp": hex(number)}
                if number <= HEIGHT
                else None
            )
        wanted = params[0]
        first, last, addresses = int(wanted["fromBlock"], 16), int(wanted["toBlock"], 16), wanted["address"]
        self.asked.append((first, last, len(addresses)))
        if last - first + 1 >= self.silent:
            raise NodeUnreachable("timed out")
        found = [(block, address) for block in range(first, last + 1) if block % 10 == 0 for address in addresses]
        for what, limit in zip((last - first + 1, len(addresses), len(found)), self.limits, strict=True):
            if what > limit:
                self.refused += 1
                return NodeRefused(method, -32005, "too much")
        return found


def read(node: Node, first: int = 1, last: int = HEIGHT, addresses: Sequence[str] = ("0xa", "0xb")) -> LogReader:
    """Reads a range, of which every log must have come once."""
    reader = LogReader(node)  # type: ignore[arg-type]
    found: list[Any] = reader.logs(addresses, first, last)
    expected = [(block, address) for block in range(first, last + 1) if block % 10 == 0 for address in addresses]
    assert sorted(found) == sorted(expected)
    return reader


def test_everything_at_once_where_the_node_takes_it() -> None:
    node = Node()
    assert read(node).most_blocks is None
    assert node.asked == [(1, HEIGHT, 2)]


def test_a_limit_of_blocks_is_found_and_kept() -> None:
    node = Node(blocks=700)
    reader = read(node)
    assert reader.most_blocks is not None
    assert 350 < reader.most_blocks <= 700
    refused = node.refused
    reader.logs(["0xa"], 1, 2_000)
    assert node.refused <= refused + 1


def test_a_limit_of_logs() -> None:
    read(Node(logs=50))


def test_a_limit_of_contracts() -> None:
    node = Node(addresses=3)
    read(node, 1, 40, [f"0x{number}" for number in range(10)])
    # Only what even one block is refused for is asked of fewer contracts.
    assert max(count for first, last, count in node.asked if first == last) == 10


def test_what_went_well_is_trusted_with_more() -> None:
    node = Node(blocks=100)
    reader = read(node)
    node.limits = (10**9,) * 3
    reader.logs(["0xa"], 1, HEIGHT)
    assert reader.most_blocks is not None
    assert reader.most_blocks > 100


def test_a_node_that_falls_silent_over_large_ranges() -> None:
    node = Node(silent=3_000)
    reader = read(node)
    assert reader.most_blocks is not None
    assert reader.most_blocks < 3_000


def test_a_node_that_is_silent() -> None:
    node = Node(silent=1)
    with pytest.raises(NodeUnreachable):
        read(node)
    assert len(node.asked) <= 4


def test_a_node_that_refuses_everything() -> None:
    node = Node(blocks=0)
    with pytest.raises(NodeRefused, match="too much"):
        read(node)
    assert node.refused < 100


def test_a_block_that_the_node_does_not_have() -> None:
    reader = LogReader(Node())  # type: ignore[arg-type]
    with pytest.raises(NodeProblem, match="does not have block 10001 yet"):
        reader.logs(["0xa"], 1, HEIGHT + 1)
    assert reader.heads([7, HEIGHT + 1, 7]) == {7: Head(7, f"0x{7:064x}", 7), HEIGHT + 1: None}


@pytest.mark.parametrize("answer", ["text", {"hash": "0x"}, {"hash": "0x", "timestamp": "soon"}])
def test_what_is_no_block(answer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    node = Node()
    monkeypatch.setattr(node, "_answer", lambda method, params: answer)
    with pytest.raises(NodeProblem, match="which no Ethereum node would"):
        LogReader(node).heads([1])  # type: ignore[arg-type]


def test_what_is_no_list_of_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    node = Node()
    head = {"hash": "0x", "timestamp": "0x1"}
    monkeypatch.setattr(node, "_answer", lambda method, params: head if "Block" in method else "no logs")
    with pytest.raises(NodeProblem, match="which no Ethereum node would"):
        LogReader(node).logs(["0xa"], 1, 2)  # type: ignore[arg-type]
