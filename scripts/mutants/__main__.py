"""Which guards of the contracts could be deleted without any test noticing?

    python -m scripts.mutants                                 every guard of contracts/governance/
    python -m scripts.mutants contracts/treasury contracts/trade
    python -m scripts.mutants --only Ballots.sol --parts      one file, and each side of an || as well
    python -m scripts.mutants --list                          only say which guards there are

Each `revert`, `require`, `assert`, use of a modifier, call that can only revert, and revert in assembly is deleted in
turn from a copy of the project, the contracts it belongs to are compiled, and the tests that
scripts/mutants/selection.toml names for the file are run on the embedded chain up to the first failure. Interrupt it
whenever you like: the same command goes on.

Exits 0 if every deletion is noticed or explained in scripts/mutants/explained.toml, 1 if not, 2 if the check could not
be made, 130 if it was interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from scripts.mutants.check import Check
from scripts.mutants.guards import Guard
from scripts.mutants.records import EXPLAINED, NOTICED, UNCOMPILABLE, UNNOTICED, Result, State, key, read_explained
from scripts.mutants.tree import Broken, Sources, contract_files
from scripts.toolchain import compiler

FOLDER = "build/mutants"


def main(arguments: Sequence[str] | None = None, root: Path = compiler.ROOT) -> int:
    options = _parse(arguments)
    console = Console(stderr=True, highlight=False)
    # A run that is told to end ends as if it was interrupted: with its state written and its tests stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _check(options, root, console)
    except (Broken, compiler.CompileError) as problem:
        console.print(escape(str(problem)), style="red")
        return 2
    except KeyboardInterrupt:
        console.print("Interrupted. What was found out is kept: the same command goes on from here.")
        return 130


def _check(options: argparse.Namespace, root: Path, console: Console) -> int:
    folder = root / FOLDER
    state = State(options.state or folder / "state.json")
    if options.fresh:
        state.results.clear()
        state.sound.clear()
    sources = Sources(root)
    files = contract_files(sources.texts, options.only or options.paths)
    check = Check(root, files, state, sources, parts=options.parts)
    if options.list:
        for guard in check.guards:
            print(f"{guard.file}:{guard.line}  {guard.kind:<8}  {guard.name}")
        return 0
    explained = read_explained(root)
    waiting = check.waiting()
    try:
        if waiting:
            _run(check, waiting, folder, options.jobs, console)
    finally:
        report = _report(check, files, explained)
        target = options.json or folder / "report.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return _tell(report, console, target)


def _run(check: Check, waiting: Sequence[Guard], folder: Path, jobs: int, console: Console) -> None:
    known = len(check.guards) - len(waiting)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(TextColumn("{task.description}"), *columns, console=console, speed_estimate_period=3600) as bar:
        task = bar.add_task("guards deleted", total=len(waiting))
        if known:
            bar.console.print(f"{known} of {len(check.guards)} are known from before.")

        def told(guard: Guard, result: Result) -> None:
            style = "bold red" if result.outcome == UNNOTICED else "dim"
            said = escape(f"{result.outcome:<10} {Path(guard.file).name}:{guard.line} {guard.name}")
            bar.console.print(f"{said} ({result.seconds:.0f} s)", style=style, soft_wrap=True)
            bar.advance(task)

        check.run(waiting, folder, jobs, told)


def _report(check: Check, files: Sequence[str], explained: Mapping[str, str]) -> dict[str, Any]:
    results = check.results()
    rows = [
        {
            "file": guard.file,
            "line": guard.line,
            "kind": guard.kind,
            "guard": guard.name,
            "outcome": results[guard].outcome if guard in results else "not tried",
            "noticed_by": results[guard].by if guard in results else "",
            "reason": explained.get(key(guard), ""),
        }
        for guard in check.guards
    ]
    there = {key(guard) for guard in check.guards}
    unnoticed = {key(guard) for guard, result in results.items() if result.outcome == UNNOTICED}
    noticed = {key(guard) for guard, result in results.items() if result.outcome in (NOTICED, UNCOMPILABLE)}
    # Parts are only looked for when asked: an entry about one is not stale because nobody asked.
    gone = {name for name in explained if name.split(" ")[0] in files and " without " not in name} - there
    return {
        "guards": rows,
        "unexplained": sorted(unnoticed - explained.keys()),
        "noticed_after_all": sorted(noticed & explained.keys()),
        "explained_but_gone": sorted(gone),
        "not_tried": sum(row["outcome"] == "not tried" for row in rows),
    }


def _tell(report: Mapping[str, Any], console: Console, target: Path) -> int:
    table = Table("file", "guards", "noticed", "explained", "unnoticed", "not tried", box=None, pad_edge=False)
    rows = report["guards"]
    for file in dict.fromkeys(row["file"] for row in rows):
        of_file = [row for row in rows if row["file"] == file]
        bare = [row for row in of_file if row["outcome"] == UNNOTICED]
        counts = (
            len(of_file),
            sum(row["outcome"] in (NOTICED, UNCOMPILABLE) for row in of_file),
            sum(bool(row["reason"]) for row in bare),
            sum(not row["reason"] for row in bare),
            sum(row["outcome"] == "not tried" for row in of_file),
        )
        table.add_row(file, *map(str, counts))
    Console(highlight=False).print(table)
    problems = [
        *(f"No test notices that this is missing: {name}" for name in report["unexplained"]),
        *(f"Explained, but a test notices it: {name}" for name in report["noticed_after_all"]),
        *(f"Explained, but no longer there: {name}" for name in report["explained_but_gone"]),
    ]
    for problem in problems:
        console.print(escape(problem), style="red", soft_wrap=True)
    if problems:
        console.print(f"Write the missing tests, or correct {EXPLAINED}.")
    console.print(f"Everything is in {os.path.relpath(target)}.")
    return 1 if problems or report["not_tried"] else 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", default=["contracts/governance"], help="contract files or folders")
    parser.add_argument(
        "--only", action="append", metavar="FILE", help="only this file, such as Zone.sol; may be repeated"
    )
    parser.add_argument("--parts", action="store_true", help="also delete each side of every || in a guard's condition")
    parser.add_argument("--jobs", type=_positive, default=1, help="how many at a time, each in a copy of its own (1)")
    parser.add_argument("--state", type=Path, metavar="FILE", help=f"where results are kept ({FOLDER}/state.json)")
    parser.add_argument("--json", type=Path, metavar="FILE", help=f"where the report goes ({FOLDER}/report.json)")
    parser.add_argument("--fresh", action="store_true", help="forget what is known and try every guard")
    parser.add_argument("--list", action="store_true", help="only list the guards")
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of jobs: write 1 or more")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
