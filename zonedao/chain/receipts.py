"""What a mined transaction did."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from zonedao.chain.abi import checksum_address
from zonedao.chain.events import Event, decode_logs
from zonedao.chain.reverts import decode_revert, revert_from
from zonedao.errors import ContractRevert, NodeProblem, NodeRefused

if TYPE_CHECKING:
    from eth_typing import HexStr

    from zonedao.chain.connection import Connection

_SPENT = 63 / 64  # of the limit: a call passes on at most so much of what is left (EIP-150)
_OUT_OF_GAS = "out of gas: run it again, and it is given as much as it takes by then"


@dataclass(frozen=True)
class Receipt:
    """A mined transaction.

    `status` is 1 for success and 0 for a revert; `gas_used` in gas, `gas_price_wei` what was paid for each;
    `contract_address` is set when it created a contract; `logs` are raw JSON-RPC logs.
    """

    hash: str
    status: int
    gas_used: int
    gas_price_wei: int
    block: int
    block_hash: str
    sender: str
    to: str | None
    contract_address: str | None
    logs: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    @property
    def ok(self) -> bool:
        """Whether it did what it was to do."""
        return self.status == 1

    @property
    def fee_wei(self) -> int:
        """What the sender paid for it."""
        return self.gas_used * self.gas_price_wei

    @property
    def events(self) -> tuple[Event, ...]:
        """Its events that shipped contracts declare, in order."""
        return decode_logs(self.logs)


def receipt_of(connection: Connection, tx_hash: str) -> Receipt | None:
    """The receipt of a mined transaction, None before. Raises NodeRefused, NodeUnreachable."""
    from web3.exceptions import TransactionNotFound

    try:
        found: Mapping[str, Any] = connection.w3.eth.get_transaction_receipt(cast("HexStr", tx_hash))
    except TransactionNotFound:
        return None
    if found.get("blockNumber") is None:
        return None
    to, created = found.get("to"), found.get("contractAddress")
    return Receipt(
        hash=_raw(found["transactionHash"]),
        status=found["status"],
        gas_used=found["gasUsed"],
        gas_price_wei=found.get("effectiveGasPrice") or 0,
        block=found["blockNumber"],
        block_hash=_raw(found["blockHash"]),
        sender=found["from"],
        to=to or None,
        contract_address=created or None,
        logs=tuple(_raw(log) for log in found["logs"]),
    )


def read_receipt(connection: Connection, tx_hash: str) -> Receipt | None:
    """The same for somebody who only reads, without web3. Raises NodeRefused, NodeUnreachable."""
    found = connection.request("eth_getTransactionReceipt", tx_hash)
    if found is None or found.get("blockNumber") is None:
        return None
    to, created = found.get("to"), found.get("contractAddress")
    return Receipt(
        hash=found["transactionHash"],
        status=int(found["status"], 16),
        gas_used=int(found["gasUsed"], 16),
        gas_price_wei=int(found.get("effectiveGasPrice") or "0x0", 16),
        block=int(found["blockNumber"], 16),
        block_hash=found["blockHash"],
        sender=checksum_address(found["from"]),
        to=checksum_address(to) if to else None,
        contract_address=checksum_address(created) if created else None,
        logs=tuple(found["logs"]),
    )


def failure_of(connection: Connection, receipt: Receipt) -> ContractRevert:
    """Why a mined transaction reverted: the same call is run again at its block.

    That it reverted is known; a node that cannot tell why leaves it without a reason.
    """
    revert = decode_revert(b"", tx_hash=receipt.hash)
    with suppress(NodeProblem):
        transaction = connection.request("eth_getTransactionByHash", receipt.hash)
        if transaction is not None:
            revert = _run_again(connection, receipt, transaction) or revert
            if revert.name == "Empty" and receipt.gas_used >= int(transaction["gas"], 16) * _SPENT:
                return decode_revert(b"", tx_hash=receipt.hash, said=_OUT_OF_GAS)
    return revert


def _run_again(connection: Connection, receipt: Receipt, transaction: Mapping[str, Any]) -> ContractRevert | None:
    call = {key: transaction[key] for key in ("from", "to", "gas", "value", "input") if transaction.get(key)}
    call["data"] = call.pop("input", "0x")
    # The failed transaction changed no state, so its own block has both its time and what it saw, unless another
    # transaction of that block came after it; then the block before is the better witness.
    for block in (receipt.block, receipt.block - 1):
        try:
            connection.request("eth_call", call, hex(block))
        except NodeRefused as problem:
            revert = revert_from(problem, tx_hash=receipt.hash)
            if revert is not None:
                return revert
    return None


def _raw(value: Any) -> Any:
    """What web3 has made of an answer, again as the node wrote it: events come from receipts and from eth_getLogs."""
    if isinstance(value, Mapping):
        return {key: _raw(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_raw(each) for each in value]
    if isinstance(value, bytes):
        return "0x" + bytes(value).hex()
    return hex(value) if isinstance(value, int) and not isinstance(value, bool) else value
