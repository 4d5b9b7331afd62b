"""Zone.hashProposal: the id of a proposal is the hash of its content, as in OpenZeppelin's Governor."""

from __future__ import annotations

from tests.support.bodies import Person
from tests.support.world import World
from zonedao.chain.abi import encode, keccak, parse_type

CONTENT = [
    {"name": name, "type": kind}
    for name, kind in (("t", "address[]"), ("v", "uint256[]"), ("c", "bytes[]"), ("d", "bytes32"))
]


def test_it_is_the_hash_of_the_content(world: World, alice: Person, bob: Person) -> None:
    for draft in (
        world.zone.draft(world.pay(alice.address)),
        world.zone.draft(world.pay(alice.address), world.pay(bob.address), (bob.address, b"\x01")),
        world.zone.draft(),
    ):
        expected = int.from_bytes(keccak(encode(parse_type("tuple", CONTENT), draft.hashed)), "big")
        assert world.zone.read("hashProposal", *draft.hashed) == expected == draft.id


def test_it_is_the_same_in_every_body(world: World, alice: Person) -> None:
    draft = world.zone.draft(world.pay(alice.address))
    assert (
        world.food.read("hashProposal", *draft.hashed) == world.bakery.read("hashProposal", *draft.hashed) == draft.id
    )


def test_whatever_differs_makes_another(world: World, alice: Person, bob: Person) -> None:
    call, other = world.pay(alice.address), world.pay(bob.address)
    drafts = [
        world.zone.draft(*calls, description=text)
        for calls in ([call], [other], [call, other], [other, call], [call, call])
        for text in ("", "a", "b")
    ]
    assert len({world.zone.read("hashProposal", *draft.hashed) for draft in drafts}) == len(drafts)
