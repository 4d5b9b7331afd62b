"""Members to be counted, as the objects of a zone tell them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zonedao.errors import Refused
from zonedao.todo.activity import Quorum

if TYPE_CHECKING:
    from zonedao.todo.reading.sight import ZoneSight


class ActivityRead:
    """The quorums of all bodies of a zone."""

    def __init__(self, sight: ZoneSight) -> None:
        self._zone = sight.zone

    def uncounted(self) -> Iterator[Quorum]:
        """Bodies whose active members are to be counted, and can be."""
        for body in self._zone.bodies():
            if not body.counts_active():
                continue
            try:
                body.recount()
            except Refused:
                continue  # too few votes to count by
            yield Quorum(body.address, body.path)
