"""One version of each tool, said the same everywhere."""

from __future__ import annotations

import json
import tomllib

import pytest

from scripts.toolchain import compiler

pytestmark = pytest.mark.once


def test_npm_installs_the_compiler_that_brownie_names() -> None:
    wanted = json.loads((compiler.ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert wanted["solc"] == compiler.solc_version()
    assert compiler.solc_path().is_file()
    assert f'PINNED = "{compiler.solc_version()}+commit.' in compiler.solc_path().read_text(encoding="utf-8")


def test_every_direct_npm_package_is_pinned_to_one_version() -> None:
    package = json.loads((compiler.ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((compiler.ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    direct = {**package["devDependencies"], **package["optionalDependencies"]}
    assert {name: lock[f"node_modules/{name}"]["version"] for name in direct} == direct


def test_the_lock_works_with_any_registry() -> None:
    lock = json.loads((compiler.ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, entry in lock.items() if "resolved" in entry] == []
    # Packages that ganache bundles come inside its archive and have no hash of their own.
    assert [n for n, entry in lock.items() if n and "integrity" not in entry and not entry.get("inBundle")] == []


def test_brownie_is_exact() -> None:
    extras = tomllib.loads((compiler.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert all("==" in requirement for requirement in extras["optional-dependencies"]["contracts"])
