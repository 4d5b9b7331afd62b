"""Goods as people name them, and the units their names say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zonedao.errors import NotFound
from zonedao.text import did_you_mean

if TYPE_CHECKING:
    from zonedao.governance.zone import Zone
    from zonedao.trade.stores import Good

_UNIT = re.compile(r"\(([^()]+)\)\s*$")


def unit_of(name: str) -> str:
    """The unit that the name of a good says: kg in `flour (kg)`."""
    match = _UNIT.search(name)
    return match[1] if match else "units"


def without_unit(name: str) -> str:
    """What a good is called, without the unit behind it."""
    return _UNIT.sub("", name).strip()


def find_good(zone: Zone, wanted: str) -> Good:
    """A good by number, name or the beginning of its name. Raises NotFound, UsageProblem."""
    try:
        return zone.stores.good(wanted)
    except NotFound:
        names = list(zone.stores.good_names().values())
        short = [without_unit(name) for name in names]
        raise NotFound(
            f"{zone.name} has no good {wanted}.{did_you_mean(wanted, short)} `zonedao stock show` lists them."
        ) from None


def quantity(amount: int, name: str) -> str:
    """A quantity of a good with its unit: `20 kg`."""
    return f"{amount:,} {unit_of(name)}"
