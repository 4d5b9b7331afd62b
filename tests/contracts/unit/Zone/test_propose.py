"""Zone.propose: what it records, who may, and what it refuses."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode

from tests.support.bodies import FOR, Call, Person, State, call_of, event, just_before, now, stand_at
from tests.support.chain import deploy, reverts
from tests.support.plans import COIN, CONSTITUTIONAL, INDUSTRY, LAWS, MEMBERSHIP, NOTHING, SPENDING, genesis, own
from tests.support.town import Town
from tests.support.world import World, body_plan, create_zone, zone_plan
from zonedao.chain.signers import dev_account

NEWCOMER = "0x" + "ab" * 20


def test_it_is_recorded(world: World, bob: Person) -> None:
    zone = world.zone
    call = world.pay(bob.address, 7)
    proposal = zone.propose(call, by=bob, description="pay bob")
    made_at, law = now(world.chain), LAWS[SPENDING]
    assert proposal.read("proposalSnapshot") == made_at - 1
    assert proposal.read("proposalVoteStart") == made_at + law.voting_delay
    assert proposal.read("proposalDeadline") == made_at + law.voting_delay + law.voting_period
    assert proposal.read("proposalEta") == 0
    assert proposal.read("proposalExpiry") == proposal.read("proposalDeadline") + law.grace
    assert proposal.read("proposalProposer") == bob.address
    assert proposal.read("proposalElectorate") == 12
    assert proposal.read("proposalQuorum") == 3
    assert proposal.read("proposalClasses") == 1 << SPENDING
    assert tuple(proposal.read("proposalLaw")) == law
    assert proposal.tally == (0, 0, 0)
    assert proposal.state == State.PENDING


def test_events(world: World, bob: Person) -> None:
    call = world.pay(bob.address, 7)
    proposal = world.zone.propose(call, by=bob, description="pay bob")
    assert proposal.receipt is not None
    assert event(proposal.receipt, "ProposalCreated") == {
        "proposalId": proposal.id,
        "proposer": bob.address,
        "targets": (world.treasury.address,),
        "values": (0,),
        "signatures": ("",),
        "calldatas": (call[1],),
        "voteStart": proposal.read("proposalVoteStart"),
        "voteEnd": proposal.read("proposalDeadline"),
        "description": "pay bob",
    }
    assert event(proposal.receipt, "ProposalNumbered") == {
        "number": 1,
        "proposalId": proposal.id,
        "classes": 1 << SPENDING,
        "electorate": 12,
    }


@pytest.mark.parametrize("calls", [1, 2, 16])
@pytest.mark.parametrize("text", ["", "a", "ä" * 31, "x" * 32, "y" * 1000])
def test_the_event_byte_for_byte(world: World, bob: Person, calls: int, text: str) -> None:
    """ProposalCreated is encoded by hand; it must be what the compiler would encode, to the last byte of padding."""
    drafts = [world.pay(bob.address, 7 + n) for n in range(min(calls, 8))]
    drafts += [(dev_account(n).address, bytes(range(n))) for n in range(calls - len(drafts))]
    proposal = world.zone.propose(*drafts, by=bob, description=text)
    assert proposal.receipt is not None
    kind = world.zone.contract.interface.event("ProposalCreated")
    (log,) = (log for log in proposal.receipt.logs if log["topics"] == ["0x" + kind.topic.hex()])
    types = ("uint256", "address", "address[]", "uint256[]", "string[]", "bytes[]", "uint256", "uint256", "string")
    targets, data = zip(*drafts, strict=True)
    times = proposal.read("proposalVoteStart"), proposal.read("proposalDeadline")
    expected = encode(types, (proposal.id, bob.address, targets, (0,) * calls, ("",) * calls, data, *times, text))
    assert bytes.fromhex(log["data"][2:]) == expected


def test_it_returns_the_hash_of_its_content(world: World, alice: Person) -> None:
    draft = world.zone.draft(world.pay(alice.address), description="twice")
    assert world.zone.attempt("propose", *draft.whole, by=alice) == draft.id


def test_each_body_counts_its_own(world: World, alice: Person) -> None:
    call = world.pay(alice.address)
    numbers = [world.zone.propose(call).read("proposalNumber") for _ in range(3)]
    assert numbers == [1, 2, 3]
    assert world.food.propose(call).read("proposalNumber") == 1
    assert (world.zone.read("proposalCount"), world.food.read("proposalCount")) == (3, 1)


# --- who may ---


def test_every_member_may(world: World) -> None:
    for person in world.zone.members:
        world.zone.propose(world.pay(person.address), by=person)
    assert world.zone.read("proposalCount") == 12


def test_a_stranger_may_not(world: World, stranger: Person) -> None:
    draft = world.zone.draft(world.pay(stranger.address), by=stranger)
    with reverts("GovernorInsufficientProposerVotes", proposer=stranger.address, votes=0, threshold=1):
        world.zone.attempt("propose", *draft.whole, by=stranger)


def test_a_member_of_the_parent_alone_may_not(world: World, grace: Person) -> None:
    draft = world.food.draft(world.pay(grace.address), by=grace)
    with reverts("GovernorInsufficientProposerVotes", proposer=grace.address):
        world.food.attempt("propose", *draft.whole, by=grace)


def test_who_left_may_not_from_the_next_second_on(world: World, heidi: Person) -> None:
    world.zone.send("leave", by=heidi)
    left_at = now(world.chain)
    draft = world.zone.draft(world.pay(heidi.address), by=heidi)
    # In the second of leaving itself the snapshot is the second before it.
    assert world.zone.attempt("propose", *draft.whole, by=heidi) == draft.id
    world.chain.set_time(left_at + 1)
    with reverts("GovernorInsufficientProposerVotes", proposer=heidi.address):
        world.zone.attempt("propose", *draft.whole, by=heidi)


@pytest.mark.parametrize(("seconds", "seasoned"), [(0, False), (1, True)])
def test_a_newcomer_may_once_seasoned(world: World, stranger: Person, seconds: int, seasoned: bool) -> None:
    zone = world.zone
    zone.enact(zone.own("admit", [stranger.address]))
    world.chain.set_time(now(world.chain) + LAWS[SPENDING].seasoning + seconds)
    draft = zone.draft(world.pay(stranger.address), by=stranger)
    if seasoned:
        assert zone.attempt("propose", *draft.whole, by=stranger) == draft.id
    else:
        with reverts("GovernorInsufficientProposerVotes"):
            zone.attempt("propose", *draft.whole, by=stranger)


def test_seasoning_is_that_of_the_strictest_class(world: World, stranger: Person) -> None:
    zone = world.zone
    zone.enact(zone.own("admit", [stranger.address]))
    world.chain.set_time(now(world.chain) + LAWS[SPENDING].seasoning + 1)
    calls = world.pay(stranger.address), zone.own("admit", [NEWCOMER])
    with reverts("GovernorInsufficientProposerVotes"):
        zone.attempt("propose", *zone.draft(*calls, by=stranger).whole, by=stranger)
    world.chain.set_time(now(world.chain) + LAWS[MEMBERSHIP].seasoning - LAWS[SPENDING].seasoning)
    zone.attempt("propose", *zone.draft(*calls, by=stranger).whole, by=stranger)


# --- whose description it is ---


def suffix(address: str) -> str:
    return "#proposer=" + address


@pytest.mark.parametrize("spelling", [str, str.lower, lambda address: "0x" + address[2:].upper()])
def test_a_named_proposer_may(world: World, alice: Person, spelling: object) -> None:
    assert callable(spelling)
    zone = world.zone
    proposal = zone.propose(world.pay(alice.address), by=alice, description="mine" + suffix(spelling(alice.address)))
    assert proposal.state == State.PENDING


def test_nobody_but_the_named_proposer_may(world: World, alice: Person, bob: Person) -> None:
    for text in ("alice's" + suffix(alice.address), suffix(alice.address)):
        draft = world.zone.draft(world.pay(alice.address), by=bob, description=text)
        with reverts("GovernorRestrictedProposer", proposer=bob.address):
            world.zone.attempt("propose", *draft.whole, by=bob)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#proposer=0x",
        "#proposer=0x" + "00" * 19,
        "mine#proposer=0x" + "00" * 19 + "0g",
        "mine#proposer=0x" + "00" * 19 + "0/",
        "mine#proposer=0x" + "00" * 19 + "0:",
        "mine#proposer=0x" + "00" * 19 + "0@",
        "mine#proposer=0x" + "00" * 19 + "0`",
        "mine#proposer=0x" + "00" * 19 + "0G",
        "mine#proposer=0x" + "00" * 19 + "0\x00",
        "mine#proposer=0x" + "00" * 19 + "é",
        "mine#proposer=0x" + "g" + "00" * 19 + "0",
        "mine#Proposer=0x" + "00" * 20,
        "mine#proposer=0X" + "00" * 20,
        "mine#proposer=0x" + "00" * 20 + " ",
        "é" * 40,
    ],
)
def test_whatever_names_no_proposer_is_free(world: World, bob: Person, text: str) -> None:
    draft = world.zone.draft(world.pay(bob.address), description=text, by=bob)
    assert world.zone.attempt("propose", *draft.whole, by=bob) == draft.id


# --- what it may contain ---


def test_lengths_must_agree(world: World, alice: Person) -> None:
    target, data = world.pay(alice.address)
    for targets, values, calldatas in (
        ([], [], []),
        ([target], [], [data]),
        ([target], [0, 0], [data]),
        ([target], [0], []),
        ([target, target], [0, 0], [data]),
    ):
        with reverts(
            "GovernorInvalidProposalLength", targets=len(targets), calldatas=len(calldatas), values=len(values)
        ):
            world.zone.attempt("propose", targets, values, calldatas, "", by=alice)


def test_sixteen_calls_and_no_more(world: World, alice: Person) -> None:
    call = world.pay(alice.address)
    zone = world.zone
    draft = zone.draft(*[call] * 16)
    assert zone.attempt("propose", *draft.whole, by=alice) == draft.id
    with reverts("TooManyCalls", calls=17, most=16):
        zone.attempt("propose", *zone.draft(*[call] * 17).whole, by=alice)


@pytest.mark.parametrize("position", [0, 2])
def test_no_call_carries_coin(world: World, alice: Person, position: int) -> None:
    target, data = world.pay(alice.address)
    values = [0, 0, 0]
    values[position] = 1
    with reverts("ValueNotZero", position=position):
        world.zone.attempt("propose", [target] * 3, values, [data] * 3, "", by=alice)


@pytest.mark.parametrize("body", ["zone", "food", "bakery"])
def test_the_machinery_is_not_for_proposals(world: World, alice: Person, body: str) -> None:
    own_body = getattr(world, body)
    forbidden: list[Call] = [
        call_of(world.registry, "admit", [NEWCOMER]),
        call_of(world.registry, "depart", 1),
        (world.registry.address, b""),
        call_of(world.factory, "createIndustry", body_plan("Bypass"), []),
        (world.factory.address, b""),
        call_of(world.treasury, "reserve", COIN, 1, 1),
        call_of(world.treasury, "release", COIN, 1, False, 1, 1),
    ]
    for target, data in forbidden:
        draft = own_body.draft(world.pay(alice.address), (target, data))
        with reverts("ForbiddenCall", target=target, selector=data[:4].ljust(4, b"\0")):
            own_body.attempt("propose", *draft.whole, by=alice)


@pytest.mark.parametrize("words", [0, 1, 2])
def test_a_payment_must_have_its_amount(world: World, alice: Person, words: int) -> None:
    target, data = world.pay(alice.address)
    short = data[: 4 + 32 * words + 31]
    draft = world.zone.draft((target, short))
    with reverts("TruncatedCall", length=len(short)):
        world.zone.attempt("propose", *draft.whole, by=alice)


def test_calls_of_several_classes(world: World, alice: Person) -> None:
    zone = world.zone
    proposal = zone.propose(
        world.pay(alice.address), zone.own("admit", [NEWCOMER]), zone.own("found", body_plan("Health"), [])
    )
    assert proposal.read("proposalClasses") == 1 << SPENDING | 1 << MEMBERSHIP | 1 << INDUSTRY


def test_a_target_need_not_have_code(world: World) -> None:
    proposal = world.zone.propose((NEWCOMER, b"\x12\x34\x56\x78"))
    assert proposal.read("proposalClasses") == 1 << CONSTITUTIONAL


# --- once only ---


def test_the_same_proposal_is_not_made_twice(world: World, alice: Person, bob: Person) -> None:
    zone = world.zone
    proposal = zone.propose(world.pay(alice.address))
    for _ in range(2):
        with reverts(
            "GovernorUnexpectedProposalState", proposalId=proposal.id, current=State.PENDING, expectedStates=NOTHING
        ):
            zone.attempt("propose", *proposal.whole, by=bob)
        world.chain.set_time(now(world.chain) + 1)


def test_not_even_when_its_life_is_over(world: World, alice: Person) -> None:
    zone = world.zone
    canceled = zone.propose(world.pay(alice.address))
    canceled.cancel()
    executed = zone.propose(world.pay(alice.address))
    executed.open().vote(FOR, *zone.members[:3])
    executed.close().queue()
    executed.wait_until_due().execute()
    for proposal, state in ((canceled, State.CANCELED), (executed, State.EXECUTED)):
        with reverts("GovernorUnexpectedProposalState", current=state):
            zone.attempt("propose", *proposal.whole, by=alice)


# --- when ---


def test_not_while_the_body_is_being_born(world: World, alice: Person) -> None:
    begun = genesis([own("admit", [alice.address])], [own("setCap", SPENDING, COIN, 1)])
    zone = create_zone(world.factory, zone_plan(body_plan("Unborn", begun.commitment)), genesis(), [alice]).body
    for step in begun.steps:
        with reverts("NotLive"):
            zone.attempt("propose", [NEWCOMER], [0], [b""], "", by=alice)
        zone.send("genesis", step)
    zone.attempt("propose", [NEWCOMER], [0], [b""], "", by=alice)


def test_law_and_members_are_those_of_the_second_before(world: World, alice: Person, heidi: Person) -> None:
    """A change in the very second of the proposal is not yet seen by it."""
    zone = world.zone
    quick = LAWS[SPENDING]._replace(voting_delay=60)
    zone.enact(zone.own("remove", heidi.index))
    stand_at(world.chain, zone.read("expulsion", heidi.index)[0])
    change = zone.propose(zone.own("setLaw", SPENDING, quick), zone.own("finishExpulsion", heidi.index)).carry()
    change.wait_until_due()
    change.execute()
    draft = zone.draft(world.pay(alice.address))
    simulated = draft.whole
    # Read at the second of the execution: the proposal would open by the old law, with twelve members.
    assert zone.attempt("propose", *simulated, by=alice) == draft.id
    proposal = draft.make()
    assert tuple(proposal.read("proposalLaw")) == quick
    assert proposal.read("proposalElectorate") == 11


def test_departures_are_applied_first(world: World, alice: Person, bob: Person) -> None:
    world.zone.send("leave", by=bob)
    proposal = world.food.propose(world.pay(alice.address))
    assert proposal.receipt is not None
    assert event(proposal.receipt, "MembershipEnded")["index"] == bob.index
    assert world.food.read("departuresSeen") == 1


def test_more_than_sixty_four_departures_must_be_applied_before(town: Town, alice: Person) -> None:
    town.act(13, 13 + 64, town.zone, "leave")
    draft = town.union.draft((NEWCOMER, b""))
    with reverts("DeparturesPending", pending=1):
        town.union.attempt("propose", *draft.whole, by=alice)
    town.union.send("syncDepartures", 1)
    proposal = draft.make()
    assert proposal.read("proposalElectorate") == 200 - 65


def test_sixty_four_are_applied_at_once(town: Town) -> None:
    town.act(13, 13 + 63, town.zone, "leave")
    just_before(town.chain, now(town.chain) + 2)
    proposal = town.union.propose((NEWCOMER, b""))
    assert proposal.read("proposalElectorate") == 200 - 64


def test_a_contract_beside_the_modules_is_constitutional(world: World) -> None:
    probe = deploy(world.chain, "ChainProbe", 1)
    proposal = world.zone.propose(call_of(probe, "count10"))
    assert proposal.read("proposalClasses") == 1 << CONSTITUTIONAL
