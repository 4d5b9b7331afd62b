"""Who looks at a zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zonedao.errors import NotFound

if TYPE_CHECKING:
    from zonedao.governance.zone import Zone


class ZoneSight:
    """The holder of an address in a zone, now."""

    def __init__(self, zone: Zone, address: str) -> None:
        self.zone = zone
        self.now = zone.client.now()
        self.path = zone.path
        self.address = address
        self.person = zone.registry.index_of(address)

    def who(self, address: str) -> str:
        """A person, body or contract by its best name."""
        return self.zone.client.speaker.who(address)

    def named(self, person: int) -> str:
        """Somebody by their index."""
        return self.zone.client.speaker.person(person, self.zone)

    def path_of(self, body: str) -> str | None:
        """The path of the body at an address."""
        branch = self.zone.tree().get(body)
        return branch.path if branch is not None else None

    def belongs(self, body: str) -> bool:
        """Whether they are a member of the body at an address."""
        try:
            return self.person != 0 and self.zone.body_at(body).is_member(self.person)
        except NotFound:
            return False
