"""Accounts, reservations, allowances and dues of a treasury, rebuilt from events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zonedao.audit.chronicle import Chronicle
from zonedao.audit.report import Check, Comparison, Inconsistent, compare
from zonedao.chain.contract import BoundContract
from zonedao.chain.events import Event
from zonedao.treasury.assets import COIN_ADDRESS, erc20

Key = tuple[str, str]  # a body or payee, and an asset


@dataclass
class AllowanceRecord:
    """An allowance as ITreasury has it."""

    limit: int = 0
    used: int = 0
    used_epoch: int = 0
    until_epoch: int = 0
    source: str = COIN_ADDRESS
    outstanding: int = 0


@dataclass
class Ledger:
    """A treasury: balance and reserved by account, what is due, allowances, and the number of the last entry."""

    parents: Mapping[str, str | None]
    accounts: dict[Key, list[int]] = field(default_factory=dict)
    dues: dict[Key, int] = field(default_factory=dict)
    allowances: dict[Key, AllowanceRecord] = field(default_factory=dict)
    reserved: dict[tuple[str, int], int] = field(default_factory=dict)  # epoch in which a proposal reserved
    released: set[tuple[str, int]] = field(default_factory=set)
    entries: int = 0

    def account(self, body: str, asset: str) -> list[int]:
        """Balance and reserved."""
        return self.accounts.setdefault((body, asset), [0, 0])

    def allowance(self, body: str, asset: str) -> AllowanceRecord:
        """What a body may draw."""
        return self.allowances.setdefault((body, asset), AllowanceRecord())

    def between(self, body: str, source: str) -> Iterator[str]:
        """The body and those above it, up to the source and without it. Raises Inconsistent."""
        at: str | None = body
        while at != source:
            if at is None:
                raise Inconsistent(f"{source} does not stand above {body}, and yet pays for it")
            yield at
            at = self.parents.get(at)


def replay_treasury(
    chronicle: Chronicle, treasury: BoundContract, events: Sequence[Event], parents: Mapping[str, str | None]
) -> Ledger:
    """The books as their events tell them. Raises Inconsistent."""
    ledger = Ledger(parents)
    start = treasury.call("epochStart")
    seconds = treasury.call("epochSeconds")
    for event in events:
        args = event.args
        if "entry" in args:
            ledger.entries += 1
            if args["entry"] != ledger.entries:
                raise Inconsistent(f"entry {ledger.entries} is missing: the next one told is {args['entry']}")
        epoch = max(chronicle.time_of(event) - start, 0) // seconds
        apply = _APPLY.get(event.name)
        if apply is not None:
            apply(ledger, args, epoch)
    return ledger


def _deposited(ledger: Ledger, args: Any, epoch: int) -> None:
    ledger.account(args["body"], args["asset"])[0] += args["amount"]


def _reserved(ledger: Ledger, args: Any, epoch: int) -> None:
    body, asset, amount, source = args["body"], args["asset"], args["amount"], args["source"]
    ledger.account(source, asset)[1] += amount
    ledger.reserved[body, args["proposal"]] = epoch
    if source == body:
        return
    ledger.allowance(body, asset).outstanding += amount
    for each in ledger.between(body, source):
        allowance = ledger.allowance(each, asset)
        allowance.used = (allowance.used if allowance.used_epoch == epoch else 0) + amount
        allowance.used_epoch = epoch


def _released(ledger: Ledger, args: Any, epoch: int) -> None:
    body, asset, amount, source = args["body"], args["asset"], args["amount"], args["source"]
    proposal = (body, args["proposal"])
    if proposal not in ledger.reserved:
        raise Inconsistent(f"proposal {args['proposal']} of {body} released what it had not reserved")
    ledger.released.add(proposal)
    ledger.account(source, asset)[1] -= amount
    if source == body:
        return
    ledger.allowance(body, asset).outstanding -= amount
    for each in ledger.between(body, source):
        allowance = ledger.allowance(each, asset)
        if allowance.used_epoch == ledger.reserved[proposal]:
            allowance.used -= amount


def _spent(ledger: Ledger, args: Any) -> None:
    account = ledger.account(args["source"], args["asset"])
    account[0] -= args["amount"]
    account[1] -= args["amount"]
    if args["source"] != args["body"]:
        ledger.allowance(args["body"], args["asset"]).outstanding -= args["amount"]


def _paid(ledger: Ledger, args: Any, epoch: int) -> None:
    _spent(ledger, args)
    _owe(ledger, args["to"], args["asset"], args["amount"])


def _escrowed(ledger: Ledger, args: Any, epoch: int) -> None:
    _spent(ledger, args)


def _allowed(ledger: Ledger, args: Any, epoch: int) -> None:
    allowance = ledger.allowance(args["child"], args["asset"])
    allowance.limit = args["limit"]
    allowance.until_epoch = args["untilEpoch"]
    allowance.source = args["source"]


def _recalled(ledger: Ledger, args: Any, epoch: int) -> None:
    allowance = ledger.allowance(args["child"], args["asset"])
    if allowance.outstanding != args["outstanding"]:
        raise Inconsistent(f"the allowance of {args['child']} had {allowance.outstanding} outstanding when recalled")
    allowance.limit = 0


def _withdrawn(ledger: Ledger, args: Any, epoch: int) -> None:
    _owe(ledger, args["payee"], args["asset"], -args["amount"])


def _collected(ledger: Ledger, args: Any, epoch: int) -> None:
    _owe(ledger, args["body"], args["asset"], -args["amount"])
    ledger.account(args["body"], args["asset"])[0] += args["amount"]


def _owe(ledger: Ledger, payee: str, asset: str, amount: int) -> None:
    ledger.dues[payee, asset] = ledger.dues.get((payee, asset), 0) + amount


_APPLY = {
    "Deposited": _deposited,
    "Reserved": _reserved,
    "Released": _released,
    "Paid": _paid,
    "Escrowed": _escrowed,
    "Allowed": _allowed,
    "Recalled": _recalled,
    "Withdrawn": _withdrawn,
    "Collected": _collected,
}


# --- comparing ---


def check_accounts(chronicle: Chronicle, treasury: BoundContract, ledger: Ledger) -> Check:
    """Balances and reservations of every body in every asset against the chain."""

    def comparisons() -> Iterator[Comparison]:
        yield "entries", ledger.entries, chronicle.ask(treasury, "entries")
        assets = {asset for _, asset in ledger.accounts} | {COIN_ADDRESS}
        for body in {*ledger.parents, *(body for body, _ in ledger.accounts)}:
            for asset in sorted(assets):
                balance, reserved = ledger.accounts.get((body, asset), (0, 0))
                found = chronicle.ask(treasury, "account", body, asset)
                yield f"balance of {body} in {asset}", balance, found.balance
                yield f"reserved of {body} in {asset}", reserved, found.reserved

    return compare("accounts", comparisons)


def check_dues(chronicle: Chronicle, treasury: BoundContract, ledger: Ledger) -> Check:
    """What is due against the chain."""

    def comparisons() -> Iterator[Comparison]:
        for (payee, asset), amount in ledger.dues.items():
            yield f"due to {payee} in {asset}", amount, chronicle.ask(treasury, "due", payee, asset)

    return compare("dues", comparisons)


def check_allowances(chronicle: Chronicle, treasury: BoundContract, ledger: Ledger) -> Check:
    """Allowances, and what was drawn of them, against the chain."""

    def comparisons() -> Iterator[Comparison]:
        assets = {asset for _, asset in ledger.accounts} | {asset for _, asset in ledger.allowances} | {COIN_ADDRESS}
        for body in {*ledger.parents, *(body for body, _ in ledger.allowances)}:
            for asset in sorted(assets):
                rebuilt = ledger.allowances.get((body, asset), AllowanceRecord())
                found = chronicle.ask(treasury, "allowance", body, asset)
                for what, said, actual in (
                    ("limit", rebuilt.limit, found.limit),
                    ("used", rebuilt.used, found.used),
                    ("epoch of use", rebuilt.used_epoch, found.usedEpoch),
                    ("last epoch", rebuilt.until_epoch, found.untilEpoch),
                    ("source", rebuilt.source, found.source),
                    ("outstanding", rebuilt.outstanding, found.outstanding),
                ):
                    yield f"allowance of {body} in {asset}, {what}", said, actual

    return compare("allowances", comparisons)


def check_vault(chronicle: Chronicle, treasury: BoundContract, ledger: Ledger) -> Check:
    """Law 6: no more is reserved than there is, and the vault holds what it owes (G36)."""

    def comparisons() -> Iterator[Comparison]:
        owed: dict[str, int] = {}
        for (body, asset), (balance, reserved) in ledger.accounts.items():
            yield f"{body} has reserved more than it has in {asset}", False, reserved > balance
            owed[asset] = owed.get(asset, 0) + balance
        for (_, asset), amount in ledger.dues.items():
            owed[asset] = owed.get(asset, 0) + amount
        for asset, amount in owed.items():
            held = holdings(chronicle, asset, treasury.address)
            yield f"the vault owes {amount} of {asset} and holds {held}, which is less", False, held < amount

    return compare("the vault covers accounts and dues", comparisons)


def check_releases(ledger: Ledger, released: set[tuple[str, int]]) -> Check:
    """A treasury frees money for proposals that were released, and for no others."""

    def comparisons() -> Iterator[Comparison]:
        for body, number in sorted(ledger.released):
            yield f"proposal {number} of {body} was released", (body, number) in released, True

    return compare("releases", comparisons)


def holdings(chronicle: Chronicle, asset: str, holder: str) -> int:
    """What an address holds of an asset, as of the block."""
    if asset == COIN_ADDRESS:
        return chronicle.connection.balance(holder, chronicle.block)
    return int(BoundContract(chronicle.connection, erc20(), asset).call("balanceOf", holder, block=chronicle.block))
