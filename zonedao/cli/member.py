"""`zonedao member`: who belongs to a body."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import command
from zonedao.cli.kit.output import pairs

if TYPE_CHECKING:
    from typing import Any

    from zonedao.actions import Outcome
    from zonedao.cli.kit.session import Session
    from zonedao.governance.registry import Recovery


@click.group(cls=Group)
def member() -> None:
    """Members of a body. Names come from your address book and are never on the chain."""


@command(member, "list")
@in_option
def list_(session: Session, where: str | None) -> None:
    """Who belongs to a body now."""
    body = session.body(where)
    members = body.members()
    session.out.show(
        {
            "body": body.path,
            "members": [{"index": each.index, "address": each.key, "name": each.name or None} for each in members],
        },
        [
            *session.out.table(
                ("NO", "NAME", "ADDRESS"),
                [(str(each.index), each.name or "-", each.key) for each in members],
                right=(0,),
                empty=f"{body.path} has no members.",
            ),
        ],
    )


@command(member)
@click.argument("who")
@in_option
def show(session: Session, who: str, where: str | None) -> None:
    """Somebody of the zone: WHO is a name of your address book, an address or a number."""
    from zonedao.times import moment

    body = session.body(where)
    zone = body.zone
    person = body.person(session.member(body.zone, who))
    bodies = [each.path for each in zone.bodies() if each.is_member(person.index)]
    now = zone.client.now()
    notice = zone.expulsion(person.index)
    session.out.show(
        {
            "index": person.index,
            "address": person.key,
            "name": person.name or None,
            "admitted_at": person.admitted_at,
            "left_at": person.left_at or None,
            "bodies": bodies,
            "notice": None if notice is None else {"ready_at": notice.ready_at, "expires_at": notice.expires_at},
        },
        pairs(
            [
                ("number", str(person.index)),
                ("name", person.name),
                ("address", person.key),
                ("admitted", moment(person.admitted_at, now)),
                ("left", moment(person.left_at, now) if person.left_at else ""),
                ("member of", ", ".join(bodies) or "no body"),
                ("expelled from", moment(notice.ready_at, now) if notice is not None else ""),
            ]
        ),
    )


@command(member, "finish-expulsion")
@click.argument("who")
@in_option
def finish_expulsion(session: Session, who: str, where: str | None) -> None:
    """End the membership of WHO, whose notice of expulsion has run out. Anybody may."""
    session.require_signer()
    zone = session.body(where).zone
    person = session.member(zone, who)
    carry_out(session, zone.client, lambda: zone.finish_expulsion(person))


@command(member)
@click.argument("who")
@in_option
def prune(session: Session, who: str, where: str | None) -> None:
    """End the membership of WHO in an industry, when they left the body above it. Anybody may.

    Who leaves a body stays in the industries below it until somebody says this; who leaves the zone is out everywhere.
    """
    session.require_signer()
    body = session.body(where)
    person = session.member(body.zone, who)
    carry_out(session, body.client, lambda: body.prune(person))


@command(member)
@click.argument("address")
@in_option
def rotate(session: Session, address: str, where: str | None) -> None:
    """Go on as the same member with the key of another ADDRESS, or of one of your accounts.

    It acts at once, and the old key has no way back. Your number, your memberships and what you voted stay; money that
    is due to the old address stays due to it.
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
    """
    session.require_signer()
    zone = session.body(where).zone
    person, new = session.member(zone, who), session.somebody(zone, address)
    carry_out(session, zone.client, lambda: zone.registry.vouch_recovery(person, new))


@command(member)
@click.argument("who")
@in_option
def recovery(session: Session, who: str, where: str | None) -> None:
    """How the recovery of the key of WHO stands."""
    zone = session.body(where).zone
    found = zone.registry.recovery(session.member(zone, who))
    session.out.show({"recovery": None if found is None else _document(found)}, _lines(found, who, zone.client.now()))


@command(member, "veto-recovery")
@in_option
def veto_recovery(session: Session, where: str | None) -> None:
    """Object to the recovery of your own key, which you have not lost. Those who vouched are barred for half a year."""
    session.require_signer()
    zone = session.body(where).zone
    carry_out(session, zone.client, lambda: zone.registry.veto_recovery())


@command(member, "finish-recovery")
@click.argument("who")
@in_option
def finish_recovery(session: Session, who: str, where: str | None) -> None:
    """Take the place of WHO with the new key that others vouched for; --account chooses it."""
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
