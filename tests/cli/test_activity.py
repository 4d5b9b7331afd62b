"""`zonedao body recount`, `body check-in`, `propose set activity`, and what `body show` and `todo` say of them."""

from __future__ import annotations

from tests.cli.conftest import Cli
from tests.support.elmcourt import ELMCOURT, STRANGER, Town
from tests.support.shown import looks
from tests.support.voting import carry, succeeded, until

HERE = ("--in", "elmcourt")
BODY = ("body", "show")
ADA = (*HERE, "--account", "ada", "--yes")


def test_the_active_ones(cli: Cli, town: Town, password: None) -> None:
    assert "quorum over" not in cli("body", "show", *HERE).out
    succeeded(cli("propose", "set", "activity", "2", *ADA))
    began = town.connection.block().timestamp
    carry(cli, town, 1, "elmcourt")
    succeeded(cli("propose", "pay", "ben", "1 ETH", *ADA))
    proposal = town.elmcourt.proposal(2)
    until(town, proposal.opens_at + 1)
    for who in ELMCOURT[:3]:
        succeeded(cli("vote", 2, "against", *HERE, "--account", who, "--yes"))
    until(town, proposal.closes_at + 1)
    early = cli("body", "recount", *ADA)
    assert early.code != 0
    assert "Until then quorums count over all members." in early.err
    succeeded(cli("body", "check-in", *HERE, "--account", ELMCOURT[12], "--yes"))
    until(town, began + 31 * 86_400)
    looks(cli, "elmcourt", BODY)
    assert "all 14, as nobody has counted" in cli("body", "show", *HERE).out
    waiting = cli("todo", *HERE, "--account", "ada", "--json").json["todo"]
    assert "zonedao body recount --in elmcourt" in [each["command"] for each in waiting]
    done = succeeded(cli("body", "recount", *ADA, "--json"))
    assert done.json["result"] == {"seen": 14, "active": 12, "quorum_over": 12}
    assert "12 of 14: who was active in the last 2 votes, as counted, 12; good until" in cli("body", "show", *HERE).out
    shown = cli("body", "show", *HERE, "--json").json["quorum_over"]
    assert (shown["persons"], shown["last_votes"], shown["active"]) == (12, 2, 12)
    looks(cli, "elmcourt", BODY)
    succeeded(cli("propose", "admit", STRANGER, *ADA))
    carry(cli, town, 3, "elmcourt", ELMCOURT[:10])
    town.skip(hours=1)
    (done,) = looks(cli, "elmcourt", BODY)
    assert "13 of 15: who was active" in done.out
    succeeded(cli("leave", *HERE, "--account", "ben", "--yes"))
    looks(cli, "elmcourt", BODY, ("member", "show", "ben"), ("member", "show", STRANGER))
    town.skip(days=31)
    looks(cli, "elmcourt", BODY)
    succeeded(cli("propose", "set", "activity", "off", "--dry-run", *ADA))
