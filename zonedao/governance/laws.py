"""The law of a body: what each class of proposals needs, and how much may be spent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from enum import IntEnum
from typing import Any

from zonedao.errors import UsageProblem
from zonedao.records import record
from zonedao.text import did_you_mean
from zonedao.treasury.assets import Money

WHOLE_PPM = 1_000_000


class ProposalClass(IntEnum):
    """The classes of proposals, as in contracts/libraries/Classes.sol."""

    CONSTITUTIONAL = 0
    SPENDING = 1
    MEMBERSHIP = 2
    EXPULSION = 3
    INDUSTRY = 4
    TRADE = 5

    @property
    def title(self) -> str:
        """Its name in small letters."""
        return self.name.lower()


CHILD_ROLE = 255  # the bodies that a body founded (Roles.sol)

# Calls that have a class by a row in Constitution.sol, by the function's name: role of the target, and its interface.
ROWS = {
    "pay": (2, "ITreasury"),
    "escrow": (2, "ITreasury"),
    "allow": (2, "ITreasury"),
    "recall": (2, "ITreasury"),
    "admit": (1, "IWholeBody"),
    "admitWords": (1, "IWholeBody"),
    "remove": (1, "IWholeBody"),
    "withdrawExpulsion": (1, "IWholeBody"),
    "found": (1, "IWholeBody"),
    **dict.fromkeys(
        ("object", "resume", "freeze", "unfreeze", "withdrawDissolution", "withdrawMove"), (CHILD_ROLE, "IWholeBody")
    ),
    "addGood": (3, "IStores"),
    "setGood": (3, "IStores"),
    "list": (4, "ITradePost"),
    "unlist": (4, "ITradePost"),
    "accept": (4, "ITradePost"),
    "openPoll": (7, "IWholeElections"),
    "openElection": (7, "IWholeElections"),
    "replaceOfficers": (7, "IWholeElections"),
    "restoreOfficers": (7, "IWholeElections"),
}


# The class that a row gives (Constitution.sol, `_rowOf`); in an industry nobody is given notice of expulsion.
_CLASSES = {
    **dict.fromkeys(("pay", "escrow", "allow"), ProposalClass.SPENDING),
    **dict.fromkeys(("admit", "admitWords", "openPoll", "openElection"), ProposalClass.MEMBERSHIP),
    **dict.fromkeys(("remove", "withdrawExpulsion"), ProposalClass.EXPULSION),
    **dict.fromkeys(("addGood", "setGood", "list", "unlist", "accept"), ProposalClass.TRADE),
}
_IN_INDUSTRIES = {"remove": ProposalClass.MEMBERSHIP, "withdrawExpulsion": ProposalClass.CONSTITUTIONAL}


def row_of_call(role: int, data: bytes) -> str:
    """The row of a call to a contract of a role: the name of its function, empty where there is no row."""
    from zonedao.chain.interface import shipped

    rows = ((function, kind) for function, (wanted, kind) in ROWS.items() if wanted == role)
    return next((name for name, kind in rows if shipped(kind).function(name).selector == data[:4]), "")


def class_of_row(function: str, *, is_zone: bool) -> ProposalClass:
    """The class that a row gives in a zone or in an industry, before caps and what a body made stricter; that of no
    row where the function is empty."""
    if not function:
        return ProposalClass.CONSTITUTIONAL
    found = _CLASSES.get(function, ProposalClass.INDUSTRY)
    return found if is_zone else _IN_INDUSTRIES.get(function, found)


def row_of(function: str) -> tuple[int, bytes]:
    """Role of the target and selector of a row, by the function's name. Raises UsageProblem."""
    if function not in ROWS:
        raise UsageProblem(
            f"No row is about {function!r}.{did_you_mean(function, ROWS)} Choose one of {', '.join(ROWS)}."
        )
    from zonedao.chain.interface import shipped

    role, kind = ROWS[function]
    return role, shipped(kind).function(function).selector


def row_name(role: int, selector: bytes) -> str:
    """The function that a row is about; its role and selector where none is known."""
    known = (name for name in ROWS if row_of(name) == (role, selector))
    return next(known, f"role {role}, 0x{selector.hex()}")


def proposal_class(wanted: str | int) -> ProposalClass:
    """A class by name or number. Raises UsageProblem."""
    try:
        return ProposalClass(wanted) if isinstance(wanted, int) else ProposalClass[wanted.strip().upper()]
    except (KeyError, ValueError):
        known = [each.title for each in ProposalClass]
        guess = did_you_mean(str(wanted), known)
        raise UsageProblem(
            f"There is no class of proposals {wanted!r}.{guess} Choose one of {', '.join(known)}."
        ) from None


def classes_in(bits: int) -> tuple[ProposalClass, ...]:
    """The classes in a set, a bit each."""
    return tuple(each for each in ProposalClass if bits >> each & 1)


@record
class Law:
    """Law of one class: times in seconds, shares in parts per million. The fields are those of `IConstitution.Law`.

    A person votes who has been a member for `seasoning_seconds`; the vote opens `voting_delay_seconds` after creation
    and lasts `voting_period_seconds`; what passed waits `execution_delay_seconds` in the queue and expires when it is
    not queued, or not executed, within `grace_seconds`. Where `sponsors` are wanted, so many electors beside the
    proposer sign before the vote opens.
    """

    seasoning_seconds: int
    voting_delay_seconds: int
    voting_period_seconds: int
    execution_delay_seconds: int
    grace_seconds: int
    quorum_ppm: int
    threshold_ppm: int
    sponsors: int = 0

    def quorum(self, heads: int) -> int:
        """Votes for or abstaining that a body of so many heads needs (Ballots.sol, `_quorum`)."""
        return -(-heads * self.quorum_ppm // WHOLE_PPM)

    def sponsors_needed(self, heads: int) -> int:
        """Sponsors a proposal needs in a body of so many heads: with the proposer never more than its quorum
        (Ballots.sol, `_sponsorsNeeded`)."""
        return min(self.sponsors, self.quorum(heads) - 1) if self.sponsors else 0

    def passes(self, votes: Sequence[int], heads: int) -> bool:
        """Whether votes against, for and abstaining are enough among so many heads (Ballots.sol, `_succeeded`)."""
        against, for_, abstain = votes
        enough = for_ + abstain >= self.quorum(heads)
        return enough and for_ > against and for_ * WHOLE_PPM >= (for_ + against) * self.threshold_ppm

    def strictest(self, other: Law) -> Law:
        """Of each field the stricter one (LawWords.sol): the longer and the higher, but the shorter grace."""
        return Law(
            **{
                field.name: (min if field.name == "grace_seconds" else max)(
                    getattr(self, field.name), getattr(other, field.name)
                )
                for field in fields(Law)
            }
        )

    def as_struct(self) -> tuple[int, ...]:
        """The values in the order of the contract's struct."""
        return tuple(getattr(self, field.name) for field in fields(Law))


def last_part_seconds(period_seconds: int) -> int:
    """A tenth of a voting period, or an hour where that is longer, but at most half of it (ProposalWords.sol)."""
    return max(period_seconds // 10, min(3_600, period_seconds // 2))


def most_followers(heads: int) -> int:
    """How many one person may represent among so many (Representatives.sol)."""
    return max(heads // 50, 5)


@record
class Cap:
    """What a class may move of an asset in an epoch of the treasury, and what queued proposals took of it.

    `used` counts in the epoch that runs now. A `limit` of zero means that the asset needs a constitutional vote.
    """

    proposal_class: ProposalClass
    limit: Money
    used: Money

    @property
    def left(self) -> Money:
        """What can still be queued in this epoch."""
        return Money(max(self.limit.amount - self.used.amount, 0), self.limit.asset)


LAW_FIELDS = (
    "seasoning", "votingDelay", "votingPeriod", "executionDelay", "grace", "quorumPpm", "thresholdPpm", "sponsors",
)  # of the contract's struct, in the order of `Law`  # fmt: skip


def law_from(struct: Any) -> Law:
    """The law in a contract's struct, by its field names."""
    return Law(*(getattr(struct, name) for name in LAW_FIELDS))


def strictest(laws: Iterable[Law]) -> Law:
    """The strictest of each field over several laws, at least one."""
    found: Law | None = None
    for law in laws:
        found = law if found is None else found.strictest(law)
    if found is None:
        raise UsageProblem("A proposal needs at least one call. Name one.")
    return found
