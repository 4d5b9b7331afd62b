"""Money that is due and allowances, as the objects of a zone tell them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zonedao.todo.money import Drawing, Due

if TYPE_CHECKING:
    from zonedao.todo.reading.sight import ZoneSight


class PurseRead:
    """The treasury of a zone."""

    def __init__(self, sight: ZoneSight) -> None:
        self._sight = sight
        self._treasury = sight.zone.treasury

    def dues(self) -> Iterator[Due]:
        """What is due to who looks, and to bodies of the zone."""
        for each in self._treasury.dues():
            if each.payee == self._sight.address or self._sight.path_of(each.payee) is not None:
                yield Due(each.payee, each.money)

    def drawings(self) -> Iterator[Drawing]:
        """Allowances that run, of bodies to which who looks belongs."""
        for each in self._treasury.allowances():
            body, above = each.body, each.body.parent
            if above is not None and each.runs and each.limit.amount and self._sight.belongs(body.address):
                yield Drawing(body.path, above.path, each.limit, self._treasury.epoch_ends(each.until_epoch))
