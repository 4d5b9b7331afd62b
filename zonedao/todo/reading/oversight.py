"""Ends, moves and petitions of bodies, as the objects of a zone tell them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zonedao.todo.oversight import Ending, Left, Offer, Request

if TYPE_CHECKING:
    from zonedao.governance.petitions import Petition
    from zonedao.todo.reading.sight import ZoneSight


class OversightRead:
    """What was decided about the bodies of a zone."""

    def __init__(self, sight: ZoneSight) -> None:
        self._sight = sight
        self._zone = sight.zone
        self._petitions: dict[tuple[str, int], Petition] = {}

    def endings(self) -> Iterator[Ending]:
        """Bodies that end, have ended, or stand under one that has."""
        bodies = self._zone.bodies()
        ends = {body.address: body.dissolution() for body in bodies}
        for body in bodies:
            end, above = ends[body.address], body.parent
            stray = above is not None and ends[above.address].dissolved_at != 0
            if end.announced or end.dissolved_at or stray:
                mine = end.announced and self._sight.belongs(body.address)
                times = end.ready_at, end.expires_at
                yield Ending(body.address, body.path, *times, end.dissolved_at != 0, stray, mine)

    def left(self, ending: Ending) -> Iterator[Left]:
        """What a dissolved body has."""
        for account in self._zone.treasury.accounts(self._zone.body_at(ending.body)):
            if account.free.amount:
                yield Left(ending.body, ending.where, account.free)

    def offers(self) -> Iterator[Offer]:
        """Bodies that are offered to another, and with one of which they have to do."""
        for body in self._zone.bodies():
            offer = body.move_offer() if body.parent is not None else None
            if offer is None or self._sight.now > offer.expires_at:
                continue
            taker = (self._sight.path_of(offer.to) or "") if self._sight.belongs(offer.to) else ""
            mine = self._sight.belongs(body.address)
            if mine or taker:
                place = body.address, body.path, offer.to
                yield Offer(*place, offer.ready_at, offer.expires_at, mine, taker)

    def petitions(self) -> Iterator[Request]:
        """Petitions that are neither enacted nor too late."""
        bodies = {body.address: body for body in self._zone.bodies()}
        found = self._zone.events_of_all("PetitionOpened", "PetitionEnacted")
        enacted = {(each.address, each.args["petition"]) for each in found if each.name == "PetitionEnacted"}
        for event in found:
            key = event.address, event.args["petition"]
            if event.name != "PetitionOpened" or key in enacted or self._sight.now > event.args["deadline"]:
                continue
            from zonedao.governance.petitions import Petition

            self._petitions[key] = petition = Petition.from_event(bodies[event.address], event)
            place = petition.body.address, petition.body.path, petition.number
            yield Request(*place, petition.status().signed, petition.wanted, petition.deadline)

    def in_words(self, petition: Request) -> str:
        """What a petition would bring about."""
        return self._petition(petition).in_words()

    def may_sign(self, petition: Request) -> bool:
        """Whether the chain would take their signature now."""
        contract = self._petition(petition).body.contract
        return contract.would_take(self._sight.address, "signPetition", petition.number)

    def may_enact(self, petition: Request) -> bool:
        """Whether the chain would have it take effect now."""
        found = self._petition(petition)
        call = found.call.target, found.call.data
        return found.body.contract.would_take(self._sight.address, "enactPetition", petition.number, *call)

    def _petition(self, petition: Request) -> Petition:
        return self._petitions[petition.body, petition.number]
