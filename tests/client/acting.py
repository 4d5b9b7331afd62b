"""Elmcourt through the client: who acts, and how proposals are carried through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.support.bodies import Person
from tests.support.chain import GAS_PRICE_WEI
from tests.support.world import PEOPLE
from zonedao.actions import Action, Outcome
from zonedao.addressbook import AddressBook
from zonedao.chain.connection import Connection
from zonedao.chain.rehearsal import rehearse
from zonedao.chain.signers import Signer
from zonedao.client import Client
from zonedao.explain.foreseen import watches
from zonedao.explain.watching import changes_between
from zonedao.governance.body import Body
from zonedao.governance.proposals import Proposal
from zonedao.governance.zone import Zone


def reach(chain: Connection, timestamp: int) -> None:
    """Let the next transaction run at `timestamp`, or at once if that is past."""
    if timestamp - 1 > chain.block().timestamp:
        chain.set_time(timestamp - 1)


def happens(action: Action[Any]) -> list[str]:
    """What an action is said to change, which is what it does change when it is done."""
    said = action.explain()
    sender, chain = action.client.require_address(), action.client.connection
    watched = watches(action, sender)
    reads = [watch.step for watch in watched]
    before = rehearse(chain, sender, reads)
    action.transact()
    found = changes_between(watched, before, rehearse(chain, sender, reads))
    assert said.changes == (found if watched else None)
    lines = [str(each) for each in said.changes or ()]
    told = [f"  {each}" for each in lines]
    assert list(said.lines[-len(told) :]) == told or not told
    assert ("It would change, as things are now:" in said.lines) == bool(told)
    return lines


class Actors:
    """A zone as each of its people sees it."""

    def __init__(self, chain: Connection, address: str, book: AddressBook, people: Sequence[Person] = PEOPLE) -> None:
        self.chain = chain
        self.address = address
        self.book = book
        self.people = tuple(people)

    def zone(self, who: Person | Signer | None = None) -> Zone:
        """The zone for somebody, the first of its people by default."""
        signer = self.people[0].signer if who is None else who.signer if isinstance(who, Person) else who
        return Client(self.chain, signer, gas_price_wei=GAS_PRICE_WEI, book=self.book).zone(self.address)

    def reader(self) -> Zone:
        """The zone for somebody who only reads."""
        return Client(self.chain, book=self.book).zone(self.address)

    def body(self, path: str, who: Person | Signer | None = None) -> Body:
        """A body for somebody."""
        return self.zone(who).body(path)

    def decide(self, action: Action[Proposal], voters: Sequence[Person] | None = None) -> Outcome[None]:
        """Propose, vote for, queue and execute; the outcome of the execution."""
        proposal = self.pass_(action.transact().value, voters)
        reach(self.chain, proposal.status().eta + 1)
        return proposal.execute().transact()

    def pass_(self, proposal: Proposal, voters: Sequence[Person] | None = None) -> Proposal:
        """Have enough vote for a proposal, and queue it."""
        self.win(proposal, voters).queue().transact()
        return proposal

    def win(self, proposal: Proposal, voters: Sequence[Person] | None = None) -> Proposal:
        """Have enough vote for a proposal, until its vote is over."""
        # A second more than needed: Ganache estimates as of its last block.
        reach(self.chain, proposal.opens_at + 2)
        for voter in self._electors(proposal) if voters is None else voters:
            proposal.acting_as(voter.signer).vote("for").transact()
        reach(self.chain, proposal.closes_at + 2)
        return proposal

    def _electors(self, proposal: Proposal) -> list[Person]:
        snapshot = proposal.opens_at - proposal.status().law.voting_delay_seconds - 1
        ask = proposal.body.contract.call
        able = [person for person in self.people if ask("getVotes", person.address, snapshot)]
        return able[: proposal.status().quorum]
