"""What a body may do to those below it, and to officers there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.options import command
from zonedao.cli.kit.times import parse_duration
from zonedao.cli.propose.motion import Motion, propose, proposing

if TYPE_CHECKING:
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Call
    from zonedao.governance.proposals import Proposal


def _proposal_of(motion: Motion, body: Body, child: str, number: str) -> Proposal:
    return motion.session.below(body.zone, child).proposal(number)


@command(propose, "object")
@click.argument("child", metavar="BODY")
@click.argument("number", metavar="N")
@click.option("--for", "time", metavar="TIME", default="7 days", show_default=True, help="How long, at most 7 days.")
@proposing
def object_(motion: Motion, child: str, number: str, time: str) -> None:
    """Hold up proposal N of the industry BODY, once. Afterwards it goes on where it stood."""
    seconds = parse_duration(time)
    motion.put(lambda body: [body.calls.object_to(_proposal_of(motion, body, child, number), seconds)])


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("number", metavar="N")
@proposing
def resume(motion: Motion, child: str, number: str) -> None:
    """No longer hold up proposal N of the industry BODY."""
    motion.put(lambda body: [body.calls.resume(_proposal_of(motion, body, child, number))])


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("time", metavar="TIME")
@proposing
def freeze(motion: Motion, child: str, time: str) -> None:
    """Let the industry BODY queue and execute nothing for TIME, like "5 days". Its votes go on."""
    seconds = parse_duration(time)
    motion.put(lambda body: [body.calls.freeze(motion.address_of(body, child), seconds)])


@command(propose)
@click.argument("child", metavar="BODY")
@proposing
def unfreeze(motion: Motion, child: str) -> None:
    """End the freeze of the industry BODY."""
    motion.put(lambda body: [body.calls.unfreeze(motion.address_of(body, child))])


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("office")
@click.argument("people", nargs=-1, required=True, metavar="WHO...")
@click.option("--for", "time", metavar="TIME", default="90 days", show_default=True, help="How long, at most 90 days.")
@proposing
def replace(motion: Motion, child: str, office: str, people: tuple[str, ...], time: str) -> None:
    """Name WHO, members of this body, to OFFICE of the industry BODY, until its next term of that office begins."""
    seconds = parse_duration(time)

    def calls(body: Body) -> Sequence[Call]:
        persons = [motion.session.member(body.zone, who) for who in people]
        return [body.calls.replace_officers(motion.address_of(body, child), office, persons, seconds)]

    motion.put(calls)


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("office")
@proposing
def restore(motion: Motion, child: str, office: str) -> None:
    """Give OFFICE of the industry BODY back to who was elected, before the replacement ends."""
    motion.put(lambda body: [body.calls.restore_officers(motion.address_of(body, child), office)])


@command(propose)
@click.argument("child", metavar="BODY")
@proposing
def dissolve(motion: Motion, child: str) -> None:
    """Announce the end of the industry BODY. Two weeks later anybody can finish it (`body finish`)."""
    motion.put(lambda body: [body.calls.dissolve(motion.address_of(body, child))])


@command(propose)
@click.argument("child", metavar="BODY")
@proposing
def preserve(motion: Motion, child: str) -> None:
    """Take back that the industry BODY is to be dissolved."""
    motion.put(lambda body: [body.calls.withdraw_dissolution(motion.address_of(body, child))])


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("to", metavar="TO")
@proposing
def move(motion: Motion, child: str, to: str) -> None:
    """Offer the industry BODY to the body TO, which can take it two weeks later (`propose take`)."""

    def calls(body: Body) -> Sequence[Call]:
        return [body.calls.offer_move(motion.address_of(body, child), motion.address_of(body, to))]

    motion.put(calls)


@command(propose)
@click.argument("child", metavar="BODY")
@proposing
def hold(motion: Motion, child: str) -> None:
    """Take back that the industry BODY is offered to another body."""
    motion.put(lambda body: [body.calls.withdraw_move(motion.address_of(body, child))])


@command(propose)
@click.argument("offered", metavar="BODY")
@proposing
def take(motion: Motion, offered: str) -> None:
    """Take the industry BODY, which the body above it offered, below this one."""
    motion.put(lambda body: [body.calls.accept_move(motion.address_of(body, offered))])
