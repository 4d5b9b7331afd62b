"""The ballots that this machine knows of: signed here, or in the ballot box here."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zonedao.home import home

if TYPE_CHECKING:
    from zonedao.governance.standing import Support


@dataclass(frozen=True)
class BallotHere:
    """A ballot that was signed on this machine, or that is in its ballot box."""

    support: Support
    in_box: bool


class BallotsHere:
    """Those of somebody (index and key, with its checksum) on a chain."""

    def __init__(self, chain_id: int, person: int, key: str) -> None:
        self._chain_id = chain_id
        self._person = person
        self._key = key
        # Most have neither file, and what reads them takes longer than all else.
        self._in_box, self._signed = box_path().exists(), record_path().exists()

    def on(self, body: str, proposal_id: int) -> BallotHere | None:
        """The ballot on a proposal (IGovernor's id) of the body at an address, None if this machine knows none.

        Raises StorageProblem.
        """
        if self._in_box:
            from zonedao.ballots.store import Store

            with closing(Store(box_path())) as store:
                held = store.ballots(self._chain_id, body, proposal_id)
            own = next((each for each in held if each.index == self._person), None)
            if own is not None:
                return BallotHere(own.support, True)
        if not self._signed:
            return None
        from zonedao.ballots.signing import Question, SigningRecord

        # The name of a body is in what is signed, not in the record of it.
        question = Question(self._chain_id, body, "", proposal_id)
        signed = SigningRecord(record_path()).signed(question, self._key)
        return BallotHere(signed, False) if signed is not None else None


def box_path() -> Path:
    """The file of this user's ballot box."""
    return home() / "ballots.sqlite"


def record_path() -> Path:
    """The file in which this user's signed ballots are recorded, beside the key files."""
    return home() / "keys" / ".ballots.jsonl"
