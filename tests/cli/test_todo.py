"""`zonedao todo`: what waits, and how it is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import STRANGER, Town
from tests.support.voting import carry, succeeded
from zonedao.chain.journal import Journal

pytestmark = pytest.mark.usefixtures("password")


def waiting(cli: Cli, who: str, *more: str) -> dict[str, str]:
    """Kinds that wait for somebody, with their commands."""
    found = succeeded(cli("todo", "--account", who, "--json", *more)).json
    return {each["kind"]: each["command"] for each in found["todo"]}


def test_nothing(cli: Cli, town: Town) -> None:
    done = cli("todo", "--account", STRANGER)
    assert (done.code, done.out) == (0, "Nothing waits for you.\n")


def test_votes_and_pushes_and_money(cli: Cli, town: Town) -> None:
    succeeded(cli("deposit", "10 ETH", "--in", "elmcourt", "--account", "ada", "--yes"))
    succeeded(cli("propose", "pay", "nora", "1 ETH", "--in", "elmcourt", "--account", "ada", "--yes"))
    assert "vote" not in waiting(cli, "nora")
    proposal = town.elmcourt.proposal(1)
    town.connection.set_time(proposal.opens_at + 1)
    assert waiting(cli, "nora")["vote"] == "zonedao vote 1 for|against|abstain --in elmcourt"
    assert "vote" not in waiting(cli, "olga")
    carry(cli, town, 1, "elmcourt")
    assert waiting(cli, "nora") == {"withdraw": "zonedao withdraw ETH --network elmcourt"}
    lines = cli("todo", "--account", "nora").out
    assert lines == "For you\n  Withdraw 1 ETH, which are due to you\n    zonedao withdraw ETH --network elmcourt\n"
    succeeded(cli("withdraw", "--network", "elmcourt", "--account", "nora", "--yes"))


def test_keepers_have_more_to_do(cli: Cli, town: Town) -> None:
    succeeded(cli("order", "bread", "2", "--in", "elmcourt", "--account", "ada", "--yes"))
    found = waiting(cli, "dan", "--in", "elmcourt")
    assert found["deliver"] == "zonedao deliver 1 --in elmcourt"
    assert found["report"].startswith("zonedao stock report ")


def test_do_what_has_no_command(cli: Cli, town: Town) -> None:
    succeeded(cli("order", "bread", "2", "--until", "1 day", "--in", "elmcourt", "--account", "ada", "--yes"))
    town.skip(days=2)
    assert waiting(cli, "dan", "--in", "elmcourt")["lapse"] == "zonedao todo --do lapse:1 --in elmcourt"
    succeeded(cli("todo", "--do", "lapse:1", "--in", "elmcourt", "--account", "dan", "--yes"))
    assert "lapse" not in waiting(cli, "dan", "--in", "elmcourt")
    gone = cli("todo", "--do", "lapse:1", "--in", "elmcourt", "--account", "dan", "--yes")
    assert gone.code == 3
    assert "Nothing called lapse:1 waits in elmcourt. What waits: report:1, report:2." in gone.error
    choice = cli("todo", "--do", "report:1", "--in", "elmcourt", "--account", "dan", "--yes")
    assert choice.code == 2
    assert "zonedao stock report 1 QUANTITY --in elmcourt" in choice.error


def test_one_zone_that_is_away_hides_nothing(cli: Cli, town: Town) -> None:
    from zonedao.addressbook import AddressBook, ZoneEntry

    AddressBook.default().add_zone(ZoneEntry("away", 5, "0x" + "11" * 20, 0, "", "http://127.0.0.1:1"))
    succeeded(cli("order", "bread", "2", "--in", "elmcourt", "--account", "ada", "--yes"))
    done = succeeded(cli("todo", "--account", "dan", "--json"))
    assert done.err.startswith("away: No node answers")
    assert any(each["kind"] == "deliver" for each in done.json["todo"])


def test_the_same_from_the_index_as_from_the_node(cli: Cli, town: Town, files: Path) -> None:
    succeeded(cli("order", "bread", "2", "--in", "elmcourt", "--account", "ada", "--yes"))
    succeeded(cli("propose", "pay", "nora", "1 ETH", "--in", "elmcourt", "--account", "ada", "--yes"))
    town.connection.set_time(town.elmcourt.proposal(1).opens_at + 1)
    for zone in ("elmcourt", "millbrook"):
        succeeded(cli("index", "sync", "--in", zone))
    height = town.connection.block_number()
    people = ("ada", "dan", "nora", STRANGER)
    asked = [succeeded(cli("todo", "--account", who, "--live", "--json")).json for who in people]
    assert [each["kind"] for each in asked[1]["todo"]] == ["vote", "deliver", "report", "report"]
    book = files / "addressbook.toml"
    book.write_text(book.read_text().replace(town.connection.url, "http://127.0.0.1:1"))
    told = [succeeded(cli("todo", "--account", who, "--json")) for who in people]
    assert [each.json["todo"] for each in told] == [each["todo"] for each in asked]
    assert told[0].json["zones"] == [{**each, "block": height} for each in asked[0]["zones"]]
    assert told[0].err.startswith(f"elmcourt: As of block {height}, read ")
    assert cli("todo", "--account", "ada", "--live").code == 6


def test_what_was_signed_and_what_has_no_end(cli: Cli, town: Town, tmp_path: Path) -> None:
    file = tmp_path / "a gift.json"
    gift = ("deposit", "1 ETH", "--in", "elmcourt", "--account", "ada", "--yes", "--sign-only")
    succeeded(cli(*gift, file))
    for live in ((), ("--live",)):
        # Both zones are on one chain: it is told of once.
        assert waiting(cli, "ada", *live) == {"send": f"zonedao send '{file}' --network elmcourt"}
        assert waiting(cli, "nora", *live) == {}
        for zone in ("elmcourt", "millbrook"):
            succeeded(cli("index", "sync", "--in", zone))
    # As if its sender had been killed right after broadcasting.
    (record,) = Journal.default().records()
    Journal.default().begin(record.entry)
    assert waiting(cli, "ada") == {"look": "zonedao tx list --network elmcourt"}
    found = cli("todo", "--account", "ada").out
    assert "Look up what became of this, sent " in found
    assert " ago: deposit 1 ETH for Elmcourt" in found
    succeeded(cli("send", file, "--yes"))
    assert waiting(cli, "ada") == {}
