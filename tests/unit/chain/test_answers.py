"""What a node's answers look like, by request."""

from __future__ import annotations

from typing import Any

import pytest

from zonedao.chain.answers import fits

HASH = "0x" + "ab" * 32
BLOCK = {"number": "0x1", "timestamp": "0x2", "gasLimit": "0x3", "hash": HASH}
WAITING = {"transactionHash": HASH, "blockNumber": None}
RECEIPT = {
    "transactionHash": HASH,
    "blockNumber": "0x1",
    "blockHash": HASH,
    "status": "0x1",
    "gasUsed": "0x5208",
    "from": "0x" + "01" * 20,
    "logs": [],
}

LOG = {
    "address": "0x" + "01" * 20,
    "topics": [HASH, HASH],
    "data": "0x",
    "blockNumber": "0x1",
    "logIndex": "0x0",
    "transactionHash": HASH,
}

GOOD: list[tuple[str, Any]] = [
    ("eth_chainId", "0x1"),
    ("eth_getBalance", 7),
    ("eth_call", "0x"),
    ("eth_sendRawTransaction", HASH),
    ("eth_getLogs", []),
    ("eth_getLogs", [LOG, {**LOG, "topics": []}]),
    ("eth_getTransactionByHash", None),
    ("eth_getTransactionByHash", {"hash": HASH}),
    ("eth_getTransactionReceipt", None),
    ("eth_getTransactionReceipt", WAITING),
    ("eth_getTransactionReceipt", RECEIPT),
    ("eth_getBlockByNumber", None),
    ("eth_getBlockByNumber", BLOCK),
    ("eth_getBlockByNumber", {**BLOCK, "hash": None}),
    ("anvil_anything", object()),
]
BAD: list[tuple[str, Any]] = [
    *[
        (method, answer)
        for method in ("eth_chainId", "eth_gasPrice")
        for answer in (None, True, "7", "0x", "0xg", {}, [])
    ],
    *[("eth_call", answer) for answer in (None, "", "ab", 7, {})],
    *[("eth_sendRawTransaction", answer) for answer in (None, "0x", "0xab", 7, {}, HASH + "00")],
    *[
        ("eth_getLogs", answer)
        for answer in (None, {}, "0x", [LOG, {}], [7], [None], ["x"], [{**LOG, "topics": ["x"]}])
    ],
    *[("eth_getLogs", [{**LOG, name: None}]) for name in LOG],
    *[("eth_getTransactionByHash", answer) for answer in ([], "0x", {}, {"hash": None})],
    *[("eth_getTransactionReceipt", {**RECEIPT, name: None}) for name in RECEIPT if name != "blockNumber"],
    *[("eth_getTransactionReceipt", answer) for answer in ({}, [], HASH)],
    *[("eth_getBlockByNumber", {**BLOCK, name: None}) for name in BLOCK if name != "hash"],
    *[("eth_getBlockByNumber", answer) for answer in ({}, [], {**BLOCK, "hash": "0x1"})],
]


@pytest.mark.parametrize(("method", "answer"), GOOD)
def test_what_fits(method: str, answer: Any) -> None:
    assert fits(method, answer)


@pytest.mark.parametrize(("method", "answer"), BAD)
def test_what_does_not(method: str, answer: Any) -> None:
    assert not fits(method, answer)
