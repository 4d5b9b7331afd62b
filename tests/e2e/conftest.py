"""What the end-to-end tests share: one project compiled by Brownie, which takes a minute or more."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from tests.support.brownie import copy_project, run_brownie


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, compiled by Brownie in an empty home; one for each process that runs tests."""
    own = tmp_path_factory.mktemp("project")
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return _compile(own, tmp_path_factory.mktemp("home"))
    # The processes of one run share the folder above their own, and what is compiled there once.
    shared = tmp_path_factory.getbasetemp().parent / "compiled-project"
    with open(shared.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            _compile(own, tmp_path_factory.mktemp("home"))
            own.rename(shared)
    return Path(shutil.copytree(shared, own, dirs_exist_ok=True))


def _compile(folder: Path, home: Path) -> Path:
    copy_project(folder)
    done = run_brownie(folder, "compile", home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
