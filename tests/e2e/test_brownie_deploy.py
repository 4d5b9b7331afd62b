"""Deploying with Brownie on a live network, in an empty home, with a keystore account: as a founder does it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

from tests.support.brownie import ROOT, run_brownie
from tests.support.chain import open_chain
from zonedao import charter
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.local import NodeOptions, command, end_process, free_port, wait_until_ready
from zonedao.chain.rpc import HttpTransport
from zonedao.chain.signers import dev_account, dev_key
from zonedao.charter.plans import DeploymentPlan
from zonedao.federation import deploy, load_zone_file

pytestmark = pytest.mark.once

NETWORK = "ours"
PASSWORD = "correct horse"
FOUNDER, MEMBER = 45, 0  # the test account that pays, and one that is a member of every body of the example
EXAMPLE = "examples/elmcourt.toml"
MILL = """
[industries.food.industries.mill]
name = "Mill"
purpose = "Stones that turn."
members = ["ada", "gita"]
caps = { ETH = 1 }
allowances = [{ asset = "ETH", amount = 1, epochs = 3, source = "zone", line = "mill" }]
"""


class Node:
    """Anvil with 1-second blocks at a fixed port, which can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._state = folder / "state.json"
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in stop()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = NodeOptions("anvil", self.port, block_time_seconds=1, state=self._state)
        self._process = subprocess.Popen(command(options), stdout=self._log, stderr=self._log, start_new_session=True)
        wait_until_ready(self.url, self._process, self._log)

    def stop(self) -> None:
        if self._process is not None:
            end_process(self._process)
            self._process = None

    def forget(self) -> None:
        """Stop it and start another chain with the same id."""
        self.stop()
        self._state.unlink(missing_ok=True)
        self.start()

    def connect(self) -> Connection:
        return Connection(HttpTransport(self.url), url=self.url)


@dataclass(frozen=True)
class Founder:
    """Somebody with Brownie, a home folder and a node."""

    project: Path
    home: Path
    node: Node

    def brownie(self, *words: str) -> subprocess.CompletedProcess[str]:
        return run_brownie(self.project, *words, home=self.home)

    def deploy(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.brownie("run", "deploy", "main", *words, "--network", NETWORK)

    @property
    def zone_file(self) -> Path:
        return self.project / "deployments" / NETWORK / "elmcourt.zone.toml"

    def begin(self) -> None:
        """A chain and a project on which nothing was deployed yet."""
        self.node.forget()
        shutil.rmtree(self.project / "deployments", ignore_errors=True)


@pytest.fixture(scope="module")
def founder(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Founder]:
    open_chain("anvil").close()
    from eth_account import Account

    home = tmp_path_factory.mktemp("founder")
    node = Node(tmp_path_factory.mktemp("node"))
    node.start()
    made = Founder(project, home, node)
    added = made.brownie("networks", "add", "Ethereum", NETWORK, f"host={node.url}", "chainid=31337")
    assert added.returncode == 0, added.stdout + added.stderr
    # What `brownie accounts new` writes, without the second that its key derivation takes.
    keys = home / ".brownie" / "accounts"
    keys.mkdir(exist_ok=True)
    for name, number in (("founder", FOUNDER), ("member", MEMBER)):
        encrypted = Account.encrypt(dev_key(number), PASSWORD, kdf="pbkdf2", iterations=1000)
        (keys / f"{name}.json").write_text(json.dumps(encrypted), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZONEDAO_PASSWORD_FILE", str(_written(home / "password", PASSWORD + "\n")))
        yield made
    node.stop()


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def plan() -> DeploymentPlan:
    return charter.plan(charter.load(ROOT / EXAMPLE))


def require_clean(done: subprocess.CompletedProcess[str]) -> None:
    """Exit 0, and nothing in the output that looks like a program that failed."""
    assert done.returncode == 0, done.stdout + done.stderr
    failure = re.search(r"Traceback|\w(Error|Exception)\b:|BrownieEnvironmentWarning", done.stdout + done.stderr)
    assert failure is None, done.stdout + done.stderr


def sent(connection: Connection) -> list[tuple[str, str]]:
    """Target and data of every transaction on a chain."""
    found: list[tuple[str, str]] = []
    for number in range(connection.block_number() + 1):
        block = connection.request("eth_getBlockByNumber", hex(number), True)
        found += [(each["to"], each["input"]) for each in block["transactions"]]
    return found


def test_live_network(founder: Founder, plan: DeploymentPlan) -> None:
    """The same addresses as the package; again nothing; after a restart nothing; on a new chain everything again."""
    with open_chain("embedded") as elsewhere:
        ours = deploy(elsewhere, dev_account(FOUNDER + 1), plan)
    founder.begin()
    done = founder.deploy(EXAMPLE, "founder")
    require_clean(done)
    written = load_zone_file(founder.zone_file)
    assert (written.chain_id, written.url) == (31337, founder.node.url)
    for key in (
        "name",
        "root",
        "registry",
        "treasury",
        "stores",
        "factory",
        "trade_post",
        "charter_hash",
        "build_hash",
    ):
        assert getattr(written, key) == getattr(ours.zone, key)
    for path, address in ours.bodies.items():
        assert f"{address}  {path}" in done.stdout
    with founder.node.connect() as connection:
        for address in ours.bodies.values():
            assert BoundContract(connection, "IWholeBody", address).call("live")
        count = len(sent(connection))

    require_clean(founder.deploy(EXAMPLE, "founder"))
    founder.node.stop()
    founder.node.start()
    again = founder.deploy(EXAMPLE, "founder")
    require_clean(again)
    assert again.stdout.count("is there already") == len(plan.transactions)
    assert load_zone_file(founder.zone_file) == written
    with founder.node.connect() as connection:
        assert len(sent(connection)) == count

    founder.node.forget()
    require_clean(founder.deploy(EXAMPLE, "founder"))
    with founder.node.connect() as connection:
        assert len(sent(connection)) == count
        assert load_zone_file(founder.zone_file).root == written.root
    record = (founder.zone_file.parent / "elmcourt.transactions.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in record]
    assert sum("sending" in entry for entry in entries) == sum("mined" in entry for entry in entries) == 2 * count


def test_killed_and_resumed(founder: Founder, plan: DeploymentPlan) -> None:
    founder.begin()
    words = [str(Path(sys.executable).parent / "brownie"), "run", "deploy", "main", EXAMPLE, "founder"]
    environment = {**os.environ, "HOME": str(founder.home), "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    with subprocess.Popen(
        [*words, "--network", NETWORK],
        cwd=founder.project,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "deploy TreasuryDeployer" in line:
                process.send_signal(signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL
    require_clean(founder.deploy(EXAMPLE, "founder"))
    with founder.node.connect() as connection:
        found = sent(connection)
        assert len(found) == len(set(found))
        assert BoundContract(connection, "IWholeBody", plan.zone.address).call("live")


def test_found_industry(founder: Founder, tmp_path: Path) -> None:
    """A member proposes an industry of the charter in the zone that exists."""
    founder.begin()
    require_clean(founder.deploy(EXAMPLE, "founder"))
    grown = _written(tmp_path / "elmcourt.toml", (ROOT / EXAMPLE).read_text(encoding="utf-8") + MILL)
    run = ("run", "found_industry", "main", str(grown))
    with founder.node.connect() as connection:
        # Who was there at the birth is seasoned, but not within the first hour of a chain's life.
        connection.skip(2 * 3600)
        done = founder.brownie(*run, "elmcourt/food/mill", str(founder.zone_file), "member", "--network", NETWORK)
        require_clean(done)
        said = re.search(r"Proposal 1 of elmcourt/food: Found elmcourt/food/mill, at (0x[0-9a-fA-F]{40})", done.stdout)
        assert said is not None, done.stdout
        described = charter.plan(charter.load(ROOT / EXAMPLE))
        (food,) = (body.address for body in described.bodies if body.path == "elmcourt/food")
        (created,) = BoundContract(connection, "IWholeBody", food).logs("ProposalCreated")
        assert created.args["proposer"] == dev_account(MEMBER).address
        assert created.args["targets"] == (food, load_zone_file(founder.zone_file).treasury)
        assert bytes.fromhex(said[1][2:]) in created.args["calldatas"][1]
    stranger = founder.brownie(*run, "elmcourt/food/none", str(founder.zone_file), "member", "--network", NETWORK)
    assert stranger.returncode == 3
    assert "has no industry elmcourt/food/none" in stranger.stderr
    assert "Traceback" not in stranger.stdout + stranger.stderr


BAD = [
    ("unknown network", (EXAMPLE, "founder", "--network", "nowhere"), "Brownie knows no network 'nowhere'.", 1),
    ("no account", (EXAMPLE, "--network", NETWORK), "Name the account that pays", 2),
    ("unknown account", (EXAMPLE, "nobody", "--network", NETWORK), "Brownie has no account 'nobody'.", 2),
    ("no charter", ("none.toml", "founder", "--network", NETWORK), "none.toml cannot be read", 8),
    ("mistakes", ("{folder}/bad.toml", "founder", "--network", NETWORK), "bad.toml:1: There is no nome", 8),
    ("wrong password", (EXAMPLE, "founder", "--network", NETWORK), "does not open Brownie's account founder", 7),
    ("no node", (EXAMPLE, "founder", "--network", "away"), "Nobody answers at http://127.0.0.1:", 1),
]


@pytest.mark.parametrize(("name", "words", "message", "status"), BAD, ids=[case[0] for case in BAD])
def test_bad_input(
    founder: Founder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    words: tuple[str, ...],
    message: str,
    status: int,
) -> None:
    _written(tmp_path / "bad.toml", 'nome = "x"\n' + (ROOT / EXAMPLE).read_text(encoding="utf-8"))
    if name == "wrong password":
        monkeypatch.setenv("ZONEDAO_PASSWORD_FILE", str(_written(tmp_path / "password", "wrong\n")))
    if name == "no node":
        founder.brownie("networks", "add", "Ethereum", "away", f"host=http://127.0.0.1:{free_port()}", "chainid=1")
    with founder.node.connect() as connection:
        before = connection.nonce(dev_account(FOUNDER).address)
        done = founder.brownie("run", "deploy", "main", *(word.format(folder=tmp_path) for word in words))
        assert connection.nonce(dev_account(FOUNDER).address) == before
    assert done.returncode == status, done.stdout + done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    if name != "mistakes":
        assert len(done.stderr.strip().splitlines()) == 1


def test_contracts_that_changed(founder: Founder) -> None:
    """What would be deployed is what the package carries: sources that differ are said."""
    built = founder.project / "build" / "contracts" / "Zone.json"
    content = built.read_text(encoding="utf-8")
    document = json.loads(content)
    document["deployedBytecode"] = document["deployedBytecode"].replace("6080", "6081", 1)
    try:
        built.write_text(json.dumps(document), encoding="utf-8")
        done = founder.deploy(EXAMPLE, "founder")
    finally:
        built.write_text(content, encoding="utf-8")
    assert done.returncode == 4
    assert "contracts/ has another Zone than zonedao/artifacts/" in done.stderr
    assert "Nothing was sent" in done.stderr


def test_development_network(founder: Founder, plan: DeploymentPlan, tmp_path: Path) -> None:
    """On a development network the node's first account pays."""
    config = founder.project / "brownie-config.yaml"
    content = config.read_text(encoding="utf-8")
    try:
        config.write_text(re.sub(r"\n +port: \d+", "", content).replace(
            "    accounts: 40\n", f"    accounts: 40\n      port: {free_port()}\n"
        ), encoding="utf-8")  # fmt: skip
        nodes = str(ROOT / "node_modules" / ".bin")
        done = run_brownie(
            founder.project, "run", "deploy", "main", EXAMPLE, "--network", "ganache-cli", home=tmp_path, path=nodes
        )
    finally:
        config.write_text(content, encoding="utf-8")
    require_clean(done)
    for body in plan.bodies:
        assert f"{body.address}  {body.path}" in done.stdout
