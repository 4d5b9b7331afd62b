"""From a charter file to a `Charter`, noting every mistake on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zonedao.chain.abi import checksum_address, keccak
from zonedao.chain.accounts import KeyStore
from zonedao.charter.bounds import (
    MAX_ALLOWANCE,
    MAX_ALLOWANCE_EPOCHS,
    MAX_CAP,
    MAX_DEPTH,
    MAX_EPOCH_START,
    MAX_QUANTITY,
    MAX_SECONDS,
)
from zonedao.charter.laws import read_laws
from zonedao.charter.lines import KeyPath, Source
from zonedao.charter.mistakes import Collector, Mistake, instead_of
from zonedao.charter.model import Allowance, BodyCharter, Charter, Good, Member
from zonedao.charter.tables import Table
from zonedao.charter.values import Unreadable, duration_text, parse_amount, parse_duration
from zonedao.errors import CharterProblem, UsageProblem, ZonedaoError
from zonedao.governance.laws import Law
from zonedao.text import LABEL_BYTES, slug
from zonedao.treasury.assets import COIN_ADDRESS, COIN_DECIMALS, COIN_SYMBOL, Asset, Money

EVERYBODY = "all"
PARENT, ZONE = "parent", "zone"

DEFAULT_STALE = "7 days"
_LEAST_EPOCH_SECONDS = 3_600
_MAX_NAME = 64  # characters; a name is stored on chain

_MEMBER_NAME = re.compile(r"^[\w][\w.-]{0,31}$")
_SYMBOL = re.compile(r"^[A-Za-z][A-Za-z0-9]{0,10}$")
_ADDRESS = re.compile(r"^0x[0-9a-fA-F]{40}$")


def read(path: Path) -> tuple[Charter | None, list[Mistake]]:
    """The charter in a file, or all its mistakes. Raises CharterProblem when there is no such file to read."""
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise CharterProblem(
            f"{path} cannot be read ({(problem.strerror or 'unknown reason').lower()}). Check the path."
        ) from None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        return None, [Mistake(str(path), line, "This line is not UTF-8.", "Save the file with UTF-8 encoding.")]
    source = Source(str(path), text)
    collector = Collector(source)
    charter: Charter | None = None
    if source.document is not None:
        charter = _Reading(path, raw, Table(source.document, (), collector)).charter()
    return (None if collector.mistakes else charter), collector.mistakes


class _Reading:
    """One pass over one file. Where something is wrong it goes on with a value that does no harm: a charter with a
    mistake is never handed out."""

    def __init__(self, path: Path, raw: bytes, top: Table) -> None:
        self.path = path
        self.raw = raw
        self.top = top
        self.mistakes = top.mistakes
        self.member_names: dict[str, KeyPath] = {}
        self.assets: dict[str, Asset] = {}

    def charter(self) -> Charter:
        top = self.top
        top.require_known(
            "name", "purpose", "epochs", "members", "laws", "assets", "caps", "stores", "goods", "industries"
        )
        name = self._name(top, None)
        purpose = top.text("purpose", '"what the zone is for"') or ""
        members = self._members()
        self.assets = self._assets()
        epoch_start, epoch_seconds = self._epochs()
        stale_seconds, keepers = self._stores()
        laws = read_laws(top, None)
        root = slug(name)
        zone = BodyCharter(
            path=root,
            name=name,
            purpose=purpose,
            depth=0,
            members=tuple(self.member_names),
            laws=laws or (),
            caps=self._caps(top),
            allowances=(),
            industries=self._industries(top, [(root, tuple(self.member_names))], laws, []),
        )
        return Charter(
            path=str(self.path),
            hash="0x" + keccak(self.raw).hex(),
            zone=zone,
            members=members,
            assets=self.assets,
            epoch_start=epoch_start,
            epoch_seconds=epoch_seconds,
            stale_seconds=stale_seconds,
            goods=self._goods(),
            keepers=keepers,
        )

    # --- persons ---

    def _members(self) -> Mapping[str, Member]:
        table = self.top.table("members", optional=False, example="a heading [members] with one line for each member")
        if table is None:
            return {}
        found: dict[str, Member] = {}
        first_with: dict[str, str] = {}
        if not table.content:
            self.mistakes.missing(table.where, "The zone has no members.", 'Write name = { address = "0x…" } for each.')
        for name in table.content:
            self.member_names[name] = table.at(name)
            if not _MEMBER_NAME.match(name) or name == EVERYBODY:
                self.mistakes.note(
                    table.at(name),
                    f"{name!r} cannot be a member's name.",
                    f"Use at most 32 letters, digits, '_', '-' and '.', and not {EVERYBODY!r}.",
                )
            address = self._member_address(table, name)
            if address is None:
                continue
            if address in first_with:
                other = first_with[address]
                line = self.mistakes.source.line_of(table.at(other))
                self.mistakes.note(
                    table.at(name),
                    f"{name} has the same address as {other} in line {line}.",
                    "Each person is one member with an address of their own.",
                )
                continue
            first_with[address] = name
            found[name] = Member(name, address)
        return found

    def _member_address(self, members: Table, name: str) -> str | None:
        example = '{ address = "0x…" }'
        table = members.table(name, example=f"{name} = {example}")
        if table is None:
            return None
        table.require_known("address", "keyfile")
        given = [key for key in ("address", "keyfile") if key in table.content]
        if len(given) != 1:
            what = "neither an address nor a key file" if not given else "both an address and a key file"
            self.mistakes.note(table.where, f"{name} has {what}.", f"Write {name} = {example}.")
            return None
        if given == ["address"]:
            text = table.text("address", '"0x…"')
            return self._address(text, table.at("address")) if text is not None else None
        text = table.text("keyfile", '"keys/name.json"')
        return self._key_file(text, table.at("keyfile")) if text is not None else None

    def _address(self, text: str, where: KeyPath) -> str | None:
        if not _ADDRESS.match(text):
            self.mistakes.note(
                where, f"{text!r} is no address.", "An address is 0x and 40 hexadecimal digits; copy it whole."
            )
            return None
        try:
            return checksum_address(text)
        except UsageProblem:
            self.mistakes.note(
                where,
                f"{text} is mistyped: its capitals do not match its digits.",
                "Copy the address again from its source.",
            )
            return None

    def _key_file(self, text: str, where: KeyPath) -> str | None:
        file = (self.path.parent / Path(text).expanduser()).absolute()
        try:
            address = KeyStore(file.parent).find(str(file)).address
        except ZonedaoError as problem:
            self.mistakes.note(where, problem.message, 'Or write address = "0x…" in its place.')
            return None
        if not address:
            self.mistakes.note(
                where, f"The key file {text} does not tell its address.", 'Write address = "0x…" in its place.'
            )
            return None
        return address

    def _chosen(self, table: Table, key: str, example: str, among: tuple[str, ...], whose: str) -> tuple[str, ...]:
        """Members named in a list, in the order of the file's [members]; `among` are those who may be."""
        if table.content.get(key) == EVERYBODY:
            return among
        chosen: set[str] = set()
        for name, where in table.names(key, example) or ():
            if name not in self.member_names:
                if self.member_names or not self.mistakes.source.syntax:
                    self.mistakes.note(where, f"{name} is no member of the zone.", instead_of(name, self.member_names))
            elif name not in among:
                self.mistakes.note(
                    where,
                    f"{name} is no member of {whose}.",
                    f"Add {name} to the members of {whose}, or remove it here.",
                )
            else:
                chosen.add(name)
        return tuple(name for name in among if name in chosen)

    # --- money ---

    def _assets(self) -> dict[str, Asset]:
        found: dict[str, Asset] = {}
        table = self.top.table("assets")
        coin: str | None = None
        for symbol, entry in table.tables() if table is not None else ():
            if not _SYMBOL.match(symbol):
                self.mistakes.note(
                    entry.where, f"{symbol!r} cannot be a symbol.", "Use a letter and up to ten letters and digits."
                )
            is_coin = entry.flag("coin")
            entry.require_known(*(("coin",) if is_coin else ("coin", "address", "decimals")))
            if is_coin:
                if coin is not None:
                    self.mistakes.note(entry.where, f"{coin} is the chain's coin already.", "There is only one.")
                coin = symbol
                found[symbol] = Asset(COIN_ADDRESS, symbol, COIN_DECIMALS)
            else:
                found[symbol] = self._token(symbol, entry)
        self._note_same_address(found)
        if coin is None and COIN_SYMBOL not in found:
            found[COIN_SYMBOL] = Asset(COIN_ADDRESS, COIN_SYMBOL, COIN_DECIMALS)
        return found

    def _token(self, symbol: str, entry: Table) -> Asset:
        text = entry.text("address", '"0x…", or coin = true for the chain\'s own coin')
        decimals = entry.integer("decimals", "18", 0, 36)
        address = self._address(text, entry.at("address")) if text is not None else None
        if address == COIN_ADDRESS:
            self.mistakes.note(
                entry.at("address"), f"{symbol} has the zero address.", "Write coin = true in its place."
            )
        return Asset(address or "", symbol, decimals or 0)

    def _note_same_address(self, assets: Mapping[str, Asset]) -> None:
        first_with: dict[str, str] = {}
        for symbol, asset in assets.items():
            if not asset.address or asset.address == COIN_ADDRESS:
                continue
            other = first_with.setdefault(asset.address, symbol)
            if other != symbol:
                self.mistakes.note(
                    ("assets", symbol, "address"),
                    f"{symbol} has the same address as {other}.",
                    "Remove one of the two.",
                )

    def _asset(self, symbol: str, where: KeyPath) -> Asset | None:
        asset = self.assets.get(symbol)
        if asset is None:
            self.mistakes.note(where, f"There is no asset {symbol}.", instead_of(symbol, self.assets))
        return asset

    def _caps(self, body: Table) -> tuple[Money, ...]:
        table = body.table("caps")
        found: list[Money] = []
        for symbol in table.content if table is not None else ():
            assert table is not None
            asset = self._asset(symbol, table.at(symbol))
            if asset is None:
                continue
            limit = self._units(
                table, symbol, asset, MAX_CAP, "Leave it out: without a cap each payment is constitutional."
            )
            if limit is not None:
                found.append(Money(limit, asset))
        return tuple(found)

    def _units(self, table: Table, key: str, asset: Asset, most: int, instead_of_nothing: str) -> int | None:
        def parse(value: Any) -> int:
            units = parse_amount(value, asset.symbol, asset.decimals)
            if units == 0:
                raise Unreadable("is nothing.", instead_of_nothing)
            if units > most:
                raise Unreadable("is more than a body can count.", "Write a smaller amount.")
            return units

        return table.amount(key, f'"2.5 {asset.symbol}"', parse)

    # --- time and stores ---

    def _epochs(self) -> tuple[int, int]:
        table = self.top.table("epochs", optional=False, example="a heading [epochs] with start and length")
        if table is None:
            return 0, 0
        table.require_known("start", "length")
        start = table.moment("start", "2026-01-01")
        if start is not None and not 0 <= start <= MAX_EPOCH_START:
            self.mistakes.note(
                table.at("start"), "epochs.start is no moment a chain can count.", "Write start = 2026-01-01."
            )
        length = self._duration(table, "length", '"30 days"', _LEAST_EPOCH_SECONDS)
        return start or 0, length or 0

    def _duration(self, table: Table, key: str, example: str, least: int) -> int | None:
        seconds = table.parsed(key, example, parse_duration)
        if seconds is not None and not least <= seconds <= MAX_SECONDS:
            self.mistakes.note(
                table.at(key),
                f"{table.label(key)} is {duration_text(seconds)}.",
                f"Write a duration from {duration_text(least)} to {MAX_SECONDS // 86_400} days.",
            )
        return seconds

    def _stores(self) -> tuple[int, tuple[str, ...]]:
        table = self.top.table("stores")
        stale = parse_duration(DEFAULT_STALE)
        if table is None:
            return stale, ()
        table.require_known("stale", "keepers")
        if "stale" in table.content:
            stale = self._duration(table, "stale", f'"{DEFAULT_STALE}"', 60) or stale
        everybody = tuple(self.member_names)
        keepers = self._chosen(table, "keepers", '["ada", "ben"]', everybody, "the zone")
        if table.content.get("keepers") == []:
            self.mistakes.note(
                table.at("keepers"), "stores.keepers names nobody.", "Name a member, or leave out [stores]."
            )
        return stale, keepers

    def _goods(self) -> tuple[Good, ...]:
        table = self.top.table("goods")
        found: list[Good] = []
        for key, entry in table.tables() if table is not None else ():
            entry.require_known("name", "unit", "safety", "entitlement")
            name = entry.text("name", f'"{key}"', optional=True) or key
            unit = entry.text("unit", '"kg"')
            safety = entry.integer("safety", "0", 0, MAX_QUANTITY)
            entitlement = entry.integer("entitlement", "1", 0, MAX_QUANTITY)
            self._require_short(entry, "name" if "name" in entry.content else None, f"{name} ({unit})")
            found.append(Good(name, unit or "", safety or 0, entitlement or 0))
        labels: dict[str, int] = {}
        for position, good in enumerate(found):
            if labels.setdefault(good.label, position) != position:
                key = list(table.content)[position] if table is not None else ""
                self.mistakes.note(
                    ("goods", key), f"Two goods are called {good.label}.", "Give one another name or unit."
                )
        return tuple(found)

    # --- bodies ---

    def _name(self, body: Table, key: str | None) -> str:
        name = body.text("name", '"Elmcourt"', optional=key is not None) or key or "zone"
        self._require_short(body, "name", name)
        if not any(c.isalnum() for c in name):
            self.mistakes.note(body.at("name"), f"{name!r} has no letters.", "Give it a name that can be read out.")
        elif key is not None and slug(name) != key:
            wanted = slug(name)
            heading = ".".join(str(part) for part in (*body.where[:-1], wanted))
            self.mistakes.note(
                body.where, f"{name} would be called {wanted} in paths, not {key}.", f"Write the heading [{heading}]."
            )
        return name

    def _require_short(self, table: Table, key: str | None, name: str) -> None:
        if len(name) > _MAX_NAME:
            where = table.at(key) if key is not None else table.where
            self.mistakes.note(where, f"The name has {len(name)} characters.", f"Use at most {_MAX_NAME}.")

    def _industries(
        self,
        parent: Table,
        above: list[tuple[str, tuple[str, ...]]],
        laws: tuple[Law, ...] | None,
        allowed: list[set[str]],
    ) -> tuple[BodyCharter, ...]:
        """Industries below a body. `above` has path and members of the bodies above, the zone first; `allowed` the
        symbols that each of those below the zone may draw."""
        table = parent.table("industries")
        if table is None:
            return ()
        if len(above) > MAX_DEPTH:
            self.mistakes.note(
                table.where,
                f"{table.title} lies {len(above)} levels below the zone; {MAX_DEPTH} are possible.",
                "Move these industries up.",
            )
            return ()
        return tuple(self._industry(key, entry, above, laws, allowed) for key, entry in table.tables())

    def _industry(
        self,
        key: str,
        entry: Table,
        above: list[tuple[str, tuple[str, ...]]],
        inherited: tuple[Law, ...] | None,
        allowed: list[set[str]],
    ) -> BodyCharter:
        entry.require_known("name", "purpose", "members", "laws", "caps", "allowances", "industries")
        parent_path, parent_members = above[-1]
        whose = parent_path if len(above) > 1 else "the zone"
        members = self._chosen(entry, "members", '["ada", "ben"]', parent_members, whose)
        if entry.content.get("members") == []:
            self.mistakes.note(
                entry.at("members"), f"{key} has no members, and nobody could ever join it.", "Name at least one."
            )
        path = f"{parent_path}/{key}"
        # Laws that could not be read leave nothing to inherit; what is wrong with them has been said above.
        laws = read_laws(entry, inherited) if inherited is not None or "laws" in entry.content else None
        allowances = self._allowances(key, entry, above, allowed)
        own = {allowance.money.asset.symbol for allowance in allowances}
        return BodyCharter(
            path=path,
            name=self._name(entry, key),
            purpose=entry.text("purpose", '"what it is for"') or "",
            depth=len(above),
            members=members,
            laws=laws or (),
            caps=self._caps(entry),
            allowances=allowances,
            industries=self._industries(entry, [*above, (path, members)], laws, [*allowed, own]),
        )

    def _allowances(
        self, key: str, entry: Table, above: list[tuple[str, tuple[str, ...]]], allowed: list[set[str]]
    ) -> tuple[Allowance, ...]:
        found: dict[str, Allowance] = {}
        for table in entry.list_of_tables("allowances", '[{ asset = "ETH", amount = 2.5, epochs = 12 }]'):
            table.require_known("asset", "amount", "epochs", "source", "line")
            symbol = table.text("asset", '"ETH"')
            asset = self._asset(symbol, table.at("asset")) if symbol is not None else None
            epochs = table.integer("epochs", "12", 1, MAX_ALLOWANCE_EPOCHS)
            levels = self._levels(table, key, above)
            line = table.text("line", f'"{key}"', optional=True) or key
            if len(line.encode()) > LABEL_BYTES:
                self.mistakes.note(
                    table.at("line"), f"{table.label('line')} is too long.", f"Use at most {LABEL_BYTES} bytes."
                )
            if asset is None:
                continue
            amount = self._units(table, "amount", asset, MAX_ALLOWANCE, "Leave the allowance out.")
            if asset.symbol in found:
                self.mistakes.note(
                    table.at("asset"),
                    f"{key} has two allowances in {asset.symbol}.",
                    "Make them one: the later would count.",
                )
            self._require_allowed_between(table, asset.symbol, levels, above, allowed)
            source = above[len(above) - 1 - levels][0]
            found[asset.symbol] = Allowance(Money(amount or 0, asset), epochs or 0, source, levels, line)
        return tuple(found.values())

    def _levels(self, table: Table, key: str, above: list[tuple[str, tuple[str, ...]]]) -> int:
        """How many levels above the granting parent the money comes from."""
        source = table.text("source", f'"{ZONE}"', optional=True) or PARENT
        if source == PARENT:
            return 0
        if source == ZONE:
            return len(above) - 1
        names = [path.rsplit("/", 1)[-1] for path, _ in above]
        if source in names:
            return len(names) - 1 - names.index(source)
        hint = (
            f"An industry needs no allowance for its own account. Write {PARENT} or {ZONE}."
            if source in ("own", key)
            else f"Write {PARENT}, {ZONE}, or the name of a body above: {', '.join(names)}."
        )
        self.mistakes.note(table.at("source"), f"{source} is no body above {key}.", hint)
        return 0

    def _require_allowed_between(
        self,
        table: Table,
        symbol: str,
        levels: int,
        above: list[tuple[str, tuple[str, ...]]],
        allowed: list[set[str]],
    ) -> None:
        # `allowed` starts below the zone, `above` with it.
        for position in range(len(above) - levels, len(above)):
            if symbol not in allowed[position - 1]:
                path = above[position][0]
                self.mistakes.note(
                    table.where,
                    f"The money comes past {path}, which has no allowance in {symbol}.",
                    f'Give {path} one as well, or write source = "{PARENT}".',
                )
