"""What everything costs: to the unit as committed, the same on every kind of chain, and within what was promised."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from benchmarks.gas import differences, read_snapshot, report
from benchmarks.ours import Ours
from benchmarks.peers import Peers
from benchmarks.rows import Row, rows
from benchmarks.setting import open_chain
from tests.support.chain import KINDS, require_node


@pytest.fixture(scope="module", params=KINDS)
def measured(request: pytest.FixtureRequest) -> Iterator[Ours]:
    """Ours, measured on a chain where nothing happened before: gas depends on addresses, these on what came first."""
    require_node(request.param)
    with open_chain(request.param) as chain:
        yield Ours(chain).measure()


@pytest.fixture(scope="module")
def peers() -> Iterator[Peers]:
    """The peers; one kind of chain is enough for what is not ours."""
    with open_chain("embedded") as chain:
        yield Peers(chain).measure()


def test_every_step_costs_what_the_snapshot_says(measured: Ours) -> None:
    """If the change is meant: `python -m benchmarks.gas --snapshot`, and commit the file with it."""
    assert differences(read_snapshot(), measured.steps) == []


def test_rows_are_within_what_was_promised(measured: Ours, peers: Peers) -> None:
    found = rows(measured.steps, peers.steps)
    assert [row for row in found if row.met is False] == []
    assert {row.section for row in found if row.met} == {
        "Direct vote",
        "Votes that others bring",
        "Payout",
        "Members, each",
        "Bodies",
        "Voting keys",
        "Trade",
    }


def test_ours_is_cheaper_than_the_peer_but_for_proposing(measured: Ours, peers: Peers) -> None:
    """Proposing freezes the law and the code of the targets, which theirs does not do."""
    compared = [row for row in rows(measured.steps, peers.steps) if row.peer is not None]
    assert [row.name for row in compared if row.peer is not None and row.ours >= row.peer] == ["propose"]
    assert len(compared) > 10


def test_report_is_one_json_document(measured: Ours, peers: Peers, capsys: pytest.CaptureFixture[str]) -> None:
    report("embedded", measured, peers).show(as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert document["targets_met"] is True
    assert document["steps"] == read_snapshot()
    assert document["rows"] == [row.document() for row in rows(measured.steps, peers.steps)]
    assert set(document["deployments"]) == {*measured.deployments, *peers.deployments}


def test_report_reads_as_tables(measured: Ours, peers: Peers, capsys: pytest.CaptureFixture[str]) -> None:
    report("embedded", measured, peers).show(as_json=False)
    lines = capsys.readouterr().out.splitlines()
    vote = measured.steps["vote in a zone, further"]
    (shown,) = [line.split() for line in lines if line.startswith("  in a zone: further ")]
    assert shown[-4:] == [f"{vote:,}", f"{peers.steps['vote, further']:,}", "48,500", "yes"]


def test_a_row_over_its_target_is_not_met() -> None:
    assert Row("Trade", "settle", 101, target=100).met is False
    assert Row("Trade", "settle", 100, target=100).met is True
    assert Row("Trade", "settle", 100).met is None


def test_differences_name_what_changed() -> None:
    before, after = {"vote": 100, "ship": 5, "list": 7}, {"vote": 112, "list": 7, "settle": 9}
    assert differences(before, after) == ["vote: 100 -> 112 (+12)", "ship: gone", "settle: new"]
