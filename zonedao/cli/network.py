"""`zonedao network`: nodes by name, and what holds on each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import command
from zonedao.errors import UsageProblem

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session
    from zonedao.networks import Network


@click.group(cls=Group)
def network() -> None:
    """Networks that you have named: a node's address, the most to pay there, how long to wait."""


@command(network)
@click.argument("name")
@click.argument("url")
def add(session: Session, name: str, url: str) -> None:
    """Keep the node at URL as NAME for `--network NAME`, and which chain it serves.

    --max-fee and --confirmations are kept with it, and hold for whatever is sent on that chain unless a command says
    otherwise. A name that is there already is changed.
    """
    from zonedao.chain.connection import Connection
    from zonedao.chain.rpc import HttpTransport
    from zonedao.networks import Network

    if name in {entry.name for entry in session.book.zones()}:
        raise UsageProblem(f"You call a zone {name}, which --network understands already. Choose another name.")
    _ = session.fee_cap
    with Connection(HttpTransport(url), url=url) as connection:
        found = Network(name, url, connection.chain_id, session.options.max_fee or "", session.confirmations)
    if session.options.dry_run:
        session.out.would(f"{name} would be chain {found.chain_id}. Nothing was written.")
        return
    session.networks.add(found)
    session.out.show(
        _document(found),
        [f"{name} is chain {found.chain_id}. Say --network {name}, or once and for all `zonedao network use {name}`."],
    )


@command(network, "list")
def list_(session: Session) -> None:
    """The networks that you have named, and which of them is in use."""
    from zonedao.chain.rpc import display_url

    found, used = session.networks.all(), session.networks.used()
    rows = [
        (
            ("* " if each == used else "  ") + each.name,
            str(each.chain_id),
            display_url(each.url),
            each.max_fee or "none",
            str(each.confirmations),
        )
        for each in found
    ]
    session.out.show(
        {"used": used.name if used is not None else None, "networks": [_document(each) for each in found]},
        session.out.table(
            ("  NAME", "CHAIN", "NODE", "MAX FEE", "CONFIRMATIONS"),
            rows,
            right=(1, 4),
            empty="No network yet. Add one with `zonedao network add NAME URL`.",
        ),
    )


@command(network)
@click.argument("name", required=False)
def use(session: Session, name: str | None) -> None:
    """Mean the network NAME from now on where no --network is said; without NAME none.

    A zone on another chain is still looked for where the address book says it lives.
    """
    if session.options.dry_run:
        session.out.would(f"{name or 'No network'} would be used. Nothing was written.")
        return
    session.networks.use(name)
    words = f"{name} is meant from now on where no --network is said." if name else "No network is meant any more."
    session.out.show({"used": name}, [words])


def _document(found: Network) -> dict[str, Any]:
    from zonedao.chain.rpc import display_url

    return {
        "name": found.name,
        "chain_id": found.chain_id,
        "node": display_url(found.url),
        "max_fee": found.max_fee or None,
        "confirmations": found.confirmations,
    }
