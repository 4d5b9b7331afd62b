"""The audit agrees with a life of every kind of event, and sees every event that is missing or changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.client.acting import Actors
from tests.client.living import live
from tests.support.chain import rollback
from tests.support.elmcourt import ROOT
from tests.support.indexing import index, kept, told
from tests.support.market import Market
from tests.support.todos import todo_of
from zonedao import artifacts
from zonedao.addressbook import AddressBook
from zonedao.audit import AuditReport, audit, locate
from zonedao.chain.abi import encode, tuple_of
from zonedao.chain.connection import Connection
from zonedao.chain.contract import fetch_logs
from zonedao.chain.events import Event, _all_shipped, decode_logs
from zonedao.chain.interface import shipped
from zonedao.chain.rpc import Request, Transport, one_by_one
from zonedao.client import Client
from zonedao.errors import AuditFailed, NodeRefused
from zonedao.explain.events import tellings
from zonedao.export.books import Books
from zonedao.export.jsonlines import text_of
from zonedao.export.verifying import verify_text
from zonedao.index.bodies import tree
from zonedao.index.members import keys, members
from zonedao.index.proposals import FINAL, BodyProposals
from zonedao.index.reading import Index

Log = dict[str, Any]
Logs = list[Log]
Place = tuple[str, str]


class Reader:
    """Reads logs once, and hands out a changed copy of them."""

    def __init__(self) -> None:
        self.change: tuple[Place, Callable[[Log], Log | None]] | None = None
        self._read: dict[str, Logs] = {}

    def __call__(self, connection: Connection, addresses: list[str], topics: list[Any], first: int, last: int) -> Logs:
        key = repr((addresses, topics, first, last))
        if key not in self._read:
            self._read[key] = fetch_logs(connection, addresses, topics, first, last)
        return [log for each in self._read[key] if (log := self._changed(each)) is not None]

    def _changed(self, log: Log) -> Log | None:
        if self.change is None or (log["transactionHash"], log["logIndex"]) != self.change[0]:
            return log
        return self.change[1](log)


@pytest.fixture(scope="module")
def lived(market_grounds: Market, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Actors, Actors]]:
    """Two zones after a whole life."""
    with rollback(market_grounds.chain):
        yield live(market_grounds.again(), AddressBook(tmp_path_factory.mktemp("book") / "addressbook.toml"))


@pytest.fixture(scope="module")
def reader() -> Reader:
    """Reads logs, changed where a test wants it."""
    return Reader()


def run(actors: Actors, reader: Reader) -> AuditReport:
    return audit(actors.chain, actors.address, read_logs=reader)


def _note(heard: list[tuple[float, int]], share: float, received: int) -> None:
    heard.append((share, received))


def test_everything_agrees(lived: tuple[Actors, Actors]) -> None:
    for actors in lived:
        heard: list[tuple[float, int]] = []
        report = actors.zone().audit(partial(_note, heard))
        assert report.ok, report.first_difference
        report.require_ok()
        # Not to the very end: these zones list neither elections nor wishes.
        assert (heard[0][0], heard[-1][0]) == (0, 21 / 23)
        assert heard == sorted(heard)
        assert len(heard) > 100


def test_what_waits_is_the_same_from_an_index(lived: tuple[Actors, Actors]) -> None:
    """All that happened behind it, and what is left of it for those in whom most of it ended."""
    for actors in lived:
        told = {each.kind for who in actors.people[:2] for each in todo_of(actors.zone(who))}
        assert "collect" in told


# Verifiers and personhood modules keep books of their own, which an audit of a zone does not read.
UNREAD = {
    *("KeysEnrolled", "KeysCompacted", "AttesterSet", "VouchingOpened", "Vouched", "VouchingReady"),
    *("VouchingChallenged", "VouchingContested", "VouchersCleared", "VouchingFulfilled"),
}
# Those of elections and wishes are in test_audit_elections, those of active members in test_activity.
_ELSEWHERE = ("IWholeElections", "IWishes", "IActivity")
OF_OTHERS = UNREAD | {event.name for name in _ELSEWHERE for event in shipped(name).events.values()}


def test_an_index_holds_everything_that_happened(lived: tuple[Actors, Actors], tmp_path: Path) -> None:
    for number, actors in enumerate(lived):
        path = tmp_path / f"{number}.sqlite"
        assert index(actors.chain, path, actors.address).events == sum(map(len, told(actors.chain, path).values()))
        assert kept(path) == told(actors.chain, path)
        ask = actors.zone().client.bind
        with Index.open(path) as found:
            query = 'SELECT address, proposal_id, against, "for", abstain FROM tallies JOIN sources ON id = source'
            counted = found.database.execute(query).fetchall()
        for body, proposal, *votes in counted:
            assert tuple(ask("IWholeBody", body).call("proposalVotes", int(proposal))) == tuple(votes)
        assert indexed_proposals(actors, path) > 3
    # Both zones trade at one post, and each index has all of it.
    assert len(kept(tmp_path / "0.sqlite")["post_commitment_made"]) > 1


def indexed_proposals(actors: Actors, path: Path) -> int:
    """How many proposals an index knows, all of which stand as the contracts say, under bodies at the same places."""
    zone = actors.zone()
    now, count = zone.client.now(), 0
    with Index.open(path) as found:
        assert [(branch.address, branch.path, branch.parent) for branch in tree(found).values()] == [
            (branch.address.lower(), branch.path, branch.parent.lower() if branch.parent else None)
            for branch in zone.tree().values()
        ]
        for body in zone.bodies():
            kept_here = list(BodyProposals(found, body.address.lower(), now).newest())
            asked = [(each, each.status()) for each in reversed(body.proposals())]
            for (one, status), (other, expected) in zip(kept_here, asked, strict=True):
                assert status == expected, (body.path, other.number)
                for field in (
                    "number",
                    "id",
                    "title",
                    "text",
                    "classes",
                    "electorate",
                    "opens_at",
                    "closes_at",
                    "extended",
                ):
                    assert getattr(one, field) == getattr(other, field)
                assert one.proposer == other.proposer.lower()
            by_key = keys(found)
            told = [(person, by_key[person]) for person in members(found, body.address.lower())]
            assert told == [(each.index, each.key.lower()) for each in body.members()], body.path
            assert len(told) == body.headcount()
            assert BodyProposals(found, body.address.lower(), now).count() == body.proposal_count()
            assert BodyProposals(found, body.address.lower(), now).dissolved_at == body.dissolution().dissolved_at
            still = [each.number for each, status in asked if status.state not in FINAL]
            assert [each.number for each, _ in BodyProposals(found, body.address.lower(), now).newest(True)] == still
            count += len(asked)
    return count


def test_every_event_of_ours_happened(lived: tuple[Actors, Actors]) -> None:
    """The life is complete, so that the tests below are about every event."""
    happened = {event.name for event in decode_logs(fetch_logs(lived[0].chain, [], []))}
    assert set(tellings()) - happened <= OF_OTHERS


# --- tampering ---

# What nobody but the event itself remembers: papers, reasons, who brought or counted something.
UNREMEMBERED = {
    "Deposited": {"origin", "from", "evidence"},
    "Paid": {"line", "evidence", "proposal"},
    "Escrowed": {"post", "tradeKey", "line", "evidence", "proposal"},
    "Allowed": {"body", "proposal", "line", "evidence"},
    "VoteCast": {"reason"},
    "ProposalCreated": {"proposer", "signatures"},
    "BodyFounded": {"name", "proposal"},
    "BodyInitialized": {"charterHash"},
    "IndustryCreated": {"planHash"},
    "StockReported": {"keeper", "evidence"},
    "Delivered": {"keeper", "evidence"},
    "Shipped": {"keeper"},
    "Attested": {"keeper"},
    "ZoneCreated": {"zone", "planHash", "registry", "treasury", "stores"},
}


# What a later event overwrites, and no vote, charge or movement depended on: only the last one can be checked.
OVERWRITTEN = {
    ("Allowed", "limit"),
    ("Allowed", "source"),
    ("Allowed", "untilEpoch"),
    ("CapSet", "limit"),
    ("GoodAdded", "entitlement"),
    ("StockReported", "quantity"),
}
MOST_TRIED = 3  # of one event, evenly over the life


class Cache:
    """The same answers again: the chain stands still while it is audited over and over."""

    def __init__(self, inner: Transport) -> None:
        self.inner = inner
        self._answers: dict[str, Any] = {}

    def request(self, method: str, *params: Any) -> Any:
        key = repr((method, params))
        if key not in self._answers:
            try:
                self._answers[key] = (True, self.inner.request(method, *params))
            except NodeRefused as problem:
                self._answers[key] = (False, problem)
        answered, answer = self._answers[key]
        if answered:
            return answer
        raise answer

    def batch(self, requests: Sequence[Request]) -> list[Any]:
        """Each from memory."""
        return one_by_one(self, requests)

    def close(self) -> None:
        """Nothing: the chain is the fixture's."""


@pytest.fixture(scope="module")
def still(lived: tuple[Actors, Actors]) -> Connection:
    """The chain of `lived`, answering from memory."""
    return Connection(Cache(lived[0].chain.transport), kind="embedded", fixed_clock=True)


@dataclass(frozen=True)
class History:
    """Raw logs of everything that the audits of the two zones read, by the names of the events, and who reads each."""

    logs: dict[str, Logs]
    readers: dict[Place, list[Actors]]


@pytest.fixture(scope="module")
def history(lived: tuple[Actors, Actors], still: Connection) -> History:
    """What the two audits hear."""
    heard: dict[Place, Log] = {}
    readers: dict[Place, list[Actors]] = {}
    for actors in lived:
        own: dict[Place, Log] = {}

        def listen(connection: Connection, *where: Any, own: dict[Place, Log] = own) -> Logs:
            logs = fetch_logs(connection, *where)
            own.update({place(log): log for log in logs})
            return logs

        assert audit(still, actors.address, read_logs=listen).ok
        heard.update(own)
        for each in own:
            readers.setdefault(each, []).append(actors)
    found: dict[str, Logs] = {}
    for log in heard.values():
        found.setdefault(named(log).name, []).append(log)
    return History(found, readers)


def named(log: dict[str, Any]) -> Event:
    (event,) = decode_logs([log])
    return event


EVENTS = sorted(set(tellings()) - OF_OTHERS - {"ZoneCreated", "RootSet"})


@pytest.mark.once
@pytest.mark.parametrize("name", EVENTS)
def test_a_missing_event_is_seen(name: str, reader: Reader, still: Connection, history: History) -> None:
    for log in some(history.logs[name]):
        reader.change = (place(log), lambda _: None)
        assert not agree(history, log, reader, still), f"nobody misses {dict(named(log).args)}"


CHANGED = sorted(
    (event.name, field)
    for event in {event.name: event for _, event in _all_shipped()}.values()
    for field in event.inputs.names
    if event.name in EVENTS and field not in UNREMEMBERED.get(event.name, ())
)


@pytest.mark.once
@pytest.mark.parametrize(("name", "field"), CHANGED)
def test_a_changed_event_is_seen(name: str, field: str, reader: Reader, still: Connection, history: History) -> None:
    noticed = []
    logs = history.logs[name] if (name, field) in OVERWRITTEN else some(history.logs[name])
    for log in logs:
        forged = with_other(log, field)
        reader.change = (place(log), lambda _, forged=forged: forged)
        noticed.append(not agree(history, log, reader, still))
        if (name, field) not in OVERWRITTEN:
            assert noticed[-1], f"nobody notices another {field} in {dict(named(log).args)}"
    assert any(noticed)


def test_the_first_difference_is_named(lived: tuple[Actors, Actors], reader: Reader, history: History) -> None:
    log = history.logs["Withdrawn"][0]
    reader.change = (place(log), lambda _: None)
    report = run(lived[0], reader)
    difference = report.first_difference
    assert difference is not None
    assert difference.name == "accounts"
    entry = named(log).args["entry"]
    assert difference.detail == f"entry {entry} is missing: the next one told is {entry + 1}"
    with pytest.raises(AuditFailed, match=f"disagree about accounts: entry {entry} is missing"):
        report.require_ok()


def some(logs: Logs) -> Logs:
    """The first, the last, and some between."""
    step = max(-(-len(logs) // MOST_TRIED), 1)
    return [*logs[:-1:step], logs[-1]]


def agree(history: History, log: Log, reader: Reader, still: Connection) -> bool:
    """Whether the audits that read a log agree with the chain."""
    return all(audit(still, actors.address, read_logs=reader).ok for actors in history.readers[place(log)])


def place(log: Log) -> Place:
    return log["transactionHash"], log["logIndex"]


def with_other(log: dict[str, Any], field: str) -> dict[str, Any]:
    """The same log with another value of one field."""
    event = named(log)
    (entry,) = (
        each for each in artifacts.load(event.contract).abi if each["type"] == "event" and each["name"] == event.name
    )
    args = {**event.args, field: another(event.args[field])}
    indexed = [part for part in entry["inputs"] if part["indexed"]]
    plain = [part for part in entry["inputs"] if not part["indexed"]]
    topics = [log["topics"][0], *("0x" + encode(tuple_of([part]), [args[part["name"]]]).hex() for part in indexed)]
    data = encode(tuple_of(plain), [args[part["name"]] for part in plain]) if plain else b""
    return {**log, "topics": topics, "data": "0x" + data.hex()}


def another(value: Any) -> Any:
    """A value of the same type that differs."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return "0x" + f"{(int(value, 16) ^ 1):040x}" if value.startswith("0x") else value + "!"
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if hasattr(value, "_replace"):
        return value._replace(**{value._fields[1]: another(value[1])})
    if isinstance(value, tuple):
        return (*value[:-1], another(value[-1])) if value else (1,)
    return value ^ 1


# --- where a difference began ---


@pytest.mark.parametrize("name", ["KeepersSet", "Ordered"])
def test_the_block_and_the_transaction_of_a_missing_event_are_found(
    name: str, reader: Reader, still: Connection, history: History
) -> None:
    log = history.logs[name][len(history.logs[name]) // 2]
    reader.change = (place(log), lambda _: None)
    (actors, *_) = history.readers[place(log)]
    report = locate(still, audit(still, actors.address, read_logs=reader), read_logs=reader)
    origin = report.origin
    assert origin is not None
    assert (origin.block, origin.exact) == (int(log["blockNumber"], 16), True)
    assert origin.transactions == (log["transactionHash"],)
    assert not origin.check.ok
    with pytest.raises(AuditFailed, match=f"It begins in block {origin.block}, transaction {log['transactionHash']}: "):
        report.require_ok()


@dataclass
class Forgetful:
    """A node that keeps no states from before a block."""

    inner: Transport
    oldest: int

    def request(self, method: str, *params: Any) -> Any:
        """What the node answers."""
        of_state = method in ("eth_call", "eth_getCode", "eth_getBalance")
        if of_state and params[-1].startswith("0x") and int(params[-1], 16) < self.oldest:
            raise NodeRefused(method, -32000, "missing trie node")
        return self.inner.request(method, *params)

    def batch(self, requests: Sequence[Request]) -> list[Any]:
        """Each by itself."""
        return one_by_one(self, requests)

    def close(self) -> None:
        """Nothing: the chain is the fixture's."""


def test_a_node_without_old_states_tells_how_far_it_can(
    lived: tuple[Actors, Actors], reader: Reader, still: Connection, history: History
) -> None:
    log = history.logs["KeepersSet"][0]
    (actors, *_) = history.readers[place(log)]
    head = still.block_number()
    reader.change = (place(log), lambda _: None)
    forgetful = Connection(Forgetful(still.transport, head - 3), kind="embedded", fixed_clock=True)
    origin = locate(forgetful, audit(forgetful, actors.address, read_logs=reader), read_logs=reader).origin
    assert origin is not None
    assert (origin.block, origin.exact) == (head - 3, False)
    assert "(or earlier: this node does not keep older states)" in str(origin)


def test_nothing_is_looked_for_where_everything_agrees(lived: tuple[Actors, Actors], still: Connection) -> None:
    report = audit(still, lived[0].address)
    assert locate(still, report) is report


# --- the same life in ValueFlows words ---


COMMON_WORDS = {"@type", "@id", "zd:event", "zd:contract", "zd:block", "zd:transaction", "zd:log", "zd:entry"}


def test_the_books_of_a_life_add_up(lived: tuple[Actors, Actors], still: Connection) -> None:
    """And `docs/reference/valueflows.md` explains every word in them."""
    page = (ROOT / "docs" / "reference" / "valueflows.md").read_text(encoding="utf-8")
    words: dict[str, set[str]] = {}
    for kind, named_words in re.findall(r"^\| ([\w:]+) \| (.*?) \|", page, re.MULTILINE):
        words.setdefault(kind, set()).update(re.findall(r"`([^`]+)`", named_words))
    for actors in lived:
        zone = Client(still).zone(actors.address)
        heard: list[tuple[float, int]] = []
        books = Books(zone, progress=partial(_note, heard))
        assert heard == sorted(heard)
        assert heard[-1][0] > 0.9
        verdict = verify_text(text_of(books.lines))
        for line in books.lines:
            assert set(line) - COMMON_WORDS <= words[line["@type"]], line
        assert verdict.difference is None, str(verdict.difference)
        assert {"EconomicEvent", "EconomicResource", "Commitment", "Agreement", "Person"} <= set(verdict.counts)


MOVING = sorted(
    {"Deposited", "Reserved", "Released", "Paid", "Escrowed", "Allowed", "Recalled", "Withdrawn", "Collected", "Swept"}
    | {"GoodAdded", "StockReported", "Ordered", "Delivered", "OrderLapsed", "StockShipped"}
    | {"ListingOpened", "Funded", "FundsReclaimed", "CommitmentMade", "Fulfilled", "Refunded", "ProceedsWithdrawn"}
)


@pytest.mark.once
def test_books_without_one_event_do_not_add_up(reader: Reader, still: Connection, history: History) -> None:
    unnoticed = []
    for name in MOVING:
        log = history.logs[name][len(history.logs[name]) // 2]
        reader.change = (place(log), lambda _: None)
        verdicts = []
        for actors in history.readers[place(log)]:
            try:
                verdicts.append(verify_text(text_of(Books(Client(still).zone(actors.address), read_logs=reader).lines)))
            except AuditFailed:
                break
        else:
            if all(verdict.ok for verdict in verdicts):
                unnoticed.append(name)
    assert unnoticed == []
