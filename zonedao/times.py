"""Lengths of time and moments, as people read them.

Moments are shown in local time together with the distance from `now`, which is the chain's clock: a local chain may
be ahead of the wall clock.
"""

from __future__ import annotations

from datetime import datetime

from zonedao.errors import UsageProblem

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def duration(seconds: int) -> str:
    """A length of time in its two largest units: `45 s`, `59 min`, `1 h 20 min`, `2 days 5 h`."""
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < 2 * DAY:
        hours, rest = divmod(seconds, HOUR)
        return f"{hours} h" + (f" {rest // MINUTE} min" if rest >= MINUTE else "")
    days, rest = divmod(seconds, DAY)
    return f"{days} days" + (f" {rest // HOUR} h" if rest >= HOUR and days < 14 else "")


def require_within(what: str, seconds: int, least: int, most: int) -> None:
    """Raise UsageProblem where a length of time is outside its bounds."""
    if not least <= seconds <= most:
        bounds = f"{duration(least)} at least and {duration(most)} at most"
        raise UsageProblem(f"{what} lasts {bounds}, not {duration(seconds)}. Choose another.")


def relative(at: int, now: int) -> str:
    """`in 59 min`, `2 days ago`, `now`."""
    if at == now:
        return "now"
    return f"in {duration(at - now)}" if at > now else f"{duration(now - at)} ago"


def clock(at: int, now: int) -> str:
    """A moment in local time, as short as it can be: `12:10` today, `Tue 3 Mar 12:10`, `3 Mar 2027 12:10`."""
    try:
        moment, today = datetime.fromtimestamp(at), datetime.fromtimestamp(now)
    except (OverflowError, OSError, ValueError):
        # Anybody may write any number on the chain.
        return f"second {at}"
    hour = f"{moment:%H:%M}"
    if moment.date() == today.date():
        return hour
    day = f"{moment.day} {_MONTHS[moment.month - 1]}"
    if abs(at - now) < 180 * DAY:
        return f"{_DAYS[moment.weekday()]} {day} {hour}"
    return f"{day} {moment.year} {hour}"


def moment(at: int, now: int) -> str:
    """A moment in local time and from now: `12:10, in 59 min`."""
    return f"{clock(at, now)}, {relative(at, now)}"
