"""docs/reference/charter.md says everything that a charter may say, and its bounds are the bounds."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.support.charters import ROOT, SMALL
from zonedao import charter
from zonedao.charter.bounds import BOUNDS
from zonedao.charter.laws import LAW_FIELDS, LawField
from zonedao.charter.model import CLASSES

PAGE = (ROOT / "docs" / "reference" / "charter.md").read_text(encoding="utf-8")


def sections() -> dict[str, str]:
    parts = re.split(r"^## (.*)$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def known_keys(folder: Path, where: str) -> set[str]:
    """The keys that the reader knows in a table: those it names when it meets an unknown one."""
    path = folder / "x.toml"
    heading = f"[{where}]\n" if where else ""
    text = SMALL.replace(heading, f"{heading}zzzzzz = 1\n", 1) if where else f"zzzzzz = 1\n{SMALL}"
    path.write_text(text, encoding="utf-8")
    (mistake,) = charter.check(path)
    return set(mistake.hint.removeprefix("Those there are: ").removesuffix(".").split(", "))


@pytest.mark.parametrize(
    ("where", "section"),
    [
        ("epochs", "[epochs]"),
        ("stores", "[stores] and [goods.NAME]"),
        ("goods.grain", "[stores] and [goods.NAME]"),
        ("assets.MILL", "[assets.SYMBOL] and [caps]"),
        ("industries.food", "[industries.NAME]"),
        ("laws.default", "[laws.CLASS]"),
    ],
)
def test_every_key_is_there(tmp_path: Path, where: str, section: str) -> None:
    keys = known_keys(tmp_path, where)
    assert keys
    for key in keys:
        assert re.search(rf"`(?:\w+\.(?:NAME\.)?)?{key}\b", sections()[section]), key


def test_every_table_is_there(tmp_path: Path) -> None:
    for key in known_keys(tmp_path, ""):
        assert f"`{key}`" in sections()["At the top"] or f"[{key}" in "".join(sections()), key
    for name in (*CLASSES, "default"):
        assert f"`{name}`" in sections()["[laws.CLASS]"]


@pytest.mark.parametrize("each", LAW_FIELDS, ids=lambda each: each.key)
def test_bounds(each: LawField) -> None:
    (row,) = re.findall(rf"^\| `{each.key}` \| [^|]* \| (.*?) to (.*?) \| (.*?) ?\|$", PAGE, flags=re.MULTILINE)
    parse = each.parse
    (least, most), (grave, _) = BOUNDS["spending"], BOUNDS["constitutional"]
    assert (parse(row[0]), parse(row[1])) == (getattr(least, each.field), getattr(most, each.field))
    stricter = parse(row[2].removeprefix("at least ")) if row[2] else getattr(least, each.field)
    assert stricter == getattr(grave, each.field)


def test_examples_are_read() -> None:
    for block in re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL):
        assert tomllib.loads(block)
