"""`python -m zonedao`."""

from __future__ import annotations

import sys

from zonedao.cli import main

if __name__ == "__main__":
    sys.exit(main())
