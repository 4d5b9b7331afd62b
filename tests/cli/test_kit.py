"""What all commands share: words become amounts and times, rows become tables that fit."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.conftest import Cli
from zonedao.cli.kit.amounts import parse_coin, parse_quantity, split_amount
from zonedao.cli.kit.goods import unit_of
from zonedao.cli.kit.progress import ProgressBar
from zonedao.cli.kit.tables import clip, columns, table, wrap
from zonedao.cli.kit.times import parse_duration, parse_moment, parse_past
from zonedao.errors import UsageProblem
from zonedao.text import did_you_mean, share
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
    assert parse_past("2 days", now) == now - 172_800
    assert parse_past("2026-12-31", now) == int(datetime(2026, 12, 31).timestamp())
    with pytest.raises(UsageProblem, match="is still to come"):
        parse_past("2027-03-01", now)


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


@given(
    st.lists(st.tuples(st.integers(0, 10**9), TEXT, TEXT), min_size=1, max_size=6), st.integers(20, 90) | st.just(200)
)
def test_tables_fit_and_show_every_number(rows: list[tuple[int, str, str]], width: int) -> None:
    lines = table(("NO", "NAME", "WHAT"), [(str(number), *rest) for number, *rest in rows], right=(0,), width=width)
    assert all(columns(line) <= width for line in lines)
    assert all("\x1b" not in line and "\u202e" not in line for line in lines)
    shown = [word for line in lines for word in line.split()]
    assert all(str(number) in shown for number, *_ in rows)


@given(TEXT, st.integers(min_value=1, max_value=20))
def test_clip(text: str, width: int) -> None:
    assert columns(clip(text, width)) <= max(width, 1)


@given(TEXT, st.integers(min_value=2, max_value=20))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(columns(line) <= width for line in lines) or lines == [text]
    assert "".join("".join(lines).split()) == "".join(text.split())


ROWS = [("1", "字", "0x" + "ab" * 20), ("22", "b\u0301 and so on for a while", "nobody")]


def test_tables_line_up() -> None:
    assert table(("N", "WHO"), [(number, who[:3]) for number, who, _ in ROWS], right=(0,)) == [
        " N  WHO",
        " 1  字",
        "22  b\u0301",
    ]


def test_what_does_not_fit_takes_more_lines() -> None:
    address = ROWS[0][2]
    assert table(("N", "WHO", "WHERE"), ROWS, right=(0,), width=60) == [
        " N  WHO           WHERE",
        f" 1  字            {address}",
        "22  b\u0301 and so on   nobody",
        "    for a while",
    ]
    assert table(("N", "WHO", "WHERE"), ROWS, right=(0,), width=40) == [
        "N      1",
        "WHO    字",
        f"WHERE  {address[:33]}",
        f"       {address[33:]}",
        "",
        "N      22",
        "WHO    b\u0301 and so on for a while",
        "WHERE  nobody",
    ]


def test_columns_move_together_before_they_are_broken() -> None:
    head, rows = ("CLASS", "OPEN FOR", "FOR"), [("spending", "3 days", "66.6666 %")]
    assert table(head, rows, width=25) == ["CLASS    OPEN   FOR", "         FOR", "spending 3 days 66.6666 %"]


def test_a_row_is_six_lines_at_most() -> None:
    lines = table(("N", "WHO"), [("1", "word " * 40), ("2", "b")], right=(0,), width=30)
    assert len(lines) == 1 + 6 + 1
    assert lines[6].endswith("…")


def test_a_guess_is_offered_once() -> None:
    assert did_you_mean("bene", ["ben", "ben", "eva"]) == " Did you mean ben?"
    assert did_you_mean("xyz", ["ben"]) == ""


def test_options_stand_after_the_command(cli: Cli) -> None:
    done = cli("--json", "account", "list")
    assert done.code == 2
    assert done.error.startswith("zonedao has no option --json. Options stand after the command")


@pytest.mark.parametrize(("even", "left"), [(True, ", 30 s left"), (False, "")])
def test_progress_is_drawn_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], even: bool, left: str
) -> None:
    """Ten times a second at most, not before it is worth it, and nothing of it stays."""
    monkeypatch.setattr("zonedao.cli.kit.progress.redraws", lambda stream: True)
    monkeypatch.setattr("time.monotonic", iter((100.0, 100.2, 110.0, 110.05)).__next__)
    with ProgressBar("Reading", "events", even=even) as bar:
        for share, things in ((0.1, 5), (0.25, 20_000), (0.3, 30_000)):
            bar.show(share, things)
        # click leaves out what takes away the rest of the line: this is no terminal.
        assert capsys.readouterr().err == f"\rReading [#####               ] 25 %, 2,000 events/s{left}"
    assert capsys.readouterr().err == "\r"


def test_progress_is_said_once_where_nothing_can_be_drawn_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("time.monotonic", iter((100.0, 104.0, 106.0, 120.0)).__next__)
    with ProgressBar("Auditing", "answers", even=False) as bar:
        for _ in range(3):
            bar.show(0.5, 60)
    assert capsys.readouterr().err == "Auditing [##########          ] 50 %, 10 answers/s\n"
