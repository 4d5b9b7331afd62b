"""`zonedao network`: nodes by name, and what holds on each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.completing import kept_networks
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import READS, WRITES, command
from zonedao.errors import UsageProblem

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session
    from zonedao.networks import Network


@click.group(cls=Group)
def network() -> None:
    """Networks that you have named: a node's address, the most to pay there, how long to wait."""


@command(network, uses=READS | {"dry_run", "max_fee", "confirmations"})
@argument("name", "What you call it: small letters, digits and hyphens.")
@argument("url", "Where the node answers JSON-RPC, such as http://127.0.0.1:8545.")
def add(session: Session, name: str, url: str) -> None:
    """Keep the node at URL as NAME for `--network NAME`, and which chain it serves.

    --max-fee and --confirmations are kept with it, and hold for whatever is sent on that chain unless a command says
    otherwise. A name that is there already is changed.

    Examples:
        zonedao network add home http://192.168.1.7:8545 --confirmations 3
        zonedao network add public https://rpc.example.org/KEY --max-fee "30 gwei"
    Exit codes:
        6: nobody answers there
    See also:
        zonedao network use: mean it where none is said
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


@command(network, "list", uses=READS)
def list_(session: Session) -> None:
    """The networks that you have named, and which of them is in use.

    What may be a key in a node's address is not shown.

    Examples:
        zonedao network list
    See also:
        zonedao network add: name one
    """
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


@command(network, uses=WRITES)
@argument("name", "A name that `zonedao network list` shows.", required=False, shell_complete=kept_networks)
def use(session: Session, name: str | None) -> None:
    """Mean the network NAME from now on where no --network is said; without NAME none.

    A zone on another chain is still looked for where the address book says it lives.

    Examples:
        zonedao network use home
        zonedao network use
    See also:
        zonedao network list: which there are
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
