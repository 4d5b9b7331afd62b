"""What a feed tells is what happened: once, whole, and taken back where the chain takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.client.acting import Actors
from tests.support.chain import rollback
from tests.support.indexing import Between, index, through
from tests.support.world import World
from zonedao.actions import Action
from zonedao.chain.connection import Connection
from zonedao.chain.contract import fetch_logs
from zonedao.chain.events import Event, decode_logs
from zonedao.chain.interface import shipped
from zonedao.chain.moments import first_block_at
from zonedao.client import Client
from zonedao.errors import NodeUnreachable, WrongChain
from zonedao.explain.concerning import Concerned
from zonedao.index.events import events_above
from zonedao.index.feed import Feed, News, following
from zonedao.index.reading import Index
from zonedao.index.schema import INTERFACES
from zonedao.index.store import writing


def names(news: News) -> list[str]:
    return [told.event.name for told in news.told]


def ended(news: News) -> list[str]:
    return [told.event.name for told in news.taken_back]


@pytest.fixture(params=["an index", "no index"])
def feed(request: pytest.FixtureRequest, world: World, path: Path) -> Any:
    """A feed from now on, of a zone with and without an index."""
    if request.param == "an index":
        index(world.chain, path, world.zone.address)
    with following(world.chain, path, world.zone.address, first_block=0) as found:
        assert found.look() == News(block=world.chain.block_number())
        yield found
    assert path.exists() == (request.param == "an index")


def test_events_are_those_of_the_node(world: World, path: Path) -> None:
    index(world.chain, path, world.zone.address)
    with Index.open(path) as kept:
        told = events_above(kept, -1)
        later = events_above(kept, told[9].event.block_number)
        sources = kept.sources()
    expected: list[Event] = []
    for source in sources:
        for interface in INTERFACES[source.kind]:
            logs = fetch_logs(world.chain, [source.address], [], source.since)
            expected += [replace(event, data=b"") for event in decode_logs(logs, shipped(interface))]
    assert [each.event for each in told] == sorted(expected, key=lambda event: (event.block_number, event.log_index))
    assert later == [each for each in told if each.event.block_number > told[9].event.block_number]
    for each in (told[0], told[-1]):
        block = world.chain.block(each.event.block_number)
        assert (each.at, each.event.block_hash) == (block.timestamp, block.hash)
    assert first_block_at(world.chain, told[-1].at) == told[-1].event.block_number


def test_what_is_new_is_told_once(world: World, actors: Actors, feed: Feed) -> None:
    actors.zone().propose_pay(actors.people[1].address, 1, title="News").transact()
    assert names(feed.look()) == ["ProposalCreated", "ProposalNumbered"]
    assert feed.look() == News(block=world.chain.block_number())
    # A body that is founded meanwhile is heard from its first block on.
    world.new_industry(world.food, "Mill", actors.people[:2])
    assert {"IndustryCreated", "BodyInitialized"} <= set(names(feed.look()))
    mill = actors.body("mill")
    mill.propose_pay(actors.people[1].address, 1, title="Its first").transact()
    assert {told.event.address for told in feed.look().told} == {mill.address}


def sent(chain: Connection, action: Action[Any]) -> str:
    """Send a transaction that may be sent again to another chain."""
    raw = action.client.sender.sign(action.prepare()).raw
    chain.request("eth_sendRawTransaction", raw)
    return raw


def test_what_the_chain_takes_back(world: World, actors: Actors, feed: Feed) -> None:
    """A proposal and a deposit are replaced by another proposal and the same deposit."""
    chain, zone = world.chain, actors.zone()
    zone.propose_pay(actors.people[1].address, 1, title="Stays").transact()
    assert names(feed.look()) == ["ProposalCreated", "ProposalNumbered"]
    with rollback(chain):
        zone.propose_pay(actors.people[1].address, 2, title="Goes").transact()
        deposit = sent(chain, zone.treasury.deposit(5))
        chain.mine(2)
        second = feed.look()
        assert names(second) == ["ProposalCreated", "ProposalNumbered", "Deposited"]
    chain.mine(5)
    zone.propose_pay(actors.people[1].address, 3, title="Comes").transact()
    chain.request("eth_sendRawTransaction", deposit)
    third = feed.look()
    assert third.taken_back == second.told[:2]
    assert names(third) == ["ProposalCreated", "ProposalNumbered"]
    with rollback(chain):
        chain.mine(3)
        assert feed.look() == News(block=chain.block_number())
    chain.mine()
    # Blocks in which nothing happened are nobody's news.
    assert feed.look() == News(block=chain.block_number())


def test_from_a_block_on_and_what_was_before_it(world: World, actors: Actors, path: Path) -> None:
    chain, zone = world.chain, actors.zone()
    zone.treasury.deposit(1).transact()
    with rollback(chain):
        zone.treasury.deposit(2).transact()
        since = chain.block_number() + 1
        zone.treasury.deposit(3).transact()
        with following(chain, path, zone.address, first_block=0, since=since) as feed:
            assert [told.event.args["amount"] for told in feed.look().told] == [3]
            snapshot = chain.snapshot()
        # Whoever begins before the zone was founded is told all of it.
        with following(chain, path, zone.address, first_block=0, since=0) as whole:
            assert len(whole.look().told) > 50
        chain.revert(snapshot)
    with following(chain, path, zone.address, first_block=0, since=since) as feed:
        feed.look()


def test_a_chain_that_began_anew(world: World, actors: Actors, path: Path) -> None:
    chain, zone = world.chain, actors.zone()
    start = chain.snapshot()
    chain.mine(80)
    with following(chain, path, zone.address, first_block=0) as feed:
        feed.look()
        zone.treasury.deposit(7).transact()
        assert names(feed.look()) == ["Deposited"]
        chain.revert(start)
        # All that it is told of stands on no block any more, and the chain is shorter than it was at the beginning.
        found = feed.look()
        assert ended(found) == ["Deposited"]
        assert "BodyInitialized" in names(found)
        zone.treasury.deposit(8).transact()
        assert names(feed.look()) == ["Deposited"]


def test_nothing_is_lost_where_the_node_fails(world: World, actors: Actors, path: Path) -> None:
    chain, between = world.chain, Between(world.chain)
    connection = through(chain, between)
    failing = 0
    answers = 0

    def after(method: str, params: Sequence[Any], answer: Any) -> Any:
        nonlocal answers
        answers += 1
        if answers == failing:
            raise NodeUnreachable("No node answers. Start one.")
        return answer

    with following(connection, path, world.zone.address, first_block=0) as feed:
        feed.look()
        between.after = after
        actors.zone().treasury.deposit(1).transact()
        found: News | None = None
        while found is None:
            failing, answers = failing + 1, 0
            try:
                found = feed.look()
            except NodeUnreachable:
                assert failing < 50
        assert failing > 5
        assert names(found) == ["Deposited"]
        between.after = lambda method, params, answer: hex(99) if method == "eth_chainId" else answer
        chain.mine()
        with pytest.raises(WrongChain, match="serves chain 99 now"):
            feed.look()


def test_an_index_that_another_process_writes(world: World, actors: Actors, path: Path) -> None:
    chain, zone = world.chain, world.zone.address
    index(chain, path, zone)
    with following(chain, path, zone, first_block=0) as feed:
        feed.look()
        height = chain.block_number()
        actors.zone().treasury.deposit(1).transact()
        with writing(path):
            assert feed.look() == News(block=height)
        assert names(feed.look()) == ["Deposited"]
        # What it has read is told, whoever read it.
        actors.zone().treasury.deposit(2).transact()
        index(chain, path, zone)
        with writing(path):
            assert names(feed.look()) == ["Deposited"]
        # One that it reads anew is not taken for a chain that lost its blocks.
        path.unlink()
        from zonedao.index.syncing import sync

        sync(chain, path, zone, last_block=5)
        with writing(path):
            actors.zone().treasury.deposit(3).transact()
            assert feed.look() == News(block=height + 2)
        assert [told.event.args["amount"] for told in feed.look().told] == [3]


def test_what_others_do_in_modules_that_zones_share(world: World, actors: Actors, path: Path) -> None:
    index(world.chain, path, world.zone.address)
    zone = Client(world.chain).zone(world.zone.address)
    concerned = Concerned(zone)
    with Index.open(path) as kept:
        told = [each.event for each in events_above(kept, -1)]
    found = {branch.path for branch in map(concerned.by, told) if branch is not None}
    assert found == {"elmcourt", "elmcourt/food", "elmcourt/food/bakery"}
    deposited = next(each for each in told if each.name == "Deposited")
    assert concerned.by(deposited) == zone.branch(zone.address)
    elsewhere = replace(deposited, address="0x" + "11" * 20)
    assert concerned.by(elsewhere) == zone.branch(zone.address)
    assert concerned.by(replace(elsewhere, args={**deposited.args, "body": "0x" + "22" * 20})) is None
