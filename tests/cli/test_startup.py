"""The benchmark of start-up runs everything it names. How long that takes is not for a test."""

from __future__ import annotations

import json

import pytest

from benchmarks import startup
from tests.support.chain import require_node


@pytest.mark.once
def test_startup_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    require_node("anvil", "ganache")
    assert startup.main(["--runs", "1", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    names = [each["name"] for each in document["commands"]]
    assert names == [command.name for command in startup.commands()]
    assert {"zonedao --help", "zonedao proposal list", "python -c 'import zonedao'"} < set(names)
    assert all(each["cpu_ms"] > 0 for each in document["commands"])


def test_a_command_that_fails_is_no_measure() -> None:
    with pytest.raises(RuntimeError, match="ended with 3"):
        startup.cpu_milliseconds(["/bin/sh", "-c", "exit 3"], {})
