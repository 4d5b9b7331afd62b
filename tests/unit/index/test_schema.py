"""The tables are those of the shipped ABIs, and the page that describes them is up to date."""

from __future__ import annotations

import sqlite3

import pytest

from scripts.index_reference import PAGE, page
from zonedao import artifacts
from zonedao.chain.abi import parse_type
from zonedao.chain.interface import shipped
from zonedao.index.schema import WHERE_COLUMNS, create_all, snake_case, stored_as, tables


def test_every_event_that_any_contract_of_ours_can_tell_has_a_table() -> None:
    told = {event.signature for name in artifacts.names() for event in shipped(name).events.values()}
    assert told == {table.event.signature for table in tables().values()}


def test_sqlite_takes_them() -> None:
    with sqlite3.connect(":memory:") as database:
        database.executescript(create_all())
        for table in tables().values():
            found = [row[1] for row in database.execute(f"PRAGMA table_info({table.name})")]
            assert found == [*WHERE_COLUMNS, *(column.name for column in table.columns)]
            assert len(set(found)) == len(found)


def test_the_page_about_them() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python scripts/index_reference.py"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("voteStart", "vote_start"), ("DAOURIUpdate", "daouri_update"), ("to", "to"), ("quorumPpm", "quorum_ppm")],
)
def test_names(name: str, expected: str) -> None:
    assert snake_case(name) == expected


@pytest.mark.parametrize(
    ("kind", "declared"),
    [
        ("uint8", "INTEGER"), ("uint56", "INTEGER"), ("uint64", ""), ("uint256", ""),
        ("int64", "INTEGER"), ("int256", ""), ("bool", "INTEGER"),
        ("address", "TEXT"), ("bytes32", "BLOB"), ("bytes", "BLOB"), ("string", ""),
        ("uint8[]", "TEXT"), ("bytes32[3]", "TEXT"),
    ],
)  # fmt: skip
def test_what_a_column_is_declared_as(kind: str, declared: str) -> None:
    assert stored_as(parse_type(kind)) == declared


def test_numbers_are_sorted_as_numbers() -> None:
    """Also where some are text, because SQLite has no integers that large."""
    numbers = [0, 9, 10, 2**63 - 1, 2**63, 10**19, 2**255, 2**256 - 1]
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE t (n)")
        for number in reversed(numbers):
            database.execute("INSERT INTO t VALUES (?)", (number if number < 2**63 else f"{number:078d}",))
        assert [int(row[0]) for row in database.execute("SELECT n FROM t ORDER BY n")] == numbers
