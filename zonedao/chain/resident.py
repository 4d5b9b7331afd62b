"""The local node of `zonedao chain up`: outlives the shell, survives being killed, and is stopped by us alone.

One node per home folder. Its folder holds the chain itself, `node.json` (which process, which options) and
`node.log`. The process is recognised by its number together with its start time, because numbers are used again.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zonedao.chain.keeper import is_whole
from zonedao.chain.local import (
    ANVIL_CHAIN_ID,
    GANACHE_CHAIN_ID,
    NodeKind,
    NodeOptions,
    available_kinds,
    command,
    free_port,
    wait_until_ready,
)
from zonedao.chain.processes import start_time
from zonedao.chain.rpc import HttpTransport
from zonedao.disk import locked, remove_unfinished, replace_file
from zonedao.errors import NodeProblem, NodeUnreachable, UsageProblem, WrongState
from zonedao.home import home, private_folder
from zonedao.text import flaw

if TYPE_CHECKING:
    from zonedao.chain.embedded import Hardfork

PREFERRED_PORT = 8547

_STOP_SECONDS = 20.0
_PORT_SECONDS = 3.0


@dataclass(frozen=True)
class NodeStatus:
    """A running local node. `folder` holds its chain and its log."""

    kind: NodeKind
    url: str
    port: int
    chain_id: int
    pid: int
    folder: Path
    block_time_seconds: int | None
    hardfork: Hardfork


@dataclass(frozen=True)
class _Record:
    kind: NodeKind
    port: int
    chain_id: int
    block_time_seconds: int | None
    pid: int
    started: str
    hardfork: Hardfork = "shanghai"


def folder() -> Path:
    """Where the local node keeps its chain."""
    return home() / "node"


def status() -> NodeStatus | None:
    """The local node if it runs, else None."""
    record = _read()
    return _status(record) if record is not None and _is_ours(record) else None


def up(
    kind: NodeKind | None = None,
    *,
    port: int | None = None,
    chain_id: int | None = None,
    block_time_seconds: int | None = None,
    hardfork: Hardfork | None = None,
    fresh: bool = False,
) -> NodeStatus:
    """Start the local node, or resume it with the chain it had; the status of the running one if it runs already.

    `kind` is Anvil where it is installed, else Ganache; `hardfork` is Shanghai unless said otherwise. A resumed chain
    keeps its kind, port, chain id and hardfork unless `fresh`, which forgets it. Raises WrongState when a chain of
    another kind is there or the port is taken, NodeProblem when no node is installed or it does not start.
    """
    private_folder(home())
    with _lock():
        record = _read()
        if record is not None and _is_ours(record) and _answers(record):
            if fresh or (kind not in (None, record.kind)):
                raise WrongState(f"The local node ({record.kind}) is running. Stop it first with `zonedao chain down`.")
            return _status(record)
        if fresh:
            _forget()
            record = None
        if record is not None and kind not in (None, record.kind):
            raise WrongState(
                f"The chain kept here is {record.kind}'s. Resume it with `zonedao chain up`, "
                f"or forget it with `zonedao chain up --fresh --node {kind}`."
            )
        return _start(_options(record, kind, port, chain_id, block_time_seconds, hardfork))


def down() -> bool:
    """Stop the local node; False when none was running. Its chain is kept. Never touches a process that is not ours."""
    if _read() is None:
        return False
    with _lock():
        record = _read()
        if record is None or not _is_ours(record):
            return False
        _end(record)
        return True


def _options(
    record: _Record | None,
    kind: NodeKind | None,
    port: int | None,
    chain_id: int | None,
    block_time_seconds: int | None,
    hardfork: Hardfork | None,
) -> NodeOptions:
    if record is not None:
        kind = record.kind
        if chain_id not in (None, record.chain_id):
            raise WrongState(
                f"The chain kept here has chain id {record.chain_id}. Forget it with `zonedao chain up --fresh`."
            )
        chain_id = record.chain_id
        if hardfork not in (None, record.hardfork):
            raise WrongState(
                f"The chain kept here has the rules of {record.hardfork}. Forget it with `zonedao chain up --fresh`."
            )
        hardfork = record.hardfork
        block_time_seconds = record.block_time_seconds if block_time_seconds is None else block_time_seconds
    if kind is None:
        kinds = available_kinds()
        if not kinds:
            raise NodeProblem(
                "Neither Anvil nor Ganache is installed. Run `npm install -g ganache@7.9.2` (it needs Node 20; in a "
                "checkout of zonedao `make install` brings both), or put `anvil` of Foundry on PATH."
            )
        kind = kinds[0]
    return NodeOptions(
        kind=kind,
        port=_choose_port(port, record),
        chain_id=chain_id or (ANVIL_CHAIN_ID if kind == "anvil" else GANACHE_CHAIN_ID),
        block_time_seconds=block_time_seconds,
        state=_anvil_state() if kind == "anvil" else folder() / "ganache",
        hardfork=hardfork or "shanghai",
    )


def _choose_port(port: int | None, record: _Record | None) -> int:
    if port is not None:
        if not 1024 <= port <= 65535:
            raise UsageProblem("A port is a number from 1024 to 65535. Choose one of them.")
        wanted = port
    elif record is not None:
        # Joined zones remember the address; it must not change silently.
        wanted = record.port
    elif _is_free(PREFERRED_PORT):
        return PREFERRED_PORT
    else:
        return free_port()
    if not _becomes_free(wanted):
        raise WrongState(f"Port {wanted} is used by another program. End it, or choose another with --port.")
    return wanted


def _becomes_free(port: int) -> bool:
    # The threads of a killed node let go of its port one after another.
    deadline = time.monotonic() + _PORT_SECONDS
    while not _is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _start(options: NodeOptions) -> NodeStatus:
    private_folder(folder())
    # A keeper that was killed leaves a whole chain beside its copy.
    remove_unfinished(folder())
    if options.kind == "anvil":
        _require_whole_state()
    url = f"http://127.0.0.1:{options.port}"
    with open(folder() / "node.log", "w+b") as log:
        process = subprocess.Popen(
            command(options),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder(),
            start_new_session=True,
        )
        record = _Record(
            kind=options.kind,
            port=options.port,
            chain_id=options.chain_id or 0,
            block_time_seconds=options.block_time_seconds,
            pid=process.pid,
            started=start_time(process.pid) or "",
            hardfork=options.hardfork,
        )
        try:
            _write(record)
            wait_until_ready(url, process, log)
            _catch_up_clock(url, options)
        except BaseException:
            process.kill()
            process.wait()
            raise
    if options.kind == "anvil":
        _start_keeper(record)
    return _status(record)


def _catch_up_clock(url: str, options: NodeOptions) -> None:
    """Put a resumed chain's clock where it was: nodes forget how far it had been moved ahead."""
    transport = HttpTransport(url)
    try:
        head = transport.request("eth_getBlockByNumber", "latest", False)
        behind = int(head["timestamp"], 16) - int(time.time())
        if behind > 0:
            transport.request("evm_increaseTime", behind)
    finally:
        transport.close()


def _end(record: _Record) -> None:
    deadline = time.monotonic() + _STOP_SECONDS
    os.kill(record.pid, signal.SIGTERM)
    while _is_ours(record):
        if time.monotonic() > deadline:
            os.kill(record.pid, signal.SIGKILL)
            deadline += _STOP_SECONDS
        _reap(record.pid)
        time.sleep(0.02)


def _reap(pid: int) -> None:
    # A node started by this very process stays a zombie until it is waited for.
    with suppress(OSError):
        os.waitpid(pid, os.WNOHANG)


def _require_whole_state() -> None:
    """Put the keeper's copy in place of a state file that Anvil was killed in the middle of writing."""
    state, copy = _anvil_state(), _anvil_copy()
    if state.exists() and is_whole(state.read_bytes()):
        return
    if copy.exists() and is_whole(copy.read_bytes()):
        shutil.copyfile(copy, state)
    elif state.exists():
        raise NodeProblem(f"The chain kept in {state} is damaged. Start anew with `zonedao chain up --fresh`.")


def _start_keeper(record: _Record) -> None:
    module = (sys.executable, "-m", "zonedao.chain.keeper")
    package_folder = str(Path(__file__).resolve().parents[2])
    subprocess.Popen(
        [*module, str(record.pid), record.started, str(_anvil_state()), str(_anvil_copy())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder(),
        env={**os.environ, "PYTHONPATH": package_folder},
        start_new_session=True,
    )


def _anvil_state() -> Path:
    return folder() / "anvil.json"


def _anvil_copy() -> Path:
    return folder() / "anvil.copy.json"


def _forget() -> None:
    shutil.rmtree(folder(), ignore_errors=True)


def _is_ours(record: _Record) -> bool:
    started = start_time(record.pid)
    return started is not None and started == record.started


def _answers(record: _Record) -> bool:
    """Whether a node of ours answers; False once it has ended. A killed one may take a moment to be gone."""
    deadline = time.monotonic() + _STOP_SECONDS
    transport = HttpTransport(_status(record).url, timeout_seconds=_STOP_SECONDS)
    try:
        while True:
            try:
                transport.request("eth_chainId")
            except NodeUnreachable:
                if not _is_ours(record):
                    return False
                if time.monotonic() > deadline:
                    raise NodeProblem(
                        f"The local node (process {record.pid}) runs but does not answer. "
                        "Stop it with `zonedao chain down`, then start it again."
                    ) from None
                time.sleep(0.05)
            else:
                return True
    finally:
        transport.close()


def _status(record: _Record) -> NodeStatus:
    return NodeStatus(
        kind=record.kind,
        url=f"http://127.0.0.1:{record.port}",
        port=record.port,
        chain_id=record.chain_id,
        pid=record.pid,
        folder=folder(),
        block_time_seconds=record.block_time_seconds,
        hardfork=record.hardfork,
    )


def _read() -> _Record | None:
    try:
        document: dict[str, Any] = json.loads((folder() / "node.json").read_text(encoding="utf-8"))
        return _Record(**document)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as problem:
        raise NodeProblem(
            f"{folder() / 'node.json'} is damaged ({flaw(problem)}). Start anew with `zonedao chain up --fresh`."
        ) from problem


def _write(record: _Record) -> None:
    replace_file(folder() / "node.json", json.dumps(asdict(record)))


def _lock() -> AbstractContextManager[None]:
    return locked(home() / "node.lock")


__all__ = ["NodeStatus", "down", "folder", "status", "up"]
