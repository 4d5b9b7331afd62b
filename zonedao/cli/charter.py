"""`zonedao charter`: a zone before it exists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import READS, command
from zonedao.cli.kit.output import DIM, style
from zonedao.errors import CharterProblem
from zonedao.text import counted

if TYPE_CHECKING:
    from zonedao.charter import Charter
    from zonedao.cli.kit.session import Session


@click.group(cls=Group)
def charter() -> None:
    """A charter file describes a zone: its members, laws, industries, goods and money."""


@command(charter, uses=READS)
@argument("file", "A file in TOML; docs/reference/charter.md tells what stands there.", type=click.Path(path_type=Path))
def check(session: Session, file: Path) -> None:
    """Report every mistake of a charter FILE at once, with its line and what to write instead.

    Nothing is asked of a node. docs/reference/charter.md tells what stands in a charter.

    Examples:
        zonedao charter check corner.toml
    Exit codes:
        8: the charter has mistakes, which are all listed
        11: FILE cannot be read
    See also:
        zonedao charter plan: what would be founded
    """
    found = load_charter(session, file)
    bodies, people = len(list(found.zone.walk())), len(found.members)
    session.out.show(
        {"file": str(file), "mistakes": [], "name": found.name, "charter_hash": found.hash},
        [f"{file} has no mistakes: {found.name}, {counted(people, 'member')}, {counted(bodies, 'body')}."],
    )
    session.out.note(f"What it will found: `zonedao charter plan {file}`. Found it: `zonedao deploy {file}`.")


@command(charter, uses=READS)
@argument("file", "A file in TOML; docs/reference/charter.md tells what stands there.", type=click.Path(path_type=Path))
def plan(session: Session, file: Path) -> None:
    """Show what a charter FILE will found: bodies, addresses, transactions. The same on every chain.

    Nothing is sent, and no node is asked.

    Examples:
        zonedao charter plan corner.toml
        zonedao charter plan corner.toml --json > plan.json
    Exit codes:
        8: the charter has mistakes, which are all listed
    See also:
        zonedao deploy: found it
    """
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
