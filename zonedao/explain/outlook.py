"""What is ahead of a proposal, as things are now: what executing it would do, whether its money is there, warnings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zonedao.explain.effects import Effects, effects
from zonedao.explain.funds import Funds, funds
from zonedao.explain.prospects import prospects
from zonedao.explain.watching import documents
from zonedao.governance.proposals import ProposalState

if TYPE_CHECKING:
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Call
    from zonedao.governance.proposals import Proposal

TO_COME = (ProposalState.PENDING, ProposalState.ACTIVE, ProposalState.SUCCEEDED, ProposalState.QUEUED)


@dataclass(frozen=True)
class Outlook:
    """What executing a proposal would do as things are now; nothing for one that is over, which is not `tried`.

    `effects` is None where the node cannot tell; `money` says whether its money is there; each of the `warnings` is a
    phrase without a full stop.
    """

    effects: Effects | None = None
    money: tuple[Funds, ...] = ()
    warnings: tuple[str, ...] = ()
    tried: bool = False

    @property
    def document(self) -> list[dict[str, str]] | None:
        """The changes in JSON's types, None where they are not known."""
        return None if self.effects is None else documents(self.effects.changes)

    @property
    def lines(self) -> tuple[str, ...]:
        """What would change, and where the money is; not the warnings."""
        found: list[str] = []
        if self.tried and self.effects is None:
            found.append("What executing it would change cannot be tried on this node.")
        if self.effects is not None and self.effects.changes:
            found.append("Executing it would change, as things are now:")
            found += [f"  {line}" for line in self.effects.lines]
        return (*found, *(f"Its money: {each.words}." for each in self.money if each.there))


def outlook(
    body: Body, calls: Sequence[Call], proposal: Proposal | None = None, state: ProposalState | None = None
) -> Outlook:
    """The outlook of calls that are yet to be proposed, or of a proposal (its state is read unless given)."""
    if proposal is not None and state is None:
        state = proposal.state
    if state is not None and state not in TO_COME:
        return Outlook()
    queued = state is ProposalState.QUEUED
    seen = effects(body, calls, proposal, queued=queued)
    money = funds(body, calls, queued=queued)
    return Outlook(seen, money, prospects(body, calls, seen, money), tried=True)


def outlook_of_petition(body: Body, call: Call) -> Outlook:
    """The outlook of the call that a petition makes its body do."""
    seen = effects(body, [call], by_petition=True)
    return Outlook(seen, (), prospects(body, [call], seen, ()), tried=True)
