"""What is shown from the index is what is shown with `--live`, but for what only a node can try."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.elmcourt import ELMCOURT, Town
from tests.support.shown import require_the_same
from tests.support.voting import carry, succeeded, until
from zonedao.addressbook import AddressBook
from zonedao.chain.signers import dev_account
from zonedao.governance.body import Body
from zonedao.governance.calls import Call
from zonedao.governance.laws import ProposalClass
from zonedao.governance.proposals import Proposal
from zonedao.governance.zone import Zone
from zonedao.times import DAY

HINT = "What executing it would change, and whether its money is there: --live tries it on the node."
STRANGE = "0x00000000000000000000000000000000000abcde"


def sorts_of_calls(zone: Zone, town: Town) -> list[list[Call]]:
    """Calls of many kinds, each list for one proposal of the zone."""
    food, calls = zone.body("food"), zone.calls
    return [
        [calls.pay(town.address("ben"), 10**18, line="roof"), calls.pay(STRANGE, 5)],
        [calls.allow("food", 2 * 10**18, 3, line="bread")],
        [calls.allow("food", 0, 1), calls.recall("health")],
        [calls.admit([town.address("stan")])],
        [calls.remove(town.address("nora"))],
        [calls.set_law(ProposalClass.SPENDING, quorum_ppm=150_000)],
        [calls.set_cap(10**19), calls.set_row("pay", True)],
        [calls.add_good("flour (kg)", 5, 2), calls.set_good("bread", 30, 8)],
        [calls.set_keepers(["ada", "ben"])],
        [calls.freeze("food", 3_600)],
        [calls.dissolve("health")],
        [calls.raw(food.address, food.contract.encode("setDaoURI", "https://example.org/food.json"))],
        [calls.set_activity(3), calls.set_dao_uri("https://example.org/dao.json")],
        [calls.sell("apples", 5, 10**15, zone.client.now() + 20 * 86_400)],
    ]


def propose(body: Body, calls: Sequence[Call], title: str, who: int) -> Proposal:
    """A proposal of somebody."""
    made = body.acting_as(dev_account(who)).propose(calls, title, "As was said.\nOn two lines.").transact()
    value: Proposal = made.value
    return value


def test_proposals_of_all_sorts(cli: Cli, town: Town, files: Path) -> None:
    zone = town.elmcourt
    for number, calls in enumerate(sorts_of_calls(zone, town)):
        propose(zone, calls, f"Matter {number + 1}", number)
    succeeded(cli("index", "sync", "--in", "elmcourt"))
    for number in range(1, zone.proposal_count() + 1):
        told = require_the_same(cli, "proposal", "show", str(number), "--in", "elmcourt")
        assert HINT in told.out
    for place in ("elmcourt", "elmcourt/food/bakery"):
        require_the_same(cli, "body", "show", "--in", place)
    # Without a node.
    book = files / "addressbook.toml"
    book.write_text(book.read_text().replace(town.connection.url, "http://127.0.0.1:1"))
    shown = succeeded(cli("proposal", "show", "1", "--in", "elmcourt"))
    assert "1. pay 1 ETH to ben from elmcourt (line roof)\n2. pay " in shown.out
    assert cli("proposal", "show", "1", "--in", "elmcourt", "--live").code == 6
    missing = cli("proposal", "show", "99", "--in", "elmcourt")
    assert (missing.code, missing.err.startswith("As of block ")) == (3, True)
    assert "has no proposal 99. It has 1 to " in missing.err


def test_a_proposal_from_the_vote_to_its_end_and_the_books(cli: Cli, town: Town, files: Path) -> None:
    zone, food = town.elmcourt, town.elmcourt.body("food")
    for body in (zone, food):
        zone.acting_as(dev_account(0)).treasury.deposit(20 * 10**18, body=body).transact()
    of_zone = propose(zone, [zone.calls.pay(town.address("cleo"), 3 * 10**18)], "Roof", 0)
    drawn = propose(food, [food.calls.pay(town.address("ben"), 10**18)], "Oven", 1)
    bakery = zone.body("bakery")
    below = propose(bakery, [bakery.calls.pay(bakery.address, 10**18)], "Flour", 2)
    made = (("elmcourt", of_zone), ("elmcourt/food", drawn), ("elmcourt/food/bakery", below))

    def look() -> None:
        succeeded(cli("index", "sync", "--in", "elmcourt"))
        for where, proposal in made:
            require_the_same(cli, "proposal", "show", str(proposal.number), "--in", where)
        require_the_same(cli, "body", "show", "food", "--in", "elmcourt")
        for words in (("--network", "elmcourt"), ("--in", "elmcourt/food"), ("--in", "elmcourt/food/bakery")):
            require_the_same(cli, "treasury", *words, "--account", "ben")

    look()
    until(town, max(each.opens_at for _, each in made) + 1)
    for _, proposal in made:
        for voter in range(4):
            choice = "abstain" if voter == 3 else "for"
            proposal.acting_as(dev_account(voter)).vote(choice, "It rains." if voter == 1 else "").transact()
    look()
    until(town, max(each.closes_at for _, each in made) + 1)
    for _, proposal in made:
        proposal.acting_as(dev_account(0)).queue().transact()
    look()
    until(town, max(each.status().eta for _, each in made) + 1)
    for _, proposal in made:
        proposal.acting_as(dev_account(0)).execute().transact()
    look()
    zone.acting_as(dev_account(1)).treasury.withdraw().transact()
    zone.acting_as(dev_account(1)).treasury.withdraw(bakery.address).transact()
    town.skip(days=31)
    look()


def test_allowances_stand_in_the_order_in_which_they_were_first_given(cli: Cli, town: Town, password: None) -> None:
    """Giving one anew, as the first thing that happens in its block, changes no order."""
    education = town.elmcourt.body("education")
    again = propose(
        education, [education.calls.allow("library", 10**17, 2, source="elmcourt")], "Books", ELMCOURT.index("jon")
    )
    carry(cli, town, again.number, education.path, ELMCOURT[9:14])
    succeeded(cli("index", "sync", "--in", "elmcourt"))
    told = require_the_same(cli, "treasury", "--in", "elmcourt").out
    assert told.index("elmcourt/food/orchard ") < told.index("elmcourt/education/library ")


def test_what_is_open_by_the_longest_of_several_laws(cli: Cli, town: Town, password: None) -> None:
    """One class votes for long, and another waits for long; of both it is open longer than anything of one of them."""
    zone = town.elmcourt
    laws = [
        zone.calls.set_law(ProposalClass.SPENDING, voting_period_seconds=60 * DAY),
        zone.calls.set_law(ProposalClass.MEMBERSHIP, execution_delay_seconds=60 * DAY),
    ]
    zone.acting_as(dev_account(0)).treasury.deposit(5).transact()
    carry(cli, town, propose(zone, laws, "Slowly", 0).number, "elmcourt")
    town.skip(seconds=2)
    both = propose(zone, [zone.calls.pay(STRANGE, 5), zone.calls.admit([town.address("stan")])], "Both", 0)
    until(town, both.closes_at - 1)
    for voter in range(8):
        both.acting_as(dev_account(voter)).vote("for").transact()
    closes_at = zone.proposal(both.number).closes_at
    assert closes_at > both.closes_at
    until(town, closes_at + both.status().law.grace_seconds - 60)
    both.acting_as(dev_account(0)).queue().transact()
    until(town, both.status().expires_at - 60)
    succeeded(cli("index", "sync", "--in", "elmcourt"))
    told = require_the_same(cli, "proposal", "list", "--open", "--in", "elmcourt")
    assert "Both" in told.out


def test_what_the_index_cannot_tell_is_asked_of_the_node(cli: Cli, town: Town, files: Path) -> None:
    zone = town.elmcourt
    propose(zone, [zone.calls.raw(STRANGE, bytes.fromhex("a9059cbb") + bytes(64))], "Strange", 0)
    succeeded(cli("index", "sync", "--in", "elmcourt"))
    told = succeeded(cli("proposal", "show", "1", "--in", "elmcourt", "--json"))
    assert (told.json["block"], told.err) == (None, "")
    assert told.json == succeeded(cli("proposal", "show", "1", "--in", "elmcourt", "--live", "--json")).json
    propose(zone, [zone.calls.pay(STRANGE, 5)], "Since", 1)
    assert succeeded(cli("proposal", "show", "2", "--in", "elmcourt", "--json")).json["block"] is None


def test_a_key_that_only_looks_like_a_known_one(cli: Cli, town: Town) -> None:
    zone, ben = town.elmcourt, town.address("ben")
    alike = f"{ben[:6].lower()}{'7' * 32}{ben[-4:].lower()}"
    propose(zone, [zone.calls.pay(alike, 1)], "Alike", 0)
    AddressBook.default().path.write_text(AddressBook.default().path.read_text().replace(ben, STRANGE))
    succeeded(cli("index", "sync", "--in", "elmcourt"))
    assert "is NOT person 2 of elmcourt" in require_the_same(cli, "proposal", "show", "1", "--in", "elmcourt").out


@pytest.mark.parametrize(
    ("table", "words"), [("body_module_set", ("proposal", "show", "1")), ("treasury_paid", ("treasury",))]
)
def test_a_part_that_is_missing(cli: Cli, town: Town, files: Path, table: str, words: tuple[str, ...]) -> None:
    propose(town.elmcourt, [town.elmcourt.calls.pay(STRANGE, 5)], "One", 0)
    succeeded(cli("index", "sync", "--in", "elmcourt"))
    (path,) = (files / "index").glob("*.sqlite")
    with sqlite3.connect(path) as database:
        database.execute(f"DROP TABLE {table}")
    done = cli(*words, "--in", "elmcourt")
    assert (done.code, done.out) == (11, "")
    assert f"cannot be used (no such table: {table})" in done.error


def test_goods_orders_and_petitions(cli: Cli, town: Town) -> None:
    zone = town.elmcourt
    keeper, stores = zone.acting_as(dev_account(3)).stores, zone.acting_as(dev_account(1)).stores
    keeper.report("bread", 200).transact()
    due_at = zone.client.now() + 3 * 86_400
    for count in (5, 2):
        stores.order("bread", count, due_at).transact()
    keeper.deliver(1, 3).transact()
    food = zone.acting_as(dev_account(0)).body("food")
    proposal = propose(zone, [zone.calls.pay(STRANGE, 5)], "One", 2)
    zone.acting_as(dev_account(1)).open_petition(zone.calls.object_to(proposal)).transact()
    zone.acting_as(dev_account(2)).open_petition(zone.calls.freeze(food.address, 86_400)).transact()
    zone.acting_as(dev_account(4)).petition(2).sign().transact()

    def look() -> None:
        succeeded(cli("index", "sync", "--in", "elmcourt"))
        for words in (("stock", "show"), ("stock", "show", "apples"), ("petition", "list")):
            require_the_same(cli, *words, "--in", "elmcourt")

    look()
    town.skip(days=15)
    look()
