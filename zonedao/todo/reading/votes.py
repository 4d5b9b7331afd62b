"""Proposals, as a node tells them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zonedao.ballots.here import BallotHere, BallotsHere
from zonedao.chain.interface import shipped
from zonedao.governance import followers
from zonedao.governance.proposals import Proposal, ProposalStatus, Support
from zonedao.todo.votes import Motion

if TYPE_CHECKING:
    from zonedao.chain.events import Event
    from zonedao.governance.body import Body
    from zonedao.todo.reading.sight import ZoneSight

_FOLLOWED = ("ProposalCreated", "ProposalNumbered", "ProposalExtended", "ProposalQueued", "ProposalExecuted",
             "ProposalCanceled", "ReservationsReleased", "ProposalObjected", "Frozen")  # fmt: skip
_OVER = ("ProposalExecuted", "ProposalCanceled", "ReservationsReleased")


class VotesRead:
    """The proposals of all bodies of a zone."""

    def __init__(self, sight: ZoneSight) -> None:
        self._sight = sight
        self._zone = sight.zone
        self._here = BallotsHere(sight.zone.connection.chain_id, sight.person, sight.address)
        self._proposals: dict[tuple[str, int], Proposal] = {}

    def motions(self) -> Iterator[Motion]:
        """Proposals about which anything can wait, body by body."""
        for body, events in self._followed().items():
            over = {event.args["proposalId"] for event in events if event.name in _OVER}
            queued = {
                event.args["proposalId"]: event.args["etaSeconds"] for event in events if event.name == "ProposalQueued"
            }
            created = [event for event in events if event.name == "ProposalCreated"]
            extended = [event for event in events if event.name == "ProposalExtended"]
            objected = {event.args["proposalId"] for event in events if event.name == "ProposalObjected"}
            frozen = any(event.name == "Frozen" for event in events)
            for numbered in (event for event in events if event.name == "ProposalNumbered"):
                identity = numbered.args["proposalId"]
                if identity not in over:
                    proposal = Proposal.from_events(body, numbered, created, extended)
                    self._proposals[body.address, identity] = proposal
                    yield self._motion(proposal, queued.get(identity, 0), frozen or identity in objected)

    def status(self, motion: Motion) -> ProposalStatus:
        """How it stands."""
        return self._proposal(motion).status()

    def may_sponsor(self, motion: Motion) -> bool:
        """Whether the chain would take their signature now."""
        return self._proposal(motion).body.contract.would_take(self._sight.address, "sponsor", motion.id)

    def may_vote(self, motion: Motion) -> bool:
        """Whether the chain would take their vote now."""
        contract = self._proposal(motion).body.contract
        return contract.would_take(self._sight.address, "castVote", motion.id, int(Support.ABSTAIN))

    def ballot(self, motion: Motion) -> BallotHere | None:
        """The ballot of theirs that this machine knows of."""
        return self._here.on(motion.body, motion.id)

    def followers_wait(self, motion: Motion) -> bool:
        """Whether they voted as a representative, and somebody who follows them is not counted yet."""
        proposal, person = self._proposal(motion), self._sight.person
        return followers.representative(proposal, person) is not None and bool(followers.waiting(proposal, person))

    def reserved(self, motion: Motion) -> bool:
        """Whether money was set aside for it when it was queued."""
        kind = shipped("ITreasury")
        spending = [kind.function(name).selector for name in ("pay", "escrow")]
        vault = self._zone.treasury.address
        return any(call.target == vault and call.data[:4] in spending for call in self._proposal(motion).calls)

    # --- inside ---

    def _followed(self) -> dict[Body, list[Event]]:
        """What happened to the proposals of each body, in one request."""
        bodies = {body.address: body for body in self._zone.bodies()}
        found: dict[Body, list[Event]] = {body: [] for body in bodies.values()}
        for event in self._zone.events_of_all(*_FOLLOWED):
            found[bodies[event.address]].append(event)
        return found

    def _motion(self, proposal: Proposal, queued_for: int, held_up: bool) -> Motion:
        # Batches end with the announced vote's last part, which only an open vote is asked for.
        is_open = proposal.opens_at < self._sight.now <= proposal.closes_at
        until = int(proposal.body.contract.call("batchDeadline", proposal.id)) if is_open else 0
        body = proposal.body
        return Motion(
            body.address,
            body.path,
            proposal.number,
            proposal.id,
            proposal.title,
            proposal.opens_at,
            proposal.closes_at,
            until,
            queued_for,
            held_up,
        )

    def _proposal(self, motion: Motion) -> Proposal:
        return self._proposals[motion.body, motion.id]
