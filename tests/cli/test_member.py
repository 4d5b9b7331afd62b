"""`member rotate`, `recover`, `recovery`, `veto-recovery`, `finish-recovery`, and `propose recover`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import STRANGER, Town
from tests.support.shown import looks
from tests.support.voting import succeeded, until

pytestmark = pytest.mark.usefixtures("password")

HERE = ("--in", "elmcourt")
RECOVERY = ("member", "recovery", "ada")


def test_rotate_to_another_account_of_mine(cli: Cli, town: Town) -> None:
    before = cli("member", "show", "ada", *HERE, "--json").json
    done = succeeded(cli("member", "rotate", STRANGER, *HERE, "--account", "ada", "--yes", "--json"))
    assert done.json["result"] == {"address": town.address(STRANGER)}
    after = cli("member", "show", "1", *HERE, "--json").json
    assert (after["index"], after["address"], after["bodies"]) == (1, town.address(STRANGER), before["bodies"])
    refused = cli("member", "rotate", "ben", *HERE, "--account", STRANGER, "--yes")
    assert refused.code == 4
    assert "already" in refused.err


def test_from_the_first_voucher_to_the_new_key(cli: Cli, town: Town) -> None:
    assert cli("member", "recovery", "ada", *HERE, "--json").json["recovery"] is None
    assert cli("member", "recovery", "ada", *HERE).out == "No recovery of the key of ada is open.\n"
    for voucher in ("ben", "cleo"):
        succeeded(cli("member", "recover", "ada", STRANGER, *HERE, "--account", voucher, "--yes"))
    looks(cli, "elmcourt", RECOVERY, ("member", "show", "ada"))
    shown = cli("member", "recovery", "ada", *HERE, "--json").json["recovery"]
    assert (shown["index"], shown["vouchers"], shown["vouchers_needed"], shown["ready_at"]) == (1, [2, 3], 3, None)
    assert shown["new_address"] == town.address(STRANGER)
    assert "2 of 3: ben, cleo" in cli("member", "recovery", "ada", *HERE).out
    assert "member veto-recovery" in cli("todo", *HERE, "--account", "ada").out
    succeeded(cli("member", "recover", "1", STRANGER, *HERE, "--account", "dan", "--yes"))
    early = cli("member", "finish-recovery", "ada", *HERE, "--account", STRANGER, "--yes")
    assert (early.code, "Not yet" in early.err) == (4, True)
    town.skip(days=14, minutes=1)
    assert "zonedao member finish-recovery 1 --in elmcourt" in cli("todo", *HERE, "--account", STRANGER).out
    looks(cli, "elmcourt", RECOVERY)
    succeeded(cli("member", "finish-recovery", "ada", *HERE, "--account", STRANGER, "--yes"))
    looks(cli, "elmcourt", ("member", "recovery", "1"), ("member", "show", "1"))
    assert cli("member", "show", "1", *HERE, "--json").json["address"] == town.address(STRANGER)


def test_a_veto(cli: Cli, town: Town) -> None:
    succeeded(cli("member", "recover", "ada", STRANGER, *HERE, "--account", "ben", "--yes"))
    succeeded(cli("member", "veto-recovery", *HERE, "--account", "ada", "--yes"))
    looks(cli, "elmcourt", RECOVERY)
    assert cli("member", "recovery", "ada", *HERE, "--json").json["recovery"] is None


def test_propose_recover(cli: Cli, town: Town) -> None:
    done = succeeded(cli("propose", "recover", "ada", STRANGER, *HERE, "--account", "ben", "--yes", "--json"))
    assert done.json["result"]["number"] == 1
    assert "is the key of" in " ".join(done.json["explanation"])
    shown = cli("proposal", "show", "1", *HERE, "--json").json
    assert "constitutional" in str(shown["classes"])


def test_representatives(cli: Cli, town: Town, tmp_path: Path) -> None:
    for who in ("ben", "cleo"):
        succeeded(cli("member", "delegate", "ada", *HERE, "--account", who, "--yes"))
    shown = cli("member", "show", "ada", *HERE, "--json").json
    assert (shown["representative"], shown["followers"], shown["followers_most"]) == (None, [2, 3], 5)
    assert "2 of 5" in cli("member", "show", "ada", *HERE).out
    assert "ada" in cli("member", "show", "ben", *HERE).out
    looks(cli, "elmcourt", ("member", "show", "ada"), ("member", "show", "ben"))
    succeeded(cli("member", "dismiss", "cleo", *HERE, "--account", "ada", "--yes"))
    town.skip(minutes=1)  # several blocks of a node may have one second
    succeeded(cli("propose", "admit", STRANGER, *HERE, "--account", "dan", "--yes"))
    until(town, town.elmcourt.body("elmcourt").proposal(1).opens_at + 1)
    both = cli("vote", "1", "for", "--as-representative", "--reason", "so", *HERE, "--account", "ada", "--yes")
    assert (both.code, "carries no reason" in both.err) == (2, True)
    apart = ("vote", "1", "for", "--out", tmp_path / "ada.json", *HERE, "--account", "ada", "--yes")
    assert "Only a vote as a representative" in cli(*apart).err
    assert "You would sign a vote for as a representative" in cli(*apart, "--as-representative", "--dry-run").out
    assert succeeded(cli(*apart, "--as-representative", "--json")).json["voter"] == town.address("ada")
    brought = succeeded(cli("member", "bring", tmp_path / "ada.json", *HERE, "--account", "dan", "--dry-run", "--yes"))
    assert "bring the signed ballot of ada" in brought.out.lower()
    done = succeeded(cli("vote", "1", "for", "--as-representative", *HERE, "--account", "ada", "--yes"))
    assert "zonedao ballot followers 1" in done.out
    succeeded(cli("ballot", "followers", "1", *HERE, "--account", "ada", "--yes"))
    again = cli("ballot", "followers", "1", "ada", *HERE, "--account", "dan", "--yes")
    assert (again.code, "Nobody who follows ada is left" in again.err) == (4, True)
    ballots = cli("proposal", "show", "1", *HERE, "--json").json["ballots"]
    assert [each["representative"] for each in ballots] == [None, town.address("ada")]
    assert "ben: for, by ada" in cli("proposal", "show", "1", *HERE).out
    succeeded(cli("member", "delegate", *HERE, "--account", "ben", "--yes"))
    assert cli("member", "show", "ben", *HERE, "--json").json["representative"] is None
    looks(cli, "elmcourt", ("member", "show", "ada"), ("member", "show", "ben"))
    file = tmp_path / "ben.json"
    signing = ("member", "delegate", "ada", "--out", file, "--until", "2 days", *HERE, "--account", "ben", "--yes")
    past = cli(*signing, "--until", "2020-01-01")
    assert (past.code, "'2020-01-01' is past" in past.error, file.exists()) == (2, True, False)
    assert "You would sign that ada represents you" in succeeded(cli(*signing, "--dry-run")).out
    assert succeeded(cli(*signing, "--json")).json["delegator"] == town.address("ben")
    succeeded(cli("member", "bring", file, *HERE, "--account", "dan", "--yes"))
    assert cli("member", "show", "ben", *HERE, "--json").json["representative"] == 1
