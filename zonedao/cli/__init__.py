"""The command line, `zonedao`: one file per noun, each loaded only when it is used.

`main` is what runs; `program` is the list of commands; `kit` is what all commands share.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> int:
    """Run one command line (`sys.argv` by default); the exit code."""
    try:
        from zonedao.cli.kit.run import run

        return run(sys.argv[1:] if words is None else words)
    except KeyboardInterrupt:
        # Ctrl-C while the modules themselves are loading.
        sys.stderr.write("\nStopped. Nothing was sent.\n")
        return 130
