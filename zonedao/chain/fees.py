"""What a transaction costs at most, and whether a wallet can pay it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zonedao.errors import InsufficientFunds, NodeRefused

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
