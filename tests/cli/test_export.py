"""`export daojson`: the documents of ERC-4824 in a folder."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import ELMCOURT, Town
from tests.support.voting import succeeded
from zonedao.errors import StorageProblem
from zonedao.export.folder import write_folder

HERE = ("--in", "elmcourt")
FILES = ["members.json", "proposals.json", "activities.json", "contracts.json", "governance.md", "dao.json"]


def test_a_folder_that_can_be_published(cli: Cli, town: Town, tmp_path: Path, password: None) -> None:
    succeeded(cli("propose", "pay", "ben", "1 ETH", "--title", "Pay", *HERE, "--account", "ada", "--yes"))
    folder = tmp_path / "public" / "elmcourt"
    base = "https://example.org/elmcourt/"
    words = ("export", "daojson", folder, "--base-uri", base, "--description", "Forty households.", *HERE)
    first = succeeded(cli(*words, "--json")).json
    counts = {"members": len(ELMCOURT), "proposals": 1, "activities": 1}
    assert first | counts == first
    assert (first["body"], first["files"], first["written"], first["dao_uri"]) == ("elmcourt", FILES, FILES, None)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert json.loads((folder / "dao.json").read_text())["proposalsURI"] == f"{base}proposals.json"
    assert not any(name in (folder / file).read_text() for file in FILES for name in ("ben", "cleo", "nora"))

    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    again = succeeded(cli(*words, "--json")).json
    assert (again["block"], again["written"]) == (first["block"], [])
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before

    # What was lost or spoilt comes back, and nothing else is written.
    (folder / "members.json").unlink()
    (folder / "dao.json").write_text("{")
    mended = succeeded(cli(*words))
    assert "Written: members.json, dao.json." in mended.out
    assert "14 members, 1 proposals, 1 activities" in mended.out
    assert f"zonedao propose set uri {base}dao.json" in mended.out


def test_an_industry(cli: Cli, town: Town, tmp_path: Path) -> None:
    shown = succeeded(cli("export", "daojson", tmp_path / "out", "--in", "elmcourt/food", "--json")).json
    assert shown["body"] == "elmcourt/food"
    assert json.loads((tmp_path / "out" / "dao.json").read_text())["membersURI"] == "members.json"


def test_a_dry_run_writes_nothing(cli: Cli, town: Town, tmp_path: Path) -> None:
    done = succeeded(cli("export", "daojson", tmp_path / "out", *HERE, "--dry-run", "--json"))
    assert done.json["done"] is False
    assert "would be written to" in done.json["would"]
    assert not (tmp_path / "out").exists()


def test_what_cannot_be(cli: Cli, town: Town, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = cli("export", "daojson", tmp_path / "file", *HERE)
    assert (done.code, done.out) == (11, "")
    assert done.error == (
        f"{tmp_path / 'file'} cannot be written ({tmp_path / 'file'} is no folder). "
        "Make room there, correct its permissions, or choose another folder."
    )
    done = cli("export", "daojson", tmp_path / "out", *HERE, "--base-uri", "example.org")
    assert (done.code, done.out) == (2, "")
    assert "'example.org' is no folder's URI. Write it like https://" in done.error
    assert not (tmp_path / "out").exists()


def test_the_economy_as_lines_and_as_tables(
    cli: Cli, town: Town, tmp_path: Path, password: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    succeeded(cli("deposit", "5 ETH", *HERE, "--account", "ada", "--yes"))
    town.elmcourt.connection.mine(1)
    file = tmp_path / "out" / "elmcourt.jsonl"
    done = succeeded(cli("export", "valueflows", file, *HERE, "--json")).json
    assert (done["written"], done["events"] >= 1, done["lines"]) == (True, True, file.read_text().count("\n"))
    assert not any(name in file.read_text() for name in ("cleo", "nora", "hugo"))
    checked = succeeded(cli("verify", file, "--json")).json
    assert (checked["ok"], checked["digest"], checked["block"]) == (True, done["digest"], done["block"])
    assert checked["zone"].endswith(town.elmcourt.address)

    # The same block gives the same bytes, whatever happened since; an earlier one gives others.
    succeeded(cli("deposit", "1 ETH", *HERE, "--account", "ben", "--yes"))
    at = ("--block", done["block"])
    assert succeeded(cli("export", "valueflows", file, *HERE, *at, "--json")).json["written"] is False
    other = tmp_path / "before.jsonl"
    before = succeeded(cli("export", "valueflows", other, *HERE, "--block", done["block"] - 2, "--json")).json
    assert before["events"] == done["events"] - 1
    assert succeeded(cli("verify", other)).out.startswith("adds up")

    poured = succeeded(cli("export", "valueflows", "-", *HERE, *at))
    assert (poured.out, poured.err.endswith(f"Digest: {done['digest']}.\n")) == (file.read_text(), True)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(poured.out.encode())))
    assert succeeded(cli("verify", "-", "--json")).json["digest"] == done["digest"]
    assert cli("export", "valueflows", "-", *HERE, "--json").code == 2
    assert (cli("export", "csv", "-", *HERE).code, Path("-").exists()) == (2, False)

    tables = succeeded(cli("export", "csv", tmp_path / "csv", *HERE, *at, "--json")).json
    assert tables["files"]["events.csv"] == done["events"]
    assert ",5,5000000000000000000,ETH," in (tmp_path / "csv" / "events.csv").read_text()
    assert f"valueflows_digest,{done['digest']}" in (tmp_path / "csv" / "about.csv").read_text()
    assert "Every file was there already." in succeeded(cli("export", "csv", tmp_path / "csv", *HERE, *at)).out

    file.write_text(file.read_text().replace('"5000000000000000000"', '"6000000000000000000"', 1))
    wrong = cli("verify", file, "--json")
    assert (wrong.code, wrong.json["ok"]) == (1, False)
    assert wrong.json["difference"]["transaction"].startswith("0x")
    assert "does not add up: line" in wrong.error
    assert wrong.error.endswith("zonedao export valueflows FILE.")
    assert cli("verify", tmp_path / "nothing").code == 11
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(other.read_bytes().replace(b"Unit", b"\xff", 1))
    assert "this is no UTF-8 text" in cli("verify", cut).error
    assert "a folder is none that `zonedao export valueflows` wrote" in cli("verify", tmp_path).error


def test_a_block_without_the_zone(cli: Cli, town: Town, tmp_path: Path) -> None:
    done = cli("export", "valueflows", tmp_path / "out", *HERE, "--block", 0)
    assert (done.code, done.out) == (2, "")
    assert "There was no zone at" in done.error
    for late in (10**9, 2**70):
        done = cli("export", "csv", tmp_path / "out", *HERE, "--block", late)
        assert (done.code, f"There is no block {late} on" in done.error) == (2, True)
    assert "would be written" in succeeded(cli("export", "valueflows", tmp_path / "out", *HERE, "--dry-run")).out
    assert "would be written" in succeeded(cli("export", "csv", tmp_path / "out", *HERE, "--dry-run")).out
    assert not (tmp_path / "out").exists()


def test_an_interrupted_write_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder({"a": "old", "b": "old"}, tmp_path)
    real = os.replace

    def interrupted(source: str, target: Path) -> None:
        if target.name == "b":
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_folder({"a": "new", "b": "new"}, tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "new", "b": "old"}
    monkeypatch.setattr(os, "replace", real)
    assert write_folder({"a": "new", "b": "new"}, tmp_path) == ["b"]


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: str, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(StorageProblem, match="no space left on device"):
        write_folder({"a": "new"}, tmp_path)
    assert list(tmp_path.iterdir()) == []
