"""The room's README names every file of it, once."""

from __future__ import annotations

import re
from pathlib import Path

import zonedao.ballots


def test_every_file_has_its_sentence() -> None:
    folder = Path(zonedao.ballots.__path__[0])
    named = re.findall(r"^\| `(\w+\.py)` \|", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert named == sorted(path.name for path in folder.glob("*.py") if path.name != "__init__.py")
