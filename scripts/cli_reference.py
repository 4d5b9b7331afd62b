"""Writes docs/reference/cli.md: what stands there of options, exit codes, documents and commands comes from the code.

python scripts/cli_reference.py

The prose of the page is written in the page itself. Between the lines `<!-- NAME: scripts/cli_reference.py -->` and
`<!-- end -->` everything is made: out of the commands, their docstrings, `zonedao/errors.py`, and cli.schema.json,
whose descriptions say what a key means.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import click

    from zonedao.cli.kit.options import Command

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "cli.md"
SCHEMA = ROOT / "docs" / "reference" / "cli.schema.json"

_PART = re.compile(r"(<!-- (\w+): scripts/cli_reference\.py -->\n\n).*?(\n<!-- end -->\n)", re.DOTALL)
_SENT = {"$ref": "#/$defs/sent"}
_TOLD_ONCE = ("sent", "tried", "signed", "would")  # documents of many commands, which the page tells of at its top
_MOST_VALUES = 8  # that a key can have, where all of them are named

Schema = dict[str, Any]


def page(now: str) -> str:
    """The whole page, out of how it is now. Raises KeyError for a part that is not known."""
    schema: Schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    parts = {
        "options": lambda: _common_options(),
        "exits": lambda: _exit_codes(),
        "sent": lambda: _keys(schema["$defs"]["sent"], schema),
        "tried": lambda: _keys(schema["$defs"]["tried"], schema),
        "signed": lambda: _keys(schema["$defs"]["signed"], schema),
        "commands": lambda: _commands(schema),
    }
    return _PART.sub(lambda part: part[1] + "\n".join(parts[part[2]]()).rstrip() + "\n" + part[3], now)


def commands() -> Iterator[tuple[str, str, Command]]:
    """Every command with its section and its words, in the order of `zonedao --help`."""
    from zonedao.cli.kit.groups import leaves
    from zonedao.cli.kit.options import Command
    from zonedao.cli.program import program

    titles = {name: title for title, names in program.sections.items() for name in names}
    for words, command in leaves(program):
        assert isinstance(command, Command), words
        yield titles[words.partition(" ")[0]], words, command


# --- options and exit codes ---


def _common_options() -> Iterator[str]:
    import click

    _, _, command = next(commands())
    yield from _table("option", _records(command.common, click.Context(command)))


def _exit_codes() -> Iterator[str]:
    from zonedao import errors
    from zonedao.cli.kit.run import EXIT_CODES

    # The tree of exceptions is drawn in the docstring of its module, a line each.
    drawn = re.findall(r"^[ │├└─]+(\w+) +(\d+)   (.+)$", errors.__doc__ or "", re.MULTILINE)
    rows = [(int(code), f"`{name}`", when) for name, code, when in drawn]
    yield "| code | error | when |"
    yield "|---|---|---|"
    for code, name, when in sorted([*((code, "", when) for code, when in EXIT_CODES.items()), *rows], key=_first):
        yield f"| {code} | {name} | {when} |"


def _first(row: tuple[int, str, str]) -> int:
    return row[0]


# --- commands ---


def _commands(schema: Schema) -> Iterator[str]:
    section = ""
    for title, words, command in commands():
        if title != section:
            section = title
            yield f"## {title}\n"
        yield from _command(words, command)
        yield from _document(schema["properties"][words], schema)


def _command(words: str, command: Command) -> Iterator[str]:
    import click

    from zonedao.cli.kit.arguments import said_of, shown

    ctx = click.Context(command, info_name=f"zonedao {words}")
    options = [each for each in command.params if isinstance(each, click.Option) and each not in command.common]
    own = [each for each in options if each.name != "where"]
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    required = [record[0] for each in own if each.required and (record := each.get_help_record(ctx)) is not None]
    where = ["[--in BODY]"] if len(own) != len(options) else []
    pieces = [each for each in command.collect_usage_pieces(ctx) if each != "[OPTIONS]"]
    yield f"### {words}\n"
    yield f"`{' '.join(['zonedao', words, *pieces, *required, *where])}`\n"
    for paragraph in command.manual.paragraphs:
        yield f"```\n{paragraph[2:]}\n```\n" if paragraph.startswith("\b") else f"{_linked(paragraph)}\n"
    if rows := [(shown(each, ctx), said_of(each)) for each in arguments if said_of(each)]:
        yield from _table("argument", rows)
        yield ""
    if rows := _records(own, ctx):
        yield from _table("option", rows)
        yield ""
    if examples := command.manual.examples:
        yield from ("```console", *(f"$ {each}" for each in examples), "```\n")
    for code, when in command.manual.exit_codes:
        yield f"Exit code {code}: {when}.\n"
    if also := command.manual.see_also:
        yield f"See also {'; '.join(f'`{name}`: {what}' for name, what in also)}.\n"


def _records(params: list[click.Option], ctx: click.Context) -> list[tuple[str, str]]:
    records = [record for each in params if (record := each.get_help_record(ctx)) is not None]
    return [(name, said.split("  [env var")[0]) for name, said in records]


def _table(head: str, rows: list[tuple[str, str]]) -> Iterator[str]:
    yield f"| {head} | what |"
    yield "|---|---|"
    for name, said in rows:
        yield f"| `{_cell(name)}` | {_cell(_linked(said))} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _linked(text: str) -> str:
    """Pages of this folder that a text names, as links."""
    return re.sub(r"docs/reference/([\w.]+\w)", r"[\1](\1)", text)


# --- documents ---


def _document(found: Schema, schema: Schema) -> Iterator[str]:
    """What a command prints with `--json`, one of these after the other."""
    for choice in _choices(found, schema):
        said = f", {choice['description']}" if "description" in choice else ""
        if choice.get("allOf", [None])[0] == _SENT:
            result = choice["allOf"][1]["properties"]["result"]
            made = [f", with a `result` of {_line(result, schema)}"] if "properties" in result else []
            yield f"JSON{said}: that of something sent{''.join(made)}."
            yield from _nested(result, schema)
        elif choice.get("type") == "array":
            yield f"JSON{said}: a list, each with {_line(choice['items'], schema)}."
            yield from _nested(choice["items"], schema)
        else:
            yield f"JSON{said}: {_line(choice, schema)}."
            yield from _nested(choice, schema)
        yield ""


def _choices(found: Schema, schema: Schema) -> Iterator[Schema]:
    """What a command may print, one by one, without what the page tells of once."""
    name = str(found.get("$ref", "")).removeprefix("#/$defs/")
    if name in _TOLD_ONCE or any(each.get("$ref") == "#/$defs/tried" for each in found.get("allOf", ())):
        return
    if name:
        meant = schema["$defs"][name]
        described = {"description": found["description"]} if "description" in found else {}
        yield from _choices({**meant, **described}, schema)
    elif "anyOf" in found:
        for each in found["anyOf"]:
            yield from _choices(each, schema)
    else:
        yield found


def _keys(found: Schema, schema: Schema) -> Iterator[str]:
    """The keys of a document that many commands print, as a table."""
    yield "| key | what |"
    yield "|---|---|"
    for key, value in found["properties"].items():
        yield f"| `{key}` | {value['description']} |"
    if nested := list(_nested(found, schema)):
        yield from ("", *nested)


def _line(found: Schema, schema: Schema) -> str:
    """The keys of a document, each with what must be known of it."""
    return ", ".join(f"`{key}`{_meaning(value, schema)}" for key, value in _properties(found, schema).items())


def _meaning(value: Schema, schema: Schema) -> str:
    if "description" in value:
        return f" ({_linked(value['description'])})"
    values = [each for each in _meant(value, schema).get("enum", ()) if isinstance(each, str)]
    if not 0 < len(values) <= _MOST_VALUES:
        return ""
    return f" ({' or '.join(filter(None, (', '.join(values[:-1]), values[-1])))})"


def _nested(found: Schema, schema: Schema, indent: str = "") -> Iterator[str]:
    """What is in the keys of a document, as a list below them."""
    for key, value in _properties(found, schema).items():
        if inside := _properties(value, schema):
            each = " each" if _meant(value, schema).get("type") == "array" else ""
            yield f"{indent}- `{key}`{each}: {_line({'properties': inside}, schema)}."
            yield from _nested({"properties": inside}, schema, indent + "  ")


def _properties(found: Schema, schema: Schema) -> Schema:
    """The keys of an object, or of each in a list; of several choices, all of them."""
    meant = _meant(found, schema)
    if "items" in meant:
        return _properties(meant["items"], schema)
    both = [_properties(each, schema) for each in meant.get("anyOf", ())]
    return meant.get("properties") or {key: value for each in both for key, value in each.items()}


def _meant(found: Schema, schema: Schema) -> Schema:
    """A schema without its references, and without that it may be null."""
    while "$ref" in found:
        found = schema["$defs"][found["$ref"].removeprefix("#/$defs/")]
    others = [each for each in found.get("anyOf", ()) if each != {"type": "null"}]
    return _meant(others[0], schema) if len(others) == 1 else found


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
