"""What reading from an index costs: CPU time of commands with 10,000 proposals and 100,000 votes in it.

    python -m benchmarks.listing               a table
    python -m benchmarks.listing --json        one document

The rows are made here, as the events of a real zone would make them, and go into the index the way those do. No node
runs: whoever would ask one fails.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.startup import CLICK, HELP, Command, Cost, measure_in
from benchmarks.table import Report, Table
from zonedao.addressbook import AddressBook, ZoneEntry
from zonedao.chain.accounts import KeyStore
from zonedao.chain.interface import shipped
from zonedao.chain.signers import dev_account, dev_key
from zonedao.governance.calls import TREASURY_ROLE
from zonedao.governance.laws import ProposalClass
from zonedao.index.reading import Position, Source
from zonedao.index.store import BlockRow, Step, Writer

PROPOSALS, VOTES = 10_000, 100_000
RUNS = 9
MOST_CPU_MS = 150.0

_CHAIN_ID, _ROOT, _FACTORY, _REGISTRY, _TREASURY = 777, *(f"0x{digit * 40}" for digit in "1234")
_PERSONS, _MEMBER = 100, dev_account(0)  # who asks is person 1
_COIN = "0x" + "00" * 20
_BLOCK_SECONDS = 720  # so that of all proposals the last 240 can still be voted on
_LAW = {
    "seasoning": 0, "votingDelay": 3600, "votingPeriod": 172_800, "executionDelay": 3600, "grace": 259_200,
    "quorumPpm": 200_000, "thresholdPpm": 500_000, "sponsors": 0,
}  # fmt: skip


def write_index(path: Path, proposals: int, votes: int) -> None:
    """An index of one zone, whose proposals were made one a block until now, the votes cast in the blocks after."""
    began = int(time.time()) - (proposals + 1) * _BLOCK_SECONDS
    rows: dict[str, list[list[Any]]] = {}

    def tell(table: str, block: int, *columns: Any, source: int = 1) -> None:
        told = rows.setdefault(table, [])
        told.append([block, len(counts.setdefault(block, [])), block.to_bytes(32, "big"), source, *columns])
        counts[block].append(table)

    counts: dict[int, list[str]] = {}
    for class_ in ProposalClass:
        tell("body_law_set", 1, int(class_), json.dumps(_LAW))
    tell("body_cap_set", 1, 1, _COIN, f"{10**24:078d}")
    tell("body_module_set", 1, TREASURY_ROLE, _TREASURY)
    held = f"{10**24:078d}"
    tell("treasury_deposited", 1, _ROOT, 1, bytes(32), _COIN, _key(1), held, bytes(32), source=4)
    tell("body_body_initialized", 1, _COIN, _REGISTRY, "Big", bytes(32))
    for person in range(1, _PERSONS + 1):
        tell("registry_person_admitted", 1, person, _key(person), source=3)
        tell("body_member_admitted", 1, person)
    pay = shipped("ITreasury").function("pay").encode([_COIN, _key(1), 10**18, bytes(32), bytes(32)])
    each = votes // proposals
    for number in range(1, proposals + 1):
        block, made = number + 1, began + (number + 1) * _BLOCK_SECONDS
        identity = f"{(1 << 255) + number * 7919:078d}"
        opens, closes = made + _LAW["votingDelay"], made + _LAW["votingDelay"] + _LAW["votingPeriod"]
        proposer = _key(1 + number % _PERSONS)
        text = f"# Payment {number} for timber\n\nAs the circle agreed in May.\n\n#proposer={proposer}"
        calls = json.dumps([_TREASURY]), "[0]", '[""]', json.dumps(["0x" + pay.hex()])
        tell("body_proposal_numbered", block, number, identity, 2, 100)
        tell("body_proposal_created", block, identity, proposer, *calls, opens, closes, text)
        for voter in range(each):
            tell(
                "body_vote_cast",
                block + 1,
                _key(1 + (number + voter) % _PERSONS),
                identity,
                0 if voter % 4 == 0 else 1,
                1,
                "",
            )
        if number % 2:
            tell("body_proposal_queued", block + 2, identity, closes + 1 + _LAW["executionDelay"])
            tell("treasury_reserved", block + 2, _ROOT, number, _COIN, 10**18, _ROOT, source=4)
            tell("body_proposal_executed", block + 3, identity)
            paid = (_ROOT, 1 + number, number, _COIN, _key(1 + number % _PERSONS), 10**18, _ROOT, bytes(32), bytes(32))
            tell("treasury_paid", block + 3, *paid, source=4)
    blocks = {
        number: BlockRow("0x" + number.to_bytes(32, "big").hex(), began + number * _BLOCK_SECONDS, len(told))
        for number, told in counts.items()
    }
    last = max(blocks)
    with Writer.create(path, _CHAIN_ID, _ROOT, 1) as store:
        kinds = {"body": _ROOT, "factory": _FACTORY, "registry": _REGISTRY, "treasury": _TREASURY}
        store.begin([Source(number, kinds[kind], kind, 1, None) for number, kind in enumerate(kinds, 1)])
        store.learn([(_TREASURY, "epochStart", str(began)), (_TREASURY, "epochSeconds", str(30 * 86_400))])
        store.add(Step(Position(last, blocks[last].hash, blocks[last].time), rows, blocks, []), None)


def _key(person: int) -> str:
    return _MEMBER.address.lower() if person == 1 else f"0x{person * 0x9E3779B97F4A7C15F39CC0605CEDC834 % 2**160:040x}"


def commands(proposals: int) -> list[Command]:
    """What is measured in a zone of so many proposals."""
    python = sys.executable
    zonedao = (python, "-m", "zonedao")
    return [
        Command(CLICK, (python, "-c", "import click")),
        Command(HELP, (*zonedao, "--help")),
        Command("zonedao proposal list", (*zonedao, "proposal", "list")),
        Command("zonedao proposal list --open", (*zonedao, "proposal", "list", "--open")),
        Command("zonedao proposal list --json", (*zonedao, "proposal", "list", "--json")),
        Command("zonedao proposal show, the first", (*zonedao, "proposal", "show", "1")),
        Command("zonedao proposal show, the newest", (*zonedao, "proposal", "show", str(proposals))),
        Command("zonedao treasury", (*zonedao, "treasury")),
        Command("zonedao todo", (*zonedao, "todo")),
        Command("zonedao body show", (*zonedao, "body", "show")),
        Command("zonedao member show", (*zonedao, "member", "show", "1")),
        Command("zonedao whoami", (*zonedao, "whoami")),
    ]


def measure(runs: int, proposals: int, votes: int) -> list[Cost]:
    """The costs of all commands, in the home of a user who knows that zone only."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "zonedao"
        entry = ZoneEntry("big", _CHAIN_ID, _ROOT, 1, "0x" + "00" * 32, "http://127.0.0.1:1")
        AddressBook(home / "addressbook.toml").add_zone(entry)
        KeyStore(home / "keys").import_raw("member", dev_key(0).hex(), "none", work_factor=2)
        write_index(home / "index" / f"{_CHAIN_ID}-{_ROOT}.sqlite", proposals, votes)
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("ZONEDAO_", "PYTHON"))}
        return measure_in({**clean, "HOME": folder, "ZONEDAO_HOME": str(home)}, commands(proposals), runs)


def report(costs: list[Cost], proposals: int, votes: int) -> Report:
    """The table and the document of a run."""
    reading = [cost for cost in costs if cost.name.startswith("zonedao proposal")]
    met = all(cost.median_ms <= MOST_CPU_MS for cost in reading)
    document = {
        "proposals": proposals,
        "votes": votes,
        "runs": len(costs[0].runs_ms),
        "commands": [
            {"name": cost.name, "cpu_ms": round(cost.median_ms, 1), "least_cpu_ms": round(min(cost.runs_ms), 1)}
            for cost in costs
        ],
        "cpu_ms_at_most": MOST_CPU_MS,
        "targets_met": met,
    }
    rows = [(cost.name, round(cost.median_ms), round(min(cost.runs_ms))) for cost in costs]
    title = f"Reading from an index of {proposals:,} proposals and {votes:,} votes, median of {len(costs[0].runs_ms)}"
    note = f"Listing and showing proposals may cost {MOST_CPU_MS:.0f} ms of CPU: {'met' if met else 'NOT MET'}."
    return Report(document, [Table(title, ("", "CPU ms", "least"), rows)], [note])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.listing", description="CPU time of reading an index.")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--runs", type=int, default=RUNS, metavar="N", help="runs of each command")
    parser.add_argument("--proposals", type=int, default=PROPOSALS)
    parser.add_argument("--votes", type=int, default=VOTES)
    options = parser.parse_args(arguments)
    costs = measure(options.runs, options.proposals, options.votes)
    report(costs, options.proposals, options.votes).show(as_json=options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
