"""The check: every guard deleted in turn, the tests run, the results kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue

from scripts.mutants.guards import Guard, find
from scripts.mutants.records import NOTICED, UNCOMPILABLE, UNNOTICED, Result, State, key
from scripts.mutants.tree import Broken, Selection, Sources, Tree, file_of, test_of
from scripts.toolchain import compiler

Told = Callable[[Guard, Result], None]


class Check:
    """The guards of some contract files, and what is known of each."""

    def __init__(
        self, root: Path, files: Sequence[str], state: State, sources: Sources, *, parts: bool = False
    ) -> None:
        self.root = root
        self.state = state
        self.sources = sources
        self.tests = Selection(root)
        self.guards = [g for file in files for g in find(file, sources.texts[file], sources.trees, parts=parts)]
        self._code = {file: sources.fingerprint(file) for file in files}
        self._lock = threading.Lock()

    def waiting(self) -> list[Guard]:
        """Guards whose result is not known, or not of the present code and tests."""
        return [guard for guard in self.guards if not self._holds(guard)]

    def results(self) -> Mapping[Guard, Result]:
        """What is known."""
        return {guard: self.state.results[key(guard)] for guard in self.guards if self._holds(guard)}

    def run(self, guards: Sequence[Guard], folder: Path, jobs: int, told: Told) -> None:
        """Try each guard, `jobs` at a time, each job in its own copy below `folder`. Raises Broken.

        An interruption ends the tests that run and loses nothing that was told.
        """
        if not guards:
            return
        trees: SimpleQueue[Tree] = SimpleQueue()
        made = [Tree(self.sources, folder / f"tree-{number}") for number in range(min(jobs, len(guards)))]
        for tree in made:
            trees.put(tree)
        ended = threading.Event()

        def one(guard: Guard) -> tuple[Guard, Result] | None:
            if ended.is_set():
                return None
            tree = trees.get()
            try:
                return guard, self._try(guard, tree)
            finally:
                trees.put(tree)

        pool = ThreadPoolExecutor(len(made))
        try:
            for done in as_completed([pool.submit(one, guard) for guard in guards]):
                if (result := done.result()) is None:
                    continue
                with self._lock:
                    self.state.results[key(result[0])] = result[1]
                    self.state.write()
                told(*result)
        finally:
            ended.set()
            for tree in made:
                tree.stop()
            pool.shutdown(wait=True, cancel_futures=True)

    # --- one guard ---

    def _try(self, guard: Guard, tree: Tree) -> Result:
        start = time.monotonic()
        chosen = self.tests.of(guard.file)
        before = self.state.results.get(key(guard))
        likely = self.tests.likely(guard, before.by if before else "")
        try:
            with tree.without(guard):
                by = tree.run(likely).noticed_by
                by = by or tree.run([name for name in chosen if name not in likely]).noticed_by
        except compiler.CompileError:
            return self._result(UNCOMPILABLE, "the compiler", guard, chosen, start)
        if by and file_of(by) in chosen:
            self._require_sound(by, guard, tree)
        noticed_in = [file_of(by)] if file_of(by) in chosen else chosen
        return self._result(NOTICED if by else UNNOTICED, by, guard, noticed_in, start)

    def _require_sound(self, test: str, guard: Guard, tree: Tree) -> None:
        """A test notices nothing if it fails anyway: it must pass with every guard in place."""
        stamp = f"{test_of(test)} {self._code[guard.file]} {self.tests.fingerprint([file_of(test)])}"
        with self._lock:
            if stamp in self.state.sound:
                return
        if said := tree.run([test_of(test)]).noticed_by:
            raise Broken(f"{said} fails with every guard in place. Repair it, or run `make build`, and begin again.")
        with self._lock:
            self.state.sound.add(stamp)

    def _result(self, outcome: str, by: str, guard: Guard, files: Sequence[str], start: float) -> Result:
        seconds = round(time.monotonic() - start, 1)
        return Result(outcome, by, self._code[guard.file], self.tests.fingerprint(files), seconds)

    def _holds(self, guard: Guard) -> bool:
        result = self.state.results.get(key(guard))
        if result is None or result.code != self._code[guard.file]:
            return False
        chosen = self.tests.of(guard.file)
        noticed_in = file_of(result.by)
        files = [noticed_in] if result.outcome == NOTICED and noticed_in in chosen else chosen
        return result.tests == self.tests.fingerprint(files)
