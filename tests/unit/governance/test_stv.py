"""The single transferable vote: published counts, and what holds in every count."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import stv_examples as published
from tests.support.stv_examples import votes
from zonedao.errors import UsageProblem
from zonedao.governance.stv import VOTE, count_stv, preferences, ranking


def test_the_election_of_a_steering_committee() -> None:
    found = count_stv(published.STEERING, published.STEERING_CANDIDATES, published.STEERING_SEATS)
    assert len(published.STEERING) == 94
    assert found.quota == 19 * VOTE
    assert found.first == votes(published.STEERING_FIRST)
    assert found.winners == published.STEERING_WINNERS
    for (candidate, number), after in published.STEERING_AFTER.items():
        stage = found.stages[number - 1]
        assert (stage.candidate, stage.after) == (candidate, votes(after)), number
    assert len(found.stages) == 12


@pytest.mark.parametrize(
    ("ballots", "quota", "after"),
    [(published.CASTOR, 3, published.CASTOR_AFTER), (published.POLLUX, 4, published.POLLUX_AFTER)],
)
def test_two_seats_for_three(ballots: list[tuple[int, ...]], quota: int, after: list[str]) -> None:
    found = count_stv(ballots, 3, 2)
    assert found.quota == quota * VOTE
    assert [stage.after for stage in found.stages] == [votes(row) for row in after]
    assert found.winners == (1, 3)


def test_equals_are_told_apart_by_the_latest_stage_before() -> None:
    """2 and 3 have 4 votes each after 4 is excluded, but 2 had 3 before."""
    ballots = [(1,)] * 9 + [(2,)] * 3 + [(3,)] * 4 + [(4, 2)]
    found = count_stv(ballots, 4, 2)
    assert [stage.candidate for stage in found.stages] == [1, 4, 2]
    assert found.winners == (1, 3)


def test_who_stood_earlier_stays_where_lots_would_be_drawn() -> None:
    found = count_stv([(1,), (2,), (3,)], 3, 1)
    assert [stage.candidate for stage in found.stages] == [3, 2]
    assert found.winners == (1,)


def test_ballots_as_words() -> None:
    assert ranking((3, 1, 2)) == 0x020103
    assert preferences(0x020103) == (3, 1, 2)
    for wrong in ((), (1, 1), (0,), (33,)):
        with pytest.raises(UsageProblem, match="each once"):
            ranking(wrong)


@st.composite
def elections(draw: st.DrawFn) -> tuple[list[tuple[int, ...]], int, int]:
    candidates = draw(st.integers(1, 7))
    one = st.permutations(range(1, candidates + 1)).flatmap(
        lambda order: st.integers(1, candidates).map(lambda length: tuple(order[:length]))
    )
    return draw(st.lists(one, min_size=1, max_size=40)), candidates, draw(st.integers(1, 4))


@given(elections())
@settings(max_examples=150)
def test_what_holds_in_every_count(election: tuple[list[tuple[int, ...]], int, int]) -> None:
    ballots, candidates, seats = election
    found = count_stv(ballots, candidates, seats)
    assert len(found.winners) == min(seats, candidates)
    assert len({stage.candidate for stage in found.stages}) == len(found.stages) < candidates
    before = found.first
    assert sum(before) == VOTE * len(ballots)
    for stage in found.stages:
        assert sum(stage.after) <= sum(before)
        gained = [number for number in range(1, candidates + 1) if stage.after[number - 1] > before[number - 1]]
        assert not stage.out & set(gained)
        before = stage.after
    # Who was first with a majority is elected, whatever else is.
    for number in range(1, candidates + 1):
        if 2 * found.first[number - 1] > VOTE * len(ballots):
            assert number in found.winners


@given(elections(), st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_of_ballots_does_not_matter(election: tuple[list[tuple[int, ...]], int, int], chance: Random) -> None:
    ballots, candidates, seats = election
    shuffled = sorted(ballots, key=lambda _: chance.random())
    assert count_stv(shuffled, candidates, seats) == count_stv(ballots, candidates, seats)
