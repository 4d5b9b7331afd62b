"""A trade from listing to the account of the seller, by the commands of both zones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import ELMCOURT, MILLBROOK, Town
from tests.support.shown import looks
from tests.support.voting import carry, succeeded

MARKET, TRADE = ("trade", "list"), ("trade", "show", 1)

pytestmark = pytest.mark.usefixtures("password")


@pytest.fixture
def listed(cli: Cli, town: Town) -> Town:
    """Elmcourt offers 50 loaves at 0.1 ETH; Millbrook has 20 ETH."""
    succeeded(cli("deposit", "20 ETH", "--in", "millbrook", "--account", "olga", "--yes"))
    succeeded(cli("stock", "report", "bread", "100", "--in", "elmcourt", "--account", "dan", "--yes"))
    succeeded(
        cli("propose", "sell", "bread", "50", "0.1 ETH", "--until", "30 days", "--ship-hours", 48,
            "--in", "elmcourt", "--account", "ada", "--yes")
    )  # fmt: skip
    carry(cli, town, 1, "elmcourt")
    return town


@pytest.fixture
def agreed(cli: Cli, listed: Town) -> Town:
    """Millbrook bought 40 of them."""
    succeeded(cli("propose", "buy", 1, "40 loaf", "--in", "millbrook", "--account", "olga", "--yes"))
    carry(cli, listed, 1, "millbrook", MILLBROOK[:11])
    return listed


def test_listing(cli: Cli, listed: Town) -> None:
    found = cli("trade", "list", "--in", "millbrook", "--json").json
    assert found["trades"] == []
    (listing,) = found["listings"]
    assert (listing["number"], listing["good"], listing["left"]) == (1, "bread (loaf)", 50)
    assert (listing["unit_price"], listing["asset"], listing["state"]) == (str(10**17), "ETH", "open")
    lines = cli("trade", "list", "--in", "millbrook").out
    assert "0.1 ETH each" in lines
    assert "Millbrook has no trades under way." in lines
    for zone in ("elmcourt", "millbrook"):
        looks(cli, zone, MARKET)


def test_from_agreement_to_the_seller_s_account(cli: Cli, agreed: Town, tmp_path: Path) -> None:
    waybill = tmp_path / "waybill.txt"
    waybill.write_text("40 loaves")
    shown = cli("trade", "show", 1, "--in", "elmcourt", "--json").json["trade"]
    assert (shown["state"], shown["price"], shown["next"]["verb"]) == ("agreed", str(4 * 10**18), "ship")

    for zone in ("elmcourt", "millbrook"):
        looks(cli, zone, MARKET, TRADE)
    succeeded(cli("trade", "ship", 1, "--document", waybill, "--in", "elmcourt", "--account", "dan", "--yes"))
    succeeded(cli("trade", "attest", 1, "40", "--in", "elmcourt", "--account", "dan", "--yes"))
    keeper = next(name for name in MILLBROOK if agreed.millbrook.stores.is_keeper(agreed.address(name)))
    succeeded(
        cli("trade", "attest", 1, "40 loaf", "--document", waybill, "--in", "millbrook", "--account", keeper, "--yes")
    )
    lines = cli("trade", "show", 1, "--in", "elmcourt").out
    assert "seller said  40 loaf arrived\nbuyer said   40 loaf arrived\n" in lines
    for zone in ("elmcourt", "millbrook"):
        looks(cli, zone, TRADE)
    succeeded(cli("trade", "settle", 1, "--in", "elmcourt", "--account", "nora", "--yes"))
    assert cli("trade", "show", 1, "--in", "elmcourt", "--json").json["trade"]["state"] == "settled"
    succeeded(cli("withdraw", "--in", "elmcourt", "--account", "nora", "--yes"))
    account = cli("treasury", "--in", "elmcourt", "--json").json["accounts"][0]
    assert account["amount"] == str(4 * 10**18)
    everything = cli("trade", "list", "--in", "elmcourt", "--all", "--json").json
    assert [each["state"] for each in everything["trades"]] == ["settled"]
    for zone in ("elmcourt", "millbrook"):
        looks(cli, zone, (*MARKET, "--all"), TRADE)
    for zone in ("elmcourt", "millbrook"):
        assert cli("audit", "--in", zone, "--json").json["ok"] is True


def test_refusals(cli: Cli, agreed: Town, tmp_path: Path) -> None:
    """None of them changes anything, so they are tried one after the other."""
    paper = tmp_path / "paper"
    paper.write_text("x")
    before = cli("trade", "show", 1, "--in", "elmcourt", "--json").json["trade"]
    for words, zone, who, code, said in (
        (["show", "9"], "elmcourt", "dan", 3, "There is no trade 9."),
        (["attest", "1", "40"], "millbrook", "olga", 4, "Nothing was sent."),
        (["settle", "1"], "elmcourt", "ada", 4, "Nothing was sent."),
        (["ship", "1"], "elmcourt", "dan", 2, "--document"),
        (["ship", "1", "--document", paper], "elmcourt", ELMCOURT[0], 4, "Nothing was sent."),
        (["attest", "1", "40 kg"], "elmcourt", "dan", 2, "counted in loaf"),
    ):
        done = cli("trade", *words, "--in", zone, "--account", who, "--yes")
        assert (done.code, done.out) == (code, ""), done.err
        assert said in done.error, words
    assert cli("trade", "show", 1, "--in", "elmcourt", "--json").json["trade"] == before


def test_buying_for_the_wrong_money(cli: Cli, listed: Town) -> None:
    done = cli("propose", "buy", 1, "60", "--max-price", "0.05 ETH", "--in", "millbrook", "--account", "olga", "--yes")
    # Whether it can be bought at that price shows when it is executed; the escrow is what was proposed.
    assert done.code == 0, done.err
    missing = cli("propose", "buy", 9, "1", "--in", "millbrook", "--account", "olga", "--yes")
    assert (missing.code, missing.error) == (3, "There is no listing 9. `zonedao trade list` shows those there are.")
