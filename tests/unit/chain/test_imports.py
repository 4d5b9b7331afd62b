"""What a command costs is what it imports: no codec before a value is encoded, no web3 before something is sent."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODEC = ("eth_abi", "eth_utils", "pydantic", "rlp")
HEAVY = ("web3", "eth_account", "eth_keys", "eth_tester", "eth", "aiohttp", "rich")

MODULES = """
import sys
import zonedao.errors, zonedao.chain.connection, zonedao.chain.contract, zonedao.chain.sending, zonedao.chain.resident
import zonedao.chain.accounts, zonedao.chain.local, zonedao.chain.journal, zonedao.chain.code, zonedao.chain.reverts
"""

READ = (
    MODULES
    + """
from zonedao.chain.interface import Interface
parts = [{"name": "a", "type": "address"}]
function = Interface("X", [{"type": "function", "name": "f", "inputs": parts, "outputs": parts}]).function("f")
function.decode_output(function.encode(["0x" + "11" * 20])[4:])
"""
)


@pytest.mark.parametrize(
    ("program", "unwanted"),
    [(MODULES, (*CODEC, *HEAVY)), (READ, HEAVY)],
    ids=["modules alone", "reading"],
)
def test_what_is_not_imported(program: str, unwanted: tuple[str, ...]) -> None:
    program += f"\nprint(sorted(set(sys.modules) & set({unwanted!r})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
