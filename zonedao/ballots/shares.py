"""Checking shares of an aggregate, and putting an aggregate together.

Checked is what the chain will check, for any number of shares of one choice at once (`Scheme.fit`). The pairing is the
chain's own precompiled contract, asked of the node by `eth_call`: one question for thousands of shares, no pairing in
Python (a third of a second each), no proof to carry in ballots. The relayer trusts its node for everything else as
well, and the chain checks again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zonedao.ballots.schemes import Claim, Scheme, Share
from zonedao.ballots.signing import Question
from zonedao.governance.proposals import Support

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection


def misfits(connection: Connection, scheme: Scheme, digest: bytes, claims: Sequence[Claim]) -> list[int]:
    """Positions of the shares that do not fit, found by halving; none left means that all others fit together."""
    if not claims or scheme.fit(connection, digest, claims):
        return []
    if len(claims) == 1:
        return [0]
    middle = len(claims) // 2
    first = misfits(connection, scheme, digest, claims[:middle])
    return first + [middle + each for each in misfits(connection, scheme, digest, claims[middle:])]


def aggregate_proof(scheme: Scheme, question: Question, shares: Sequence[tuple[Support, Share]]) -> list[int]:
    """The `proof` of `castAggregate`."""
    ordered = sorted(shares, key=lambda each: each[0])
    return scheme.proof([(question.digest(support), share) for support, share in ordered])
