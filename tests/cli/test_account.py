"""`zonedao account`: keys are made, kept, listed and copied, and never shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from eth_account import Account

from tests.cli.conftest import PASSWORD, Cli
from tests.support.cli import terminal
from zonedao.chain.accounts import KeyStore

RAW = "0x" + "11" * 32
RAW_ADDRESS = "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"


def test_new(cli: Cli, files: Path, password_file: Path) -> None:
    done = cli("account", "new", "anna", "--password-file", password_file, "--json")
    assert done.code == 0
    address = done.json["address"]
    document = json.loads((files / "keys" / "anna.json").read_text())
    key = Account.decrypt(document, PASSWORD)
    assert Account.from_key(key).address == address
    assert bytes(key).hex() not in done.out + done.err
    assert (files / "keys" / "anna.json").stat().st_mode & 0o077 == 0


def test_new_at_a_terminal(files: Path) -> None:
    with terminal("account", "new", "anna", home=files) as screen:
        screen.await_text("New password: ")
        screen.type(PASSWORD)
        screen.await_text("The same again: ")
        screen.type("another")
        screen.await_text("New password: ")
        screen.type(PASSWORD)
        screen.await_text("The same again: ")
        screen.type(PASSWORD)
        done = screen.end()
    assert done.code == 0
    assert PASSWORD not in done.err
    assert KeyStore(files / "keys").unlock("anna", PASSWORD).address in done.err


@pytest.mark.parametrize("name", ["anna", "../anna", "", "0x" + "ab" * 20])
def test_new_refuses_a_name(cli: Cli, keys: KeyStore, password_file: Path, name: str) -> None:
    keys.new("anna", PASSWORD, work_factor=2)
    done = cli("account", "new", name, "--password-file", password_file)
    assert done.code == (7 if name == "anna" else 2)
    assert "hoose another name" in done.error or "Use letters" in done.error
    assert [file.name for file in keys.list()] == ["anna"]


def test_new_needs_somebody_or_a_file(cli: Cli, keys: KeyStore) -> None:
    done = cli("account", "new", "anna")
    assert done.code == 2
    assert "--password-file" in done.error
    assert not keys.list()


def test_new_refuses_an_empty_password(cli: Cli, keys: KeyStore, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")
    assert cli("account", "new", "anna", "--password-file", tmp_path / "empty").code == 2
    assert not keys.list()


def test_control_c_at_the_password(files: Path) -> None:
    with terminal("account", "new", "anna", home=files) as screen:
        screen.await_text("New password: ")
        screen.control_c()
        done = screen.end()
    assert (done.code, done.error) == (130, "Stopped. Nothing was sent.")
    assert not KeyStore(files / "keys").list()


def test_dry_run_writes_nothing(cli: Cli, keys: KeyStore) -> None:
    done = cli("account", "new", "anna", "--dry-run")
    assert done.code == 0
    assert done.out == f"An account anna would be made in {keys.folder}. Nothing was written.\n"
    assert not keys.folder.exists()
    assert cli("account", "new", "anna", "--dry-run", "--json").json["done"] is False


def test_import_a_bare_key(cli: Cli, keys: KeyStore, tmp_path: Path, password_file: Path) -> None:
    (tmp_path / "bare").write_text(RAW + "\n")
    done = cli("account", "import", "anna", tmp_path / "bare", "--password-file", password_file, "--json")
    assert (done.code, done.json["address"]) == (0, RAW_ADDRESS)
    assert RAW[2:] not in done.out + done.err
    assert keys.unlock("anna", PASSWORD).address == RAW_ADDRESS


def test_import_another_tools_file(cli: Cli, keys: KeyStore, tmp_path: Path, password_file: Path) -> None:
    document = Account.encrypt(RAW, PASSWORD, kdf="pbkdf2", iterations=2)
    (tmp_path / "UTC--2026").write_text(json.dumps(document))
    done = cli("account", "import", "anna", tmp_path / "UTC--2026", "--password-file", password_file)
    assert (done.code, done.out) == (0, f"Kept as anna: {RAW_ADDRESS}\n")
    assert keys.unlock("anna", PASSWORD).address == RAW_ADDRESS


def test_import_with_a_wrong_password(cli: Cli, keys: KeyStore, tmp_path: Path, password_file: Path) -> None:
    (tmp_path / "key").write_text(json.dumps(Account.encrypt(RAW, "other", kdf="pbkdf2", iterations=2)))
    done = cli("account", "import", "anna", tmp_path / "key", "--password-file", password_file)
    assert (done.code, done.error) == (7, "The password does not open key. Try again.")
    assert not keys.list()


@pytest.mark.parametrize("content", [b"not a key", b'{"version": 3}', b"\xff\xfe", b"0x" + b"11" * 31])
def test_import_what_is_no_key(cli: Cli, keys: KeyStore, tmp_path: Path, password_file: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    done = cli("account", "import", "anna", tmp_path / "key", "--password-file", password_file)
    assert done.code == 7
    assert done.error
    assert not keys.list()


def test_import_what_is_not_there(cli: Cli, tmp_path: Path) -> None:
    done = cli("account", "import", "anna", tmp_path / "nothing")
    assert (done.code, done.error) == (
        11,
        f"{tmp_path / 'nothing'} cannot be read (no such file or directory). Check its path.",
    )


def test_list(cli: Cli, keys: KeyStore) -> None:
    anna, bea = (keys.new(name, PASSWORD, work_factor=2).address for name in ("anna", "bea"))
    done = cli("account", "list")
    assert done.out == f"NAME  ADDRESS{' ' * 37}KEY\nanna  {anna}  file\nbea   {bea}  file\n"
    assert [entry["address"] for entry in cli("account", "list", "--json").json["accounts"]] == [anna, bea]


def test_list_nothing(cli: Cli) -> None:
    assert cli("account", "list").out == "No account yet. Make one with `zonedao account new NAME`.\n"


def test_export(cli: Cli, keys: KeyStore, tmp_path: Path) -> None:
    file = keys.new("anna", PASSWORD, work_factor=2)
    done = cli("account", "export", "anna", tmp_path)
    assert (done.code, done.out) == (0, f"Copied anna to {tmp_path / 'anna.json'}, still encrypted.\n")
    assert (tmp_path / "anna.json").read_text() == file.path.read_text()
    assert (tmp_path / "anna.json").stat().st_mode & 0o077 == 0


def test_export_overwrites_nothing(cli: Cli, keys: KeyStore, tmp_path: Path) -> None:
    keys.new("anna", PASSWORD, work_factor=2)
    (tmp_path / "anna.json").write_text("mine")
    done = cli("account", "export", "anna", tmp_path)
    assert done.code == 7
    assert (tmp_path / "anna.json").read_text() == "mine"


def test_export_nobody(cli: Cli, tmp_path: Path) -> None:
    done = cli("account", "export", "anna", tmp_path)
    assert (done.code, done.error) == (
        3,
        "There is no account anna. Make one with `zonedao account new NAME`.",
    )
