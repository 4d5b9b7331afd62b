"""Are this user's files in order: the home folder, the address book, the keys? Nothing is changed, no key is opened."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zonedao.addressbook import FILE_NAME, AddressBook
from zonedao.chain.accounts import LEDGER_FORMAT, KeyStore
from zonedao.chain.ledger.transports import can_open_devices
from zonedao.doctor import Finding, State, what_of
from zonedao.errors import KeyFileProblem, ZonedaoError
from zonedao.jsontext import parse_json
from zonedao.networks import Networks
from zonedao.text import counted, reason

LEAST_FREE_BYTES = 20 * 2**20  # what is signed must fit into the journal before it is sent
SCARCE_FREE_BYTES = 500 * 2**20
WEAK_SCRYPT = 2**14  # a work factor below which passwords can be guessed quickly
WEAK_PBKDF2 = 100_000

_HEX = re.compile(r"(0x)?[0-9a-fA-F]+")


def examine_files(home: Path) -> Iterator[Finding]:
    """The home folder, the address book, the networks and the key files."""
    yield from _home(home)
    yield _book(home / FILE_NAME)
    yield from _networks(home / "networks.toml")
    yield from _keys(home / "keys")


# --- the home folder ---


def _home(home: Path) -> Iterator[Finding]:
    place = _nearest(home)
    if not home.is_dir():
        yield Finding("home", str(home), "good", "is made when something is first kept")
    elif seen := _open_to_others(home, 0o077):
        yield Finding("home", str(home), "wrong", seen, f"Keep it to yourself: chmod 700 {home}")
    if refused := _unwritable(place):
        yield Finding(
            "home",
            str(home),
            "wrong",
            f"cannot be written ({refused})",
            "Correct its permissions, or choose another folder with ZONEDAO_HOME. Nothing can be sent without it.",
        )
    elif home.is_dir():
        yield Finding("home", str(home), "good", "can be written")
    try:
        free = shutil.disk_usage(place).free
    except OSError as problem:
        yield Finding("disk", str(home), "notice", f"does not tell its room ({reason(problem)})", "Look there.")
        return
    detail = f"{free // 2**20:,} MB are free"
    if free >= SCARCE_FREE_BYTES:
        yield Finding("disk", str(home), "good", detail)
    else:
        state: State = "notice" if free >= LEAST_FREE_BYTES else "wrong"
        yield Finding("disk", str(home), state, detail, "Make room: what is sent is written down before.")


def _nearest(path: Path) -> Path:
    """A folder, or the one above it that is there."""
    while not path.is_dir() and path != path.parent:
        path = path.parent
    return path


def _unwritable(folder: Path) -> str:
    """Why nothing can be written into a folder, empty where it can."""
    try:
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=".", suffix=".doctor")
        os.close(descriptor)
        os.unlink(name)
    except OSError as problem:
        return reason(problem)
    return ""


def _open_to_others(path: Path, forbidden: int) -> str:
    """What others may do with a file, empty where they may do nothing or the system has no such permissions."""
    if os.name != "posix":
        return ""
    mode = stat.S_IMODE(path.stat().st_mode)
    return f"other users of this machine can use it (mode {mode:o})" if mode & forbidden else ""


# --- the address book and the keys ---


def _book(path: Path) -> Finding:
    book = AddressBook(path)
    try:
        zones, people = book.zones(), book.people()
    except ZonedaoError as problem:
        return Finding("address book", str(path), "wrong", what_of(problem), "Correct it, or take it from a backup.")
    if not zones:
        return Finding("address book", str(path), "notice", "knows no zone", "Join one: zonedao join FILE")
    return Finding("address book", str(path), "good", f"{counted(len(zones), 'zone')}, {counted(len(people), 'name')}")


def _networks(path: Path) -> Iterator[Finding]:
    if not path.exists():
        return
    networks = Networks(path)
    try:
        named, used = networks.all(), networks.used()
    except ZonedaoError as problem:
        yield Finding("networks", str(path), "wrong", what_of(problem), "Correct it, or move it away.")
        return
    if seen := _open_to_others(path, 0o077):
        yield Finding("networks", str(path), "wrong", f"{seen}, and addresses hold keys", f"chmod 600 {path}")
        return
    what = f"{counted(len(named), 'network')}" + (f", {used.name} is in use" if used is not None else "")
    yield Finding("networks", str(path), "good", what)


def _keys(folder: Path) -> Iterator[Finding]:
    paths = sorted(path for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []
    if not paths:
        yield Finding("key", str(folder), "notice", "there is none", "Make one: zonedao account new NAME")
        return
    if seen := _open_to_others(folder, 0o022):
        yield Finding("key", str(folder), "wrong", seen, f"Keep it to yourself: chmod 700 {folder}")
    owners: dict[str, str] = {}
    for path in paths:
        finding = _key(path)
        yield finding
        try:
            address = KeyStore(folder).find(str(path)).address if finding.state != "wrong" else ""
        except ZonedaoError:
            address = ""
        if address and address in owners:
            what = f"holds the same key as {owners[address]}"
            yield Finding("key", path.name, "notice", what, "Two names for one person: remove one of them.")
        owners.setdefault(address, path.name)


def _key(path: Path) -> Finding:
    """Whether a file could be opened with its password, as far as that can be seen without it."""
    damaged = "Take it from a backup, or move it away."
    try:
        document = parse_json(path.read_text(encoding="utf-8"))
        KeyStore(path.parent).find(str(path))
    except KeyFileProblem as problem:
        return Finding("key", path.name, "wrong", what_of(problem), damaged)
    except OSError as problem:
        return Finding("key", path.name, "wrong", f"cannot be read ({reason(problem)})", "Correct its permissions.")
    except (ValueError, ZonedaoError):
        return Finding("key", path.name, "wrong", "is no key file", damaged)
    if seen := _open_to_others(path, 0o077):
        return Finding("key", path.name, "wrong", seen, f"Keep it to yourself: chmod 600 {path}")
    if document.get("format") == LEDGER_FORMAT:
        return _on_ledger(path.name, f"on a Ledger, at {document['path']}")
    parts = document.get("crypto") or document.get("Crypto")
    if missing := _missing_of(parts):
        return Finding("key", path.name, "wrong", f"cannot be opened: {missing}", damaged)
    if not document.get("address"):
        what = "does not tell its address"
        return Finding("key", path.name, "notice", what, "It works by its name; import it anew to have its address.")
    if _is_weak(parts):
        what = "was made so that many passwords can be tried quickly"
        return Finding("key", path.name, "notice", what, "Make a new key and rotate to it, or choose a long password.")
    return Finding("key", path.name, "good", f"{parts['kdf']}, {parts['cipher']}")


def _on_ledger(name: str, where: str) -> Finding:
    if not can_open_devices():
        what = f"{where}, and what speaks to one is not installed"
        return Finding("key", name, "notice", what, "Install it: pip install 'zonedao[ledger]'")
    return Finding("key", name, "good", where)


def _missing_of(parts: dict[str, Any]) -> str:
    """What the encrypted part of a key file lacks (Web3 Secret Storage, version 3), empty where it is whole."""
    kdf, settings = parts.get("kdf"), parts.get("kdfparams")
    if kdf not in ("scrypt", "pbkdf2"):
        return f"its kdf is {kdf}, and scrypt and pbkdf2 are known"
    if parts.get("cipher") != "aes-128-ctr":
        return f"its cipher is {parts.get('cipher')}, and aes-128-ctr is known"
    wanted = ("dklen", "salt", "n", "p", "r") if kdf == "scrypt" else ("dklen", "salt", "c", "prf")
    lacking = [name for name in wanted if not isinstance(settings, dict) or name not in settings]
    if lacking:
        return f"its kdfparams lack {', '.join(lacking)}"
    vector = parts.get("cipherparams")
    pieces = {
        "ciphertext": parts.get("ciphertext"),
        "mac": parts.get("mac"),
        "iv": vector.get("iv") if isinstance(vector, dict) else None,
    }
    return "; ".join(
        f"its {name} is no hexadecimal text"
        for name, text in pieces.items()
        if not isinstance(text, str) or not _HEX.fullmatch(text)
    )


def _is_weak(parts: dict[str, Any]) -> bool:
    settings = parts["kdfparams"]
    work, least = (settings.get("n"), WEAK_SCRYPT) if parts["kdf"] == "scrypt" else (settings.get("c"), WEAK_PBKDF2)
    return not isinstance(work, int) or work < least
