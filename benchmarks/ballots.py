"""What counting costs: every way to vote at 1, 100, 1,000 and (with --large) 10,000 ballots, beside OpenZeppelin's.

    python -m benchmarks.ballots                    a table: 1, 100 and 1,000 ballots
    python -m benchmarks.ballots --large            10,000 as well, of up to 20,000 persons: half an hour
    python -m benchmarks.ballots --ballots 100      other numbers
    python -m benchmarks.ballots --curve bls12-381  aggregates on one curve alone
    python -m benchmarks.ballots --json             one document

Signatures, keys and proofs are real; gas is whole receipts under Shanghai's rules, and under Prague's for the verifier
of BLS12-381, which is measured on Anvil and on the embedded EVM. Half of the electors vote for
three choices (55 : 35 : 10), or nine in ten with a clear majority (80 : 15 : 5), aggregates also with even thirds;
who votes is drawn once and for all.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks.crowd import Crowd
from benchmarks.peers import VERSION, Peers
from benchmarks.setting import open_chain, preferred_kind
from benchmarks.table import Report, Table
from tests.support.bodies import Person
from tests.support.chain import rollback
from tests.support.plans import ETHER
from zonedao.ballots import bn254
from zonedao.ballots.box import BallotBox
from zonedao.ballots.plan import MOST_GAS, encode_batch, plan
from zonedao.ballots.poll import Poll
from zonedao.ballots.posting import aggregate_call
from zonedao.ballots.schemes import BLS12_381, BN254, SCHEMES, Scheme
from zonedao.ballots.signing import SignedBallot
from zonedao.chain.connection import Connection
from zonedao.governance.proposals import Support

AGAINST, FOR, ABSTAIN = Support
T = TypeVar("T")


@dataclass(frozen=True)
class Turnout:
    """Which part of the electors votes, and how: shares of for, against and abstaining."""

    name: str
    percent: int
    shares: tuple[float, float, float]

    def electors(self, ballots: int) -> int:
        """The electorate in which so many ballots are this turnout."""
        return max(-(-ballots * 100 // self.percent), ballots)

    def choices(self, ballots: int) -> list[tuple[int, Support]]:
        """Who votes what: the same persons each time."""
        chance = random.Random(ballots * 100 + self.percent)
        persons = sorted(chance.sample(range(1, self.electors(ballots) + 1), ballots))
        counts = [round(ballots * share) for share in self.shares]
        supports = ([FOR] * counts[0] + [AGAINST] * counts[1] + [ABSTAIN] * ballots)[:ballots]
        chance.shuffle(supports)
        return list(zip(persons, supports, strict=True))


TURNOUTS = (
    Turnout("50 % turnout, three choices", 50, (0.55, 0.35, 0.10)),
    Turnout("90 % turnout, clear majority", 90, (0.80, 0.15, 0.05)),
)

# The mix that is dearest for an aggregate: two thirds have to be added up one by one.
THIRDS = Turnout("90 % turnout, even thirds", 90, (1 / 3, 1 / 3, 1 / 3))
_VOTERS_BESIDE = 4  # persons of the votes that are cast one by one, with the one who proposes

# Gas a vote at most, by way and number of ballots (BALLOTS.md, Targets).
TARGETS: Mapping[str, Mapping[int, int]] = {
    "direct, further": {1: 48_500},
    "direct, first of its word": {1: 66_000},
    "signed batch, a further ballot of its word": {1: 70_000},
    **{f"signed batch, {each.percent} % turnout": {1: 70_000, 100: 5_500, 1_000: 4_700} for each in TURNOUTS},
    f"aggregate, {TURNOUTS[0].name}": {100: 3_700, 1_000: 1_250, 10_000: 800},
    f"aggregate, {TURNOUTS[1].name}": {100: 3_700, 1_000: 620, 10_000: 320},
    f"aggregate, {THIRDS.name}": {10_000: 410},
}
KEY_TARGET = PERSON_TARGET = 36_000


@dataclass(frozen=True)
class Row:
    """One measurement: `gas` of all its transactions, `target` and `per_vote` in gas a vote."""

    way: str
    ballots: int
    transactions: int
    gas: int
    target: int | None

    @property
    def per_vote(self) -> float:
        return self.gas / self.ballots

    @property
    def met(self) -> bool | None:
        return None if self.target is None else self.per_vote <= self.target


class Ballots:
    """Measures on one chain, with the verifier of a scheme. `rows` and `rates` (a second of CPU, in this process) are
    what was found."""

    def __init__(self, chain: Connection, numbers: Sequence[int], scheme: Scheme = BN254) -> None:
        self.chain = chain
        self.numbers = sorted(numbers)
        self.rows: list[Row] = []
        self.rates: dict[str, float] = {}
        sizes = {turnout.electors(each) for turnout in TURNOUTS for each in self.numbers}
        if max(sizes) < _VOTERS_BESIDE:
            sizes.add(_VOTERS_BESIDE)
        self.crowds = {size: Crowd.found(chain, size, _progress, scheme) for size in sorted(sizes)}
        for crowd in self.crowds.values():
            crowd.enrol(_progress)
        self.largest = self.crowds[max(sizes)]

    def measure(self) -> Ballots:
        """Everything; each vote on its own proposal, and the chain put back after it."""
        self._direct()
        self._further()
        for turnout in TURNOUTS:
            for number in self.numbers:
                self._case(f"signed batch, {turnout.percent} % turnout", turnout, number, shares=False)
        self.aggregate("aggregate")
        self._rates()
        return self

    def aggregate(self, way: str) -> Ballots:
        """Aggregates alone; their rows begin with `way`."""
        for turnout in (*TURNOUTS, THIRDS):
            for number in self.numbers:
                if number > 1:
                    self._case(f"{way}, {turnout.name}", turnout, number, shares=True)
        return self

    def _direct(self) -> None:
        proposal = self.largest.propose()
        for kind, index in (("direct, first of its word", 2), ("direct, further", 3), ("direct, further", 4)):
            voter = Person("", index, self.largest.voters[index - 1].account)
            self.chain.fund(voter.address, ETHER)
            receipt = proposal.vote(FOR, voter)
            if index != 3:  # the second vote is the first of its choice
                self._note(kind, 1, [receipt.gas_used])

    def _further(self) -> None:
        """A batch of one where somebody of the word has voted; each other batch of one is the first of its word."""
        with rollback(self.chain):
            proposal = self.largest.propose()
            voter = Person("", 2, self.largest.voters[1].account)
            self.chain.fund(voter.address, ETHER)
            proposal.vote(FOR, voter)
            poll = self.largest.poll(proposal)
            ballots = self.largest.sign(poll, [(3, AGAINST)], shares=False)
            self._note("signed batch, a further ballot of its word", 1, [self._post(poll, ballots)])

    def _case(self, way: str, turnout: Turnout, number: int, *, shares: bool) -> None:
        with rollback(self.chain):
            crowd = self.crowds[turnout.electors(number)]
            proposal = crowd.propose()
            poll = crowd.poll(proposal)
            ballots = crowd.sign(poll, turnout.choices(number), shares=shares, progress=_progress)
            gas = [self._post(poll, part) for part in self._parts(poll, ballots)]
            tally = tuple(sum(ballot.support is support for ballot in ballots) for support in Support)
            if proposal.tally != tally:
                raise RuntimeError(f"{way} at {number}: counted {proposal.tally}, voted {tally}")
            self._note(way, number, gas)

    def _parts(self, poll: Poll, ballots: list[SignedBallot]) -> list[tuple[SignedBallot, ...]]:
        """One transaction; a signed batch too large for a block in several."""
        if ballots[0].share is not None:
            return [tuple(ballots)]
        return [parcel.ballots for parcel in plan(ballots, lambda word: len(poll.voting_keys(word)), MOST_GAS)]

    def _post(self, poll: Poll, ballots: Sequence[SignedBallot]) -> int:
        contract = poll.body.contract
        if ballots[0].share is None:
            data = contract.encode("castBallots", poll.proposal_id, encode_batch(ballots))
        else:
            data = aggregate_call(poll, ballots)
        return poll.body.client.sender.transact(contract.address, data, gas_limit=29_000_000).gas_used

    def _note(self, way: str, number: int, gas: list[int]) -> None:
        self.rows.append(Row(way, number, len(gas), sum(gas), TARGETS.get(way, {}).get(number)))

    def _rates(self) -> None:
        """Signing, checking and adding up, for the largest number of ballots up to 1,000, or the smallest there is."""
        number = max((each for each in self.numbers if each <= 1_000), default=self.numbers[0])
        crowd = self.crowds[TURNOUTS[0].electors(number)]
        poll = crowd.poll(crowd.propose())
        choices = TURNOUTS[0].choices(number)
        for index, _ in choices:
            assert crowd.voters[index - 1].key.public2  # made once a member, not once a ballot
        signed = self._timed("signed by account", number, lambda: crowd.sign(poll, choices, shares=False))
        shared = self._timed("signed by account and voting key", number, lambda: crowd.sign(poll, choices, shares=True))
        with tempfile.TemporaryDirectory() as folder:
            for name, ballots in (("checked, signature", signed), ("checked, signature and share", shared)):
                with BallotBox(Path(folder) / f"{name}.sqlite", poll.body) as box:
                    verdicts = self._timed(name, number, partial(box.collect, ballots))
                    if not all(verdict.accepted for verdict in verdicts):
                        raise RuntimeError(f"{name}: a good ballot was refused")
        self._timed("aggregated", number, lambda: aggregate_call(poll, shared))

    def _timed(self, name: str, number: int, work: Callable[[], T]) -> T:
        begun = time.perf_counter()
        result = work()
        self.rates[name] = number / (time.perf_counter() - begun)
        return result


def report(kind: str, ours: Ballots | None, peers: Peers, stronger: Ballots | None) -> Report:
    """The tables and the document of a run; `ours` measured on BN254, `stronger` on BLS12-381, one may be left out."""
    measured = {"bn254": ours, "bls12-381": stronger}
    runs = {curve: each for curve, each in measured.items() if each is not None}
    rows = [row for each in runs.values() for row in each.rows]
    crowd = next(iter(runs.values())).largest
    rates = {name: rate for each in runs.values() for name, rate in each.rates.items()}
    persons = crowd.admission_gas / crowd.admitted if crowd.admitted else None
    keys = {curve: each.largest.enrolment_gas / len(each.largest.voters) for curve, each in runs.items()}
    theirs = {name: peers.steps[f"vote, {name}"] for name in ("first", "further", "by signature")}
    document = {
        "network": kind,
        "rules": "shanghai",
        "gmpy2": bn254.FAST_INTEGERS,
        "openzeppelin": VERSION,
        "peer": theirs,
        "rows": [{**asdict(row), "per_vote": round(row.per_vote, 1), "met": row.met} for row in rows],
        "targets_met": all(row.met is not False for row in rows),
        "gas_per_key": {curve: round(gas, 1) for curve, gas in keys.items()},
        "gas_per_person": round(persons, 1) if persons is not None else None,
        "per_second": {name: round(rate) for name, rate in rates.items()},
        "keys_per_second": round(crowd.keys_per_second),
    }
    peer = {"direct, first of its word": theirs["first"], "direct, further": theirs["further"]}
    tables = [
        Table(
            "Gas a vote",
            ("", "ballots", "transactions", "gas", "a vote", f"OpenZeppelin {VERSION}", "at most", "met"),
            [
                (
                    row.way,
                    row.ballots,
                    row.transactions,
                    row.gas,
                    round(row.per_vote),
                    peer.get(row.way, theirs["by signature"]),
                    row.target,
                    row.met,
                )
                for row in rows
            ],
        ),
        Table(
            "Gas of what comes before",
            ("", "each", "at most", "met"),
            [
                *(
                    (
                        f"a voting key on {curve}, in batches",
                        round(gas),
                        KEY_TARGET if curve == "bn254" else None,
                        gas <= KEY_TARGET if curve == "bn254" and len(crowd.voters) > 200 else None,
                    )
                    for curve, gas in keys.items()
                ),
                (
                    "a person, in batches",
                    *((round(persons), PERSON_TARGET, persons <= PERSON_TARGET) if persons else (None, None, None)),
                ),
            ],
        ),
    ]
    if rates:
        listed = [(name, round(rate)) for name, rate in rates.items()]
        tables.append(Table("Ballots a second, one process", ("", "a second"), listed))
    note = "with gmpy2" if bn254.FAST_INTEGERS else "without gmpy2, which about doubles what has to do with shares"
    return Report(document, tables, (f"Measured {note}. OpenZeppelin's beside batches: castVoteBySig, relayed.",))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ballots", description="Votes, beside OpenZeppelin's.")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--network", choices=("anvil", "ganache", "embedded"), default=preferred_kind())
    parser.add_argument(
        "--ballots", type=int, nargs="+", default=[1, 100, 1_000], help="how many ballots, several times"
    )
    parser.add_argument("--large", action="store_true", help="10,000 ballots as well")
    parser.add_argument(
        "--curve", choices=("both", *SCHEMES), default="both", help="of the aggregates; both by default"
    )
    options = parser.parse_args(arguments)
    numbers = {*options.ballots, *([10_000] if options.large else [])}
    many = [number for number in sorted(numbers) if number > 1]
    if options.curve == BLS12_381.name and (options.network == "ganache" or not many):
        parser.error("bls12-381 is measured with two ballots or more, and on a chain with the rules of Prague.")
    with open_chain(options.network) as chain:
        peers = Peers(chain).measure()
    ours: Ballots | None = None
    stronger: Ballots | None = None
    if options.curve != BLS12_381.name:
        with open_chain(options.network) as chain:
            ours = Ballots(chain, sorted(numbers)).measure()
    if options.curve != BN254.name and options.network != "ganache" and many:
        with open_chain(options.network, "prague") as chain:
            stronger = Ballots(chain, many, BLS12_381).aggregate("aggregate on BLS12-381")
    report(options.network, ours, peers, stronger).show(as_json=options.json)
    return 0


def _progress(what: str, done: int, of: int) -> None:
    """On a terminal a line that moves; elsewhere a line when something is finished."""
    global _shown_at
    on_terminal = sys.stderr.isatty()
    now = time.monotonic()
    if done == of or (on_terminal and now - _shown_at > _SHOWN_EVERY_SECONDS):
        _shown_at = now
        start, end = ("\r" if on_terminal else ""), ("\n" if done == of else "")
        print(f"{start}{what}: {done:,} of {of:,}   ", end=end, file=sys.stderr, flush=True)


_SHOWN_EVERY_SECONDS = 0.2
_shown_at = 0.0


if __name__ == "__main__":
    sys.exit(main())
