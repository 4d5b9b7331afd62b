"""The whole life of a vote of ten thousand: a register, keys, ballots over HTTP, one aggregate, an executed payout.

    python -m benchmarks.ten_thousand                  10,000 persons on Anvil
    python -m benchmarks.ten_thousand --people 300     fewer
    python -m benchmarks.ten_thousand --json           one document

Nine in ten vote, most of them for. Everything is real: every person has an account and a voting key and signs, every
ballot is handed in to a relayer on this machine by HTTP and checked there, the chain verifies the aggregate.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from benchmarks.ballots import TURNOUTS
from benchmarks.crowd import Crowd, Progress, silent
from benchmarks.setting import open_chain, preferred_kind
from benchmarks.table import Report, Table
from tests.support.bodies import just_before
from tests.support.plans import ETHER
from zonedao.ballots.box import BallotBox
from zonedao.ballots.relay import Relay, post_items
from zonedao.chain.connection import Connection

_TURNOUT = TURNOUTS[1]
_TOGETHER = 128  # ballots in a request: what a village hands in at once


class Life:
    """One vote from nothing to money. `seconds` of wall time by step, `gas` by what was sent."""

    def __init__(self, chain: Connection, people: int, progress: Progress = silent) -> None:
        self.chain, self.people, self.progress = chain, people, progress
        self.seconds: dict[str, float] = {}
        self.gas: dict[str, int] = {}
        self.posted: list[tuple[str, int]] = []

    def run(self) -> Life:
        """All of it; raises RuntimeError if anything is not as it should be."""
        people, progress = self.people, self.progress
        with self._step("register and keys made, persons admitted in batches"):
            crowd = Crowd.found(self.chain, people, progress=progress)
        with self._step("voting keys enrolled in batches"):
            crowd.enrol(progress)
        crowd.zone.treasury.deposit(ETHER).transact()
        proposal = crowd.propose()
        poll = crowd.poll(proposal)
        choices = _TURNOUT.choices(people * _TURNOUT.percent // 100)
        with self._step("ballots signed"):
            ballots = crowd.sign(poll, choices, shares=True, progress=progress)
        with tempfile.TemporaryDirectory() as folder, BallotBox(Path(folder) / "box.sqlite", crowd.zone) as box:
            with self._step("ballots handed in over HTTP and checked"), Relay(box, rate=1e6, burst=10**6) as relay:
                rest, done = iter(ballots), 0
                while part := list(islice(rest, _TOGETHER)):
                    answers = post_items(relay.url, list(part))
                    if not all(answer["code"] == "accepted" for answer in answers):
                        raise RuntimeError(f"a good ballot was refused: {answers}")
                    done += len(part)
                    progress("ballots handed in", done, len(ballots))
            with self._step("counted by the chain"):
                posted = box.post(proposal.id)
        self.posted = [(each.kind, each.counted) for each in posted.transactions]
        self.gas["counting"] = sum(each.gas_used for each in posted.transactions)
        expected = tuple(sum(support == choice for _, choice in choices) for support in range(3))
        if proposal.tally != expected or posted.left:
            raise RuntimeError(f"counted {proposal.tally}, voted {expected}")
        with self._step("queued and executed"):
            just_before(self.chain, proposal.read("proposalDeadline") + 1)
            self.gas["queueing"] = proposal.queue().gas_used
            proposal.wait_until_due()
            self.gas["executing"] = proposal.execute().gas_used
        due = crowd.zone.treasury.due(crowd.voters[1].account.address).amount
        if due != 1:
            raise RuntimeError(f"the payee is owed {due}")
        self.gas["admission"], self.gas["enrolment"] = crowd.admission_gas, crowd.enrolment_gas
        self.ballots = len(ballots)
        return self

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - begun


def report(kind: str, life: Life) -> Report:
    """The table and the document of a run."""
    total = sum(life.seconds.values())
    document = {
        "network": kind,
        "people": life.people,
        "ballots": life.ballots,
        "transactions": [{"kind": how, "counted": counted} for how, counted in life.posted],
        "gas": life.gas,
        "gas_per_vote": round(life.gas["counting"] / life.ballots, 1),
        "seconds": {name: round(value, 2) for name, value in life.seconds.items()},
    }
    rows = [(name, f"{value:,.1f}") for name, value in life.seconds.items()]
    table = Table(f"A vote of {life.people:,} persons", ("", "seconds"), [*rows, ("altogether", f"{total:,.1f}")])
    words = {"aggregate": "one aggregate", "signed": "a batch"}
    ways = ", ".join(f"{counted:,} by {words[how]}" for how, counted in life.posted)
    per_vote = life.gas["counting"] / life.ballots
    return Report(document, [table], (f"{ways}: {life.gas['counting']:,} gas, {per_vote:,.0f} a vote.",))


def show(write: Callable[[str], object]) -> Progress:
    """A line that counts up, and goes to the next with the next thing."""

    def progress(what: str, done: int, of: int) -> None:
        if done == of or done % 100 == 0:
            write(f"\r{what}: {done:,} of {of:,}" + ("\n" if done == of else ""))

    return progress


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ten_thousand", description="A vote of ten thousand.")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--network", choices=("anvil", "ganache", "embedded"), default=preferred_kind())
    parser.add_argument("--people", type=int, default=10_000, help="how many persons")
    options = parser.parse_args(arguments)
    progress = show(lambda text: (sys.stderr.write(text), sys.stderr.flush())) if sys.stderr.isatty() else silent
    with open_chain(options.network) as chain:
        report(options.network, Life(chain, options.people, progress).run()).show(as_json=options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
