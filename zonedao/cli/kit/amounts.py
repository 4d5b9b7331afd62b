"""Amounts as people write them: a number and a unit, `12.5 ETH` or `100 kg`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zonedao.errors import UsageProblem
from zonedao.treasury.assets import COIN, Asset, Money

if TYPE_CHECKING:
    from zonedao.governance.zone import Zone

_AMOUNT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(\D\S*(?:\s\S+)*|0x[0-9a-fA-F]{40})?\s*")
_SEPARATED = re.compile(r"[0-9]\s*[,_'’]\s*[0-9]|[0-9]\s+[0-9]|^\s*[0-9.]+[eE][+-]?[0-9]+\b")
_MOST_DIGITS = 96  # more than 256 bits and any token's decimals need


def split_amount(text: str) -> tuple[str, str]:
    """The number and the unit (empty where there is none) of an amount like `1250.5 ETH`. Raises UsageProblem.

    Nothing separates digits but one point: where some write 1,5 for one and a half, others read fifteen.
    """
    if _SEPARATED.search(text.split("0x")[0]):
        raise UsageProblem(
            f"{text!r} is no clear amount. Write 1.5 for one and a half and 1500 for fifteen hundred: a point before "
            "the fraction, and nothing else between digits."
        )
    match = _AMOUNT.fullmatch(text)
    if match is None or len(match[1]) > _MOST_DIGITS:
        shown = text if len(text) <= _MOST_DIGITS else f"{text[:16]}…"
        raise UsageProblem(f"{shown!r} is no amount. Write a number and its unit, like 12.5 ETH or 100 kg.")
    return match[1], match[2] or ""


def parse_coin(text: str) -> int:
    """Wei in an amount of the chain's coin, like `12.5 ETH`. Raises UsageProblem."""
    number, unit = split_amount(text)
    if unit.lower() != COIN.symbol.lower():
        wrong = f"is in {unit}" if unit else "has no unit"
        raise UsageProblem(f"{text!r} {wrong}. Write an amount of the chain's coin, like 12.5 {COIN.symbol}.")
    return COIN.parse(number)


def parse_money(text: str, zone: Zone, *, zero: bool = False) -> Money:
    """An amount of an asset of a zone, like `12.5 ETH` or `100 0x…`; nothing only with `zero`.

    Raises UsageProblem, NotFound.
    """
    number, unit = split_amount(text)
    if not unit:
        raise UsageProblem(f"{text!r} has no unit. Write the asset after it, like {text.strip()} {COIN.symbol}.")
    asset: Asset = zone.asset(unit)
    amount = asset.parse(number)
    if amount == 0 and not zero:
        raise UsageProblem(f"{text!r} is nothing. Write an amount above zero.")
    return Money(amount, asset)


def parse_quantity(text: str, unit: str, *, zero: bool = False) -> int:
    """Whole units of a good whose unit is `unit`, written `100 kg` or `100`; nothing only with `zero`.

    Raises UsageProblem.
    """
    number, written = split_amount(text)
    if written and written.lower() != unit.lower():
        raise UsageProblem(
            f"{text!r} is in {written}, but this good is counted in {unit}. Write it like {number} {unit}."
        )
    if "." in number:
        raise UsageProblem(f"{text!r} is no whole quantity. Goods are counted in whole units.")
    quantity = int(number)
    if quantity == 0 and not zero:
        raise UsageProblem(f"{text!r} is nothing. Write a quantity above zero.")
    return quantity


def parse_share(text: str) -> int:
    """Parts per million of `30 %` or `2/3`. Raises UsageProblem."""
    from zonedao.charter.values import Unreadable
    from zonedao.charter.values import parse_share as read

    try:
        return read(text)
    except Unreadable as problem:
        raise UsageProblem(f"{problem.message} {problem.hint}") from None
