"""`zonedao deploy`: from a charter file to a zone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.charter import load_charter
from zonedao.cli.kit.acting import agree, require_sending
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.indexed import read_on
from zonedao.cli.kit.options import SENDS_MANY, command
from zonedao.cli.kit.output import GOOD, redraws, style
from zonedao.disk import require_writable
from zonedao.errors import NotFound, UsageProblem
from zonedao.text import counted

if TYPE_CHECKING:
    from zonedao.addressbook import ZoneEntry
    from zonedao.charter.plans import DeploymentPlan
    from zonedao.cli.kit.session import Session
    from zonedao.federation import Deployment, Progress

REHEARSAL_COINS_WEI = 10**18


@command(uses=SENDS_MANY)
@argument("file", "A file in TOML; docs/reference/charter.md tells what stands there.", type=click.Path(path_type=Path))
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="FOLDER",
    help="Where NAME.zone.toml is written; here by default.",
)
@click.option(
    "--as", "called", metavar="NAME", help="What you call the zone in your address book; its own name by default."
)
def deploy(session: Session, file: Path, folder: Path, called: str | None) -> None:
    """Found the zone of a charter FILE, and write the NAME.zone.toml that its members join with.

    Whoever deploys pays the fees and has no power afterwards; the account need not be a member's. An interrupted
    deployment goes on where it stopped when the command is run again; nothing is deployed twice. The zone and the names
    of the charter are kept in your address book. On --network embedded it is a rehearsal: everything happens, and is
    forgotten.

    Examples:
        zonedao deploy corner.toml --network embedded
        zonedao deploy corner.toml --account anna --out shared/
    Exit codes:
        8: the charter has mistakes, which are all listed
    See also:
        zonedao join: what the members do with NAME.zone.toml
    """
    from zonedao.charter import plan as make_plan
    from zonedao.federation import deploy as bring_about

    require_sending(session)
    charter = load_charter(session, file)
    plan = make_plan(charter)
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}. Make it first, or choose another with --out.")
    signer, connection = session.require_signer(), session.connection
    rehearsal = connection.kind == "embedded"
    if rehearsal:
        connection.fund(signer.address, REHEARSAL_COINS_WEI)
    else:
        _require_free_name(session, called or plan.name, plan.zone.address)
        _require_free_file(session, folder, plan)
        require_writable(folder)
    there = _explain(session, plan)
    if session.options.dry_run:
        _simulate(session, plan)
        return
    if not there:
        agree(session, "Found this zone?")
    signer.ready()
    session.interrupted = (
        f"Stopped. Run `zonedao deploy {file}` again: it goes on where it stopped, and nothing is deployed twice."
    )
    limits = session.client(connection, signer)
    made = bring_about(
        connection,
        signer,
        plan,
        lambda progress: _tell(session, progress),
        fee_cap=limits.fee_cap,
        confirmations=limits.confirmations,
    )
    if rehearsal:
        session.out.note("This was a rehearsal on the embedded chain: nothing of it remains, and no file was written.")
        session.out.show(made.to_json(), [_done(made)])
        return
    written = made.zone.write(folder)
    remember(session, made, called or plan.name)
    # A local chain that began anew has the zone at the address, and under the chain id, that it had before.
    read_on(connection, made.zone.root, made.zone.deploy_block)
    session.out.show(
        {**made.to_json(), "file": str(written)},
        [_done(made), f"Give {written} to the members: `zonedao join {written.name}` checks it for them."],
    )


def remember(session: Session, made: Deployment, called: str) -> None:
    """Note a zone that was founded, and the people of its charter, in the address book."""
    from zonedao.addressbook import ZoneEntry

    zone = made.zone
    entry = ZoneEntry(called, zone.chain_id, zone.root, zone.deploy_block, zone.charter_hash, zone.url)
    session.book.add_zone(entry)
    session.book.add_people({address: name for name, address in made.people.items()}, called)


def _require_free_name(session: Session, called: str, root: str) -> None:
    from zonedao.addressbook import require_alias

    require_alias(called)
    known: dict[str, ZoneEntry] = {entry.name: entry for entry in session.book.zones()}
    there = known.get(called)
    if there is not None and (there.chain_id, there.root) != (session.connection.chain_id, root):
        raise UsageProblem(
            f"Your address book has another zone called {called}: {there.root} on chain {there.chain_id}. "
            "Nothing was sent. Choose another name with --as NAME."
        )


def _require_free_file(session: Session, folder: Path, plan: DeploymentPlan) -> None:
    from zonedao.federation.zonefile import SUFFIX, load_zone_file

    path = folder / (plan.name + SUFFIX)
    if path.exists():
        there = load_zone_file(path)
        if (there.chain_id, there.root) != (session.connection.chain_id, plan.zone.address):
            raise UsageProblem(
                f"{path} is the file of another zone: {there.root} on chain {there.chain_id}. "
                "Nothing was sent. Move it away, or choose another folder with --out."
            )


def _explain(session: Session, plan: DeploymentPlan) -> bool:
    """Say what is to be done; whether all of it is there already."""
    from zonedao.chain.fees import current_fees
    from zonedao.federation.execution import remaining
    from zonedao.treasury.assets import COIN

    connection = session.connection
    missing = remaining(connection, plan)
    people = f"{counted(len(plan.people), 'member')}, {counted(len(plan.bodies), 'body')}"
    session.out.note(f"{plan.zone.name} on {connection.name} (chain {connection.chain_id}): {people}.")
    if not missing:
        session.out.note(f"All of it is there already, at {plan.zone.address}.")
        return True
    cost_wei = current_fees(connection).max_wei * sum(each.gas for each in missing)
    cost_wei += sum(each.value_wei for each in missing)
    session.out.note(
        f"{len(missing)} of {len(plan.transactions)} transactions are to be sent, for {COIN.format(cost_wei)} at most."
    )
    return False


def _simulate(session: Session, plan: DeploymentPlan) -> None:
    from zonedao.federation.deploying import require_chain
    from zonedao.federation.execution import remaining

    connection = session.connection
    require_chain(connection, plan)
    missing = remaining(connection, plan)
    first = next((each for each in missing if each.kind != "presigned"), None)
    if first is not None and missing[0] is first:
        # Each transaction builds on the one before, so only the first can be tried without sending.
        sender = session.require_signer().address
        connection.estimate_gas(first.to, first.data, value_wei=first.value_wei, sender=sender)
    session.out.show(
        {
            "sent": False,
            "zone": plan.zone.address,
            "transactions": [each.name for each in missing],
            "bodies": {body.path: body.address for body in plan.bodies},
        },
        [f"{plan.zone.name} would be at {plan.zone.address}. Nothing was sent."],
    )


def _tell(session: Session, progress: Progress) -> None:
    place = f"[{progress.number}/{progress.count}]"
    again = "\r\x1b[K" if redraws(sys.stderr) else ""
    if progress.state == "sending" and again:
        click.echo(f"{place} {progress.name} …", err=True, nl=False)
    elif progress.state == "mined":
        session.out.note(f"{again}{place} {progress.name}: {progress.gas_used:,} gas, {progress.tx_hash}")
    elif progress.state == "there":
        session.out.note(f"{again}{place} {progress.name}: there already")


def _done(made: Deployment) -> str:
    gas = f" with {made.gas_used:,} gas" if made.sent else ""
    return f"{style(made.zone.name, GOOD)} lives at {made.zone.root}, founded{gas}."
