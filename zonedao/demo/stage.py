"""The stage of the demo: who acts with which key, and how a proposal is carried from its text to its execution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from zonedao.chain.signers import LocalKey, dev_account
from zonedao.demo.report import Step, Tell

if TYPE_CHECKING:
    from zonedao.actions import Action
    from zonedao.chain.connection import Connection
    from zonedao.client import Client
    from zonedao.federation.deploying import Deployment
    from zonedao.governance.body import Body
    from zonedao.governance.proposals import Proposal
    from zonedao.governance.zone import Zone

T = TypeVar("T")

# Keys of the public test accounts that the example charters do not use.
FOUNDER, FRIEND, TEACHER, NEWCOMER = 40, 41, 42, 28


class Stage:
    """Everybody who acts, on one chain. Steps are collected in `steps` and told as they happen."""

    def __init__(self, connection: Connection, client: Client, tell: Tell) -> None:
        self.connection = connection
        self.client = client
        self.tell = tell
        self.steps: list[Step] = []
        self._keys: dict[str, LocalKey] = {
            "founder": dev_account(FOUNDER),
            "friend": dev_account(FRIEND),
            "teacher": dev_account(TEACHER),
            "rudi": dev_account(NEWCOMER),
        }

    def meet(self, deployment: Deployment) -> Zone:
        """The zone that was deployed; its members can act from now on, each with their own key."""
        by_address = {dev_account(number).address: dev_account(number) for number in range(FOUNDER)}
        for name, address in deployment.people.items():
            self._keys[name] = by_address[address]
        if self.client.book is not None:
            names = {address: name for name, address in deployment.people.items()}
            self.client.book.add_people(names, deployment.zone.name)
        return self.client.zone(deployment.zone.root, deploy_block=deployment.zone.deploy_block)

    def key(self, name: str) -> LocalKey:
        """The key of somebody."""
        return self._keys[name]

    def address(self, name: str) -> str:
        """The address of somebody."""
        return self._keys[name].address

    def record(self, name: str, actor: str, tx: str, gas: int, words: Sequence[str] = ()) -> None:
        """Keep a step and tell it."""
        step = Step(name, actor, tx, gas)
        self.steps.append(step)
        self.tell.step(step, words)

    def act(self, zone: Zone, actor: str, name: str, intend: Callable[[Zone], Action[T]]) -> T:
        """Let somebody do something in a zone, signing with their own key."""
        outcome = intend(zone.acting_as(self._keys[actor])).transact()
        self.record(name, actor, outcome.receipt.hash, outcome.receipt.gas_used, outcome.in_words())
        return outcome.value

    def pass_time(self, seconds: int, why: str) -> None:
        """Let time go by."""
        self.connection.skip(seconds)
        self.tell.aside(why)

    def decide(
        self,
        zone: Zone,
        path: str,
        name: str,
        proposer: str,
        intend: Callable[[Body], Action[Proposal]],
        *,
        in_favour: Sequence[str],
        against: Sequence[str] = (),
    ) -> Proposal:
        """Carry a proposal through: proposed, voted on, queued and executed."""
        proposal = self.act(zone, proposer, f"{name}: propose", lambda z: intend(z.body(path)))
        self.pass_time(proposal.opens_at - self.connection.now() + 1, "The vote opens.")
        for voter in in_favour:
            self._vote(zone, path, name, proposal, voter, "for")
        for voter in against:
            self._vote(zone, path, name, proposal, voter, "against")
        self.pass_time(proposal.closes_at - self.connection.now() + 1, _count(proposal))
        self.act(zone, proposer, f"{name}: queue", lambda z: self._again(z, path, proposal).queue())
        self.pass_time(proposal.status().eta - self.connection.now() + 1, "The delay passes.")
        self.act(zone, proposer, f"{name}: execute", lambda z: self._again(z, path, proposal).execute())
        return proposal

    def _vote(self, zone: Zone, path: str, name: str, proposal: Proposal, voter: str, choice: str) -> None:
        self.act(zone, voter, f"{name}: vote", lambda z: self._again(z, path, proposal).vote(choice))

    def _again(self, zone: Zone, path: str, proposal: Proposal) -> Proposal:
        return zone.body(path).proposal(proposal.number)


def _count(proposal: Proposal) -> str:
    votes: Any = proposal.votes
    return f"The vote closes: {votes.for_} for, {votes.against} against, of {proposal.electorate} members."
