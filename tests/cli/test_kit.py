"""What all commands share: words become amounts and times, rows become tables that fit."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.conftest import Cli
from zonedao.cli.kit.amounts import parse_coin, parse_quantity, split_amount
from zonedao.cli.kit.bodies import share
from zonedao.cli.kit.goods import unit_of
from zonedao.cli.kit.groups import did_you_mean
from zonedao.cli.kit.tables import clip, columns, table
from zonedao.cli.kit.times import parse_duration, parse_moment
from zonedao.errors import UsageProblem
from zonedao.treasury.assets import COIN


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("1h30m", 5_400),
        ("2 days", 172_800),
        ("1 week", 604_800),
        ("0.5 h", 1_800),
        ("1 day 2 hours", 93_600),
    ],
)
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "2", "days", "2 fortnights", "-1 day", "0s", "1h,30m", "nan s", "1,5h", "9" * 5000 + "s", "101 years"]
)
def test_no_durations(text: str) -> None:
    with pytest.raises(UsageProblem, match="is no duration"):
        parse_duration(text)


def test_moments() -> None:
    now = 1_800_000_000
    assert parse_moment("2 days", now) == now + 172_800
    assert parse_moment("2027-03-01 12:10", now) == int(datetime(2027, 3, 1, 12, 10).timestamp())
    assert parse_moment("2027-03-01", now) == int(datetime(2027, 3, 1).timestamp())
    with pytest.raises(UsageProblem, match="'tomorrow' is no time"):
        parse_moment("tomorrow", now)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.5 ETH", ("12.5", "ETH")),
        ("1250 kg", ("1250", "kg")),
        ("5", ("5", "")),
        ("5ETH", ("5", "ETH")),
        ("5 0x" + "ab" * 20, ("5", "0x" + "ab" * 20)),
    ],
)
def test_amounts(text: str, expected: tuple[str, str]) -> None:
    assert split_amount(text) == expected


@pytest.mark.parametrize("text", ["", "ETH", "-5 ETH", "1e18 wei", "5..2 ETH", "½ ETH", "1.5.2"])
def test_no_amounts(text: str) -> None:
    with pytest.raises(UsageProblem):
        parse_coin(text)


@pytest.mark.parametrize(
    "text",
    [
        "1,5 ETH",
        "1e18 ETH",
        "2.5E+3",
        "1,5ETH",
        "1,500 ETH",
        "1_5 ETH",
        "1 5 ETH",
        "1'500 ETH",
        "1, 5 ETH",
        "1.000,5 ETH",
    ],
)
def test_only_a_point_stands_between_digits(text: str) -> None:
    for parse in (parse_coin, lambda text: parse_quantity(text, "ETH")):
        with pytest.raises(UsageProblem, match=r"Write 1\.5 for one and a half and 1500 for fifteen hundred"):
            parse(text)


def test_no_number_is_too_long_to_refuse() -> None:
    for parse in (parse_coin, lambda text: parse_quantity(text, "ETH")):
        with pytest.raises(UsageProblem, match="99…' is no amount"):
            parse("9" * 5000 + " ETH")


@given(st.integers(min_value=1, max_value=10**30))
def test_coins_are_read_as_they_are_shown(amount_wei: int) -> None:
    assert parse_coin(COIN.format(amount_wei)) == amount_wei


def test_quantities() -> None:
    assert parse_quantity("1000 kg", "kg") == 1_000
    assert parse_quantity("0", "kg", zero=True) == 0
    assert unit_of("flour (kg)") == "kg"
    assert unit_of("flour") == "units"


@pytest.mark.parametrize(("ppm", "text"), [(666_666, "66.6666 %"), (500_000, "50 %"), (0, "0 %"), (12_500, "1.25 %")])
def test_shares(ppm: int, text: str) -> None:
    assert share(ppm) == text


# Letters of one and of two columns, combining marks, and what would steer a terminal.
TEXT = st.text(st.sampled_from("abc äß✓漢字🙂\u0301\x1b\n\t\u202e"), max_size=40)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=6), st.integers(min_value=30, max_value=90))
def test_tables_fit(rows: list[tuple[str, str, str]], width: int) -> None:
    lines = table(("NO", "NAME", "WHAT"), rows, right=(0,), width=width)
    assert len(lines) == len(rows) + 1
    assert all(columns(line) <= width for line in lines)
    assert all("\x1b" not in line and "\u202e" not in line for line in lines)


@given(TEXT, st.integers(min_value=1, max_value=20))
def test_clip(text: str, width: int) -> None:
    assert columns(clip(text, width)) <= max(width, 1)


def test_tables_line_up() -> None:
    assert table(("N", "WHO"), [("1", "字"), ("22", "b")], right=(0,)) == [" N  WHO", " 1  字", "22  b"]


def test_a_guess_is_offered_once() -> None:
    assert did_you_mean("bene", ["ben", "ben", "eva"]) == " Did you mean ben?"
    assert did_you_mean("xyz", ["ben"]) == ""


def test_options_stand_after_the_command(cli: Cli) -> None:
    done = cli("--json", "account", "list")
    assert done.code == 2
    assert done.error.startswith("zonedao has no option --json. Options stand after the command")
