"""`audit`: what is said where something differs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import Town
from tests.support.voting import succeeded
from zonedao.audit import chronicle, locating
from zonedao.chain.contract import fetch_logs

HERE = ("--in", "elmcourt")


def test_the_transaction_in_which_a_difference_began_is_named(
    cli: Cli, town: Town, password: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node keeps one event back."""
    sent = [
        succeeded(cli("deposit", f"{amount} ETH", *HERE, "--account", "ada", "--yes", "--json")).json
        for amount in (1, 2, 3)
    ]
    assert succeeded(cli("audit", *HERE, "--json")).json["origin"] is None
    withheld = sent[1]["tx"]

    def forgetful(*where: Any) -> list[dict[str, Any]]:
        return [log for log in fetch_logs(*where) if log["transactionHash"] != withheld]

    for module in (chronicle, locating):
        monkeypatch.setattr(module, "fetch_logs", forgetful)
    done = cli("audit", *HERE, "--json")
    assert (done.code, done.json["ok"]) == (1, False)
    origin = done.json["origin"]
    assert (origin["block"], origin["transactions"], origin["exact"]) == (sent[1]["block"], [withheld], True)
    assert origin["check"] == "accounts"
    assert f"It begins in block {origin['block']}, transaction {withheld}: accounts: " in done.error
    assert done.error.endswith("if it says the same, tell the other members.")
    told = cli("audit", *HERE)
    assert "Something differs. Looking for where it began, between blocks" in told.err
    assert f"transaction {withheld}" in told.out
