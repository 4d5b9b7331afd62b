"""Recoveries and expulsions, as the objects of a zone tell them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zonedao.errors import NotFound
from zonedao.todo.keys import Admission, Cleared, Expulsion, LostKey

if TYPE_CHECKING:
    from zonedao.governance.personhood import Personhood
    from zonedao.governance.registry import Recovery
    from zonedao.todo.reading.sight import ZoneSight


class KeysRead:
    """The register and the notices of a zone."""

    def __init__(self, sight: ZoneSight) -> None:
        self._sight = sight
        self._zone = sight.zone
        self._registry = sight.zone.registry

    def recovery_of(self, person: int) -> LostKey | None:
        """The open recovery of somebody's key."""
        found = self._registry.recovery(person)
        return _plain(found) if found is not None else None

    def recoveries_for(self, key: str) -> Iterator[LostKey]:
        """The open recoveries that would make an address the key of somebody."""
        return map(_plain, self._registry.recoveries_for(key))

    def called(self, person: int) -> str:
        """Somebody by name, else by key."""
        return str(self._registry.person(person))

    def admission(self) -> Admission | None:
        """Where enough members vouched for who looks, and they are no member."""
        if self._sight.belongs(self._zone.address):
            return None
        module = self._vouching()
        found = module.application(self._sight.address) if module is not None else None
        if found is None or not found.ready_at or found.contested:
            return None
        return Admission(found.ready_at, found.expires_at)

    def cleared(self) -> Iterator[Cleared]:
        """Newcomers whom a vote admitted, for whom who looks is suspended from vouching."""
        person, module = self._sight.person, self._vouching()
        if module is None or not person:
            return
        told = module.contract.logs("VouchingContested", self._zone.deploy_block, zone=self._zone.address)
        for key in dict.fromkeys(event.args["key"] for event in told):
            found = module.application(key)
            if found is None or not found.contested or all(each.index != person for each in found.vouchers):
                continue
            newcomer = self._registry.index_of(key)
            if newcomer and self._zone.is_member(newcomer):
                yield Cleared(key, found.expires_at)

    def gone_representative(self) -> int:
        """By whom they are represented who has left the zone, 0 where that is not so."""
        found = self._registry.representative(self._sight.person)
        return found.index if found is not None and found.left_at else 0

    def expulsions(self) -> Iterator[Expulsion]:
        """Notices that are neither finished nor taken back nor lapsed."""
        for person in dict.fromkeys(event.args["index"] for event in self._zone.events("ExpulsionNoticed")):
            notice = self._zone.expulsion(person)
            if notice is not None:
                yield Expulsion(person, notice.ready_at, notice.expires_at)

    def _vouching(self) -> Personhood | None:
        try:
            module = self._zone.personhood
        except NotFound:
            return None
        return module if module.kind == "vouching" else None


def _plain(found: Recovery) -> LostKey:
    vouchers = tuple(each.index for each in found.vouchers)
    return LostKey(found.person.index, found.new_key, vouchers, found.ready_at, found.expires_at)
