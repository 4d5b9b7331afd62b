"""`zonedao charter`, `deploy`, `join`, `whoami`, `leave`: from a file to a zone and into it."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import PASSWORD, Cli
from tests.support.chain import require_node
from tests.support.charters import DEFAULT_LAW, EPOCHS
from tests.support.cli import COMMAND, environment, run, terminal
from tests.support.elmcourt import ROOT, STRANGER, Town, keep_keys
from tests.support.shown import looks
from tests.support.voting import carry, succeeded
from zonedao.addressbook import AddressBook
from zonedao.chain.connection import Connection, connect
from zonedao.chain.local import LocalNode
from zonedao.chain.signers import dev_account
from zonedao.federation import load_zone_file

pytestmark = pytest.mark.usefixtures("password")

CHARTER = ROOT / "examples" / "elmcourt.toml"

MISTAKEN = f"""\
name = "Elmcourt"
purpose = "Homes"
[members]
ada = {{ address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266" }}
ben = {{ adress = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" }}
{EPOCHS.replace("30 days", "a month")}{DEFAULT_LAW.replace("20 %", "120 %")}[industries.food]
purpose = "Food"
members = ["ada", "bob"]
"""
LINES = (5, 5, 8, 13, 15, 16, 19)  # where they are


@pytest.fixture
def fresh() -> Iterator[Connection]:
    """A node on which nothing is deployed."""
    with LocalNode(require_node("anvil", "ganache")) as node, connect(node.url) as connection:
        yield connection


# --- charter ---


def test_check(cli: Cli) -> None:
    done = cli("charter", "check", CHARTER)
    assert (done.code, done.out) == (0, f"{CHARTER} has no mistakes: Elmcourt, 14 members, 8 bodies.\n")


def test_check_reports_every_mistake_with_its_line(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "zone.toml"
    file.write_text(MISTAKEN)
    done = cli("charter", "check", file)
    assert done.code == 8
    assert [line.split(": ")[0] for line in done.out.splitlines()] == [f"{file}:{line}" for line in LINES]
    assert "Did you mean address?" in done.out
    assert done.error == f"{file} has 7 mistakes. Correct them and run `zonedao charter check {file}` again."
    document = cli("charter", "check", file, "--json").json
    assert [mistake["line"] for mistake in document["mistakes"]] == list(LINES)
    assert all(mistake["hint"] for mistake in document["mistakes"])


def test_check_what_is_not_there(cli: Cli, tmp_path: Path) -> None:
    done = cli("charter", "check", tmp_path / "none.toml")
    assert (done.code, done.out) == (8, "")
    assert "cannot be read (no such file or directory). Check the path." in done.error


def test_plan_is_the_same_everywhere(cli: Cli) -> None:
    plan = cli("charter", "plan", CHARTER, "--json").json
    assert [body["path"] for body in plan["bodies"]][:2] == ["elmcourt", "elmcourt/food"]
    assert cli("charter", "plan", CHARTER, "--json").json == plan
    assert plan["bodies"][0]["address"] in cli("charter", "plan", CHARTER).out


def test_plan_of_a_mistaken_charter(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "zone.toml").write_text(MISTAKEN)
    assert cli("charter", "plan", tmp_path / "zone.toml").code == 8
    assert cli("deploy", tmp_path / "zone.toml", "--yes").code == 8


# --- deploy ---


def test_deploy(cli: Cli, files: Path, fresh: Connection, tmp_path: Path) -> None:
    keep_keys(files / "keys", ("ada",))
    words = ("deploy", CHARTER, "--network", fresh.url, "--out", tmp_path, "--yes")
    plan = cli("charter", "plan", CHARTER, "--json").json
    dry = succeeded(cli(*words, "--dry-run", "--json"))
    assert (dry.json["sent"], dry.json["zone"]) == (False, plan["bodies"][0]["address"])
    assert not fresh.code(dry.json["zone"])

    done = succeeded(cli(*words, "--json"))
    assert done.json["zone"]["root"] == plan["bodies"][0]["address"]
    assert done.json["gas_total"] == sum(step["gas"] for step in done.json["sent"]) > 0
    file = load_zone_file(tmp_path / "elmcourt.zone.toml")
    assert (file.root, file.chain_id, file.url) == (done.json["zone"]["root"], fresh.chain_id, fresh.url)
    book = AddressBook(files / "addressbook.toml")
    assert [(entry.name, entry.root) for entry in book.zones()] == [("elmcourt", file.root)]
    assert book.find_person("nora") == dev_account(13).address

    again = succeeded(cli(*words, "--json"))
    assert (again.json["sent"], again.json["gas_total"]) == ([], 0)
    assert "All of it is there already" in again.err


def test_deploy_is_resumed_after_being_killed(files: Path, fresh: Connection, tmp_path: Path) -> None:
    keep_keys(files / "keys", ("ada",))
    (tmp_path / "pw").write_text(PASSWORD)
    words = ("deploy", CHARTER, "--network", fresh.url, "--out", tmp_path, "--yes", "--password-file", tmp_path / "pw")
    process = subprocess.Popen(
        [*COMMAND, *map(str, words)],
        env=environment(files),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("[4/"):
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()
    done = run(*words, home=files)
    assert done.code == 0, done.err
    assert f"{line.partition(':')[0]}: there already" in done.err
    assert (tmp_path / "elmcourt.zone.toml").exists()
    # Whatever the killed run had sent was not sent again: every transaction of the account is one of the plan.
    plan = run("charter", "plan", CHARTER, "--json", home=files).json
    assert fresh.nonce(dev_account(0).address) <= len(plan["transactions"])


def test_control_c_in_a_deployment(files: Path, fresh: Connection, tmp_path: Path) -> None:
    keep_keys(files / "keys", ("ada",))
    (tmp_path / "pw").write_text(PASSWORD)
    words = ("deploy", CHARTER, "--network", fresh.url, "--out", tmp_path, "--yes", "--password-file", tmp_path / "pw")
    fresh.request("evm_setAutomine", False)
    with terminal(*words, home=files) as screen:
        screen.await_text("deploy RegistryDeployer …")
        time.sleep(1)
        screen.control_c()
        done = screen.end()
    assert done.code == 130
    assert done.error.startswith("Stopped. ")
    fresh.request("evm_setAutomine", True)
    again = run(*words, "--json", home=files)
    assert again.code == 0, again.err
    plan = run("charter", "plan", CHARTER, "--json", home=files).json
    assert fresh.nonce(dev_account(0).address) <= len(plan["transactions"])


def test_deploy_rehearsal(cli: Cli, files: Path, tmp_path: Path) -> None:
    keep_keys(files / "keys", ("ada",))
    done = succeeded(cli("deploy", CHARTER, "--network", "embedded", "--out", tmp_path, "--yes", "--json"))
    assert done.json["gas_total"] > 0
    assert "This was a rehearsal" in done.err
    assert not list(tmp_path.glob("*.zone.toml"))
    assert not AddressBook(files / "addressbook.toml").zones()


def test_deploy_without_coins(cli: Cli, files: Path, keys: object, fresh: Connection, password_file: Path) -> None:
    succeeded(cli("account", "new", "poor", "--password-file", password_file))
    done = cli("deploy", CHARTER, "--network", fresh.url, "--yes")
    assert done.code == 5
    assert "has no coins to pay the fee" in done.error
    assert "zonedao chain fund" in done.error


def test_deploy_does_not_take_another_zones_name(cli: Cli, town: Town, fresh: Connection, tmp_path: Path) -> None:
    words = ("deploy", CHARTER, "--network", fresh.url, "--account", "ada", "--yes")
    done = cli(*words, "--out", tmp_path)
    assert done.code == 2
    assert "Your address book has another zone called elmcourt" in done.error
    other = tmp_path / "other"
    other.mkdir()
    succeeded(cli(*words, "--as", "elmtwo", "--out", other))
    assert [entry.name for entry in AddressBook.default().zones()] == ["elmcourt", "elmtwo", "millbrook"]


def test_deploy_into_no_folder(cli: Cli, files: Path, tmp_path: Path) -> None:
    done = cli("deploy", CHARTER, "--out", tmp_path / "none", "--yes")
    assert (done.code, "There is no folder" in done.error) == (3, True)


# --- join ---


def test_join(cli: Cli, town: Town, files: Path) -> None:
    (files / "addressbook.toml").unlink()
    done = succeeded(cli("join", town.zone_files["elmcourt"], "--account", "dan", "--json"))
    assert (done.json["zone"], done.json["index"], done.json["keeper"]) == ("elmcourt", 4, True)
    assert done.json["bodies"] == ["elmcourt", "elmcourt/food", "elmcourt/food/bakery"]
    assert {check["what"] for check in done.json["checks"]} >= {
        "register",
        "treasury",
        "stores",
        "trade post",
        "factory",
    }
    assert [entry.name for entry in AddressBook.default().zones()] == ["elmcourt"]


def test_join_with_names(cli: Cli, town: Town, files: Path, tmp_path: Path) -> None:
    """Those of the very charter, and none in place of a name that is there."""
    charter = ROOT / "examples" / "elmcourt.toml"
    (files / "addressbook.toml").unlink()
    book = AddressBook(files / "addressbook.toml")
    book.add_people({town.address("ben"): "benny"})
    changed = tmp_path / "changed.toml"
    changed.write_text(charter.read_text() + "\n# Ours\n")
    done = cli("join", town.zone_files["elmcourt"], "--charter", changed)
    assert (done.code, done.out) == (2, "")
    assert f"{changed} is not the charter that Elmcourt was founded with, to the letter." in done.error
    assert book.zones() == ()
    shown = succeeded(cli("join", town.zone_files["elmcourt"], "--charter", charter, "--json")).json
    assert shown["people"][1] == {"name": "ben", "address": town.address("ben")}
    assert book.name_of(town.address("ada")) == "ada"
    assert book.name_of(town.address("ben")) == "benny"
    book = AddressBook.default()
    strange = "0x" + "11" * 20
    book.add_people({strange: "Аda"}, "elsewhere")
    clash = succeeded(cli("join", town.zone_files["elmcourt"], "--charter", charter))
    assert "Others in your address book are called alike (ada): they are shown with their addresses" in clash.err
    assert f"“ada” ({town.address('ada')})" in cli("member", "list", "--in", "elmcourt").out
    book.forget_person(strange)
    told = succeeded(cli("join", town.zone_files["elmcourt"], "--charter", charter))
    assert "called alike" not in told.err
    assert "Its charter names 14 persons: ada, ben, cleo" in told.out


def test_join_as_a_stranger(cli: Cli, town: Town, files: Path) -> None:
    (files / "addressbook.toml").unlink()
    done = succeeded(cli("join", town.zone_files["elmcourt"], "--account", STRANGER))
    assert f"Ask a member to propose: zonedao propose admit {town.address(STRANGER)}\n" in done.out
    nobody = succeeded(cli("join", town.zone_files["elmcourt"], "--as", "home"))
    assert "Who are you there? Say --account NAME" in nobody.out
    assert [entry.name for entry in AddressBook.default().zones()] == ["elmcourt", "home"]


def test_join_dry_run_keeps_nothing(cli: Cli, town: Town, files: Path) -> None:
    (files / "addressbook.toml").unlink()
    succeeded(cli("join", town.zone_files["elmcourt"], "--dry-run"))
    assert not AddressBook.default().zones()


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (("root = ", 'root = "0x0000000000000000000000000000000000000001"'), 6, "There is no contract at"),
        (("root = ", 'root = "0x12"'), 2, "is no zone file"),
        (("chain_id = ", "chain_id = 7"), 6, "chain 7"),
        (("charter_hash = ", f'charter_hash = "0x{"11" * 32}"'), 6, "was born of another charter"),
        (("deploy_block = ", "deploy_block = ["), 2, "is no zone file"),
    ],
)
def test_join_a_wrong_file(cli: Cli, town: Town, files: Path, change: tuple[str, str], code: int, said: str) -> None:
    (files / "addressbook.toml").unlink()
    file = town.zone_files["elmcourt"]
    lines = file.read_text().splitlines()
    file.write_text("\n".join(change[1] if line.startswith(change[0]) else line for line in lines))
    done = cli("join", file)
    assert (done.code, done.out) == (code, ""), done.err
    assert said in done.error
    assert not AddressBook.default().zones()


def test_join_other_code(cli: Cli, town: Town, files: Path) -> None:
    (files / "addressbook.toml").unlink()
    treasury = town.elmcourt.treasury.address
    code = bytearray(town.connection.code(treasury))
    code[100] ^= 1
    town.connection.request("anvil_setCode", treasury, "0x" + code.hex())
    done = cli("join", town.zone_files["elmcourt"])
    assert (done.code, done.out) == (6, "")
    assert "is not the Treasury of this version of zonedao: byte 100 of" in done.error


def test_join_nothing(cli: Cli, files: Path, tmp_path: Path) -> None:
    done = cli("join", tmp_path / "none.zone.toml")
    assert (done.code, "cannot be read (no such file or directory)" in done.error) == (11, True)


# --- who you are ---


def test_whoami(cli: Cli, town: Town) -> None:
    found = succeeded(cli("whoami", "--account", "ada", "--json")).json
    assert found["address"] == town.address("ada")
    by_zone = {each["zone"]: each for each in found["zones"]}
    assert by_zone["elmcourt"]["index"] == 1
    assert by_zone["elmcourt"]["bodies"][0] == "elmcourt"
    assert (by_zone["millbrook"]["index"], by_zone["millbrook"]["bodies"]) == (None, [])
    lines = cli("whoami", "--account", "dan").out
    assert "person 4, a keeper" in lines
    assert "a stranger" in lines
    asked = [succeeded(cli("whoami", "--account", who, "--json")).json for who in ("ada", "dan", "nora")]
    for zone in ("elmcourt", "millbrook"):
        succeeded(cli("index", "sync", "--in", zone))
    for each in asked:
        told = succeeded(cli("whoami", "--account", each["account"], "--json"))
        assert told.err.startswith("elmcourt: As of block ")
        assert all(isinstance(zone["block"], int) for zone in told.json["zones"])
        assert [{**zone, "block": None} for zone in told.json["zones"]] == each["zones"]


def test_leaving_a_body_and_the_zone(cli: Cli, town: Town) -> None:
    dry = succeeded(cli("leave", "--in", "elmcourt/food/bakery", "--account", "ben", "--dry-run"))
    assert "It would succeed. Nothing was sent." in dry.out
    succeeded(cli("leave", "--in", "elmcourt/food/bakery", "--account", "ben", "--yes"))
    mine = cli("whoami", "--network", "elmcourt", "--account", "ben", "--json").json["zones"][0]
    assert mine["bodies"] == ["elmcourt", "elmcourt/food", "elmcourt/food/bakery/flour"]
    again = cli("leave", "--in", "elmcourt/food/bakery", "--account", "ben", "--yes")
    assert (again.code, "member" in again.error) == (4, True)
    succeeded(cli("leave", "--in", "elmcourt", "--account", "ben", "--yes"))
    assert "person 2, who left" in cli("whoami", "--network", "elmcourt", "--account", "ben").out
    looks(cli, "elmcourt", ("member", "show", "ben"), ("body", "show"), ("body", "show", "food"))
    listed = cli("member", "list", "--in", "elmcourt", "--json").json["members"]
    assert "ben" not in [each["name"] for each in listed]
    shown = cli("member", "show", "ben", "--in", "elmcourt", "--json").json
    assert shown["left_at"] is not None


def test_expulsion(cli: Cli, town: Town) -> None:
    succeeded(cli("propose", "remove", "nora", "--in", "elmcourt", "--account", "ada", "--yes"))
    carry(cli, town, 1, "elmcourt")
    shown = cli("member", "show", "nora", "--in", "elmcourt", "--json").json
    assert shown["notice"]["expires_at"] - shown["notice"]["ready_at"] == 14 * 86_400
    assert "expelled from" in cli("member", "show", "nora", "--in", "elmcourt").out
    assert "propose keep" in cli("todo", "--in", "elmcourt", "--account", "nora").out
    succeeded(cli("propose", "keep", "nora", "--in", "elmcourt", "--account", "nora", "--yes"))
    finish = ("member", "finish-expulsion", "nora", "--in", "elmcourt", "--account", "ben", "--yes")
    assert "Not yet" in cli(*finish).err
    town.skip(days=14)
    assert "member finish-expulsion" in cli("todo", "--in", "elmcourt", "--account", "ben").out
    succeeded(cli(*finish))
    assert "nora" not in cli("member", "list", "--in", "elmcourt").out


def test_bodies_and_members(cli: Cli, town: Town) -> None:
    listed = cli("body", "list", "--in", "elmcourt", "--json").json["bodies"]
    assert [each["path"] for each in listed] == sorted(
        (each["path"] for each in listed), key=lambda path: path.split("/")
    )
    assert listed[0] == {**listed[0], "path": "elmcourt", "members": 14, "proposals": 0, "parent": None}
    shown = cli("body", "show", "elmcourt/food", "--json").json
    assert shown["laws"]["constitutional"]["quorum_ppm"] == 500_000
    assert shown["caps"] == [
        {"class": "spending", "asset": "ETH", "asset_address": "0x" + "00" * 20, "limit": str(8 * 10**18), "used": "0"}
    ]
    lines = cli("body", "show", "--in", "elmcourt").out
    assert lines.startswith("Elmcourt\npath")
    assert "constitutional" in lines
    member = cli("member", "show", "2", "--in", "elmcourt", "--json").json
    assert (member["name"], member["address"]) == ("ben", town.address("ben"))
    here = cli("member", "list", "--in", "elmcourt/education/library").out.splitlines()
    assert [line.split()[1] for line in here] == ["NAME", "kim", "lea", "mio"]
    for where in ("elmcourt", "elmcourt/food/bakery", "millbrook"):
        looks(cli, where, ("body", "show"))
    looks(cli, "elmcourt", ("member", "show", "ben"), ("member", "show", "14"))
