"""The same things done with OpenZeppelin 5.1.0: ERC-721 votes, a governor and a timelock that holds the money."""

from __future__ import annotations

from typing import Any

from benchmarks.setting import ALICE, PAYEE, PEOPLE, Deployments, Steps, keys, proposal_text
from tests.support.bodies import FOR, Call, Person, call_of, just_before, now, read, transact
from tests.support.chain import sender
from tests.support.plans import DAY, ETHER, HOUR
from zonedao.ballots.typed import typed_data
from zonedao.chain.abi import keccak
from zonedao.chain.connection import Connection
from zonedao.chain.receipts import Receipt
from zonedao.chain.signers import dev_account

VERSION = "5.1.0"

_VOTING_DELAY, _VOTING_PERIOD, _TIMELOCK_DELAY = HOUR, DAY, 12 * HOUR
_QUORUM_PERCENT = 1
_FUNDS, _PAYMENT, _TOKEN_FUNDS, _TOKEN_PAYMENT = 100 * ETHER, ETHER // 8, 10**12, 1_500 * 10**6  # wei; base units


class Peers:
    """Measures on a fresh chain, or on one where ours was measured."""

    def __init__(self, chain: Connection) -> None:
        self.chain = chain
        self.steps: Steps = {}
        self.deployments = Deployments(chain)

    def measure(self) -> Peers:
        """Found one, let it vote and pay."""
        create = self.deployments.create
        deployer = dev_account(0)
        self._token = create("PeerToken")
        self._timelock = create("PeerTimelock", _TIMELOCK_DELAY, deployer.address)
        settings = (_VOTING_DELAY, _VOTING_PERIOD, _QUORUM_PERCENT)
        self._governor = create("PeerGovernor", self._token.address, self._timelock.address, *settings)
        roles = [self._give(role) for role in ("PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE")]
        admin = read(self._timelock, "DEFAULT_ADMIN_ROLE")
        roles.append(transact(self._timelock, "renounceRole", admin, deployer.address))
        self.steps["found"] = sum([*self.deployments.values(), *(receipt.gas_used for receipt in roles)])
        self._begin()
        self._pay()
        self._admit_many()
        return self

    def _give(self, role: str) -> Receipt:
        return transact(self._timelock, "grantRole", read(self._timelock, role), self._governor.address)

    def _begin(self) -> None:
        """Everybody gets a token and delegates to themself: a vote that nobody delegated does not count there."""
        for person in PEOPLE:
            minted = transact(self._token, "mint", person.address, person.index)
            delegated = transact(self._token, "delegate", person.address, by=person)
            joined = minted.gas_used + delegated.gas_used
        self.steps["admit a member: mint, delegate"] = joined  # the last one: the first fill words that all share

    def _admit_many(self) -> None:
        """A hundred at once, by vote; one of them has a key here and delegates for all."""
        speaker = dev_account(30)
        members = [*keys(0, 99), speaker.address]
        calls = [call_of(self._token, "mint", member, 100 + number) for number, member in enumerate(members)]
        self._enact("admit 100 members", 3, *calls)
        delegated = transact(self._token, "delegate", speaker.address, by=speaker)
        self.steps["delegate"] = delegated.gas_used

    def _pay(self) -> None:
        money = self.deployments.create("TestToken")
        transact(money, "mint", self._timelock.address, _TOKEN_FUNDS)
        sender(self.chain).transact(self._timelock.address, b"", _FUNDS)
        self._enact("pay", 1, (PAYEE.address, b""), value_wei=_PAYMENT, votes="vote")
        transfer = call_of(money, "transfer", PAYEE.address, _TOKEN_PAYMENT)
        self._enact("pay in a token", 2, transfer)

    def _enact(self, label: str, number: int, *calls: Call, value_wei: int = 0, votes: str | None = None) -> None:
        targets, calldatas = zip(*calls, strict=True)
        actions = (targets, [value_wei] * len(calls), calldatas)
        text = proposal_text(number)
        hashed = (*actions, keccak(text.encode()))
        self._note(f"{label}: propose", "propose", *actions, text, by=ALICE)
        proposal = read(self._governor, "hashProposal", *hashed)
        just_before(self.chain, read(self._governor, "proposalSnapshot", proposal) + 1)
        for position, voter in enumerate(PEOPLE[1:4]):
            if votes is not None and position == 2:
                self.steps[f"{votes}, by signature"] = self._vote_by_signature(proposal, voter).gas_used
                continue
            receipt = transact(self._governor, "castVote", proposal, FOR, by=voter)
            if votes is not None:
                self.steps[f"{votes}, {('first', 'further')[position]}"] = receipt.gas_used
        just_before(self.chain, read(self._governor, "proposalDeadline", proposal) + 1)
        self._note(f"{label}: queue", "queue", *hashed)
        just_before(self.chain, now(self.chain) + _TIMELOCK_DELAY)
        self._note(f"{label}: execute", "execute", *hashed)

    def _vote_by_signature(self, proposal: int, voter: Person) -> Receipt:
        """A vote that somebody else brings."""
        domain = read(self._governor, "eip712Domain")
        message = typed_data(
            {
                "name": domain.name,
                "version": domain.version,
                "chainId": domain.chainId,
                "verifyingContract": domain.verifyingContract,
            },
            "Ballot",
            {"proposalId": "uint256", "support": "uint8", "voter": "address", "nonce": "uint256"},
            {"proposalId": proposal, "support": FOR, "voter": voter.address, "nonce": 0},
        )
        signature = voter.signer.sign_typed_data(message)
        return transact(self._governor, "castVoteBySig", proposal, FOR, voter.address, signature)

    def _note(self, label: str, function: str, *args: Any, by: Person | None = None) -> None:
        receipt = transact(self._governor, function, *args, by=by or PEOPLE[0])
        self.steps[label] = receipt.gas_used
