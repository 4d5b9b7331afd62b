"""What a shell completes, and that bash, fish and zsh do."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from tests.cli.conftest import Cli
from tests.cli.test_program import HEAVY
from tests.support.cli import COMMAND, environment, terminal
from tests.support.elmcourt import Town
from tests.support.voting import succeeded
from zonedao.addressbook import AddressBook, ZoneEntry
from zonedao.chain.accounts import KeyStore
from zonedao.cli.program import program
from zonedao.networks import Network, Networks


@pytest.fixture
def known(files: Path, keys: KeyStore) -> None:
    """A user who knows two zones, three people and a network, and has a key."""
    book = AddressBook(files / "addressbook.toml")
    for number, name in enumerate(("elmcourt", "elsewhere")):
        book.add_zone(ZoneEntry(name, 5, "0x" + f"{number:040x}"))
    book.add_people({"0x" + "11" * 20: "Anna", "0x" + "22" * 20: "Anna Maria", "0x" + "33" * 20: "Ben"})
    Networks(files / "networks.toml").add(Network("elm-net", "http://127.0.0.1:9", 5))
    keys.import_raw("andy", "44" * 32, "password", work_factor=2)


def offered(*words: str) -> list[str]:
    *before, begun = words
    return [item.value for item in ShellComplete(program, {}, "zonedao", "X").get_completions(before, begun)]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("prop",), ["propose", "proposal"]),
        (("tx", "s"), ["speed-up"]),
        (("vote", "1", "for", "--in", "el"), ["elmcourt", "elsewhere"]),
        (("vote", "1", "for", "--network", "el"), ["elm-net", "elmcourt", "elsewhere"]),
        (("vote", "1", "for", "--network", "an"), ["anvil"]),
        (("vote", "1", "for", "--account", ""), ["andy"]),
        (("network", "use", ""), ["elm-net"]),
        (("propose", "pay", "AN"), ["Anna", "andy"]),
        (("member", "show", "b"), ["Ben"]),
        (("tx", "list", "--sign"), ["--sign-only"]),
    ],
)
def test_what_is_offered(words: tuple[str, ...], expected: list[str]) -> None:
    assert offered(*words) == expected


def test_what_the_index_offers(cli: Cli, town: Town, password: None) -> None:
    """Bodies by their paths, proposals by their numbers; of a zone without an index its name alone."""
    assert (offered("body", "show", "--in", "elmcourt/"), offered("vote", "--in", "elmcourt", "")) == ([], [])
    for amount in ("1 ETH", "2 ETH"):
        succeeded(cli("propose", "pay", "ben", amount, "--in", "elmcourt", "--account", "ada", "--yes"))
    succeeded(cli("index", "sync", "--in", "elmcourt"))
    bodies = offered("body", "show", "--in", "elmcourt")
    tree = succeeded(cli("body", "list", "--in", "elmcourt", "--json")).json
    assert sorted(bodies) == sorted({"elmcourt", *(each["path"] for each in tree["bodies"])})
    assert offered("vote", "--in", "elmcourt", "") == ["2", "1"]
    assert offered("vote", "--in", "elmcourt", "2") == ["2"]
    assert offered("vote", "--in", bodies[-1], "") == []
    assert (offered("order", "br"), offered("propose", "sell", "")) == (["bread"], ["bread", "apples"])
    # Two zones are known, and the number was begun before --in is typed.
    assert offered("vote", "") == []


def test_files_that_cannot_be_read_offer_nothing(files: Path) -> None:
    files.mkdir()
    (files / "addressbook.toml").write_text("]")
    assert offered("member", "show", "b") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_each_shell(cli: Cli, shell: str) -> None:
    done = cli("completion", shell, "--json")
    assert (done.code, done.json["shell"]) == (0, shell)
    assert f"_ZONEDAO_COMPLETE={shell}_complete" in done.json["script"]
    assert cli("completion", "tcsh").code == 2


# --- the shells themselves ---


@pytest.fixture
def installed(known: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`zonedao` is on the PATH of a user who knows names."""
    program = tmp_path / "bin" / "zonedao"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")


ANOTHER_LINE = "\x15"  # Ctrl-U: forget what was typed


def required(shell: str) -> str:
    """A shell of this machine. Skips the test where it is not installed; what each is told is tested above."""
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not installed")
    return found


def answered(files: Path, *words: str) -> str:
    """What a shell prints, which complains of nothing."""
    done = subprocess.run(words, env=environment(files), capture_output=True, text=True, timeout=120, check=True)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.usefixtures("installed")
def test_bash_completes(files: Path) -> None:
    typed = (
        'eval "$(zonedao completion bash)"; COMP_WORDS=(zonedao body show --in elm); COMP_CWORD=4; '
        '_zonedao_completion zonedao; echo "${COMPREPLY[@]}"'
    )
    assert answered(files, required("bash"), "-c", typed) == "elmcourt\n"


@pytest.mark.usefixtures("installed")
def test_fish_completes(files: Path) -> None:
    typed = 'zonedao completion fish | source; complete -C "zonedao body show --in elm"; complete -C "zonedao tx s"'
    said = answered(files, required("fish"), "--no-config", "-c", typed).splitlines()
    assert (said[0], [line.split("\t")[0] for line in said[1:]]) == ("elmcourt", ["speed-up"])
    assert said[1].split("\t")[1].startswith("Offer more for TX")


@pytest.mark.usefixtures("installed")
def test_zsh_completes(files: Path) -> None:
    """At a terminal: zsh completes only while somebody types."""
    with terminal(home=files, env={"TERM": "dumb"}, program=(required("zsh"), "-f", "-i")) as screen:
        screen.type("PS1='rea''dy> '; autoload -Uz compinit && compinit -u -D; eval \"$(zonedao completion zsh)\"")
        screen.await_text("ready> ")
        screen.strike("zonedao body show --in elm\t")
        screen.await_text("zonedao body show --in elmcourt ")
        screen.strike(ANOTHER_LINE + "zonedao tx \t\t")
        screen.await_text("speed-up  -- Offer more for TX, a transaction that")


def test_completing_commands_loads_none() -> None:
    program = """
import atexit, sys
from zonedao.cli import main
atexit.register(lambda: sys.stderr.write(" ".join(sys.modules)))
main([])
"""
    environ = environment(
        Path("/nonexistent"), _ZONEDAO_COMPLETE="bash_complete", COMP_WORDS="zonedao ", COMP_CWORD="1"
    )
    done = subprocess.run([COMMAND[0], "-c", program], env=environ, capture_output=True, text=True, timeout=120)
    assert "plain,vote" in done.stdout.splitlines()
    loaded = set(done.stderr.split())
    assert "zonedao.cli.vote" not in loaded
    assert not {name.split(".")[0] for name in loaded} & set(HEAVY)
