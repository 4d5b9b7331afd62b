"""`zonedao doctor`: is everything in order?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zonedao.cli.kit.options import READS, command
from zonedao.cli.kit.output import BAD, GOOD, STRONG, style
from zonedao.errors import NodeUnreachable, ZonedaoError
from zonedao.text import counted

if TYPE_CHECKING:
    from zonedao.addressbook import ZoneEntry
    from zonedao.chain.connection import Connection
    from zonedao.cli.kit.session import Session
    from zonedao.doctor import Finding

_SIGNS = {"good": ("good  ", GOOD), "notice": ("notice", STRONG), "wrong": ("WRONG ", BAD)}


@command(uses=READS)
def doctor(session: Session) -> None:
    """Look whether everything is in order, and say what to do where it is not.

    Your files and their permissions, open transactions, the node of every zone you know (or of --network), its chain
    and its clock, the code of the contracts against that of this package, and the index. Nothing is changed and no key
    opened.
    Something wrong ends it with status 1.

    Examples:
        zonedao doctor
        zonedao doctor --network https://rpc.example.org --json
    Exit codes:
        1: something is wrong
    """
    findings = list(_findings(session))
    wrong = [each for each in findings if each.state == "wrong"]
    lines: list[str] = []
    for each in findings:
        sign, colour = _SIGNS[each.state]
        lines.append(f"{style(sign, colour)}  {each.subject}: {each.about}: {each.detail}")
        if each.remedy:
            lines.append(f"        {each.remedy}")
    session.out.show(
        {
            "ok": not wrong,
            "findings": [
                {
                    "subject": each.subject,
                    "about": each.about,
                    "state": each.state,
                    "detail": each.detail,
                    "remedy": each.remedy or None,
                }
                for each in findings
            ],
        },
        lines,
    )
    if wrong:
        first = wrong[0]
        are = "is" if len(wrong) == 1 else "are"
        raise ZonedaoError(
            f"{counted(len(wrong), 'thing')} {are} wrong, first of all {first.subject} ({first.about}). {first.remedy}"
        )


def _findings(session: Session) -> Iterator[Finding]:
    from zonedao.chain.journal import Journal
    from zonedao.doctor import examine_journal, examine_program
    from zonedao.doctor_files import examine_files
    from zonedao.home import home

    yield examine_program()
    found = list(examine_files(home()))
    yield from found
    unreadable = any(each.subject in ("address book", "networks") and each.state == "wrong" for each in found)
    known = () if unreadable and session.options.network is None else session.known_zones()
    yield from examine_journal(Journal.default(), {zone.chain_id for zone in known})
    if unreadable and session.options.network is None:
        return
    if not known or session.node_name() is not None:
        yield from _node(session, session.node_name() or "local node", None, known)
        return
    used = session.networks.used() if session.options.network is None else None
    through_used = tuple(zone for zone in known if used is not None and zone.chain_id == used.chain_id)
    if used is not None and through_used:
        yield from _node(session, used.name, None, through_used)
    others = [zone for zone in known if zone not in through_used]
    for url in dict.fromkeys(zone.url for zone in others):
        there = tuple(zone for zone in others if zone.url == url)
        yield from _node(session, there[0].name, there[0], there)


def _node(session: Session, name: str, entry: ZoneEntry | None, zones: tuple[ZoneEntry, ...]) -> Iterator[Finding]:
    """What is to be said of a node, and of the zones that live there. `entry` is the zone whose node it is, None for
    that of `--network`, the one in use, or the local one."""
    from zonedao.doctor import Finding, examine_index, examine_node, examine_zone, what_of

    try:
        connection = session.connection if entry is None else _node_of(session, entry)
        yield from examine_node(connection)
        for zone in zones:
            if zone.chain_id == connection.chain_id:
                yield from examine_zone(connection, zone)
                yield examine_index(connection, zone)
            elif entry is not None:
                what = f"lives on chain {zone.chain_id}, and its node serves chain {connection.chain_id}"
                yield Finding("contracts", zone.name, "wrong", what, "Name a node of that chain: --network URL")
    except NodeUnreachable as problem:
        wanted = name != "local node"
        remedy = "Start it, wait, or use another: --network URL" if wanted else "Start one: zonedao chain up"
        yield Finding("node", name, "wrong" if wanted else "notice", what_of(problem), remedy)
    except ZonedaoError as problem:
        yield Finding("node", name, "wrong", what_of(problem), "Use another: --network URL")


def _node_of(session: Session, entry: ZoneEntry) -> Connection:
    from zonedao.chain.connection import Profile, connect

    return session.keep(connect(Profile(entry.name, entry.url, entry.chain_id) if entry.url else None))
