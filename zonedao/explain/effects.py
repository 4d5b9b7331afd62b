"""What executing calls would do as things are now: they are rehearsed on the node, and what differs is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zonedao.actions import plain
from zonedao.chain.abi import encode, tuple_of
from zonedao.chain.contract import decode_call
from zonedao.chain.rehearsal import Answer, Step, calling, rehearse, storing
from zonedao.chain.reverts import decode_revert
from zonedao.errors import ContractRevert, InsufficientFunds, NodeProblem, ZonedaoError
from zonedao.explain.calls import interface_of
from zonedao.explain.funds import Spent, spent_in
from zonedao.explain.reverts import Scene, reason
from zonedao.explain.watched_governance import of_body
from zonedao.explain.watching import Change, Stage, Watch, changes_between, distinct, watchers

if TYPE_CHECKING:
    from zonedao.explain.speaker import Speaker
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Call
    from zonedao.governance.proposals import Proposal

# BodyStorage.sol, the second slot: number of what runs (bits 160-191), queued at (192-231), from an allowance (232).
_CONTEXT_SLOT = 1
_NUMBER_AT, _QUEUED_AT, _DRAWN_AT = 160, 192, 232
_REST = (2**256 - 1) ^ (2**240 - 2**160)


@dataclass(frozen=True)
class Effects:
    """What some calls would do.

    `changes` is what would differ after all of them. Where one would be refused, nothing would happen at all: `refused`
    says why, a phrase without a full stop, and `refused_call` which, from 1; 0 is the reservation of their money.
    """

    changes: tuple[Change, ...] = ()
    refused: str = ""
    refused_call: int = 0

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each change."""
        return tuple(str(each) for each in self.changes)


def effects(
    body: Body,
    calls: Sequence[Call],
    proposal: Proposal | None = None,
    *,
    queued: bool = False,
    by_petition: bool = False,
) -> Effects | None:
    """What these calls would do if the body made them now: those of `proposal`, or of one that is yet to be made.

    What is spent is reserved first, unless the proposal is `queued`, which did it, or members make the body do it
    `by_petition`, which reserves nothing. None where the node cannot be asked, the calls use up all gas, or the body is
    of another version. Nothing is sent.
    """
    watched = watches(body, calls)
    spent = [each for each in spent_in(body, calls) if each.reserved and not by_petition]
    next_number = 0 if by_petition else body.proposal_count() + 1
    number = proposal.number if proposal is not None else next_number
    try:
        drawn = _drawn_from_events(body, number) if queued else _drawn(body, spent)
        from_above = {each.place for each, above in zip(spent, drawn, strict=False) if above}
        reads = [watch.step for watch in watched]
        running = _Run(body, number, body.client.head().timestamp)
        script = [
            *reads,
            *([] if queued else [running.reserve(each) for each in spent]),
            *running.begun(),
            *(step for place, call in enumerate(calls) for step in running.called(call, place in from_above)),
            running.over(),
            *reads,
        ]
        answers = list(rehearse(body.client.connection, body.address, script))
    except (NodeProblem, ContractRevert, InsufficientFunds):
        return None
    before = _taken(answers, len(reads))
    reserved = _taken(answers, 0 if queued else len(spent))
    if not running.is_begun(_taken(answers, 2)[1]):
        return None
    made = _taken(answers, 3 * len(calls))[1::3]
    after = answers[1:]
    for place, answer in enumerate([*reserved, *made]):
        if not answer.ok:
            number_of_call = max(place + 1 - len(reserved), 0)
            first = calls[max(number_of_call - 1, 0)]
            return Effects(refused=_why(body, first, answer), refused_call=number_of_call)
    found = changes_between(watched, before, after)
    return Effects(found) if found is not None else None


def watches(body: Body, calls: Sequence[Call]) -> tuple[Watch, ...]:
    """What calls may change, each once: as far as it is known what they do, and of the body whatever they are."""
    speaker = body.client.speaker
    called = (watch for call in calls for watch in _watched(speaker, body, call))
    return distinct((*called, *of_body(Stage(speaker, body.address, body))))


def _watched(speaker: Speaker, body: Body, call: Call) -> Iterator[Watch]:
    kind = interface_of(speaker, call.target, call.data)
    if kind is None:
        return
    try:
        signature, args = decode_call(kind, call.data)
        watcher = watchers().get((kind.name, signature.split("(")[0]))
        if watcher is not None:
            yield from list(watcher(Stage(speaker, call.target, body), args))
    except ZonedaoError:
        # What a call names may not be there; that it is refused is told by the rehearsal.
        return


@dataclass(frozen=True)
class _Run:
    """The steps of an execution."""

    body: Body
    number: int
    at: int  # unix seconds

    def reserve(self, spent: Spent) -> Step:
        treasury = self.body.zone.treasury.contract
        return calling(treasury.address, treasury.encode("reserve", spent.asset, spent.amount, self.number))

    def begun(self) -> tuple[Step, Step]:
        """The body runs the proposal, and is asked whether it does."""
        return self._context(False), calling(self.body.address, self.body.contract.encode("execution"))

    def is_begun(self, answer: Answer) -> bool:
        """Whether that was so: where the body keeps it is written above."""
        said = encode(_EXECUTION, [self.number, self.at, False])
        return answer.ok and answer.data == said

    def called(self, call: Call, from_above: bool) -> tuple[Step, Step, Step]:
        return self._context(from_above), calling(call.target, call.data), self._context(False)

    def over(self) -> Step:
        return storing(_CONTEXT_SLOT, _REST, 0)

    def _context(self, from_above: bool) -> Step:
        bits = self.number << _NUMBER_AT | self.at << _QUEUED_AT | from_above << _DRAWN_AT
        return storing(_CONTEXT_SLOT, _REST, bits)


_EXECUTION = tuple_of([{"type": "uint256"}, {"type": "uint256"}, {"type": "bool"}])


def _drawn(body: Body, spent: Sequence[Spent]) -> list[bool]:
    """Which of these an allowance would pay: what the account does not cover (Treasury.sol, `reserve`)."""
    treasury, taken = body.zone.treasury, Counter[str]()
    free = {asset: treasury.account(body, asset).free.amount for asset in {each.asset for each in spent}}
    found: list[bool] = []
    for each in spent:
        covered = free[each.asset] - taken[each.asset] >= each.amount
        taken[each.asset] += each.amount * covered
        found.append(not covered)
    return found


def _drawn_from_events(body: Body, number: int) -> list[bool]:
    """Which of what a queued proposal spends an allowance pays, as the treasury told when it was queued."""
    treasury = body.zone.treasury.contract
    told = treasury.logs("Reserved", body.zone.deploy_block, body=body.address, proposal=number)
    return [event.args["source"] != body.address for event in told]


def _taken(answers: list[Answer], count: int) -> list[Answer]:
    found = answers[:count]
    del answers[:count]
    return found


def _why(body: Body, call: Call, answer: Answer) -> str:
    revert = decode_revert(answer.data)
    if revert.name == "Empty":
        return f"call of {body.client.speaker.who(call.target)} fails without saying why"
    return reason(Scene(body.client.speaker, plain(body.client, call.target, call.data, "")), revert)
