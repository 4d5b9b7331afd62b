"""Each request may go wrong in any way. Whoever repeats a command until it succeeds has done it, once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import ADA, FOUNDER, GIFT, VOTE, Member, Place
from tests.support.chain import rollback
from tests.support.elmcourt import PASSWORD, ROOT
from tests.support.proxy import Exchange, Fault, answering, behind, cut, lost, malformed, reset, status
from zonedao.chain.accounts import KeyStore
from zonedao.chain.connection import Connection, connect
from zonedao.chain.local import LocalNode
from zonedao.chain.signers import dev_account, dev_key

pytestmark = pytest.mark.usefixtures("impatient")

BAD: list[Fault] = [lost, reset, cut, malformed, status(503), status(500, arrives=True)]
BAD += [
    answering({"error": {"code": code, "message": words}}, arrives=True)
    for code, words in ((-32603, "internal error"), (-32000, "nonce too low"), (-32005, "limit exceeded"))
]


def bad_luck(seed: int, often: float, more: tuple[Fault, ...] = ()) -> Fault:
    """Something goes wrong with so many of the requests about transactions, and with a few others."""
    chance = random.Random(seed)

    def fault(exchange: Exchange) -> None:
        important = exchange.method.startswith(("eth_send", "eth_getTransaction", "eth_getLogs", "batch"))
        if chance.random() < (often if important else often / 25):
            chance.choice([*BAD, *more])(exchange)
        else:
            exchange.tell(exchange.ask())

    return fault


@pytest.mark.parametrize(("seed", "indexed"), [(0, False), (1, True)])
def test_gifts(ada: Member, place: Place, seed: int, indexed: bool) -> None:
    if indexed:
        assert ada.says("index", "sync", "--in", "elmcourt").code == 0
    trouble = bad_luck(seed, 0.5, (behind(place.node.block_number()),))
    for gifts in (1, 2):
        place.proxy.on("*", trouble)
        for attempt in range(12):
            if attempt == 8:
                place.proxy.heal()
            before = place.money
            done = ada.does(*GIFT)
            assert done.code in (0, 4, 6, 9), done.err
            if "Nothing was sent" in done.err:
                assert place.money == before
            if done.code == 0:
                break
        assert (done.code, place.money) == (0, gifts), done.err
    place.proxy.heal()
    assert ada.does(*VOTE).code == 0
    assert (place.money, place.votes, ada.left_open) == (2, 1, [])
    assert place.node.nonce(ADA.address) == len(set(place.proxy.sent)) + 1
    if indexed:
        # It followed, or follows now.
        assert ada.says("index", "sync", "--in", "elmcourt").code == 0
        assert ada.says("index", "verify", "--in", "elmcourt").code == 0


def test_an_index(ada: Member, place: Place) -> None:
    """It ends up as one that was read in one go from a node that is well."""
    trouble = bad_luck(0, 0.4, (behind(place.node.block_number() - 4),))
    place.proxy.on("*", trouble)
    for attempt in range(12):
        if attempt == 8:
            place.proxy.heal()
        done = ada.says("index", "sync", "--in", "elmcourt")
        assert done.code in (0, 6), done.err
        if done.code == 0:
            break
    place.proxy.heal()
    assert ada.says("index", "sync", "--in", "elmcourt").code == 0
    found = ada.says("index", "verify", "--in", "elmcourt", "--json").json
    ada.says("index", "reset", "--in", "elmcourt", "--yes")
    assert ada.says("index", "sync", "--in", "elmcourt").code == 0
    assert found == ada.says("index", "verify", "--in", "elmcourt", "--json").json
    assert found["block"] == place.node.block_number()


@pytest.fixture
def nowhere(place: Place, elsewhere: LocalNode) -> Iterator[Connection]:
    """A chain on which nothing stands yet, at the end of the way."""
    with connect(elsewhere.url) as connection, rollback(connection):
        place.proxy.lead_to(elsewhere.url)
        yield connection


def test_a_founding(ada: Member, place: Place, nowhere: Connection, tmp_path: Path) -> None:
    KeyStore(ada.home / "keys").import_raw("founder", dev_key(FOUNDER).hex(), PASSWORD, work_factor=2)
    charter = str(ROOT / "examples" / "millbrook.toml")
    words = ("deploy", charter, "--network", place.proxy.url, "--account", "founder", "--out", str(tmp_path), "--yes")
    place.proxy.on("*", bad_luck(0, 0.25))
    for attempt in range(30):
        if attempt == 20:
            place.proxy.heal()
        done = ada.says(*words, "--password-file", str(ada.home / "password"))
        assert done.code in (0, 4, 6, 9), done.err
        if done.code == 0:
            break
    assert done.code == 0, done.err
    assert nowhere.nonce(dev_account(FOUNDER).address) == len(set(place.proxy.sent)) == 11
    assert ada.left_open == []
