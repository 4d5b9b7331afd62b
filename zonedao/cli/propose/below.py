"""What a body may do to those below it, and to officers there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.arguments import argument
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
@argument("number", "The number of a proposal of the industry.", metavar="N")
@click.option("--for", "time", metavar="TIME", default="7 days", show_default=True, help="How long, at most 7 days.")
@proposing
def object_(motion: Motion, child: str, number: str, time: str) -> None:
    """Hold up proposal N of the industry BODY, once. Afterwards it goes on where it stood.

    Its vote goes on; it is neither queued nor executed meanwhile. Class: industry.

    Examples:
        zonedao propose object kitchen 4 --for "3 days"
    See also:
        zonedao petition object: by signatures, where a vote takes too long
        zonedao propose resume: let it go on
    """
    seconds = parse_duration(time)
    motion.put(lambda body: [body.calls.object_to(_proposal_of(motion, body, child, number), seconds)])


@command(propose)
@click.argument("child", metavar="BODY")
@argument("number", "The number of a proposal of the industry.", metavar="N")
@proposing
def resume(motion: Motion, child: str, number: str) -> None:
    """No longer hold up proposal N of the industry BODY.

    It goes on with the times that it had left. Class: industry.

    Examples:
        zonedao propose resume kitchen 4
    See also:
        zonedao propose object: hold it up
    """
    motion.put(lambda body: [body.calls.resume(_proposal_of(motion, body, child, number))])


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("time", metavar="TIME")
@proposing
def freeze(motion: Motion, child: str, time: str) -> None:
    """Let the industry BODY queue and execute nothing for TIME, like "5 days". Its votes go on.

    30 days at most, and as much in any 365 days. What was queued is executed as much later. Class: industry.

    Examples:
        zonedao propose freeze kitchen "5 days"
    See also:
        zonedao propose unfreeze: end it before its time
        zonedao petition freeze: by signatures, where a vote takes too long
    """
    seconds = parse_duration(time)
    motion.put(lambda body: [body.calls.freeze(motion.address_of(body, child), seconds)])


@command(propose)
@click.argument("child", metavar="BODY")
@proposing
def unfreeze(motion: Motion, child: str) -> None:
    """End the freeze of the industry BODY.

    Class: industry.

    Examples:
        zonedao propose unfreeze kitchen
    See also:
        zonedao propose freeze: begin one
    """
    motion.put(lambda body: [body.calls.unfreeze(motion.address_of(body, child))])


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("office")
@click.argument("people", nargs=-1, required=True, metavar="WHO...")
@click.option("--for", "time", metavar="TIME", default="90 days", show_default=True, help="How long, at most 90 days.")
@proposing
def replace(motion: Motion, child: str, office: str, people: tuple[str, ...], time: str) -> None:
    """Name WHO, members of this body, to OFFICE of the industry BODY, until its next term of that office begins.

    90 days at most, and once a year for each office. Class: industry.

    Examples:
        zonedao propose replace kitchen treasurer ben --for "30 days"
    See also:
        zonedao propose restore: give the office back before
    """
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
    """Give OFFICE of the industry BODY back to who was elected, before the replacement ends.

    Class: industry.

    Examples:
        zonedao propose restore kitchen treasurer
    See also:
        zonedao election officers: who holds an office
    """
    motion.put(lambda body: [body.calls.restore_officers(motion.address_of(body, child), office)])


@command(propose)
@click.argument("child", metavar="BODY")
@proposing
def dissolve(motion: Motion, child: str) -> None:
    """Announce the end of the industry BODY. Two weeks later anybody can finish it (`body finish`).

    From the announcement on nothing new is proposed there; what was proposed before goes on. Its money then goes to the
    body above. Not finished within two more weeks, it lapses. Class: constitutional.

    Examples:
        zonedao propose dissolve kitchen
    See also:
        zonedao propose preserve: take it back
        zonedao petition appeal: what members of the industry can do
    """
    motion.put(lambda body: [body.calls.dissolve(motion.address_of(body, child))])


@command(propose)
@click.argument("child", metavar="BODY")
@proposing
def preserve(motion: Motion, child: str) -> None:
    """Take back that the industry BODY is to be dissolved.

    Before it is finished. Class: industry.

    Examples:
        zonedao propose preserve kitchen
    See also:
        zonedao propose dissolve: announce it
    """
    motion.put(lambda body: [body.calls.withdraw_dissolution(motion.address_of(body, child))])


@command(propose)
@click.argument("child", metavar="BODY")
@argument("to", "The body that may take it: its path, or its address.", metavar="TO")
@proposing
def move(motion: Motion, child: str, to: str) -> None:
    """Offer the industry BODY to the body TO, which can take it two weeks later (`propose take`).

    Up or sideways only, never deeper. Not taken within 46 more days, the offer lapses. Members, money and votes move
    with it; what it could draw ends. Class: constitutional.

    Examples:
        zonedao propose move kitchen/bakery corner --in corner/kitchen
    See also:
        zonedao propose take: the vote of the other body
        zonedao propose hold: take the offer back
    """

    def calls(body: Body) -> Sequence[Call]:
        return [body.calls.offer_move(motion.address_of(body, child), motion.address_of(body, to))]

    motion.put(calls)


@command(propose)
@click.argument("child", metavar="BODY")
@proposing
def hold(motion: Motion, child: str) -> None:
    """Take back that the industry BODY is offered to another body.

    Class: industry.

    Examples:
        zonedao propose hold kitchen/bakery --in corner/kitchen
    See also:
        zonedao propose move: offer it
    """
    motion.put(lambda body: [body.calls.withdraw_move(motion.address_of(body, child))])


@command(propose)
@argument("offered", "The body's whole path, such as corner/kitchen/bakery, or its address.", metavar="BODY")
@proposing
def take(motion: Motion, offered: str) -> None:
    """Take the industry BODY, which the body above it offered, below this one.

    From two weeks to sixty days after the offer. Class: constitutional.

    Examples:
        zonedao propose take corner/kitchen/bakery --in corner
    See also:
        zonedao propose move: the vote of the body above it
    """
    motion.put(lambda body: [body.calls.accept_move(motion.address_of(body, offered))])
