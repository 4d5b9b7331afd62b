"""Accounts in files: Web3 Secret Storage version 3, as geth, cast and Brownie read and write it, or where on a Ledger.

A key never leaves its file unencrypted, is never an argument, and is never printed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from zonedao.chain.abi import checksum_address
from zonedao.chain.signers import LocalKey
from zonedao.disk import write_new_file
from zonedao.errors import KeyFileProblem, NotFound, UsageProblem, WrongPassword
from zonedao.home import home, private_folder
from zonedao.jsontext import parse_json
from zonedao.records import record
from zonedao.text import did_you_mean

# geth's own default: about a second and 256 MB to try one password.
SCRYPT_WORK_FACTOR = 262_144

LEDGER_FORMAT = "zonedao account on a ledger 1"

PASSWORD_FILE_VARIABLE = "ZONEDAO_PASSWORD_FILE"

_NAME = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$")
_HEX_KEY = re.compile(r"^(0x)?[0-9a-fA-F]{64}$")
_HEX_ADDRESS = re.compile(r"^(0x)?[0-9a-fA-F]{40}$")

PasswordPrompt = Callable[[str], str]


@record
class KeyFile:
    """One account in a file. `address` is empty when the file does not tell it, as its owner may have wished.

    `ledger_path` is where its key is on a Ledger (BIP-32), empty where the file holds the key itself.
    """

    name: str
    address: str
    path: Path
    ledger_path: str = ""


class KeyStore:
    """The key files in one folder, called by their file names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def default(cls) -> KeyStore:
        """This user's keys, under the home folder of the package."""
        return cls(home() / "keys")

    def list(self) -> list[KeyFile]:
        """All key files, by name. Files that are none are left out."""
        found: list[KeyFile] = []
        if self.folder.is_dir():
            for path in sorted(self.folder.iterdir()):
                with suppress(KeyFileProblem):
                    if path.is_file() and not path.name.startswith("."):
                        found.append(_describe(path))
        return found

    def find(self, wanted: str) -> KeyFile:
        """A key file by name, by address, or by the path of a key file anywhere. Raises NotFound, KeyFileProblem."""
        named = self.folder / f"{wanted}.json"
        if _NAME.match(wanted) and named.is_file():
            return _describe(named)
        files = self.list()
        for file in files:
            if wanted == file.name or (file.address and wanted.lower() == file.address.lower()):
                return file
        if os.sep in wanted or wanted.endswith(".json"):
            return _describe(Path(wanted).expanduser())
        known = [file.name for file in files]
        remedy = f"Those there are: {', '.join(known)}." if known else "Make one with `zonedao account new NAME`."
        raise NotFound(f"There is no account {wanted}.{did_you_mean(wanted, known)} {remedy}")

    def new(self, name: str, password: str, *, work_factor: int = SCRYPT_WORK_FACTOR) -> KeyFile:
        """Make a key from the system's randomness. Raises KeyFileProblem when the name is taken, UsageProblem."""
        self.require_free(name)
        import secrets

        # Below the curve's order with all but 2⁻¹²⁸ of certainty; LocalKey refuses the rest.
        return self._store(name, secrets.token_bytes(32), password, work_factor)

    def import_raw(self, name: str, text: str, password: str, *, work_factor: int = SCRYPT_WORK_FACTOR) -> KeyFile:
        """Keep a raw private key, given as the text of a file: 64 hexadecimal digits.

        Raises KeyFileProblem, without repeating the text, when it is no key or the name is taken.
        """
        self.require_free(name)
        digits = text.strip()
        if not _HEX_KEY.match(digits):
            raise KeyFileProblem(
                "That is no private key. Write its 64 hexadecimal digits, with or without 0x, and nothing else."
            )
        return self._store(name, bytes.fromhex(digits.removeprefix("0x")), password, work_factor)

    def import_file(self, name: str, source: Path, password: str) -> KeyFile:
        """Keep a copy of another tool's key file, whose password stays as it is.

        Raises WrongPassword, KeyFileProblem.
        """
        self.require_free(name)
        document = _read(source)
        key = _open(document, password, source)
        return self._write(name, {**document, "address": key.address[2:].lower()})

    def add_ledger(self, name: str, address: str, ledger_path: str) -> KeyFile:
        """Remember where on a Ledger the key of an account is. Raises KeyFileProblem, UsageProblem."""
        self.require_free(name)
        return self._write(name, {"format": LEDGER_FORMAT, "address": address, "path": ledger_path})

    def export(self, wanted: str, destination: Path) -> Path:
        """Write a copy of a key file, still encrypted. Raises KeyFileProblem rather than overwrite anything."""
        file = self.find(wanted)
        if file.ledger_path:
            raise KeyFileProblem(
                f"The key of {file.name} is on a Ledger and never leaves it. There is nothing to copy."
            )
        target = destination / f"{file.name}.json" if destination.is_dir() else destination
        if not target.parent.is_dir():
            raise KeyFileProblem(f"There is no folder {target.parent}. Make it first.")
        _write_once(target, file.path.read_text(encoding="utf-8"))
        return target

    def unlock(self, wanted: str, password: str) -> LocalKey:
        """The key in a file, ready to sign. Raises NotFound, WrongPassword, KeyFileProblem."""
        file = self.find(wanted)
        if file.ledger_path:
            raise KeyFileProblem(f"The key of {file.name} is on a Ledger, at {file.ledger_path}. Sign with that.")
        return _open(_read(file.path), password, file.path)

    def require_free(self, name: str) -> None:
        """Raise UsageProblem for a name that no account can have, KeyFileProblem for one that is taken."""
        if not _NAME.match(name) or _HEX_ADDRESS.match(name) or name.isdecimal():
            raise UsageProblem(
                f"{name!r} cannot be the name of an account. Use letters, digits, '.', '_' and '-', and neither an "
                "address nor a number, by which members go as well."
            )
        if (self.folder / f"{name}.json").exists():
            raise KeyFileProblem(f"There is an account {name} already. Choose another name.")

    def _store(self, name: str, key: bytes, password: str, work_factor: int) -> KeyFile:
        if not password:
            raise UsageProblem(
                "An account needs a password: whoever copies the file has the key otherwise. Choose one."
            )
        from eth_account import Account

        address = LocalKey(key).address
        document = Account.encrypt(key, password, kdf="scrypt", iterations=work_factor)
        return self._write(name, {**document, "address": address[2:].lower()})

    def _write(self, name: str, document: Mapping[str, Any]) -> KeyFile:
        private_folder(self.folder)
        path = self.folder / f"{name}.json"
        _write_once(path, json.dumps(document))
        return _describe(path)


def read_password(file: Path | None, prompt: PasswordPrompt | None, question: str = "Password") -> str:
    """A password: the first line of `file`, else of the file named in ZONEDAO_PASSWORD_FILE, else what `prompt` gives.

    Raises KeyFileProblem when the file cannot be read, UsageProblem when there is neither file nor prompt.
    """
    if file is None and os.environ.get(PASSWORD_FILE_VARIABLE):
        file = Path(os.environ[PASSWORD_FILE_VARIABLE])
    if file is not None:
        try:
            lines = file.expanduser().read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as problem:
            raise KeyFileProblem(
                f"The password file {file} cannot be read ({_reason(problem)}). Check its path."
            ) from None
        return lines[0] if lines else ""
    if prompt is None:
        raise UsageProblem(
            "A password is needed and nobody can be asked. "
            f"Give a file with --password-file, or name one in {PASSWORD_FILE_VARIABLE}."
        )
    return prompt(question)


def _describe(path: Path) -> KeyFile:
    document = _parse(path)
    on_ledger = document.get("format") == LEDGER_FORMAT
    if not on_ledger:
        _require_key_file(document, path)
    address = str(document.get("address") or "")
    ledger_path = str(document.get("path") or "") if on_ledger else ""
    if on_ledger and not (_HEX_ADDRESS.match(address) and ledger_path):
        raise KeyFileProblem(f"{path} does not tell where on a Ledger its key is. Remove it and add the account anew.")
    name = path.name.removesuffix(".json")
    checksummed = checksum_address("0x" + address.removeprefix("0x").lower()) if address else ""
    return KeyFile(name, checksummed, path, ledger_path)


def _read(path: Path) -> dict[str, Any]:
    document = _parse(path)
    _require_key_file(document, path)
    return document


def _parse(path: Path) -> dict[str, Any]:
    try:
        document = parse_json(path.expanduser().read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise KeyFileProblem(f"The key file {path} cannot be read ({_reason(problem)}). Check its path.") from None
    except ValueError:
        document = None
    return dict(document) if isinstance(document, dict) else {}


def _require_key_file(document: Mapping[str, Any], path: Path) -> None:
    usable = document.get("version") == 3
    if usable:
        parts = document.get("crypto") or document.get("Crypto")
        address = document.get("address") or ""
        usable = isinstance(parts, dict) and bool(not address or _HEX_ADDRESS.match(str(address)))
    if not usable:
        raise KeyFileProblem(
            f"{path} is no key file of version 3, as geth, cast and Brownie write them. Check its path."
        )


def _open(document: Mapping[str, Any], password: str, path: Path) -> LocalKey:
    from eth_account import Account

    try:
        key = bytes(Account.decrypt(dict(document), password))
    except (ValueError, TypeError, KeyError) as problem:
        # Libraries tell a wrong password from a broken file by words alone.
        if "MAC mismatch" in str(problem):
            raise WrongPassword(f"The password does not open {path.name}. Try again.") from None
        raise KeyFileProblem(f"The key file {path} is damaged. Take it from a backup.") from None
    signer = LocalKey(key)
    told = str(document.get("address") or "").removeprefix("0x").lower()
    if told and told != signer.address[2:].lower():
        raise KeyFileProblem(f"The key file {path} says 0x{told} but holds the key of {signer.address}. Do not use it.")
    return signer


def _write_once(path: Path, text: str) -> None:
    try:
        write_new_file(path, text)
    except FileExistsError:
        raise KeyFileProblem(f"There is a file {path} already. Choose another name.") from None
    except OSError as problem:
        raise KeyFileProblem(f"{path} cannot be written ({_reason(problem)}). Check the folder.") from None


def _reason(problem: OSError | UnicodeDecodeError) -> str:
    return str(getattr(problem, "strerror", None) or "it is no text").lower()
