"""Bodies below bodies: what a parent does to a child, how a body ends, and how it comes to hang elsewhere."""

from __future__ import annotations

from tests.support.model.bodies import Proposal
from tests.support.model.calls import (
    ACTIVE,
    FOR_EVER,
    LONGEST_FREEZE,
    LONGEST_PAUSE,
    NOBODY,
    PENDING,
    QUEUED,
    SUCCEEDED,
    YEAR,
    Dissolve,
    Freeze,
    Hold,
    Measure,
    Object,
    Offer,
    Preserve,
    Resume,
    Take,
    Unfreeze,
)
from tests.support.model.money import Books
from tests.support.model.register import Register
from tests.support.rules import require


class Tree(Register):
    """Who is above whom, and every step that changes it. `parents` is the same as the books have."""

    def __init__(self) -> None:
        super().__init__()
        self.parents: dict[str, str | None] = {}
        self.books = Books(self.parents)

    # --- reads ---

    def proposal(self, body: str, number: int) -> Proposal:
        return self.bodies[body].proposals[number - 1]

    def levels(self, body: str) -> int:
        """Bodies above it."""
        above = self.parents[body]
        return 0 if above is None else self.levels(above) + 1

    # --- by the body above ---

    def measure(self, body: str, call: Measure, time: int) -> None:
        match call:
            case Object() | Resume():
                self._hold_up(body, call, time)
            case Freeze() | Unfreeze():
                self._freeze(body, call, time)
            case Dissolve() | Preserve():
                self._announce(body, call, time)
            case _:
                self._move(body, call, time)

    def _hold_up(self, body: str, call: Object | Resume, time: int) -> None:
        child, proposal = self.bodies[call.child], self.proposal(call.child, call.number)
        if isinstance(call, Object):
            begin = max(proposal.end, time)
            rules = {
                "OnlyParent": child.parent != body and call.child != body,
                "WrongDuration": not 0 < call.seconds <= LONGEST_PAUSE,
                "GovernorUnexpectedProposalState": proposal.state(time) not in (PENDING, ACTIVE, SUCCEEDED, QUEUED),
                "AlreadyObjected": proposal.pause is not None,
            }
            _require(rules)
            proposal.pause = begin, begin + call.seconds
        else:
            pause = proposal.pause
            _require({"OnlyParent": child.parent != body, "NotPaused": pause is None or time >= pause[1]})
            assert pause is not None
            proposal.pause = pause[0], max(pause[0], time)

    def _freeze(self, body: str, call: Freeze | Unfreeze, time: int) -> None:
        child = self.bodies[call.child]
        rules = {"OnlyParent": child.parent != body, "AlreadyDissolved": bool(child.ended)}
        if isinstance(call, Freeze):
            until = time + call.seconds
            year = child.frozen_seconds(time) - child.frozen_seconds(until - YEAR)
            rules["WrongDuration"] = not 0 < call.seconds <= LONGEST_FREEZE
            rules["AlreadyFrozen"] = child.frozen(time)
            rules["FrozenTooLong"] = year + call.seconds > LONGEST_FREEZE
            _require(rules)
            child.freezes.append((time, until))
        else:
            _require(rules | {"NotFrozen": not child.frozen(time)})
            child.freezes[-1] = child.freezes[-1][0], time

    def _announce(self, body: str, call: Dissolve | Preserve, time: int) -> None:
        child = self.bodies[call.child]
        rules, announced = {"OnlyParent": child.parent != body}, any(child.ending(time))
        if isinstance(call, Dissolve):
            _require(rules | {"AlreadyDissolved": bool(child.ended), "DissolutionOpen": announced})
            child.announced = time
        else:
            _require(rules | {"NoDissolution": not announced})
            child.announced = None

    def _move(self, body: str, call: Offer | Hold | Take, time: int) -> None:
        child = self.bodies[call.child]
        to, ready, _ = child.offered(time)
        if isinstance(call, Offer):
            rules = {
                "OnlyParent": child.parent != body,
                "AlreadyDissolved": bool(child.ended),
                "MoveOpen": to != NOBODY,
                **self._misfits(call.child, call.to),
            }
            _require(rules)
            child.offer = call.to, time
        elif isinstance(call, Hold):
            _require({"OnlyParent": child.parent != body, "NotOffered": to == NOBODY})
            child.offer = None
        else:
            rules = {"NotOffered": to != body, "MoveNotReady": time < ready, **self._misfits(call.child, body)}
            require({name for name, broken in rules.items() if broken} | child.closed(time))
            self._hang(call.child, body, self.levels(body) + 1, time)

    def _misfits(self, child: str, to: str) -> dict[str, bool]:
        """Up or sideways only, to a body that goes on."""
        known = to in self.bodies
        return {
            "CannotStandBelow": not known or to == self.parents[child] or bool(self.bodies[to].ended),
            "WouldBeDeeper": known and self.levels(to) + 1 > self.levels(child),
        }

    # --- by anybody ---

    def finish(self, body: str, time: int) -> None:
        """The end of a body whose end was announced: whatever is frozen stays so, and it has no clock any more."""
        here = self.bodies[body]
        ready, _ = here.ending(time)
        require({"NoDissolution"} if not ready else {"DissolutionNotReady"} if time < ready else ())
        here.freezes[:] = [(begin, min(end, time)) for begin, end in here.freezes] + [(time, FOR_EVER)]
        here.ended.append(time)
        assert here.parent is not None
        self.bodies[here.parent].children.discard(body)

    def rehang(self, body: str, time: int) -> None:
        """Under the nearest body above that goes on, at the depth after that which this has."""
        here = self.bodies[body]
        require({"OnlyIndustry"} if here.parent is None else ())
        to = here.parent
        while to is not None and self.bodies[to].ended:
            to = self.bodies[to].parent
        assert to is not None
        depth = self.bodies[to].depth + 1
        require({"NothingToRehang"} if (to, depth) == (here.parent, here.depth) else ())
        if to != here.parent:
            self._hang(body, to, depth, time)
        here.depth = depth

    def sweep(self, body: str, asset: str, time: int) -> None:
        require(() if body in self.bodies else {"NotOurBody"})
        self.books.sweep(body, asset, bool(self.bodies[body].ended))

    # --- inside ---

    def _hang(self, body: str, to: str, depth: int, time: int) -> None:
        """What one parent offered binds no other."""
        here = self.bodies[body]
        assert here.parent is not None
        self.bodies[here.parent].children.discard(body)
        if not here.ended:
            self.bodies[to].children.add(body)
        here.parent = self.parents[body] = to
        here.depth, here.offer = depth, None
        here.above.append((time, to))


def _require(rules: dict[str, bool]) -> None:
    require(name for name, broken in rules.items() if broken)
