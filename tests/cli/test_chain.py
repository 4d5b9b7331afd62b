"""`zonedao chain`: a node that outlives its shell, with coins and a clock of its own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.chain import require_node
from tests.support.cli import PATIENCE_SECONDS, run
from zonedao.chain import resident
from zonedao.chain.accounts import KeyStore
from zonedao.chain.local import RESERVED_PORT, free_port
from zonedao.chain.signers import dev_account, dev_key

ADDRESS = "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"


@pytest.fixture(params=["anvil", "ganache"])
def kind(request: pytest.FixtureRequest, files: Path) -> Iterator[str]:
    """A kind of node; whatever was started in the user's folder is stopped afterwards."""
    yield require_node(request.param)
    resident.down()


def changed_at(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def written(state: Path) -> None:
    """Return once all that was before is in the file, which Anvil writes once a second.

    The second time began after now, and was complete when the third began.
    """
    for _ in range(3):
        before, until = changed_at(state), time.monotonic() + PATIENCE_SECONDS
        while changed_at(state) == before:
            assert time.monotonic() < until
            time.sleep(0.1)


def test_survives_its_shell_and_being_killed(kind: str, files: Path) -> None:
    port = free_port()
    up = run("chain", "up", "--node", kind, "--port", str(port), "--json", home=files)
    assert up.code == 0, up.err
    assert up.json["url"] == f"http://127.0.0.1:{port}"
    funded = run("chain", "fund", ADDRESS, "12.5 ETH", "--json", home=files)
    assert funded.json["balance_wei"] == str(125 * 10**17), funded.err
    if kind == "anvil":
        written(files / "node" / "anvil.json")

    os.kill(up.json["pid"], signal.SIGKILL)
    again = run("chain", "up", "--json", home=files)
    assert again.code == 0, again.err
    assert (again.json["kind"], again.json["url"]) == (kind, up.json["url"])
    assert again.json["pid"] != up.json["pid"]
    more = run("chain", "fund", ADDRESS, "1 ETH", "--json", home=files)
    assert more.json["balance_wei"] == str(135 * 10**17)

    assert run("chain", "down", "--json", home=files).json == {"stopped": True}
    assert run("chain", "status", "--json", home=files).json == {"running": False}


def test_up_twice_is_once(kind: str, cli: Cli) -> None:
    first = cli("chain", "up", "--node", kind, "--port", free_port(), "--json")
    second = cli("chain", "up", "--json", "--port", free_port(), "--chain-id", 77)
    assert second.code == 0
    assert (second.json["pid"], second.json["url"]) == (first.json["pid"], first.json["url"])
    assert "It goes on as it is: --port and --chain-id count when it starts." in second.err
    assert "--chain-id counts when it starts." in cli("chain", "up", "--chain-id", 77).err


def test_skip(kind: str, cli: Cli) -> None:
    before = cli("chain", "up", "--node", kind, "--port", free_port(), "--json").json["time"]
    done = cli("chain", "skip", "2", "days", "--json")
    assert done.code == 0
    assert 2 * 86_400 <= done.json["time"] - before < 2 * 86_400 + 600
    assert done.json["skipped_seconds"] == 2 * 86_400
    told = cli("chain", "skip", "1h30m")
    assert "a local chain, went 1 h 30 min forward: it is " in told.out
    assert cli("chain", "status", "--json").json["time"] - before >= 2 * 86_400 + 5_400


def test_fund_says_that_it_is_a_local_chain(kind: str, cli: Cli, files: Path) -> None:
    cli("chain", "up", "--node", kind, "--port", free_port())
    done = cli("chain", "fund", ADDRESS)
    assert done.out == f"{ADDRESS} now has 100 ETH on {kind}, a local chain where coins cost nothing.\n"
    KeyStore(files / "keys").import_raw("anna", dev_key(0).hex(), "none", work_factor=2)
    assert cli("chain", "fund", "anna").out.startswith(f"anna ({dev_account(0).address}) now has ")


def test_options_of_a_new_chain(kind: str, cli: Cli) -> None:
    done = cli("chain", "up", "--node", kind, "--port", free_port(), "--chain-id", 424242, "--block-time", 1, "--json")
    assert (done.json["chain_id"], done.json["block_time_seconds"]) == (424242, 1)
    cli("chain", "down")
    refused = cli("chain", "up", "--chain-id", 5)
    assert refused.code == 4
    assert "chain up --fresh" in refused.error
    fresh = cli("chain", "up", "--fresh", "--node", kind, "--port", free_port(), "--json")
    assert fresh.json["chain_id"] != 424242


def test_down_when_nothing_runs(cli: Cli) -> None:
    done = cli("chain", "down")
    assert (done.code, done.out) == (0, "No local node was running.\n")


def test_down_touches_no_process_of_others(cli: Cli, files: Path) -> None:
    import json

    (files / "node").mkdir(parents=True)
    record = {"kind": "anvil", "port": free_port(), "chain_id": 1, "block_time_seconds": None}
    (files / "node" / "node.json").write_text(json.dumps({**record, "pid": os.getpid(), "started": "0"}))
    assert cli("chain", "down", "--json").json == {"stopped": False}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["up", "--node", "geth"], 2, "geth is no local node. Say --node anvil or --node ganache."),
        (["up", "--port", str(RESERVED_PORT)], 2, "8545"),
        (["up", "--port", "80"], 2, "A port is a number from 1024 to 65535. Choose one of them."),
        (["up", "--block-time", "0"], 2, "--block-time"),
        (["fund", ADDRESS], 6, "Start one with `zonedao chain up`"),
        (["fund", "nobody"], 3, "There is no account nobody."),
        (["fund", ADDRESS[:-1]], 2, "address"),
        (["fund", ADDRESS, "5"], 2, "'5' has no unit. Write an amount of the chain's coin, like 12.5 ETH."),
        (["fund", ADDRESS, "5 FLOUR"], 2, "'5 FLOUR' is in FLOUR. Write an amount of the chain's coin, like 12.5 ETH."),
        (["fund", ADDRESS, "1.0000000000000000001 ETH"], 2, "ETH has 18 decimals"),
        (["fund", ADDRESS, "many"], 2, "'many' is no amount."),
        (["skip", "2 das"], 2, "'2 das' is no duration."),
        (["skip", "0s"], 2, "'0s' is no duration."),
        (["skip", "1 day"], 6, "Start one with `zonedao chain up`"),
        (["status", "--network", "nowhere"], 3, "There is no network nowhere."),
        (["status", "--network", "http://127.0.0.1:1"], 6, "No node answers at http://127.0.0.1:1"),
    ],
)
def test_bad_input(cli: Cli, words: list[str], code: int, said: str) -> None:
    done = cli("chain", *words)
    assert (done.code, done.out) == (code, "")
    assert said in done.error


def test_dry_run_starts_nothing(cli: Cli, files: Path) -> None:
    done = cli("chain", "up", "--dry-run")
    assert (done.code, done.out) == (0, "A local node would be started.\n")
    assert resident.status() is None
