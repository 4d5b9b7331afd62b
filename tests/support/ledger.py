"""The books of a treasury, rebuilt from its events alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from zonedao.chain.events import Event


class Ledger:
    """Accounts, promises and dues."""

    def __init__(self) -> None:
        self.balances: dict[tuple[str, str], int] = defaultdict(int)  # by body and asset
        self.reserved: dict[tuple[str, str], int] = defaultdict(int)
        self.promised: dict[tuple[str, int], dict[str, int]] = {}  # by body and number of a proposal: by asset
        self.dues: dict[tuple[str, str], int] = defaultdict(int)  # by payee and asset
        self.entries = 0

    def read(self, events: Iterable[Event]) -> None:
        for event in events:
            args = event.args
            if "entry" in args:
                self.entries += 1
                assert args["entry"] == self.entries
            asset, amount = args["asset"], args.get("amount", 0)
            match event.name:
                case "Deposited":
                    self.balances[args["body"], asset] += amount
                case "Collected":
                    self.balances[args["body"], asset] += amount
                    self.dues[args["body"], asset] -= amount
                case "Withdrawn":
                    self.dues[args["payee"], asset] -= amount
                case "Swept":
                    self.balances[args["body"], asset] -= amount
                    self.balances[args["heir"], asset] += amount
                case "Reserved":
                    self._promise(event, amount)
                case "Released":
                    self._promise(event, -amount)
                case "Paid" | "Escrowed":
                    self.balances[args["source"], asset] -= amount
                    self._promise(event, -amount)
                    if event.name == "Paid":
                        self.dues[args["to"], asset] += amount

    def _promise(self, event: Event, amount: int) -> None:
        """No proposal is paid or gives back what it did not reserve, nor twice."""
        args = event.args
        promised = self.promised.setdefault((args["body"], args["proposal"]), defaultdict(int))
        promised[args["asset"]] += amount
        assert promised[args["asset"]] >= 0
        self.reserved[args["source"], args["asset"]] += amount
