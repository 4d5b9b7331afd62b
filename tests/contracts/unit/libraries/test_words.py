"""LawWords, ProposalWords and LiveEnds: what goes into a word comes out of it, and nothing touches its neighbour."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.bodies import read
from tests.support.chain import deploy
from tests.support.plans import Law
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract

FIELD = st.integers(0, 2**24 - 1)
LAW = st.builds(Law, *[FIELD] * 7, st.integers(0, 2**8 - 1))
FULL = Law(*[2**24 - 1] * 7, 2**8 - 1)
NONE = Law(*[0] * 8)
TIME = st.integers(1, 2**40 - 1)
EXAMPLES = settings(max_examples=15, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def probe(node: Connection) -> BoundContract:
    """Pure functions only: nothing to put back."""
    return deploy(node, "LibraryProbe")


# --- laws ---


@EXAMPLES
@given(law=LAW)
def test_a_law_comes_back(probe: BoundContract, law: Law) -> None:
    assert Law(*read(probe, "repacked", law)) == law
    by_position, by_name = read(probe, "fields", law)
    assert tuple(by_position) == tuple(by_name) == tuple(law)


@pytest.mark.parametrize("position", range(8))
def test_fields_do_not_touch(probe: BoundContract, position: int) -> None:
    name = Law._fields[position]
    for law in (NONE._replace(**{name: FULL[position]}), FULL._replace(**{name: 0})):
        assert Law(*read(probe, "repacked", law)) == law


@EXAMPLES
@given(one=LAW, other=LAW)
def test_the_stricter_of_each(probe: BoundContract, one: Law, other: Law) -> None:
    """Longer seasoning, delays and period, higher quorum and threshold, more sponsors, shorter grace."""
    expected = Law(*(max(pair) for pair in zip(one, other, strict=True)))._replace(grace=min(one.grace, other.grace))
    assert Law(*read(probe, "strictest", one, other)) == Law(*read(probe, "strictest", other, one)) == expected
    assert Law(*read(probe, "strictest", one, one)) == one


# --- proposals ---


@EXAMPLES
@given(
    packed=st.tuples(
        st.integers(0, 2**32 - 1),
        st.integers(1, 2**40 - 1),
        *[FIELD] * 3,
        st.integers(0, 2**10 - 1),
    ),
    votes=st.lists(st.integers(0, 2), max_size=12),
    canceled=st.booleans(),
    unsponsored=st.booleans(),
)
def test_a_ballot_comes_back(
    probe: BoundContract, packed: tuple[int, ...], votes: list[int], canceled: bool, unsponsored: bool
) -> None:
    electorate, created_at, delay, period, seasoning, classes = packed
    assert tuple(read(probe, "ballot", packed, votes, canceled, unsponsored)) == (
        electorate,
        created_at,
        created_at + delay,
        created_at + delay + period,
        seasoning,
        classes,
        votes.count(0),
        votes.count(1),
        votes.count(2),
        created_at - 1,
    )


@EXAMPLES
@given(
    packed=st.tuples(
        st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 60), st.integers(0, 2**128 - 1)
    ),
    queued_at=st.integers(0, 2**40 - 1),
    drawn=st.integers(0, 2**16 - 1),
    executed=st.booleans(),
    released=st.booleans(),
)
def test_a_lifecycle_comes_back(
    probe: BoundContract, packed: tuple[int, ...], queued_at: int, drawn: int, executed: bool, released: bool
) -> None:
    proposer, number, wanted, digest = packed
    fields, was_executed, was_released = read(probe, "lifecycle", packed, queued_at, drawn, executed, released)
    assert tuple(fields) == (proposer, number, wanted, queued_at, drawn, digest)
    assert (was_executed, was_released) == (executed, released)


@EXAMPLES
@given(wanted=st.integers(1, 60), others=st.integers(0, 2**256 - 1))
def test_a_sponsor_is_one_fewer(probe: BoundContract, wanted: int, others: int) -> None:
    others &= ~(63 << 106)
    assert read(probe, "withSponsor", others | wanted << 106) == others | (wanted - 1) << 106


# --- live proposals ---


@EXAMPLES
@given(ends=st.lists(TIME, min_size=1, max_size=8), time=TIME)
def test_places_are_those_of_the_latest_ends(probe: BoundContract, ends: list[int], time: int) -> None:
    """Each takes the place of the earliest of three, which is told."""
    places, earliest = [0, 0, 0], []
    for end in ends:
        earliest.append(min(places))
        places[places.index(min(places))] = end
    word, told = read(probe, "takeAll", ends)
    assert list(told) == earliest
    assert sorted(word >> shift & 2**40 - 1 for shift in (0, 40, 80)) == sorted(places)
    assert word < 2**120
    assert read(probe, "countLive", word, time) == sum(end >= time for end in places)


@EXAMPLES
@given(ends=st.lists(TIME, min_size=3, max_size=3), which=st.integers(0, 2))
def test_a_place_is_freed(probe: BoundContract, ends: list[int], which: int) -> None:
    word, _ = read(probe, "takeAll", ends)
    freed = read(probe, "freed", word, ends[which])
    left = [end for position, end in enumerate(ends) if position != which]
    assert sorted(freed >> shift & 2**40 - 1 for shift in (0, 40, 80)) == sorted([0, *left])


def test_what_holds_no_place_frees_none(probe: BoundContract) -> None:
    word, _ = read(probe, "takeAll", [5, 6, 7])
    assert read(probe, "freed", word, 8) == read(probe, "moved", word, 8, 9) == word


@EXAMPLES
@given(ends=st.lists(TIME, min_size=3, max_size=3), which=st.integers(0, 2), later=TIME)
def test_an_end_is_moved(probe: BoundContract, ends: list[int], which: int, later: int) -> None:
    """One of them, even if others end at the same time."""
    word, _ = read(probe, "takeAll", ends)
    moved = read(probe, "moved", word, ends[which], later)
    left = [end for position, end in enumerate(ends) if position != which]
    assert sorted(moved >> shift & 2**40 - 1 for shift in (0, 40, 80)) == sorted([later, *left])
