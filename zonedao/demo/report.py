"""What the demo did: its steps, what they cost, and how the books stand afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from zonedao.audit.report import AuditReport


@dataclass(frozen=True)
class Step:
    """One transaction of the story: what it was, who signed it, its hash and its gas."""

    name: str
    actor: str
    tx: str
    gas: int

    def to_json(self) -> dict[str, Any]:
        """As in the document that `zonedao demo --json` prints."""
        return {"name": self.name, "actor": self.actor, "tx": self.tx, "gas": self.gas}


@dataclass(frozen=True)
class Balance:
    """One account at the end, in base units of the asset and as people read it."""

    zone: str
    body: str
    asset: str
    balance: int
    reserved: int
    shown: str

    def to_json(self) -> dict[str, Any]:
        """As in the document that `zonedao demo --json` prints."""
        return {
            "zone": self.zone,
            "body": self.body,
            "asset": self.asset,
            "balance": self.balance,
            "reserved": self.reserved,
        }


class Tell(Protocol):
    """Hears the story while it happens."""

    def chapter(self, number: int, count: int, title: str) -> None:
        """A part begins."""

    def step(self, step: Step, words: Sequence[str]) -> None:
        """A transaction was mined; `words` are its events as sentences."""

    def aside(self, words: str) -> None:
        """Something that is no transaction: time passed, a figure was read."""


@dataclass(frozen=True)
class DemoReport:
    """Everything that happened. `audits` has a report for each zone by name."""

    network: str
    chain_id: int
    zones: tuple[Mapping[str, Any], ...]
    steps: tuple[Step, ...]
    accounts: tuple[Balance, ...]
    audits: Mapping[str, AuditReport]

    @property
    def gas_total(self) -> int:
        """Gas of all steps."""
        return sum(step.gas for step in self.steps)

    @property
    def ok(self) -> bool:
        """Whether both audits found the chain to be what its events say."""
        return all(audit.ok for audit in self.audits.values())

    def to_json(self) -> dict[str, Any]:
        """The document that `zonedao demo --json` prints."""
        checks = [
            {"zone": name, "name": check.name, "ok": check.ok, "detail": check.detail}
            for name, audit in self.audits.items()
            for check in audit.checks
        ]
        return {
            "network": self.network,
            "chain_id": self.chain_id,
            "zones": [dict(zone) for zone in self.zones],
            "steps": [step.to_json() for step in self.steps],
            "gas_total": self.gas_total,
            "accounts": [account.to_json() for account in self.accounts],
            "audit": {"ok": self.ok, "checks": checks},
        }
