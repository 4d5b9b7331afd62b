"""Which ballots go into which transaction: signed batches for few, an aggregate for many, whatever is cheapest.

The prices are gas measured with the contracts of this package (`python -m benchmarks.ballots` measures them again);
they choose between ways and divide what is too large, and nothing depends on their being exact.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from zonedao.ballots.schemes import BN254
from zonedao.ballots.signing import SignedBallot
from zonedao.ballots.typed import even
from zonedao.governance.proposals import Support
from zonedao.governance.registry import WORD_BITS

Kind = Literal["signed", "aggregate", "single", "keys"]

# A transaction that the cap of EIP-7825 (2²⁴ gas) admits with the margin that is added to an estimate.
MOST_GAS = 13_000_000

_BASE_GAS = 44_000  # transaction, fallback, proposal, tally
_WORD_GAS = 42_000  # electorate, bitmap word, event, page of keys; of a signed batch or of an aggregate
_SIGNED_GAS = 4_380  # calldata, ecrecover and the comparison of one ballot
_SINGLE_GAS = 100_000  # the vote of a smart account, whose own code takes some of it


@dataclass(frozen=True)
class Parcel:
    """The ballots of one transaction, by word and choice; `gas` is what it should take."""

    kind: Kind
    ballots: tuple[SignedBallot, ...]
    gas: int


def plan(
    ballots: Iterable[SignedBallot],
    keyed: Callable[[int], int],
    most_gas: int = MOST_GAS,
    *,
    unsigned: Container[int] = (),
) -> list[Parcel]:
    """The cheapest way found to count these ballots, as transactions of at most `most_gas`.

    `keyed(word)` is how many persons of a word have a voting key. Ballots with a share can go either way, and either
    all of them are aggregated or only those of the persons in `unsigned`, whose signatures no longer count. Those of
    smart accounts come last, a transaction each.
    """
    everyone = sorted(ballots, key=lambda ballot: (ballot.index // WORD_BITS, ballot.support, ballot.index))
    ordered = [ballot for ballot in everyone if ballot.single is None]
    singles = [Parcel("single", (ballot,), _SINGLE_GAS) for ballot in everyone if ballot.single is not None]

    def divided(is_aggregated: Callable[[SignedBallot], bool]) -> list[Parcel]:
        together = [ballot for ballot in ordered if is_aggregated(ballot)]
        others = [ballot for ballot in ordered if not is_aggregated(ballot)]
        aggregates = _divide("aggregate", together, lambda part: aggregate_gas(part, keyed), most_gas)
        return aggregates + _divide("signed", others, signed_gas, most_gas)

    ways = (
        divided(lambda ballot: ballot.share is not None and ballot.index in unsigned),
        divided(lambda ballot: ballot.share is not None),
    )
    return min(ways, key=lambda parcels: sum(parcel.gas for parcel in parcels)) + singles


def signed_gas(ballots: Sequence[SignedBallot]) -> int:
    """About what a signed batch takes."""
    words = {ballot.index // WORD_BITS for ballot in ballots}
    return _BASE_GAS + _WORD_GAS * len(words) + _SIGNED_GAS * len(ballots)


def aggregate_gas(ballots: Sequence[SignedBallot], keyed: Callable[[int], int]) -> int:
    """About what an aggregate takes: the keys of each word are added up, or taken away from the sum of all.

    All ballots have shares of one scheme.
    """
    scheme = next((ballot.share.scheme for ballot in ballots if ballot.share is not None), BN254)
    hinted = hint(ballots)
    words: dict[int, list[int]] = {}
    for ballot in ballots:
        words.setdefault(ballot.index // WORD_BITS, [0, 0, 0])[ballot.support] += 1
    keys = 0
    for word, counts in words.items():
        others = sum(counts) - counts[hinted]
        keys += others + min(counts[hinted], keyed(word) - sum(counts))
    choices = len({ballot.support for ballot in ballots})
    curve = scheme.pairing_gas + scheme.choice_gas * choices + scheme.key_gas * keys
    return _BASE_GAS + _WORD_GAS * len(words) + curve


def hint(ballots: Sequence[SignedBallot]) -> int:
    """The choice made most often: that sum is found by subtraction wherever this is shorter."""
    return int(max(Support, key=lambda support: sum(ballot.support is support for ballot in ballots)))


def encode_batch(ballots: Sequence[SignedBallot]) -> bytes:
    """The `batch` of `castBallots`: groups of [word: 3 bytes][support: 1][n: 2], then n × [i: 1][r: 32][s: 32]."""
    groups: dict[tuple[int, int], list[SignedBallot]] = {}
    for ballot in ballots:
        groups.setdefault((ballot.index // WORD_BITS, int(ballot.support)), []).append(ballot)
    return b"".join(
        word.to_bytes(3, "big")
        + bytes([support])
        + len(group).to_bytes(2, "big")
        + b"".join(bytes([ballot.index % WORD_BITS]) + even(ballot.signature) for ballot in group)
        for (word, support), group in sorted(groups.items())
    )


def encode_words(ballots: Sequence[SignedBallot]) -> list[int]:
    """The `words` of `castAggregate`: for each word its number and the bits against, for and abstaining."""
    found: dict[int, list[int]] = {}
    for ballot in ballots:
        word, bit = divmod(ballot.index, WORD_BITS)
        found.setdefault(word, [word, 0, 0, 0])[1 + ballot.support] |= 1 << bit
    return [number for word in sorted(found) for number in found[word]]


def _divide(
    kind: Kind, ballots: Sequence[SignedBallot], gas: Callable[[Sequence[SignedBallot]], int], most_gas: int
) -> list[Parcel]:
    """Halves until each fits; one ballot is not divided."""
    if not ballots:
        return []
    needed = gas(ballots)
    if needed <= most_gas or len(ballots) == 1:
        return [Parcel(kind, tuple(ballots), needed)]
    middle = len(ballots) // 2
    return _divide(kind, ballots[:middle], gas, most_gas) + _divide(kind, ballots[middle:], gas, most_gas)
