"""What a charter says becomes a typed model, in the units of the chain."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from tests.support.charters import EXAMPLES, SMALL
from zonedao import charter
from zonedao.chain.abi import keccak
from zonedao.chain.signers import dev_account
from zonedao.charter import Charter
from zonedao.charter.laws import LAW_FIELDS
from zonedao.charter.model import CLASSES, Allowance, Good
from zonedao.charter.summary import zone_summary
from zonedao.governance.laws import Law
from zonedao.treasury.assets import COIN_ADDRESS, Asset, Money

HOUR, DAY = 3_600, 86_400
ETH = Asset(COIN_ADDRESS, "ETH", 18)
MILL = Asset("0xdF3e18d64BC6A983f673Ab319CCaE4f1a57C7097", "MILL", 6)

ORDINARY = Law(HOUR, HOUR, DAY, HOUR, 3 * DAY, 200_000, 500_000)
GRAVE = Law(HOUR, HOUR, DAY, DAY, 3 * DAY, 200_000, 666_666)


def load(folder: Path, text: str = SMALL) -> Charter:
    path = folder / "test.toml"
    path.write_text(text, encoding="utf-8")
    return charter.load(path)


def test_zone(tmp_path: Path) -> None:
    read = load(tmp_path)
    assert read.hash == "0x" + keccak((tmp_path / "test.toml").read_bytes()).hex()
    assert (read.name, read.zone.path, read.zone.purpose) == ("Test Court", "test-court", "To be tested.")
    assert (read.epoch_start, read.epoch_seconds) == (1_767_225_600, 30 * DAY)
    assert (read.stale_seconds, read.keepers) == (2 * DAY, ("ben",))
    assert read.goods == (Good("grain", "kg", 10, 5),)
    assert read.goods[0].label == "grain (kg)"
    assert list(read.members) == ["ada", "ben", "cleo"] == list(read.zone.members)
    assert read.members["ben"].address == "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
    assert [read.index_of(name) for name in read.members] == [1, 2, 3]
    assert read.assets == {"MILL": MILL, "ETH": ETH}
    assert read.zone.caps == (Money(25 * 10**17, ETH),)


def test_industries(tmp_path: Path) -> None:
    read = load(tmp_path)
    assert [body.path for body in read.zone.walk()] == ["test-court", "test-court/food", "test-court/food/bakery"]
    food, bakery = read.body("test-court/food"), read.body("test-court/food/bakery")
    assert food is not None
    assert bakery is not None
    assert [body.depth for body in (read.zone, food, bakery)] == [0, 1, 2]
    assert (food.name, bakery.name) == ("food", "Bakery")
    assert (food.members, bakery.members) == (("ada", "ben"), ("ada",))
    assert (food.caps, bakery.caps) == ((Money(100 * 10**6, MILL),), ())
    assert food.allowances == (Allowance(Money(10**18, ETH), 3, "test-court", 0, "food"),)
    assert bakery.allowances == (Allowance(Money(5 * 10**17, ETH), 2, "test-court", 1, "bread"),)
    assert read.body("test-court/none") is None


def test_where_documents_are(tmp_path: Path) -> None:
    read = load(tmp_path)
    assert [body.dao_uri for body in read.zone.walk()] == ["", "", ""]
    text = SMALL.replace('purpose = "To', 'dao_uri = "https://x.org/dao.json"\npurpose = "To')
    text = text.replace('purpose = "Bread."', 'purpose = "Bread."\ndao_uri = "ipfs://bakery"')
    read = load(tmp_path, text)
    assert [body.dao_uri for body in read.zone.walk()] == ["https://x.org/dao.json", "", "ipfs://bakery"]


def test_the_verifier(tmp_path: Path) -> None:
    assert load(tmp_path).verifier == "bn254"
    text = SMALL.replace('purpose = "To', 'verifier = "bls12-381"\npurpose = "To')
    read = load(tmp_path, text)
    assert read.verifier == "bls12-381"
    assert any("bls12-381" in line for line in zone_summary(read))
    assert not any("curve" in line for line in zone_summary(load(tmp_path)))


def test_laws_of_classes(tmp_path: Path) -> None:
    laws = dict(zip(CLASSES, load(tmp_path).zone.laws, strict=True))
    assert laws == {name: GRAVE if name in ("constitutional", "expulsion") else ORDINARY for name in CLASSES}


def test_laws_are_inherited_field_by_field(tmp_path: Path) -> None:
    """A field comes from the industry's class, else its default, else the parent's class; expulsion has none."""
    text = SMALL.replace(
        "[industries.food.industries.bakery]",
        '[industries.food.laws.default]\nquorum = "30 %"\n'
        '[industries.food.laws.spending]\nquorum = "40 %"\ngrace = "1 day"\n'
        '[industries.food.industries.bakery.laws.trade]\nvoting_period = "2 days"\n'
        "[industries.food.industries.bakery]",
    )
    read = load(tmp_path, text)
    food, bakery = read.body("test-court/food"), read.body("test-court/food/bakery")
    assert food is not None
    assert bakery is not None
    assert food.laws == (
        dataclasses.replace(GRAVE, quorum_ppm=300_000),
        dataclasses.replace(ORDINARY, quorum_ppm=400_000, grace_seconds=DAY),
        dataclasses.replace(ORDINARY, quorum_ppm=300_000),
        GRAVE,
        dataclasses.replace(ORDINARY, quorum_ppm=300_000),
        dataclasses.replace(ORDINARY, quorum_ppm=300_000),
    )
    assert bakery.laws == (*food.laws[:5], dataclasses.replace(food.laws[5], voting_period_seconds=2 * DAY))


def test_fields_are_those_of_the_contract() -> None:
    assert [each.field for each in LAW_FIELDS] == [each.name for each in dataclasses.fields(Law)]


def test_key_file(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    address = dev_account(5).address
    document = {"version": 3, "crypto": {"kdf": "scrypt"}, "address": address[2:].lower()}
    (tmp_path / "keys" / "dan.json").write_text(json.dumps(document), encoding="utf-8")
    read = load(tmp_path, SMALL.replace("\n[epochs]", 'dan = { keyfile = "keys/dan.json" }\n\n[epochs]'))
    assert read.members["dan"].address == address


def test_key_file_without_address(tmp_path: Path) -> None:
    (tmp_path / "dan.json").write_text('{"version": 3, "crypto": {"kdf": "scrypt"}}', encoding="utf-8")
    path = tmp_path / "test.toml"
    path.write_text(SMALL.replace("\n[epochs]", 'dan = { keyfile = "dan.json" }\n\n[epochs]'), encoding="utf-8")
    (mistake,) = charter.check(path)
    assert (mistake.line, mistake.hint) == (8, 'Write address = "0x…" in its place.')


def test_everybody(tmp_path: Path) -> None:
    text = SMALL.replace('members = ["ada", "ben"]', 'members = "all"').replace('keepers = ["ben"]', 'keepers = "all"')
    read = load(tmp_path, text)
    food = read.body("test-court/food")
    assert food is not None
    assert food.members == ("ada", "ben", "cleo") == read.keepers


def test_what_may_be_left_out(tmp_path: Path) -> None:
    left_out = SMALL.split("[assets.MILL]")[0]
    read = load(tmp_path, left_out)
    assert (read.goods, read.keepers, read.stale_seconds, read.zone.industries) == ((), (), 7 * DAY, ())
    assert read.assets == {"ETH": ETH}
    assert read.zone.caps == ()


def test_a_coin_of_another_name(tmp_path: Path) -> None:
    read = load(tmp_path, SMALL.replace("ETH", "XDAI").replace("[caps]", "[assets.XDAI]\ncoin = true\n\n[caps]"))
    assert read.assets["XDAI"] == Asset(COIN_ADDRESS, "XDAI", 18)
    assert "ETH" not in read.assets


@pytest.mark.parametrize("mark", ["﻿", ""])
def test_byte_order_mark(tmp_path: Path, mark: str) -> None:
    assert load(tmp_path, mark + SMALL).name == "Test Court"


@pytest.mark.parametrize(("start", "seconds"), [
    ("2026-01-01", 1_767_225_600),
    ("2026-01-01T06:00:00Z", 1_767_247_200),
    ("2026-01-01 06:00:00", 1_767_247_200),
    ("2026-01-01T06:00:00+02:00", 1_767_240_000),
])  # fmt: skip
def test_moments(tmp_path: Path, start: str, seconds: int) -> None:
    assert load(tmp_path, SMALL.replace("2026-01-01", start)).epoch_start == seconds


@pytest.mark.parametrize("number", range(2), ids=lambda number: EXAMPLES[number].stem)
def test_examples(number: int) -> None:
    read = charter.load(EXAMPLES[number])
    assert read.zone.path == EXAMPLES[number].stem
    bodies = list(read.zone.walk())
    assert max(body.depth for body in bodies) == 3
    assert {"food", "health", "education"} <= {body.name for body in bodies if body.depth == 1}
    assert len(read.members) >= 12
    assert all(body.allowances and body.caps for body in bodies if body.depth)
    assert len(read.goods) >= 2
    assert len(read.keepers) >= 2


def test_examples_have_the_first_test_accounts() -> None:
    """Accounts from 28 on are left to those who deploy and pay."""
    addresses = [member.address for path in EXAMPLES for member in charter.load(path).members.values()]
    assert addresses == [dev_account(number).address for number in range(28)]


def test_sponsors(tmp_path: Path) -> None:
    """None unless written; an industry inherits them."""
    text = SMALL.replace("[laws.constitutional]\n", "[laws.constitutional]\nsponsors = 4\n", 1)
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")
    for body in charter.load(path).zone.walk():
        assert [law.sponsors for law in body.laws] == [4, 0, 0, 0, 0, 0]
