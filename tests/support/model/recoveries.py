"""Recoveries of lost account keys: who vouches for whom, until when, and what a veto costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, field

from tests.support.rules import Refused

DAY = 86_400
VOUCHERS, FORTNIGHT, SEASONING = 3, 14 * DAY, 30 * DAY
BUSY, BARRED = 3 * FORTNIGHT, 180 * DAY  # who vouched; who vouched and was vetoed


@dataclass
class Recovery:
    key: str
    opened_at: int
    vouchers: list[int] = field(default_factory=list)
    ready_at: int = 0  # 0 while vouchers are missing

    @property
    def until(self) -> int:
        return (self.ready_at or self.opened_at) + FORTNIGHT


class Recoveries:
    """What is open for whom, and when vouchers are free again."""

    def __init__(self) -> None:
        self.of: dict[int, Recovery] = {}
        self.free_at: dict[int, int] = defaultdict(int)

    def open(self, person: int, time: int) -> Recovery | None:
        found = self.of.get(person)
        return found if found is not None and time <= found.until else None

    def wrong_with_vouching(self, voucher: int, person: int, key: str, time: int) -> set[str]:
        found = self.open(person, time)
        rules = {
            "OwnRecovery": voucher == person,
            "VoucherNotFree": time < self.free_at[voucher],
            "RecoveryOpen": found is not None and found.key != key,
            "EnoughVouchers": found is not None and found.ready_at != 0,
        }
        return {name for name, broken in rules.items() if broken}

    def vouch(self, voucher: int, person: int, key: str, time: int) -> None:
        found = self.of[person] = self.open(person, time) or Recovery(key, time)
        self.free_at[voucher] = time + BUSY
        found.vouchers.append(voucher)
        if len(found.vouchers) == VOUCHERS:
            found.ready_at = time + FORTNIGHT

    def veto(self, person: int, time: int) -> None:
        found = self._existing(person, time)
        for voucher in found.vouchers:
            self.free_at[voucher] = time + BARRED
        del self.of[person]

    def wrong_with_finishing(self, person: int, by: str, left: Container[int], time: int) -> set[str]:
        found = self._existing(person, time)
        rules = {
            "OnlyNewKey": by != found.key,
            "RecoveryNotReady": not found.ready_at or time < found.ready_at,
            "VoucherGone": any(voucher in left for voucher in found.vouchers),
        }
        return {name for name, broken in rules.items() if broken}

    def drop(self, person: int) -> None:
        """Without blame."""
        self.of.pop(person, None)

    def _existing(self, person: int, time: int) -> Recovery:
        found = self.open(person, time)
        if found is None:
            raise Refused({"NoRecovery"})
        return found
