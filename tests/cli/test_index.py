"""`zonedao index`: the events of a zone in a file of this user's."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.cli import COMMAND, PATIENCE_SECONDS, environment, terminal
from tests.support.elmcourt import Town
from tests.support.proxy import on_the_way, reset
from tests.support.voting import succeeded
from zonedao.addressbook import AddressBook
from zonedao.chain.abi import checksum_address
from zonedao.chain.signers import dev_account

HERE = ("--in", "elmcourt")
CHAIN_LIBRARIES = {"web3", "eth_abi", "eth_account", "eth_utils", "pydantic", "http", "rich"}


def index_file(files: Path) -> Path:
    (found,) = (files / "index").glob("*.sqlite")
    return found


@pytest.mark.parametrize("word", ["sync", "status", "verify", "reset"])
def test_a_mistyped_zone_is_not_taken_for_the_only_one(cli: Cli, town: Town, word: str) -> None:
    refused = cli("index", word, "--in", "elmcuort", "--yes")
    assert refused.code == 3
    assert refused.error.startswith("You know no zone elmcuort. Did you mean elmcourt?")


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

    town.elmcourt.acting_as(dev_account(0)).propose_pay(town.address("ben"), 1, title="News").transact()
    behind = succeeded(cli("index", "status", "--in", "elmcourt/food", "--json")).json
    assert (behind["block"], behind["behind_blocks"]) == (first["block"], 1)
    assert (behind["events"], behind["contracts"] > behind["bodies"] > 1) == (first["events"], True)
    assert "behind by   1 block: `zonedao index sync` reads on" in succeeded(cli("index", "status", *HERE)).out
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
    with sqlite3.connect(index_file(files)) as database:
        database.execute("UPDATE position SET time = read_at + 7000, ahead = 7200")
    assert " min ago\n" in succeeded(cli("index", "status", *HERE)).out.split("\nof ")[1][:60]
    assert cli("index", "sync", *HERE).code == 6
    assert succeeded(cli("index", "reset", *HERE, "--json")).json["removed"] is True


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("position", "proposal list"),
        ("sources", "body list"),
        ("blocks", "index status"),
        ("tallies", "index verify"),
        ("body_member_admitted", "member list"),
        ("body_vote_cast", "index verify"),
        ("sources", "index sync"),
    ],
)
def test_a_file_of_which_a_part_is_missing(cli: Cli, town: Town, files: Path, table: str, words: str) -> None:
    succeeded(cli("index", "sync", *HERE))
    with sqlite3.connect(index_file(files)) as database:
        database.execute(f"DROP TABLE {table}")
    done = cli(*words.split(), *HERE)
    assert (done.code, done.out) == (11, "")
    assert f"cannot be used (no such table: {table}). `zonedao index reset` removes it" in done.error
    assert cli("doctor").code in (0, 1)


def test_the_same_zone_founded_on_a_chain_that_began_anew(cli: Cli, town: Town, files: Path, password: None) -> None:
    succeeded(cli("index", "sync", *HERE))
    before = succeeded(cli("index", "verify", *HERE, "--json")).json
    snapshot = town.connection.snapshot()
    town.elmcourt.acting_as(dev_account(0)).propose_pay(town.address("ben"), 1, title="Gone").transact()
    succeeded(cli("index", "sync", *HERE))
    town.connection.revert(snapshot)
    with sqlite3.connect(index_file(files)) as database:
        # As if it had been founded later on the chain before.
        database.execute("UPDATE meta SET value = value + 1 WHERE key = 'first_block'")
    status = succeeded(cli("index", "status", *HERE)).out
    assert "before that of the index" in status
    succeeded(cli("join", town.zone_files["elmcourt"], "--account", "dan"))
    listed = succeeded(cli("proposal", "list", *HERE, "--json")).json
    assert (listed["block"], listed["proposals"]) == (town.connection.block_number(), [])
    assert succeeded(cli("index", "verify", *HERE, "--json")).json == before


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
def test_nothing_but_the_sync_reads_logs(cli: Cli, town: Town) -> None:
    """What reads them besides shows no progress, and begins anew each time."""
    with on_the_way(town.connection.url) as proxy:
        proxy.on("eth_getLogs", reset)
        read = succeeded(cli("index", "sync", *HERE, "--network", proxy.url, "--json")).json
    assert read["events"] > 100
    assert "batch" in proxy.seen
    assert "eth_getLogs" not in proxy.seen


def test_following(town: Town, files: Path) -> None:
    with terminal("index", "sync", *HERE, "--follow", home=files) as screen:
        screen.await_text(f"Block {town.connection.block_number()}: ")
        town.elmcourt.acting_as(dev_account(0)).propose_pay(town.address("ben"), 1, title="News").transact()
        screen.await_text(f"Block {town.connection.block_number()}: 2 new events.")
        screen.control_c()
        done = screen.end()
    assert done.code == 130
    assert "Stopped. What was read stays; `zonedao index sync` goes on from there." in done.err


def test_proposals_are_listed_from_the_index(cli: Cli, town: Town, files: Path, password: None) -> None:
    for title in ("One", "Two", "Three"):
        succeeded(
            cli(
                "propose",
                "pay",
                "ben",
                "1 ETH",
                "--title",
                title,
                "--in",
                "elmcourt/food",
                "--account",
                "ada",
                "--yes",
            )
        )
    food = ("proposal", "list", "--in", "elmcourt/food")
    asked = succeeded(cli(*food, "--json"))
    assert (asked.json["block"], asked.err) == (None, "")
    succeeded(cli("index", "sync", *HERE))
    height = town.connection.block_number()
    town.skip(hours=2)
    told = succeeded(cli(*food, "--json"))
    assert told.json["block"] == height
    assert told.err.startswith(f"As of block {height}, read ")
    assert "is missing" not in told.err
    with sqlite3.connect(index_file(files)) as database:
        database.execute("UPDATE position SET read_at = read_at - 7200")
    old = succeeded(cli(*food)).err
    assert " h ago: what has happened since is missing. `zonedao index sync` reads on" in old
    live = succeeded(cli(*food, "--live", "--json"))
    assert {**live.json, "block": None} == {**asked.json, "proposals": live.json["proposals"]}
    # Two hours later the vote is open, which the index does not know unless the chain's clock is told once more.
    succeeded(cli("index", "sync", *HERE))
    told = succeeded(cli(*food, "--json"))
    assert told.json["proposals"] == live.json["proposals"] != asked.json["proposals"]
    assert succeeded(cli(*food, "--network", town.connection.url, "--json")).json["block"] is None

    assert succeeded(cli(*food, "--limit", str(2**70), "--json")).json["more"] is False
    newest = succeeded(cli(*food, "--limit", "1"))
    assert "Three" in newest.out
    assert "Two" not in newest.out
    assert "--limit 0 lists all" in newest.err
    assert succeeded(cli(*food, "--limit", "1", "--live", "--json")).json["more"] is True
    assert [each["title"] for each in succeeded(cli(*food, "--limit", "0", "--json")).json["proposals"]] == [
        "Three",
        "Two",
        "One",
    ]
    # What is done by a command is in the index when it ends.
    succeeded(cli("vote", "3", "for", "--in", "elmcourt/food", "--account", "ben", "--yes"))
    told = succeeded(cli(*food, "--json"))
    assert told.json["block"] == town.connection.block_number()
    assert [each["votes"]["for"] for each in told.json["proposals"]] == [1, 0, 0]
    # No node is needed for it, and a body that the index does not know is asked about.
    book = files / "addressbook.toml"
    book.write_text(book.read_text().replace(town.connection.url, "http://127.0.0.1:1"))
    assert succeeded(cli(*food, "--json")).json == told.json
    assert cli(*food, "--live").code == 6
    assert cli("proposal", "list", "--in", "elmcourt/nowhere").code == 6


@pytest.mark.parametrize("words", [("body", "list"), ("member", "list")])
@pytest.mark.parametrize("where", ["elmcourt", "elmcourt/food", "millbrook"])
def test_bodies_and_members_are_listed_from_the_index(cli: Cli, town: Town, words: tuple[str, ...], where: str) -> None:
    asked = succeeded(cli(*words, "--in", where, "--json")).json
    shown = succeeded(cli(*words, "--in", where)).out
    assert asked["block"] is None
    succeeded(cli("index", "sync", "--in", where))
    told = succeeded(cli(*words, "--in", where, "--json")).json
    assert told == {**asked, "block": town.connection.block_number()}
    assert succeeded(cli(*words, "--in", where)).out == shown
    assert succeeded(cli(*words, "--in", where, "--live", "--json")).json == asked


def test_members_who_only_look_like_others(cli: Cli, town: Town) -> None:
    """Somebody's name in the address book is moved to a key that is alike at both ends."""
    ben = town.address("ben")
    alike = f"{ben[:6].lower()}{'7' * 32}{ben[-4:].lower()}"
    book = AddressBook.default()
    book.path.write_text(book.path.read_text().replace(ben, checksum_address(alike)))
    asked = succeeded(cli("member", "list", *HERE)).out
    assert "NOT ben, only alike" in asked
    succeeded(cli("index", "sync", *HERE))
    assert succeeded(cli("member", "list", *HERE)).out == asked


READING = (
    ("proposal", "list", *HERE),
    ("proposal", "show", "1", *HERE),
    ("ballot", "status", *HERE),
    ("treasury", *HERE),
    ("todo", "--account", "dan", *HERE),
    ("body", "show", *HERE),
    ("body", "show", "food/bakery", *HERE),
    ("member", "show", "ada", *HERE),
    ("member", "recovery", "ada", *HERE),
    ("stock", "show", *HERE),
    ("trade", "list", *HERE),
    ("petition", "list", *HERE),
    ("whoami", "--account", "ada", "--network", "elmcourt"),
)


def test_reading_from_the_index_loads_no_chain_library(cli: Cli, town: Town, files: Path, password: None) -> None:
    """One process for all of them: what one has loaded stays."""
    succeeded(cli("propose", "pay", "ben", "1 ETH", *HERE, "--title", "Roof", "--account", "ada", "--yes"))
    town.skip(hours=1, seconds=1)
    succeeded(cli("ballot", "sign", "1", "for", *HERE, "--account", "ada", "--yes", "--out", files / "paper"))
    succeeded(cli("ballot", "collect", files / "paper", *HERE))
    succeeded(cli("index", "sync", *HERE))
    program = f"""
import sys
from zonedao.cli import main

for words in {READING!r}:
    assert main(list(words)) == 0
    print(*words, "loaded", *{{name.split(".")[0] for name in sys.modules}} & {CHAIN_LIBRARIES!r}, file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(files), capture_output=True, text=True, check=True
    )
    told = [line for line in done.stderr.splitlines() if " loaded" in line]
    assert told == [f"{' '.join(words)} loaded" for words in READING]
