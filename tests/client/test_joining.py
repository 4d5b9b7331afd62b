"""Joining: only a zone whose every contract is the shipped one, and fits the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import zonedao
from tests.client.test_connect import zone_file
from tests.support.bodies import Person
from tests.support.market import Market
from tests.support.world import PEOPLE, STRANGER, World, deploy_factory
from zonedao.addressbook import AddressBook, ZoneEntry
from zonedao.chain.abi import keccak
from zonedao.chain.connection import Connection
from zonedao.errors import CodeMissing, StorageProblem, UsageProblem, WrongChain
from zonedao.joining import check_code

CHARTER = "0x" + keccak(b"Elmcourt").hex()


@pytest.fixture
def entry(world: World) -> ZoneEntry:
    return ZoneEntry("elmcourt", world.chain.chain_id, world.zone.address, 1, CHARTER, "")


def test_by_file(world: World, book: AddressBook, tmp_path: Path, bob: Person) -> None:
    path = tmp_path / "elm.zone.toml"
    path.write_text(zone_file(world, charter_hash=CHARTER))
    joined = zonedao.join(str(path), world.chain, bob.address, book=book)
    assert joined.you is not None
    assert (joined.you.index, joined.you.name) == (2, "bob")
    assert joined.bodies == ("elm", "elm/food", "elm/food/bakery")
    assert not joined.keeper
    assert [check.artifact for check in joined.checks] == [
        "Zone",
        "ZoneAffairs",
        "ZoneBallots",
        "ZoneMembers",
        "ZoneOversight",
        "ZoneFactory",
        "Registry",
        "RegistryAffairs",
        "Treasury",
        "Stores",
        "TradePost",
    ]
    assert book.zone("elm").root == world.zone.address
    assert zonedao.connect(world.chain, "elm", book=book).name == "Elmcourt"


def test_paths_begin_with_what_the_user_calls_the_zone(world: World, book: AddressBook, entry: ZoneEntry) -> None:
    """Two zones may have the same name on the chain."""
    zonedao.join(entry, world.chain, called="ours", book=book)
    zone = zonedao.connect(world.chain, "ours", book=book)
    assert zone.path == "ours"
    bakery = zone.body("ours/food/bakery")
    assert bakery.path == "ours/food/bakery"
    assert zone.client.speaker.name(bakery.address) == "ours/food/bakery"
    for same in ("bakery", "food/bakery", "elmcourt/food/bakery"):
        assert zone.body(same) == bakery
    assert zonedao.connect(world.chain, world.zone.address, book=book).path == "ours"
    assert zonedao.connect(world.chain, world.zone.address, book=AddressBook(book.path / "none")).path == "elmcourt"


@pytest.mark.parametrize("called", ["a/b", "--x", "-x", "", "Elm Court", "0xab", "anvil", "a" * 65, "elm\x1b[2J"])
def test_names_that_no_path_can_begin_with(world: World, book: AddressBook, entry: ZoneEntry, called: str) -> None:
    with pytest.raises(UsageProblem, match="cannot be what you call a zone"):
        zonedao.join(entry, world.chain, called=called, book=book)
    assert book.zones() == ()


@pytest.mark.parametrize("key", ["registry", "treasury", "factory"])
def test_a_file_that_names_other_contracts(world: World, book: AddressBook, tmp_path: Path, key: str) -> None:
    path = tmp_path / "elm.zone.toml"
    path.write_text(zone_file(world, charter_hash=CHARTER, **{key: world.stores.address}))
    with pytest.raises(CodeMissing, match=r"The file names another .* than the zone has"):
        zonedao.join(path, world.chain, book=book)
    assert book.zones() == ()


def test_a_file_from_the_future(world: World, book: AddressBook, entry: ZoneEntry) -> None:
    head = world.chain.block_number()
    with pytest.raises(WrongChain, match=f"founded in block {head + 1}, but .* has {head} blocks"):
        zonedao.join(replace(entry, deploy_block=head + 1), world.chain, book=book)
    world.chain.mine()
    with pytest.raises(CodeMissing, match=f"nothing of the birth of {entry.root} since block {head + 1}"):
        zonedao.join(replace(entry, deploy_block=head + 1), world.chain, book=book)
    assert book.zones() == ()


def test_strangers_keepers_and_nobody(world: World, market: Market, book: AddressBook, entry: ZoneEntry) -> None:
    assert zonedao.join(entry, world.chain, STRANGER.address, book=book).you is None
    assert zonedao.join(entry, world.chain, book=book).you is None
    assert zonedao.join(entry, world.chain, PEOPLE[0].address, book=book).keeper


def test_looking_writes_nothing(world: World, tmp_path: Path, entry: ZoneEntry) -> None:
    book = AddressBook(tmp_path / "none" / "addressbook.toml")
    zonedao.join(entry, world.chain, book=book, save=False)
    assert not book.path.exists()


def test_another_chain_or_charter(world: World, book: AddressBook, entry: ZoneEntry) -> None:
    with pytest.raises(WrongChain, match="elmcourt lives on chain 5"):
        zonedao.join(replace(entry, chain_id=5), world.chain, book=book)
    with pytest.raises(CodeMissing, match="was born of another charter"):
        zonedao.join(replace(entry, charter_hash="0x" + "11" * 32), world.chain, book=book)
    assert book.zones() == ()


def test_a_name_that_is_taken(world: World, book: AddressBook, entry: ZoneEntry) -> None:
    book.add_zone(replace(entry, chain_id=1))
    with pytest.raises(UsageProblem, match="Another zone is called elmcourt already"):
        zonedao.join(entry, world.chain, book=book)


def test_no_file(world: World, book: AddressBook, tmp_path: Path) -> None:
    with pytest.raises(StorageProblem, match="cannot be read"):
        zonedao.join(tmp_path / "none.zone.toml", world.chain, book=book)


def test_what_is_no_zone(world: World) -> None:
    with pytest.raises(CodeMissing, match="There is no contract at"):
        check_code(world.chain, "0x" + "12" * 20)
    with pytest.raises(CodeMissing, match="is no body: it is not a clone"):
        check_code(world.chain, world.treasury.address)
    with pytest.raises(CodeMissing, match="is an industry and no zone"):
        check_code(world.chain, world.food.address)


class Forged:
    """A node that tells something else about the code at one address."""

    def __init__(self, chain: Connection, address: str, code: bytes) -> None:
        self._chain, self._address, self._code = chain, address, code

    def request(self, method: str, *params: object) -> object:
        if method == "eth_getCode" and str(params[0]).lower() == self._address.lower():
            return "0x" + self._code.hex()
        return self._chain.request(method, *params)

    def close(self) -> None:
        """Nothing: the chain is the fixture's."""


def forged(world: World, address: str, code: bytes) -> Connection:
    return Connection(Forged(world.chain, address, code), kind="embedded", fixed_clock=True)


def test_every_contract_is_compared(world: World) -> None:
    """One byte changed anywhere in any of them is found."""
    for check in check_code(world.chain, world.zone.address):
        code = bytearray(world.chain.code(check.address))
        code[len(code) // 2] ^= 1
        with pytest.raises(
            CodeMissing, match=f"is not the {check.artifact} of this version of zonedao: byte|instead of"
        ):
            check_code(forged(world, check.address, bytes(code)), world.zone.address)


def test_what_contracts_keep_must_fit(world: World) -> None:
    """The right code with another zone, factory or register inside is another zone's contract."""
    elsewhere = world.new_zone("Elsewhere", nonce=7)
    for ours, theirs, problem in (
        (world.registry, elsewhere.registry, "The register belongs to another zone"),
        (world.treasury, elsewhere.treasury, "The treasury belongs to another zone"),
        (world.stores, elsewhere.stores, "The stores belong to another zone"),
    ):
        with pytest.raises(CodeMissing, match=problem):
            check_code(forged(world, ours.address, world.chain.code(theirs.address)), world.zone.address)


def test_another_factory(world: World) -> None:
    other = deploy_factory(world.chain)
    implementation = world.factory.call("implementation")
    theirs = other.call("implementation")
    with pytest.raises(CodeMissing, match="The factory makes other bodies"):
        check_code(forged(world, world.factory.address, world.chain.code(other.address)), world.zone.address)
    with pytest.raises(CodeMissing, match="The bodies obey another factory"):
        check_code(forged(world, implementation, world.chain.code(theirs)), world.zone.address)
