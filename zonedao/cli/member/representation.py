"""Who votes for whom where they do not vote themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.acting import agree, carry_out
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.options import command
from zonedao.cli.member.membership import member

if TYPE_CHECKING:
    from zonedao.actions import Action
    from zonedao.cli.kit.session import Session


@command(member)
@click.argument("who", required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Send nothing: sign it into FILE, for anybody to bring.",
)
@click.option(
    "--until",
    default="30 days",
    show_default=True,
    metavar="WHEN",
    help="How long FILE is good: a date or how long from now.",
)
@in_option
def delegate(session: Session, who: str | None, out: Path | None, until: str, where: str | None) -> None:
    """Let your vote be counted as that of WHO, wherever you do not vote yourself; without WHO, no longer.

    It counts for proposals made later, where WHO votes as a representative. A vote of your own always takes its place.
    With --out nothing is sent and nothing costs: whoever has FILE brings it.

    Examples:
        zonedao member delegate eva
        zonedao member delegate --in corner
        zonedao member delegate eva --out me.json --until "2 weeks"
    See also:
        zonedao member bring: send what was signed
        zonedao member show: who represents and follows somebody
    """
    from zonedao.cli.kit.times import parse_deadline

    session.require_signer()
    zone = session.body(where).zone
    person = None if who is None else session.member(zone, who)
    if out is None:
        carry_out(session, zone.client, lambda: zone.registry.delegate(person))
        return
    from zonedao.governance.delegations import sign_delegation, write_delegation

    expiry = parse_deadline(until, zone.client.now())
    chosen = "you represent yourself" if person is None else f"{zone.registry.person(person)} represents you"
    if session.options.dry_run:
        session.out.would(f"You would sign that {chosen}, and write it to {out}.")
        return
    agree(session, f"Sign that {chosen}?")
    signed = sign_delegation(zone.registry, person, expiry)
    write_delegation(out, signed)
    session.out.show(
        {"delegator": signed.delegator, "delegatee": signed.delegatee, "expiry": expiry, "file": str(out)},
        [f"Signed. Who has {out} brings it: zonedao member bring {out}"],
    )


@command(member)
@argument("file", "What somebody signed with --out.", type=click.Path(path_type=Path))
@in_option
def bring(session: Session, file: Path, where: str | None) -> None:
    """Bring what somebody signed into FILE: who represents them, or their vote as a representative. Anyone may.

    Whoever brings it pays the fee, and can change nothing in it.

    Examples:
        zonedao member bring ben.json
    See also:
        zonedao member delegate: sign who represents you
    """
    from zonedao.ballots.representing import bring_representative, read_representative
    from zonedao.governance.delegations import bring_delegation, read_delegation

    session.require_signer()
    zone = session.body(where).zone

    def make() -> Action[None]:
        ballot = read_representative(file)
        if ballot is not None:
            return bring_representative(zone, ballot)
        return bring_delegation(zone.registry, read_delegation(file))

    carry_out(session, zone.client, make)


@command(member)
@click.argument("who")
@in_option
def dismiss(session: Session, who: str, where: str | None) -> None:
    """No longer represent WHO, who follows you. Who has left the zone is dismissed by anybody.

    Examples:
        zonedao member dismiss ben
    See also:
        zonedao member show: who follows you
    """
    session.require_signer()
    zone = session.body(where).zone
    carry_out(session, zone.client, lambda: zone.registry.dismiss(session.member(zone, who)))
