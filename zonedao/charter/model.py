"""What a charter file says, typed. Everything here is frozen and in the units of the chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zonedao.governance.laws import Law, ProposalClass
from zonedao.treasury.assets import Asset, Money

# A class's number is its place.
CLASSES = tuple(each.title for each in ProposalClass)


@dataclass(frozen=True)
class Member:
    """A founding member. `name` stays in this file and in address books; only `address` goes on chain."""

    name: str
    address: str


@dataclass(frozen=True)
class Allowance:
    """What an industry may draw in each of some epochs. `levels` is 0 for its parent's account, 1 for that of the
    parent's parent, and so on; `source` is the path of the body that pays; `line` the plan line."""

    money: Money
    epochs: int
    source: str
    levels: int
    line: str


@dataclass(frozen=True)
class Good:
    """Something the zone's stores count, in whole units."""

    name: str
    unit: str
    safety: int
    entitlement: int

    @property
    def label(self) -> str:
        """Its name on chain, which says the unit."""
        return f"{self.name} ({self.unit})"


@dataclass(frozen=True)
class PersonhoodModule:
    """What decides, beside votes, who is a person: its `kind`, and what that kind wants to know.

    `vouchers` are needed for one newcomer; `attester` is an address; `root` that of the list's Merkle tree.
    """

    kind: str
    vouchers: int = 0
    attester: str = ""
    root: bytes = b""


@dataclass(frozen=True)
class BodyCharter:
    """One body: the zone or an industry. `path` is its place (`elmcourt/food`), `members` are names of the charter,
    in the order of the file; `laws` has one law per class in the order of `CLASSES` (an industry does not use that of
    expulsion); `caps` is what the spending class may move in an epoch; `dao_uri` is where the document about it is
    (ERC-4824), empty for nowhere; `active_votes` is over how many votes its quorums count who is active, 0 for all
    members."""

    path: str
    name: str
    purpose: str
    dao_uri: str
    active_votes: int
    depth: int
    members: tuple[str, ...]
    laws: tuple[Law, ...]
    caps: tuple[Money, ...]
    allowances: tuple[Allowance, ...]
    industries: tuple[BodyCharter, ...]

    def walk(self) -> Iterator[BodyCharter]:
        """This body and all below it, each before what is below it."""
        yield self
        for industry in self.industries:
            yield from industry.walk()


@dataclass(frozen=True)
class Charter:
    """A whole charter file.

    `hash` is keccak-256 of the file (0x-hex); `epoch_start` in unix seconds; `members` by name, in the order in
    which they get their indices, from 1; `verifier` is the curve of the verifier of aggregate ballots;
    `voting` has the kinds of shared modules for voting that the zone is born with (`federation.modules.VOTING`).
    """

    path: str
    hash: str
    zone: BodyCharter
    members: Mapping[str, Member]
    assets: Mapping[str, Asset]
    epoch_start: int
    epoch_seconds: int
    stale_seconds: int
    goods: tuple[Good, ...]
    keepers: tuple[str, ...]
    verifier: str
    personhood: PersonhoodModule | None = None
    voting: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The zone's name."""
        return self.zone.name

    def index_of(self, member: str) -> int:
        """The index that a founding member gets in the registry."""
        return list(self.members).index(member) + 1

    def body(self, path: str) -> BodyCharter | None:
        """The body at a path, None if there is none."""
        return next((body for body in self.zone.walk() if body.path == path), None)
