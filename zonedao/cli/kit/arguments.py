"""Arguments of commands, each with a sentence that says what may stand in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

PROPOSAL = "The number of a proposal in its body, or its hash id of IGovernor, decimal or 0x-hex."
_PERSON = "A name of your address book or of one of your key files, an address, or a member's number in the register."
_ADDRESS = "An address, or a name of your address book or of one of your key files."
_BODY = "An industry by its path below the body, such as kitchen, its whole path, or its address."

# By the names of parameters, which mean the same in all commands that say nothing else.
_SAID: Mapping[str, str] = {
    "address": _ADDRESS,
    "amount": 'A number and an asset: "12.5 ETH", or "100 0x…" for a token by its address.',
    "asset": "ETH, or the symbol or address of a token; ETH by default.",
    "child": _BODY,
    "choice": "Your choice.",
    "data": "What the call says: 0x-hex of its function and arguments.",
    "good": "A good by its name, the beginning of it, or its number; `zonedao stock show` lists them.",
    "office": "The name of an office, as it was elected.",
    "people": _PERSON,
    "quantity": 'Whole units of the good, with or without the unit: 100, "100 kg".',
    "symbol": "ETH, or the symbol or address of a token; ETH by default.",
    "time": 'A length of time, such as 36h or "5 days".',
    "who": _PERSON,
}


class Argument(click.Argument):
    """An argument with a sentence of its own; click gives them one since 8.5 only."""

    def __init__(self, param_decls: Any, *, said: str, **attributes: Any) -> None:
        super().__init__(param_decls, **attributes)
        self.said = said


def argument(name: str, said: str, **attributes: Any) -> Callable[[Any], Any]:
    """Like `click.argument`, with a sentence about what may stand there."""
    return click.argument(name, cls=Argument, said=said, **attributes)


def said_of(param: click.Argument) -> str:
    """What may stand in the place of an argument; empty where nothing is said."""
    return param.said if isinstance(param, Argument) else _SAID.get(str(param.name), "")


def shown(param: click.Argument, ctx: click.Context) -> str:
    """How an argument is called in `--help`, as one: `N`, `WHO`, `{for|against}`."""
    return param.make_metavar(ctx).removesuffix("...").strip("[]").removesuffix("...")
