"""Transactions that have come to no end, as this user's journal tells them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from zonedao.todo.sent import Pending

if TYPE_CHECKING:
    from zonedao.todo.reading.sight import ZoneSight


class SentRead:
    """The journal of the client; nothing where it keeps none."""

    def __init__(self, sight: ZoneSight) -> None:
        self._sight = sight
        self._journal = sight.zone.client.journal

    def pending(self) -> Iterator[Pending]:
        """Transactions of who looks on the zone's chain that have come to no end."""
        if self._journal is None:
            return
        chain, now = self._sight.zone.connection, int(time.time())  # the clock by which they were signed
        for record in self._journal.records(chain.chain_id, self._sight.address, chain.genesis):
            entry = record.entry
            kept = record.file and record.outcome is None and Path(record.file).exists()
            if record.is_open or kept:
                yield Pending(entry.hash, entry.note, max(now - entry.signed_at, 0), record.file)
