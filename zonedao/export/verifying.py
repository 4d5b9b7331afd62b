"""Checks an export of books without any chain: its hashes, its references, and that its figures add up.

What is stated of every resource was asked of the chain, and every event tells what it added and took: both must come
to the same. Nothing may be told twice, left out or out of order, and nothing may ever be less than zero.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zonedao.errors import StorageProblem
from zonedao.export.jsonlines import END, ENTRIES, FORMAT, HASH, VERSION, Line, chained
from zonedao.jsontext import TwiceNamed, parse_json
from zonedao.text import reason

_REFERENCES = {
    "provider": "agent",
    "receiver": "agent",
    "primaryAccountable": "agent",
    "resourceConformsTo": "kind",
    "conformsTo": "kind",
    "defaultUnitOfResource": "unit",
    "fulfills": "commitment",
    "realizationOf": "agreement",
    "clauseOf": "agreement",
    "zd:ends": "agreement",
}
_CATEGORIES = {
    "Agent": "agent",
    "Person": "agent",
    "Organization": "agent",
    "Unit": "unit",
    "ResourceSpecification": "kind",
    "EconomicResource": "resource",
    "EconomicEvent": "event",
    "Commitment": "commitment",
    "Agreement": "agreement",
    "Proposal": "agreement",
    "zd:Recall": "end",
    "zd:Closing": "end",
    "zd:Change": "change",
}
_STOCKS = ("accountingQuantity", "zd:reserved")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Difference:
    """The first thing that is wrong with a file. `line` counts from 1; `block` and `transaction` are those of the
    event that the line tells of, None and empty where it tells of none."""

    line: int
    what: str
    block: int | None = None
    transaction: str = ""

    def __str__(self) -> str:
        where = f" (block {self.block}, transaction {self.transaction})" if self.block is not None else ""
        return f"line {self.line}{where}: {self.what}"


@dataclass(frozen=True)
class Verdict:
    """What was found in a file: how many lines of each type, the hash of the whole (of what there is of it), and the
    first difference, None where everything agrees. `zone`, `block` and `block_hash` are what the file says it is of."""

    zone: str
    block: int
    block_hash: str
    digest: str
    counts: dict[str, int]
    difference: Difference | None

    @property
    def ok(self) -> bool:
        """Whether everything agrees."""
        return self.difference is None


def verify(path: Path) -> Verdict:
    """Check a file that `export valueflows` wrote. Raises StorageProblem for one that cannot be read."""
    try:
        # Bytes that are no UTF-8 become half surrogates, which are found in their line.
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as problem:
        why = reason(problem)
        if path.is_dir():
            why = "a folder is none that `zonedao export valueflows` wrote, which is one file"
        raise StorageProblem(f"{path} cannot be read ({why}). Check its path.") from None
    return verify_text(text)


def verify_text(text: str) -> Verdict:
    """Check an export. Whatever the text is, there is a verdict."""
    checked = _Checked()
    difference = None
    try:
        # Not splitlines: other characters that end a line may stand inside of JSON's strings.
        *lines, rest = text.split("\n")
        for number, line in enumerate([*lines, rest] if rest else lines, 1):
            checked.number, checked.line = number, {}
            checked.take(line)
        checked.finish(not rest)
    except _Wrong as wrong:
        difference = checked.difference(str(wrong))
    except ValueError:
        # Half a surrogate, a number of ten thousand digits, brackets without end.
        difference = checked.difference("it holds what no export holds")
    first = checked.first
    return Verdict(
        str(first.get("zd:zone", "")),
        first["zd:block"] if isinstance(first.get("zd:block"), int) else 0,
        str(first.get("zd:blockHash", "")),
        checked.digest,
        checked.counts,
        difference,
    )


class _Wrong(Exception):
    """Something in the file is wrong."""


@dataclass
class _Promise:
    """A commitment: how much was promised and fulfilled, and what its line says is let go and open."""

    number: int
    line: Line
    quantity: int
    fulfilled: int = 0


@dataclass
class _Checked:
    """What was read so far."""

    number: int = 1
    line: Line = field(default_factory=dict)
    first: Line = field(default_factory=dict)
    digest: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    ended: bool = False
    _known: dict[str, str] = field(default_factory=dict)  # category by id
    _units: dict[str, str] = field(default_factory=dict)  # of kinds
    _sums: dict[str, int] = field(default_factory=dict)  # by resource
    _touched: dict[str, tuple[int, Line]] = field(default_factory=dict)  # the last event about each resource
    _promises: dict[str, _Promise] = field(default_factory=dict)
    _promised: dict[str, list[_Promise]] = field(default_factory=dict)  # by the resource they are to come from
    _entries: dict[str, int] = field(default_factory=dict)  # the last one of the treasury, and about each good
    _orders: dict[str, int] = field(default_factory=dict)  # the last order by stores
    _place: tuple[int, int] = (0, -1)

    def difference(self, what: str) -> Difference:
        """Something wrong with the line at hand."""
        block, transaction = self.line.get("zd:block"), self.line.get("zd:transaction")
        if not isinstance(transaction, str) or not isinstance(block, int):
            return Difference(self.number, what)
        return Difference(self.number, what, block, transaction)

    def take(self, text: str) -> None:
        """Check one line, with all that was read before it. Raises _Wrong."""
        if _SURROGATE.search(text):
            raise _Wrong("this is no UTF-8 text")
        try:
            line = parse_json(text, unambiguous=True)
        except TwiceNamed:
            raise _Wrong("it says something twice under the same name, of which readers may take either") from None
        except ValueError:
            line = None
        if not isinstance(line, dict):
            raise _Wrong("this is no JSON object")
        self.line = line
        if self.ended:
            raise _Wrong("something stands behind the end")
        if self.number == 1:
            self._begin(line)
        self.digest = chained(self.digest, line)
        if line.get(HASH) != self.digest:
            raise _Wrong(
                "it was changed, or lines before it are missing, doubled or in another order: its hash differs"
            )
        kind = line.get("@type")
        self.counts[str(kind)] = self.counts.get(str(kind), 0) + 1
        if self.number == 1:
            self.first = line
        elif kind == END:
            self.ended = True
            if line.get("zd:lines") != self.number - 1:
                raise _Wrong(
                    f"{line.get('zd:lines')} lines are said to come before it, and there are {self.number - 1}"
                )
        else:
            self._check(line, kind)

    def _begin(self, line: Line) -> None:
        if (line.get("@type"), line.get("zd:format")) != ("zd:Books", FORMAT):
            raise _Wrong("this is no export of `zonedao export valueflows`")
        if line.get("zd:version") != VERSION:
            raise _Wrong(f"it has version {line.get('zd:version')}, and this program reads version {VERSION}")

    def _check(self, line: Line, kind: Any) -> None:
        category = _CATEGORIES.get(kind) if isinstance(kind, str) else None
        name = line.get("@id")
        if category is None or not isinstance(name, str):
            raise _Wrong(f"it is of no known type ({kind}) or has no @id")
        if name in self._known:
            raise _Wrong(f"{name} is told twice")
        for key, wanted in _REFERENCES.items():
            if key in line and self._known.get(str(line[key])) != wanted:
                raise _Wrong(f"its {key} is {line[key]}, which is no {wanted} told before")
        self._known[name] = category
        if category == "kind":
            self._units[name] = str(line.get("defaultUnitOfResource"))
        if "zd:transaction" in line:
            self._in_order(line)
        if category == "event":
            self._flow(line)
        elif category == "commitment":
            self._promise(name, line)
        elif category == "resource":
            self._state(name, line)

    def _in_order(self, line: Line) -> None:
        """Told in the order of the chain, and no numbered entry left out."""
        place = (_whole(line, "zd:block"), _whole(line, "zd:log"))
        if place < self._place:
            raise _Wrong(f"it happened before what is told above it, in block {self._place[0]}")
        if place[0] > _whole(self.first, "zd:block"):
            raise _Wrong(f"it happened in block {place[0]}, after the block that the file is of")
        again = place == self._place
        self._place = place
        if "zd:entry" in line:
            # A treasury numbers all that it tells, stores what they tell of each good.
            series = _TREASURY if line.get("zd:event") in _OF_TREASURY else str(line.get("resourceConformsTo"))
            entry, last = _whole(line, "zd:entry"), self._entries.get(series, 0)
            if entry != last + 1 and not (again and entry == last):
                raise _Wrong(f"entry {last + 1} of {series} is missing: the next one told is {entry}")
            self._entries[series] = entry

    def _flow(self, line: Line) -> None:
        kind = str(line.get("resourceConformsTo"))
        quantity = self._measured(line, "resourceQuantity", kind)
        source, target = line.get("resourceInventoriedAs"), line.get("toResourceInventoriedAs")
        if line.get("action") not in ("transfer", "move", "raise", "lower"):
            raise _Wrong(f"no action is called {line.get('action')}")
        for resource, change in ((source, -quantity), (target, quantity)):
            if resource is not None:
                name = str(resource)
                self._sums[name] = self._sums.get(name, 0) + change
                self._touched[name] = self.number, line
                if self._sums[name] < 0:
                    raise _Wrong(f"it takes {quantity} from {name}, where {self._sums[name] + quantity} were left")
        if "zd:counted" in line:
            counted = self._measured(line, "zd:counted", kind)
            there = self._sums.get(str(target if target is not None else source), 0)
            if counted != there:
                raise _Wrong(f"{counted} were counted, and by what is told there are {there}")
        if (
            line.get("zd:event") in _OF_RESERVED
            and line.get("action") != "lower"
            and quantity
            and "fulfills" not in line
        ):
            raise _Wrong(f"it takes {quantity} from {source}, which were not reserved for it")
        if "fulfills" in line:
            promise = self._promises[str(line["fulfills"])]
            if promise.line.get("resourceConformsTo") != kind:
                raise _Wrong(f"it fulfills {line['fulfills']}, which promises something else")
            promise.fulfilled += quantity
            if promise.fulfilled > promise.quantity:
                raise _Wrong(f"it fulfills {line['fulfills']} beyond the {promise.quantity} that were promised")

    def _promise(self, name: str, line: Line) -> None:
        quantity = self._measured(line, "resourceQuantity", str(line.get("resourceConformsTo")))
        self._promises[name] = promise = _Promise(self.number, line, quantity)
        if "resourceInventoriedAs" in line:
            self._promised.setdefault(str(line["resourceInventoriedAs"]), []).append(promise)
        if line.get("zd:event") == "Ordered":
            stores, tail = str(line.get("zd:contract")), name.rpartition("/")[2]
            number = int(tail) if tail.isascii() and tail.isdecimal() else 0
            last = self._orders.get(stores, 0)
            if number != last + 1:
                raise _Wrong(f"order {last + 1} is missing: the next one told is {number}")
            self._orders[stores] = number

    def _state(self, name: str, line: Line) -> None:
        """What the chain said of a resource must be what the events come to."""
        kind = str(line.get("conformsTo"))
        if ENTRIES in line:
            self._require_entries(kind, _whole(line, ENTRIES))
        rebuilt = {"accountingQuantity": self._sums.pop(name, 0)}
        if "zd:reserved" in line:
            rebuilt["zd:reserved"] = self._reserved(name)
        for key in _STOCKS:
            if key in rebuilt and rebuilt[key] != (stated := self._measured(line, key, kind)):
                number, event = self._touched.get(name, (self.number, line))
                what = "are reserved" if key == "zd:reserved" else "are there"
                self.number, self.line = number, event
                raise _Wrong(
                    f"{name}: the events say that {rebuilt[key]} {what}, the chain said {stated}; this is the last "
                    "line about it"
                )

    def _reserved(self, account: str) -> int:
        promises = self._promised.get(account, ())
        return sum(each.quantity - each.fulfilled - self._let_go(each) for each in promises)

    def _let_go(self, promise: _Promise) -> int:
        return self._measured(promise.line, "zd:released", str(promise.line.get("resourceConformsTo")))

    def _require_entries(self, series: str, stated: int) -> None:
        told = self._entries.get(series, 0)
        if told != stated:
            raise _Wrong(
                f"{told} entries of {series} are told, and the chain knew {stated}: entry {told + 1} is missing"
            )

    def finish(self, whole: bool) -> None:
        """What can be said only when everything was read. Raises _Wrong."""
        if not self.ended or not whole:
            self.line = {}
            raise _Wrong("the end is missing: the file was cut off")
        self._require_entries(_TREASURY, _whole(self.first, ENTRIES))
        for promise in self._promises.values():
            self.number, self.line = promise.number, promise.line
            kind = str(promise.line.get("resourceConformsTo"))
            open_ = promise.quantity - promise.fulfilled - self._let_go(promise)
            stated = self._measured(promise.line, "zd:open", kind)
            if open_ != stated or promise.line.get("finished") is not (stated == 0):
                raise _Wrong(f"{open_} of what it promises are still open by the events, and {stated} by itself")
        for name in self._sums:
            self.number, self.line = self._touched[name]
            raise _Wrong(f"nothing is stated of {name}, which it changes")

    def _measured(self, line: Line, key: str, kind: str) -> int:
        measure = line.get(key)
        value = measure.get("hasNumericalValue") if isinstance(measure, dict) else None
        if not isinstance(value, str) or not (value.isascii() and value.isdecimal()):
            raise _Wrong(f"its {key} is no whole number as text")
        if isinstance(measure, dict) and measure.get("hasUnit") != self._units.get(kind):
            raise _Wrong(f"its {key} is in {measure.get('hasUnit')}, which is not the unit of {kind}")
        return int(value)


_OF_RESERVED = ("Paid", "Escrowed")
_TREASURY = "the treasury"
_OF_TREASURY = ("Deposited", "Paid", "Escrowed", "Allowed", "Recalled", "Withdrawn", "Collected", "Swept")


def _whole(line: Line, key: str) -> int:
    value = line.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _Wrong(f"its {key} is no whole number")
    return value


__all__ = ["Difference", "Verdict", "verify", "verify_text"]
