"""The node of `zonedao chain up`: it outlives the shell and SIGKILL, and nothing but it is ever stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.chain import KINDS, artifact, interface
from zonedao.chain import resident
from zonedao.chain.abi import encode
from zonedao.chain.connection import connect
from zonedao.chain.contract import BoundContract
from zonedao.chain.local import NodeKind, free_port
from zonedao.chain.processes import start_time
from zonedao.chain.sending import Sender
from zonedao.chain.signers import dev_account
from zonedao.errors import NodeProblem, UsageProblem, WrongState

ROOT = Path(__file__).resolve().parents[2]
NODES = [kind for kind in ("anvil", "ganache") if kind in KINDS]
PAYEE = "0x" + "b0" * 20

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ZONEDAO_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"
    if (tmp_path / "home").exists():
        # A test that damages the record has stopped before what it describes.
        with suppress(NodeProblem):
            resident.down()


def written(state: Path, block: int) -> None:
    """Return once Anvil's state on disk is as of a block; it is written once a second."""
    for _ in range(3000):
        with suppress(OSError, ValueError):
            if json.loads(state.read_text())["best_block_number"] in (block, hex(block)):
                return
        time.sleep(0.02)
    raise AssertionError(f"{state.name} never had block {block}")


@pytest.mark.parametrize("kind", NODES)
def test_up_status_down(kind: NodeKind) -> None:
    assert resident.status() is None
    assert resident.down() is False
    port = free_port()
    node = resident.up(kind, port=port)
    assert (node.kind, node.port, node.url) == (kind, port, f"http://127.0.0.1:{port}")
    assert resident.status() == resident.up() == node
    with connect() as chain, connect(kind) as named:
        assert chain.kind == named.kind == kind
        assert chain.chain_id == node.chain_id
        assert abs(chain.now() - time.time()) < 5
    assert resident.down() is True
    assert resident.status() is None
    assert resident.down() is False
    assert start_time(node.pid) is None


@pytest.mark.parametrize("kind", NODES)
@pytest.mark.parametrize("end", ["down", "killed"])
def test_the_chain_survives(kind: NodeKind, end: str) -> None:
    node = resident.up(kind, port=free_port())
    declared = interface("ChainProbe")
    with connect() as chain:
        here = Sender(chain, dev_account(0))
        code = bytes.fromhex(artifact("ChainProbe").bytecode[2:]) + encode(declared.constructor, [9])
        address = here.transact(None, code).contract_address
        assert address is not None
        probe = BoundContract(chain, declared, address)
        note = here.transact(address, probe.encode("note", 4, "before"))
        chain.fund(PAYEE, 5)
        week_later = chain.skip(7 * 86_400)
        blocks = chain.block_number()
    if end == "down":
        resident.down()
    else:
        if kind == "anvil":
            written(node.folder / "anvil.json", blocks)
        os.kill(node.pid, signal.SIGKILL)
    again = resident.up()
    assert (again.kind, again.url, again.chain_id) == (node.kind, node.url, node.chain_id)
    assert again.pid != node.pid
    with connect() as chain:
        probe = BoundContract(chain, declared, address)
        assert chain.block_number() == blocks
        assert chain.balance(PAYEE) == 5
        assert probe.call("seed") == 9
        assert [event.tx_hash for event in probe.logs("Noted")] == [note.hash]
        assert chain.now() >= week_later
        Sender(chain, dev_account(0)).transact(address, probe.encode("count10"))
        assert probe.call("count") == 10
        assert chain.block().timestamp >= week_later


def test_it_outlives_the_shell(own_home: Path) -> None:
    program = "from zonedao.chain import resident; print(resident.up().pid)"
    shell = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
    )
    pid = int(shell.communicate(timeout=120)[0])
    # A closing terminal hangs up on every process of its session.
    assert os.getsid(pid) != shell.pid
    node = resident.status()
    assert node is not None
    assert node.pid == pid
    with connect() as chain:
        assert chain.block_number() == 0


def test_a_half_written_state_is_replaced_by_the_copy() -> None:
    if "anvil" not in NODES:
        pytest.skip("Anvil is not among the chains of this run")
    node = resident.up("anvil", port=free_port())
    with connect() as chain:
        Sender(chain, dev_account(0)).transact(PAYEE, value_wei=5)
    copy, state = node.folder / "anvil.copy.json", node.folder / "anvil.json"
    written(copy, 1)
    os.kill(node.pid, signal.SIGKILL)
    state.write_bytes(state.read_bytes()[:-1000])
    (node.folder / ".half.new").write_text("what a killed keeper leaves")
    resident.up()
    assert not (node.folder / ".half.new").exists()
    with connect() as chain:
        assert (chain.block_number(), chain.balance(PAYEE)) == (1, 5)
    resident.down()
    for path in (state, copy):
        path.write_text('{"half')
    with pytest.raises(NodeProblem, match=r"damaged.*--fresh"):
        resident.up()
    resident.up(fresh=True, port=free_port())
    with connect() as chain:
        assert chain.block_number() == 0


def test_only_our_own_process_is_stopped(own_home: Path) -> None:
    """A process number in an old record may by now be anybody's."""
    node = resident.up(port=free_port())
    record = node.folder / "node.json"
    document = json.loads(record.read_text())
    resident.down()
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        record.write_text(json.dumps({**document, "pid": stranger.pid}))
        assert resident.status() is None
        assert resident.down() is False
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.communicate()


def test_a_taken_port_is_said_and_nothing_is_started(own_home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(WrongState, match=r"used by another program.*--port"):
            resident.up(port=taken.getsockname()[1])
    assert resident.status() is None
    for port in (80, 70_000, 8545):
        with pytest.raises(UsageProblem):
            resident.up(port=port)


def test_what_was_decided_stays_until_forgotten() -> None:
    if len(NODES) < 2:
        pytest.skip("needs both nodes")
    resident.up("anvil", port=free_port(), chain_id=777)
    with pytest.raises(WrongState, match="is running"):
        resident.up("ganache")
    with pytest.raises(WrongState, match="is running"):
        resident.up(fresh=True)
    resident.down()
    with pytest.raises(WrongState, match="anvil's"):
        resident.up("ganache")
    with pytest.raises(WrongState, match="chain id 777"):
        resident.up(chain_id=5)
    assert resident.up().chain_id == 777
    resident.down()
    assert resident.up("ganache", fresh=True, port=free_port()).chain_id == 1337


def test_other_rules() -> None:
    """Prague's are kept with the chain; Ganache does not know them."""
    if "anvil" not in NODES:
        pytest.skip("needs Anvil")
    adding = "0x" + "00" * 19 + "0b"  # a point of BLS12-381, EIP-2537
    assert resident.up("anvil", port=free_port(), hardfork="prague").hardfork == "prague"
    resident.down()
    with pytest.raises(WrongState, match="rules of prague"):
        resident.up(hardfork="shanghai")
    assert resident.up().hardfork == "prague"
    with connect() as chain:
        assert len(chain.call(adding, bytes(256))) == 128
    resident.down()
    with pytest.raises(UsageProblem, match="rules of prague"):
        resident.up("ganache", fresh=True, hardfork="prague")
    assert resident.up("anvil", fresh=True, port=free_port()).hardfork == "shanghai"
    with connect() as chain:
        assert chain.call(adding, bytes(256)) == b""


def test_blocks_at_intervals() -> None:
    resident.up(port=free_port(), block_time_seconds=1)
    with connect() as chain:
        head = chain.block_number()
        for _ in range(3000):
            if chain.block_number() > head + 1:
                break
            time.sleep(0.02)
        assert chain.block_number() > head + 1, "no blocks came"


def test_no_node_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZONEDAO_ANVIL", "")
    monkeypatch.setenv("ZONEDAO_GANACHE", "")
    with pytest.raises(NodeProblem, match="Neither Anvil nor Ganache is installed"):
        resident.up()


def test_a_damaged_record(own_home: Path) -> None:
    (own_home / "node").mkdir(parents=True)
    (own_home / "node" / "node.json").write_text("{")
    with pytest.raises(NodeProblem, match=r"damaged.*--fresh"):
        resident.status()
