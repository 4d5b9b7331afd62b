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
class Grant:
    """What a parent lets a child draw. Another parent finds none."""

    limit: int = 0  # per epoch
    until: int = 0  # last epoch
    used: dict[int, int] = field(default_factory=lambda: defaultdict(int))  # by epoch


@dataclass
class Draws:
    """Of a child, whoever granted it."""

    source: str = NOBODY
    outstanding: int = 0


@dataclass(frozen=True)
class Promise:
    """Money promised for one call: by whom, whose, and through which pairs of parent and child, from the lowest up."""

    asset: str
    amount: int
    body: str
    source: str
    through: tuple[tuple[str, str], ...]


class Books:
    """What everybody has, may draw and is owed. `parents` is the tree of bodies, the zone's parent being None."""

    def __init__(self, parents: Mapping[str, str | None]) -> None:
        self.parents = parents
        self.accounts: dict[tuple[str, str], Account] = defaultdict(Account)  # by body and asset
        self.grants: dict[tuple[str, str, str], Grant] = defaultdict(Grant)  # by parent, child and asset
        self.draws: dict[tuple[str, str], Draws] = defaultdict(Draws)  # by child and asset
        self.due: dict[tuple[str, str], int] = defaultdict(int)  # by payee and asset
        self.holdings: dict[str, int] = defaultdict(int)  # by asset
        self.strays: dict[str, int] = defaultdict(int)  # of those, what came without a deposit and is nobody's
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
            return Promise(asset, amount, body, body, ())
        source = self.draws[body, asset].source
        if source == NOBODY:
            raise Refused({"InsufficientFunds"})
        through = tuple(self._between(body, source))
        broken = {self._why_not(*pair, asset, amount, source, epoch) for pair in through} - {""}
        if any(parent in frozen for parent, _ in through):
            broken.add("FrozenAbove")
        if self.accounts[source, asset].free < amount:
            broken.add("InsufficientFunds")
        require(broken)
        for parent, child in through:
            self.grants[parent, child, asset].used[epoch] += amount
        self.draws[body, asset].outstanding += amount
        self.accounts[source, asset].reserved += amount
        return Promise(asset, amount, body, source, through)

    def take_back(self, promise: Promise, epoch: int) -> None:
        """A promise that was not kept, counted no longer in the epoch in which it was made."""
        self.accounts[promise.source, promise.asset].reserved -= promise.amount
        for parent, child in promise.through:
            self.grants[parent, child, promise.asset].used[epoch] -= promise.amount
        if promise.through:
            self.draws[promise.body, promise.asset].outstanding -= promise.amount

    def keep(self, promise: Promise | None) -> None:
        """The promised money leaves its account."""
        if promise is None:
            return
        account = self.accounts[promise.source, promise.asset]
        account.balance -= promise.amount
        account.reserved -= promise.amount
        if promise.through:
            self.draws[promise.body, promise.asset].outstanding -= promise.amount

    # --- allowances ---

    def allow(self, body: str, call: Allow, epoch: int) -> None:
        draws = self.draws[call.child, call.asset]
        rules = {
            "NotChild": self.parents.get(call.child, NOBODY) != body,
            "NoEpochs": not call.epochs,
            "AmountTooLarge": call.epochs > MOST_EPOCHS or call.limit > MOST_PROMISED,
            "NotAncestor": call.source not in self._line(body),
            "AllowanceInUse": draws.outstanding > 0 and draws.source != call.source,
        }
        require(name for name, broken in rules.items() if broken)
        self.grant(body, call.child, call.asset, call.limit, epoch + call.epochs - 1, call.source)

    def grant(self, body: str, child: str, asset: str, limit: int, until: int, source: str) -> None:
        grant = self.grants[body, child, asset]
        grant.limit, grant.until = limit, until
        self.draws[child, asset].source = source
        self.entries += 1

    def recall(self, body: str, child: str, asset: str) -> None:
        rules = {
            "NotChild": self.parents.get(child, NOBODY) != body,
            "NoAllowance": not self.grants[body, child, asset].limit,
        }
        require(name for name, broken in rules.items() if broken)
        self.grants[body, child, asset].limit = 0
        self.entries += 1

    def granted(self, child: str, asset: str) -> Grant:
        """By the body above it now."""
        return self.grants[self.parents[child] or NOBODY, child, asset]

    # --- of bodies that are gone ---

    def sweep(self, body: str, asset: str, dissolved: bool) -> None:
        """What is not reserved goes to the body above."""
        account = self.accounts[body, asset]
        require({"NotDissolved"} if not dissolved else {"NothingToSweep"} if not account.free else ())
        heir = self.parents[body]
        assert heir is not None
        self.accounts[heir, asset].balance += account.free
        account.balance = account.reserved
        self.entries += 1

    # --- inside ---

    def _why_not(self, parent: str, child: str, asset: str, amount: int, source: str, epoch: int) -> str:
        grant = self.grants[parent, child, asset]
        if self.draws[child, asset].source != source or grant.until < epoch:
            return "NoAllowance"
        return "AllowanceExceeded" if grant.used[epoch] + amount > grant.limit else ""

    def _line(self, body: str) -> Iterator[str]:
        """The body and all above it."""
        at: str | None = body
        while at is not None:
            yield at
            at = self.parents[at]

    def _between(self, body: str, source: str) -> Iterator[tuple[str, str]]:
        """Pairs of parent and child from the body up to the source; up to nobody if that is not above it."""
        for at in self._line(body):
            if at == source:
                return
            yield self.parents[at] or NOBODY, at
