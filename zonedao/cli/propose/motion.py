"""What every proposal has: the body, a title, reasons; and how it is put to the vote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.groups import Group
from zonedao.errors import UsageProblem
from zonedao.text import reason

if TYPE_CHECKING:
    from zonedao.actions import Outcome
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Call
    from zonedao.governance.proposals import Proposal


@click.group(cls=Group)
def propose() -> None:
    """Put something to the vote of a body. What is proposed decides what it takes to pass, not its title."""


def proposing(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that every proposal has; its function gets what they say as a `Motion`."""

    @wraps(function)
    def command(session: Session, *, where: str | None, title: str, text_file: str | None, **said: Any) -> None:
        function(Motion(session, where, title, text_file), **said)

    titled = click.option(
        "--title", default="", metavar="TEXT", help="What readers see first; what it does by default."
    )
    reasoned = click.option(
        "--text", "text_file", metavar="FILE", help="Reasons and details for readers, in UTF-8; - reads standard input."
    )
    found: Callable[..., None] = in_option(titled(reasoned(command)))
    return found


@dataclass(frozen=True)
class Motion:
    """Where something is put to the vote, under which title, and where its reasons are."""

    session: Session
    where: str | None
    title: str
    text_file: str | None

    def address_of(self, body: Body, path: str) -> str:
        """Where another body of the same zone is. Raises NotFound."""
        return self.session.below(body.zone, path).address

    def put(self, calls: Callable[[Body], Sequence[Call]], default_text: str = "") -> None:
        """Explain, ask, send; `calls` are made for the body that votes."""
        session = self.session
        session.require_signer()
        text = _text(self.text_file) or default_text
        body = session.body(self.where)

        def make() -> Any:
            wanted = calls(body)
            return body.propose(wanted, self.title or _title(body, wanted), text)

        def told(outcome: Outcome[Proposal]) -> tuple[Any, list[str]]:
            made = outcome.value
            from zonedao.times import moment

            here = session.place(body.zone, body.path)
            place = "" if body.is_zone and len(session.book.zones()) == 1 else f" --in {here}"
            result = {
                "body": body.path,
                "number": made.number,
                "id": made.hex_id,
                "opens_at": made.opens_at,
                "closes_at": made.closes_at,
            }
            opens = moment(made.opens_at, body.client.now())
            return result, [f"It is proposal {made.number}. Vote from {opens}: zonedao vote {made.number} for{place}"]

        carry_out(session, body.client, make, told)


def _title(body: Body, calls: Sequence[Call]) -> str:
    from zonedao.client import Client
    from zonedao.explain.calls import explain_call

    # A title goes on the chain, where names of people never go: nobody's address book is used, and nobody is "you".
    stranger = Client(body.client.connection)
    same = stranger.zone(body.zone.address, deploy_block=body.zone.deploy_block).body_at(body.address)
    said = "; ".join(explain_call(stranger.speaker, each.target, each.data, same).sentence for each in calls)
    return said[:1].upper() + said[1:]


def _text(file: str | None) -> str:
    if file is None:
        return ""
    try:
        with click.open_file(file, encoding="utf-8") as handle:
            return str(handle.read())
    except UnicodeDecodeError:
        raise UsageProblem(f"{file} is no UTF-8 text. Save it as one.") from None
    except OSError as problem:
        raise UsageProblem(f"{file} cannot be read ({reason(problem)}). Check its path.") from None
