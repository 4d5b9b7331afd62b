"""Parameters that members set by their wishes, as the objects of a zone tell them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zonedao.text import read_label
from zonedao.todo.wishes import Wishing

if TYPE_CHECKING:
    from zonedao.todo.reading.sight import ZoneSight


class WishesRead:
    """The parameters of all bodies of a zone."""

    def __init__(self, sight: ZoneSight) -> None:
        self._sight = sight
        self._zone = sight.zone

    def parameters(self) -> Iterator[Wishing]:
        """Every parameter about which something can wait."""
        wishes = self._zone.wishes
        if wishes is None:
            return
        contract, bodies = wishes.contract, list(self._zone.tree())
        for opened in contract.logs("ParameterOpened", self._zone.deploy_block, body=bodies):
            place = opened.args["body"], opened.args["name"]
            wished = contract.call("wishOf", *place, self._sight.person)[0]
            may = not wished and contract.would_take(self._sight.address, "wish", *place, 0)
            readable = contract.would_take(self._sight.address, "readWishes", *place)
            if not may and not readable:
                continue
            found = contract.call("parameterOf", *place)
            yield Wishing(
                body=place[0],
                where=self._sight.path_of(place[0]) or "",
                label=bytes(place[1]),
                name=read_label(place[1]),
                least=found.least,
                most=found.least + found.step * (found.bins - 1),
                value=found.value,
                wishes=found.wishes,
                open=may,
                readable=readable,
            )
