"""`zonedao account`: key files. A key is never an argument and never shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import command
from zonedao.errors import KeyFileProblem, UsageProblem
from zonedao.text import reason

if TYPE_CHECKING:
    from zonedao.chain.accounts import KeyFile
    from zonedao.cli.kit.session import Session


@click.group(cls=Group)
def account() -> None:
    """Your key files: Web3 Secret Storage version 3, as geth, cast and Brownie write them."""


@command(account)
@click.argument("name")
def new(session: Session, name: str) -> None:
    """Make a key and keep it under NAME, encrypted with a password.

    Nobody can restore a lost file or password: keep a copy of both.
    """
    session.keys.require_free(name)
    if session.options.dry_run:
        session.out.would(f"An account {name} would be made in {session.keys.folder}. Nothing was written.")
        return
    file = session.keys.new(name, session.new_password("New password"))
    _show(session, file, f"Made {file.name}: {file.address}")


@command(account, "import")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
def import_(session: Session, name: str, file: Path) -> None:
    """Keep the key in FILE under NAME.

    FILE is another tool's key file, whose password stays as it is, or a text file with a private key of 64
    hexadecimal digits, which gets a new password here.
    """
    session.keys.require_free(name)
    text = _text(file)
    encrypted = text.lstrip().startswith("{")
    if session.options.dry_run:
        session.out.would(f"The key in {file} would be kept as {name}. Nothing was written.")
        return
    if encrypted:
        kept = session.keys.import_file(name, file, session.password(f"Password of {file.name}"))
    else:
        kept = session.keys.import_raw(name, text, session.new_password("New password"))
        session.out.note(f"{file} still holds the bare key: remove it when you have a copy of {kept.path}.")
    _show(session, kept, f"Kept as {kept.name}: {kept.address}")


@command(account, "list")
def list_(session: Session) -> None:
    """The accounts there are."""
    files = session.keys.list()
    session.out.show(
        {"folder": str(session.keys.folder), "accounts": [_document(file) for file in files]},
        session.out.table(
            ("NAME", "ADDRESS"),
            [(file.name, file.address or "(the file does not tell)") for file in files],
            empty="No account yet. Make one with `zonedao account new NAME`.",
        ),
    )


@command(account)
@click.argument("name")
@click.argument("destination", type=click.Path(path_type=Path))
def export(session: Session, name: str, destination: Path) -> None:
    """Copy the key file NAME, still encrypted, to DESTINATION: a file, or an existing folder."""
    file = session.keys.find(name)
    if session.options.dry_run:
        session.out.would(f"{file.path} would be copied to {destination}. Nothing was written.")
        return
    target = session.keys.export(name, destination)
    session.out.show({**_document(file), "copy": str(target)}, [f"Copied {file.name} to {target}, still encrypted."])


def _show(session: Session, file: KeyFile, line: str) -> None:
    session.out.show(_document(file), [line])
    session.out.note(f"The key file is {file.path}. Keep a copy of it and of its password.")


def _document(file: KeyFile) -> dict[str, Any]:
    return {"name": file.name, "address": file.address or None, "path": str(file.path)}


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise KeyFileProblem(f"{file} is neither a key file nor a private key in hexadecimal.") from None
    except OSError as problem:
        raise UsageProblem(f"{file} cannot be read ({reason(problem)}). Check its path.") from None
