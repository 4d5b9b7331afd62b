"""How fast the events of a zone are read, and what becomes of an index that is killed or whose blocks are replaced.

    python -m benchmarks.index                    51,000 events, fifty kills, reorganisations of 1 to 64 blocks; Anvil
    python -m benchmarks.index --people 300       fewer events
    python -m benchmarks.index --json             one document

Beside us reads a plain loop of web3: for each contract, for each event that its ABI has, `contract.events.X.get_logs`
over all blocks at once, which is as fast as it gets. Both read from the same node over HTTP, in the same run; ours
also decodes into columns, looks at the chain before and after, and writes a database.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.busy import BusyZone
from benchmarks.crowd import Progress, silent
from benchmarks.setting import open_chain
from benchmarks.table import Report, Table
from benchmarks.ten_thousand import show
from zonedao.addressbook import AddressBook, ZoneEntry
from zonedao.chain.abi import checksum_address
from zonedao.chain.connection import Connection
from zonedao.chain.interface import shipped
from zonedao.index.reading import Index, path_of
from zonedao.index.schema import INTERFACES
from zonedao.index.syncing import sync

PEOPLE = 10_000
RUNS = 3
KILLS = 50
DEEPEST = 64
LEAST_TIMES = 10.0  # how many times as fast as the plain loop
_VILLAGE = 300  # people of the zone whose blocks are replaced


@dataclass(frozen=True)
class Rate:
    """Events, and wall and CPU seconds of this process for reading them."""

    events: int
    seconds: float
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """Events a second by the clock on the wall."""
        return self.events / self.seconds


@contextmanager
def measured(found: list[Rate]) -> Iterator[list[int]]:
    """Appends the rate of a block, which adds how many events it reads to the list that it is given."""
    events: list[int] = []
    begun, cpu = time.perf_counter(), time.process_time()
    yield events
    found.append(Rate(sum(events), time.perf_counter() - begun, time.process_time() - cpu))


# --- speed ---


def read_plainly(chain: Connection, sources: list[tuple[str, str]], first_block: int, progress: Progress) -> Rate:
    """The loop of web3 over contracts (kind, address) and the events of their ABIs."""
    from zonedao import artifacts

    w3, found = chain.w3, list[Rate]()
    contracts: list[Any] = [
        (w3.eth.contract(address=checksum_address(address), abi=artifacts.load(interface).abi), interface)
        for kind, address in sources
        for interface in INTERFACES[kind]
    ]
    with measured(found) as events:
        for number, (contract, interface) in enumerate(contracts, 1):
            for event in shipped(interface).events.values():
                events.append(len(contract.events[event.name].get_logs(from_block=first_block, to_block="latest")))
            progress("contracts read by web3", number, len(contracts))
    return found[0]


def read_ours(chain: Connection, zone: BusyZone, path: Path) -> Rate:
    """An index from nothing to the last block."""
    found = list[Rate]()
    with measured(found) as events:
        events.append(sync(chain, path, zone.address, first_block=zone.deploy_block).events)
    return found[0]


# --- what may happen ---


@dataclass(frozen=True)
class Kills:
    """Processes that synced and were killed: how many, how many of them in the middle, whether all ended well."""

    kills: int
    in_the_middle: int
    the_same: bool


def kill(chain: Connection, zone: BusyZone, home: Path, wanted: str, kills: int, progress: Progress) -> Kills:
    """Let `zonedao index sync` be killed at random moments and complete, again and again."""
    book = AddressBook(home / "addressbook.toml")
    book.add_zone(ZoneEntry("busy", chain.chain_id, zone.address, zone.deploy_block, "0x" + "00" * 32, chain.url))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ZONEDAO_")}
    words = (sys.executable, "-m", "zonedao", "index", "sync")
    environment = {**clean, "ZONEDAO_HOME": str(home)}
    path = home / "index" / path_of(chain.chain_id, zone.address).name
    choice = random.Random(64)
    done, middle, same = 0, 0, True
    longest = 0.0
    while done < kills:
        begun = time.perf_counter()
        process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL)
        # From when it writes on; what comes before is starting Python.
        while longest and not path.exists() and process.poll() is None:
            time.sleep(0.001)
        with suppress(subprocess.TimeoutExpired):
            process.wait(choice.uniform(0, longest) if longest else None)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
            done += 1
            with suppress(Exception), Index.open(path) as found:
                position = found.position
                middle += position is not None and position.block < chain.block_number()
            progress("kills", done, kills)
            continue
        if process.returncode:
            raise RuntimeError(f"`index sync` ended with {process.returncode}")
        longest = longest or time.perf_counter() - begun
        with Index.open(path) as found:
            same &= found.fingerprint() == wanted
        for each in path.parent.iterdir():
            each.unlink()
    subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, check=True)
    with Index.open(path) as found:
        same &= found.fingerprint() == wanted
    return Kills(done, middle, same)


@dataclass(frozen=True)
class Replaced:
    """Reorganisations of every depth up to the deepest: after how many the index was that of one go."""

    depths: int
    the_same: int


def replace(folder: Path, deepest: int, progress: Progress) -> Replaced:
    """Replace the last blocks, 1 to `deepest`, by others with other events, and sync."""
    same = 0
    with open_chain("anvil") as chain:
        zone = BusyZone(chain, _VILLAGE)
        path = folder / "replaced.sqlite"
        sync(chain, path, zone.address, first_block=zone.deploy_block)
        for depth in range(1, deepest + 1):
            snapshot = chain.snapshot()
            zone.deposit(depth, 1)
            sync(chain, path, zone.address)
            chain.revert(snapshot)
            zone.deposit(1 + depth % 3, 2)
            done = sync(chain, path, zone.address)
            fresh = folder / f"fresh-{depth}.sqlite"
            sync(chain, fresh, zone.address, first_block=zone.deploy_block)
            with Index.open(path) as one, Index.open(fresh) as other:
                same += done.taken_back == depth and one.fingerprint() == other.fingerprint()
            progress("reorganisations", depth, deepest)
    return Replaced(deepest, same)


# --- the run ---


def report(plain: Rate, ours: list[Rate], kills: Kills, replaced: Replaced, size_bytes: int) -> Report:
    """The table and the document of a run."""
    median = statistics.median(each.per_second for each in ours)
    times = median / plain.per_second
    fast = times >= LEAST_TIMES
    document = {
        "events": plain.events,
        "web3": {"events_per_second": round(plain.per_second), "cpu_seconds": round(plain.cpu_seconds, 2)},
        "ours": {
            "events_per_second": round(median),
            "runs": [round(each.per_second) for each in ours],
            "cpu_seconds": round(statistics.median(each.cpu_seconds for each in ours), 2),
        },
        "times_as_fast": round(times, 1),
        "times_as_fast_at_least": LEAST_TIMES,
        "bytes_per_event": round(size_bytes / plain.events),
        "kills": {"kills": kills.kills, "in_the_middle": kills.in_the_middle, "the_same": kills.the_same},
        "reorganisations": {"depths": replaced.depths, "the_same": replaced.the_same},
        "targets_met": fast and kills.the_same and replaced.the_same == replaced.depths,
    }
    rows = [
        ("a plain loop of web3", round(plain.per_second), plain.cpu_seconds),
        (
            f"`index sync`, median of {len(ours)}",
            round(median),
            statistics.median(each.cpu_seconds for each in ours),
        ),
    ]
    speed = f"{times:.1f} times as fast; {LEAST_TIMES:.0f} times are wanted ({'met' if fast else 'NOT MET'})."
    killed = f"Killed {kills.kills} times, {kills.in_the_middle} of them with a part written, and completed:"
    back = f"Reorganisations of 1 to {replaced.depths} blocks:"
    notes = [
        f"{speed} {size_bytes / plain.events:.0f} bytes an event on the disk.",
        f"{killed} {'the same' if kills.the_same else 'NOT THE SAME'} as in one go.",
        f"{back} {replaced.the_same} of {replaced.depths} times the same as in one go.",
    ]
    return Report(document, [Table(f"Reading {plain.events:,} events", ("", "events/s", "CPU s"), rows)], notes)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.index", description="Reading the events of a zone.")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--people", type=int, default=PEOPLE, help="three events a person, and two votes of each")
    parser.add_argument("--kills", type=int, default=KILLS, help="processes that are killed")
    parser.add_argument("--deepest", type=int, default=DEEPEST, help="of the reorganisations")
    options = parser.parse_args(arguments)
    progress = show(lambda text: (sys.stderr.write(text), sys.stderr.flush())) if sys.stderr.isatty() else silent
    with tempfile.TemporaryDirectory() as name, open_chain("anvil") as chain:
        folder = Path(name)
        zone = BusyZone(chain, options.people, progress)
        zone.vote(2 * options.people + options.people // 10)
        ours = [read_ours(chain, zone, folder / f"{number}.sqlite") for number in range(RUNS)]
        with Index.open(folder / "0.sqlite") as index:
            wanted = index.fingerprint()
            sources = [(source.kind, source.address) for source in index.sources()]
        size = (folder / "0.sqlite").stat().st_size
        plain = read_plainly(chain, sources, zone.deploy_block, progress)
        if plain.events != ours[0].events:
            raise RuntimeError(f"web3 read {plain.events} events, we read {ours[0].events}")
        killed = kill(chain, zone, folder / "home", wanted, options.kills, progress)
        replaced = replace(folder, options.deepest, progress)
    report(plain, ours, killed, replaced, size).show(as_json=options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
