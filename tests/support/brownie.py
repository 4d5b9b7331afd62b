"""Brownie from outside, as a founder uses it: a copy of the project, an empty home folder, a process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def copy_project(destination: Path) -> Path:
    """Copy what Brownie needs of the project (contracts, scripts, examples, settings) and return the folder.

    Brownie writes into the project it opens, so tests never let it open the checkout.
    """
    for folder in ("contracts", "scripts", "examples", "node_modules/@openzeppelin/contracts"):
        shutil.copytree(ROOT / folder, destination / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("brownie-config.yaml", "brownie_hooks.py"):
        shutil.copy(ROOT / file, destination)
    return destination


def run_brownie(
    project: Path, *words: str, home: Path, path: str = "", timeout: float = 600
) -> subprocess.CompletedProcess[str]:
    """Run `brownie WORDS` in `project` with `home` as home folder and the pinned compiler; output as text.

    `path` is put before PATH: the folder of a node, where one is needed.
    """
    bin_folder = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "HOME": str(home),
        "PATH": os.pathsep.join(filter(None, [path, bin_folder, os.environ["PATH"]])),
        "SOLCX_BINARY_PATH": str(ROOT / "scripts" / "toolchain" / "solc"),
        "NO_COLOR": "1",
    }
    return subprocess.run(
        [str(Path(bin_folder) / "brownie"), *words],
        cwd=project,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
