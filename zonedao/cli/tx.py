"""`zonedao tx`: what was sent and waits; the same at a higher price, or nothing in its place."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.acting import agree, awaited, require_sending, sent_all_the_same
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import READS, SENDS_MANY, command
from zonedao.cli.kit.output import DIM, style
from zonedao.errors import NotFound, UsageProblem, WrongState
from zonedao.text import lines_in_words

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection
    from zonedao.chain.following import Recovered
    from zonedao.chain.journal import Entry, Record
    from zonedao.chain.sending import Prepared, Sender
    from zonedao.cli.kit.session import Session

_IN_WORDS = {
    "waiting": "waits",
    "lost": "the node has lost it",
    "replaced": "another took its number",
    "refused": "not taken",
    "mined": "mined",
    "kept": "signed, not sent",
}


@click.group(cls=Group)
def tx() -> None:
    """Transactions that were sent: what became of them, and what can be done about those that wait."""


@command(tx, "list", uses=READS)
@click.option("--all", "everything", is_flag=True, help="Also those that have come to an end.")
def list_(session: Session, everything: bool) -> None:
    """What this user sent on this chain and has no end yet; of one account with --account.

    Each is looked up. What the node has lost is sent again by the next command of its account that sends something.
    What has come to an end is told once, and is listed with --all only from then on; with --json it stays until
    somebody is told.

    Examples:
        zonedao tx list
        zonedao tx list --all --account anna
    See also:
        zonedao tx speed-up: offer more
        zonedao tx cancel: take one back
    """
    from zonedao.chain.following import Follower
    from zonedao.times import moment

    connection, journal = session.chain, session.journal
    sender = session.require_signer().address if session.options.account is not None else None
    follower = Follower(connection, journal)
    slots = journal.slots(connection.chain_id, sender, connection.genesis)
    looked_up = [follower.follow(slot, resend=False) for slot in slots]
    records = [
        record
        for record in journal.records(connection.chain_id, sender, connection.genesis)
        if everything or record.is_open or (record.file and record.outcome is None)
    ]
    states = [_state(connection, record, looked_up) for record in records]
    names = {file.address: file.name for file in session.keys.list()}
    now = int(time.time())  # by the clock that was read when they were signed; a local chain may be ahead
    rows = [
        (
            str(record.entry.nonce),
            _meaning(record.entry),
            _IN_WORDS[state],
            names.get(record.entry.sender) or record.entry.sender[:10],
            moment(record.entry.signed_at, now),
            record.entry.hash[:10],
        )
        for record, state in zip(records, states, strict=True)
    ]
    free = _free_numbers(connection, looked_up)
    session.out.show(
        {
            "network": connection.name,
            "chain_id": connection.chain_id,
            "unreadable_lines": list(journal.unreadable()),
            "transactions": [_document(record, state, free) for record, state in zip(records, states, strict=True)],
        },
        session.out.table(
            ("NUMBER", "WHAT", "STATE", "ACCOUNT", "SIGNED", "HASH"),
            rows,
            right=(0,),
            empty=f"Nothing of yours is under way on {connection.name}.",
        ),
    )
    if unreadable := journal.unreadable():
        session.out.note(
            f"{journal.path}: {lines_in_words(unreadable)} cannot be read, so that something may be missing here."
        )
    for address, number in free.items():
        who = names.get(address) or address
        session.out.note(f"The number {number} of {who} is free and comes first: whatever {who} sends next takes it.")
    for found in looked_up:
        # Whoever sent it and still runs tells it; everybody else was told just now, unless a program asks.
        if not found.running and not session.options.dry_run and not session.options.json:
            if found.state == "mined":
                what = found.entry.note or found.entry.hash[:10]
                session.out.note(f"“{what}” is done, and told now: the same command again is a new one.")
            follower.settle(found)


def _meaning(entry: Entry) -> str:
    note = entry.note or "(no name)"
    return f"{note}, for a higher fee" if entry.replaces and not entry.cancels else note


def _state(connection: Connection, record: Record, looked_up: Sequence[Recovered]) -> str:
    if record.outcome is not None:
        return record.outcome
    for found in looked_up:
        if record.entry in found.slot and record.is_open:
            return found.state if found.state != "mined" or record.entry == found.entry else "replaced"
    return _kept_state(connection, record.entry) if record.file else "waiting"


def _kept_state(connection: Connection, entry: Entry) -> str:
    """What became of one that was signed into a file, which anybody may have sent from anywhere."""
    from zonedao.chain.receipts import receipt_of

    if connection.nonce(entry.sender, "latest") <= entry.nonce:
        return "kept"
    return "mined" if receipt_of(connection, entry.hash) is not None else "replaced"


def _free_numbers(connection: Connection, looked_up: Sequence[Recovered]) -> dict[str, int]:
    """Numbers that nothing has, and that what waits has to wait for, by account."""
    waiting: dict[str, set[int]] = {}
    for found in looked_up:
        if found.state in ("waiting", "lost"):
            waiting.setdefault(found.entry.sender, set()).add(found.entry.nonce)
    following = {address: connection.nonce(address) for address in waiting}
    # What another wallet of the same account has sent counts in the node's number.
    return {
        address: following[address]
        for address, numbers in waiting.items()
        if following[address] not in numbers and following[address] < max(numbers)
    }


@command(tx, "speed-up", uses=SENDS_MANY)
@argument("which", "Its number in the account, or the beginning of its hash.", metavar="[TX]", required=False)
def speed_up(session: Session, which: str | None) -> None:
    """Offer more for TX, a transaction that waits, by its number or the start of its hash; without it the only one.

    The same is signed with the same number at a price at least an eighth higher. Either is mined, never both.

    Examples:
        zonedao tx speed-up
        zonedao tx speed-up 17 --max-fee "60 gwei"
    Exit codes:
        4: nothing needs it: the transaction was mined
    See also:
        zonedao tx list: what waits
    """
    from zonedao.chain.replacing import speed_up as faster

    _replace(session, which, faster, lambda old, new: f"Offer more for “{old.note}”")


@command(tx, uses=SENDS_MANY)
@argument("which", "Its number in the account, or the beginning of its hash.", metavar="[TX]", required=False)
def cancel(session: Session, which: str | None) -> None:
    """Take back TX, a transaction that waits, by its number or the start of its hash; without it the only one.

    Something empty is signed with the same number at a price at least an eighth higher. Either of the two is mined: it
    may be too late.

    Examples:
        zonedao tx cancel
        zonedao tx cancel 0x5c50 --max-fee "60 gwei"
    Exit codes:
        4: it was too late: the transaction was mined
    See also:
        zonedao tx list: what waits
    """
    from zonedao.chain.replacing import cancel as take_back

    _replace(session, which, take_back, lambda old, new: f"Cancel “{old.note}”")


def _replace(
    session: Session,
    which: str | None,
    make: Callable[[Sender, str], Prepared],
    say: Callable[[Entry, Prepared], str],
) -> None:
    from zonedao.chain.fees import ether, gwei
    from zonedao.chain.raw import read_raw

    require_sending(session)
    signer, connection, journal = session.require_signer(), session.chain, session.journal
    sender = session.client(connection, signer).sender
    old = _chosen(session, which, signer.address)
    preview = make(sender, old.hash)
    offered = read_raw(old.raw).fees
    lines = [
        f"{say(old, preview)}, number {old.nonce} of {signer.name}.",
        f"It offers {gwei(preview.fees.max_wei)} for a unit of gas; the one that waits offers {gwei(offered.max_wei)}.",
        "Either of the two is mined, never both.",
        f"The fee is {ether(preview.fee_limit_wei)} at most.",
    ]
    document = {
        "action": preview.note,
        "replaces": preview.replaces,
        "explanation": lines,
        "fee_limit_wei": str(preview.fee_limit_wei),
    }
    if session.options.dry_run:
        session.out.show({"sent": False, **document}, [*lines, "Nothing was sent."])
        return
    for line in lines:
        session.out.note(line)
    agree(session, "Send it?")
    signer.ready()
    session.interrupted = "Stopped. It may be under way; `zonedao tx list` tells. Nothing will be sent twice."
    with journal.lock():
        tx_hash = sender.send(make(sender, old.hash))
    receipt = awaited(tx_hash, lambda **how: sender.wait(tx_hash, settle=False, **how))
    mined = next((each for each in journal.slot_of(tx_hash) if each.hash == receipt.hash), None)
    late = mined is not None and preview.cancels and not mined.cancels
    if late:
        sender.settle(receipt)
        raise WrongState(
            f"It was too late: “{old.note}” was mined in block {receipt.block}, as {receipt.hash}. "
            "What it did stands; look at the result."
        )
    done = f"“{old.note}” was canceled: it can never happen." if preview.cancels else f"“{old.note}” was mined."
    with sent_all_the_same(receipt.hash):
        session.out.show(
            {
                "sent": True,
                **document,
                "tx": receipt.hash,
                "block": receipt.block,
                "gas_used": receipt.gas_used,
                "fee_wei": str(receipt.fee_wei),
            },
            [
                done,
                style(f"Block {receipt.block}, fee {ether(receipt.fee_wei)}, transaction {receipt.hash}", DIM),
            ],
        )
    sender.settle(receipt)


def _chosen(session: Session, which: str | None, address: str) -> Entry:
    """The newest transaction of the number that is meant. Raises NotFound, UsageProblem."""
    connection = session.chain
    slots = session.journal.slots(connection.chain_id, address, connection.genesis)
    records = session.journal.records(connection.chain_id, address, connection.genesis)
    if not slots:
        _require_sent(records, which)
        raise NotFound(f"Nothing of {session.require_signer().name} is under way on {connection.name}.")
    if which is not None:
        meant = [slot for slot in slots if any(_is_meant(entry, which) for entry in slot)]
        if not meant:
            _require_sent(records, which)
            raise NotFound(f"No transaction {which} is under way. `zonedao tx list` shows those that are.")
        slots = meant
    if len(slots) > 1:
        numbers = ", ".join(str(slot[0].nonce) for slot in slots)
        raise UsageProblem(f"Several transactions wait: {numbers}. Say which, by its number.")
    return slots[0][-1]


def _require_sent(records: Sequence[Record], which: str | None) -> None:
    """Raise WrongState where what is meant was signed into a file only."""
    for record in records:
        entry = record.entry
        if record.file and record.outcome is None and (which is None or _is_meant(entry, which)):
            raise WrongState(
                f"“{entry.note}”, number {entry.nonce}, was signed into {record.file} and not sent. Send it with "
                f"`zonedao send {record.file}`; or send something else, which takes its number, so that the file is "
                "worth nothing any more."
            )


def _is_meant(entry: Entry, which: str) -> bool:
    return which == str(entry.nonce) or (len(which) > 2 and entry.hash.startswith(which.lower()))


def _document(record: Record, state: str, free: Mapping[str, int]) -> dict[str, Any]:
    entry = record.entry
    return {
        "tx": entry.hash,
        "account": entry.sender,
        "number": entry.nonce,
        "action": entry.note,
        "to": entry.to,
        "value_wei": str(entry.value_wei),
        "state": state,
        "waits_for": free.get(entry.sender) if state in ("waiting", "lost") else None,
        "replaces": entry.replaces or None,
        "cancels": entry.cancels,
        "signed_at": entry.signed_at,
        "block": record.block or None,
        "file": record.file or None,
    }
