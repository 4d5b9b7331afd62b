"""Signed here and sent elsewhere: `--sign-only FILE`, `send FILE`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import Town
from tests.support.voting import succeeded
from zonedao.chain.journal import Journal
from zonedao.chain.sending import Sender
from zonedao.chain.signers import dev_account

ADA = ("--in", "elmcourt", "--account", "ada", "--yes")


def ether_in(town: Town) -> int:
    return town.elmcourt.treasury.account(town.elmcourt).balance.amount // 10**18


def signed(cli: Cli, tmp_path: Path, amount: str, *more: str) -> tuple[Path, int]:
    """A gift that was signed into a file, and its number."""
    file = tmp_path / f"{amount.split()[0]}.json"
    done = succeeded(cli("deposit", amount, *ADA, "--sign-only", file, "--json", *more))
    assert (done.json["sent"], done.json["file"]) == (False, str(file))
    assert done.json["explanation"][0] == f"Deposit {amount} into the account of elmcourt."
    return file, done.json["number"]


def test_signed_one_after_the_other_and_sent_in_that_order(
    cli: Cli, town: Town, password: None, tmp_path: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, number = signed(cli, tmp_path, "1 ETH")
    second, after = signed(cli, tmp_path, "2 ETH")
    assert after == number + 1
    assert ether_in(town) == 0
    assert [each["state"] for each in succeeded(cli("tx", "list", "--json")).json["transactions"]] == ["kept", "kept"]
    for words in ((), (str(number),)):
        unsent = cli("tx", "cancel", *words, "--account", "ada", "--yes")
        assert (unsent.code, f"was signed into {first} and not sent. Send it with" in unsent.error) == (4, True)
    assert f"was signed into {second} and" in cli("tx", "speed-up", str(after), "--account", "ada", "--yes").error
    taken = cli("deposit", "3 ETH", *ADA, "--sign-only", first)
    assert (taken.code, f"{first} is there already. Nothing was signed." in taken.error) == (2, True)

    early = cli("send", second, "--yes")
    assert (early.code, early.error.endswith(f"Send {first} first.")) == (4, True)
    dry = succeeded(cli("send", first, "--dry-run"))
    assert dry.out.startswith("Deposit 1 ETH into the account of elmcourt.\n")
    assert ether_in(town) == 0
    done = succeeded(cli("send", first, "--yes", "--json"))
    assert (done.json["sent"], done.json["action"]) == (True, "deposit 1 ETH for Elmcourt")
    assert done.json["events"] == ["You deposited 1 ETH for elmcourt."]
    again = succeeded(cli("send", first, "--yes", "--json"))
    assert (again.json["tx"], "nothing is sent again" in again.err) == (done.json["tx"], True)
    assert ether_in(town) == 1

    # The other from a computer that has no key and knows no zone.
    monkeypatch.setenv("ZONEDAO_HOME", str(tmp_path / "elsewhere"))
    sent = succeeded(cli("send", second, "--yes", "--json", "--network", town.connection.url))
    assert sent.json["events"][0].startswith(f"{town.address('ada')} deposited 2 ETH")
    assert ether_in(town) == 3
    monkeypatch.setenv("ZONEDAO_HOME", str(files))
    listed = succeeded(cli("tx", "list", "--json")).json["transactions"]
    assert [(each["file"], each["state"]) for each in listed] == [(str(second), "mined")]
    # What was sent elsewhere waits here no more.
    succeeded(cli("send", second, "--yes"))
    assert succeeded(cli("tx", "list", "--json")).json["transactions"] == []


def test_a_number_that_went_to_another(cli: Cli, town: Town, password: None, tmp_path: Path) -> None:
    file, number = signed(cli, tmp_path, "1 ETH")
    done = succeeded(cli("deposit", "2 ETH", *ADA))
    assert f"{file} has the same number and can no longer be sent" in done.err
    late = cli("send", file, "--yes")
    assert (late.code, late.out) == (4, "")
    assert f"The number {number} of {town.address('ada')} went to another transaction (0x" in late.error
    assert late.error.endswith("Nothing was sent. Sign it again if it is still wanted.")
    assert ether_in(town) == 2


def test_no_longer_valid(cli: Cli, town: Town, password: None, tmp_path: Path) -> None:
    node, ada = town.connection, town.address("ada")
    base_fee_wei = node.block().base_fee_wei or 0
    file, _ = signed(cli, tmp_path, "1 ETH", "--max-fee", f"{(base_fee_wei + 10**9) / 10**9:.9f} gwei")
    less = cli("send", file, "--yes", "--max-fee", "0.000000001 gwei")
    assert (less.code, "more than your limit of 0.000000001 gwei" in less.error) == (4, True)
    coins = node.balance(ada)
    node.request("anvil_setBalance", ada, "0x0")
    poor = cli("send", file, "--yes")
    assert (poor.code, "Nothing was sent" in poor.error) == (5, True)
    node.request("anvil_setBalance", ada, hex(coins))
    node.request("anvil_setNextBlockBaseFeePerGas", hex(base_fee_wei + 10**10))
    node.request("evm_mine")
    dear = cli("send", file, "--yes")
    # Going back does not bring back what the next block would cost.
    node.request("anvil_setNextBlockBaseFeePerGas", hex(base_fee_wei))
    node.request("evm_mine")
    assert (dear.code, "for a unit of gas, and the price is" in dear.error) == (4, True)
    assert ether_in(town) == 0


def test_what_would_fail_now_is_not_sent(cli: Cli, town: Town, password: None, tmp_path: Path) -> None:
    succeeded(cli("propose", "pay", "ben", "1 ETH", *ADA))
    proposal = town.elmcourt.proposal(1)
    town.connection.set_time(proposal.opens_at + 1)
    file = tmp_path / "vote.json"
    done = succeeded(cli("vote", "1", "for", *ADA, "--sign-only", file))
    assert done.out.startswith("Signed and not sent: number ")
    town.connection.set_time(proposal.closes_at + 1)
    late = cli("send", file, "--yes")
    assert (late.code, late.out, "Nothing was sent" in late.error) == (4, "", True)


@pytest.mark.parametrize("key", ["chain_id", "sender", "number", "to", "value_wei", "tx"])
def test_what_was_changed(cli: Cli, town: Town, password: None, tmp_path: Path, key: str) -> None:
    file, _ = signed(cli, tmp_path, "1 ETH")
    document = json.loads(file.read_text())
    assert document["action"] == "deposit 1 ETH for Elmcourt"
    document[key] = {"chain_id": 1, "number": 77}.get(key, "0x1234")
    file.write_text(json.dumps(document))
    done = cli("send", file, "--yes")
    assert (done.code, f"{file} was changed: its {key} is not what was signed." in done.error) == (2, True)


def test_another_chain(cli: Cli, town: Town, password: None, tmp_path: Path) -> None:
    file, _ = signed(cli, tmp_path, "1 ETH")
    done = cli("send", file, "--yes", "--network", "embedded")
    assert (done.code, "was signed for chain 424242, and embedded serves chain" in done.error) == (6, True)
    document = json.loads(file.read_text())
    document["genesis"] = "0x" + "12" * 32
    file.write_text(json.dumps(document))
    done = cli("send", file, "--yes")
    assert (done.code, "began anew. Nothing was sent. Sign it again for this one." in done.error) == (6, True)


def test_nothing_of_that_kind(cli: Cli, town: Town, password: None, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text("{}")
    assert cli("send", other, "--yes").code == 2
    paper, _ = signed(cli, tmp_path, "1 ETH")
    paper.write_text(json.dumps({**json.loads(paper.read_text()), "raw": "0x"}))
    empty = cli("send", paper, "--yes")
    assert (empty.code, "Those bytes are no signed transaction: they do not hold" in empty.error) == (2, True)
    assert cli("send", tmp_path / "none.json", "--yes").code == 11
    for words in (("deploy", "x.toml"), ("tx", "cancel"), ("ballot", "post", "1"), ("send", other)):
        done = cli(*words, "--sign-only", tmp_path / "out.json")
        assert (done.code, "--sign-only is for commands that make one transaction" in done.error) == (2, True), words


def test_what_waits_for_a_number_that_nothing_has(cli: Cli, town: Town, password: None, files: Path) -> None:
    ada, journal = dev_account(0), Journal(files / "transactions.jsonl")
    sender = Sender(town.connection, ada, journal)
    number = town.connection.nonce(ada.address)
    sender.send(sender.prepare(ada.address, nonce=number + 1, note="ahead of time"))
    done = succeeded(cli("tx", "list"))
    assert "ahead of time" in done.out
    assert f"The number {number} of ada is free and comes first: whatever ada sends next takes it." in done.err
    assert succeeded(cli("tx", "list", "--json")).json["transactions"][0]["waits_for"] == number
    succeeded(cli("deposit", "1 ETH", *ADA))
    done = cli("tx", "list")
    assert ("ahead of time" in done.out, "is free" in done.err) == (True, False)
