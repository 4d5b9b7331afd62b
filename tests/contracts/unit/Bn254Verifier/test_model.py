"""Random pages, claims and hints against dictionaries: keys by second, and who may be claimed when."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.bodies import now, stand_at, transact
from tests.support.chain import reverts, rollback
from tests.support.verifying import ABSTAIN, AGAINST, FOR, KEYED, NO_HINT, Hall, Voter
from zonedao.ballots.schemes import BN254

PEOPLE = (
    *range(1, 7),
    20,
    21,
    22,
    23,
    24,
    60,
    61,
    62,
    254,
    255,
)  # of word 0; the first six have keys from the beginning
SETS = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=9, unique=True).map(sorted)
STEPS = st.lists(st.one_of(SETS, st.none()), min_size=1, max_size=4)  # enrol these, or compact
CHOICES = st.lists(st.sampled_from([AGAINST, FOR, FOR, FOR, ABSTAIN, None]), min_size=16, max_size=16)


@dataclass
class Model:
    """Who had which key since when, newest last."""

    keys: dict[int, list[tuple[int, Voter]]] = field(default_factory=dict)

    def enroll(self, voters: list[Voter], at: int) -> None:
        for voter in voters:
            self.keys.setdefault(voter.index, []).append((at, voter))

    def voters(self, time: int) -> dict[int, Voter]:
        """By index, each with the key of that time."""
        found = {}
        for index, past in self.keys.items():
            for at, voter in past:
                if at <= time:
                    found[index] = voter
        return found


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=STEPS, choices=CHOICES, hint=st.sampled_from([FOR, FOR, AGAINST, ABSTAIN, NO_HINT]), back=st.integers(0, 4)
)
def test_as_the_model(
    hall: Hall, steps: list[list[int] | None], choices: list[int | None], hint: int, back: int
) -> None:
    hall = replace(hall, voters=list(hall.voters))
    with rollback(hall.chain):
        model = Model()
        model.enroll([hall.voter(index) for index in KEYED if index < 256], now(hall.chain) - 1)
        times = [now(hall.chain) - 1]
        for number, step in enumerate(steps, 1):
            if step is not None:
                voters = [hall.voter(index).renewed(number) for index in step]
                hall.enroll(voters)
                model.enroll(voters, now(hall.chain) - 1)
            elif len(hall.ask("pagesAt", hall.registry.address, 0, now(hall.chain))[0]) > 1:
                transact(hall.verifier, "compact", hall.registry.address, 0)
                stand_at(hall.chain, now(hall.chain) + 1)
            else:
                stand_at(hall.chain, now(hall.chain) + 1)
            times.append(now(hall.chain) - 1)

        for time in times:
            voters_then = model.voters(time)
            assert hall.keyed(time=time) == sum(1 << index for index in voters_then)
            for index in (*PEOPLE[::3], 9):
                kept = BN254.encode_key(voters_then[index].key.public) if index in voters_then else b""
                assert hall.ask("keyOf", hall.registry.address, index, time) == kept

        snapshot = times[max(len(times) - 1 - back, 0)]
        voters_then = model.voters(snapshot)
        claimed = {index: choice for index, choice in zip(PEOPLE, choices, strict=True) if choice is not None}
        keyless = sum(1 << index for index in claimed if index not in voters_then)
        if keyless:
            everybody: dict[int, list[int]] = {}
            for index, choice in claimed.items():
                everybody.setdefault(choice, []).append(index)
            with reverts("NoVotingKey", word=0, mask=keyless):
                hall.verify(hall.claim(everybody, snapshot=snapshot, hint=hint))
        by_choice: dict[int, list[int]] = {}
        signing: dict[int, list[Voter]] = {}
        for index, choice in claimed.items():
            if index in voters_then:
                by_choice.setdefault(choice, []).append(index)
                signing.setdefault(choice, []).append(voters_then[index])
        if not by_choice:
            return
        claim = hall.claim(by_choice, snapshot=snapshot, hint=hint, signing=signing)
        hall.verify(claim)
        first = next(iter(voters_then))
        others = [choice for choice in (AGAINST, FOR, ABSTAIN) if claim.words[1 + choice]]
        spoilt = list(claim.words)
        spoilt[1 + others[0]] ^= 1 << first
        for choice in others[1:]:
            spoilt[1 + choice] &= ~(1 << first)
        if any(spoilt[1:]) and [bool(bits) for bits in spoilt[1:]] == [bool(bits) for bits in claim.words[1:]]:
            with reverts("WrongSignature"):
                hall.verify(replace(claim, words=spoilt))
