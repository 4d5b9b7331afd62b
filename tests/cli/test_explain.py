"""Transactions, calls and errors in words, from nothing but hexadecimal digits."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import Town
from tests.support.voting import succeeded
from zonedao.chain.interface import shipped
from zonedao.chain.signers import dev_account
from zonedao.governance.calls import Call

HERE = ("--in", "elmcourt")
NO_HASH = "0x" + "ab" * 32

pytestmark = pytest.mark.usefixtures("password")


def test_a_transaction_a_call_and_an_error(cli: Cli, town: Town) -> None:
    sent = succeeded(cli("deposit", "2 ETH", *HERE, "--account", "ada", "--yes", "--json")).json
    # Somebody else reads it, who has nothing but the hash; capitals do not matter.
    read = succeeded(cli("explain", "0x" + sent["tx"][2:].upper(), *HERE, "--account", "ben"))
    *told, last = read.out.splitlines()
    assert told == [
        "Sent by ada: deposit 2 ETH into the account of elmcourt.",
        "    ITreasury.deposit: “Puts money into the account of a body of this zone. Credits what arrived.”",
        "ada deposited 2 ETH for elmcourt.",
        "    ITreasury.Deposited: “`entry` numbers all events of this treasury about money, from 1.”",
    ]
    assert last.startswith(f"Block {sent['block']}, ")
    assert "; fee 0.000" in last
    document = succeeded(cli("explain", sent["tx"], *HERE, "--json")).json
    assert (document["kind"], document["state"], document["block"]) == ("transaction", "mined", sent["block"])
    assert (document["sender"], document["fee_wei"]) == (town.address("ada"), sent["fee_wei"])

    zone = town.elmcourt
    call: Call = zone.calls.pay(town.address("ben"), 10**18)
    data = "0x" + call.data.hex()
    lines = succeeded(cli("explain", call.target, data, *HERE)).out.splitlines()
    assert lines[:3] == [
        "Pay 1 ETH to ben from elmcourt.",
        "    ITreasury.pay: “Credits a payee, who withdraws it. Takes exactly what was reserved for it.”",
        "Executing it would change, as things are now:",
    ]
    assert "  to be withdrawn by ben: 0 ETH → 1 ETH (+1 ETH)" in lines
    document = succeeded(cli("explain", call.target, "0xdeadbeef", *HERE, "--json")).json
    assert (document["kind"], document["effects"]) == ("call", [])
    assert document["warnings"][0].startswith("Unknown call: 0xdeadbeef of ")

    error = shipped("ITreasury").errors
    (nothing_due,) = (each for each in error.values() if each.name == "NothingDue")
    shown = "0x" + nothing_due.selector.hex() + "00" * 12 + town.address("ben")[2:] + "00" * 32
    assert succeeded(cli("explain", shown, *HERE)).out.startswith("Nothing is due to ben in ETH")
    (proposed,) = succeeded(cli("explain", call.target, data, *HERE, "--json")).json["documentation"]
    assert proposed["of"] == "pay(address,address,uint256,bytes32,bytes32)"
    locked = "0x" + next(each.selector for each in error.values() if each.name == "Locked").hex()
    *_, said = succeeded(cli("explain", locked, *HERE)).out.splitlines()
    assert said == "    ITreasury.Locked: “A token is calling back.”"
    (told_by,) = succeeded(cli("explain", locked, *HERE, "--json")).json["documentation"]
    assert told_by == {"contract": "ITreasury", "of": "Locked()", "text": "A token is calling back."}


def test_what_was_refused_and_what_is_no_call(cli: Cli, town: Town) -> None:
    chain, ada = town.connection, dev_account(0)
    target = town.elmcourt.treasury.contract
    data = target.encode("withdraw", "0x" + "00" * 20, ada.address)
    hashes = []
    for to, value, payload in ((target.address, 0, data), (town.address("ben"), 7, b"")):
        fields = {
            "chainId": chain.chain_id, "nonce": chain.nonce(ada.address), "gas": 200_000,
            "gasPrice": 10**10, "to": to, "value": value, "data": payload,
        }  # fmt: skip
        raw = ada.sign_transaction(fields)
        hashes.append(str(chain.request("eth_sendRawTransaction", "0x" + bytes(raw).hex())))
    refused, plain = (succeeded(cli("explain", each, *HERE, "--json")).json for each in hashes)
    assert refused["state"] == "refused"
    assert refused["lines"][2] == "It was refused and changed nothing but the fee. Nothing is due to ada in ETH."
    assert [each["of"].partition("(")[0] for each in refused["documentation"]] == ["withdraw"]
    assert plain["state"] == "mined"
    assert ": send 0.000000000000000007 ETH to ben." in plain["lines"][0]


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (("nonsense",), 2, "Give 0x and hexadecimal digits"),
        (("0xabc",), 2, "Give 0x and hexadecimal digits"),
        (("0x" + "11" * 20,), 2, "Give the data of the call as well"),
        (("0x1234", "0x"), 2, "0x1234 is no address"),
        (("0xe268",), 2, "0xe268 is too short for an error"),
        ((NO_HASH,), 3, f"knows no transaction {NO_HASH}"),
    ],
)
def test_what_cannot_be_explained(cli: Cli, town: Town, typed: tuple[str, ...], code: int, said: str) -> None:
    done = cli("explain", *typed, *HERE)
    assert (done.code, done.out) == (code, "")
    assert said in done.error


@pytest.mark.parametrize("data", ["0x08c379a0", "0x4e487b71" + "00" * 31, "0x08c379a0" + "ff" * 40])
def test_an_error_of_which_a_part_is_missing(cli: Cli, town: Town, data: str) -> None:
    """It is known: a newer version would not know it better."""
    done = cli("explain", data, *HERE)
    assert (done.code, done.error) == (
        2,
        f"This is not all of the data of an error, which goes on after {data[:10]}. Copy all of it.",
    )
    assert "this version does not know (0xdeadbeef)" in succeeded(cli("explain", "0xdeadbeef", *HERE)).out
