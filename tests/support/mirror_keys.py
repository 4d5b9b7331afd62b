"""What a mirror does with keys: of accounts, rotated and recovered; of voters, enrolled, compacted and signed with.

Voting keys and signatures are real ones of `zonedao.ballots`; the model knows them by names such as "7.0", the first
key of person 7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from tests.support.ballots import batch_message, digest_of
from tests.support.beside import Fact
from tests.support.bodies import Person, transact
from tests.support.model import NOBODY, Entry, Model
from tests.support.verifying import voting_key
from zonedao.ballots.keys import Place, VotingKey, encode_enrolments, enrolment
from zonedao.ballots.schemes import BN254
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.receipts import Receipt

if TYPE_CHECKING:
    from collections import Counter

    from tests.support.world import World

_encode = cache(lambda signer, key, place, replaces: encode_enrolments([enrolment(signer, key, place, replaces)]))
_share = cache(lambda key, digest: key.share(digest))


class NewKey(NamedTuple):
    """A voting key of this generation for a person, to which an account consents as a successor of what is there."""

    person: int
    generation: int
    account: Person
    renews: bool = True  # False: as if nothing was there

    @property
    def name(self) -> str:
        return f"{self.person}.{self.generation}"


def named_key(name: str) -> VotingKey:
    """The voting key of a name."""
    person, generation = name.split(".")
    return voting_key(int(person), int(generation))


class KeySteps:
    """The part of a mirror that is about keys."""

    world: World
    chain: Connection
    verifier: BoundContract
    model: Model
    outcomes: Counter[str]
    now: int
    step: Callable[[str, Callable[[int], object], Callable[[], Receipt]], bool]

    # --- of accounts ---

    def rotate(self, by: Person, to: str) -> bool:
        return self.step(
            "rotate",
            lambda time: self.model.rotate(by.address, to, time),
            lambda: transact(self.world.registry, "rotate", to, by=by),
        )

    def vouch(self, by: Person, person: int, key: str) -> bool:
        return self.step(
            "vouchRecovery",
            lambda time: self.model.vouch(by.address, person, key, time),
            lambda: transact(self.world.registry, "vouchRecovery", person, key, by=by),
        )

    def veto(self, by: Person) -> bool:
        return self.step(
            "vetoRecovery",
            lambda time: self.model.veto(by.address, time),
            lambda: transact(self.world.registry, "vetoRecovery", by=by),
        )

    def finish_recovery(self, person: int, by: Person) -> bool:
        return self.step(
            "finishRecovery",
            lambda time: self.model.finish_recovery(person, by.address, time),
            lambda: transact(self.world.registry, "finishRecovery", person, by=by),
        )

    # --- of voters ---

    def enroll_keys(self, new: Sequence[NewKey]) -> bool:
        """Keys for persons of word 0, in this order; each with a proof of possession and the account's consent."""
        entries, data = [], b""
        for each in new:
            kept = self.model.voting.key_at(each.person, self.now) if each.renews else ""
            entries.append(Entry(each.person, each.name, each.account.address, kept))
            place = Place(self.chain.chain_id, self.verifier.address, self.world.registry.address, each.person)
            replaces = BN254.encode_key(named_key(kept).public) if kept else b""
            data += _encode(each.account.signer, named_key(each.name), place, replaces)
        return self.step(
            "enroll",
            lambda time: self.model.enroll_keys(entries, time),
            lambda: transact(self.verifier, "enroll", self.world.registry.address, 0, data),
        )

    def compact_keys(self) -> bool:
        return self.step(
            "compact",
            lambda time: self.model.voting.compact(time),
            lambda: transact(self.verifier, "compact", self.world.registry.address, 0),
        )

    def proof(self, subject: object, signed: dict[int, tuple[int, str]], domain: dict[str, object]) -> list[int]:
        """Of an aggregate: every share made with its voter's key, and added up."""
        choices = sorted({choice for choice, _ in signed.values()})
        digests = {choice: digest_of(batch_message(subject, choice, domain)) for choice in choices}
        shares = [
            (digests[choice], _share(named_key(key), digests[choice]))
            for choice, key in sorted(signed.values(), key=lambda each: each[0])
        ]
        return BN254.proof(shares)

    # --- comparing ---

    def facts_of_keys(self, time: int) -> Iterator[Fact]:
        registry, model, verifier = self.world.registry, self.model, self.verifier
        for key, person in model.retired.items():
            yield Fact(registry, "indexOf", (key,), 0)
            yield Fact(registry, "retiredBy", (key,), person)
        for person in model.recoveries.of:
            found = model.recoveries.open(person, time)
            said = (found.key.lower(), found.ready_at, found.until, found.vouchers) if found else (NOBODY, 0, 0, [])
            yield Fact(registry, "recovery", (person,), said, lambda r: (r[0].lower(), r[1], r[2], list(r[3])))
        for person, free_at in model.recoveries.free_at.items():
            yield Fact(registry, "voucherFreeAt", (person,), free_at)
        yield Fact(verifier, "keyedAt", (registry.address, 0, time), _mask(model.voting.keyed_at(time)))
        pages = [page.added_at for page in model.voting.pages_at(time)]
        yield Fact(verifier, "pagesAt", (registry.address, 0, time), pages, lambda found: list(found[1]))
        for person in model.voting.enrolled:
            key = model.voting.key_at(person, time)
            yield Fact(verifier, "keyOf", (registry.address, person, time), _public(key), bytes)

    def facts_of_keys_at(self, snapshot: int) -> Iterator[Fact]:
        """As a proposal of that snapshot asks for them."""
        registry, voting = self.world.registry.address, self.model.voting
        yield Fact(self.verifier, "keyedAt", (registry, 0, snapshot), _mask(voting.keyed_at(snapshot)))
        pages = [page.added_at for page in voting.pages_at(snapshot)]
        yield Fact(self.verifier, "pagesAt", (registry, 0, snapshot), pages, lambda found: list(found[1]))


@cache
def _public(name: str) -> bytes:
    return BN254.encode_key(named_key(name).public) if name else b""


def _mask(persons: frozenset[int]) -> int:
    return sum(1 << person for person in persons)
