"""Kinds of elections, and where one is: plain words, light to import."""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """Kinds of elections, as in IElections."""

    POLL = 0
    APPROVAL = 1
    STV = 2

    @property
    def title(self) -> str:
        """Its name in words."""
        return ("choice of options", "approval", "single transferable vote")[self]


class Phase(IntEnum):
    """Where an election is, as in IElections."""

    NONE = 0
    STANDING = 1
    VOTING = 2
    REVEALING = 3
    COUNTING = 4
    DECIDED = 5

    @property
    def title(self) -> str:
        """Its name in small letters."""
        return self.name.lower()
