"""`zonedao todo`: what waits for you, in every zone you know."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.indexed import live_option, read
from zonedao.cli.kit.options import command
from zonedao.cli.kit.output import STRONG, style
from zonedao.errors import NotFound, UsageProblem, ZonedaoError

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body
    from zonedao.governance.zone import Zone
    from zonedao.todo import Todo

# How each kind is done; what has no command of its own is done with --do.
_COMMANDS = {
    "sponsor": "sponsor {number}",
    "vote": "vote {number} for|against|abstain",
    "queue": "queue {number}",
    "execute": "execute {number}",
    "withdraw": "withdraw {asset}",
    "collect": "withdraw {asset}",
    "report": "stock report {number} QUANTITY",
    "deliver": "deliver {number}",
    "ship": "trade ship {number} --document FILE",
    "attest": "trade attest {number} QUANTITY",
    "settle": "trade settle {number}",
    "veto": "member veto-recovery",
    "finish": "member finish-recovery {number}",
    "appeal": "propose keep {number}",
    "expel": "member finish-expulsion {number}",
    "plead": "petition appeal",
    "dissolve": "body finish",
    "rehang": "body rehang",
    "sweep": "body sweep {asset}",
    "sign": "petition sign {number}",
    "enact": "petition enact {number}",
    "followers": "ballot followers {number}",
    "ballot": "vote {number} for|against|abstain",
    "post": "ballot post {number}",
    "stand": "election stand {number}",
    "elect": "election vote {number} CHOICE...",
    "commit": "election commit {number} CHOICE...",
    "reveal": "election reveal {number} CHOICE...",
    "count": "election count {number}",
    "recall": "election recall {number} {name} for|against",
    "close": "election recall {number} {name} close",
    "wish": "wish for {name} VALUE",
    "read": "wish read {name}",
    "recount": "body recount",
    "look": "tx list",
    "send": "send {name}",
    "renew": "propose allow {name} AMOUNT",
    "succeed": "propose election {name}",
    "ask": "election petition {number} {name}",
    "take": "propose take {name}",
    "delegate": "member delegate WHO",
    "enroll": "member enroll",
    "clear": "member clear {name}",
}
_OF_ACCOUNTS = ("look", "send")  # which one has on a chain, whatever the zone


@dataclass(frozen=True)
class _Waiting:
    """What waits in one zone: its path, up to which block its index was read (None: the node was asked), each thing
    with the command that does it."""

    zone: str
    block: int | None
    found: tuple[tuple[Todo, str], ...]


@command()
@click.option(
    "--do", "wanted", metavar="KIND:NUMBER", help="Do one of them that has no command of its own, like lapse:4."
)
@in_option
@live_option
def todo(session: Session, wanted: str | None, where: str | None, live: bool) -> None:
    """What waits for you: votes, elections, withdrawals, deliveries, attestations, and what only needs a push.

    Also what soon ends: allowances of your bodies, and terms of office that nobody is elected to follow; and
    transactions of yours of which the end is not known. All zones that you know are looked at, in their indexes where
    there are some; --live asks the nodes.

    Examples:
        zonedao todo
        zonedao todo --in corner --account anna
        zonedao todo --do lapse:4
    See also:
        zonedao proposal show: what a proposal would do
    """
    if wanted is not None:
        _do(session, wanted, where)
        return
    address = session.require_signer().address
    zones = list(_collect(session, address, where, live))
    session.out.show(
        {
            "address": address,
            "zones": [{"zone": each.zone, "block": each.block} for each in zones],
            "todo": [document_of(zone.zone, each, how) for zone in zones for each, how in zone.found],
        },
        _lines([each for zone in zones for each in zone.found]),
    )


def _collect(session: Session, address: str, where: str | None, live: bool) -> Iterator[_Waiting]:
    def waiting(body: Body, block: int | None) -> _Waiting:
        zone = body.zone
        return _Waiting(zone.path, block, tuple((each, way_to_do(session, zone, each)) for each in zone.todo(address)))

    if where is not None:
        yield read(session, where, live, waiting)
        return
    entries = session.known_zones()
    if not entries:
        raise NotFound("You know no zone yet. Join one with `zonedao join FILE`, or found one with `zonedao deploy`.")
    problems: list[ZonedaoError] = []
    told: set[str] = set()
    for entry in entries:
        try:
            zone = read(session, entry.name, live, waiting, several=len(entries) > 1)
            yield replace(zone, found=tuple(pair for pair in zone.found if pair[0].name not in told))
            # Zones of one chain share them.
            told.update(each.name for each, _ in zone.found if each.kind in _OF_ACCOUNTS)
        except ZonedaoError as problem:
            # One zone that cannot be reached must not hide what waits in the others.
            problems.append(problem)
            if len(entries) > 1:
                session.out.note(f"{entry.name}: {problem.message.removeprefix(f'{entry.name}: ')}")
    if len(problems) == len(entries):
        raise problems[0]


def _do(session: Session, wanted: str, where: str | None) -> None:
    session.require_signer()
    body = session.body(where)
    kind, _, number = wanted.partition(":")

    def make() -> Any:
        found = body.zone.todo(session.require_signer().address)
        here = [each for each in found if where is None or each.where == body.path]
        fitting = [each for each in here if each.kind == kind and (not number or str(each.number) == number)]
        if not fitting:
            known = ", ".join(dict.fromkeys(_name(each) for each in here)) or "nothing"
            raise NotFound(f"Nothing called {wanted} waits in {body.path}. What waits: {known}.")
        if len(fitting) > 1:
            places = ", ".join(each.where for each in fitting)
            raise UsageProblem(f"{wanted} waits in several bodies: {places}. Say which with --in BODY.")
        if fitting[0].action is None:
            raise UsageProblem(f"That needs a choice or a count from you: {way_to_do(session, body.zone, fitting[0])}")
        return fitting[0].action

    carry_out(session, body.client, make)


def document_of(zone: str, each: Todo, how: str) -> dict[str, Any]:
    """One of the things that wait in a zone (its path), in JSON's types, with the command that does it."""
    return {
        "zone": zone,
        "kind": each.kind,
        "where": each.where,
        "number": each.number or None,
        "text": each.text,
        "by": each.by or None,
        "yours": each.yours,
        "command": how,
    }


def _name(each: Todo) -> str:
    return f"{each.kind}:{each.number}" if each.number else each.kind


def way_to_do(session: Session, zone: Zone, each: Todo) -> str:
    """The command that does it."""
    words = _COMMANDS.get(each.kind, f"todo --do {_name(each)}").format(
        number=each.number, asset=shlex.quote(each.asset), name=shlex.quote(each.name)
    )
    here = session.place(zone, each.where)
    if each.kind in _OF_ACCOUNTS or (each.kind == "withdraw" and each.yours and each.where == zone.path):
        # Your own money waits for you in the zone as a whole, that of a body in the body: --in would mean the latter.
        place = "" if len(session.book.zones()) == 1 else f" --network {here}"
    else:
        place = f" --in {here}"
    return f"zonedao {words}{place}"


def _lines(found: list[tuple[Todo, str]]) -> Iterator[str]:
    if not found:
        yield "Nothing waits for you."
    for yours, title in ((True, "For you"), (False, "For anyone")):
        rows = [(each, how) for each, how in found if each.yours is yours]
        if rows:
            yield style(title, STRONG)
        for each, how in rows:
            yield f"  {each.text[:1].upper()}{each.text[1:]}"
            yield f"    {how}"
