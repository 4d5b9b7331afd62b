"""What it costs to begin: CPU time of commands and imports, beside `brownie --help`.

    python -m benchmarks.startup               a table
    python -m benchmarks.startup --json        one document
    python -m benchmarks.startup --runs 20     more runs; the median is told

Every run is a process of its own, with an empty home folder but for the zone that `proposal list` reads from a local
node. Rounds go through all commands in turn, so that a machine that grows busy is unfair to none. CPU time is user and
system time of the process, which says more on a shared machine than the clock on the wall.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.table import Cell, Report, Table

ROOT = Path(__file__).resolve().parents[1]
RUNS = 9
MOST_HELP_RATIO = 1.5  # `zonedao --help` beside `import click`

CLICK, HELP = "python -c 'import click'", "zonedao --help"


@dataclass(frozen=True)
class Command:
    """Something that is run. `words` are its argument list."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds of each run of a command."""

    name: str
    runs_ms: tuple[float, ...]

    @property
    def median_ms(self) -> float:
        """The median run."""
        return statistics.median(self.runs_ms)


def commands() -> list[Command]:
    """What is measured: ourselves, and the peers that this environment has."""
    python = sys.executable
    zonedao = (python, "-m", "zonedao")
    found = [
        Command("python -c pass", (python, "-c", "pass")),
        Command(CLICK, (python, "-c", "import click")),
        Command("python -c 'import zonedao'", (python, "-c", "import zonedao")),
        Command(HELP, (*zonedao, "--help")),
        Command("zonedao proposal list", (*zonedao, "proposal", "list")),
    ]
    brownie = shutil.which("brownie", path=str(Path(python).parent))
    if brownie is not None:
        found.append(Command("brownie --help", (brownie, "--help")))
    return found


def measure(wanted: Sequence[Command], runs: int) -> list[Cost]:
    """Run every command `runs` times as a user of one zone."""
    with _home() as environment:
        return measure_in(environment, wanted, runs)


def measure_in(environment: dict[str, str], wanted: Sequence[Command], runs: int) -> list[Cost]:
    """Run every command `runs` times, after once for whatever it writes at its first start."""
    found: dict[str, list[float]] = {command.name: [] for command in wanted}
    for number in range(runs + 1):
        for command in wanted:
            cpu_ms = cpu_milliseconds(command.words, environment)
            if number:
                found[command.name].append(cpu_ms)
    return [Cost(name, tuple(each)) for name, each in found.items()]


def cpu_milliseconds(words: Sequence[str], environment: dict[str, str]) -> float:
    """User and system time of one run. Raises RuntimeError when it fails."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}: {said.read().decode()}")
    return (usage.ru_utime + usage.ru_stime) * 1000


def report(costs: Sequence[Cost]) -> Report:
    """The table and the document of a run."""
    by_name = {cost.name: cost for cost in costs}
    click_ms = by_name[CLICK].median_ms
    ratio = by_name[HELP].median_ms / click_ms
    rows: list[tuple[Cell, ...]] = [
        (cost.name, round(cost.median_ms), round(min(cost.runs_ms)), cost.median_ms / click_ms) for cost in costs
    ]
    document = {
        "runs": len(costs[0].runs_ms),
        "python": sys.version.split()[0],
        "commands": [
            {"name": cost.name, "cpu_ms": round(cost.median_ms, 1), "least_cpu_ms": round(min(cost.runs_ms), 1)}
            for cost in costs
        ],
        "help_to_click": round(ratio, 2),
        "help_to_click_at_most": MOST_HELP_RATIO,
        "targets_met": ratio <= MOST_HELP_RATIO,
    }
    met = "met" if ratio <= MOST_HELP_RATIO else "NOT MET"
    note = f"zonedao --help may cost {MOST_HELP_RATIO} times `import click`: it costs {ratio:.2f} times ({met})."
    columns = ("", "CPU ms", "least", "to click")
    return Report(document, [Table(f"Start-up, median of {len(costs[0].runs_ms)} runs", columns, rows)], [note])


@contextmanager
def _home() -> Iterator[dict[str, str]]:
    """The environment of a user who knows one zone on a local node, with one proposal, and nothing else."""
    from zonedao import charter
    from zonedao.addressbook import AddressBook, ZoneEntry
    from zonedao.chain.connection import connect
    from zonedao.chain.journal import Journal
    from zonedao.chain.local import LocalNode, available_kinds
    from zonedao.chain.signers import dev_account
    from zonedao.client import connect as connect_zone
    from zonedao.federation import deploy

    with (
        tempfile.TemporaryDirectory() as folder,
        LocalNode(available_kinds()[0]) as node,
        connect(node.url) as connection,
    ):
        home = Path(folder)
        plan = charter.plan(charter.load(ROOT / "examples" / "elmcourt.toml"))
        made = deploy(connection, dev_account(0), plan, journal=Journal(home / "deployer.jsonl")).zone
        book = AddressBook(home / "zonedao" / "addressbook.toml")
        book.add_zone(ZoneEntry(made.name, made.chain_id, made.root, made.deploy_block, made.charter_hash, node.url))
        zone = connect_zone(connection, made.root, dev_account(0), book=book)
        zone.propose_pay(dev_account(1).address, 10**18, title="Mend the roof").transact()
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("ZONEDAO_", "PYTHON"))}
        yield {**clean, "HOME": folder, "ZONEDAO_HOME": str(home / "zonedao")}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description="CPU time to begin.")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--runs", type=int, default=RUNS, metavar="N", help="runs of each command")
    options = parser.parse_args(arguments)
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    report(measure(commands(), options.runs)).show(as_json=options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
