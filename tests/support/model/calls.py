"""The words of the model: laws, and the calls that proposals make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

MILLION = 1_000_000
HOUR, DAY = 3_600, 86_400  # seconds
NOBODY = "0x" + "00" * 20

AGAINST, FOR, ABSTAIN = range(3)
CONSTITUTIONAL, SPENDING, MEMBERSHIP, EXPULSION, INDUSTRY, TRADE = range(6)
PENDING, ACTIVE, CANCELED, DEFEATED, SUCCEEDED, QUEUED, EXPIRED, EXECUTED = range(8)


class Law(NamedTuple):
    """Durations in seconds, shares in parts per million."""

    seasoning: int
    voting_delay: int
    voting_period: int
    execution_delay: int
    grace: int
    quorum: int
    threshold: int
    sponsors: int = 0


LONGEST_PAUSE, LONGEST_FREEZE, YEAR = 7 * DAY, 30 * DAY, 365 * DAY
NOTICE = 14 * DAY  # before a member, a body or what is above it changes against anybody's will
OFFER = 60 * DAY  # of a body to another one
FOR_EVER = 2**40 - 1  # unix seconds
LIVE_PROPOSALS = 3  # of one person in one body
SPONSORING_SECONDS = HOUR  # at least, where sponsors are wanted

_LOOSEST = Law(HOUR, 60, HOUR, 60, HOUR, 10_000, 500_000)
_LOOSEST_OF_POWER = Law(HOUR, 60, HOUR, DAY, HOUR, 100_000, 666_666)  # of the constitution and of expulsion
_STRICTEST = Law(90 * DAY, 30 * DAY, 60 * DAY, 60 * DAY, 7 * DAY, MILLION, MILLION, 60)


def within_bounds(class_: int, law: Law) -> bool:
    """Whether a vote may make this the law of a class."""
    least = _LOOSEST_OF_POWER if class_ in (CONSTITUTIONAL, EXPULSION) else _LOOSEST
    if law.sponsors and law.voting_delay < SPONSORING_SECONDS:
        return False
    return all(low <= value <= high for low, value, high in zip(least, law, _STRICTEST, strict=True))


def strictest(laws: Iterable[Law]) -> Law:
    """Of each field the highest; of the grace the shortest."""
    fields = dict(zip(Law._fields, zip(*laws, strict=True), strict=True))
    return Law(**{name: min(values) if name == "grace" else max(values) for name, values in fields.items()})


@dataclass(frozen=True)
class Pay:
    asset: str
    to: str
    amount: int


@dataclass(frozen=True)
class Escrow:
    asset: str
    post: str
    amount: int


@dataclass(frozen=True)
class Allow:
    asset: str
    child: str
    limit: int
    epochs: int
    source: str


@dataclass(frozen=True)
class Admit:
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Remove:
    person: int


@dataclass(frozen=True)
class Keep:
    """Takes a notice of expulsion back."""

    person: int


@dataclass(frozen=True)
class SetLaw:
    class_: int
    law: Law


@dataclass(frozen=True)
class SetCap:
    asset: str
    limit: int


@dataclass(frozen=True)
class SetRow:
    """`kind` names the calls that the row is about, as a class of this module."""

    kind: str
    strict: bool


@dataclass(frozen=True)
class Object:
    child: str
    number: int  # of a proposal of the child
    seconds: int


@dataclass(frozen=True)
class Resume:
    """Takes an objection back."""

    child: str
    number: int  # of a proposal of the child


@dataclass(frozen=True)
class Freeze:
    child: str
    seconds: int


@dataclass(frozen=True)
class Unfreeze:
    child: str


@dataclass(frozen=True)
class Dissolve:
    """Announces the end of a child."""

    child: str


@dataclass(frozen=True)
class Preserve:
    """Takes the announcement back."""

    child: str


@dataclass(frozen=True)
class Offer:
    """A child to another body."""

    child: str
    to: str


@dataclass(frozen=True)
class Hold:
    """Takes the offer back."""

    child: str


@dataclass(frozen=True)
class Take:
    """What another body offered."""

    child: str


@dataclass(frozen=True)
class Recall:
    """Ends what a child may draw."""

    asset: str
    child: str


@dataclass(frozen=True)
class SetActivity:
    """Quorums count over who was active in the last so many votes; 0: over all."""

    votes: int


@dataclass(frozen=True)
class Recover:
    """Gives a person another account key."""

    person: int
    key: str


@dataclass(frozen=True)
class Harmless:
    """A call that has no class of its own and changes nothing here."""


@dataclass(frozen=True)
class Machinery:
    """A reservation asked for by a proposal, which none may."""

    asset: str
    amount: int


HoldingUp = Object | Resume | Freeze | Unfreeze
OfTree = Dissolve | Preserve | Offer | Hold | Take
Measure = HoldingUp | OfTree  # of a parent; Take of another body
OfPersons = Admit | Remove | Keep | Recover
OfLaws = SetLaw | SetCap | SetRow | SetActivity
Call = Pay | Escrow | Allow | Recall | OfPersons | OfLaws | Measure | Harmless | Machinery
