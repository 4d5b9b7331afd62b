"""`--account impersonate:WHO`: on a local node somebody's key is not needed."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli
from tests.support.elmcourt import Town
from tests.support.proxy import on_the_way
from tests.support.voting import succeeded
from zonedao.addressbook import AddressBook

GIFT = ("deposit", "1 ETH", "--in", "elmcourt", "--yes")


def test_a_gift_without_a_key(cli: Cli, town: Town) -> None:
    ada = town.address("ada")
    said = f"ACTING AS Ada ({ada}) WITHOUT THEIR KEY, which only a local test node lets anybody do."
    AddressBook.default().add_people({ada: "Ada"})
    dry = succeeded(cli(*GIFT, "--account", "impersonate:Ada", "--dry-run"))
    assert dry.err.startswith(said)
    done = succeeded(cli(*GIFT, "--account", "impersonate:Ada", "--json"))
    assert done.json["explanation"][0] == said
    assert (done.err.count(said), done.json["events"]) == (1, ["You deposited 1 ETH for elmcourt."])
    assert town.elmcourt.treasury.account(town.elmcourt).balance.amount == 10**18
    assert succeeded(cli("tx", "list", "--json")).json["transactions"] == []
    bare = succeeded(cli("whoami", "--account", f"impersonate:{ada}", "--json"))
    assert (bare.json["account"], "elmcourt" in bare.json["zones"][0]["bodies"]) == (ada, True)


def test_what_needs_a_signature_or_a_real_network(cli: Cli, town: Town, tmp_path: Path) -> None:
    ada = f"impersonate:{town.address('ada')}"
    kept = cli(*GIFT, "--account", ada, "--sign-only", tmp_path / "a.json")
    assert (kept.code, "is not here, so that nothing can be signed for them" in kept.error) == (7, True)
    with on_the_way(town.connection.url) as proxy:
        away = cli(*GIFT, "--account", ada, "--network", proxy.url)
        assert (away.code, "only Anvil and Ganache on this machine let us" in away.error) == (4, True)
        assert not any(method.startswith("eth_send") for method in proxy.seen)
    assert cli(*GIFT, "--account", "impersonate:nobody").code == 3
    nobody = cli(*GIFT, "--account", "impersonate:")
    assert (nobody.code, "--account impersonate: wants somebody: a name that you know" in nobody.error) == (2, True)
