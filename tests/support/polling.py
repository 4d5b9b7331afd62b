"""A village that votes by handed-in ballots: persons with accounts of their own, some of them with voting keys.

    village.open_vote() → Vote            # a proposal to pay somebody, its vote open
    vote.ballot(7, FOR), vote.ballots(...)  # signed as the client signs them
    village.box(path)                       # the ballot box of its zone

Persons 1 to 264, in two words; those in `KEYED` enrolled a voting key before anything is proposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.support.bodies import DEPLOYER, Call, Proposal, call_of, now, stand_at, transact
from tests.support.bodies import Body as DrivenBody
from tests.support.chain import GAS_PRICE_WEI, deploy
from tests.support.plans import COIN, ETHER, SPENDING, body_plan, genesis, own, zone_plan
from tests.support.world import Person, create_zone, deploy_factory
from zonedao.ballots.box import BallotBox
from zonedao.ballots.enrolling import collect_enrolments, make_enrolment, post_enrolments
from zonedao.ballots.keys import VotingKey, derive
from zonedao.ballots.poll import Poll
from zonedao.ballots.schemes import BN254, Scheme
from zonedao.ballots.signing import SignedBallot, sign_ballot
from zonedao.chain.abi import keccak
from zonedao.chain.binaries import find_anvil
from zonedao.chain.connection import Connection
from zonedao.chain.signers import LocalKey, Signer
from zonedao.client import Client
from zonedao.federation.addresses import VERIFIERS
from zonedao.governance.proposals import Support
from zonedao.governance.zone import Zone

AGAINST, FOR, ABSTAIN = Support
PEOPLE = 264
KEYED = (*range(1, 41), *range(256, 261))


def once_where_pairing_is_fast(chain: Connection) -> None:
    """Skip on the embedded EVM if Anvil does the same: a pairing takes Python a third of a second for each pair."""
    if chain.kind == "embedded" and find_anvil() is not None:
        pytest.skip("run on Anvil, where pairings take no time")


@cache
def account(index: int) -> LocalKey:
    """The account of a person."""
    return LocalKey(keccak(b"villager" + index.to_bytes(4, "big")))


@cache
def voting_key(index: int, scheme: Scheme = BN254) -> VotingKey:
    """The voting key of a person, as the client derives it."""
    return derive(account(index), 0, scheme)


class Village:
    """The zone on one chain. Holds addresses only, so that a rollback restores it."""

    def __init__(self, chain: Connection, address: str, deploy_block: int, scheme: Scheme = BN254) -> None:
        self.chain = chain
        self.address = address
        self.scheme = scheme
        self._deploy_block = deploy_block

    @classmethod
    def found(cls, chain: Connection, folder: Path, scheme: Scheme = BN254) -> Village:
        """Found it, and enrol the keys through a ballot box."""
        factory, verifier = deploy_factory(chain), deploy(chain, VERIFIERS[scheme.name])
        people = [account(index).address for index in range(1, PEOPLE + 1)]
        admitted = genesis([own("admit", people[:90])], [own("admit", people[90:180])], [own("admit", people[180:])])
        plan = body_plan("Hillside", admitted.commitment, caps=[(SPENDING, COIN, 10 * ETHER)])
        whole = zone_plan(plan, verifier=verifier.address)
        zone = create_zone(factory, whole, admitted, [Person("", 1, account(1))])
        village = cls(chain, zone.body.address, 0, scheme)
        village.enrol(KEYED, folder / "enrolling.sqlite")
        stand_at(chain, now(chain) + 2)
        return village

    def client_zone(self, signer: Signer | None = DEPLOYER) -> Zone:
        """The zone through the client; the deployer has coins for fees."""
        return Client(self.chain, signer, gas_price_wei=GAS_PRICE_WEI).zone(self.address)

    def box(self, path: Path, signer: Signer | None = DEPLOYER) -> BallotBox:
        """A ballot box of its zone."""
        return BallotBox(path, self.client_zone(signer))

    def enrol(self, persons: Iterable[int], path: Path) -> None:
        """Have voting keys enrolled."""
        zone = self.client_zone()
        entries = [make_enrolment(zone, account(index), voting_key(index, self.scheme)) for index in persons]
        with BallotBox(path, zone) as box:
            assert all(verdict.accepted for verdict in collect_enrolments(box, entries))
            post_enrolments(box)

    def body(self) -> DrivenBody:
        """The zone as tests drive it."""
        return DrivenBody(self.chain, self.address, [Person("", 1, account(1))])

    def propose(self) -> Vote:
        """Somebody with coins and a seat proposes nothing much; the vote is not open yet."""
        self.chain.fund(account(1).address, ETHER)
        body = self.body()
        text = f"payment {body.read('proposalCount') + 1}"
        proposal = body.propose(self._payment(), by=Person("", 1, account(1)), description=text)
        return Vote(self, proposal)

    def open_vote(self) -> Vote:
        """The same, in the first second of the vote."""
        vote = self.propose()
        stand_at(self.chain, vote.proposal.read("proposalVoteStart") + 1)
        return vote

    def rotate(self, index: int, successor: LocalKey) -> None:
        """Let a person act with another account from now on."""
        self.chain.fund(account(index).address, ETHER)
        registry = self.client_zone().registry.contract
        transact(registry, "rotate", successor.address, by=account(index))

    def _payment(self) -> Call:
        treasury = self.client_zone().treasury.contract
        return call_of(treasury, "pay", COIN, account(2).address, 1, bytes(32), bytes(32))


@dataclass(frozen=True)
class Vote:
    """A vote of the village."""

    village: Village
    proposal: Proposal

    @property
    def id(self) -> int:
        return self.proposal.id

    def poll(self) -> Poll:
        """What the chain says about it."""
        return Poll(self.village.client_zone(), self.id)

    def ballot(self, index: int, support: Support, *, with_share: bool | None = None) -> SignedBallot:
        """A ballot of a person, with a share if they have a key."""
        has_key = index in KEYED if with_share is None else with_share
        key = voting_key(index, self.village.scheme) if has_key else None
        return sign_ballot(account(index), self.poll().question, index, support, key=key, record=None)

    def ballots(self, choices: Mapping[Support, Iterable[int]]) -> list[SignedBallot]:
        """Ballots of many, by choice."""
        return [self.ballot(index, support) for support, indices in choices.items() for index in indices]

    @property
    def tally(self) -> tuple[int, int, int]:
        """Votes against, for and abstaining."""
        return self.proposal.tally

    def has_voted(self, index: int) -> bool:
        """Whether the person's bit is set."""
        return bool(self.poll().voted(index // 256) >> index % 256 & 1)

    def vote_directly(self, index: int, support: Support) -> None:
        """A vote without any box."""
        self.village.chain.fund(account(index).address, ETHER)
        self.proposal.vote(int(support), Person("", index, account(index)))
