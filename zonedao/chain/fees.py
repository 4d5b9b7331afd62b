"""What a transaction costs at most, whether a wallet can pay it, and whether its owner wants to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from zonedao.errors import InsufficientFunds, NodeRefused, UsageProblem, WrongState

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection

FALLBACK_TIP_WEI = 10**9
BASE_FEE_ROOM = 2  # the base fee may grow by 1/8 a block; double covers six full blocks (EIP-1559)


@dataclass(frozen=True)
class Fees:
    """Prices per unit of gas, in wei. `tip_wei` is None for a legacy transaction, whose price is `max_wei`."""

    max_wei: int
    tip_wei: int | None = None

    def fields(self) -> dict[str, int]:
        """The fields of a transaction that say this."""
        if self.tip_wei is None:
            return {"gasPrice": self.max_wei}
        return {"maxFeePerGas": self.max_wei, "maxPriorityFeePerGas": self.tip_wei}


@dataclass(frozen=True)
class FeeCap:
    """The most that somebody wants to pay: for a unit of gas, or for a whole transaction; None is no limit. In wei."""

    per_gas_wei: int | None = None
    total_wei: int | None = None

    @classmethod
    def parse(cls, text: str) -> FeeCap:
        """`30 gwei` for a unit of gas, `0.01 ETH` for a whole transaction. Raises UsageProblem."""
        found = _AMOUNT.fullmatch(text.strip())
        decimals = _UNITS.get(found[2].lower()) if found is not None else None
        if found is None or decimals is None or (wei := Decimal(found[1]).scaleb(decimals)) < 1 or wei % 1:
            raise UsageProblem(
                f"{text!r} is no limit of fees. Write `30 gwei` for a unit of gas, or `0.01 ETH` for a transaction."
            )
        return cls(per_gas_wei=int(wei)) if decimals == _UNITS["gwei"] else cls(total_wei=int(wei))

    def __str__(self) -> str:
        if self.per_gas_wei is not None:
            return gwei(self.per_gas_wei)
        return ether(self.total_wei) if self.total_wei is not None else ""

    def applied(self, fees: Fees, gas_limit: int) -> Fees:
        """Prices that keep within this. Raises WrongState where a transaction at that price could not be mined now."""
        most = self.of_gas(gas_limit)
        if most is None or fees.max_wei <= most:
            return fees
        # What is above the price of the next block is room for later ones, which can be done without.
        needed = fees.max_wei if fees.tip_wei is None else (fees.max_wei - fees.tip_wei) // BASE_FEE_ROOM + 1
        if most < needed:
            raise WrongState(
                f"A unit of gas costs {gwei(needed)} now, and this transaction {ether(needed * gas_limit)} at most; "
                f"your limit is {self}. Nothing was sent. Wait until prices fall, or give more with --max-fee."
            )
        return Fees(most, None if fees.tip_wei is None else min(fees.tip_wei, most))

    def of_gas(self, gas_limit: int) -> int | None:
        """Wei for a unit of gas in a transaction with a limit; None without any cap."""
        if self.total_wei is not None:
            return self.total_wei // max(gas_limit, 1)
        return self.per_gas_wei


_AMOUNT = re.compile(r"([0-9]{1,30}(?:\.[0-9]{1,18})?) ?([A-Za-z]+)")
_UNITS = {"gwei": 9, "eth": 18}


def current_fees(connection: Connection) -> Fees:
    """EIP-1559 prices where blocks have a base fee, else the node's gas price."""
    # Not web3's get_block, which refuses the blocks of chains with proof of authority, many test networks among them.
    base_fee_wei = connection.block().base_fee_wei
    if base_fee_wei is None:
        return Fees(connection.w3.eth.gas_price)
    try:
        tip_wei: int = connection.w3.eth.max_priority_fee
    except NodeRefused:
        tip_wei = FALLBACK_TIP_WEI
    return Fees(BASE_FEE_ROOM * base_fee_wei + tip_wei, tip_wei)


def require_funds(connection: Connection, address: str, value_wei: int, fee_limit_wei: int) -> None:
    """Raise InsufficientFunds, with what is needed and what is there, unless a wallet can pay value and fee."""
    have_wei = connection.balance(address, "latest")
    need_wei = value_wei + fee_limit_wei
    if have_wei >= need_wei:
        return
    if connection.is_local:
        remedy = f"On this local chain: `zonedao chain fund {address}`."
    else:
        remedy = f"Send coins to {address} first."
    if have_wei == 0 and value_wei == 0:
        what = f"{address} has no coins to pay the fee, which is {ether(fee_limit_wei)} at most."
    elif have_wei >= value_wei:
        fee = f"{ether(fee_limit_wei)} of it for the fee"
        what = f"{address} has {ether(have_wei)}, but {ether(need_wei)} may be needed, {fee}."
    else:
        what = f"{address} has {ether(have_wei)}, but {ether(value_wei)} are to be sent, and a fee on top."
    raise InsufficientFunds(f"{what} Nothing was sent. {remedy}", address=address, need_wei=need_wei, have_wei=have_wei)


def ether(amount_wei: int) -> str:
    """An amount of wei in ETH, exact."""
    whole, rest = divmod(amount_wei, 10**18)
    return f"{whole}.{rest:018d}".rstrip("0").rstrip(".") + " ETH"


def gwei(amount_wei: int) -> str:
    """An amount of wei in gwei, exact."""
    whole, rest = divmod(amount_wei, 10**9)
    return f"{whole}.{rest:09d}".rstrip("0").rstrip(".") + " gwei"
