"""What is read before and after calls are rehearsed, and how what differs is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from zonedao.chain.abi import MalformedData
from zonedao.chain.rehearsal import Answer, Step, calling, weighing
from zonedao.treasury.assets import COIN_ADDRESS, Money

if TYPE_CHECKING:
    from zonedao.chain.contract import BoundContract
    from zonedao.explain.speaker import Speaker
    from zonedao.governance.body import Body
    from zonedao.governance.zone import Zone

EVER = 2**40 - 1  # a moment after every change, unix seconds
MOST_NAMED = 20  # of persons in one call


@dataclass(frozen=True)
class Change:
    """What would be another: `quorum of spending proposals of elmcourt: 20 % → 15 %`.

    `difference` is what is added or taken where it is an amount, else empty.
    """

    what: str
    before: str
    after: str
    difference: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.before} → {self.after}" + (f" ({self.difference})" if self.difference else "")


@dataclass(frozen=True)
class Watch:
    """Something that calls may change: a `step` that reads it, and how what was read (None: nothing could be) becomes
    changes."""

    step: Step
    decode: Callable[[bytes], Any]
    tell: Callable[[Any, Any], Iterable[Change]]

    def changes(self, before: Answer, after: Answer) -> Iterator[Change]:
        """What differs."""
        found = [self._value(each) for each in (before, after)]
        if found[0] != found[1]:
            yield from (each for each in self.tell(*found) if each.before != each.after)

    def _value(self, answer: Answer) -> Any:
        try:
            return self.decode(answer.data) if answer.ok else None
        except MalformedData:
            return None


Show = Callable[[Any], str]


@dataclass(frozen=True)
class Stage:
    """Where a call is rehearsed: who speaks, what is called, and by which body."""

    speaker: Speaker
    target: str
    actor: Body

    @property
    def zone(self) -> Zone:
        """The zone whose contracts are called: that of the acting body where the target is none's."""
        return self.speaker.zone_of(self.target) or self.actor.zone

    @property
    def body(self) -> Body:
        """The body that is called. Raises NotFound where none is."""
        return self.zone.body_at(self.target)

    @property
    def place(self) -> str:
        """What is called, by name."""
        return self.speaker.who(self.target)

    def value(self, contract: BoundContract, function: str, *args: Any, what: str, show: Show = str) -> Watch:
        """Whatever a function tells, as `show` shows it."""

        def tell(before: Any, after: Any) -> Iterable[Change]:
            yield Change(what, *("nothing" if each is None else show(each) for each in (before, after)))

        return self.told(contract, function, *args, tell=tell)

    def told(
        self, contract: BoundContract, function: str, *args: Any, tell: Callable[[Any, Any], Iterable[Change]]
    ) -> Watch:
        """Whatever a function tells, told by `tell`."""
        kind = contract.interface.function(function, len(args))
        return Watch(calling(contract.address, kind.encode(args)), kind.decode_output, tell)

    def amount(
        self,
        contract: BoundContract,
        function: str,
        *args: Any,
        what: str,
        asset: str,
        pick: Callable[[Any], int] = int,
    ) -> Watch:
        """An amount of an asset, which `pick` finds in what the function tells."""
        return self.told(contract, function, *args, tell=self._difference(what, asset, pick))

    def coins(self, holder: str, *, what: str) -> Watch:
        """The coins that an address has itself."""
        return Watch(
            weighing(holder), lambda word: int.from_bytes(word, "big"), self._difference(what, COIN_ADDRESS, int)
        )

    def _difference(self, what: str, asset: str, pick: Callable[[Any], int]) -> Callable[[Any, Any], Iterable[Change]]:
        known = self.speaker.client.asset(asset)

        def tell(before: Any, after: Any) -> Iterable[Change]:
            was, becomes = (0 if each is None else pick(each) for each in (before, after))
            sign = "+" if becomes > was else "−"
            difference = f"{sign}{Money(abs(becomes - was), known)}"
            yield Change(what, str(Money(was, known)), str(Money(becomes, known)), difference)

        return tell

    def count(self, contract: BoundContract, function: str, *args: Any, what: str) -> Watch:
        """A number of things."""

        def tell(before: Any, after: Any) -> Iterable[Change]:
            was, becomes = int(before or 0), int(after or 0)
            yield Change(what, str(was), str(becomes), f"{becomes - was:+d}".replace("-", "−"))

        return self.told(contract, function, *args, tell=tell)


Watcher = Callable[[Stage, Mapping[str, Any]], Iterable[Watch]]


@cache
def watchers() -> Mapping[tuple[str, str], Watcher]:
    """What is watched while a function is called, by interface and name."""
    from zonedao.explain import watched_governance, watched_money, watched_trade, watched_voting

    return {
        **watched_money.WATCHERS,
        **watched_governance.WATCHERS,
        **watched_trade.WATCHERS,
        **watched_voting.WATCHERS,
    }
