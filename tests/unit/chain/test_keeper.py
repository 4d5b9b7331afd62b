"""The keeper of Anvil's state: a copy that is whole at every moment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from zonedao.chain.keeper import copy_if_whole, is_whole, keep
from zonedao.chain.processes import start_time


def test_only_whole_documents_are_copied_and_only_when_they_changed(tmp_path: Path) -> None:
    source, copy = tmp_path / "state.json", tmp_path / "copy.json"
    assert copy_if_whole(source, copy, b"") == b""
    source.write_text('{"blocks": [1]}')
    first = copy_if_whole(source, copy, b"")
    assert copy.read_text() == '{"blocks": [1]}'
    for half in ("", "{", '{"blocks": [1', '{"blocks": [1, 2]'):
        source.write_text(half)
        assert not is_whole(half.encode())
        assert copy_if_whole(source, copy, first) == first
        assert copy.read_text() == '{"blocks": [1]}'
    source.write_text('{"blocks": [1]}')
    copy.unlink()
    assert copy_if_whole(source, copy, first) == first
    assert not copy.exists()
    source.write_text('{"blocks": [1, 2]}')
    assert copy_if_whole(source, copy, first) != first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.json", "state.json"]


def test_it_takes_a_last_copy_and_ends_with_the_node(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("[1]")
    node = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = start_time(node.pid)
    assert started is not None
    node.communicate(b"\n")
    keep(node.pid, started, tmp_path / "state.json", tmp_path / "copy.json")
    assert (tmp_path / "copy.json").read_text() == "[1]"


def test_a_process_is_known_by_number_and_start(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as first:
        started = start_time(first.pid)
        assert started is not None
        assert start_time(first.pid) == started
        first.kill()
        # Not waited for yet: a zombie is gone as well.
        for _ in range(1000):
            if start_time(first.pid) is None:
                break
        else:
            raise AssertionError("a killed process is still reported")
    assert start_time(first.pid) is None
