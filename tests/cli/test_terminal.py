"""What commands look like at a terminal, however wide it is, and what they leave out where there is none."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.cli import run, terminal
from tests.support.elmcourt import Town
from tests.support.voting import succeeded
from zonedao.cli.kit.output import Quoting, broken, style
from zonedao.cli.kit.tables import columns
from zonedao.demo.telling import Teller

HERE = ("--in", "elmcourt")
TITLE = "我们修理烤箱 y también la pe\u0301rgola del jardín, antes de la fiesta de agosto"


@pytest.fixture
def listed(cli: Cli, town: Town, password: None, files: Path) -> Path:
    """A user whose index knows of a proposal with letters of one, of two, and of no columns."""
    succeeded(cli("propose", "pay", "ben", "1 ETH", *HERE, "--account", "ada", "--yes", "--title", TITLE))
    succeeded(cli("index", "sync", *HERE))
    return files


def at(width: int, home: Path, *words: str, **env: str) -> list[str]:
    """The lines that a terminal of so many columns shows, without the note on how old they are."""
    with terminal(*words, *HERE, home=home, columns=width, env=env) as screen:
        done = screen.end()
    assert done.code == 0
    lines = done.err.splitlines()
    while lines[0].startswith(("As of block", "  ")):
        lines.pop(0)
    return lines


def test_tables_fit_the_terminal(listed: Path, town: Town) -> None:
    for width in (40, 80, 120, 200):
        for words in (("proposal", "list"), ("body", "list"), ("member", "list")):
            lines = at(width, listed, *words)
            assert max(map(columns, lines)) <= width, (width, words)
        # The last are those of members. An address is never shortened; it is broken where nothing else helps.
        assert any(town.address("ada") in line for line in lines) is (width > 40)
    narrow, wide = at(40, listed, "proposal", "list"), at(200, listed, "proposal", "list")
    assert narrow[0] == "N        1"
    assert "".join(narrow[3][9:].split())[:6] == "我们修理烤箱"
    assert len(wide) == 2
    assert TITLE in wide[1]
    # Letters of two columns and of none: what follows begins where its title does.
    assert columns(wide[1].split(TITLE)[0]) == wide[0].index("TITLE")
    assert columns(wide[1].split("opens")[0]) == wide[0].index("NEXT")


def test_where_there_is_no_terminal_nothing_is_shortened(listed: Path) -> None:
    done = run("proposal", "list", *HERE, home=listed, env={"COLUMNS": "40", "TERM": "xterm"})
    assert len(done.out.splitlines()) == 2
    assert TITLE in done.out
    assert "\x1b" not in done.out + done.err


def test_colour_only_at_a_terminal_that_knows_it(listed: Path) -> None:
    def shown(*words: str, **env: str) -> str:
        with terminal(*words, *HERE, home=listed, env=env) as screen:
            screen.end()
        return screen.shown

    assert "\x1b[90m" in shown("proposal", "list")
    assert "\x1b" in shown("proposal", "list", NO_COLOR="")
    assert "\x1b" not in shown("proposal", "list", NO_COLOR="1")
    assert "\x1b" not in shown("proposal", "list", TERM="dumb")
    assert "\x1b" not in shown("proposal", "list", "--json")
    assert "\x1b[31mError:" in shown("proposal", "lisst")


def test_a_line_is_not_drawn_over_where_that_cannot_be(listed: Path) -> None:
    """A progress bar of a dumb terminal would leave its codes there."""
    with terminal("index", "verify", *HERE, home=listed, env={"TERM": "dumb"}) as screen:
        assert screen.end().code == 0
    assert "\x1b" not in screen.shown


def test_long_lines_are_broken_between_words_and_commands_are_not(listed: Path, town: Town) -> None:
    lines = at(50, listed, "proposal", "show", "1", "--live", NO_COLOR="1")
    warning = next(at for at, line in enumerate(lines) if line.startswith("Warning:"))
    assert lines[warning] == "Warning: 1 ETH are more than there is: the"
    assert lines[warning + 1].startswith("  account of elmcourt holds")
    town.skip(hours=2)
    lines = at(50, listed, "todo", "--account", "ben", "--live")
    assert "    zonedao vote 1 for|against|abstain --in elmcourt" in lines
    assert all(columns(line) <= 50 or "zonedao vote" in line for line in lines)


def test_what_breaks_and_what_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    screen = type("Screen", (), {"isatty": lambda self: True})()
    long = "  Read `zonedao index sync --in elmcourt` and then go on with it."
    assert broken(long, screen) == ["  Read", "    `zonedao index sync --in elmcourt`", "    and then go on with it."]
    assert broken(style("A word " * 6, "red"), screen)[1] == style("  A word A word", "red")
    for whole in (
        "short",
        "    zonedao vote 12 for --in elmcourt/kitchen",
        "a\nb " * 20,
        "Then: zonedao vote 12 for --in corner",
    ):
        assert broken(whole, screen) == [whole]
    assert broken("│ " + "word " * 10 + "x" * 40, screen) == [
        "│ word word word word word",
        "│ word word word word word",
        "│ " + "x" * 28,
        "│ " + "x" * 12,
    ]
    assert broken(Quoting(f"ben: {style('for', 'green')}, “{'word ' * 8}: zonedao vote 1 for”"), screen)[1:] == [
        "  word word word word word :",
        "  zonedao vote 1 for”",
    ]
    with open(os.devnull) as nobody:
        assert broken(long, nobody) == [long]


def test_what_others_wrote_never_begins_a_line(
    cli: Cli, town: Town, password: None, files: Path, tmp_path: Path
) -> None:
    """Whoever fills a line, with letters that show nothing or in marks of commands, begins the next as zonedao does."""
    fill, lie = "\u3164" * 40 + " `" + "x " * 20, "Its money: nothing is spent at all."
    (tmp_path / "text").write_text(f"{'word ' * 15} {fill} {lie}` {lie}: zonedao x {lie}")
    told = ("--title", f"Oven {fill} {lie}`: zonedao x {lie}", "--text", tmp_path / "text")
    succeeded(cli("propose", "pay", "ben", "1 ETH", *HERE, "--account", "ada", "--yes", *told))
    town.skip(hours=2)
    succeeded(
        cli("vote", 1, "for", *HERE, "--account", "ada", "--yes", "--reason", f"{fill} {lie}` {fill}: zonedao {lie}")
    )
    for width in (60, 80):
        lines = at(width, files, "proposal", "show", "1", "--live")
        assert not [line for line in lines if line.startswith(("x x", "Its money: nothing", "nothing"))]
        assert all(columns(line) <= width for line in lines if not line.startswith("id "))
        assert sum(line.startswith("│ ") for line in lines) > 1


@pytest.mark.parametrize(("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_the_demo_is_told_without_colour_alike(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], coloured: bool
) -> None:
    for name, value in {"TERM": "xterm", "NO_COLOR": "", **env}.items():
        monkeypatch.setenv(name, value)
    screen = type("Screen", (StringIO,), {"isatty": lambda self: True})()
    Teller(screen, StringIO()).chapter(1, 2, "Two zones are founded")
    assert ("\x1b[1m" in screen.getvalue()) is coloured
