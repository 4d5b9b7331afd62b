"""Files of this user: whole or not at all, one writer at a time, nothing lost to a process that was killed."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from zonedao import disk
from zonedao.disk import LineLog, append_line, locked, remove_unfinished, replace_file, write_new_file
from zonedao.errors import StorageProblem
from zonedao.home import home, private_folder

WRITERS = pytest.mark.parametrize("write", [replace_file, write_new_file])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def log(tmp_path: Path) -> LineLog:
    return LineLog(tmp_path / "sub" / "log.jsonl", "The log", "nothing was done")


# --- whole files ---


@WRITERS
def test_a_file_of_its_owner_unless_it_is_for_everybody(write: Callable[..., None], tmp_path: Path) -> None:
    write(tmp_path / "own", "ä\n")
    write(tmp_path / "all", b"\xff", mode=disk.FOR_EVERYBODY)
    assert ((tmp_path / "own").read_bytes(), mode(tmp_path / "own")) == ("ä\n".encode(), 0o600)
    assert ((tmp_path / "all").read_bytes(), mode(tmp_path / "all")) == (b"\xff", 0o644)
    assert sorted(os.listdir(tmp_path)) == ["all", "own"]


def test_a_new_file_is_never_written_over_another(tmp_path: Path) -> None:
    write_new_file(tmp_path / "a", "first")
    with pytest.raises(FileExistsError):
        write_new_file(tmp_path / "a", "second")
    replace_file(tmp_path / "a", "third")
    assert (tmp_path / "a").read_text() == "third"
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("problem", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_is_interrupted_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, problem: BaseException
) -> None:
    replace_file(tmp_path / "a", "old")

    def interrupted(*_: object) -> None:
        raise problem

    with monkeypatch.context() as broken:
        broken.setattr(os, step, interrupted)
        with pytest.raises(type(problem)):
            replace_file(tmp_path / "a", "new")
    assert (tmp_path / "a").read_text() == "old"
    assert os.listdir(tmp_path) == ["a"]


@WRITERS
def test_a_full_disk_names_the_file(
    write: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", broken_disk)
    with pytest.raises(OSError, match="Input/output error") as caught:
        write(tmp_path / "a", "text")
    assert caught.value.filename == str(tmp_path / "a")


@WRITERS
def test_content_is_on_the_disk_before_its_name_and_the_name_before_it_returns(
    write: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync = os.fsync

    def noted(descriptor: int) -> None:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        done.append(f"{'folder' if folder else 'file'}, named: {(tmp_path / 'a').exists()}")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    write(tmp_path / "a", "text")
    assert done == ["file, named: False", "folder, named: True"]


def test_a_file_system_that_cannot_sync_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sync = os.fsync

    def refuses(number: int) -> Callable[[int], None]:
        def fsync(descriptor: int) -> None:
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                raise OSError(number, os.strerror(number))
            sync(descriptor)

        return fsync

    monkeypatch.setattr(os, "fsync", refuses(errno.EINVAL))
    replace_file(tmp_path / "a", "text")
    assert (tmp_path / "a").read_text() == "text"
    monkeypatch.setattr(os, "fsync", refuses(errno.EIO))
    with pytest.raises(OSError, match="Input/output error"):
        replace_file(tmp_path / "a", "other")


_WRITING = """
import sys; from pathlib import Path; from zonedao.disk import replace_file
path = Path(sys.argv[1])
replace_file(path, b"a" * 10**6)
print("ready", flush=True)
while True:
    for content in (b"b" * 10**6, b"a" * 10**6): replace_file(path, content)
"""


def test_killed_at_any_moment_the_file_is_whole(tmp_path: Path) -> None:
    for _ in range(3):
        writing = subprocess.Popen(
            [sys.executable, "-c", _WRITING, str(tmp_path / "a")], stdout=subprocess.PIPE, text=True
        )
        assert writing.stdout is not None
        assert writing.stdout.readline() == "ready\n"
        writing.kill()
        writing.communicate()
        assert (tmp_path / "a").read_bytes() in (b"a" * 10**6, b"b" * 10**6)
    (tmp_path / ".half.new").write_text("what a killed writer leaves")
    (tmp_path / "b.new").write_text("somebody's own")
    remove_unfinished(tmp_path)
    assert sorted(os.listdir(tmp_path)) == ["a", "b.new"]


# --- one at a time ---


def test_the_lock_keeps_another_process_out(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from zonedao.disk import locked\n"
        "with locked(Path(sys.argv[1])): print('in', flush=True)"
    )
    path = tmp_path / "a.lock"
    with locked(path):
        other = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(1.0)
    assert other.communicate()[0] == "in\n"
    assert other.returncode == 0


def test_a_lock_that_cannot_be_made(log: LineLog) -> None:
    log.path.with_suffix(".lock").mkdir(parents=True)
    said = r"log\.lock cannot be written \(is a directory\), so nothing was done\. Make the folder .* writable for you"
    with pytest.raises(StorageProblem, match=said), log.lock():
        pass


# --- logs ---


def test_one_object_a_line_for_its_owner_only(log: LineLog) -> None:
    assert list(log.entries()) == []
    assert not log.path.parent.exists()
    log.append({"a": 1})
    log.append({"a": "two\nlines"})
    assert list(log.entries()) == [{"a": 1}, {"a": "two\nlines"}]
    assert log.path.read_text() == '{"a":1}\n{"a":"two\\nlines"}\n'
    assert (mode(log.path), mode(log.path.parent)) == (0o600, 0o700)


def test_half_a_line_of_a_killed_process_hides_nothing(log: LineLog) -> None:
    log.append({"a": {"b": "ä"}})
    whole = log.path.read_bytes()
    for cut in range(1, len(whole) - 1):
        log.path.write_bytes(whole + whole[:cut])
        assert list(log.entries()) == [{"a": {"b": "ä"}}], cut
        log.append({"c": cut})
        assert list(log.entries()) == [{"a": {"b": "ä"}}, {"c": cut}], cut


def test_what_is_no_object_is_passed_over(log: LineLog) -> None:
    log.append({"a": 1})
    with log.path.open("ab") as handle:
        handle.write(b'3\n[]\n\xff\n\n{"a":2}\n')
    assert list(log.entries()) == [{"a": 1}, {"a": 2}]
    assert list(log.lines()) == [(1, {"a": 1}), (2, None), (3, None), (4, None), (6, {"a": 2})]


def test_a_full_disk_is_said_and_the_next_line_stands_alone(log: LineLog, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write

    def full(descriptor: int, content: bytes) -> int:
        return write(descriptor, content[:4])

    with monkeypatch.context() as broken:
        broken.setattr(os, "write", full)
        said = r"The log .*log\.jsonl cannot be written \(no space left on device\), so nothing was done\. Make room"
        with pytest.raises(StorageProblem, match=said):
            log.append({"a": 1})
    append_line(log.path, json.dumps({"a": 2}))
    assert list(log.entries()) == [{"a": 2}]


def broken_disk(descriptor: int) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_a_line_that_may_not_have_reached_the_disk_is_none(log: LineLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who said that nothing was done must not find next time that it was to be."""
    log.append({"a": 1})
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", broken_disk)
        with pytest.raises(StorageProblem, match="nothing was done"):
            log.append({"a": 2})
    assert list(log.entries()) == [{"a": 1}]
    log.append({"a": 3})
    assert list(log.entries()) == [{"a": 1}, {"a": 3}]


def test_another_ones_line_survives_that(log: LineLog, monkeypatch: pytest.MonkeyPatch) -> None:
    log.append({"a": 1})

    def another_first(descriptor: int) -> None:
        with log.path.open("ab") as handle:
            handle.write(b'{"a":3}\n')
        broken_disk(descriptor)

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", another_first)
        with pytest.raises(StorageProblem):
            log.append({"a": 2})
    assert list(log.entries()) == [{"a": 1}, {"a": 3}]


def test_a_log_that_cannot_be_read_is_not_taken_for_an_empty_one(log: LineLog) -> None:
    log.path.mkdir(parents=True)
    with pytest.raises(StorageProblem, match=r"cannot be read \(is a directory\), so nothing was done\. Correct its"):
        list(log.entries())


# --- the folder ---


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StorageProblem, match="ZONEDAO_HOME"):
            private_folder(place)


def test_home_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZONEDAO_HOME", str(tmp_path / "here"))
    assert home() == tmp_path / "here"
    monkeypatch.delenv("ZONEDAO_HOME")
    assert home().name == "zonedao"
    assert os.environ["HOME"] in str(home())


def test_every_folder_that_is_made_is_the_owners_alone(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "zonedao" / "keys")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder.parent)} == {0o700}
