"""Polls, elections, and numbers that members set by their wishes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.amounts import parse_share
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.options import command
from zonedao.cli.kit.times import parse_duration
from zonedao.cli.propose.motion import Motion, propose, proposing
from zonedao.errors import UsageProblem

if TYPE_CHECKING:
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Call


vote_option = click.option(
    "--vote", "vote_time", default="7 days", show_default=True, metavar="LENGTH", help="How long the vote is."
)
reveal_option = click.option(
    "--reveal",
    "reveal_time",
    metavar="LENGTH",
    help="Secret ballots: how long they can be revealed after the vote, like 3 days.",
)
quorum_option = click.option(
    "--quorum",
    default="0 %",
    show_default=True,
    metavar="SHARE",
    help="Share of the members who must vote, like 20 % or 1/3.",
)


@command(propose)
@argument("subject", "What it is about: a text of up to 32 bytes.")
@argument(
    "options",
    "What can be approved: texts of up to 32 bytes, with a budget each with its cost, such as swings=400.",
    nargs=-1,
    required=True,
    metavar="OPTION...",
)
@click.option(
    "--budget",
    metavar="COST",
    type=click.IntRange(0),
    help="What the winners may cost together; options are then NAME=COST.",
)
@click.option(
    "--most", metavar="N", type=click.IntRange(1), default=1, show_default=True, help="How many options win at most."
)
@click.option(
    "--threshold",
    default="0 %",
    show_default=True,
    metavar="SHARE",
    help="Share of the ballots that a winner needs, like 50 % or 2/3.",
)
@quorum_option
@vote_option
@reveal_option
@proposing
def poll(
    motion: Motion,
    subject: str,
    options: tuple[str, ...],
    budget: int | None,
    most: int,
    threshold: str,
    quorum: str,
    vote_time: str,
    reveal_time: str | None,
) -> None:
    """Let the members approve of options about SUBJECT, like swings, or with a budget swings=400.

    When it is executed the vote begins; each member approves of as many options as they like. The result binds nobody.
    The zone needs the module elections (`propose set module elections`). Class: membership.

    Examples:
        zonedao propose poll playground swings slide sandpit --most 2
        zonedao propose poll playground swings=400 slide=250 --budget 500 --quorum "20 %"
    See also:
        zonedao election vote: approve of options, by their numbers
    """
    from zonedao.governance.elections import PollTerms

    names, costs = (list(options), []) if budget is None else _costs(options)

    def calls(body: Body) -> Sequence[Call]:
        terms = PollTerms(
            subject,
            names,
            costs,
            budget or 0,
            most,
            parse_share(threshold),
            parse_share(quorum),
            parse_duration(vote_time),
            parse_duration(reveal_time) if reveal_time is not None else 0,
        )
        return [body.calls.open_poll(terms)]

    motion.put(calls)


def _costs(options: tuple[str, ...]) -> tuple[list[str], list[int]]:
    parts = [option.rpartition("=") for option in options]
    for (name, _, cost), option in zip(parts, options, strict=True):
        if not name or not cost.isdecimal():
            raise UsageProblem(
                f"{option!r} has no cost. With a budget write every option as NAME=COST, like swings=400."
            )
    return [name for name, _, _ in parts], [int(cost) for _, _, cost in parts]


@command(propose)
@argument("office", "What the office is called: a text of up to 32 bytes.")
@click.option(
    "--by", type=click.Choice(["approval", "stv"]), default="approval", show_default=True, help="How it is counted."
)
@click.option(
    "--seats", metavar="N", type=click.IntRange(1, 16), default=1, show_default=True, help="How many are elected."
)
@quorum_option
@click.option(
    "--stand",
    "stand_time",
    default="7 days",
    show_default=True,
    metavar="LENGTH",
    help="How long candidates can stand.",
)
@vote_option
@reveal_option
@click.option("--term", default="52 weeks", show_default=True, metavar="LENGTH", help="How long the term is.")
@click.option(
    "--delay",
    metavar="LENGTH",
    help="From the end of the vote to the beginning of the term, like 1 week; none by default.",
)
@proposing
def election(
    motion: Motion,
    office: str,
    by: str,
    seats: int,
    quorum: str,
    stand_time: str,
    vote_time: str,
    reveal_time: str | None,
    term: str,
    delay: str | None,
) -> None:
    """Have officers elected to OFFICE, a text of up to 32 bytes.

    When it is executed, candidates stand, then members vote, then anybody has it counted. The zone needs the module
    elections (`propose set module elections`). Class: membership.

    Examples:
        zonedao propose election treasurer
        zonedao propose election board --by stv --seats 5 --quorum "20 %" --term "26 weeks"
    See also:
        zonedao election stand: become a candidate
        zonedao election vote: vote
    """
    from zonedao.governance.elections import Kind, OfficeTerms

    def calls(body: Body) -> Sequence[Call]:
        terms = OfficeTerms(
            office,
            Kind.STV if by == "stv" else Kind.APPROVAL,
            seats,
            parse_share(quorum),
            parse_duration(stand_time),
            parse_duration(vote_time),
            parse_duration(reveal_time) if reveal_time is not None else 0,
            parse_duration(delay) if delay is not None else 0,
            parse_duration(term),
        )
        return [body.calls.open_election(terms)]

    motion.put(calls)


@command(propose)
@argument("name", "What it is called: a text of up to 32 bytes.")
@argument("least", "The lowest value that it can ever have.", type=click.IntRange(0))
@argument("most", "The highest; the two are 100 steps apart at most.", type=click.IntRange(1))
@click.option(
    "--step", metavar="N", type=click.IntRange(1), default=1, show_default=True, help="From one value to the next."
)
@click.option("--first", metavar="N", type=click.IntRange(0), help="The value to begin with; the least by default.")
@click.option(
    "--move",
    metavar="N",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Most steps that one reading moves.",
)
@quorum_option
@click.option("--epoch", default="30 days", show_default=True, metavar="LENGTH", help="How long between two readings.")
@proposing
def parameter(
    motion: Motion, name: str, least: int, most: int, step: int, first: int | None, move: int, quorum: str, epoch: str
) -> None:
    """Let the members set NAME, a whole number from LEAST to MOST, by the median of their wishes. These bounds stay.

    The zone needs the module wishes (`propose set module wishes`). Class: constitutional.

    Examples:
        zonedao propose parameter bread-price 1 20 --step 1 --move 2 --quorum "10 %"
    See also:
        zonedao wish for: say which value you wish for
    """
    from zonedao.governance.wishes import ParameterTerms

    def calls(body: Body) -> Sequence[Call]:
        begins = least if first is None else first
        terms = ParameterTerms(name, least, most, step, begins, move, parse_share(quorum), parse_duration(epoch))
        return [body.calls.open_parameter(terms)]

    motion.put(calls)
