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
