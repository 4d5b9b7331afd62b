"""Events of treasuries in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.explain.phrases_treasury import papers

if TYPE_CHECKING:
    from zonedao.explain.events import Happening, Telling

Args = Mapping[str, Any]


def _money(at: Happening, args: Args) -> str:
    return at.speaker.money(args["asset"], args["amount"])


def _from(at: Happening, args: Args) -> str:
    """Whose account paid, and for whom where that is another body."""
    body, source = at.speaker.who(args["body"]), at.speaker.who(args["source"])
    return body if body == source else f"{body} (from the account of {source})"


def _allowed(at: Happening, args: Args) -> str:
    child = at.speaker.who(args["child"])
    if args["limit"] == 0:
        return f"The allowance of {child} in {at.speaker.asset(args['asset'])} ended{papers(args)}."
    limit, source = at.speaker.money(args["asset"], args["limit"]), at.speaker.who(args["source"])
    return f"{child} may draw up to {limit} from {source} in each epoch until epoch {args['untilEpoch']}{papers(args)}."


def _recalled(at: Happening, args: Args) -> str:
    left = at.speaker.money(args["asset"], args["outstanding"])
    return (
        f"{at.speaker.who(args['body'])} recalled the allowance of {at.speaker.who(args['child'])}; {left} reserved "
        f"through it are still paid{papers(args)}."
    )


TELLINGS: Mapping[str, Telling] = {
    "Deposited": lambda at, a: (
        f"{at.speaker.who(a['from'])} deposited {_money(at, a)} for {at.speaker.who(a['body'])}{papers(a)}."
    ),
    "Reserved": lambda at, a: f"{_money(at, a)} of {_from(at, a)} are reserved for proposal {a['proposal']}.",
    "Released": lambda at, a: f"{_money(at, a)} of {_from(at, a)} are free again (proposal {a['proposal']}).",
    "Paid": lambda at, a: (
        f"{_from(at, a)} paid {_money(at, a)} to {at.speaker.who(a['to'])}, who can withdraw it{papers(a)}."
    ),
    "Escrowed": lambda at, a: f"{_from(at, a)} put {_money(at, a)} into escrow for a purchase{papers(a)}.",
    "Allowed": _allowed,
    "Recalled": _recalled,
    "Withdrawn": lambda at, a: f"{_money(at, a)} went to {at.speaker.who(a['payee'])}.",
    "Swept": lambda at, a: (
        f"{_money(at, a)} went from the account of {at.speaker.who(a['body'])}, which is dissolved, to "
        f"{at.speaker.who(a['heir'])}."
    ),
    "Collected": lambda at, a: f"{_money(at, a)} that were due went into the account of {at.speaker.who(a['body'])}.",
}
