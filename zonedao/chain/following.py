"""What became of a transaction that was sent: mined, waiting, lost by the node, replaced, dropped by a reorganisation.

Nodes behind one address may be at different blocks, and one of them may have forgotten what another knows. So nothing
is taken for gone because one answer does not show it: that a number went to another transaction is believed when that
transaction is seen, or when it is long past.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from zonedao.chain.broadcasting import broadcast, is_known
from zonedao.chain.journal import Entry, Journal, Record, Slot
from zonedao.chain.numbers import taker_of
from zonedao.chain.processes import start_time
from zonedao.chain.receipts import Receipt, receipt_of
from zonedao.errors import (
    ContractRevert,
    InsufficientFunds,
    NodeProblem,
    NodeRefused,
    NodeUnreachable,
    StorageProblem,
    Unconfirmed,
    UsageProblem,
    WrongChain,
    WrongState,
)

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection

REORGANISED_BLOCKS = 64  # two epochs of Ethereum: what is deeper is final there

State = Literal["mined", "waiting", "resent", "lost", "replaced", "refused", "dropped"]


@dataclass(frozen=True)
class Recovered:
    """What became of a number that transactions of an earlier run were to have.

    `state` is 'mined' (`entry` is the one that was, with its `receipt`), 'waiting' (the node has it), 'resent' (the
    node had lost it; the same signed bytes were broadcast again), 'dropped' (it was mined and told of, a
    reorganisation took it back, and it was broadcast again), 'lost' (the node does not have it, and nothing was sent
    again because that was not wanted), 'replaced' (another transaction took the number; it can
    never happen) or 'refused' (the node does not take it now, for the `reason`; its number is free again).
    `slot` are all that may have the number; `running` says that the process that sent it still runs.
    """

    entry: Entry
    state: State
    receipt: Receipt | None = None
    slot: Slot = ()
    reason: str = ""
    running: bool = False


class Follower:
    """Looks up the transactions of a journal on one chain."""

    def __init__(self, connection: Connection, journal: Journal) -> None:
        self.connection = connection
        self.journal = journal

    def look_up(self, sender: str) -> list[Recovered]:
        """What became of everything that is open, and of what a reorganisation took back. Raises NodeProblem.

        What the node has lost is broadcast again: the same signed bytes, which a chain accepts once only.
        """
        genesis = self.connection.genesis
        found = self._dropped(sender, genesis)
        known = {each.entry.hash for each in found}
        slots = self.journal.slots(self.connection.chain_id, sender, genesis)
        return found + [self.follow(slot) for slot in slots if not known & {entry.hash for entry in slot}]

    def follow(self, slot: Slot, *, resend: bool = True) -> Recovered:
        """What became of a number. Raises NodeProblem; WrongChain when the node has come to serve another chain."""
        newest = slot[-1]
        running = any(_runs_elsewhere(entry) for entry in slot)

        def told(state: State, entry: Entry = newest, receipt: Receipt | None = None, reason: str = "") -> Recovered:
            return Recovered(entry, state, receipt, slot, reason, running)

        mined = self._mined(slot)
        if mined is not None:
            return told("mined", *mined)
        if is_known(self.connection, newest.hash):
            return told("waiting")
        if self.connection.nonce(newest.sender, "latest") > newest.nonce:
            return self._taken(slot, told)
        if not resend:
            return told("waiting" if any(is_known(self.connection, each.hash) for each in slot[:-1]) else "lost")
        self._require_same_chain(newest)
        try:
            broadcast(self.connection, newest.sender, newest.hash, newest.raw)
        except Unconfirmed:
            return told("waiting")
        except WrongState as problem:
            return self._outdone(slot, told, problem)
        except (InsufficientFunds, ContractRevert, NodeProblem) as problem:
            if isinstance(problem, NodeUnreachable):
                raise
            return told("refused", reason=problem.message)
        return told("resent")

    def settle(self, found: Recovered) -> None:
        """Write down what is known for good, once whom it concerns was told."""
        if found.state == "mined" and found.receipt is not None:
            self.settle_mined(found.receipt, found.slot)
        elif found.state in ("replaced", "refused"):
            for entry in found.slot or (found.entry,):
                self.journal.finish(entry.hash, "replaced" if found.state == "replaced" else "refused")

    def settle_mined(self, receipt: Receipt, slot: Slot = ()) -> None:
        """Write down that a transaction was mined, and that the others with its number never will be."""
        self.journal.finish(receipt.hash, "mined", block=receipt.block, block_hash=receipt.block_hash)
        # What is not written down is looked up once more; a file that cannot be read is no reason to fail by now.
        with suppress(StorageProblem):
            for entry in slot or self.journal.slot_of(receipt.hash):
                if entry.hash != receipt.hash:
                    self.journal.finish(entry.hash, "replaced")

    # --- inside ---

    def _mined(self, slot: Slot) -> tuple[Entry, Receipt] | None:
        for entry in reversed(slot):
            receipt = receipt_of(self.connection, entry.hash)
            if receipt is not None:
                return entry, receipt
        return None

    def _taken(self, slot: Slot, told: Callable[..., Recovered]) -> Recovered:
        # It may have been mined since it was asked for, or by a node that is ahead of the one that answered.
        mined = self._mined(slot)
        if mined is not None:
            return told("mined", *mined)
        taker = taker_of(self.connection, slot[-1].sender, slot[-1].nonce)
        if taker is None:
            gone = self.connection.is_local or self._long_past(slot[-1])
        else:
            gone = bool(taker) and taker not in {entry.hash for entry in slot}
        return told("replaced") if gone else told("waiting")

    def _outdone(self, slot: Slot, told: Callable[..., Recovered], problem: WrongState) -> Recovered:
        """The node will not have the newest, because of its number."""
        sender, nonce = slot[-1].sender, slot[-1].nonce
        if self.connection.nonce(sender, "latest") > nonce:
            return self._taken(slot, told)
        # Where the number is not even next, this node takes none that must wait. Otherwise another one with it waits
        # there, of this journal or not: which of them it will be is not decided.
        gap = self.connection.nonce(sender) < nonce
        return told("refused", reason=problem.message) if gap else told("waiting")

    def _long_past(self, entry: Entry) -> bool:
        head = self.connection.block_number()
        try:
            return self.connection.nonce(entry.sender, max(head - REORGANISED_BLOCKS, 0)) > entry.nonce
        except NodeRefused:
            return False

    def _dropped(self, sender: str, genesis: str) -> list[Recovered]:
        """What was mined, and is not where it was mined any more.

        On a local chain who goes back means it. The number of an account's last one that still is where it was
        follows all earlier numbers, so the first that is found in its place ends the search.
        """
        if self.connection.is_local:
            return []
        mined = [
            record
            for record in self.journal.records(self.connection.chain_id, sender, genesis)
            if record.outcome == "mined" and record.block_hash
        ]
        if not mined:
            return []
        head = self.connection.block_number()
        found: list[Recovered] = []
        for record in sorted(mined, key=lambda each: each.entry.nonce, reverse=True):
            if record.block < head - REORGANISED_BLOCKS or self._is_in_place(record, head):
                break
            moved = receipt_of(self.connection, record.entry.hash)
            if moved is not None:
                self.journal.finish(moved.hash, "mined", block=moved.block, block_hash=moved.block_hash)
                continue
            self.journal.reopen(record.entry.hash)
            became = self.follow((record.entry,))
            state = "dropped" if became.state in ("waiting", "resent") else became.state
            found.append(Recovered(record.entry, state, became.receipt, became.slot, became.reason))
        return found[::-1]

    def _is_in_place(self, record: Record, head: int) -> bool:
        if record.block > head:
            return True  # the node lags behind, which is no reorganisation
        try:
            return self.connection.block(record.block).hash.lower() == record.block_hash.lower()
        except UsageProblem:
            return True

    def _require_same_chain(self, entry: Entry) -> None:
        """A number means nothing on another chain that happens to have the same id."""
        if entry.genesis and self.connection.block(0).hash != entry.genesis:
            raise WrongChain(
                f"{self.connection.name} has come to serve another chain than that of {entry.hash}. "
                "It was not sent there. Name a node of that chain with --network URL."
            )


def this_process() -> str:
    """This process by number and start time."""
    return _named(os.getpid())


@cache
def _named(pid: int) -> str:
    return f"{pid} {start_time(pid) or ''}"


def _runs_elsewhere(entry: Entry) -> bool:
    pid, _, started = entry.owner.partition(" ")
    if not started or not pid.isdecimal() or int(pid) == os.getpid():
        return False
    return start_time(int(pid)) == started
