"""Accounts, reservations, allowances and dues of a treasury, rebuilt from events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zonedao.audit.bodies import BodyRecord, order_of
from zonedao.audit.chronicle import Chronicle
from zonedao.audit.report import Check, Comparison, Inconsistent, compare
from zonedao.chain.contract import BoundContract
from zonedao.chain.events import Event
from zonedao.treasury.assets import COIN_ADDRESS, erc20

Key = tuple[str, str]  # a body or payee, and an asset


@dataclass
class Grant:
    """What a parent lets a child draw."""

    limit: int = 0
    used: int = 0
    used_epoch: int = 0
    until_epoch: int = 0


@dataclass
class Draws:
    """From where a child draws, whoever granted it."""

    source: str = COIN_ADDRESS
    outstanding: int = 0


Above = Callable[[BodyRecord], str | None]  # the body above another, at some moment


@dataclass
class Ledger:
    """A treasury: balance and reserved by account, what is due, what may be drawn, and the number of the last entry.
    `event` is the one that is being read."""

    bodies: Mapping[str, BodyRecord]
    event: Event | None = None
    accounts: dict[Key, list[int]] = field(default_factory=dict)
    dues: dict[Key, int] = field(default_factory=dict)
    grants: dict[tuple[str | None, str, str], Grant] = field(default_factory=dict)  # by parent, child and asset
    draws: dict[Key, Draws] = field(default_factory=dict)
    reserved: dict[tuple[str, int], tuple[int, int]] = field(
        default_factory=dict
    )  # when and in which epoch, by proposal
    released: set[tuple[str, int]] = field(default_factory=set)
    entries: int = 0

    def account(self, body: str, asset: str) -> list[int]:
        """Balance and reserved."""
        return self.accounts.setdefault((body, asset), [0, 0])

    def grant(self, parent: str | None, child: str, asset: str) -> Grant:
        """What a parent lets a child draw."""
        return self.grants.setdefault((parent, child, asset), Grant())

    def drawn(self, body: str, asset: str) -> Draws:
        """What a body draws."""
        return self.draws.setdefault((body, asset), Draws())

    def now_above(self, body: BodyRecord) -> str | None:
        """The body above when the event happened that is being read."""
        return body.parent if self.event is None else body.parent_before(self.event)

    def between(self, body: str, source: str, asset: str, above: Above) -> Iterator[Grant]:
        """What the body and those above it, up to the source and without it, were granted. Raises Inconsistent."""
        at: str | None = body
        while at != source:
            if at is None or at not in self.bodies:
                raise Inconsistent(f"{source} does not stand above {body}, and yet pays for it")
            parent = above(self.bodies[at])
            yield self.grant(parent, at, asset)
            at = parent


def replay_treasury(
    chronicle: Chronicle, treasury: BoundContract, events: Sequence[Event], bodies: Sequence[BodyRecord]
) -> Ledger:
    """The books as their events tell them. Raises Inconsistent."""
    ledger = Ledger({body.address: body for body in bodies})
    start = treasury.call("epochStart")
    seconds = treasury.call("epochSeconds")
    for event in events:
        args = event.args
        if "entry" in args:
            ledger.entries += 1
            if args["entry"] != ledger.entries:
                raise Inconsistent(f"entry {ledger.entries} is missing: the next one told is {args['entry']}")
        ledger.event = event
        epoch = max(chronicle.time_of(event) - start, 0) // seconds
        apply = _APPLY.get(event.name)
        if event.name == "Reserved":
            ledger.reserved[args["body"], args["proposal"]] = chronicle.time_of(event), epoch
        if apply is not None:
            apply(ledger, args, epoch)
    ledger.event = None
    return ledger


def _deposited(ledger: Ledger, args: Any, epoch: int) -> None:
    ledger.account(args["body"], args["asset"])[0] += args["amount"]


def _reserved(ledger: Ledger, args: Any, epoch: int) -> None:
    body, asset, amount, source = args["body"], args["asset"], args["amount"], args["source"]
    ledger.account(source, asset)[1] += amount
    if source == body:
        return
    ledger.drawn(body, asset).outstanding += amount
    for grant in ledger.between(body, source, asset, ledger.now_above):
        grant.used = (grant.used if grant.used_epoch == epoch else 0) + amount
        grant.used_epoch = epoch


def _released(ledger: Ledger, args: Any, epoch: int) -> None:
    body, asset, amount, source = args["body"], args["asset"], args["amount"], args["source"]
    proposal = (body, args["proposal"])
    if proposal not in ledger.reserved:
        raise Inconsistent(f"proposal {args['proposal']} of {body} released what it had not reserved")
    ledger.released.add(proposal)
    ledger.account(source, asset)[1] -= amount
    if source == body:
        return
    ledger.drawn(body, asset).outstanding -= amount
    time, epoch = ledger.reserved[proposal]
    for grant in ledger.between(body, source, asset, lambda each: each.parent_at(time)):
        if grant.used_epoch == epoch:
            grant.used -= min(grant.used, amount)


def _spent(ledger: Ledger, args: Any) -> None:
    account = ledger.account(args["source"], args["asset"])
    account[0] -= args["amount"]
    account[1] -= args["amount"]
    if args["source"] != args["body"]:
        ledger.drawn(args["body"], args["asset"]).outstanding -= args["amount"]


def _paid(ledger: Ledger, args: Any, epoch: int) -> None:
    _spent(ledger, args)
    _owe(ledger, args["to"], args["asset"], args["amount"])


def _escrowed(ledger: Ledger, args: Any, epoch: int) -> None:
    _spent(ledger, args)


def _allowed(ledger: Ledger, args: Any, epoch: int) -> None:
    grant = ledger.grant(args["body"], args["child"], args["asset"])
    grant.limit = args["limit"]
    grant.until_epoch = args["untilEpoch"]
    ledger.drawn(args["child"], args["asset"]).source = args["source"]


def _recalled(ledger: Ledger, args: Any, epoch: int) -> None:
    outstanding = ledger.drawn(args["child"], args["asset"]).outstanding
    if outstanding != args["outstanding"]:
        raise Inconsistent(f"the allowance of {args['child']} had {outstanding} outstanding when recalled")
    ledger.grant(args["body"], args["child"], args["asset"]).limit = 0


def _withdrawn(ledger: Ledger, args: Any, epoch: int) -> None:
    _owe(ledger, args["payee"], args["asset"], -args["amount"])


def _collected(ledger: Ledger, args: Any, epoch: int) -> None:
    _owe(ledger, args["body"], args["asset"], -args["amount"])
    ledger.account(args["body"], args["asset"])[0] += args["amount"]


def _swept(ledger: Ledger, args: Any, epoch: int) -> None:
    account, body = ledger.account(args["body"], args["asset"]), ledger.bodies[args["body"]]
    ended = [
        event for event in body.named("BodyDissolved") if ledger.event and order_of(event) < order_of(ledger.event)
    ]
    if not ended or args["heir"] != ledger.now_above(body) or args["amount"] != account[0] - account[1]:
        raise Inconsistent(f"{args['amount']} of {args['asset']} were swept from {body.address} amiss")
    account[0] -= args["amount"]
    ledger.account(args["heir"], args["asset"])[0] += args["amount"]


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
    "Swept": _swept,
}


# --- comparing ---


def check_accounts(chronicle: Chronicle, treasury: BoundContract, ledger: Ledger) -> Check:
    """Balances and reservations of every body in every asset against the chain."""

    def comparisons() -> Iterator[Comparison]:
        yield "entries", ledger.entries, chronicle.ask(treasury, "entries")
        assets = {asset for _, asset in ledger.accounts} | {COIN_ADDRESS}
        for body in {*ledger.bodies, *(body for body, _ in ledger.accounts)}:
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
        assets = {asset for _, asset in ledger.accounts} | {asset for _, asset in ledger.draws} | {COIN_ADDRESS}
        for body in {*ledger.bodies, *(body for body, _ in ledger.draws)}:
            for asset in sorted(assets):
                parent = ledger.bodies[body].parent if body in ledger.bodies else None
                grant = ledger.grants.get((parent, body, asset), Grant())
                draws = ledger.draws.get((body, asset), Draws())
                found = chronicle.ask(treasury, "allowance", body, asset)
                for what, said, actual in (
                    ("limit", grant.limit, found.limit),
                    ("used", grant.used, found.used),
                    ("epoch of use", grant.used_epoch, found.usedEpoch),
                    ("last epoch", grant.until_epoch, found.untilEpoch),
                    ("source", draws.source, found.source),
                    ("outstanding", draws.outstanding, found.outstanding),
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
