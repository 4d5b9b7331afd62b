"""Events in words: what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from zonedao.chain.events import Event
from zonedao.errors import ZonedaoError
from zonedao.explain.speaker import begun
from zonedao.text import printable

if TYPE_CHECKING:
    from zonedao.explain.speaker import Speaker
    from zonedao.governance.body import Body
    from zonedao.governance.zone import Zone


# ERC-721 and ERC-5192 want these beside PersonAdmitted, PersonReturned, PersonLeft and KeyRotated.
_FOR_OTHER_CLIENTS = ("Transfer", "Locked")


@dataclass(frozen=True)
class Happening:
    """An event and who speaks of it."""

    speaker: Speaker
    event: Event

    @property
    def place(self) -> str:
        """The body or contract that emitted it, by name."""
        return self.speaker.name(self.event.address) or self.event.address

    @property
    def body(self) -> Body | None:
        """The body that emitted it, if one did."""
        return self.speaker.body(self.event.address)

    @property
    def zone(self) -> Zone | None:
        """The zone it happened in."""
        return self.speaker.zone_of(self.event.address)

    def person(self, index: int) -> str:
        """Somebody by index."""
        return self.speaker.person(index, self.zone)

    def proposal(self, identity: int) -> str:
        """A proposal of the emitting body by number or id."""
        found = self.speaker.proposal(self.body, identity)
        return f"proposal {found.number} of {self.place}" if found is not None else f"a proposal of {self.place}"


Telling = Callable[[Happening, Mapping[str, Any]], str]


def event_in_words(speaker: Speaker, event: Event) -> str:
    """What one event tells, as a sentence."""
    telling = tellings().get(event.name)
    if telling is not None:
        try:
            return begun(telling(Happening(speaker, event), event.args))
        except (ZonedaoError, KeyError, ValueError):
            # What cannot be read further is shown as it stands; any contract may emit an event that looks like ours.
            pass
    shown = ", ".join(f"{name}={_plain(value)}" for name, value in event.args.items())
    return f"{event.contract} {event.address}: {event.name}({shown})."


def events_in_words(speaker: Speaker, events: Iterable[Event]) -> tuple[str, ...]:
    """What several events tell, in order; what another event beside them tells better is left out."""
    return tuple(event_in_words(speaker, event) for event in events if event.name not in _FOR_OTHER_CLIENTS)


@cache
def tellings() -> Mapping[str, Telling]:
    """The sentence of each event, by its name."""
    from zonedao.explain import (
        tellings_activity,
        tellings_ballots,
        tellings_elections,
        tellings_governance,
        tellings_oversight,
        tellings_personhood,
        tellings_trade,
        tellings_treasury,
    )

    return {
        **tellings_governance.TELLINGS,
        **tellings_ballots.TELLINGS,
        **tellings_activity.TELLINGS,
        **tellings_oversight.TELLINGS,
        **tellings_personhood.TELLINGS,
        **tellings_treasury.TELLINGS,
        **tellings_trade.TELLINGS,
        **tellings_elections.TELLINGS,
    }


def _plain(value: Any) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else printable(str(value))
