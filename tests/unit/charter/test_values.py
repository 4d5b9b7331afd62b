"""Durations, shares and amounts, as a charter writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonedao.charter.values import (
    Unreadable,
    duration_text,
    parse_amount,
    parse_duration,
    parse_share,
    share_text,
)
from zonedao.governance.laws import WHOLE_PPM


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1 second", 1),
        ("90 minutes", 5_400),
        ("1 hour", 3_600),
        ("3 days", 259_200),
        ("2 weeks", 1_209_600),
        ("1.5 hours", 5_400),
        ("1 day and 12 hours", 129_600),
        ("1 day, 1 hour, 1 minute", 90_060),
        ("  3DAYS ", 259_200),
    ],
)
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "3", "days", "3 moons", "3 days ago", "-3 days", "3 days 4", "three days", "1 days2"]
)
def test_no_durations(text: str) -> None:
    with pytest.raises(Unreadable, match="is no duration"):
        parse_duration(text)


def test_no_whole_seconds() -> None:
    with pytest.raises(Unreadable, match="no whole number of seconds"):
        parse_duration("1.0001 hours")


@given(st.integers(0, 2**32))
def test_durations_read_back(seconds: int) -> None:
    assert parse_duration(duration_text(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "ppm"),
    [
        ("20 %", 200_000),
        ("20%", 200_000),
        ("0.0001 %", 1),
        ("33.33335 %", 333_333),
        ("100 %", 1_000_000),
        ("2/3", 666_666),
        ("1 / 2", 500_000),
        ("0/5", 0),
    ],
)
def test_shares(text: str, ppm: int) -> None:
    """Rounded down, so that exactly two thirds of a vote reach two thirds."""
    assert parse_share(text) == ppm


@pytest.mark.parametrize("text", ["", "20", "0.2", "-1 %", "1/0", "2:3", "% 20", "100.1 %", "4/3"])
def test_no_shares(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_share(text)


@given(st.integers(0, WHOLE_PPM))
def test_shares_read_back(ppm: int) -> None:
    assert parse_share(share_text(ppm)) == ppm


@pytest.mark.parametrize(("ppm", "text"), [(666_666, "2/3"), (333_333, "1/3"), (750_000, "75 %"), (9_000, "0.9 %")])
def test_shares_in_words(ppm: int, text: str) -> None:
    assert share_text(ppm) == text


@pytest.mark.parametrize(
    ("value", "units"),
    [
        (2, 2_000_000),
        (Decimal("2.5"), 2_500_000),
        (Decimal("1e-6"), 1),
        (Decimal("1e3"), 1_000_000_000),
        ("2.5", 2_500_000),
        ("2.5 MILL", 2_500_000),
        ("0.000001MILL", 1),
        (0, 0),
    ],
)
def test_amounts(value: int | str | Decimal, units: int) -> None:
    assert parse_amount(value, "MILL", 6) == units


@pytest.mark.parametrize(
    "value", ["", "MILL", "2,5", "1 ETH", "-1", -1, Decimal("-0.5"), Decimal("nan"), Decimal("inf"), "1e3", "0x10"]
)
def test_no_amounts(value: int | str | Decimal) -> None:
    with pytest.raises(Unreadable, match="is no amount of MILL"):
        parse_amount(value, "MILL", 6)


@pytest.mark.parametrize("value", ["0.0000001", Decimal("1.2345678")])
def test_too_many_digits(value: str | Decimal) -> None:
    with pytest.raises(Unreadable, match="more digits than MILL, which has 6"):
        parse_amount(value, "MILL", 6)


@given(st.integers(0, 10**40), st.integers(0, 36))
def test_amounts_are_exact(units: int, decimals: int) -> None:
    text = f"{Decimal(units).scaleb(-decimals):f}" if units < 10**27 else f"{units // 10**decimals}"
    assert parse_amount(text, "X", decimals) == (units if units < 10**27 else units // 10**decimals * 10**decimals)
