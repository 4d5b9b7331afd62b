"""Is the money of a proposal there? It is set aside when the proposal is queued."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zonedao.errors import UsageProblem
from zonedao.governance.laws import ProposalClass
from zonedao.treasury.assets import Money

if TYPE_CHECKING:
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Call

_SPENDING = ("pay", "escrow")  # what is taken out of an account at queueing
_CHARGED = (*_SPENDING, "allow")  # what counts against a cap


@dataclass(frozen=True)
class Spent:
    """Money in a call of the treasury: base units of `asset`, at `place` among the calls.

    What is `reserved` at queueing leaves an account; the rest (an allowance, times its epochs) only counts against a
    cap.
    """

    place: int
    asset: str
    amount: int
    reserved: bool


@dataclass(frozen=True)
class Funds:
    """Whether the money of a proposal is there, in one asset: `words` are a phrase without a full stop."""

    needed: Money
    there: bool
    words: str


def spent_in(body: Body, calls: Sequence[Call]) -> tuple[Spent, ...]:
    """What queueing these calls reserves and charges (Constitution.sol, `_moneyIn`)."""
    treasury = body.zone.treasury
    found: list[Spent] = []
    for place, call in enumerate(calls):
        if call.target != treasury.address:
            continue
        try:
            signature, args = treasury.contract.decode_call(call.data)
        except UsageProblem:
            continue
        name = signature.split("(")[0]
        amount = args["maxAmount"] * args.get("epochs", 1) if name in _CHARGED else 0
        if amount:
            found.append(Spent(place, args["asset"], amount, name in _SPENDING))
    return tuple(found)


def funds(body: Body, calls: Sequence[Call], *, queued: bool = False) -> tuple[Funds, ...]:
    """Whether what these calls spend is there now, asset by asset; of a `queued` proposal it is set aside."""
    spent = spent_in(body, calls)
    if queued:
        return tuple(Funds(each, True, f"{each} are set aside for it") for each in _sums(body, spent, reserved=True))
    held = [_held(body, each) for each in _sums(body, spent, reserved=True)]
    return (*held, *_beyond_caps(body, calls, spent))


def _sums(body: Body, spent: Sequence[Spent], *, reserved: bool) -> Iterator[Money]:
    for asset in dict.fromkeys(each.asset for each in spent):
        wanted = [each.amount for each in spent if each.asset == asset and (each.reserved or not reserved)]
        if wanted:
            yield Money(sum(wanted), body.client.asset(asset))


def _held(body: Body, needed: Money) -> Funds:
    """Money comes from the body's account, else by its allowance from above."""
    treasury, asset = body.zone.treasury, needed.asset.address
    account = treasury.account(body, asset)
    if account.free.amount >= needed.amount:
        return Funds(needed, True, f"{needed} are there: the account of {body.path} has {account.free} to spare")
    held = f"the account of {body.path} holds {account.balance}"
    if account.reserved.amount:
        held += f", {account.reserved} of it promised to queued proposals"
    allowance = treasury.allowance(body, asset)
    if allowance is not None and allowance.runs:
        source = treasury.account(allowance.source, asset).free
        if min(allowance.left.amount, source.amount) >= needed.amount:
            drawn = f"{body.path} may draw {allowance.left} more in this epoch from {allowance.source.path}"
            return Funds(needed, True, f"{needed} are there: {drawn}")
        held += f", and it may draw {allowance.left} more in this epoch from {allowance.source.path}"
        held += f", which has {source} to spare"
    return Funds(needed, False, f"{needed} are more than there is: {held}. It cannot be queued before there is enough")


def _beyond_caps(body: Body, calls: Sequence[Call], spent: Sequence[Spent]) -> Iterator[Funds]:
    """What a proposal that is not constitutional spends counts against the caps of the epoch in which it is queued."""
    if not spent or ProposalClass.CONSTITUTIONAL in body.classes_of(calls):
        return
    treasury = body.zone.treasury
    for needed in _sums(body, spent, reserved=False):
        cap = body.cap(needed.asset.address)
        if needed.amount > cap.limit.amount:
            words = f"{needed} are more than {body.path} may spend in an epoch, {cap.limit}. It cannot be queued"
        elif needed.amount > cap.left.amount:
            ends = body.client.speaker.when(treasury.epoch_ends(treasury.epoch()))
            words = f"{body.path} may spend {cap.left} more in this epoch, not {needed}. It can be queued from {ends}"
        else:
            continue
        yield Funds(needed, False, words)
