"""`zonedao charter`: a zone before it exists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import command
from zonedao.cli.kit.output import DIM, style
from zonedao.errors import CharterProblem
from zonedao.text import counted

if TYPE_CHECKING:
    from zonedao.charter import Charter
    from zonedao.cli.kit.session import Session


@click.group(cls=Group)
def charter() -> None:
    """A charter file describes a zone: its members, laws, industries, goods and money."""


@command(charter)
@click.argument("file", type=click.Path(path_type=Path))
def check(session: Session, file: Path) -> None:
    """Report every mistake of a charter FILE at once, with its line and what to write instead."""
    found = load_charter(session, file)
    bodies, people = len(list(found.zone.walk())), len(found.members)
    session.out.show(
        {"file": str(file), "mistakes": [], "name": found.name, "charter_hash": found.hash},
        [f"{file} has no mistakes: {found.name}, {counted(people, 'member')}, {counted(bodies, 'body')}."],
    )
    session.out.note(f"What it will found: `zonedao charter plan {file}`. Found it: `zonedao deploy {file}`.")


@command(charter)
@click.argument("file", type=click.Path(path_type=Path))
def plan(session: Session, file: Path) -> None:
    """Show what a charter FILE will found: bodies, addresses, transactions. The same on every chain."""
    from zonedao.charter import plan as make_plan

    made = make_plan(load_charter(session, file))
    session.out.show(made.to_json(), made.render().splitlines())


def load_charter(session: Session, file: Path) -> Charter:
    """The charter in a file. Shows its mistakes and raises CharterProblem when it has any."""
    from zonedao.charter.reading import read

    found, mistakes = read(file)
    if found is not None:
        return found
    session.out.show(
        {"file": str(file), "mistakes": [mistake.to_json() for mistake in mistakes]},
        [f"{style(f'{each.path}:{each.line}:', DIM)} {each.message} {each.hint}" for each in mistakes],
    )
    count = f"{len(mistakes)} mistake{'' if len(mistakes) == 1 else 's'}"
    raise CharterProblem(f"{file} has {count}. Correct them and run `zonedao charter check {file}` again.", mistakes)
