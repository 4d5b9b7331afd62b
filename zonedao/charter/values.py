"""How a charter writes durations, shares and amounts, and back."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from zonedao.governance.laws import WHOLE_PPM
from zonedao.times import DAY, HOUR, MINUTE

SECONDS = {"second": 1, "minute": MINUTE, "hour": HOUR, "day": DAY, "week": 7 * DAY}

_MOST_CHARACTERS = 128  # of a number with its unit

_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")
_PERCENT = re.compile(r"^(\d+(?:\.\d+)?)\s*%$")
_RATIO = re.compile(r"^(\d+)\s*/\s*(\d+)$")
_AMOUNT = re.compile(r"^(\d+(?:\.\d+)?)(?:\s*([^\s\d].*))?$")
_SEPARATORS = re.compile(r"^[\s,]*(?:and)?[\s,]*$")


class Unreadable(ValueError):
    """A value that is not written as it should be. `message` says what is wrong, `hint` what to write."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def _require_short(text: str) -> None:
    if len(text) > _MOST_CHARACTERS:
        raise Unreadable(f"'{text[:16]}…' has {len(text)} characters.", "Write a shorter number.")


def parse_duration(text: str) -> int:
    """Seconds of "3 days", "90 minutes", "1 day and 12 hours". Raises Unreadable."""
    _require_short(text)
    total = Fraction(0)
    at = 0
    folded = text.strip().casefold()
    for part in _DURATION_PART.finditer(folded):
        unit = part[2] if part[2] in SECONDS else part[2].removesuffix("s")
        if unit not in SECONDS or not _SEPARATORS.match(folded[at : part.start()]):
            break
        total += Fraction(part[1]) * SECONDS[unit]
        at = part.end()
    if not at or folded[at:].strip():
        raise Unreadable(
            f"{text!r} is no duration.", 'Write a number of seconds, minutes, hours, days or weeks, as in "3 days".'
        )
    if total.denominator != 1:
        raise Unreadable(f"{text!r} is no whole number of seconds.", 'Write a smaller unit, as in "90 seconds".')
    return int(total)


def duration_text(seconds: int) -> str:
    """A duration as `parse_duration` reads it, in the largest unit that needs no fraction."""
    for unit, size in sorted(SECONDS.items(), key=lambda item: -item[1]):
        if unit != "week" and seconds >= size and seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds} seconds"


def parse_share(text: str) -> int:
    """Parts per million of "20 %" or "2/3", rounded down. Raises Unreadable, also above the whole."""
    _require_short(text)
    stripped = text.strip()
    share: Fraction | None = None
    if percent := _PERCENT.match(stripped):
        share = Fraction(percent[1]) / 100
    elif (ratio := _RATIO.match(stripped)) and int(ratio[2]):
        share = Fraction(int(ratio[1]), int(ratio[2]))
    if share is None:
        raise Unreadable(f"{text!r} is no share.", 'Write a percentage or a fraction, as in "20 %" or "2/3".')
    if share > 1:
        raise Unreadable(f"{text} is more than everybody.", 'Write at most "100 %".')
    return int(share * WHOLE_PPM)


def share_text(ppm: int) -> str:
    """A share as `parse_share` reads it."""
    for denominator in (3, 7, 9):
        numerator = -(-ppm * denominator // WHOLE_PPM)
        if ppm % 100 and numerator * WHOLE_PPM // denominator == ppm:
            return f"{numerator}/{denominator}"
    whole = Decimal(ppm) / 10_000
    return f"{whole.normalize():f} %"


def parse_count(text: str) -> int:
    """A whole number. Raises Unreadable."""
    if not text.strip().isdecimal():
        raise Unreadable(f"{text!r} is no whole number.", "Write one, as in 3.")
    return int(text)


def parse_amount(value: str | int | Decimal, symbol: str, decimals: int) -> int:
    """Base units of an amount of an asset, written 2, 2.5, "2.5" or "2.5 ETH". Raises Unreadable."""
    if isinstance(value, Decimal) and abs(value.adjusted()) > _MOST_CHARACTERS:
        raise Unreadable(f"{value} is no amount of {symbol}.", f'Write a number, as in 2.5 or "2.5 {symbol}".')
    if isinstance(value, int) and abs(value) >= 2**256:
        raise Unreadable("This is more than a chain can count.", f'Write a number, as in 2.5 or "2.5 {symbol}".')
    written = f"{value:f}" if isinstance(value, Decimal) else str(value)
    _require_short(written)
    found = _AMOUNT.match(written.strip())
    if found is None or (found[2] is not None and found[2] != symbol):
        raise Unreadable(f"{written!r} is no amount of {symbol}.", f'Write a number, as in 2.5 or "2.5 {symbol}".')
    units = Fraction(found[1]) * 10**decimals
    if units.denominator != 1:
        raise Unreadable(
            f"{written} has more digits than {symbol}, which has {decimals} after the point.", "Write a rounder amount."
        )
    return int(units)
