"""The one vault of a zone: accounts of its bodies, allowances, and what is due to payees."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from zonedao.actions import Action, plain
from zonedao.chain.contract import BoundContract
from zonedao.errors import UsageProblem
from zonedao.records import record
from zonedao.text import label
from zonedao.treasury.assets import COIN_ADDRESS, Asset, Money, erc20

if TYPE_CHECKING:
    from zonedao.chain.receipts import Receipt
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Label
    from zonedao.governance.reading import BodyView
    from zonedao.governance.zone import Zone


@record
class Account:
    """A body's money in one asset. `reserved` is the part promised to queued proposals."""

    body: BodyView
    balance: Money
    reserved: Money

    @property
    def free(self) -> Money:
        """What no queued proposal has been promised."""
        return Money(self.balance.amount - self.reserved.amount, self.balance.asset)


@record
class Allowance:
    """What a body may draw from above, in each epoch up to `until_epoch`.

    `used` counts reserved and paid in the epoch that runs now; `source` is the body whose account pays; `outstanding`
    is reserved there for this body and not yet paid. `runs` tells whether its epochs go on, and no body from this one
    up to the source has been dissolved.
    """

    body: BodyView
    limit: Money
    used: Money
    outstanding: Money
    source: BodyView
    until_epoch: int
    runs: bool

    @property
    def left(self) -> Money:
        """What can still be drawn in this epoch, as far as this allowance goes."""
        amount = max(self.limit.amount - self.used.amount, 0) if self.runs else 0
        return Money(amount, self.limit.asset)


@record
class Due:
    """Money credited to a payee and not yet withdrawn."""

    payee: str
    money: Money


class Treasury:
    """The treasury of a zone. Bodies are given as objects, paths or addresses, assets by address (zero: the coin)."""

    def __init__(self, zone: Zone, address: str) -> None:
        self.zone = zone
        self.client = zone.client
        self.contract: BoundContract = zone.client.bind("ITreasury", address)

    @property
    def address(self) -> str:
        """Where it is."""
        return self.contract.address

    # --- epochs ---

    @cached_property
    def epoch_seconds(self) -> int:
        """Length of an epoch."""
        return int(self.contract.call("epochSeconds"))

    @cached_property
    def epoch_start(self) -> int:
        """When epoch 0 began, unix seconds."""
        return int(self.contract.call("epochStart"))

    def epoch(self, at: int | None = None) -> int:
        """Number of the epoch that runs now, or ran at a moment."""
        time = self.client.now() if at is None else at
        return max(time - self.epoch_start, 0) // self.epoch_seconds

    def epoch_ends(self, epoch: int) -> int:
        """The first second after an epoch."""
        return self.epoch_start + (epoch + 1) * self.epoch_seconds

    # --- reading ---

    def assets(self) -> tuple[Asset, ...]:
        """The coin, and whatever was ever deposited here."""
        deposited = self.contract.told_of("Deposited", "asset", from_block=self.zone.deploy_block)
        addresses = dict.fromkeys([COIN_ADDRESS, *(asset for (asset,) in deposited)])
        return tuple(self.client.asset(address) for address in addresses)

    def account(self, body: BodyView | str, asset: str = COIN_ADDRESS) -> Account:
        """A body's account in an asset."""
        who = self._body(body)
        known = self.client.asset(asset)
        found = self.contract.call("account", who.address, asset)
        return Account(who, Money(found.balance, known), Money(found.reserved, known))

    def accounts(self, body: BodyView | str | None = None) -> tuple[Account, ...]:
        """Accounts of a body, or of all, that hold something; a body's coin account is always there."""
        assets = self.assets()
        bodies = self.zone.bodies() if body is None else (self._body(body),)
        found = [self.account(each, asset.address) for each in bodies for asset in assets]
        return tuple(account for account in found if account.balance.amount or account.balance.asset.is_coin)

    def allowance(self, body: BodyView | str, asset: str = COIN_ADDRESS) -> Allowance | None:
        """What a body may draw of an asset from above; None when it never was allowed anything."""
        who = self._body(body)
        known = self.client.asset(asset)
        found = self.contract.call("allowance", who.address, asset)
        if found.source == COIN_ADDRESS:
            return None
        epoch = self.epoch()
        return Allowance(
            body=who,
            limit=Money(found.limit, known),
            used=Money(found.used if found.usedEpoch == epoch else 0, known),
            outstanding=Money(found.outstanding, known),
            source=self.zone.body_at(found.source),
            until_epoch=found.untilEpoch,
            runs=found.untilEpoch >= epoch and self._reaches(who, found.source),
        )

    def _reaches(self, body: BodyView, source: str) -> bool:
        """Whether a body still stands below the one that pays for it, through none that was dissolved."""
        here: Body | None = self.zone.body_at(body.address)
        while here is not None and not here.dissolution().dissolved_at:
            if here.address == source:
                return True
            here = here.parent
        return False

    def allowances(self) -> tuple[Allowance, ...]:
        """Every allowance ever given, in the order in which they were first given."""
        wanted = self.contract.told_of("Allowed", "child", "asset", from_block=self.zone.deploy_block)
        found = [self.allowance(child, asset) for child, asset in wanted]
        return tuple(allowance for allowance in found if allowance is not None)

    def due(self, payee: str, asset: str = COIN_ADDRESS) -> Money:
        """What is due to an address."""
        return Money(int(self.contract.call("due", payee, asset)), self.client.asset(asset))

    def dues(self, payee: str | None = None) -> tuple[Due, ...]:
        """What is due to an address, or to everybody, where it is anything."""
        paid = self.contract.told_of("Paid", "to", "asset", from_block=self.zone.deploy_block)
        found = [Due(to, self.due(to, asset)) for to, asset in paid if payee in (None, to)]
        return tuple(due for due in found if due.money.amount)

    # --- doing ---

    def deposit(
        self,
        amount: int,
        asset: str = COIN_ADDRESS,
        body: BodyView | str | None = None,
        *,
        origin: Label = None,
        evidence: Label = None,
    ) -> Action[int]:
        """Put money into the account of a body (the zone by default); the value is what arrived.

        A token is first approved for exactly this amount, which is an action of its own in `first`.
        """
        if amount <= 0:
            raise UsageProblem("Deposit an amount above zero.")
        who = self.zone if body is None else self._body(body)
        known = self.client.asset(asset)
        data = self.contract.encode("deposit", who.address, known.address, amount, label(origin), label(evidence))

        def read(receipt: Receipt) -> int:
            return int(self.contract.events(receipt, "Deposited")[-1].args["amount"])

        return Action(
            self.client,
            self.address,
            data,
            f"deposit {Money(amount, known)} for {who.name}",
            read,
            amount if known.is_coin else 0,
            () if known.is_coin else self._approval(known, amount),
        )

    def withdraw(self, payee: str | None = None, asset: str = COIN_ADDRESS) -> Action[int]:
        """Send a payee (the signer by default) all that is due of an asset; the value is the amount."""
        who = self.client.require_address() if payee is None else self.zone.registry.address_of(payee)
        known = self.client.asset(asset)

        def read(receipt: Receipt) -> int:
            events = self.contract.events(receipt)
            return int(next(e for e in events if e.name in ("Withdrawn", "Collected")).args["amount"])

        return Action(
            self.client,
            self.address,
            self.contract.encode("withdraw", known.address, who),
            f"withdraw what is due in {known.symbol}",
            read,
        )

    def sweep(self, body: BodyView | str, asset: str = COIN_ADDRESS) -> Action[int]:
        """Move what a dissolved body has of an asset to the body above it; the value is the amount. Anyone may."""
        who, known = self._body(body), self.client.asset(asset)

        def read(receipt: Receipt) -> int:
            return int(self.contract.events(receipt, "Swept")[-1].args["amount"])

        data = self.contract.encode("sweep", who.address, known.address)
        return Action(self.client, self.address, data, f"sweep what {who.name} has in {known.symbol}", read)

    # --- inside ---

    def _approval(self, asset: Asset, amount: int) -> tuple[Action[None], ...]:
        token = BoundContract(self.client.connection, erc20(), asset.address)
        owner = self.client.require_address()
        if token.call("allowance", owner, self.address) >= amount:
            return ()
        data = token.encode("approve", self.address, amount)
        return (plain(self.client, asset.address, data, f"let the treasury take {Money(amount, asset)}"),)

    def _body(self, body: BodyView | str) -> BodyView:
        return self.zone.body(body) if isinstance(body, str) else body
