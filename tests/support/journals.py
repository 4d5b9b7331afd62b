"""What is left in the journal by a process that was killed."""

from __future__ import annotations

from dataclasses import replace

from zonedao.chain.journal import Entry
from zonedao.chain.sending import Prepared, Sender


def left_by(sender: Sender, prepared: Prepared) -> Entry:
    """A transaction that was signed and may have been sent, long ago, by a process that is gone."""
    return replace(sender.sign(prepared), owner="", signed_at=0)
