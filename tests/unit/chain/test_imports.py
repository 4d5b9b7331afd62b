"""What a read costs is what it imports: no chain library before something is signed."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("web3", "eth_account", "eth_abi", "eth_utils", "eth_keys", "eth_tester", "eth", "pydantic", "aiohttp", "rich")

READ = """
import sys
import zonedao.errors, zonedao.chain.connection, zonedao.chain.contract, zonedao.chain.sending, zonedao.chain.resident
import zonedao.chain.accounts, zonedao.chain.local, zonedao.chain.journal, zonedao.chain.code
from zonedao.chain.interface import Interface
Interface("X", [{"type": "function", "name": "f", "inputs": [{"name": "a", "type": "address"}]}]).function("f").encode(
    ["0x" + "11" * 20]
)
"""


@pytest.mark.parametrize("program", [READ, "import sys, zonedao.chain.connection as c; c.connect"])
def test_reading_imports_no_chain_library(program: str) -> None:
    program += f"\nprint(sorted(set(sys.modules) & set({HEAVY!r})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
