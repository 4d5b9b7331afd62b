"""Reading [industries], nested to any depth that the contracts allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zonedao.charter.bounds import MAX_ALLOWANCE, MAX_ALLOWANCE_EPOCHS, MAX_DEPTH
from zonedao.charter.laws import read_active_votes, read_laws
from zonedao.charter.model import Allowance, BodyCharter
from zonedao.charter.money import Assets
from zonedao.charter.people import People
from zonedao.charter.tables import Table, dotted
from zonedao.governance.laws import Law
from zonedao.text import LABEL_BYTES, slug
from zonedao.treasury.assets import Money

PARENT, ZONE = "parent", "zone"
_KEYS = ("name", "purpose", "dao_uri", "active_votes", "members", "laws", "caps", "allowances", "industries")


@dataclass(frozen=True)
class Above:
    """A body above the one being read. `laws` is None where they could not be read; `drawn` is whose account
    each of its own allowances reaches, path by symbol; None where not all could be read."""

    path: str
    members: tuple[str, ...]
    laws: tuple[Law, ...] | None
    drawn: Mapping[str, str] | None

    @property
    def key(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]


class Industries:
    """Reads the industries below a body, given the people and the money of the zone."""

    def __init__(self, people: People, assets: Assets) -> None:
        self._people = people
        self._assets = assets

    def read(self, parent: Table, above: Sequence[Above]) -> tuple[BodyCharter, ...]:
        """The industries below a body. `above` are that body and all above it, the zone first."""
        table = parent.table("industries")
        if table is None:
            return ()
        if len(above) > MAX_DEPTH:
            table.mistakes.note(
                table.where,
                f"{table.title} lies {len(above)} levels below the zone; {MAX_DEPTH} are possible.",
                "Move these industries up.",
            )
            return ()
        return tuple(self._industry(key, entry, above) for key, entry in table.tables())

    def _industry(self, key: str, entry: Table, above: Sequence[Above]) -> BodyCharter:
        entry.require_known(
            "name", "purpose", "dao_uri", "active_votes", "members", "laws", "caps", "allowances", "industries"
        )
        parent = above[-1]
        if entry.content.get("members") == []:
            entry.mistakes.note(
                entry.at("members"), f"{key} has no members, and nobody could ever join it.", "Name at least one."
            )
        members = self._people.chosen(entry, "members", parent.members, parent.path if len(above) > 1 else "the zone")
        laws = read_laws(entry, parent.laws, zone=False)
        allowances = self._allowances(key, entry, above)
        drawn = {allowance.money.asset.symbol: allowance.source for allowance in allowances}
        written = entry.content.get("allowances", [])
        all_read = isinstance(written, list) and len(written) == len(allowances)
        here = Above(f"{parent.path}/{key}", members, laws, drawn if all_read else None)
        return BodyCharter(
            path=here.path,
            name=self._name(key, entry),
            purpose=entry.text("purpose", '"what it is for"') or "",
            dao_uri=entry.uri("dao_uri"),
            active_votes=read_active_votes(entry),
            depth=len(above),
            members=members,
            laws=laws or (),
            caps=self._assets.caps(entry),
            allowances=allowances,
            industries=self.read(entry, [*above, here]),
        )

    def _name(self, key: str, entry: Table) -> str:
        name = entry.name_text("name", f'"{key}"', key)
        wanted = slug(name)
        if wanted != key:
            heading = dotted((*entry.where[:-1], wanted))
            entry.mistakes.note(
                entry.where, f"{name} would be called {wanted} in paths, not {key}.", f"Write the heading [{heading}]."
            )
        return name

    # --- allowances ---

    def _allowances(self, key: str, entry: Table, above: Sequence[Above]) -> tuple[Allowance, ...]:
        found: dict[str, Allowance] = {}
        for table in entry.list_of_tables("allowances", '[{ asset = "ETH", amount = 2.5, epochs = 12 }]'):
            table.require_known("asset", "amount", "epochs", "source", "line")
            epochs = table.integer("epochs", "12", 1, MAX_ALLOWANCE_EPOCHS)
            levels = self._levels(table, key, above)
            line = self._line(table, key)
            symbol = table.text("asset", '"ETH"')
            asset = self._assets.find(symbol, table.at("asset")) if symbol is not None else None
            if asset is None:
                continue
            if asset.symbol in found:
                table.mistakes.note(
                    table.at("asset"),
                    f"{key} has two allowances in {asset.symbol}.",
                    "Make them one: only the last would count.",
                )
            money = self._assets.money(table, "amount", asset, MAX_ALLOWANCE, "Leave the allowance out.")
            source = above[len(above) - 1 - levels].path
            self._require_allowed_between(table, asset.symbol, source, above[len(above) - levels :])
            found[asset.symbol] = Allowance(money or Money(0, asset), epochs or 0, source, levels, line)
        return tuple(found.values())

    def _levels(self, table: Table, key: str, above: Sequence[Above]) -> int:
        """How many levels above the parent, which grants the allowance, the money comes from."""
        source = table.text("source", f'"{ZONE}"', optional=True) or PARENT
        known = {PARENT: 0, ZONE: len(above) - 1}
        # Of two bodies of one name the nearer is meant.
        for levels, body in enumerate(reversed(above)):
            known.setdefault(body.key, levels)
        if source in known:
            return known[source]
        hint = (
            f"An industry needs no allowance for its own account. Write {PARENT} or {ZONE}."
            if source in ("own", key)
            else f"Write one of {', '.join(known)}."
        )
        table.mistakes.note(table.at("source"), f"{source} is no body above {key}.", hint)
        return 0

    def _line(self, table: Table, key: str) -> str:
        line = table.text("line", f'"{key}"', optional=True) or key
        if len(line.encode()) > LABEL_BYTES:
            table.mistakes.note(
                table.at("line"),
                f"The plan line {line!r} is too long.",
                f"Write a line of at most {LABEL_BYTES} bytes.",
            )
        return line

    def _require_allowed_between(self, table: Table, symbol: str, source: str, between: Sequence[Above]) -> None:
        """Money that comes past a body counts against its allowance from the same account, so it must have one
        (Treasury.sol)."""
        for body in between:
            if body.drawn is not None and body.drawn.get(symbol) != source:
                table.mistakes.note(
                    table.where,
                    f"The money comes past {body.path}, which has no allowance in {symbol} from {source}.",
                    f'Give {body.path} one as well, or write source = "{PARENT}".',
                )
