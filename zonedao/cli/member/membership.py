"""The group of commands; who belongs to a body, and how that ends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.indexed import indexed, live_option, read
from zonedao.cli.kit.options import READS, command
from zonedao.cli.kit.output import pairs

if TYPE_CHECKING:
    from zonedao.cli.kit.indexed import IndexedBody
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body


@click.group(cls=Group)
def member() -> None:
    """Members of a body. Names come from your address book and are never on the chain."""


@command(member, "list", uses=READS)
@in_option
@live_option
def list_(session: Session, where: str | None, live: bool) -> None:
    """Who belongs to a body now.

    From the index of the zone where there is one, else from the node.

    Examples:
        zonedao member list --in corner/kitchen
    See also:
        zonedao member show: everything about one
    """
    with indexed(session, where, live) as place:
        path, block, members, alike = _kept(session, place) if place is not None else _asked(session.body(where))
    session.out.show(
        {
            "body": path,
            "block": block,
            "members": [{"index": each.index, "address": each.key, "name": each.name or None} for each in members],
        },
        [
            *session.out.table(
                ("NO", "NAME", "ADDRESS"),
                [
                    (
                        str(each.index),
                        each.name or (f"NOT {alike[each.key]}, only alike" if each.key in alike else "-"),
                        each.key,
                    )
                    for each in members
                ],
                right=(0,),
                empty=f"{path} has no members.",
            ),
        ],
    )


@dataclass(frozen=True)
class _Member:
    """A member: number, key, and what this user calls them, empty if nothing."""

    index: int
    key: str
    name: str


_Listed = tuple[str, int | None, list[_Member], dict[str, str]]  # path, block, members, whom keys only look like


def _kept(session: Session, place: IndexedBody) -> _Listed:
    """From an index."""
    from zonedao.chain.abi import checksum_address
    from zonedao.explain.lookalikes import Known
    from zonedao.index.bodies import tree
    from zonedao.index.members import keys, members
    from zonedao.treasury.assets import COIN_ADDRESS

    by_index = {index: checksum_address(key) for index, key in keys(place.index).items()}
    names = {person.address: person.name for person in session.book.people()}
    found = [
        _Member(index, by_index[index], names.get(by_index[index], "")) for index in members(place.index, place.address)
    ]
    contracts = {checksum_address(each.address): f"the {each.kind} of {place.called}" for each in place.index.sources()}
    bodies = {checksum_address(address): branch.path for address, branch in tree(place.index, place.called).items()}
    query = "SELECT DISTINCT asset FROM treasury_deposited WHERE asset <> ?"
    tokens = place.index.database.execute(query, (COIN_ADDRESS,))
    others = [
        *((key, f"person {index} of {place.called}") for index, key in by_index.items()),
        *((checksum_address(asset), f"a token that {place.called} was given") for (asset,) in tokens),
    ]
    alike = Known({**contracts, **bodies, **names}, others).alike(each.key for each in found)
    return place.path, place.block, found, alike


def _asked(body: Body) -> _Listed:
    """From the node."""
    found = [_Member(each.index, each.key, each.name) for each in body.members()]
    return body.path, None, found, body.client.speaker.lookalikes.of(*(each.key for each in found))


@command(member, uses=READS)
@click.argument("who")
@in_option
@live_option
def show(session: Session, who: str, where: str | None, live: bool) -> None:
    """Somebody of the zone: WHO is a name of your address book, an address or a number.

    Examples:
        zonedao member show ben
        zonedao member show 7 --in corner --json
    See also:
        zonedao member list: all of them
    """
    session.out.show(*read(session, where, live, partial(_somebody, session, who)))


def _somebody(session: Session, who: str, body: Body, block: int | None) -> tuple[dict[str, Any], list[str]]:
    """A person as a document and as lines."""
    from zonedao.times import moment

    zone = body.zone
    person = body.person(session.member(zone, who))
    bodies = [each.path for each in zone.bodies() if each.is_member(person.index)]
    now = zone.client.now()
    notice = zone.expulsion(person.index)
    representative, followers = zone.registry.representative(person.index), zone.registry.followers(person.index)
    return (
        {
            "index": person.index,
            "block": block,
            "address": person.key,
            "name": person.name or None,
            "admitted_at": person.admitted_at,
            "left_at": person.left_at or None,
            "bodies": bodies,
            "notice": None if notice is None else {"ready_at": notice.ready_at, "expires_at": notice.expires_at},
            "representative": representative.index if representative is not None else None,
            "followers": list(followers.indices),
            "followers_most": followers.most,
        },
        pairs(
            [
                ("number", str(person.index)),
                ("name", person.name),
                ("address", zone.client.speaker.marked(person.key)),
                ("admitted", moment(person.admitted_at, now)),
                ("left", moment(person.left_at, now) if person.left_at else ""),
                ("member of", ", ".join(bodies) or "no body"),
                ("expelled from", moment(notice.ready_at, now) if notice is not None else ""),
                ("represented by", "" if representative is None else str(representative)),
                ("followers", f"{len(followers.indices)} of {followers.most}" if followers.indices else ""),
            ]
        ),
    )


@command(member, "finish-expulsion")
@click.argument("who")
@in_option
def finish_expulsion(session: Session, who: str, where: str | None) -> None:
    """End the membership of WHO, whose notice of expulsion has run out. Anybody may.

    Examples:
        zonedao member finish-expulsion ben
    Exit codes:
        4: there is no notice, it still runs, or it has lapsed
    See also:
        zonedao propose remove: give notice
    """
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

    Examples:
        zonedao member prune ben --in corner/kitchen/bakery
    See also:
        zonedao member show: where somebody is a member
    """
    session.require_signer()
    body = session.body(where)
    person = session.member(body.zone, who)
    carry_out(session, body.client, lambda: body.prune(person))
