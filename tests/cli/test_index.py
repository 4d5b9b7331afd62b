"""`zonedao index`: the events of a zone in a file of this user's."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.cli import COMMAND, PATIENCE_SECONDS, environment, terminal
from tests.support.elmcourt import Town
from tests.support.voting import succeeded
from zonedao.chain.signers import dev_account

HERE = ("--in", "elmcourt")


def index_file(files: Path) -> Path:
    (found,) = (files / "index").glob("*.sqlite")
    return found


def test_from_the_first_sync_to_the_last_reset(cli: Cli, town: Town, files: Path, password: None) -> None:
    missing = cli("index", "status", *HERE)
    assert (missing.code, missing.error) == (
        3,
        "There is no index of this zone yet. Make one with `zonedao index sync`.",
    )
    dry = succeeded(cli("index", "sync", *HERE, "--dry-run"))
    assert "would be read into" in dry.out
    assert not (files / "index").exists()

    first = succeeded(cli("index", "sync", *HERE, "--json")).json
    assert first["events"] > 100
    assert (first["block"], first["taken_back"], first["behind"]) == (town.connection.block_number(), 0, False)
    assert (Path(first["path"]), first["zone"]) == (index_file(files), "elmcourt")
    assert index_file(files).stat().st_mode & 0o777 == 0o600

    succeeded(cli("propose", "pay", "ben", "1 ETH", *HERE, "--account", "ada", "--yes"))
    behind = succeeded(cli("index", "status", "--in", "elmcourt/kitchen", "--json")).json
    assert (behind["block"], behind["behind_blocks"]) == (first["block"], 1)
    assert (behind["events"], behind["contracts"] > behind["bodies"] > 1) == (first["events"], True)
    assert "behind by   1 blocks: `zonedao index sync` reads them" in succeeded(cli("index", "status", *HERE)).out
    again = succeeded(cli("index", "sync", *HERE))
    assert again.out == f"Block {town.connection.block_number()}: 2 new events.\n"

    verified = succeeded(cli("index", "verify", *HERE, "--json")).json
    assert (verified["events"], verified["block"]) == (first["events"] + 2, first["block"] + 1)
    with sqlite3.connect(index_file(files)) as database:
        database.execute("UPDATE body_proposal_numbered SET electorate = 1000")
    wrong = cli("index", "verify", *HERE)
    assert wrong.code == 1
    assert "has electorate 1000, which is 14 on the chain" in wrong.error
    assert "`zonedao index reset` removes it" in wrong.error

    assert "would be removed" in succeeded(cli("index", "reset", *HERE, "--dry-run")).out
    assert succeeded(cli("index", "reset", *HERE, "--json")).json["removed"] is True
    assert list((files / "index").glob("*.sqlite*")) == []
    assert succeeded(cli("index", "reset", *HERE)).out == "elmcourt has no index.\n"
    succeeded(cli("index", "sync", *HERE))
    assert succeeded(cli("index", "verify", *HERE, "--json")).json == verified


def test_what_is_said_without_a_node(cli: Cli, town: Town, files: Path) -> None:
    succeeded(cli("index", "sync", *HERE))
    book = files / "addressbook.toml"
    book.write_text(book.read_text().replace(town.connection.url, "http://127.0.0.1:1"))
    status = succeeded(cli("index", "status", *HERE)).out
    assert "does not answer" in status
    assert f"block {town.connection.block_number()}" in status
    assert cli("index", "sync", *HERE).code == 6
    assert succeeded(cli("index", "reset", *HERE, "--json")).json["removed"] is True


def test_blocks_taken_back_are_told(cli: Cli, town: Town) -> None:
    snapshot = town.connection.snapshot()
    town.connection.mine(3)
    succeeded(cli("index", "sync", *HERE))
    town.connection.revert(snapshot)
    town.connection.mine()
    height = town.connection.block_number()
    told = succeeded(cli("index", "sync", *HERE)).out
    assert told == f"Block {height}: 3 blocks that the chain replaced taken back, 0 new events.\n"


def test_an_unknown_zone(cli: Cli, files: Path) -> None:
    done = cli("index", "sync")
    assert done.code == 3
    assert "You know no zone yet" in done.error


@pytest.mark.once
def test_two_at_once(cli: Cli, town: Town, files: Path) -> None:
    words = [*COMMAND, "index", "sync", *HERE, "--json"]
    both = [subprocess.Popen(words, env=environment(files), stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [each.wait(PATIENCE_SECONDS) for each in both] == [0, 0]
    succeeded(cli("index", "verify", *HERE))


@pytest.mark.once
def test_following(town: Town, files: Path) -> None:
    with terminal("index", "sync", *HERE, "--follow", home=files) as screen:
        screen.await_text(f"Block {town.connection.block_number()}: ")
        town.elmcourt.acting_as(dev_account(0)).propose_pay(town.address("ben"), 1, title="News").transact()
        screen.await_text(f"Block {town.connection.block_number()}: 2 new events.")
        screen.control_c()
        done = screen.end()
    assert done.code == 130
    assert "Stopped. What was read stays; `zonedao index sync` goes on from there." in done.err
