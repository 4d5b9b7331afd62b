"""Bodies before they exist: laws, geneses and plans as `ZoneFactory` takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from zonedao.chain.abi import encode, keccak
from zonedao.chain.embedded import GENESIS_TIMESTAMP
from zonedao.chain.interface import shipped

MINUTE, HOUR, DAY = 60, 3_600, 86_400  # seconds
COIN = "0x" + "00" * 20  # the chain's own coin, as an asset
NOTHING = bytes(32)
ETHER = 10**18  # wei

CONSTITUTIONAL, SPENDING, MEMBERSHIP, EXPULSION, INDUSTRY, TRADE = range(6)
SELF, TREASURY, STORES, TRADE_POST, VERIFIER = 1, 2, 3, 4, 5
CHILD = 255  # any body that the body itself founded

EPOCH_SECONDS = 30 * DAY
STALE_SECONDS = 7 * DAY


class Law(NamedTuple):
    """Law of one class; durations in seconds, shares in parts per million."""

    seasoning: int
    voting_delay: int
    voting_period: int
    execution_delay: int
    grace: int
    quorum_ppm: int
    threshold_ppm: int
    sponsors: int = 0


# Every field differs between any two classes that a test mixes, so that the strictest of each can be told.
LAWS = (
    Law(4 * HOUR, 2 * HOUR, 48 * HOUR, 48 * HOUR, 48 * HOUR, 300_000, 666_667),  # constitutional
    Law(1 * HOUR, 1 * HOUR, 24 * HOUR, 12 * HOUR, 72 * HOUR, 200_000, 500_000),  # spending
    Law(2 * HOUR, 90 * MINUTE, 20 * HOUR, 6 * HOUR, 60 * HOUR, 160_000, 600_000),  # membership
    Law(3 * HOUR, 3 * HOUR, 36 * HOUR, 24 * HOUR, 50 * HOUR, 400_000, 750_000),  # expulsion
    Law(90 * MINUTE, 30 * MINUTE, 12 * HOUR, 3 * HOUR, 80 * HOUR, 100_000, 510_000),  # industry
    Law(100 * MINUTE, 20 * MINUTE, 6 * HOUR, 4 * HOUR, 96 * HOUR, 50_000, 520_000),  # trade
)


class Genesis(NamedTuple):
    """A committed genesis: `commitment` goes into the plan, `steps` are run in order."""

    commitment: bytes
    steps: tuple[Any, ...]


GenesisCall = tuple[int, bytes]  # role of the contract (SELF, TREASURY, STORES) and calldata


def genesis(*batches: Sequence[GenesisCall]) -> Genesis:
    """Steps of the given batches of calls, each committing to the next. No batches: no genesis, live at once."""
    kind = shipped("IWholeBody").function("genesis").inputs
    following = NOTHING
    steps: list[Any] = []
    for batch in reversed(batches):
        step = (list(batch), following)
        following = keccak(encode(kind, [step]))
        steps.insert(0, step)
    return Genesis(following, tuple(steps))


def own(function: str, *args: Any) -> GenesisCall:
    """A genesis call of the body to itself."""
    return SELF, shipped("IWholeBody").function(function, len(args)).encode(args)


def of_stores(function: str, *args: Any) -> GenesisCall:
    """A genesis call of a zone to its stores."""
    return STORES, shipped("Stores").function(function, len(args)).encode(args)


def body_plan(
    name: str,
    commitment: bytes = NOTHING,
    *,
    laws: Sequence[Law] = LAWS,
    caps: Sequence[tuple[int, str, int]] = (),
    nonce: int = 0,
) -> tuple[Any, ...]:
    """A `BodyPlan`; its charter hash is the hash of the name."""
    return (name, keccak(name.encode()), [tuple(law) for law in laws], list(caps), commitment, nonce)


def zone_plan(
    body: tuple[Any, ...],
    trade_post: str = COIN,
    *,
    epoch_start: int = GENESIS_TIMESTAMP,
    epoch_seconds: int = EPOCH_SECONDS,
    stale_seconds: int = STALE_SECONDS,
    verifier: str = COIN,
) -> tuple[Any, ...]:
    """A `ZonePlan` around a body's plan."""
    return (body, epoch_start, epoch_seconds, stale_seconds, trade_post, verifier)


def plan_hash(plan: tuple[Any, ...]) -> bytes:
    """`ZoneFactory.planHash`, computed here."""
    return keccak(encode(shipped("ZoneFactory").function("planHash").inputs, [plan]))
