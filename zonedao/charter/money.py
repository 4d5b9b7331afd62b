"""Reading [assets], and amounts of them elsewhere."""

from __future__ import annotations

import re
from typing import Any

from zonedao.charter.bounds import MAX_CAP
from zonedao.charter.lines import KeyPath
from zonedao.charter.mistakes import instead_of
from zonedao.charter.tables import Table
from zonedao.charter.values import Unreadable, parse_amount
from zonedao.treasury.assets import COIN_ADDRESS, COIN_DECIMALS, COIN_SYMBOL, Asset, Money

_SYMBOL = re.compile(r"^[A-Za-z][A-Za-z0-9]{0,10}$")
_MAX_DECIMALS = 36


class Assets:
    """The money of a zone, by symbol: tokens, and the chain's coin under the name it is given, ETH unless another."""

    def __init__(self, top: Table) -> None:
        self._mistakes = top.mistakes
        self.by_symbol: dict[str, Asset] = {}
        table = top.table("assets")
        for symbol, entry in table.tables() if table is not None else ():
            if not _SYMBOL.match(symbol):
                self._mistakes.note(
                    entry.where, f"{symbol!r} cannot be a symbol.", "Use a letter and up to ten letters and digits."
                )
            self._add(symbol, self._coin(entry, symbol) if entry.flag("coin") else self._token(entry, symbol), entry)
        if COIN_SYMBOL not in self.by_symbol and not any(asset.is_coin for asset in self.by_symbol.values()):
            self.by_symbol[COIN_SYMBOL] = Asset(COIN_ADDRESS, COIN_SYMBOL, COIN_DECIMALS)

    def find(self, symbol: str, where: KeyPath) -> Asset | None:
        """The asset with a symbol."""
        asset = self.by_symbol.get(symbol)
        if asset is None:
            # What stands on a line that could not be read is not known.
            self._mistakes.missing(where, f"There is no asset {symbol}.", instead_of(symbol, self.by_symbol))
        return asset

    def caps(self, body: Table) -> tuple[Money, ...]:
        """The caps of a body."""
        table = body.table("caps")
        if table is None:
            return ()
        found: list[Money] = []
        for symbol in table.content:
            asset = self.find(symbol, table.at(symbol))
            if asset is None:
                continue
            money = self.money(
                table, symbol, asset, MAX_CAP, "Leave it out: without a cap each payment is constitutional."
            )
            if money is not None:
                found.append(money)
        return tuple(found)

    def money(self, table: Table, key: str, asset: Asset, most: int, instead_of_nothing: str) -> Money | None:
        """An amount above zero of an asset, at most `most` base units."""

        def parse(value: Any) -> int:
            units = parse_amount(value, asset.symbol, asset.decimals)
            if units == 0:
                raise Unreadable(f"{value} is nothing.", instead_of_nothing)
            if units > most:
                raise Unreadable(f"{value} is more than a body can count.", f"Write at most {asset.format(most)}.")
            return units

        units = table.amount(key, f'"2.5 {asset.symbol}"', parse)
        return Money(units, asset) if units is not None else None

    def _coin(self, entry: Table, symbol: str) -> Asset:
        entry.require_known("coin")
        return Asset(COIN_ADDRESS, symbol, COIN_DECIMALS)

    def _token(self, entry: Table, symbol: str) -> Asset | None:
        entry.require_known("coin", "address", "decimals")
        address = entry.address("address", '"0x…", or coin = true for the chain\'s own coin')
        decimals = entry.integer("decimals", "18", 0, _MAX_DECIMALS)
        if address == COIN_ADDRESS:
            self._mistakes.note(
                entry.at("address"), f"{symbol} has the zero address.", "Write coin = true in its place."
            )
            return None
        return Asset(address, symbol, COIN_DECIMALS if decimals is None else decimals) if address is not None else None

    def _add(self, symbol: str, asset: Asset | None, entry: Table) -> None:
        for other in self.by_symbol.values():
            if asset is not None and asset.address == other.address:
                what = "the chain's coin" if asset.is_coin else f"the token at {asset.address}"
                self._mistakes.note(entry.where, f"{other.symbol} is {what} already.", "Remove one of the two.")
        # A symbol whose entry is wrong is known all the same: amounts of it are no further mistake.
        self.by_symbol[symbol] = asset or Asset("", symbol, COIN_DECIMALS)
