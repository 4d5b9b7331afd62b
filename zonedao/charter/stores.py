"""Reading [epochs], [stores] and [goods]."""

from __future__ import annotations

from zonedao.charter.bounds import MAX_EPOCH_START, MAX_QUANTITY, MAX_SECONDS
from zonedao.charter.model import Good
from zonedao.charter.people import People
from zonedao.charter.tables import Table
from zonedao.charter.values import duration_text, parse_duration

DEFAULT_STALE = "7 days"

_LAST_MOMENT = 253_402_300_799  # of the year 9999, with which calendars end
_LEAST_EPOCH_SECONDS = 3_600
_LEAST_STALE_SECONDS = 60


def read_epochs(top: Table) -> tuple[int, int]:
    """Start of the first epoch in unix seconds, and the length of each in seconds."""
    table = top.table("epochs", optional=False, example="a heading [epochs] with start and length")
    if table is None:
        return 0, 0
    table.require_known("start", "length")
    start = table.moment("start", "2026-01-01")
    if start is not None and not 0 <= start <= min(MAX_EPOCH_START, _LAST_MOMENT):
        table.mistakes.note(
            table.at("start"), "epochs.start is no moment that a chain can count.", "Write start = 2026-01-01."
        )
    return start or 0, _duration(table, "length", '"30 days"', _LEAST_EPOCH_SECONDS) or 0


def read_stores(top: Table, people: People) -> tuple[int, tuple[str, ...]]:
    """Age in seconds at which a stock report no longer allows exports, and the keepers."""
    table = top.table("stores")
    stale_seconds = parse_duration(DEFAULT_STALE)
    if table is None:
        return stale_seconds, ()
    table.require_known("stale", "keepers")
    if "stale" in table.content:
        stale_seconds = _duration(table, "stale", f'"{DEFAULT_STALE}"', _LEAST_STALE_SECONDS) or stale_seconds
    if table.content.get("keepers") == []:
        table.mistakes.note(
            table.at("keepers"), "stores.keepers names nobody.", "Name a member, or leave out [stores]."
        )
    return stale_seconds, people.chosen(table, "keepers", people.names, "the zone")


def read_goods(top: Table) -> tuple[Good, ...]:
    """The goods, in the order of the file, which numbers them."""
    table = top.table("goods")
    found: list[Good] = []
    for key, entry in table.tables() if table is not None else ():
        entry.require_known("name", "unit", "safety", "entitlement")
        name = entry.name_text("name", f'"{key}"', key)
        unit = entry.text("unit", '"kg"')
        safety = entry.integer("safety", "0", 0, MAX_QUANTITY)
        entitlement = entry.integer("entitlement", "1", 0, MAX_QUANTITY)
        good = Good(name, unit or "", safety or 0, entitlement or 0)
        if unit is not None and any(good.label == other.label for other in found):
            entry.mistakes.note(entry.where, f"Two goods are called {good.label}.", "Give one another name or unit.")
        found.append(good)
    return tuple(found)


def _duration(table: Table, key: str, example: str, least: int) -> int | None:
    seconds = table.parsed(key, example, parse_duration)
    if seconds is not None and not least <= seconds <= MAX_SECONDS:
        table.mistakes.note(
            table.at(key),
            f"{table.label(key)} is {duration_text(seconds)}.",
            f"Write a duration from {duration_text(least)} to {MAX_SECONDS // 86_400} days.",
        )
    return seconds
