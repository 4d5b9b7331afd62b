"""What a member reads before signing, and afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.client.acting import Actors, reach
from tests.support.plans import COIN, DAY, ETHER
from tests.support.world import PEOPLE, World
from zonedao.chain.abi import checksum_address
from zonedao.chain.signers import dev_account
from zonedao.errors import ContractRevert, InsufficientFunds, Refused
from zonedao.explain.calls import MOST_NESTING, explain_call
from zonedao.governance.calls import Call, FoundPlan
from zonedao.governance.founding import industry_plan
from zonedao.governance.laws import ProposalClass
from zonedao.treasury.assets import Money

STRANGE = checksum_address("0x" + "5e" * 20)


def test_a_payment_is_told_with_class_quorum_times_and_fee(actors: Actors) -> None:
    zone = actors.zone()
    said = zone.propose_pay("grace", ETHER, line="wages", title="Wages for Grace").explain(fee=True)
    lines = said.lines
    assert lines[0] == "Propose in elmcourt: “Wages for Grace”."
    assert lines[1] == "  1. pay 1 ETH to grace from elmcourt (line wages)"
    assert lines[2:7] == (
        "Executing it would change, as things are now:",
        "  account of elmcourt: 100 ETH → 99 ETH (−1 ETH)",
        "  to be withdrawn by grace: 0 ETH → 1 ETH (+1 ETH)",
        "Its money: 1 ETH are there: the account of elmcourt has 100 ETH to spare.",
        (
            "Class: spending, because it moves money of the treasury. It needs 3 of 12 persons voting for or "
            "abstaining, and 50 % of for and against."
        ),
    )
    assert lines[7].startswith("Voting opens ")
    assert lines[8].startswith("Earliest execution: ")
    assert lines[9].startswith("The fee is 0.")
    assert (said.classes, said.quorum, said.electorate) == ((ProposalClass.SPENDING,), 3, 12)
    assert said.closes_at - said.opens_at == DAY
    assert said.fee_limit_wei is not None
    assert said.fee_limit_wei > 0
    assert (said.warnings, said.first) == ((), ())
    assert str(said) == "\n".join(lines)


def test_what_could_not_be_executed_now_is_a_warning(actors: Actors) -> None:
    """Things change before a vote ends: it can be proposed all the same."""
    zone, refused = actors.zone(), "as things are now, executing it would be refused: "
    for action in (
        zone.propose_admit(["bob"], title="x"),
        zone.propose_admit(["0x" + "00" * 20], title="x"),
        zone.propose_pay("0x" + "00" * 20, 1, title="x"),
        zone.propose_allow("food/bakery", 1, 1, title="x"),
    ):
        said = action.explain(fee=True)
        (warning,) = said.warnings
        assert warning.startswith(refused)
        assert f"WARNING: {warning}" in said.lines
        assert "Nothing was sent" not in warning
    (warning,) = zone.propose_pay(zone.address, 1, title="x").explain().warnings
    assert warning.startswith("elmcourt would pay itself")


def test_what_could_be_executed_now_is_none(actors: Actors) -> None:
    zone = actors.zone()
    plan = industry_plan(zone, "School", [PEOPLE[0].address], nonce=zone.proposal_count())
    for action in (
        zone.propose_admit([STRANGE], title="x"),
        zone.propose_pay("bob", 1, title="x"),
        zone.propose_allow("food", 1, 1, title="x"),
        zone.propose_found(plan, allow=1, title="x"),
        zone.propose_remove(2, title="x"),
        zone.propose_set_cap(5, title="x"),
    ):
        assert action.explain().warnings == ()


def test_more_than_there_is(actors: Actors, world: World) -> None:
    """It may be proposed: there can be more by the time it is queued."""
    zone, token = actors.zone(), world.token.address
    for asset in (COIN, token):
        actors.decide(zone.propose_set_cap(2**100, asset, title="Caps"))
    free = zone.treasury.account(zone).free
    assert zone.propose_pay("bob", free.amount, title="x").explain().warnings == ()
    two = [zone.calls.pay("bob", free.amount), zone.calls.pay("grace", ETHER)]
    (warning,) = zone.propose(two, "Two").explain().warnings
    assert warning == (
        f"{Money(free.amount + ETHER, free.asset)} are more than there is: the account of elmcourt holds {free}. "
        "It cannot be queued before there is enough"
    )
    assert "more than there is" in zone.propose_pay("bob", 2**90, token, title="x").explain().warnings[0]
    # Something is promised to a proposal, and something may be drawn by an industry.
    actors.pass_(zone.propose_pay("bob", ETHER, title="Wages").transact().value)
    (warning,) = zone.propose_pay("bob", free.amount, title="x").explain().warnings
    assert f"holds {free}, {Money(ETHER, free.asset)} of it promised to queued proposals. It cannot" in warning
    actors.decide(zone.propose_allow("food", ETHER, 3, title="Food"))
    food = actors.body("food")
    assert food.propose_pay("bob", ETHER, title="x").explain().warnings == ()
    too_much = ETHER + 1 + zone.treasury.account("food").free.amount
    (warning,) = food.propose_pay("bob", too_much, title="x").explain().warnings
    assert f", and it may draw {Money(ETHER, free.asset)} more in this epoch from elmcourt, which has " in warning


def test_contracts_of_the_zone_are_no_persons(actors: Actors, world: World) -> None:
    zone = actors.zone()
    for address in (world.treasury.address, world.registry.address, world.food.address, zone.address):
        with pytest.raises(Refused, match="is a contract of Elmcourt and can act for nobody"):
            zone.propose_admit([STRANGE, address], title="x")
    with pytest.raises(Refused, match="Use the address of an account"):
        actors.body("food").propose_admit([world.treasury.address], title="x")


def test_without_a_fee_nothing_is_simulated(actors: Actors) -> None:
    assert actors.zone().propose_pay("grace", 1, title="x").explain().fee_limit_wei is None
    with pytest.raises(ContractRevert):
        actors.zone(dev_account(50)).propose_pay("grace", 1, title="x").explain(fee=True)


def test_a_vote_is_told_with_what_it_is_about(actors: Actors, world: World) -> None:
    zone = actors.zone()
    proposal = zone.propose([zone.calls.pay("bob", 5), zone.calls.admit([STRANGE])], "Two things").transact().value
    reach(world.chain, proposal.opens_at + 1)
    world.chain.mine()
    lines = proposal.vote("against", "too\x1b much").explain().lines
    assert lines[0] == "Vote against proposal 1 of elmcourt, “Two things”, because “too much”."
    assert lines[1] == "  1. pay 0.000000000000000005 ETH to bob from elmcourt"
    assert lines[2] == f"  2. admit {STRANGE} to elmcourt"
    assert lines[3] == "Executing it would change, as things are now:"
    assert lines[8].startswith("Its money: 0.000000000000000005 ETH are there")
    assert lines[9].startswith(
        "Class: spending, because it moves money of the treasury, and membership, because it is about who belongs, "
        "or what the members choose. It needs "
    )
    assert lines[10].startswith("Voting opened ")
    assert " it closes " in lines[10]
    assert proposal.vote("abstain").explain().sentence == "Abstain from proposal 1 of elmcourt, “Two things”."


def test_queue_execute_and_the_like(actors: Actors) -> None:
    proposal = actors.zone().propose_pay("bob", 5, title="Pay").transact().value
    for action, verb in (
        (proposal.queue(), "Queue"),
        (proposal.execute(), "Execute"),
        (proposal.cancel(), "Withdraw"),
        (proposal.release_expired(), "Free what is reserved for the expired"),
    ):
        said = action.explain()
        assert said.sentence == f"{verb} proposal 1 of elmcourt, “Pay”."
        assert [call.sentence for call in said.call.inside] == ["pay 0.000000000000000005 ETH to bob from elmcourt"]
        assert said.quorum == 3


def test_names_come_from_the_book_and_stay_there(actors: Actors) -> None:
    sentence = actors.zone().propose_pay(PEOPLE[6].address, 1, title="x").explain().call.inside[0].sentence
    assert "to grace from" in sentence
    actors.book.path.unlink()
    nameless = actors.zone().propose_pay(PEOPLE[6].address, 1, title="x").explain().call.inside[0].sentence
    assert f"to {PEOPLE[6].address} from" in nameless


def test_oneself_is_you(actors: Actors) -> None:
    assert "to you from" in actors.zone().propose_pay("alice", 1, title="x").explain().call.inside[0].sentence


def test_a_new_industry_with_its_members_and_money(actors: Actors) -> None:
    zone = actors.zone()
    plan = industry_plan(zone, "Health", [2, 7], caps={COIN: ETHER})
    lines = zone.propose_found(plan, allow=ETHER, epochs=3, title="Health").explain().lines
    assert lines[1:6] == (
        "  1. found the industry “Health” below elmcourt",
        "    1. admit to “Health” those of these who are members of the body above: bob and grace",
        "    2. let “Health” spend up to 1 ETH in an epoch by ordinary vote",
        "  2. let the body that will be at "
        + address_in(lines[4])
        + " draw up to 1 ETH from elmcourt in each of 3 epochs, this one included",
        lines[5],
    )


def test_a_new_industry_with_laws_of_its_own(actors: Actors) -> None:
    """Whoever votes for an industry sees by which laws it would spend what it is allowed."""
    zone, spending = actors.zone(), ProposalClass.SPENDING
    laws = {**zone.laws, spending: replace(zone.laws[spending], quorum_ppm=100_000, grace_seconds=DAY)}
    said = zone.propose_found(industry_plan(zone, "Health", [2], laws=laws), title="Health").explain()
    assert [each.sentence for each in said.call.inside[0].inside] == [
        "admit to “Health” those of these who are members of the body above: bob",
        (
            "give “Health” another law for spending proposals than elmcourt has: time to queue and execute 24 h "
            "instead of 3 days, quorum 10 % instead of 20 %"
        ),
    ]
    assert said.warnings == ()


def test_a_birth_of_which_a_part_is_only_a_hash(actors: Actors) -> None:
    """Anybody could do that part later, and nobody who votes can read it."""
    zone = actors.zone()
    whole = industry_plan(zone, "Health", [2, 7])
    (hidden,) = zone.propose_found(FoundPlan(whole.plan, ()), title="Health").explain().call.inside
    assert hidden.inside == ()
    assert hidden.warnings[0].startswith("This is not all of its birth")
    (told,) = zone.propose_found(whole, title="Health").explain().call.inside
    assert told.warnings == ()


def test_whatever_happens_at_a_birth_is_told(actors: Actors) -> None:
    zone = actors.zone()
    law = zone.laws[ProposalClass.TRADE]
    plan = industry_plan(zone, "Health")
    calls = [
        (1, zone.contract.encode("setLaw", int(ProposalClass.TRADE), law.as_struct())),
        (2, zone.treasury.contract.encode("pay", COIN, PEOPLE[6].address, ETHER, bytes(32), bytes(32))),
        (1, zone.contract.encode("depth")),
    ]
    born = zone.propose_found(FoundPlan(plan.plan, ((calls, bytes(32)),)), title="Health").explain().call.inside[0]
    changed, paid, unsaid = born.inside
    assert changed.sentence.startswith("change the law of “Health” for trade proposals: membership before voting ")
    assert paid.sentence == "pay 1 ETH to grace from “Health”"
    assert not unsaid.known
    assert unsaid.warnings == ("What depth does at the birth of “Health” cannot be said.",)


def address_in(line: str) -> str:
    return next(word for word in line.split() if word.startswith("0x"))


def test_laws_as_changes(actors: Actors) -> None:
    action = actors.zone().propose_set_law("spending", quorum_ppm=250_000, grace_seconds=DAY, title="Law")
    assert action.explain().call.inside[0].sentence == (
        "change the law of elmcourt for spending proposals: time to queue and execute from 3 days to 24 h, "
        "quorum from 20 % to 25 %"
    )


# --- what is not known ---


def test_an_unknown_contract_is_a_warning(actors: Actors) -> None:
    zone = actors.zone()
    said = zone.propose_call(STRANGE, bytes.fromhex("deadbeef") + bytes(64), title="Trust me").explain()
    (call,) = said.call.inside
    assert not call.known
    assert call.sentence == f"call 0xdeadbeef of {STRANGE} with 64 bytes, which cannot be read"
    assert said.warnings[0].startswith(f"Unknown call: 0xdeadbeef of {STRANGE} (no contract that zonedao knows).")
    assert any(line.startswith("WARNING: Unknown call: 0xdeadbeef") for line in said.lines)
    assert said.classes == (ProposalClass.CONSTITUTIONAL,)


@pytest.mark.parametrize("data", [b"", b"\x01", bytes.fromhex("deadbeef")])
def test_an_unknown_function_of_ours_is_a_warning(actors: Actors, data: bytes) -> None:
    zone = actors.zone()
    said = explain_call(zone.client.speaker, zone.address, data, zone)
    assert not said.known
    assert "elmcourt has no such function" in said.warnings[0]


def test_cut_arguments_are_a_warning(actors: Actors) -> None:
    zone = actors.zone()
    data = zone.calls.pay("bob", 5).data[:-40]
    said = explain_call(zone.client.speaker, zone.treasury.address, data, zone)
    assert not said.known
    assert said.warnings


def test_a_contract_that_calls_itself_a_zone_is_no_zone_of_ours(actors: Actors, world: World) -> None:
    """Another zone's body is a stranger: what our vote would do there is not explained as if it were ours."""
    elsewhere = world.new_zone("Elmcourt").body
    zone = actors.zone()
    said = explain_call(zone.client.speaker, elsewhere.address, elsewhere.contract.encode("leave"), zone)
    assert not said.known
    assert f"“Elmcourt” ({elsewhere.address})" in said.sentence


def test_proposals_inside_proposals(actors: Actors, world: World) -> None:
    zone = actors.zone()
    food = zone.body("food")
    call = Call(zone.treasury.address, zone.calls.pay("bob", 5).data)
    for depth in range(MOST_NESTING + 3):
        data = food.contract.encode("propose", [call.target], [0], [call.data], f"level {depth}")
        call = Call(food.address, data)
    said = explain_call(zone.client.speaker, call.target, call.data)
    assert "It is nested too deeply to be shown." in said.all_warnings()
    assert said.lines()[2] == "    1. propose in elmcourt/food: “level 8”"


# --- afterwards ---


def test_events_in_words(actors: Actors, world: World) -> None:
    zone = actors.zone()
    outcome = zone.propose_pay("grace", ETHER, title="Wages").transact()
    assert outcome.in_words()[0].startswith("You proposed “Wages” in elmcourt: voting opens ")
    assert outcome.in_words()[1] == "It is proposal 1 of elmcourt (spending); its quorum counts over 12 persons."
    proposal = outcome.value
    reach(world.chain, proposal.opens_at + 1)
    assert proposal.vote("for", "she earned it").transact().in_words() == (
        "You voted for proposal 1 of elmcourt: “she earned it”.",
    )
    assert proposal.acting_as(PEOPLE[1].signer).vote("for").transact().in_words() == (
        "You voted for proposal 1 of elmcourt.",
    )
    proposal.acting_as(PEOPLE[2].signer).vote("for").transact()
    reach(world.chain, proposal.closes_at + 1)
    queued = proposal.queue().transact().in_words()
    assert queued[0].startswith("Proposal 1 of elmcourt is queued and can be executed from ")
    assert set(queued[1:]) == {
        "1 ETH of the cap of elmcourt are used in epoch 0.",
        "1 ETH of elmcourt are reserved for proposal 1.",
    }
    reach(world.chain, proposal.status().eta)
    assert proposal.execute().transact().in_words() == (
        "Proposal 1 of elmcourt was executed.",
        "elmcourt paid 1 ETH to grace, who can withdraw it.",
    )


def test_poor_wallets_are_told_so(actors: Actors) -> None:
    from zonedao.chain.signers import LocalKey

    poor = LocalKey(b"\x07" * 32)
    actors.decide(actors.zone().propose_admit([poor.address], title="Somebody without coins"))
    with pytest.raises(InsufficientFunds, match=r"has no coins to pay the fee"):
        actors.zone(poor).leave().transact()
