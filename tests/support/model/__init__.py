"""The rules of a zone in plain Python: persons, bodies, proposals, money.

Written from the rules and importing nothing of the package, so that the contracts can be compared with it step by
step. Bodies, keys and assets are opaque names; times are unix seconds; amounts base units. A step that the rules forbid
raises `Refused` with the name of every rule it breaks, and changes nothing.

Unlike the contracts the model keeps what was settled: the electorate of a proposal, the law that judges it and the
account each of its payments was promised from are written down at that moment and never looked up again.
"""

from tests.support.model.bodies import Body, Proposal
from tests.support.model.calls import (
    NOBODY,
    Admit,
    Allow,
    Call,
    Escrow,
    Freeze,
    Harmless,
    Keep,
    Law,
    Machinery,
    Object,
    Pay,
    Recover,
    Remove,
    Resume,
    SetCap,
    SetLaw,
    SetRow,
    Unfreeze,
)
from tests.support.model.money import Account, Allowance, Books
from tests.support.model.voting_keys import Entry
from tests.support.model.zone import Model
from tests.support.rules import Refused

__all__ = [
    "NOBODY",
    "Account",
    "Admit",
    "Allow",
    "Allowance",
    "Body",
    "Books",
    "Call",
    "Entry",
    "Escrow",
    "Freeze",
    "Harmless",
    "Keep",
    "Law",
    "Machinery",
    "Model",
    "Object",
    "Pay",
    "Proposal",
    "Recover",
    "Refused",
    "Remove",
    "Resume",
    "SetCap",
    "SetLaw",
    "SetRow",
    "Unfreeze",
]
