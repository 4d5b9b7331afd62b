"""What a transaction of somebody's own would change: rehearsed on the node, in their name, before it is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zonedao.chain.contract import decode_call
from zonedao.chain.rehearsal import calling, rehearse
from zonedao.errors import ContractRevert, InsufficientFunds, NodeProblem, ZonedaoError
from zonedao.explain.calls import interface_of
from zonedao.explain.errands import WATCHERS, Errand
from zonedao.explain.watching import Change, Watch, changes_between, distinct

if TYPE_CHECKING:
    from zonedao.actions import Action


def foreseen(action: Action[Any]) -> tuple[Change, ...] | None:
    """What an action, and what must come before it, would change for its signer if it were sent now.

    None where that is not known: nobody is named who sends it, the node cannot be asked so, it would be refused, or
    nothing of what it does is watched because its sentence says all.
    """
    sender, connection = action.client.address, action.client.connection
    watched = watches(action, sender) if sender is not None else ()
    if sender is None or not watched:
        return None
    reads = [watch.step for watch in watched]
    made = [calling(each.to, each.data, each.value_wei) for each in (*action.first, action)]
    try:
        answers = rehearse(connection, sender, [*reads, *made, *reads])
    except (NodeProblem, ContractRevert, InsufficientFunds):
        return None
    if not all(answer.ok for answer in answers[len(reads) : -len(reads)]):
        return None
    return changes_between(watched, answers[: len(reads)], answers[-len(reads) :])


def watches(action: Action[Any], sender: str) -> tuple[Watch, ...]:
    """What an action of somebody may change, each once."""
    speaker = action.client.speaker
    kind, zone = interface_of(speaker, action.to, action.data), speaker.zone_of(action.to)
    if kind is None or zone is None:
        return ()
    try:
        signature, args = decode_call(kind, action.data)
        watcher = WATCHERS.get((kind.name, signature.split("(")[0]))
        return distinct(watcher(Errand(speaker, action.to, sender, zone), args)) if watcher is not None else ()
    except ZonedaoError:
        # What it names may not be there; that it would be refused is told where it is simulated.
        return ()
