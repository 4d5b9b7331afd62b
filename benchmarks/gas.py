"""What a vote, a payout, a member, an industry and a trade cost in gas, beside OpenZeppelin's contracts.

    python -m benchmarks.gas                     a table
    python -m benchmarks.gas --json              one document
    python -m benchmarks.gas --network embedded  on another kind of chain; the numbers are the same
    python -m benchmarks.gas --snapshot          write tests/contracts/gas.snapshot.json anew

Ours and theirs are deployed in the same run, on a fresh chain under Shanghai's rules. Gas is exact: it is the same on
every machine.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.ours import Ours
from benchmarks.peers import VERSION, Peers
from benchmarks.rows import Row, rows
from benchmarks.setting import open_chain, preferred_kind, proposal_text
from benchmarks.table import Cell, Report, Table
from scripts.toolchain.compiler import MAX_RUNTIME_BYTES, solc_version
from tests.support.chain import artifact

SNAPSHOT = Path(__file__).resolve().parents[1] / "tests" / "contracts" / "gas.snapshot.json"

_COLUMNS = ("", "ours", f"OpenZeppelin {VERSION}", "at most", "met")


def measure(kind: str) -> tuple[Ours, Peers]:
    """Run everything on a fresh chain of a kind: embedded, anvil or ganache."""
    with open_chain(kind) as chain:
        return Ours(chain).measure(), Peers(chain).measure()


def report(kind: str, ours: Ours, peers: Peers) -> Report:
    """The table and the document of a run."""
    found = rows(ours.steps, peers.steps)
    deployments = {name: _deployment(name, gas) for name, gas in {**peers.deployments, **ours.deployments}.items()}
    text = len(proposal_text(1).encode())
    document = {
        "network": kind,
        "rules": "shanghai",
        "solc": solc_version(),
        "openzeppelin": VERSION,
        "proposal_text_bytes": text,
        "targets_met": all(row.met is not False for row in found),
        "rows": [row.document() for row in found],
        "deployments": deployments,
        "steps": ours.steps,
        "peer_steps": peers.steps,
    }
    notes = (
        f"Whole receipts unless a row says otherwise. Proposals have a text of {text} bytes.",
        "Their payout delivers when it is executed; ours is withdrawn by the payee.",
        "Inner gas is what the trade post used up, before refunds (benchmarks/README.md says how it is told).",
    )
    return Report(document, [_prices(found), _sizes(deployments)], notes)


def write_snapshot(steps: Mapping[str, int]) -> list[str]:
    """Write the snapshot anew; a line for each step that changed."""
    before = read_snapshot() if SNAPSHOT.exists() else {}
    SNAPSHOT.write_text(json.dumps(steps, indent=1) + "\n", encoding="utf-8")
    return differences(before, steps)


def read_snapshot() -> dict[str, int]:
    """Gas of every step by name, as it was committed."""
    steps: dict[str, int] = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    return steps


def differences(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    """A line for each step whose gas is not what it was, or that is new or gone."""
    lines = []
    for step in dict.fromkeys([*before, *after]):
        was, now = before.get(step), after.get(step)
        if was is None or now is None:
            lines.append(f"{step}: {'new' if was is None else 'gone'}")
        elif was != now:
            lines.append(f"{step}: {was:,} -> {now:,} ({now - was:+,})")
    return lines


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gas", description="Gas, beside OpenZeppelin's.")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--network", choices=("anvil", "ganache", "embedded"), default=preferred_kind())
    parser.add_argument("--snapshot", action="store_true", help="write the committed snapshot anew, without the peers")
    options = parser.parse_args(arguments)
    if options.snapshot:
        with open_chain(options.network) as chain:
            changed = write_snapshot(Ours(chain).measure().steps)
        print("\n".join(changed) or "Nothing changed.")
        return 0
    report(options.network, *measure(options.network)).show(as_json=options.json)
    return 0


def _prices(found: list[Row]) -> Table:
    cells: list[tuple[Cell, ...]] = []
    for section in dict.fromkeys(row.section for row in found):
        cells.append((section,))
        cells += [(f"  {row.name}", row.ours, row.peer, row.target, row.met) for row in found if row.section == section]
    return Table("Gas", _COLUMNS, cells)


def _deployment(name: str, gas: int) -> dict[str, int]:
    return {"gas": gas, "runtime_bytes": (len(artifact(name).runtime_bytecode) - 2) // 2}


def _sizes(deployments: Mapping[str, Mapping[str, int]]) -> Table:
    cells = [(name, found["gas"], found["runtime_bytes"]) for name, found in deployments.items()]
    title = f"Deployment of each contract alone; ours may have {MAX_RUNTIME_BYTES:,} bytes of runtime code"
    return Table(title, ("", "gas", "bytes"), cells)


if __name__ == "__main__":
    sys.exit(main())
