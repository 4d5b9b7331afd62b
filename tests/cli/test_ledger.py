"""Accounts on a Ledger: a device of ours that signs with a real key, so that what it signs is mined."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import Town
from tests.support.hardware import Hardware, emulated
from tests.support.pages import ROOT, commands_of
from tests.support.voting import succeeded, until
from zonedao.chain.accounts import KeyStore
from zonedao.chain.connection import Connection
from zonedao.chain.journal import Journal
from zonedao.chain.ledger.signer import CONFIRM, LedgerSigner
from zonedao.chain.ledger.transports import EMULATOR_VARIABLE
from zonedao.chain.sending import Sender

ADA_PATH = "m/44'/60'/0'/0/0"  # the accounts of local chains come from the device's words
GIFT = ("deposit", "1 ETH", "--in", "elmcourt", "--account", "safe", "--yes")


@pytest.fixture
def hardware(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hardware]:
    """A Ledger that holds Ada's key."""
    device = Hardware()
    with emulated(device) as address:
        monkeypatch.setenv(EMULATOR_VARIABLE, address)
        yield device


@pytest.fixture
def safe(cli: Cli, town: Town, files: Path, hardware: Hardware) -> None:
    """A user who is Ada and whose only account is on the Ledger."""
    for path in (files / "keys").iterdir():
        path.unlink()
    succeeded(cli("account", "add", "safe", "--ledger"))
    hardware.shown.clear()


def test_an_account_is_added_and_listed(cli: Cli, files: Path, hardware: Hardware) -> None:
    assert succeeded(cli("account", "add", "safe", "--ledger", "--dry-run")).out.endswith("Nothing was written.\n")
    done = succeeded(cli("account", "add", "safe", "--ledger", "--path", "m/44'/60'/0'/0/3", "--json"))
    address = done.json["address"]
    assert hardware.shown == [f"address {address.lower()}"]
    assert done.err == f"Look at your Ledger: it shows an address. Confirm it there if it is this one: {address}\n"
    listed = succeeded(cli("account", "list"))
    assert listed.out == f"NAME  ADDRESS{' ' * 37}KEY\nsafe  {address}  Ledger, m/44'/60'/0'/0/3\n"
    assert (cli("account", "add", "safe", "--ledger").code, cli("account", "add", "other").code) == (7, 2)
    copied = cli("account", "export", "safe", files)
    assert (copied.code, "never leaves it" in copied.error) == (7, True)
    (key,) = (each for each in succeeded(cli("doctor", "--json")).json["findings"] if each["subject"] == "key")
    assert (key["state"], key["detail"]) == ("good", "on a Ledger, at m/44'/60'/0'/0/3")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(EMULATOR_VARIABLE)
        patch.setitem(sys.modules, "hid", None)
        (key,) = (each for each in succeeded(cli("doctor", "--json")).json["findings"] if each["subject"] == "key")
        assert (key["state"], key["remedy"]) == ("notice", "Install it: pip install 'zonedao[ledger]'")
        assert cli("account", "add", "third", "--ledger").code == 10
    hardware.refuses = True
    assert cli("account", "add", "third", "--ledger").code == 7
    assert [file.name for file in KeyStore(files / "keys").list()] == ["safe"]


@pytest.mark.usefixtures("safe")
def test_what_is_signed_on_the_device_is_mined(cli: Cli, town: Town, hardware: Hardware) -> None:
    dry = succeeded(cli(*GIFT, "--dry-run"))
    assert (hardware.shown, CONFIRM in dry.err) == ([], False)
    done = succeeded(cli(*GIFT, "--json"))
    assert (done.json["events"], done.err.count(CONFIRM)) == (["You deposited 1 ETH for elmcourt."], 1)
    assert f"to {town.elmcourt.treasury.address.lower()}" in hardware.shown
    assert "value 1000000000000000000" in hardware.shown
    assert town.elmcourt.treasury.account(town.elmcourt).balance.amount == 10**18


@pytest.mark.usefixtures("safe")
@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"refuses": True}, "It was refused on the Ledger. Nothing was signed."),
        ({"blind": False}, "Turn on “Blind signing”"),
        ({"locked": True}, "The Ledger is locked."),
        ({"app": "BOLOS"}, "Open its Ethereum app"),
        ({"mnemonic": "legal winner thank year wave sausage worth useful legal winner thank yellow"}, "and not 0x"),
    ],
    ids=["refused", "blind", "locked", "no app", "another"],
)
def test_what_is_not_signed_is_not_sent(
    cli: Cli, town: Town, files: Path, hardware: Hardware, how: dict[str, object], said: str
) -> None:
    for name, value in how.items():
        setattr(hardware, name, value)
    before = town.connection.nonce(town.address("ada"))
    done = cli(*GIFT)
    assert (done.code, said in done.error) == (7, True)
    assert (Journal(files / "transactions.jsonl").records(), town.connection.nonce(town.address("ada"))) == ([], before)
    for name, value in vars(Hardware()).items():
        setattr(hardware, name, value)
    succeeded(cli(*GIFT))


@pytest.mark.usefixtures("safe")
def test_a_ballot_is_shown_field_by_field(cli: Cli, town: Town, hardware: Hardware, tmp_path: Path) -> None:
    succeeded(cli("propose", "pay", "ben", "1 ETH", "--in", "elmcourt", "--account", "safe", "--yes"))
    until(town, town.elmcourt.proposal(1).opens_at + 1)
    hardware.shown.clear()
    succeeded(cli("ballot", "sign", "1", "for", "--in", "elmcourt", "--yes", "--out", tmp_path / "ballot.json"))
    assert hardware.shown[:2] == [f"proposalId: {town.elmcourt.proposal(1).id}", "support: 1"]


@pytest.mark.usefixtures("town")
def test_the_how_to_page(cli: Cli, hardware: Hardware, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    typed = [shlex.split(each.text)[1:] for each in commands_of(ROOT / "docs" / "how-to" / "sign-with-a-ledger.md")]
    assert len(typed) == 5
    for words in typed:
        succeeded(cli(*words))
    # Sending what was signed asks nobody again.
    values = [each for each in hardware.shown if each.startswith("value ")]
    assert values == ["value 1000000000000000000", "value 2000000000000000000"]


def test_an_old_chain_takes_what_it_signs(chain_node: Connection, town: Town, hardware: Hardware) -> None:
    """A transaction of the old kind, with the chain's number in its signature."""
    signer = LedgerSigner.open(ADA_PATH, lambda _: None)
    receipt = Sender(chain_node, signer, gas_price_wei=10**10).transact("0x" + "cd" * 20, value_wei=7)
    signer.close()
    assert (receipt.ok, chain_node.balance("0x" + "cd" * 20)) == (True, 7)
    assert int(chain_node.request("eth_getTransactionByHash", receipt.hash)["type"], 16) == 0
