"""Parameters of a body that its members set together, by the median of their wishes (ECONOMY A3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zonedao.actions import Action, plain
from zonedao.errors import NotFound, UsageProblem
from zonedao.text import counted, did_you_mean, label, read_label
from zonedao.times import require_within

if TYPE_CHECKING:
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Label

_MOST_BINS = 101  # as in Wishes.sol
_EPOCH_SECONDS = (86_400, 366 * 86_400)


@dataclass(frozen=True)
class ParameterTerms:
    """Bounds of a parameter, for good: values from `least` to `most` in steps of `step`, in its own unit.

    `move` is how many steps one reading moves at most; see `IWishes.Terms`.
    """

    name: Label
    least: int
    most: int
    step: int
    first: int
    move: int = 1
    quorum_ppm: int = 0
    epoch_seconds: int = 30 * 86_400

    def encoded(self) -> tuple[Any, ...]:
        """As the contract takes them. Raises UsageProblem."""
        if self.step <= 0 or (self.most - self.least) % self.step or (self.first - self.least) % self.step:
            raise UsageProblem(
                f"From {self.least} to {self.most} there are no whole steps of {self.step}. Correct one."
            )
        if not self.least <= self.first <= self.most:
            raise UsageProblem(f"{self.first} is not between {self.least} and {self.most}. Correct the first value.")
        bins = (self.most - self.least) // self.step + 1
        if not 2 <= bins <= _MOST_BINS:
            raise UsageProblem(
                f"From {self.least} to {self.most} in steps of {self.step} there are {counted(bins, 'value')}, "
                f"and there can be 2 to {_MOST_BINS}. Choose other steps."
            )
        require_within("An epoch", self.epoch_seconds, *_EPOCH_SECONDS)
        first = (self.first - self.least) // self.step
        return (label(self.name), self.least, self.step, bins, first, self.move, self.quorum_ppm, self.epoch_seconds)


@dataclass(frozen=True)
class Parameter:
    """A parameter as it stands. Values are in its own unit, moments unix seconds.

    `value` is in force, `following` from the next reading on, which is possible from `readable_at`. `median` is that of
    the wishes now, None without any. `histogram` has the number of wishes for each value that somebody wishes for.
    """

    name: str
    least: int
    most: int
    step: int
    move: int
    quorum_ppm: int
    value: int
    following: int
    median: int | None
    wishes: int
    readable_at: int
    histogram: tuple[tuple[int, int], ...]


class Wishes:
    """The parameters of one body, in a contract that its zone lists and shares with other zones."""

    def __init__(self, body: Body, address: str) -> None:
        self.body = body
        self.client = body.client
        self.contract = body.client.bind("IWishes", address)
        self.address = self.contract.address

    def names(self) -> tuple[str, ...]:
        """Names of this body's parameters."""
        events = self.contract.logs("ParameterOpened", self.body.zone.deploy_block, body=self.body.address)
        return tuple(read_label(event.args["name"]) for event in events)

    def parameter(self, name: Label) -> Parameter:
        """A parameter by its name. Raises NotFound."""
        place = (self.body.address, label(name))
        if read_label(place[1]) not in self.names():
            called = read_label(place[1])
            guess = did_you_mean(called, self.names())
            raise NotFound(f"{self.body.path} has no parameter {called!r}.{guess} `zonedao wish show` lists them.")
        found = self.contract.call("parameterOf", *place)
        middle, wishes = self.contract.call("median", *place)
        counts = self.contract.call("histogram", *place)

        def value(number: int) -> int:
            return int(found.least + found.step * number)

        return Parameter(
            name=read_label(label(name)),
            least=found.least,
            most=value(found.bins - 1),
            step=found.step,
            move=found.move,
            quorum_ppm=found.quorumPpm,
            value=found.value,
            following=value(found.following),
            median=value(middle) if wishes else None,
            wishes=wishes,
            readable_at=found.openedAt + (found.epoch + 1) * found.epochSeconds,
            histogram=tuple((value(number), count) for number, count in enumerate(counts) if count),
        )

    def own(self, name: Label) -> int | None:
        """The value that the signer wishes for, None without a wish or a signer."""
        person = self.body.zone.registry.index_of(self.client.address) if self.client.address is not None else 0
        found, number = self.contract.call("wishOf", self.body.address, label(name), person)
        if not found:
            return None
        terms = self.contract.call("parameterOf", self.body.address, label(name))
        return int(terms.least + terms.step * number)

    def wish(self, name: Label, value: int) -> Action[None]:
        """Wish for a value, in place of what one wished before. Raises UsageProblem for one between the steps."""
        found = self.parameter(name)
        if not found.least <= value <= found.most or (value - found.least) % found.step:
            below = value - (value - found.least) % found.step
            near = [each for each in (below, below + found.step) if found.least <= each <= found.most]
            raise UsageProblem(
                f"{found.name} is {found.least} to {found.most} in steps of {found.step}, which {value} is not. "
                f"Wish for {' or '.join(map(str, near)) or min(max(value, found.least), found.most)}."
            )
        number = (value - found.least) // found.step
        return self._do(f"wish for {found.name} {value}", "wish", name, number)

    def forget(self, name: Label, people: Sequence[int | str]) -> Action[None]:
        """Take back one's own wish, or those of persons who have left."""
        indices = [self.body.zone.registry.person(person).index for person in people]
        return self._do(f"take back {len(indices)} wishes", "forget", name, indices)

    def read(self, name: Label) -> Action[None]:
        """Have the median read for the next epoch. Anyone may, once an epoch."""
        return self._do("read the wishes", "readWishes", name)

    def _do(self, meaning: str, function: str, name: Label, *args: Any) -> Action[None]:
        data = self.contract.encode(function, self.body.address, label(name), *args)
        return plain(self.client, self.address, data, f"{meaning} in {self.body.path}")
