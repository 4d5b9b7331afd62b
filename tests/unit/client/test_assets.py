"""Amounts are exact in both directions."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonedao.errors import UsageProblem
from zonedao.index.client import IndexedClient
from zonedao.treasury.assets import COIN, Asset, Money, shown_symbol

TOKEN = Asset("0x" + "11" * 20, "MILL", 6)


@given(st.integers(0, 2**128), st.integers(0, 30))
def test_what_is_shown_is_what_is_read(amount: int, decimals: int) -> None:
    asset = Asset("0x" + "22" * 20, "T", decimals)
    shown = asset.format(amount)
    assert shown.endswith(" T")
    assert asset.parse(shown.removesuffix(" T")) == amount


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0, "0 ETH"), (10**18, "1 ETH"), (1_250_000_000_000_000_000, "1.25 ETH"), (1, f"0.{'0' * 17}1 ETH")],
)
def test_shown_in_wholes(amount: int, shown: str) -> None:
    assert str(Money(amount, COIN)) == shown


def test_negative_amounts() -> None:
    assert COIN.format(-(10**17)) == "-0.1 ETH"


def test_wholes_are_exact() -> None:
    assert Money(10**27 + 1, COIN).wholes == Decimal("1000000000.000000000000000001")


@pytest.mark.parametrize(
    ("text", "units"), [("1", 10**6), ("1.5", 1_500_000), ("10 000", 10**10), ("1_000.10", 1_000_100_000)]
)
def test_written_amounts(text: str, units: int) -> None:
    assert TOKEN.parse(text) == units


@pytest.mark.parametrize(
    "text", ["", "-1", "1,5", "1e3", "0x10", "1.2.3", "one", ".5", "٣", "1_5", "1 5", "10 00", "9" * 5000]
)
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(UsageProblem, match="is no amount of MILL"):
        TOKEN.parse(text)


def test_too_many_decimals() -> None:
    assert TOKEN.parse("1.5000000000") == 1_500_000
    with pytest.raises(UsageProblem, match="MILL has 6 decimals"):
        TOKEN.parse("0.0000001")


def test_what_a_token_calls_itself_stands_with_its_address() -> None:
    """Anybody can make a token of any name."""
    address = TOKEN.address
    assert (TOKEN.named, TOKEN.argument) == (f"MILL ({address})", "MILL")
    assert TOKEN.format(1_500_000, named=True) == f"1.5 MILL ({address})"
    assert (COIN.named, COIN.argument, COIN.format(10**18, named=True)) == ("ETH", "ETH", "1 ETH")
    silent = Asset(address, f"units of {address}", 0, answers=False)
    assert (silent.named, silent.argument) == (silent.symbol, address)


@pytest.mark.parametrize("symbol", ["ETH", "eth", "ЕТН", "T T", "1T", "$(x)", "“T”", "T;x"])
def test_a_symbol_that_is_more_than_a_name_stands_with_the_address(symbol: str) -> None:
    shown = shown_symbol(symbol, TOKEN.address)
    assert shown == f"“{symbol.strip('“”')}” ({TOKEN.address})"
    assert shown_symbol(shown, TOKEN.address) == shown
    asset = Asset(TOKEN.address, shown, 6)
    assert (asset.named, asset.argument) == (shown, TOKEN.address)


@pytest.mark.parametrize("symbol", ["MILL", "USDC.e", "stETH", "wETH", "A-1_b+$"])
def test_a_symbol_that_is_a_name(symbol: str) -> None:
    assert shown_symbol(symbol, TOKEN.address) == symbol
    assert shown_symbol("", TOKEN.address) == TOKEN.address


def test_the_coin() -> None:
    assert COIN.is_coin
    assert not TOKEN.is_coin


def test_an_index_of_an_older_version_shows_a_token_alike() -> None:
    """It has the symbol as the token said it."""
    client = object.__new__(IndexedClient)
    client.chain = cast("Any", SimpleNamespace(constant=lambda address, name: ["ETH", 18, True]))
    assert client.asset(TOKEN.address) == Asset(TOKEN.address, f"“ETH” ({TOKEN.address})", 18)
