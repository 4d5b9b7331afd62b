"""Parameters by the median of wishes."""

from __future__ import annotations

from statistics import median_low
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.bodies import Person, attempt, call_of, event, just_before, now, read, stand_at, transact
from tests.support.chain import reverts, rollback
from tests.support.market import attempt_as
from tests.support.plans import CONSTITUTIONAL, DAY, HOUR
from tests.support.polls import WAGE, Polls, parameter_terms, word
from tests.support.world import PEOPLE, STRANGER
from zonedao.chain.receipts import Receipt

ALICE, BOB, CHARLIE, DAVE = PEOPLE[:4]


def wish(polls: Polls, bin_: int, by: Person = ALICE) -> Receipt:
    return transact(polls.wishes, "wish", polls.zone.address, WAGE, bin_, by=by)


def ask(polls: Polls, function: str, *args: Any, by: Person = ALICE) -> Any:
    return attempt(polls.wishes, function, polls.zone.address, WAGE, *args, by=by)


def median(polls: Polls) -> tuple[int, int]:
    return tuple(ask(polls, "median"))


def next_epoch(polls: Polls) -> int:
    """Let the next transaction run in the first second of the next epoch; its number."""
    found = ask(polls, "parameterOf")
    number = (now(polls.chain) - found.openedAt) // found.epochSeconds + 1
    just_before(polls.chain, found.openedAt + number * found.epochSeconds)
    return int(number)


def read_wishes(polls: Polls) -> Receipt:
    return transact(polls.wishes, "readWishes", polls.zone.address, WAGE)


def test_bounds_are_set_by_constitutional_vote_for_good(polls: Polls) -> None:
    zone = polls.zone
    assert zone.read("classOf", *call_of(polls.wishes, "openParameter", parameter_terms())) == CONSTITUTIONAL
    found = ask(polls, "parameterOf")
    assert (found.least, found.step, found.bins, found.move) == (1_000, 5, 101, 8)
    assert (found.current, found.following, found.value, found.wishes) == (10, 10, 1_050, 0)
    assert (found.quorumPpm, found.seasoning, found.epochSeconds, found.epoch) == (250_000, 2 * HOUR, 7 * DAY, 0)
    assert median(polls) == (0, 0)
    with reverts("ParameterTaken"):
        attempt_as(zone.address, polls.wishes, "openParameter", parameter_terms())
    attempt_as(zone.address, polls.wishes, "openParameter", parameter_terms(name=word("other")))


def test_terms_that_no_body_can_set(polls: Polls) -> None:
    bad: list[tuple[int, dict[str, int]]] = [
        (1, {"least": 2**128}),
        (2, {"step": 0}),
        (2, {"step": 2**112}),
        (3, {"bins": 1}),
        (3, {"bins": 102}),
        (4, {"bins": 10, "first": 10}),
        (5, {"move": 0}),
        (5, {"move": 102}),
        (6, {"quorum_ppm": 1_000_001}),
        (7, {"epoch_seconds": DAY - 1}),
        (7, {"epoch_seconds": 366 * DAY + 1}),
    ]
    for field, changes in bad:
        with reverts("BadParameter", field=field):
            terms = parameter_terms(name=word("other"), **changes)
            attempt_as(polls.zone.address, polls.wishes, "openParameter", terms)


def test_one_wish_a_person_changed_whenever_they_like(polls: Polls) -> None:
    receipt = wish(polls, 100)
    assert event(receipt, "Wished") == {"body": polls.zone.address, "name": WAGE, "person": 1, "bin": 100}
    assert (median(polls), ask(polls, "wishOf", 1), ask(polls, "wishOf", 2)) == ((100, 1), (True, 100), (False, 0))
    wish(polls, 0)
    wish(polls, 7, BOB)
    assert median(polls) == (0, 2)
    wish(polls, 8, CHARLIE)
    assert median(polls) == (7, 3)
    assert {place: count for place, count in enumerate(ask(polls, "histogram")) if count} == {0: 1, 7: 1, 8: 1}
    with reverts("NoSuchBin", bin=101, bins=101):
        ask(polls, "wish", 101)
    with reverts("CannotWish", caller=STRANGER.address, person=0):
        ask(polls, "wish", 1, by=STRANGER)
    with reverts("NoSuchParameter", body=polls.zone.address):
        attempt(polls.wishes, "median", polls.zone.address, word("other"))


def test_only_seasoned_members_wish(polls: Polls) -> None:
    zone = polls.zone
    zone.enact(zone.own("admit", [STRANGER.address]))
    joined = now(polls.chain)
    stand_at(polls.chain, joined + 2 * HOUR - 1)
    with reverts("CannotWish", person=13):
        ask(polls, "wish", 1, by=STRANGER)
    just_before(polls.chain, joined + 2 * HOUR)
    wish(polls, 1, STRANGER)


def test_the_wish_of_one_who_left_is_forgotten_by_anyone(polls: Polls) -> None:
    for person, bin_ in ((ALICE, 1), (BOB, 50), (CHARLIE, 60)):
        wish(polls, bin_, person)
    with reverts("StillMember", person=1):
        ask(polls, "forget", [1], by=STRANGER)
    with reverts("NoWish", person=4):
        ask(polls, "forget", [4], by=STRANGER)
    polls.zone.send("leave", by=ALICE)
    with reverts("CannotWish", person=1):
        ask(polls, "wish", 2, by=ALICE)
    assert median(polls) == (50, 3)
    receipt = transact(polls.wishes, "forget", polls.zone.address, WAGE, [1], by=STRANGER)
    assert event(receipt, "WishForgotten")["person"] == 1
    assert median(polls) == (50, 2)
    with reverts("NoWish", person=1):
        ask(polls, "forget", [1], by=STRANGER)
    transact(polls.wishes, "forget", polls.zone.address, WAGE, [2], by=BOB)  # one's own
    assert (median(polls), ask(polls, "wishOf", 2)) == ((60, 1), (False, 0))


def test_it_moves_by_steps_one_epoch_later(polls: Polls) -> None:
    with reverts("ReadAlready", next=ask(polls, "parameterOf").openedAt + 7 * DAY):
        stand_at(polls.chain, ask(polls, "parameterOf").openedAt + 7 * DAY - 1)
        ask(polls, "readWishes")
    for person in (ALICE, BOB):
        wish(polls, 40, person)
    expected = [
        (10, 10),  # two of twelve are less than a quarter
        (10, 18),
        (18, 26),
        (26, 18),  # three more wish for less
        (18, 18),
    ]
    for number, (current, following) in enumerate(expected):
        if number == 1:
            wish(polls, 40, CHARLIE)
        if number == 3:
            for person in PEOPLE[3:7]:
                wish(polls, 18, person)
        epoch = next_epoch(polls)
        found = event(read_wishes(polls), "WishesRead")
        assert (found["epoch"], found["current"], found["following"]) == (epoch, current, following), number
        assert ask(polls, "valueOf") == 1_000 + 5 * current
    with reverts("ReadAlready"):
        ask(polls, "readWishes")
    for person in PEOPLE[:7]:
        wish(polls, 0, person)
    for current, following in ((18, 10), (10, 2), (2, 0), (0, 0)):
        next_epoch(polls)
        found = event(read_wishes(polls), "WishesRead")
        assert (found["current"], found["following"]) == (current, following)


@given(st.lists(st.tuples(st.integers(0, 11), st.one_of(st.none(), st.integers(0, 100))), min_size=1, max_size=14))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_histogram_is_the_count_of_the_wishes(polls: Polls, steps: list[tuple[int, int | None]]) -> None:
    """ECONOMY A3: below and above the median at most half each; one wish a person. None takes a wish back."""
    with rollback(polls.chain):
        model: dict[int, int] = {}
        for who, bin_ in steps:
            person = PEOPLE[who]
            if bin_ is not None:
                wish(polls, bin_, person)
                model[person.index] = bin_
            elif person.index in model:
                transact(polls.wishes, "forget", polls.zone.address, WAGE, [person.index], by=person)
                del model[person.index]
        counts = read(polls.wishes, "histogram", polls.zone.address, WAGE)
        assert list(counts) == [list(model.values()).count(place) for place in range(101)]
        expected = median_low(model.values()) if model else 0
        assert median(polls) == (expected, len(model))
