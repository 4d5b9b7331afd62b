"""What the documentation tells people to type does what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
_EXIT = re.compile(r"#\s*exits (\d+)")


@dataclass(frozen=True)
class Typed:
    """One command of a page, and the exit code it must have."""

    text: str
    code: int


def commands(page: Path) -> Iterator[Typed]:
    """Every command of a page's console blocks: a line that begins with `$ `, and the lines that belong to it."""
    for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        for text in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            found = _EXIT.search(text)
            yield Typed(text.rstrip(), int(found[1]) if found else 0)


def environment(folder: Path) -> dict[str, str]:
    """A shell that finds this environment's `zonedao` and the nodes, and nothing of this user's."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ZONEDAO_")}
    nodes = ROOT / "node_modules" / ".bin"
    clean["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), str(nodes), clean["PATH"]])
    clean["HOME"] = str(folder)
    return clean


def type_all(page: Path, folder: Path) -> str:
    """Type a page's commands into one shell, which must like them all; what they print."""
    script = ["set -u"]
    for number, typed in enumerate(commands(page)):
        script.append(f"{{ {typed.text}\n}}")
        complain = f'echo "command {number} ended with $code" >&2; exit 99'
        script.append(f"code=$?; [ $code -eq {typed.code} ] || {{ {complain}; }}")
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=600,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder; a node left running there is stopped."""
    yield tmp_path
    stop = {**environment(tmp_path), "ZONEDAO_HOME": str(tmp_path / "home")}
    subprocess.run([sys.executable, "-m", "zonedao", "chain", "down"], env=stop, capture_output=True, timeout=60)


def test_tutorial_is_true(folder: Path) -> None:
    printed = type_all(ROOT / "docs" / "tutorial.md", folder)
    assert "2 ETH went to you." in printed
    assert "Corner is what its events say" in printed


def test_readme_names_commands_that_exist() -> None:
    """`make` targets of the README are in the Makefile; the rest of its commands is typed by the next test."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    wanted = set(re.findall(r"^make (\w+)", readme, flags=re.MULTILINE))
    assert {"demo", "test"} <= wanted
    assert all(re.search(rf"^{target}:", makefile, flags=re.MULTILINE) for target in wanted)


def test_readme_is_true(folder: Path) -> None:
    shutil.copytree(ROOT / "examples", folder / "examples")
    printed = type_all(ROOT / "README.md", folder)
    assert "millbrook" in printed.lower()


def test_pages_begin_with_their_title() -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        title, _, text = page.read_text(encoding="utf-8").partition("\n")
        assert title.startswith("# "), page
        assert len(text) > 200, page


def test_links_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"
