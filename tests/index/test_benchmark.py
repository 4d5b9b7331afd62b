"""The benchmarks of the index run; how fast it is is not for a test."""

from __future__ import annotations

import json

import pytest

from benchmarks import index, listing
from tests.support.chain import require_node


@pytest.mark.once
def test_the_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    require_node("anvil")
    assert index.main(["--people", "20", "--kills", "0", "--deepest", "2", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["events"] > 100
    assert document["kills"]["the_same"]
    assert document["reorganisations"] == {"depths": 2, "the_same": 2}


@pytest.mark.once
def test_the_benchmark_of_reading(capsys: pytest.CaptureFixture[str]) -> None:
    assert listing.main(["--runs", "1", "--proposals", "60", "--votes", "300", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in document["commands"]] == [command.name for command in listing.commands(60)]
    assert all(each["cpu_ms"] > 0 for each in document["commands"])
