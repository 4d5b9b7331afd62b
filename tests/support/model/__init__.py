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
    Dissolve,
    Escrow,
    Freeze,
    Harmless,
    Hold,
    Keep,
    Law,
    Machinery,
    Object,
    Offer,
    Pay,
    Preserve,
    Recall,
    Recover,
    Remove,
    Resume,
    SetActivity,
    SetCap,
    SetLaw,
    SetRow,
    Take,
    Unfreeze,
)
from tests.support.model.money import Account, Books
from tests.support.model.voting_keys import Entry
from tests.support.model.zone import Model
from tests.support.rules import Refused

__all__ = [
    "NOBODY",
    "Account",
    "Admit",
    "Allow",
    "Body",
    "Books",
    "Call",
    "Dissolve",
    "Entry",
    "Escrow",
    "Freeze",
    "Harmless",
    "Hold",
    "Keep",
    "Law",
    "Machinery",
    "Model",
    "Object",
    "Offer",
    "Pay",
    "Preserve",
    "Proposal",
    "Recall",
    "Recover",
    "Refused",
    "Remove",
    "Resume",
    "SetActivity",
    "SetCap",
    "SetLaw",
    "SetRow",
    "Take",
    "Unfreeze",
]
