"""Lessons of how signatures were used again, or bent, elsewhere (LESSONS.md, "Signatures and ids").

python -m tests.contracts.lessons.test_signatures      writes the golden vectors anew, with eth-account
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from coincurve import PublicKey

from tests.support.ballots import (
    BALLOT,
    BATCH_BALLOT,
    EXTENDED_BALLOT,
    ORDER,
    Ballot,
    ballot,
    batch,
    batch_message,
    digest_of,
    domain,
    domain_of,
    even,
    group,
    message,
    signed,
    signed_as_representative,
    signed_with_reason,
)
from tests.support.bodies import (
    ABSTAIN,
    AGAINST,
    FOR,
    Body,
    Person,
    Proposal,
    events,
    just_before,
    now,
    read,
    stand_at,
    transact,
)
from tests.support.chain import deploy, reverts, rollback
from tests.support.plans import COIN
from tests.support.world import PEOPLE, World
from zonedao import artifacts
from zonedao.chain.abi import create_address, keccak
from zonedao.chain.connection import Connection
from zonedao.chain.signers import dev_account, dev_key
from zonedao.errors import ContractRevert

GOLDEN = Path(__file__).with_name("signatures.json")
CHAIN_IDS = {"anvil": 31_337, "ganache": 1_337, "embedded": 131_277_322_940_537}
NAME = "Elm Court, ünïcode & all"
PROBER = 55  # the account whose first transaction creates the probe

Path_ = Callable[..., tuple[str, tuple[Any, ...]]]


def by_signature(proposal: Proposal, support: int, voter: Person, **how: Any) -> tuple[str, tuple[Any, ...]]:
    return "castVoteBySig", signed(proposal, support, voter, **how)


def with_reason(proposal: Proposal, support: int, voter: Person, **how: Any) -> tuple[str, tuple[Any, ...]]:
    return "castVoteWithReasonAndParamsBySig", signed_with_reason(proposal, support, voter, **how)


def as_representative(proposal: Proposal, support: int, voter: Person, **how: Any) -> tuple[str, tuple[Any, ...]]:
    return "castVoteAsRepresentativeBySig", signed_as_representative(proposal, support, voter, **how)


def in_a_batch(proposal: Proposal, support: int, voter: Person, **how: Any) -> tuple[str, tuple[Any, ...]]:
    return "castBallots", (proposal.id, batch(ballot(proposal, support, voter, **how)))


def directly(proposal: Proposal, support: int, voter: Person) -> tuple[str, tuple[Any, ...]]:
    return "castVote", (proposal.id, support)


SIGNED: dict[str, Path_] = {
    "single": by_signature,
    "with reason": with_reason,
    "representative": as_representative,
    "batch": in_a_batch,
}


@pytest.fixture(params=SIGNED)
def path(request: pytest.FixtureRequest) -> Path_:
    """Each way in which somebody else brings a signed vote."""
    return SIGNED[request.param]


def opened(body: Body, *calls: Any, **how: Any) -> Proposal:
    """In the first second of its vote."""
    proposal = body.propose(*(calls or (body.own("setCap", 1, COIN, 5),)), **how)
    stand_at(body.chain, proposal.read("proposalVoteStart") + 1)
    return proposal


def counts_nothing(body: Body, function: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ContractRevert) as caught:
        body.attempt(function, *arguments)
    assert caught.value.name in ("GovernorInvalidSignature", "NothingCounted", "GovernorAlreadyCastVote")


# --- G19 ---


def test_each_path_closes_every_other(world: World, alice: Person) -> None:
    """G19 Flexible Voting: at most one count per (proposal, person), whatever came first and whatever comes next."""
    zone = world.zone
    paths: dict[str, Path_] = {**SIGNED, "direct": directly}
    proposal = opened(zone)
    for first in paths.values():
        with rollback(world.chain):
            function, arguments = first(proposal, FOR, alice)
            zone.send(function, *arguments, by=alice)
            assert proposal.tally == (0, 1, 0)
            for second in paths.values():
                for support in (AGAINST, FOR):
                    function, arguments = second(proposal, support, alice)
                    with reverts("NothingCounted" if function == "castBallots" else "GovernorAlreadyCastVote"):
                        zone.attempt(function, *arguments, by=alice)
            assert proposal.read("votedMask", 0) == 1 << alice.index


def test_what_was_counted_cannot_be_brought_again(world: World, alice: Person, path: Path_) -> None:
    """G19: the same bytes."""
    proposal = opened(world.zone)
    function, arguments = path(proposal, FOR, alice)
    world.zone.send(function, *arguments)
    counts_nothing(world.zone, function, arguments)


def test_not_on_another_proposal(world: World, alice: Person, path: Path_) -> None:
    """G19: the id is signed, so it cannot be exchanged."""
    one, other = world.zone.propose(world.pay(alice.address)), opened(world.zone)
    function, arguments = path(one, FOR, alice)
    counts_nothing(world.zone, function, (other.id, *arguments[1:]))
    stand_at(world.chain, max(now(world.chain), one.read("proposalVoteStart") + 1))
    world.zone.send(function, *arguments)
    assert (one.tally, other.tally) == ((0, 1, 0), (0, 0, 0))


def test_not_in_another_body(world: World, alice: Person, path: Path_) -> None:
    """G19: clones of one code with the same register and the same proposal id, and a zone of the same name."""
    twin = world.new_zone("Elmcourt", nonce=5).body
    call = world.zone.own("setCap", 1, COIN, 5)
    proposals = [opened(body, call, description="same") for body in (world.zone, world.food, world.bakery, twin)]
    assert len({proposal.id for proposal in proposals}) == 1
    function, arguments = path(proposals[0], FOR, alice)
    for proposal in proposals[1:]:
        counts_nothing(proposal.body, function, arguments)
    world.zone.send(function, *arguments)
    assert [sum(proposal.tally) for proposal in proposals] == [1, 0, 0, 0]


@pytest.mark.parametrize(
    "change",
    [
        {"chainId": 1},
        {"name": "Elm Court"},
        {"version": "2"},
        {"verifyingContract": "0x" + "11" * 20},
    ],
    ids=lambda change: next(iter(change)),
)
def test_not_on_another_chain_or_in_another_domain(
    world: World, alice: Person, path: Path_, change: dict[str, Any]
) -> None:
    """G19: a ballot for the same body after a chain has split counts on its own side only."""
    proposal = opened(world.zone)
    function, arguments = path(proposal, FOR, alice, domain_={**domain_of(world.zone), **change})
    counts_nothing(world.zone, function, arguments)


def test_not_in_the_code_of_all_bodies(world: World, alice: Person, path: Path_) -> None:
    """G19: the implementation has the name of nobody, and no proposals."""
    proposal = opened(world.zone)
    function, arguments = path(proposal, FOR, alice)
    code = Body(world.chain, world.factory.call("implementation"), PEOPLE)
    with pytest.raises(ContractRevert):
        code.attempt(function, *arguments)


def test_one_kind_of_ballot_is_no_other(world: World, alice: Person) -> None:
    """G19: all of them are ballots to the member; to the chain they are different messages."""
    proposal = opened(world.zone)
    single = signed(proposal, FOR, alice)[-1]
    representing = signed_as_representative(proposal, FOR, alice)[-1]
    reasoned = signed_with_reason(proposal, FOR, alice, "")[-1]
    batched = alice.signer.sign_typed_data(batch_message(proposal, FOR))
    for function, others in (
        ("castVoteBySig", (reasoned, batched, representing)),
        ("castVoteAsRepresentativeBySig", (reasoned, batched, single)),
    ):
        for signature in others:
            with reverts("GovernorInvalidSignature"):
                world.zone.attempt(function, proposal.id, FOR, alice.address, signature)
    for signature in (single, batched, representing):
        with reverts("GovernorInvalidSignature"):
            arguments = (proposal.id, FOR, alice.address, "", b"", signature)
            world.zone.attempt("castVoteWithReasonAndParamsBySig", *arguments)
    for signature in (single, reasoned, representing):
        with reverts("NothingCounted"):
            data = batch(Ballot(FOR, alice.index, even(signature)))
            world.zone.attempt("castBallots", proposal.id, data)


# --- G20 ---


def another_signature(digest: bytes, key: bytes, k: int) -> bytes:
    """65 bytes: an ECDSA signature with the random number `k`, s in the lower half (SEC 1, 4.1.3)."""
    point = PublicKey.from_secret(k.to_bytes(32, "big")).format(compressed=False)
    r, odd = int.from_bytes(point[1:33], "big"), point[64] & 1
    s = pow(k, -1, ORDER) * (int.from_bytes(digest, "big") + r * int.from_bytes(key, "big")) % ORDER
    if s > ORDER // 2:
        s, odd = ORDER - s, odd ^ 1
    return r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([27 + odd])


def test_the_bit_belongs_to_the_person(world: World, alice: Person) -> None:
    """G20 malleability: any number of signatures by one person for one ballot count once, in one batch and after it."""
    proposal = opened(world.zone)
    digest, key = digest_of(batch_message(proposal, FOR)), dev_key(alice.index)
    signatures = [even(another_signature(digest, key, k)) for k in (1, 2, 3, 77, 2**200 + 9)]
    assert len(set(signatures)) == 5
    for signature in signatures:
        assert world.zone.attempt("castBallots", proposal.id, group(0, FOR, [(1, signature)])) == 1
    data = group(0, FOR, [(1, signature) for signature in signatures])
    assert world.zone.attempt("castBallots", proposal.id, data) == 1
    world.zone.send("castBallots", proposal.id, group(0, FOR, [(1, signatures[0])]))
    for signature in signatures[1:]:
        with reverts("NothingCounted"):
            world.zone.attempt("castBallots", proposal.id, group(0, FOR, [(1, signature)]))
    assert proposal.tally == (0, 1, 0)


def test_the_other_half_of_a_signature_is_nobodys(world: World, alice: Person) -> None:
    """G20: n − s with the other parity is the same signature; single votes refuse it, a batch cannot even hold it."""
    proposal = opened(world.zone)
    for function, arguments in (by_signature(proposal, FOR, alice), with_reason(proposal, FOR, alice)):
        *others, signature = arguments
        mirrored = (ORDER - int.from_bytes(signature[32:64], "big")).to_bytes(32, "big")
        twin = signature[:32] + mirrored + bytes([55 - signature[64]])
        with reverts("GovernorInvalidSignature"):
            world.zone.attempt(function, *others, twin)
        world.zone.attempt(function, *arguments)
    good = ballot(proposal, FOR, alice).signature
    mirrored = (ORDER - int.from_bytes(good[32:], "big")).to_bytes(32, "big")
    with reverts("NothingCounted"):
        world.zone.attempt("castBallots", proposal.id, group(0, FOR, [(1, good[:32] + mirrored)]))


# --- G14 ---


def test_bits_tally_and_events_are_as_many_on_every_path(world: World) -> None:
    """G14: bits set = number of voters = VoteCast logs + popcount of BallotsCounted logs, over all paths."""
    verifier = deploy(world.chain, "VerifierDouble")
    transact(verifier, "takeEverything")
    zone = world.new_zone("Everything", verifier=verifier.address).body
    proposal = opened(zone)
    receipts = [
        proposal.vote(AGAINST, PEOPLE[0]),
        zone.send("castVoteBySig", *signed(proposal, FOR, PEOPLE[1])),
        zone.send("castBallots", proposal.id, batch(*(ballot(proposal, FOR, one) for one in PEOPLE[:5]))),
        zone.send("castVoteWithReasonAndParamsBySig", *signed_with_reason(proposal, ABSTAIN, PEOPLE[5])),
        zone.send("castAggregate", proposal.id, 3, [0, 0b11111111, 0, 0b1111100000000], []),
    ]
    cast = [event for receipt in receipts for event in events(receipt, "VoteCast", zone.address)]
    told = [event.args for receipt in receipts for event in events(receipt, "BallotsCounted", zone.address)]
    counted = [sum(bits.bit_count() for args in told for bits in args["words"][place::4]) for place in (1, 2, 3)]
    bits = proposal.read("votedMask", 0)
    assert bits == 0b1111111111110
    assert bits.bit_count() == sum(proposal.tally) == len(cast) + sum(counted) == len(PEOPLE)
    assert tuple(counted[s] + sum(event.args["support"] == s for event in cast) for s in range(3)) == proposal.tally
    every = [args["words"][place] for args in told for place in (1, 2, 3)]
    every += [1 << zone.registry.call("indexOf", event.args["voter"]) for event in cast]
    assert sum(every) == bits  # disjoint: nobody is told twice


def test_a_strangers_signature_is_worth_nothing(world: World, stranger: Person, path: Path_) -> None:
    """G14: there are no votes of zero weight, signed ones neither."""
    proposal = opened(world.zone)
    function, arguments = path(proposal, FOR, stranger)
    with reverts("NothingCounted" if function == "castBallots" else "NotInElectorate"):
        world.zone.attempt(function, *arguments)
    assert proposal.read("votedMask", 0) == 0


# --- G24 ---


def vectors() -> list[dict[str, Any]]:
    """What eth-account says for a body on each chain: domains, digests and signatures, all as hex."""
    probe = create_address(dev_account(PROBER).address, 0)
    proposal, voter, found = 2**256 - 189, PEOPLE[1], []
    for chain_id in sorted(CHAIN_IDS.values()):
        body = domain(NAME, chain_id, probe)
        choice = {"proposalId": proposal, "support": FOR}
        reasoned = {**choice, "voter": voter.address, "nonce": 7, "reason": "weil’s gut ist", "params": b""}
        single = {name: reasoned[name] for name in BALLOT}
        batched = [{**choice, "support": support, "choice": bytes(32)} for support in range(3)]
        texts = [
            message("Ballot", BALLOT, single, body),
            message("ExtendedBallot", EXTENDED_BALLOT, reasoned, body),
            *(message("Ballot", BATCH_BALLOT, values, body) for values in batched),
        ]
        found.append(
            {
                "chainId": chain_id,
                "name": NAME,
                "verifyingContract": probe,
                "proposalId": hex(proposal),
                "voter": voter.address,
                "nonce": 7,
                "reason": "weil’s gut ist",
                "digests": [digest_of(text).hex() for text in texts],
                "signatures": [voter.signer.sign_typed_data(text).hex() for text in texts],
            }
        )
    return found


@pytest.mark.once
def test_eth_account_still_makes_the_golden_vectors() -> None:
    """G24: the committed ones were made by it; neither its versions nor ours may change what is signed."""
    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == vectors()


def test_the_chain_asks_for_what_the_golden_vectors_say(chain: Connection) -> None:
    """G24: domain and digests of every kind of ballot, on a chain of each id."""
    probe = deploy(chain, "SigningProbe", NAME, by=dev_account(PROBER))
    (golden,) = (each for each in json.loads(GOLDEN.read_text(encoding="utf-8")) if each["chainId"] == chain.chain_id)
    assert probe.address == golden["verifyingContract"]
    domain_ = read(probe, "eip712Domain")
    assert tuple(domain_)[1:5] == (golden["name"], "1", golden["chainId"], golden["verifyingContract"])
    proposal = int(golden["proposalId"], 16)
    head = proposal.to_bytes(32, "big") + FOR.to_bytes(32, "big")
    head += bytes.fromhex(golden["voter"][2:]).rjust(32, b"\0") + golden["nonce"].to_bytes(32, "big")
    contents = [
        keccak(read(probe, "BALLOT_TYPEHASH") + head),
        keccak(read(probe, "EXTENDED_BALLOT_TYPEHASH") + head + keccak(golden["reason"].encode()) + keccak(b"")),
    ]
    digests = [read(probe, "digestOf", content) for content in contents]
    digests += read(probe, "batchDigests", proposal)
    assert [digest.hex() for digest in digests] == golden["digests"]
    assert digest_of_domain(golden) == read(probe, "domainSeparator")


def digest_of_domain(golden: dict[str, Any]) -> bytes:
    """EIP-712's hash of the domain, by eth-account."""
    from eth_account.messages import encode_typed_data

    body = domain(golden["name"], golden["chainId"], golden["verifyingContract"])
    text = message("Ballot", BATCH_BALLOT, {"proposalId": 1, "support": 1, "choice": bytes(32)}, body)
    return bytes(encode_typed_data(full_message=text).header)


def test_what_the_body_says_of_its_domain_is_what_counts(world: World, alice: Person, bob: Person) -> None:
    """G24: a client that signs by `eip712Domain` alone is counted, in every body."""
    for body in (world.zone, world.food, world.bakery):
        with rollback(world.chain):
            proposal = opened(body)
            _, name, version, chain_id, contract, _, _ = body.read("eip712Domain")
            said = {"name": name, "version": version, "chainId": chain_id, "verifyingContract": contract}
            body.send("castVoteBySig", *signed(proposal, FOR, alice, domain_=said))
            body.send("castBallots", proposal.id, batch(ballot(proposal, FOR, bob, domain_=said)))
            assert proposal.tally == (0, 2, 0)


def test_batches_end_before_single_votes(world: World, alice: Person, bob: Person) -> None:
    """G19: whoever's ballot was held back until batches closed can still vote, directly or by signature."""
    proposal = opened(world.zone)
    just_before(world.chain, proposal.read("batchDeadline") + 1)
    world.zone.send("castVoteBySig", *signed(proposal, FOR, alice))
    with reverts("BatchesClosed"):
        world.zone.attempt("castBallots", proposal.id, batch(ballot(proposal, FOR, bob)))
    proposal.vote(FOR, bob)
    assert proposal.tally == (0, 2, 0)


# --- who sends is who acts ---


@pytest.mark.once
def test_no_contract_knows_a_forwarder_or_a_multicall() -> None:
    """G23 CVE-2023-49145: neither half of what made it possible is anywhere."""
    functions = {name: artifacts.load(name).method_identifiers for name in artifacts.names()}
    assert len(functions) > 20
    for name, known in functions.items():
        found = [each for each in known if re.search("forwarder|multicall|delegatecall", each, re.IGNORECASE)]
        assert not found, (name, found)


def test_an_address_at_the_end_of_the_calldata_is_nobody(
    world: World, alice: Person, bob: Person, stranger: Person
) -> None:
    """G23: who sends is `msg.sender`, whatever address stands behind the arguments, as ERC-2771 would read it."""
    proposal = world.zone.propose(world.pay(stranger.address, 1)).open()
    proposal.vote(AGAINST, bob)
    vote = world.zone.contract.encode("castVote", proposal.id, FOR) + bytes.fromhex(alice.address[2:])
    with reverts("NotInElectorate", account=stranger.address):
        world.chain.call(world.zone.address, vote, sender=stranger.address, block="latest")
    assert proposal.tally == (1, 0, 0)


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
