"""The embedded chain: the EVM in this process, behind the same words of JSON-RPC as a node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zonedao.chain.abi import ZERO_ADDRESS
from zonedao.chain.evm import BLOCK_GAS_LIMIT, GENESIS_TIMESTAMP, REJECTED, Evm, Hardfork, Message
from zonedao.chain.rpc import one_by_one
from zonedao.errors import NodeRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eth.abc import BlockHeaderAPI, ComputationAPI

    from zonedao.chain.rpc import Request

CLIENT_VERSION = "zonedao-embedded"

_UNKNOWN_METHOD = -32601


class EmbeddedTransport:
    """A fresh chain of this process. Raises MissingExtra when py-evm or eth-tester is not installed."""

    def __init__(self, genesis_timestamp: int = GENESIS_TIMESTAMP, hardfork: Hardfork = "shanghai") -> None:
        self.evm = Evm(genesis_timestamp, hardfork)
        self._mined: list[list[dict[str, Any]]] = [[]]  # receipts by block number
        self._receipts: dict[str, dict[str, Any]] = {}

    def request(self, method: str, *params: Any) -> Any:
        handler: Callable[..., Any] | None = _HANDLERS.get(method)
        if handler is None:
            raise NodeRefused(method, _UNKNOWN_METHOD, "the embedded chain does not know this request")
        return handler(self, *params)

    def batch(self, requests: Sequence[Request]) -> list[Any]:
        return one_by_one(self, requests)

    def close(self) -> None:
        self.evm.clear()

    # --- blocks ---

    def _header_at(self, block: str) -> BlockHeaderAPI:
        return self.evm.header if block == "pending" else self.evm.header_at(_block_or(block, self.evm.head))

    def _block_number(self) -> str:
        return hex(self.evm.head)

    def _get_block(self, block: str, full: bool = False) -> dict[str, Any] | None:
        try:
            header = self._header_at(block)
        except NodeRefused:
            return None
        pending = block == "pending"
        receipts = [] if pending else self._mined[header.block_number]
        return {
            "number": hex(header.block_number),
            "hash": None if pending else _hex(header.hash),
            "parentHash": _hex(header.parent_hash),
            "timestamp": hex(header.timestamp),
            "baseFeePerGas": hex(header.base_fee_per_gas or 0),
            "gasLimit": hex(header.gas_limit),
            "gasUsed": hex(header.gas_used),
            "transactions": [receipt["transactionHash"] for receipt in receipts],
        }

    def _mine(self, timestamp: str | int | None = None) -> str:
        if timestamp is not None:
            self._set_next_timestamp(timestamp)
        self._seal([])
        return "0x0"

    def _set_next_timestamp(self, timestamp: str | int) -> None:
        self.evm.set_next_timestamp(_quantity(timestamp))

    def _seal(self, receipts: list[dict[str, Any]]) -> None:
        block_hash = _hex(self.evm.seal().hash)
        for receipt in receipts:
            receipt["blockHash"] = block_hash
            for log in receipt["logs"]:
                log["blockHash"] = block_hash
            self._receipts[receipt["transactionHash"]] = receipt
        self._mined.append(receipts)

    # --- calls and transactions ---

    def _call(self, transaction: dict[str, Any], block: str = "latest", instead: dict[str, Any] | None = None) -> str:
        code: dict[bytes, bytes] = {}
        for address, fields in (instead or {}).items():
            if set(fields) != {"code"}:
                raise NodeRefused("eth_call", REJECTED, "the embedded chain overrides code only")
            code[_bytes(address)] = _bytes(fields["code"])
        return _hex(self.evm.call("eth_call", _message(transaction), self._header_at(block), code))

    def _estimate(self, transaction: dict[str, Any], block: str = "pending") -> str:
        return hex(self.evm.estimate(_message(transaction), self._header_at(block)))

    def _send_raw(self, raw: str) -> str:
        transaction = self.evm.decode(_bytes(raw))
        if _hex(transaction.hash) in self._receipts:
            raise NodeRefused("eth_sendRawTransaction", REJECTED, "already known")
        record = self._receipt_of(transaction, *self.evm.apply(transaction))
        self._seal([record])
        return str(record["transactionHash"])

    def _receipt_of(self, transaction: Any, receipt: Any, computation: ComputationAPI) -> dict[str, Any]:
        header = self.evm.header
        tx_hash = _hex(transaction.hash)
        base_fee = header.base_fee_per_gas
        tip = min(transaction.max_priority_fee_per_gas, transaction.max_fee_per_gas - base_fee)
        created = computation.msg.storage_address if computation.msg.is_create else None
        return {
            "transactionHash": tx_hash,
            "transactionIndex": "0x0",
            "blockNumber": hex(header.block_number),
            "blockHash": None,
            "from": _hex(transaction.sender),
            "to": _hex(transaction.to) if transaction.to else None,
            "contractAddress": _hex(created) if created is not None else None,
            "gasUsed": hex(receipt.gas_used),
            "cumulativeGasUsed": hex(receipt.gas_used),
            "effectiveGasPrice": hex(base_fee + tip),
            "status": "0x0" if computation.is_error else "0x1",
            "type": hex(getattr(transaction, "type_id", None) or 0),
            "logs": [
                {
                    "address": _hex(log.address),
                    "topics": [_hex(topic.to_bytes(32, "big")) for topic in log.topics],
                    "data": _hex(log.data),
                    "blockNumber": hex(header.block_number),
                    "blockHash": None,
                    "transactionHash": tx_hash,
                    "transactionIndex": "0x0",
                    "logIndex": hex(index),
                    "removed": False,
                }
                for index, log in enumerate(receipt.logs)
            ],
        }

    # --- state ---

    def _state(self, block: str) -> Any:
        return self.evm.state(self._header_at(block))

    def _balance(self, address: str, block: str = "latest") -> str:
        return hex(self._state(block).get_balance(_bytes(address)))

    def _nonce(self, address: str, block: str = "latest") -> str:
        return hex(self._state(block).get_nonce(_bytes(address)))

    def _code(self, address: str, block: str = "latest") -> str:
        return _hex(self._state(block).get_code(_bytes(address)))

    def _storage(self, address: str, slot: str, block: str = "latest") -> str:
        value: int = self._state(block).get_storage(_bytes(address), _quantity(slot))
        return _hex(value.to_bytes(32, "big"))

    def _transaction(self, tx_hash: str) -> dict[str, Any] | None:
        receipt = self._receipts.get(tx_hash.lower())
        if receipt is None:
            return None
        number = int(receipt["blockNumber"], 16)
        transaction = self.evm.block(number).transactions[0]
        return {
            "hash": receipt["transactionHash"],
            "blockNumber": receipt["blockNumber"],
            "blockHash": receipt["blockHash"],
            "from": receipt["from"],
            "to": receipt["to"],
            "nonce": hex(transaction.nonce),
            "gas": hex(transaction.gas),
            "value": hex(transaction.value),
            "input": _hex(transaction.data),
        }

    def _receipt(self, tx_hash: str) -> dict[str, Any] | None:
        return self._receipts.get(tx_hash.lower())

    def _logs(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        first = self._header_at(wanted.get("fromBlock", "latest")).block_number
        last = min(_block_or(wanted.get("toBlock", "latest"), self.evm.head), self.evm.head)
        addresses = wanted.get("address")
        if isinstance(addresses, str):
            addresses = [addresses]
        among = {address.lower() for address in addresses} if addresses else None
        topics = wanted.get("topics") or []
        return [
            log
            for receipts in self._mined[first : last + 1]
            for receipt in receipts
            for log in receipt["logs"]
            if (among is None or log["address"] in among) and _topics_match(log["topics"], topics)
        ]

    def _revert(self, name: str) -> bool:
        if not self.evm.revert(name):
            return False
        for receipts in self._mined[self.evm.head + 1 :]:
            for receipt in receipts:
                del self._receipts[receipt["transactionHash"]]
        del self._mined[self.evm.head + 1 :]
        return True

    def _gas_price(self) -> str:
        return hex((self.evm.header.base_fee_per_gas or 0) + 10**9)


_HANDLERS: dict[str, Callable[..., Any]] = {
    "eth_chainId": lambda self: hex(self.evm.chain_id),
    "web3_clientVersion": lambda self: CLIENT_VERSION,
    "eth_blockNumber": EmbeddedTransport._block_number,
    "eth_getBlockByNumber": EmbeddedTransport._get_block,
    "eth_call": EmbeddedTransport._call,
    "eth_estimateGas": EmbeddedTransport._estimate,
    "eth_sendRawTransaction": EmbeddedTransport._send_raw,
    "eth_getTransactionReceipt": EmbeddedTransport._receipt,
    "eth_getTransactionByHash": EmbeddedTransport._transaction,
    "eth_getBalance": EmbeddedTransport._balance,
    "eth_getTransactionCount": EmbeddedTransport._nonce,
    "eth_getCode": EmbeddedTransport._code,
    "eth_getStorageAt": EmbeddedTransport._storage,
    "eth_getLogs": EmbeddedTransport._logs,
    "eth_gasPrice": EmbeddedTransport._gas_price,
    "eth_maxPriorityFeePerGas": lambda self: hex(10**9),
    "evm_mine": EmbeddedTransport._mine,
    "evm_setNextBlockTimestamp": EmbeddedTransport._set_next_timestamp,
    "evm_snapshot": lambda self: self.evm.snapshot(),
    "evm_revert": EmbeddedTransport._revert,
}


def _message(transaction: dict[str, Any]) -> Message:
    return Message(
        sender=_bytes(transaction.get("from") or ZERO_ADDRESS),
        to=_bytes(transaction.get("to") or ""),
        value_wei=_quantity(transaction.get("value") or 0),
        data=_bytes(transaction.get("data") or transaction.get("input") or "0x"),
        gas=_quantity(transaction["gas"]) if transaction.get("gas") else None,
    )


def _topics_match(topics: list[str], wanted: list[Any]) -> bool:
    if len(wanted) > len(topics):
        return False
    for topic, allowed in zip(topics, wanted, strict=False):
        if allowed is None:
            continue
        choices = [allowed] if isinstance(allowed, str) else allowed
        if topic not in [choice.lower() for choice in choices]:
            return False
    return True


def _block_or(block: str, head: int) -> int:
    return int(block, 16) if block.startswith("0x") else {"earliest": 0}.get(block, head)


def _hex(value: bytes) -> str:
    return "0x" + bytes(value).hex()


def _bytes(value: str) -> bytes:
    return bytes.fromhex(value.removeprefix("0x"))


def _quantity(value: str | int) -> int:
    return value if isinstance(value, int) else int(value, 16)


__all__ = ["BLOCK_GAS_LIMIT", "CLIENT_VERSION", "GENESIS_TIMESTAMP", "EmbeddedTransport", "Hardfork"]
