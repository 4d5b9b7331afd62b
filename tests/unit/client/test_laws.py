"""The arithmetic of laws, as the contracts have it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonedao.errors import UsageProblem
from zonedao.governance.laws import (
    ROWS,
    Cap,
    Law,
    ProposalClass,
    classes_in,
    proposal_class,
    row_name,
    row_of,
    strictest,
)
from zonedao.governance.registry import indices_in, words_of
from zonedao.treasury.assets import COIN, Money

laws = st.builds(Law, *[st.integers(0, 2**24 - 1)] * 7, st.integers(0, 2**8 - 1))


@given(laws, laws)
def test_strictest_is_the_longer_the_higher_and_the_shorter_grace(one: Law, other: Law) -> None:
    found = strictest([one, other])
    for field in Law.__dataclass_fields__:
        choose: Callable[..., int] = min if field == "grace_seconds" else max
        assert getattr(found, field) == choose(getattr(one, field), getattr(other, field))


@given(laws)
def test_one_law_is_the_strictest_of_itself(law: Law) -> None:
    assert strictest([law]) == strictest([law, law]) == law


def test_a_proposal_without_calls_has_no_law() -> None:
    with pytest.raises(UsageProblem, match="at least one call"):
        strictest([])


@given(st.integers(0, 2**32), st.integers(0, 1_000_000))
def test_quorum_is_rounded_up(heads: int, ppm: int) -> None:
    quorum = Law(0, 0, 0, 0, 0, ppm, 0).quorum(heads)
    assert quorum * 1_000_000 >= heads * ppm > (quorum - 1) * 1_000_000 or quorum == heads * ppm == 0


@pytest.mark.parametrize(
    ("wanted", "heads", "needed"),
    [(0, 0, 0), (0, 100, 0), (2, 1, 0), (2, 10, 0), (2, 11, 1), (2, 100, 2), (60, 100, 9), (60, 1_000, 60)],
)
def test_sponsors_and_proposer_are_never_more_than_the_quorum(wanted: int, heads: int, needed: int) -> None:
    assert Law(0, 0, 0, 0, 0, 100_000, 0, wanted).sponsors_needed(heads) == needed


def test_rows_by_name() -> None:
    assert row_of("pay")[0] == 2
    assert [row_name(*row_of(name)) for name in ROWS] == list(ROWS)
    assert row_name(9, bytes(4)) == "role 9, 0x00000000"
    with pytest.raises(UsageProblem, match="No row is about 'setLaw'"):
        row_of("setLaw")


def test_classes_by_name_and_number() -> None:
    assert proposal_class("Trade") is proposal_class(5) is ProposalClass.TRADE
    assert classes_in(0b100011) == (ProposalClass.CONSTITUTIONAL, ProposalClass.SPENDING, ProposalClass.TRADE)
    for wrong in ("taxes", 6, -1):
        with pytest.raises(UsageProblem, match="Choose one of constitutional, spending"):
            proposal_class(wrong)


def test_what_is_left_of_a_cap_is_never_negative() -> None:
    assert Cap(ProposalClass.SPENDING, Money(5, COIN), Money(7, COIN)).left.amount == 0
    assert Cap(ProposalClass.SPENDING, Money(7, COIN), Money(5, COIN)).left.amount == 2


@given(st.sets(st.integers(0, 2_000)))
def test_words_and_masks_are_the_same_persons(indices: set[int]) -> None:
    words, masks = words_of(sorted(indices))
    assert words == sorted(set(words))
    assert all(masks)
    found = [index for word, mask in zip(words, masks, strict=True) for index in indices_in(word, mask)]
    assert found == sorted(indices)
