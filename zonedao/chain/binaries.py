"""Where this machine has a local node: Anvil or Ganache.

Each is looked for in its environment variable (`ZONEDAO_ANVIL`, `ZONEDAO_GANACHE`), then on PATH, then in
`node_modules/` of the working directory or of a folder above it. A variable that is set decides alone: set to
nothing, it says that the machine has no such node.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

from zonedao.errors import UsageProblem

__all__ = ["find_anvil", "find_ganache"]


def find_anvil() -> Path | None:
    """The Anvil executable, or None. Raises UsageProblem if `ZONEDAO_ANVIL` names something that is not there."""
    chosen = os.environ.get("ZONEDAO_ANVIL")
    if chosen is not None:
        return Path(_existing("ZONEDAO_ANVIL", chosen)) if chosen else None
    if on_path := shutil.which("anvil"):
        return Path(on_path)
    for folder in _node_modules():
        # Only Linux on amd64 has a package of its own; npm links whichever one is installed as .bin/anvil.
        if found := shutil.which("anvil", path=str(folder / ".bin")):
            return Path(found)
    return None


def find_ganache() -> list[str] | None:
    """The command that starts Ganache, as the first words of an argument list, or None.

    Raises UsageProblem if `ZONEDAO_GANACHE` (a command as in a shell) names something that is not there.
    """
    chosen = os.environ.get("ZONEDAO_GANACHE")
    if chosen is not None:
        words = shlex.split(chosen)
        return [_existing("ZONEDAO_GANACHE", words[0]), *words[1:]] if words else None
    if on_path := shutil.which("ganache"):
        return [on_path]
    node = shutil.which("node")
    if node is None:
        return None
    for folder in _node_modules():
        program = folder / "ganache" / "dist" / "node" / "cli.js"
        if program.is_file():
            return [node, str(program)]
    return None


def _existing(variable: str, program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise UsageProblem(f"{variable} names {program}, which is no program here. Correct the variable or unset it.")
    return found


def _node_modules() -> Iterator[Path]:
    here = Path.cwd()
    for folder in (here, *here.parents):
        candidate = folder / "node_modules"
        if candidate.is_dir():
            yield candidate
