"""`zonedao todo`: what waits, and how it is done."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import STRANGER, Town
from tests.support.voting import carry, succeeded

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
