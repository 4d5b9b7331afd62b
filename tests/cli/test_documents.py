"""docs/reference/cli.schema.json has every command, means what the code means, and is what commands print.

The last is checked wherever tests run one (`tests/support/documents.py`); here those that read are run once.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_program import commands
from tests.support.documents import require_foreseen, schema
from tests.support.elmcourt import ROOT, Town
from tests.support.jsonschema import definition, problems
from tests.support.voting import succeeded
from zonedao import todo
from zonedao.ballots import plan
from zonedao.chain import connection, journal
from zonedao.cli.kit.options import Command
from zonedao.explain import transactions
from zonedao.governance.elections import Kind, Phase
from zonedao.governance.laws import ProposalClass
from zonedao.governance.standing import ProposalState, Support
from zonedao.trade.post import ListingState, TradeState

Schema = dict[str, Any]

WOULD = {"$ref": "#/$defs/would"}
COMMANDS = [words for words, _ in commands()]


def below(found: Any) -> Iterator[Schema]:
    """A schema and all that it is made of, but for definitions."""
    if isinstance(found, list):
        for each in found:
            yield from below(each)
    elif isinstance(found, dict):
        yield found
        for key in ("properties", "$defs"):
            yield from below(list(found.get(key, {}).values()))
        yield from below([found[key] for key in ("items", "additionalProperties", "anyOf", "allOf") if key in found])


def reached(found: Any) -> Iterator[Schema]:
    """The same with its definitions; none of them contains itself."""
    for each in below(found):
        yield each
        if "$ref" in each:
            yield from reached(definition(each["$ref"], schema()))


def test_every_command_has_a_schema_in_the_order_of_the_page() -> None:
    assert list(schema()["properties"]) == COMMANDS


def test_it_is_well_made() -> None:
    used = set()
    for each in below(schema()):
        problems(None, {key: value for key, value in each.items() if key != "$defs"}, whole=schema())  # its keywords
        used |= {each["$ref"]} if "$ref" in each else set()
        assert set(each.get("required", ())) <= set(each.get("properties", ())), each
    assert used == {f"#/$defs/{name}" for name in schema()["$defs"]}


def test_nothing_may_stand_in_a_document_that_is_not_foreseen() -> None:
    """Only where allOf makes something narrower, and for a message of EIP-712, more keys are let through."""
    narrower = [part for each in below(schema()) for part in each.get("allOf", ())[1:]]
    messages = [schema()["properties"]["ballot sign"]["anyOf"][1]["properties"]["message"]]
    for each in below(schema()):
        if each.get("type") == "object" and not any(each is one for one in (*narrower, *messages)):
            assert "additionalProperties" in each, each
        if each.get("type") == "array":
            assert "items" in each or each.get("maxItems") == 0, each


def test_whatever_sends_says_whether_it_sent() -> None:
    for words, command in commands():
        assert isinstance(command, Command)
        says = any("sent" in each.get("properties", {}) for each in reached(schema()["properties"][words]))
        assert command.sends == says, words


def test_a_command_that_says_what_it_would_do_may_say_so() -> None:
    for words, command in commands():
        assert command.callback is not None
        if ".out.would(" in inspect.getsource(inspect.unwrap(command.callback)):
            assert WOULD in schema()["properties"][words]["anyOf"], words


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("class", ProposalClass),
        ("proposal-state", ProposalState),
        ("support", Support),
        ("election kind", Kind),
        ("election phase", Phase),
        ("listing state", ListingState),
        ("trade state", TradeState),
    ],
)
def test_values_are_those_of_the_contracts(place: str, kind: type[IntEnum]) -> None:
    name, _, key = place.partition(" ")
    found = schema()["$defs"][name]
    values = found["properties"][key]["enum"] if key else found["enum"]
    assert values == [each.name.lower() for each in kind if each.name != "NONE"]


def test_values_are_those_of_the_code() -> None:
    defined, commanded = schema()["$defs"], schema()["properties"]
    assert set(defined["todo-kind"]["enum"]) == set(get_args(todo.Kind))
    assert set(defined["network-kind"]["enum"]) == set(get_args(connection.Kind))
    posted = commanded["ballot post"]["anyOf"][0]["properties"]["transactions"]["items"]["properties"]["kind"]
    assert set(posted["enum"]) == set(get_args(plan.Kind))
    listed = commanded["tx list"]["properties"]["transactions"]["items"]["properties"]["state"]
    assert set(listed["enum"]) == {"waiting", "lost", "kept"} | set(get_args(journal.Outcome))
    assert set(commanded["explain"]["properties"]["state"]["anyOf"][0]["enum"]) == set(get_args(transactions.State))


@pytest.mark.parametrize(
    ("words", "out"),
    [
        ("chain down", '{"stopped": 1}'),
        ("chain down", '{"stopped": true, "more": 1}'),
        ("chain down", "{}"),
        ("chain down", '{"done": true, "would": "Stop it."}'),
        ("chain fund", '{"address": "0x12", "added_wei": "1", "balance_wei": "1"}'),
        ("chain fund", '{"address": "0x' + 40 * "1" + '", "added_wei": 1, "balance_wei": "1"}'),
        ("chain skip", '{"skipped_seconds": -1, "time": 1}'),
        ("chain skip", '{"skipped_seconds": true, "time": 1}'),
        ("network use", '{"used": ""}'),
        ("completion", '{"shell": "csh", "script": "…"}'),
        ("charter check", '{"file": "a", "mistakes": []}'),
    ],
)
def test_another_document_is_seen(words: str, out: str) -> None:
    with pytest.raises(AssertionError):
        require_foreseen([*words.split(), "--json"], out)


def test_what_is_foreseen_passes() -> None:
    require_foreseen(["chain", "down", "--json"], '{"stopped": true}')
    require_foreseen(["chain", "down", "--json"], '{"done": false, "would": "Stop it."}')
    require_foreseen(["network", "use", "--json"], '{"used": null}')
    require_foreseen(["chain", "down"], "Stopped.")


HERE = ("--in", "elmcourt")
READING = (
    ("charter", "check", ROOT / "examples" / "elmcourt.toml"),
    ("charter", "plan", ROOT / "examples" / "elmcourt.toml"),
    ("whoami", "--account", "ada"),
    ("body", "list", *HERE),
    ("body", "show", *HERE),
    ("member", "list", *HERE),
    ("member", "show", "ada", *HERE),
    ("member", "recovery", "ada", *HERE),
    ("proposal", "list", *HERE),
    ("proposal", "show", "1", *HERE),
    ("todo", "--account", "dan"),
    ("treasury", *HERE),
    ("stock", "show", *HERE),
    ("trade", "list", *HERE),
    ("account", "list"),
    ("tx", "list", "--all"),
    ("network", "list"),
    ("audit", *HERE),
    ("index", "sync", *HERE),
    ("index", "status", *HERE),
    ("index", "verify", *HERE),
    ("index", "reset", *HERE),
    ("chain", "down"),
    ("doctor",),
)


def test_documents_of_reading(cli: Cli, town: Town, password: None) -> None:
    succeeded(cli("propose", "pay", "ben", "1 ETH", *HERE, "--account", "ada", "--yes"))
    for typed in READING:
        succeeded(cli(*typed, "--json"))


def test_documents_of_sending(cli: Cli, town: Town, password: None) -> None:
    deposit = ("deposit", "1 ETH", *HERE, "--account", "ada")
    succeeded(cli(*deposit, "--dry-run", "--json"))
    succeeded(cli(*deposit, "--yes", "--json"))
    assert cli("propose", "pay", "ben", "1 ETH", *HERE, "--account", "ada", "--dry-run", "--json").json["proposal"]


def test_documents_of_exports(cli: Cli, town: Town, tmp_path: Path) -> None:
    succeeded(cli("export", "daojson", tmp_path / "out", *HERE, "--json"))
    succeeded(cli("export", "csv", tmp_path / "tables", *HERE, "--json"))
    succeeded(cli("export", "valueflows", tmp_path / "books", *HERE, "--json"))
    succeeded(cli("verify", tmp_path / "books", "--json"))


def test_documents_of_keys_chains_and_zones(cli: Cli, town: Town, password: None, tmp_path: Path) -> None:
    (tmp_path / "bare").write_text("0x" + "11" * 32)
    for typed in (
        ("account", "new", "someone"),
        ("account", "import", "other", tmp_path / "bare"),
        ("account", "export", "other", tmp_path),
        ("chain", "fund", "other", "1 ETH", "--network", town.connection.url),
        ("chain", "skip", "5s", "--network", town.connection.url),
        ("chain", "status", "--network", town.connection.url),
        ("join", town.zone_files["elmcourt"], "--account", "ada"),
    ):
        succeeded(cli(*typed, "--json"))
