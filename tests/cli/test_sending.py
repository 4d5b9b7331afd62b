"""Before, while and after something is sent: explained, asked, interrupted, looked up, never sent twice."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.cli.conftest import PASSWORD, Cli
from tests.support.cli import COMMAND, PATIENCE_SECONDS, Done, environment, run, terminal
from tests.support.elmcourt import DEPLOYER, ROOT, Town, join_zones, keep_keys
from tests.support.testnet import Door, at_the_door
from tests.support.voting import succeeded
from zonedao import charter, disk
from zonedao.chain.connection import Connection, connect
from zonedao.chain.journal import Journal
from zonedao.chain.replacing import speed_up
from zonedao.chain.rpc import HttpTransport
from zonedao.chain.signers import dev_account
from zonedao.cli.kit.output import Output
from zonedao.cli.kit.run import BROKEN_PIPE
from zonedao.client import connect as connect_zone
from zonedao.errors import OutputProblem
from zonedao.federation import Deployment, deploy

GIFT = ("deposit", "1 ETH", "--in", "elmcourt", "--account", "ada")


def balance(town: Town) -> int:
    return town.elmcourt.treasury.account(town.elmcourt).balance.amount


# --- output ---


@pytest.mark.parametrize(("how", "json_option"), [("full", ()), ("full", ("--json",)), ("closed", ()), ("gone", ())])
def test_output_that_cannot_be_written(
    cli: Cli, town: Town, files: Path, password: None, password_file: Path, how: str, json_option: tuple[str, ...]
) -> None:
    """Whoever cannot read that it was sent is told so, once, on standard error; who asks again is answered."""
    words = [*COMMAND, *GIFT, "--yes", "--password-file", str(password_file), *json_option]
    readable, gone = os.pipe()
    os.close(readable)
    with open("/dev/full" if how == "full" else os.devnull, "w") as out:
        done = subprocess.run(
            words,
            env=environment(files),
            stdin=subprocess.DEVNULL,
            stdout=gone if how == "gone" else out,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=(lambda: os.close(1)) if how == "closed" else None,
            timeout=PATIENCE_SECONDS,
        )
    os.close(gone)
    assert done.returncode == OutputProblem.exit_code, done.stderr
    (error,) = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert re.match(r"Error: It was sent and mined as 0x[0-9a-f]{64}; only its result could not be shown\.", error)
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert balance(town) == 10**18
    again = succeeded(cli(*GIFT, "--yes"))
    assert "is looked up; nothing is sent again." in again.err
    assert "You deposited 1 ETH for elmcourt." in again.out
    assert balance(town) == 10**18
    # Now it was told, and once more is a gift of its own.
    if how == "gone":
        succeeded(cli(*GIFT, "--yes"))
        assert balance(town) == 2 * 10**18


def test_who_reads_may_go_away(files: Path) -> None:
    readable, gone = os.pipe()
    os.close(readable)
    done = subprocess.run(
        [*COMMAND, "charter", "plan", str(ROOT / "examples" / "elmcourt.toml")],
        env=environment(files),
        stdin=subprocess.DEVNULL,
        stdout=gone,
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    os.close(gone)
    assert (done.returncode, done.stderr) == (BROKEN_PIPE, "")


def test_reading_with_no_output(files: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "account", "list"],
        env=environment(files),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.close(1),
        timeout=PATIENCE_SECONDS,
    )
    assert (done.returncode, done.stderr) == (
        OutputProblem.exit_code,
        "Error: Standard output is closed. Leave it open, or send it to a file.\n",
    )


# --- files ---


def test_a_journal_that_cannot_be_locked(cli: Cli, town: Town, password: None, files: Path) -> None:
    (files / "transactions.lock").mkdir()
    done = cli(*GIFT, "--yes")
    assert (done.code, done.out) == (11, "")
    assert f"Make the folder {files} writable for you" in done.error
    assert balance(town) == 0


# --- asking ---


def test_no_terminal_no_question(cli: Cli, town: Town, password: None) -> None:
    done = cli(*GIFT)
    assert (done.code, done.out) == (2, "")
    assert done.error == "Nobody can be asked, so nothing was sent. Say --yes to send without asking."
    assert balance(town) == 0


def test_no_terminal_no_password(cli: Cli, town: Town) -> None:
    done = cli(*GIFT, "--yes")
    assert (done.code, done.out) == (2, "")
    assert done.error == (
        "A password is needed and nobody can be asked. "
        "Give a file with --password-file, or name one in ZONEDAO_PASSWORD_FILE."
    )
    assert balance(town) == 0


def test_dry_run_sends_nothing_and_needs_no_password(cli: Cli, town: Town) -> None:
    done = succeeded(cli(*GIFT, "--dry-run", "--json"))
    assert done.json["sent"] is False
    assert done.json["explanation"][0] == "Deposit 1 ETH into the account of elmcourt."
    assert int(done.json["fee_limit_wei"]) > 0
    shown = succeeded(cli(*GIFT, "--dry-run"))
    assert shown.out.endswith("It would succeed. Nothing was sent.\n")
    assert shown.err == ""
    assert balance(town) == 0


def test_dry_run_of_what_would_revert(cli: Cli, town: Town) -> None:
    done = cli("order", "bread", "13", "--in", "elmcourt", "--account", "ada", "--dry-run")
    assert (done.code, done.out) == (4, "")


def test_at_a_terminal(town: Town, files: Path) -> None:
    with terminal(*GIFT, home=files) as screen:
        screen.await_text("Deposit 1 ETH into the account of elmcourt.")
        screen.await_text("The fee is ")
        screen.await_text("Send it? [y/N]: ")
        screen.type("y")
        screen.await_text("Password of ada: ")
        screen.type(PASSWORD)
        screen.await_text("You deposited 1 ETH for elmcourt.")
        done = screen.end()
    assert done.code == 0
    assert PASSWORD not in done.err
    assert balance(town) == 10**18


def test_declined(town: Town, files: Path) -> None:
    with terminal(*GIFT, home=files) as screen:
        screen.await_text("Send it? [y/N]: ")
        screen.type("")
        done = screen.end()
    assert done.code == 1
    assert done.err.endswith("Nothing was sent.\n")
    assert balance(town) == 0


@pytest.mark.parametrize("question", ["Send it? [y/N]: ", "Password of ada: "])
def test_control_c_at_a_question(town: Town, files: Path, question: str) -> None:
    with terminal(*GIFT, home=files) as screen:
        screen.await_text("Send it? [y/N]: ")
        if question.startswith("Password"):
            screen.type("y")
            screen.await_text(question)
        screen.control_c()
        done = screen.end()
    assert (done.code, done.error) == (130, "Stopped. Nothing was sent.")
    assert balance(town) == 0
    assert not Journal(files / "transactions.jsonl").open_entries(town.connection.chain_id)


def test_a_wrong_password(cli: Cli, town: Town, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("wrong")
    done = cli(*GIFT, "--yes", "--password-file", tmp_path / "wrong")
    assert (done.code, done.out) == (7, "")
    assert done.error == "The password does not open ada.json. Try again."
    assert balance(town) == 0


def test_a_password_file_that_is_not_there(cli: Cli, town: Town, tmp_path: Path) -> None:
    done = cli(*GIFT, "--yes", "--password-file", tmp_path / "none")
    assert (done.code, "none cannot be read" in done.error) == (7, True)


# --- killed ---


class Killed(BaseException):
    """The process is gone: nothing handles it, and what the system gives back it gives back."""


@pytest.mark.parametrize(
    ("where", "when"),
    [
        *((where, when) for where in ("signed", "finished") for when in ("before", "half", "after")),
        *((where, when) for where in ("sendRaw", "getTransactionReceipt", "told") for when in ("before", "after")),
    ],
)
def test_killed_anywhere_and_run_again(
    cli: Cli, town: Town, password: None, monkeypatch: pytest.MonkeyPatch, where: str, when: str
) -> None:
    """From the signature to the last word: the gift is given once, and whoever runs the command again learns it."""

    def dying(
        real: Callable[..., Any], at: Callable[..., bool], half: Callable[..., Any] | None = None
    ) -> Callable[..., Any]:
        def die(*args: Any) -> Any:
            if not at(*args):
                return real(*args)
            if when != "before":
                (half if half is not None and when == "half" else real)(*args)
            raise Killed

        return die

    def write_half(path: Path, line: str) -> None:
        with path.open("a") as handle:
            handle.write(line[: len(line) // 2])

    with monkeypatch.context() as patch:
        if where in ("signed", "finished"):
            patch.setattr(
                disk, "append_line", dying(disk.append_line, lambda _, line: f'"{where}"' in line, write_half)
            )
        elif where == "told":
            patch.setattr(Output, "show", dying(Output.show, lambda *_: True))
        else:
            at = dying(HttpTransport.request, lambda _, method, *rest: where in method)
            patch.setattr(HttpTransport, "request", at)
        with pytest.raises(Killed):
            cli(*GIFT, "--yes")
    again = succeeded(cli(*GIFT, "--yes"))
    assert again.out.startswith("You deposited 1 ETH for elmcourt.")
    # Only who was told, and whose journal knows that, wants it twice.
    twice = (where, when) == ("finished", "after")
    assert balance(town) == (2 if twice else 1) * 10**18
    assert cli("tx", "list", "--json").json["transactions"] == []


# --- as on a testnet ---


class Away(NamedTuple):
    """Elmcourt on a testnet's terms: what users reach of the chain, and what is behind that."""

    door: Door
    behind: Connection
    deployment: Deployment


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Away]:
    """Elmcourt on a testnet's terms."""
    journal = Journal(tmp_path_factory.mktemp("deployer") / "journal.jsonl")
    plan = charter.plan(charter.load(ROOT / "examples" / "elmcourt.toml"))
    with at_the_door() as (door, behind):
        # The founding need not wait for a block a second.
        behind.request("evm_setIntervalMining", 0)
        behind.request("evm_setAutomine", True)
        made = deploy(behind, dev_account(DEPLOYER), plan, journal=journal)
        behind.request("evm_setAutomine", False)
        behind.request("evm_setIntervalMining", 1)
        yield Away(door, behind, made)


@pytest.fixture
def user(away: Away, files: Path) -> Path:
    """A user who joined it through the door."""
    keep_keys(files / "keys", ("ada", "ben"))
    join_zones(files, {"elmcourt": away.deployment}, away.door.url)
    return files


def gifts(away: Away) -> int:
    """ETH in the account of Elmcourt, as who comes through the door sees it: what is not mined is not there."""
    with connect(away.door.url) as connection:
        zone = connect_zone(connection, away.deployment.zone.root)
        return zone.treasury.account(zone).balance.amount // 10**18


def gift(password_file: Path, amount: str) -> tuple[object, ...]:
    return "deposit", amount, "--in", "elmcourt", "--account", "ada", "--yes", "--password-file", password_file


def send_gift(home: Path, password_file: Path, amount: str = "1 ETH", *more: str) -> Done:
    return run(*gift(password_file, amount), *more, home=home)


def test_testnet(away: Away, user: Path, password_file: Path) -> None:
    door = away.door
    before, sent = gifts(away), len(door.sent)
    done = send_gift(user, password_file, "2 ETH", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["sent"] is True
    told = json.loads(run("treasury", "--in", "elmcourt", "--json", home=user).out)["accounts"][0]
    assert int(told["amount"]) // 10**18 == before + 2
    assert (gifts(away), len(door.sent)) == (before + 2, sent + 1)
    assert door.sent[-1].startswith("0x02"), "an EIP-1559 transaction"
    fund = run("chain", "fund", "ada", "--network", door.url, home=user)
    assert (fund.code, fund.out) == (4, "")
    assert "Only a local chain lets you make coins" in fund.error
    skip = run("chain", "skip", "1 day", "--network", "elmcourt", home=user)
    assert (skip.code, "Only a local chain lets you skip time" in skip.error) == (4, True)


def test_a_wallet_without_coins(away: Away, user: Path, password_file: Path) -> None:
    run("account", "new", "poor", "--password-file", password_file, home=user)
    done = run("vote", "1", "for", "--in", "elmcourt", "--account", "poor", "--yes", home=user)
    assert done.code == 3
    words = ("propose", "pay", "ben", "1 ETH", "--in", "elmcourt", "--account", "ada", "--yes")
    behind = away.behind
    coins = behind.balance(dev_account(0).address)
    behind.request("anvil_setBalance", dev_account(0).address, "0x0")
    try:
        done = run(*words, "--password-file", password_file, home=user)
    finally:
        behind.request("anvil_setBalance", dev_account(0).address, hex(coins))
    assert (done.code, done.out) == (5, "")
    assert "has no coins to pay the fee" in done.error
    assert f"Send coins to {dev_account(0).address} first." in done.error


def test_control_c_while_waiting(away: Away, user: Path, password_file: Path) -> None:
    door, behind = away.door, away.behind
    before, sent = gifts(away), len(door.sent)
    words = gift(password_file, "3 ETH")
    behind.request("evm_setIntervalMining", 0)
    try:
        with terminal(*words, home=user) as screen:
            screen.await_text("Waiting for 0x")
            screen.control_c()
            stopped = screen.end()
        assert stopped.code == 130
        assert "Stopped. Transaction 0x" in stopped.error
        assert "Nothing will be sent twice." in stopped.error
        assert (gifts(away), len(door.sent)) == (before, sent + 1)
    finally:
        behind.request("evm_setIntervalMining", 1)
    # The same command again finds what the first one sent.
    again = run(*words, "--json", home=user)
    assert again.code == 0, again.err
    assert "is looked up; nothing is sent again." in again.err
    assert (gifts(away), len(door.sent)) == (before + 3, sent + 1)
    # And once more is a gift of its own.
    assert run(*words, home=user).code == 0
    assert (gifts(away), len(door.sent)) == (before + 6, sent + 2)


def test_another_command_tells_of_what_was_left_open(away: Away, user: Path, password_file: Path) -> None:
    door, behind = away.door, away.behind
    before, sent = gifts(away), len(door.sent)
    behind.request("evm_setIntervalMining", 0)
    try:
        words = gift(password_file, "4 ETH")
        with terminal(*words, home=user) as screen:
            screen.await_text("Waiting for 0x")
            screen.control_c()
            assert screen.end().code == 130
    finally:
        behind.request("evm_setIntervalMining", 1)
    done = send_gift(user, password_file)
    assert done.code == 0, done.err
    assert "“deposit 4 ETH for Elmcourt” of an earlier run" in done.err
    assert (gifts(away), len(door.sent)) == (before + 5, sent + 2)


def test_a_node_that_goes_away_while_waiting(away: Away, user: Path, password_file: Path) -> None:
    door, behind = away.door, away.behind
    before, sent = gifts(away), len(door.sent)
    words = gift(password_file, "5 ETH")
    behind.request("evm_setIntervalMining", 0)
    try:
        with terminal(*words, home=user) as screen:
            screen.await_text("Waiting for 0x")
            door.shut = True
            for _ in range(3):
                screen.await_text(" s (Ctrl-C")
            screen.control_c()
            assert screen.end().code == 130
            down = run(*words, home=user)
            assert (down.code, down.out) == (6, "")
            assert down.error.startswith("elmcourt: No node answers at ")
    finally:
        door.shut = False
        behind.request("evm_setIntervalMining", 1)
    assert run(*words, home=user).code == 0
    assert (gifts(away), len(door.sent)) == (before + 5, sent + 1)


def test_what_the_list_tells_is_not_told_again(away: Away, user: Path, cli: Cli, password: None) -> None:
    """The next run of the same command is a new one then, which the list says."""
    with connect(away.door.url) as connection:
        journal = Journal(user / "transactions.jsonl")
        zone = connect_zone(connection, away.deployment.zone.root, dev_account(0), journal=journal)
        action = zone.treasury.deposit(2 * 10**18)
        action.send(action.prepare())
    away.behind.request("evm_mine")
    for _ in range(2):  # a program that looks now and then takes nothing away from the member
        assert [each["state"] for each in succeeded(cli("tx", "list", "--json")).json["transactions"]] == ["mined"]
    told = succeeded(cli("tx", "list"))
    assert "mined" in told.out
    assert "“deposit 2 ETH for Elmcourt” is done, and told now: the same command again is a new one." in told.err
    assert "a new one" not in succeeded(cli("tx", "list")).err


def test_offer_more_then_take_it_back(away: Away, user: Path, password_file: Path, cli: Cli, password: None) -> None:
    """A gift that waits is sped up and canceled; either may be mined, and one of them is, once."""
    behind, before, sent = away.behind, gifts(away), len(away.door.sent)
    assert cli("tx", "list").out.startswith("Nothing of yours is under way on elmcourt.")
    none = cli("tx", "cancel", "--account", "ada")
    assert (none.code, none.error) == (3, "Nothing of ada is under way on elmcourt.")
    behind.request("evm_setIntervalMining", 0)
    try:
        with connect(away.door.url) as connection:
            # What runs left behind that were stopped while they waited.
            journal = Journal(user / "transactions.jsonl")
            zone = connect_zone(connection, away.deployment.zone.root, dev_account(0), journal=journal)
            action = zone.treasury.deposit(6 * 10**18)
            tx_hash = action.send(action.prepare())
            dry = succeeded(cli("tx", "speed-up", "--account", "ada", "--dry-run", "--json"))
            assert (dry.json["sent"], dry.json["replaces"]) == (False, tx_hash)
            sender = action.client.sender
            sender.send(speed_up(sender, tx_hash))
        waiting = succeeded(cli("tx", "list", "--json")).json["transactions"]
        assert [each["state"] for each in waiting] == ["waiting", "waiting"]
        assert [each["waits_for"] for each in waiting] == [None, None]
        assert waiting[1]["replaces"] == waiting[0]["tx"]
        assert waiting[0]["number"] == waiting[1]["number"]
        assert "deposit 6 ETH for Elmcourt, for a higher fee " in succeeded(cli("tx", "list")).out
        number = waiting[0]["number"]
        other = cli("tx", "cancel", str(number + 1), "--account", "ada")
        assert (other.code, f"No transaction {number + 1} is under way." in other.error) == (3, True)
        capped = cli("tx", "cancel", "--account", "ada", "--max-fee", "0.000000001 ETH")
        assert (capped.code, "give more with --max-fee" in capped.error) == (4, True)
        dry = succeeded(cli("tx", "cancel", waiting[1]["tx"][:9], "--account", "ada", "--dry-run"))
        assert dry.out.startswith(f"Cancel “deposit 6 ETH for Elmcourt”, number {number} of ada.")
        assert "Either of the two is mined, never both." in dry.out
        cancel = ("tx", "cancel", str(number), "--account", "ada", "--yes", "--confirmations", "2")
        with terminal(*cancel, home=user, env={"ZONEDAO_PASSWORD_FILE": str(password_file)}) as screen:
            screen.await_text("Waiting for 0x")
            behind.request("evm_mine")
            screen.await_text("1 of 2 confirmations")
            behind.request("evm_mine")
            screen.await_text("“deposit 6 ETH for Elmcourt” was canceled: it can never happen.")
            assert screen.end().code == 0
    finally:
        behind.request("evm_setIntervalMining", 1)
    assert (gifts(away), len(away.door.sent)) == (before, sent + 3)
    assert succeeded(cli("tx", "list", "--json")).json["transactions"] == []
    told = succeeded(cli("tx", "list", "--all", "--json")).json["transactions"]
    assert [(each["state"], each["cancels"]) for each in told] == [
        ("replaced", False),
        ("replaced", False),
        ("mined", True),
    ]
