"""Artifacts of contracts/testing/: doubles, test tokens and peers to measure against. Never shipped.

    from scripts.toolchain import testing
    token = testing.load("TestToken")       # the same type as zonedao.artifacts.load returns

They are kept in build/testing/ and compiled anew when any source or setting has changed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from scripts.toolchain import compiler
from zonedao.artifacts import Artifact, read

FOLDER = "build/testing"
_STAMP = "inputs.sha256"


def load(name: str, root: Path = compiler.ROOT) -> Artifact:
    """The artifact of a contract of contracts/testing/, compiled first if need be.

    Raises FileNotFoundError with the names there are, CompileError with solc's words.
    """
    folder = build(root)
    path = folder / f"{name}.json"
    if not path.exists():
        names = ", ".join(sorted(p.stem for p in folder.glob("*.json"))) or "none"
        raise FileNotFoundError(f"contracts/testing/ has no contract {name}; it has: {names}")
    return read(path)


def build(root: Path = compiler.ROOT) -> Path:
    """Compile contracts/testing/ unless nothing has changed since the last time; the folder of the artifacts."""
    folder = root / FOLDER
    stamp = folder / _STAMP
    inputs = _inputs(root)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == inputs:
        return folder
    units = compiler.sources(root, testing=True)
    built = compiler.artifacts(compiler.run_solc(units, root), units) if units else {}
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.json"):
        if path.stem not in built:
            path.unlink(missing_ok=True)
    for name, artifact in built.items():
        _replace(folder / f"{name}.json", compiler.render(artifact))
    _replace(stamp, inputs)
    return folder


def _inputs(root: Path) -> str:
    """A hash of everything that the artifacts depend on: all sources, settings, and the libraries npm installed."""
    digest = hashlib.sha256()
    for text in (
        compiler.render(compiler.settings(root)),
        compiler.solc_version(root),
        (root / "package-lock.json").read_text(encoding="utf-8"),
        compiler.render(compiler.sources(root, testing=False)),
        compiler.render(compiler.sources(root, testing=True)),
    ):
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()


def _replace(path: Path, content: str) -> None:
    # Several test processes may build at once: a reader must never see half a file.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
    os.replace(temporary, path)
