"""`zonedao send`: what was signed with --sign-only, checked again and sent. It needs no key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.acting import agree, require_sending, show_described, show_dry_run, show_outcome, wait_for
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.options import SENDS_MANY, command
from zonedao.errors import CodeMissing, UsageProblem, WrongState

if TYPE_CHECKING:
    from zonedao.actions import Action
    from zonedao.chain.signed import SignedFile
    from zonedao.cli.kit.session import Session
    from zonedao.client import Client


@command(uses=SENDS_MANY)
@argument("file", "What --sign-only wrote.", type=click.Path(path_type=Path))
def send(session: Session, file: Path) -> None:
    """Send the transaction that was signed into FILE with --sign-only. No key is needed for it.

    It is looked at again first: whether it is for this chain, its number is still free, its price is still enough, and
    it would still succeed. Sending the same file again only shows what became of it.

    Examples:
        zonedao vote 12 for --sign-only vote.tx
        zonedao send vote.tx
    Exit codes:
        4: it would fail now, or its number is taken: nothing was sent
    See also:
        zonedao tx list: what was sent
    """
    from zonedao.chain.fees import ether
    from zonedao.chain.signed import NoKey, read_signed

    require_sending(session)
    signed = read_signed(file)
    connection = session.chain_of(signed.raw.chain_id)
    signed.require_chain(connection)
    client = session.client(connection, NoKey(signed.raw.sender))
    # What somebody else signed is told to whoever sends it as that one's doing.
    client.speaker.to_actor = any(file.address == signed.raw.sender for file in session.keys.list())
    action = _action(client, signed)
    journal = session.journal
    if signed.is_sent(connection):
        if session.options.dry_run:
            session.out.would(f"{file} was sent already, as {signed.raw.hash}. Nothing is to be done.")
            return
        session.out.note(f"{file} was sent already, as {signed.raw.hash}; nothing is sent again.")
        outcome = wait_for(action, signed.raw.hash)
        show_outcome(session, action, outcome, None)
        client.sender.settle(outcome.receipt)
        return
    signed.require_valid(connection, journal)
    action.simulate()
    needed = connection.estimate_gas(action.to, action.data, value_wei=action.value_wei, sender=signed.raw.sender)
    if needed > signed.raw.gas_limit:
        raise WrongState(
            f"It was signed for {signed.raw.gas_limit} gas and needs {needed} now, so that it would fail. Nothing was "
            "sent. Sign it again."
        )
    _require_within(client, signed)
    said = action.explain()
    fee = f"The fee is {ether(signed.fee_limit_wei)} at most."
    description = replace(said, fee_limit_wei=signed.fee_limit_wei, lines=(*said.lines, fee))
    if session.options.dry_run:
        show_dry_run(session, action, description)
        return
    session.out.note(f"Signed by {client.name_of(signed.raw.sender) or signed.raw.sender}, number {signed.raw.nonce}.")
    show_described(session, description)
    agree(session, "Send it?")
    session.interrupted = (
        "Stopped. It may be under way; send the same file again to look it up. It is never sent twice."
    )
    with journal.lock():
        client.sender.submit(signed.entry)
    outcome = wait_for(action, signed.raw.hash)
    show_outcome(session, action, outcome, description)
    client.sender.settle(outcome.receipt)


def _require_within(client: Client, signed: SignedFile) -> None:
    cap = client.fee_cap
    most = cap.of_gas(signed.raw.gas_limit) if cap is not None else None
    if most is not None and signed.raw.fees.max_wei > most:
        raise WrongState(
            f"It offers more than your limit of {cap}. Nothing was sent. Give more with --max-fee, or sign "
            "it again with that limit."
        )


def _action(client: Client, signed: SignedFile) -> Action[None]:
    from zonedao.actions import plain

    if signed.raw.to is None:
        raise UsageProblem(f"{signed.path} makes a contract, which --sign-only never signs. Nothing was sent.")
    for entry in client.book.zones() if client.book is not None else ():
        if entry.chain_id == signed.raw.chain_id:
            try:
                client.zone(entry.root, deploy_block=entry.deploy_block, called=entry.name)
            except (CodeMissing, UsageProblem):
                continue
    return plain(client, signed.raw.to, signed.raw.data, signed.entry.note, value_wei=signed.raw.value_wei)
