"""From a charter file to a zone, on every kind of chain; interrupted anywhere, resumed by anybody."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.chain import GAS_PRICE_WEI, chain, node, open_chain, sender
from tests.support.charters import EXAMPLES, SHARED, SMALL, large
from tests.support.journals import left_by
from zonedao import charter
from zonedao.artifacts import build_hash
from zonedao.chain.abi import keccak
from zonedao.chain.code import implementation_of, require_code
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.embedded import EmbeddedTransport
from zonedao.chain.journal import Journal
from zonedao.chain.local import LocalNode
from zonedao.chain.rpc import HttpTransport
from zonedao.chain.signers import LocalKey, dev_account
from zonedao.charter import Charter
from zonedao.charter.bounds import BOUNDS, GRAVE_CLASSES, MAX_DEPTH
from zonedao.charter.genesis import GAS_LIMIT
from zonedao.charter.model import CLASSES
from zonedao.charter.plans import DeploymentPlan
from zonedao.errors import CodeMissing, InsufficientFunds, Interrupted, NodeProblem, NodeRefused, WrongState
from zonedao.federation import Deployment, Progress, deploy
from zonedao.federation.addresses import PROXY, PROXY_CODE, PROXY_CREATOR, PROXY_TRANSACTION
from zonedao.federation.execution import remaining
from zonedao.governance.laws import law_from
from zonedao.joining import check_code

__all__ = ["chain", "node"]

Answer = Callable[..., Any]

DEPLOYER = 40  # a test account that no charter names
ZERO = "0x" + "00" * 20


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "transactions.jsonl")


def read(folder: Path, text: str = SMALL) -> Charter:
    # The token of the charter is on no chain here.
    without_token = text.replace(
        '[assets.MILL]\naddress = "0xdF3e18d64BC6A983f673Ab319CCaE4f1a57C7097"\ndecimals = 6\n', ""
    ).replace("caps = { MILL = 100 }\n", "")
    path = folder / "test.toml"
    path.write_text(without_token, encoding="utf-8")
    return charter.load(path)


def found(connection: Connection, plan: DeploymentPlan, journal: Journal, by: int = DEPLOYER) -> Deployment:
    return deploy(connection, dev_account(by), plan, journal=journal, gas_price_wei=GAS_PRICE_WEI)


def body_at(connection: Connection, address: str) -> BoundContract:
    return BoundContract(connection, "IWholeBody", address)


def test_two_zones_are_what_their_charters_say(chain: Connection, journal: Journal) -> None:
    posts: set[str] = set()
    for path in EXAMPLES:
        described = charter.load(path)
        plan = charter.plan(described)
        seen: list[Progress] = []
        made = deploy(chain, dev_account(DEPLOYER), plan, seen.append, journal=journal, gas_price_wei=GAS_PRICE_WEI)
        require_as_described(chain, described, plan, made)
        assert [each.name for each in seen if each.state != "sending"] == [each.name for each in plan.transactions]
        assert {each.name for each in made.sent} == {each.name for each in seen if each.state == "mined"}
        for executed in made.sent:
            (planned,) = (each for each in plan.transactions if each.name == executed.name)
            assert executed.receipt.gas_used <= planned.gas <= GAS_LIMIT
        posts.add(made.zone.trade_post)
    assert len(posts) == 1


def require_as_described(connection: Connection, described: Charter, plan: DeploymentPlan, made: Deployment) -> None:
    """Everything in the charter is on the chain."""
    addresses = plan.infrastructure
    for name in (*SHARED, "Zone"):
        require_code(connection, addresses[name], name)
    assert connection.code(PROXY) == PROXY_CODE
    factory = BoundContract(connection, "IZoneFactory", addresses["ZoneFactory"])
    assert factory.call("implementation") == addresses["Zone"]
    zone = body_at(connection, made.zone.root)
    require_code(connection, made.zone.registry, "Registry")
    require_code(connection, made.zone.treasury, "Treasury")
    require_code(connection, made.zone.stores, "Stores")
    treasury = BoundContract(connection, "ITreasury", made.zone.treasury)
    registry = BoundContract(connection, "IWholeRegistry", made.zone.registry)
    assert [registry.call("person", index).key for index in range(1, len(described.members) + 1)] == [
        member.address for member in described.members.values()
    ]
    assert treasury.call("epochStart") == described.epoch_start
    assert treasury.call("epochSeconds") == described.epoch_seconds
    assert made.bodies == {body.path: body.address for body in plan.bodies}
    for body in described.zone.walk():
        contract = body_at(connection, made.bodies[body.path])
        assert implementation_of(connection.code(contract.address)) == addresses["Zone"]
        assert contract.call("live")
        assert (contract.call("name"), contract.call("depth")) == (body.name, body.depth)
        (birth,) = contract.logs("BodyInitialized")
        assert birth.args["charterHash"] == bytes.fromhex(described.hash[2:])
        above = made.bodies.get(body.path.rpartition("/")[0], ZERO)
        assert contract.call("parent") == above
        mask = sum(1 << described.index_of(name) for name in body.members)
        assert contract.call("membersAt", 0, connection.now()) == mask
        assert contract.call("headcountAt", connection.now()) == len(body.members)
        for number, law in enumerate(body.laws):
            # An industry expels nobody.
            if body.depth == 0 or CLASSES[number] != "expulsion":
                assert law_from(contract.call("lawAt", number, connection.now())) == law
        for cap in body.caps:
            assert contract.call("cap", 1, cap.asset.address).limit == cap.amount
        for allowance in body.allowances:
            on_chain = treasury.call("allowance", contract.address, allowance.money.asset.address)
            assert (on_chain.limit, on_chain.source) == (allowance.money.amount, made.bodies[allowance.source])
            epoch = treasury.call("epochAt", connection.now())
            assert on_chain.untilEpoch == epoch + allowance.epochs - 1
    stores = BoundContract(connection, "IStores", made.zone.stores)
    assert stores.call("staleSeconds") == described.stale_seconds
    assert stores.call("goodCount") == len(described.goods)
    for good in described.goods:
        number = made.goods[good.label]
        assert stores.call("goodName", number) == good.label
        assert (stores.call("good", number).safety, stores.call("good", number).entitlement) == (
            good.safety,
            good.entitlement,
        )
    keepers = {name for name in described.members if stores.call("isKeeper", 1, described.index_of(name))}
    assert keepers == set(described.keepers)
    assert (made.zone.name, made.zone.chain_id) == (described.zone.path, connection.chain_id)
    assert (made.zone.charter_hash, made.zone.build_hash) == (described.hash, build_hash())
    assert made.zone.trade_post == zone.call("module", 4) == addresses["TradePost"]
    assert zone.call("module", 5) == addresses["Bn254Verifier"]
    (birth,) = factory.logs("ZoneCreated", zone=zone.address)
    assert made.zone.deploy_block == birth.block_number
    assert made.people == {name: member.address for name, member in described.members.items()}


def test_the_other_verifier_where_there_can_be_one(chain: Connection, journal: Journal, tmp_path: Path) -> None:
    """A charter may ask for BLS12-381; a chain without Prague's rules is told before anything is sent."""
    text = SMALL.replace('purpose = "To', 'verifier = "bls12-381"\npurpose = "To')
    described = read(tmp_path, text)
    plan = charter.plan(described)
    before = chain.block_number()
    with pytest.raises(CodeMissing, match="Prague"):
        found(chain, plan, journal)
    assert chain.block_number() == before
    if chain.kind != "anvil":
        return
    with open_chain("anvil", "prague") as later:
        made = found(later, plan, Journal(tmp_path / "later.jsonl"))
        verifier = body_at(later, made.zone.root).call("module", 5)
        assert verifier == plan.infrastructure["Bls12381Verifier"]
        assert "Bn254Verifier" not in plan.infrastructure
        assert [check.artifact for check in check_code(later, made.zone.root)][-1] == "Bls12381Verifier"
        for executed in made.sent:
            (planned,) = (each for each in plan.transactions if each.name == executed.name)
            assert executed.receipt.gas_used <= planned.gas


def test_again_is_nothing(chain: Connection, journal: Journal, tmp_path: Path) -> None:
    """A second run, by somebody else without the first one's records, sends nothing and says the same."""
    plan = charter.plan(read(tmp_path))
    first = found(chain, plan, journal)
    assert first.gas_used == sum(executed.receipt.gas_used for executed in first.sent) > 0
    head = chain.block_number()
    second = found(chain, plan, Journal(tmp_path / "other.jsonl"), by=DEPLOYER + 1)
    assert second.sent == ()
    assert (second.zone, second.bodies, second.people) == (first.zone, first.bodies, first.people)
    assert chain.block_number() == head
    assert remaining(chain, plan) == ()


def test_large_zone(chain: Connection, journal: Journal, tmp_path: Path) -> None:
    """Several steps, some of them of industries: every one within its estimate and the limit."""
    described = read(tmp_path, large(130, 4, 4))
    plan = charter.plan(described)
    steps = [each.name for each in plan.transactions if "of the birth of" in each.name]
    assert len(steps) >= 3
    made = found(chain, plan, journal)
    assert set(steps) < {executed.name for executed in made.sent}
    for executed in made.sent:
        (planned,) = (each for each in plan.transactions if each.name == executed.name)
        assert executed.receipt.gas_used <= planned.gas <= GAS_LIMIT
    assert body_at(chain, made.bodies["test-court/i3/b3"]).call("headcountAt", chain.now()) == 130


def test_steps_of_an_industry(chain: Connection, journal: Journal, tmp_path: Path) -> None:
    """An industry too large to be born inside its parent's step has transactions of its own."""
    described = read(tmp_path, large(3, 1, 18))
    plan = charter.plan(described)
    assert [each.name for each in plan.transactions if each.name.endswith("the birth of test-court/i0")]
    made = found(chain, plan, journal)
    assert body_at(chain, made.bodies["test-court/i0"]).call("live")
    assert body_at(chain, made.bodies["test-court/i0/b17"]).call("live")


def test_bounds_are_those_of_the_contract(chain: Connection, journal: Journal, tmp_path: Path) -> None:
    zone = body_at(chain, found(chain, charter.plan(read(tmp_path)), journal).zone.root)
    for number, name in enumerate(CLASSES):
        bounds = zone.call("bounds", number)
        assert (law_from(bounds.least), law_from(bounds.most)) == BOUNDS[name]
    assert {name for name in CLASSES if BOUNDS[name] == BOUNDS["constitutional"]} == set(GRAVE_CLASSES)


def test_depth_is_that_of_the_contract(chain: Connection, journal: Journal, tmp_path: Path) -> None:
    text, heading = SMALL, "industries.food"
    for level in range(1, MAX_DEPTH):
        heading += f".industries.level{level}"
        text += f'\n[{heading}]\npurpose = "Deeper."\nmembers = ["ada"]\n'
    described = read(tmp_path, text)
    made = found(chain, charter.plan(described), journal)
    deepest = max(described.zone.walk(), key=lambda body: body.depth)
    assert body_at(chain, made.bodies[deepest.path]).call("depth") == MAX_DEPTH


def test_somebody_else_does_half(chain: Connection, journal: Journal, tmp_path: Path) -> None:
    """Another deployer comes between two transactions and does the next one: it is not done again."""
    plan = charter.plan(read(tmp_path, large(130, 3)))
    other = sender(chain, dev_account(DEPLOYER + 1))
    taken: list[str] = []

    def race(progress: Progress) -> None:
        planned = plan.transactions[progress.number - 1]
        if progress.state == "sending" and planned.kind == "call" and progress.number % 2:
            other.transact(planned.to, planned.data, gas_limit=planned.gas)
            taken.append(planned.name)

    made = deploy(chain, dev_account(DEPLOYER), plan, race, journal=journal, gas_price_wei=GAS_PRICE_WEI)
    assert taken
    assert not set(taken) & {executed.name for executed in made.sent}
    assert body_at(chain, made.zone.root).call("live")


def test_no_power_is_left_with_the_deployer(chain: Connection, journal: Journal, tmp_path: Path) -> None:
    made = found(chain, charter.plan(read(tmp_path)), journal)
    registry = BoundContract(chain, "IWholeRegistry", made.zone.registry)
    assert registry.call("indexOf", dev_account(DEPLOYER).address) == 0


def test_records_of_a_chain_that_was_begun_anew(journal: Journal, tmp_path: Path) -> None:
    """An open record of the same chain id from an earlier life of the chain holds nobody up."""
    with open_chain("anvil") as connection:
        deployer = dev_account(DEPLOYER)
        earlier = sender(connection, deployer)
        ahead = earlier.prepare(dev_account(0).address, value_wei=1, nonce=7, gas_limit=21_000)
        journal.begin(replace(left_by(earlier, ahead), genesis=""))
        made = deploy(
            connection,
            deployer,
            charter.plan(read(tmp_path)),
            journal=journal,
            gas_price_wei=GAS_PRICE_WEI,
            timeout_seconds=20,
        )
        assert body_at(connection, made.zone.root).call("live")


# --- what cannot be ---


def test_token_of_another_chain(chain: Connection, journal: Journal, tmp_path: Path) -> None:
    path = tmp_path / "test.toml"
    path.write_text(SMALL, encoding="utf-8")
    before = chain.block_number()
    with pytest.raises(CodeMissing, match=r"There is no MILL at 0xdF3e.* Nothing was sent\. Correct \[assets\]"):
        found(chain, charter.plan(charter.load(path)), journal)
    assert chain.block_number() == before


def test_poor_deployer(chain: Connection, journal: Journal, tmp_path: Path) -> None:
    """Who cannot pay for all of it is told before anything is sent."""
    poor = LocalKey(b"\x07" * 32)
    chain.fund(poor.address, 10**15)
    before = chain.block_number()
    with pytest.raises(InsufficientFunds) as caught:
        deploy(chain, poor, charter.plan(read(tmp_path)), journal=journal)
    assert caught.value.need_wei > caught.value.have_wei == 10**15
    assert chain.block_number() == before


def test_birth_that_was_left_unfinished(chain: Connection, journal: Journal, tmp_path: Path) -> None:
    plan = charter.plan(read(tmp_path, large(130, 12)))
    stop = next(number for number, each in enumerate(plan.transactions, 1) if "of the birth of" in each.name)

    def give_up(progress: Progress) -> None:
        if progress.number == stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deploy(chain, dev_account(DEPLOYER), plan, give_up, journal=journal, gas_price_wei=GAS_PRICE_WEI)
    chain.skip(31 * 86_400)
    with pytest.raises(WrongState, match=r"not completed in 30 days: it is dead\. Change the charter"):
        found(chain, plan, journal)


class Altered:
    """The embedded chain, with other answers where `answer` gives one."""

    def __init__(self, answer: Answer) -> None:
        self._inner = EmbeddedTransport()
        self.answer: Answer | None = answer

    def request(self, method: str, *params: Any) -> Any:
        told = self.answer(method, *params) if self.answer is not None else None
        return self._inner.request(method, *params) if told is None else told

    def close(self) -> None:
        self._inner.close()


def is_the_proxys(params: tuple[Any, ...]) -> bool:
    return bool(params) and params[0] == "0x" + PROXY_TRANSACTION.hex()


def test_node_that_refuses_the_proxy(tmp_path: Path, journal: Journal) -> None:
    """As geth does with transactions that name no chain, unless told otherwise."""

    def protect(method: str, *params: Any) -> Any:
        if method == "eth_sendRawTransaction" and is_the_proxys(params):
            raise NodeRefused(method, -32000, "only replay-protected (EIP-155) transactions allowed over RPC")

    altered = Altered(protect)
    with Connection(altered, kind="embedded") as connection:
        plan = charter.plan(read(tmp_path))
        with pytest.raises(NodeProblem, match=r"only replay-protected .*--rpc.allow-unprotected-txs"):
            found(connection, plan, journal)
        altered.answer = None
        # The fee of the proxy has been paid by then, and is not paid twice.
        made = found(connection, plan, journal)
        assert "pay for the deployment proxy" not in {executed.name for executed in made.sent}
        assert connection.balance(PROXY_CREATOR) < 10**16


def test_proxy_that_can_no_longer_be_made(tmp_path: Path, journal: Journal) -> None:
    def spend(method: str, *params: Any) -> Any:
        return "0x1" if method == "eth_getTransactionCount" and params[0] == PROXY_CREATOR else None

    with (
        Connection(Altered(spend), kind="embedded") as connection,
        pytest.raises(NodeProblem, match="can no longer be created on chain 131277322940537"),
    ):
        found(connection, charter.plan(read(tmp_path)), journal)


def test_stopped_while_the_proxy_is_mined(tmp_path: Path, journal: Journal) -> None:
    sent_already: list[str] = []

    def stop(method: str, *params: Any) -> Any:
        if method == "eth_sendRawTransaction" and is_the_proxys(params):
            sent_already.append(method)
        elif method == "eth_getTransactionReceipt" and sent_already:
            raise KeyboardInterrupt

    altered = Altered(stop)
    with Connection(altered, kind="embedded") as connection:
        plan = charter.plan(read(tmp_path))
        with pytest.raises(Interrupted, match="nothing will be sent twice") as caught:
            found(connection, plan, journal)
        assert caught.value.tx_hash == "0x" + keccak(PROXY_TRANSACTION).hex()
        altered.answer = None
        assert body_at(connection, found(connection, plan, journal).zone.root).call("live")
    assert len(sent_already) == 1


def test_nodes_that_lag_behind(tmp_path: Path) -> None:
    """Behind the address of a public node there are several, and one may not have heard of the last block yet."""
    factory = charter.plan(read(tmp_path)).infrastructure["ZoneFactory"]
    asked: list[str] = []

    def lag(method: str, *params: Any) -> Any:
        if method != "eth_getCode" or params[0] != factory:
            return None
        asked.append(method)
        # Two looks come before it is sent, the third right after it is mined.
        return "0x" if len(asked) == 3 else None

    with Connection(Altered(lag), kind="rpc") as connection:
        made = deploy(connection, dev_account(DEPLOYER), charter.plan(read(tmp_path)), journal=Journal(tmp_path / "j"))
    assert [executed.name for executed in made.sent].count("deploy ZoneFactory") == 1
    assert len(asked) > 3


# --- killed and resumed ---


RUN = """
import os, signal, sys
from pathlib import Path
from zonedao import charter
from zonedao.chain.connection import Connection
from zonedao.chain.rpc import HttpTransport
from zonedao.chain.abi import keccak
from zonedao.chain.journal import Entry, Journal
from zonedao.chain.sending import Sender
from zonedao.chain.signers import dev_account
from zonedao.federation import deploy

url, file, journal, where = sys.argv[1:]
connection = Connection(HttpTransport(url), url=url)

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

if where == "broadcast":
    # The transaction is at the node, and nothing has been heard of it.
    Sender.wait = die
elif where == "signed":
    # It is written down, and has not left.
    write = Journal.begin
    Journal.begin = lambda journal, entry: (write(journal, entry), die())

def show(progress):
    if progress.state == "mined" and where == "mined":
        die()

made = deploy(connection, dev_account(40), charter.plan(charter.load(file)), show, journal=Journal(Path(journal)))
print(made.zone.root, made.zone.deploy_block)
"""


@pytest.fixture
def ganache() -> Iterator[LocalNode]:
    """Ganache has no deployment proxy of its own, so that every transaction of the plan is needed."""
    open_chain("ganache").close()
    with LocalNode("ganache") as running:
        yield running


def transactions(connection: Connection) -> list[tuple[str, str]]:
    """Target and data of every transaction on a chain, in order."""
    found_there: list[tuple[str, str]] = []
    for number in range(connection.block_number() + 1):
        block = connection.request("eth_getBlockByNumber", hex(number), True)
        found_there += [(each["to"], each["input"]) for each in block["transactions"]]
    return found_there


@pytest.mark.parametrize("where", ["mined", "broadcast", "signed"])
def test_killed_after_each_transaction(ganache: LocalNode, tmp_path: Path, where: str) -> None:
    """The process is killed at each transaction in turn and started again: nothing is deployed twice."""
    read(tmp_path, large(60, 9, 1))
    plan = charter.plan(charter.load(tmp_path / "test.toml"))
    words = [
        sys.executable,
        "-c",
        RUN,
        ganache.url,
        str(tmp_path / "test.toml"),
        str(tmp_path / "journal.jsonl"),
        where,
    ]
    kills = 0
    while True:
        done = subprocess.run(words, capture_output=True, text=True, timeout=300)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        kills += 1
        assert kills <= len(plan.transactions), "it does not get further"
    with Connection(HttpTransport(ganache.url), url=ganache.url) as connection:
        sent = transactions(connection)
        assert len(sent) == len(set(sent)) == len(plan.transactions)
        # The presigned transaction is nobody's to wait for, so only a run that reports it mined is killed there.
        assert kills == len(plan.transactions) - (where != "mined")
        assert done.stdout.split()[0] == plan.zone.address
        assert body_at(connection, plan.zone.address).call("live")
        (birth,) = BoundContract(connection, "IZoneFactory", plan.infrastructure["ZoneFactory"]).logs("ZoneCreated")
        assert done.stdout.split()[1] == str(birth.block_number)


@pytest.mark.once
def test_a_zone_is_born_with_its_module(tmp_path: Path, journal: Journal) -> None:
    """[personhood]: the module is put on the chain, listed and told in the birth, and newcomers come in by it.

    So are elections and wishes, in both parts of their code.
    """
    from zonedao.client import Client
    from zonedao.governance.proofs import read_list
    from zonedao.joining import check_code

    newcomer = dev_account(45)
    file = tmp_path / "list.csv"
    file.write_text(f"{newcomer.address}, passport 12 and a secret\n", encoding="utf-8")
    text = SMALL.replace("[caps]", '[personhood]\nkind = "allow-list"\nlist = "list.csv"\n[caps]')
    text = "elections = true\nwishes = true\n" + text
    with open_chain("embedded") as connection:
        made = found(connection, charter.plan(read(tmp_path, text)), journal)
        zone = Client(connection, newcomer, gas_price_wei=GAS_PRICE_WEI).zone(made.zone.root)
        module, listed = zone.personhood, read_list(file)
        assert (module.kind, module.contract.call("root", zone.address)) == ("allow-list", listed.root)
        outcome = module.enroll(newcomer.address, listed.proof(newcomer.address)).transact()
        assert outcome.value == len(made.people) + 1
        assert zone.is_member(newcomer.address)
        assert zone.require_elections().numbers() == ()
        assert zone.require_wishes().names() == ()
        checked = {each.title for each in check_code(connection, made.zone.root)}
        assert {"elections", "second part of the elections", "wishes"} <= checked
