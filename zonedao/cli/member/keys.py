"""The same person with another key: chosen by themself, or after others vouched for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.indexed import live_option, read
from zonedao.cli.kit.options import READS, command
from zonedao.cli.kit.output import pairs
from zonedao.cli.member.membership import member

if TYPE_CHECKING:
    from typing import Any

    from zonedao.actions import Outcome
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body
    from zonedao.governance.registry import Recovery


@command(member)
@click.argument("address")
@in_option
def rotate(session: Session, address: str, where: str | None) -> None:
    """Go on as the same member with the key of another ADDRESS, or of one of your accounts.

    It acts at once, and the old key has no way back. Your number, your memberships and what you voted stay; money that
    is due to the old address stays due to it.

    Examples:
        zonedao account new ada-2026
        zonedao member rotate ada-2026 --account ada
    See also:
        zonedao withdraw: collect before what is due to the old key
    """
    session.require_signer()
    zone = session.body(where).zone
    new = session.somebody(zone, address)

    def told(outcome: Outcome[None]) -> tuple[Any, list[str]]:
        return {"address": new}, [f"From now on, act with --account and the name of the key of {new}."]

    carry_out(session, zone.client, lambda: zone.registry.rotate(new), told)


@command(member)
@click.argument("who")
@click.argument("address")
@in_option
def recover(session: Session, who: str, address: str, where: str | None) -> None:
    """Vouch that ADDRESS is the new key of WHO, who lost theirs.

    Three members must vouch within two weeks. Two weeks later the new key can finish it, unless the old one objects.
    Ask WHO in person: who vouches wrongly is barred.

    Examples:
        zonedao member recover ben 0x90F79bf6EB2c4f870365E785982E1f101E93b906
    See also:
        zonedao member recovery: how it stands
        zonedao member finish-recovery: what WHO does at the end
    """
    session.require_signer()
    zone = session.body(where).zone
    person, new = session.member(zone, who), session.somebody(zone, address)
    carry_out(session, zone.client, lambda: zone.registry.vouch_recovery(person, new))


@command(member, uses=READS)
@click.argument("who")
@in_option
@live_option
def recovery(session: Session, who: str, where: str | None, live: bool) -> None:
    """How the recovery of the key of WHO stands.

    Examples:
        zonedao member recovery ben
    See also:
        zonedao member recover: vouch for it
        zonedao member veto-recovery: object, with the old key
    """

    def shown(body: Body, block: int | None) -> tuple[dict[str, Any], list[str]]:
        found = body.zone.registry.recovery(session.member(body.zone, who))
        document = {"block": block, "recovery": None if found is None else _document(found)}
        return document, _lines(found, who, body.client.now())

    session.out.show(*read(session, where, live, shown))


@command(member, "veto-recovery")
@in_option
def veto_recovery(session: Session, where: str | None) -> None:
    """Object to the recovery of your own key, which you have not lost. Those who vouched are barred for half a year.

    Examples:
        zonedao member veto-recovery --account ben
    See also:
        zonedao member recovery: whether one is under way
    """
    session.require_signer()
    zone = session.body(where).zone
    carry_out(session, zone.client, lambda: zone.registry.veto_recovery())


@command(member, "finish-recovery")
@click.argument("who")
@in_option
def finish_recovery(session: Session, who: str, where: str | None) -> None:
    """Take the place of WHO with the new key that others vouched for; --account chooses it.

    Two weeks after enough have vouched. Number, memberships and votes stay those of WHO.

    Examples:
        zonedao member finish-recovery ben --account ben-new
    Exit codes:
        4: too few have vouched, it is too early, or the old key objected
    See also:
        zonedao member recovery: how it stands
    """
    session.require_signer()
    zone = session.body(where).zone
    person = session.member(zone, who)
    carry_out(session, zone.client, lambda: zone.registry.finish_recovery(person))


def _document(found: Recovery) -> dict[str, Any]:
    return {
        "index": found.person.index,
        "address": found.person.key,
        "new_address": found.new_key,
        "vouchers": [each.index for each in found.vouchers],
        "vouchers_needed": found.needed,
        "ready_at": found.ready_at or None,
        "expires_at": found.expires_at,
    }


def _lines(found: Recovery | None, who: str, now: int) -> list[str]:
    from zonedao.times import moment

    if found is None:
        return [f"No recovery of the key of {who} is open."]
    ready = moment(found.ready_at, now) if found.ready_at else ""
    return pairs(
        [
            ("member", f"{found.person.index}, {found.person}"),
            ("new key", found.new_key),
            ("vouchers", f"{len(found.vouchers)} of {found.needed}: {', '.join(str(each) for each in found.vouchers)}"),
            ("can be finished", ready),
            ("until", moment(found.expires_at, now)),
        ]
    )
