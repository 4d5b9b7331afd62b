"""Money that calls of treasuries and tokens move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from zonedao.chain.contract import BoundContract
from zonedao.explain.watching import Change, Scenery, Stage, Watch, Watcher
from zonedao.treasury.assets import COIN_ADDRESS, Money, erc20

if TYPE_CHECKING:
    from zonedao.governance.body import Body

Args = Mapping[str, Any]


def account(stage: Scenery, treasury: BoundContract, body: str, asset: str) -> Watch:
    """What a body has in its account."""
    what = f"account of {stage.speaker.who(body)}"
    return stage.amount(treasury, "account", body, asset, what=what, asset=asset, pick=lambda found: found.balance)


def accounts(stage: Stage, asset: str, *bodies: str) -> Iterator[Watch]:
    """The accounts of the acting body, of those above it, which may pay for it, and of `bodies`."""
    wanted = dict.fromkeys(bodies)
    above: Body | None = stage.actor
    while above is not None:
        wanted[above.address] = None
        above = above.parent
    for body in wanted:
        yield account(stage, stage.actor.zone.treasury.contract, body, asset)
    if not stage.actor.is_zone:
        yield _left(stage, asset)


def _left(stage: Stage, asset: str) -> Watch:
    """What the acting body may still draw in this epoch: reserving what it spends uses it up."""
    treasury = stage.actor.zone.treasury
    epoch = treasury.epoch()

    def left(found: Any) -> int:
        if found.untilEpoch < epoch:
            return 0
        return max(int(found.limit) - (int(found.used) if found.usedEpoch == epoch else 0), 0)

    what = f"what {stage.actor.path} may still draw in this epoch"
    return stage.amount(treasury.contract, "allowance", stage.actor.address, asset, what=what, asset=asset, pick=left)


def wallet(stage: Scenery, asset: str, holder: str, what: str, kind: type[Change] = Change) -> Watch:
    """What an address has of an asset itself."""
    if asset == COIN_ADDRESS:
        return stage.coins(holder, what=what, kind=kind)
    token = BoundContract(stage.speaker.client.connection, erc20(), asset)
    return stage.amount(token, "balanceOf", holder, what=what, asset=asset, kind=kind)


def _due(stage: Stage, asset: str, payee: str) -> Watch:
    treasury = stage.speaker.client.bind("ITreasury", stage.target)
    what = f"to be withdrawn by {stage.speaker.who(payee)}"
    return stage.amount(treasury, "due", payee, asset, what=what, asset=asset)


def _pay(stage: Stage, args: Args) -> Iterator[Watch]:
    yield from accounts(stage, args["asset"])
    yield _due(stage, args["asset"], args["to"])


def _escrow(stage: Stage, args: Args) -> Iterator[Watch]:
    yield from accounts(stage, args["asset"])
    yield wallet(stage, args["asset"], args["post"], f"in {stage.speaker.who(args['post'])}")


def _allowance(stage: Stage, args: Args) -> Iterator[Watch]:
    speaker, treasury = stage.speaker, stage.actor.zone.treasury
    child = speaker.name(args["child"]) or f"the body that will be at {args['child']}"
    asset, epoch = speaker.client.asset(args["asset"]), treasury.epoch()

    def terms(found: Any) -> str:
        if found is None or not found.limit or found.untilEpoch < epoch:
            return "nothing"
        more = found.untilEpoch - epoch
        until = "in this epoch" if not more else f"an epoch, in this one and {more} more"
        return f"{Money(found.limit, asset)} {until}, from {speaker.who(found.source)}"

    def tell(before: Any, after: Any) -> Iterator[Change]:
        yield Change(f"what {child} may draw", terms(before), terms(after))

    yield stage.told(treasury.contract, "allowance", args["child"], asset.address, tell=tell)


def _withdraw(stage: Stage, args: Args) -> Iterator[Watch]:
    yield _due(stage, args["asset"], args["payee"])
    yield from accounts(stage, args["asset"], *_bodies(stage, args["payee"]))


def _sweep(stage: Stage, args: Args) -> Iterator[Watch]:
    body = stage.speaker.body(args["body"])
    heir = body.parent if body is not None else None
    yield from accounts(stage, args["asset"], args["body"], *([heir.address] if heir is not None else []))


def _bodies(stage: Stage, address: str) -> list[str]:
    return [address] if stage.speaker.body(address) is not None else []


# --- tokens ---


def _held(stage: Stage, *holders: str) -> Iterator[Watch]:
    for holder in dict.fromkeys(holders):
        yield wallet(stage, stage.target, holder, f"held by {stage.speaker.who(holder)}, outside the treasury")


def _approval(stage: Stage, args: Args) -> Iterator[Watch]:
    token = BoundContract(stage.speaker.client.connection, erc20(), stage.target)
    owner, spender = stage.actor.address, args["spender"]
    what = f"what {stage.speaker.who(spender)} may take from {stage.speaker.who(owner)}"
    yield stage.amount(token, "allowance", owner, spender, what=what, asset=stage.target)


WATCHERS: Mapping[tuple[str, str], Watcher] = {
    ("ITreasury", "pay"): _pay,
    ("ITreasury", "escrow"): _escrow,
    ("ITreasury", "allow"): _allowance,
    ("ITreasury", "recall"): _allowance,
    ("ITreasury", "deposit"): lambda stage, args: accounts(stage, args["asset"], args["body"]),
    ("ITreasury", "withdraw"): _withdraw,
    ("ITreasury", "sweep"): _sweep,
    ("ERC20", "approve"): _approval,
    ("ERC20", "transfer"): lambda stage, args: _held(stage, stage.actor.address, args["to"]),
    ("ERC20", "transferFrom"): lambda stage, args: _held(stage, args["from"], args["to"]),
}
