"""Having the chain count what is in the ballot box, and those who follow a representative."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.ballot.box import ballot, box_option, opened_box
from zonedao.cli.kit.acting import agree, carry_out, require_sending
from zonedao.cli.kit.arguments import PROPOSAL, argument
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.indexed import refresh
from zonedao.cli.kit.options import SENDS_MANY, command
from zonedao.cli.kit.proposals import number_argument
from zonedao.errors import Refused, UsageProblem
from zonedao.text import counted

if TYPE_CHECKING:
    from zonedao.ballots.posting import Posted, Preview
    from zonedao.cli.kit.session import Session


@command(ballot, uses=SENDS_MANY)
@argument(
    "number",
    PROPOSAL,
    metavar="[N]",
    required=False,
)
@click.option("--keys", is_flag=True, help="Post voting keys rather than ballots.")
@box_option
@in_option
def post(session: Session, number: str | None, keys: bool, box_file: Path | None, where: str | None) -> None:
    """Have the chain count the collected ballots on proposal N, as cheaply as it can be done.

    May be stopped and run again at any time: nobody is counted twice. Whoever posts pays the fees, and can change
    nothing.

    Examples:
        zonedao ballot post 12 --dry-run
        zonedao ballot post 12 --yes
        zonedao ballot post --keys
    Exit codes:
        4: the vote is not open, or none of them could be counted
    See also:
        zonedao ballot status: what is in the box
    """
    from zonedao.ballots.enrolling import post_enrolments, preview_enrolments, verifier_of, waiting_enrolments
    from zonedao.ballots.posting import preview, resume

    if (number is None) != keys:
        raise UsageProblem("Say which: `zonedao ballot post N` for ballots, `zonedao ballot post --keys` for keys.")
    require_sending(session)
    session.require_signer()
    with opened_box(session, where, box_file, made=True) as box:
        if not session.options.dry_run:
            session.interrupted = "Stopped. Run the same command again: it goes on, and nobody is counted twice."
            resume(box, box.body.address if number is not None else verifier_of(box.body).address, session.out.note)
        if number is None:
            count, thing, on = len(waiting_enrolments(box)), "voting key", ""
        else:
            proposal = box.body.proposal(number)
            count, thing, on = len(box.waiting(proposal.id)), "ballot", f" on proposal {proposal.number}"
        what = counted(count, thing) + on
        planned = preview_enrolments(box) if number is None else preview(box, proposal.id)
        lines = _previewed(planned)
        if session.options.dry_run or not count:
            waiting = f"{what} {'waits' if count == 1 else 'wait'}. Nothing was sent."
            session.out.show(_preview_document(count, planned, lines), [*lines, waiting])
            return
        for line in lines:
            session.out.note(line)
        agree(session, f"Post {what}?")
        session.require_signer().ready()
        told = session.out.note
        posted = post_enrolments(box, told) if number is None else box.post(proposal.id, told)
    _show_posted(session, posted, thing, on)
    refresh(session)


@command(ballot)
@number_argument
@click.argument("who", required=False)
@in_option
def followers(session: Session, number: str, who: str | None, where: str | None) -> None:
    """Have the chain count on proposal N those who follow WHO, or you, who voted as a representative. Anyone may.

    Until batches close. Whoever is counted can still vote, which takes the place of what was counted. Where there are
    very many, run it again.

    Examples:
        zonedao ballot followers 12
        zonedao ballot followers 12 eva --in corner
    See also:
        zonedao member delegate: follow somebody
    """
    signer = session.require_signer()
    body = session.body(where)
    person = signer.address if who is None else session.member(body.zone, who)
    carry_out(session, body.client, lambda: body.proposal(number).count_followers(person))


def _previewed(planned: Sequence[Preview]) -> list[str]:
    """What would be sent: one transaction with all that there is to say, several in a line each."""
    from zonedao.chain.fees import ether

    if len(planned) == 1:
        return list(planned[0].description.lines)
    lines = [each.description.sentence for each in planned]
    if planned:
        lines.append(f"The fees of these {len(planned)} transactions are {ether(sum(_fees(planned)))} at most.")
    return lines


def _fees(planned: Sequence[Preview]) -> list[int]:
    return [each.description.fee_limit_wei or 0 for each in planned]


def _preview_document(count: int, planned: Sequence[Preview], lines: Sequence[str]) -> dict[str, Any]:
    return {
        "sent": False,
        "waiting": count,
        "explanation": list(lines),
        "transactions": [
            {"kind": each.kind, "claimed": each.claimed, "fee_limit_wei": str(fee)}
            for each, fee in zip(planned, _fees(planned), strict=True)
        ],
        "fee_limit_wei": str(sum(_fees(planned))),
    }


def _show_posted(session: Session, posted: Posted, thing: str, on: str) -> None:
    lines = [
        f"{each.counted} in {each.tx_hash}: {each.gas_used:,} gas, {each.gas_used // max(each.counted, 1):,} each."
        for each in posted.transactions
    ]
    lines += [f"Person {ballot.index} is not counted: {reason}" for ballot, reason in posted.left]
    session.out.show(
        {
            "sent": bool(posted.transactions),
            "counted": posted.counted,
            "transactions": [
                {
                    "kind": each.kind,
                    "claimed": each.claimed,
                    "counted": each.counted,
                    "gas_used": each.gas_used,
                    "tx": each.tx_hash,
                }
                for each in posted.transactions
            ],
            "left": [{"person": ballot.index, "reason": reason} for ballot, reason in posted.left],
        },
        [*lines, _sum(posted, thing, on)],
    )
    if posted.left and not posted.transactions:
        raise Refused(f"None of the {thing}s{on} could be posted. The reasons stand above.")


def _sum(posted: Posted, thing: str, on: str) -> str:
    if not posted.transactions and not posted.left:
        return f"Somebody else had the {thing}s{on} counted meanwhile. Nothing was sent."
    return f"{counted(posted.counted, thing)}{on} {'is' if posted.counted == 1 else 'are'} on the chain."
