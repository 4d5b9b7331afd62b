"""Events in words: what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from zonedao.chain.events import Event
from zonedao.errors import ZonedaoError
from zonedao.explain.natspec import of_event, plain, with_values
from zonedao.explain.speaker import begun

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
    notice = of_event(event)
    if notice is not None:
        return f"{event.name} of {event.address}: {with_values(notice, event.args)}"
    shown = ", ".join(f"{name}={plain(value)}" for name, value in event.args.items())
    return f"{event.contract} {event.address}: {event.name}({shown})."


def is_worth_telling(event: Event) -> bool:
    """Whether an event tells what no other event beside it tells better."""
    return event.name not in _FOR_OTHER_CLIENTS


def events_in_words(speaker: Speaker, events: Iterable[Event]) -> tuple[str, ...]:
    """What several events tell, in order, as far as it is worth telling."""
    return tuple(event_in_words(speaker, event) for event in events if is_worth_telling(event))


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
