"""The group of commands, and the ballot box that most of them open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.groups import Group
from zonedao.errors import NotFound

if TYPE_CHECKING:
    from zonedao.ballots.box import BallotBox
    from zonedao.cli.kit.session import Session


box_option = click.option(
    "--box",
    "box_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The ballot box; ballots.sqlite in your folder by default.",
)


@click.group(cls=Group)
def ballot() -> None:
    """Vote without a transaction: members sign ballots, anybody collects them and has the chain count all at once."""


@contextmanager
def opened_box(session: Session, where: str | None, file: Path | None, *, made: bool = False) -> Iterator[BallotBox]:
    """The box; with `made`, one that is named must be there, so that a slip in its name is no empty box."""
    with session.body(where).ballot_box(path_of_box(file, made=made)) as box:
        yield box


def path_of_box(file: Path | None, *, made: bool) -> Path:
    """Where the box is that is named, else this user's. Raises NotFound for a named one that is to be there."""
    from zonedao.ballots.here import box_path

    if made and file is not None and not file.exists():
        raise NotFound(f"There is no ballot box {file}. Check its name; `zonedao ballot collect` makes one.")
    return file if file is not None else box_path()
