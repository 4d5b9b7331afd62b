"""A zone of any number of persons with real accounts and real voting keys, on a fresh chain.

Persons are admitted in the genesis, 256 at a time; keys are enrolled in batches of a word.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from tests.support.bodies import DEPLOYER, Proposal, call_of, event, now, stand_at, transact
from tests.support.bodies import Body as DrivenBody
from tests.support.chain import GAS_PRICE_WEI, at, deploy
from tests.support.plans import COIN, ETHER, SPENDING, body_plan, genesis, own, zone_plan
from tests.support.world import Person, deploy_factory
from zonedao.ballots.enrolling import verifier_of
from zonedao.ballots.keys import Place, VotingKey, encode_enrolments, enrolment
from zonedao.ballots.poll import Poll
from zonedao.ballots.schemes import BN254, Scheme
from zonedao.ballots.signing import SignedBallot, sign_ballot
from zonedao.chain.abi import keccak
from zonedao.chain.connection import Connection
from zonedao.chain.signers import LocalKey
from zonedao.client import Client
from zonedao.federation.addresses import VERIFIERS
from zonedao.governance.proposals import Support
from zonedao.governance.zone import Zone

WORD = 256
_GAS_LIMIT = 29_000_000

Progress = Callable[[str, int, int], None]  # what, done, of how many


def silent(what: str, done: int, of: int) -> None:
    """Shows nothing."""


@dataclass(frozen=True)
class Voter:
    """A person with an account and a voting key."""

    index: int
    account: LocalKey
    key: VotingKey

    @classmethod
    @cache
    def number(cls, index: int, scheme: Scheme) -> Voter:
        """The same person for the same number, always."""
        seed = index.to_bytes(4, "big")
        secret = int.from_bytes(keccak(b"voting key" + seed), "big") % (scheme.order - 1) + 1
        return cls(index, LocalKey(keccak(b"account" + seed)), VotingKey(secret, scheme))


@dataclass
class Crowd:
    """The zone and its people. `admission_gas` is that of `admitted` persons, in whole batches after the birth."""

    chain: Connection
    address: str
    voters: list[Voter]
    admitted: int
    admission_gas: int
    enrolment_gas: int = 0
    keys_per_second: float = 0.0

    @classmethod
    def found(cls, chain: Connection, people: int, progress: Progress = silent, scheme: Scheme = BN254) -> Crowd:
        """Found it, with the verifier of a scheme. Persons are 1 to `people`."""
        voters = []
        for index in range(1, people + 1):
            voters.append(Voter.number(index, scheme))
            progress("accounts", index, people)
        keys = [voter.account.address for voter in voters]
        # Words of the register begin at person 0, who is nobody.
        cuts = [0, *range(WORD - 1, people, WORD), people]
        begun = genesis(*([own("admit", keys[start:end])] for start, end in pairwise(cuts) if start < end))
        plan = zone_plan(
            body_plan("Crowd", begun.commitment, caps=[(SPENDING, COIN, ETHER)]),
            verifier=deploy(chain, VERIFIERS[scheme.name]).address,
        )
        factory = deploy_factory(chain)
        born = transact(factory, "createZone", plan, list(begun.steps[:1]), gas_limit=_GAS_LIMIT)
        zone = at(chain, "IWholeBody", event(born, "ZoneCreated", factory.address)["zone"])
        gas = []
        for number, step in enumerate(begun.steps[1:], 2):
            gas.append(transact(zone, "genesis", step, gas_limit=_GAS_LIMIT).gas_used)
            progress("admitted in batches", number, len(begun.steps))
        whole = (people - (WORD - 1)) // WORD if people >= WORD else 0
        return cls(chain, zone.address, voters, WORD * whole, sum(gas[:whole]))

    @cached_property
    def zone(self) -> Zone:
        """The zone through the client."""
        return Client(self.chain, DEPLOYER, gas_price_wei=GAS_PRICE_WEI).zone(self.address)

    def enrol(self, progress: Progress = silent) -> None:
        """Enrol everybody's voting key, a word at a time."""
        verifier, registry = verifier_of(self.zone), self.zone.registry.address
        words: dict[int, list[Voter]] = {}
        for voter in self.voters:
            words.setdefault(voter.index // WORD, []).append(voter)
        spent, done = 0.0, 0
        for word, voters in words.items():
            begun = time.process_time()
            places = [Place(self.chain.chain_id, verifier.address, registry, voter.index) for voter in voters]
            entries = [enrolment(voter.account, voter.key, place) for voter, place in zip(voters, places, strict=True)]
            spent += time.process_time() - begun
            data = encode_enrolments(entries)
            receipt = transact(verifier, "enroll", registry, word, data, gas_limit=_GAS_LIMIT)
            self.enrolment_gas += receipt.gas_used
            done += len(voters)
            progress("voting keys enrolled", done, len(self.voters))
        self.keys_per_second = len(self.voters) / spent
        stand_at(self.chain, now(self.chain) + 2)

    def propose(self) -> Proposal:
        """A payment of one wei to person 2, proposed by person 1; its vote open."""
        first = Person("", 1, self.voters[0].account)
        self.chain.fund(first.address, ETHER)
        body = DrivenBody(self.chain, self.address, [first])
        treasury, payee = self.zone.treasury.contract, self.voters[min(1, len(self.voters) - 1)].account.address
        payment = call_of(treasury, "pay", COIN, payee, 1, bytes(32), bytes(32))
        proposal = body.propose(payment, by=first, description=f"payment {body.read('proposalCount') + 1}")
        stand_at(self.chain, proposal.read("proposalVoteStart") + 1)
        return proposal

    def poll(self, proposal: Proposal) -> Poll:
        """What counting asks of the chain."""
        return Poll(self.zone, proposal.id)

    def sign(
        self, poll: Poll, choices: Sequence[tuple[int, Support]], *, shares: bool, progress: Progress = silent
    ) -> list[SignedBallot]:
        """Ballots of persons by their choices, with shares or without."""
        tables = {
            support: poll.scheme.table(poll.question.digest(support)) for support in {each for _, each in choices}
        }
        found = []
        for done, (index, support) in enumerate(choices, 1):
            voter = self.voters[index - 1]
            found.append(
                sign_ballot(
                    voter.account,
                    poll.question,
                    index,
                    support,
                    key=voter.key if shares else None,
                    record=None,
                    table=tables[support],
                )
            )
            progress("ballots signed", done, len(choices))
        return found
