"""Addresses that are known before anything is deployed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from zonedao.chain.abi import create_address, keccak
from zonedao.federation.addresses import (
    PROXY,
    PROXY_CODE,
    PROXY_CREATOR,
    PROXY_FEE_WEI,
    PROXY_TRANSACTION,
    create2_address,
    infrastructure,
)

# The examples of EIP-1014: creator, salt, creation code, address.
EIP_1014 = [
    ("0x" + "00" * 20, "00" * 32, "00", "0x4D1A2e2bB4F88F0250f26Ffff098B0b30B26BF38"),
    ("0xdeadbeef" + "00" * 16, "00" * 32, "00", "0xB928f69Bb1D91Cd65274e3c79d8986362984fDA3"),
    ("0xdeadbeef" + "00" * 16, "00" * 12 + "feed" + "00" * 18, "00", "0xD04116cDd17beBE565EB2422F2497E06cC1C9833"),
    ("0x" + "00" * 20, "00" * 32, "deadbeef", "0x70f2b2914A2a4b783FaEFb75f459A580616Fcb5e"),
    ("0x" + "00" * 16 + "deadbeef", "00" * 28 + "cafebabe", "deadbeef", "0x60f3f640a8508fC6a86d45DF051962668E1e8AC7"),
    (
        "0x" + "00" * 16 + "deadbeef",
        "00" * 28 + "cafebabe",
        "deadbeef" * 11,
        "0x1d8bfDC5D46DC4f61D6b6115972536eBE6A8854C",
    ),
    ("0x" + "00" * 20, "00" * 32, "", "0xE33C0C7F7df4809055C3ebA6c09CFe4BaF1BD9e0"),
]


@pytest.mark.parametrize(("creator", "salt", "code", "expected"), EIP_1014)
def test_create2(creator: str, salt: str, code: str, expected: str) -> None:
    assert create2_address(creator, bytes.fromhex(salt), bytes.fromhex(code)) == expected


def test_the_proxys_transaction_is_what_it_says() -> None:
    """Its signature names its one sender, who creates the proxy by it and pays exactly its fee."""
    from eth_account import Account

    assert Account.recover_transaction("0x" + PROXY_TRANSACTION.hex()) == PROXY_CREATOR
    assert create_address(PROXY_CREATOR, 0) == PROXY
    assert PROXY_CODE in PROXY_TRANSACTION
    # The hash under which every explorer shows it.
    assert keccak(PROXY_TRANSACTION).hex() == "eddf9e61fb9d8f5111840daef55e5fde0041f5702856532cdbb5a02998033d26"
    assert PROXY_FEE_WEI == 100 * 10**9 * 100_000


def test_every_shared_contract_is_within_the_limits_of_the_evm() -> None:
    """EIP-3860 bounds creation code."""
    for creation in infrastructure().creations:
        assert len(creation.code) <= 49_152, creation.name


def test_same_in_every_process() -> None:
    program = "from zonedao.federation.addresses import infrastructure as i; print(*(c.address for c in i().creations))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [creation.address for creation in infrastructure().creations]
