"""docs/reference/cli.md is what scripts/cli_reference.py makes of the code."""

from __future__ import annotations

import re

import pytest

from scripts.cli_reference import PAGE, page
from zonedao import errors
from zonedao.cli.kit.manual import Manual, read_manual


def test_the_page_is_what_the_code_says() -> None:
    now = PAGE.read_text(encoding="utf-8")
    assert now == page(now), "run python scripts/cli_reference.py"


def test_a_part_that_nothing_makes() -> None:
    with pytest.raises(KeyError, match="nothing"):
        page("<!-- nothing: scripts/cli_reference.py -->\n\n\n<!-- end -->\n")


def test_the_tree_of_errors_is_drawn_whole() -> None:
    """The table of exit codes is made of the drawing."""
    drawn = dict(re.findall(r"^[ │├└─]+(\w+) +(\d+)   .", errors.__doc__ or "", re.MULTILINE))
    made = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.ZonedaoError)]
    assert drawn == {each.__name__: str(each.exit_code) for each in made}


def test_a_manual_is_taken_apart() -> None:
    """Vote.

    You belong
    to it.

    Examples:
        zonedao vote 12 for
        zonedao vote 3 against
    Exit codes:
        4: you do not belong to its electorate,
            which was fixed
    See also:
        zonedao execute: carry it out
    """
    said = read_manual(test_a_manual_is_taken_apart.__doc__ or "")
    assert said == Manual(
        "Vote.\n\nYou belong\nto it.",
        ("zonedao vote 12 for", "zonedao vote 3 against"),
        (("4", "you do not belong to its electorate, which was fixed"),),
        (("zonedao execute", "carry it out"),),
    )
    assert said.paragraphs == ["Vote.", "You belong to it."]
    assert read_manual("Vote.") == Manual("Vote.")


@pytest.mark.parametrize("text", ["Vote.\n\nExamples:\n    a\nMore.", "Vote.\n\nSee also:\n    zonedao execute"])
def test_a_manual_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"after the sections|no colon"):
        read_manual(text)
