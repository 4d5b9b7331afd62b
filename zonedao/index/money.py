"""The books of a treasury as an index tells them: accounts, what is due, what may be drawn. The audit compares the
same with the chain."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zonedao.index.chain import IndexedChain

NOBODY = "0x" + "00" * 20
Key = tuple[str, str]  # a body or a payee, and an asset

# What moves money: the table, whose it is, and whether it gains or loses.
_BALANCES = (
    ("deposited", "body", 1),
    ("collected", "body", 1),
    ("swept", "heir", 1),
    ("swept", "body", -1),
    ("paid", "source_", -1),
    ("escrowed", "source_", -1),
)
_RESERVED = (
    ("reserved", "source_", 1),
    ("released", "source_", -1),
    ("paid", "source_", -1),
    ("escrowed", "source_", -1),
)
_DUE = (("paid", "to", 1), ("withdrawn", "payee", -1), ("collected", "body", -1))
_OUTSTANDING = (("reserved", "body", 1), ("released", "body", -1), ("paid", "body", -1), ("escrowed", "body", -1))
_DRAWN_ELSEWHERE = "source_ != body"
_HALF_BITS = 32  # of what SQLite adds up without loss
_GRANTS = """
SELECT block, log, body, child, asset, "limit", until_epoch, source_ FROM treasury_allowed
UNION ALL SELECT block, log, body, child, asset, 0, NULL, NULL FROM treasury_recalled
ORDER BY block, log
"""
_DRAWN = """
SELECT drawn.block, drawn.log, time, body, proposal, asset, amount, source_, 1 FROM treasury_reserved AS drawn
JOIN blocks ON number = drawn.block WHERE source_ != body AND time >= :since
UNION ALL SELECT drawn.block, drawn.log, time, body, proposal, asset, amount, source_, 0 FROM treasury_released AS drawn
JOIN blocks ON number = drawn.block WHERE source_ != body AND time >= :since
ORDER BY 1, 2
"""
_MOVES = """
SELECT moved.block, moved.log, sources.address, moved."to" FROM (
    SELECT block, log, source, "to" FROM body_body_rehung UNION ALL SELECT block, log, source, "to" FROM body_body_moved
) AS moved JOIN sources ON sources.id = moved.source ORDER BY moved.block, moved.log
"""


@dataclass
class Grant:
    """What a parent lets a child draw in an epoch, base units, and until which one."""

    limit: int = 0
    until_epoch: int = 0
    used: int = 0  # in the epoch that runs now


class Books:
    """The books of a zone's only treasury, at the present of the index. Addresses in small letters, base units."""

    def __init__(self, chain: IndexedChain) -> None:
        self._chain = chain
        self._database = chain.database
        treasury = chain.only("treasury").address
        self.epoch_start = int(chain.constant(treasury, "epochStart"))
        self.epoch_seconds = int(chain.constant(treasury, "epochSeconds"))

    @property
    def epoch(self) -> int:
        """The epoch that runs now."""
        return max(self._chain.now - self.epoch_start, 0) // self.epoch_seconds

    @cached_property
    def balances(self) -> Counter[Key]:
        """What accounts hold, by body and asset."""
        return self._sum(_BALANCES)

    @cached_property
    def reserved(self) -> Counter[Key]:
        """The part of it that is promised to queued proposals."""
        return self._sum(_RESERVED)

    @cached_property
    def dues(self) -> Counter[Key]:
        """What is due, by payee and asset."""
        return self._sum(_DUE)

    @cached_property
    def outstanding(self) -> Counter[Key]:
        """What is reserved elsewhere for a body and not yet paid, by body and asset."""
        return self._sum(_OUTSTANDING, _DRAWN_ELSEWHERE)

    @cached_property
    def drawn_from(self) -> dict[Key, str]:
        """Whose account pays what a child draws, by child and asset: whoever was named last."""
        rows = self._database.execute("SELECT child, asset, source_ FROM treasury_allowed ORDER BY block, log")
        return {(child, asset): source for child, asset, source in rows}

    @cached_property
    def grants(self) -> dict[tuple[str | None, str, str], Grant]:
        """What may be drawn, by parent, child and asset."""
        found: dict[tuple[str | None, str, str], Grant] = {}
        for _, _, parent, child, asset, limit, until, _ in self._database.execute(_GRANTS):
            grant = found.setdefault((parent, child, asset), Grant())
            grant.limit = int(limit)
            if until is not None:
                grant.until_epoch = until
        self._draw(found)
        return found

    def _draw(self, grants: dict[tuple[str | None, str, str], Grant]) -> None:
        """Count what was drawn in the epoch that runs now against every grant between a body and who pays for it."""
        since = self.epoch_start + self.epoch * self.epoch_seconds if self.epoch else 0
        between: dict[tuple[object, ...], list[tuple[str | None, str, str]]] = {}  # by reservation
        for block, log, _, body, proposal, asset, amount, source, adds in self._database.execute(
            _DRAWN, {"since": since}
        ):
            if adds:
                # A release is counted where the reservation was.
                between[body, proposal, asset, source] = self._between(body, source, asset, (block, log))
            for key in between.get((body, proposal, asset, source), ()):
                grant = grants.setdefault(key, Grant())
                grant.used += int(amount) if adds else -min(grant.used, int(amount))

    def _between(self, body: str, source: str, asset: str, at: tuple[int, int]) -> list[tuple[str | None, str, str]]:
        found: list[tuple[str | None, str, str]] = []
        here: str | None = body
        while here is not None and here != source:
            above = self._above(here, at)
            found.append((above, here, asset))
            here = above
        return found

    def _above(self, body: str, at: tuple[int, int]) -> str | None:
        """The body above another before a place in the chain."""
        moves = self._moves.get(body, [])
        before = bisect_left(moves, at, key=lambda each: each[0])
        return moves[before - 1][1] if before else self._born_below.get(body)

    @cached_property
    def _moves(self) -> dict[str, list[tuple[tuple[int, int], str]]]:
        found: dict[str, list[tuple[tuple[int, int], str]]] = {}
        for block, log, body, to in self._database.execute(_MOVES):
            found.setdefault(body, []).append(((block, log), to))
        return found

    @cached_property
    def _born_below(self) -> dict[str, str]:
        return dict(self._database.execute("SELECT industry, parent FROM factory_industry_created").fetchall())

    def _sum(self, moves: Iterable[tuple[str, str, int]], where: str = "true") -> Counter[Key]:
        """Amounts by person or body and asset: SQLite adds up the halves of those that fit it, and this the others."""
        found: Counter[Key] = Counter()
        low = (1 << _HALF_BITS) - 1
        for table, column, sign in moves:
            told = f"FROM treasury_{table} WHERE {where} AND typeof(amount)"
            sums = f"sum(amount >> {_HALF_BITS}), sum(amount & {low})"
            for who, asset, high, rest in self._database.execute(
                f"""SELECT "{column}", asset, {sums} {told} = 'integer' GROUP BY "{column}", asset"""
            ):
                found[who, asset] += sign * ((high << _HALF_BITS) + rest)
            for who, asset, amount in self._database.execute(f"""SELECT "{column}", asset, amount {told} = 'text'"""):
                found[who, asset] += sign * int(amount)
        return found
