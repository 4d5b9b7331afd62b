"""What a treasury refuses, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.treasury.assets import COIN

if TYPE_CHECKING:
    from zonedao.explain.reverts import Scene, Sentence

Args = Mapping[str, Any]


def _insufficient(scene: Scene, args: Args) -> str:
    money, who = scene.speaker.money, scene.speaker.who
    return (
        f"{who(args['body'])} has {money(args['asset'], args['available'])} that is not promised already, and "
        f"{money(args['asset'], args['wanted'])} are wanted. Deposit more, or wait for an allowance."
    )


def _allowance_exceeded(scene: Scene, args: Args) -> str:
    money, who = scene.speaker.money, scene.speaker.who
    return (
        f"The allowance of {who(args['body'])} has {money(args['asset'], args['left'])} left in this epoch, and "
        f"{money(args['asset'], args['wanted'])} are wanted. Queue it in the next epoch, or ask the body above for "
        "more."
    )


def _no_allowance(scene: Scene, args: Args) -> str:
    symbol = scene.speaker.asset(args["asset"])
    return (
        f"{scene.speaker.who(args['body'])} has no allowance in {symbol} now, or none from the account meant. "
        "The body above can vote for one."
    )


def _not_reserved(scene: Scene, args: Args) -> str:
    money, who = scene.speaker.money, scene.speaker.who
    return (
        f"{money(args['asset'], args['reserved'])} are reserved in the account of {who(args['body'])}, and "
        f"{money(args['asset'], args['wanted'])} are wanted. Only what was reserved when a proposal was queued can be "
        "paid."
    )


def _allowance_in_use(scene: Scene, args: Args) -> str:
    money, who = scene.speaker.money, scene.speaker.who
    return (
        f"{money(args['asset'], args['outstanding'])} reserved through the allowance of {who(args['child'])} still "
        "wait, so it cannot be paid from another account yet. Execute or release those proposals first."
    )


def _nothing_due(scene: Scene, args: Args) -> str:
    # The treasury and the trade post have the same error with other names for the payee.
    payee, asset = args.get("payee", args.get("body")), args["asset"]
    who = scene.speaker.who(str(payee))
    return f"Nothing is due to {who} in {scene.speaker.asset(asset)}."


def _too_large(scene: Scene, args: Args) -> str:
    return f"{args['amount']} is too large: {args['most']} is the most that fits here. Use a smaller amount."


SENTENCES: Mapping[str, Sentence] = {
    "NotOurBody": lambda s, a: (
        f"{s.speaker.who(a['body'])} is no body of this zone, so it has no account here. Check the address."
    ),
    "NotExecuting": lambda s, a: "Money leaves an account only by an executed proposal. Propose it: `propose pay`.",
    "Locked": lambda s, a: "A token is calling back while it is being moved. That is refused; the token is not safe.",
    "ZeroAddress": lambda s, a: "The zero address cannot be paid. Check the payee.",
    "WrongValue": lambda s, a: (
        f"{COIN.format(a['sent'])} came along with a deposit of something else, or of another amount. Coins come with "
        "a deposit of so many coins only."
    ),
    "NothingReceived": lambda s, a: (
        f"Nothing arrived in {s.speaker.asset(a['asset'])}. Check the token and the amount."
    ),
    "InsufficientFunds": _insufficient,
    "AllowanceExceeded": _allowance_exceeded,
    "NoAllowance": _no_allowance,
    "NotReserved": _not_reserved,
    "AllowanceInUse": _allowance_in_use,
    "NotChild": lambda s, a: (
        f"{s.speaker.who(a['child'])} does not stand directly below {s.speaker.who(a['body'])}, which can allow its "
        "own industries only. Propose it in the body above that."
    ),
    "NotAncestor": lambda s, a: (
        f"{s.speaker.who(a['source'])} does not stand above {s.speaker.who(a['body'])}. "
        "The account that pays is that of the body itself or of one above it."
    ),
    "NoEpochs": lambda s, a: "An allowance runs for at least one epoch. To end one, allow an amount of 0.",
    "AmountTooLarge": _too_large,
    "UnknownPost": lambda s, a: (
        f"{s.speaker.who(a['post'])} is not the trade post that this zone lists. Use the one that it lists."
    ),
    "NothingDue": _nothing_due,
    "CoinNotAccepted": lambda s, a: (
        f"{s.speaker.who(a['payee'])} does not accept coins, so they stay due. The payee must be able to receive them."
    ),
    "NotDissolved": lambda s, a: f"{s.speaker.who(a['body'])} is not dissolved, so what it has stays its own.",
    "NothingToSweep": lambda s, a: (
        f"{s.speaker.who(a['body'])} has nothing in {s.speaker.asset(a['asset'])} that is not reserved. "
        "What is reserved comes free when its proposal is released: `zonedao todo`."
    ),
    "ZeroEpoch": lambda s, a: "An epoch cannot last no time at all. Correct the charter.",
    "SafeERC20FailedOperation": lambda s, a: (
        f"The token {s.speaker.asset(a['token'])} refused to move. Check the balance and the approval."
    ),
}
