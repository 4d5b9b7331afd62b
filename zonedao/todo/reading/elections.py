"""Elections and recalls, as the objects of a zone tell them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from zonedao.governance.electing import Kind, Phase
from zonedao.text import read_label
from zonedao.todo.elections import Recall, Running, Seat

if TYPE_CHECKING:
    from zonedao.todo.reading.sight import ZoneSight

_ANY_COMMITMENT = b"\1" * 32  # to see whether the chain would take one


class PollsRead:
    """The elections of all bodies of a zone."""

    def __init__(self, sight: ZoneSight) -> None:
        self._sight = sight
        self._zone = sight.zone
        elections = sight.zone.elections
        self._contract = elections.contract if elections is not None else None
        self._rankings: set[int] = set()

    def running(self) -> Iterator[Running]:
        """Elections that are not decided, by number."""
        for number in sorted(self._bodies.keys() - self._decided):
            assert self._contract is not None
            found = self._contract.call("electionOf", number)
            if Kind(found.kind) is Kind.STV:
                self._rankings.add(number)
            body = self._bodies[number]
            yield Running(
                body=body,
                where=self._sight.path_of(body) or "",
                number=number,
                about=read_label(found.label),
                phase=Phase(found.phase),
                choices=found.choices,
                opens_at=found.voteStart,
                closes_at=found.voteEnd,
                revealed_at=found.revealEnd,
            )

    def may_stand(self, election: Running) -> bool:
        """Whether the chain would take them as a candidate now."""
        return self._would("stand", election.number)

    def may_vote(self, election: Running) -> bool:
        """Whether the chain would take their ballot, or their commitment to one, now."""
        if election.secret:
            return self._would("commit", election.number, _ANY_COMMITMENT)
        return self._would("vote", election.number, int(election.number in self._rankings))  # nobody, or the first

    def hides(self, election: Running) -> bool:
        """Whether they committed to a ballot and have not revealed it."""
        if self._contract is None or not self._sight.person:
            return False
        who = {"election": election.number, "person": self._sight.person}
        committed = any(self._contract.call("commitmentOf", election.number, self._sight.person))
        return committed and not self._contract.logs("BallotCast", self._zone.deploy_block, **who)

    def recalls(self) -> Iterator[Recall]:
        """Recalls that were asked for in elections that are decided."""
        if self._contract is None or not self._decided:
            return
        for asked in self._contract.logs("RecallAsked", self._zone.deploy_block, election=sorted(self._decided)):
            found = self._contract.call("petitionOf", asked.args["petition"])
            body = self._bodies[found.election]
            yield Recall(
                body=body,
                where=self._sight.path_of(body) or "",
                petition=asked.args["petition"],
                election=found.election,
                person=found.person,
                signed=found.signatures,
                wanted=found.needed,
                until=found.signEnd,
                closes_at=found.voteEnd,
                closed=found.closed,
            )

    def seats(self) -> Iterator[Seat]:
        """Every election of officers, in bodies to which they belong."""
        for number, body in self._bodies.items():
            if self._contract is None or not self._sight.belongs(body):
                continue
            found = self._contract.call("electionOf", number)
            if Kind(found.kind) is not Kind.POLL:
                yield Seat(
                    body=body,
                    where=self._sight.path_of(body) or "",
                    election=number,
                    about=read_label(found.label),
                    decided=number in self._decided,
                    filled=found.winners != 0,
                    begins_at=found.termStart,
                    ends_at=found.termEnd,
                )

    def may_ask(self, recall: Recall) -> bool:
        """Whether the chain would take their signature for a recall now."""
        return self._would("petition", recall.election, recall.person)

    def may_recall(self, recall: Recall) -> bool:
        """Whether the chain would take their vote on a recall now."""
        return self._would("voteRecall", recall.petition, False)

    # --- inside ---

    @cached_property
    def _bodies(self) -> dict[int, str]:
        """The body of each election."""
        if self._contract is None:
            return {}
        bodies, first = list(self._zone.tree()), self._zone.deploy_block
        return {
            event.args["election"]: event.args["body"]
            for name in ("PollOpened", "ElectionOpened")
            for event in self._contract.logs(name, first, body=bodies)
        }

    @cached_property
    def _decided(self) -> set[int]:
        if self._contract is None or not self._bodies:
            return set()
        told = self._contract.logs("Decided", self._zone.deploy_block, election=list(self._bodies))
        return {event.args["election"] for event in told}

    def _would(self, function: str, *args: object) -> bool:
        return self._contract is not None and self._contract.would_take(self._sight.address, function, *args)
