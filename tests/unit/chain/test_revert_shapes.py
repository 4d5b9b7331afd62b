"""What nodes of the world answer to a call that reverts; the three local ones are tested in tests/chain."""

from __future__ import annotations

from typing import Any

import pytest

from zonedao.chain.reverts import lacks_funds, revert_from
from zonedao.errors import NodeRefused

REASON = "08c379a0" + f"{32:064x}" + f"{3:064x}" + b"abc".hex().ljust(64, "0")

REVERTS: list[tuple[str, int, str, Any, str]] = [
    ("geth", 3, "execution reverted: abc", "0x" + REASON, "Error"),
    ("geth without data", -32000, "execution reverted", None, "Empty"),
    ("geth, empty revert", 3, "execution reverted", "0x", "Empty"),
    ("erigon", 3, "execution reverted: abc", "0x" + REASON, "Error"),
    ("nethermind", -32015, "VM execution error.", "Reverted 0x" + REASON, "Error"),
    ("nethermind with data alone", -32015, "VM execution error.", "0x" + REASON, "Error"),
    ("besu", -32000, "Execution reverted", "0x" + REASON, "Error"),
    ("provider that nests it", -32603, "processing response error", {"code": 3, "data": "0x" + REASON}, "Error"),
    (
        "ganache 6",
        -32000,
        "VM Exception while processing transaction: revert abc",
        {"0x" + "11" * 32: {"error": "revert", "return": "0x" + REASON, "reason": "abc"}, "stack": "…", "name": "…"},
        "Error",
    ),
    ("out of gas", -32000, "out of gas", None, "Empty"),
    ("arbitrum", -32000, "execution reverted: abc", "0x" + REASON, "Error"),
]

OTHERS: list[tuple[int, str, Any]] = [
    (-32601, "the method eth_call does not exist", None),
    (-32005, "query returned more than 10000 results", None),
    (-32000, "insufficient funds for gas * price + value: address 0x1 have 0 want 1", None),
    (-32000, "VM Exception while processing transaction: insufficient balance", "0x"),
    (-32000, "nonce too low", None),
    (-32000, "gas limit reached", None),
    (-32000, "header not found", None),
]


@pytest.mark.parametrize(("node", "code", "reason", "data", "name"), REVERTS, ids=[case[0] for case in REVERTS])
def test_reverts(node: str, code: int, reason: str, data: Any, name: str) -> None:
    revert = revert_from(NodeRefused("eth_call", code, reason, data))
    assert revert is not None
    assert revert.name == name
    if name == "Error":
        assert revert.args_dict == {"message": "abc"}
        assert revert.data.hex() == REASON


@pytest.mark.parametrize(("code", "reason", "data"), OTHERS)
def test_what_is_no_revert_stays_what_it_is(code: int, reason: str, data: Any) -> None:
    problem = NodeRefused("eth_call", code, reason, data)
    assert revert_from(problem) is None
    assert lacks_funds(problem) == ("insufficient" in reason)


def test_why_execution_stopped_is_kept_when_there_is_no_data() -> None:
    revert = revert_from(NodeRefused("eth_call", -32000, "out of gas", None))
    assert revert is not None
    assert revert.args_dict == {"detail": "out of gas"}
    assert "out of gas" in revert.message
