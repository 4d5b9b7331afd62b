"""Amounts of money as people write and read them. Inside the program they are base units, always whole numbers."""

from __future__ import annotations

import re

from zonedao.errors import UsageProblem

COIN_DECIMALS = 18

_AMOUNT = re.compile(r"\s*(\d[\d_,']*)(?:\.(\d+))?\s*([A-Za-z][\w.-]*|0x[0-9a-fA-F]{40})?\s*")
# Of one ETH, in wei.
_COIN_UNITS = {"eth": 18, "ether": 18, "gwei": 9, "wei": 0}


def split_amount(text: str) -> tuple[str, str, str]:
    """Whole digits, decimal digits and unit (possibly empty) of an amount like `1,250.5 ETH`. Raises UsageProblem."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise UsageProblem(f"{text!r} is no amount. Write one like 12.5 ETH or 100 kg.")
    return re.sub(r"[_,']", "", match[1]), match[2] or "", match[3] or ""


def parse_units(text: str, whole: str, fraction: str, decimals: int) -> int:
    """Base units of a decimal number with `decimals` places. Raises UsageProblem when it has more."""
    fraction = fraction.rstrip("0")
    if len(fraction) > decimals:
        raise UsageProblem(f"{text!r} is finer than the unit allows. Give at most {decimals} decimals.")
    return int(whole + fraction.ljust(decimals, "0"))


def parse_coin(text: str) -> int:
    """Wei in an amount like `12.5 ETH`, `30 gwei` or `1000 wei`. Raises UsageProblem."""
    whole, fraction, unit = split_amount(text)
    if unit.lower() not in _COIN_UNITS:
        wanted = "has no unit" if not unit else f"is in {unit}"
        raise UsageProblem(f"{text!r} {wanted}. Write the chain's coin like 12.5 ETH.")
    return parse_units(text, whole, fraction, _COIN_UNITS[unit.lower()])


def decimal(amount: int, decimals: int) -> str:
    """Base units as an exact decimal number, its thousands grouped by commas."""
    whole, rest = divmod(abs(amount), 10**decimals)
    fraction = f"{rest:0{decimals}d}".rstrip("0") if decimals else ""
    return ("-" if amount < 0 else "") + f"{whole:,}" + (f".{fraction}" if fraction else "")


def coin(amount_wei: int) -> str:
    """An amount of the chain's coin: `12.5 ETH`."""
    return f"{decimal(amount_wei, COIN_DECIMALS)} ETH"
