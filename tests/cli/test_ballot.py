"""`zonedao ballot`: sign, hand in, collect, post; voting keys; what is refused and how it is said."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.support.bodies import transact
from tests.support.chain import deploy
from tests.support.cli import COMMAND
from tests.support.elmcourt import ELMCOURT, Town
from tests.support.shown import looks
from tests.support.voting import carry, succeeded
from zonedao.ballots.keys import derive
from zonedao.ballots.typed import typed_digest
from zonedao.chain.signers import dev_account
from zonedao.federation.modules import verifier_module

HERE = ("--in", "elmcourt")
pytestmark = pytest.mark.usefixtures("password")


@pytest.fixture
def number(cli: Cli, town: Town) -> int:
    """A proposal whose vote is open."""
    return open_vote(cli, town)


def open_vote(cli: Cli, town: Town) -> int:
    made = succeeded(
        cli("propose", "pay", "ben", "1 ETH", *HERE, "--title", "Roof", "--account", "ada", "--yes", "--json")
    )
    town.skip(hours=1, seconds=1)
    return int(made.json["result"]["number"])


def sign(cli: Cli, number: int, choice: str, who: str, *more: str | Path) -> dict[str, Any]:
    signed: dict[str, Any] = succeeded(
        cli("ballot", "sign", number, choice, *HERE, "--account", who, "--yes", "--json", *more)
    ).json
    return signed


def test_from_signature_to_tally_by_files(cli: Cli, town: Town, number: int, tmp_path: Path) -> None:
    paper = tmp_path / "ballots.jsonl"
    for who in ELMCOURT[:8]:
        sign(cli, number, "against" if who == "eva" else "for", who, "--out", paper)
    with paper.open("a") as handle:
        handle.write("nonsense\n" + paper.read_text().splitlines()[0].replace('"for"', '"against"') + "\n")

    collected = succeeded(cli("ballot", "collect", paper, *HERE, "--json")).json
    assert collected["accepted"] == 8
    assert [(each["line"], each["code"]) for each in collected["refused"]] == [(9, "unreadable"), (10, "bad-signature")]
    shown = succeeded(cli("ballot", "collect", paper, *HERE)).out
    assert "8 in the box, 2 refused." in shown
    assert f"{paper}, line 9: The line is no JSON." in shown

    (before,) = succeeded(cli("ballot", "status", *HERE, "--json")).json["proposals"]
    assert (before["held"], before["counted"], before["waiting"]) == ({"against": 1, "for": 7}, 0, 8)

    posted = succeeded(cli("ballot", "post", number, *HERE, "--account", "kim", "--yes", "--json")).json
    assert (posted["sent"], posted["counted"], posted["left"]) == (True, 8, [])
    assert [each["kind"] for each in posted["transactions"]] == ["signed"]
    votes = succeeded(cli("proposal", "show", number, *HERE, "--json")).json["votes"]
    assert votes == {"for": 7, "against": 1, "abstain": 0}

    again = succeeded(cli("ballot", "post", number, *HERE, "--account", "kim", "--yes", "--json")).json
    assert (again["sent"], again["waiting"], again["transactions"], again["fee_limit_wei"]) == (False, 0, [], "0")
    (table,) = looks(cli, "elmcourt", ("ballot", "status"))
    assert re.search(rf"^{number} +8 +8 +0 ", table.out, flags=re.MULTILINE)


def test_lines_that_stand_there_twice_and_files_that_are_something_else(
    cli: Cli, town: Town, number: int, tmp_path: Path
) -> None:
    paper, other = tmp_path / "paper.jsonl", tmp_path / "charter.toml"
    for command in (("sign", number, "for"), ("key",)):
        succeeded(cli("ballot", *command, *HERE, "--account", "ada", "--yes", "--out", paper))
    paper.write_text(paper.read_text() * 3)
    other.write_text('name = "Elsewhere"\n\n[members]\n')
    done = succeeded(cli("ballot", "collect", paper, other, *HERE))
    assert done.out == (
        f"{other}, 2 lines from 1 to 3: The line is no JSON. Hand in what zonedao wrote, unchanged.\n"
        "2 in the box, 2 refused. 4 lines stood there twice.\n"
    )
    found = succeeded(cli("ballot", "collect", paper, *HERE, "--json")).json
    assert (found["accepted"], found["doubles"]) == (2, 4)
    assert "1 voting key to enrol: `zonedao ballot post --keys`." in cli("ballot", "status", *HERE).out

    wrong = cli("ballot", "collect", other, *HERE, "--json")
    assert (wrong.code, wrong.json["accepted"], len(wrong.json["refused"])) == (4, 0, 2)
    assert wrong.error.endswith("Nothing in these files could be kept. The reasons stand above.")
    elsewhere = cli("ballot", "collect", paper, "--in", "elmcourt/food", "--box", tmp_path / "food.sqlite")
    assert "The ballot is for elmcourt. Hand it in to the box of that body: `zonedao ballot collect" in elsewhere.out


def test_a_box_that_is_looked_at_is_not_made(cli: Cli, number: int, tmp_path: Path) -> None:
    for command in (("status",), ("post", number), ("post", "--keys")):
        done = cli("ballot", *command, *HERE, "--account", "ada", "--yes", "--box", tmp_path / "folder" / "slip.sqlite")
        assert (done.code, done.out) == (3, "")
        assert "There is no ballot box" in done.error
    assert not (tmp_path / "folder").exists()


def test_two_collectors(cli: Cli, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes second is told that another was first, not that none of the ballots is on the chain."""
    sign(cli, number, "for", "ada", "--out", tmp_path / "paper.jsonl")
    one, two = tmp_path / "one.sqlite", tmp_path / "two.sqlite"
    for box in (one, two):
        succeeded(cli("ballot", "collect", tmp_path / "paper.jsonl", *HERE, "--box", box))
    post = ("ballot", "post", number, *HERE, "--account", "ben", "--yes", "--box")

    def while_the_question_stands(*_: object) -> None:
        monkeypatch.undo()
        monkeypatch.setenv("ZONEDAO_HOME", str(home))
        monkeypatch.setenv("ZONEDAO_PASSWORD_FILE", secret)
        first.append(succeeded(cli(*post, one)).out)

    home, secret, first = os.environ["ZONEDAO_HOME"], os.environ["ZONEDAO_PASSWORD_FILE"], list[str]()
    monkeypatch.setattr("zonedao.cli.ballot.posting.agree", while_the_question_stands)
    second = succeeded(cli(*post, two))
    assert first[0].endswith(f"1 ballot on proposal {number} is on the chain.\n")
    assert second.out == f"Somebody else had the ballots on proposal {number} counted meanwhile. Nothing was sent.\n"


@pytest.mark.parametrize("place", [".", "nowhere/ballots.jsonl", "locked"])
def test_a_choice_is_not_spent_on_a_file_that_cannot_be_written(
    cli: Cli, number: int, tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "locked").write_text("")
    # A mode would not keep the administrator out, whom tests may be run by.
    monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK or Path(path).name != "locked")
    for more in (("--dry-run",), ("--yes",)):
        done = cli("ballot", "sign", number, "for", *HERE, "--account", "ada", "--out", tmp_path / place, *more)
        assert (done.code, done.out) == (11, "")
        assert done.error.endswith("Choose another file.")
    sign(cli, number, "against", "ada")


def test_one_choice_a_proposal(cli: Cli, number: int) -> None:
    first = sign(cli, number, "for", "ada")
    assert sign(cli, number, "for", "ada") == first
    other = cli("ballot", "sign", number, "against", *HERE, "--account", "ada", "--yes")
    assert (other.code, other.out) == (4, "")
    assert f"Nothing was signed. Vote directly instead: `zonedao vote {number} against`" in other.error


def test_a_ballot_on_the_screen(cli: Cli, number: int) -> None:
    done = succeeded(cli("ballot", "sign", number, "abstain", *HERE, "--account", "ada", "--yes"))
    # What it is about is told by its calls: its title is only what its author says.
    assert "\nClass: " in done.err
    assert "\n  1. " in f"\n{done.err}"
    assert json.loads(done.out)["support"] == "abstain"
    assert f"Sign a ballot to abstain on proposal {number} of Elmcourt" in done.err
    assert "--to URL or --out FILE" in done.err


def test_over_http(cli: Cli, town: Town, number: int) -> None:
    served = subprocess.Popen(
        [*COMMAND, "ballot", "serve", *HERE, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert served.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", served.stderr.readline())
        assert found is not None
        sign(cli, number, "for", "ada", "--to", found[0])
        said = succeeded(cli("ballot", "sign", number, "for", *HERE, "--account", "ben", "--yes", "--to", found[0]))
        assert said.out == "The ballot is in the box.\n"
        succeeded(cli("vote", number, "against", *HERE, "--account", "cleo", "--yes"))
        (status,) = succeeded(cli("ballot", "status", *HERE, "--json")).json["proposals"]
        assert status["waiting"] == 2
        served.send_signal(signal.SIGTERM)
        out, _ = served.communicate(timeout=240)
    finally:
        served.kill()
        served.wait()
    assert served.returncode == 0
    assert json.loads(out) == {"url": found[0], "accepted": 2, "refused": 0}


def test_voting_keys(cli: Cli, town: Town, tmp_path: Path) -> None:
    keys = tmp_path / "keys.jsonl"
    made = succeeded(cli("ballot", "key", *HERE, "--account", "ada", "--out", keys, "--yes", "--json")).json
    assert made["key"][2:66] == f"{derive(dev_account(0)).public[0]:064x}"
    assert succeeded(cli("ballot", "collect", keys, *HERE, "--json")).json == {
        "accepted": 1,
        "doubles": 0,
        "refused": [],
    }
    dry = succeeded(cli("ballot", "post", "--keys", *HERE, "--account", "ben", "--dry-run", "--json")).json
    assert (dry["sent"], dry["waiting"], [each["kind"] for each in dry["transactions"]]) == (False, 1, ["keys"])
    assert dry["explanation"][0] == "Enrol voting keys among persons 0 to 255 of the register of Elmcourt."
    posted = succeeded(cli("ballot", "post", "--keys", *HERE, "--account", "ben", "--yes", "--json")).json
    assert [(each["kind"], each["counted"]) for each in posted["transactions"]] == [("keys", 1)]
    town.skip(seconds=5)

    number = open_vote(cli, town)
    ballots = tmp_path / "ballots.jsonl"
    assert {"share", "key2"} <= set(sign(cli, number, "for", "ada", "--out", ballots))
    assert "share" not in sign(cli, number, "for", "ben", "--out", ballots)
    assert succeeded(cli("ballot", "collect", ballots, *HERE, "--json")).json["accepted"] == 2
    (status,) = succeeded(cli("ballot", "status", *HERE, "--json")).json["proposals"]
    assert (status["waiting"], status["with_share"]) == (2, 1)
    renewed = succeeded(cli("ballot", "key", "--renew", 1, *HERE, "--account", "ada", "--yes", "--json")).json
    assert renewed["replaces"] == made["key"]


def test_what_is_added_twice_stands_there_once(cli: Cli, number: int, tmp_path: Path) -> None:
    paper = tmp_path / "paper.jsonl"
    for command, what in ((("sign", number, "for"), "ballot"), (("key",), "voting key")):
        words = ("ballot", *command, *HERE, "--account", "ada", "--yes", "--out", paper)
        assert f"The {what} was added to" in succeeded(cli(*words)).out
        assert f"The {what} stands in {paper} already. Hand" in succeeded(cli(*words)).out
    assert len(paper.read_text().splitlines()) == 2


def test_who_signed_has_voted_as_far_as_it_is_posted(cli: Cli, town: Town, number: int, tmp_path: Path) -> None:
    """`todo` knows of ballots that were signed here, or are in the box here; `status` of votes that overrule them."""
    paper = tmp_path / "paper.jsonl"
    sign(cli, number, "for", "ada", "--out", paper)
    sign(cli, number, "for", "ben", "--out", paper)

    def todo() -> tuple[str, str, str]:
        (found,) = succeeded(cli("todo", *HERE, "--account", "ada", "--json")).json["todo"]
        return found["kind"], found["text"], found["command"]

    kind, text, command = todo()
    assert (kind, command) == ("ballot", f"zonedao vote {number} for|against|abstain --in elmcourt")
    assert text.startswith(f"your ballot “for” on proposal {number} of elmcourt, “Roof” is signed and not counted yet;")
    succeeded(cli("ballot", "collect", paper, *HERE))
    kind, text, command = todo()
    assert (kind, command) == ("post", f"zonedao ballot post {number} --in elmcourt")
    assert f"post your ballot “for” on proposal {number} of elmcourt, “Roof”, which is in the ballot box here" in text

    succeeded(cli("vote", number, "against", *HERE, "--account", "ada", "--yes"))
    (shown,) = looks(cli, "elmcourt", ("ballot", "status"))
    assert re.search(rf"^{number} +1 +0 +1 ", shown.out, flags=re.MULTILINE)
    assert f"Proposal {number}: 1 more ballot is overruled by a direct vote of the same person." in shown.out
    (status,) = succeeded(cli("ballot", "status", *HERE, "--json")).json["proposals"]
    assert [status[name] for name in ("held", "overruled", "counted", "waiting")] == [{"for": 1}, 1, 0, 1]
    town.skip(seconds=status["batch_deadline"] - town.connection.now() + 5)
    (found,) = succeeded(cli("todo", *HERE, "--account", "ben", "--json")).json["todo"]
    assert (found["kind"], "your ballot “for” was not counted while batches were" in found["text"]) == ("vote", True)


def test_the_ballot_of_a_smart_account(cli: Cli, town: Town, number: int, tmp_path: Path) -> None:
    """What it signs is shown by --dry-run; what it signed is brought with --signature, and the account is asked."""
    ada, paper = (*HERE, "--account", "ada", "--yes"), tmp_path / "paper.jsonl"
    wallet = deploy(town.connection, "ContractAccount")
    succeeded(cli("member", "rotate", wallet.address, *HERE, "--account", "ben", "--yes"))
    sign_for = ("ballot", "sign", number, "for", "--voter", wallet.address)
    shown = succeeded(cli(*sign_for, *ada, "--dry-run", "--json")).json
    assert shown["message"]["message"]["voter"] == wallet.address
    refused = cli(*sign_for, *ada)
    assert (refused.code, "the message that --dry-run shows" in refused.error) == (4, True)
    transact(wallet, "approve", typed_digest(shown["message"]), b"both owners")
    signature = "0x" + b"both owners".hex()
    made = succeeded(cli(*sign_for, "--signature", signature, *ada, "--out", paper, "--json")).json
    assert (made["voter"], made["nonce"], made["signature"]) == (wallet.address, 0, signature)
    succeeded(cli("ballot", "collect", paper, *HERE))
    posted = succeeded(cli("ballot", "post", number, *ada, "--json")).json
    assert [(each["kind"], each["counted"]) for each in posted["transactions"]] == [("single", 1)]
    assert succeeded(cli("proposal", "show", number, *HERE, "--json")).json["votes"]["for"] == 1
    for words, said in (
        (("--signature", "0x12"), "--voter"),
        (("--voter", "ada", "--signature", "0xzz"), "0x and hexa"),
    ):
        wrong = cli("ballot", "sign", number, "for", *words, *ada)
        assert (wrong.code, said in wrong.error) == (2, True)


def test_another_verifier_by_vote(cli: Cli, town: Town) -> None:
    ada = (*HERE, "--account", "ada", "--yes")
    there = cli("ballot", "deploy", "bn254", *ada)
    assert (there.code, "Have the zone list it: `zonedao propose set module" in there.error) == (4, True)
    missing = cli("propose", "set", "module", "verifier", "bls12-381", *ada)
    assert missing.error.endswith("Put it there first: `zonedao ballot deploy bls12-381`.")
    cannot = cli("propose", "set", "module", "stores", "none", *ada)
    assert (cannot.code, "A zone cannot be without stores." in cannot.error) == (2, True)
    done = cli("ballot", "deploy", "bls12-381", *ada, "--json")
    if done.code:
        assert "Use the verifier bn254, or another chain" in done.error
    else:
        assert done.json["result"] == {"kind": "bls12-381", "address": verifier_module("bls12-381").address}
    said = succeeded(cli("propose", "set", "module", "verifier", "none", *ada, "--json")).json
    assert said["explanation"][1] == "  1. let elmcourt have no verifier of ballots"
    carry(cli, town, said["result"]["number"], "elmcourt", ELMCOURT[:8])
    gone = cli("ballot", "key", *ada)
    assert (gone.code, "lists no verifier, so it needs no voting keys" in gone.error) == (3, True)
    back = succeeded(cli("propose", "set", "module", "verifier", "bn254", *ada, "--json")).json
    assert back["explanation"][1] == "  1. make the bn254 verifier module the verifier of ballots of elmcourt"
    carry(cli, town, back["result"]["number"], "elmcourt", ELMCOURT[:8])
    assert succeeded(cli("ballot", "key", *ada, "--json")).json["verifier"] == verifier_module("bn254").address
    assert succeeded(cli("audit", *HERE, "--json")).json["ok"] is True


def test_dry_runs_change_nothing(cli: Cli, town: Town, number: int, files: Path, tmp_path: Path) -> None:
    paper = tmp_path / "ballots.jsonl"
    dry = ("--account", "ada", "--dry-run")
    done = succeeded(cli("ballot", "sign", number, "for", *HERE, *dry, "--out", paper))
    assert done.out == f"You would sign a ballot “for” on proposal {number} of Elmcourt: Roof.\n"
    assert not paper.exists()
    assert not (files / "keys" / ".ballots.jsonl").exists()
    sign(cli, number, "against", "ada", "--out", paper)
    assert succeeded(cli("ballot", "collect", paper, *HERE, "--dry-run")).out.startswith("1 ballots")
    assert not (files / "ballots.sqlite").exists()
    box = tmp_path / "other.sqlite"
    succeeded(cli("ballot", "collect", paper, *HERE, "--box", box))
    post = ("ballot", "post", number, *HERE, *dry, "--box", box)
    lines = succeeded(cli(*post)).out.splitlines()
    assert lines[0] == f"Bring signed ballots on proposal {number} of elmcourt, “Roof”: 1 against."
    assert any(line.startswith("The fee is 0.") for line in lines)
    assert lines[-1] == f"1 ballot on proposal {number} waits. Nothing was sent."
    shown = succeeded(cli(*post, "--json")).json
    assert [(each["kind"], each["claimed"]) for each in shown["transactions"]] == [("signed", 1)]
    assert int(shown["fee_limit_wei"]) == int(shown["transactions"][0]["fee_limit_wei"]) > 0
    assert succeeded(cli("ballot", "serve", *HERE, *dry, "--json")).json["done"] is False


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("post",), 2, "--keys"),
        (("post", "1", "--keys"), 2, "--keys"),
        (("sign", "77", "for"), 3, "no proposal 77"),
        (("collect", "nothing.jsonl"), 11, "Check its path"),
        (("sign", "1", "maybe"), 2, "--help"),
    ],
)
def test_what_cannot_be_done(cli: Cli, number: int, words: tuple[str, ...], code: int, said: str) -> None:
    done = cli("ballot", *words, *HERE, "--account", "ada", "--yes")
    assert done.code == code
    assert said in done.error
