"""IDocument.setDaoURI and ERC-4824's daoURI: where the document about a body is."""

from __future__ import annotations

import pytest

from tests.support.bodies import Body, Person, event, events, read
from tests.support.chain import artifact, at, interface, reverts
from tests.support.plans import CONSTITUTIONAL, body_plan, genesis, own, plan_hash
from tests.support.world import World
from zonedao.chain.abi import keccak

# Below, at and above what fits beside its length in one word of storage, and empty again.
URIS = ["https://example.org/dao.json", "ipfs://" + "Q" * 24, "ipfs://" + "Q" * 25, "https://x.org/" + "é" * 300, ""]


@pytest.mark.parametrize("name", ["zone", "food", "bakery"])
def test_empty_at_first(world: World, name: str) -> None:
    assert getattr(world, name).read("daoURI") == ""


@pytest.mark.parametrize("name", ["zone", "food"])
def test_by_constitutional_vote(world: World, name: str) -> None:
    body = getattr(world, name)
    proposal = body.propose(body.own("setDaoURI", URIS[0]))
    assert proposal.read("proposalClasses") == 1 << CONSTITUTIONAL
    receipt = proposal.carry().wait_until_due().execute()
    assert event(receipt, "DAOURIUpdate", body.address) == {"daoAddress": body.address, "daoURI": URIS[0]}
    assert body.read("daoURI") == URIS[0]
    assert world.bakery.read("daoURI") == ""


def test_each_replaces_the_one_before(world: World) -> None:
    """Long and short texts are stored differently, so every one follows a longer and a shorter one."""
    zone = world.zone
    order = [*URIS, *reversed(URIS)]
    receipt = zone.enact(*(zone.own("setDaoURI", uri) for uri in order))
    assert [one.args["daoURI"] for one in events(receipt, "DAOURIUpdate", zone.address)] == order
    for uri in URIS:
        zone.enact(zone.own("setDaoURI", uri))
        assert zone.read("daoURI") == uri


def test_in_the_genesis(world: World) -> None:
    birth = genesis([own("admitWords", [0], [1 << 2]), own("setDaoURI", URIS[0])])
    plan = body_plan("Dairy", birth.commitment)
    world.zone.enact(world.zone.own("found", plan, list(birth.steps)))
    child = Body(world.chain, read(world.factory, "industryAddress", world.zone.address, plan_hash(plan)), [])
    assert (child.read("live"), child.read("daoURI")) == (True, URIS[0])


def test_only_by_vote(world: World, alice: Person, stranger: Person) -> None:
    for body in (world.zone, world.food):
        for somebody in (alice, stranger):
            with reverts("GovernorOnlyExecutor", account=somebody.address):
                body.attempt("setDaoURI", "https://example.org", by=somebody)
        assert body.read("daoURI") == ""


def test_not_by_the_body_above(world: World) -> None:
    zone, food = world.zone, world.food
    proposal = zone.propose(food.own("setDaoURI", "https://example.org")).carry().wait_until_due()
    with reverts("GovernorOnlyExecutor", account=zone.address):
        proposal.execute()


def test_the_standard_as_it_is_written(world: World) -> None:
    """The interface has one function, whose selector is its id; the event is the standard's byte for byte."""
    standard = interface("IERC4824")
    selector = keccak(b"daoURI()")[:4]
    assert list(standard.by_selector) == [selector]
    assert at(world.chain, "IWholeBody", world.zone.address).call("supportsInterface", selector) is True
    assert interface("IWholeBody").event("DAOURIUpdate").topic == keccak(b"DAOURIUpdate(address,string)")
    assert [entry["indexed"] for entry in artifact("IERC4824").abi[0]["inputs"]] == [False, False]
