"""Local nodes as children: they start with our rules, survive Ctrl-C, and never outlive us."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import get_args

import pytest

from tests.support.chain import KINDS
from zonedao.chain.connection import connect
from zonedao.chain.local import (
    RESERVED_PORT,
    LocalNode,
    NodeKind,
    NodeOptions,
    available_kinds,
    command,
    free_port,
)
from zonedao.chain.processes import start_time
from zonedao.errors import NodeProblem, NodeUnreachable, UsageProblem

ROOT = Path(__file__).resolve().parents[2]
NODES: list[NodeKind] = [kind for kind in get_args(NodeKind) if kind in KINDS]

pytestmark = pytest.mark.once


def gone(pid: int) -> bool:
    for _ in range(3000):
        if start_time(pid) is None:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("kind", NODES)
def test_it_ends_with_its_block(kind: NodeKind) -> None:
    with LocalNode(kind, chain_id=4242) as node, connect(node.url) as chain:
        assert chain.chain_id == 4242
        assert chain.kind == kind
        assert node.options.port != RESERVED_PORT
    assert gone(node.pid)
    with pytest.raises(NodeUnreachable):
        connect(node.url)
    node.stop()


@pytest.mark.parametrize("kind", NODES)
def test_without_a_fixed_clock_it_follows_the_wall(kind: NodeKind) -> None:
    with connect(kind, start=True) as chain:
        assert not chain.fixed_clock
        before = int(time.time())
        assert before - 2 <= chain.now() <= time.time() + 2
        chain.skip(7 * 86_400)
        assert before + 7 * 86_400 - 2 <= chain.now() <= time.time() + 7 * 86_400 + 2
        # The clock runs on, also where a node shows calls the time of an old block.
        now, began = chain.now(), time.time()
        while time.time() < began + 2:
            time.sleep(0.1)
        assert chain.now() > now


CHILD = """
import sys, time
from zonedao.chain.connection import connect
from zonedao.chain.local import LocalNode
node = LocalNode(sys.argv[1])
try:
    print(node.pid, node.url, flush=True)
    time.sleep(600)
except KeyboardInterrupt:
    with connect(node.url) as chain:
        print("alive", chain.block_number(), flush=True)
"""


@pytest.mark.parametrize("kind", NODES)
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_its_process_however_that_ends(kind: NodeKind, end: signal.Signals) -> None:
    if end is not signal.SIGINT and sys.platform != "linux":
        pytest.skip("only Linux ends the children of a process that is killed")
    parent = subprocess.Popen(
        [sys.executable, "-c", CHILD, kind], stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline().split()[0])
    # As a terminal does it: to every process of the foreground group.
    os.killpg(parent.pid, end)
    rest = parent.communicate(timeout=60)[0]
    if end is signal.SIGINT:
        assert rest == "alive 0\n"
    assert gone(pid)


@pytest.mark.parametrize("kind", NODES)
def test_a_node_that_cannot_start_says_why(kind: NodeKind, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr("zonedao.chain.local.free_port", lambda: taken.getsockname()[1])
        monkeypatch.setattr("zonedao.chain.local.START_TIMEOUT_SECONDS", 20.0)
        monkeypatch.setattr("zonedao.chain.local.PROBE_TIMEOUT_SECONDS", 0.3)
        with pytest.raises(NodeProblem, match=r"(?i)node ended with status \d+: .*(in use|EADDRINUSE)"):
            LocalNode(kind)


def test_ports() -> None:
    ports = {free_port() for _ in range(20)}
    assert RESERVED_PORT not in ports
    assert all(1024 <= port <= 65535 for port in ports)
    for kind in NODES:
        with pytest.raises(UsageProblem, match="8545"):
            command(NodeOptions(kind=kind, port=RESERVED_PORT))


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZONEDAO_ANVIL", "")
    monkeypatch.setenv("ZONEDAO_GANACHE", "")
    assert available_kinds() == ()
    with pytest.raises(NodeProblem, match="Anvil is not installed"):
        LocalNode("anvil")
    with pytest.raises(NodeProblem, match="Ganache is not installed"):
        LocalNode("ganache")


def test_ganache_has_no_base_fee_to_choose() -> None:
    if "ganache" not in KINDS:
        pytest.skip("Ganache is not among the chains of this run")
    with pytest.raises(UsageProblem, match="base fee"):
        LocalNode("ganache", base_fee_wei=5)


def test_ganache_ends_with_shanghai() -> None:
    if "ganache" not in KINDS:
        pytest.skip("Ganache is not among the chains of this run")
    with pytest.raises(UsageProblem, match="rules of prague"):
        LocalNode("ganache", hardfork="prague")
