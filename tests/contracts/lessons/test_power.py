"""Lessons of how power was seized elsewhere (LESSONS.md, "Power")."""

from __future__ import annotations

import pytest

from tests.support.bodies import AGAINST, FOR, Person, State, call_of, event, now, read, stand_at
from tests.support.chain import reverts
from tests.support.personhood import PERSONHOOD, Listed
from tests.support.plans import (
    COIN,
    CONSTITUTIONAL,
    ETHER,
    HOUR,
    INDUSTRY,
    LAWS,
    MEMBERSHIP,
    SPENDING,
    STORES,
    Law,
    body_plan,
)
from tests.support.town import Town
from tests.support.world import COIN_CAP, World

KEY = "0x" + "ab" * 20


def shortest(world: World) -> tuple[Law, ...]:
    """The hastiest laws that any body can have."""
    return tuple(Law(*world.zone.read("bounds", class_)[0]) for class_ in range(6))


@pytest.mark.parametrize("class_", range(6))
def test_no_way_from_creation_to_execution_in_less_than_the_delays(world: World, alice: Person, class_: int) -> None:
    """G1 Beanstalk: even under the hastiest law there is time to see a proposal, to vote on it, and to react."""
    hasty = world.new_zone("Hasty", laws=shortest(world))
    zone, law = hasty.body, shortest(world)[class_]
    call = {
        0: zone.own("setCap", SPENDING, COIN, 1),
        1: (hasty.treasury.address, world.pay(alice.address, 0)[1]),
        2: zone.own("admit", [KEY]),
        3: zone.own("remove", 12),
        4: zone.own("found", body_plan("X"), []),
        5: call_of(hasty.stores, "addGood", "grain kg", 0, 0),
    }[class_]
    assert min(law.voting_delay, law.voting_period, law.execution_delay) >= 60
    proposal = zone.propose(call)
    assert proposal.read("proposalClasses") == 1 << class_
    made_at = now(world.chain)
    proposal.carry()
    earliest = made_at + law.voting_delay + law.voting_period + 1 + law.execution_delay
    assert proposal.read("proposalEta") >= earliest
    stand_at(world.chain, proposal.read("proposalEta") - 1)
    with reverts("ProposalNotReady"):
        zone.attempt("execute", *proposal.hashed)
    proposal.execute()
    assert now(world.chain) - made_at >= law.voting_delay + law.voting_period + law.execution_delay


def test_power_is_that_of_before_the_vote_opened(world: World, alice: Person, stranger: Person) -> None:
    """G1 Beanstalk: who becomes a member between creation and vote has no power in it, for any class."""
    zone = world.zone
    admission = zone.propose(zone.own("admit", [stranger.address])).carry().wait_until_due()
    proposals = [zone.propose(world.pay(alice.address)), zone.propose(zone.own("setCap", SPENDING, COIN, 1))]
    admission.execute()
    for proposal in proposals:
        proposal.open()
        stand_at(world.chain, proposal.read("proposalVoteStart") + 1)
        with reverts("NotInElectorate", account=stranger.address):
            zone.attempt("castVote", proposal.id, FOR, by=stranger)


def test_nobody_joins_votes_and_leaves_at_once(town: Town, alice: Person) -> None:
    """G2 MakerDAO: admission, proposing, voting and leaving in one transaction: all of it fails, whatever the order."""
    zone, crowd = town.zone, town.crowd
    town.act(13, 13, zone, "leave")
    open_vote = zone.draft((alice.address, b""))
    puppet = read(town.registry, "person", 13).key
    vote = zone.contract.encode("castVote", open_vote.id, FOR)
    admission = zone.propose(
        zone.own("admit", [puppet]), call_of(crowd, "act", 0, 1, zone.address, vote), description="join and vote"
    )
    admission.open()
    town.act(20, 219, zone, "castVote", admission.id, FOR)
    admission.close().queue()
    stand_at(town.chain, admission.read("proposalEta") - LAWS[CONSTITUTIONAL].voting_delay - 5)
    open_vote.make()
    stand_at(town.chain, admission.read("proposalEta") + 10)
    assert open_vote.state == State.ACTIVE
    with reverts("NotInElectorate", account=puppet):
        zone.attempt("execute", *admission.hashed)


def test_seasoning_is_at_least_an_hour(world: World) -> None:
    """G2 MakerDAO: no vote makes it less."""
    for class_ in range(6):
        hasty = world.zone.law(class_)._replace(seasoning=HOUR - 1)
        with reverts("OutOfBounds", field=0, value=HOUR - 1, least=HOUR):
            world.zone.contract.call("setLaw", class_, hasty, sender=world.zone.address)


def test_active_is_after_the_snapshot(world: World, alice: Person) -> None:
    """G3 OpenZeppelin#2886: Active ⇒ clock > snapshot, in the hastiest zone and in the first second it can be seen."""
    hasty = world.new_zone("Hasty", laws=shortest(world)).body
    proposal = hasty.propose((alice.address, b""))
    while proposal.state != State.ACTIVE:
        assert hasty.read("clock") > proposal.read("proposalSnapshot")
        stand_at(world.chain, max(now(world.chain) + 20, proposal.read("proposalVoteStart")))
    assert hasty.read("clock") > proposal.read("proposalVoteStart") > proposal.read("proposalSnapshot")


@pytest.mark.parametrize("position", [0, 6, 11])
def test_one_call_among_twelve_makes_them_all_constitutional(world: World, alice: Person, position: int) -> None:
    """G4 Compound 289, Build Finance: a role granted in one of twelve calls is judged as such, wherever it hides."""
    calls = [world.pay(alice.address, 1)] * 12
    calls[position] = world.zone.own("setModule", STORES, world.token.address)
    proposal = world.zone.propose(*calls)
    assert proposal.read("proposalClasses") == 1 << CONSTITUTIONAL | (1 << SPENDING)
    law = Law(*proposal.read("proposalLaw"))
    assert law.threshold_ppm == LAWS[CONSTITUTIONAL].threshold_ppm
    assert law.execution_delay == LAWS[CONSTITUTIONAL].execution_delay


def test_what_moves_power_is_constitutional(world: World) -> None:
    """G4: laws, caps, modules, keepers, a mint, any contract unknown; members and industries have their own classes."""
    zone = world.zone
    constitutional = [
        zone.own("setLaw", SPENDING, LAWS[SPENDING]),
        zone.own("setCap", SPENDING, COIN, 1),
        zone.own("setModule", STORES, world.token.address),
        call_of(world.stores, "setKeepers", [1]),
        call_of(world.token, "mint", KEY, 1),
        call_of(world.token, "approve", KEY, 1),
        world.food.own("setLaw", SPENDING, LAWS[SPENDING]),
        world.pay(KEY, 1, asset=KEY),
    ]
    assert {zone.read("classOf", *call) for call in constitutional} == {CONSTITUTIONAL}
    assert zone.read("classOf", *zone.own("admit", [KEY])) == MEMBERSHIP
    assert zone.read("classOf", *zone.own("found", body_plan("X"), [])) == INDUSTRY


def test_at_most_three_live_proposals_a_person(world: World, alice: Person, bob: Person) -> None:
    """G4: nobody floods a body; who has three live ones waits for a vote to end, and takes nobody else's place."""
    zone = world.zone
    calls = [world.pay(alice.address), zone.own("setCap", SPENDING, COIN, 1), zone.own("admit", [KEY])]
    made = [zone.propose(call, by=alice) for call in calls]
    next_at = min(proposal.read("proposalDeadline") for proposal in made) + 1
    draft = zone.draft(world.pay(alice.address), by=alice)
    with reverts("TooManyLiveProposals", proposer=alice.address, most=3, nextAt=next_at):
        zone.attempt("propose", *draft.whole, by=alice)
    zone.propose(world.pay(alice.address), by=bob)
    stand_at(world.chain, next_at)
    assert zone.attempt("propose", *draft.whole, by=alice) == draft.id


@pytest.mark.parametrize("class_", range(6))
def test_no_vote_makes_a_call_looser_than_bytecode(world: World, class_: int) -> None:
    """G4, G31: rows are only ever lifted to constitutional; what was lifted comes back to its own class, not below."""
    zone = world.zone
    call = {
        0: zone.own("setCap", SPENDING, COIN, 1),
        1: world.pay(KEY, 1),
        2: zone.own("admit", [KEY]),
        3: zone.own("remove", 12),
        4: zone.own("found", body_plan("X"), []),
        5: call_of(world.stores, "addGood", "grain kg", 0, 0),
    }[class_]
    row = (zone.read("roleOf", call[0]), call[1][:4])
    if class_ == CONSTITUTIONAL:
        for strict in (True, False):
            with reverts("NoSuchRow", role=row[0], selector=row[1]):
                zone.contract.call("setRow", *row, strict, sender=zone.address)
        return
    for strict in (False, True, False):
        zone.enact(zone.own("setRow", *row, strict))
        assert zone.read("classOf", *call) == (CONSTITUTIONAL if strict else class_)


def test_no_number_of_proposals_spends_more_than_the_cap(world: World, alice: Person) -> None:
    """G4 Lazy Summer: spend per epoch ≤ cap, however it is cut up."""
    zone = world.zone
    proposals = [zone.propose(world.pay(alice.address, 3 * ETHER)) for _ in range(5)]
    stand_at(world.chain, proposals[-1].read("proposalVoteStart"))
    for proposal in proposals:
        proposal.vote(FOR, *zone.members[:3])
    stand_at(world.chain, proposals[-1].read("proposalDeadline") + 1)
    queued = []
    for proposal in proposals:
        if sum(queued) + 3 * ETHER <= COIN_CAP:
            proposal.queue()
            queued.append(3 * ETHER)
        else:
            with reverts("CapExceeded", left=COIN_CAP - sum(queued), wanted=3 * ETHER):
                zone.attempt("queue", *proposal.hashed)
    assert len(queued) == 3


def test_quorum_counts_the_heads_of_the_electorates_moment(world: World, alice: Person, heidi: Person) -> None:
    """G5 Audius, Empty Set Dollar: numerator and denominator are persons of one snapshot, whoever comes or goes."""
    zone = world.zone
    newcomers = ["0x" + f"{number:040x}" for number in range(0xA0, 0xD0)]
    admission = zone.propose(zone.own("admit", newcomers)).carry().wait_until_due()
    proposal = zone.propose(world.pay(alice.address))
    admission.execute()
    assert zone.read("headcountAt", now(world.chain)) == 60
    zone.send("leave", by=heidi)
    assert (proposal.read("proposalElectorate"), proposal.read("proposalQuorum")) == (12, 3)
    # Heidi left after the snapshot: she counts below and above the line.
    proposal.open().vote(FOR, heidi, *zone.members[:2])
    stand_at(world.chain, proposal.read("proposalDeadline") + 1)
    assert proposal.state == State.SUCCEEDED
    assert event(proposal.receipt, "ProposalNumbered")["electorate"] == 12


@pytest.mark.parametrize("role", range(1, 9))
def test_what_a_zone_lists_as_a_module_is_constitutional(world: World, role: int) -> None:
    """G33 SafeSnap: which contracts may act for a zone is decided under the strictest law, for every role."""
    target, data = world.zone.own("setModule", role, world.token.address)
    assert world.zone.read("classOf", target, data) == CONSTITUTIONAL


@pytest.mark.parametrize("class_", range(6))
def test_inaction_means_no(world: World, alice: Person, class_: int) -> None:
    """G33 SafeSnap: what nobody votes on is defeated in every class, and time does not help it."""
    call = {
        0: world.zone.own("setCap", SPENDING, COIN, 1),
        1: world.pay(alice.address, 1),
        2: world.zone.own("admit", [KEY]),
        3: world.zone.own("remove", 12),
        4: world.zone.own("found", body_plan("X"), []),
        5: call_of(world.stores, "addGood", "grain kg", 0, 0),
    }[class_]
    proposal = world.zone.propose(call)
    assert proposal.read("proposalClasses") == 1 << class_
    for wait in (1, 10**7):
        stand_at(world.chain, proposal.read("proposalDeadline") + wait)
        assert proposal.state is State.DEFEATED
        with reverts("GovernorUnexpectedProposalState", proposalId=proposal.id):
            proposal.queue()


def test_who_decides_personhood_is_no_matter_of_a_simple_majority(world: World, stranger: Person) -> None:
    """G8 Proof of Humanity: nor is what a zone tells its module, and a bare majority lets nobody in by another door."""
    zone = world.zone
    lists = Listed(world).tree([(stranger, b"\1" * 32)])
    for calls in ([zone.own("setModule", PERSONHOOD, lists.contract.address)], [lists.call("setRoot", lists.root, "")]):
        proposal = zone.propose(*calls)
        assert proposal.read("proposalClasses") == 1 << CONSTITUTIONAL
        assert proposal.read("proposalLaw").thresholdPpm >= 666_666
        proposal.open().vote(FOR, *zone.members[:7])
        proposal.vote(AGAINST, *zone.members[7:])
        stand_at(world.chain, proposal.read("proposalDeadline") + 1)
        assert proposal.state is State.DEFEATED
    with reverts("NoPersonhood"):
        zone.attempt("enroll", stranger.address, lists.proof(stranger), by=stranger)
