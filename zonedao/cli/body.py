"""`zonedao body`: the zone and its industries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.indexed import indexed, live_option, read
from zonedao.cli.kit.options import READS, command
from zonedao.cli.kit.output import STRONG, pairs, style
from zonedao.text import share

if TYPE_CHECKING:
    from zonedao.actions import Outcome
    from zonedao.cli.kit.indexed import IndexedBody
    from zonedao.cli.kit.session import Session
    from zonedao.governance.activity import Activity, Counted
    from zonedao.governance.body import Body
    from zonedao.governance.laws import Law
    from zonedao.treasury.treasury import Allowance


@click.group(cls=Group)
def body() -> None:
    """The zone and its industries. Every body decides, owns money and has proposals of its own."""


@command(body, "list", uses=READS)
@in_option
@live_option
def list_(session: Session, where: str | None, live: bool) -> None:
    """The zone and every industry in it, or those below --in BODY.

    From the index of the zone where there is one, else from the node.

    Examples:
        zonedao body list
        zonedao body list --in corner/kitchen --json
    See also:
        zonedao body show: everything about one
    """
    with indexed(session, where, live) as place:
        block = place.block if place is not None else None
        found = _kept(place) if place is not None else _asked(session.body(where))
    rows = sorted(found, key=lambda each: each.path.split("/"))
    session.out.show(
        {
            "block": block,
            "bodies": [{**each._asdict(), "dissolved_at": each.dissolved_at or None} for each in rows],
        },
        session.out.table(
            ("BODY", "NAME", "MEMBERS", "PROPOSALS", "ADDRESS"),
            [
                (
                    each.path,
                    f"{each.name} (dissolved)" if each.dissolved_at else each.name,
                    str(each.members),
                    str(each.proposals),
                    each.address,
                )
                for each in rows
            ],
            right=(2, 3),
        ),
    )


class _Row(NamedTuple):
    """A body as it is listed; the path of its parent None for a zone, `dissolved_at` 0 while it goes on."""

    path: str
    name: str
    address: str
    parent: str | None
    members: int
    proposals: int
    dissolved_at: int


def _kept(place: IndexedBody) -> list[_Row]:
    """The body at hand and those below it, as an index tells them."""
    from zonedao.chain.abi import checksum_address
    from zonedao.index.bodies import tree
    from zonedao.index.members import members
    from zonedao.index.proposals import BodyProposals

    branches = tree(place.index, place.called)
    rows = []
    for address, branch in branches.items():
        if branch.path == place.path or branch.path.startswith(place.path + "/"):
            told = BodyProposals(place.index, address, place.now)
            rows.append(
                _Row(
                    branch.path,
                    branch.name,
                    checksum_address(address),
                    branches[branch.parent].path if branch.parent is not None else None,
                    len(members(place.index, address)),
                    told.count(),
                    told.dissolved_at,
                )
            )
    return rows


def _asked(top: Body) -> list[_Row]:
    """The same from the node."""
    below = [each for each in top.zone.bodies() if each == top or each.path.startswith(top.path + "/")]
    return [
        _Row(
            each.path,
            each.name,
            each.address,
            each.parent.path if each.parent is not None else None,
            each.headcount(),
            each.proposal_count(),
            each.dissolution().dissolved_at,
        )
        for each in below
    ]


@command(body, uses=READS)
@argument("path", "A body's path, such as corner/kitchen or kitchen.", required=False)
@in_option
@live_option
def show(session: Session, path: str | None, where: str | None, live: bool) -> None:
    """A body (the zone by default): place, members, laws, caps, money. PATH is the same as --in, or below it.

    The laws say for each class of proposals when its vote opens, how long it is, how long it waits, and what it takes
    to pass.

    Examples:
        zonedao body show
        zonedao body show corner/kitchen --json
    See also:
        zonedao treasury: all accounts and allowances
        zonedao propose set: change a law
    """

    def shown(found: Body, block: int | None) -> tuple[dict[str, Any], list[str]]:
        return {**_document(found), "block": block}, list(_lines(session, found))

    session.out.show(*read(session, "/".join(filter(None, (where, path))) or None, live, shown))


@command(body)
@in_option
def finish(session: Session, where: str | None) -> None:
    """Dissolve the body --in BODY, whose end was announced two weeks ago. Anybody may.

    What it has goes to the body above. Bodies below it draw nothing until somebody hangs them elsewhere (`body
    rehang`).

    Examples:
        zonedao body finish --in corner/kitchen
    Exit codes:
        4: its end was not announced, it is too early, or it has lapsed
    See also:
        zonedao body sweep: move what is left or comes in later
    """
    session.require_signer()
    found = session.body(where)
    carry_out(session, found.client, found.finish_dissolution)


@command(body)
@in_option
def rehang(session: Session, where: str | None) -> None:
    """Hang the body --in BODY, whose parent was dissolved, under the nearest one above that goes on. Anybody may.

    Examples:
        zonedao body rehang --in corner/kitchen/bakery
    See also:
        zonedao propose allow: what it may draw there
    """
    session.require_signer()
    found = session.body(where)
    carry_out(session, found.client, found.rehang)


@command(body)
@click.argument("symbol", metavar="[ASSET]", default="ETH")
@in_option
def sweep(session: Session, symbol: str, where: str | None) -> None:
    """Move what the dissolved body --in BODY has of ASSET to the body above it. Anybody may.

    Examples:
        zonedao body sweep --in corner/kitchen
    See also:
        zonedao body finish: dissolve it first
    """
    session.require_signer()
    found = session.body(where)
    asset = found.zone.asset(symbol)
    carry_out(session, found.client, lambda: found.zone.treasury.sweep(found, asset.address))


def _document(found: Body) -> dict[str, Any]:
    treasury = found.zone.treasury
    allowances = [each for each in treasury.allowances() if each.body == found]
    return {
        "path": found.path,
        "name": found.name,
        "address": found.address,
        "parent": found.parent.path if found.parent is not None else None,
        "children": [child.path for child in found.children],
        "members": found.headcount(),
        "quorum_over": _activity(found.activity),
        "proposals": found.proposal_count(),
        "frozen_until": found.frozen_until() or None,
        "dissolution": {name: at or None for name, at in found.dissolution().__dict__.items()},
        "offered": _offer(found),
        "charter_hash": found.charter_hash,
        "laws": {each.title: law.__dict__ for each, law in found.laws.items()},
        "caps": [
            {
                "class": cap.proposal_class.title,
                "asset": cap.limit.asset.symbol,
                "asset_address": cap.limit.asset.address,
                "limit": str(cap.limit.amount),
                "used": str(cap.used.amount),
            }
            for cap in found.caps
        ],
        "accounts": [
            {
                "asset": account.balance.asset.symbol,
                "asset_address": account.balance.asset.address,
                "balance": str(account.balance.amount),
                "reserved": str(account.reserved.amount),
            }
            for account in treasury.accounts(found)
        ],
        "allowances": [
            {
                "asset": each.limit.asset.symbol,
                "asset_address": each.limit.asset.address,
                "limit": str(each.limit.amount),
                "used": str(each.used.amount),
                "source": each.source.path,
                "until_epoch": each.until_epoch,
                "runs": each.runs,
            }
            for each in allowances
        ],
    }


def _lines(session: Session, found: Body) -> Iterator[str]:
    treasury = found.zone.treasury
    yield style(found.name, STRONG)
    yield from pairs(
        [
            ("path", found.path),
            ("address", found.address),
            ("parent", found.parent.path if found.parent is not None else ""),
            ("industries", ", ".join(child.path for child in found.children)),
            ("members", str(found.headcount())),
            ("quorum over", _quorum_over(found)),
            ("proposals", str(found.proposal_count())),
            ("frozen until", _frozen(found)),
            *_end(found),
            ("charter", found.charter_hash),
            *(("account", f"{each.balance}, {each.reserved} of it reserved") for each in treasury.accounts(found)),
            *(
                ("may draw", _drawing(found, each))
                for each in treasury.allowances()
                if each.body == found and each.runs
            ),
            *(
                ("may spend", f"{cap.limit} per epoch by ordinary vote, {cap.left} left in this one")
                for cap in found.caps
            ),
        ]
    )
    yield ""
    yield from session.out.table(
        ("CLASS", "OPENS AFTER", "OPEN FOR", "WAITS", "GRACE", "QUORUM", "FOR", "SEASONING", "SPONSORS"),
        [(each.title, *_law(law)) for each, law in found.laws.items()],
    )


@command(body, "check-in")
@in_option
def check_in(session: Session, where: str | None) -> None:
    """Say that you are here: you count as active for a month at least, also without a vote.

    That matters where quorums count over the active members only, as `body show` tells.

    Examples:
        zonedao body check-in --in corner
    See also:
        zonedao body recount: count the active members anew
    """
    session.require_signer()
    found = session.body(where)
    carry_out(session, found.client, found.check_in)


@command(body)
@in_option
def recount(session: Session, where: str | None) -> None:
    """Count the active members, so that quorums count over them for the next 30 days. Anyone may.

    Active is who voted in one of the last votes that count, checked in, or could not vote in all of them. Where there
    are very many members, run it again until it says that all are counted.

    Examples:
        zonedao body recount --in corner
    See also:
        zonedao body show: over how many persons quorums count
    """
    session.require_signer()
    found = session.body(where)

    def told(outcome: Outcome[Counted]) -> tuple[Any, list[str]]:
        counted = outcome.value
        result = {"seen": counted.seen, "active": counted.active, "quorum_over": counted.base}
        if counted.base is None:
            return result, [f"{counted.seen} persons are looked at. Go on: zonedao body recount"]
        return result, []

    carry_out(session, found.client, found.recount, told)


def _activity(found: Activity) -> dict[str, Any]:
    return {
        "persons": found.base,
        "last_votes": found.last_votes or None,
        "active": found.active if found.until else None,
        "until": found.until or None,
    }


def _quorum_over(found: Body) -> str:
    from zonedao.times import moment

    standing = found.activity
    if not standing.last_votes:
        return ""
    over = f"who was active in the last {standing.last_votes} votes"
    if not standing.until:
        return f"all {standing.members}, as nobody has counted {over} in 30 days: zonedao body recount"
    return (
        f"{standing.base} of {standing.members}: {over}, as counted, {standing.active}; good until "
        f"{moment(standing.until, found.client.now())}"
    )


def _drawing(found: Body, allowance: Allowance) -> str:
    from zonedao.times import moment

    until = moment(found.zone.treasury.epoch_ends(allowance.until_epoch), found.client.now())
    return f"{allowance.limit} per epoch from {allowance.source.path}, {allowance.left} left in this one; until {until}"


def _frozen(found: Body) -> str:
    from zonedao.times import moment

    until = found.frozen_until()
    return moment(until, found.client.now()) if until else ""


def _end(found: Body) -> Iterator[tuple[str, str]]:
    from zonedao.times import moment

    end, now = found.dissolution(), found.client.now()
    if end.dissolved_at:
        yield "dissolved", moment(end.dissolved_at, now)
    elif end.announced:
        yield "to be dissolved", f"from {moment(end.ready_at, now)} to {moment(end.expires_at, now)}"
    offer = found.move_offer()
    if offer is not None:
        when = f"from {moment(offer.ready_at, now)} to {moment(offer.expires_at, now)}"
        yield "offered", f"to {found.client.speaker.who(offer.to)}, {when}"


def _offer(found: Body) -> dict[str, Any] | None:
    offer = found.move_offer()
    return offer.__dict__ if offer is not None else None


def _law(law: Law) -> tuple[str, ...]:
    from zonedao.times import duration

    return (
        duration(law.voting_delay_seconds),
        duration(law.voting_period_seconds),
        duration(law.execution_delay_seconds),
        duration(law.grace_seconds),
        share(law.quorum_ppm),
        share(law.threshold_ppm),
        duration(law.seasoning_seconds),
        str(law.sponsors),
    )
