"""Which tests are tried first, and what a result stays true of."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.mutants.guards import Guard
from scripts.mutants.tree import Broken, Selection, contract_files
from scripts.toolchain import compiler

FILES = {
    "scripts/mutants/selection.toml": """
        [[selection]]
        files = ["contracts/*"]
        tests = ["tests/unit", "tests/test_all.py"]
    """,
    "tests/conftest.py": "from tests.support.chain import chain\n",
    "tests/support/chain.py": "from tests.support.deeper import x\n",
    "tests/support/deeper.py": "x = 1\n",
    "tests/support/other.py": "x = 1\n",
    "tests/unit/test_set_law.py": 'def test_no():\n    reverts("TooMuch")\n@m("TooMuch")\ndef test_yes():\n    pass\n',
    "tests/unit/test_other.py": 'def test_also():\n    reverts("TooMuch")\n\ndef test_not():\n    pass\n',
    "tests/test_all.py": "def test_everything():\n    pass\n",
    "tests/test_never.py": 'def test_nobody_asked():\n    reverts("TooMuch")\n',
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def guard(function: str, error: str) -> Guard:
    return Guard("contracts/A.sol", "A", function, "revert", 1, "revert", error, 0, 0, "")


LAW, OTHER, ALL = "tests/unit/test_set_law.py", "tests/unit/test_other.py", "tests/test_all.py"


def test_chosen(root: Path) -> None:
    assert Selection(root).of("contracts/A.sol") == [OTHER, LAW, ALL]
    with pytest.raises(Broken, match=r"No tests are named for other/A\.sol"):
        Selection(root).of("other/A.sol")


@pytest.mark.parametrize(
    ("function", "error", "last", "first"),
    [
        ("setLaw", "TooMuch", "", [f"{LAW}::test_no", f"{LAW}::test_yes"]),
        ("_setLaw", "TooMuch", "", [f"{LAW}::test_no", f"{LAW}::test_yes"]),
        ("setLaw", "", "", [LAW]),
        ("setCap", "TooMuch", "", [f"{OTHER}::test_also", f"{LAW}::test_no", f"{LAW}::test_yes"]),
        ("setCap", "Unheard", "", []),
        ("setLaw", "TooMuch", f"{ALL}::test_everything[a-b]", [f"{ALL}::test_everything"]),
        ("setLaw", "", f"{ALL}::test_that_was_removed", [LAW]),
        ("setLaw", "", "tests/test_never.py::test_nobody_asked", [LAW]),
    ],
)
def test_tried_first(root: Path, function: str, error: str, last: str, first: list[str]) -> None:
    assert Selection(root).likely(guard(function, error), last) == first


@pytest.mark.parametrize("name", FILES)
def test_a_result_is_of_the_tests_and_of_what_they_import(root: Path, name: str) -> None:
    before = Selection(root).fingerprint([OTHER, ALL])
    (root / name).write_text(FILES[name] + "\n")
    concerned = name in (OTHER, ALL, "tests/conftest.py", "tests/support/chain.py", "tests/support/deeper.py")
    assert (Selection(root).fingerprint([OTHER, ALL]) != before) is concerned


def test_what_the_run_began_with_counts(root: Path) -> None:
    tests = Selection(root)
    before = tests.fingerprint([ALL])
    (root / ALL).write_text("changed meanwhile")
    assert tests.fingerprint([ALL]) == before


def test_every_contract_with_guards_has_tests() -> None:
    """Those of this project: also a room that is checked by nobody yet."""
    units = compiler.sources(testing=False)
    tests = Selection(compiler.ROOT)
    for room in ("governance", "federation", "treasury", "trade", "libraries"):
        for file in contract_files(units, [f"contracts/{room}"]):
            assert all((compiler.ROOT / name).is_file() for name in tests.of(file))
