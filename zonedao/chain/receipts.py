"""What a mined transaction did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zonedao.chain.abi import checksum_address
from zonedao.chain.events import Event, decode_logs


@dataclass(frozen=True)
class Receipt:
    """A mined transaction.

    `status` is 1 for success and 0 for a revert; `gas_used` in gas, `gas_price_wei` what was paid for each;
    `contract_address` is set when it created a contract; `logs` are raw JSON-RPC logs.
    """

    hash: str
    status: int
    gas_used: int
    gas_price_wei: int
    block: int
    block_hash: str
    sender: str
    to: str | None
    contract_address: str | None
    logs: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    @property
    def ok(self) -> bool:
        """Whether it did what it was to do."""
        return self.status == 1

    @property
    def fee_wei(self) -> int:
        """What the sender paid for it."""
        return self.gas_used * self.gas_price_wei

    @property
    def events(self) -> tuple[Event, ...]:
        """Its events that shipped contracts declare, in order."""
        return decode_logs(self.logs)


def receipt_from(raw: Mapping[str, Any]) -> Receipt:
    """The receipt in a JSON-RPC answer."""
    to, created = raw.get("to"), raw.get("contractAddress")
    return Receipt(
        hash=raw["transactionHash"],
        status=int(raw["status"], 16),
        gas_used=int(raw["gasUsed"], 16),
        gas_price_wei=int(raw.get("effectiveGasPrice") or "0x0", 16),
        block=int(raw["blockNumber"], 16),
        block_hash=raw["blockHash"],
        sender=checksum_address(raw["from"]),
        to=checksum_address(to) if to else None,
        contract_address=checksum_address(created) if created else None,
        logs=tuple(raw["logs"]),
    )
