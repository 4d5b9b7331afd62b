"""Handing a signed transaction to a node, and what a refusal means: not sent, or perhaps sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from zonedao.chain.reverts import lacks_funds, revert_from
from zonedao.errors import InsufficientFunds, NodeProblem, NodeRefused, NodeUnreachable, Unconfirmed, WrongState

if TYPE_CHECKING:
    from eth_typing import HexStr

    from zonedao.chain.connection import Connection

_THERE_ALREADY = ("already known", "already imported", "known transaction", "already in the pool", "alreadyknown")
_NUMBER_TAKEN = ("nonce", "replacement", "underpriced transaction already")

# Reasons by which nodes tell that a transaction is not valid here and now. Anything else (a provider's limits, a
# time-out between its servers, an inner error) may have come after it was passed on.
_FOR_GOOD = (
    *_NUMBER_TAKEN,
    "underpriced",
    "fee",
    "gas",
    "funds",
    "balance",
    "upfront cost",
    "chain id",
    "chainid",
    "signature",
    "sender",
    "revert",
    "execution failed",
    "vm exception",
    "invalid transaction",
    "transaction type",
    "not supported",
    "oversized",
    "size",
    "rlp",
    "decode",
    "deserialize",
    "not available",
    "does not exist",
)
_FOR_GOOD_CODES = (-32600, -32601, -32602)
_NOT_NOW = (
    "rate limit",
    "limit exceeded",
    "too many",
    "time out",
    "timeout",
    "timed out",
    "internal",
    "temporar",
    "again later",
)


def broadcast(connection: Connection, sender: str, tx_hash: str, raw: str) -> None:
    """Give a signed transaction (0x-hex) to the node; one that it has already is fine.

    Raises InsufficientFunds, WrongState (its number went to another), ContractRevert or NodeProblem when the node does
    not take it: then nothing was sent by this. Raises Unconfirmed when it may have been.
    """
    try:
        connection.w3.eth.send_raw_transaction(cast("HexStr", raw))
    except NodeUnreachable as problem:
        raise Unconfirmed(
            f"The node went away while transaction {tx_hash} was being sent; it may have arrived. "
            "Run the command again when the node is back: nothing will be sent twice.",
            tx_hash=tx_hash,
        ) from problem
    except NodeRefused as problem:
        if any(words in problem.reason.lower() for words in _THERE_ALREADY):
            return
        try:
            known = is_known(connection, tx_hash)
        except NodeProblem:
            raise _unclear(tx_hash, problem) from problem
        if not known:
            raise _refusal(sender, tx_hash, problem) from problem


def is_known(connection: Connection, tx_hash: str) -> bool:
    """Whether the node has a transaction, mined or waiting. Raises NodeProblem."""
    return connection.request("eth_getTransactionByHash", tx_hash) is not None


def _refusal(sender: str, tx_hash: str, problem: NodeRefused) -> Exception:
    reason = problem.reason.lower()
    if not _is_for_good(problem, reason):
        return _unclear(tx_hash, problem)
    if lacks_funds(problem):
        return InsufficientFunds(
            f"{sender} cannot pay for this: {problem.reason}. Nothing was sent. Put coins into it first.",
            address=sender,
        )
    if any(words in reason for words in _NUMBER_TAKEN):
        return WrongState(
            f"Another transaction of {sender} came between ({problem.reason}). Nothing was sent. Run the command again."
        )
    return revert_from(problem) or NodeProblem(f"{problem.message} Nothing was sent.")


def _unclear(tx_hash: str, problem: NodeRefused) -> Unconfirmed:
    return Unconfirmed(
        f"The node did not say whether it took transaction {tx_hash} ({problem.reason}). "
        "Run the command again in a moment: it is looked up, and nothing will be sent twice.",
        tx_hash=tx_hash,
    )


def _is_for_good(problem: NodeRefused, reason: str) -> bool:
    if any(words in reason for words in _NOT_NOW):
        return False
    return problem.code in _FOR_GOOD_CODES or any(words in reason for words in _FOR_GOOD)
