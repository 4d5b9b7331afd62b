"""Durations and moments as people write them; `zonedao.times` is how they are shown."""

from __future__ import annotations

import re
from datetime import datetime

from zonedao.errors import UsageProblem
from zonedao.times import DAY, HOUR, MINUTE

_UNITS = {
    "s": 1, "sec": 1, "second": 1, "seconds": 1,
    "m": MINUTE, "min": MINUTE, "minute": MINUTE, "minutes": MINUTE,
    "h": HOUR, "hour": HOUR, "hours": HOUR,
    "d": DAY, "day": DAY, "days": DAY,
    "w": 7 * DAY, "week": 7 * DAY, "weeks": 7 * DAY,
}  # fmt: skip
_MOST_SECONDS = 36_525 * DAY  # a century; what is longer is a slip of the finger
_PART = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*")


def parse_duration(text: str) -> int:
    """Seconds in words like `90s`, `30 min`, `1h30m`, `2 days`. Raises UsageProblem."""
    rest = text.strip().lower()
    total = 0.0
    while rest:
        match = _PART.match(rest)
        if match is None or match[2] not in _UNITS:
            raise UsageProblem(f"{text!r} is no duration. Write one like 90s, 30min, 1h30m, 2 days or 1 week.")
        total += float(match[1]) * _UNITS[match[2]]
        rest = rest[match.end() :]
    if not 1 <= total < _MOST_SECONDS:
        raise UsageProblem(f"{text!r} is no duration. Write one from a second to a century, like 90s or 2 days.")
    return round(total)


def parse_moment(text: str, now: int) -> int:
    """Unix seconds of `2026-03-01`, `2026-03-01 12:10` (local time), or of a duration from `now`.

    Raises UsageProblem.
    """
    at = _parse_date(text)
    return at if at is not None else now + _parse_length(text, "from now")


def parse_deadline(text: str, now: int) -> int:
    """A moment that is still to come, as `parse_moment` reads it. Raises UsageProblem."""
    at = parse_moment(text, now)
    if at <= now:
        raise UsageProblem(f"{text!r} is past, so that what is signed would be worth nothing. Name a time to come.")
    return at


def parse_past(text: str, now: int) -> int:
    """A moment that is over: a date, as `parse_moment` reads it, or how long before `now`. Raises UsageProblem."""
    at = _parse_date(text)
    at = at if at is not None else now - _parse_length(text, "ago")
    if at > now:
        raise UsageProblem(f"{text!r} is still to come. Name a time that is past, like 2 days for two days ago.")
    return at


def _parse_date(text: str) -> int | None:
    try:
        return int(datetime.fromisoformat(text.strip()).timestamp())
    except (ValueError, OverflowError):
        return None


def _parse_length(text: str, where: str) -> int:
    try:
        return parse_duration(text)
    except UsageProblem:
        raise UsageProblem(
            f"{text!r} is no time. Write a date like 2026-03-01, a date and time like '2026-03-01 12:10', "
            f"or how long {where}, like 2 days."
        ) from None
