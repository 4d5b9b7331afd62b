"""What an audit found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from zonedao.errors import AuditFailed, CodeMissing, ContractRevert


@dataclass(frozen=True)
class Check:
    """One thing that was compared. `detail` says how much agreed, or names the first difference."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class Origin:
    """Where a difference began: as of the block before everything agreed.

    `transactions` are those of the block that concern the zone, `check` what differs as of that block. Where not
    `exact`, the node does not answer for earlier blocks, and the difference may be older.
    """

    block: int
    transactions: tuple[str, ...]
    check: Check
    exact: bool

    def __str__(self) -> str:
        among = " or ".join(self.transactions) or "which has no transaction of this zone"
        where = f"block {self.block}, {'transaction ' if self.transactions else ''}{among}"
        older = "" if self.exact else " (or earlier: this node does not keep older states)"
        return f"It begins in {where}{older}: {self.check.name}: {self.check.detail}"


@dataclass(frozen=True)
class AuditReport:
    """The books of a zone as of `block`, rebuilt from events and compared with the chain. `origin` is where the first
    difference began, once somebody looked for it (`locate`)."""

    zone: str
    block: int
    checks: tuple[Check, ...]
    origin: Origin | None = None

    @property
    def ok(self) -> bool:
        """Whether everything agreed."""
        return all(check.ok for check in self.checks)

    @property
    def first_difference(self) -> Check | None:
        """The first check that failed, None when none did."""
        return next((check for check in self.checks if not check.ok), None)

    def require_ok(self) -> None:
        """Raise AuditFailed, naming the first difference, unless everything agreed."""
        found = self.first_difference
        if found is not None:
            began = f"{self.origin}. " if self.origin is not None else ""
            raise AuditFailed(
                f"The chain and its own events disagree about {found.name}: {found.detail}. {began}"
                "Ask another node (--network URL); if it says the same, tell the other members."
            )


class Inconsistent(Exception):
    """The events contradict each other."""


# What it is, what the events say, what the chain says.
Comparison = tuple[str, Any, Any]


def compare(name: str, comparisons: Callable[[], Iterable[Comparison]]) -> Check:
    """Compare until the first difference. What cannot even be asked of the chain is a difference too."""
    count = 0
    try:
        for what, rebuilt, actual in comparisons():
            if rebuilt != actual:
                return Check(name, False, f"{what}: the events say {_shown(rebuilt)}, the chain says {_shown(actual)}")
            count += 1
    except Inconsistent as problem:
        return Check(name, False, str(problem))
    except ContractRevert as problem:
        return Check(name, False, f"the chain knows nothing of what the events tell ({problem.name})")
    except CodeMissing as problem:
        return Check(name, False, f"the events name a contract that is not there: {problem.message}")
    if count == 0:
        return Check(name, True, "there are none")
    return Check(name, True, "1 figure agrees" if count == 1 else f"{count} figures agree")


def _shown(value: Any) -> str:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return str(value)
