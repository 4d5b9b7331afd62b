"""What executing a proposal would do, told beforehand: rehearsed on the node, and true when it is executed."""

from __future__ import annotations

import pytest

from tests.client.acting import Actors, reach
from tests.support.plans import COIN, DAY, ETHER
from tests.support.world import PEOPLE, World
from zonedao.chain.abi import checksum_address
from zonedao.chain.rehearsal import Answer, rehearse
from zonedao.errors import NodeRefused
from zonedao.explain.classes import why
from zonedao.explain.effects import Effects, effects, watches
from zonedao.explain.funds import funds
from zonedao.explain.outlook import outlook
from zonedao.explain.watching import watchers
from zonedao.governance.calls import Call
from zonedao.governance.founding import industry_plan
from zonedao.governance.laws import ROWS, ProposalClass
from zonedao.governance.zone import Zone

STRANGE, OTHER = checksum_address("0x" + "5e" * 20), checksum_address("0x" + "6f" * 20)


def told(zone: Zone, *calls: Call) -> tuple[str, ...]:
    """What calls of a zone would change."""
    seen = effects(zone, calls)
    assert seen is not None
    assert (seen.refused, seen.refused_call) == ("", 0)
    return seen.lines


def test_each_subject_is_told_in_words(actors: Actors, world: World) -> None:
    zone = actors.zone()
    calls, food, before = zone.calls, zone.body("food"), world.chain.block()
    assert told(zone, calls.admit([STRANGE]), calls.admit([OTHER])) == (
        "members of elmcourt: 12 → 14 (+2)",
        f"{STRANGE} in elmcourt: no member → member, as person 13",
        f"{OTHER} in elmcourt: no member → member, as person 14",
    )
    assert told(zone, calls.set_law(ProposalClass.SPENDING, quorum_ppm=150_000, grace_seconds=DAY)) == (
        "time to queue and execute of spending proposals of elmcourt: 3 days → 24 h",
        "quorum of spending proposals of elmcourt: 20 % → 15 %",
    )
    assert told(zone, calls.allow("food", 3 * ETHER, 4)) == (
        (
            "what elmcourt/food may draw: 2 ETH an epoch, in this one and 11 more, from elmcourt → "
            "3 ETH an epoch, in this one and 3 more, from elmcourt"
        ),
    )
    assert told(zone, calls.recall("food")) == (
        "what elmcourt/food may draw: 2 ETH an epoch, in this one and 11 more, from elmcourt → nothing",
    )
    plan = industry_plan(zone, "Health", [2, 7])
    assert told(zone, calls.found(plan)) == ("“Health” below elmcourt: nothing → there, with 2 members",)
    assert told(zone, calls.set_cap(5 * ETHER)) == ("cap of elmcourt for ETH in an epoch: 10 ETH → 5 ETH",)
    assert told(zone, calls.set_row("pay", True)) == (
        "calls of pay in elmcourt: of their ordinary class → constitutional",
    )
    assert told(zone, calls.set_activity(3)) == (
        "over whom quorums count in elmcourt: all members → who was active in the last 3 votes",
    )
    assert told(zone, calls.set_dao_uri("https://x.org")) == (
        "where the document about elmcourt is: nowhere → https://x.org",
    )
    assert told(zone, calls.add_good("grain, kg", 1, 2)) == ("goods of the stores of Elmcourt: 0 → 1 (+1)",)
    assert told(zone, calls.set_keepers([2, 3])) == ("keepers of the stores of Elmcourt: nobody → bob, charlie",)
    (removed,) = told(zone, calls.remove(2))
    assert removed.startswith("expulsion of bob: none → can be finished from ")
    (frozen,) = told(zone, calls.freeze("food", DAY))
    assert frozen.startswith("freeze of elmcourt/food: none → until ")
    (ended,) = told(zone, calls.dissolve("food"))
    assert ended.startswith("end of elmcourt/food: not announced → announced, from ")
    seen = effects(food, [food.calls.remove(3)])
    assert seen is not None
    assert seen.lines == ("members of elmcourt/food: 6 → 5 (−1)", "charlie in elmcourt/food: member → no member")
    # Nothing of all that happened.
    assert (world.chain.block(), zone.headcount()) == (before, 12)


def test_every_row_and_every_law_is_watched() -> None:
    """What has a class by a row is what bodies do most; what changes their law is what matters most."""
    watched = {name for _, name in watchers()}
    assert set(ROWS) - watched == set()
    assert {"setLaw", "setCap", "setRow", "setActivity", "setModule", "removeModule", "recoverByVote"} <= watched


def test_of_the_body_itself_the_core_is_watched_whatever_is_called(actors: Actors) -> None:
    zone = actors.zone()
    unknown = Call(STRANGE, b"\xde\xad\xbe\xef")
    # Members, six laws, seven modules, coins; an industry has no modules and five laws, but others pay for it.
    assert len(watches(zone, [unknown])) == 1 + 6 + 7 + 1
    assert len(watches(zone.body("food"), [unknown])) == 1 + 5 + 2 + 1
    assert told(zone, unknown) == ()


def test_each_call_sees_what_those_before_it_did(actors: Actors, world: World) -> None:
    zone = actors.zone()
    # A body of a predicted address is founded, and the money it may draw is granted, in one proposal.
    plan = industry_plan(zone, "Health", [2, 7], caps={COIN: ETHER})
    action = zone.propose_found(plan, allow=ETHER, epochs=2, title="Health")
    first, second = (action.explain().ahead.effects or Effects()).lines
    assert first == "“Health” below elmcourt: nothing → there, with 2 members"
    assert second.endswith("may draw: nothing → 1 ETH an epoch, in this one and 1 more, from elmcourt")
    # The second call is refused because of the first; nothing happens at all.
    seen = effects(zone, [zone.calls.admit([STRANGE]), zone.calls.admit([STRANGE])])
    assert seen is not None
    assert (seen.changes, seen.refused_call) == ((), 2)
    assert "is a member of the zone already" in seen.refused
    # The same account pays twice.
    half = zone.treasury.account(zone).free.amount // 2 + 1
    seen = effects(zone, [zone.calls.pay("bob", half), zone.calls.pay("grace", half)])
    assert seen is not None
    assert (seen.changes, seen.refused_call) == ((), 0)
    assert seen.refused.startswith("elmcourt has ")


def test_what_was_told_is_what_happens(actors: Actors, world: World) -> None:
    """From the account, from an allowance, before it is queued and afterwards."""
    zone, food = actors.zone(), actors.body("food")
    wanted = 3 * ETHER // 2
    calls = [food.calls.pay("bob", wanted), food.calls.pay("grace", ETHER // 4)]
    proposal = food.propose(calls, "Two wages").transact().value
    treasury = zone.treasury
    before = treasury.account(zone).balance.amount, treasury.due(PEOPLE[1].address).amount
    lines = outlook(food, calls, proposal).lines
    assert lines == (
        "Executing it would change, as things are now:",
        "  account of elmcourt: 100 ETH → 98.25 ETH (−1.75 ETH)",
        "  what elmcourt/food may still draw in this epoch: 2 ETH → 0.25 ETH (−1.75 ETH)",
        "  to be withdrawn by bob: 0 ETH → 1.5 ETH (+1.5 ETH)",
        "  to be withdrawn by grace: 0 ETH → 0.25 ETH (+0.25 ETH)",
        "Its money: 1.75 ETH are there: elmcourt/food may draw 2 ETH more in this epoch from elmcourt.",
    )
    actors.pass_(proposal)
    queued = outlook(food, calls, proposal)
    # The allowance was used up at queueing.
    assert queued.lines[:4] == (*lines[:2], *lines[3:5])
    assert queued.lines[4] == "Its money: 1.75 ETH are set aside for it."
    assert queued.warnings == ()
    assert [each.sentence for each in proposal.execute().explain().call.inside] == [
        "pay 1.5 ETH to bob from elmcourt/food",
        "pay 0.25 ETH to grace from elmcourt/food",
    ]
    assert {lines[1], *lines[3:5]} <= set(proposal.execute().explain().lines)
    reach(world.chain, proposal.status().eta + 1)
    proposal.execute().transact()
    after = treasury.account(zone).balance.amount, treasury.due(PEOPLE[1].address).amount
    assert (before[0] - after[0], after[1] - before[1]) == (wanted + ETHER // 4, wanted)
    assert outlook(food, calls, proposal) == outlook(food, calls, proposal, proposal.state)
    assert outlook(food, calls, proposal).lines == ()


def test_whether_the_money_is_there_and_within_the_cap(actors: Actors, world: World) -> None:
    zone = actors.zone()
    (enough,) = funds(zone, [zone.calls.pay("bob", 9 * ETHER)])
    assert (enough.there, enough.needed.amount) == (True, 9 * ETHER)
    held, capped = funds(zone, [zone.calls.pay("bob", 11 * ETHER)])
    assert held.there
    assert capped.words == "11 ETH are more than elmcourt may spend in an epoch, 10 ETH. It cannot be queued"
    (capped,) = funds(zone, [zone.calls.allow("food", 6 * ETHER, 2)])
    assert capped.words.startswith("12 ETH are more than elmcourt may spend in an epoch, 10 ETH")
    # A constitutional vote is above the cap.
    both = [zone.calls.pay("bob", 11 * ETHER), zone.calls.set_cap(1)]
    assert [each.there for each in funds(zone, both)] == [True]
    actors.pass_(zone.propose_pay("bob", 4 * ETHER, title="x").transact().value)
    _, late = funds(zone, [zone.calls.pay("bob", 7 * ETHER)])
    assert late.words.startswith("elmcourt may spend 6 ETH more in this epoch, not 7 ETH. It can be queued from ")
    assert f"WARNING: {late.words}" in zone.propose_pay("bob", 7 * ETHER, title="x").explain().lines


def test_why_a_proposal_has_its_class(actors: Actors, world: World) -> None:
    zone = actors.zone()
    assert why(zone, [zone.calls.pay("bob", 1), zone.calls.allow("food", 1, 1), zone.calls.admit([STRANGE])]) == {
        ProposalClass.SPENDING: "it moves money of the treasury",
        ProposalClass.MEMBERSHIP: "it is about who belongs, or what the members choose",
    }
    strange, law = Call(STRANGE, b"\x01\x02\x03\x04"), zone.calls.set_cap(1)
    assert why(zone, [strange, law, law]) == {
        ProposalClass.CONSTITUTIONAL: "it calls a contract outside the zone, and it is about laws, modules or powers"
    }
    uncapped = zone.calls.pay("bob", 1, world.zone.address)
    assert why(zone, [uncapped])[ProposalClass.CONSTITUTIONAL].startswith("elmcourt has no cap for ")
    actors.decide(zone.propose_set_row("admit", True, title="Stricter"))
    assert why(zone, [zone.calls.admit([STRANGE])]) == {
        ProposalClass.CONSTITUTIONAL: "elmcourt made every call of admit so"
    }


def test_a_node_that_cannot_rehearse_is_still_asked_about_the_first_call(
    actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = actors.zone()
    ask = zone.client.connection.request

    def refuse(method: str, *params: object) -> object:
        if len(params) > 2:
            raise NodeRefused(method, -32602, "too many arguments, want at most 2")
        return ask(method, *params)

    monkeypatch.setattr(zone.client.connection, "request", refuse)
    assert effects(zone, [zone.calls.pay("bob", 1)]) is None
    said = zone.propose_admit(["bob"], title="x").explain()
    assert said.ahead.effects is None
    assert said.warnings[0].startswith("as things are now, executing it would be refused: bob is a member")
    assert "What executing it would change cannot be tried on this node." in said.lines
    assert not any(line.startswith("Executing it would change") for line in said.lines)


def test_what_leaves_no_gas_to_read_by_is_not_told(actors: Actors, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that burns all gas must not look as if it emptied what could not be read afterwards."""
    zone = actors.zone()
    monkeypatch.setattr(
        "zonedao.explain.effects.rehearse", lambda *asked: (*rehearse(*asked)[:-1], Answer(ok=False, data=b""))
    )
    assert effects(zone, [zone.calls.pay("bob", 1)]) is None


def test_a_petition_tells_what_it_would_bring_about(actors: Actors) -> None:
    zone = actors.zone()
    opening = zone.open_petition(zone.calls.freeze("food", 3 * DAY))
    (head, change) = opening.explain().ahead.lines
    assert head == "Executing it would change, as things are now:"
    assert change.startswith("  freeze of elmcourt/food: none → until ")
    petition = opening.transact().value
    assert petition.acting_as(PEOPLE[1].signer).sign().explain().ahead.lines[1] == change
    # Nothing is reserved for a petition, so that it can pay nobody.
    refused = effects(zone, [zone.calls.pay("bob", 1)], by_petition=True)
    assert refused is not None
    assert refused.refused_call == 1
