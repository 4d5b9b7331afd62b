"""What members read when the rules say no: the right reason, the right numbers, and that nothing was sent."""

from __future__ import annotations

import re

import pytest

from tests.client.acting import Actors, reach
from tests.support.bodies import Person
from tests.support.clocks import utc
from tests.support.plans import DAY, ETHER, HOUR
from tests.support.world import PEOPLE, STRANGER, World
from zonedao.actions import Action
from zonedao.chain.signers import dev_account
from zonedao.errors import ContractRevert
from zonedao.governance.proposals import Proposal

__all__ = ["utc"]

pytestmark = pytest.mark.usefixtures("utc")

NEWCOMER = dev_account(30)


def refused(action: Action[object], said: str, name: str = "") -> None:
    """The action is refused with exactly these words, simulated as well as sent."""
    sender = action.client.sender
    before = action.client.connection.nonce(sender.address)
    for attempt in (action.simulate, action.prepare, action.transact):
        with pytest.raises(ContractRevert) as caught:
            attempt()
        assert re.fullmatch(said, caught.value.message), caught.value.message
        assert name in ("", caught.value.name)
        assert caught.value.tx_hash == ""
    assert action.client.connection.nonce(sender.address) == before


def pay(actors: Actors, amount: int = 1, path: str = "elmcourt", title: str = "Pay") -> Proposal:
    return actors.body(path).propose_pay("bob", amount, title=title).transact().value


def test_too_early_to_vote(actors: Actors, world: World) -> None:
    proposal = pay(actors)
    clock = r"\d\d:\d\d, in (59 min|1 h)"
    refused(proposal.vote("for"), rf"Not yet: voting opens {clock}\. Nothing was sent\.")
    closes = r"(\w{3} )?(\d+ \w{3} )?\d\d:\d\d, in 24 h( 59 min)?|.*"
    refused(proposal.queue(), rf"Not yet: voting opens {clock}, and closes ({closes})\. Nothing was sent\.")
    refused(proposal.execute(), rf"Not yet: voting opens {clock}, and closes ({closes})\. Nothing was sent\.")


def test_the_example_of_the_issue(actors: Actors, world: World) -> None:
    proposal = pay(actors)
    reach(world.chain, proposal.opens_at - 59 * 60)
    world.chain.mine()
    opens = f"{(proposal.opens_at % DAY) // HOUR:02}:{(proposal.opens_at % HOUR) // 60:02}"
    with pytest.raises(ContractRevert) as caught:
        proposal.vote("for").simulate()
    assert caught.value.message in {
        f"Not yet: voting opens {opens}, in {minutes} min. Nothing was sent." for minutes in (58, 59)
    }


def test_while_the_vote_runs(actors: Actors, world: World) -> None:
    proposal = pay(actors)
    reach(world.chain, proposal.opens_at + 1)
    proposal.vote("for").transact()
    refused(proposal.vote("against"), r"You have voted already\. A vote is cast once\. Nothing was sent\.")
    refused(proposal.queue(), r"Not yet: voting closes .*, in 23 h 59 min\. Nothing was sent\.")
    refused(proposal.execute(), r"Not yet: voting closes .*\. Nothing was sent\.")
    refused(proposal.cancel(), r"Too late to withdraw proposal 1: voting opened .* ago\. Nothing was sent\.")


def test_after_the_vote(actors: Actors, world: World) -> None:
    won = pay(actors)
    lost = pay(actors, 2, title="Lost")
    reach(world.chain, lost.opens_at + 1)
    for person in PEOPLE[:4]:
        won.acting_as(person.signer).vote("for").transact()
        lost.acting_as(person.signer).vote("against").transact()
    reach(world.chain, lost.closes_at + 1)
    world.chain.mine()
    refused(won.vote("for"), r"Too late: voting closed .* ago, and the proposal is succeeded\. Nothing was sent\.")
    refused(won.execute(), r"Proposal 1 must be queued first: `zonedao queue 1`\. Nothing was sent\.")
    refused(
        lost.queue(),
        r"Proposal 2 was defeated: 0 for, 4 against, 0 abstaining, where 3 for or abstaining and 50 % for were "
        r"needed\. Nothing was sent\.",
    )
    won.queue().transact()
    refused(
        won.queue(), r"Proposal 1 is queued already\. It can be executed from .*, in 11 h 59 min\. Nothing was sent\."
    )
    refused(won.execute(), r"Not yet: it can be executed from .*, in 11 h 59 min\. Nothing was sent\.")
    reach(world.chain, won.status().eta)
    won.execute().transact()
    refused(won.execute(), r"Proposal 1 was executed already\. Nothing was sent\.")


def test_expired(actors: Actors, world: World) -> None:
    proposal = actors.pass_(pay(actors))
    reach(world.chain, proposal.status().expires_at + 1)
    world.chain.mine()
    refused(
        proposal.execute(), r"Proposal 1 expired .* ago\. Propose it again if it is still wanted\. Nothing was sent\."
    )
    proposal.release_expired().transact()
    refused(
        proposal.release_expired(),
        r"Proposal 1 has nothing reserved: it was never queued, or it was released already\. Nothing was sent\.",
    )


def test_the_same_again(actors: Actors) -> None:
    pay(actors)
    refused(
        actors.zone().propose_pay("bob", 1, title="Pay"),
        r"This very proposal exists already as number 1, and is pending\. Change the title or the text to propose it "
        r"again\. Nothing was sent\.",
        "GovernorUnexpectedProposalState",
    )


def test_who_is_no_elector(actors: Actors, world: World) -> None:
    zone = actors.zone()
    actors.decide(zone.propose_admit([NEWCOMER.address], title="A newcomer"))
    early = pay(actors)
    reach(world.chain, early.opens_at + 1)
    refused(
        early.acting_as(STRANGER.signer).vote("for"),
        r"You are not in the electorate of proposal 2: nobody in Elmcourt acts with this key\. Nothing was sent\.",
    )
    refused(
        early.acting_as(NEWCOMER).vote("for"),
        r"You are not in the electorate of proposal 2: you must have been a member of elmcourt for 1 h by .* ago\. "
        r"Nothing was sent\.",
    )
    food = pay(actors, path="food")
    reach(world.chain, food.opens_at + 1)
    refused(
        food.acting_as(PEOPLE[8].signer).vote("for"),
        r"You are not in the electorate of proposal 1: you were no member of elmcourt/food at .* ago\. "
        r"Nothing was sent\.",
    )


def test_who_joined_later(actors: Actors, world: World) -> None:
    food = actors.body("food")
    joining = actors.pass_(food.propose_admit([PEOPLE[8].address], title="Ivan").transact().value)
    proposal = pay(actors, path="food")
    reach(world.chain, joining.status().eta)
    joining.execute().transact()
    with pytest.raises(ContractRevert) as caught:
        proposal.acting_as(PEOPLE[8].signer).vote("for").simulate()
    assert "you joined elmcourt/food after" in caught.value.message


def test_who_may_not_propose(actors: Actors) -> None:
    refused(
        actors.zone(STRANGER).propose_pay("bob", 1, title="x"),
        r"You cannot propose in elmcourt: nobody in Elmcourt acts with this key\. Nothing was sent\.",
    )
    refused(
        actors.body("food", PEOPLE[9]).propose_pay("bob", 1, title="x"),
        r"You cannot propose in elmcourt/food: you were no member of elmcourt/food at .*\. Nothing was sent\.",
    )
    proposal = pay(actors)
    refused(proposal.acting_as(PEOPLE[1].signer).cancel(), r"Only who proposed it can withdraw it\. Nothing was sent\.")


def test_the_cap_is_used_up(actors: Actors, world: World) -> None:
    actors.pass_(pay(actors, 7 * ETHER))
    proposal = pay(actors, 4 * ETHER, title="More")
    actors.win(proposal, PEOPLE[:4])
    world.chain.mine()
    refused(
        proposal.queue(),
        r"The cap for spending is used up in this epoch: left 3 ETH, wanted 4 ETH\. Queue it in the next epoch, or "
        r"vote for a higher cap\. Nothing was sent\.",
        "CapExceeded",
    )


def test_money_that_is_not_there(actors: Actors, world: World) -> None:
    bakery = actors.body("bakery")
    proposal = bakery.propose_pay("bob", 3 * ETHER // 2, title="Too much").transact().value
    actors.win(proposal, PEOPLE[:3])
    world.chain.mine()
    refused(
        proposal.queue(),
        r"The allowance of elmcourt/food/bakery has 1 ETH left in this epoch, and 1\.5 ETH are wanted\. .* Nothing was "
        r"sent\.",
        "AllowanceExceeded",
    )
    token = bakery.propose_pay("bob", 5, world.token.address, title="Token").transact().value
    actors.win(token, PEOPLE[:3])
    world.chain.mine()
    with pytest.raises(ContractRevert) as caught:
        token.queue().simulate()
    assert caught.value.name == "InsufficientFunds"
    assert caught.value.message.startswith("elmcourt/food/bakery has 0 ")


def test_members(actors: Actors, alice: Person) -> None:
    refused(actors.body("food", PEOPLE[9]).leave(), r"You are no member of elmcourt/food\. Nothing was sent\.")
    refused(actors.zone(STRANGER).leave(), r"Nobody with this key is a member of elmcourt\. Nothing was sent\.")
    proposal = actors.pass_(actors.zone().propose_admit(["bob"], title="Bob twice").transact().value)
    reach(actors.chain, proposal.status().eta)
    actors.chain.mine()
    refused(
        proposal.execute(),
        r"bob is a member of the zone already\. Leave them out of the list\. Nothing was sent\.",
        "AlreadyPerson",
    )


def test_out_of_bounds(actors: Actors) -> None:
    proposal = actors.zone().propose_set_law("spending", quorum_ppm=5_000, title="Too low").transact().value
    actors.pass_(proposal, PEOPLE[:9])
    reach(actors.chain, proposal.status().eta)
    actors.chain.mine()
    refused(
        proposal.execute(),
        r"For the class spending, the quorum cannot be 0\.5 %: between 1 % and 100 % is allowed\. Nothing was sent\.",
    )


def test_a_forbidden_call(actors: Actors) -> None:
    zone = actors.zone()
    data = zone.registry.contract.encode("depart", 3)
    action = zone.propose_call(zone.registry.address, data, title="Depart")
    said = (
        r"No proposal can make this call of the register of Elmcourt \(0x[0-9a-f]{8}\): bodies make it themselves\. .*"
    )
    refused(action, said)
    with pytest.raises(ContractRevert, match="No proposal can make this call"):
        action.explain()


def test_mined_and_reverted(actors: Actors, world: World) -> None:
    """A transaction that was right when it was sent says what became of it, and that it cost its fee."""
    proposal = pay(actors)
    reach(world.chain, proposal.opens_at + 1)
    action = proposal.vote("for")
    first, second = action.prepare(), action.prepare()
    action.wait(action.send(first))
    from dataclasses import replace

    tx_hash = action.send(replace(second, nonce=first.nonce + 1))
    with pytest.raises(ContractRevert) as caught:
        action.wait(tx_hash)
    assert caught.value.message == (
        f"You have voted already. A vote is cast once. It was mined as {tx_hash} and changed nothing but the fee."
    )
