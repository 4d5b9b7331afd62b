"""Who is a person, typed: modules put on a chain and listed, vouching, lists and attestations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.client.acting import Actors
from tests.support.bodies import Person
from tests.support.elmcourt import ELMCOURT, STRANGER, Town, address_of
from tests.support.shown import looks
from tests.support.voting import carry, succeeded
from zonedao.addressbook import AddressBook
from zonedao.chain.signers import dev_account
from zonedao.federation.modules import personhood_module, put_module
from zonedao.governance.calls import Call

pytestmark = pytest.mark.usefixtures("password")

HERE = ("--in", "elmcourt")
BEN, ADA = ("--account", "ben", "--yes"), ("--account", "ada", "--yes")
VOTERS = ELMCOURT[:8]


def decide(town: Town, tmp_path: Path, *calls: Call) -> None:
    """Have the zone decide something by the library."""
    people = [Person(name, number, dev_account(number - 1)) for number, name in enumerate(VOTERS, 1)]
    actors = Actors(town.connection, town.elmcourt.address, AddressBook(tmp_path / "book.toml"), people)
    actors.decide(actors.zone().propose(calls, "Something"), people)


def listed(town: Town, tmp_path: Path, kind: str) -> None:
    """Have the zone list a module, which is put on the chain."""
    zone = town.elmcourt.acting_as(dev_account(0))
    module = personhood_module(kind)
    put_module(zone.client, module).transact()
    decide(town, tmp_path, zone.calls.set_module(6, module.address))


def test_vouching(cli: Cli, town: Town) -> None:
    alone = cli("member", "enroll", *HERE, "--account", STRANGER, "--yes")
    assert (alone.code, "admits by vote only" in alone.err) == (3, True)
    done = succeeded(cli("member", "module", "vouching", *HERE, *ADA, "--json"))
    module = personhood_module("vouching").address
    assert done.json["result"] == {"kind": "vouching", "address": module}
    assert "Put the vouching (3 vouchers) module on this chain" in done.json["explanation"][0]
    assert "already" in cli("member", "module", "vouching", *HERE, *ADA).err
    done = succeeded(cli("propose", "set", "module", "personhood", "vouching", *HERE, *ADA, "--json"))
    assert "make the vouching (3 vouchers) module the personhood module of elmcourt" in str(done.json["explanation"])
    carry(cli, town, 1, "elmcourt", VOTERS)
    assert cli("member", "application", STRANGER, *HERE).out == f"Nobody vouches for {STRANGER}.\n"
    looks(cli, "elmcourt", ("member", "application", STRANGER))
    for voucher in ("ben", "cleo", "dan"):
        said = succeeded(cli("member", "vouch", STRANGER, *HERE, "--account", voucher, "--yes"))
    assert "WARNING: Vouch for nobody whom you do not know" in said.err
    succeeded(cli("member", "challenge", STRANGER, *HERE, "--account", "eva", "--yes"))
    shown = cli("member", "application", STRANGER, *HERE, "--json").json["application"]
    assert (shown["vouchers"], shown["challengers"], shown["contested"]) == ([2, 3, 4], 1, False)
    assert "3 of 3: ben, cleo, dan" in cli("member", "application", STRANGER, *HERE).out
    looks(cli, "elmcourt", ("member", "application", STRANGER))
    early = cli("member", "enroll", *HERE, "--account", STRANGER, "--yes")
    assert (early.code, "Not yet: others may object." in early.err) == (4, True)
    todo = ("todo", *HERE, "--account", STRANGER, "--json")
    assert cli(*todo).json["todo"] == []
    town.skip(days=14, minutes=1)
    succeeded(cli("index", "sync", *HERE))
    told, asked = succeeded(cli(*todo)).json, succeeded(cli(*todo, "--live")).json
    assert isinstance(told["zones"][0]["block"], int)
    assert told["todo"] == asked["todo"]
    assert told["todo"][0]["command"] == "zonedao member enroll --in elmcourt"
    done = succeeded(cli("member", "enroll", *HERE, "--account", STRANGER, "--yes", "--json"))
    assert done.json["result"] == {"address": town.address(STRANGER), "index": 15}
    assert cli("member", "show", "15", *HERE, "--json").json["bodies"] == ["elmcourt"]
    town.skip(hours=1)
    looks(cli, "elmcourt", ("member", "application", STRANGER), ("member", "show", STRANGER), ("body", "show"))


def test_a_contested_application(cli: Cli, town: Town, tmp_path: Path) -> None:
    listed(town, tmp_path, "vouching")
    stranger, application = address_of(STRANGER), ("member", "application", STRANGER)
    for number in range(6):
        module = town.elmcourt.acting_as(dev_account(number)).personhood
        (module.vouch(stranger) if number < 3 else module.challenge(stranger)).transact()
    (told,) = looks(cli, "elmcourt", application)
    assert "only a vote admits: zonedao propose admit" in told.out
    town.skip(days=60)
    (told,) = looks(cli, "elmcourt", application)
    assert told.out == f"Nobody vouches for {STRANGER}.\n"


def test_vouchers_who_were_right(cli: Cli, town: Town, tmp_path: Path) -> None:
    """Whom a vote admitted all the same, their vouchers can be cleared for, and are told so."""
    listed(town, tmp_path, "vouching")
    stranger, todo = address_of(STRANGER), ("todo", *HERE, "--account", "ben", "--json")
    for number in range(6):
        module = town.elmcourt.acting_as(dev_account(number)).personhood
        (module.vouch(stranger) if number < 3 else module.challenge(stranger)).transact()
    assert [each for each in cli(*todo).json["todo"] if each["kind"] == "clear"] == []
    decide(town, tmp_path, town.elmcourt.calls.admit([stranger]))
    succeeded(cli("index", "sync", *HERE))
    told, asked = succeeded(cli(*todo)).json, succeeded(cli(*todo, "--live")).json
    assert isinstance(told["zones"][0]["block"], int)
    assert told["todo"] == asked["todo"]
    (clear,) = [each for each in told["todo"] if each["kind"] == "clear"]
    assert clear["command"] == f"zonedao member clear {stranger} --in elmcourt"
    said = f"be allowed to vouch again, as elmcourt admitted {stranger}, for whom you vouched; by "
    assert clear["text"].startswith(said)
    others = cli("todo", *HERE, "--account", "eva", "--json").json["todo"]
    assert [each for each in others if each["kind"] == "clear"] == []
    succeeded(cli(*clear["command"].split()[1:], *BEN))
    assert town.elmcourt.personhood.suspended_until("ben") <= town.elmcourt.client.now()
    assert [each for each in cli(*todo, "--live").json["todo"] if each["kind"] == "clear"] == []


def test_a_list(cli: Cli, town: Town, tmp_path: Path) -> None:
    listed(town, tmp_path, "allow-list")
    file = tmp_path / "list.csv"
    file.write_text(f"{address_of(STRANGER)},passport 12 and a secret\n{address_of('nora')} nora\n", encoding="utf-8")
    done = succeeded(cli("propose", "set", "persons", str(file), "ipfs://list", *HERE, *ADA, "--json"))
    assert "the list of persons in the personhood module of Elmcourt, to be read at ipfs://list" in str(done.json)
    carry(cli, town, 2, "elmcourt", VOTERS)
    missing = cli("member", "enroll", *HERE, "--account", STRANGER, "--yes")
    assert (missing.code, "--list" in missing.err) == (2, True)
    done = succeeded(cli("member", "enroll", STRANGER, "--list", str(file), *HERE, *BEN, "--json"))
    assert done.json["result"]["index"] == 15
    succeeded(cli("member", "enroll", "--list", str(file), *HERE, "--account", "nora", "--yes"))
    again = cli("member", "enroll", "--list", str(file), *HERE, "--account", "nora", "--yes")
    assert (again.code, "member already, number 14" in again.err) == (4, True)
    assert "not by vouching" in cli("member", "vouch", STRANGER, *HERE, *BEN).err
    assert cli("audit", *HERE).code == 0


def test_an_attester(cli: Cli, town: Town, tmp_path: Path) -> None:
    listed(town, tmp_path, "attester")
    succeeded(cli("propose", "set", "attester", "ada", *HERE, *ADA))
    carry(cli, town, 2, "elmcourt", VOTERS)
    out = tmp_path / "attestation.json"
    attest = ("member", "attest", STRANGER, "--id", "passport 12 and a secret", "--out", str(out), *HERE)
    assert "has named" in cli(*attest, *BEN).err
    assert "'2020-01-01' is past" in cli(*attest, *ADA, "--until", "2020-01-01").err
    done = succeeded(cli(*attest, *ADA, "--json"))
    assert {**json.loads(out.read_text(encoding="utf-8")), "file": str(out)} == done.json
    wrong = tmp_path / "other.json"
    wrong.write_text(json.dumps({**json.loads(out.read_text(encoding="utf-8")), "chain_id": 1}), encoding="utf-8")
    enroll = ("member", "enroll", STRANGER, *HERE, *BEN)
    assert "for another zone, module or chain" in cli(*enroll, "--attestation", str(wrong)).err
    assert succeeded(cli(*enroll, "--attestation", str(out), "--json")).json["result"]["index"] == 15
