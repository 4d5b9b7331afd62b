"""`zonedao export`: documents about a body for the rest of the world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import command
from zonedao.text import counted

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session
    from zonedao.export.books import Books
    from zonedao.export.daojson import DaoJson


@click.group(cls=Group)
def export() -> None:
    """Documents about a body for the rest of the world."""


@command(export)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--base-uri", default="", metavar="URI", help="Where the folder will be found; relative names without it."
)
@click.option("--description", default="", metavar="TEXT", help="What the body is for, in a sentence.")
@in_option
def daojson(session: Session, folder: Path, base_uri: str, description: str, where: str | None) -> None:
    """Write the ERC-4824 documents of a body into DIR: members, proposals, activities, contracts, law.

    They are read from the chain as of its last block; the same block gives the same files, and files that would not
    change are left alone. Put the folder where everybody can read it, and let the body vote on the address of its
    dao.json: `zonedao propose set uri URI`.
    """
    from zonedao.export.daojson import DAO, DaoJson
    from zonedao.export.folder import write_folder

    body = session.body(where)
    found = DaoJson(body, base_uri=base_uri, description=description)
    if session.options.dry_run:
        session.out.would(f"The documents of {body.path} as of block {found.block} would be written to {folder}.")
        return
    written = write_folder(found.files, folder)
    published = body.dao_uri
    session.out.show(
        {
            "body": body.path,
            "block": found.block,
            "folder": str(folder),
            "files": list(found.files),
            "written": written,
            "members": found.members,
            "proposals": found.proposals,
            "activities": found.activities,
            "contracts": found.contracts,
            "dao_uri": published or None,
        },
        [
            f"{body.path} as of block {found.block} is in {folder}: {_counted(found)}.",
            f"Written: {', '.join(written)}." if written else "Every file was there already.",
            f"Its members have said that the document is at {published}."
            if published
            else f"Nobody finds it yet. Publish the folder, then: zonedao propose set uri {base_uri or 'https://…/'}{DAO}",
        ],
    )


def _block_option(function: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--block",
        type=click.IntRange(min=0),
        metavar="NUMBER",
        help="As of an earlier block; takes a node that keeps older states.",
    )(function)


@command(export)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@_block_option
@in_option
def valueflows(session: Session, file: Path, block: int | None, where: str | None) -> None:
    """Write the economy of a zone into FILE, as JSON lines in ValueFlows words.

    Agents, resources, economic events, commitments and agreements, from the events of the chain up to its last block,
    beside what the chain says of every resource. The same block gives everybody the same file, whose digest can be
    compared. `zonedao verify FILE` checks it without any chain. Nobody's name is in it.
    """
    from zonedao.export.folder import write_folder
    from zonedao.export.jsonlines import digest_of, text_of

    books = _books(session, where, block)
    text = text_of(books.lines)
    if session.options.dry_run:
        session.out.would(f"{len(books.lines) + 1} lines as of block {books.block} would be written to {file}.")
        return
    written = write_folder({file.name: text}, file.parent)
    counts = Counter(str(line["@type"]) for line in books.lines)
    told = [counted(counts[kind], title) for kind, title in _COUNTED.items()]
    session.out.show(
        {
            "zone": books.zone.path,
            "block": books.block,
            "file": str(file),
            "written": bool(written),
            "lines": len(books.lines) + 1,
            "events": counts["EconomicEvent"],
            "commitments": counts["Commitment"],
            "agreements": counts["Agreement"],
            "resources": counts["EconomicResource"],
            "digest": digest_of(text),
        },
        [
            f"{books.zone.path} as of block {books.block} is in {file}: {', '.join(told)}.",
            f"Digest: {digest_of(text)}. Check it with: zonedao verify {file}",
        ],
    )


_COUNTED = {
    "EconomicEvent": "economic event",
    "Commitment": "commitment",
    "Agreement": "agreement",
    "EconomicResource": "resource",
}


@command(export, name="csv")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@_block_option
@in_option
def csv_(session: Session, folder: Path, block: int | None, where: str | None) -> None:
    """Write the economy of a zone into DIR as CSV tables: agents, resources, events, commitments, agreements.

    What `zonedao export valueflows` writes, for spreadsheets: amounts in wholes and in base units, each with its unit.
    """
    from zonedao.export.csvtables import csv_files
    from zonedao.export.folder import write_folder

    books = _books(session, where, block)
    files = csv_files(books.lines)
    if session.options.dry_run:
        session.out.would(f"{', '.join(files)} as of block {books.block} would be written to {folder}.")
        return
    written = write_folder(files, folder)
    rows = {name: text.count("\n") - 1 for name, text in files.items()}
    session.out.show(
        {
            "zone": books.zone.path,
            "block": books.block,
            "folder": str(folder),
            "files": rows,
            "written": written,
        },
        [
            f"{books.zone.path} as of block {books.block} is in {folder}: "
            + ", ".join(f"{name} ({counted(count, 'row')})" for name, count in rows.items())
            + ".",
            f"Written: {', '.join(written)}." if written else "Every file was there already.",
        ],
    )


def _books(session: Session, where: str | None, block: int | None) -> Books:
    from zonedao.export.books import Books

    return Books(session.body(where).zone, block=block)


def _counted(found: DaoJson) -> str:
    return (
        f"{found.members} members, {found.proposals} proposals, {found.activities} activities, "
        f"{found.contracts} contracts"
    )
