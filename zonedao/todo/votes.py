"""What waits around proposals: votes, sponsors, ballots that are not counted, and pushes that anyone may give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from zonedao.ballots.here import BallotHere
from zonedao.governance.standing import ProposalState, ProposalStatus, Support
from zonedao.times import moment
from zonedao.todo.items import Kind, Sight, Todo

_LONGEST_GRACE_SECONDS = 7 * 86_400  # that a law can have (ConstitutionAffairs.sol, `_most`)


class Motion(NamedTuple):
    """A proposal that was neither executed nor canceled nor released, of the body at an address.

    Its vote opens and closes, ballots are counted in batches until `batches_until`; `queued_for` is the earliest
    execution that was announced (unix seconds, 0 where it was not queued). `held_up` is whether a freeze or an
    objection may have given it more time.
    """

    body: str
    where: str
    number: int
    id: int
    title: str
    opens_at: int
    closes_at: int
    batches_until: int
    queued_for: int
    held_up: bool

    def __str__(self) -> str:
        return f"proposal {self.number} of {self.where}, “{self.title}”"


class Votes(Protocol):
    """What is read of proposals. Who is asked about is who looks."""

    def motions(self) -> Iterable[Motion]:
        """Proposals about which anything can wait, body by body."""

    def status(self, motion: Motion) -> ProposalStatus:
        """How it stands."""

    def may_sponsor(self, motion: Motion) -> bool:
        """Whether the chain would take their signature now."""

    def may_vote(self, motion: Motion) -> bool:
        """Whether the chain would take their vote now."""

    def ballot(self, motion: Motion) -> BallotHere | None:
        """The ballot of theirs that this machine knows of."""

    def followers_wait(self, motion: Motion) -> bool:
        """Whether they voted as a representative, and somebody who follows them is not counted yet."""

    def reserved(self, motion: Motion) -> bool:
        """Whether money was set aside for it when it was queued."""


def waiting(sight: Sight, votes: Votes) -> Iterator[Todo]:
    """What waits in all bodies: for those who may sponsor or vote, and for anyone."""
    for motion in votes.motions():
        if sight.now <= motion.opens_at:
            if sight.person and votes.may_sponsor(motion):
                yield _sponsor(sight, votes, motion)
        elif sight.now <= motion.closes_at:
            if sight.person and votes.may_vote(motion):
                yield _vote(sight, votes, motion)
            elif sight.person:
                yield from _followers(sight, votes, motion)
        else:
            yield from _pushes(sight, votes, motion)


def _sponsor(sight: Sight, votes: Votes, motion: Motion) -> Todo:
    missing, until = votes.status(motion).sponsors_missing, moment(motion.opens_at, sight.now)
    text = f"sponsor {motion}, if it should be voted on; it needs {missing} more by {until}"
    return _about(motion, "sponsor", text, motion.opens_at)


def _vote(sight: Sight, votes: Votes, motion: Motion) -> Todo:
    """Whoever signed a ballot here has voted, as far as it is posted in time."""
    closes = f"it closes {moment(motion.closes_at, sight.now)}"
    found = votes.ballot(motion)
    if found is None:
        return _about(motion, "vote", f"vote on {motion}; {closes}", motion.closes_at)
    said = "to abstain" if found.support is Support.ABSTAIN else f"“{found.support.title}”"
    if sight.now > motion.batches_until:
        text = f"vote on {motion}: your ballot {said} was not counted while batches were; {closes}"
        return _about(motion, "vote", text, motion.closes_at)
    by = moment(motion.batches_until, sight.now)
    if found.in_box:
        text = f"post your ballot {said} on {motion}, which is in the ballot box here, by {by}"
        return _about(motion, "post", text, motion.batches_until)
    text = (
        f"your ballot {said} on {motion} is signed and not counted yet; whoever collects can post it until "
        f"{by}. If nobody does, vote directly; {closes}"
    )
    return _about(motion, "ballot", text, motion.batches_until)


def _followers(sight: Sight, votes: Votes, motion: Motion) -> Iterator[Todo]:
    """This person voted as a representative, and some who follow them are not counted yet."""
    if sight.now <= motion.batches_until and votes.followers_wait(motion):
        by = moment(motion.batches_until, sight.now)
        text = f"have those who follow you counted on {motion}; it is possible until {by}"
        yield _about(motion, "followers", text, motion.batches_until)


def _pushes(sight: Sight, votes: Votes, motion: Motion) -> Iterator[Todo]:
    too_late = sight.now > motion.closes_at + _LONGEST_GRACE_SECONDS
    if too_late and not motion.queued_for and not motion.held_up:
        return
    status = votes.status(motion)
    if status.state in (ProposalState.SUCCEEDED, ProposalState.QUEUED) and status.held_up_until:
        return  # by an objection or a freeze: pushing it would be refused
    until = moment(status.expires_at, sight.now)
    if status.state is ProposalState.SUCCEEDED:
        text = f"queue {motion}, which passed; it expires {until}"
        yield _about(motion, "queue", text, status.expires_at, yours=False)
    elif status.state is ProposalState.QUEUED and sight.now >= status.eta:
        text = f"execute {motion}, which is due; it expires {until}"
        yield _about(motion, "execute", text, status.expires_at, yours=False)
    elif status.state is ProposalState.EXPIRED and motion.queued_for and votes.reserved(motion):
        text = f"free what the expired {motion} had reserved"
        yield _about(motion, "release", text, 0, yours=False)


def _about(motion: Motion, kind: Kind, text: str, by: int, *, yours: bool = True) -> Todo:
    return Todo(kind, motion.where, motion.number, text, by, yours, about=motion)
