"""What a node's answers look like, by request: an answer of another kind is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_QUANTITY = re.compile(r"0x[0-9a-fA-F]+")
_HASH = re.compile(r"0x[0-9a-fA-F]{64}")


def fits(method: str, result: Any) -> bool:
    """Whether a result is of the kind that a request asks for. Of requests that are not known here any result is."""
    known = _KINDS.get(method)
    return known is None or known(result)


def _is_quantity(value: Any) -> bool:
    return (isinstance(value, str) and _QUANTITY.fullmatch(value) is not None) or type(value) is int


def _is_data(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("0x")


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _are_logs(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_log, value))


def _is_log(log: Any) -> bool:
    # Ten thousands of them come at a time: plain tests of types and lengths, and nothing is called that need not be.
    try:
        topics, data = log["topics"], log["data"]
        return (
            type(topics) is list
            and all(type(topic) is str and len(topic) == 66 for topic in topics)
            and type(data) is str
            and data[:2] == "0x"
            and type(log["address"]) is str
            and type(log["blockNumber"]) is str
            and type(log["logIndex"]) is str
            and type(log["transactionHash"]) is str
        )
    except (TypeError, KeyError):
        return False


def _is_transaction(value: Any) -> bool:
    return value is None or (isinstance(value, dict) and _is_hash(value.get("hash")))


def _is_block(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict)
        and all(_is_quantity(value.get(name)) for name in ("number", "timestamp", "gasLimit"))
        and (_is_hash(value.get("hash")) or ("hash" in value and value["hash"] is None))  # of one that is pending
    )


def _is_receipt(value: Any) -> bool:
    # Some nodes show a receipt without a block while the transaction waits.
    return value is None or (
        isinstance(value, dict)
        and _is_hash(value.get("transactionHash"))
        and (
            value.get("blockNumber") is None
            or (
                all(_is_quantity(value.get(name)) for name in ("blockNumber", "status", "gasUsed"))
                and _is_hash(value.get("blockHash"))
                and _is_data(value.get("from"))
                and _is_list(value.get("logs"))
            )
        )
    )


_KINDS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(
        (
            "eth_chainId",
            "eth_blockNumber",
            "eth_getBalance",
            "eth_getTransactionCount",
            "eth_gasPrice",
            "eth_maxPriorityFeePerGas",
            "eth_estimateGas",
        ),
        _is_quantity,
    ),
    **dict.fromkeys(("eth_call", "eth_getCode", "eth_getStorageAt"), _is_data),
    "eth_sendRawTransaction": _is_hash,
    "eth_getLogs": _are_logs,
    "eth_getTransactionByHash": _is_transaction,
    "eth_getTransactionReceipt": _is_receipt,
    "eth_getBlockByNumber": _is_block,
}
