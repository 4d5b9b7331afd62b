"""`zonedao export`: documents about a body for the rest of the world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import WRITES, command
from zonedao.cli.kit.progress import ProgressBar
from zonedao.disk import require_writable
from zonedao.errors import UsageProblem
from zonedao.text import counted

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session
    from zonedao.export.books import Books
    from zonedao.export.daojson import DaoJson
    from zonedao.governance.body import Body

STREAM = "-"


@click.group(cls=Group)
def export() -> None:
    """Documents about a body for the rest of the world."""


@command(export, uses=WRITES)
@argument("folder", "A folder, which is made where there is none.", metavar="DIR", type=click.Path(path_type=Path))
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

    Examples:
        zonedao export daojson public/ --base-uri https://corner.example.org/dao --description "Homes and bread."
    See also:
        zonedao propose set: `set uri URI` says where it is
    """
    from zonedao.export.daojson import DAO, DaoJson
    from zonedao.export.folder import write_folder

    _require_folder(session, folder)
    body = session.body(where)
    with _bar(body) as bar:
        found = DaoJson(body, base_uri=base_uri, description=description, progress=bar.show)
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


@command(export, uses=WRITES)
@argument(
    "file",
    "Where it is written; - is standard output.",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
)
@_block_option
@in_option
def valueflows(session: Session, file: Path, block: int | None, where: str | None) -> None:
    """Write the economy of a zone into FILE, as JSON lines in ValueFlows words.

    Agents, resources, economic events, commitments and agreements, from the events of the chain up to its last block,
    beside what the chain says of every resource. The same block gives everybody the same file, whose digest can be
    compared. `zonedao verify FILE` checks it without any chain. Nobody's name is in it. The FILE - is standard output.

    Examples:
        zonedao export valueflows corner.jsonl --in corner
        zonedao export valueflows - | gzip > corner.jsonl.gz
    See also:
        zonedao verify: check it
    """
    from zonedao.export.folder import write_folder
    from zonedao.export.jsonlines import digest_of, text_of

    streamed = str(file) == STREAM
    if streamed and session.options.json:
        raise UsageProblem(
            "Standard output holds the export or a document about it, not both. Name a FILE, or leave out --json."
        )
    if not streamed and not session.options.dry_run:
        require_writable(file.parent)
    books = _books(session, where, block)
    text = text_of(books.lines)
    if session.options.dry_run:
        session.out.would(f"{len(books.lines) + 1} lines as of block {books.block} would be written to {file}.")
        return
    if streamed:
        session.out.pour(text)
        session.out.note(f"{books.zone.path} as of block {books.block}. Digest: {digest_of(text)}.")
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


@command(export, name="csv", uses=WRITES)
@argument(
    "folder",
    "A folder, which is made where there is none.",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
)
@_block_option
@in_option
def csv_(session: Session, folder: Path, block: int | None, where: str | None) -> None:
    """Write the economy of a zone into DIR as CSV tables: agents, resources, events, commitments, agreements.

    What `zonedao export valueflows` writes, for spreadsheets: amounts in wholes and in base units, each with its unit.

    Examples:
        zonedao export csv books/ --in corner
        zonedao export csv books/ --block 19000000
    See also:
        zonedao export valueflows: a file that can be checked
    """
    from zonedao.export.csvtables import csv_files
    from zonedao.export.folder import write_folder

    _require_folder(session, folder)
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


def _require_folder(session: Session, folder: Path) -> None:
    if str(folder) == STREAM:
        raise UsageProblem("Several files do not go to standard output. Name a folder.")
    if not session.options.dry_run:
        require_writable(folder)


def _books(session: Session, where: str | None, block: int | None) -> Books:
    from zonedao.export.books import Books

    zone = session.body(where).zone
    with _bar(zone) as bar:
        return Books(zone, block=block, progress=bar.show)


def _bar(body: Body) -> ProgressBar:
    return ProgressBar(f"Reading {body.path}", "answers", even=False)


def _counted(found: DaoJson) -> str:
    return (
        f"{found.members} members, {found.proposals} proposals, {found.activities} activities, "
        f"{found.contracts} contracts"
    )
