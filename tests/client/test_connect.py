"""Finding a zone: by address, by name, by file; and every way in which that goes wrong, in one clear line."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import zonedao
from tests.client.acting import Actors
from tests.support.world import World
from zonedao.addressbook import AddressBook, ZoneEntry
from zonedao.client import find_zone
from zonedao.errors import CodeMissing, NodeUnreachable, NotFound, StorageProblem, UsageProblem, WrongChain

NOBODY = "0x" + "12" * 20


@pytest.fixture
def entry(world: World, book: AddressBook) -> ZoneEntry:
    """Elmcourt in the address book."""
    found = ZoneEntry("elmcourt", world.chain.chain_id, world.zone.address)
    book.add_zone(found)
    return found


def test_by_address_name_and_entry(world: World, book: AddressBook, entry: ZoneEntry) -> None:
    for wanted in (world.zone.address, world.zone.address.lower(), "elmcourt", entry):
        zone = zonedao.connect(world.chain, wanted, book=book)
        assert (zone.name, zone.address, zone.path) == ("Elmcourt", world.zone.address, "elmcourt")


def test_the_deploy_block_is_remembered(world: World, book: AddressBook, entry: ZoneEntry) -> None:
    block = world.zone.contract.logs("BodyInitialized")[0].block_number
    book.add_zone(replace(entry, deploy_block=block))
    for wanted in ("elmcourt", world.zone.address):
        zone = zonedao.connect(world.chain, wanted, book=book)
        assert zone.deploy_block == block
        assert len(zone.bodies()) == 3


def test_by_file(world: World, book: AddressBook, tmp_path: Path) -> None:
    path = tmp_path / "elm.zone.toml"
    path.write_text(zone_file(world))
    assert zonedao.connect(world.chain, path, book=book).address == world.zone.address
    assert zonedao.connect(world.chain, str(path), book=book).address == world.zone.address
    assert isinstance(found := find_zone(path, book), ZoneEntry)
    assert found.name == "elm"


def zone_file(world: World, **changes: object) -> str:
    values = {
        "name": "elm",
        "chain_id": world.chain.chain_id,
        "root": world.zone.address,
        "registry": world.registry.address,
        "treasury": world.treasury.address,
        "stores": world.stores.address,
        "factory": world.factory.address,
        "trade_post": world.post.address,
        "deploy_block": 1,
        "charter_hash": "0x" + "00" * 32,
        "build_hash": "00" * 32,
        **changes,
    }
    return "".join(f"{key} = {value if isinstance(value, int) else repr(value)}\n" for key, value in values.items())


def test_no_zone(world: World, book: AddressBook) -> None:
    with pytest.raises(UsageProblem, match="Say which zone: its address, its name"):
        zonedao.connect(world.chain, book=book)
    with pytest.raises(NotFound, match="You know no zone yet"):
        zonedao.connect(book=book)
    with pytest.raises(NotFound, match="There is no zone nowhere in the address book"):
        zonedao.connect(world.chain, "nowhere", book=book)
    with pytest.raises(StorageProblem, match="cannot be read"):
        zonedao.connect(world.chain, "nowhere.zone.toml", book=book)


def test_several_zones(book: AddressBook, entry: ZoneEntry) -> None:
    book.add_zone(replace(entry, name="other", root=NOBODY))
    with pytest.raises(UsageProblem, match="Say which zone: elmcourt, other"):
        zonedao.connect(book=book)


def test_the_wrong_chain(world: World, book: AddressBook, entry: ZoneEntry) -> None:
    elsewhere = replace(entry, chain_id=5)
    with pytest.raises(WrongChain, match=rf"elmcourt lives on chain 5, but .* chain {world.chain.chain_id}. Nothing"):
        zonedao.connect(world.chain, elsewhere, book=book)
    assert world.chain.block_number() > 0  # a connection that was given is not closed


def test_what_is_no_zone(world: World, book: AddressBook) -> None:
    with pytest.raises(
        CodeMissing, match=f"There is no contract at {NOBODY} on .*, where a zone or industry should be"
    ):
        zonedao.connect(world.chain, NOBODY, book=book)
    with pytest.raises(CodeMissing, match=r"is no zone\. Check the address"):
        zonedao.connect(world.chain, world.treasury.address, book=book)
    with pytest.raises(UsageProblem, match=rf"is an industry\. Its zone is {world.zone.address}"):
        zonedao.connect(world.chain, world.food.address, book=book)
    with pytest.raises(UsageProblem, match="is no address"):
        zonedao.connect(world.chain, "0x12", book=book)


def test_a_node_that_is_down(book: AddressBook, entry: ZoneEntry) -> None:
    book.add_zone(replace(entry, url="http://127.0.0.1:1"))
    with pytest.raises(NodeUnreachable, match=r"elmcourt: No node answers at http://127.0.0.1:1 "):
        zonedao.connect(book=book)


def test_who_only_reads_does_nothing(actors: Actors) -> None:
    zone = actors.reader()
    assert zone.client.address is None
    for attempt in (
        lambda: zone.propose_pay("alice", 1, title="x"),
        lambda: zone.leave().simulate(),
        lambda: zone.leave().transact(),
        lambda: zone.treasury.withdraw(),
        lambda: zone.todo(),
    ):
        with pytest.raises(UsageProblem, match=r"Nobody is named who acts. Choose a key"):
            attempt()
    assert zone.leave().explain().sentence == "Leave elmcourt and every body below it."


LAZY = """
import sys
import zonedao, zonedao.client, zonedao.joining, zonedao.todo, zonedao.audit, zonedao.explain.description
import zonedao.governance.zone, zonedao.treasury.treasury, zonedao.trade.post, zonedao.trade.stores
heavy = ("web3", "eth_account", "eth_abi", "pydantic", "aiohttp", "rich", "brownie")
print([name for name in heavy if name in sys.modules])
"""


def test_importing_the_client_loads_no_chain_library() -> None:
    done = subprocess.run([sys.executable, "-c", LAZY], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_what_only_tells_asks_for_the_last_block_once(actors: Actors, monkeypatch: pytest.MonkeyPatch) -> None:
    client = actors.reader().client
    asked: list[str] = []
    ask = client.connection.transport.request

    def request(method: str, *params: Any) -> Any:
        asked.append(method)
        return ask(method, *params)

    monkeypatch.setattr(client.connection.transport, "request", request)
    with client.at_one_moment():
        first = client.head()
        client.connection.mine()
        with client.at_one_moment():
            assert (client.head(), client.now()) == (first, client.now())
        assert client.head() == first
        assert asked.count("eth_getBlockByNumber") == 2
    assert client.head().number == first.number + 1
