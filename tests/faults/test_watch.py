"""`zonedao watch`, whatever happens to the node and its chain meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.faults.conftest import CHAIN_ID, Member, Place
from tests.support.cli import Done
from tests.support.proxy import answering, lost, malformed
from tests.support.voting import succeeded
from zonedao.chain.local import LocalNode
from zonedao.chain.signers import dev_account
from zonedao.cli import watch
from zonedao.cli.kit import looking
from zonedao.governance.zone import Zone
from zonedao.index.reading import path_of

Steps = Callable[..., Done]
BEN = dev_account(1)


@pytest.fixture
def watching(ada: Member, monkeypatch: pytest.MonkeyPatch) -> Steps:
    """Watches while steps are taken, one each time that it would wait, and strikes Ctrl-C after the last."""
    monkeypatch.setattr(watch, "_TODO_SECONDS", 0.0)

    def run(*steps: Callable[[], Any], words: tuple[str, ...] = ()) -> Done:
        left = list(steps)

        def sleep(_: float) -> None:
            if not left:
                raise KeyboardInterrupt
            left.pop(0)()

        monkeypatch.setattr(looking, "time", SimpleNamespace(sleep=sleep))
        done = succeeded(ada.says("watch", "--in", "elmcourt", "--account", "ada", *words))
        assert not left
        return done

    return run


def told(done: Done) -> list[tuple[str, str]]:
    """What each line is, and its sentence."""
    return [(each["what"], each["text"]) for each in map(json.loads, done.out.splitlines())]


@pytest.mark.parametrize("indexed", [True, False], ids=["an index", "no index"])
def test_a_day_of_a_zone(ada: Member, place: Place, watching: Steps, elsewhere: LocalNode, indexed: bool) -> None:
    node, proxy, zone = place.node, place.proxy, place.zone
    ben: Zone = zone.acting_as(BEN)
    if indexed:
        succeeded(ada.says("index", "sync", "--in", "elmcourt"))
    back = ""

    def gift() -> None:
        nonlocal back
        back = node.snapshot()
        ben.treasury.deposit(10**18).transact()

    def replaced() -> None:
        node.revert(back)
        ben.treasury.deposit(2 * 10**18).transact()
        node.mine(2)

    def proposal() -> None:
        ben.propose_pay(BEN.address, 1, title="Tea").transact()

    done = watching(
        gift,
        lambda: proxy.on("*", lost),
        lambda: proxy.on("*", malformed),
        lambda: ben.proposal(1).vote("for").transact(),
        proxy.heal,
        # Another chain, an empty one, and a node that is behind are waited out.
        lambda: proxy.on("eth_chainId", answering({"result": "0x1"})),
        node.mine,
        proxy.heal,
        lambda: proxy.lead_to(elsewhere.url),
        lambda: proxy.lead_to(node.url),
        replaced,
        proposal,
        lambda: node.skip(zone.proposal(2).opens_at - node.block().timestamp + 1),
        words=("--json",),
    )
    assert told(done) == [
        ("event", f"{BEN.address} deposited 1 ETH for elmcourt."),
        ("event", f"{BEN.address} voted for proposal 1 of elmcourt."),
        ("taken back", f"{BEN.address} deposited 1 ETH for elmcourt."),
        ("taken back", f"{BEN.address} voted for proposal 1 of elmcourt."),
        ("event", f"{BEN.address} deposited 2 ETH for elmcourt."),
        *told(done)[5:8],
    ]
    (_, made), (_, numbered), (last, waits) = told(done)[5:]
    assert made.startswith(f"{BEN.address} proposed “Tea” in elmcourt: voting opens ")
    assert numbered.startswith("It is proposal 2 of elmcourt (spending)")
    assert (last, waits.split(";")[0]) == ("todo", "vote on proposal 2 of elmcourt, “Tea”")
    assert json.loads(done.out.splitlines()[-1])["command"] == "zonedao vote 2 for|against|abstain --in elmcourt"
    height = node.block_number()
    said = done.err.splitlines()
    assert said[-1] == f"Seen up to block {height}."
    assert sum("It is asked again until it answers." in line for line in said) == 3
    assert said.count("The node answers again.") == 3
    assert any("serves chain 1 now, and no longer chain 31415" in line for line in said)
    assert any("hung up without an answer" in line for line in said)
    assert any("wait for you: `zonedao todo` shows what." in line or "waits for you" in line for line in said)
    assert path_of(CHAIN_ID, zone.address).exists() == indexed
    if indexed:
        verified = succeeded(ada.says("index", "verify", "--in", "elmcourt", "--json")).json
        assert verified["block"] == height


def test_from_then_on_and_in_a_body(ada: Member, place: Place, watching: Steps) -> None:
    node, ben = place.node, place.zone.acting_as(BEN)
    begun = node.block_number() + 1
    ben.treasury.deposit(10**18).transact()
    ben.treasury.deposit(10**18, body="food").transact()
    once = succeeded(ada.says("watch", "--in", "elmcourt", "--from", str(begun), "--once"))
    assert [line.partition("  ")[2] for line in once.out.splitlines()] == [
        f"{BEN.address} deposited 1 ETH for elmcourt.",
        f"{BEN.address} deposited 1 ETH for elmcourt/food.",
    ]
    snapshot = node.snapshot()

    def replaced() -> None:
        node.revert(snapshot)
        node.mine(3)

    in_food = watching(
        ben.treasury.deposit(5).transact,
        ben.treasury.deposit(6, body="food").transact,
        replaced,
        words=("--in", "elmcourt/food", "--from", str(begun)),
    )
    first, gift, end = (line.partition("  ")[2] for line in in_food.out.splitlines())
    assert once.out.splitlines()[1].endswith(first)
    assert gift == f"{BEN.address} deposited 0.000000000000000006 ETH for elmcourt/food."
    assert end == f"Taken back by the chain: {gift}"
    assert in_food.err.splitlines()[0].startswith("Watching elmcourt/food from block ")
    # A day ago the vote was not open yet.
    day = succeeded(ada.says("watch", "--in", "elmcourt", "--from", "30 days", "--once", "--json"))
    assert len(told(day)) > len(told(succeeded(ada.says("watch", "--in", "elmcourt", "--once", "--json")))) == 0
    for since, why in {
        "100000": "There is no block 100000",
        "tomorrow": "--from: 'tomorrow' is no time. Write a date like 2026-03-01, a date and time like "
        "'2026-03-01 12:10', or how long ago, like 2 days. A number is that of a block.",
        "2100-01-01": "is still to come",
    }.items():
        refused = ada.says("watch", "--in", "elmcourt", "--from", since)
        assert refused.code == 2
        assert why in refused.error
