"""The one vault of a zone: accounts, promises, allowances, dues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from tests.support.model.calls import NOBODY, Allow
from tests.support.rules import Refused, require

MOST_PROMISED, MOST_EPOCHS = 2**96 - 1, 2**16 - 1


@dataclass
class Account:
    balance: int = 0
    reserved: int = 0

    @property
    def free(self) -> int:
        return self.balance - self.reserved


@dataclass
class Allowance:
    limit: int  # per epoch
    until: int  # last epoch
    source: str
    used: dict[int, int] = field(default_factory=lambda: defaultdict(int))  # by epoch
    outstanding: int = 0


@dataclass(frozen=True)
class Promise:
    """Money promised for one call: whose, and counted against which bodies from the drawing one up."""

    asset: str
    amount: int
    source: str
    through: tuple[str, ...]


class Books:
    """What everybody has, may draw and is owed. `parents` is the tree of bodies, the zone's parent being None."""

    def __init__(self, parents: Mapping[str, str | None]) -> None:
        self.parents = parents
        self.accounts: dict[tuple[str, str], Account] = defaultdict(Account)  # by body and asset
        self.allowances: dict[tuple[str, str], Allowance] = {}  # by child and asset
        self.due: dict[tuple[str, str], int] = defaultdict(int)  # by payee and asset
        self.holdings: dict[str, int] = defaultdict(int)  # by asset
        self.escrowed: dict[tuple[str, str], int] = defaultdict(int)  # by body and asset
        self.entries = 0

    # --- by anybody ---

    def deposit(self, body: str, asset: str, amount: int) -> None:
        rules = {"NotOurBody": body not in self.parents, "NothingReceived": not amount}
        require(name for name, broken in rules.items() if broken)
        self.accounts[body, asset].balance += amount
        self.holdings[asset] += amount
        self.entries += 1

    def withdraw(self, payee: str, asset: str) -> None:
        amount = self.due[payee, asset]
        require({"NothingDue"} if not amount else ())
        self.due[payee, asset] = 0
        self.entries += 1
        if payee in self.parents:
            self.accounts[payee, asset].balance += amount
        else:
            self.holdings[asset] -= amount

    # --- promises ---

    def promise(self, body: str, asset: str, amount: int, epoch: int, frozen: Container[str]) -> Promise:
        """From the own account if it holds all of it, otherwise all of it through the allowance, past nobody frozen."""
        if amount > MOST_PROMISED:
            raise Refused({"AmountTooLarge"})
        if self.accounts[body, asset].free >= amount:
            self.accounts[body, asset].reserved += amount
            return Promise(asset, amount, body, ())
        if (body, asset) not in self.allowances:
            raise Refused({"InsufficientFunds"})
        source = self.allowances[body, asset].source
        through = tuple(self._between(body, source))
        past = [*through[1:], source]
        broken = {self._why_not(drawer, asset, amount, source, epoch) for drawer in through} - {""}
        if any(name in frozen for name in past):
            broken.add("FrozenAbove")
        if self.accounts[source, asset].free < amount:
            broken.add("InsufficientFunds")
        require(broken)
        for drawer in through:
            self.allowances[drawer, asset].used[epoch] += amount
        self.allowances[body, asset].outstanding += amount
        self.accounts[source, asset].reserved += amount
        return Promise(asset, amount, source, through)

    def take_back(self, promise: Promise, epoch: int) -> None:
        """A promise that was not kept, counted no longer in the epoch in which it was made."""
        self.accounts[promise.source, promise.asset].reserved -= promise.amount
        for drawer in promise.through:
            self.allowances[drawer, promise.asset].used[epoch] -= promise.amount
        for drawer in promise.through[:1]:
            self.allowances[drawer, promise.asset].outstanding -= promise.amount

    def keep(self, promise: Promise | None) -> None:
        """The promised money leaves its account."""
        if promise is None:
            return
        account = self.accounts[promise.source, promise.asset]
        account.balance -= promise.amount
        account.reserved -= promise.amount
        for drawer in promise.through[:1]:
            self.allowances[drawer, promise.asset].outstanding -= promise.amount

    # --- allowances ---

    def allow(self, body: str, call: Allow, epoch: int) -> None:
        old = self.allowances.get((call.child, call.asset))
        rules = {
            "NotChild": self.parents.get(call.child, NOBODY) != body,
            "NoEpochs": not call.epochs,
            "AmountTooLarge": call.epochs > MOST_EPOCHS or call.limit > MOST_PROMISED,
            "NotAncestor": call.source not in self._line(body),
            "AllowanceInUse": old is not None and old.outstanding > 0 and old.source != call.source,
        }
        require(name for name, broken in rules.items() if broken)
        fresh = Allowance(call.limit, epoch + call.epochs - 1, call.source)
        if old is not None:
            fresh.used, fresh.outstanding = old.used, old.outstanding
        self.allowances[call.child, call.asset] = fresh
        self.entries += 1

    def used(self, child: str, asset: str, epoch: int) -> int:
        """Of an allowance in an epoch."""
        found = self.allowances.get((child, asset))
        return found.used[epoch] if found is not None else 0

    # --- inside ---

    def _why_not(self, drawer: str, asset: str, amount: int, source: str, epoch: int) -> str:
        allowance = self.allowances.get((drawer, asset))
        if allowance is None or allowance.source != source or allowance.until < epoch:
            return "NoAllowance"
        return "AllowanceExceeded" if allowance.used[epoch] + amount > allowance.limit else ""

    def _line(self, body: str) -> Iterator[str]:
        """The body and all above it."""
        at: str | None = body
        while at is not None:
            yield at
            at = self.parents[at]

    def _between(self, body: str, source: str) -> Iterator[str]:
        """The body and those above it, below the source."""
        for at in self._line(body):
            if at == source:
                return
            yield at
