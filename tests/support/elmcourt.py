"""Elmcourt and Millbrook of examples/ on a node, and a user who has a key file for everybody there.

    from tests.support.elmcourt import chain_node, founded, password_file, town     # in a conftest.py

The node has a chain id that nobody knows. Every test finds both zones as they were born, and is put back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.chain import require_node, rollback
from zonedao import charter
from zonedao.addressbook import AddressBook, ZoneEntry
from zonedao.chain.accounts import KeyStore
from zonedao.chain.connection import Connection, connect
from zonedao.chain.journal import Journal
from zonedao.chain.local import LocalNode
from zonedao.chain.signers import dev_account, dev_key
from zonedao.client import connect as connect_zone
from zonedao.federation import Deployment, deploy
from zonedao.governance.zone import Zone

PASSWORD = "correct horse"
ROOT = Path(__file__).resolve().parents[2]
CHAIN_ID = 424_242
DEPLOYER = 40  # number of the local account that pays for the deployment and is nobody there

ELMCOURT = ("ada", "ben", "cleo", "dan", "eva", "finn", "gita", "hugo", "ines", "jon", "kim", "lea", "mio", "nora")
MILLBROOK = (
    "olga", "paul", "quinn", "rosa", "sami", "tara", "udo", "vera", "will", "xenia", "yusuf", "zoe", "arne", "bibi",
)  # fmt: skip
PEOPLE = (*ELMCOURT, *MILLBROOK)  # in the order of the local accounts
STRANGER = "stan"  # has a key and coins, and is no member of anything
STRANGER_ACCOUNT = 30


@dataclass(frozen=True)
class Town:
    """Both zones on a node; the files of their founders."""

    connection: Connection
    zone_files: dict[str, Path]
    elmcourt: Zone
    millbrook: Zone

    def skip(self, **length: float) -> None:
        """Move the clock forward, by the arguments of a timedelta."""
        self.connection.skip(int(timedelta(**length).total_seconds()))

    def address(self, name: str) -> str:
        """Somebody's address."""
        return address_of(name)


def address_of(name: str) -> str:
    """The address of somebody of either zone, or of the stranger."""
    return dev_account(STRANGER_ACCOUNT if name == STRANGER else PEOPLE.index(name)).address


def keep_keys(folder: Path, names: tuple[str, ...] = (*PEOPLE, STRANGER)) -> KeyStore:
    """Key files for everybody, made with a small work factor so that opening one costs nothing."""
    keys = KeyStore(folder)
    for name in names:
        number = STRANGER_ACCOUNT if name == STRANGER else PEOPLE.index(name)
        keys.import_raw(name, dev_key(number).hex(), PASSWORD, work_factor=2)
    return keys


def join_zones(home: Path, deployments: dict[str, Deployment], url: str) -> None:
    """Write the address book that `deploy` would have written."""
    book = AddressBook(home / "addressbook.toml")
    for name, made in deployments.items():
        zone = made.zone
        book.add_zone(ZoneEntry(name, zone.chain_id, zone.root, zone.deploy_block, zone.charter_hash, url))
        book.add_people({address: person for person, address in made.people.items()}, name)


@pytest.fixture(scope="session")
def chain_node() -> Iterator[Connection]:
    """A node of the preferred kind."""
    with LocalNode(require_node("anvil", "ganache"), chain_id=CHAIN_ID) as started, connect(started.url) as connection:
        yield connection


@pytest.fixture(scope="session")
def founded(chain_node: Connection, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Deployment]:
    """Both zones, deployed by the library."""
    journal = Journal(tmp_path_factory.mktemp("deployer") / "journal.jsonl")
    made: dict[str, Deployment] = {}
    for name in ("elmcourt", "millbrook"):
        plan = charter.plan(charter.load(ROOT / "examples" / f"{name}.toml"))
        made[name] = deploy(chain_node, dev_account(DEPLOYER), plan, journal=journal)
    return made


@pytest.fixture
def town(files: Path, chain_node: Connection, founded: dict[str, Deployment], tmp_path: Path) -> Iterator[Town]:
    """Both zones as they were born, in the address book of a user who has everybody's key."""
    keep_keys(files / "keys")
    join_zones(files, founded, chain_node.url)
    zone_files = {name: made.zone.write(tmp_path) for name, made in founded.items()}
    book = AddressBook(files / "addressbook.toml")
    with rollback(chain_node):
        zones = {name: connect_zone(chain_node, made.zone.root, book=book) for name, made in founded.items()}
        yield Town(chain_node, zone_files, zones["elmcourt"], zones["millbrook"])


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    """A file whose first line is the password of every key here."""
    path = tmp_path / "password"
    path.write_text(PASSWORD + "\n")
    return path
