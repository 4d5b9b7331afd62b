"""AllowList and Attester: a proof is for one key, one zone, one chain, and for nobody who carries it."""

from __future__ import annotations

from typing import Any

from tests.support.bodies import Body, Person, event, now, read, stand_at, transact
from tests.support.chain import at, deploy, reverts
from tests.support.personhood import (
    PERSONHOOD,
    Listed,
    as_zone,
    attestation,
    attested_proof,
    leaf,
    listed_proof,
)
from tests.support.plans import COIN, HOUR
from tests.support.world import PEOPLE, World
from zonedao.chain.abi import keccak
from zonedao.chain.signers import dev_account

NEW, OTHER = Person("new", 13, dev_account(41)), Person("other", 14, dev_account(42))
ATTESTER, LATER = dev_account(45), dev_account(46)
ONE, TWO, THREE = (bytes([number]) * 32 for number in (1, 2, 3))


# --- the list ---


def test_a_list_is_the_zones(world: World) -> None:
    module = Listed(world).tree([(NEW, ONE), (OTHER, TWO), (PEOPLE[0], THREE)])
    assert read(module.contract, "kind") == "allow-list"
    with reverts("NotListed", zone=world.zone.address, key=NEW.address):
        as_zone(world.zone, module.contract, "prove", NEW.address, module.proof(NEW))
    zone = world.zone
    receipt = zone.enact(module.call("setRoot", module.root, "https://example.org/list"), voters=zone.members[:9])
    told = {"zone": zone.address, "root": module.root, "uri": "https://example.org/list"}
    assert event(receipt, "RootSet", module.contract.address) == told
    assert read(module.contract, "root", zone.address) == module.root
    for who, number in ((NEW, ONE), (OTHER, TWO), (PEOPLE[0], THREE)):
        assert as_zone(zone, module.contract, "prove", who.address, module.proof(who)) == number
    # Anybody may set a list of their own, which is nobody else's.
    transact(module.contract, "setRoot", ONE, "", by=PEOPLE[0])
    assert read(module.contract, "root", zone.address) == module.root
    with reverts("NotListed", zone=world.food.address):
        as_zone(world.food, module.contract, "prove", NEW.address, module.proof(NEW))


def test_what_the_list_does_not_say(world: World) -> None:
    """Another key or nullifier, another's proof, half a proof, an inner node or the root itself taken for a leaf."""
    module = Listed(world).listed([(NEW, ONE), (OTHER, TWO)])
    pair = keccak(b"".join(sorted((leaf(NEW.address, ONE), leaf(OTHER.address, TWO)))))
    assert pair == module.root
    wrong = [
        (OTHER, module.proof(NEW)),
        (NEW, listed_proof(TWO, [leaf(OTHER.address, TWO)])),
        (NEW, listed_proof(ONE)),
        (NEW, listed_proof(ONE, [leaf(OTHER.address, TWO), leaf(NEW.address, ONE)])),
        (NEW, listed_proof(module.root)),
        (PEOPLE[0], listed_proof(ONE, [pair])),
    ]
    for who, proof in wrong:
        with reverts("NotListed", zone=world.zone.address, key=who.address):
            world.zone.attempt("enroll", who.address, proof)
    for proof in (b"", b"\0" * 31, listed_proof(ONE)[:-1]):
        with reverts("Empty"):
            world.zone.attempt("enroll", NEW.address, proof)
    world.zone.send("enroll", NEW.address, module.proof(NEW))


# --- the attester ---


class Signed:
    """An attester module that the zone lists."""

    def __init__(self, world: World, attester: str = ATTESTER.address, body: Body | None = None) -> None:
        self.world, self.zone = world, body or world.zone
        self.module = at(world.chain, "IAttester", deploy(world.chain, "Attester").address)
        named = self.module.address, self.module.encode("setAttester", attester)
        zone = self.zone
        self.receipt = zone.enact(
            zone.own("setModule", PERSONHOOD, self.module.address), named, voters=zone.members[:9]
        )
        self.deadline = now(world.chain) + HOUR

    def proof(self, who: Person = NEW, nullifier: bytes = ONE, **other: object) -> bytes:
        said: dict[str, Any] = {
            "by": ATTESTER,
            "module": self.module.address,
            "chain_id": self.world.chain.chain_id,
            "zone": self.zone.address,
            "key": who.address,
            "nullifier": nullifier,
            "deadline": self.deadline,
        } | other
        return attestation(**said)


def test_an_attestation(world: World) -> None:
    signed = Signed(world)
    told = {"zone": world.zone.address, "attester": ATTESTER.address}
    assert event(signed.receipt, "AttesterSet", signed.module.address) == told
    assert read(signed.module, "kind") == "attester"
    domain = read(signed.module, "eip712Domain")
    assert tuple(domain)[1:5] == ("zonedao attestations", "1", world.chain.chain_id, signed.module.address)
    kind = keccak(b"Attestation(address zone,address key,bytes32 nullifier,uint256 deadline)")
    assert read(signed.module, "ATTESTATION_TYPEHASH") == kind
    stand_at(world.chain, signed.deadline - 1)
    receipt = world.zone.send("enroll", NEW.address, signed.proof())
    assert event(receipt, "MemberEnrolled") == {"index": 13}
    assert read(world.registry, "personOf", ONE) == 13


def test_what_was_not_attested(world: World) -> None:
    """Replayed for another key, nullifier, deadline, zone, chain or module, or signed by somebody else (G19, G24)."""
    signed, twin = Signed(world), world.new_zone("Twin").body
    zone, elsewhere = world.zone, deploy(world.chain, "Attester").address
    signature = signed.proof()[-96:-31]
    wrong = [
        (OTHER, signed.proof(NEW)),
        (NEW, attested_proof(TWO, signed.deadline, signature)),
        (NEW, attested_proof(ONE, signed.deadline + 1, signature)),
        (NEW, attested_proof(ONE, signed.deadline, bytes(65))),
        (NEW, attested_proof(ONE, signed.deadline, b"")),
        (NEW, signed.proof(zone=twin.address)),
        (NEW, signed.proof(chain_id=1)),
        (NEW, signed.proof(module=elsewhere)),
        (NEW, signed.proof(by=LATER)),
    ]
    for who, proof in wrong:
        with reverts("NotAttested", zone=zone.address, key=who.address):
            zone.attempt("enroll", who.address, proof)
    with reverts("NoAttester", zone=twin.address):
        as_zone(twin, signed.module, "prove", NEW.address, signed.proof(zone=twin.address))
    stand_at(world.chain, signed.deadline)
    assert zone.attempt("enroll", NEW.address, signed.proof()) == 13
    stand_at(world.chain, signed.deadline + 1)
    with reverts("AttestationExpired", deadline=signed.deadline):
        zone.attempt("enroll", NEW.address, signed.proof())


def test_another_attester_by_vote(world: World) -> None:
    """What the earlier one signed counts no more; nobody named, nobody comes in."""
    signed, zone = Signed(world), world.zone
    for name, error in ((LATER.address, "NotAttested"), (COIN, "NoAttester")):
        call = signed.module.address, signed.module.encode("setAttester", name)
        zone.enact(call, voters=zone.members[:9])
        with reverts(error):
            zone.attempt("enroll", NEW.address, signed.proof(deadline=2**40))


def test_a_contract_attests(world: World) -> None:
    """ERC-1271: a committee behind a wallet, say."""
    account = deploy(world.chain, "ContractAccount")
    signed = Signed(world, account.address)
    args = (world.zone.address, NEW.address, ONE, signed.deadline)
    transact(account, "approve", read(signed.module, "digest", *args), b"agreed")
    with reverts("NotAttested"):
        world.zone.attempt("enroll", NEW.address, attested_proof(ONE, signed.deadline, b"not agreed"))
    world.zone.send("enroll", NEW.address, attested_proof(ONE, signed.deadline, b"agreed"))
    assert world.zone.read("isMember", 13)
