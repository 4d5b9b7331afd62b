"""History: a small value with its past, against a plain list."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.bodies import read, transact
from tests.support.chain import deploy, rollback
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract

MOST_VALUE, MOST_TIME = 2**184 - 1, 2**40 - 1


@pytest.fixture(scope="module")
def deployed(node: Connection) -> BoundContract:
    """A contract with one log."""
    return deploy(node, "LibraryProbe")


@pytest.fixture
def log(deployed: BoundContract, chain: Connection) -> BoundContract:
    """The log, empty, and empty again afterwards."""
    return deployed


def test_before_anything_was_written(log: BoundContract) -> None:
    assert read(log, "latest") == 0
    assert read(log, "at", [0, 1, MOST_TIME]) == (0, 0, 0)


def test_one_value(log: BoundContract) -> None:
    transact(log, "write", [7], [100])
    assert read(log, "latest") == 7
    assert read(log, "at", [0, 99, 100, 101, MOST_TIME, 2**200]) == (0, 0, 7, 7, 7, 7)


def test_the_last_value_of_a_moment_holds(log: BoundContract) -> None:
    transact(log, "write", [1, 2, 3, 4], [100, 200, 200, 200])
    assert read(log, "at", [99, 100, 199, 200, 201]) == (0, 1, 1, 4, 4)


def test_a_value_from_the_beginning_of_time(log: BoundContract) -> None:
    transact(log, "write", [5, 6, 7], [0, 0, 10])
    assert read(log, "at", [0, 9, 10]) == (6, 6, 7)


def test_zero_is_a_value(log: BoundContract) -> None:
    transact(log, "write", [5, 0, 0, 9], [10, 20, 30, 40])
    assert read(log, "at", [9, 10, 20, 30, 39, 40]) == (0, 5, 0, 0, 0, 9)
    assert read(log, "latest") == 9


def test_the_largest(log: BoundContract) -> None:
    transact(log, "write", [MOST_VALUE, MOST_VALUE - 1], [MOST_TIME - 1, MOST_TIME])
    assert read(log, "at", [MOST_TIME - 2, MOST_TIME - 1, MOST_TIME]) == (0, MOST_VALUE, MOST_VALUE - 1)


def test_many_values_at_every_distance(log: BoundContract) -> None:
    """The search steps back by 1, 2, 4, …: every length up to several doublings is met."""
    written: list[int] = []
    for _ in range(3):
        batch = list(range(len(written) + 1, len(written) + 14))
        transact(log, "write", batch, [10 * value for value in batch])
        written += batch
        times = [10 * value + shift for value in written for shift in (-1, 0, 9)]
        assert read(log, "at", times) == tuple(time // 10 for time in times)


writes = st.lists(st.tuples(st.integers(0, MOST_VALUE), st.integers(0, 12)), min_size=1, max_size=25)


# The log is emptied after each example, so that they may share the fixture.
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(changes=writes)
def test_against_a_list(log: BoundContract, changes: list[tuple[int, int]]) -> None:
    """`changes` are values with the time that passed since the one before."""
    values, times, time = [], [], 0
    for value, passed in changes:
        time += passed
        values.append(value)
        times.append(time)
    model = dict(zip(times, values, strict=True))
    expected, current = [], 0
    for moment in range(time + 2):
        current = model.get(moment, current)
        expected.append(current)
    with rollback(log.connection):
        transact(log, "write", values, times)
        assert list(read(log, "at", list(range(time + 2)))) == expected
        assert read(log, "latest") == values[-1]
