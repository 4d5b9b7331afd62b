"""`zonedao sponsor`, `vote`, `queue`, `execute`, `cancel`: what is done with a proposal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.acting import agree, carry_out, tell_about
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.options import command
from zonedao.cli.kit.proposals import number_argument
from zonedao.errors import UsageProblem

if TYPE_CHECKING:
    from zonedao.actions import Outcome
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body


@command()
@number_argument
@click.argument("choice", type=click.Choice(["for", "against", "abstain"]))
@click.option("--reason", default="", metavar="TEXT", help="Stands beside your vote for everybody to read.")
@click.option("--as-representative", is_flag=True, help="Let those who follow you be counted alike; without a reason.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="As a representative: send nothing, sign it into FILE, for anybody to bring.",
)
@in_option
def vote(
    session: Session,
    number: str,
    choice: str,
    reason: str,
    as_representative: bool,
    out: Path | None,
    where: str | None,
) -> None:
    """Vote for or against proposal N, or abstain. A vote is cast once.

    You need to belong to its electorate: whoever was a member when it was made. Everybody can see how you voted. With
    --as-representative those who follow you are counted alike, where they do not vote themselves.

    Examples:
        zonedao vote 12 for
        zonedao vote 3 against --in corner/kitchen --reason "Too dear."
        zonedao vote 12 for --as-representative --out mine.json
    Exit codes:
        4: its vote is not open, you are no elector, or you have voted: nothing was sent
    See also:
        zonedao proposal show: what it would do
        zonedao ballot sign: vote without a transaction
    """
    session.require_signer()
    body = session.body(where)
    if out is not None:
        if not as_representative or reason:
            raise UsageProblem(
                "Only a vote as a representative, without a reason, is signed into a file here. Any other is signed "
                "with `zonedao ballot sign`."
            )
        _sign(session, body, number, choice, out)
        return

    def told(outcome: Outcome[None]) -> tuple[None, list[str]]:
        return None, [f"Have your followers counted: `zonedao ballot followers {number}`."] if as_representative else []

    carry_out(
        session,
        body.client,
        lambda: body.proposal(number).vote(choice, reason, as_representative=as_representative),
        told,
    )


def _sign(session: Session, body: Body, number: str, choice: str, out: Path) -> None:
    from zonedao.ballots.representing import sign_as_representative, write_representative
    from zonedao.governance.proposals import support

    proposal = body.proposal(number)
    meaning = f"sign a vote {choice} as a representative on proposal {proposal.number} of {body.path}: {proposal.title}"
    tell_about(session, proposal, choice, meaning)
    if session.options.dry_run:
        session.out.would(f"You would {meaning}.")
        return
    agree(session, "Sign it?")
    signed = sign_as_representative(proposal, support(choice))
    write_representative(out, signed)
    session.out.show(
        {"body": body.path, "proposal": proposal.number, "voter": signed.voter, "file": str(out)},
        [f"Signed. Who has {out} brings it: zonedao member bring {out}"],
    )


@command()
@number_argument
@in_option
def sponsor(session: Session, number: str, where: str | None) -> None:
    """Sign proposal N before its vote opens, where its law wants sponsors. You stay free to vote as you like.

    You need to belong to its electorate, and not to have made it. Too few sponsors when the vote should open, and it is
    defeated without a vote.

    Examples:
        zonedao sponsor 12
        zonedao sponsor 3 --in corner/kitchen
    See also:
        zonedao proposal show: how many are missing
    """
    session.require_signer()
    body = session.body(where)
    carry_out(session, body.client, lambda: body.proposal(number).sponsor())


@command()
@number_argument
@in_option
def queue(session: Session, number: str, where: str | None) -> None:
    """Queue proposal N after it succeeded: its money is reserved and its delay begins. Anyone may.

    Within the grace of its law, or it expires. What it spends must be there, and have room under the cap of the epoch.

    Examples:
        zonedao queue 12
        zonedao queue 3 --in corner/kitchen
    See also:
        zonedao execute: when the delay is over
    """
    session.require_signer()
    body = session.body(where)
    carry_out(session, body.client, lambda: body.proposal(number).queue())


@command()
@number_argument
@in_option
def execute(session: Session, number: str, where: str | None) -> None:
    """Carry out proposal N when its delay is over. Anyone may.

    Its calls are tried first, and what they change is shown again. All of them happen or none. Not executed within its
    grace, it expires.

    Examples:
        zonedao execute 12
        zonedao execute 3 --in corner/kitchen --dry-run
    See also:
        zonedao withdraw: collect what it paid you
    """
    session.require_signer()
    body = session.body(where)
    carry_out(session, body.client, lambda: body.proposal(number).execute())


@command()
@number_argument
@in_option
def cancel(session: Session, number: str, where: str | None) -> None:
    """Withdraw proposal N, which you made, before its vote opens.

    It makes room for another: a person has three live proposals in a body at most.

    Examples:
        zonedao cancel 12
    """
    session.require_signer()
    body = session.body(where)
    carry_out(session, body.client, lambda: body.proposal(number).cancel())
