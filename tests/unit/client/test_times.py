"""Lengths of time and moments."""

from __future__ import annotations

import pytest

from tests.support.clocks import utc
from zonedao.times import DAY, HOUR, MINUTE, clock, duration, moment, relative

__all__ = ["utc"]

pytestmark = pytest.mark.usefixtures("utc")

NOON = 1_767_268_800  # 2026-01-01 12:00 UTC, a Thursday


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (MINUTE, "1 min"),
        (HOUR - 1, "59 min"),
        (HOUR, "1 h"),
        (80 * MINUTE, "1 h 20 min"),
        (2 * DAY - 1, "47 h 59 min"),
        (2 * DAY, "2 days"),
        (2 * DAY + 5 * HOUR, "2 days 5 h"),
        (14 * DAY + 5 * HOUR, "14 days"),
    ],
)
def test_durations(seconds: int, shown: str) -> None:
    assert duration(seconds) == shown


def test_relative() -> None:
    assert relative(NOON + 59 * MINUTE, NOON) == "in 59 min"
    assert relative(NOON - 2 * DAY, NOON) == "2 days ago"
    assert relative(NOON, NOON) == "now"


def test_moments_are_as_short_as_they_can_be() -> None:
    assert moment(NOON + 10 * MINUTE, NOON) == "12:10, in 10 min"
    assert clock(NOON + DAY, NOON) == "Fri 2 Jan 12:00"
    assert clock(NOON + 400 * DAY, NOON) == "5 Feb 2027 12:00"


def test_any_number_on_the_chain_can_be_shown() -> None:
    assert clock(2**256 - 1, NOON) == f"second {2**256 - 1}"
    assert moment(2**256 - 1, NOON).startswith("second ")
