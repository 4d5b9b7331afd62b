"""Reading laws: each field of each class from the class's own table, else from [laws.default], else from the parent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields

from zonedao.charter.bounds import BOUNDS, SPONSORING_SECONDS
from zonedao.charter.model import CLASSES
from zonedao.charter.tables import Table, dotted
from zonedao.charter.values import duration_text, parse_count, parse_duration, parse_share, share_text
from zonedao.governance.activity import LEAST_VOTES, MOST_VOTES
from zonedao.governance.laws import Law

DEFAULT = "default"
EXPULSION = "expulsion"


@dataclass(frozen=True)
class LawField:
    """A parameter as the file calls it, and the field of `Law` that it fills. Only counts are numbers in the file, and
    may be left out: then they are zero."""

    key: str
    field: str
    example: str
    parse: Callable[[str], int]
    show: Callable[[int], str]

    @property
    def is_count(self) -> bool:
        """Whether it is a plain number, of persons."""
        return self.parse is parse_count


def _field(name: str) -> LawField:
    if name.endswith("_seconds"):
        key = name.removesuffix("_seconds")
        example = '"1 day"' if key in ("voting_period", "execution_delay") else '"1 hour"'
        return LawField(key, name, '"3 days"' if key == "grace" else example, parse_duration, duration_text)
    if not name.endswith("_ppm"):
        return LawField(name, name, "3", parse_count, str)
    key = name.removesuffix("_ppm")
    return LawField(key, name, '"20 %"' if key == "quorum" else '"50 %"', parse_share, share_text)


LAW_FIELDS = tuple(_field(each.name) for each in fields(Law))


def read_laws(body: Table, inherited: tuple[Law, ...] | None, *, zone: bool) -> tuple[Law, ...] | None:
    """The six laws of a body, None when something is missing or wrong.

    `inherited` are its parent's, None for a `zone` and below laws that could not be read.
    """
    table = body.table("laws", optional=not zone, example="a heading [laws.default] with the law")
    if table is None:
        return inherited
    if not zone and EXPULSION in table.content:
        table.mistakes.note(
            table.at(EXPULSION),
            "An industry expels nobody: whoever is removed from it stays in the zone.",
            f"Removal from an industry has the law [{table.label('membership')}].",
        )
    classes = [name for name in CLASSES if zone or name != EXPULSION]
    table.require_known(DEFAULT, *CLASSES)
    tables = {name: table.table(name) for name in (DEFAULT, *classes)}
    written = {name: _read_fields(found) for name, found in tables.items()}
    fields_of = {name: _inherited_fields(inherited, number) for number, name in enumerate(CLASSES)}
    complete = zone or inherited is not None
    for each in LAW_FIELDS:
        lacking: list[str] = []
        outside: dict[str, list[str]] = {}
        for name in classes:
            source = name if _says(tables[name], each.key) else DEFAULT
            if each.key in written[source]:
                value = written[source][each.key]
                fields_of[name][each.field] = value
                least, most = (getattr(bound, each.field) for bound in BOUNDS[name])
                if not least <= value <= most:
                    outside.setdefault(source, []).append(name)
            elif _says(tables[source], each.key):
                complete = False
            elif zone and each.is_count:
                fields_of[name][each.field] = 0
            elif zone:
                lacking.append(name)
        if lacking:
            _note_lacking(table, each, lacking)
        for source, names in outside.items():
            found = tables[source]
            assert found is not None
            _note_outside(found, each, written[source][each.key], names, classes)
        complete = complete and not lacking and not outside
    for name in classes:
        complete = _leaves_time_to_sponsor(name, tables, fields_of[name]) and complete
    return tuple(Law(**fields_of[name]) for name in CLASSES) if complete else None


def read_active_votes(body: Table) -> int:
    """Over how many votes the quorums of a body count who is active, 0 for all members. Nobody inherits it."""
    if "active_votes" not in body.content:
        return 0
    return body.integer("active_votes", "4", LEAST_VOTES, MOST_VOTES) or 0


def _inherited_fields(inherited: tuple[Law, ...] | None, number: int) -> dict[str, int]:
    return {} if inherited is None else asdict(inherited[number])


def _says(table: Table | None, key: str) -> bool:
    """Whether the key is written there, rightly or not."""
    return table is not None and key in table.content


def _read_fields(table: Table | None) -> dict[str, int]:
    if table is None:
        return {}
    table.require_known(*(each.key for each in LAW_FIELDS))
    read = ((each.key, _read_field(table, each)) for each in LAW_FIELDS)
    return {key: value for key, value in read if value is not None}


def _read_field(table: Table, each: LawField) -> int | None:
    if not each.is_count:
        return table.parsed(each.key, each.example, each.parse, optional=True)
    if each.key not in table.content:
        return None
    least, most = (getattr(bound, each.field) for bound in BOUNDS[CLASSES[0]])  # alike for all classes
    return table.integer(each.key, each.example, least, most)


def _leaves_time_to_sponsor(name: str, tables: Mapping[str, Table | None], law: Mapping[str, int]) -> bool:
    """Whether the law of a class, as far as it could be read, leaves sponsors the time they must have to sign."""
    delay = law.get("voting_delay_seconds", SPONSORING_SECONDS)
    if not law.get("sponsors") or delay >= SPONSORING_SECONDS:
        return True
    own, everybody = tables[name], tables[DEFAULT]
    for key in ("sponsors", "voting_delay"):
        found = own if _says(own, key) else everybody
        if found is not None and _says(found, key):
            least = duration_text(SPONSORING_SECONDS)
            found.mistakes.note(
                found.at(key),
                f"The law for {name} wants sponsors, and its voting_delay leaves them {duration_text(delay)} to sign.",
                f'Write voting_delay = "{least}" or more for {name}, or no sponsors.',
            )
            return False
    return False


def _note_lacking(table: Table, each: LawField, lacking: list[str]) -> None:
    everywhere = len(lacking) == len(CLASSES)
    message = f"No law says the {each.key}" + ("." if everywhere else f" for {', '.join(lacking)}.")
    table.mistakes.missing(
        table.at(DEFAULT), message, f"Write {each.key} = {each.example} under [{table.label(DEFAULT)}]."
    )


def _note_outside(table: Table, each: LawField, value: int, names: list[str], classes: list[str]) -> None:
    least = max(getattr(BOUNDS[name][0], each.field) for name in names)
    most = min(getattr(BOUNDS[name][1], each.field) for name in names)
    low = value < least
    bound = each.show(least if low else most)
    everywhere = table.where[-1] != DEFAULT or len(names) == len(classes)
    message = f"{table.label(each.key)} is {each.show(value)}; {'at least' if low else 'at most'} {bound} is allowed"
    remedy = f'Write {each.key} = "{bound}" or {"more" if low else "less"}'
    if not everywhere:
        message += f" for {', '.join(names)}"
        remedy += " under " + " and ".join(f"[{dotted((*table.where[:-1], name))}]" for name in names)
    table.mistakes.note(table.at(each.key), message + ".", remedy + ".")
