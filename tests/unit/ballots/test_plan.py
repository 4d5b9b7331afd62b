"""Plans: what goes where, and how it is encoded."""

from __future__ import annotations

from zonedao.ballots.bn254 import GENERATOR
from zonedao.ballots.bn254_g2 import GENERATOR2
from zonedao.ballots.plan import MOST_GAS, aggregate_gas, encode_batch, encode_words, hint, plan, signed_gas
from zonedao.ballots.schemes import Share
from zonedao.ballots.signing import SignedBallot
from zonedao.governance.proposals import Support

AGAINST, FOR, ABSTAIN = Support
SHARE = Share(GENERATOR, GENERATOR2)


def ballot(index: int, support: Support = FOR, share: Share | None = SHARE) -> SignedBallot:
    return SignedBallot(1, "0x" + "11" * 20, 5, index, support, bytes([index % 256]) * 64, share)


def everybody(word: int) -> int:
    return 256


def test_few_are_signed_and_many_are_aggregated() -> None:
    """Signed below some 35 ballots of one choice or 60 of three, aggregated above (BALLOTS.md)."""
    kinds = {count: plan([ballot(index) for index in range(count)], everybody)[0].kind for count in (1, 30, 36, 200)}
    assert kinds == {1: "signed", 30: "signed", 36: "aggregate", 200: "aggregate"}
    three = [ballot(index, Support(index % 3)) for index in range(58)]
    assert plan(three, everybody)[0].kind == "signed"
    three += [ballot(index, Support(index % 3)) for index in range(58, 66)]
    assert plan(three, everybody)[0].kind == "aggregate"


def test_who_has_no_share_is_signed_beside_the_aggregate() -> None:
    ballots = [ballot(index, share=SHARE if index < 200 else None) for index in range(210)]
    parcels = plan(ballots, everybody)
    assert [(parcel.kind, len(parcel.ballots)) for parcel in parcels] == [("aggregate", 200), ("signed", 10)]


def test_whose_signature_counts_no_more_is_aggregated() -> None:
    parcels = plan([ballot(1, share=None), ballot(2), ballot(3, share=None)], everybody, unsigned={2})
    assert [(parcel.kind, [each.index for each in parcel.ballots]) for parcel in parcels] == [
        ("aggregate", [2]),
        ("signed", [1, 3]),
    ]


def test_nothing_is_too_large() -> None:
    ballots = [ballot(index, share=None) for index in range(1, 12_000)]
    parcels = plan(ballots, everybody)
    assert len(parcels) > 3
    assert all(parcel.gas <= MOST_GAS for parcel in parcels)
    assert sorted(each.index for parcel in parcels for each in parcel.ballots) == list(range(1, 12_000))
    assert len(plan(ballots[:3], everybody, most_gas=1)) == 3


def test_prices_rise_with_what_is_done() -> None:
    one_word, two_words = [ballot(1), ballot(2)], [ballot(1), ballot(300)]
    assert signed_gas(one_word) < signed_gas(two_words)
    assert aggregate_gas(one_word, everybody) < aggregate_gas(two_words, everybody)
    most = [ballot(index) for index in range(250)]
    assert aggregate_gas(most, everybody) < aggregate_gas(most[:128], everybody), "subtraction from the sum of all"


def test_hints() -> None:
    assert hint([ballot(1), ballot(2, AGAINST), ballot(3)]) == FOR
    assert hint([ballot(1, ABSTAIN)]) == ABSTAIN


def test_batches() -> None:
    data = encode_batch([ballot(300), ballot(7), ballot(5, ABSTAIN), ballot(9)])
    assert data == (
        bytes.fromhex("000000 01 0002") + bytes([7] * 65) + bytes([9] * 65)
        + bytes.fromhex("000000 02 0001") + bytes([5] * 65)
        + bytes.fromhex("000001 01 0001") + bytes([44] * 65)
    )  # fmt: skip


def test_words() -> None:
    found = encode_words([ballot(300), ballot(7), ballot(5, ABSTAIN), ballot(9, AGAINST)])
    assert found == [0, 1 << 9, 1 << 7, 1 << 5, 1, 0, 1 << 44, 0]
