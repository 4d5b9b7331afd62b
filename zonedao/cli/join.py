"""`zonedao join`, `leave`, `whoami`: you and the zones you know."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.indexed import read_on
from zonedao.cli.kit.options import command
from zonedao.cli.kit.output import GOOD, pairs, style
from zonedao.errors import NotFound, ZonedaoError

if TYPE_CHECKING:
    from zonedao.addressbook import ZoneEntry
    from zonedao.cli.kit.session import Session
    from zonedao.joining import Joined


@command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--as", "called", metavar="NAME", help="What you call the zone in your address book; its own name by default."
)
def join(session: Session, file: Path, called: str | None) -> None:
    """Check the zone of FILE (a NAME.zone.toml) and keep it in your address book.

    The code of its contracts is compared with what this version of zonedao ships, and you are told who you are there.
    Nothing is sent: you become a member when the zone admits you.
    """
    from zonedao.joining import join as check_zone
    from zonedao.joining import read_zone_file

    address = session.signer.address if session.signer is not None else None
    save = not session.options.dry_run
    found = check_zone(
        file, session.node(read_zone_file(file).chain_id), address, called=called, book=session.book, save=save
    )
    session.keep(found.zone.connection)
    if save:
        read_on(found.zone.connection, found.zone.address, found.zone.deploy_block)
    session.out.show(_document(found, address), _lines(found, address))
    if session.options.dry_run:
        session.out.note("It was not added to the address book.")


@command()
@in_option
def leave(session: Session, where: str | None) -> None:
    """End your membership of a body. Leaving a zone ends your membership of everything in it."""
    session.require_signer()
    body = session.body(where)
    carry_out(session, body.client, body.leave)


@command()
def whoami(session: Session) -> None:
    """Your address, and who you are in every zone you know."""
    file = session.account()
    address = session.require_signer().address
    entries = session.known_zones()
    found = [_in_zone(session, entry, address) for entry in entries]
    session.out.show(
        {"account": file.name, "address": address, "zones": found},
        [
            *pairs([("account", file.name), ("address", address)]),
            *session.out.table(
                ("ZONE", "YOU ARE", "MEMBER OF"),
                [(each["zone"], _standing(each), ", ".join(each["bodies"])) for each in found],
                empty="You know no zone yet. Join one with `zonedao join FILE`.",
            ),
        ],
    )


def _document(found: Joined, address: str | None) -> dict[str, Any]:
    return {
        "zone": found.entry.name,
        "chain_id": found.entry.chain_id,
        "root": found.entry.root,
        "checks": [{"what": each.title, "address": each.address, "artifact": each.artifact} for each in found.checks],
        "address": address,
        "index": found.you.index if found.you is not None else None,
        "member": bool(found.bodies),
        "bodies": list(found.bodies),
        "keeper": found.keeper,
    }


def _lines(found: Joined, address: str | None) -> list[str]:
    lines = [f"{style(each.title, GOOD)} at {each.address} is {each.artifact} as shipped" for each in found.checks]
    lines.append(f"{found.zone.name} ({found.entry.name}) is what it says, on chain {found.entry.chain_id}.")
    if address is None:
        lines.append("Who are you there? Say --account NAME, or make an account with `zonedao account new NAME`.")
    elif found.you is None:
        lines.append(f"You ({address}) are not known there. Ask a member to propose: zonedao propose admit {address}")
    elif not found.bodies:
        lines.append(f"You were person {found.you.index} there, and have left.")
    else:
        keeper = ", and keep its stores" if found.keeper else ""
        lines.append(f"You are person {found.you.index}, member of {', '.join(found.bodies)}{keeper}.")
    return lines


def _in_zone(session: Session, entry: ZoneEntry, address: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"zone": entry.name, "chain_id": entry.chain_id, "root": entry.root}
    try:
        zone = session.zone(entry.name)
        index = zone.registry.index_of(address)
        bodies = [body.path for body in zone.bodies() if index and body.is_member(index)]
        try:
            keeper = bool(bodies) and zone.stores.is_keeper(address)
        except NotFound:
            keeper = False
        return {**shown, "index": index or None, "bodies": bodies, "keeper": keeper, "problem": None}
    except ZonedaoError as problem:
        # One zone that cannot be reached must not hide the others.
        return {**shown, "index": None, "bodies": [], "keeper": False, "problem": problem.message}


def _standing(shown: dict[str, Any]) -> str:
    if shown["problem"]:
        return f"unknown: {shown['problem']}"
    if shown["index"] is None:
        return "a stranger"
    if not shown["bodies"]:
        return f"person {shown['index']}, who left"
    return f"person {shown['index']}" + (", a keeper" if shown["keeper"] else "")
