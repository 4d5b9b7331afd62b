"""Brownie compiles the contracts to the very bytes that the package ships, and its local networks answer."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.brownie import ROOT, run_brownie
from zonedao import artifacts

pytestmark = pytest.mark.once


# Run by Brownie: says what the node of its network is like.
FACTS = """
from brownie import accounts, chain, network

def main():
    sent = accounts[0].transfer(accounts[1], "1 ether")
    print("FACTS", network.show_active(), len(accounts), accounts[0], chain[-1].gasLimit, sent.gas_used, sent.status)
"""


def without_links(code: str, links: Mapping[str, Mapping[str, Sequence[Mapping[str, int]]]]) -> str:
    """Hex code with every link placeholder blanked: Brownie writes its own kind of placeholder."""
    digits = code.removeprefix("0x")
    for libraries in links.values():
        for places in libraries.values():
            for place in places:
                start, length = 2 * place["start"], 2 * place["length"]
                digits = digits[:start] + "_" * length + digits[start + length :]
    return digits


def test_same_bytecode(project: Path) -> None:
    built = project / "build" / "contracts"
    names = artifacts.names()
    assert names
    for name in names:
        ours = artifacts.load(name)
        theirs: dict[str, Any] = json.loads((built / f"{name}.json").read_text(encoding="utf-8"))
        creation, runtime = ours.link_references["creation"], ours.link_references["runtime"]
        assert without_links(theirs["bytecode"], creation) == without_links(ours.bytecode, creation), name
        assert without_links(theirs["deployedBytecode"], runtime) == without_links(ours.runtime_bytecode, runtime), name
        assert theirs["abi"] == ours.abi, name


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("network", ["anvil", "ganache-cli"])
def test_local_networks(project: Path, tmp_path: Path, network: str) -> None:
    """The settings of brownie-config.yaml reach the node; only the port is another, as 8545 may be somebody's."""
    config = (ROOT / "brownie-config.yaml").read_text(encoding="utf-8")
    with_port, changes = re.subn(r"^( +)accounts: 40$", rf"\g<0>\n\1port: {free_port()}", config, flags=re.MULTILINE)
    assert changes == 1
    (project / "brownie-config.yaml").write_text(with_port, encoding="utf-8")
    (project / "scripts" / "facts.py").write_text(FACTS, encoding="utf-8")
    nodes = str(ROOT / "node_modules" / ".bin")
    done = run_brownie(project, "run", "facts", "--network", network, home=tmp_path, path=nodes)
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("FACTS"))
    first = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    assert line.split()[1:] == [network, "40", first, "30000000", "21000", "1"]
