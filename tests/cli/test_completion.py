"""What a shell completes, and that bash does."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from tests.cli.conftest import Cli
from tests.cli.test_program import HEAVY
from tests.support.cli import COMMAND, environment
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


@pytest.mark.usefixtures("known")
def test_bash_completes(files: Path, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    installed = tmp_path / "bin" / "zonedao"
    installed.parent.mkdir()
    installed.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$@"\n')
    installed.chmod(0o755)
    typed = (
        f'PATH="{installed.parent}:$PATH"; eval "$(zonedao completion bash)"; COMP_WORDS=(zonedao body show --in elm); '
        'COMP_CWORD=4; _zonedao_completion zonedao; echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        [bash, "-c", typed], env=environment(files), capture_output=True, text=True, timeout=120, check=True
    )
    assert (done.stdout.strip(), done.stderr) == ("elmcourt", "")


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
