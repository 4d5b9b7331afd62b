"""`zonedao wish`: numbers that members set together, by the median of what they wish for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit import indexed
from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.indexed import live_option
from zonedao.cli.kit.options import READS, command
from zonedao.text import share

if TYPE_CHECKING:
    from zonedao.actions import Action
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body
    from zonedao.governance.wishes import Parameter, Wishes


@click.group(cls=Group)
def wish() -> None:
    """Numbers that a body sets by the median of its members' wishes; `zonedao propose parameter` opens one."""


@command(wish, uses=READS)
@in_option
@live_option
def show(session: Session, where: str | None, live: bool) -> None:
    """What is set by wishes here: the value in force, the next one, and what is wished for.

    Examples:
        zonedao wish show --in corner
    See also:
        zonedao wish for: say which value you wish for
        zonedao propose parameter: let another number be set so
    """
    session.out.show(*indexed.read(session, where, live, _parameters))


def _parameters(body: Body, block: int | None) -> tuple[dict[str, Any], list[str]]:
    """The parameters of a body as a document and as lines."""
    from zonedao.text import counted
    from zonedao.times import moment

    at = body.require_wishes()
    found = [at.parameter(name) for name in at.names()]
    own = {each.name: at.own(each.name) for each in found}
    now = body.client.now()
    lines = []
    for each in found:
        middle = f"median {each.median}" if each.median is not None else "no wishes"
        lines.append(f"{each.name}: {each.value}, next {each.following} ({middle}, {counted(each.wishes, 'wish')})")
        lines.append(
            f"  {each.least} to {each.most} in steps of {each.step}, {counted(each.move, 'step')} a reading, quorum "
            f"{share(each.quorum_ppm)}; to be read from {moment(each.readable_at, now)}"
        )
        if own[each.name] is not None:
            lines.append(f"  You wish for {own[each.name]}.")
    documents = [{**_document(each), "yours": own[each.name]} for each in found]
    return {"body": body.path, "block": block, "parameters": documents}, lines or ["There is none."]


@command(wish, "for")
@argument("name", "What is set by wishes; `zonedao wish show` lists it.")
@argument("value", "A whole number between its bounds, on one of its steps.", type=click.IntRange(0))
@in_option
def for_(session: Session, name: str, value: int, where: str | None) -> None:
    """Wish for VALUE of NAME, in place of what you wished for before.

    A wish stays until you change it. The median of all is read once an epoch.

    Examples:
        zonedao wish for bread-price 12
    See also:
        zonedao wish show: what others wish for
    """
    _act(session, where, lambda at: at.wish(name, value))


@command(wish)
@argument("name", "What is set by wishes; `zonedao wish show` lists it.")
@in_option
def read(session: Session, name: str, where: str | None) -> None:
    """Have the wishes for NAME read: what the last reading found comes into force. Once an epoch; anyone may.

    Examples:
        zonedao wish read bread-price
    See also:
        zonedao wish show: when it can be read
    """
    _act(session, where, lambda at: at.read(name))


@command(wish)
@argument("name", "What is set by wishes; `zonedao wish show` lists it.")
@click.argument("people", nargs=-1, required=True, metavar="WHO...")
@in_option
def forget(session: Session, name: str, people: tuple[str, ...], where: str | None) -> None:
    """Take back your own wish for NAME, or those of people who are no members any more.

    Examples:
        zonedao wish forget bread-price ada
    See also:
        zonedao wish for: wish for another value
    """
    _act(session, where, lambda at: at.forget(name, [session.member(at.body.zone, who) for who in people]))


def _act(session: Session, where: str | None, make: Callable[[Wishes], Action[None]]) -> None:
    session.require_signer()
    body = session.body(where)
    carry_out(session, body.client, lambda: make(body.require_wishes()))


def _document(found: Parameter) -> dict[str, Any]:
    return {
        "name": found.name,
        "least": found.least,
        "most": found.most,
        "step": found.step,
        "move": found.move,
        "quorum_ppm": found.quorum_ppm,
        "value": found.value,
        "following": found.following,
        "median": found.median,
        "wishes": found.wishes,
        "readable_at": found.readable_at,
        "histogram": [{"value": value, "wishes": wishes} for value, wishes in found.histogram],
    }
