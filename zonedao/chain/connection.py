"""A connection to one chain: what it is, what it holds, and its clock where it is a local one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, cast

from zonedao.chain.abi import checksum_address
from zonedao.chain.reverts import lacks_funds, revert_from
from zonedao.chain.rpc import HttpTransport, Request, Transport, display_url
from zonedao.errors import (
    InsufficientFunds,
    NodeProblem,
    NodeRefused,
    NodeUnreachable,
    UsageProblem,
    WrongChain,
    WrongState,
)

if TYPE_CHECKING:
    from eth_typing import ChecksumAddress
    from web3 import Web3

    from zonedao.chain.embedded import Hardfork
    from zonedao.chain.local import LocalNode

Kind = Literal["embedded", "anvil", "ganache", "rpc"]
Block = int | Literal["latest", "pending", "earliest"]

LOCAL_KINDS: tuple[Kind, ...] = ("embedded", "anvil", "ganache")
POOL_PATIENCE_SECONDS = 1.0
CLOCK_TOLERANCE_SECONDS = 300  # by which this machine's clock and a node's may differ


@dataclass(frozen=True)
class Profile:
    """A network that a member knows by name: where its node is and which chain it must serve."""

    name: str
    url: str
    chain_id: int


@dataclass(frozen=True)
class BlockInfo:
    """Head of a block. `timestamp` in seconds; `base_fee_wei` is None on chains without EIP-1559."""

    number: int
    hash: str
    timestamp: int
    base_fee_wei: int | None
    gas_limit: int


class Connection:
    """One chain and the way to it.

    `kind` tells what serves it ('rpc' is any node that is no local test node), `url` where (empty for the embedded
    chain), `chain_id` which chain it is, `name` what the user calls it. `fixed_clock` says that blocks step one
    second each instead of following the wall clock. `clock_lead_seconds` is by how much this machine's clock was found
    to be ahead (below 0: behind) and left out of account, 0 for a clock that is right. Close it, or use it as a context
    manager.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        kind: Kind | None = None,
        url: str = "",
        name: str = "",
        node: LocalNode | None = None,
        fixed_clock: bool = False,
    ) -> None:
        self.transport = transport
        self.url = url
        self.fixed_clock = fixed_clock
        self.clock_lead_seconds = 0
        self._node = node
        self._w3: Web3 | None = None
        self.chain_id = _integer(transport.request("eth_chainId"))
        self.kind: Kind = kind or _kind_of(transport)
        self.name = name or (self.kind if self.is_local else display_url(url))

    # --- identity ---

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

    def close(self) -> None:
        """Let go of the node, and end it if this connection started it."""
        self.transport.close()
        if self._node is not None:
            self._node.stop()
            self._node = None

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Connection({self.name}, chain {self.chain_id})"

    # --- reading ---

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

    # --- the clock and the coins of local chains ---

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

    def set_time(self, timestamp: int) -> None:
        """Mine a block at `timestamp` (seconds), which must be after the last one. Local chains only."""
        self.require_local("set the clock")
        if timestamp <= self.block().timestamp:
            raise UsageProblem(
                f"The clock cannot go back: {timestamp} is not after the last block, {self.block().timestamp}."
            )
        if self.kind == "ganache":
            self.request("evm_mine", timestamp)
        else:
            self.request("evm_setNextBlockTimestamp", timestamp)
            self.request("evm_mine")

    def skip(self, seconds: int) -> int:
        """Move the clock forward and mine a block; the new time in seconds. Local chains only."""
        self.require_local("skip time")
        if seconds <= 0:
            raise UsageProblem("Time can only be skipped forward. Give a duration above zero.")
        target = max(self.now(), self.block().timestamp) + seconds
        self.set_time(target)
        return target

    def mine(self, blocks: int = 1) -> None:
        """Mine empty blocks. Local chains only."""
        self.require_local("mine blocks")
        for _ in range(blocks):
            self.request("evm_mine")

    def fund(self, address: str, amount_wei: int) -> int:
        """Add coins to an address out of nothing; its new balance in wei. Local chains only.

        On the embedded chain they come from its last account, in a block of their own.
        """
        self.require_local("make coins")
        target = checksum_address(address)
        if amount_wei <= 0:
            raise UsageProblem("Give an amount above zero.")
        if self.kind == "embedded":
            self._send_from_faucet(target, amount_wei)
        else:
            method = "anvil_setBalance" if self.kind == "anvil" else "evm_setAccountBalance"
            self.request(method, target, hex(self.balance(target) + amount_wei))
        return self.balance(target)

    def snapshot(self) -> str:
        """Remember the chain as it is; a name for `revert`. Local chains only."""
        self.require_local("take a snapshot")
        return str(self.request("evm_snapshot"))

    def revert(self, snapshot: str) -> None:
        """Put the chain back as it was at a snapshot, which is then spent; what waits to be mined is dropped.

        Local chains only.
        """
        self.require_local("go back")
        if self.kind == "anvil":
            self._empty_pool()
        if not self.request("evm_revert", snapshot):
            raise UsageProblem(f"There is no snapshot {snapshot}. A snapshot serves once; take a new one.")

    # --- inside ---

    def _empty_pool(self) -> None:
        # Anvil shows a receipt a moment before its pool lets the transaction go. Gone back in that moment, it would
        # mine the transaction once more, in front of the next one.
        given_up = time.monotonic() + POOL_PATIENCE_SECONDS
        while int(self.request("txpool_status")["pending"], 16) and time.monotonic() < given_up:
            time.sleep(0.001)
        self.request("anvil_dropAllTransactions")

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

    def require_local(self, what: str) -> None:
        """Raise WrongState on a real network; `what` completes "only a local chain lets you …"."""
        if not self.is_local:
            raise WrongState(
                f"Only a local chain lets you {what}; {self.name} is a real network. "
                "Use `zonedao chain up` and --network anvil or ganache to try things out."
            )

    def _send_from_faucet(self, target: str, amount_wei: int) -> None:
        from zonedao.chain.signers import DEV_ACCOUNT_COUNT, dev_account

        faucet = dev_account(DEV_ACCOUNT_COUNT - 1)
        raw = faucet.sign_transaction(
            {
                "chainId": self.chain_id,
                "nonce": self.nonce(faucet.address),
                "gas": 21_000,
                "gasPrice": self.w3.eth.gas_price,
                "to": target,
                "value": amount_wei,
                "data": b"",
            }
        )
        self.w3.eth.send_raw_transaction(raw)


def connect(
    network: str | Profile | None = None,
    *,
    start: bool = False,
    fixed_clock: bool = False,
    hardfork: Hardfork = "shanghai",
) -> Connection:
    """Connect to a network.

    `network` is 'embedded', 'anvil' or 'ganache', a URL, or a profile of a joined zone; None means the local node
    that `zonedao chain up` started. With `start`, a local node that is not running is started and lives as long as
    the connection; `fixed_clock` then makes it step one second a block from a fixed genesis, as the embedded chain
    always does. `hardfork` is whose rules hold on a chain that is started; with another than Shanghai's no node that
    runs already is taken.

    Raises NodeUnreachable, WrongChain, UsageProblem, MissingExtra; each says what to do.
    """
    if isinstance(network, Profile):
        return _connect_profile(network)
    if network == "embedded":
        from zonedao.chain.embedded import EmbeddedTransport

        return Connection(EmbeddedTransport(hardfork=hardfork), kind="embedded", fixed_clock=True)
    if network is None or network in ("anvil", "ganache"):
        return _connect_local(network, start, fixed_clock, hardfork)
    if "://" not in network:
        raise UsageProblem(
            f"There is no network {network!r}. Use embedded, anvil, ganache, a URL, or the name of a joined zone."
        )
    return Connection(HttpTransport(network), url=network)


def _connect_profile(profile: Profile) -> Connection:
    try:
        connection = Connection(HttpTransport(profile.url), url=profile.url, name=profile.name)
    except NodeUnreachable as problem:
        raise NodeUnreachable(f"{profile.name}: {problem.message}") from problem
    if connection.chain_id != profile.chain_id:
        connection.close()
        raise WrongChain(
            f"The node at {display_url(profile.url)} serves chain {connection.chain_id}, but {profile.name} lives on "
            f"chain {profile.chain_id}. Nothing was sent. Name a node of that chain with --network URL."
        )
    return connection


def _connect_local(kind: str | None, start: bool, fixed_clock: bool, hardfork: Hardfork) -> Connection:
    from zonedao.chain import resident

    running = resident.status() if hardfork == "shanghai" else None
    if running is not None and (kind is None or running.kind == kind):
        return Connection(HttpTransport(running.url), kind=running.kind, url=running.url)
    wanted = f"--node {kind}" if kind else ""
    if not start:
        raise NodeUnreachable(
            f"No local {kind or 'node'} is running. Start one with `zonedao chain up{' ' + wanted if wanted else ''}`, "
            "or name a network with --network."
        )
    from zonedao.chain.embedded import GENESIS_TIMESTAMP
    from zonedao.chain.local import LocalNode, available_kinds

    kinds = available_kinds()
    chosen: Any = kind or (kinds[0] if kinds else None)
    if chosen is None:
        raise NodeProblem(
            "Neither Anvil nor Ganache is installed. Run `npm install -g ganache@7.9.2` (it needs Node 20; in a "
            "checkout of zonedao `make install` brings both), put Foundry's `anvil` on PATH, or use --network embedded."
        )
    node = LocalNode(chosen, genesis_timestamp=GENESIS_TIMESTAMP if fixed_clock else None, hardfork=hardfork)
    try:
        return Connection(HttpTransport(node.url), kind=chosen, url=node.url, node=node, fixed_clock=fixed_clock)
    except BaseException:
        node.stop()
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


__all__ = ["Block", "BlockInfo", "Connection", "Kind", "Mapping", "Profile", "connect"]
