"""From words to an exit code: every failure is one line on stderr that says what to do next."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

import click

from zonedao.cli.kit.output import BAD, ReaderGone, coloured, style
from zonedao.errors import OutputProblem, StorageProblem, ZonedaoError
from zonedao.text import printable, reason

INTERNAL_ERROR = 70  # EX_SOFTWARE of sysexits(3)
BROKEN_PIPE = 141  # 128 + SIGPIPE, as a shell reports it
EXIT_CODES = {
    0: "it did what it says; also a `--dry-run` that would succeed",
    INTERNAL_ERROR: "a fault of zonedao itself; `--debug` shows where",
    BROKEN_PIPE: "whoever read the output went away",
}  # besides those of `zonedao.errors`
_INTERRUPTED = 130
_USAGE = 2
_UNWRITABLE = (errno.EBADF, errno.EFBIG, errno.EIO, errno.ENOSPC)


def run(words: Sequence[str]) -> int:
    """Run one command line; the exit code of `zonedao.errors`, 70 for a fault of this program."""
    debug = "--debug" in words
    try:
        from zonedao.cli.program import program

        result = program.main(list(words), prog_name="zonedao", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.ClickException as problem:
        said = problem.format_message()
        return _fail(said + ("" if said.endswith((".", "?")) else ".") + _hint(problem), _USAGE)
    except OutputProblem as problem:
        _forget_output()
        return _fail(problem.message, problem.exit_code, debug)
    except ZonedaoError as problem:
        return _fail(problem.message, problem.exit_code, debug)
    except (click.Abort, KeyboardInterrupt):
        return _fail("Stopped. Nothing was sent.", _INTERRUPTED)
    except (BrokenPipeError, ReaderGone):
        _forget_output()
        return BROKEN_PIPE
    except OSError as problem:
        why = reason(problem)
        if problem.filename is not None:
            message = f"{problem.filename} cannot be used ({why}). Correct its permissions, or make room."
            return _fail(message, StorageProblem.exit_code, debug)
        if problem.errno in _UNWRITABLE:
            _forget_output()
            message = f"The output cannot be written ({why}). Send it somewhere else."
            return _fail(message, OutputProblem.exit_code, debug)
        return _fault(problem, debug)
    except Exception as problem:
        return _fault(problem, debug)


def _fault(problem: Exception, debug: bool) -> int:
    what = f"{type(problem).__name__}: {problem}".rstrip(": ")
    message = f"This is a fault of zonedao itself ({what}). Run it again with --debug and report what it prints."
    return _fail(message, INTERNAL_ERROR, debug)


def _forget_output() -> None:
    """Nobody takes what is still to be written; the interpreter would complain again when it flushes."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _hint(problem: click.ClickException) -> str:
    ctx = getattr(problem, "ctx", None)
    return f" See `{ctx.command_path} --help`." if ctx is not None else ""


def _fail(message: str, code: int, debug: bool = False) -> int:
    if debug:
        import traceback

        traceback.print_exc()
    words = printable(" ".join(message.split()))
    click.echo(f"{style('Error:', BAD)} {words}", err=True, color=coloured(sys.stderr))
    return code
