"""What people are called, on this machine only; no chain is asked."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.voting import succeeded
from zonedao.addressbook import AddressBook, ZoneEntry
from zonedao.chain.signers import dev_account

ANNA, BEN = dev_account(0).address, dev_account(1).address


def test_named_renamed_and_forgotten(cli: Cli, files: Path) -> None:
    assert succeeded(cli("name", "list")).out == (
        "You have named nobody. Begin with `zonedao name add NAME ADDRESS`.\n"
    )
    assert succeeded(cli("name", "add", "anna", ANNA, "--dry-run")).out.startswith(f"{ANNA} would be called anna.")
    assert succeeded(cli("name", "list", "--json")).json == {"names": []}

    added = succeeded(cli("name", "add", "anna", ANNA.lower(), "--json"))
    assert added.json == {"name": "anna", "address": ANNA, "was": None}
    assert stat.S_IMODE((files / "addressbook.toml").stat().st_mode) == 0o600
    assert succeeded(cli("name", "add", "Anna B", ANNA)).out == (
        f"{ANNA} is Anna B from now on. They were anna before.\n"
    )
    assert succeeded(cli("name", "list", "--json")).json["names"] == [{"name": "Anna B", "address": ANNA, "zones": []}]
    assert "Anna B  " + ANNA in cli("name", "list").out

    assert succeeded(cli("name", "forget", "anna b", "--dry-run")).out.startswith("Anna B would be forgotten.")
    assert succeeded(cli("name", "forget", "anna b", "--json")).json == {"name": "Anna B", "address": ANNA}
    assert AddressBook.default().people() == ()


def test_a_name_means_one_person(cli: Cli, files: Path) -> None:
    succeeded(cli("name", "add", "anna", ANNA))
    taken = cli("name", "add", "Anna", BEN)
    assert (taken.code, AddressBook.default().name_of(BEN)) == (2, None)
    assert taken.error == (
        f"You call {ANNA} Anna already. Choose another name, or take that one back with `zonedao name forget {ANNA}`."
    )
    # The same again is no mistake.
    assert succeeded(cli("name", "add", "anna", ANNA)).out == f"{ANNA} is anna from now on.\n"


@pytest.mark.parametrize("name", ["аnnа", "anna\u3164", "ａｎｎａ"])
def test_a_name_that_only_looks_different_to_a_computer(cli: Cli, files: Path, name: str) -> None:
    succeeded(cli("name", "add", "anna", ANNA))
    taken = cli("name", "add", name, BEN)
    assert taken.code == 2
    assert taken.error.startswith(f"You call {ANNA} anna, which looks the same, already. Choose another name")
    assert AddressBook.default().name_of(BEN) is None


def test_nobody_is_called_like_a_zone(cli: Cli, files: Path) -> None:
    AddressBook.default().add_zone(ZoneEntry("elmcourt", 31337, BEN))
    taken = cli("name", "add", "Elmcourt", ANNA)
    assert (taken.code, taken.error) == (2, "You call a zone elmcourt. Choose another name for a person.")


def test_an_address_that_only_looks_like_a_known_one(cli: Cli, files: Path) -> None:
    succeeded(cli("name", "add", "anna", ANNA))
    alike = ANNA[:6] + "ab" * 16 + ANNA[-4:]
    warned = succeeded(cli("name", "add", "carl", alike.lower()))
    assert "is NOT anna: it only begins and ends alike. Compare every digit." in warned.err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("add", "0xanna", ANNA), 2, "is no name for the address book"),
        (("add", "12", ANNA), 2, "members go by number as well"),
        (("add", "anna", "0x12"), 2, "0x12"),
        (("add", "anna", "ben"), 2, "ben"),
        (("forget", "ana"), 3, "You call nobody ana. `zonedao name list`"),
        (("forget", BEN), 3, f"You have no name for {BEN}."),
    ],
)
def test_what_cannot_be_named(cli: Cli, files: Path, words: tuple[str, ...], code: int, says: str) -> None:
    done = cli("name", *words)
    assert done.code == code
    assert says in done.error
    assert not (files / "addressbook.toml").exists()


def test_a_name_is_guessed(cli: Cli, files: Path) -> None:
    succeeded(cli("name", "add", "anna", ANNA))
    assert "Did you mean anna?" in cli("name", "forget", "annna").error
