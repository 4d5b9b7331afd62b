"""The register of a zone: who acts with which key, who represents whom, who votes with what in aggregates."""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.model.bodies import Body
from tests.support.model.calls import NOBODY
from tests.support.model.recoveries import SEASONING, VOUCHERS, Recoveries
from tests.support.model.voting_keys import Entry, VotingKeys
from tests.support.rules import require


class Register:
    """Persons for life. `bodies` are those that they may belong to, `root` the zone's name."""

    root: str

    def __init__(self) -> None:
        self.bodies: dict[str, Body] = {}
        self.index: dict[str, int] = {}  # person by key that acts for them now
        self.retired: dict[str, int] = {}  # person by key that acted for them once
        self.admitted_at: dict[int, int] = {}  # by person, the newest time
        self.left_at: dict[int, int] = {}  # by person, while away
        self.delegations: dict[int, list[tuple[int, int]]] = {}  # by person: since, representative (0 for themself)
        self.recoveries = Recoveries()
        self.voting = VotingKeys()

    # --- keys ---

    def rotate(self, key: str, new_key: str, time: int) -> None:
        """The person stays; nobody ever acts with the old key again."""
        person = self.index.get(key, 0)
        rules = {"NotAPerson": not person, "PersonHasLeft": person in self.left_at}
        require({*(name for name, broken in rules.items() if broken), self.wrong_with_key(new_key)})
        self._rekey(person, new_key)

    def vouch(self, key: str, person: int, new_key: str, time: int) -> None:
        """For another key of somebody who lost theirs."""
        voucher, zone = self.index.get(key, 0), self.bodies[self.root]
        rules = {
            "NotAPerson": not voucher,
            "NoSuchPerson": person not in self.admitted_at,
            "PersonHasLeft": bool({voucher, person} & set(self.left_at)),
            "NotSeasoned": not zone.belongs(voucher, time - SEASONING),
        }
        broken = {name for name, is_broken in rules.items() if is_broken}
        broken |= self.recoveries.wrong_with_vouching(voucher, person, new_key, time)
        if self.recoveries.open(person, time) is None:
            broken |= {self.wrong_with_key(new_key)}
            broken |= {"TooFewMembers"} if len(zone.members(time)) < 2 * VOUCHERS else set()
        require(broken)
        self.recoveries.vouch(voucher, person, new_key, time)

    def veto(self, key: str, time: int) -> None:
        person = self.index.get(key, 0)
        require(() if person else {"NotAPerson"})
        self.recoveries.veto(person, time)

    def finish_recovery(self, person: int, by: str, time: int) -> None:
        broken = self.recoveries.wrong_with_finishing(person, by, self.left_at, time)
        require(broken | {self.wrong_with_key(by)})
        self._rekey(person, by)

    def recover(self, person: int, key: str) -> None:
        """By vote."""
        require({"" if person in self.admitted_at else "NoSuchPerson", self.wrong_with_key(key)})
        self._rekey(person, key)

    def wrong_with_key(self, key: str) -> str:
        """Why it cannot be anybody's new one; empty if it can."""
        if key == NOBODY:
            return "ZeroKey"
        return "RetiredKey" if key in self.retired else "AlreadyPerson" if key in self.index else ""

    def key_of(self, person: int) -> str:
        return next(key for key, each in self.index.items() if each == person)

    def enroll_keys(self, entries: Sequence[Entry], time: int) -> None:
        self.voting.enroll(entries, {person: key for key, person in self.index.items()}, self.left_at, time)

    # --- representatives ---

    def representative(self, person: int, time: int) -> int:
        """Who represents a person, 0 for themself."""
        return next((to for since, to in reversed(self.delegations.get(person, [])) if since <= time), 0)

    def followers(self, person: int, time: int) -> frozenset[int]:
        return frozenset(other for other in self.delegations if self.representative(other, time) == person)

    def most_followers(self, heads: int) -> int:
        return max(heads // 50, 5)

    def delegate(self, key: str, to_key: str, time: int) -> None:
        person, to = self.index.get(key, 0), self.index.get(to_key, 0)
        own = to_key in (NOBODY, key)
        here, there = self.representative(person, time), 0 if own else to
        room = self.most_followers(len(self.bodies[self.root].members(time))) - len(self.followers(there, time))
        rules = {
            "NoPerson": not person or not (to or own),
            "PersonHasLeft": bool({person, there} & set(self.left_at)),
            "RepresentativeDelegates": bool(there and self.representative(there, time)),
            "TooManyFollowers": bool(there and there != here and room <= 0),
        }
        require(name for name, broken in rules.items() if broken)
        if there != here:
            self.delegations.setdefault(person, []).append((time, there))

    def dismiss(self, key: str, person: int, time: int) -> None:
        representative = self.representative(person, time)
        allowed = representative and (person in self.left_at or self.index.get(key, 0) == representative)
        require(() if allowed else {"NotYourFollower"})
        self.delegations[person].append((time, 0))

    # --- inside ---

    def _rekey(self, person: int, new_key: str) -> None:
        old = self.key_of(person)
        self.recoveries.drop(person)
        del self.index[old]
        self.retired[old] = person
        self.index[new_key] = person

    def _enter(self, key: str, time: int) -> int:
        person = self.index.setdefault(key, len(self.index) + 1)
        self.admitted_at[person] = time
        self.left_at.pop(person, None)
        return person
