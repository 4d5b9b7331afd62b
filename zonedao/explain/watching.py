"""What is read before and after calls are rehearsed, and how what differs is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from zonedao.chain.decoding import MalformedData
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


def documents(changes: Iterable[Change] | None) -> list[dict[str, str]] | None:
    """Changes in JSON's types, None where they are not known."""
    return None if changes is None else [dict(vars(each)) for each in changes]


class Moved(Change):
    """A change of an amount that is of no interest itself: `your wallet: +1 ETH`."""

    def __str__(self) -> str:
        return f"{self.what}: {self.difference}"


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
class Scenery:
    """Where a call is rehearsed: who speaks, and what is called."""

    speaker: Speaker
    target: str

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
        kind: type[Change] = Change,
    ) -> Watch:
        """An amount of an asset, which `pick` finds in what the function tells."""
        return self.told(contract, function, *args, tell=self._difference(what, asset, pick, kind))

    def coins(self, holder: str, *, what: str, kind: type[Change] = Change) -> Watch:
        """The coins that an address has itself."""
        return Watch(
            weighing(holder), lambda word: int.from_bytes(word, "big"), self._difference(what, COIN_ADDRESS, int, kind)
        )

    def _difference(
        self, what: str, asset: str, pick: Callable[[Any], int], kind: type[Change]
    ) -> Callable[[Any, Any], Iterable[Change]]:
        known = self.speaker.client.asset(asset)

        def tell(before: Any, after: Any) -> Iterable[Change]:
            was, becomes = (0 if each is None else pick(each) for each in (before, after))
            sign = "+" if becomes > was else "−"
            difference = f"{sign}{Money(abs(becomes - was), known)}"
            yield kind(what, str(Money(was, known)), str(Money(becomes, known)), difference)

        return tell

    def count(
        self, contract: BoundContract, function: str, *args: Any, what: str, pick: Callable[[Any], int] = int
    ) -> Watch:
        """A number of things, which `pick` finds in what the function tells."""

        def tell(before: Any, after: Any) -> Iterable[Change]:
            yield counting(what, *(0 if each is None else pick(each) for each in (before, after)))

        return self.told(contract, function, *args, tell=tell)


@dataclass(frozen=True)
class Stage(Scenery):
    """Where a call of a body is rehearsed: also by which body."""

    actor: Body

    @property
    def zone(self) -> Zone:
        """The zone whose contracts are called: that of the acting body where the target is none's."""
        return self.speaker.zone_of(self.target) or self.actor.zone

    @property
    def body(self) -> Body:
        """The body that is called. Raises NotFound where none is."""
        return self.zone.body_at(self.target)


def counting(what: str, was: int, becomes: int) -> Change:
    """A change of a number of things."""
    return Change(what, str(was), str(becomes), f"{becomes - was:+d}".replace("-", "−"))


def distinct(watches: Iterable[Watch]) -> tuple[Watch, ...]:
    """Each thing once, as it was named first."""
    found: dict[Step, Watch] = {}
    for watch in watches:
        found.setdefault(watch.step, watch)
    return tuple(found.values())


def changes_between(
    watches: Sequence[Watch], before: Sequence[Answer], after: Sequence[Answer]
) -> tuple[Change, ...] | None:
    """What differs, each change once. None where something that could be read before could not be read afterwards: no
    call makes anything of ours unreadable, so that there was no gas left to read it."""
    if any(was.ok and not becomes.ok for was, becomes in zip(before, after, strict=True)):
        return None
    read = zip(watches, before, after, strict=True)
    return tuple(dict.fromkeys(change for watch, was, becomes in read for change in watch.changes(was, becomes)))


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
