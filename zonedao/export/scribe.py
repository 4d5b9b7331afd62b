"""Writes down an economy in ValueFlows words: agents, resources, events, commitments and agreements, as JSON objects.

Source: https://www.valueflo.ws (ontology https://w3id.org/valueflows/ont/vf). Words of our own begin with `zd:`.
Quantities are whole numbers as text: base units of an asset, units of a good. Nobody's name is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from zonedao.export.jsonlines import ENTRIES, Line
from zonedao.text import printable, read_label
from zonedao.treasury.assets import COIN_ADDRESS, Asset

if TYPE_CHECKING:
    from zonedao.audit.chronicle import Chronicle
    from zonedao.chain.events import Event

CONTEXT = {
    "@vocab": "https://w3id.org/valueflows/ont/vf#",
    "hasUnit": "http://www.ontology-of-units-of-measure.org/resource/om-2/hasUnit",
    "hasNumericalValue": "http://www.ontology-of-units-of-measure.org/resource/om-2/hasNumericalValue",
    "zd": "urn:zonedao:",
}


@dataclass
class Commitment:
    """A commitment while it is written down: of its quantity so much was fulfilled, and so much let go."""

    line: Line
    quantity: int
    fulfilled: int = 0
    released: int = 0

    @property
    def id(self) -> str:
        """What events refer to it by."""
        return str(self.line["@id"])

    @property
    def open(self) -> int:
        """What is still promised."""
        return self.quantity - self.fulfilled - self.released


class Scribe:
    """What was written down so far. `course` is in the order of the chain; agents, kinds and resources are written
    when something first refers to them."""

    def __init__(self, chronicle: Chronicle, chain_id: int, person_of: Callable[[str], str | None]) -> None:
        self.chronicle = chronicle
        self.chain = f"eip155:{chain_id}"
        self.agents: dict[str, Line] = {}
        self.kinds: dict[str, Line] = {}
        self.units: dict[str, Line] = {}
        self.course: list[Line] = []
        self.commitments: list[Commitment] = []
        self._resources: dict[str, tuple[Line, Callable[[], dict[str, int]]]] = {}
        self._person_of = person_of
        self._parts: dict[str, int] = {}

    # --- who and what ---

    def account(self, address: str) -> str:
        """An address as CAIP-10 writes it."""
        return f"{self.chain}:{address}"

    def agent(self, address: str) -> str:
        """Who acts at an address: the person whose key it is or was, or whatever is there."""
        name = self._person_of(address) or self.account(address)
        self.agents.setdefault(name, {"@type": "Agent", "@id": name})
        return name

    def asset(self, asset: Asset) -> str:
        """A kind of money (CAIP-19 for tokens); what one base unit of it is."""
        token = asset.address != COIN_ADDRESS
        name = f"{self.chain}/erc20:{asset.address}" if token else f"{self.chain}/coin"
        if name not in self.kinds:
            self._kind(name, asset.symbol, f"base unit of {asset.symbol}", {"zd:decimals": asset.decimals})
        return name

    def good(self, name: str, title: str) -> str:
        """A kind of good, counted in whole units."""
        if name not in self.kinds:
            self._kind(name, printable(title), f"unit of {printable(title)}", {})
        return name

    def _kind(self, name: str, title: str, unit: str, more: Line) -> None:
        self.units[name] = {"@type": "Unit", "@id": f"{name}/unit", "label": unit}
        self.kinds[name] = {
            "@type": "ResourceSpecification",
            "@id": name,
            "name": title,
            "defaultUnitOfResource": f"{name}/unit",
            **more,
        }

    def measure(self, kind: str, quantity: int) -> Line:
        """So much of a kind."""
        return {"hasNumericalValue": str(quantity), "hasUnit": f"{kind}/unit"}

    def resource(self, name: str, title: str, owner: str, kind: str, state: Callable[[], dict[str, int]]) -> str:
        """Something that somebody has some of. `state` asks the chain: `accountingQuantity`, and what else it says."""
        if name not in self._resources:
            line = {"@type": "EconomicResource", "@id": name, "name": title, "conformsTo": kind}
            self._resources[name] = ({**line, "primaryAccountable": owner}, state)
        return name

    # --- what happened ---

    def event(
        self,
        cause: Event,
        action: str,
        quantity: int,
        kind: str,
        *,
        provider: str,
        receiver: str,
        source: str | None = None,
        target: str | None = None,
        fulfills: Commitment | None = None,
        under: str | None = None,
        **more: Any,
    ) -> None:
        """An economic event: it takes its quantity from `source` and adds it to `target`."""
        if fulfills is not None:
            fulfills.fulfilled += quantity
        line = {
            "@type": "EconomicEvent",
            "@id": self.id_of(cause),
            "action": action,
            "provider": provider,
            "receiver": receiver,
            "resourceConformsTo": kind,
            "resourceQuantity": self.measure(kind, quantity),
            "resourceInventoriedAs": source,
            "toResourceInventoriedAs": target,
            "hasPointInTime": self.time(self.chronicle.time_of(cause)),
            "fulfills": fulfills.id if fulfills is not None else None,
            "realizationOf": under,
            **self._told(cause, more),
        }
        self.course.append(_without_nothing(line))

    def commit(
        self,
        cause: Event,
        name: str,
        quantity: int,
        kind: str,
        *,
        provider: str,
        receiver: str | None,
        due: int | None = None,
        source: str | None = None,
        under: str | None = None,
        **more: Any,
    ) -> Commitment:
        """A promise of so much, until `due` (unix seconds)."""
        line = {
            "@type": "Commitment",
            "@id": name,
            "action": "transfer",
            "provider": provider,
            "receiver": receiver,
            "resourceConformsTo": kind,
            "resourceQuantity": self.measure(kind, quantity),
            "resourceInventoriedAs": source,
            "created": self.time(self.chronicle.time_of(cause)),
            "due": self.time(due) if due is not None else None,
            "clauseOf": under,
            **self._told(cause, more),
        }
        made = Commitment(_without_nothing(line), quantity)
        self.course.append(made.line)
        self.commitments.append(made)
        return made

    def note(
        self,
        cause: Event,
        kind: str,
        called: str,
        *,
        name: str | None = None,
        conforms_to: str | None = None,
        **more: Any,
    ) -> str:
        """An agreement, or a change that moves nothing; what it is called. `more` are words of our own."""
        created = self.time(self.chronicle.time_of(cause))
        plain = {"@type": kind, "@id": called, "name": name, "resourceConformsTo": conforms_to, "created": created}
        line = {**plain, **self._told(cause, more)}
        self.course.append(_without_nothing(line))
        return called

    def id_of(self, cause: Event) -> str:
        """What a line is called that tells of an event of the chain; further ones of the same get a number."""
        name = f"{self.chain}/tx/{cause.tx_hash}/{cause.log_index}"
        self._parts[name] = part = self._parts.get(name, 0) + 1
        return name if part == 1 else f"{name}/{part}"

    def time(self, seconds: int) -> str:
        """A moment as XML Schema and JSON-LD write it; one that no calendar has stays a number."""
        try:
            return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        except (OverflowError, OSError, ValueError):
            return str(seconds)

    def _told(self, cause: Event, more: Line) -> Line:
        own = {f"zd:{key}": value for key, value in more.items()}
        for name in ("line", "evidence", "origin", "document"):
            if name in cause.args and any(cause.args[name]):
                own[f"zd:{name}"] = read_label(bytes(cause.args[name]))
        if "entry" in cause.args:
            own["zd:entry"] = cause.args["entry"]
        where = {"zd:block": cause.block_number, "zd:transaction": cause.tx_hash, "zd:log": cause.log_index}
        return {**own, "zd:event": cause.name, "zd:contract": self.account(cause.address), **where}

    # --- all of it ---

    def lines(self) -> Iterable[Line]:
        """Units, kinds, agents, what happened in the order of the chain, and what there is, as the chain states it."""
        for made in self.commitments:
            kind = made.line["resourceConformsTo"]
            made.line["zd:released"] = self.measure(kind, made.released)
            made.line["zd:open"] = self.measure(kind, made.open)
            made.line["finished"] = made.open == 0
        states = {name: (line, state()) for name, (line, state) in sorted(self._resources.items())}
        yield from (self.units[name] for name in sorted(self.units))
        yield from (self.kinds[name] for name in sorted(self.kinds))
        yield from (self.agents[name] for name in sorted(self.agents))
        yield from self.course
        for line, state in states.values():
            entries = {ENTRIES: state.pop(ENTRIES)} if ENTRIES in state else {}
            yield {**line, **{key: self.measure(line["conformsTo"], value) for key, value in state.items()}, **entries}


def _without_nothing(line: Line) -> Line:
    return {key: value for key, value in line.items() if value is not None}
