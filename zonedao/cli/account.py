"""`zonedao account`: key files, and accounts on a Ledger. A key is never an argument and never shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonedao.chain.ledger.app import DEFAULT_PATH
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import READS, WRITES, command
from zonedao.errors import KeyFileProblem, StorageProblem, UsageProblem
from zonedao.text import reason

if TYPE_CHECKING:
    from zonedao.chain.accounts import KeyFile
    from zonedao.cli.kit.session import Session


@click.group(cls=Group)
def account() -> None:
    """Your accounts: key files (Web3 Secret Storage version 3, as geth, cast and Brownie write them) or on a Ledger."""


@command(account, uses=WRITES)
@argument("name", "The new account's name: letters, digits, '.', '_' and '-'.")
def new(session: Session, name: str) -> None:
    """Make a key and keep it under NAME, encrypted with a password.

    Nobody can restore a lost file or password: keep a copy of both.

    Examples:
        zonedao account new anna
        zonedao account new anna --password-file password.txt
    See also:
        zonedao account export: keep a copy elsewhere
        zonedao join: check the zone you were invited to
    """
    session.keys.require_free(name)
    if session.options.dry_run:
        session.out.would(f"An account {name} would be made in {session.keys.folder}. Nothing was written.")
        return
    file = session.keys.new(name, session.new_password("New password"))
    _show(session, file, f"Made {file.name}: {file.address}")


@command(account, "import", uses=WRITES)
@argument("name", "The new account's name: letters, digits, '.', '_' and '-'.")
@argument("file", "Another tool's key file, or a text file with a bare key.", type=click.Path(path_type=Path))
def import_(session: Session, name: str, file: Path) -> None:
    """Keep the key in FILE under NAME.

    FILE is another tool's key file, whose password stays as it is, or a text file with a private key of 64
    hexadecimal digits, which gets a new password here.

    Examples:
        zonedao account import anna ~/.ethereum/keystore/UTC--2026-01-01T00-00-00.0Z--f39f…2266
        zonedao account import anna bare-key.txt --password-file password.txt
    Exit codes:
        7: FILE is no key file, or the password does not open it
    See also:
        zonedao account list: which there are
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


@command(account, uses=WRITES)
@argument("name", "The account's name here: letters, digits, '.', '_' and '-'.")
@click.option("--ledger", is_flag=True, help="Its key is on a Ledger, and stays there.")
@click.option(
    "--path",
    metavar="PATH",
    default=DEFAULT_PATH,
    show_default=True,
    help="Where on the Ledger: a path of BIP-32, each part a number, with ' where it is hardened.",
)
def add(session: Session, name: str, ledger: bool, path: str) -> None:
    """Remember an account whose key is on a Ledger under NAME.

    Connect the device, unlock it and open its Ethereum app. It shows the address, and you compare. Whenever NAME signs,
    the device shows what, and you confirm it there. “Blind signing” must be on in the settings of its Ethereum app, or
    it signs no transaction that does more than pay. It takes `pip install 'zonedao[ledger]'`.

    Examples:
        zonedao account add anna --ledger
        zonedao account add anna2 --ledger --path "m/44'/60'/1'/0/0"
    Exit codes:
        7: no Ledger, a locked one, one that shows another app, or a refusal on it
        10: what speaks to a Ledger is not installed
    See also:
        zonedao account new: make a key here
        zonedao account import: keep a key that another tool made
    """
    if not ledger:
        raise UsageProblem(
            "Say where its key is: --ledger. `zonedao account new` makes one here, `zonedao account import` keeps one "
            "out of a file."
        )
    session.keys.require_free(name)
    if session.options.dry_run:
        session.out.would(f"The account at {path} of a Ledger would be remembered as {name}. Nothing was written.")
        return
    signer = session.ledger(path)
    signer.compare()
    kept = session.keys.add_ledger(name, signer.address, path)
    session.out.show(_document(kept), [f"Remembered {kept.name}: {kept.address}, on a Ledger at {path}"])


@command(account, "list", uses=READS)
def list_(session: Session) -> None:
    """The accounts there are.

    Examples:
        zonedao account list
        zonedao account list --json
    See also:
        zonedao account new: make one
    """
    files = session.keys.list()
    session.out.show(
        {"folder": str(session.keys.folder), "accounts": [_document(file) for file in files]},
        session.out.table(
            ("NAME", "ADDRESS", "KEY"),
            [
                (
                    file.name,
                    file.address or "(the file does not tell)",
                    f"Ledger, {file.ledger_path}" if file.ledger_path else "file",
                )
                for file in files
            ],
            empty="No account yet. Make one with `zonedao account new NAME`.",
        ),
    )


@command(account, uses=WRITES)
@argument("name", "An account's name or address.")
@argument("destination", "A file that is not there yet, or a folder that is.", type=click.Path(path_type=Path))
def export(session: Session, name: str, destination: Path) -> None:
    """Copy the key file NAME, still encrypted, to DESTINATION: a file, or an existing folder.

    Examples:
        zonedao account export anna /media/stick/
    See also:
        zonedao account import: keep it elsewhere
    """
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
    return {
        "name": file.name,
        "address": file.address or None,
        "path": str(file.path),
        "ledger_path": file.ledger_path or None,
    }


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise KeyFileProblem(
            f"{file} is neither a key file nor a private key in hexadecimal. Check its path."
        ) from None
    except OSError as problem:
        raise StorageProblem(f"{file} cannot be read ({reason(problem)}). Check its path.") from None
