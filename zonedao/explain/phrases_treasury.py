"""Calls of treasuries and tokens in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.chain.abi import checksum_address
from zonedao.text import read_label
from zonedao.treasury.assets import COIN_ADDRESS

if TYPE_CHECKING:
    from zonedao.explain.calls import Phrase, Setting

Args = Mapping[str, Any]


def _pay(setting: Setting, args: Args) -> str:
    amount = setting.speaker.money(args["asset"], args["maxAmount"])
    return f"pay {amount} to {_payee(setting, args['to'])} from {setting.payer}{papers(args)}"


def _escrow(setting: Setting, args: Args) -> str:
    amount = setting.speaker.money(args["asset"], args["maxAmount"])
    return f"put {amount} of {setting.payer} into escrow for one purchase{papers(args)}"


def _allow(setting: Setting, args: Args) -> str:
    child = setting.speaker.name(args["child"]) or f"the body that will be at {args['child']}"
    if args["maxAmount"] == 0:
        return f"end the allowance of {child} in {setting.speaker.asset(args['asset'])}"
    amount = setting.speaker.money(args["asset"], args["maxAmount"])
    source = setting.speaker.who(args["source"])
    epochs = "this epoch" if args["epochs"] == 1 else f"each of {args['epochs']} epochs, this one included"
    return f"let {child} draw up to {amount} from {source} in {epochs}{papers(args)}"


def _recall(setting: Setting, args: Args) -> str:
    child = setting.speaker.who(args["child"])
    symbol = setting.speaker.asset(args["asset"])
    return f"recall the allowance of {child} in {symbol}; what is reserved already is still paid{papers(args)}"


def _deposit(setting: Setting, args: Args) -> str:
    amount = setting.speaker.money(args["asset"], args["amount"])
    return f"deposit {amount} into the account of {setting.speaker.who(args['body'])}{papers(args)}"


def _withdraw(setting: Setting, args: Args) -> str:
    payee = setting.speaker.who(args["payee"])
    symbol = setting.speaker.asset(args["asset"])
    due = int(setting.speaker.client.bind("ITreasury", setting.target).call("due", args["payee"], args["asset"]))
    return (
        f"send {payee} the {setting.speaker.money(args['asset'], due)} that are due"
        if due
        else (f"send {payee} what is due in {symbol}, which is nothing now")
    )


def _payee(setting: Setting, address: str) -> str:
    if checksum_address(address) == COIN_ADDRESS:
        return "nobody (the zero address)"
    return setting.speaker.who(address)


def papers(args: Args) -> str:
    """The plan line, origin and evidence that money carries, where there are any."""
    found = [
        f"{word} {shown}"
        for key, word in (("line", "line"), ("origin", "origin"), ("evidence", "evidence"))
        if (shown := read_label(args.get(key, b"")))
    ]
    return f" ({', '.join(found)})" if found else ""


PHRASES: Mapping[tuple[str, str], Phrase] = {
    ("ITreasury", "pay"): _pay,
    ("ITreasury", "escrow"): _escrow,
    ("ITreasury", "allow"): _allow,
    ("ITreasury", "recall"): _recall,
    ("ITreasury", "deposit"): _deposit,
    ("ITreasury", "withdraw"): _withdraw,
    ("ITreasury", "sweep"): lambda s, a: (
        f"move what {s.speaker.who(a['body'])}, which is dissolved, has in {s.speaker.asset(a['asset'])} "
        "to the body above it"
    ),
    ("ITreasury", "reserve"): lambda s, a: (
        f"reserve {s.speaker.money(a['asset'], a['amount'])} for proposal {a['proposal']} of {s.payer}"
    ),
    ("ITreasury", "release"): lambda s, a: (
        f"free {s.speaker.money(a['asset'], a['amount'])} reserved for proposal {a['proposal']} of {s.payer}"
    ),
}
