"""From what waits to the action that does it, where there is nothing to choose or to count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from zonedao.governance.petitions import Petition, petition
from zonedao.todo.oversight import Request
from zonedao.todo.votes import Motion

if TYPE_CHECKING:
    from zonedao.actions import Action
    from zonedao.governance.proposals import Proposal
    from zonedao.governance.zone import Zone
    from zonedao.todo.items import Kind, Todo


def action(zone: Zone, person: str, todo: Todo) -> Action[Any] | None:
    """Does what waits for the holder of an address; None where it takes a choice, a count or a document.

    Raises what reading it anew raises.
    """
    if todo.kind == "followers" and isinstance(todo.about, Motion):
        return _proposal(zone, todo.about).count_followers(zone.registry.index_of(person))
    if todo.kind == "enroll":
        return zone.personhood.enroll(person)
    build = _DEEDS.get(todo.kind)
    return build(zone, todo.about) if build is not None else None


def _proposal(zone: Zone, motion: Motion) -> Proposal:
    return zone.body_at(motion.body).proposal(motion.id)


def _petition(zone: Zone, request: Request) -> Petition:
    return petition(zone.body_at(request.body), request.number)


# By kind, from what a thing is about (`Todo.about`).
_DEEDS: Mapping[Kind, Callable[[Zone, Any], Action[Any]]] = {
    "sponsor": lambda zone, motion: _proposal(zone, motion).sponsor(),
    "queue": lambda zone, motion: _proposal(zone, motion).queue(),
    "execute": lambda zone, motion: _proposal(zone, motion).execute(),
    "release": lambda zone, motion: _proposal(zone, motion).release_expired(),
    "recount": lambda zone, quorum: zone.body_at(quorum.body).recount(),
    "veto": lambda zone, _: zone.registry.veto_recovery(),
    "finish": lambda zone, lost: zone.registry.finish_recovery(lost.person),
    "expel": lambda zone, notice: zone.finish_expulsion(notice.person),
    "clear": lambda zone, cleared: zone.personhood.clear(cleared.key),
    "withdraw": lambda zone, due: zone.treasury.withdraw(due.payee, due.money.asset.address),
    "lapse": lambda zone, order: zone.stores.lapse(order.number),
    "settle": lambda zone, trade: zone.require_trade_post().settle(trade.number),
    "expire": lambda zone, offered: zone.require_trade_post().expire(offered.listing.number),
    "collect": lambda zone, due: zone.require_trade_post().withdraw(due.body, due.money.asset.address),
    "stand": lambda zone, election: zone.body_at(election.body).require_elections().stand(election.number),
    "close": lambda zone, recall: zone.body_at(recall.body).require_elections().close_recall(recall.petition),
    "read": lambda zone, wishing: zone.body_at(wishing.body).require_wishes().read(wishing.label),
    "rehang": lambda zone, ending: zone.body_at(ending.body).rehang(),
    "dissolve": lambda zone, ending: zone.body_at(ending.body).finish_dissolution(),
    "sweep": lambda zone, left: zone.treasury.sweep(zone.body_at(left.body), left.money.asset.address),
    "sign": lambda zone, request: _petition(zone, request).sign(),
    "enact": lambda zone, request: _petition(zone, request).enact(),
}
