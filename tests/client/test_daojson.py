"""The documents of ERC-4824: what is in them, and that they are as their schemas say."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.client.acting import Actors, reach
from tests.support.ballots import Subject, ballot, batch
from tests.support.bodies import transact
from tests.support.jsonschema import problems
from tests.support.plans import ETHER
from tests.support.world import PEOPLE, World
from zonedao.errors import NodeProblem, UsageProblem
from zonedao.export.daojson import ACTIVITIES, CONTRACTS, DAO, GOVERNANCE, MEMBERS, PROPOSALS, DaoJson

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "reference" / "daojson"
JSON = (DAO, MEMBERS, PROPOSALS, ACTIVITIES, CONTRACTS)
BASE = "https://example.org/elmcourt/"


def schema(file: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / file.replace(".json", ".schema.json")).read_text(encoding="utf-8"))
    return found


def read(exported: DaoJson) -> dict[str, Any]:
    return {name: json.loads(exported.files[name]) for name in JSON}


@pytest.fixture
def lived(actors: Actors, world: World) -> Actors:
    """Elmcourt after an executed payment with three kinds of votes, a withdrawn proposal and one that is pending."""
    zone = actors.zone()
    paid = zone.propose_pay("grace", ETHER, title="Wages", text="For *March*, 100 %.\nTwo lines: ä?").transact().value
    reach(world.chain, paid.opens_at + 1)
    for person, choice in zip(PEOPLE, ("for", "for", "for", "against", "abstain"), strict=False):
        paid.acting_as(person.signer).vote(choice, "because").transact()
    reach(world.chain, paid.closes_at + 1)
    paid.queue().transact()
    reach(world.chain, paid.status().eta)
    paid.execute().transact()
    zone.propose_pay("bob", 1, title="Never mind").transact().value.cancel().transact()
    zone.propose([zone.calls.pay("bob", 1), zone.calls.set_dao_uri(BASE + "dao.json")], "Two things").transact()
    return actors


def test_documents_are_as_their_schemas_say(lived: Actors) -> None:
    for body in (lived.zone(), lived.body("food"), lived.body("bakery")):
        for exported in (DaoJson(body), DaoJson(body, base_uri=BASE, description="Bread.")):
            assert list(exported.files)[-1] == DAO
            assert set(exported.files) == {*JSON, GOVERNANCE}
            for name, document in read(exported).items():
                assert problems(document, schema(name)) == [], name


def test_the_first_document(lived: Actors) -> None:
    here = json.loads(DaoJson(lived.zone()).files[DAO])
    assert here == {
        "@context": "http://www.daostar.org/schemas",
        "type": "DAO",
        "name": "Elmcourt",
        "membersURI": "members.json",
        "proposalsURI": "proposals.json",
        "activityLogURI": "activities.json",
        "governanceURI": "governance.md",
        "contractsURI": "contracts.json",
    }
    there = json.loads(DaoJson(lived.zone(), base_uri=BASE, description=" Forty households. ").files[DAO])
    assert there["description"] == "Forty households."
    assert {key: there[key] for key in here if key.endswith("URI")} == {
        key: BASE + value for key, value in here.items() if key.endswith("URI")
    }


def test_members_by_index_and_without_names(lived: Actors, world: World) -> None:
    lived.zone(PEOPLE[2]).leave().transact()
    exported = DaoJson(lived.zone())
    chain = world.chain.chain_id
    members = read(exported)[MEMBERS]["members"]
    left = [person for person in PEOPLE if person is not PEOPLE[2]]
    assert members == [{"type": "EthereumAddress", "id": f"eip155:{chain}:{person.address}"} for person in left]
    # An industry need not have been told of the departure.
    food = read(DaoJson(lived.body("food")))[MEMBERS]["members"]
    assert [each["id"].split(":")[2] for each in food] == [p.address for p in PEOPLE[:6] if p is not PEOPLE[2]]
    # The page about the law has a grace of its own.
    for name in JSON:
        assert not any(person.name in exported.files[name].lower() for person in PEOPLE), name


def test_proposals(lived: Actors, world: World) -> None:
    zone = lived.zone()
    account = f"eip155:{world.chain.chain_id}:{zone.address}"
    found = read(DaoJson(zone))[PROPOSALS]["proposals"]
    assert [(each["name"], each["status"]) for each in found] == [
        ("Wages", "executed"),
        ("Never mind", "canceled"),
        ("Two things", "pending"),
    ]
    for each, proposal in zip(found, zone.proposals(), strict=True):
        assert each["id"] == f"{account}?proposalId={proposal.id}"
        assert unquote(each["contentURI"].partition(",")[2]) == proposal.description
        assert [(call["to"], call["data"]) for call in each["calls"]] == [
            (f"eip155:{world.chain.chain_id}:{call.target}", "0x" + call.data.hex()) for call in proposal.calls
        ]
        assert {(call["from"], call["value"]) for call in each["calls"]} == {(account, "0")}


def test_activities(lived: Actors, world: World) -> None:
    zone = lived.zone()
    found = read(DaoJson(zone))[ACTIVITIES]["activities"]
    first = PEOPLE[0].address
    numbers = {f"?proposalId={proposal.id}": proposal.number for proposal in zone.proposals()}
    told = [
        (each["name"], each["member"]["id"].split(":")[2], numbers["?" + each["proposal"]["id"].partition("?")[2]])
        for each in found
    ]
    choices = ("voted for", "voted for", "voted for", "voted against", "abstained")
    assert told == [
        ("proposed", first, 1),
        *((choice, person.address, 1) for choice, person in zip(choices, PEOPLE, strict=False)),
        ("proposed", first, 2),
        ("withdrew", first, 2),
        ("proposed", first, 3),
    ]


def test_activities_of_a_batch(lived: Actors, world: World) -> None:
    """Everybody who was counted in a batch has an activity of their own, under an id of its own."""
    zone = lived.zone()
    proposal = zone.propose_pay("bob", 1, title="By batch").transact().value
    reach(world.chain, proposal.opens_at + 1)
    subject = Subject(proposal.id, world.zone)
    said = [
        (2, PEOPLE[5], "abstained"),
        (1, PEOPLE[6], "voted for"),
        (1, PEOPLE[7], "voted for"),
        (0, PEOPLE[8], "voted against"),
    ]
    ballots = batch(*(ballot(subject, support, person) for support, person, _ in said))
    transact(world.zone.contract, "castBallots", proposal.id, ballots)
    exported = DaoJson(zone)
    document = read(exported)[ACTIVITIES]
    counted = [each for each in document["activities"] if each["proposal"]["id"].endswith(str(proposal.id))][1:]
    told = {each["member"]["id"].split(":")[2]: each["name"] for each in counted}
    assert told == {person.address: what for _, person, what in said}
    assert len({each["id"] for each in counted}) == len(counted) == len(said)
    assert problems(document, schema(ACTIVITIES)) == []


def test_contracts(lived: Actors, world: World) -> None:
    found = read(DaoJson(lived.zone()))[CONTRACTS]["contracts"]
    assert [(each["name"], each["id"].split(":")[2]) for each in found] == [
        ("Elmcourt", world.zone.address),
        ("Food", world.food.address),
        ("Bakery", world.bakery.address),
        ("Registry", world.registry.address),
        ("Treasury", world.treasury.address),
        ("Stores", world.stores.address),
        ("Trade post", world.post.address),
    ]
    of_food = read(DaoJson(lived.body("food")))[CONTRACTS]["contracts"]
    assert [each["name"] for each in of_food] == ["Food", "Bakery", "Registry", "Treasury", "Stores", "Trade post"]


def test_the_law_for_people(lived: Actors, world: World) -> None:
    page = DaoJson(lived.zone()).files[GOVERNANCE]
    assert page.startswith("# Elmcourt\n")
    assert "One person, one vote: 12 persons vote here." in page
    rows = [line.split(" | ")[0].lstrip("| ") for line in page.splitlines() if line.startswith("| ")]
    assert rows == ["class", "constitutional", "spending", "membership", "expulsion", "industry", "trade"]
    assert "move in each epoch: 10 ETH" in page
    assert "move in each epoch: 5 ETH" in DaoJson(lived.body("bakery")).files[GOVERNANCE]
    world.new_industry(world.zone, "Health & <care>", [PEOPLE[3]], caps=())
    of_health = DaoJson(lived.zone().body("health-care")).files[GOVERNANCE]
    assert of_health.startswith("# Health & \\<care\\>\n")
    assert "1 person votes here" in of_health
    assert "expulsion" not in of_health
    assert "There is no ordinary spending" in of_health


def test_the_same_block_gives_the_same_bytes(lived: Actors, world: World) -> None:
    once = DaoJson(lived.zone())
    again = DaoJson(lived.zone(PEOPLE[5]))
    assert (again.block, dict(again.files)) == (once.block, dict(once.files))
    world.chain.mine()
    later = DaoJson(lived.zone())
    assert later.block == once.block + 1
    assert {name for name in once.files if later.files[name] != once.files[name]} == {GOVERNANCE}


@pytest.mark.parametrize("base", ["https://example.org/elmcourt", "public/", "https://example.org/a b/"])
def test_a_base_is_the_uri_of_a_folder(actors: Actors, base: str) -> None:
    with pytest.raises(UsageProblem, match="is no folder's URI"):
        DaoJson(actors.zone(), base_uri=base)


def test_a_chain_that_changes_meanwhile(actors: Actors, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last block is another one when everything has been read."""
    zone = actors.zone()
    real = type(zone).tree

    def reorganised(self: Any) -> Any:
        found = real(self)
        world.chain.revert(kept)
        world.chain.mine()
        world.chain.mine()
        return found

    kept = world.chain.snapshot()
    world.chain.skip(5)
    world.chain.mine()
    monkeypatch.setattr(type(zone), "tree", reorganised)
    with pytest.raises(NodeProblem, match=r"reorganised while it was read\. Export again"):
        DaoJson(zone)


CHANGES = [
    (DAO, ["@context"], "https://schema.org"),
    (DAO, ["membersURI"], "people.json"),
    (DAO, ["description"], ""),
    (MEMBERS, ["members", 0, "id"], "ada"),
    (MEMBERS, ["members", 0, "name"], "ada"),
    (MEMBERS, ["members", 1, "id"], None),
    (PROPOSALS, ["proposals", 0, "status"], "done"),
    (PROPOSALS, ["proposals", 0, "id"], "1"),
    (PROPOSALS, ["proposals", 0, "calls"], []),
    (PROPOSALS, ["proposals", 0, "calls", 0, "data"], "0x0"),
    (ACTIVITIES, ["activities", 0, "member"], {"type": "EthereumAddress"}),
    (ACTIVITIES, ["activities", 0, "name"], "slept"),
    (CONTRACTS, ["contracts", 0, "description"], ""),
]


def test_the_schemas_refuse_what_is_wrong(lived: Actors) -> None:
    right = read(DaoJson(lived.zone(), description="Bread."))
    for name, path, value in CHANGES:
        wrong = copy.deepcopy(right[name])
        place = wrong
        for step in path[:-1]:
            place = place[step]
        if value is None:
            del place[path[-1]]
        else:
            place[path[-1]] = value
        assert problems(wrong, schema(name)), (name, path)
        twice = copy.deepcopy(right[name])
        for field in ("members", "proposals", "activities", "contracts"):
            if field in twice:
                twice[field].append(twice[field][0])
                assert problems(twice, schema(name)) == [f"$.{field} has an item twice"]
