"""Reading laws: each field of each class from the class's own table, else from [laws.default], else from the parent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from zonedao.charter.bounds import BOUNDS
from zonedao.charter.model import CLASSES
from zonedao.charter.tables import Table, dotted
from zonedao.charter.values import duration_text, parse_duration, parse_share, share_text
from zonedao.governance.laws import Law

DEFAULT = "default"


@dataclass(frozen=True)
class LawField:
    """A parameter as the file calls it, and the field of `Law` that it fills."""

    key: str
    field: str
    example: str
    parse: Callable[[str], int]
    show: Callable[[int], str]


def _field(name: str) -> LawField:
    if name.endswith("_seconds"):
        key = name.removesuffix("_seconds")
        example = '"1 day"' if key in ("voting_period", "execution_delay") else '"1 hour"'
        return LawField(key, name, '"3 days"' if key == "grace" else example, parse_duration, duration_text)
    key = name.removesuffix("_ppm")
    return LawField(key, name, '"20 %"' if key == "quorum" else '"50 %"', parse_share, share_text)


LAW_FIELDS = tuple(_field(each.name) for each in fields(Law))

# Where a value was written, and the value.
_Written = tuple[Table, int]


def read_laws(body: Table, inherited: tuple[Law, ...] | None, *, zone: bool) -> tuple[Law, ...] | None:
    """The six laws of a body, None when something is missing or wrong.

    `inherited` are its parent's, None for a `zone` and below laws that could not be read.
    """
    table = body.table("laws", optional=not zone, example="a heading [laws.default] with the law")
    if table is None:
        return inherited
    table.require_known(DEFAULT, *CLASSES)
    tables = {name: table.table(name) for name in (DEFAULT, *CLASSES)}
    for found in tables.values():
        if found is not None:
            found.require_known(*(each.key for each in LAW_FIELDS))
    values = {name: _read_fields(tables[name]) for name in tables}
    laws: list[dict[str, int]] = [{} for _ in CLASSES]
    complete = True
    for each in LAW_FIELDS:
        lacking: list[str] = []
        outside: dict[int, list[tuple[str, _Written]]] = {}
        for number, name in enumerate(CLASSES):
            own = _is_wrong(tables[name], values[name], each.key)
            if own or (each.key not in values[name] and _is_wrong(tables[DEFAULT], values[DEFAULT], each.key)):
                complete = False
                continue
            written = values[name].get(each.key) or values[DEFAULT].get(each.key)
            if written is None:
                if zone:
                    lacking.append(name)
                elif inherited is None:
                    complete = False
                else:
                    laws[number][each.field] = getattr(inherited[number], each.field)
                continue
            laws[number][each.field] = written[1]
            least, most = (getattr(bound, each.field) for bound in BOUNDS[name])
            if not least <= written[1] <= most:
                outside.setdefault(id(written[0]), []).append((name, written))
        if lacking:
            _note_lacking(table, each, lacking)
        for found_outside in outside.values():
            _note_outside(each, found_outside)
        complete = complete and not lacking and not outside
    return tuple(Law(**law) for law in laws) if complete else None


def _read_fields(table: Table | None) -> dict[str, _Written]:
    if table is None:
        return {}
    found: dict[str, _Written] = {}
    for each in LAW_FIELDS:
        value = table.parsed(each.key, each.example, each.parse, optional=True)
        if value is not None:
            found[each.key] = (table, value)
    return found


def _is_wrong(table: Table | None, values: dict[str, _Written], key: str) -> bool:
    """Whether the key is written there and could not be read."""
    return table is not None and key in table.content and key not in values


def _note_lacking(table: Table, each: LawField, lacking: list[str]) -> None:
    everywhere = len(lacking) == len(CLASSES)
    message = f"No law says the {each.key}" + ("." if everywhere else f" for {', '.join(lacking)}.")
    table.mistakes.missing(
        table.at(DEFAULT), message, f"Write {each.key} = {each.example} under [{table.label(DEFAULT)}]."
    )


def _note_outside(each: LawField, found: list[tuple[str, _Written]]) -> None:
    table, value = found[0][1]
    names = [name for name, _ in found]
    least = max(getattr(BOUNDS[name][0], each.field) for name in names)
    most = min(getattr(BOUNDS[name][1], each.field) for name in names)
    low = value < least
    bound = each.show(least if low else most)
    here = table.where[-1] != DEFAULT
    message = (
        f"{table.label(each.key)} is {each.show(value)}; {'at least' if low else 'at most'} {bound} is allowed"
        + ("." if here else f" for {', '.join(names)}.")
    )
    remedy = f'Write {each.key} = "{bound}" or {"more" if low else "less"}'
    if not here and len(names) < len(CLASSES):
        parent = dotted(table.where[:-1])
        remedy += " under " + " and ".join(f"[{parent}.{name}]" for name in names)
    table.mistakes.note(table.at(each.key), message, remedy + ".")
