"""What the embedded chain does beyond what every test here runs on it."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.support.chain import deploy, send, sender
from zonedao.chain.connection import Connection, connect
from zonedao.chain.embedded import EmbeddedTransport
from zonedao.chain.signers import dev_account
from zonedao.errors import MissingExtra, NodeRefused


def story() -> tuple[list[str], Connection]:
    chain = connect("embedded")
    probe = deploy(chain, "ChainProbe", 3)
    hashes = [send(probe, "count10").block_hash, send(probe, "note", 1, "x").block_hash]
    chain.skip(500)
    return [*hashes, chain.block().hash], chain


def test_two_runs_are_the_same_to_the_last_byte() -> None:
    assert story()[0] == story()[0]


def test_chains_of_one_process_are_apart() -> None:
    first, second = connect("embedded"), connect("embedded")
    sender(first).transact("0x" + "b0" * 20, value_wei=5)
    assert second.balance("0x" + "b0" * 20) == 0
    assert second.block_number() == 0


@pytest.mark.parametrize("missing", ["eth_tester", "eth"])
def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name in list(sys.modules):
        if name.split(".")[0] == missing:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MissingExtra, match=r"pip install 'zonedao\[embedded\]'"):
        connect("embedded")


@pytest.fixture
def transport() -> EmbeddedTransport:
    return EmbeddedTransport()


def raw(transport: EmbeddedTransport, **fields: Any) -> str:
    transaction = {
        "chainId": int(transport.request("eth_chainId"), 16),
        "nonce": 0,
        "gas": 21_000,
        "gasPrice": 10**10,
        "to": dev_account(1).address,
        "value": 1,
        "data": b"",
    } | fields
    return "0x" + dev_account(0).sign_transaction(transaction).hex()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"nonce": 1}, "nonce too high"),
        ({"value": 10**27}, "insufficient funds"),
        ({"gas": 20_000}, "(?i)gas"),
        ({"gas": 30_000_001}, "(?i)gas"),
        ({"gasPrice": 1}, "(?i)gas|fee"),
        ({"chainId": 7}, "(?i)chain"),
    ],
)
def test_transactions_that_no_node_takes(transport: EmbeddedTransport, fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(NodeRefused, match=reason):
        transport.request("eth_sendRawTransaction", raw(transport, **fields))
    assert transport.request("eth_blockNumber") == "0x0"
    assert transport.request("eth_getTransactionCount", dev_account(0).address) == "0x0"


@pytest.mark.parametrize("garbage", ["0x", "0x00", "0x02", "0xf8", "0x" + "ff" * 50])
def test_bytes_that_are_no_transaction(transport: EmbeddedTransport, garbage: str) -> None:
    with pytest.raises(NodeRefused):
        transport.request("eth_sendRawTransaction", garbage)
    assert transport.request("eth_blockNumber") == "0x0"


def test_the_same_transaction_twice(transport: EmbeddedTransport) -> None:
    payment = raw(transport)
    transport.request("eth_sendRawTransaction", payment)
    with pytest.raises(NodeRefused, match="already known"):
        transport.request("eth_sendRawTransaction", payment)
    assert transport.request("eth_blockNumber") == "0x1"


def test_receipts_of_undone_blocks_are_gone(transport: EmbeddedTransport) -> None:
    snapshot = transport.request("evm_snapshot")
    tx_hash = transport.request("eth_sendRawTransaction", raw(transport))
    assert transport.request("eth_getTransactionReceipt", tx_hash)["blockNumber"] == "0x1"
    assert transport.request("evm_revert", snapshot)
    assert transport.request("eth_getTransactionReceipt", tx_hash) is None
    assert transport.request("eth_getTransactionByHash", tx_hash) is None
    assert transport.request("eth_sendRawTransaction", raw(transport)) == tx_hash


def test_an_estimate_that_cannot_be_met(transport: EmbeddedTransport) -> None:
    call = {"from": dev_account(0).address, "data": "0x5b5f56", "gas": hex(100_000)}
    with pytest.raises(NodeRefused, match="OutOfGas"):
        transport.request("eth_estimateGas", call)


def test_blocks_that_are_not_there(transport: EmbeddedTransport) -> None:
    assert transport.request("eth_getBlockByNumber", "0x5", False) is None
    with pytest.raises(NodeRefused, match="no block 5"):
        transport.request("eth_getBalance", dev_account(0).address, "0x5")
    assert transport.request("eth_getLogs", {"fromBlock": "0x0", "toBlock": "0x99"}) == []
