"""Networks by name: what they stand for, and what holds on them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import CHAIN_ID, Town
from tests.support.voting import succeeded
from zonedao.networks import Network, Networks

GIFT = ("deposit", "1 ETH", "--in", "elmcourt", "--account", "ada", "--yes")


def test_a_network_and_its_limits(cli: Cli, town: Town, password: None, files: Path) -> None:
    url = town.connection.url
    assert "No network yet." in cli("network", "list").out
    secret = f"{url}/?key=my-key"
    dry = succeeded(cli("network", "add", "home", secret, "--dry-run"))
    assert dry.out == f"home would be chain {CHAIN_ID}. Nothing was written.\n"
    added = succeeded(cli("network", "add", "home", url, "--max-fee", "0.000001 ETH", "--confirmations", "1", "--json"))
    assert added.json == {
        "name": "home",
        "chain_id": CHAIN_ID,
        "node": url,
        "max_fee": "0.000001 ETH",
        "confirmations": 1,
    }
    assert stat.S_IMODE((files / "networks.toml").stat().st_mode) == 0o600
    # Its limits hold for its chain, by whatever way it is reached; a command may say otherwise.
    for more in ((), ("--network", "home"), ("--network", "elmcourt")):
        done = cli(*GIFT, *more)
        assert (done.code, "your limit is 0.000001 ETH" in done.error) == (4, True), more
    succeeded(cli(*GIFT, "--max-fee", "1 ETH", "--network", "home"))
    assert succeeded(cli("treasury", "--network", "home", "--in", "elmcourt", "--json")).json["accounts"]
    assert succeeded(cli("tx", "list", "--network", "home", "--json")).json["network"] == "home"


def test_the_network_in_use(cli: Cli, town: Town, files: Path) -> None:
    networks = Networks(files / "networks.toml")
    networks.add(Network("home", town.connection.url, CHAIN_ID, "9 gwei", 3))
    networks.add(Network("away", "http://127.0.0.1:9/key", 5))
    assert succeeded(cli("network", "use", "home")).out == "home is meant from now on where no --network is said.\n"
    # Where `chain` otherwise means a local node, there is none here.
    assert succeeded(cli("chain", "status", "--network", "home", "--json")).json["chain_id"] == CHAIN_ID
    document = succeeded(cli("network", "list", "--json")).json
    assert document["used"] == "home"
    assert [each["node"] for each in document["networks"]] == ["http://127.0.0.1:9", town.connection.url]
    assert "* home" in cli("network", "list").out
    assert "key" not in cli("network", "list").out
    # One on another chain is none for the zones of this one.
    assert succeeded(cli("network", "use", "away", "--json")).json == {"used": "away"}
    assert succeeded(cli("body", "show", "--in", "elmcourt", "--json")).code == 0
    assert succeeded(cli("network", "use", "--json")).json == {"used": None}
    assert networks.used() is None


def test_what_is_no_network(cli: Cli, town: Town, files: Path) -> None:
    Networks(files / "networks.toml").add(Network("wrong", town.connection.url, 5))
    for words, code, error in (
        (("network", "add", "elmcourt", town.connection.url), 2, "You call a zone elmcourt"),
        (("network", "add", "anvil", town.connection.url), 2, "means something already"),
        (("network", "add", "a b", town.connection.url), 2, "cannot be what you call a network"),
        (("network", "add", "home", "nowhere"), 2, "is no node address"),
        (("network", "add", "home", town.connection.url, "--max-fee", "5"), 2, "is no limit of fees"),
        (("network", "add", "home", town.connection.url, "--confirmations", "0"), 2, "is none to wait for"),
        (("network", "use", "wrogn"), 3, "There is no network wrogn. Did you mean wrong? Those there are: wrong."),
        (("body", "list", "--network", "wrogn"), 3, "Did you mean wrong?"),
        (("deposit", "1 ETH", "--network", "wrong", "--account", "ada"), 3, "You know no zone"),
        (("chain", "status", "--network", "wrong"), 6, f"serves chain {CHAIN_ID}, but wrong lives on chain 5"),
    ):
        done = cli(*words)
        assert (done.code, error in done.error) == (code, True), (words, done.err)


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("networks = 1", "something in it is of another kind than it should be"),
        ("use = 5", "5 is in use, and there is no such network"),
        ("use = 'x'", "'x' is in use, and there is no such network"),
        ("[networks.x]\nurl = 'http://a'", "chain_id is missing"),
        ("[networks.x]\nurl = 'http://a'\nchain_id = -1", "-1 is the id of no chain"),
        ("[networks.x]\nurl = 'http://a'\nchain_id = '5'", "'5' stands where a whole number should"),
        ("[networks.x]\nurl = 'http://a'\nchain_id = 5\nconfirmations = 9999", "9999 confirmations are none"),
        ("][", "Invalid statement (at line 1, column 1)"),
    ],
)
def test_a_file_that_somebody_spoilt(cli: Cli, files: Path, text: str, flaw: str) -> None:
    files.mkdir()
    (files / "networks.toml").write_text(text)
    done = cli("network", "list")
    assert (done.code, f"networks.toml is malformed ({flaw}" in done.error) == (2, True), done.error


def test_kept_as_written(tmp_path: Path) -> None:
    networks = Networks(tmp_path / "sub" / "networks.toml")
    assert networks.all() == ()
    one = Network("one", 'http://127.0.0.1:1/"key"', 7, "30 gwei", 12)
    networks.add(one)
    networks.add(Network("two", "http://127.0.0.1:2", 7))
    networks.use("two")
    assert networks.all() == (one, Network("two", "http://127.0.0.1:2", 7))
    assert (networks.of_chain(7), networks.of_chain(8)) == (networks.find("two"), None)
    networks.use(None)
    assert networks.of_chain(7) == one
