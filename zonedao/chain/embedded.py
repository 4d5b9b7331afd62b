"""The embedded EVM: py-evm under eth-tester, in this process, behind the same JSON-RPC words as a node.

Set-up is eth-tester's; requests go straight to py-evm's chain, because
eth-tester searches every block for a transaction, hands back revert data as text and steps time by the wall clock.
The clock here is the chain's own: each block is one second after its parent unless told otherwise, so that two runs
of the same steps are the same to the last byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from zonedao.chain.abi import ZERO_ADDRESS
from zonedao.chain.rpc import one_by_one
from zonedao.chain.signers import DEV_ACCOUNT_COUNT, DEV_BALANCE_ETHER, DEV_MNEMONIC
from zonedao.errors import MissingExtra, NodeRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eth.abc import BlockHeaderAPI, ComputationAPI, SignedTransactionAPI

    from zonedao.chain.rpc import Request

Hardfork = Literal["shanghai", "prague"]

GENESIS_TIMESTAMP = 1_767_225_600  # seconds; 2026-01-01T00:00:00Z on every chain that this package starts for a run
BLOCK_GAS_LIMIT = 30_000_000
CLIENT_VERSION = "zonedao-embedded"

_REVERTED = 3  # the code that geth and its relatives give to a revert with data
_REJECTED = -32000
_UNKNOWN_METHOD = -32601


@dataclass(frozen=True)
class _Checkpoint:
    store: dict[bytes, bytes]
    header: Any
    block_count: int


class EmbeddedTransport:
    """A fresh chain with the rules of a hardfork, DEV_ACCOUNT_COUNT funded accounts and one block per transaction.

    Raises MissingExtra when py-evm or eth-tester is not installed.
    """

    def __init__(self, genesis_timestamp: int = GENESIS_TIMESTAMP, hardfork: Hardfork = "shanghai") -> None:
        self.tester = _new_tester(genesis_timestamp, hardfork)
        self._chain: Any = self.tester.backend.chain
        self._chain.create_header_from_parent = self._successor
        self._mined: list[list[dict[str, Any]]] = [[]]  # receipts by block number
        self._receipts: dict[str, dict[str, Any]] = {}
        self._checkpoints: dict[str, _Checkpoint] = {}
        self._checkpoint_count = 0
        self._chain.header = self._successor(self._chain.get_canonical_head())

    def request(self, method: str, *params: Any) -> Any:
        handler: Callable[..., Any] | None = _HANDLERS.get(method)
        if handler is None:
            raise NodeRefused(method, _UNKNOWN_METHOD, "the embedded chain does not know this request")
        return handler(self, *params)

    def batch(self, requests: Sequence[Request]) -> list[Any]:
        return one_by_one(self, requests)

    def close(self) -> None:
        self._checkpoints.clear()

    # --- blocks ---

    def _successor(self, parent: BlockHeaderAPI, **fields: Any) -> BlockHeaderAPI:
        fields.setdefault("timestamp", parent.timestamp + 1)
        fields["gas_limit"] = parent.gas_limit
        header: BlockHeaderAPI = self._chain.get_vm_class_for_block_number(
            parent.block_number + 1
        ).create_header_from_parent(parent, **fields)
        return header

    def _header_at(self, block: str) -> BlockHeaderAPI:
        if block == "pending":
            unfinished: BlockHeaderAPI = self._chain.header
            return unfinished
        head = len(self._mined) - 1
        number = {"latest": head, "safe": head, "finalized": head, "earliest": 0}.get(block)
        if number is None:
            number = int(block, 16)
        if number > head:
            raise NodeRefused("block", _REJECTED, f"there is no block {number} yet")
        header: BlockHeaderAPI = self._chain.get_canonical_block_header_by_number(number)
        return header

    def _block_number(self) -> str:
        return hex(len(self._mined) - 1)

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
        at = _quantity(timestamp)
        parent = self._header_at("latest")
        if at <= parent.timestamp:
            raise NodeRefused(
                "evm_setNextBlockTimestamp", _REJECTED, f"{at} is not after the last block, {parent.timestamp}"
            )
        self._chain.header = self._chain.header.copy(timestamp=at)

    def _seal(self, receipts: list[dict[str, Any]]) -> None:
        block = self._chain.mine_block()
        block_hash = _hex(block.hash)
        for receipt in receipts:
            receipt["blockHash"] = block_hash
            for log in receipt["logs"]:
                log["blockHash"] = block_hash
            self._receipts[receipt["transactionHash"]] = receipt
        self._mined.append(receipts)

    # --- execution ---

    def _run(
        self, transaction: dict[str, Any], block: str, gas: int | None = None, instead: dict[str, Any] | None = None
    ) -> ComputationAPI:
        from eth.vm.spoof import SpoofTransaction
        from eth_utils.exceptions import ValidationError

        # No fee is charged for asking, as on a real node.
        header = self._header_at(block).copy(base_fee_per_gas=0)
        vm = self._chain.get_vm(header)
        for address, fields in (instead or {}).items():
            if set(fields) != {"code"}:
                raise NodeRefused("eth_call", _REJECTED, "the embedded chain overrides code only")
            vm.state.set_code(_address(address), _bytes(fields["code"]))
        sender = _address(transaction.get("from") or ZERO_ADDRESS)
        limit = gas or _quantity(transaction.get("gas") or header.gas_limit)
        unsigned = vm.create_unsigned_transaction(
            nonce=vm.state.get_nonce(sender),
            gas_price=0,
            gas=min(limit, header.gas_limit),
            to=_address(transaction["to"]) if transaction.get("to") else b"",
            value=_quantity(transaction.get("value") or 0),
            data=_bytes(transaction.get("data") or transaction.get("input") or "0x"),
        )
        try:
            return vm.state.apply_transaction(SpoofTransaction(unsigned, from_=sender))  # type: ignore[no-any-return]
        except ValidationError as problem:
            raise NodeRefused("eth_call", _REJECTED, str(problem)) from problem

    def _call(self, transaction: dict[str, Any], block: str = "latest", instead: dict[str, Any] | None = None) -> str:
        computation = self._run(transaction, block, instead=instead)
        _raise_if_failed("eth_call", computation)
        return _hex(computation.output)

    def _estimate(self, transaction: dict[str, Any], block: str = "pending") -> str:
        highest = _quantity(transaction.get("gas") or BLOCK_GAS_LIMIT)
        computation = self._run(transaction, block, highest)
        _raise_if_failed("eth_estimateGas", computation)
        # A nested call may keep back 1/64 and a value transfer asks for a stipend: try with just that on top.
        used = self._intrinsic(transaction) + computation.get_gas_used()
        low, high = used, min(highest, used + used // 63 + 2_400)
        if self._run(transaction, block, high).is_error:
            low, high = high, highest
        else:
            low = high - 1
        while high - low > high // 64 + 1:
            middle = (low + high) // 2
            if self._run(transaction, block, middle).is_error:
                low = middle
            else:
                high = middle
        return hex(high)

    def _intrinsic(self, transaction: dict[str, Any]) -> int:
        data = _bytes(transaction.get("data") or transaction.get("input") or "0x")
        zeros = data.count(0)
        gas = 21_000 + 4 * zeros + 16 * (len(data) - zeros)
        if not transaction.get("to"):
            gas += 32_000 + 2 * ((len(data) + 31) // 32)
        return gas

    def _send_raw(self, raw: str) -> str:
        from eth.exceptions import PyEVMError
        from eth_utils.exceptions import ValidationError
        from rlp.exceptions import RLPException  # type: ignore[import-untyped]

        try:
            transaction: SignedTransactionAPI = self._chain.get_transaction_builder().decode(_bytes(raw))
            known = _hex(transaction.hash) in self._receipts
            if known:
                raise NodeRefused("eth_sendRawTransaction", _REJECTED, "already known")
            if transaction.chain_id not in (None, self._chain.chain_id):
                raise NodeRefused("eth_sendRawTransaction", _REJECTED, f"invalid chain id {transaction.chain_id}")
            sender = transaction.sender
            state = self._chain.get_vm(self._chain.header).state
            expected = state.get_nonce(sender)
            if transaction.nonce != expected:
                word = "low" if transaction.nonce < expected else "high"
                raise NodeRefused(
                    "eth_sendRawTransaction", _REJECTED, f"nonce too {word}: is {transaction.nonce}, next is {expected}"
                )
            need = transaction.gas * transaction.max_fee_per_gas + transaction.value
            have = state.get_balance(sender)
            if have < need:
                raise NodeRefused(
                    "eth_sendRawTransaction",
                    _REJECTED,
                    f"insufficient funds for gas * price + value: have {have}, need {need}",
                )
            _, receipt, computation = self._chain.apply_transaction(transaction)
        except (ValidationError, RLPException, PyEVMError) as problem:
            raise NodeRefused("eth_sendRawTransaction", _REJECTED, str(problem)) from problem
        record = self._receipt_of(transaction, receipt, computation)
        self._seal([record])
        return str(record["transactionHash"])

    def _receipt_of(self, transaction: Any, receipt: Any, computation: ComputationAPI) -> dict[str, Any]:
        header = self._chain.header
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
        return self._chain.get_vm(self._header_at(block)).state

    def _balance(self, address: str, block: str = "latest") -> str:
        return hex(self._state(block).get_balance(_address(address)))

    def _nonce(self, address: str, block: str = "latest") -> str:
        return hex(self._state(block).get_nonce(_address(address)))

    def _code(self, address: str, block: str = "latest") -> str:
        return _hex(self._state(block).get_code(_address(address)))

    def _storage(self, address: str, slot: str, block: str = "latest") -> str:
        value: int = self._state(block).get_storage(_address(address), _quantity(slot))
        return _hex(value.to_bytes(32, "big"))

    def _transaction(self, tx_hash: str) -> dict[str, Any] | None:
        receipt = self._receipts.get(tx_hash.lower())
        if receipt is None:
            return None
        number = int(receipt["blockNumber"], 16)
        transaction = self._chain.get_canonical_block_by_number(number).transactions[0]
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
        last = min(_block_or(wanted.get("toBlock", "latest"), len(self._mined) - 1), len(self._mined) - 1)
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

    # --- snapshots ---

    def _snapshot(self) -> str:
        self._checkpoint_count += 1
        name = hex(self._checkpoint_count)
        # Every node of the tries is stored under its hash, so a copy of the map is the whole chain.
        self._checkpoints[name] = _Checkpoint(dict(self._store()), self._chain.header, len(self._mined))
        return name

    def _revert(self, name: str) -> bool:
        checkpoint = self._checkpoints.get(name)
        if checkpoint is None:
            return False
        later = [other for other in self._checkpoints if int(other, 16) >= int(name, 16)]
        for other in later:
            del self._checkpoints[other]
        store = self._store()
        store.clear()
        store.update(checkpoint.store)
        self._chain.header = checkpoint.header
        for receipts in self._mined[checkpoint.block_count :]:
            for receipt in receipts:
                del self._receipts[receipt["transactionHash"]]
        del self._mined[checkpoint.block_count :]
        return True

    def _store(self) -> dict[bytes, bytes]:
        store: dict[bytes, bytes] = self._chain.chaindb.db.wrapped_db.kv_store
        return store

    # --- fees ---

    def _gas_price(self) -> str:
        return hex(self._chain.header.base_fee_per_gas + 10**9)


_HANDLERS: dict[str, Callable[..., Any]] = {
    "eth_chainId": lambda self: hex(self._chain.chain_id),
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
    "evm_snapshot": EmbeddedTransport._snapshot,
    "evm_revert": EmbeddedTransport._revert,
}


def _new_tester(genesis_timestamp: int, hardfork: Hardfork) -> Any:
    try:
        from eth.vm.forks.prague import PragueVM
        from eth.vm.forks.shanghai import ShanghaiVM
        from eth_tester import EthereumTester, PyEVMBackend  # type: ignore[import-untyped]
    except ImportError as problem:
        raise MissingExtra(
            f"The embedded chain is not installed ({problem}). Run `pip install 'zonedao[embedded]'`, "
            "or use a node: `zonedao chain up`, then --network anvil or ganache."
        ) from problem
    parameters = PyEVMBackend.generate_genesis_params({"timestamp": genesis_timestamp, "gas_limit": BLOCK_GAS_LIMIT})
    return EthereumTester(
        PyEVMBackend.from_mnemonic(
            DEV_MNEMONIC,
            genesis_state_overrides={"balance": DEV_BALANCE_ETHER * 10**18},
            num_accounts=DEV_ACCOUNT_COUNT,
            genesis_parameters=parameters,
            vm_configuration=((0, PragueVM if hardfork == "prague" else ShanghaiVM),),
            hd_path="m/44'/60'/0'/0",
        )
    )


def _raise_if_failed(method: str, computation: ComputationAPI) -> None:
    if not computation.is_error:
        return
    from eth.exceptions import Revert

    error = computation.error
    if isinstance(error, Revert):
        data = error.args[0] if error.args and isinstance(error.args[0], bytes) else bytes(computation.output)
        raise NodeRefused(method, _REVERTED, "execution reverted", _hex(data))
    raise NodeRefused(method, _REJECTED, f"execution failed: {type(error).__name__} {error}".strip())


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


def _address(value: str) -> bytes:
    return bytes.fromhex(value.removeprefix("0x"))


def _quantity(value: str | int) -> int:
    return value if isinstance(value, int) else int(value, 16)
