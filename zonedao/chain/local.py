"""Anvil and Ganache as child processes, with the same rules, accounts and limits as the embedded chain."""

from __future__ import annotations

import atexit
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Literal

from zonedao.chain.binaries import find_anvil, find_ganache
from zonedao.chain.rpc import HttpTransport
from zonedao.errors import NodeProblem, NodeUnreachable, UsageProblem

if TYPE_CHECKING:
    from zonedao.chain.embedded import Hardfork

NodeKind = Literal["anvil", "ganache"]

START_TIMEOUT_SECONDS = 90.0
PROBE_TIMEOUT_SECONDS = 5.0
RESERVED_PORT = 8545  # Brownie and other tools attach to whatever listens there
ANVIL_CHAIN_ID = 31337
GANACHE_CHAIN_ID = 1337

_STOP_GRACE_SECONDS = 5.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class NodeOptions:
    """How a local node behaves.

    `chain_id` None takes the node's customary one. `block_time_seconds` None mines a block for each transaction.
    `genesis_timestamp` (seconds) makes the clock step one second a block from there, the same on every run; None
    follows the wall clock. `base_fee_wei` is that of the first block (Anvil only). `state` is the file (Anvil) or
    folder (Ganache) in which the chain survives; None forgets it. `hardfork` says whose rules hold; Ganache ends with
    Shanghai's.
    """

    kind: NodeKind
    port: int
    chain_id: int | None = None
    block_time_seconds: int | None = None
    genesis_timestamp: int | None = None
    base_fee_wei: int | None = None
    state: Path | None = None
    hardfork: Hardfork = "shanghai"


def free_port() -> int:
    """A TCP port on the loopback address that nobody listens on at this moment, never Brownie's."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port != RESERVED_PORT:
            return port


def command(options: NodeOptions) -> list[str]:
    """The argument list that starts such a node. Raises NodeProblem when its program is not installed."""
    from zonedao.chain.embedded import BLOCK_GAS_LIMIT
    from zonedao.chain.signers import DEV_ACCOUNT_COUNT, DEV_BALANCE_ETHER, DEV_MNEMONIC

    if options.port == RESERVED_PORT:
        raise UsageProblem(f"Port {RESERVED_PORT} is left to other tools. Choose another one.")
    if options.kind == "anvil":
        anvil = find_anvil()
        if anvil is None:
            raise NodeProblem("Anvil is not installed. Put `anvil` on PATH, or use Ganache: --network ganache.")
        words = [str(anvil), "--host", "127.0.0.1", "--port", str(options.port), "--hardfork", options.hardfork]
        words += ["--quiet", "--gas-limit", str(BLOCK_GAS_LIMIT), "--mnemonic", DEV_MNEMONIC]
        words += ["--accounts", str(DEV_ACCOUNT_COUNT), "--balance", str(DEV_BALANCE_ETHER)]
        words += ["--chain-id", str(options.chain_id or ANVIL_CHAIN_ID)]
        if options.block_time_seconds is not None:
            words += ["--block-time", str(options.block_time_seconds)]
        if options.genesis_timestamp is not None:
            words += ["--timestamp", str(options.genesis_timestamp)]
        if options.base_fee_wei is not None:
            words += ["--base-fee", str(options.base_fee_wei)]
        if options.state is not None:
            words += ["--state", str(options.state), "--state-interval", "1"]
        return words
    if options.hardfork != "shanghai":
        raise UsageProblem(f"Ganache does not know the rules of {options.hardfork}. Use Anvil for that.")
    ganache = find_ganache()
    if ganache is None:
        raise NodeProblem("Ganache is not installed. Run `npm ci` in the project or `npm install -g ganache@7.9.2`.")
    if options.base_fee_wei is not None:
        raise UsageProblem("Ganache has no option for the first base fee. Use Anvil for that.")
    chain_id = str(options.chain_id or GANACHE_CHAIN_ID)
    words = [*ganache, "--server.host", "127.0.0.1", "--server.port", str(options.port), "--chain.hardfork", "shanghai"]
    words += ["--chain.chainId", chain_id, "--chain.networkId", chain_id, "--logging.quiet"]
    words += ["--miner.blockGasLimit", str(BLOCK_GAS_LIMIT), "--miner.callGasLimit", str(BLOCK_GAS_LIMIT)]
    words += ["--wallet.mnemonic", DEV_MNEMONIC, "--wallet.totalAccounts", str(DEV_ACCOUNT_COUNT)]
    words += ["--wallet.defaultBalance", str(DEV_BALANCE_ETHER)]
    if options.block_time_seconds is not None:
        words += ["--miner.blockTime", str(options.block_time_seconds)]
    if options.genesis_timestamp is not None:
        words += ["--chain.time", datetime.fromtimestamp(options.genesis_timestamp, UTC).isoformat()]
        words += ["--miner.timestampIncrement", "1"]
    if options.state is not None:
        words += ["--database.dbPath", str(options.state)]
    return words


def available_kinds() -> tuple[NodeKind, ...]:
    """The local nodes installed here, the preferred one first."""
    kinds: list[NodeKind] = []
    if find_anvil() is not None:
        kinds.append("anvil")
    if find_ganache() is not None:
        kinds.append("ganache")
    return tuple(kinds)


class LocalNode:
    """A node that lives as long as this process at most. Use it as a context manager, or `stop()` it.

    It sits in a session of its own, so that Ctrl-C in the terminal reaches this process alone, which then stops it.
    """

    def __init__(
        self,
        kind: NodeKind,
        *,
        chain_id: int | None = None,
        block_time_seconds: int | None = None,
        genesis_timestamp: int | None = None,
        base_fee_wei: int | None = None,
        hardfork: Hardfork = "shanghai",
    ) -> None:
        self.options = NodeOptions(
            kind=kind,
            port=free_port(),
            chain_id=chain_id,
            block_time_seconds=block_time_seconds,
            genesis_timestamp=genesis_timestamp,
            base_fee_wei=base_fee_wei,
            hardfork=hardfork,
        )
        self.url = f"http://127.0.0.1:{self.options.port}"
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - read if the node fails, closed in stop()
        self._process = subprocess.Popen(
            command(self.options),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent if _parent_can_be_watched() else None,
        )
        atexit.register(self.stop)
        try:
            wait_until_ready(self.url, self._process, self._log)
            settle_clock(self.url, self.options)
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        """Process id of the node."""
        return self._process.pid

    def stop(self) -> None:
        """End the node and wait for its end; harmless when it has ended."""
        atexit.unregister(self.stop)
        end_process(self._process)
        self._log.close()

    def __enter__(self) -> LocalNode:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    """Return once the node answers. Raises NodeProblem with the node's last words if it ends or stays silent."""
    transport = HttpTransport(url, timeout_seconds=PROBE_TIMEOUT_SECONDS)
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    try:
        while True:
            try:
                transport.request("eth_chainId")
                return
            except NodeUnreachable:
                pass
            ended = process.poll()
            if ended is not None or time.monotonic() > deadline:
                log.seek(0)
                said = " / ".join(log.read().decode(errors="replace").strip().splitlines()[-3:])
                what = (
                    f"ended with status {ended}"
                    if ended is not None
                    else f"did not answer in {START_TIMEOUT_SECONDS:.0f} s"
                )
                raise NodeProblem(
                    f"The local node {what}: {said or 'it said nothing'}. Try another port or another node."
                )
            time.sleep(0.05)
    finally:
        transport.close()


def settle_clock(url: str, options: NodeOptions) -> None:
    """Make Anvil step one second a block, which it takes as a request and Ganache as an option."""
    if options.kind != "anvil" or options.genesis_timestamp is None:
        return
    transport = HttpTransport(url)
    try:
        transport.request("anvil_setBlockTimestampInterval", 1)
    finally:
        transport.close()


def end_process(process: subprocess.Popen[bytes]) -> None:
    """Ask a child to end, then make it."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_STOP_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _parent_can_be_watched() -> bool:
    # Linux ends the child with the thread that started it, which must therefore be one that lasts.
    return sys.platform == "linux" and threading.current_thread() is threading.main_thread()


def _die_with_parent() -> None:
    # A parent that is killed outright runs no clean-up; Linux can end the child for it.
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
