"""The demo: the same story, gas and accounts on the embedded EVM, Anvil and Ganache."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.chain import KINDS
from tests.support.documents import require_foreseen
from zonedao.audit import chronicle
from zonedao.chain.contract import fetch_logs
from zonedao.chain.interface import shipped
from zonedao.cli import main

COINS = 10**18


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What `zonedao demo --json` prints on each kind of chain."""
    return {kind: play(kind) for kind in KINDS}


def play(kind: str) -> dict[str, Any]:
    """Run the command; it must succeed and print one document."""
    done = subprocess.run(
        [sys.executable, "-m", "zonedao", "demo", "--json", "--network", kind],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    require_foreseen(("demo", "--json"), done.stdout)
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_document_has_what_it_promises(documents: Mapping[str, dict[str, Any]]) -> None:
    for kind, document in documents.items():
        assert set(document) == {"network", "chain_id", "zones", "steps", "gas_total", "accounts", "audit"}
        assert document["network"] == kind
        assert all(set(step) == {"name", "actor", "tx", "gas"} for step in document["steps"])
        assert document["gas_total"] == sum(step["gas"] for step in document["steps"])


def test_audit_finds_every_figure(documents: Mapping[str, dict[str, Any]]) -> None:
    for document in documents.values():
        assert document["audit"]["ok"]
        assert {check["zone"] for check in document["audit"]["checks"]} == {"elmcourt", "millbrook"}
        assert all(check["ok"] for check in document["audit"]["checks"])


def test_story_moves_the_money_it_says(documents: Mapping[str, dict[str, Any]]) -> None:
    """60 given, 1.5 paid to the teacher, 300 kg bought at 0.002: the rest is left, and the price is at the seller's."""
    for document in documents.values():
        balances = {account["body"]: account["balance"] for account in document["accounts"]}
        assert balances["elmcourt"] == 60 * COINS - 15 * COINS // 10 - 300 * COINS // 500
        assert balances["millbrook"] == 25 * COINS + 300 * COINS // 500
        assert not any(account["reserved"] for account in document["accounts"])


def test_zones_are_those_of_the_charters(documents: Mapping[str, dict[str, Any]]) -> None:
    for document in documents.values():
        by_name = {zone["name"]: zone for zone in document["zones"]}
        assert by_name["Elmcourt"]["members"] == 15  # fourteen of the charter, and Rudi
        assert by_name["Millbrook"]["members"] == 14
        assert "elmcourt/food/bakery/flour" in by_name["Elmcourt"]["bodies"]


def test_members_sign_with_their_own_keys(documents: Mapping[str, dict[str, Any]]) -> None:
    for document in documents.values():
        voters = [step["actor"] for step in document["steps"] if step["name"] == "admit Rudi: vote"]
        assert len(voters) == len(set(voters)) == 6


def test_chains_agree_on_addresses_accounts_and_gas(documents: Mapping[str, dict[str, Any]]) -> None:
    """The same bytes run everywhere, so every figure but the transaction hashes is equal to the unit."""
    told = [
        {
            "steps": [(step["name"], step["actor"], step["gas"]) for step in document["steps"] if _is_told(step)],
            "accounts": document["accounts"],
            "zones": document["zones"],
        }
        for document in documents.values()
    ]
    assert all(each == told[0] for each in told)


def _is_told(step: Mapping[str, Any]) -> bool:
    # Anvil is born with the deployment proxy; elsewhere the founder brings it.
    return "deployment proxy" not in step["name"]


def test_audit_that_differs_ends_in_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run whose books do not add up must not look like success: one event withheld, and the exit status tells."""
    paid = "0x" + shipped("ITreasury").event("Paid").topic.hex()

    def forgetful(*args: Any) -> list[dict[str, Any]]:
        return [log for log in fetch_logs(*args) if log["topics"][0] != paid]

    monkeypatch.setattr(chronicle, "fetch_logs", forgetful)
    assert main(["demo", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["audit"]["ok"] is False
    failed = {check["name"] for check in document["audit"]["checks"] if not check["ok"]}
    assert {"accounts", "dues"} & failed
