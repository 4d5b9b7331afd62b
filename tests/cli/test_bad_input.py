"""Bad input: one clear line, the right exit code, nothing lost, nothing sent.

Mistakes of a charter are in test_founding, Ctrl-C and passwords in test_sending and test_account, amounts in
test_money and test_goods.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.cli import Done
from tests.support.elmcourt import STRANGER, Town
from tests.support.voting import succeeded
from zonedao.addressbook import AddressBook
from zonedao.chain.local import free_port
from zonedao.chain.signers import dev_account

pytestmark = pytest.mark.usefixtures("password")

HERE = ("--in", "elmcourt", "--yes", "--account")


def refused(done: Done, code: int, said: str) -> None:
    """One line on stderr, nothing on stdout, the exit code."""
    assert (done.code, done.out) == (code, ""), done.err
    assert said in done.error
    assert "\n" not in done.error


@pytest.fixture
def proposed(cli: Cli, town: Town) -> Town:
    """Proposal 1 of Elmcourt, whose vote is open."""
    succeeded(cli("propose", "pay", "ben", "1 ETH", *HERE, "ada"))
    town.skip(hours=1, minutes=1)
    return town


# --- unknown id ---


@pytest.mark.parametrize("number", ["9", "0x" + "12" * 32])
@pytest.mark.parametrize("verb", [["vote", "for"], ["queue"], ["execute"], ["cancel"], ["proposal", "show"]])
def test_unknown_proposal(cli: Cli, proposed: Town, verb: list[str], number: str) -> None:
    words = ["proposal", "show", number] if verb[0] == "proposal" else [verb[0], number, *verb[1:]]
    sent = proposed.connection.nonce(proposed.address("ada"))
    refused(cli(*words, *HERE, "ada"), 3, f"elmcourt has no proposal {number}. It has 1 to 1.")
    assert proposed.connection.nonce(proposed.address("ada")) == sent


@pytest.mark.parametrize("number", ["0", "-", "one", "0xzz", "1.5"])
def test_no_proposal_at_all(cli: Cli, proposed: Town, number: str) -> None:
    refused(cli("vote", number, "for", *HERE, "ada"), 2, f"{number!r} is no proposal.")


def test_a_name_of_a_person_and_of_a_body(cli: Cli, town: Town, files: Path) -> None:
    AddressBook(files / "addressbook.toml").add_people({town.address(STRANGER): "Food"})
    food = town.elmcourt.body("food")
    refused(
        cli("propose", "pay", "food", "1 ETH", *HERE, "ada"),
        2,
        f"food may be a person ({town.address(STRANGER)}) or the body elmcourt/food ({food.address}). Say which",
    )
    for whom in (food.address, "elmcourt/food"):
        asked = cli("propose", "pay", whom, "1 ETH", "--in", "elmcourt", "--account", "ada", "--dry-run")
        assert "to elmcourt/food" in succeeded(asked).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["member", "show", "bene"], "You know nobody called bene. Did you mean ben?"),
        (["member", "show", "99"], "99 is no person of this zone."),
        (["member", "show", "0x" + "11" * 20], "is no person of this zone."),
        (["propose", "pay", "nobody", "1 ETH", "--account", "ada"], "You know nobody called nobody."),
        (["propose", "allow", "fod", "1 ETH", "--account", "ada"], "There is no body fod in Elmcourt. Did you mean"),
        (["body", "show", "kitchen"], "There is no body kitchen in Elmcourt."),
    ],
)
def test_unknown_names(cli: Cli, town: Town, words: list[str], said: str) -> None:
    refused(cli(*words, "--in", "elmcourt"), 3, said)


def test_unknown_zone(cli: Cli, town: Town) -> None:
    refused(
        cli("body", "list", "--in", "elmcort"),
        3,
        "You know no zone elmcort. Did you mean elmcourt? Those known are: elmcourt, millbrook.",
    )


def test_several_zones(cli: Cli, town: Town) -> None:
    refused(cli("body", "list"), 2, "You know several zones: elmcourt, millbrook. Say which with --in NAME.")
    # With --in it would be a body's money.
    own = cli("withdraw", "--account", "ada", "--yes")
    refused(own, 2, "You know several zones: elmcourt, millbrook. Say which with --network NAME.")


def test_no_zone(cli: Cli) -> None:
    refused(cli("body", "list"), 3, "You know no zone yet. Join one with `zonedao join FILE`")


def test_no_account(cli: Cli, town: Town) -> None:
    refused(cli("vote", "1", "for", "--in", "elmcourt"), 2, "You have several accounts: ada, arne, ben,")
    refused(
        cli("vote", "1", "for", "--in", "elmcourt", "--account", "adda"),
        3,
        "There is no account adda. Did you mean ada?",
    )


# --- wrong state, wrong person, twice ---


def test_wrong_state(cli: Cli, proposed: Town) -> None:
    refused(cli("queue", 1, *HERE, "ada"), 4, "Not yet: voting closes ")
    refused(cli("execute", 1, *HERE, "ada"), 4, "Not yet: voting closes ")
    refused(cli("cancel", 1, *HERE, "ada"), 4, "Too late to withdraw proposal 1: voting opened ")
    proposed.skip(days=3)
    refused(cli("vote", 1, "for", *HERE, "ada"), 4, "Too late: voting closed ")
    refused(cli("queue", 1, *HERE, "ada"), 4, "Proposal 1 was defeated: 0 for, 0 against, 0 abstaining, where 3 ")


def test_withdrawn_twice(cli: Cli, town: Town) -> None:
    succeeded(cli("propose", "pay", "ben", "1 ETH", *HERE, "ada"))
    succeeded(cli("cancel", 1, *HERE, "ada"))
    refused(cli("cancel", 1, *HERE, "ada"), 4, "Proposal 1 was withdrawn already.")


@pytest.mark.parametrize("words", [("deposit", "-1ETH"), ("deposit", "-1 ETH"), ("propose", "pay", "ben", "-1ETH")])
def test_amounts_below_zero(cli: Cli, town: Town, words: tuple[str, ...]) -> None:
    refused(
        cli(*words, *HERE, "ada"), 2, f"{words[-1]!r} is below zero. Write it without a minus, like 1 ETH or 2 days."
    )


def test_whoami_where_a_zone_cannot_be_reached(cli: Cli, town: Town, files: Path) -> None:
    book = AddressBook(files / "addressbook.toml")
    book.add_zone(replace(book.zone("elmcourt"), url=f"http://127.0.0.1:{free_port()}"))
    shown = cli("whoami", "--account", "ada").out
    assert re.search("^elmcourt +not known, see below", shown, flags=re.MULTILINE)
    assert "\n\nelmcourt: No node answers at http" in shown
    assert "[31m" not in shown


def test_not_a_member(cli: Cli, proposed: Town) -> None:
    refused(
        cli("vote", 1, "for", *HERE, STRANGER),
        4,
        "You are not in the electorate of proposal 1: nobody in Elmcourt acts with this key. Nothing was sent.",
    )
    refused(cli("propose", "pay", "ben", "1 ETH", *HERE, STRANGER), 4, "You cannot propose in elmcourt")
    refused(cli("leave", *HERE, STRANGER), 4, "Nobody with this key is a member of elmcourt. Nothing was sent.")


def test_voting_twice(cli: Cli, proposed: Town) -> None:
    succeeded(cli("vote", 1, "for", *HERE, "ben"))
    sent = proposed.connection.nonce(proposed.address("ben"))
    refused(
        cli("vote", 1, "against", *HERE, "ben"), 4, "You have voted already. A vote is cast once. Nothing was sent."
    )
    assert proposed.connection.nonce(proposed.address("ben")) == sent


def test_the_same_proposal_twice(cli: Cli, proposed: Town) -> None:
    done = cli("propose", "pay", "ben", "1 ETH", *HERE, "ada")
    refused(done, 4, "This very proposal exists already as number 1, and is active.")


# --- funds ---


def test_a_wallet_without_coins(cli: Cli, proposed: Town) -> None:
    proposed.connection.request("anvil_setBalance", proposed.address("ben"), "0x0")
    done = cli("vote", 1, "for", *HERE, "ben")
    refused(done, 5, "has no coins to pay the fee")
    assert f"zonedao chain fund {proposed.address('ben')}" in done.error


def test_a_body_without_money(cli: Cli, town: Town) -> None:
    succeeded(cli("propose", "pay", "ben", "3 ETH", *HERE, "ada"))
    town.skip(hours=1, minutes=1)
    for who in ("ada", "ben", "cleo"):
        succeeded(cli("vote", 1, "for", *HERE, who))
    town.skip(days=2)
    refused(cli("queue", 1, *HERE, "ada"), 4, "Nothing was sent.")


# --- nodes ---


def test_node_down(cli: Cli, town: Town) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    refused(cli("proposal", "list", "--in", "elmcourt", "--network", url), 6, f"No node answers at {url}")
    book = AddressBook.default()
    book.add_zone(replace(book.zone("elmcourt"), url=url))
    done = cli("vote", 1, "for", *HERE, "ada")
    refused(done, 6, f"elmcourt: No node answers at {url}")
    assert "zonedao chain up" in done.error


def test_no_local_node(cli: Cli, town: Town) -> None:
    refused(cli("chain", "status", "--network", "anvil"), 6, "No local anvil is running. Start one with")


def test_wrong_chain(cli: Cli, town: Town) -> None:
    book = AddressBook.default()
    book.forget_zone("elmcourt")
    entry = replace(book.zone("millbrook"), name="elmcourt", chain_id=5, root=town.elmcourt.address)
    book.add_zone(entry)
    refused(cli("vote", 1, "for", *HERE, "ada"), 6, "but elmcourt lives on chain 5. Nothing was sent.")


def test_a_node_that_is_none(cli: Cli, town: Town) -> None:
    refused(cli("body", "list", "--in", "elmcourt", "--network", "ftp://x"), 2, "is no node address")
    refused(cli("body", "list", "--in", "elmcourt", "--network", "http://"), 2, "is no node address")


def test_code_missing(cli: Cli, town: Town) -> None:
    book = AddressBook.default()
    book.forget_zone("elmcourt")
    book.add_zone(replace(book.zone("millbrook"), name="elmcourt", root=dev_account(50).address))
    done = cli("body", "show", "--in", "elmcourt")
    refused(done, 6, f"There is no contract at {dev_account(50).address}")
    done = cli("deposit", "1 ETH", *HERE, "ada")
    refused(done, 6, f"There is no contract at {dev_account(50).address}")


@pytest.mark.parametrize("words", [["body", "list"], ["vote", "1", "for"], ["chain", "status"], ["whoami"], ["todo"]])
def test_unknown_network(cli: Cli, town: Town, words: list[str]) -> None:
    done = cli(*words, "--network", "elmcort", "--account", "ada")
    refused(done, 3, "There is no network elmcort. Did you mean elmcourt?")
    assert "embedded, anvil, ganache, elmcourt, millbrook" in done.error


# --- files ---


def test_a_malformed_address_book(cli: Cli, town: Town, files: Path) -> None:
    (files / "addressbook.toml").write_text("[zones\n")
    refused(cli("body", "list"), 2, "is malformed")


def test_a_malformed_key_file(cli: Cli, town: Town, files: Path) -> None:
    (files / "keys" / "ada.json").write_text('{"version": 3, "crypto": {"cipher": "x"}}')
    refused(cli("deposit", "1 ETH", *HERE, "ada"), 7, "damaged")
    (files / "keys" / "ada.json").write_text("{}")
    refused(cli("deposit", "1 ETH", *HERE, "ada"), 7, "is no key file of version 3")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["set", "law", "spending", "quorum=30%", "speed=2"], "There is nothing called speed to set."),
        (["set", "law", "spending", "qorum=30%"], "There is nothing called qorum to set. Did you mean quorum?"),
        (["set", "law", "spending"], "Say what to change of the law for spending"),
        (
            ["set", "law", "spendings", "quorum=30%"],
            "There is no class of proposals 'spendings'. Did you mean spending?",
        ),
        (["set", "law", "spending", "quorum=much"], "quorum: 'much' is no share."),
        (["set", "law", "spending", "quorum"], "'quorum' is no setting. Write it as"),
        (["set", "law", "constitutional", "quorum=1%"], "quorum cannot be 1 %: between 10 % and 100 % is allowed"),
        (["set", "speed", "9"], "is not one of"),
        (["set", "good", "flour (kg)", "safety=5"], "A new good needs entitlement, like entitlement=20."),
        (["set", "good", "bread"], "Say what to change of bread (loaf)"),
        (["set", "good", "bread", "safety=5 kg"], "'5 kg' is in kg, but this good is counted in loaf."),
        (["set", "uri", "dao.json"], "'dao.json' is no URI. Write it as https://…"),
        (["set", "uri", "https://x.org", "https://y.org"], "Write set uri URI, or set uri none."),
        (["set", "activity", "often"], "Write set activity VOTES, as in set activity 4, or set activity off."),
        (["set", "activity", "99"], "Activity goes over 2 to 16 votes, not 99"),
        (["set", "module", "stores"], "Write set module stores ADDRESS"),
        (["call", "0x" + "11" * 20, "0xzz"], "'0xzz' is no calldata."),
        (["call", "0x11", "0x"], "address"),
        (["found", "Dairy", "--charter", "x.toml", "--cap", "1 ETH"], "leave the other options out"),
        (["sell", "bread", "5", "0.1 ETH", "--until", "someday"], "'someday' is no time."),
    ],
)
def test_proposals_that_make_no_sense(cli: Cli, town: Town, words: list[str], said: str) -> None:
    refused(cli("propose", *words, *HERE, "ada"), 2, said)
    assert town.elmcourt.proposal_count() == 0


def test_a_good_that_is_not_there(cli: Cli, town: Town) -> None:
    refused(cli("propose", "set", "good", "bred", "safety=5", *HERE, "ada"), 3, "has no good bred. Did you mean bread?")
