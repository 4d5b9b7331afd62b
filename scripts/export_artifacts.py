#!/usr/bin/env python3
"""Compile contracts/ and write zonedao/artifacts/: what members use in place of a compiler.

    python scripts/export_artifacts.py            compile, write, print the sizes
    python scripts/export_artifacts.py --check    compile, write nothing, exit 1 if what is committed differs
    python scripts/export_artifacts.py --testing  also compile contracts/testing/ into build/testing/

Exits 1 as well when a contract of the product is over the size limit.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.toolchain import compiler, testing

ARTIFACTS = "zonedao/artifacts"
MANIFEST = "manifest.json"


def shipped(root: Path) -> dict[str, dict[str, Any]]:
    """Artifacts by name of every contract and interface of the product, freshly compiled."""
    units = compiler.sources(root, testing=False)
    return compiler.artifacts(compiler.run_solc(units, root), units)


def manifest(built: Mapping[str, Mapping[str, Any]], root: Path) -> dict[str, Any]:
    """The index of the artifact folder: the names, and one hash over everything that was built."""
    hashes = "".join(f"{name} {artifact['build_hash']}\n" for name, artifact in sorted(built.items()))
    return {
        "build_hash": hashlib.sha256(hashes.encode()).hexdigest(),
        "compiler": {"solc": compiler.solc_version(root), **compiler.settings(root)},
        "contracts": {
            name: {
                "build_hash": artifact["build_hash"],
                "kind": artifact["kind"],
                "runtime_bytes": compiler.runtime_size(artifact),
                "source": artifact["source"],
            }
            for name, artifact in built.items()
        },
    }


def files(built: Mapping[str, Mapping[str, Any]], root: Path) -> dict[str, str]:
    """File name -> content of the whole artifact folder."""
    contents = {f"{name}.json": compiler.render(artifact) for name, artifact in built.items()}
    contents[MANIFEST] = compiler.render(manifest(built, root))
    return contents


def differences(expected: Mapping[str, str], folder: Path) -> list[str]:
    """One line for each file of the folder that is missing, stale or left over."""
    present = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    lines = [f"{name}: missing" for name in sorted(expected.keys() - present.keys())]
    lines += [f"{name}: belongs to no contract" for name in sorted(present.keys() - expected.keys())]
    both = sorted(expected.keys() & present.keys())
    return lines + [f"{name}: out of date" for name in both if present[name] != expected[name]]


def write(expected: Mapping[str, str], folder: Path) -> None:
    """Bring the folder to exactly `expected`, touching only what differs."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.json"):
        if path.name not in expected:
            path.unlink()
    for name, content in expected.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")


def oversized(built: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """One line for each contract whose runtime code is over the limit."""
    sizes = {name: compiler.runtime_size(artifact) for name, artifact in sorted(built.items())}
    limit = compiler.MAX_RUNTIME_BYTES
    over = {name: size for name, size in sizes.items() if size > limit}
    return [f"{name}: {size:,} bytes of runtime code, {limit:,} allowed" for name, size in over.items()]


def print_sizes(built: Mapping[str, Mapping[str, Any]]) -> None:
    for name, artifact in sorted(built.items()):
        if size := compiler.runtime_size(artifact):
            print(f"{size:>7,} bytes  {size / compiler.MAX_RUNTIME_BYTES:>4.0%} of the limit  {name}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Compile contracts/ and write the artifacts the package ships.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the artifacts are not fresh")
    parser.add_argument("--testing", action="store_true", help="also compile contracts/testing/ into build/testing/")
    options = parser.parse_args(arguments)
    root = compiler.ROOT
    try:
        built = shipped(root)
        expected = files(built, root)
        if options.testing:
            testing.build(root)
    except compiler.CompileError as problem:
        print(problem, file=sys.stderr)
        return 1

    print_sizes(built)
    problems = oversized(built)
    if options.check:
        stale = differences(expected, root / ARTIFACTS)
        problems += stale
        if stale:
            problems.append("Run `python scripts/export_artifacts.py` and commit zonedao/artifacts/.")
    else:
        write(expected, root / ARTIFACTS)
    for line in problems:
        print(line, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
