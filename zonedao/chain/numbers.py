"""The numbers of an account's transactions: the next one, and who has one that is taken."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from zonedao.errors import NodeProblem, NodeRefused

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection
    from zonedao.chain.journal import Journal, Record

LAG_PATIENCE_SECONDS = 10.0  # for a node to reach the block of a transaction that another node showed


def next_nonce(connection: Connection, sender: str, journal: Journal | None, kept: bool = False) -> int:
    """The number for a new transaction: the first that neither the node nor the journal knows to be used.

    With `kept` it comes after those of transactions that were signed into files, too. Hold the journal's lock until the
    transaction is in it, so that no other process takes the same. Raises NodeProblem when the node lags behind.
    """
    if journal is None:
        return connection.nonce(sender)
    records = journal.records(connection.chain_id, sender, connection.genesis)
    nonce = _current(connection, sender, records)
    # A node that restarted has forgotten what waits; the journal has not.
    waiting = {
        record.entry.nonce for record in records if record.is_open or (kept and record.file and record.outcome is None)
    }
    while nonce in waiting:
        nonce += 1
    return nonce


def taker_of(connection: Connection, sender: str, nonce: int) -> str | None:
    """The hash of the mined transaction that has a number of an account.

    Empty when none has as far as this node knows, None when the node does not keep what it takes to tell.
    """

    def used(block: int) -> bool:
        return connection.nonce(sender, block) > nonce

    try:
        high = connection.block_number()
        if not used(high):
            return ""
        low, step = high, 1
        while low > 0 and used(low):
            high, low, step = low, max(low - step, 0), step * 2
        if used(low):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if used(middle) else (middle, high)
        block = connection.request("eth_getBlockByNumber", hex(high), True)
        for transaction in (block or {}).get("transactions", ()):
            if isinstance(transaction, str):
                return None
            if transaction["from"].lower() == sender.lower() and int(transaction["nonce"], 16) == nonce:
                return str(transaction["hash"])
    except NodeRefused:
        pass
    return None


def _current(connection: Connection, sender: str, records: list[Record]) -> int:
    # On a local chain who goes back means it.
    mined = [record for record in records if record.block_hash and not connection.is_local]
    if not mined:
        return connection.nonce(sender)
    last = max(mined, key=lambda record: record.entry.nonce)
    given_up = time.monotonic() + LAG_PATIENCE_SECONDS
    while True:
        nonce, head = connection.nonce(sender), connection.block_number()
        if nonce > last.entry.nonce and head >= last.block:
            return nonce
        if time.monotonic() >= given_up:
            raise NodeProblem(
                f"{connection.name} is at block {head} and does not know your transaction {last.entry.hash} of block "
                f"{last.block}: the node lags behind. Nothing was sent. Try again in a minute, or use another node "
                "with --network URL."
            )
        time.sleep(0.25)
