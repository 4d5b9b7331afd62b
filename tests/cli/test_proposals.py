"""Proposing, voting, queueing, executing: each verb, in words and as a document."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import ELMCOURT, STRANGER, Town
from tests.support.shown import looks
from tests.support.voting import carry, succeeded
from zonedao.chain.abi import checksum_address

FOOD = ELMCOURT[:5]
VOTERS = ELMCOURT[:11]

pytestmark = pytest.mark.usefixtures("password")


@pytest.fixture
def funded(town: Town, cli: Cli) -> Town:
    """The town with 100 ETH in the account of Elmcourt."""
    assert cli("deposit", "100 ETH", "--in", "elmcourt", "--account", "ada", "--yes").code == 0
    return town


def test_a_payout_from_proposal_to_purse(cli: Cli, funded: Town, tmp_path: Path) -> None:
    (tmp_path / "why.md").write_text("The roof leaks.\n\nThree offers were heard.\n")
    made = cli(
        "propose", "pay", "ben", "5 ETH", "--in", "elmcourt", "--title", "Mend the roof",
        "--text", tmp_path / "why.md", "--line", "roof", "--account", "ada", "--yes", "--json",
    )  # fmt: skip
    assert made.code == 0, made.err
    assert made.json["result"]["number"] == 1
    assert made.json["sent"] is True
    assert "Class: spending, because it moves money of the treasury. It needs " in made.err
    assert "\n  to be withdrawn by ben: 0 ETH → 5 ETH (+5 ETH)\nIts money: 5 ETH are there: " in made.err
    assert "Voting opens" in made.err
    assert "The fee is" in made.err

    funded.skip(seconds=30)
    early = cli("vote", 1, "for", "--in", "elmcourt", "--account", "ben", "--yes")
    assert (early.code, early.out) == (4, "")
    assert re.fullmatch(r"Not yet: voting opens .*, in 59 min\. Nothing was sent\.", early.error)

    # Their words stand behind a bar, where they cannot be taken for the program's.
    assert (
        "\n│ The roof leaks.\n│\n│ Three offers were heard.\n\n1. pay"
        in cli("proposal", "show", 1, "--in", "elmcourt").out
    )
    carry(cli, funded, 1, "elmcourt")
    shown = cli("proposal", "show", 1, "--in", "elmcourt", "--json").json
    assert (shown["state"], shown["title"]) == ("executed", "Mend the roof")
    assert shown["text"] == "The roof leaks.\n\nThree offers were heard."
    assert shown["votes"] == {"for": len(VOTERS), "against": 0, "abstain": 0}
    assert shown["calls"][0]["words"] == ["pay 5 ETH to ben from elmcourt (line roof)"]
    assert [ballot["name"] for ballot in shown["ballots"]] == list(VOTERS)

    before = funded.connection.balance(funded.address("ben"))
    got = cli("withdraw", "--in", "elmcourt", "--account", "ada", "--yes")
    assert (got.code, "Nothing is due to elmcourt" in got.error) == (4, True)
    got = cli("withdraw", "--network", "elmcourt", "--account", "ben", "--yes", "--json")
    assert got.json["result"] == {
        "asset": "ETH", "asset_address": "0x" + "00" * 20, "amount": str(5 * 10**18),
    }  # fmt: skip
    assert funded.connection.balance(funded.address("ben")) == before + 5 * 10**18 - int(got.json["fee_wei"])


def test_show_in_words(cli: Cli, funded: Town) -> None:
    cli("propose", "pay", "ben", "5 ETH", "--in", "elmcourt", "--account", "ada", "--yes")
    funded.skip(hours=2)
    cli("vote", 1, "against", "--in", "elmcourt", "--reason", "Too\tdear\x1b[31m", "--account", "cleo", "--yes")
    lines = cli("proposal", "show", 1, "--in", "elmcourt").out
    assert lines.startswith(f"Proposal 1 of elmcourt: Pay 5 ETH to {funded.address('ben')} from elmcourt\n")
    assert "1. pay 5 ETH to ben from elmcourt\n" in lines
    assert "\n\nExecuting it would change, as things are now:\n  account of elmcourt: " in lines
    assert "\n  to be withdrawn by ben: 0 ETH → 5 ETH (+5 ETH)\nIts money: 5 ETH are there: the account of " in lines
    assert "\nclass        spending, because it moves money of the treasury\n" in lines
    shown = cli("proposal", "show", 1, "--in", "elmcourt", "--json").json
    assert shown["effects"][1] == {
        "what": "to be withdrawn by ben", "before": "0 ETH", "after": "5 ETH", "difference": "+5 ETH",
    }  # fmt: skip
    assert (shown["money"][0]["there"], shown["money"][0]["amount"], shown["warnings"]) == (True, str(5 * 10**18), [])
    assert "votes        0 for, 1 against, 0 abstaining\n" in lines
    assert "quorum       3 of 14 for or abstaining; 3 more needed\n" in lines
    assert "\x1b" not in lines
    assert "cleo: against, “Too dear" in lines


def test_no_name_of_a_person_goes_on_chain(cli: Cli, funded: Town) -> None:
    """Law 13, also where nobody wrote a title, and where one proposes for oneself."""
    for proposer, words in (
        ("ada", ["pay", "ben", "1 ETH"]),
        ("ada", ["pay", "ada", "1 ETH"]),
        ("ben", ["admit", "stan"]),
        ("ben", ["set", "keepers", "cleo", "ada"]),
    ):
        succeeded(cli("propose", *words, "--in", "elmcourt", "--account", proposer, "--yes"))
    described = [proposal.description.lower() for proposal in funded.elmcourt.proposals()]
    assert len(described) == 4
    for text in described:
        assert not {"ada", "ben", "cleo", "stan", "you"} & set(re.findall(r"[a-z0-9]+", text)), text


def test_hash_ids_are_numbers_too(cli: Cli, funded: Town) -> None:
    made = cli("propose", "pay", "ben", "5 ETH", "--in", "elmcourt", "--account", "ada", "--yes", "--json")
    identity = made.json["result"]["id"]
    funded.skip(hours=2)
    assert cli("vote", identity, "for", "--in", "elmcourt", "--account", "ben", "--yes").code == 0
    assert cli("vote", int(identity, 16), "for", "--in", "elmcourt", "--account", "cleo", "--yes").code == 0
    shown = cli("proposal", "show", identity, "--in", "elmcourt", "--json").json
    assert (shown["number"], shown["votes"]["for"]) == (1, 2)


def test_each_body_has_numbers_of_its_own(cli: Cli, funded: Town) -> None:
    for where in ("elmcourt", "elmcourt/food"):
        done = cli("propose", "pay", "ben", "1 ETH", "--in", where, "--account", "ada", "--yes", "--json")
        assert done.json["result"] == {**done.json["result"], "body": where, "number": 1}
    listed = cli("proposal", "list", "--in", "elmcourt/food", "--json").json
    assert [each["number"] for each in listed["proposals"]] == [1]


def test_list(cli: Cli, funded: Town) -> None:
    assert cli("proposal", "list", "--in", "elmcourt").out == "elmcourt has no proposals.\n"
    for title in ("First", "Second"):
        cli("propose", "pay", "ben", "1 ETH", "--in", "elmcourt", "--title", title, "--account", "ada", "--yes")
    cli("cancel", 1, "--in", "elmcourt", "--account", "ada", "--yes")
    lines = cli("proposal", "list", "--in", "elmcourt").out.splitlines()
    assert [line.split()[:2] for line in lines] == [["N", "STATE"], ["2", "pending"], ["1", "canceled"]]
    still = cli("proposal", "list", "--in", "elmcourt", "--open", "--json").json["proposals"]
    assert [each["number"] for each in still] == [2]


def test_cancel_is_for_the_proposer(cli: Cli, funded: Town) -> None:
    cli("propose", "pay", "ben", "1 ETH", "--in", "elmcourt", "--account", "ada", "--yes")
    refused = cli("cancel", 1, "--in", "elmcourt", "--account", "ben", "--yes")
    assert (refused.code, refused.error) == (4, "Only who proposed it can withdraw it. Nothing was sent.")
    done = cli("cancel", 1, "--in", "elmcourt", "--account", "ada", "--yes")
    assert (done.code, "withdr" in done.out) == (0, True)


def test_an_address_that_only_looks_like_a_known_one(cli: Cli, funded: Town) -> None:
    ben = funded.address("ben").lower()
    fake = checksum_address(ben[:6] + "0" * 32 + ben[-4:])
    made = cli("propose", "pay", fake, "1 ETH", "--in", "elmcourt", "--account", "ada", "--dry-run", "--json")
    assert made.code == 0, made.err
    # Where it is typed, and before anything is signed.
    assert f"WARNING: {fake} is NOT ben: it only begins and ends alike. Compare every digit.\n" in made.err
    (warning,) = made.json["warnings"]
    assert warning.startswith(f"{fake} is NOT ben: ")
    assert any(f"pay 1 ETH to {fake} (NOT ben: " in line for line in made.json["explanation"])


# --- every kind of proposal: its class and its words ---

KINDS = [
    (["pay", "elmcourt/food", "2 ETH"], "elmcourt", "ada", "spending", "pay 2 ETH to elmcourt/food from elmcourt"),
    (["pay", "ben", "41 ETH"], "elmcourt", "ada", "spending", "pay 41 ETH to ben from elmcourt"),
    (
        ["allow", "food", "3 ETH", "--epochs", "2"],
        "elmcourt",
        "ada",
        "spending",
        "let elmcourt/food draw up to 3 ETH",
    ),
    (["allow", "food", "0 ETH"], "elmcourt", "ada", "spending", "end"),
    (
        ["found", "Dairy", "--member", "ada", "--member", "ben", "--cap", "1 ETH", "--allow", "2 ETH"],
        "elmcourt/food",
        "ada",
        "industry",
        "found",
    ),
    (["admit", "stan"], "elmcourt", "ada", "membership", "admit"),
    (["remove", "nora"], "elmcourt", "ada", "expulsion", "nora"),
    (["remove", "2"], "elmcourt/food", "ada", "membership", "ben"),
    (["freeze", "food", "5 days"], "elmcourt", "ada", "industry", "freeze elmcourt/food for 5 days"),
    (["recall", "food"], "elmcourt", "ada", "industry", "recall the allowance of elmcourt/food in ETH"),
    (["set", "law", "spending", "quorum=30%", "voting-period=3 days"], "elmcourt", "ada", "constitutional", "30 %"),
    (["set", "cap", "7 ETH"], "elmcourt", "ada", "constitutional", "7 ETH"),
    (["set", "good", "bread", "safety=5"], "elmcourt", "ada", "trade", "bread (loaf)"),
    (["set", "good", "flour (kg)", "safety=5", "entitlement=2"], "elmcourt", "ada", "trade", "flour (kg)"),
    (["set", "uri", "https://x.org/a"], "elmcourt", "ada", "constitutional", "at https://x.org/a"),
    (["set", "uri", "none"], "elmcourt", "ada", "constitutional", "withdraw the document about elmcourt"),
    (["set", "keepers", "finn", "3"], "elmcourt", "ada", "constitutional", "cleo"),
    (["sell", "bread", "100 loaf", "0.01 ETH", "--until", "20 days"], "elmcourt", "ada", "trade", "bread (loaf)"),
    (["call", "0x" + "11" * 20, "0xdeadbeef"], "elmcourt", "ada", "constitutional", "which cannot be read"),
]


def test_what_is_below_is_held_up(cli: Cli, funded: Town) -> None:
    succeeded(cli("propose", "pay", "ben", "1 ETH", "--in", "elmcourt/food", "--account", "ada", "--yes"))
    for words, said in (
        (("object", "food", 1, "--for", "2 days"), "hold up proposal 1 of elmcourt/food, “Pay 1 ETH to"),
        (("resume", "food", 1), "no longer hold up proposal 1 of elmcourt/food"),
        (("unfreeze", "food"), "end the freeze of elmcourt/food"),
        (("dissolve", "food"), "announce that elmcourt/food is dissolved"),
        (("preserve", "food"), "take back that elmcourt/food is to be dissolved"),
        (("move", "food", "elmcourt"), "offer elmcourt/food to elmcourt, which can take it"),
        (("hold", "food"), "take back that elmcourt/food is offered to another body"),
        (("take", "food"), "take elmcourt/food below the body that does this"),
    ):
        dry = succeeded(cli("propose", *words, "--in", "elmcourt", "--account", "ada", "--dry-run"))
        assert said in dry.out, dry.out
    assert cli("body", "show", "food", "--in", "elmcourt", "--json").json["frozen_until"] is None
    assert cli("proposal", "show", 1, "--in", "elmcourt/food", "--json").json["held_up_until"] is None


def test_a_body_is_dissolved(cli: Cli, funded: Town) -> None:
    """What `body` says and does about it; the end itself is in tests/client."""
    here = ("--in", "elmcourt/food", "--account", "ada", "--yes")
    for words, said in (
        (("finish",), "Nobody announced that elmcourt/food is dissolved"),
        (("rehang",), "elmcourt/food stands below elmcourt, which goes on"),
        (("sweep",), "elmcourt/food is not dissolved"),
    ):
        refused = cli("body", *words, *here)
        assert (refused.code, said in refused.error) == (4, True), refused.error
    opened = succeeded(cli("petition", "dissolve", "food", "--in", "elmcourt", "--account", "ada", "--yes", "--json"))
    petition = opened.json["result"]
    town, client = funded, funded.elmcourt
    assert petition["wanted"] == -(-client.headcount() * 2 // 3)
    for who in ("ben", "cleo", "dan", "eva", "finn", "gita", "hugo", "ines", "jon"):
        if client.petition(1).status().signed < petition["wanted"]:
            succeeded(cli("petition", "sign", 1, "--in", "elmcourt", "--account", who, "--yes"))
    succeeded(cli("petition", "enact", 1, "--in", "elmcourt", "--account", "ada", "--yes"))
    shown = cli("body", "show", "food", "--in", "elmcourt")
    assert "to be dissolved" in shown.out
    looks(cli, "elmcourt", ("body", "show", "food"))
    ready = cli("body", "show", "food", "--in", "elmcourt", "--json").json["dissolution"]["ready_at"]
    town.connection.set_time(ready)
    succeeded(cli("body", "finish", *here))
    shown = cli("body", "show", "food", "--in", "elmcourt", "--json").json
    assert (shown["frozen_until"], shown["dissolution"]["ready_at"]) == (None, None)
    assert shown["dissolution"]["dissolved_at"] >= ready
    listed = {each["path"]: each for each in cli("body", "list", "--in", "elmcourt", "--json").json["bodies"]}
    assert listed["elmcourt/food"]["dissolved_at"] == shown["dissolution"]["dissolved_at"]
    assert listed["elmcourt/health"]["dissolved_at"] is None
    assert "food (dissolved)" in cli("body", "list", "--in", "elmcourt").out
    looks(cli, "elmcourt", ("body", "show", "food"), ("body", "show", "food/bakery"))


def test_a_petition(cli: Cli, funded: Town, tmp_path: Path) -> None:
    """Signed on the chain and in a file; what is shown of it."""
    here = ("--in", "elmcourt")
    opened = succeeded(cli("petition", "freeze", "food", "2 days", *here, "--account", "ada", "--yes", "--json"))
    assert (opened.json["result"]["number"], opened.json["result"]["wanted"]) == (1, 3)
    succeeded(cli("petition", "sign", 1, *here, "--account", "ben", "--yes"))
    file = tmp_path / "signatures"
    assert cli("petition", "bring", 1, file, *here, "--account", "ada", "--yes").code != 0
    apart = succeeded(cli("petition", "sign", 1, "--out", file, *here, "--account", "cleo", "--yes", "--json"))
    assert (apart.json["petition"], apart.json["file"]) == (1, str(file))
    assert (
        "You would sign petition 1"
        in cli("petition", "sign", 1, "--out", file, *here, "--account", "dan", "--dry-run").out
    )
    early = cli("petition", "enact", 1, *here, "--account", "dan", "--yes")
    assert (early.code, early.error) == (4, "2 have signed, and 3 must. Ask more members. Nothing was sent.")
    succeeded(cli("petition", "bring", 1, file, *here, "--account", "dan", "--yes"))
    looks(cli, "elmcourt", ("petition", "list"), ("petition", "show", 1))
    shown = succeeded(cli("petition", "show", 1, *here))
    assert "freeze elmcourt/food for 2 days" in shown.out
    assert "\n  freeze of elmcourt/food: none → until " in shown.out
    assert "3 of 3" in shown.out
    succeeded(cli("petition", "enact", 1, *here, "--account", "dan", "--yes"))
    (listed,) = cli("petition", "list", *here, "--json").json["petitions"]
    assert (listed["state"], listed["signed"]) == ("enacted", 3)
    assert cli("petition", "show", 1, *here, "--json").json["effects"] is None
    looks(cli, "elmcourt", ("petition", "list"), ("petition", "show", 1))
    assert "frozen until" in cli("body", "show", "food", *here).out
    looks(cli, "elmcourt", ("body", "show", "food"))
    appeal = cli(
        "petition", "appeal", "--text", "We must eat.", "--in", "elmcourt/food", "--account", "ada", "--dry-run"
    )
    assert "propose in elmcourt: “Appeal of food: end its freeze”" in succeeded(appeal).out
    proposed = cli("propose", "pay", "ben", "1 ETH", *here, "--account", "ada", "--yes")
    assert proposed.code == 0
    own = cli("petition", "object", 1, "--for", "1 day", *here, "--account", "ada", "--dry-run")
    assert "hold up proposal 1 of elmcourt" in succeeded(own).out


def test_what_could_not_be_executed_now_is_said(cli: Cli, town: Town) -> None:
    sale = ("sell", "bread", "1 loaf", "0.01 ETH", "--until", "2026-01-02")
    for words in (("admit", "ben"), ("admit", "0x" + "00" * 20), sale):
        dry = succeeded(cli("propose", *words, "--in", "elmcourt", "--account", "ada", "--dry-run"))
        assert "WARNING: as things are now, executing it would be refused: " in dry.out
        assert dry.out.endswith("Proposing it would succeed; the rest is for the vote. Nothing was sent.\n")


@pytest.mark.parametrize(("words", "where", "who", "expected_class", "said"), KINDS, ids=lambda value: str(value)[:40])
def test_kinds(cli: Cli, funded: Town, words: list[str], where: str, who: str, expected_class: str, said: str) -> None:
    dry = cli("propose", *words, "--in", where, "--account", who, "--dry-run", "--json")
    assert dry.code == 0, dry.err
    assert dry.json["sent"] is False
    assert expected_class in dry.json["proposal"]["classes"]
    assert not town_has_proposals(funded, where)

    done = cli("propose", *words, "--in", where, "--account", who, "--yes", "--json")
    assert done.code == 0, done.err
    shown = cli("proposal", "show", 1, "--in", where, "--json").json
    assert expected_class in shown["classes"]
    assert said in " / ".join(line for call in shown["calls"] for line in call["words"])
    assert shown["title"]
    assert shown["proposer_name"] == who


def town_has_proposals(town: Town, where: str) -> bool:
    return bool(town.elmcourt.body(where).proposal_count())


def test_a_founded_industry_lives(cli: Cli, funded: Town) -> None:
    words = ("found", "Dairy", "--member", "ada", "--member", "ben", "--cap", "1 ETH", "--allow", "2 ETH")
    cli("propose", *words, "--epochs", 3, "--in", "elmcourt/food", "--account", "ada", "--yes")
    carry(cli, funded, 1, "elmcourt/food", FOOD)
    shown = cli("body", "show", "elmcourt/food/dairy", "--json").json
    assert (shown["name"], shown["members"], shown["parent"]) == ("Dairy", 2, "elmcourt/food")
    assert shown["caps"][0]["limit"] == str(10**18)
    assert shown["allowances"][0]["limit"] == str(2 * 10**18)


def test_found_from_a_charter(cli: Cli, funded: Town, tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "examples" / "elmcourt.toml").read_text()
    text += '\n[industries.food.industries.dairy]\npurpose = "Milk."\nmembers = ["eva", "finn"]\ncaps = { ETH = 1 }\n'
    (tmp_path / "younger.toml").write_text(text)
    done = cli("propose", "found", "elmcourt/food/dairy", "--charter", tmp_path / "younger.toml",
               "--account", "ada", "--yes", "--json")  # fmt: skip
    assert done.code == 0, done.err
    assert done.json["result"]["body"] == "elmcourt/food"
    assert cli("proposal", "show", 1, "--in", "elmcourt/food", "--json").json["text"] == "Milk."
    carry(cli, funded, 1, "elmcourt/food", FOOD)
    shown = cli("body", "show", "elmcourt/food/dairy", "--json").json
    assert (shown["name"], shown["members"]) == ("dairy", 2)


def test_admission(cli: Cli, funded: Town) -> None:
    cli("propose", "admit", STRANGER, "--in", "elmcourt", "--account", "ada", "--yes")
    carry(cli, funded, 1, "elmcourt")
    listed = cli("member", "list", "--in", "elmcourt", "--json").json["members"]
    assert listed[-1] == {"index": 15, "address": funded.address(STRANGER), "name": None}


def test_unbound_text_file(cli: Cli, town: Town, tmp_path: Path) -> None:
    done = cli("propose", "pay", "ben", "1 ETH", "--text", tmp_path / "none", "--in", "elmcourt", "--account", "ada")
    assert (done.code, done.error) == (
        2,
        f"{tmp_path / 'none'} cannot be read (no such file or directory). Check its path.",
    )


def test_sponsors(cli: Cli, funded: Town) -> None:
    """A law that wants two; one signs in time, then the other."""
    where = ("--in", "elmcourt", "--account")
    early = cli("propose", "set", "law", "spending", "sponsors=2", "voting_delay=5 minutes", *where, "ada", "--yes")
    assert (early.code, "is 1 hour at least. Set both." in early.error) == (2, True), early.error
    many = cli("propose", "set", "law", "spending", "sponsors=61", *where, "ada", "--yes")
    assert "sponsors cannot be 61: between 0 and 60 is allowed" in many.error
    assert cli("propose", "set", "law", "spending", "sponsors=2", *where, "ada", "--yes").code == 0
    carry(cli, funded, 1, "elmcourt")
    funded.skip(seconds=30)  # a proposal goes by the law of the second before it

    made = cli("propose", "pay", "ben", "5 ETH", *where, "ada", "--yes")
    assert "2 more members must sponsor it before the vote opens, or there is none." in made.err
    funded.skip(seconds=30)
    shown = cli("proposal", "show", 2, "--in", "elmcourt")
    assert "sponsors     0 of 2; 2 more needed before the vote opens\n" in shown.out
    assert "sponsor 2" in cli("todo", *where, "ben").out
    for who in ("ben", "cleo"):
        assert "needs" in cli("proposal", "list", "--in", "elmcourt").out
        assert cli("sponsor", 2, *where, who, "--yes").code == 0
    assert cli("proposal", "show", 2, "--in", "elmcourt", "--json").json["sponsors"] == 2
    assert "sponsors     2 of 2\n" in cli("proposal", "show", 2, "--in", "elmcourt").out
    enough = cli("sponsor", 2, *where, "dan", "--yes")
    assert (enough.code, "needs no more sponsors" in enough.error) == (4, True), enough.error


def test_a_row_made_stricter(cli: Cli, funded: Town) -> None:
    where = ("--in", "elmcourt", "--account", "ada", "--yes")
    for values, said in (
        (("pay",), "set row pay constitutional"),
        (("pay", "looser"), "set row pay constitutional"),
        (("pya", "constitutional"), "Did you mean pay?"),
        (("setLaw", "constitutional"), "it is constitutional already"),
    ):
        wrong = cli("propose", "set", "row", *values, *where)
        assert (wrong.code, said in wrong.error) == (2, True), wrong.error
    made = cli("propose", "set", "row", "pay", "constitutional", *where)
    assert "let calls of pay take a constitutional vote in elmcourt" in made.err
    assert "Class: constitutional, because it is about laws, modules or powers." in made.err
