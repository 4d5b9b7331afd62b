"""NAME.zone.toml: written whole, read back exactly, refused when anything in it is wrong."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

import pytest

from zonedao.errors import StorageProblem, UsageProblem
from zonedao.federation import ZoneFile, load_zone_file


def address(digit: str) -> str:
    return "0x" + digit * 40


ZONE = ZoneFile(
    name="test-court",
    chain_id=31337,
    root=address("1"),
    registry=address("2"),
    treasury=address("3"),
    stores=address("4"),
    factory=address("5"),
    trade_post=address("6"),
    deploy_block=8,
    charter_hash="0x" + "ab" * 32,
    build_hash="cd" * 32,
    url="http://127.0.0.1:8547",
)


@pytest.mark.parametrize("zone", [ZONE, dataclasses.replace(ZONE, url="", deploy_block=0)])
def test_read_back(tmp_path: Path, zone: ZoneFile) -> None:
    path = zone.write(tmp_path)
    assert path == tmp_path / "test-court.zone.toml"
    assert load_zone_file(path) == zone
    assert os.listdir(tmp_path) == [path.name]


def test_everybody_may_read_it(tmp_path: Path) -> None:
    assert ZONE.write(tmp_path).stat().st_mode & 0o444 == 0o444


def test_the_same_zone_replaces_it(tmp_path: Path) -> None:
    ZONE.write(tmp_path)
    moved = dataclasses.replace(ZONE, url="https://node.example.org", deploy_block=9)
    assert load_zone_file(moved.write(tmp_path)) == moved


@pytest.mark.parametrize("change", [{"root": address("7")}, {"chain_id": 1}])
def test_another_zone_does_not(tmp_path: Path, change: dict[str, Any]) -> None:
    path = ZONE.write(tmp_path)
    with pytest.raises(UsageProblem, match=r"is the file of another zone.* Move it away"):
        dataclasses.replace(ZONE, **change).write(tmp_path)
    assert load_zone_file(path) == ZONE


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(StorageProblem, match=r"cannot be written .*another folder"):
        ZONE.write(tmp_path / "none")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(StorageProblem, match="Check its path"):
        load_zone_file(tmp_path / "none.zone.toml")


KEYS = [field.name for field in dataclasses.fields(ZoneFile) if field.name != "url"]
WRONG = ["true", "[]", '""', "-1", '"0x12"', '"text\\u0000"']


@pytest.mark.parametrize("key", KEYS)
def test_missing(tmp_path: Path, key: str) -> None:
    lines = [line for line in ZONE.text().splitlines() if not line.startswith(f"{key} =")]
    path = tmp_path / "x.zone.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UsageProblem, match=rf"is no zone file: {key} is missing\. Ask the zone's founder"):
        load_zone_file(path)


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("key", [key for key in KEYS if key != "name"])
def test_wrong(tmp_path: Path, key: str, value: str) -> None:
    lines = [f"{key} = {value}" if line.startswith(f"{key} =") else line for line in ZONE.text().splitlines()]
    path = tmp_path / "x.zone.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UsageProblem, match=rf"is no zone file: {key} is"):
        load_zone_file(path)


def test_a_name_is_no_path(tmp_path: Path) -> None:
    path = tmp_path / "x.zone.toml"
    path.write_text(ZONE.text().replace('"test-court"', '"../court"'), encoding="utf-8")
    with pytest.raises(UsageProblem, match=r"name is '\.\./court'"):
        load_zone_file(path)


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe", b"", b"[[name]]"])
def test_no_zone_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zone.toml"
    path.write_bytes(content)
    with pytest.raises(UsageProblem, match="is no zone file"):
        load_zone_file(path)
