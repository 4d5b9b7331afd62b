"""Checking shares of an aggregate, and putting an aggregate together.

Checked is what the chain will check, for any number of shares of one choice at once: with sums σ of the shares, K of
the keys in G1 and K₂ of the same keys in G2, and a random w,

    e(σ + w·K, −G₂) · e(H + w·G, K₂) = 1

The pairing is the chain's own precompiled contract (EIP-197), asked of the node by `eth_call`: one question for
thousands of shares, no pairing in Python (a third of a second each), no proof to carry in ballots. The relayer trusts
its node for everything else as well, and the chain checks again.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zonedao.ballots.bn254 import FIELD, GENERATOR, Point, add, multiply, total
from zonedao.ballots.bn254_g2 import GENERATOR2, Point2, is_in_group2, total2
from zonedao.ballots.signing import Question, Share
from zonedao.errors import ContractRevert, NodeRefused
from zonedao.governance.proposals import Support

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection

PAIRING = "0x" + "00" * 19 + "08"
_MINUS_GENERATOR2: Point2 = (*GENERATOR2[:2], FIELD - GENERATOR2[2], FIELD - GENERATOR2[3])


@dataclass(frozen=True)
class Claim:
    """A share and the enrolled key, in G1, that it must fit."""

    share: Share
    key: Point


def fit(connection: Connection, point: Point, claims: Sequence[Claim]) -> bool:
    """Whether the shares of a choice, summed, are the signature of all these keys together."""
    weight = secrets.randbits(128)
    left = add(total(claim.share.value for claim in claims), multiply(total(claim.key for claim in claims), weight))
    right = add(point, multiply(GENERATOR, weight))
    words = (*left, *_MINUS_GENERATOR2, *right, *total2(claim.share.key2 for claim in claims))
    try:
        answer = connection.call(PAIRING, b"".join(word.to_bytes(32, "big") for word in words))
    except (ContractRevert, NodeRefused):
        if len(claims) == 1 and is_in_group2(claims[0].share.key2):
            raise
        # A key outside the group makes the contract fail; whoever halves further finds whose it is.
        return False
    return int.from_bytes(answer, "big") == 1


def misfits(connection: Connection, point: Point, claims: Sequence[Claim]) -> list[int]:
    """Positions of the shares that do not fit, found by halving; none left means that all others fit together."""
    if not claims or fit(connection, point, claims):
        return []
    if len(claims) == 1:
        return [0]
    middle = len(claims) // 2
    first = misfits(connection, point, claims[:middle])
    return first + [middle + each for each in misfits(connection, point, claims[middle:])]


def aggregate_proof(question: Question, shares: Sequence[tuple[Support, Share]]) -> list[int]:
    """The `proof` of `castAggregate`: the sum of shares; then, choices rising, the sum of keys in G2, counter and y."""
    proof = list(total(share.value for _, share in shares))
    for support in sorted({support for support, _ in shares}):
        (_, y), counter = question.point(support)
        keys = total2(share.key2 for chosen, share in shares if chosen is support)
        proof += [*keys, counter, y]
    return proof
