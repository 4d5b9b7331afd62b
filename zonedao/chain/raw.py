"""What a signed transaction says: its fields from its bytes, whatever is said about it elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from zonedao.chain.abi import checksum_address, keccak
from zonedao.chain.fees import Fees
from zonedao.errors import UsageProblem

_ACCESS_LIST, _DYNAMIC_FEE = 1, 2  # EIP-2930, EIP-1559


@dataclass(frozen=True)
class RawTransaction:
    """A signed transaction. `to` is None when it creates a contract; `gas_limit` in gas."""

    chain_id: int
    sender: str
    nonce: int
    to: str | None
    value_wei: int
    data: bytes = field(repr=False)
    gas_limit: int
    fees: Fees
    hash: str


def read_raw(raw: str) -> RawTransaction:
    """The fields of a signed transaction (0x-hex). Raises UsageProblem for anything else."""
    try:
        return _read(bytes.fromhex(raw.removeprefix("0x")))
    except UsageProblem:
        raise
    except Exception as problem:
        # RLP, curve points and integers each fail in their own ways.
        raise UsageProblem(
            "Those bytes are no signed transaction: they do not hold together. Sign it again."
        ) from problem


def _read(raw: bytes) -> RawTransaction:
    import rlp  # type: ignore[import-untyped]
    from eth_account import Account

    kind = raw[0] if raw[0] < 0x80 else 0
    if kind not in (0, _ACCESS_LIST, _DYNAMIC_FEE):
        raise UsageProblem(f"A transaction of type {kind} is nothing that this program signs. Sign it again.")
    fields: list[Any] = rlp.decode(raw[1:] if kind else raw)
    numbers = [int.from_bytes(each, "big") if isinstance(each, bytes) else 0 for each in fields]
    if kind == _DYNAMIC_FEE:
        chain_id, nonce, tip, most, gas_limit = numbers[:5]
        fees, rest = Fees(most, tip), fields[5:8]
    elif kind == _ACCESS_LIST:
        chain_id, nonce, price, gas_limit = numbers[:4]
        fees, rest = Fees(price), fields[4:7]
    else:
        nonce, price, gas_limit = numbers[:3]
        # EIP-155: v is 35 or 36 plus twice the chain id; without it the transaction would hold on every chain.
        chain_id = (numbers[6] - 35) // 2 if numbers[6] >= 35 else 0
        fees, rest = Fees(price), fields[3:6]
    to, value, data = rest
    return RawTransaction(
        chain_id=chain_id,
        sender=str(Account.recover_transaction(raw)),
        nonce=nonce,
        to=checksum_address("0x" + to.hex()) if to else None,
        value_wei=int.from_bytes(value, "big"),
        data=bytes(data),
        gas_limit=gas_limit,
        fees=fees,
        hash="0x" + keccak(raw).hex(),
    )
