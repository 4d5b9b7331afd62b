"""The stores: `stock`, `order`, `deliver`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import STRANGER, Town
from tests.support.shown import looks
from tests.support.voting import succeeded

STOCK = ("stock", "show")

pytestmark = pytest.mark.usefixtures("password")


def test_from_a_count_to_a_delivery(cli: Cli, town: Town, tmp_path: Path) -> None:
    (tmp_path / "count.pdf").write_bytes(b"counted")
    here = ("--in", "elmcourt", "--yes", "--account")
    succeeded(cli("stock", "report", "bread", "100 loaf", "--evidence", tmp_path / "count.pdf", *here, "dan"))
    ordered = succeeded(cli("order", "bread", "3 loaf", *here, "ada", "--json"))
    assert ordered.json["result"] == {"order": 1}
    shown = cli("stock", "show", "--in", "elmcourt", "--json").json
    bread = shown["goods"][0]
    assert (bread["name"], bread["stock"], bread["home"], bread["surplus"]) == ("bread (loaf)", 100, 3, 77)
    assert [(order["name"], order["left"]) for order in shown["orders"]] == [("ada", 3)]

    looks(cli, "elmcourt", STOCK, ("stock", "show", "apples"))
    succeeded(cli("deliver", 1, "2", *here, "eva"))
    assert cli("stock", "show", "bread", "--in", "elmcourt", "--json").json["orders"][0]["left"] == 1
    done = succeeded(cli("deliver", 1, *here, "eva"))
    assert "ada" in done.out
    after = cli("stock", "show", "bread", "--in", "elmcourt", "--json").json
    assert (after["goods"][0]["stock"], after["orders"]) == (97, [])
    looks(cli, "elmcourt", STOCK)
    town.skip(days=40)  # counts grow old
    looks(cli, "elmcourt", STOCK)


def test_show(cli: Cli, town: Town) -> None:
    lines = cli("stock", "show", "--in", "elmcourt").out.splitlines()
    assert [line.split()[:2] for line in lines[:3]] == [["NO", "GOOD"], ["1", "bread"], ["2", "apples"]]
    assert lines[1].endswith("never")


def test_who_keeps_the_stores(cli: Cli, town: Town) -> None:
    refused = cli("stock", "report", "bread", "5", "--in", "elmcourt", "--account", "ada", "--yes")
    assert "`zonedao stock show` lists the keepers." in refused.error
    told, _ = looks(cli, "elmcourt", STOCK, ("stock", "show", "apples"))
    assert told.out.endswith("\n\nKeepers: dan, eva.\n")
    keepers = cli(*STOCK, "--in", "elmcourt", "--json").json["keepers"]
    assert [(each["person"], each["name"]) for each in keepers] == [(4, "dan"), (5, "eva")]


def test_the_default_day_is_a_week_ahead(cli: Cli, town: Town) -> None:
    succeeded(cli("order", "apples", "1 kg", "--in", "elmcourt", "--account", "ada", "--yes"))
    due = cli("stock", "show", "--in", "elmcourt", "--json").json["orders"][0]["due_at"]
    assert 0 <= due - town.connection.now() - 7 * 86_400 + 60 < 120


@pytest.mark.parametrize(
    ("words", "who", "code", "said"),
    [
        (["order", "bread", "13"], "ada", 4, "12"),
        (["order", "bread", "1"], STRANGER, 4, "member"),
        (["order", "bread", "5 kg"], "ada", 2, "'5 kg' is in kg, but this good is counted in loaf."),
        (["order", "bread", "1.5"], "ada", 2, "'1.5' is no whole quantity."),
        (["order", "bread", "0"], "ada", 2, "'0' is nothing."),
        (["order", "bred", "1"], "ada", 3, "has no good bred. Did you mean bread?"),
        (["order", "bread", "1", "--until", "2020-01-01"], "ada", 4, ""),
        (["order", "bread", "1", "--until", "60 days"], "ada", 4, ""),
        (["order", "bread", "1", "--until", "soon"], "ada", 2, "'soon' is no time."),
        (["stock", "report", "bread", "5"], "ada", 4, "keeper"),
        (["stock", "show", "9"], "ada", 3, "has no good 9"),
        (["deliver", "7"], "dan", 3, "has no order 7"),
        (["deliver", "0"], "dan", 2, "0 is not in the range"),
    ],
)
def test_refusals(cli: Cli, town: Town, words: list[str], who: str, code: int, said: str) -> None:
    done = cli(*words, "--in", "elmcourt", "--account", who, "--yes")
    assert (done.code, done.out) == (code, ""), done.err
    assert said in done.error
    if code == 4:
        assert done.error.endswith("Nothing was sent.")
