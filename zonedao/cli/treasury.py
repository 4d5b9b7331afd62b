"""`zonedao treasury`, `deposit`, `withdraw`: the money of a zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.amounts import parse_money
from zonedao.cli.kit.bodies import evidence_of, evidence_option, in_option, whom
from zonedao.cli.kit.indexed import live_option, read
from zonedao.cli.kit.options import READS, command
from zonedao.errors import Refused, UsageProblem

if TYPE_CHECKING:
    from zonedao.actions import Action, Outcome
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body
    from zonedao.treasury.assets import Asset, Money
    from zonedao.treasury.treasury import Account, Allowance, Due


@command(uses=READS)
@in_option
@live_option
def treasury(session: Session, where: str | None, live: bool) -> None:
    """Accounts, allowances and dues of the whole zone, or of one body with --in.

    With --in the dues are those to that body, and your own.

    Examples:
        zonedao treasury
        zonedao treasury --in corner/kitchen --json
    See also:
        zonedao withdraw: collect what is due to you
        zonedao propose pay: spend it
    """
    session.out.show(*read(session, where, live, partial(_books, session, where)))


def _books(session: Session, where: str | None, top: Body, block: int | None) -> tuple[dict[str, Any], list[str]]:
    """The books as a document and as lines."""
    vault = top.zone.treasury
    accounts = vault.accounts(top if where is not None else None)
    allowances = [each for each in vault.allowances() if where is None or top in (each.body, each.source)]
    # A person's dues belong to the zone as a whole; who looks at a body must not miss their own.
    near = {top.address, session.signer.address if session.signer is not None else None}
    dues = tuple(due for due in vault.dues() if where is None or due.payee in near)
    epoch = vault.epoch()
    return (
        {
            "zone": top.zone.path,
            "block": block,
            "treasury": vault.address,
            "epoch": epoch,
            "epoch_ends_at": vault.epoch_ends(epoch),
            "accounts": [_account(each) for each in accounts],
            "allowances": [_allowance(each) for each in allowances],
            "dues": [{**_money(each.money), "payee": each.payee} for each in dues],
        },
        list(_lines(session, top, epoch, accounts, allowances, dues)),
    )


@command()
@click.argument("amount")
@click.option("--origin", default="", metavar="TEXT", help="What it stems from, like a fair, at most 32 bytes.")
@evidence_option
@in_option
def deposit(session: Session, amount: str, origin: str, evidence: Path | None, where: str | None) -> None:
    """Put AMOUNT, like 5 ETH, into the account of a body (the zone by default).

    It is a gift: only a vote takes it out again. A token is approved first, by a transaction of its own.

    Examples:
        zonedao deposit "5 ETH" --in corner
        zonedao deposit "100 0x5FbDB2315678afecb367f032d93F642f64180aa3" --in corner/kitchen --origin "April fair"
    See also:
        zonedao treasury: what there is
    """
    session.require_signer()
    body = session.body(where)
    money = parse_money(amount, body.zone)

    def make() -> Action[int]:
        vault = body.zone.treasury
        return vault.deposit(money.amount, money.asset.address, body, origin=origin, evidence=evidence_of(evidence))

    carry_out(session, body.client, make, lambda outcome: _moved(outcome, money.asset))


@command()
@click.argument("symbol", metavar="[ASSET]", required=False)
@in_option
def withdraw(session: Session, symbol: str | None, where: str | None) -> None:
    """Collect what is due to you, or with --in what is due to a body, which goes to its account.

    Who knows several zones says with --network in which it is due to them. What is due stays due for ever.

    Examples:
        zonedao withdraw
        zonedao withdraw ETH --network corner
        zonedao withdraw --in corner/kitchen
    Exit codes:
        4: nothing is due
    See also:
        zonedao treasury: what is due to whom
    """
    signer = session.require_signer()
    body = session.body(where) if where is not None else session.zone(option="--network")
    zone = body.zone
    asset = zone.asset(symbol) if symbol is not None else None
    hint = _zone_option(session, body)

    def make() -> Action[int]:
        if where is None:
            found = [due.money for due in zone.treasury.dues(signer.address)]
            return zone.treasury.withdraw(None, _choose(found, asset, "you", hint).address)
        due = [due.money for due in zone.treasury.dues(body.address)]
        post = zone.trade_post
        proceeds = [] if post is None else [post.due(body.address, each.address) for each in zone.treasury.assets()]
        proceeds = [each for each in proceeds if each.amount]
        chosen = _choose([*due, *proceeds], asset, body.path, hint)
        if post is not None and any(each.asset == chosen for each in proceeds):
            return post.withdraw(body.address, chosen.address)
        return zone.treasury.withdraw(body.address, chosen.address)

    def told(outcome: Outcome[int]) -> tuple[Any, list[str]]:
        paid = [event.args["asset"] for event in outcome.events if "asset" in event.args]
        return _moved(outcome, body.client.asset(paid[0]))

    carry_out(session, body.client, make, told)


def _zone_option(session: Session, body: Body) -> str:
    """What chooses the zone as a whole; --in would mean a body's money."""
    if len(session.book.zones()) == 1:
        return ""
    return f" --network {session.place(body.zone, body.zone.path)}"


def _choose(found: list[Money], asset: Asset | None, whose: str, hint: str) -> Asset:
    assets = {each.asset.address: each.asset for each in found}
    if asset is not None:
        if asset.address not in assets:
            raise Refused(f"Nothing is due to {whose} in {asset.symbol}. Nothing was sent.")
        return asset
    if not assets:
        raise Refused(
            f"Nothing is due to {whose}. Nothing was sent. `zonedao treasury{hint}` shows what is due to whom."
        )
    if len(assets) > 1:
        symbols = ", ".join(each.argument for each in assets.values())
        raise UsageProblem(f"Several assets are due to {whose}: {symbols}. Say which.")
    return next(iter(assets.values()))


def _tokens(assets: Iterable[Asset]) -> Iterator[str]:
    """Where the tokens are, which call themselves whatever they like."""
    tokens = {each.address: each for each in assets if each.named != each.symbol}
    if tokens:
        yield ""
    for address, each in tokens.items():
        yield f"{each.symbol} is what the token at {address} calls itself."


def _moved(outcome: Outcome[int], asset: Asset) -> tuple[Any, list[str]]:
    return {"asset": asset.symbol, "asset_address": asset.address, "amount": str(outcome.value)}, []


def _money(money: Money) -> dict[str, str]:
    return {"asset": money.asset.symbol, "asset_address": money.asset.address, "amount": str(money.amount)}


def _account(account: Account) -> dict[str, Any]:
    return {"body": account.body.path, **_money(account.balance), "reserved": str(account.reserved.amount)}


def _allowance(allowance: Allowance) -> dict[str, Any]:
    return {
        "body": allowance.body.path,
        "source": allowance.source.path,
        **_money(allowance.limit),
        "used": str(allowance.used.amount),
        "left": str(allowance.left.amount),
        "until_epoch": allowance.until_epoch,
        "runs": allowance.runs,
    }


def _lines(
    session: Session,
    top: Body,
    epoch: int,
    accounts: tuple[Account, ...],
    allowances: list[Allowance],
    dues: tuple[Due, ...],
) -> Iterator[str]:
    from zonedao.times import moment

    client, vault, now = top.client, top.zone.treasury, top.client.now()
    yield f"Treasury of {top.zone.path}, epoch {epoch}, which ends {moment(vault.epoch_ends(epoch), now)}"
    yield ""
    yield from session.out.table(
        ("ACCOUNT", "BALANCE", "RESERVED", "FREE"),
        [(each.body.path, str(each.balance), str(each.reserved), str(each.free)) for each in accounts],
        right=(1, 2, 3),
    )
    if allowances:
        yield ""
        yield from session.out.table(
            ("MAY DRAW", "FROM", "PER EPOCH", "LEFT NOW", "UNTIL"),
            [
                (
                    each.body.path,
                    each.source.path,
                    str(each.limit),
                    str(each.left),
                    moment(vault.epoch_ends(each.until_epoch), now) if each.runs else "ended",
                )
                for each in allowances
            ],
            right=(2, 3),
        )
    if dues:
        yield ""
        yield from session.out.table(
            ("DUE TO", "AMOUNT"), [(whom(client, each.payee), str(each.money)) for each in dues], right=(1,)
        )
    held = (*(each.balance for each in accounts), *(each.limit for each in allowances), *(each.money for each in dues))
    yield from _tokens(money.asset for money in held)
    signer = session.signer
    if signer is not None and any(each.payee == signer.address for each in dues):
        yield f"What is due to you: `zonedao withdraw{_zone_option(session, top)}`"
