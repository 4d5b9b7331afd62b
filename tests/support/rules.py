"""What models of the rules have in common: how they refuse."""

from __future__ import annotations

from collections.abc import Iterable


class Refused(Exception):
    """The rules forbid it; `names` are those of every rule broken, any of which may be given as the reason."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)
        super().__init__(", ".join(sorted(self.names)))


def require(broken: Iterable[str | None]) -> None:
    """Refuse if any rule is broken."""
    if names := {name for name in broken if name}:
        raise Refused(names)
