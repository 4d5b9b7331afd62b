"""A TOML file with the line of everything in it."""

from __future__ import annotations

import random
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.charters import EXAMPLES, SMALL
from zonedao import charter
from zonedao.charter.lines import Source

TANGLED = '''\
# a comment with [brackets] and = signs
top = "a # that is no comment"  # [nor.this]
"quoted key" = 'literal \\ text'
many = """
[not.a.heading]
key = "inside"  \\"""
quotes "" at the end"""""
raw = \'\'\'
]] = }}
\'\'\'
list = [
  1,  # one
  "two ] ,", [
    3,
  ],
  { four = 4, five = 5 },
]
a.b.c = 1
inline = { x = { y = [10,
  20] }, "z z" = 1 }
when = 2026-01-01 00:00:00Z

[table]
key = 1
  [table.inner]  # indented
  key.deep = 2
["dotted.name".x]
key = true
[[rows]]
name = "first"
[[rows]]
name = "second"
[rows.below]
key = 3
'''

PLACES = {
    ("top",): 2,
    ("quoted key",): 3,
    ("many",): 4,
    ("raw",): 8,
    ("list",): 11,
    ("list", 0): 12,
    ("list", 1): 13,
    ("list", 2): 13,
    ("list", 2, 0): 14,
    ("list", 3): 16,
    ("list", 3, "five"): 16,
    ("a",): 18,
    ("a", "b", "c"): 18,
    ("inline", "x", "y", 1): 20,
    ("inline", "z z"): 20,
    ("when",): 21,
    ("table",): 23,
    ("table", "key"): 24,
    ("table", "inner"): 25,
    ("table", "inner", "key", "deep"): 26,
    ("dotted.name", "x"): 27,
    ("dotted.name", "x", "key"): 28,
    ("rows", 0): 29,
    ("rows", 0, "name"): 30,
    ("rows", 1): 31,
    ("rows", 1, "name"): 32,
    ("rows", 1, "below", "key"): 34,
}


@pytest.mark.parametrize(("where", "line"), PLACES.items(), ids=str)
def test_places(where: tuple[str | int, ...], line: int) -> None:
    source = Source("x.toml", TANGLED)
    assert source.syntax == ()
    assert source.line_of(where) == line


def test_what_is_not_there_stands_where_it_would_be() -> None:
    source = Source("x.toml", TANGLED)
    assert source.line_of(("table", "inner", "none", "deeper")) == 25
    assert source.line_of(("rows", 1, "none")) == 31
    assert source.line_of(("none",)) == 1


def test_lines_of_other_systems() -> None:
    assert Source("x.toml", TANGLED.replace("\n", "\r\n")).line_of(("rows", 1, "below", "key")) == 34


def leaves(value: Any, where: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict) and value:
        return [leaf for key, each in value.items() for leaf in leaves(each, (*where, key))]
    if isinstance(value, list) and value:
        return [leaf for index, each in enumerate(value) for leaf in leaves(each, (*where, index))]
    return [where]


@given(st.randoms(use_true_random=False))
def test_every_leaf_is_found_on_its_line(chance: random.Random) -> None:
    """A file written with known lines, its layout by chance."""
    lines: list[str] = []
    expected: dict[tuple[str | int, ...], int] = {}
    filler = ["", "# note = [", "\t"]
    for table in range(chance.randrange(4)):
        lines += chance.choices(filler, k=chance.randrange(3))
        prefix: tuple[str | int, ...] = (f"t{table}",)
        lines.append(f"[t{table}]" if chance.random() < 0.5 else f' [ "t{table}" ] # x')
        for key in range(chance.randrange(5)):
            lines += chance.choices(filler, k=chance.randrange(2))
            where = (*prefix, f"k{key}")
            start = len(lines) + 1
            kind = chance.randrange(5)
            if kind == 0:
                lines.append(f"k{key} = {chance.randrange(100)}")
                expected[where] = start
            elif kind == 1:
                lines.append(f'"k{key}"="] # {{ \\""')
                expected[where] = start
            elif kind == 2:
                lines += [f'k{key} = """', "[x]", '"""']
                expected[where] = start
            elif kind == 3:
                lines += [f"k{key} = [", "  'a', # ]"]
                expected[(*where, 0)] = start + 1
                lines += ["  [1, 2],", "]"]
                expected[(*where, 1, 0)] = expected[(*where, 1, 1)] = start + 2
            else:
                lines.append(f"k{key} = {{ a = {{ b.c = 1 }}, d = [] }}")
                expected[(*where, "a", "b", "c")] = expected[(*where, "d")] = start
    text = "\n".join(lines)
    source = Source("x.toml", text)
    assert source.syntax == ()
    assert source.document == tomllib.loads(text)
    assert set(expected) == {leaf for leaf in leaves(source.document) if leaf and len(leaf) > 1}
    for where, line in expected.items():
        assert source.line_of(where) == line


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_key_of_an_example_stands_on_its_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    source = Source(str(path), text)
    lines = text.split("\n")
    for leaf in leaves(source.document):
        word = next(str(part) for part in reversed(leaf) if isinstance(part, str))
        assert word in lines[source.line_of(leaf) - 1], leaf


@given(st.data())
def test_nothing_crashes_the_reader(data: st.DataObject) -> None:
    """However a charter is damaged, mistakes come back, each on a line of the file."""
    text = SMALL
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = (
            text[:start]
            + data.draw(st.sampled_from(["", '"', "[", "]", "{", "}", "=", "\n", "#", "3", "'", "é"]))
            + text[end:]
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "damaged.toml"
        path.write_bytes(text.encode())
        for mistake in charter.check(path):
            assert 1 <= mistake.line <= text.count("\n") + 1
            assert mistake.message
            assert mistake.hint


@pytest.mark.parametrize(
    "replacement", ["3", "true", '"text"', "[]", "[1]", "{}", "{ a = 1 }", "2026-01-01", "1.5", "nan"]
)
def test_no_type_crashes_the_reader(tmp_path: Path, replacement: str) -> None:
    """Each value of the charter, and each whole table, replaced by values of every type."""
    lines = SMALL.split("\n")
    path = tmp_path / "retyped.toml"
    for number, line in enumerate(lines):
        key, equals, _ = line.partition(" = ")
        if not equals:
            continue
        changed = [*lines[:number], f"{key} = {replacement}", *lines[number + 1 :]]
        path.write_text("\n".join(changed), encoding="utf-8")
        for mistake in charter.check(path):
            assert mistake.line >= 1
    for table in ("members", "epochs", "laws", "assets", "caps", "stores", "goods", "industries"):
        kept = "\n".join(part for part in SMALL.split("\n\n") if not part.startswith(f"[{table}"))
        path.write_text(f"{table} = {replacement}\n{kept}", encoding="utf-8")
        assert charter.check(path) or replacement == "{}", table
