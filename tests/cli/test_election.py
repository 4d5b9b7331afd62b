"""`election`, `wish`, and what proposes them: listed, opened, stood for, voted, counted, recalled, read."""

from __future__ import annotations

import re

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import PEOPLE, Town
from tests.support.shown import looks
from tests.support.voting import carry, succeeded, until

pytestmark = pytest.mark.usefixtures("password")

HERE = ("--in", "elmcourt")
VOTERS = PEOPLE[:7]


def act(cli: Cli, who: str, *words: str | int) -> str:
    """One command of somebody, without questions."""
    return str(succeeded(cli(*words, *HERE, "--account", who, "--yes")).out)


def carried(cli: Cli, town: Town, *proposed: tuple[str | int, ...]) -> None:
    """Propose one after the other, and carry each."""
    for number, words in enumerate(proposed, 1):
        act(cli, "ada", "propose", *words)
        carry(cli, town, number, "elmcourt", VOTERS)


def listed(cli: Cli, town: Town) -> None:
    """Both contracts deployed and listed; a parameter, a poll and an election opened."""
    for which in ("elections", "wishes"):
        act(cli, "ada", "election", "deploy", which)
    carried(
        cli,
        town,
        ("set", "module", "elections"),
        ("set", "module", "wishes"),
        ("parameter", "rent", "100", "200", "--step", "25", "--first", "150", "--epoch", "1 day"),
        ("poll", "summer", "swings=40", "trees=30", "stage=50", "--budget", "70", "--most", "2", "--vote", "30 days"),
        ("election", "clerk", "--by", "stv", "--seats", "1", "--quorum", "10 %"),
    )


def test_from_the_first_contract_to_a_recall(cli: Cli, town: Town) -> None:
    missing = cli("propose", "set", "module", "elections", *HERE, "--account", "ada", "--yes")
    assert "zonedao election deploy elections" in missing.error
    assert "lists no elections" in cli("election", "list", *HERE).error
    listed(cli, town)
    assert "already" in cli("election", "deploy", "wishes", *HERE, "--account", "ada", "--yes").error

    for who, choices in (("ada", (1, 2)), ("ben", (2,)), ("cleo", (3,))):
        act(cli, who, "election", "vote", 1, *choices)
    shown = cli("election", "show", 1, *HERE, "--json").json["election"]
    assert [(each["name"], each["cost"], each["approvals"]) for each in shown["choices"]] == [
        ("swings", 40, 1),
        ("trees", 30, 2),
        ("stage", 50, 1),
    ]
    assert "1. swings, cost 40, 1 approve" in cli("election", "show", 1, *HERE).out
    looks(cli, "elmcourt", ("election", "show", 1), ("election", "officers", "clerk"))
    for who in ("dan", "eva"):
        act(cli, who, "election", "stand", 2)
    until(town, cli("election", "show", 2, *HERE, "--json").json["election"]["opens_at"])
    for who, choices in (("ada", (2, 1)), ("ben", (2,)), ("cleo", (1, 2))):
        act(cli, who, "election", "vote", 2, *choices)
    until(town, cli("election", "show", 1, *HERE, "--json").json["election"]["closes_at"])
    for number, winners in ((1, [2, 1]), (2, [2])):
        done = succeeded(cli("election", "count", number, *HERE, "--account", "ada", "--yes", "--json"))
        assert done.json["result"] == {"decided": True, "winners": sorted(winners)}
    lines = succeeded(cli("election", "list", *HERE)).out.splitlines()
    assert [re.split(r"\s{2,}", line.strip())[-1] for line in lines] == ["WON", "swings, trees", "eva"]
    shown = [cli("election", "show", number, *HERE, "--json").json["election"] for number in (1, 2)]
    assert cli("election", "list", *HERE, "--json").json == {"body": "elmcourt", "block": None, "elections": shown}
    looks(cli, "elmcourt", ("election", "list"), ("election", "show", 2), ("election", "officers", "clerk"))
    assert cli("election", "officers", "clerk", *HERE, "--json").json["officers"][0]["name"] == "eva"

    for who in ("ada", "ben"):
        act(cli, who, "election", "petition", 2, "eva")
    for who in ("ada", "ben"):
        act(cli, who, "election", "recall", 2, "eva", "for")
    act(cli, "cleo", "election", "recall", 2, "eva", "against")
    assert "ends" in cli("election", "recall", 2, "eva", "close", *HERE, "--account", "ada", "--yes").error
    town.skip(days=7)
    act(cli, "ada", "election", "recall", 2, "eva", "close")
    assert succeeded(cli("election", "officers", "clerk", *HERE)).out == "Nobody.\n"
    assert succeeded(cli("election", "officers", "clark", *HERE)).out == (
        "Nobody: there was never an election to 'clark'. Did you mean clerk? There are elections to clerk.\n"
    )
    assert "no office" in cli("election", "resign", 2, *HERE, "--account", "eva", "--yes").error

    for who, value in (("ada", 200), ("ben", 200), ("cleo", 100)):
        act(cli, who, "wish", "for", "rent", value)
    act(cli, "ada", "wish", "read", "rent")
    assert "rent: 150, next 175 (median 200, 3 wishes)" in cli("wish", "show", *HERE).out
    assert "You wish for 100." in cli("wish", "show", *HERE, "--account", "cleo").out
    act(cli, "cleo", "wish", "forget", "rent", "cleo")
    for who, yours in (("ada", 200), ("cleo", None)):
        (own,) = cli("wish", "show", *HERE, "--account", who, "--json").json["parameters"]
        assert own["yours"] == yours
    looks(cli, "elmcourt", ("wish", "show", "--account", "ada"), ("election", "officers", "clerk"))
    shown = cli("wish", "show", *HERE, "--json").json["parameters"][0]
    assert (shown["value"], shown["following"], shown["wishes"]) == (150, 175, 2)


def test_a_secret_poll(cli: Cli, town: Town) -> None:
    act(cli, "ada", "election", "deploy", "elections")
    poll = ("poll", "colour", "red", "blue", "--reveal", "1 day", "--vote", "1 day")
    carried(cli, town, ("set", "module", "elections"), poll)
    for who in ("ada", "ben"):
        act(cli, who, "election", "commit", 1, 2)
    shown = cli("election", "show", 1, *HERE, "--json").json["election"]
    assert (shown["secret"], shown["ballots"]) == (True, 0)
    until(town, shown["closes_at"])
    assert "other choices" in cli("election", "reveal", 1, 1, *HERE, "--account", "ada", "--yes").error
    act(cli, "ada", "election", "reveal", 1, 2)
    assert "Secret ballots" in cli("election", "show", 1, *HERE).out
    looks(cli, "elmcourt", ("election", "list"), ("election", "show", 1))
    until(town, shown["revealed_at"])
    act(cli, "ben", "election", "count", 1)
    assert cli("election", "show", 1, *HERE, "--json").json["election"]["winners"] == [2]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["propose", "poll", "x", "swings", "--budget", "5"], "'swings' has no cost"),
        (["propose", "poll", "x", "a", "--quorum", "many"], "'many' is no share"),
        (["propose", "election", "x", "--stand", "soon"], "'soon' is no duration"),
        (["propose", "set", "module", "wishes", "0x1", "2"], "set module elections"),
    ],
)
def test_what_cannot_be_meant(cli: Cli, town: Town, words: list[str], said: str) -> None:
    assert said in cli(*words, *HERE, "--account", "ada", "--yes").error
