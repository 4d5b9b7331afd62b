"""What the documentation tells people to type does what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pages import ROOT, commands_of


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
    for number, typed in enumerate(commands_of(page)):
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
    assert "2 ETH went to you." in printed
    assert "Elmcourt has 3 ETH left, and is what its events say." in printed


def test_a_members_first_commands_are_typed_on_other_pages() -> None:
    """They need a zone, which the README has not: the tutorial and the month type each of them, whoever does it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = re.findall(r"^(zonedao [^#\n]*\S) +#", readme, flags=re.MULTILINE)
    pages = (ROOT / "docs" / "tutorial.md", ROOT / "docs" / "a-members-month.md")
    typed = [each.text for page in pages for each in commands_of(page)]
    assert "zonedao todo" in first
    for command in first:
        assert any(text.startswith(command) for text in typed), command


def test_readme_shows_the_script_that_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    script = (ROOT / "examples" / "payment.py").read_text(encoding="utf-8").split('"""\n\n', 1)[1]
    assert f"```python\n{script}```" in readme
    assert len([line for line in script.splitlines() if line]) <= 30


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
