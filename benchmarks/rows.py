"""The rows of the gas table: what is compared with what, and what it should cost at most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.setting import Steps

TRANSACTION = 21_000  # gas of any transaction before its first byte (Yellow Paper, G_transaction)
TRADE_STEPS = ("list", "accept", "ship", "attest for the seller", "attest for the buyer", "settle")

Cells = tuple[str, str, int, int | None, int | None]  # section, name, ours, peer, target


@dataclass(frozen=True)
class Row:
    """Gas of ours, of the peer where there is one, and the most that ours should take where that is laid down."""

    section: str
    name: str
    ours: int
    peer: int | None = None
    target: int | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        return None if self.target is None else self.ours <= self.target

    def document(self) -> dict[str, Any]:
        """The row for programs."""
        return {
            "section": self.section,
            "name": self.name,
            "ours": self.ours,
            "peer": self.peer,
            "target": self.target,
            "met": self.met,
        }


def rows(ours: Steps, peers: Steps) -> list[Row]:
    """All rows, in the order in which they are shown."""
    found = [
        *_votes(ours, peers),
        *_signed_votes(ours),
        *_payouts(ours, peers),
        *_members(ours, peers),
        *_bodies(ours, peers),
        *_voting_keys(ours),
        *_elections(ours),
        *_trade(ours),
    ]
    return [Row(*row) for row in found]


def _votes(ours: Steps, peers: Steps) -> Iterator[Cells]:
    kinds = (("first of its word", peers["vote, first"], 66_000), ("further", peers["vote, further"], 48_500))
    for place in ("a zone", "an industry", "a zone, members changed before the seasoning"):
        for kind, peer, target in kinds:
            yield "Direct vote", f"in {place}: {kind}", ours[f"vote in {place}, {kind}"], peer, target
    for place in ("a zone, members changed since", "an industry, a member left since"):
        for kind, peer, _ in kinds:
            yield "Direct vote", f"in {place}: {kind}", ours[f"vote in {place}, {kind}"], peer, None


def _signed_votes(ours: Steps) -> Iterator[Cells]:
    section = "Votes that others bring"
    for name, target in (
        ("vote by signature, a person's first, first of its word", None),
        ("vote by signature, further", None),
        ("count 1 signed ballot, first of its word", None),
        ("count 1 signed ballot, further", 70_000),
        ("count 8 signed ballots, first of their word", None),
        ("count 8 ballots under one signature, first of their word", None),
    ):
        yield section, name, ours[name], None, target


def _payouts(ours: Steps, peers: Steps) -> Iterator[Cells]:
    section = "Payout"
    yield section, "propose", ours["pay: propose"], peers["pay: propose"], 130_000
    first = "propose, a person's first in the body"
    yield section, first, ours[first], None, None
    yield section, "propose, with a text of 1,000 bytes", ours["propose, with a text of 1,000 bytes"], None, None
    for step in ("queue", "execute"):
        yield section, step, ours[f"pay: {step}"], peers[f"pay: {step}"], None
    for asset, withdraw, targets in (
        ("pay", "withdraw", (165_000, 205_000)),
        ("pay in a token", "withdraw a token", (None, None)),
    ):
        label = "" if asset == "pay" else ", in a token"
        decided = ours[f"{asset}: queue"] + ours[f"{asset}: execute"]
        delivered = peers[f"{asset}: queue"] + peers[f"{asset}: execute"]
        yield section, f"queue, execute{label}", decided, delivered, targets[0]
        yield section, f"queue, execute, withdraw{label}", decided + ours[withdraw], delivered, targets[1]
    for label, name in (
        ("pay a payee who has money due", "to one who has money due"),
        ("pay from an allowance", "by an industry from its allowance"),
    ):
        yield section, f"queue, execute, {name}", ours[f"{label}: queue"] + ours[f"{label}: execute"], None, None


def _members(ours: Steps, peers: Steps) -> Iterator[Cells]:
    section = "Members, each"
    many, few = (ours[f"create a zone with {members} members"] for members in (100, 12))
    yield section, "at the birth of a zone", _each(many - few, 88), peers["admit a member: mint, delegate"], 52_000
    birth = ours["create a zone with 268 members"] - few
    yield section, "at the birth of a zone, 256 at once", _each(birth, 256), None, 36_000
    executed = peers["admit 100 members: execute"]
    voted = peers["admit 100 members: propose"] + peers["admit 100 members: queue"]
    alone = _each(executed, 100) + peers["delegate"]
    yield section, "100 by vote: execute", _each(ours["admit 100 members: execute"], 100), alone, 52_000
    yield section, "256 by vote: execute", _each(ours["admit 256 members: execute"], 256), None, 36_000
    whole = sum(ours[f"admit 100 members: {step}"] for step in ("propose", "queue", "execute"))
    yield section, "100 by vote: propose, queue, execute", _each(whole, 100), alone + _each(voted, 100), None
    yield section, "1 by vote: execute", ours["admit 1 member: execute"], None, None


def _bodies(ours: Steps, peers: Steps) -> Iterator[Cells]:
    section = "Bodies"
    empty = ours["found an industry with 0 members: execute"]
    yield section, "found an industry without members: execute", empty, peers["found"], 450_000
    for members in (1, 100, 256):
        more = ours[f"found an industry with {members} members: execute"] - empty
        name = "its first member" if members == 1 else f"each of its first {members} members"
        yield section, name, _each(more, members), None, None
    for members in (12, 100):
        peer = peers["found"] + members * peers["admit a member: mint, delegate"]
        name = f"create a zone with {members} members"
        yield section, name, ours[name], peer, None


def _voting_keys(ours: Steps) -> Iterator[Cells]:
    section = "Voting keys"
    yield section, "enrol, each of 256", _each(ours["enrol 256 voting keys"], 256), None, 36_000
    yield section, "enrol one in place of another", ours["enrol a voting key in place of another"], None, None
    verified = ours["verify 100 ballots, asked for the first time (inner)"]
    yield section, "verify 100 ballots of three choices: inner gas, each", _each(verified, 100), None, None


def _elections(ours: Steps) -> Iterator[Cells]:
    section = "Elections and wishes"
    for name in ("approve of three options, first", "approve of three options, further"):
        yield section, name, ours[name], None, None
    for name in ("rank three candidates, first", "rank three candidates, further", "count four rankings"):
        yield section, name, ours[name], None, None
    for name in ("wish, first", "wish, further", "wish for something else"):
        yield section, name, ours[name], None, None


def _trade(ours: Steps) -> Iterator[Cells]:
    section = "Trade"
    sums = {}
    for label in ("first trade", "later trade"):
        sums[label] = [ours[f"{label}, {step} (inner)"] + TRANSACTION for step in TRADE_STEPS]
    for step, gas in zip(TRADE_STEPS, sums["later trade"], strict=True):
        yield section, f"{step}: inner gas + {TRANSACTION:,}", gas, None, None
    yield section, "all six", sum(sums["later trade"]), None, 450_000
    yield section, "all six, the first listing of a zone", sum(sums["first trade"]), None, None
    sent = sum(ours[f"later trade, {step}"] for step in TRADE_STEPS[2:])
    listed = sum(sums["later trade"][:2])
    yield section, "all six, with calldata where a keeper sends it", listed + sent, None, None
    yield section, "escrow: inner gas of the treasury", ours["later trade, escrow (inner)"], None, None
    yield section, "withdraw the proceeds", ours["later trade, withdraw"], None, None


def _each(gas: int, number: int) -> int:
    """Rounded up: a price is never told too low."""
    return -(-gas // number)
