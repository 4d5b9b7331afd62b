"""Rotation and recovery of keys through the client."""

from __future__ import annotations

import pytest

from tests.client.acting import Actors, reach
from tests.support.todos import todo_of
from tests.support.world import PEOPLE, World
from zonedao.chain.signers import dev_account
from zonedao.errors import ContractRevert, NotFound, Refused

NEW, OTHER = dev_account(41), dev_account(42)
ALICE, BOB, CHARLIE, DAVE, ERIN = PEOPLE[:5]


def test_rotate(actors: Actors, world: World) -> None:
    registry = actors.zone(ALICE).registry
    action = registry.rotate(NEW.address)
    said = action.explain()
    assert "for good" in said.lines[0]
    assert any("no way back" in line for line in said.warnings)
    outcome = action.transact()
    assert outcome.in_words() == (f"Person 1 ({NEW.address}) now acts with {NEW.address}; {ALICE.address} is retired.",)
    assert (registry.person(1).key, registry.index_of(ALICE.address), registry.retired_by(ALICE.address)) == (
        NEW.address,
        0,
        1,
    )
    assert registry.keys()[1] == NEW.address
    assert actors.zone().members()[0].key == NEW.address
    assert actors.zone().audit().ok


def test_a_key_that_is_taken_or_was_left(actors: Actors) -> None:
    registry = actors.zone(ALICE).registry
    with pytest.raises(ContractRevert, match=r"^bob is the key of person 2 already\. Take one that nobody has used\."):
        registry.rotate("bob").transact()
    with pytest.raises(ContractRevert, match=r"^This is your own key\. Take one"):
        registry.rotate(ALICE.address).transact()
    registry.rotate(NEW.address).transact()
    with pytest.raises(ContractRevert, match="a key that was left is nobody's for ever"):
        actors.zone(NEW).registry.rotate(ALICE.address).transact()
    with pytest.raises(NotFound, match=rf"is a key that person 1 has left; they act with {NEW.address} now\. Use that"):
        registry.person(ALICE.address)
    with pytest.raises(ContractRevert, match="No recovery of this key is open, so nothing is to be done"):
        actors.zone(NEW).registry.veto_recovery().transact()
    with pytest.raises(ContractRevert, match=r"^Nobody in the zone acts with that key \(you\)\. Choose"):
        actors.zone(ALICE).registry.rotate(OTHER.address).transact()


def test_recovery(actors: Actors, world: World) -> None:
    register = actors.zone().registry
    assert register.recovery("alice") is None
    for voucher in (BOB, CHARLIE):
        actors.zone(voucher).registry.vouch_recovery("alice", NEW.address).transact()
    found = register.recovery("alice")
    assert found is not None
    assert (found.person.index, found.new_key, found.ready_at, found.needed) == (1, NEW.address, 0, 3)
    assert [each.name for each in found.vouchers] == ["bob", "charlie"]
    with pytest.raises(ContractRevert, match="Vouchers are missing still"):
        actors.zone(NEW).registry.finish_recovery(1).transact()
    outcome = actors.zone(DAVE).registry.vouch_recovery(1, NEW.address).transact()
    assert [event.name for event in outcome.events] == ["RecoverySupported", "RecoveryReady"]
    found = register.recovery(1)
    assert found is not None
    with pytest.raises(ContractRevert, match="Not yet: the old key may object"):
        actors.zone(NEW).registry.finish_recovery(1).transact()
    assert todo_of(actors.zone(NEW)) == ()
    reach(world.chain, found.ready_at + 1)
    world.chain.mine()
    (veto,) = [each for each in todo_of(actors.zone(ALICE)) if each.kind == "veto"]
    assert veto.text.startswith("veto: bob, charlie, dave say that you lost your key")
    assert "can take your place at any moment until" in veto.text
    assert veto.by == found.expires_at
    (waiting,) = todo_of(actors.zone(NEW))
    assert (waiting.kind, waiting.number, waiting.by, waiting.yours) == ("finish", 1, found.expires_at, True)
    assert waiting.text.startswith("become the key of alice, as others vouched, by ")
    assert actors.zone(OTHER).registry.recoveries_for(OTHER.address) == ()
    actors.zone(NEW).registry.finish_recovery(1).transact()
    assert register.person(1).key == NEW.address
    assert register.recovery(1) is None
    assert [each.kind for each in todo_of(actors.zone(NEW)) if each.kind in ("veto", "finish")] == []
    assert actors.zone().audit().ok


def test_veto_waits_among_what_is_to_do(actors: Actors, world: World) -> None:
    actors.zone(BOB).registry.vouch_recovery("alice", NEW.address).transact()
    (waiting,) = [each for each in todo_of(actors.zone(ALICE)) if each.kind == "veto"]
    assert waiting.yours
    assert waiting.text.startswith("veto: bob says that you lost your key")
    assert waiting.action is not None
    waiting.action.transact()
    assert [each for each in todo_of(actors.zone(ALICE)) if each.kind == "veto"] == []
    with pytest.raises(ContractRevert, match="You vouched not long ago"):
        actors.zone(BOB).registry.vouch_recovery("alice", NEW.address).transact()
    assert not [each for each in todo_of(actors.zone(ERIN)) if each.kind == "veto"]
    assert actors.zone().audit().ok


def test_by_vote(actors: Actors, world: World) -> None:
    zone = actors.zone(BOB)
    action = zone.propose_recover("alice", OTHER.address, title="Alice lost her key")
    assert any(f"decide that {OTHER.address} is the key of alice" in line for line in action.explain().lines)
    actors.decide(action, PEOPLE[1:10])
    assert zone.registry.person(1).key == OTHER.address
    assert actors.zone().audit().ok


def test_only_the_zone_as_a_whole_gives_a_key(actors: Actors) -> None:
    industry = next(body for body in actors.zone(BOB).bodies() if body.address != actors.address)
    with pytest.raises(Refused, match=r"^Only elmcourt as a whole gives somebody another key\. Propose it there\.$"):
        industry.calls.recover("alice", OTHER.address)


def test_compact(actors: Actors) -> None:
    registry = actors.zone(ALICE).registry
    registry.rotate(NEW.address).transact()
    outcome = actors.zone(BOB).registry.compact(0).transact()
    assert outcome.in_words()[0].startswith("13 places of word 0 of")
    with pytest.raises(ContractRevert, match="Nothing is to be done"):
        actors.zone(BOB).registry.compact(0).transact()
    assert actors.zone().audit().ok


def test_nobody_there(actors: Actors) -> None:
    for who in (99, OTHER.address):
        with pytest.raises(NotFound):
            actors.zone(BOB).registry.vouch_recovery(who, NEW.address)


def test_a_contract_of_the_zone_is_nobodys_key(actors: Actors) -> None:
    zone = actors.zone(BOB)
    for name, address in ((zone.path, zone.address), ("the register of", zone.registry.address)):
        said = rf"^{name}.* is a contract of .* and can act for nobody\. Use the address of an account\.$"
        for attempt in (
            lambda address=address: zone.registry.rotate(address),
            lambda address=address: zone.registry.vouch_recovery("alice", address),
            lambda address=address: zone.calls.recover("alice", address),
        ):
            with pytest.raises(Refused, match=said):
                attempt()
    assert zone.registry.key_for(OTHER.address) == OTHER.address


def test_paying_a_key_that_was_left_is_warned_of(actors: Actors) -> None:
    def warnings(payee: str) -> str:
        return " ".join(actors.zone(BOB).propose_pay(payee, 1, title="Pay").explain().warnings)

    assert "has left" not in warnings("alice")
    actors.zone(ALICE).registry.rotate(NEW.address).transact()
    assert f"{ALICE.address} is a key that person 1 ({NEW.address}) has left" in warnings("alice")
    assert f"Their key now is {NEW.address}" in warnings("alice")


def test_what_you_do_is_said_to_you(actors: Actors) -> None:
    opened = actors.zone(BOB).registry.vouch_recovery("alice", NEW.address).transact()
    assert "You vouch for the new key of alice; that makes 1." in opened.in_words()
    warnings = actors.zone(ALICE).registry.rotate("bob").explain().warnings
    assert warnings == ("Whoever has the key of bob has your place from then on. Your old key has no way back.",)
