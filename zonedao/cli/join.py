"""`zonedao join`, `leave`, `whoami`: you and the zones you know."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.indexed import live_option, read, read_on
from zonedao.cli.kit.options import READS, WRITES, command
from zonedao.cli.kit.output import GOOD, pairs, style
from zonedao.errors import NotFound, ZonedaoError
from zonedao.text import counted

if TYPE_CHECKING:
    from zonedao.addressbook import ZoneEntry
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body
    from zonedao.joining import Joined


@command(uses=WRITES)
@argument("file", "The NAME.zone.toml that the founders gave you.", type=click.Path(path_type=Path))
@click.option(
    "--as", "called", metavar="NAME", help="What you call the zone in your address book; its own name by default."
)
@click.option(
    "--charter",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The file that it was founded with, for the names of its people.",
)
def join(session: Session, file: Path, called: str | None, charter: Path | None) -> None:
    """Check the zone of FILE (a NAME.zone.toml) and keep it in your address book.

    The code of its contracts is compared with what this version of zonedao ships, and you are told who you are there.
    Nothing is sent: you become a member when the zone admits you. Names of people are on no chain: with --charter those
    of its charter come into your address book, where you have none for them. With --dry-run it is checked and not kept.

    Examples:
        zonedao join corner.zone.toml
        zonedao join corner.zone.toml --as home --account anna
        zonedao join corner.zone.toml --charter corner.toml
    Exit codes:
        6: the chain is another one, or a contract there is not ours: do not use it
    See also:
        zonedao whoami: who you are in every zone you know
        zonedao index sync: read its events, so that everything is shown at once
    """
    from zonedao.joining import join as check_zone
    from zonedao.joining import read_zone_file

    address = session.signer.address if session.signer is not None else None
    save = not session.options.dry_run
    found = check_zone(
        file,
        session.node(read_zone_file(file).chain_id),
        address,
        called=called,
        charter=charter,
        book=session.book,
        save=save,
    )
    session.keep(found.zone.connection)
    if save:
        read_on(found.zone.connection, found.zone.address, found.zone.deploy_block)
    session.out.show(_document(found, address), _lines(found, address))
    unclear = [name for name in found.people.values() if len(session.book.namesakes(name)) > 1]
    if unclear:
        session.out.note(
            f"Others in your address book are called alike ({', '.join(unclear)}): they are shown with their addresses "
            "until you call somebody otherwise: zonedao name add NAME ADDRESS"
        )
    if session.options.dry_run:
        session.out.note("It was not added to the address book.")


@command()
@in_option
def leave(session: Session, where: str | None) -> None:
    """End your membership of a body. Leaving a zone ends your membership of everything in it.

    You can still vote on what was proposed before, and what is due to you stays due. Whoever is admitted again has the
    old number again.

    Examples:
        zonedao leave --in corner/kitchen
        zonedao leave --in corner --dry-run
    See also:
        zonedao withdraw: collect what is due to you
    """
    session.require_signer()
    body = session.body(where)
    carry_out(session, body.client, body.leave)


@command(uses=READS)
@live_option
def whoami(session: Session, live: bool) -> None:
    """Your address, and who you are in every zone you know.

    A zone that cannot be reached is listed with the reason. --account chooses one of several accounts.

    Examples:
        zonedao whoami
        zonedao whoami --account anna
    Exit codes:
        7: there is no such key file, or its address is not known before it is opened
    See also:
        zonedao todo: what waits for you there
    """
    signer = session.require_signer()
    address = signer.address
    entries = session.known_zones()
    found = [_in_zone(session, entry, address, live=live, several=len(entries) > 1) for entry in entries]
    session.out.show(
        {"account": signer.name, "address": address, "zones": found},
        [
            *pairs([("account", signer.name), ("address", address)]),
            *session.out.table(
                ("ZONE", "YOU ARE", "MEMBER OF"),
                [(each["zone"], _standing(each), ", ".join(each["bodies"])) for each in found],
                empty="You know no zone yet. Join one with `zonedao join FILE`.",
            ),
            *(_problem(each) for each in found if each["problem"]),
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
        "people": [{"name": name, "address": key} for key, name in found.people.items()],
    }


def _lines(found: Joined, address: str | None) -> list[str]:
    lines = [f"{style(each.title, GOOD)} at {each.address} is {each.artifact} as shipped" for each in found.checks]
    lines.append(f"{found.zone.name} ({found.entry.name}) is what it says, on chain {found.entry.chain_id}.")
    if found.people:
        lines.append(f"Its charter names {counted(len(found.people), 'person')}: {', '.join(found.people.values())}.")
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


def _in_zone(session: Session, entry: ZoneEntry, address: str, *, live: bool, several: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"zone": entry.name, "chain_id": entry.chain_id, "root": entry.root}

    def you(body: Body, block: int | None) -> dict[str, Any]:
        zone = body.zone
        index = zone.registry.index_of(address)
        bodies = [each.path for each in zone.bodies() if index and each.is_member(index)]
        try:
            keeper = bool(bodies) and zone.stores.is_keeper(address)
        except NotFound:
            keeper = False
        return {**shown, "block": block, "index": index or None, "bodies": bodies, "keeper": keeper, "problem": None}

    try:
        return read(session, entry.name, live, you, several=several)
    except ZonedaoError as problem:
        # One zone that cannot be reached must not hide the others.
        return {**shown, "block": None, "index": None, "bodies": [], "keeper": False, "problem": problem.message}


def _problem(shown: dict[str, Any]) -> str:
    told = str(shown["problem"])
    return "\n" + (told if told.startswith(shown["zone"]) else f"{shown['zone']}: {told}")


def _standing(shown: dict[str, Any]) -> str:
    if shown["problem"]:
        return "not known, see below"
    if shown["index"] is None:
        return "a stranger"
    if not shown["bodies"]:
        return f"person {shown['index']}, who left"
    return f"person {shown['index']}" + (", a keeper" if shown["keeper"] else "")
