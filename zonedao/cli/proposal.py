"""`zonedao proposal`: reading what was proposed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from sys import maxsize
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.bodies import in_option, whom
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.indexed import indexed, live_option, read
from zonedao.cli.kit.options import READS, command
from zonedao.cli.kit.output import BAD, BAR, GOOD, STRONG, Quoting, pairs, style
from zonedao.cli.kit.proposals import document, document_of, number_argument, standing
from zonedao.text import inline, share

if TYPE_CHECKING:
    from zonedao.cli.kit.indexed import IndexedBody
    from zonedao.cli.kit.session import Session
    from zonedao.explain.calls import Explained
    from zonedao.explain.outlook import Outlook
    from zonedao.governance.body import Body
    from zonedao.governance.laws import ProposalClass
    from zonedao.governance.proposals import Ballot, Proposal, ProposalStatus
    from zonedao.index.proposals import IndexedProposal

    # A proposal, how it stands, and what gives the address and the name of who proposed it.
    Row = tuple[Proposal | IndexedProposal, ProposalStatus, Callable[[], tuple[str, str | None]]]

_EXTENDED = "; extended, because the outcome turned near the close"
FINAL = ("canceled", "defeated", "expired", "executed")


@click.group(cls=Group)
def proposal() -> None:
    """Read proposals. Each body numbers its own from 1; IGovernor's hash id is accepted wherever a number is."""


@command(proposal, "list", uses=READS)
@in_option
@click.option("--open", "only_open", is_flag=True, help="Only those that can still be voted on, queued or executed.")
@click.option(
    "--limit", type=click.IntRange(0), default=50, metavar="NUMBER", help="At most so many; 50 by default, 0 for all."
)
@live_option
def list_(session: Session, where: str | None, only_open: bool, limit: int, live: bool) -> None:
    """Proposals of a body, the newest first.

    From the index of the zone where there is one, else from the node.

    Examples:
        zonedao proposal list --open
        zonedao proposal list --in corner/kitchen --limit 0 --json
    See also:
        zonedao proposal show: everything about one
        zonedao index sync: bring the index up to date
    """
    with indexed(session, where, live) as place:
        if place is not None:
            path, block, (rows, more) = place.path, place.block, _first(_kept(session, place, only_open), limit)
        else:
            body = session.body(where)
            path, block, (rows, more) = body.path, None, _first(_asked(body, only_open), limit)
    # Addresses as people write them cost more than all the rest.
    documents = [document_of(each, status, path, *by()) for each, status, by in rows] if session.out.as_json else []
    session.out.show(
        {
            "body": path,
            "block": block,
            "proposals": documents,
            "more": more,
        },
        session.out.table(
            ("N", "STATE", "CLASS", "TITLE", "FOR", "AGAINST", "ABSTAIN", "NEXT"),
            [
                (
                    str(each.number),
                    status.state.title,
                    ", ".join(one.title for one in each.classes),
                    each.title,
                    str(status.votes.for_),
                    str(status.votes.against),
                    str(status.votes.abstain),
                    standing(each, status),
                )
                for each, status, _ in rows
            ],
            right=(0, 4, 5, 6),
            empty=f"{path} has no {'open ' if only_open else ''}proposals.",
        ),
    )
    if more:
        session.out.note("There are older ones; --limit 0 lists all.")


def _kept(session: Session, place: IndexedBody, only_open: bool) -> Iterator[Row]:
    """From an index, the newest first."""
    from zonedao.index.proposals import BodyProposals

    for each, status in BodyProposals(place.index, place.address, place.now).newest(only_open):
        yield each, status, partial(_called, session, each.proposer)


def _asked(body: Body, only_open: bool) -> Iterator[Row]:
    """From the node, the newest first."""
    for each in reversed(body.proposals()):
        status = each.status()
        if not only_open or status.state.title not in FINAL:
            yield each, status, partial(_known, body, each.proposer)


def _called(session: Session, address: str) -> tuple[str, str | None]:
    from zonedao.chain.abi import checksum_address

    return checksum_address(address), session.book.clear_name_of(address)


def _known(body: Body, address: str) -> tuple[str, str | None]:
    return address, body.client.name_of(address)


def _first(rows: Iterator[Row], limit: int) -> tuple[list[Row], bool]:
    """So many rows (0: all), and whether there are more."""
    found = list(islice(rows, min(limit, maxsize) or None))
    return found, bool(limit) and next(rows, None) is not None


@command(proposal, uses=READS)
@number_argument
@in_option
@live_option
def show(session: Session, number: str, where: str | None, live: bool) -> None:
    """Everything about proposal N: what it would do, who is for it, what comes next.

    What executing it would change as things are now, and whether its money is there, is tried on the node with --live.

    Examples:
        zonedao proposal show 12 --live
        zonedao proposal show 3 --in corner/kitchen --json
    See also:
        zonedao vote: vote on it
        zonedao explain: a call that is not known
    """
    session.out.show(*read(session, where, live, partial(_everything, number)))


def _everything(number: str, body: Body, block: int | None) -> tuple[dict[str, Any], list[str]]:
    """A proposal as a document and as lines."""
    from zonedao.explain.calls import explain_call
    from zonedao.explain.classes import why

    found = body.proposal(number)
    status, ballots = found.status(), found.ballots()
    calls = [explain_call(body.client.speaker, call.target, call.data, body) for call in found.calls]
    ahead = _ahead(found, status) if block is None else None
    reasons = why(body, found.calls)
    return (
        {
            **document(found, status),
            "block": block,
            "calls": [
                {
                    "target": call.target,
                    "data": "0x" + call.data.hex(),
                    "words": list(words.lines()),
                    "warnings": list(words.all_warnings()),
                }
                for call, words in zip(found.calls, calls, strict=True)
            ],
            "class_reasons": {each.title: reason for each, reason in reasons.items() if each in found.classes},
            "effects": ahead.document if ahead is not None else None,
            "money": [
                {
                    "asset": each.needed.asset.address,
                    "amount": str(each.needed.amount),
                    "there": each.there,
                    "words": each.words,
                }
                for each in ahead.money
            ]
            if ahead is not None
            else None,
            "warnings": list(ahead.warnings) if ahead is not None else None,
            "ballots": [
                {
                    "voter": ballot.voter,
                    "name": body.client.name_of(ballot.voter),
                    "support": ballot.support.title,
                    "reason": ballot.reason,
                    "representative": ballot.representative or None,
                }
                for ballot in ballots
            ],
        },
        list(_lines(found, status, calls, ahead, reasons, ballots)),
    )


def _ahead(found: Proposal, status: ProposalStatus) -> Outlook:
    from zonedao.explain.outlook import outlook

    return outlook(found.body, found.calls, found, status.state)


def _sponsors(status: ProposalStatus) -> str:
    needed = status.sponsors_needed
    if not needed:
        return ""
    missing = f"; {status.sponsors_missing} more needed before the vote opens" if status.sponsors_missing else ""
    return f"{status.sponsors} of {needed}{missing}"


def _lines(
    found: Proposal,
    status: ProposalStatus,
    calls: list[Explained],
    ahead: Outlook | None,
    reasons: Mapping[ProposalClass, str],
    ballots: tuple[Ballot, ...],
) -> Iterator[str]:
    from zonedao.explain.classes import classes_in_words
    from zonedao.governance.standing import OPEN
    from zonedao.times import moment

    client, now, votes = found.body.client, status.read_at, status.votes
    yield Quoting(style(f"Proposal {found.number} of {found.body.path}: {found.title}", STRONG))
    if found.text:
        yield ""
        # Behind a bar no line of theirs can look like one of ours.
        yield from (f"{BAR}{line}".rstrip() for line in found.text.splitlines())
    yield ""
    for number, each in enumerate(calls, 1):
        first, *rest = each.lines()
        yield f"{number}. {first}"
        yield from (f"   {line}" for line in rest)
        yield from (style(f"   Warning: {warning}", BAD) for warning in each.all_warnings())
    yield ""
    if ahead is None and status.state in OPEN:
        yield "What executing it would change, and whether its money is there: --live tries it on the node."
        yield ""
    if ahead is not None:
        yield from ahead.lines
        yield from (style(f"Warning: {warning}.", BAD) for warning in ahead.warnings)
        if ahead.lines or ahead.warnings:
            yield ""
    needed = f"{status.quorum} of {found.electorate} for or abstaining"
    lacking = max(status.quorum - votes.towards_quorum, 0)
    yield from pairs(
        [
            ("state", " ".join(filter(None, [status.state.title, standing(found, status)]))),
            ("class", "; ".join(classes_in_words(found.classes, reasons))),
            ("proposed by", whom(client, found.proposer)),
            ("sponsors", _sponsors(status)),
            ("votes", f"{votes.for_} for, {votes.against} against, {votes.abstain} abstaining"),
            ("quorum", needed + (f"; {lacking} more needed" if lacking else "; reached")),
            ("to pass", f"more for than against, and {share(status.law.threshold_ppm)} of both for"),
            ("opens", moment(found.opens_at, now)),
            ("closes", moment(found.closes_at, now) + _EXTENDED * found.extended),
            ("executable", f"from {moment(status.eta, now)}" if status.eta else ""),
            ("id", found.hex_id),
        ]
    )
    if ballots:
        yield ""
    for ballot in ballots:
        colour = {"for": GOOD, "against": BAD}.get(ballot.support.title)
        choice = style(ballot.support.title, colour) if colour else ballot.support.title
        reason = inline(ballot.reason)
        by = f", by {whom(client, ballot.representative)}" if ballot.representative else ""
        yield Quoting(f"{whom(client, ballot.voter)}: {choice}{by}" + (f", “{reason}”" if reason else ""))
