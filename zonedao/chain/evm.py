"""py-evm in this process: blocks, calls, transactions, going back.

Set-up is eth-tester's; everything else goes straight to py-evm's chain, because eth-tester searches every block for a
transaction, hands back revert data as text and steps time by the wall clock. The clock here is the chain's own: each
block is one second after its parent unless told otherwise, so that two runs of the same steps are the same to the last
byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from zonedao.chain.signers import DEV_ACCOUNT_COUNT, DEV_BALANCE_ETHER, DEV_MNEMONIC
from zonedao.errors import MissingExtra, NodeRefused

if TYPE_CHECKING:
    from eth.abc import BlockAPI, BlockHeaderAPI, ComputationAPI, ReceiptAPI, SignedTransactionAPI

Hardfork = Literal["shanghai", "prague"]

GENESIS_TIMESTAMP = 1_767_225_600  # seconds; 2026-01-01T00:00:00Z on every chain that this package starts for a run
BLOCK_GAS_LIMIT = 30_000_000

# The codes of JSON-RPC errors, as geth and its relatives give them.
REVERTED = 3
REJECTED = -32000


@dataclass(frozen=True)
class Message:
    """A call, or a creation where `to` is empty. `gas` None is all that a block has."""

    sender: bytes
    to: bytes
    value_wei: int
    data: bytes
    gas: int | None = None

    @property
    def intrinsic_gas(self) -> int:
        """What it costs before its first step."""
        zeros = self.data.count(0)
        creation = 0 if self.to else 32_000 + 2 * ((len(self.data) + 31) // 32)
        return 21_000 + 4 * zeros + 16 * (len(self.data) - zeros) + creation


@dataclass(frozen=True)
class _Checkpoint:
    store: dict[bytes, bytes]
    header: BlockHeaderAPI
    head: int


class Evm:
    """A fresh chain with the rules of a hardfork, DEV_ACCOUNT_COUNT funded accounts and one block per transaction.

    `head` is the number of the last block, `header` that of the one being made. What is refused raises NodeRefused in
    the words of nodes. Raises MissingExtra when py-evm or eth-tester is not installed.
    """

    def __init__(self, genesis_timestamp: int = GENESIS_TIMESTAMP, hardfork: Hardfork = "shanghai") -> None:
        self._chain: Any = _new_chain(genesis_timestamp, hardfork)
        self._chain.create_header_from_parent = self._successor
        self._chain.header = self._successor(self._chain.get_canonical_head())
        self._checkpoints: dict[str, _Checkpoint] = {}
        self._checkpoint_count = 0
        self.head = 0

    @property
    def chain_id(self) -> int:
        """Which chain it is."""
        return int(self._chain.chain_id)

    @property
    def header(self) -> BlockHeaderAPI:
        """Of the block that is being made."""
        header: BlockHeaderAPI = self._chain.header
        return header

    # --- blocks and state ---

    def header_at(self, number: int) -> BlockHeaderAPI:
        """Of a block. Raises NodeRefused for one that is not there."""
        if number > self.head:
            raise NodeRefused("block", REJECTED, f"there is no block {number} yet")
        header: BlockHeaderAPI = self._chain.get_canonical_block_header_by_number(number)
        return header

    def block(self, number: int) -> BlockAPI:
        """A block that is there."""
        block: BlockAPI = self._chain.get_canonical_block_by_number(number)
        return block

    def state(self, header: BlockHeaderAPI) -> Any:
        """Balances, numbers, code and storage as of a block."""
        return self._chain.get_vm(header).state

    def set_next_timestamp(self, timestamp: int) -> None:
        """When the next block is. Raises NodeRefused for a time that is not after the last one."""
        parent = self.header_at(self.head)
        if timestamp <= parent.timestamp:
            raise NodeRefused(
                "evm_setNextBlockTimestamp", REJECTED, f"{timestamp} is not after the last block, {parent.timestamp}"
            )
        self._chain.header = self.header.copy(timestamp=timestamp)

    def seal(self) -> BlockAPI:
        """End the block that is being made."""
        block: BlockAPI = self._chain.mine_block()
        self.head += 1
        return block

    def clear(self) -> None:
        """Forget every snapshot."""
        self._checkpoints.clear()

    def snapshot(self) -> str:
        """Remember the chain as it is; a name for `revert`."""
        self._checkpoint_count += 1
        name = hex(self._checkpoint_count)
        # Every node of the tries is stored under its hash, so a copy of the map is the whole chain.
        self._checkpoints[name] = _Checkpoint(dict(self._store()), self.header, self.head)
        return name

    def revert(self, name: str) -> bool:
        """Put the chain back; that snapshot and all later ones are spent. False where there is none of that name."""
        checkpoint = self._checkpoints.get(name)
        if checkpoint is None:
            return False
        self._checkpoints = {other: kept for other, kept in self._checkpoints.items() if int(other, 16) < int(name, 16)}
        store = self._store()
        store.clear()
        store.update(checkpoint.store)
        self._chain.header, self.head = checkpoint.header, checkpoint.head
        return True

    # --- execution ---

    def call(
        self, method: str, message: Message, header: BlockHeaderAPI, code: Mapping[bytes, bytes] | None = None
    ) -> bytes:
        """What a message returns on top of a block; addresses in `code` have that code. Raises NodeRefused."""
        computation = self._run(message, header, message.gas, code)
        _raise_if_failed(method, computation)
        return bytes(computation.output)

    def estimate(self, message: Message, header: BlockHeaderAPI) -> int:
        """Gas that a message needs as limit. Raises NodeRefused."""
        highest = message.gas or BLOCK_GAS_LIMIT
        computation = self._run(message, header, highest)
        _raise_if_failed("eth_estimateGas", computation)
        # A nested call may keep back 1/64 and a value transfer asks for a stipend: try with just that on top.
        used = message.intrinsic_gas + computation.get_gas_used()
        low, high = used, min(highest, used + used // 63 + 2_400)
        if self._run(message, header, high).is_error:
            low, high = high, highest
        else:
            low = high - 1
        while high - low > high // 64 + 1:
            middle = (low + high) // 2
            if self._run(message, header, middle).is_error:
                low = middle
            else:
                high = middle
        return high

    def decode(self, raw: bytes) -> SignedTransactionAPI:
        """A signed transaction from its bytes. Raises NodeRefused for what is none."""
        with _refusing("eth_sendRawTransaction"):
            transaction: SignedTransactionAPI = self._chain.get_transaction_builder().decode(raw)
            return transaction

    def apply(self, transaction: SignedTransactionAPI) -> tuple[ReceiptAPI, ComputationAPI]:
        """Run a transaction in the block that is being made. Raises NodeRefused for one that no node takes."""
        with _refusing("eth_sendRawTransaction"):
            self._require_valid(transaction)
            _, receipt, computation = self._chain.apply_transaction(transaction)
        return receipt, computation

    # --- inside ---

    def _successor(self, parent: BlockHeaderAPI, **fields: Any) -> BlockHeaderAPI:
        fields.setdefault("timestamp", parent.timestamp + 1)
        fields["gas_limit"] = parent.gas_limit
        header: BlockHeaderAPI = self._chain.get_vm_class_for_block_number(
            parent.block_number + 1
        ).create_header_from_parent(parent, **fields)
        return header

    def _store(self) -> dict[bytes, bytes]:
        store: dict[bytes, bytes] = self._chain.chaindb.db.wrapped_db.kv_store
        return store

    def _run(
        self, message: Message, header: BlockHeaderAPI, gas: int | None, code: Mapping[bytes, bytes] | None = None
    ) -> ComputationAPI:
        from eth.vm.spoof import SpoofTransaction

        # No fee is charged for asking, as on a real node.
        header = header.copy(base_fee_per_gas=0)
        vm = self._chain.get_vm(header)
        for address, each in (code or {}).items():
            vm.state.set_code(address, each)
        unsigned = vm.create_unsigned_transaction(
            nonce=vm.state.get_nonce(message.sender),
            gas_price=0,
            gas=min(gas or header.gas_limit, header.gas_limit),
            to=message.to,
            value=message.value_wei,
            data=message.data,
        )
        with _refusing("eth_call"):
            return vm.state.apply_transaction(  # type: ignore[no-any-return]
                SpoofTransaction(unsigned, from_=message.sender)
            )

    def _require_valid(self, transaction: SignedTransactionAPI) -> None:
        """Raise NodeRefused unless its chain and number are right and its sender can pay."""

        def refused(why: str) -> NodeRefused:
            return NodeRefused("eth_sendRawTransaction", REJECTED, why)

        if transaction.chain_id not in (None, self.chain_id):
            raise refused(f"invalid chain id {transaction.chain_id}")
        state = self.state(self.header)
        expected = state.get_nonce(transaction.sender)
        if transaction.nonce != expected:
            word = "low" if transaction.nonce < expected else "high"
            raise refused(f"nonce too {word}: is {transaction.nonce}, next is {expected}")
        need = transaction.gas * transaction.max_fee_per_gas + transaction.value
        have = state.get_balance(transaction.sender)
        if have < need:
            raise refused(f"insufficient funds for gas * price + value: have {have}, need {need}")


@contextmanager
def _refusing(method: str) -> Iterator[None]:
    """What py-evm cannot do with something is what a node refuses."""
    from eth.exceptions import PyEVMError
    from eth_utils.exceptions import ValidationError
    from rlp.exceptions import RLPException  # type: ignore[import-untyped]

    try:
        yield
    except (ValidationError, RLPException, PyEVMError) as problem:
        raise NodeRefused(method, REJECTED, str(problem)) from problem


def _raise_if_failed(method: str, computation: ComputationAPI) -> None:
    if not computation.is_error:
        return
    from eth.exceptions import Revert

    error = computation.error
    if isinstance(error, Revert):
        data = error.args[0] if error.args and isinstance(error.args[0], bytes) else bytes(computation.output)
        raise NodeRefused(method, REVERTED, "execution reverted", "0x" + data.hex())
    raise NodeRefused(method, REJECTED, f"execution failed: {type(error).__name__} {error}".strip())


def _new_chain(genesis_timestamp: int, hardfork: Hardfork) -> Any:
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
    backend = PyEVMBackend.from_mnemonic(
        DEV_MNEMONIC,
        genesis_state_overrides={"balance": DEV_BALANCE_ETHER * 10**18},
        num_accounts=DEV_ACCOUNT_COUNT,
        genesis_parameters=parameters,
        vm_configuration=((0, PragueVM if hardfork == "prague" else ShanghaiVM),),
        hd_path="m/44'/60'/0'/0",
    )
    return EthereumTester(backend).backend.chain
