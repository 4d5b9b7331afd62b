"""The plan of a deployment: pure data, the same for everybody, in transactions that no block refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.charters import EXAMPLES, SHARED, SMALL, large
from zonedao import artifacts, charter
from zonedao.chain.abi import decode, encode, keccak
from zonedao.chain.interface import shipped
from zonedao.chain.signers import dev_account
from zonedao.charter.genesis import GAS_LIMIT, MEMBERS_PER_CALL, Birth, zone_birth
from zonedao.charter.plans import CodeAt, DeploymentPlan, GenesisPast, plan_from_json
from zonedao.errors import UsageProblem

NOTHING = bytes(32)
KEY = dev_account(44).address


def load(folder: Path, text: str) -> charter.Charter:
    path = folder / "test.toml"
    path.write_text(text, encoding="utf-8")
    return charter.load(path)


def plan_of(folder: Path, text: str = SMALL) -> DeploymentPlan:
    return charter.plan(load(folder, text))


def births(birth: Birth) -> list[Birth]:
    return [birth, *(deeper for child in birth.children for deeper in births(child))]


def test_json_and_back(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert plan_from_json(json.loads(json.dumps(plan.to_json()))) == plan


@pytest.mark.parametrize("document", [{}, {"format": 1}, {"format": 1, "name": 3, "bodies": [{}]}, {"format": 2}])
def test_no_plan(document: dict[str, Any]) -> None:
    with pytest.raises(UsageProblem, match="lan"):
        plan_from_json(document)


def test_no_name_of_a_person_goes_on_chain(tmp_path: Path) -> None:
    """Law 13: names live in files and address books."""
    text = SMALL
    for name in ("ada", "ben", "cleo"):
        text = text.replace(name, f"{name}-the-unmistakable")
    plan = plan_of(tmp_path, text)
    assert "ada-the-unmistakable" in plan.people
    assert not any(b"unmistakable" in transaction.data for transaction in plan.transactions)


def test_a_document_is_named_at_birth(tmp_path: Path) -> None:
    """The body itself says where it is, in its genesis; a body without one says nothing."""
    where = {"Elm": "https://x.org/dao.json", "food": "", "Bakery": "ipfs://" + "Q" * 60}
    text = SMALL.replace('purpose = "To', f'dao_uri = "{where["Elm"]}"\npurpose = "To')
    text = text.replace('purpose = "Bread."', f'purpose = "Bread."\ndao_uri = "{where["Bakery"]}"')
    setter = shipped("IDocument").function("setDaoURI")
    bodies = births(zone_birth(load(tmp_path, text)))
    for birth, uri in zip(bodies, where.values(), strict=True):
        calls = [call for step in birth.steps for call in step.calls if call.data[:4] == setter.selector]
        assert [(call.role, call.data) for call in calls] == ([(1, setter.encode([uri]))] if uri else [])
    said = charter.plan(load(tmp_path, text)).render()
    assert [line.strip() for line in said.splitlines() if "document" in line] == [
        f"the document about it is at {uri}" for uri in where.values() if uri
    ]


def test_quorums_over_the_active_from_birth(tmp_path: Path) -> None:
    """In the genesis of the body itself, and told in the plan; a body without says nothing."""
    text = SMALL.replace('purpose = "To', 'active_votes = 4\npurpose = "To')
    text = text.replace('purpose = "Bread."', 'purpose = "Bread."\nactive_votes = 16')
    read = load(tmp_path, text)
    assert [body.active_votes for body in read.zone.walk()] == [4, 0, 16]
    setter = shipped("IActivity").function("setActivity")
    for birth, votes in zip(births(zone_birth(read)), (4, 0, 16), strict=True):
        calls = [call for step in birth.steps for call in step.calls if call.data[:4] == setter.selector]
        assert [(call.role, call.data) for call in calls] == ([(1, setter.encode([votes]))] if votes else [])
    assert charter.plan(read).render().count("quorums count over who was active in the last ") == 2


def test_addresses_depend_on_everything_and_nothing_else(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert plan_of(tmp_path) == plan
    changes = [
        ("Food.", "Feed."),
        ('"20 %"', '"21 %"'),
        ("2.5", "2.6"),
        ("safety = 10", "safety = 11"),
        ("30 d", "31 d"),
    ]
    for old, new in changes:
        other = plan_of(tmp_path, SMALL.replace(old, new))
        assert other.infrastructure == plan.infrastructure
        assert not {body.address for body in other.bodies} & {body.address for body in plan.bodies}


def test_order(tmp_path: Path) -> None:
    """Each transaction comes after those it needs."""
    plan = plan_of(tmp_path)
    names = [transaction.name for transaction in plan.transactions]
    assert names[:2] == ["pay for the deployment proxy", "deploy the deployment proxy"]
    assert names[2:12] == [
        *(f"deploy {name}" for name in SHARED),
        "create Test Court",
    ]
    assert len(set(names)) == len(names)
    made: set[str] = set()
    for transaction in plan.transactions:
        if isinstance(transaction.done, CodeAt):
            made.add(transaction.done.address)
        if isinstance(transaction.done, GenesisPast):
            assert transaction.to == transaction.done.body
    assert set(plan.infrastructure.values()) - made == {plan.infrastructure["Zone"]}


def test_the_genesis_is_a_hash_chain(tmp_path: Path) -> None:
    kind = shipped("IBody").function("genesis").inputs
    for birth in births(zone_birth(load(tmp_path, large(130, 12, 2)))):
        expected = birth.struct["genesis"]
        for step in birth.steps:
            assert step.commitment == expected == keccak(encode(kind, [step.as_struct()]))
            expected = step.next
        assert expected == NOTHING


@pytest.mark.parametrize(("members", "industries", "below"), [(3, 1, 0), (260, 3, 3), (1000, 40, 1)])
def test_no_transaction_is_too_large(tmp_path: Path, members: int, industries: int, below: int) -> None:
    read = load(tmp_path, large(members, industries, below))
    plan = charter.plan(read)
    assert max(transaction.gas for transaction in plan.transactions) <= GAS_LIMIT
    assert len(plan.bodies) == 1 + industries * (1 + below)
    seen = [call for birth in births(zone_birth(read)) for step in birth.steps for call in step.calls]
    admit = shipped("IAdmission").function("admit")
    batches = [decode(admit.inputs, call.data[4:])[0] for call in seen if call.data[:4] == admit.selector]
    assert max(map(len, batches)) <= MEMBERS_PER_CALL
    assert [key for batch in batches for key in batch] == [member.address for member in read.members.values()]


def test_every_step_is_sent_exactly_once(tmp_path: Path) -> None:
    """A step runs inside the creation of its body, or in a transaction of its own."""
    read = load(tmp_path, large(260, 30, 2))
    plan = charter.plan(read)
    separate = [each.done.commitments[0] for each in plan.transactions if isinstance(each.done, GenesisPast)]
    expected = [
        "0x" + step.commitment.hex() for birth in births(zone_birth(read)) for step in birth.steps[birth.inline :]
    ]
    assert sorted(separate) == sorted(expected)
    assert len(separate) == len(set(separate)) > 3


def test_the_first_members_arrive_with_the_zone(tmp_path: Path) -> None:
    """The block of the zone's birth is found by the date of person 1."""
    for text in (SMALL, large(1000, 40, 1)):
        birth = zone_birth(load(tmp_path, text))
        assert birth.inline >= 1
        assert birth.steps[0].calls[0].data[:4] == shipped("IAdmission").function("admit").selector


def test_render(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    text = plan.render()
    for body in plan.bodies:
        assert f"{'  ' * (body.depth + 1)}{body.name}  {body.address}" in text
    for transaction in plan.transactions:
        assert transaction.name in text
    assert "spending, membership, industry and trade: seasoning 1 hour" in text
    assert "constitutional and expulsion: seasoning 1 hour" in text
    assert "may spend 2.5 ETH per epoch" in text
    assert "may draw 0.5 ETH per epoch from test-court for 2 epochs (bread)" in text
    assert "good: grain (kg), 10 kept back, 5 per person and epoch" in text
    assert f"{plan.gas:,} gas" in text


def test_says_what_it_is_of(tmp_path: Path) -> None:
    read = load(tmp_path, SMALL)
    plan = charter.plan(read)
    assert (plan.name, plan.charter_hash, plan.build_hash) == ("test-court", read.hash, artifacts.build_hash())
    assert plan.tokens == {"MILL": "0xdF3e18d64BC6A983f673Ab319CCaE4f1a57C7097"}
    assert plan.people == {name: member.address for name, member in read.members.items()}
    assert plan.goods == ("grain (kg)",)
    assert plan.zone is plan.bodies[0]


def test_two_zones_share_everything_but_themselves() -> None:
    one, other = (charter.plan(charter.load(path)) for path in EXAMPLES)
    assert one.infrastructure == other.infrastructure
    assert [each for each in one.transactions if each in other.transactions] == list(one.transactions[:11])
    assert not {body.address for body in one.bodies} & {body.address for body in other.bodies}


@pytest.mark.parametrize(
    ("table", "calls", "said"),
    [
        ('kind = "vouching"\nvouchers = 2', [(1, "setModule")], "by vouching (2 vouchers)"),
        ('kind = "allow-list"\nlist = "list.csv"', [(1, "setModule"), (6, "setRoot")], "by the list 0x"),
        (f'kind = "attester"\nattester = "{KEY}"', [(1, "setModule"), (6, "setAttester")], f"by what {KEY} attests"),
    ],
)
def test_who_decides_personhood_is_told_last(
    tmp_path: Path, table: str, calls: list[tuple[int, str]], said: str
) -> None:
    """The module is one transaction more, the calls come after all others, and charters without it stay as they are."""
    (tmp_path / "list.csv").write_text(f"{KEY}, passport and secret\n", encoding="utf-8")
    plain, text = load(tmp_path, SMALL), SMALL.replace("[caps]", f"[personhood]\n{table}\n[caps]")
    with_module = load(tmp_path, text)
    told = [call for step in zone_birth(with_module).steps for call in step.calls]
    before = [call for step in zone_birth(plain).steps for call in step.calls]
    selectors = {
        shipped(kind).function(name).selector: name
        for kind, name in (("IBody", "setModule"), ("IAllowList", "setRoot"), ("IAttester", "setAttester"))
    }
    assert [call.role for call in told[: len(before)]] == [call.role for call in before]
    assert [(call.role, selectors[call.data[:4]]) for call in told[len(before) :]] == calls
    plan, other = charter.plan(with_module), charter.plan(plain)
    assert len(plan.transactions) == len(other.transactions) + 1
    assert any(said in line for line in plan.summary)
    assert not any("newcomers" in line for line in other.summary)


def test_elections_and_wishes_are_listed_at_birth(tmp_path: Path) -> None:
    """After everything else; `false` is as if nothing were written."""
    plain, both = load(tmp_path, SMALL), load(tmp_path, "elections = true\nwishes = true\n" + SMALL)
    assert (plain.voting, both.voting) == ((), ("elections", "wishes"))
    assert load(tmp_path, "elections = false\n" + SMALL).voting == ()
    told = [call for step in zone_birth(both).steps for call in step.calls]
    plan, other = charter.plan(both), charter.plan(plain)
    function = shipped("IBody").function("setModule")
    listed = [plan.infrastructure[name] for name in ("Elections", "Wishes")]
    assert [call.data for call in told[-2:]] == [
        function.encode([role, address]) for role, address in zip((7, 8), listed, strict=True)
    ]
    assert len(told) == 2 + sum(len(step.calls) for step in zone_birth(plain).steps)
    assert len(plan.transactions) == len(other.transactions) + 2
    assert "bodies may also decide by elections and wishes" in plan.summary
