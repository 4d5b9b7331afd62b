"""Waiting for a transaction that was sent, whatever becomes of it meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from zonedao.errors import NodeProblem, StorageProblem, Unconfirmed, WrongChain, WrongState

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection
    from zonedao.chain.journal import Journal
    from zonedao.chain.receipts import Receipt

DEFAULT_TIMEOUT_SECONDS = 300.0
LOOK_SECONDS = 2.0  # between looks at what else may have become of a transaction that has no receipt
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 2.0  # between questions to a node that others use, too
LOCAL_PAUSE_SECONDS, LONGEST_LOCAL_PAUSE_SECONDS = 0.002, 0.25

Tick = Callable[[float], None]  # seconds waited
OnConfirmation = Callable[[int, int], None]  # confirmations so far, and wanted

MOST_CONFIRMATIONS = 1_000  # more than two hours, and deeper than any chain in use goes back


def wait_for_receipt(
    connection: Connection,
    journal: Journal | None,
    tx_hash: str,
    timeout_seconds: float,
    on_tick: Tick | None = None,
    confirmations: int = 1,
    on_confirmation: OnConfirmation | None = None,
) -> Receipt:
    """The receipt of a transaction, or of the one that took its number and does the same; see `Sender.wait`.

    Nothing is written into the journal but that a number is lost. Raises WrongState, WrongChain, Unconfirmed.
    """
    from zonedao.chain.receipts import receipt_of

    started = progressed = looked = time.monotonic()
    pause = LOCAL_PAUSE_SECONDS if connection.is_local else FIRST_PAUSE_SECONDS
    last_problem, depth = "", 0
    while True:
        receipt: Receipt | None = None
        try:
            receipt = receipt_of(connection, tx_hash)
            if receipt is None and time.monotonic() - looked >= LOOK_SECONDS:
                looked = time.monotonic()
                receipt = _elsewhere(connection, journal, tx_hash)
            if receipt is not None:
                tx_hash = receipt.hash
                deep = 1 if confirmations <= 1 else connection.block_number() - receipt.block + 1
                if deep >= confirmations:
                    return receipt
                if deep != depth:
                    depth, progressed = deep, time.monotonic()
                if on_confirmation is not None:
                    on_confirmation(deep, confirmations)
        except WrongChain:
            raise
        except NodeProblem as problem:
            # It was sent; a node that is away for a moment does not change that.
            last_problem = f" ({problem.message})"
        now = time.monotonic()
        if now - progressed >= timeout_seconds:
            raise Unconfirmed(
                f"Transaction {tx_hash} {_not_yet(receipt, depth, confirmations)} after {now - started:.0f} s"
                f"{last_problem}. Run the command again later: it will be looked up, and nothing will be sent twice.",
                tx_hash=tx_hash,
            )
        if on_tick is not None and receipt is None:
            on_tick(now - started)
        time.sleep(min(pause, max(timeout_seconds - (now - progressed), 0.0)))
        pause = min(pause * 1.5, LONGEST_LOCAL_PAUSE_SECONDS if connection.is_local else LONGEST_PAUSE_SECONDS)


def _not_yet(receipt: Receipt | None, depth: int, wanted: int) -> str:
    if receipt is None:
        return "was sent but is not mined"
    return f"is in block {receipt.block} and has {depth} of {wanted} confirmations"


def _elsewhere(connection: Connection, journal: Journal | None, tx_hash: str) -> Receipt | None:
    """The receipt of another transaction that did the same with its number; what the node forgot is sent again.

    Raises WrongState when its number went to one that does something else.
    """
    if journal is None:
        return None
    try:
        slot = journal.slot_of(tx_hash)
    except StorageProblem:
        return None  # it was sent, and is waited for without
    if not slot:
        return None
    from zonedao.chain.following import Follower

    follower = Follower(connection, journal)
    found = follower.follow(slot)
    canceling = any(entry.cancels for entry in slot if entry.hash == tx_hash)
    if found.state == "mined" and found.entry.cancels and not canceling:
        follower.settle(found)
        raise WrongState(
            f"It was canceled: {found.entry.hash} took the number of {tx_hash}, which can never happen. "
            "Run the command again if you want it after all."
        )
    if found.state == "replaced":
        follower.settle(found)
        raise WrongState(
            f"Another transaction of {found.entry.sender} took the number of {tx_hash}, which can never happen. "
            "Run the command again if it is still wanted."
        )
    return found.receipt
