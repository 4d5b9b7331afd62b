"""Every command has a manual: what may stand in the place of its arguments, examples that can be typed, ways on."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from tests.cli.conftest import Cli
from tests.cli.test_program import commands
from zonedao import errors
from zonedao.cli.kit.arguments import said_of
from zonedao.cli.kit.options import Command
from zonedao.cli.kit.run import EXIT_CODES

COMMANDS = dict(commands())
CODES = {*EXIT_CODES, *(each.exit_code for each in vars(errors).values() if hasattr(each, "exit_code"))}


def typed(example: str) -> Iterator[list[str]]:
    """The command lines of ours in an example for a shell."""
    plain = re.sub(r'"?\$\((.*?)\)"?', r"| \1", example)
    words = [*shlex.split(plain.replace("|", " | ").replace(">", " > ")), "|"]
    line: list[str] = []
    for word in words:
        if word in ("|", ">"):
            if line[:1] == ["zonedao"]:
                yield line[1:]
            line = []
        else:
            line.append(word)


def command_of(line: list[str]) -> tuple[str, list[str]]:
    """The words of the command that a line calls, and what it is given."""
    return next((words, line[size:]) for size in (2, 1) if (words := " ".join(line[:size])) in COMMANDS)


@pytest.mark.parametrize("words", COMMANDS)
def test_it_has_a_manual(words: str) -> None:
    command = COMMANDS[words]
    assert isinstance(command, Command)
    for param in command.params:
        if isinstance(param, click.Argument):
            assert said_of(param), f"{words} says nothing of {param.name}"
    lines = [line for example in command.manual.examples for line in typed(example)]
    assert words in [command_of(line)[0] for line in lines]
    for line in lines:
        name, given = command_of(line)
        # Raises UsageError where the example could not be typed so.
        COMMANDS[name].make_context(name, list(given))
    assert {int(code) for code, _ in command.manual.exit_codes} <= CODES
    for name, what in command.manual.see_also:
        assert command_of(name.split()[1:])[0] in COMMANDS
        assert not what.endswith(".")


def test_help_says_all_of_it(cli: Cli) -> None:
    done = cli("vote", "--help")
    assert done.code == 0
    for line in (
        "Arguments:",
        "  N                      The number of a proposal in its body, or its hash id",
        "Options of every command:",
        "  4  its vote is not open, you are no elector, or you have voted: nothing was",
        "  9  sent, and not mined in time: `zonedao tx list` shows what became of it",
        "  zonedao ballot sign    vote without a transaction",
        '  zonedao vote 3 against --in corner/kitchen --reason "Too dear."',
    ):
        assert line in done.out.splitlines(), done.out


def test_help_lists_what_makes_a_difference(cli: Cli) -> None:
    reading, sending = cli("body", "list", "--help").out, cli("body", "finish", "--help").out
    assert "--network NAME|URL" in reading
    assert "--sign-only" not in reading
    assert "--sign-only FILE" in sending
    assert cli("account", "list", "--yes", "--sign-only", "file").code == 0
