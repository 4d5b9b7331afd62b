"""What can be asked of a chain: calls, balances, blocks, time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

from zonedao.chain.abi import checksum_address
from zonedao.chain.reverts import lacks_funds, revert_from
from zonedao.chain.rpc import Request, Transport, display_url
from zonedao.errors import InsufficientFunds, NodeProblem, NodeRefused, UsageProblem

if TYPE_CHECKING:
    from eth_typing import ChecksumAddress
    from web3 import Web3

Kind = Literal["embedded", "anvil", "ganache", "rpc"]
Block = int | Literal["latest", "pending", "earliest"]

LOCAL_KINDS: tuple[Kind, ...] = ("embedded", "anvil", "ganache")
CLOCK_TOLERANCE_SECONDS = 300  # by which this machine's clock and a node's may differ


@dataclass(frozen=True)
class BlockInfo:
    """Head of a block. `timestamp` in seconds; `base_fee_wei` is None on chains without EIP-1559."""

    number: int
    hash: str
    timestamp: int
    base_fee_wei: int | None
    gas_limit: int


class ReadableChain:
    """A chain behind a `Transport`, as far as it is only asked; `connection.Connection` says what its fields are."""

    def __init__(
        self,
        transport: Transport,
        *,
        kind: Kind | None = None,
        url: str = "",
        name: str = "",
        fixed_clock: bool = False,
    ) -> None:
        self.transport = transport
        self.url = url
        self.fixed_clock = fixed_clock
        self.clock_lead_seconds = 0
        self._w3: Web3 | None = None
        self.chain_id = _integer(transport.request("eth_chainId"))
        self.kind: Kind = kind or _kind_of(transport)
        self.name = name or (self.kind if self.is_local else display_url(url))

    # --- which chain it is ---

    @property
    def is_local(self) -> bool:
        """Whether this is a test chain, whose clock and balances can be set."""
        return self.kind in LOCAL_KINDS

    @property
    def w3(self) -> Web3:
        """The same chain through web3, over the same transport and so with the same exceptions.

        Sending goes through it. What only reads does not, because importing web3 takes a second.
        """
        if self._w3 is None:
            from web3 import Web3

            from zonedao.chain.provider import TransportProvider

            self._w3 = Web3(TransportProvider(self.transport))
        return self._w3

    @cached_property
    def genesis(self) -> str:
        """Hash of the first block, which tells chains of one id apart; empty where the node does not show it."""
        try:
            return self.block(0).hash
        except (NodeRefused, UsageProblem):
            return ""

    # --- requests and calls ---

    def request(self, method: str, *params: Any) -> Any:
        """One JSON-RPC request. Raises NodeRefused, NodeUnreachable."""
        return self.transport.request(method, *params)

    def batch(self, requests: Sequence[Request]) -> list[Any]:
        """Several reading requests at once: the result of each, or its NodeRefused. Raises NodeUnreachable."""
        return self.transport.batch(requests)

    def call(
        self,
        to: str,
        data: bytes,
        *,
        value_wei: int = 0,
        sender: str | None = None,
        block: Block | None = None,
        code: Mapping[str, bytes] | None = None,
    ) -> bytes:
        """What a call would return. Raises ContractRevert.

        Without a `block` the call sees the time at which a transaction sent now would run. For this call alone the
        addresses in `code` have that code, which not every node can do.
        """
        transaction = self._transaction(to, data, value_wei, sender)
        instead = [{address: {"code": "0x" + each.hex()} for address, each in code.items()}] if code else []
        with self._explained(sender, value_wei):
            return _bytes(self.request("eth_call", transaction, self._tag(block), *instead))

    def estimate_gas(self, to: str | None, data: bytes, *, value_wei: int = 0, sender: str | None = None) -> int:
        """Gas that such a transaction needs as limit, without margin. Raises ContractRevert."""
        transaction = self._transaction(to, data, value_wei, sender)
        with self._explained(sender, value_wei):
            if self.kind == "ganache":
                self._refresh_head()
            # Raw: web3 always names a block here, by default the last one. A node left to itself estimates at the
            # time at which the transaction would run, and some refuse a block.
            return _integer(self.request("eth_estimateGas", transaction))

    # --- state ---

    def block(self, block: Block = "latest") -> BlockInfo:
        """Head of a block. Raises UsageProblem for one that is not there."""
        # No node counts that far, and many do not understand the question.
        beyond = isinstance(block, int) and block >= 2**63
        found = None if beyond else self.request("eth_getBlockByNumber", _block_text(block), False)
        if found is None and not isinstance(block, int):
            raise NodeProblem(f"The node of {self.name} shows no {block} block. Try again when it is ready.")
        if found is None:
            raise UsageProblem(f"There is no block {block} on {self.name} yet. The last one is {self.block_number()}.")
        base_fee = found.get("baseFeePerGas")
        return BlockInfo(
            number=_integer(found["number"]),
            hash=found["hash"] or "",
            timestamp=_integer(found["timestamp"]),
            base_fee_wei=_integer(base_fee) if base_fee is not None else None,
            gas_limit=_integer(found["gasLimit"]),
        )

    def block_number(self) -> int:
        """Number of the last mined block."""
        return _integer(self.request("eth_blockNumber"))

    def balance(self, address: str, block: Block = "latest") -> int:
        """Wei that an address holds."""
        return _integer(self.request("eth_getBalance", checksum_address(address), _block_text(block)))

    def nonce(self, address: str, block: Block = "pending") -> int:
        """Number of the next transaction of an address, counting those not yet mined."""
        return self.w3.eth.get_transaction_count(cast("ChecksumAddress", checksum_address(address)), block)

    def code(self, address: str, block: Block = "latest") -> bytes:
        """Runtime code at an address; empty where there is no contract."""
        return _bytes(self.request("eth_getCode", checksum_address(address), _block_text(block)))

    def storage(self, address: str, slot: int, block: Block = "latest") -> bytes:
        """The 32 bytes of a storage slot."""
        return _bytes(self.request("eth_getStorageAt", checksum_address(address), hex(slot), _block_text(block))).rjust(
            32, b"\0"
        )

    def now(self) -> int:
        """Seconds since 1970 that a transaction sent now would see, as far as the chain can tell."""
        if self.kind in ("embedded", "anvil"):
            return self.block("pending").timestamp
        if self.kind == "ganache":
            self._refresh_head()
            return self.block().timestamp
        # A public chain follows the wall clock, and a node that lags behind it has an old head.
        head, here = self.block().timestamp, int(time.time())
        lead = int(getattr(self.transport, "clock_lead_seconds", 0))
        if abs(lead) > CLOCK_TOLERANCE_SECONDS and abs(here - lead - head) < abs(here - head):
            # The node's clock and its chain agree better than this machine's clock and the chain.
            self.clock_lead_seconds = lead
            here -= lead
        return max(head, here)

    # --- inside ---

    def _tag(self, block: Block | None) -> str:
        if block is not None:
            return _block_text(block)
        if self.kind == "ganache":
            self._refresh_head()
            return "latest"
        return "pending" if self.is_local else "latest"

    def _refresh_head(self) -> None:
        # Ganache evaluates calls at the time of its last block, however long ago that was.
        if self.kind != "ganache" or self.fixed_clock:
            return
        offset_seconds = int(self.request("evm_increaseTime", 0))
        if self.block().timestamp + 1 < time.time() + offset_seconds:
            self.request("evm_mine")

    def _transaction(self, to: str | None, data: bytes, value_wei: int, sender: str | None) -> dict[str, str]:
        transaction = {"data": "0x" + data.hex()}
        if to is not None:
            transaction["to"] = checksum_address(to)
        if sender is not None:
            transaction["from"] = checksum_address(sender)
        if value_wei:
            transaction["value"] = hex(value_wei)
        return transaction

    @contextmanager
    def _explained(self, sender: str | None, value_wei: int) -> Iterator[None]:
        try:
            yield
        except NodeRefused as problem:
            revert = revert_from(problem)
            if revert is not None:
                raise revert from None
            if lacks_funds(problem):
                raise InsufficientFunds(
                    f"{sender or 'The caller'} has less than {value_wei} wei to send along. Nothing was sent. "
                    "Put coins into it first.",
                    address=sender or "",
                    need_wei=value_wei,
                    have_wei=self.balance(sender) if sender else 0,
                ) from None
            raise


def _kind_of(transport: Transport) -> Kind:
    try:
        version = str(transport.request("web3_clientVersion")).lower()
    except NodeRefused:
        return "rpc"
    if version.startswith("anvil"):
        return "anvil"
    return "ganache" if version.startswith("ganache") else "rpc"


def _block_text(block: Block) -> str:
    return hex(block) if isinstance(block, int) else block


def _integer(value: Any) -> int:
    try:
        return value if isinstance(value, int) else int(value, 16)
    except (TypeError, ValueError):
        raise _no_ethereum_node(value) from None


def _bytes(value: Any) -> bytes:
    try:
        return bytes.fromhex(value.removeprefix("0x"))
    except (AttributeError, ValueError):
        raise _no_ethereum_node(value) from None


def _no_ethereum_node(answer: object) -> NodeProblem:
    return NodeProblem(f"The node answered {answer!r:.60}, which no Ethereum node would. Check its address.")
