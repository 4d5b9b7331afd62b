"""`zonedao name`: what you call people, on this machine only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import READS, WRITES, command
from zonedao.errors import NotFound, UsageProblem
from zonedao.likeness import likeness
from zonedao.text import did_you_mean

if TYPE_CHECKING:
    from zonedao.addressbook import PersonEntry
    from zonedao.cli.kit.session import Session


@click.group(cls=Group)
def name() -> None:
    """Names of people: what you call them. They are in your address book, and never on a chain."""


@command(name, uses=WRITES)
@argument("name", "What you call somebody: any words, but no number, and nothing that begins with 0x.")
@argument("address", "The address they told you, compared digit by digit.")
def add(session: Session, name: str, address: str) -> None:
    """Call whoever has ADDRESS by NAME from now on, here and wherever a command takes a person.

    An address that has a name already gets this one instead. Names of a whole zone come with `zonedao join --charter`.

    Examples:
        zonedao name add ingrid 0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc
    Exit codes:
        2: that is no address, or somebody else is called so
    See also:
        zonedao name list: whom you have named
        zonedao member show: who has which address in a zone
    """
    from zonedao.chain.abi import checksum_address
    from zonedao.explain.lookalikes import Known

    wanted, people = checksum_address(address), session.book.people()
    namesakes = {each.address: each.name for each in session.book.namesakes(name)}
    if namesakes and wanted not in namesakes:
        theirs, taken = next(iter(namesakes.items()))
        said = name if taken.lower() == name.strip().lower() else f"{taken}, which looks the same,"
        raise UsageProblem(
            f"You call {theirs} {said} already. Choose another name, or take that one back with "
            f"`zonedao name forget {theirs}`."
        )
    for zone in session.book.zones():
        if likeness(zone.name) == likeness(name):
            raise UsageProblem(f"You call a zone {zone.name}. Choose another name for a person.")
    before = session.book.name_of(wanted)
    alike = Known({each.address: each.name for each in people}, ()).alike([wanted]).get(wanted)
    if alike is not None:
        session.out.note(f"WARNING: {wanted} is NOT {alike}: it only begins and ends alike. Compare every digit.")
    if session.options.dry_run:
        session.out.would(f"{wanted} would be called {name}. Nothing was written.")
        return
    session.book.add_people({wanted: name})
    called = session.book.name_of(wanted)
    was = f" They were {before} before." if before is not None and before != called else ""
    session.out.show({"name": called, "address": wanted, "was": before}, [f"{wanted} is {called} from now on.{was}"])


@command(name, "list", uses=READS)
def list_(session: Session) -> None:
    """Whom you have named, and in which zones they are known to be.

    Examples:
        zonedao name list
    See also:
        zonedao name add: name somebody
        zonedao member list: the members of a body
    """
    people = session.book.people()
    session.out.show(
        {"names": [_document(each) for each in people]},
        session.out.table(
            ("NAME", "ADDRESS", "ZONES"),
            [(each.name, each.address, ", ".join(each.zones)) for each in people],
            empty="You have named nobody. Begin with `zonedao name add NAME ADDRESS`.",
        ),
    )


@command(name, uses=WRITES)
@argument("who", "A name that `zonedao name list` shows, or its address.")
def forget(session: Session, who: str) -> None:
    """Take somebody out of your address book. Nothing changes on any chain.

    Examples:
        zonedao name forget ingrid
    Exit codes:
        3: you call nobody so
    See also:
        zonedao name list: whom you have named
    """
    from zonedao.chain.abi import checksum_address

    people = session.book.people()
    if who.lower().startswith("0x"):
        address = checksum_address(who)
        if session.book.name_of(address) is None:
            raise NotFound(f"You have no name for {address}. `zonedao name list` shows whom you have named.")
    elif who.strip().lower() in {each.name.lower() for each in people}:
        address = session.book.find_person(who)
    else:
        guess = did_you_mean(who, [each.name for each in people])
        raise NotFound(f"You call nobody {who}.{guess} `zonedao name list` shows whom you have named.")
    called = session.book.name_of(address)
    if session.options.dry_run:
        session.out.would(f"{called} would be forgotten. Nothing was written.")
        return
    session.book.forget_person(address)
    session.out.show({"name": called, "address": address}, [f"{address} is not called {called} any more."])


def _document(entry: PersonEntry) -> dict[str, Any]:
    return {"name": entry.name, "address": entry.address, "zones": list(entry.zones)}
