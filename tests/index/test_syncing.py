"""However a chain is read, in whatever pieces and whatever happens meanwhile, the index is the same in the end."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.client.acting import Actors
from tests.support.chain import deploy, rollback
from tests.support.indexing import Between, fingerprint, in_one_go, index, kept, through, told
from tests.support.plans import STALE_SECONDS
from tests.support.world import PEOPLE, World
from zonedao.chain.connection import connect
from zonedao.errors import AuditFailed, CodeMissing, NodeProblem, NodeRefused, NotFound, StorageProblem, WrongState
from zonedao.governance.calls import STORES_ROLE, VERIFIER_ROLE
from zonedao.index.reading import Index, path_of
from zonedao.index.store import Writer, remove
from zonedao.index.syncing import sync
from zonedao.index.verifying import verify


def sources(path: Path) -> list[tuple[str, int, int | None]]:
    with Index.open(path) as found:
        return [(source.kind, source.since, source.found) for source in found.sources()]


def test_everything_is_read_once_however_it_is_cut(world: World, actors: Actors, path: Path) -> None:
    chain, zone = world.chain, world.zone.address
    between = Between(chain)

    def refuse(method: str, params: Sequence[Any]) -> str | None:
        if method != "eth_getLogs":
            return None
        blocks = int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) + 1
        return "too much" if blocks > 3 or len(params[0]["address"]) > 2 else None

    between.refuse = refuse
    narrow = through(chain, between)
    index(narrow, path, zone)
    events = 0
    for step in (
        lambda: world.zone.enact(world.pay(actors.people[1].address, 5)),
        lambda: world.new_industry(world.food, "Mill", actors.people[:2]),
        lambda: actors.zone(actors.people[1]).treasury.withdraw().transact(),
        lambda: chain.mine(40),
    ):
        step()
        done = index(narrow, path, zone)
        assert done.position is not None
        assert done.position.block == chain.block_number()
        events += done.events
    assert events > 10
    assert index(narrow, path, zone).events == 0
    assert kept(path) == told(chain, path)
    assert fingerprint(path) == in_one_go(chain, path, zone)
    assert verify(narrow, path, zone).fingerprint == fingerprint(path)


def test_contracts_found_are_read_from_their_birth(world: World, actors: Actors, path: Path) -> None:
    chain, zone = world.chain, world.zone.address
    index(chain, path, zone)
    verifier = deploy(chain, "Bn254Verifier")
    mill = world.new_industry(world.food, "Mill", actors.people[:2]).body
    # Made by the same factory, and none of this zone's.
    world.new_industry(world.new_zone("Riverside").body, "Mill", actors.people[:2])
    world.zone.enact(world.zone.own("setModule", VERIFIER_ROLE, verifier.address))
    index(chain, path, zone)
    with Index.open(path) as found:
        by_kind: dict[str, list[str]] = {}
        for source in found.sources():
            by_kind.setdefault(source.kind, []).append(source.address)
        assert by_kind["verifier"] == [verifier.address.lower()]
        assert by_kind["body"] == [body.address.lower() for body in (world.zone, world.food, world.bakery, mill)]
        (since,) = found.database.execute("SELECT since FROM sources WHERE kind = 'post'").fetchone()
        assert since == 0
        born = found.database.execute(
            "SELECT name FROM body_body_initialized JOIN sources ON id = source WHERE address = ?",
            (mill.address.lower(),),
        ).fetchone()
        assert born == ("Mill",)
    assert kept(path) == told(chain, path)


def test_a_vote_may_list_anything_as_stores(world: World, path: Path) -> None:
    """What answers nothing of what stores answer keeps nobody from reading on."""
    index(world.chain, path, world.zone.address)
    other = deploy(world.chain, "ChainProbe", 1)
    world.zone.enact(world.zone.own("setModule", STORES_ROLE, other.address))
    done = index(world.chain, path, world.zone.address)
    assert done.position is not None
    with Index.open(path) as found:
        assert found.position == done.position
        assert found.constant(world.stores.address.lower(), "staleSeconds") == STALE_SECONDS
        assert found.constant(other.address.lower(), "staleSeconds") is None
    assert index(world.chain, path, world.zone.address).events == 0


@pytest.mark.parametrize("depth", [1, 2, 7, 64])
def test_blocks_that_were_replaced(world: World, actors: Actors, path: Path, depth: int) -> None:
    chain, zone = world.chain, world.zone.address
    world.zone.enact(world.pay(actors.people[1].address, 5))
    index(chain, path, zone)
    before = fingerprint(path)
    height = chain.block_number()
    with rollback(chain):
        if depth == 64:
            world.new_industry(world.food, "Mill", actors.people[:2])
        while chain.block_number() < height + depth:
            chain.mine()
            if chain.block_number() % 3 == 0:
                index(chain, path, zone)
        depth = chain.block_number() - height
        index(chain, path, zone)
        assert fingerprint(path) == in_one_go(chain, path, zone) != before
    world.new_industry(world.zone, "Forge", actors.people[:3])
    done = index(chain, path, zone)
    assert done.taken_back == depth
    assert fingerprint(path) == in_one_go(chain, path, zone)
    assert ("body", done.position.block, done.position.block) in sources(path)  # type: ignore[union-attr]


def test_blocks_that_are_replaced_while_they_are_read(world: World, actors: Actors, path: Path) -> None:
    """After each answer in turn: what the old blocks told must not be kept with the new ones."""
    chain, zone = world.chain, world.zone.address
    index(chain, path, zone)
    tried, answers = 0, 1
    while answers > tried:
        tried, answers = tried + 1, 0
        with rollback(chain):
            snapshot = chain.snapshot()
            actors.zone().propose_pay(actors.people[1].address, 1, title="Of the old blocks").transact()
            chain.mine(2)

            def after(method: str, params: Sequence[Any], answer: Any, when: int = tried, back: str = snapshot) -> Any:
                nonlocal answers
                answers += 1
                if answers == when:
                    chain.revert(back)
                    chain.mine()
                    actors.zone().propose_pay(actors.people[2].address, 2, title="Of the new ones").transact()
                    chain.mine(3)
                return answer

            between = Between(chain)
            connection = through(chain, between)
            between.after = after
            one = path.with_name(f"{tried}.sqlite")
            shutil.copy(path, one)
            index(connection, one, zone)
            # Only where the chain is another than the one it stands at does it look further back.
            index(chain, one, zone)
            assert fingerprint(one) == in_one_go(chain, one, zone), tried
    assert tried > 8


def test_another_chain_with_the_same_zone(world: World, actors: Actors, path: Path) -> None:
    """A local node that was started anew: nothing that is kept stands, so all of it is taken back."""
    chain, zone = world.chain, world.zone.address
    index(chain, path, zone)
    with Writer.create(path, chain.chain_id, zone, 0) as store:
        store.database.execute("UPDATE blocks SET hash = randomblob(32)")
        store.database.execute("UPDATE position SET hash = (SELECT hash FROM blocks ORDER BY number DESC LIMIT 1)")
        store.database.execute("UPDATE body_module_set SET module = upper(module)")
    done = index(chain, path, zone)
    assert done.position is not None
    assert done.taken_back == done.position.block + 1
    assert fingerprint(path) == in_one_go(chain, path, zone)


def test_a_chain_without_the_zone(world: World, path: Path) -> None:
    with pytest.raises(CodeMissing, match="There is no contract"):
        index(world.chain, path, "0x" + "11" * 20)
    assert not path.exists()


def test_a_public_node_that_is_behind(world: World, actors: Actors, path: Path) -> None:
    chain, zone = world.chain, world.zone.address
    world.zone.enact(world.pay(actors.people[1].address, 5))
    index(chain, path, zone)
    before, height = fingerprint(path), chain.block_number() - 2

    def behind(method: str, params: Sequence[Any], answer: Any) -> Any:
        if method == "eth_getBlockByNumber" and answer is not None and int(answer["number"], 16) > height:
            return between.inner.request(method, hex(height), False) if params[0] in ("latest", "pending") else None
        return answer

    between = Between(chain)
    between.after = behind
    done = index(through(chain, between, "rpc"), path, zone)
    assert (done.behind, done.events, done.taken_back) == (True, 0, 0)
    assert fingerprint(path) == before
    # On a chain of one's own going back is meant.
    done = index(through(chain, between), path, zone)
    assert (done.behind, done.taken_back) == (False, 2)


def test_logs_of_a_node_that_is_behind_the_one_before(world: World, actors: Actors, path: Path) -> None:
    """Two nodes at one address: the second leaves out what it does not know, and must not be believed."""
    chain, zone = world.chain, world.zone.address
    world.zone.enact(world.pay(actors.people[1].address, 5))
    height = chain.block_number() - 3
    lagging = False

    def after(method: str, params: Sequence[Any], answer: Any) -> Any:
        nonlocal lagging
        if method == "eth_getLogs":
            lagging = True
            return [log for log in answer if int(log["blockNumber"], 16) <= height]
        if lagging and method == "eth_getBlockByNumber" and int(params[0], 16) > height:
            return None
        return answer

    between = Between(chain)
    between.after = after
    with pytest.raises(NodeProblem, match=r"does not have block \d+ yet"):
        index(through(chain, between), path, zone)
    index(chain, path, zone)
    assert fingerprint(path) == in_one_go(chain, path, zone)


def test_a_node_that_refuses_even_one_block(world: World, path: Path) -> None:
    between = Between(world.chain)
    between.refuse = lambda method, params: "no logs here" if method == "eth_getLogs" else None
    with pytest.raises(NodeRefused, match="no logs here"):
        index(through(world.chain, between), path, world.zone.address)
    assert len(between.asked) < 100


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_statement(world: World, actors: Actors, path: Path) -> None:
    """A process is killed before a statement to the file, each time a later one, and the next goes on from there."""
    chain, zone = world.chain, world.zone.address
    if chain.kind == "embedded":
        pytest.skip("a chain inside this process cannot be asked by another one")
    for number in range(3):
        world.zone.enact(world.pay(actors.people[number].address, 5))
    wanted = in_one_go(chain, path, zone)
    kills, statement = 0, 1
    while True:
        child = os.fork()
        if child == 0:
            _sync_and_die(chain.url, path, zone, statement)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            assert os.WEXITSTATUS(status) == 0
            break
        kills += 1
        statement = statement * 5 // 4 + 1
        if path.exists():
            with closing(sqlite3.connect(path)) as database:
                assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert kills > 10
    assert fingerprint(path) == wanted


def _sync_and_die(url: str, path: Path, zone: str, statement: int) -> None:
    """In a process of its own: sync, but die without a word before a statement to the file."""
    asked = 0

    def count(_: str) -> None:
        nonlocal asked
        asked += 1
        if asked == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    opened = sqlite3.connect

    def connect_and_count(*args: Any, **more: Any) -> sqlite3.Connection:
        database = opened(*args, **more)
        database.set_trace_callback(count)
        return database

    sqlite3.connect = connect_and_count  # type: ignore[assignment]
    try:
        with connect(url) as connection:
            index(connection, path, zone)
    except BaseException:
        os._exit(1)
    os._exit(0)


def test_two_that_do_not_wait_for_each_other(world: World, actors: Actors, path: Path) -> None:
    """Without the lock: what one has written the other does not write again."""
    chain, zone = world.chain, world.zone.address
    index(chain, path, zone)
    world.zone.enact(world.pay(actors.people[1].address, 5))
    meanwhile = False

    def after(method: str, params: Sequence[Any], answer: Any) -> Any:
        nonlocal meanwhile
        if method == "eth_getLogs" and not meanwhile:
            meanwhile = True
            sync(chain, path, zone)
        return answer

    between = Between(chain)
    between.after = after
    done = sync(through(chain, between), path, zone)
    assert meanwhile
    assert done.events == 0
    assert fingerprint(path) == in_one_go(chain, path, zone)


def test_reading_while_it_is_written(world: World, actors: Actors, path: Path) -> None:
    chain, zone = world.chain, world.zone.address
    index(chain, path, zone)
    with Index.open(path) as reader, reader.at_one_moment():
        position, events = reader.position, reader.event_count()
        world.zone.enact(world.pay(actors.people[1].address, 5))
        assert index(chain, path, zone).events > 0
        assert (reader.position, reader.event_count()) == (position, events)
    with Index.open(path) as reader:
        assert reader.position != position


# --- what is wrong with a file ---

CHANGES = {
    "DELETE FROM treasury_deposited": r"Deposited of 0x\w+ in block \d+, log \d+ \(transaction 0x\w{64}\) is missing",
    "UPDATE treasury_deposited SET amount = amount + 1": r"Deposited of .* has amount \S+, which is \S+ on the chain",
    "INSERT INTO body_checked_in VALUES (1, 0, zeroblob(32), 1, 7)": r"CheckedIn of .* in block 1, log 0 .*not on the",
    "UPDATE blocks SET time = time + 1 WHERE events > 0": r"its block \d+ has another hash, time or number of events",
    'UPDATE tallies SET "for" = 100': r"its tally of proposal 0x\w+ is not what the votes come to",
    "UPDATE sources SET since = 3 WHERE kind = 'post'": r"it has the post 0x\w+ where the chain has the post 0x\w+",
    "DELETE FROM sources WHERE kind = 'stores'": r"it has the \w+ 0x\w+ where the chain has the stores 0x\w+, told",
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_first_difference_is_named(world: World, path: Path, change: str) -> None:
    world.zone.enact(world.pay(PEOPLE[1].address, 5))
    index(world.chain, path, world.zone.address)
    with sqlite3.connect(path) as database:
        assert database.execute(change).rowcount
    with pytest.raises(AuditFailed, match=CHANGES[change]):
        verify(world.chain, path, world.zone.address)
    assert sorted(each.name for each in path.parent.iterdir() if each.is_dir()) == []


def test_what_cannot_be_verified(world: World, actors: Actors, path: Path) -> None:
    chain, zone = world.chain, world.zone.address
    with pytest.raises(NotFound, match="no index of this zone yet"):
        verify(chain, path, zone)
    with rollback(chain):
        chain.mine()
        index(chain, path, zone)
    with pytest.raises(WrongState, match="takes back what no longer stands"):
        verify(chain, path, zone)


def test_files_of_another_version_and_none_at_all(world: World, path: Path) -> None:
    chain, zone = world.chain, world.zone.address
    index(chain, path, zone)
    wanted = fingerprint(path)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE meta SET value = 'older' WHERE key = 'version'")
    with pytest.raises(NotFound, match="another version's"):
        Index.open(path)
    index(chain, path, zone)
    assert fingerprint(path) == wanted
    path.write_bytes(b"this is no database, but a page of text that somebody saved there" * 200)
    with pytest.raises(StorageProblem, match=r"not a database.*index reset"):
        index(chain, path, zone)
    assert remove(path)
    assert not remove(path)
    index(chain, path, zone)
    assert fingerprint(path) == wanted


def test_where_it_is(files: Path) -> None:
    assert path_of(5, "0x" + "AB" * 20) == files / "index" / f"5-0x{'ab' * 20}.sqlite"
