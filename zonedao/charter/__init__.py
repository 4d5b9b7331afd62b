"""Charters: the file that describes a zone before it exists, and the plan that brings it about.

charter = load("elmcourt.toml")     # or CharterProblem with every mistake
plan(charter).render()
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from zonedao.charter.mistakes import Mistake
from zonedao.charter.model import Charter
from zonedao.errors import CharterProblem

if TYPE_CHECKING:
    from zonedao.charter.plans import DeploymentPlan

__all__ = ["Charter", "Mistake", "check", "load", "plan"]


def check(path: str | PathLike[str]) -> list[Mistake]:
    """Every mistake of a charter file, in the order of its lines. Raises CharterProblem when it cannot be read."""
    from zonedao.charter.reading import read

    return read(Path(path))[1]


def load(path: str | PathLike[str]) -> Charter:
    """The charter in a file. Raises CharterProblem, which carries every mistake."""
    from zonedao.charter.reading import read

    charter, mistakes = read(Path(path))
    if charter is None:
        count = len(mistakes)
        raise CharterProblem(
            f"{path} has {count} mistake{'' if count == 1 else 's'}:\n"
            + "\n".join(f"  {mistake}" for mistake in mistakes)
            + "\nCorrect them and run `zonedao charter check` again.",
            mistakes,
        )
    return charter


def plan(charter: Charter) -> DeploymentPlan:
    """What has to happen on a chain, any chain, so that the zone of the charter exists. Pure data; sends nothing."""
    from zonedao.charter.planning import make_plan

    return make_plan(charter)
