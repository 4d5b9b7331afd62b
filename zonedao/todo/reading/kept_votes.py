"""Proposals, as an index tells them: those that are over are not looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zonedao.ballots.here import BallotHere, BallotsHere
from zonedao.governance.laws import last_part_seconds
from zonedao.governance.standing import ProposalStatus, Support
from zonedao.index.proposals import IndexedProposal
from zonedao.index.represented import followers_left
from zonedao.todo.votes import Motion

if TYPE_CHECKING:
    from zonedao.index.chain import IndexedChain
    from zonedao.todo.reading.sight import ZoneSight

# Queued, neither executed nor canceled nor released, with money that was set aside.
_RESERVED = """
SELECT DISTINCT queued.proposal_id FROM body_proposal_queued AS queued
JOIN body_proposal_numbered AS numbered
  ON numbered.source = queued.source AND numbered.proposal_id = queued.proposal_id
JOIN treasury_reserved AS reserved ON reserved.body = :address AND reserved.proposal = numbered.number
WHERE queued.source = :body AND queued.proposal_id NOT IN (
    SELECT proposal_id FROM body_proposal_executed WHERE source = :body
    UNION ALL SELECT proposal_id FROM body_proposal_canceled WHERE source = :body
    UNION ALL SELECT proposal_id FROM body_reservations_released WHERE source = :body
)
"""


class VotesKept:
    """The proposals of all bodies of a zone."""

    def __init__(self, sight: ZoneSight, chain: IndexedChain) -> None:
        self._sight = sight
        self._chain = chain
        self._here = BallotsHere(chain.chain_id, sight.person, sight.address)

    def motions(self) -> Iterator[Motion]:
        """Proposals about which anything can wait, body by body."""
        for body in self._sight.zone.bodies():
            source = self._chain.sources[body.address.lower()]
            proposals = self._chain.proposals(source)
            found = {each.id: (each, status) for each, status in proposals.newest(only_open=True)}
            for (stored,) in self._chain.database.execute(_RESERVED, {"body": source.id, "address": source.address}):
                expired = proposals.find(int(stored))
                if expired is not None:
                    found.setdefault(int(stored), expired)
            for each, status in sorted(found.values(), key=lambda one: one[0].number):
                yield self._motion(body.address, body.path, each, status)

    def status(self, motion: Motion) -> ProposalStatus:
        """How it stands."""
        return self._found(motion)[1]

    def may_sponsor(self, motion: Motion) -> bool:
        """Whether the chain would take their signature now."""
        return self._would("sponsor", motion)

    def may_vote(self, motion: Motion) -> bool:
        """Whether the chain would take their vote now."""
        return self._would("castVote", motion, int(Support.ABSTAIN))

    def ballot(self, motion: Motion) -> BallotHere | None:
        """The ballot of theirs that this machine knows of."""
        return self._here.on(motion.body, motion.id)

    def followers_wait(self, motion: Motion) -> bool:
        """Whether they voted as a representative, and somebody who follows them is not counted yet."""
        return followers_left(self._chain, self._chain.sources[motion.body.lower()], motion.id, self._sight.person)

    def reserved(self, motion: Motion) -> bool:
        """Whether money was set aside for it: what has expired without is not told of."""
        return True

    # --- inside ---

    @staticmethod
    def _motion(body: str, path: str, proposal: IndexedProposal, status: ProposalStatus) -> Motion:
        announced = proposal.opens_at + status.law.voting_period_seconds
        return Motion(
            body,
            path,
            proposal.number,
            proposal.id,
            proposal.title,
            proposal.opens_at,
            proposal.closes_at,
            announced - last_part_seconds(status.law.voting_period_seconds),
            status.eta,
            True,  # only those are told of that are open still
        )

    def _found(self, motion: Motion) -> tuple[IndexedProposal, ProposalStatus]:
        found = self._chain.proposals(self._chain.sources[motion.body.lower()]).find(motion.id)
        assert found is not None  # it was told of
        return found

    def _would(self, function: str, motion: Motion, *args: int) -> bool:
        contract = self._sight.zone.body_at(motion.body).contract
        return contract.would_take(self._sight.address, function, motion.id, *args)
