"""Assets and amounts: base units, with what it takes to show them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from zonedao.chain.abi import ZERO_ADDRESS, checksum_address
from zonedao.chain.interface import Interface
from zonedao.errors import CodeMissing, ContractRevert, UsageProblem
from zonedao.records import record
from zonedao.text import printable

if TYPE_CHECKING:
    from decimal import Decimal

    from zonedao.chain.connection import Connection

COIN_ADDRESS = ZERO_ADDRESS  # stands for the chain's coin wherever an asset is named
COIN_SYMBOL = "ETH"
COIN_DECIMALS = 18

_MOST_SYMBOL = 16
_SYMBOL = re.compile(r"[A-Za-z][A-Za-z0-9.$+_-]*")
_AMOUNT = re.compile(r"^\s*(\d{1,3}(?:[_ ]\d{3}){1,32}|\d{1,96})(?:\.(\d{1,96}))?\s*$", re.ASCII)


@record
class Asset:
    """The chain's coin (its `address` is zero) or an ERC-20 token. One whole is 10**decimals base units.

    `answers` is false for a contract that does not say what it is; its amounts are shown in base units.
    """

    address: str
    symbol: str
    decimals: int
    answers: bool = True

    @property
    def is_coin(self) -> bool:
        """Whether this is the chain's own coin."""
        return self.address == COIN_ADDRESS

    @property
    def named(self) -> str:
        """Its symbol, of a token with the address: anybody can make one of any name."""
        return self.symbol if self.is_coin or self.address in self.symbol else f"{self.symbol} ({self.address})"

    @property
    def argument(self) -> str:
        """What names it in a command: its symbol, or the address where that is more than a name."""
        return self.symbol if self.is_coin or _SYMBOL.fullmatch(self.symbol) else self.address

    def parse(self, text: str) -> int:
        """Base units of a decimal amount such as `1.25` or `10 000`. Raises UsageProblem."""
        match = _AMOUNT.match(text)
        if match is None:
            raise UsageProblem(f"{text!r} is no amount of {self.symbol}. Write a number like 10 or 1.25.")
        whole, fraction = re.sub(r"[_ ]", "", match[1]), match[2] or ""
        if len(fraction.rstrip("0")) > self.decimals:
            raise UsageProblem(f"{self.symbol} has {self.decimals} decimals; {text!r} has more. Round it.")
        return int(whole + fraction.rstrip("0").ljust(self.decimals, "0"))

    def format(self, amount: int, *, named: bool = False) -> str:
        """`amount` base units in wholes with the symbol, exact: `1.25 ETH`; with the address of a token if `named`."""
        sign, digits = ("-", -amount) if amount < 0 else ("", amount)
        whole, rest = divmod(digits, 10**self.decimals)
        fraction = f"{rest:0{self.decimals}d}".rstrip("0") if rest else ""
        return f"{sign}{whole}{'.' + fraction if fraction else ''} {self.named if named else self.symbol}"


COIN = Asset(COIN_ADDRESS, COIN_SYMBOL, COIN_DECIMALS)


@record
class Money:
    """`amount` base units of an asset. Shown in wholes: `1.25 ETH`."""

    amount: int
    asset: Asset

    @property
    def wholes(self) -> Decimal:
        """The amount in wholes of the asset, exact."""
        from decimal import Decimal

        return Decimal(self.amount).scaleb(-self.asset.decimals)

    def __str__(self) -> str:
        return self.asset.format(self.amount)


def read_asset(connection: Connection, address: str) -> Asset:
    """What a token says of itself."""
    address = checksum_address(address)
    if address == COIN_ADDRESS:
        return COIN
    from zonedao.chain.contract import BoundContract

    token = BoundContract(connection, erc20(), address)
    try:
        decimals = int(token.call("decimals"))
        symbol = shown_symbol(printable(str(token.call("symbol")))[:_MOST_SYMBOL], address)
    except (ContractRevert, CodeMissing):
        return Asset(address, f"units of {address}", 0, answers=False)
    return Asset(address, symbol, decimals)


def shown_symbol(symbol: str, address: str) -> str:
    """What a token calls itself, with its address where it is the coin's name, or could be read as more than a name."""
    if not symbol or address in symbol:
        return symbol or address
    if _SYMBOL.fullmatch(symbol) and symbol.upper() != COIN_SYMBOL:
        return symbol
    return f"“{re.sub('[“”]', '', symbol)}” ({address})"


@cache
def erc20() -> Interface:
    """The part of ERC-20 that this package uses."""
    address, amount = {"name": "account", "type": "address"}, {"name": "amount", "type": "uint256"}
    declared: list[tuple[str, list[Any], str, str]] = [
        ("symbol", [], "string", "view"),
        ("decimals", [], "uint8", "view"),
        ("balanceOf", [address], "uint256", "view"),
        ("allowance", [address, {**address, "name": "spender"}], "uint256", "view"),
        ("approve", [{**address, "name": "spender"}, amount], "bool", "nonpayable"),
        ("transfer", [{**address, "name": "to"}, amount], "bool", "nonpayable"),
        (
            "transferFrom",
            [{**address, "name": "from"}, {**address, "name": "to"}, amount],
            "bool",
            "nonpayable",
        ),
    ]
    return Interface(
        "ERC20",
        [
            {
                "type": "function",
                "name": name,
                "inputs": inputs,
                "outputs": [{"name": "", "type": output}],
                "stateMutability": mutability,
            }
            for name, inputs, output, mutability in declared
        ],
    )
