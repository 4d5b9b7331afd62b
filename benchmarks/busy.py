"""A zone whose chain holds as many events as one likes: a large register, and votes cast one by one.

Keys of persons are addresses that nobody has the key of; Anvil lets them act nevertheless.
"""

from __future__ import annotations

from itertools import pairwise

from benchmarks.crowd import WORD, Progress, silent
from tests.support.bodies import Body as DrivenBody
from tests.support.bodies import call_of, event, now, stand_at, transact
from tests.support.chain import at
from tests.support.plans import COIN, ETHER, NOTHING, SPENDING, body_plan, genesis, own, zone_plan
from tests.support.world import Person, deploy_factory
from zonedao.chain.connection import Connection
from zonedao.chain.signers import dev_account

PROPOSERS = 10
_GAS_LIMIT = 29_000_000
_VOTE_GAS = 150_000
_TOGETHER = 150  # votes in a block


class BusyZone:
    """The zone at `address`, founded in `deploy_block`; of each of its `people` three events tell that they came in."""

    def __init__(self, chain: Connection, people: int, progress: Progress = silent) -> None:
        """Found it on a fresh Anvil."""
        self.chain, self.people, self._progress = chain, people, progress
        proposers = [dev_account(number).address for number in range(min(PROPOSERS, people))]
        keys = proposers + [f"0x{2**96 + number:040x}" for number in range(len(proposers), people)]
        # Words of the register begin at person 0, who is nobody.
        cuts = [0, *range(WORD - 1, people, WORD), people]
        begun = genesis(*([own("admit", keys[start:end])] for start, end in pairwise(cuts) if start < end))
        plan = zone_plan(body_plan("Busy", begun.commitment, caps=[(SPENDING, COIN, ETHER)]))
        factory = deploy_factory(chain)
        self.deploy_block = chain.block_number() + 1
        born = transact(factory, "createZone", plan, list(begun.steps[:1]), gas_limit=_GAS_LIMIT)
        self.address: str = event(born, "ZoneCreated", factory.address)["zone"]
        zone = at(chain, "IWholeBody", self.address)
        for number, step in enumerate(begun.steps[1:], 2):
            transact(zone, "genesis", step, gas_limit=_GAS_LIMIT)
            progress("admitted in batches", number, len(begun.steps))
        self._zone, self._keys = zone, keys
        self._treasury = at(chain, "ITreasury", str(zone.call("treasury")))

    def vote(self, votes: int) -> None:
        """Have so many votes cast, everybody on one proposal after the other, one event each."""
        chain, done = self.chain, 0
        chain.request("anvil_autoImpersonateAccount", True)
        for number in range(PROPOSERS):
            some = self._keys[: votes - done]
            if not some:
                break
            proposal = self._propose(number)
            for start in range(0, len(some), _TOGETHER):
                self._cast(proposal, some[start : start + _TOGETHER])
                done += len(some[start : start + _TOGETHER])
                self._progress("votes cast", done, votes)
        chain.request("anvil_autoImpersonateAccount", False)
        if done < votes:
            raise ValueError(f"{self.people} people cannot cast {votes} votes on {PROPOSERS} proposals")

    def _propose(self, number: int) -> int:
        proposer = Person("", number + 1, dev_account(number))
        body = DrivenBody(self.chain, self.address, [proposer])
        payment = call_of(self._treasury, "pay", COIN, proposer.address, 1, bytes(32), bytes(32))
        proposal = body.propose(payment, by=proposer, description=f"payment {number}")
        stand_at(self.chain, max(now(self.chain) + 1, proposal.read("proposalVoteStart") + 1))
        return proposal.id

    def _cast(self, proposal: int, voters: list[str]) -> None:
        """One block of votes."""
        chain = self.chain
        chain.request("evm_setAutomine", False)
        chain.batch([("anvil_setBalance", [voter, hex(ETHER)]) for voter in voters])
        calls = [
            {
                "from": voter,
                "to": self.address,
                "data": "0x" + self._zone.encode("castVote", proposal, number % 3).hex(),
                "gas": hex(_VOTE_GAS),
                "gasPrice": hex(10**12),
            }
            for number, voter in enumerate(voters)
        ]
        for answer in chain.batch([("eth_sendTransaction", [call]) for call in calls]):
            if isinstance(answer, Exception):
                raise answer
        chain.request("evm_mine")
        chain.request("evm_setAutomine", True)

    def deposit(self, blocks: int, amount_wei: int) -> None:
        """Put so much into the zone's account in each of some blocks, which is an event each."""
        for _ in range(blocks):
            transact(self._treasury, "deposit", self.address, COIN, amount_wei, NOTHING, NOTHING, value_wei=amount_wei)
