"""The benchmarks of counting run, and count what was voted; what they find is not for a test."""

from __future__ import annotations

import json

import pytest

from benchmarks import ballots, ten_thousand
from benchmarks.setting import preferred_kind
from zonedao.governance.proposals import Support


@pytest.mark.once
def test_every_way_to_vote(capsys: pytest.CaptureFixture[str]) -> None:
    if preferred_kind() != "anvil":
        pytest.skip("Anvil is not installed")
    assert ballots.main(["--ballots", "1", "6", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    measured = {(row["way"], row["ballots"]) for row in document["rows"]}
    assert measured == {
        ("direct, first of its word", 1),
        ("direct, further", 1),
        ("signed batch, a further ballot of its word", 1),
        *((f"signed batch, {each.percent} % turnout", number) for each in ballots.TURNOUTS for number in (1, 6)),
        *((f"aggregate, {each.name}", 6) for each in (*ballots.TURNOUTS, ballots.THIRDS)),
        *((f"aggregate on BLS12-381, {each.name}", 6) for each in (*ballots.TURNOUTS, ballots.THIRDS)),
    }
    assert document["peer"]["by signature"] > document["peer"]["further"] > 0
    assert all(rate > 0 for rate in document["per_second"].values())


@pytest.mark.once
def test_the_life_of_a_vote(capsys: pytest.CaptureFixture[str]) -> None:
    if preferred_kind() != "anvil":
        pytest.skip("Anvil is not installed")
    assert ten_thousand.main(["--people", "20", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["ballots"] == 18
    assert sum(each["counted"] for each in document["transactions"]) == 18
    assert min(document["gas"]["counting"], document["gas"]["enrolment"], document["gas"]["executing"]) > 0


@pytest.mark.once
def test_who_votes_what_is_drawn_once_and_for_all() -> None:
    turnout = ballots.TURNOUTS[1]
    choices = turnout.choices(100)
    assert choices == turnout.choices(100)
    assert turnout.electors(90) == 100
    counts = [
        sum(support is each for _, support in choices) for each in (Support.FOR, Support.AGAINST, Support.ABSTAIN)
    ]
    assert counts == [80, 15, 5]
    assert len({person for person, _ in choices}) == 100
    assert max(person for person, _ in choices) <= turnout.electors(100)
