"""docs/reference/cli.schema.json has every command, means what the code means, and names the keys that the page names.

That what commands print fits it is checked wherever tests run one (`tests/support/documents.py`).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, get_args

import pytest

from tests.cli.test_program import commands
from tests.cli.test_reference import keys_of, sections
from tests.support.documents import require_foreseen, schema
from tests.support.jsonschema import definition, problems
from zonedao import todo
from zonedao.ballots import plan
from zonedao.chain import connection, journal
from zonedao.explain import transactions
from zonedao.governance.elections import Kind, Phase
from zonedao.governance.laws import ProposalClass
from zonedao.governance.standing import ProposalState, Support
from zonedao.trade.post import ListingState, TradeState

Schema = dict[str, Any]

SENT, WOULD, MISTAKES = {"$ref": "#/$defs/sent"}, {"$ref": "#/$defs/would"}, {"$ref": "#/$defs/mistakes"}
SHARED = ("#/$defs/would", "#/$defs/unsent", "#/$defs/signed")  # the page tells of them once, for all commands
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


def choices(found: Schema) -> Iterator[Schema]:
    """What a command may print, one by one, without what the page tells of once."""
    if found.get("$ref") in SHARED:
        return
    if "$ref" in found:
        yield from choices(definition(found["$ref"], schema()))
    elif "anyOf" in found:
        for each in found["anyOf"]:
            yield from choices(each)
    else:
        yield found


def keys(found: Schema) -> set[str]:
    """The keys of a document, or of each in a list."""
    return set(found.get("items", found).get("properties", ()))


def paragraph(words: str) -> str:
    """What the page says of the document of a command."""
    return sections()[words].split("\nJSON: ")[1].split("\n\n")[0]


def quoted(text: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", text))


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


@pytest.mark.parametrize("words", COMMANDS)
def test_the_page_names_the_same_keys(words: str) -> None:
    said, found = paragraph(words), list(choices(schema()["properties"][words]))
    made = [each for each in found if each.get("allOf", [None])[0] == SENT]
    own = [each for each in found if "allOf" not in each]
    assert ("that of something sent" in said) == bool(made)
    for each in made:
        result = each["allOf"][1]["properties"]["result"]
        told = re.search(r"(?:with the result|`result` has) ([^.;]*)", said)
        assert keys(result) == (quoted(told[1]) if told is not None else set())
    alike = re.match(r"that of `(.+?)`\.", said)
    if alike is not None:
        assert schema()["properties"][words] == schema()["properties"][alike[1]]
        return
    if not said.startswith("that of something sent"):
        assert set(own[0].get("items", own[0])["required"]) <= keys_of(words) <= keys(own[0])
    elsewhere = "with mistakes that of `charter check`" in said
    assert elsewhere == (words != "charter check" and MISTAKES in schema()["properties"][words].get("anyOf", ()))
    mistakes = definition(MISTAKES["$ref"], schema())
    for each in own:
        assert keys(each) <= quoted(said) or (elsewhere and each == mistakes)
    known = {word for each in reached(schema()["properties"][words]) for word in (*keys(each), *each.get("enum", ()))}
    assert quoted(said) <= known


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
