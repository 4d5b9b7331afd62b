"""`zonedao export`: documents about a body for the rest of the world."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import command

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session
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


def _counted(found: DaoJson) -> str:
    return (
        f"{found.members} members, {found.proposals} proposals, {found.activities} activities, "
        f"{found.contracts} contracts"
    )
