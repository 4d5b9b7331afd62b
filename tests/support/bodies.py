"""Bodies and their proposals as tests drive them: times to the second, one transaction each, the same on every node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import count as numbers
from itertools import islice
from typing import Any

from tests.support.chain import GAS_PRICE_WEI, at
from tests.support.plans import Law
from zonedao.chain.abi import encode, keccak
from zonedao.chain.connection import Connection
from zonedao.chain.contract import BoundContract
from zonedao.chain.events import Event
from zonedao.chain.fees import Fees
from zonedao.chain.receipts import Receipt
from zonedao.chain.sending import Prepared, Sender
from zonedao.chain.signers import Signer, dev_account

# Enough for anything but a large genesis. Estimating costs Ganache ten times the transaction itself.
GAS_LIMIT = 15_000_000

AGAINST, FOR, ABSTAIN = range(3)
LIVE_PROPOSALS = 3  # that one person may have in a body (LiveEnds)

Call = tuple[str, bytes]  # target and calldata


class State(IntEnum):
    """`IZone.ProposalState`."""

    PENDING = 0
    ACTIVE = 1
    CANCELED = 2
    DEFEATED = 3
    SUCCEEDED = 4
    QUEUED = 5
    EXPIRED = 6
    EXECUTED = 7


@dataclass(frozen=True)
class Person:
    """Somebody with a key. `index` is what the registry of the first zone calls them, 0 for a stranger."""

    name: str
    index: int
    signer: Signer

    @property
    def address(self) -> str:
        return self.signer.address


DEPLOYER = dev_account(0)


# --- the clock, exactly ---


def stand_at(chain: Connection, timestamp: int) -> None:
    """Make `timestamp` the present: what is read or refused next is seen at this second."""
    if chain.block().timestamp != timestamp:
        chain.set_time(timestamp)


def just_before(chain: Connection, timestamp: int) -> None:
    """Let the next transaction run at exactly `timestamp`."""
    stand_at(chain, timestamp - 1)


def now(chain: Connection) -> int:
    """Time of the last block, seconds."""
    return chain.block().timestamp


# --- calls ---


def transact(
    contract: BoundContract,
    function: str,
    *args: Any,
    by: Person | Signer = DEPLOYER,
    value_wei: int = 0,
    gas_limit: int = GAS_LIMIT,
) -> Receipt:
    """One transaction, without an estimate before it. Raises ContractRevert, mined, when it reverts."""
    chain, signer = contract.connection, by.signer if isinstance(by, Person) else by
    sender = Sender(chain, signer, gas_price_wei=GAS_PRICE_WEI)
    call = Prepared(
        chain_id=chain.chain_id,
        sender=signer.address,
        to=contract.address,
        data=contract.encode(function, *args),
        value_wei=value_wei,
        nonce=chain.nonce(signer.address),
        gas_limit=gas_limit,
        fees=Fees(GAS_PRICE_WEI),
    )
    return sender.wait(sender.send(call))


def read(contract: BoundContract, function: str, *args: Any) -> Any:
    """What a view returns at the present second, the time of the last block."""
    return contract.call(function, *args, block="latest")


def attempt(
    contract: BoundContract, function: str, *args: Any, by: Person | Signer = DEPLOYER, value_wei: int = 0
) -> Any:
    """Try a call at the present second without mining it. Raises ContractRevert."""
    return contract.call(function, *args, block="latest", sender=by.address, value_wei=value_wei)


def call_of(contract: BoundContract, function: str, *args: Any) -> Call:
    """A call for a proposal."""
    return contract.address, contract.encode(function, *args)


def events(receipt: Receipt, name: str, address: str | None = None) -> list[Event]:
    """Events of a name in a receipt, of one contract or of all, in order."""
    return [event for event in receipt.events if event.name == name and address in (None, event.address)]


def event(receipt: Receipt, name: str, address: str | None = None) -> dict[str, Any]:
    """Arguments of the one event of that name."""
    (found,) = events(receipt, name, address)
    return dict(found.args)


# --- bodies ---


class Body:
    """A zone or an industry. `contract` has the whole interface; those of `members` act when nobody is named."""

    def __init__(self, chain: Connection, address: str, members: Sequence[Person]) -> None:
        self.chain = chain
        self.contract = at(chain, "IWholeBody", address)
        self.address = self.contract.address
        self.members = tuple(members)
        self._titles = numbers(1)

    def read(self, function: str, *args: Any) -> Any:
        """What a view returns at the present second."""
        return read(self.contract, function, *args)

    def send(self, function: str, *args: Any, by: Person | Signer = DEPLOYER) -> Receipt:
        """One transaction to the body."""
        return transact(self.contract, function, *args, by=by)

    def attempt(self, function: str, *args: Any, by: Person | Signer = DEPLOYER) -> Any:
        """Try a call at the present second without mining it."""
        return attempt(self.contract, function, *args, by=by)

    def own(self, function: str, *args: Any) -> Call:
        """A call of the body to itself, for a proposal."""
        return call_of(self.contract, function, *args)

    def draft(self, *calls: Call, by: Person | None = None, description: str | None = None) -> Proposal:
        """A proposal that nobody has made yet. Without a description it gets one of its own.

        Unless somebody is named, the first member who may make one more proposes it.
        """
        text = f"proposal {next(self._titles)}" if description is None else description
        return Proposal(self, calls, text, by or self.next_proposer())

    def propose(self, *calls: Call, by: Person | None = None, description: str | None = None) -> Proposal:
        """Make a proposal now."""
        return self.draft(*calls, by=by, description=description).make()

    def enact(
        self,
        *calls: Call,
        by: Person | None = None,
        voters: Sequence[Person] | None = None,
        description: str | None = None,
    ) -> Receipt:
        """Propose, vote, queue and execute, skipping the time between; the receipt of the execution."""
        proposal = self.propose(*calls, by=by, description=description).carry(voters)
        proposal.wait_until_due()
        return proposal.execute()

    def first_member(self) -> Person:
        """The first of `members` who belongs to the body now."""
        return next(one for one in self.members if self.read("isMember", read(self.registry, "indexOf", one.address)))

    def next_proposer(self) -> Person:
        """The first of `members` who belongs to the body now and has fewer live proposals than one may have."""
        for one in self.members:
            index = read(self.registry, "indexOf", one.address)
            if self.read("isMember", index) and self.read("liveProposals", index).live < LIVE_PROPOSALS:
                return one
        raise AssertionError("everybody has as many live proposals as one may have")

    @cached_property
    def registry(self) -> BoundContract:
        """The register of the persons of its zone."""
        return at(self.chain, "IWholeRegistry", self.read("registry"))

    def electors(self, count: int, time: int) -> list[Person]:
        """The first `count` of the members who could vote on a payment proposed right after `time`."""
        found = (person for person in self.members if self.read("getVotes", person.address, time))
        return list(islice(found, count))

    def law(self, class_: int, time: int | None = None) -> Law:
        """Law of a class now, or as of `time`."""
        return Law(*self.read("lawAt", class_, now(self.chain) if time is None else time))

    def __repr__(self) -> str:
        return f"Body({self.address})"


class Proposal:
    """A proposal of a body: its calls, its text, and every step of its life."""

    def __init__(self, body: Body, calls: Sequence[Call], description: str, proposer: Person) -> None:
        self.body = body
        self.chain = body.chain
        self.description = description
        self.proposer = proposer
        self.targets = [target for target, _ in calls]
        self.values = [0] * len(calls)
        self.calldatas = [data for _, data in calls]
        self.receipt: Receipt | None = None

    @cached_property
    def id(self) -> int:
        """The hash id, computed here: the same in every body."""
        kind = self.body.contract.interface.function("hashProposal").inputs
        return int.from_bytes(keccak(encode(kind, self.hashed)), "big")

    @property
    def hashed(self) -> tuple[Any, ...]:
        """Arguments of queue, execute, cancel, releaseExpired and hashProposal."""
        return self.targets, self.values, self.calldatas, keccak(self.description.encode())

    @property
    def whole(self) -> tuple[Any, ...]:
        """Arguments of propose."""
        return self.targets, self.values, self.calldatas, self.description

    # --- steps ---

    def make(self) -> Proposal:
        """Propose it now."""
        self.receipt = self.body.send("propose", *self.whole, by=self.proposer)
        return self

    def sponsor(self, *people: Person) -> Receipt:
        """Each of them signs, a transaction each; the last receipt."""
        return [self.body.send("sponsor", self.id, by=person) for person in people][-1]

    def vote(self, support: int, *voters: Person) -> Receipt:
        """Each of them votes alike, a transaction each; the last receipt."""
        proposal = self.id
        return [self.body.send("castVote", proposal, support, by=voter) for voter in voters][-1]

    def carry(self, voters: Sequence[Person] | None = None) -> Proposal:
        """Open, have the voters (by default enough) vote for, close, and queue."""
        self.open()
        self.vote(FOR, *(voters or self.enough()))
        self.close()
        self.queue()
        return self

    def enough(self) -> list[Person]:
        """As many electors as the quorum asks."""
        return self.body.electors(self.read("proposalQuorum"), self.read("proposalSnapshot"))

    def queue(self) -> Receipt:
        """Queue it now."""
        return self.body.send("queue", *self.hashed)

    def execute(self, by: Person | Signer = DEPLOYER) -> Receipt:
        """Execute it now."""
        return self.body.send("execute", *self.hashed, by=by)

    def cancel(self) -> Receipt:
        """The proposer cancels it now."""
        return self.body.send("cancel", *self.hashed, by=self.proposer)

    def release(self) -> Receipt:
        """Free what it had reserved."""
        return self.body.send("releaseExpired", *self.hashed)

    # --- times ---

    def open(self) -> Proposal:
        """Let the next transaction run in the first second of the vote."""
        just_before(self.chain, self.read("proposalVoteStart") + 1)
        return self

    def close(self) -> Proposal:
        """Let the next transaction run in the first second after the vote."""
        just_before(self.chain, self.read("proposalDeadline") + 1)
        return self

    def wait_until_due(self) -> Proposal:
        """Let the next transaction run in the first second in which it may be executed."""
        just_before(self.chain, self.read("proposalEta"))
        return self

    def let_expire(self) -> Proposal:
        """Let the next transaction run in the first second after it expired."""
        just_before(self.chain, self.read("proposalExpiry") + 1)
        return self

    # --- reads ---

    def read(self, function: str, *args: Any) -> Any:
        """What a view of the body says about this proposal at the present second."""
        return self.body.read(function, self.id, *args)

    @property
    def state(self) -> State:
        """At the present second."""
        return State(self.read("state"))

    @property
    def tally(self) -> tuple[int, int, int]:
        """Votes against, for and abstaining."""
        return tuple(self.read("proposalVotes"))


def carry_together(*proposals: Proposal) -> None:
    """Carry proposals whose votes are open at the same time, so that the next transaction may execute any of them."""
    chain = proposals[0].chain
    just_before(chain, max(proposal.read("proposalVoteStart") for proposal in proposals) + 1)
    for proposal in proposals:
        proposal.vote(FOR, *proposal.enough())
    just_before(chain, max(proposal.read("proposalDeadline") for proposal in proposals) + 1)
    for proposal in proposals:
        proposal.queue()
    just_before(chain, max(proposal.read("proposalEta") for proposal in proposals))
