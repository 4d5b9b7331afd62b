"""A copy of the project in which one contract at a time is compiled without one of its guards, and tested.

The checkout is only read. In the copy no source is changed either: tests see contracts through their artifacts.
"""

from __future__ import annotations

import ast
import fnmatch
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.mutants.guards import Guard
from scripts.toolchain import compiler, testing

ARTIFACTS = "zonedao/artifacts"
SELECTION = "scripts/mutants/selection.toml"
TIMEOUT_SECONDS = 3600  # of one run of tests: a contract without a guard may loop for ever

_COPIED = ("contracts", "zonedao", "scripts", "tests", "examples", testing.FOLDER)
_FILES = ("pyproject.toml", "brownie-config.yaml", "package.json", "package-lock.json")


_SUPPORT = re.compile(r"^\s*(?:from|import) (tests\.support(?:\.\w+)*)", re.MULTILINE)


class Broken(Exception):
    """The check itself cannot go on; the message says what to do."""


class Sources:
    """The sources of the product and of its doubles, and what solc says of how they hang together."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.texts = compiler.sources(root, testing=False) | compiler.sources(root, testing=True)
        self.trees: dict[str, Any] = compiler.run_solc(self.texts, root, only={})["sources"]

    def closure(self, file: str) -> set[str]:
        """The file and everything it imports."""
        found: set[str] = set()
        waiting = [file]
        while waiting:
            unit = waiting.pop()
            if unit in found or unit not in self.trees:
                continue
            found.add(unit)
            nodes = self.trees[unit]["ast"]["nodes"]
            waiting += [node["absolutePath"] for node in nodes if node["nodeType"] == "ImportDirective"]
        return found

    def affected(self, file: str) -> dict[str, list[str]]:
        """Contracts with code, by source unit, whose code the file goes into."""
        declared = {
            node["id"]: (unit, node)
            for unit, tree in self.trees.items()
            for node in tree["ast"]["nodes"]
            if node["nodeType"] == "ContractDefinition"
        }
        here = {number for number, (unit, _) in declared.items() if unit == file}
        library = any(declared[number][1]["contractKind"] == "library" for number in here)
        found: dict[str, list[str]] = {}
        for number, (unit, node) in declared.items():
            if unit not in self.texts or node["abstract"] or node["contractKind"] == "interface":
                continue
            made_of, waiting = set(), [number]
            while waiting:
                each = waiting.pop()
                if each not in made_of:
                    made_of.add(each)
                    parts = declared[each][1]
                    waiting += [*parts["linearizedBaseContracts"], *parts.get("contractDependencies", [])]
            # Which functions of a library go in is not said; any contract that could see it may have them.
            if made_of & here or (library and file in self.closure(unit)):
                found.setdefault(unit, []).append(node["name"])
        return found

    def fingerprint(self, file: str) -> str:
        """A hash of everything that the code of the contracts of this file is made of."""
        units = {name for unit in self.affected(file) for name in self.closure(unit)} | {file}
        digest = hashlib.sha256(compiler.render(compiler.settings(self.root)).encode())
        for name in sorted(units & self.texts.keys()):
            digest.update(f"{name}\0{self.texts[name]}\0".encode())
        return digest.hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What a run of tests said. `noticed_by` is the test that failed, or the time limit; empty if all passed."""

    noticed_by: str


class Selection:
    """Which tests look at which contract."""

    def __init__(self, root: Path) -> None:
        self._entries = tomllib.loads((root / SELECTION).read_text(encoding="utf-8"))["selection"]
        # As they are now: somebody may go on writing while the check runs on its copy.
        paths = sorted((root / "tests").rglob("*.py"))
        self._texts = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in paths}
        self._sources: dict[str, dict[str, str]] = {}

    def of(self, file: str) -> list[str]:
        """The test files that look at a contract file. Raises Broken if nobody said which."""
        for entry in self._entries:
            if any(fnmatch.fnmatch(file, pattern) for pattern in entry["files"]):
                return list(dict.fromkeys(name for place in entry["tests"] for name in self._files(place)))
        raise Broken(f"No tests are named for {file}. Add them to {SELECTION}.")

    def likely(self, guard: Guard, last: str) -> list[str]:
        """Those that would notice first: the one that did before, else those that name the function or the error."""
        chosen = self.of(guard.file)
        if file_of(last) in chosen and test_of(last) in self._tests_in(file_of(last)):
            return [test_of(last)]
        function = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", guard.function.lstrip("_")).lower()
        both, about, named = [], [], []
        for name in chosen:
            naming = [test for test, text in self._tests_in(name).items() if guard.error and f'"{guard.error}"' in text]
            of_function = Path(name).stem in (f"test_{function}", f"test_{guard.function}")
            if of_function and naming:
                both += naming
            elif of_function:
                about.append(name)
            named += naming
        return both or [*about, *named]

    def fingerprint(self, files: Iterable[str]) -> str:
        """A hash of test files, of the conftest files above them, and of what these import from tests/support/."""
        found: set[str] = set()
        waiting = [
            name for file in files for name in (file, *(f"{folder}/conftest.py" for folder in Path(file).parents))
        ]
        while waiting:
            name = waiting.pop()
            if name in self._texts and name not in found:
                found.add(name)
                imported = [each.replace(".", "/") for each in _SUPPORT.findall(self._texts[name])]
                waiting += [f"{each}{end}" for each in imported for end in (".py", "/__init__.py")]
        digest = hashlib.sha256()
        for name in sorted(found):
            digest.update(f"{name}\0{self._texts[name]}\0".encode())
        return digest.hexdigest()

    def _tests_in(self, file: str) -> dict[str, str]:
        """The source of every test in a file by its id, decorators included."""
        if file not in self._sources:
            text = self._texts.get(file, "")
            lines = text.splitlines()
            self._sources[file] = {
                f"{file}::{node.name}": "\n".join(lines[_first_line(node) - 1 : node.end_lineno])
                for node in ast.parse(text).body
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
            }
        return self._sources[file]

    def _files(self, place: str) -> list[str]:
        below = place.rstrip("/") + "/"
        tests = (name for name in self._texts if Path(name).name.startswith("test_"))
        found = [name for name in tests if name == place or name.startswith(below)]
        if not found:
            raise Broken(f"{SELECTION} names {place}, and no test is there. Correct it.")
        return found


class Tree:
    """One copy of the project. Not to be used by two threads at once."""

    def __init__(self, sources: Sources, folder: Path) -> None:
        self.sources = sources
        self.folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._stopped = False
        self._copy(sources.root)
        testing.build(folder)

    def _copy(self, root: Path) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for name in _COPIED:
            if (root / name).is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(root / name, self.folder / name, ignore=ignored, symlinks=True)
        for name in _FILES:
            if (root / name).exists():
                shutil.copy2(root / name, self.folder / name)
        (self.folder / "node_modules").symlink_to((root / "node_modules").resolve(), target_is_directory=True)

    @contextmanager
    def without(self, guard: Guard) -> Iterator[None]:
        """The copy with the artifacts of the contracts as they are without the guard. Raises CompileError."""
        units = self.sources.affected(guard.file)
        texts = {name: self.sources.texts[name] for name in units}
        texts[guard.file] = guard.deleted_from(self.sources.texts[guard.file])
        built = compiler.artifacts(compiler.run_solc(texts, self.folder, only=units), units)
        before = {path: path.read_bytes() for path in map(self._artifact, built)}
        try:
            for name, artifact in built.items():
                self._artifact(name).write_text(compiler.render(artifact), encoding="utf-8")
            yield
        finally:
            for path, content in before.items():
                path.write_bytes(content)

    def _artifact(self, name: str) -> Path:
        shipped = self.folder / ARTIFACTS / f"{name}.json"
        return shipped if shipped.exists() else self.folder / testing.FOLDER / f"{name}.json"

    def run(self, files: Sequence[str]) -> Verdict:
        """Run test files, or tests by their ids, in the copy, on the embedded chain, up to the first failure.

        Raises Broken.
        """
        if not files:
            return Verdict("")
        # No cache, no plugins that change the order; the same examples every time.
        arguments = ["-p", "no:cacheprovider", "-x", "-q", "-rfE", "--tb=no", "--no-header", *files]
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "ZONEDAO_TEST_CHAINS": "embedded",
            "HYPOTHESIS_PROFILE": "zonedao-ci",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        process = self._process
        if self._stopped:
            _kill(process)
        try:
            output, _ = process.communicate(timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            _kill(process)
            process.communicate()
            return Verdict(f"the time limit of {TIMEOUT_SECONDS} seconds")
        return _verdict(process.returncode, output)

    def stop(self) -> None:
        """End the tests that run, and everything they started; no others begin. May be called from another thread."""
        self._stopped = True
        if self._process is not None:
            _kill(self._process)


def _kill(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _verdict(status: int, output: str) -> Verdict:
    if status == 0:
        return Verdict("")
    failed = re.search(r"^(?:FAILED|ERROR) (\S+\.py(?:::.+?)?)(?: - .*)?$", output, re.MULTILINE)
    if status in (1, 2) and failed:
        return Verdict(failed[1])
    raise Broken(f"The tests could not be run (pytest exited with {status}):\n{output[-2000:]}")


def file_of(test: str) -> str:
    """The file of a test that pytest named."""
    return test.partition("::")[0]


def test_of(test: str) -> str:
    """The test that pytest named, without the parameters it had."""
    return test.partition("[")[0]


def _first_line(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def contract_files(sources: Mapping[str, str], wanted: Sequence[str]) -> list[str]:
    """Contract files that paths, folders or bare file names stand for. Raises Broken for what stands for none."""
    found: list[str] = []
    for word in wanted:
        clean = word.rstrip("/")
        fits = [name for name in sources if name == clean or name.startswith(clean + "/") or Path(name).name == clean]
        if not fits:
            raise Broken(
                f"There is no contract file {word}. Name one as contracts/governance/body/Zone.sol or as Zone.sol."
            )
        found += fits
    return list(dict.fromkeys(found))
