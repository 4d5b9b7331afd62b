"""What waits where a body is ended, moved or stopped: appeals, petitions, and bodies and money to be put in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from zonedao.times import moment
from zonedao.todo.items import Sight, Todo
from zonedao.treasury.assets import Money


class Ending(NamedTuple):
    """Where a body stands with its end: finished by anybody from `ready_at` to `expires_at`, zeros unless it is
    announced; `dissolved` when that is done; `stray` where the body above it is dissolved. `mine` where who looks is a
    member of it. Times in unix seconds."""

    body: str
    where: str
    ready_at: int
    expires_at: int
    dissolved: bool
    stray: bool
    mine: bool


class Left(NamedTuple):
    """Money that a dissolved body has, and that no proposal was promised."""

    body: str
    where: str
    money: Money


class Offer(NamedTuple):
    """A body is offered to another, which can take it from `ready_at` to `expires_at` (unix seconds). `mine` where who
    looks is a member of it; `taker` is the path of the other where they are a member of that, else empty."""

    body: str
    where: str
    to: str
    ready_at: int
    expires_at: int
    mine: bool
    taker: str


class Request(NamedTuple):
    """A petition of the members of a body that can still be signed and enacted, until `deadline` (unix seconds):
    `signed` of the `wanted` have."""

    body: str
    where: str
    number: int
    signed: int
    wanted: int
    deadline: int


class Oversight(Protocol):
    """What is read of bodies, of what they had, and of petitions. Who is asked about is who looks."""

    def endings(self) -> Iterable[Ending]:
        """Bodies that end, have ended, or stand under one that has."""

    def left(self, ending: Ending) -> Iterable[Left]:
        """What a dissolved body has."""

    def offers(self) -> Iterable[Offer]:
        """Bodies that are offered to another, and with one of which they have to do."""

    def petitions(self) -> Iterable[Request]:
        """Petitions that are neither enacted nor too late."""

    def in_words(self, petition: Request) -> str:
        """What a petition would bring about."""

    def may_sign(self, petition: Request) -> bool:
        """Whether the chain would take their signature now."""

    def may_enact(self, petition: Request) -> bool:
        """Whether the chain would have it take effect now."""


def waiting(sight: Sight, oversight: Oversight) -> Iterator[Todo]:
    """What waits for who looks, and what only needs a push."""
    for ending in oversight.endings():
        yield from _ending(sight, oversight, ending)
    yield from _offers(sight, oversight)
    for petition in oversight.petitions():
        yield from _petition(sight, oversight, petition)


def _ending(sight: Sight, oversight: Oversight, end: Ending) -> Iterator[Todo]:
    """Who belongs to a body that is to be dissolved may appeal; afterwards anybody tidies up."""
    where, now = end.where, sight.now
    if end.stray:
        text = f"hang {where} under the nearest body above it that goes on"
        yield Todo("rehang", where, 0, text, 0, False, about=end)
    if end.ready_at and now >= end.ready_at:
        text = f"dissolve {where} by {moment(end.expires_at, now)}, after which the announcement lapses"
        yield Todo("dissolve", where, 0, text, end.expires_at, False, about=end)
    elif end.ready_at and end.mine:
        text = f"{where} is dissolved {moment(end.ready_at, now)}, unless the body above takes that back"
        yield Todo("plead", where, 0, text, end.ready_at, True, about=end)
    for left in oversight.left(end) if end.dissolved else ():
        text = f"move {left.money}, which the dissolved {where} has, to the body above it"
        yield Todo("sweep", where, 0, text, 0, False, left.money.asset.argument, about=left)


def _offers(sight: Sight, oversight: Oversight) -> Iterator[Todo]:
    """Who belongs to a body that is offered to another one may appeal; who belongs to that one may have it taken."""
    now = sight.now
    for offer in oversight.offers():
        since = f"from {moment(offer.ready_at, now)} " if now < offer.ready_at else ""
        when = f"{since}until {moment(offer.expires_at, now)}, unless the body above takes that back"
        if offer.mine:
            text = f"{offer.where} is offered to {sight.who(offer.to)}, which can take it {when}"
            yield Todo("plead", offer.where, 0, text, offer.expires_at, True, about=offer)
        if offer.taker:
            text = f"{offer.where} is offered to {offer.taker}, which can take it by vote {when}"
            yield Todo("take", offer.taker, 0, text, offer.expires_at, True, name=offer.where, about=offer)


def _petition(sight: Sight, oversight: Oversight, petition: Request) -> Iterator[Todo]:
    """Petitions that this person may sign, and those that enough have signed."""
    until, name = moment(petition.deadline, sight.now), f"petition {petition.number} of {petition.where}"
    place = petition.where, petition.number
    if petition.signed >= petition.wanted and oversight.may_enact(petition):
        text = f"enact {name} by {until}, as enough have signed: {oversight.in_words(petition)}"
        yield Todo("enact", *place, text, petition.deadline, False, about=petition)
    elif petition.signed < petition.wanted and oversight.may_sign(petition):
        text = (
            f"sign {name} by {until}, if you want it ({petition.signed} of {petition.wanted} have): "
            f"{oversight.in_words(petition)}"
        )
        yield Todo("sign", *place, text, petition.deadline, True, about=petition)
