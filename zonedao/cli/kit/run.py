"""From words to an exit code: every failure is one line on stderr that says what to do next."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from zonedao.errors import ZonedaoError

INTERNAL_ERROR = 70  # EX_SOFTWARE of sysexits(3)
BROKEN_PIPE = 141  # 128 + SIGPIPE, as a shell reports it
_INTERRUPTED = 130
_USAGE = 2


def run(words: Sequence[str]) -> int:
    """Run one command line; the exit code of `zonedao.errors`, 70 for a fault of this program."""
    debug = "--debug" in words
    try:
        from zonedao.cli.program import program

        result = program.main(list(words), prog_name="zonedao", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.ClickException as problem:
        return _fail(problem.format_message() + _hint(problem), _USAGE)
    except ZonedaoError as problem:
        return _fail(problem.message, problem.exit_code, debug)
    except (click.Abort, KeyboardInterrupt):
        return _fail("Stopped. Nothing was sent.", _INTERRUPTED)
    except BrokenPipeError:
        # Whoever read us has gone; the interpreter would complain again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as problem:
        what = f"{type(problem).__name__}: {problem}".rstrip(": ")
        return _fail(
            f"This is a fault of zonedao itself ({what}). Run it again with --debug and report what it prints.",
            INTERNAL_ERROR,
            debug,
        )


def _hint(problem: click.ClickException) -> str:
    ctx = getattr(problem, "ctx", None)
    return f" See `{ctx.command_path} --help`." if ctx is not None else ""


def _fail(message: str, code: int, debug: bool = False) -> int:
    if debug:
        import traceback

        traceback.print_exc()
    click.echo("Error: " + " ".join(message.split()), err=True)
    return code
