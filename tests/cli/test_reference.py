"""docs/reference/cli.md says what the code does: commands, options, exit codes, JSON documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Cli
from tests.cli.test_program import commands
from tests.support.elmcourt import ROOT, Town
from tests.support.voting import succeeded
from zonedao import errors
from zonedao.cli.kit.options import COMMON
from zonedao.cli.kit.run import BROKEN_PIPE, INTERNAL_ERROR

PAGE = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
SENDING = {"sent", "action", "tx", "block", "gas_used", "fee_wei", "events", "explanation", "result"}


def sections() -> dict[str, str]:
    """The text below each command's heading."""
    parts = re.split(r"^### (.+)$", PAGE, flags=re.MULTILINE)[1:]
    return {
        words: re.split(r"^## ", text, flags=re.MULTILINE)[0]
        for words, text in zip(parts[::2], parts[1::2], strict=True)
    }


def rows(text: str) -> list[list[str]]:
    """The cells of all tables in a text, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not re.match(r"^[|-]+$", line)]
    cells = [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [row for row in cells if row[0] not in ("option", "key", "code")]


def keys_of(words: str) -> set[str]:
    """The keys that the page promises for the document of a command."""
    found = re.search(r"^JSON: ([^;.]*)", sections()[words], flags=re.MULTILINE)
    assert found is not None, words
    return set(re.findall(r"`(\w+)`", found[1]))


def test_every_command_has_a_section_and_no_other() -> None:
    assert list(sections()) == [words for words, _ in commands()]


@pytest.mark.parametrize(
    ("words", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_usage_and_options(words: str, command: click.Command) -> None:
    ctx = click.Context(command, info_name=f"zonedao {words}")
    text = sections()[words]
    pieces = [piece for piece in command.collect_usage_pieces(ctx) if piece != "[OPTIONS]"]
    where = ["[--in BODY]"] if any(param.name == "where" for param in command.params) else []
    assert f"\n`{' '.join(['zonedao', words, *pieces, *where])}`\n" in text
    assert f"\n{command.get_short_help_str(300)}\n" in text
    own = [
        param for param in command.params if isinstance(param, click.Option) and param.name not in (*COMMON, "where")
    ]
    records = [record for param in own if (record := param.get_help_record(ctx)) is not None]
    assert rows(text) == [[f"`{name}`", help] for name, help in records]


def test_common_options() -> None:
    part = PAGE.split("## Options of every command")[1].split("## Sending")[0]
    _, command = next(iter(commands()))
    ctx = click.Context(command)
    for param in command.params:
        if isinstance(param, click.Option) and param.name in COMMON:
            record = param.get_help_record(ctx)
            assert record is not None
            assert [f"`{record[0]}`", record[1].split("  [env")[0]] in rows(part)
    assert len(rows(part)) == len(COMMON)


def test_exit_codes() -> None:
    def tree(kind: type[errors.ZonedaoError]) -> Iterator[type[errors.ZonedaoError]]:
        yield kind
        for below in kind.__subclasses__():
            if below.__module__ == "zonedao.errors":
                yield from tree(below)

    told = {(row[1], int(row[0])) for row in rows(PAGE.split("## Exit codes")[1].split("## Found and join")[0])}
    assert told == {(kind.__name__, kind.exit_code) for kind in tree(errors.ZonedaoError)} | {
        ("", 0),
        ("", INTERNAL_ERROR),
        ("", BROKEN_PIPE),
    }


HERE = ("--in", "elmcourt")
READING = {
    "charter check": ("charter", "check", ROOT / "examples" / "elmcourt.toml"),
    "charter plan": ("charter", "plan", ROOT / "examples" / "elmcourt.toml"),
    "whoami": ("whoami", "--account", "ada"),
    "body list": ("body", "list", *HERE),
    "body show": ("body", "show", *HERE),
    "member list": ("member", "list", *HERE),
    "member show": ("member", "show", "ada", *HERE),
    "member recovery": ("member", "recovery", "ada", *HERE),
    "proposal list": ("proposal", "list", *HERE),
    "proposal show": ("proposal", "show", "1", *HERE),
    "todo": ("todo", "--account", "dan"),
    "treasury": ("treasury", *HERE),
    "stock show": ("stock", "show", *HERE),
    "trade list": ("trade", "list", *HERE),
    "account list": ("account", "list"),
    "tx list": ("tx", "list", "--all"),
    "network list": ("network", "list"),
    "audit": ("audit", *HERE),
    "index sync": ("index", "sync", *HERE),
    "index status": ("index", "status", *HERE),
    "index verify": ("index", "verify", *HERE),
    "index reset": ("index", "reset", *HERE),
    "chain down": ("chain", "down"),
    "doctor": ("doctor",),
}


def test_documents_of_reading(cli: Cli, town: Town, password: None) -> None:
    succeeded(cli("propose", "pay", "ben", "1 ETH", *HERE, "--account", "ada", "--yes"))
    for words, typed in READING.items():
        done = succeeded(cli(*typed, "--json"))
        assert set(done.json) == keys_of(words), words


def test_documents_of_sending(cli: Cli, town: Town, password: None) -> None:
    deposit = ("deposit", "1 ETH", *HERE, "--account", "ada")
    sent = succeeded(cli(*deposit, "--yes", "--json"))
    part = PAGE.split("## Sending")[1].split("## Exit codes")[0]
    told = {key for row in rows(part) for key in re.findall(r"`(\w+)`", row[0])}
    assert set(sent.json) == told == SENDING
    dry = succeeded(cli(*deposit, "--dry-run", "--json"))
    after = part.split("and after `--dry-run` ")[1]
    assert set(re.findall(r"`(\w+)`", re.sub(r"\(.*?\)", "", after, flags=re.DOTALL).split(". ")[0])) == set(dry.json)
    proposed = cli("propose", "pay", "ben", "1 ETH", *HERE, "--account", "ada", "--dry-run", "--json").json["proposal"]
    assert set(re.findall(r"`(\w+)`", re.findall(r"\(null, or (.*?)\)", after, flags=re.DOTALL)[0])) == set(proposed)


def test_document_of_an_export(cli: Cli, town: Town, tmp_path: Path) -> None:
    done = succeeded(cli("export", "daojson", tmp_path / "out", *HERE, "--json"))
    assert set(done.json) == keys_of("export daojson")
    done = succeeded(cli("export", "csv", tmp_path / "tables", *HERE, "--json"))
    assert set(done.json) == keys_of("export csv")
    done = succeeded(cli("export", "valueflows", tmp_path / "books", *HERE, "--json"))
    assert set(done.json) == keys_of("export valueflows")
    done = succeeded(cli("verify", tmp_path / "books", "--json"))
    assert set(done.json) == keys_of("verify")


def test_documents_of_keys_chains_and_zones(cli: Cli, town: Town, password: None, tmp_path: Path) -> None:
    (tmp_path / "bare").write_text("0x" + "11" * 32)
    for words, typed in {
        "account new": ("account", "new", "someone"),
        "account import": ("account", "import", "other", tmp_path / "bare"),
        "account export": ("account", "export", "other", tmp_path),
        "chain fund": ("chain", "fund", "other", "1 ETH", "--network", town.connection.url),
        "chain skip": ("chain", "skip", "5s", "--network", town.connection.url),
        "join": ("join", town.zone_files["elmcourt"], "--account", "ada"),
    }.items():
        assert set(succeeded(cli(*typed, "--json")).json) == keys_of(words), words
    status = succeeded(cli("chain", "status", "--network", town.connection.url, "--json")).json
    assert set(status) == keys_of("chain status") - {"pid", "folder", "block_time_seconds", "hardfork"}
