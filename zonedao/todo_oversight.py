"""What waits where a body is ended, moved or stopped: appeals, petitions, and bodies and money to be put in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zonedao.chain.contract import fetch_logs
from zonedao.chain.events import decode_logs
from zonedao.chain.interface import shipped
from zonedao.errors import ContractRevert
from zonedao.governance.petitions import Petition
from zonedao.times import moment
from zonedao.todo import Todo

if TYPE_CHECKING:
    from zonedao.actions import Action
    from zonedao.governance.body import Body
    from zonedao.governance.zone import Zone


def waiting(zone: Zone, person: str) -> Iterator[Todo]:
    """What waits for the holder of an address, and what only needs a push."""
    yield from _endings(zone, person)
    yield from _offers(zone, person)
    yield from _petitions(zone, person)


def _endings(zone: Zone, person: str) -> Iterator[Todo]:
    """Who belongs to a body that is to be dissolved may appeal; afterwards anybody tidies up."""
    bodies, now = zone.bodies(), zone.client.now()
    ends = {body.address: body.dissolution() for body in bodies}
    for body in bodies:
        end, above = ends[body.address], body.parent
        if above is not None and ends[above.address].dissolved_at:
            text = f"hang {body.path} under the nearest body above it that goes on"
            yield Todo("rehang", body.path, 0, text, 0, False, body.rehang())
        if end.announced and now >= end.ready_at:
            text = f"dissolve {body.path} by {moment(end.expires_at, now)}, after which the announcement lapses"
            yield Todo("dissolve", body.path, 0, text, end.expires_at, False, body.finish_dissolution())
        elif end.announced and body.is_member(zone.registry.index_of(person)):
            text = f"{body.path} is dissolved {moment(end.ready_at, now)}, unless the body above takes that back"
            yield Todo("plead", body.path, 0, text, end.ready_at, True)
        for account in zone.treasury.accounts(body) if end.dissolved_at else ():
            if account.free.amount:
                asset = account.balance.asset
                text = f"move {account.free}, which the dissolved {body.path} has, to the body above it"
                action = zone.treasury.sweep(body, asset.address)
                yield Todo("sweep", body.path, 0, text, 0, False, action, asset.symbol)


def _offers(zone: Zone, person: str) -> Iterator[Todo]:
    """Who belongs to a body that is offered to another one may appeal."""
    now, index = zone.client.now(), zone.registry.index_of(person)
    for body in zone.bodies():
        offer = body.move_offer() if body.parent is not None else None
        if offer is None or now > offer.expires_at or not body.is_member(index):
            continue
        since = f"from {moment(offer.ready_at, now)} " if now < offer.ready_at else ""
        text = f"{body.path} is offered to {zone.client.speaker.who(offer.to)}, which can take it {since}"
        text += f"until {moment(offer.expires_at, now)}, unless the body above takes that back"
        yield Todo("plead", body.path, 0, text, offer.expires_at, True)


def _petitions(zone: Zone, person: str) -> Iterator[Todo]:
    """Petitions that this person may sign, and those that enough have signed."""
    bodies, now = {body.address: body for body in zone.bodies()}, zone.client.now()
    kind = shipped("IWholeBody")
    topics = [["0x" + kind.event(name).topic.hex() for name in ("PetitionOpened", "PetitionEnacted")]]
    found = decode_logs(fetch_logs(zone.connection, list(bodies), topics, zone.deploy_block), kind)
    enacted = {(each.address, each.args["petition"]) for each in found if each.name == "PetitionEnacted"}
    for event in found:
        if event.name == "PetitionOpened" and (event.address, event.args["petition"]) not in enacted:
            petition = Petition.from_event(bodies[event.address], event)
            if now <= petition.deadline:
                yield from _petition(petition, bodies[event.address], person, now)


def _petition(petition: Petition, body: Body, person: str, now: int) -> Iterator[Todo]:
    signed, until = petition.status().signed, moment(petition.deadline, now)
    name, what = f"petition {petition.number} of {body.path}", petition.in_words()
    enact, sign = petition.enact(), petition.sign()
    if signed >= petition.wanted and _would_do(enact, person):
        text = f"enact {name} by {until}, as enough have signed: {what}"
        yield Todo("enact", body.path, petition.number, text, petition.deadline, False, enact)
    elif signed < petition.wanted and _would_do(sign, person):
        text = f"sign {name} by {until}, if you want it ({signed} of {petition.wanted} have): {what}"
        yield Todo("sign", body.path, petition.number, text, petition.deadline, True, sign)


def _would_do(action: Action[None], person: str) -> bool:
    """Whether the chain would take it now."""
    try:
        action.simulate(person)
    except ContractRevert:
        return False
    return True
