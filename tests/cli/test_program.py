"""The program as a whole: its list of commands, what it loads, what it answers to nonsense."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from tests.cli.conftest import Cli
from tests.support.cli import COMMAND, run
from zonedao.cli.kit.groups import leaves
from zonedao.cli.kit.options import COMMON, Command
from zonedao.cli.program import program

HEAVY = ("web3", "eth_account", "eth_abi", "pydantic", "aiohttp", "rich", "brownie", "eth_keys", "eth_tester", "eth")


def commands() -> list[tuple[str, click.Command]]:
    """Every command that does something, by its words."""
    return list(leaves(program))


COMMANDS = """
demo / charter check / charter plan / deploy / join / leave / whoami / body list / body show
body check-in / body recount / member list / member show
member finish-expulsion / member prune
member rotate / member recover / member recovery / member veto-recovery
member finish-recovery / member enroll / member vouch / member challenge / member clear / member application
member attest / member module
propose recover / propose keep
member delegate / member bring / member dismiss / ballot followers
propose pay / propose allow / propose found / propose admit / propose remove / propose set / propose sell / propose buy
propose call / proposal list / proposal show / sponsor / vote / ballot sign / ballot key / ballot collect / ballot post
ballot deploy
ballot status / ballot serve / queue / execute / cancel / todo / treasury / deposit / withdraw / stock show
stock report / order / deliver / trade list / trade show / trade ship / trade attest / trade settle / account new
account add
account import / account list / account export / chain up / chain down / chain status / chain fund / chain skip
audit / export daojson / export valueflows / export csv / verify / index reset / index status / index sync
index verify / doctor / explain / watch
propose poll / propose election / propose parameter / election list / election show
election officers / election stand / election vote / election commit / election reveal / election count
election resign / election petition / election recall / election deploy / wish show / wish for / wish read / wish forget
propose object / propose resume / propose freeze / propose unfreeze / propose replace / propose restore / propose recall
propose dissolve / propose preserve / propose move / propose hold / propose take
petition dissolve / body finish / body rehang / body sweep
petition list / petition show / petition object / petition freeze / petition appeal / petition sign / petition bring
petition enact / tx list / tx speed-up / tx cancel
send / completion / name add / name forget / name list / network add / network list / network use
"""


def test_the_commands_are_these() -> None:
    wanted = [words.strip() for line in COMMANDS.strip().splitlines() for words in line.split("/")]
    assert sorted(words for words, _ in commands()) == sorted(wanted)


def test_every_command_takes_the_common_options() -> None:
    for words, command in commands():
        assert isinstance(command, Command), words
        assert {param.name for param in command.params} >= set(COMMON), words


def test_every_command_and_option_says_what_it_is() -> None:
    for words, command in commands():
        assert command.help, words
        for param in command.params:
            if isinstance(param, click.Option):
                assert param.help, f"{words} {param.opts}"


def test_no_option_takes_a_key_or_a_password() -> None:
    for words, command in commands():
        for param in command.params:
            name = str(param.name)
            assert "key" not in name.split("_"), f"{words} {name}"
            assert "password" not in name or name == "password_file", f"{words} {name}"


def loaded_by(*words: str) -> set[str]:
    """Top-level packages that are loaded when a command line has run."""
    program = (
        "import sys; from zonedao.cli import main; code = main(sys.argv[1:]); "
        "sys.stderr.write(' '.join({name.split('.')[0] for name in sys.modules})); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["vote", "--help"], ["proposal", "list", "--help"]])
def test_help_loads_no_chain_library(words: list[str]) -> None:
    assert not loaded_by(*words) & set(HEAVY)


def test_help_loads_no_command() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "zonedao", "--help"], capture_output=True, text=True, check=True
    )
    loaded = {line.split("|")[-1].strip() for line in done.stderr.splitlines()}
    modules = {lazy.module for lazy in program.lazy.values()}
    assert "zonedao.cli.program" in loaded
    assert not {f"zonedao.cli.{module}" for module in modules} & loaded


def test_no_words_is_a_question(cli: Cli) -> None:
    done = cli()
    assert (done.code, done.out) == (2, "")
    assert "Usage: zonedao" in done.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["acount"], "There is no command 'acount'. Did you mean account? See `zonedao --help`."),
        (["chain", "statsu"], "There is no command 'statsu'. Did you mean status? See `zonedao chain --help`."),
        (["xyzzy"], "There is no command 'xyzzy'. See `zonedao --help`."),
        (["account", "list", "extra"], "Got unexpected extra argument (extra). See `zonedao account list --help`."),
    ],
)
def test_nonsense(cli: Cli, words: list[str], expected: str) -> None:
    done = cli(*words)
    assert (done.code, done.out, done.error) == (2, "", expected)


def test_a_fault_is_one_line(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("zonedao.chain.accounts.KeyStore.list", broken)
    done = cli("account", "list")
    assert done.code == 70
    assert done.error == (
        "This is a fault of zonedao itself (RuntimeError: two lines). "
        "Run it again with --debug and report what it prints."
    )
    done = cli("account", "list", "--debug")
    assert done.code == 70
    assert "Traceback (most recent call last)" in done.err


def test_a_reader_that_goes_away() -> None:
    done = subprocess.run(
        f"{' '.join(COMMAND)} --help | true", shell=True, executable="/bin/bash", stderr=subprocess.PIPE, text=True
    )
    assert done.stderr == ""


def test_version(cli: Cli) -> None:
    from zonedao import __version__

    assert cli("--version").out == f"zonedao {__version__}\n"


def test_runs_as_a_module(files: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    done = run("account", "list", "--json", home=tmp_path_factory.mktemp("user"))
    assert (done.code, done.json["accounts"]) == (0, [])
