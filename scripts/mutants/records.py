"""What is kept of a mutation check: verdicts that outlive the run, and the guards somebody has explained."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.mutants.guards import Guard
from scripts.mutants.tree import Broken

EXPLAINED = "scripts/mutants/explained.toml"

NOTICED, UNNOTICED, UNCOMPILABLE = "noticed", "unnoticed", "does not compile"


@dataclass(frozen=True)
class Result:
    """What came of deleting one guard. `by` is the test that noticed.

    `code` and `tests` are hashes of what the result is true of.
    """

    outcome: str
    by: str
    code: str
    tests: str
    seconds: float


class State:
    """Results in a file, written whole after every one, so that a run can end at any moment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.results: dict[str, Result] = {}
        self.sound: set[str] = set()
        if path.exists():
            try:
                kept = json.loads(path.read_text(encoding="utf-8"))
                self.results = {name: Result(**each) for name, each in kept["results"].items()}
                self.sound = set(kept["sound"])
            except (ValueError, KeyError, TypeError, AttributeError):
                raise Broken(
                    f"{path} is not the state of a mutation check. Remove it, or name another: --state."
                ) from None

    def write(self) -> None:
        """Write it, all or nothing."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        document = {
            "results": {name: asdict(each) for name, each in sorted(self.results.items())},
            "sound": sorted(self.sound),
        }
        beside = self.path.with_name(self.path.name + ".new")
        beside.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        os.replace(beside, self.path)


def key(guard: Guard) -> str:
    """The name of a guard among those of all files."""
    return f"{guard.file} {guard.name}"


def read_explained(root: Path) -> Mapping[str, str]:
    """Reason by key of a guard. Raises Broken for an entry without a file, a guard or a reason."""
    path = root / EXPLAINED
    if not path.exists():
        return {}
    found: dict[str, str] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("explained", []):
        if set(entry) != {"file", "guard", "reason"} or not all(str(value).strip() for value in entry.values()):
            raise Broken(f"An entry of {EXPLAINED} needs file, guard and reason, and nothing else: {entry}.")
        found[f"{entry['file']} {entry['guard']}"] = entry["reason"]
    return found
