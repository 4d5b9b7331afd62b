"""Transactions in words, for whoever has nothing but a hash."""

from __future__ import annotations

import pytest

from tests.client.acting import Actors
from tests.support.chain import send
from tests.support.plans import ETHER
from tests.support.world import PEOPLE, World
from zonedao.errors import NotFound
from zonedao.explain.transactions import transaction

ALICE, BOB = PEOPLE[0], PEOPLE[1]


def test_what_happened_and_who_did_it(actors: Actors) -> None:
    zone = actors.zone(BOB)
    done = zone.propose_pay("grace", ETHER, title="Wages").transact().receipt
    found = transaction(actors.zone().client.speaker, done.hash)
    assert (found.sender, found.state, found.block, found.fee_wei) == (BOB.address, "mined", done.block, done.fee_wei)
    plainly = [line for line in found.lines if not line.startswith("    ")]
    assert plainly[:2] == ["Sent by bob: propose in elmcourt: “Wages”.", "  1. pay 1 ETH to grace from elmcourt"]
    assert found.events[0].startswith("bob proposed “Wages” in elmcourt: voting opens ")
    assert tuple(plainly[2:-1]) == found.events
    proposing, paying, *_ = found.notices
    assert (proposing.contract, paying.signature.split("(")[0]) == ("IWholeBody", "pay")
    assert found.lines[1] == f"    {proposing}"
    assert found.lines[3] == f"      {paying}"
    assert found.lines[-1].startswith(f"Block {done.block}, ")


def test_tokens_tell_where_nothing_of_ours_does(actors: Actors, world: World) -> None:
    speaker, token = actors.zone().client.speaker, world.token
    test = f"TEST ({token.address})"
    made = send(token, "mint", ALICE.address, 5 * ETHER)
    moved = send(token, "transfer", BOB.address, 2 * ETHER, by=ALICE.signer)
    allowed = send(token, "approve", BOB.address, ETHER, by=ALICE.signer)
    told = [transaction(speaker, each.hash).events for each in (made, moved, allowed)]
    assert told == [
        (f"5 {test} were made for you.",),
        (f"2 {test} went from you to bob.",),
        (f"bob may take 1 {test} from you.",),
    ]
    # A deposit is told by the treasury, and not once more by the token.
    outcome = actors.zone().treasury.deposit(ETHER, token.address).transact()
    assert transaction(speaker, outcome.receipt.hash).events == (f"You deposited 1 {test} for elmcourt.",)


def test_what_waits_and_what_nobody_knows(actors: Actors, monkeypatch: pytest.MonkeyPatch) -> None:
    zone = actors.zone()
    done = zone.treasury.deposit(ETHER).transact().receipt
    ask = zone.client.connection.request
    monkeypatch.setattr(
        zone.client.connection,
        "request",
        lambda method, *params: None if method == "eth_getTransactionReceipt" else ask(method, *params),
    )
    found = transaction(zone.client.speaker, done.hash)
    assert (found.state, found.block, found.events) == ("waiting", 0, ())
    first, _, last = found.lines
    assert (first, last) == ("Sent by you: deposit 1 ETH into the account of elmcourt.", "It is not mined yet.")
    with pytest.raises(NotFound, match="knows no transaction"):
        transaction(zone.client.speaker, "0x" + "ab" * 32)
