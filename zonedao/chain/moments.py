"""Which block a moment is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection


def first_block_at(connection: Connection, at: int) -> int:
    """The first block that is not before a moment (unix seconds), by bisection; the last one where all are before."""
    low, high = 0, connection.block_number()
    while low < high:
        middle = (low + high) // 2
        if connection.block(middle).timestamp < at:
            low = middle + 1
        else:
            high = middle
    return low
