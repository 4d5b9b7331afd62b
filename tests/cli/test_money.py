"""Deposits, allowances, dues: `treasury`, `deposit`, `withdraw`."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli
from tests.support.chain import deploy, send
from tests.support.elmcourt import STRANGER, Town
from tests.support.voting import carry, succeeded
from zonedao.text import printable

pytestmark = pytest.mark.usefixtures("password")

COIN = {"asset": "ETH", "asset_address": "0x" + "00" * 20}


def test_deposit(cli: Cli, town: Town) -> None:
    done = cli("deposit", "12.5 ETH", "--in", "elmcourt/health", "--account", STRANGER, "--yes", "--json")
    assert done.code == 0, done.err
    assert done.json["result"] == {**COIN, "amount": str(125 * 10**17)}
    assert done.json["events"] == ["You deposited 12.5 ETH for elmcourt/health."]
    accounts = cli("treasury", "--in", "elmcourt/health", "--json").json["accounts"]
    assert accounts == [{"body": "elmcourt/health", **COIN, "amount": str(125 * 10**17), "reserved": "0"}]


def test_deposit_in_words(cli: Cli, town: Town) -> None:
    done = cli("deposit", "1 ETH", "--in", "elmcourt", "--account", "ada", "--yes")
    first, last = done.out.splitlines()
    assert first == "You deposited 1 ETH for elmcourt."
    assert last.startswith("Block ")
    *before, fee = done.err.splitlines()
    assert before == [
        "Deposit 1 ETH into the account of elmcourt.",
        "It would change, as things are now:",
        "  account of elmcourt: 0 ETH → 1 ETH (+1 ETH)",
    ]
    assert fee.startswith("The fee is ")
    dry = cli("deposit", "1 ETH", "--in", "elmcourt", "--account", "ada", "--dry-run", "--json").json
    (change,) = dry["effects"]
    assert (change["what"], change["difference"]) == ("account of elmcourt", "+1 ETH")
    assert (dry["proposal"], dry["explanation"][:3][-1]) == (None, f"  {change['what']}: 1 ETH → 2 ETH (+1 ETH)")


def test_treasury_of_the_zone(cli: Cli, town: Town) -> None:
    found = cli("treasury", "--in", "elmcourt", "--json").json
    assert len(found["accounts"]) == 1
    whole = cli("treasury", "--network", "elmcourt", "--json").json
    assert len(whole["accounts"]) == 8
    assert {each["body"]: each["amount"] for each in whole["allowances"]}["elmcourt/food"] == str(8 * 10**18)
    assert whole["dues"] == []
    lines = cli("treasury", "--network", "elmcourt").out
    assert lines.startswith("Treasury of elmcourt, epoch ")
    assert "elmcourt/food/bakery" in lines


def test_reserved_paid_and_withdrawn(cli: Cli, town: Town) -> None:
    succeeded(cli("deposit", "10 ETH", "--in", "elmcourt", "--account", "ada", "--yes"))
    succeeded(cli("propose", "pay", STRANGER, "4 ETH", "--in", "elmcourt", "--account", "ada", "--yes"))
    carry(cli, town, 1, "elmcourt")
    treasury = cli("treasury", "--network", "elmcourt", "--json").json
    assert treasury["accounts"][0]["amount"] == str(6 * 10**18)
    assert treasury["dues"] == [{**COIN, "amount": str(4 * 10**18), "payee": town.address(STRANGER)}]
    # Nobody overlooks their own, wherever they look.
    for place in (("--in", "elmcourt"), ("--in", "elmcourt/food"), ("--network", "elmcourt")):
        shown = succeeded(cli("treasury", *place, "--account", STRANGER)).out
        assert shown.endswith("What is due to you: `zonedao withdraw --network elmcourt`\n")
    assert "withdraw" not in succeeded(cli("treasury", "--in", "elmcourt", "--account", "ada")).out
    done = succeeded(cli("withdraw", "--network", "elmcourt", "--account", STRANGER, "--yes", "--json"))
    assert done.json["result"] == {**COIN, "amount": str(4 * 10**18)}
    again = cli("withdraw", "--network", "elmcourt", "--account", STRANGER, "--yes")
    assert (again.code, again.out) == (4, "")
    assert again.error == (
        "Nothing is due to you. Nothing was sent. `zonedao treasury --network elmcourt` shows what is due to whom."
    )


def test_a_payment_to_a_body_is_collected_into_its_account(cli: Cli, town: Town) -> None:
    succeeded(cli("deposit", "10 ETH", "--in", "elmcourt", "--account", "ada", "--yes"))
    succeeded(cli("propose", "pay", "education", "3 ETH", "--in", "elmcourt", "--account", "ada", "--yes"))
    carry(cli, town, 1, "elmcourt")
    succeeded(cli("withdraw", "--in", "elmcourt/education", "--account", STRANGER, "--yes"))
    accounts = cli("treasury", "--in", "elmcourt/education", "--json").json["accounts"]
    assert accounts[0]["amount"] == str(3 * 10**18)


@pytest.mark.parametrize(
    ("amount", "code", "said"),
    [
        ("5", 2, "'5' has no unit. Write the asset after it, like 5 ETH."),
        ("0 ETH", 2, "'0 ETH' is nothing. Write an amount above zero."),
        ("-1 ETH", 2, "is below zero"),
        ("five ETH", 2, "'five ETH' is no amount. Write a number and its unit, like 12.5 ETH or 100 kg."),
        ("1.0000000000000000001 ETH", 2, "ETH has 18 decimals"),
        ("5 FLOUR", 3, "has no asset FLOUR. Use the token's address."),
        ("2000000 ETH", 5, "but 2000000 ETH are to be sent, and a fee on top. Nothing was sent. On this local chain:"),
    ],
)
def test_amounts_that_are_none(cli: Cli, town: Town, amount: str, code: int, said: str) -> None:
    done = cli("deposit", amount, "--in", "elmcourt", "--account", "ben", "--yes")
    assert (done.code, done.out) == (code, "")
    assert said in done.error


def test_a_token(cli: Cli, town: Town) -> None:
    token = deploy(town.connection, "TestToken")
    send(token, "mint", town.address("ada"), 100 * 10**18)
    before = town.connection.nonce(town.address("ada"))
    done = succeeded(cli("deposit", f"40 {token.address}", "--in", "elmcourt", "--account", "ada", "--yes", "--json"))
    assert done.json["result"] == {"asset": "TEST", "asset_address": token.address, "amount": str(40 * 10**18)}
    assert done.json["explanation"][0].startswith("First: ")
    assert town.connection.nonce(town.address("ada")) == before + 2
    assert token.call("allowance", town.address("ada"), town.elmcourt.treasury.address) == 0
    dry = cli("propose", "pay", "ben", "5 TEST", "--in", "elmcourt", "--account", "ada", "--dry-run", "--json").json
    assert dry["proposal"]["classes"] == ["constitutional"]
    accounts = cli("treasury", "--in", "elmcourt", "--json").json["accounts"]
    assert {each["asset"]: each["amount"] for each in accounts} == {"ETH": "0", "TEST": str(40 * 10**18)}


@pytest.mark.parametrize("called", ["ETH", "eth", "ЕТН", "ETH\u3164", "$(touch x)", "ETH to ben; 1 X", "“T”"])
def test_a_token_that_calls_itself_what_misleads(cli: Cli, town: Town, called: str) -> None:
    """A stranger gives the zone tokens of that name, and a member proposes to pay with them."""
    token = deploy(town.connection, "NamedToken", called)
    send(token, "mint", town.address("ada"), 100 * 10**18)
    shown = f"“{printable(called).strip('“”')}” ({token.address})"
    who = ("--in", "elmcourt", "--account", "ada")
    assert f"7 {shown}" in succeeded(cli("deposit", f"7 {token.address}", *who, "--yes")).out
    assert f"7 {shown}" in cli("treasury", "--in", "elmcourt").out
    said = succeeded(cli("propose", "pay", "ben", f"5 {token.address}", *who, "--dry-run")).out
    assert f"  1. pay 5 {shown} to ben from elmcourt\n" in said
    assert f"account of elmcourt: 7 {shown} → 2 {shown}" in said
    assert f"has no cap for {shown}" in said
    succeeded(cli("index", "sync", "--in", "elmcourt"))
    assert f"7 {shown}" in cli("treasury", "--in", "elmcourt").out
    succeeded(cli("index", "reset", "--in", "elmcourt", "--yes"))
    # What is to be copied from `todo` names it by its address.
    assert town.elmcourt.client.asset(token.address).argument == token.address


def test_where_tokens_are_stands_below_the_books(cli: Cli, town: Town) -> None:
    tokens = [deploy(town.connection, "NamedToken", "FLOUR") for _ in range(2)]
    for token in tokens:
        send(token, "mint", town.address("ada"), 100 * 10**18)
        succeeded(cli("deposit", f"40 {token.address}", "--in", "elmcourt", "--account", "ada", "--yes"))
    lines = cli("treasury", "--in", "elmcourt").out.splitlines()
    for token in tokens:
        assert f"FLOUR is what the token at {token.address} calls itself." in lines


def test_a_token_that_is_none(cli: Cli, town: Town) -> None:
    address = town.elmcourt.registry.address
    done = cli("deposit", f"40 {address}", "--in", "elmcourt", "--account", "ada", "--yes")
    assert done.code == 3
    assert done.error.startswith(f"There is no token at {address} on ")
