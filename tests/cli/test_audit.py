"""`audit`: what is said where something differs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import Town
from tests.support.voting import succeeded
from zonedao.audit import chronicle, locating
from zonedao.chain.contract import fetch_logs
from zonedao.treasury.assets import COIN_ADDRESS

HERE = ("--in", "elmcourt")


def test_the_transaction_in_which_a_difference_began_is_named(
    cli: Cli, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node keeps one event back, of three in the same block."""
    treasury, request = town.elmcourt.treasury, town.connection.request
    data = treasury.contract.encode("deposit", town.elmcourt.address, COIN_ADDRESS, 5, bytes(32), bytes(32))
    gift = {"to": treasury.address, "value": "0x5", "data": "0x" + data.hex()}
    request("evm_setAutomine", False)
    sent = [request("eth_sendTransaction", {**gift, "from": town.address(name)}) for name in ("ada", "ben", "cleo")]
    request("evm_mine")
    request("evm_setAutomine", True)
    town.connection.mine(3)
    assert succeeded(cli("audit", *HERE, "--json")).json["origin"] is None
    withheld = sent[1]
    block = int(request("eth_getTransactionReceipt", withheld)["blockNumber"], 16)
    assert len(request("eth_getBlockByNumber", hex(block), False)["transactions"]) == 3

    def forgetful(*where: Any) -> list[dict[str, Any]]:
        return [log for log in fetch_logs(*where) if log["transactionHash"] != withheld]

    for module in (chronicle, locating):
        monkeypatch.setattr(module, "fetch_logs", forgetful)
    done = cli("audit", *HERE, "--json")
    assert (done.code, done.json["ok"]) == (1, False)
    origin = done.json["origin"]
    assert (origin["block"], origin["transactions"], origin["exact"]) == (block, [withheld], True)
    assert origin["check"] == "accounts"
    assert f"It begins in block {origin['block']}, transaction {withheld}: accounts: " in done.error
    assert done.error.endswith("if it says the same, tell the other members.")
    told = cli("audit", *HERE)
    assert "Something differs. Looking for where it began, between blocks" in told.err
    assert f"transaction {withheld}" in told.out


def test_differences_are_told_with_names(cli: Cli, town: Town, password: None) -> None:
    """A treasury that has lost coins, and one whose account of the zone was written over."""
    treasury, zone = town.elmcourt.treasury, town.elmcourt
    succeeded(cli("deposit", "2 ETH", *HERE, "--account", "ada", "--yes"))
    town.connection.request("anvil_setBalance", treasury.address, "0x1")
    lost = cli("audit", *HERE)
    assert f"the vault owes {2 * 10**18} of {COIN_ADDRESS} (ETH, in wei) and holds 1, which is less" in lost.out
    town.connection.request("anvil_setBalance", treasury.address, hex(2 * 10**18))
    for slot, value in written(town, treasury.address):
        if value == 2 * 10**18:
            town.connection.request("anvil_setStorageAt", treasury.address, slot, f"0x{value - 5:064x}")
    tampered = cli("audit", *HERE)
    assert f"balance of {zone.address} (elmcourt) in {COIN_ADDRESS} (ETH, in wei): " in tampered.out


def written(town: Town, contract: str) -> list[tuple[str, int]]:
    """The slots that the last transaction wrote in a contract, and what is in them now."""
    (last,) = town.connection.request("eth_getBlockByNumber", "latest", False)["transactions"]
    changed = town.connection.request(
        "debug_traceTransaction", last, {"tracer": "prestateTracer", "tracerConfig": {"diffMode": True}}
    )
    after = changed["post"][contract.lower()]["storage"]
    return [(slot, int(value, 16)) for slot, value in after.items()]
